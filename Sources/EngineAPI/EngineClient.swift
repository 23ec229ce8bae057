package import MarketData

/// A consistent picture of the engine: the status and, once a query has been sent, its answer.
package struct EngineView: Hashable, Sendable {
    /// Grows with every picture.
    package var sequence: UInt64
    /// Header and status bar.
    package var status: EngineStatus
    /// The answer to the newest query taken; nil before the first.
    package var result: ScanResult?
    /// The tape last asked for; nil without one.
    package var tape: TapePage?

    /// A picture.
    package init(sequence: UInt64, status: EngineStatus, result: ScanResult?, tape: TapePage? = nil) {
        self.sequence = sequence
        self.status = status
        self.result = result
        self.tape = tape
    }
}

/// What a screen may ask of the engine.
package enum EngineCommand: Hashable, Sendable {
    /// Answer this query from now on, after every change; replaces the one before.
    case query(ScanQuery)
    /// Change how RVOL is computed; takes effect at once for every ticker.
    case setRVOL(RVOLSettings)
    /// What the trader looks at from now on: its trades and quotes are subscribed, its tape is answered.
    case look(LookedAt)
    /// The trader's own list from now on, at most 500 tickers; more are left out.
    case watchlist([Symbol])
}

/// A screen's connection to an engine, in the same process or over a network.
///
/// Thread-safe. Commands conflate: of two queries not yet taken, the newer one counts. Pictures conflate: only the newest
/// is kept, so neither direction can queue without bound.
package protocol EngineClient: AnyObject, Sendable {
    /// Sends a command; never blocks.
    func send(_ command: EngineCommand)
    /// The newest picture; nil before the first one. Cheap; may be called every frame.
    func latest() -> EngineView?
    /// Has `action` called, on any thread, whenever a newer picture is there; replaces the action before.
    func onUpdate(_ action: @escaping @Sendable () -> Void)
}
