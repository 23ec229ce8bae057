package import MarketTime

/// How many requests a vendor's plan allows, as a token bucket: no wait while there are tokens, then one at a time.
///
/// A pure value: time is an argument (``MonotonicTime``, so that no clock change matters). No 60 s, both ends included,
/// ever see more than `perMinute` grants, also right after an idle time: what the burst gives at once is taken from the
/// refill.
package struct RateLimiter: Equatable, Sendable {
    /// Grants in any 60 s at most; nil without a limit.
    package let perMinute: Int?
    /// Grants that an idle limiter gives at once.
    package let burst: Int

    /// Time between two tokens, ns; 0 without a limit.
    private let intervalNs: Int64
    /// When the bucket would be full again (the bucket's level, told as a time); nil before the first grant.
    private var full: Instant?
    /// No grant before this.
    private var pausedUntil: Instant?

    /// A full bucket.
    ///
    /// - Parameters:
    ///   - perMinute: at least 1; nil for a plan without a limit, where only pauses count.
    ///   - burst: 1…`perMinute` (more is cut to it); by default a twentieth of the limit, 1…10. The
    ///     lasting rate is `perMinute - burst + 1` a minute.
    package init(perMinute: Int?, burst: Int? = nil) {
        precondition(perMinute.map { $0 >= 1 } ?? true, "Invariant: a limit allows at least 1 request a minute")
        precondition(burst.map { $0 >= 1 } ?? true, "Invariant: a bucket holds at least 1 token")
        self.perMinute = perMinute
        guard let perMinute else {
            self.burst = burst ?? 1
            intervalNs = 0
            return
        }
        let tokens = min(burst ?? min(max(perMinute / 20, 1), 10), perMinute)
        self.burst = tokens
        // A grain more than an even share, so that the first and the last moment of 60 s cannot both count.
        intervalNs = 60_000_000_000 / Int64(perMinute - tokens + 1) + 1
    }

    /// Takes a token and returns 0, or takes nothing and returns how many milliseconds (at least 1) to wait for one.
    package mutating func take(now: Instant) -> Int {
        let wait = waitMs(now: now)
        guard wait == 0 else { return wait }
        full = max(full ?? now, now).adding(nanoseconds: intervalNs)
        return 0
    }

    /// How many milliseconds, rounded up, until a token can be taken; 0 when there is one.
    package func waitMs(now: Instant) -> Int {
        var due = now
        if let full { due = max(due, full.adding(nanoseconds: -Int64(burst - 1) * intervalNs)) }
        // A time that ran backwards must not cost more than one interval.
        if intervalNs > 0 { due = min(due, now.adding(nanoseconds: intervalNs)) }
        if let pausedUntil { due = max(due, pausedUntil) }
        let waitNs = due.nanoseconds(since: now)
        return Int(waitNs / 1_000_000) + (waitNs % 1_000_000 == 0 ? 0 : 1)
    }

    /// Gives nothing before a moment, as when the vendor says 429 with Retry-After; never shortens an earlier pause.
    package mutating func pause(until moment: Instant) {
        pausedUntil = max(pausedUntil ?? moment, moment)
    }
}
