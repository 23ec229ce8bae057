import Engine
import EngineAPI
import MarketData
import MarketTime
import TestSupport
import Testing

@Suite
struct RankingPreviewTests {
    private static let byVolume = [SortKey(.volume, descending: true)]

    @Test(arguments: [1, 2, 3, 4, 5, 6] as [UInt64])
    func everyPreviewIsThatOfAPlainEvaluation(_ seed: UInt64) throws {
        var market = try RankingMarket(700, seed: seed)
        var random = SeededRandom(seed: seed &* 77)
        func plain() -> RankingMarket.Plain {
            let top: Int? = random.next() % 3 == 0 ? Int(random.next() % 90) + 1 : nil
            return RankingMarket.Plain(price: Double(random.next() % 40), volume: Double(random.next() % 30), top: top)
        }
        func names(_ count: UInt64) -> [String] { (0..<random.next() % count).map { _ in "S\(random.next() % 760)" } }
        for round in 0..<40 {
            let (asked, before) = (plain(), random.next() % 4 == 0 ? nil : plain())
            let (pinned, excluded) = (names(9), names(40))
            let expected = market.expected(asked, against: before, pinned: pinned, excluded: excluded)
            var query = ScanQuery(filter: asked.filter, sort: Self.byVolume, columns: [.volume], rows: 0..<2000)
            query.pinned = symbols(pinned)
            query.excluded = symbols(excluded)
            query.against = before.map { ScanQuestion(filter: $0.filter) }
            let place = "seed \(seed), round \(round): \(asked) against \(before.map(\.filter) ?? "nothing")"
            for window in [0..<2000, 40..<90, 200..<260] {
                query.rows = window
                // The place that asks once, and the one that keeps its order.
                market.fixture.step([.command(.query(query))], market.now)
                let kept = try #require(market.fixture.view?.result)
                let asked = try market.fixture.ask(query, market.now)
                let rows = window.clamped(to: 0..<expected.symbols.count)
                for result in [kept, asked] {
                    #expect(result.symbols.map(\.text) == Array(expected.symbols[rows]), "\(place), \(window)")
                    #expect(result.moves == (before == nil ? [] : Array(expected.moves[rows])), "\(place), \(window)")
                    #expect(result.matchCount == expected.symbols.count, "\(place)")
                    #expect(result.enteringCount == expected.entering, "\(place)")
                    #expect(result.leavingCount == expected.leaving, "\(place)")
                }
            }
        }
    }

    @Test func aChangedFilterSaysWhatStaysEntersAndLeaves() throws {
        var fixture = try ScanFixture()
        let now = fixture.at(11, 0)
        try fixture.show([Stock("AAA", 5, 50), Stock("BBB", 15, 40), Stock("CCC", 25, 30), Stock("DDD", 35, 20)], now)
        var query = ScanQuery(filter: "price > 10", sort: Self.byVolume, columns: [.last], rows: 0..<9)
        query.against = ScanQuestion(filter: "price < 20")
        query.wantsLedger = true
        let result = try fixture.ask(query, now)
        #expect(result.symbols.map(\.text) == ["AAA", "BBB", "CCC", "DDD"])
        #expect(result.moves == [.leaves, .stays, .enters, .enters])
        #expect(result.matchCount == 4 && result.enteringCount == 2 && result.leavingCount == 1)
        // The clauses are the query's alone.
        #expect(result.ledger.map(\.passAlone) == [3])
        // A gate is part of the question, as without a filter a screen shows what is in play.
        query.against = ScanQuestion(gate: ScanGate(minVolume: 35))
        #expect(try fixture.ask(query, now).moves == [.leaves, .stays, .enters, .enters])
        query.filter = nil
        query.against = ScanQuestion(filter: "price > 10")
        #expect(try fixture.ask(query, now).moves == [.enters, .stays, .stays, .stays])
    }

    @Test(arguments: ["price >", "nothing > 3", "@nowhere"])
    func aQuestionBeforeThatHasNoAnswerIsHeldAgainstNothing(_ text: String) throws {
        var fixture = try ScanFixture()
        let now = fixture.at(11, 0)
        try fixture.show([Stock("AAA", 5, 50), Stock("BBB", 15, 40)], now)
        var query = ScanQuery(filter: "price > 10", columns: [], rows: 0..<9)
        query.against = ScanQuestion(filter: text)
        var result = try fixture.ask(query, now)
        #expect(result.problem == nil && result.symbols.map(\.text) == ["BBB"] && result.moves.isEmpty)
        query.against = ScanQuestion(list: "nowhere")
        result = try fixture.ask(query, now)
        #expect(result.problem == nil && result.symbols.map(\.text) == ["BBB"] && result.moves.isEmpty)
    }

    @Test func aListKeepsItsOwnOrderThroughAPreview() throws {
        var fixture = try ScanFixture()
        let now = fixture.at(11, 0)
        let definition = list("dear", "price > 1", sort: [SortKey(.last, descending: true)])
        fixture.step([.command(.scans(ScanBook(lists: [definition])))], now)
        let stocks = [Stock("AAA", 5, 50), Stock("BBB", 15, 40), Stock("CCC", 25, 30), Stock("DDD", 35, 20)]
        try fixture.show(stocks, now)
        fixture.step([], fixture.at(11, 1))
        var query = ScanQuery(list: "dear", filter: "vol > 25", sort: [], columns: [], rows: 0..<9)
        query.against = ScanQuestion(list: "dear", filter: "vol < 45")
        let result = try fixture.ask(query, fixture.at(11, 1))
        #expect(result.symbols.map(\.text) == ["DDD", "CCC", "BBB", "AAA"])
        #expect(result.moves == [.leaves, .stays, .stays, .enters])
        query.pinned = symbols(["AAA"])
        #expect(try fixture.ask(query, fixture.at(11, 1)).symbols.map(\.text) == ["AAA", "DDD", "CCC", "BBB"])
        // Held against the whole market, who is not on the list stands behind it.
        query.pinned = []
        query.filter = "price > 20"
        query.against = ScanQuestion(filter: "price < 10")
        #expect(try fixture.ask(query, fixture.at(11, 1)).moves == [.enters, .enters, .leaves])
    }

    @Test func theFilterInForceKeepsItsMemoryWhileAHundredOthersAreTried() throws {
        var fixture = try ScanFixture()
        var query = ScanQuery(filter: "price > 5 for 2m", columns: [], rows: 0..<9)
        func count() throws -> Int { try #require(fixture.view?.result).matchCount }
        for second in 0..<200 {
            if second == 20 { query.against = ScanQuestion(filter: query.filter) }
            if (20..<190).contains(second) { query.filter = "price > \(second)" }
            if second == 190 { (query.filter, query.against) = (query.against?.filter, nil) }
            let now = fixture.at(11, second / 60, second % 60)
            try fixture.show([Stock("AAA", 10, 50)], now, [.command(.query(query))])
            if second < 20 { #expect(try count() == 0) }
            // Two minutes after the first look it matches, under whatever is being typed.
            if (125..<190).contains(second) {
                #expect(fixture.view?.result?.leavingCount == 1, "\(second)")
            }
        }
        #expect(try count() == 1)
    }
}
