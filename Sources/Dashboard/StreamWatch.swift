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

    /// Why the attempt before failed; nil once one has succeeded.
    ///
    /// Attempts follow each other for as long as the trouble lasts; what is wrong is told all that time, not only in
    /// the pauses between them.
    private(set) var failure: String?
    /// Since when connections are being made without success; nil while there is one, and where none is wanted.
    private(set) var connectingSince: Instant?

    /// Arrival of the newest frame that was known while many events came, at least `busyEvents` a second.
    ///
    /// The rate itself sinks with the silence, this does not: where no newer frame follows it, the silence is none of
    /// the market's.
    private(set) var busyFrameAt: Instant?

    /// When a status last told of new events; nil before the first.
    ///
    /// A stream that sends nothing but pings has frames and no events.
    private(set) var eventAt: Instant?
    /// The newest `eventAt` at which many events came.
    private var busyEventAt: Instant?

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
        switch new.stream.state {
        case .connecting, .authenticating: connectingSince = connectingSince ?? now
        case .backingOff(let sentence, _): failure = sentence
        case .off, .live, .degraded, .refused: (failure, connectingSince) = (nil, nil)
        }
        if new.stream.eventsPerSecond >= Self.busyEvents, let last = new.stream.lastFrameAt { busyFrameAt = last }
        if !new.stream.state.isConnected {
            (eventAt, busyEventAt) = (nil, nil)
        } else if new.stream.events != old?.stream.events ?? 0 {
            eventAt = now
            if new.stream.eventsPerSecond >= Self.busyEvents { busyEventAt = now }
        }
        if let old, new.flow.conflatedTrades > old.flow.conflatedTrades || new.flow.replaced > old.flow.replaced {
            behindAt = now
        }
    }

    /// Follows a clock that was set back.
    mutating func setBack(to now: Instant) {
        lostAt = lostAt.map { min($0, now) }
        connectingSince = connectingSince.map { min($0, now) }
        eventAt = eventAt.map { min($0, now) }
        busyEventAt = busyEventAt.map { min($0, now) }
        behindAt = behindAt.map { min($0, now) }
    }

    /// Since when there has been no event, where the last ones came in numbers; nil otherwise.
    var eventlessSince: Instant? { eventAt.flatMap { busyEventAt == $0 ? $0 : nil } }

    /// Whether events have just been put together.
    func isBehind(at now: Instant) -> Bool {
        behindAt.map { now < $0.adding(seconds: Self.behindSeconds) } ?? false
    }
}
