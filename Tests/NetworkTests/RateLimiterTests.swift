import MarketTime
import Network
import Testing

@Suite struct RateLimiterTests {
    private let start = Instant(seconds: 1000)

    private func after(_ milliseconds: Int) -> Instant { start.adding(milliseconds: Int64(milliseconds)) }

    /// Grants of a caller that asks again as soon as it may, with its own delays in between.
    private func grants(_ limiter: RateLimiter, count: Int, delaysMs: () -> Int) -> [Instant] {
        var limiter = limiter
        var now = start
        var granted: [Instant] = []
        while granted.count < count {
            let wait = limiter.take(now: now)
            if wait == 0 {
                granted.append(now)
                now = now.adding(milliseconds: Int64(delaysMs()))
            } else {
                now = now.adding(milliseconds: Int64(wait))
            }
        }
        return granted
    }

    @Test(
        arguments: [
            (1, nil), (5, nil), (5, 1), (5, 3), (5, 5), (7, 2), (100, nil), (100, 30), (999, nil),
        ] as [(Int, Int?)],
        [1, 2, 3] as [UInt64]
    )
    func noMinuteSeesMoreThanTheLimit(limit: (perMinute: Int, burst: Int?), seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let limiter = RateLimiter(perMinute: limit.perMinute, burst: limit.burst)
        // Mostly eager, now and then idle long enough for the bucket to fill.
        let granted = grants(limiter, count: 3 * limit.perMinute + 10) {
            Int.random(in: 0..<8, using: &random) == 0 ? Int.random(in: 0..<130_000, using: &random) : 0
        }
        for (index, first) in granted.enumerated() {
            let within = granted[index...].prefix { $0.nanoseconds(since: first) <= 60_000_000_000 }.count
            #expect(within <= limit.perMinute, "seed \(seed), grant \(index)")
        }
    }

    @Test(arguments: [(5, 60_010), (100, 63_000), (6000, 61_000)])
    func anEagerCallerGetsNearlyTheWholeRate(perMinute: Int, longestMs: Int64) {
        let granted = grants(RateLimiter(perMinute: perMinute), count: perMinute + 1) { 0 }
        #expect(granted[perMinute].nanoseconds(since: granted[0]) / 1_000_000 <= longestMs)
    }

    @Test func anIdleLimiterGivesItsBurstAtOnceAndThenSaysWhen() {
        var limiter = RateLimiter(perMinute: 7, burst: 2)
        #expect(limiter.take(now: start) == 0)
        #expect(limiter.take(now: start) == 0)
        #expect(limiter.take(now: start) == 10_001)
        #expect(limiter.waitMs(now: after(4)) == 9997)
        #expect(limiter.take(now: after(10_000)) == 1)
        #expect(limiter.take(now: after(10_001)) == 0)
        #expect(limiter.take(now: after(10_001)) > 0)
    }

    @Test func withoutALimitOnlyAPauseCounts() {
        var limiter = RateLimiter(perMinute: nil)
        for _ in 0..<1000 { #expect(limiter.take(now: start) == 0) }
        limiter.pause(until: after(700))
        #expect(limiter.take(now: start) == 700)
        #expect(limiter.take(now: after(700)) == 0)
    }

    @Test func aPauseIsNeverShortenedAndEndsByItself() {
        var limiter = RateLimiter(perMinute: 600)
        limiter.pause(until: after(5000))
        limiter.pause(until: after(2000))
        #expect(limiter.take(now: after(2000)) == 3000)
        #expect(limiter.take(now: after(5000)) == 0)
    }

    @Test func aTimeThatRunsBackwardsCostsOneIntervalAtMost() {
        var limiter = RateLimiter(perMinute: 60, burst: 1)
        #expect(limiter.take(now: after(3_600_000)) == 0)
        #expect(limiter.waitMs(now: start) <= 1001)
    }
}
