import EngineAPI
import MarketTime

/// What one status alone does not say about the stream: since when ticks are missing, and whether it was behind lately.
struct StreamWatch: Hashable, Sendable {
    /// For how long after it a lack of speed is mentioned, seconds of market time.
    static let behindSeconds: Int64 = 10

    /// Since when ticks have been missing; nil while none are.
    private(set) var lostAt: Instant?
    /// When events were last put together because the engine was behind; nil when they never were.
    private(set) var behindAt: Instant?

    /// Arrival of the newest frame that was known while many events came, at least `busyEvents` a second.
    ///
    /// The rate itself sinks with the silence, this does not: where no newer frame follows it, the silence is none of
    /// the market's.
    private(set) var busyFrameAt: Instant?

    /// Events a second from which on a silence of seconds is none of the market's.
    static let busyEvents = 20.0

    /// Notes what a new status says against the one before.
    mutating func update(from old: EngineStatus?, to new: EngineStatus, now: Instant) {
        let wasConnected = old?.stream.state.isConnected ?? false
        if wasConnected, !new.stream.state.isConnected {
            lostAt = lostAt ?? min(new.stream.lastFrameAt ?? now, now)
        }
        if new.stream.state.isConnected, new.flow.gapTickers <= 0 { lostAt = nil }
        if case .off = new.stream.state { lostAt = nil }
        if new.stream.eventsPerSecond >= Self.busyEvents, let last = new.stream.lastFrameAt { busyFrameAt = last }
        if let old, new.flow.conflatedTrades > old.flow.conflatedTrades || new.flow.replaced > old.flow.replaced {
            behindAt = now
        }
    }

    /// Follows a clock that was set back.
    mutating func setBack(to now: Instant) {
        lostAt = lostAt.map { min($0, now) }
        behindAt = behindAt.map { min($0, now) }
    }

    /// Whether events have just been put together.
    func isBehind(at now: Instant) -> Bool {
        behindAt.map { now < $0.adding(seconds: Self.behindSeconds) } ?? false
    }
}
