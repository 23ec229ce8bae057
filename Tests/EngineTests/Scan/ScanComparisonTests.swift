import Engine
import EngineAPI
import MarketData
import MarketTime
import Testing

@Suite
struct ScanComparisonTests {
    @Test func ranksCountNeitherTestSymbolsNorWhoHasLeftTheFeed() throws {
        var fixture = try ScanFixture()
        let now = fixture.at(11, 0)
        fixture.use([list("first", "rank(chg%) <= 1"), list("above", "pctile(chg%) >= 50")], now)
        let stocks = [Stock("AAA", 12, 100), Stock("BBB", 11, 100)]
        try fixture.show(stocks + [Stock("ZVZZT", 900, 100), Stock("GONE", 90, 100)], now)
        #expect(try fixture.members("first", now) == ["GONE"])
        let later = now.adding(seconds: 5)
        try fixture.show(stocks + [Stock("ZVZZT", 900, 100)], later)
        #expect(try fixture.members("first", later) == ["AAA"])
        #expect(try fixture.members("above", later) == ["AAA"])
        let keys = [SortKey(.last, descending: true)]
        #expect(try fixture.found("rank(chg%) <= 2", sort: keys, later) == ["AAA", "BBB"])
    }

    @Test func aFilterThatLooksBackGoesByThePaceOfTheSnapshotsAndNotThroughAnOutage() throws {
        var fixture = try ScanFixture()
        fixture.use([list("held", "price > 10 for 4m")], fixture.at(11, 0))
        var on: [Bool] = []
        // A snapshot every 90 s; one of them comes 20 min later.
        for seconds in [0, 90, 180, 270, 360, 450, 1650, 1740] as [Int64] {
            let now = fixture.at(11, 0).adding(seconds: seconds)
            try fixture.show([Stock("AAA", 11, 100)], now)
            on.append(try fixture.members("held", now) == ["AAA"])
        }
        // The pace is known from the third on, so that it counts from the second; from the outage it begins anew.
        #expect(on == [false, false, false, false, true, true, false, false])
    }

    @Test func withoutKeysAQuestionGoesByTheFiltersPipeAndWithoutOneByRVOL() throws {
        var fixture = try ScanFixture()
        let now = fixture.at(11, 0)
        let history = try fixture.engine.history(["AAA", "BBB", "CCC"], perSlot: 10)
        fixture.step([.history(history)], now)
        try fixture.show([Stock("AAA", 11, 100), Stock("BBB", 13, 900), Stock("CCC", 12, 500)], now)
        #expect(try fixture.found("vol > 0 | sort chg%- | top 2", sort: [], now) == ["BBB", "CCC"])
        #expect(try fixture.found("vol > 0 | sort price+ | top 2", sort: [], now) == ["AAA", "CCC"])
        #expect(try fixture.found("vol > 0 | top 2", sort: [], now) == ["BBB", "CCC"])
    }
}
