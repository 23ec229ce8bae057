import Engine
import EngineAPI
import MarketData
import MarketTime
import Testing

@Suite
struct WhyLogTests {
    @Test func anEntryNamesTheClauseThatWasNotTrueBeforeWithTheNumbersOfThatMoment() throws {
        var fixture = try ScanFixture()
        let now = fixture.at(11, 0)
        fixture.use([list("all", "price > 5 and vol > 100 and chg% > 10")], now)
        try fixture.show([Stock("AAA", 10.5, 200), Stock("BBB", 12, 50), Stock("CCC", 13, 300)], now)
        // Of one never seen before all clauses decide.
        #expect(fixture.events.map(words) == ["CCC entered 1 price > 5 and vol > 100 and chg% > 10"])
        let later = now.adding(seconds: 5)
        try fixture.show([Stock("AAA", 12, 210), Stock("BBB", 12, 150), Stock("CCC", 13, 300)], later)
        let told = Dictionary(uniqueKeysWithValues: fixture.events.map { ($0.symbol.text, $0) })
        let first = try #require(told["AAA"])
        #expect(words(first) == "AAA entered 2 chg% > 10")
        #expect(first.time == later && first.list == "all" && first.previousRank == 0)
        #expect(first.price == 12 && first.volume == 210 && first.changePercent == 20 && first.value == 20)
        let second = try #require(told["BBB"])
        #expect(words(second) == "BBB entered 3 vol > 100" && second.value == 150)
    }

    @Test func whoLeavesDoesSoByTheFirstClauseNotTrueOrByAWord() throws {
        var fixture = try ScanFixture()
        let now = fixture.at(11, 0)
        fixture.use([list("all", "price > 5 and chg% > 10", top: 4)], now)
        let stocks = ["AAA", "BBB", "CCC", "DDD"].enumerated().map { Stock($1, 12, Double(100 - $0)) }
        try fixture.show(stocks, now)
        let later = now.adding(seconds: 5)
        // AAA falls, BBB is no longer sent, CCC's previous close is no longer told, DDD is ranked below the new ones.
        let others = ["EEE", "FFF", "GGG", "HHH"].map { Stock($0, 12, 1000) }
        try fixture.show(
            [Stock("AAA", 10, 100), Stock("CCC", 12, 98, previousClose: .nan), Stock("DDD", 12, 97)] + others,
            later
        )
        let left = fixture.events.filter { $0.kind == .left }
        #expect(
            left.map(words) == ["AAA left 1 chg% > 10", "BBB left 2 gone", "CCC left 3 unknown", "DDD left 4 cut"]
        )
        #expect(left[0].value == 0 && left[0].price == 10)
        // Out of the cut again by rank alone.
        try fixture.show([Stock("DDD", 12, 97), Stock("EEE", 12, 1000)], later.adding(seconds: 5))
        #expect(fixture.events.filter { $0.kind == .entered }.map(words) == ["DDD entered 2 sort vol-"])
    }

    @Test func whoLeavesByAnExitIsToldWithTheExit() throws {
        var fixture = try ScanFixture()
        let now = fixture.at(11, 0)
        fixture.use([list("held", "price > 10", exit: "price < 8")], now)
        try fixture.show([Stock("AAA", 11, 100)], now)
        try fixture.show([Stock("AAA", 7, 100)], now.adding(seconds: 5))
        #expect(fixture.events.map(words) == ["AAA left 1 price < 8"])
        #expect(fixture.events[0].value == 7)
    }

    @Test func aMoveIsToldWhenItIsFarOrAboutTheFirstPlaceAndOnceAMinute() throws {
        var fixture = try ScanFixture()
        let start = fixture.at(11, 0)
        fixture.use([list("all", "price > 5", sort: [SortKey(.last, descending: true)])], start)
        let names = (10..<40).map { "S\($0)" }
        func ranked(_ order: [String]) -> [Stock] { order.enumerated().map { Stock($1, Double(100 - $0), 500) } }
        try fixture.show(ranked(names), start)
        #expect(fixture.events.count == 30)
        // Within the minute after its entry nobody's move is told.
        let moved = ["S39"] + names.dropLast()
        try fixture.show(ranked(moved), start.adding(seconds: 30))
        #expect(fixture.events.isEmpty)
        try fixture.show(ranked(moved), start.adding(seconds: 60))
        #expect(fixture.events.map(words) == ["S39 moved 30-1 sort price-", "S10 moved 1-2 sort price-"])
        // Nine ranks are not far.
        var near = moved
        near.insert(near.remove(at: 20), at: 11)
        try fixture.show(ranked(near), start.adding(seconds: 130))
        #expect(fixture.events.isEmpty)
    }

    @Test func theLogAnswersByListTickerAndCountNewestFirst() throws {
        var fixture = try ScanFixture()
        let now = fixture.at(11, 0)
        fixture.use([list("dear", "price > 10"), list("busy", "vol > 100")], now)
        try fixture.show([Stock("AAA", 11, 200), Stock("BBB", 9, 300)], now)
        try fixture.show([Stock("AAA", 9, 200), Stock("BBB", 9, 300)], now.adding(seconds: 5))
        func answer(_ query: WhyQuery?) throws -> [String]? {
            fixture.step([.command(.why(query))], now.adding(seconds: 6))
            return try #require(fixture.view).why?.map { "\($0.list) \($0.symbol.text) \($0.kind.rawValue)" }
        }
        let all = try answer(WhyQuery())
        #expect(all == ["dear AAA left", "busy AAA entered", "busy BBB entered", "dear AAA entered"])
        #expect(try answer(WhyQuery(list: "dear")) == ["dear AAA left", "dear AAA entered"])
        #expect(try answer(WhyQuery(symbol: Symbol("BBB"))) == ["busy BBB entered"])
        #expect(try answer(WhyQuery(count: 1)) == ["dear AAA left"])
        #expect(try answer(WhyQuery(count: -1)) == [])
        #expect(try answer(nil) == nil)
    }

    @Test func theLogKeepsTheNewestAndNoMoreThanItsMost() throws {
        var fixture = try ScanFixture()
        var now = fixture.at(11, 0)
        fixture.use([list("all", "price > 10", top: 1000)], now)
        var last: [ScanEvent] = []
        for round in 0..<6 {
            let price = round % 2 == 0 ? 11.0 : 9
            try fixture.show((0..<900).map { Stock("S\($0)", price, Double($0)) }, now)
            last = fixture.events
            #expect(last.count == 900)
            now = now.adding(seconds: 5)
        }
        fixture.step([.command(.why(WhyQuery(count: 100_000)))], now)
        let kept = try #require(fixture.view?.why)
        #expect(kept.count == 4096)
        #expect(kept.prefix(900).map(\.symbol) == last.reversed().map(\.symbol))
        #expect(zip(kept, kept.dropFirst()).allSatisfy { $0.time >= $1.time })
    }
}
