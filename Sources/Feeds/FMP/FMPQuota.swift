package import MarketTime

/// How long to leave FMP alone after it has said that a limit is reached.
///
/// It never says which: a minute's quota is over within a minute, the free plan's 250 calls a day are not, and neither is
/// the bandwidth of thirty days. So the first pause is a minute, each further one without an answer in between twice as
/// long. A pure value; time is monotonic.
package struct FMPQuota: Equatable, Sendable {
    /// The first pause, ms.
    package static let firstMs = 60_000
    /// The longest pause, ms: four hours, so that a day's quota is back within the morning.
    package static let longestMs = 4 * 3_600_000
    /// Pauses in a row after which it is a day's quota rather than a minute's.
    package static let pausesOfMinutes = 2

    /// Pauses begun since the last answer.
    package private(set) var pausesInRow = 0
    private var pausedUntil: Instant?

    /// No limit met.
    package init() {}

    /// Whether the quota that is used up is likely to be a day's.
    package var isDaily: Bool { pausesInRow > Self.pausesOfMinutes }

    /// Notes that the limit is reached; returns the pause from now, ms.
    ///
    /// Requests that were under way together meet it together, and that is one pause. `wantedMs` is what the server asks for.
    package mutating func reached(now: Instant, wantedMs: Int?) -> Int {
        if let pausedUntil, now < pausedUntil { return Int(pausedUntil.nanoseconds(since: now) / 1_000_000) + 1 }
        pausesInRow = min(pausesInRow + 1, 32)
        let grown = Self.firstMs << min(pausesInRow - 1, 10)
        let pause = min(max(grown, wantedMs ?? 0), Self.longestMs)
        pausedUntil = now.adding(milliseconds: Int64(pause))
        return pause
    }

    /// Notes an answer; one that was under way before the limit was met does not end the pause.
    package mutating func answered(now: Instant) {
        if let pausedUntil, now < pausedUntil { return }
        pausesInRow = 0
        pausedUntil = nil
    }
}
