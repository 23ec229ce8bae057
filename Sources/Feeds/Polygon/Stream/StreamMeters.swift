package import MarketData
package import MarketTime

/// Durations of the last half minute to minute: two halves, of which the older one is thrown away when the newer is full.
///
/// `now` is monotonic time; 4 KB whatever comes.
package struct RecentDurations: Sendable {
    /// How long a half lasts, ns.
    package static let halfNs: Int64 = 30_000_000_000

    private var current = LatencyHistogram()
    private var previous = LatencyHistogram()
    private var startedAt: Instant?

    /// None.
    package init() {}

    /// Adds durations that end at `now`: from each of these times (ns since the epoch) to `received`.
    package mutating func add(from times: [Int64], to received: Instant, now: Instant) {
        rotate(now: now)
        for time in times { current.add(received.nanoseconds(since: Instant(nanoseconds: time))) }
    }

    /// Those that are still remembered at `now`.
    package mutating func recent(now: Instant) -> LatencyHistogram {
        rotate(now: now)
        var sum = previous
        sum.add(current)
        return sum
    }

    private mutating func rotate(now: Instant) {
        guard let start = startedAt else {
            startedAt = now
            return
        }
        let age = now.nanoseconds(since: start)
        guard age >= Self.halfNs else { return }
        previous = age >= 2 * Self.halfNs ? LatencyHistogram() : current
        current = LatencyHistogram()
        startedAt = now
    }
}

/// How many a second, over the last seconds.
///
/// `now` is monotonic time and never goes back.
package struct RecentRate: Sendable {
    /// Whole seconds that are remembered besides the present one.
    private static let seconds = 4

    private var counts = [Int](repeating: 0, count: seconds + 1)
    private var second: Int64?
    private var startedAt = Instant.epoch

    /// None.
    package init() {}

    /// Counts some.
    package mutating func add(_ count: Int, now: Instant) {
        advance(to: now)
        counts[0] += count
    }

    /// How many a second lately.
    package mutating func perSecond(now: Instant) -> Double {
        advance(to: now)
        let remembered = Double(Self.seconds) + Double(now.nanoseconds % 1_000_000_000) / 1e9
        let seconds = min(remembered, max(1, now.seconds(since: startedAt)))
        return Double(counts.reduce(0, +)) / seconds
    }

    /// The present second's count comes first.
    private mutating func advance(to now: Instant) {
        guard let last = second else {
            second = now.seconds
            startedAt = now
            return
        }
        let passed = min(max(0, now.seconds - last), Int64(counts.count))
        guard passed > 0 else { return }
        for _ in 0..<passed {
            counts.removeLast()
            counts.insert(0, at: 0)
        }
        second = now.seconds
    }
}
