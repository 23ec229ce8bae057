import Dashboard
import EngineAPI
import MarketData
import MarketTime
import TerminalGrid
import Testing

/// What header and message line say about feed, clock, store and history.
@Suite struct StatusTests {
    @Test func dataThatStopsComingTurnsFromLiveToStale() {
        var script = Script(80, 24)
        #expect(script.shows("● LIVE  data 2s old"))
        script.wait(13)
        #expect(script.shows("● LIVE  data 15s old"))
        script.wait(1)
        #expect(script.shows("● STALE  data 16s old"))
        script.deliver()
        #expect(script.shows("● LIVE  data 2s old"))
    }

    @Test func aClosedMarketIsPolledSlowlyAndStaleLater() {
        var market = FakeMarket(now: NewYork.instant(DayID(rawValue: 20_737), secondOfDay: 14 * 3600))
        market.snapshotAge = 100
        var script = Script(80, 24, market: market)
        #expect(script.shows("● FEED OK"))
        script.wait(81)
        #expect(script.shows("● STALE"))
    }

    @Test func aSimulatedMarketIsNeverCalledLive() {
        for source in [DashboardSettings.Source.demo, .simulator, .replay] {
            for (columns, rows) in [(60, 16), (80, 24), (200, 60), (20, 5)] {
                let script = Script(columns, rows, settings: DashboardSettings(source: source))
                #expect(!script.shows("LIVE"))
                #expect(script.shows("DEMO") || script.shows("SIM") || script.shows("REPLAY"), "\(columns)x\(rows)")
            }
        }
    }

    @Test(arguments: [(-3_598.0, "CLOCK +59m58s", "ahead of"), (15, "CLOCK -15s", "behind")])
    func aClockThatIsOffIsSaidWithItsDirection(skew: Double, badge: String, direction: String) {
        var market = FakeMarket()
        market.feed.clockSkewSeconds = skew
        let script = Script(120, 36, market: market)
        #expect(script.shows(badge))
        #expect(script.shows("this machine's clock is"))
        #expect(script.shows(direction))
    }

    @Test(arguments: [0.0, 2.9, -2.9])
    func aClockThatIsNearlyRightIsNotMentioned(skew: Double) {
        var market = FakeMarket()
        market.feed.clockSkewSeconds = skew
        #expect(!Script(120, 36, market: market).shows("CLOCK"))
    }

    @Test func aVendorThatIsNotFollowedIsNotMentioned() {
        var market = FakeMarket()
        market.feed.vendorSession = .closed
        #expect(!Script(120, 36, market: market).shows("the vendor says"))
        #expect(!Script(120, 36, market: market).shows("calendar:"))
    }

    @Test func aDismissedProblemComesBackAfterItHasEnded() {
        var script = Script(120, 36)
        script.market.store = .degraded(sentence: "the store is locked")
        script.deliver()
        #expect(script.shows("the store is locked"))
        script.press("esc")
        #expect(!script.shows("the store is locked"))
        #expect(script.shows("store not writing"), "the header still says so")
        script.deliver()
        #expect(!script.shows("the store is locked"))
        script.market.store = .ready
        script.deliver()
        script.market.store = .degraded(sentence: "the store is locked")
        script.deliver()
        #expect(script.shows("the store is locked"))
    }

    @Test func aBrokenFeedCannotBePutAway() {
        var script = Script(120, 36)
        script.market.feed.state = .degraded(sentence: "no route to host", retryAt: script.market.now)
        script.deliver()
        script.press("esc")
        #expect(script.shows("no route to host"))
    }

    @Test func theRetryIsCountedDown() {
        var script = Script(120, 36)
        let retryAt = script.market.now.adding(seconds: 9)
        script.market.feed.state = .degraded(sentence: "slow", retryAt: retryAt)
        script.deliver()
        #expect(script.shows("retry in 9s"))
        script.wait(4)
        #expect(script.shows("retry in 5s"))
        script.wait(30)
        #expect(script.shows("retrying"))
    }

    @Test func anEmptyWholeMarketSaysThatNothingTraded() {
        var market = FakeMarket(count: 0)
        market.tradedCount = 0
        let script = Script(80, 24, market: market)
        #expect(script.shows("none of 11,034 tickers has traded yet today"))
    }

    @Test func manyRejectedRowsAreReportedAndFewAreNot() {
        var script = Script(120, 36)
        var view = script.market.view()
        view.status.rejections.wrongType = 100
        script.handle(.view(view))
        #expect(!script.shows("could not be used"))
        view.status.rejections.wrongType = 400
        script.handle(.view(view))
        #expect(script.shows("400 tickers of the last snapshot could not be used"))
    }

    @Test func aMachineThatCannotKeepUpIsToldSoAndOneSlowSnapshotIsNot() {
        var script = Script(120, 36)
        var view = script.market.view()
        view.status.feed.succeededPolls = 200
        view.status.feed.conflated = 2
        script.handle(.view(view))
        #expect(!script.shows("replaced by newer ones"))
        view.status.feed.conflated = 3
        script.handle(.view(view))
        #expect(script.shows("3 of 200 snapshots were replaced by newer ones"))
    }
}
