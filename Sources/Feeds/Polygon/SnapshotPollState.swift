package import EngineAPI
package import MarketTime
package import Network

/// What the feed asks the vendor for.
package enum PolygonEndpoint: Int, CaseIterable, Hashable, Sendable {
    /// Every ticker of the market.
    case snapshot
    /// Session and the vendor's clock.
    case marketStatus
    /// Holidays and early closes ahead.
    case upcomingDays
    /// The table of trade conditions.
    case conditions

    /// Path below the REST address.
    package var path: String {
        switch self {
        case .snapshot: "/v2/snapshot/locale/us/markets/stocks/tickers"
        case .marketStatus: "/v1/marketstatus/now"
        case .upcomingDays: "/v1/marketstatus/upcoming"
        case .conditions: "/v3/reference/conditions"
        }
    }
}

/// When to ask the vendor for what: a pure state machine, without clock, randomness or sockets.
///
/// `now` is monotonic time with any origin, so that a corrected clock neither stalls nor floods the vendor; `wallNow` is
/// the market's time and only goes into what a trader reads. At most one request per endpoint is under way.
package struct SnapshotPollState: Sendable {
    /// How often what is asked for, in milliseconds of real time; each at least 1.
    package struct Intervals: Equatable, Sendable {
        /// Snapshots from 04:00 to 20:00 ET on trading days.
        package var inSessionMs: Int
        /// Snapshots at other times.
        package var closedMs: Int
        /// Market status.
        package var statusMs: Int
        /// Holidays ahead; after a failure they are asked for again with the market status.
        package var upcomingMs: Int
        /// The table of trade conditions, from the first usable snapshot on.
        package var conditionsMs: Int
        /// The same after a failure.
        package var conditionsRetryMs: Int

        /// Intervals; the defaults are 5 s, 60 s, 60 s, a day, a day and 10 minutes.
        package init(
            inSessionMs: Int = 5000,
            closedMs: Int = 60_000,
            statusMs: Int = 60_000,
            upcomingMs: Int = 86_400_000,
            conditionsMs: Int = 86_400_000,
            conditionsRetryMs: Int = 600_000
        ) {
            let least = min(inSessionMs, closedMs, statusMs, upcomingMs, min(conditionsMs, conditionsRetryMs))
            precondition(least >= 1, "Invariant: intervals are positive")
            self.inSessionMs = inSessionMs
            self.closedMs = closedMs
            self.statusMs = statusMs
            self.upcomingMs = upcomingMs
            self.conditionsMs = conditionsMs
            self.conditionsRetryMs = conditionsRetryMs
        }
    }

    /// What to do next.
    package enum Action: Equatable, Sendable {
        /// Send this request now.
        case fetch(PolygonEndpoint)
        /// Nothing before this many milliseconds have passed or an answer comes; at most `waitMaxMs`.
        case wait(milliseconds: Int)
    }

    /// The longest wait: a session may begin meanwhile, and only asking again notices it.
    package static let waitMaxMs = 5000
    /// Even a poll that took longer than its interval leaves the vendor this pause.
    package static let pauseMinMs = 250

    /// What a trader is told.
    package private(set) var state = FeedState.connecting
    /// Snapshots that came and could be used.
    package private(set) var succeeded = 0
    /// Snapshot polls that failed in whatever way.
    package private(set) var failed = 0

    private let intervals: Intervals
    private var backoff: Backoff
    private var started: [PolygonEndpoint: Instant] = [:]
    private var ended: [PolygonEndpoint: Instant] = [:]
    private var underWay: Set<PolygonEndpoint> = []
    private var isRefused = false
    private var hasUpcoming = false
    private var hasConditions = false
    /// What this server does not have.
    private var absent: Set<PolygonEndpoint> = []

    /// Nothing asked yet; the first action is to fetch a snapshot.
    package init(intervals: Intervals = Intervals(), backoff: Backoff.Limits = Backoff.Limits()) {
        self.intervals = intervals
        self.backoff = Backoff(limits: backoff)
    }

    /// The next thing to do at `now`; a `fetch` counts as begun.
    package mutating func next(now: Instant, isInSession: Bool) -> Action {
        guard !isRefused else { return .wait(milliseconds: Self.waitMaxMs) }
        var wait = Int64(Self.waitMaxMs)
        // The snapshot first: the trader waits for it, not for the calendar.
        for endpoint in PolygonEndpoint.allCases where !underWay.contains(endpoint) && isWanted(endpoint) {
            let left = due(endpoint, isInSession: isInSession)?.nanoseconds(since: now) ?? 0
            if left <= 0 {
                underWay.insert(endpoint)
                started[endpoint] = now
                return .fetch(endpoint)
            }
            wait = min(wait, (left + 999_999) / 1_000_000)
        }
        return .wait(milliseconds: Int(wait))
    }

    /// A usable snapshot has come.
    package mutating func snapshotSucceeded(now: Instant) {
        end(.snapshot, now)
        backoff.succeeded()
        succeeded += 1
        state = .live
    }

    /// The snapshot poll failed; `sentence` says what happened, where and what to do.
    package mutating func snapshotFailed(
        _ verdict: AnswerVerdict,
        sentence: String,
        now: Instant,
        wallNow: Instant,
        using generator: inout some RandomNumberGenerator
    ) {
        end(.snapshot, now)
        guard verdict != .stop else { return }
        failed += 1
        guard verdict != .permanent else {
            isRefused = true
            state = .refused(sentence: sentence)
            return
        }
        let delay = backoff.failed(now: now, retryAfterMs: pause(verdict), using: &generator)
        state = .degraded(sentence: sentence, retryAt: wallNow.adding(milliseconds: Int64(delay)))
    }

    /// An answer of one of the small endpoints has come or failed; failures only wait for the next round.
    package mutating func ended(_ endpoint: PolygonEndpoint, isUsable: Bool, now: Instant) {
        end(endpoint, now)
        if endpoint == .upcomingDays { hasUpcoming = isUsable }
        if endpoint == .conditions { hasConditions = isUsable }
    }

    /// The server has said that it does not have a small endpoint: it is never asked for that again.
    package mutating func noteAbsent(_ endpoint: PolygonEndpoint) { absent.insert(endpoint) }

    /// The trader has done something about a refusal, or does not want to wait: everything is due now.
    package mutating func retry() {
        isRefused = false
        backoff.succeeded()
        started = started.filter { underWay.contains($0.key) }
        ended = [:]
        if case .live = state { return }
        state = .connecting
    }

    /// Whether the endpoint is to be asked at all; conditions can wait until there is a market to see.
    private func isWanted(_ endpoint: PolygonEndpoint) -> Bool {
        !absent.contains(endpoint) && (endpoint != .conditions || succeeded > 0)
    }

    /// When the endpoint is due; nil for at once.
    private func due(_ endpoint: PolygonEndpoint, isInSession: Bool) -> Instant? {
        guard let start = started[endpoint], let end = ended[endpoint] else { return nil }
        let interval: Int
        switch endpoint {
        case .snapshot:
            if let retry = backoff.nextTry { return retry }
            interval = isInSession ? intervals.inSessionMs : intervals.closedMs
        case .marketStatus: interval = intervals.statusMs
        case .upcomingDays: interval = hasUpcoming ? intervals.upcomingMs : intervals.statusMs
        case .conditions: interval = hasConditions ? intervals.conditionsMs : intervals.conditionsRetryMs
        }
        let pause = min(interval, Self.pauseMinMs)
        return max(start.adding(milliseconds: Int64(interval)), end.adding(milliseconds: Int64(pause)))
    }

    private mutating func end(_ endpoint: PolygonEndpoint, _ now: Instant) {
        underWay.remove(endpoint)
        ended[endpoint] = now
    }

    /// The wait a verdict asks for, in milliseconds.
    private func pause(_ verdict: AnswerVerdict) -> Int? {
        switch verdict {
        case .retry(let retryAfterMs): retryAfterMs
        case .retrySlowly: backoff.limits.capMs
        case .success, .permanent, .stop: nil
        }
    }
}
