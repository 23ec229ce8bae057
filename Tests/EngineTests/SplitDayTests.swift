import Engine
import EngineAPI
import MarketData
import MarketTime
import Testing

/// On a split's day the vendor's previous close may still be of old shares.
@Suite
struct SplitDayTests {
    private func numbers(
        dailyClose: Double?,
        split: Bool,
        isInDaily: Bool = true
    ) throws -> (previous: Double, change: Double) {
        var fixture = try EngineFixture()
        var load = try fixture.history(["SPLT"], perSlot: 100)
        let symbol = try #require(Symbol("SPLT"))
        if split { load.splitToday = [symbol: 5] }
        load.daily.previousClose = [dailyClose ?? .nan]
        if !isInDaily { load.daily = DailyFacts() }
        _ = fixture.step([], fixture.at(10, 0))
        load.request.tradingDay = fixture.day
        let row = Row(
            symbol: "SPLT",
            price: 21,
            tradedAt: fixture.at(10, 0),
            volume: 1000,
            minuteAt: fixture.at(10, 0),
            minuteVolume: 10,
            previousClose: 100
        )
        _ = fixture.step([.history(load)], fixture.at(10, 0, 1))
        _ = fixture.step([.snapshot(try snapshot([row]))], fixture.at(10, 0, 2))
        return (
            try fixture.number(.previousClose, "SPLT", fixture.at(10, 0, 3)),
            try fixture.number(.changePercent, "SPLT", fixture.at(10, 0, 3))
        )
    }

    @Test func theChangeIsAgainstTheCloseInNewShares() throws {
        let found = try numbers(dailyClose: 20, split: true)
        #expect(found.previous == 20 && abs(found.change - 5) < 1e-12)
    }

    @Test(arguments: [true, false])
    func withoutADailyBarItIsMissingRatherThanWrong(isInDaily: Bool) throws {
        let found = try numbers(dailyClose: nil, split: true, isInDaily: isInDaily)
        #expect(found.previous.isNaN && found.change.isNaN)
    }

    @Test func onAnyOtherDayTheVendorsOwnStands() throws {
        let found = try numbers(dailyClose: 20, split: false)
        #expect(found.previous == 100 && found.change == -79)
    }
}
