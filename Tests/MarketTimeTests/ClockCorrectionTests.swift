import MarketTime
import Testing

@Suite
struct ClockCorrectionTests {
    private let start = Instant(seconds: 1_791_297_000)

    @Test(arguments: [-2_900, -500, 0, 700, 2_900])
    func aClockThatIsRightIsLeftAlone(_ skewMs: Int64) {
        var correction = ClockCorrection()
        correction.observe(server: start.adding(milliseconds: skewMs), local: start)
        #expect(!correction.isActive)
        #expect(correction.corrected(start) == start)
    }

    @Test(arguments: [-3600, 3600, -86_400 * 47, 10])
    func aClockThatIsOffFollowsTheVendors(_ skewSeconds: Int64) throws {
        var correction = ClockCorrection()
        for second in stride(from: Int64(0), to: 60, by: 5) {
            let local = start.adding(seconds: second)
            correction.observe(server: local.adding(seconds: skewSeconds), local: local)
        }
        let now = start.adding(seconds: 61)
        #expect(correction.corrected(now) == now.adding(seconds: skewSeconds))
        #expect(try #require(correction.skewSeconds) == Double(skewSeconds))
    }

    @Test(arguments: [2, 10, 60, 600])
    func aSimulatedMarketIsFollowedAtItsSpeed(_ speed: Int64) {
        var correction = ClockCorrection()
        let market = Instant(seconds: 1_700_000_000)
        for second in stride(from: Int64(0), through: 60, by: 5) {
            // Answers carry whole seconds.
            let server = Instant(seconds: market.adding(seconds: second * speed).seconds)
            correction.observe(server: server, local: start.adding(seconds: second))
        }
        let expected = market.adding(seconds: 62 * speed)
        let error = correction.corrected(start.adding(seconds: 62)).seconds(since: expected)
        #expect(abs(error) <= 3)
    }

    @Test func aClockSetRightEndsTheCorrection() {
        var correction = ClockCorrection()
        correction.observe(server: start.adding(seconds: 3600), local: start)
        #expect(correction.isActive)
        let later = start.adding(seconds: 3605)
        correction.observe(server: later, local: later)
        #expect(!correction.isActive && correction.corrected(later) == later)
    }
}
