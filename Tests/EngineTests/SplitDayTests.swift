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
        isInDaily: Bool = true,
        snapshotFirst: Bool = false
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
        let inputs: [EngineInput] = [.history(load), .snapshot(try snapshot([row]))]
        for (index, input) in (snapshotFirst ? inputs.reversed() : inputs).enumerated() {
            _ = fixture.step([input], fixture.at(10, 0, 1 + index))
        }
        return (
            try fixture.number(.previousClose, "SPLT", fixture.at(10, 0, 3)),
            try fixture.number(.changePercent, "SPLT", fixture.at(10, 0, 3))
        )
    }

    @Test(arguments: [true, false])
    func theChangeIsAgainstTheCloseInNewSharesAsSoonAsTheSplitIsKnown(snapshotFirst: Bool) throws {
        let found = try numbers(dailyClose: 20, split: true, snapshotFirst: snapshotFirst)
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
