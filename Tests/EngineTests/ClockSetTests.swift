import MarketTime
import Testing

/// The computer's clock is set while the vendor's is being followed.
@Suite
struct ClockSetTests {
    private let start = Instant(seconds: 1_791_297_000)

    @Test(arguments: [1800, -1800, 20, 86_400] as [Int64])
    func aClockSetWronglyInMidSessionIsAStepAndNotASpeed(_ step: Int64) {
        var correction = ClockCorrection()
        var skew: Int64 = -3600
        for second in stride(from: Int64(0), to: 3600, by: 5) {
            let server = start.adding(seconds: second)
            correction.observe(server: server, local: server.adding(seconds: skew))
        }
        skew += step
        let seen = start.adding(seconds: 3600)
        correction.observe(server: seen, local: seen.adding(seconds: skew))
        // The feed then fails for an hour: the clock runs on at the speed of clocks.
        for minutes in [1, 60] as [Int64] {
            let now = seen.adding(seconds: 60 * minutes)
            #expect(abs(correction.corrected(now.adding(seconds: skew)).seconds(since: now)) <= 3)
        }
    }

    @Test(arguments: [2, 60] as [Int64])
    func aSimulatedMarketKeepsItsSpeedAcrossAStep(_ speed: Int64) {
        var correction = ClockCorrection()
        let market = Instant(seconds: 1_700_000_000)
        for second in stride(from: Int64(0), to: 300, by: 5) {
            let jump: Int64 = second >= 200 ? 700 : 0
            let server = market.adding(seconds: second * speed)
            correction.observe(server: server, local: start.adding(seconds: second + jump))
        }
        let expected = market.adding(seconds: 300 * speed)
        #expect(abs(correction.corrected(start.adding(seconds: 1000)).seconds(since: expected)) <= 3)
    }
}
