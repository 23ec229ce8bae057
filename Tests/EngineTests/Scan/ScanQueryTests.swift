import Engine
import EngineAPI
import MarketData
import MarketTime
import TestSupport
import Testing

@Suite
struct ScanQueryTests {
    private func market(_ count: Int, seed: UInt64) throws -> (fixture: ScanFixture, now: Instant, stocks: [Stock]) {
        var fixture = try ScanFixture()
        var random = SeededRandom(seed: seed)
        let now = fixture.at(11, 0)
        let stocks = (0..<count).map { index in
            // Few distinct volumes: ties; some changes unknown.
            Stock(
                "S\(index)",
                Double(1 + random.next() % 40),
                Double(random.next() % 30),
                previousClose: random.next() % 5 == 0 ? .nan : 10
            )
        }
        try fixture.show(stocks, now)
        return (fixture, now, stocks)
    }

    @Test(arguments: [21, 22, 23] as [UInt64])
    func everyWindowOfAFilteredRankingIsThatOfANaiveSort(_ seed: UInt64) throws {
        var (fixture, now, stocks) = try market(900, seed: seed)
        let expected = stocks.filter { $0.price > 5 }.sorted { left, right in
            left.volume != right.volume
                ? left.volume > right.volume
                : left.price != right.price ? left.price < right.price : left.symbol < right.symbol
        }
        let sort = [SortKey(.volume, descending: true), SortKey(.last, descending: false)]
        for window in [0..<40, 300..<340, 20..<200, 700..<10_000, 0..<10_000] {
            let anchor = expected[expected.count / 3]
            let query = ScanQuery(
                filter: "price > 5",
                sort: sort,
                columns: [.volume],
                rows: window,
                anchor: Symbol(anchor.symbol)
            )
            let result = try fixture.ask(query, now)
            let shown = expected[window.clamped(to: 0..<expected.count)]
            #expect(result.symbols.map(\.text) == shown.map(\.symbol), "seed \(seed), \(window)")
            #expect(result.matchCount == expected.count && result.anchorRank == expected.count / 3)
        }
        // The place that is shown scrolls over an order made once.
        for window in [0..<40, 30..<70, 200..<260, 10..<50] {
            let query = ScanQuery(filter: "price > 5", sort: sort, columns: [], rows: window)
            fixture.step([.command(.query(query))], now)
            #expect(fixture.view?.result?.symbols.map(\.text) == expected[window].map(\.symbol), "\(window)")
        }
    }

    @Test func unknownDoesNotMatchIsCountedAndSortsLastEitherWay() throws {
        var (fixture, now, stocks) = try market(300, seed: 4)
        let unknown = stocks.filter { $0.previousClose.isNaN }.count
        for text in ["chg% > 5", "not chg% > 5"] {
            let result = try fixture.ask(ScanQuery(filter: text, columns: [], rows: 0..<1), now)
            let isMatch = stocks.filter { ($0.price > 10.5) == (text == "chg% > 5") && !$0.previousClose.isNaN }
            #expect(result.matchCount == isMatch.count && result.unknownCount == unknown, "\(text)")
        }
        for descending in [true, false] {
            let sort = [SortKey(.changePercent, descending: descending)]
            let result = try fixture.ask(ScanQuery(sort: sort, columns: [.changePercent], rows: 0..<300), now)
            #expect(result.values[0].suffix(unknown).allSatisfy { $0.isNaN })
            #expect(!result.values[0].prefix(300 - unknown).contains { $0.isNaN })
        }
    }

    @Test func theLedgerTellsWhatEachClauseDoes() throws {
        var fixture = try ScanFixture()
        let now = fixture.at(11, 0)
        let stocks = [
            Stock("AAA", 12, 200), Stock("BBB", 12, 50), Stock("CCC", 4, 200), Stock("DDD", 12, 60),
            Stock("EEE", 12, 300, previousClose: .nan),
        ]
        try fixture.show(stocks, now)
        var query = ScanQuery(filter: "price > 5 and vol > 100 and chg% > 0", columns: [], rows: 0..<9)
        query.wantsLedger = true
        let result = try fixture.ask(query, now)
        #expect(result.symbols.map(\.text) == ["AAA"])
        #expect(result.ledger.map(\.text) == ["price > 5", "vol > 100", "chg% > 0"])
        #expect(result.ledger.map(\.passAlone) == [4, 3, 3])
        #expect(result.ledger.map(\.matchWithout) == [1, 3, 2])
        #expect(result.ledger.map(\.unknown) == [0, 0, 1])
        #expect(result.ledger.map(\.isTightest) == [false, true, false])
        query.gate.minVolume = 55
        #expect(try fixture.ask(query, now).ledger.map(\.passAlone) == [3, 3, 2])
        query.wantsLedger = false
        #expect(try fixture.ask(query, now).ledger.isEmpty)
    }

    @Test func aFilterThatDoesNotCompileAnswersItsProblemAndNoRows() throws {
        var fixture = try ScanFixture()
        let now = fixture.at(11, 0)
        try fixture.show([Stock("AAA", 12, 200)], now)
        let bad = ScanQuery(version: 7, filter: "price > 1 and rvoll > 3", columns: [.last, .name], rows: 0..<9)
        let result = try fixture.ask(bad, now)
        #expect(result.problem?.hasPrefix("1:15") == true && result.version == 7)
        #expect(result.symbols.isEmpty && result.values.count == 2 && result.texts.count == 2)
        // The query in force gets over it.
        fixture.step([.command(.query(bad))], now)
        #expect(fixture.view?.result?.problem != nil)
        fixture.step([.command(.query(ScanQuery(filter: "price > 1", columns: [], rows: 0..<9)))], now)
        #expect(fixture.view?.result?.symbols.map(\.text) == ["AAA"])
    }

    @Test func textsAreShownAndSortedByAlphabeticallyWithMissingOnesLast() throws {
        var fixture = try ScanFixture()
        let now = fixture.at(11, 0)
        try fixture.show(["AAA", "BBB", "CCC", "DDD"].map { Stock($0, 12, 200) }, now)
        var facts = ReferenceFacts()
        for (symbol, sector) in [("AAA", "technology"), ("BBB", "Energy"), ("CCC", "Utilities")] {
            facts.symbols.append(try #require(Symbol(symbol)))
            facts.sectors.append(sector)
            facts.names.append(nil)
            facts.exchanges.append(nil)
            facts.types.append(nil)
            facts.industries.append(nil)
            facts.countries.append(nil)
            facts.marketCaps.append(.nan)
            facts.floatShares.append(.nan)
            facts.sharesOutstanding.append(.nan)
        }
        fixture.step([.reference(facts)], now)
        for (descending, expected) in [(false, ["BBB", "AAA", "CCC", "DDD"]), (true, ["CCC", "AAA", "BBB", "DDD"])] {
            let sort = [SortKey(.sector, descending: descending)]
            let result = try fixture.ask(ScanQuery(sort: sort, columns: [.last, .sector], rows: 0..<9), now)
            #expect(result.symbols.map(\.text) == expected)
            #expect(result.texts[0].isEmpty && result.texts[1].last == "")
            #expect(result.values[1].allSatisfy { $0.isNaN } && result.values[0] == [12, 12, 12, 12])
        }
        #expect(try fixture.found("sector = energy", sort: [], now) == ["BBB"])
    }

    @Test func sortedByAnotherColumnAListShowsRowsThatWereNotOnIt() throws {
        var fixture = try ScanFixture()
        let now = fixture.at(11, 0)
        fixture.use([list("busy", "vol > 10", top: 3)], now)
        try fixture.show((0..<50).map { Stock("S\(10 + $0)", Double(10 + $0), Double(1000 - $0)) }, now)
        #expect(try fixture.members("busy", now) == ["S10", "S11", "S12"])
        let dearest = ScanQuery(list: "busy", sort: [SortKey(.last, descending: true)], columns: [], rows: 0..<3)
        let result = try fixture.ask(dearest, now)
        #expect(result.symbols.map(\.text) == ["S59", "S58", "S57"] && result.matchCount == 50)
        var narrowed = dearest
        narrowed.filter = "price < 40 | top 2"
        #expect(try fixture.ask(narrowed, now).symbols.map(\.text) == ["S39", "S38"])
        // The list itself is untouched by being looked at.
        #expect(try fixture.members("busy", now) == ["S10", "S11", "S12"])
    }

    @Test func aQuestionIsAnsweredInItsStepByItsNumberAndShowsNothing() throws {
        var fixture = try ScanFixture()
        let now = fixture.at(11, 0)
        try fixture.show([Stock("AAA", 12, 200)], now)
        let query = ScanQuery(columns: [.last], rows: -4..<9)
        let rows = [traded("AAA", 12.5, volume: 300, at: now.adding(seconds: 5))]
        fixture.step([.ask(4, query), .snapshot(try snapshot(rows)), .ask(9, query)], now.adding(seconds: 5))
        let answers = fixture.outputs.compactMap { output -> (UInt64, ScanAnswer)? in
            if case .answer(let number, let answer) = output { (number, answer) } else { nil }
        }
        #expect(answers.map(\.0) == [4, 9])
        #expect(answers.allSatisfy { $0.1.result.values == [[12.5]] && $0.1.status.universeCount == 1 })
        let sequence = try #require(fixture.view).sequence
        fixture.step([.ask(5, query)], now.adding(seconds: 5))
        #expect(fixture.view?.sequence == sequence)
    }

    @Test func theShortListIsTheScreenThenTheListsByRank() throws {
        var fixture = try ScanFixture()
        let now = fixture.at(11, 0)
        fixture.use(
            [
                list("busy", "vol > 10", top: 3),
                list("dear", "price > 5", sort: [SortKey(.last, descending: true)], top: 2),
                list("quiet", "vol > 10", sort: [SortKey(.volume, descending: false)], isFollowed: false),
            ],
            now
        )
        let shown = ScanQuery(sort: [SortKey(.symbol, descending: true)], columns: [], rows: 1..<2)
        let stocks = (0..<20).map { Stock("S\(10 + $0)", Double(10 + $0), Double(1000 - $0)) }
        // The short list is read every five seconds at most.
        try fixture.show(stocks + [Stock("ZVZZT", 99, 1e6)], now.adding(seconds: 6), [.command(.query(shown))])
        var symbols: [String] = []
        for output in fixture.outputs {
            guard case .demand(let demand) = output else { continue }
            symbols = demand.pairs.filter { $0.topic == .seconds }.compactMap { $0.symbol?.text }
        }
        // S28 is on the screen; S29 leads one list, S10 the other, S28 is not named twice.
        #expect(symbols == ["S28", "S10", "S29", "S11", "S12"])
        fixture.step([.feed(FeedStatus())], now.adding(seconds: 6))
        #expect(fixture.view?.status.shortListCount == 5)
    }
}
