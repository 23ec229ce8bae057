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
    /// The second tape, when one was asked for.
    package var secondTape: TapePage?
    /// The entries of the why-log last asked for, newest first; nil when none were.
    package var why: [ScanEvent]?
    /// The slots last asked for; nil when none were.
    package var slots: SlotPage?
    /// The ticker's page last asked for; nil when none was.
    package var about: TickerAbout?

    /// A picture.
    package init(
        sequence: UInt64,
        status: EngineStatus,
        result: ScanResult?,
        tape: TapePage? = nil,
        secondTape: TapePage? = nil,
        why: [ScanEvent]? = nil,
        slots: SlotPage? = nil,
        about: TickerAbout? = nil
    ) {
        self.sequence = sequence
        self.status = status
        self.result = result
        self.tape = tape
        self.secondTape = secondTape
        self.why = why
        self.slots = slots
        self.about = about
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
    /// The lists from now on; members of lists that stay as they were are kept.
    case scans(ScanBook)
    /// The trader's lists of symbols from now on, for `@name` in filters.
    case symbolLists([SymbolList])
    /// Which entries of the why-log to show from now on; nil for none.
    case why(WhyQuery?)
    /// Whose slots to show from now on; nil for nobody's.
    case slots(SlotQuery?)
    /// Whose page to show from now on; nil for nobody's.
    case about(AboutQuery?)
}

/// A screen's connection to an engine, in the same process or over a network.
///
/// Thread-safe. Commands conflate: of two queries not yet taken, the newer one counts. Pictures conflate: only the newest
/// is kept, so neither direction can queue without bound.
package protocol EngineClient: AnyObject, Sendable {
    /// Sends a command; never blocks.
    func send(_ command: EngineCommand)
    /// Asks once, beside the query in force; `completion` is called exactly once, on any thread, and must be short.
    ///
    /// Nil is answered when too many questions wait or the engine stops.
    func ask(_ query: ScanQuery, completion: @escaping @Sendable (ScanAnswer?) -> Void)
    /// The newest picture; nil before the first one. Cheap; may be called every frame.
    func latest() -> EngineView?
    /// Has `action` called, on any thread, whenever a newer picture is there; replaces the action before.
    func onUpdate(_ action: @escaping @Sendable () -> Void)
}

/// The answer to one question: the rows, and the status at that moment.
package struct ScanAnswer: Hashable, Sendable {
    /// The rows.
    package var result: ScanResult
    /// Header and status bar.
    package var status: EngineStatus

    /// An answer.
    package init(result: ScanResult, status: EngineStatus) {
        self.result = result
        self.status = status
    }
}
