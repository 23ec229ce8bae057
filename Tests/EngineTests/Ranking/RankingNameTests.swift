import Engine
import EngineAPI
import MarketData
import MarketTime
import TestSupport
import Testing

@Suite
struct RankingNameTests {
    private func market() throws -> (ScanFixture, Instant) {
        var fixture = try ScanFixture()
        let now = fixture.at(11, 0)
        // By volume: AAA, BBB, … FFF.
        let names = ["AAA", "BBB", "CCC", "DDD", "EEE", "FFF"]
        try fixture.show(names.enumerated().map { Stock($1, 10 + Double($0), 60 - Double($0) * 10) }, now)
        return (fixture, now)
    }

    private func query(_ filter: String?, pinned: [String] = [], excluded: [String] = []) -> ScanQuery {
        var query = ScanQuery(
            filter: filter,
            sort: [SortKey(.volume, descending: true)],
            columns: [.volume],
            rows: 0..<20
        )
        query.pinned = symbols(pinned)
        query.excluded = symbols(excluded)
        return query
    }

    struct Case: Sendable, CustomStringConvertible {
        var filter: String?
        var pinned: [String] = []
        var excluded: [String] = []
        var expected: String
        var pinnedCount = 0
        var description: String { "\(filter ?? "all"), \(pinned) first, without \(excluded)" }
    }

    private static let cases = [
        Case(pinned: ["DDD"], expected: "DDD AAA BBB CCC EEE FFF", pinnedCount: 1),
        Case(pinned: ["EEE", "BBB"], expected: "EEE BBB AAA CCC DDD FFF", pinnedCount: 2),
        Case(filter: "vol > 35", pinned: ["FFF", "BBB"], expected: "FFF BBB AAA CCC", pinnedCount: 2),
        Case(filter: "vol > 500", pinned: ["FFF"], expected: "FFF", pinnedCount: 1),
        Case(pinned: ["NONE", "CCC", "CCC"], expected: "CCC AAA BBB DDD EEE FFF", pinnedCount: 1),
        Case(excluded: ["AAA", "NONE", "EEE"], expected: "BBB CCC DDD FFF"),
        Case(pinned: ["AAA", "BBB"], excluded: ["AAA"], expected: "BBB CCC DDD EEE FFF", pinnedCount: 1),
        Case(filter: "vol > 5 | top 2", pinned: ["EEE"], expected: "EEE AAA BBB", pinnedCount: 1),
        Case(filter: "vol > 5 | top 2", pinned: ["BBB"], expected: "BBB AAA", pinnedCount: 1),
        Case(filter: "vol > 5 | top 2", excluded: ["AAA"], expected: "BBB CCC"),
        Case(
            filter: "price > 12.5",
            pinned: ["AAA", "FFF"],
            excluded: ["EEE"],
            expected: "AAA FFF DDD",
            pinnedCount: 2
        ),
    ]

    @Test(arguments: cases)
    func namedTickersStandFirstOrAreLeftOut(_ wanted: Case) throws {
        var (fixture, now) = try market()
        let result = try fixture.ask(query(wanted.filter, pinned: wanted.pinned, excluded: wanted.excluded), now)
        #expect(result.symbols.map(\.text).joined(separator: " ") == wanted.expected)
        #expect(result.pinnedCount == wanted.pinnedCount)
        #expect(result.matchCount == result.symbols.count)
        #expect(
            result.values[0]
                == result.symbols.map {
                    60 - 10 * Double(["AAA", "BBB", "CCC", "DDD", "EEE", "FFF"].firstIndex(of: $0.text) ?? 0)
                }
        )
    }

    @Test func anchorsAndSearchesCountTheRanksAsShown() throws {
        var (fixture, now) = try market()
        var asked = query("vol > 15", pinned: ["DDD"], excluded: ["BBB"])
        asked.rows = 0..<1
        for (name, rank) in [("DDD", 0), ("AAA", 1), ("CCC", 2), ("EEE", 3)] {
            asked.anchor = Symbol(name)
            asked.find = FindRequest(text: name, fromRank: -1)
            let result = try fixture.ask(asked, now)
            #expect(result.anchorRank == rank && result.found?.rank == rank, "\(name)")
        }
        for name in ["BBB", "FFF"] {
            asked.anchor = Symbol(name)
            asked.find = FindRequest(text: name, fromRank: -1)
            let result = try fixture.ask(asked, now)
            #expect(result.anchorRank == nil && result.found == nil, "\(name)")
        }
    }

    @Test func aHeldOrderTakesPinsAndWhoIsLeftOutWithoutAnybodyElseMoving() throws {
        var (fixture, now) = try market()
        func shown(_ asked: ScanQuery) throws -> String {
            fixture.step([.command(.query(asked))], now)
            return try #require(fixture.view?.result).symbols.map(\.text).joined(separator: " ")
        }
        #expect(try shown(query("vol > 5")) == "AAA BBB CCC DDD EEE FFF")
        var held = query("vol > 5")
        held.holdsOrder = true
        #expect(try shown(held) == "AAA BBB CCC DDD EEE FFF")
        // The market turns round; who stands where does not.
        let names = ["AAA", "BBB", "CCC", "DDD", "EEE", "FFF"]
        try fixture.show(names.enumerated().map { Stock($1, 10, 100 + Double($0) * 10) }, now)
        let steps: [(pinned: [String], excluded: [String], expected: String)] = [
            (["DDD"], [], "DDD AAA BBB CCC EEE FFF"),
            (["DDD", "BBB"], [], "DDD BBB AAA CCC EEE FFF"),
            (["BBB"], [], "BBB AAA CCC DDD EEE FFF"),
            (["BBB"], ["CCC"], "BBB AAA DDD EEE FFF"),
            ([], ["CCC"], "AAA BBB DDD EEE FFF"),
            (["FFF"], ["CCC", "AAA"], "FFF BBB DDD EEE"),
            ([], ["CCC", "AAA", "FFF"], "BBB DDD EEE"),
        ]
        for step in steps {
            held.pinned = symbols(step.pinned)
            held.excluded = symbols(step.excluded)
            #expect(try shown(held) == step.expected, "\(step)")
        }
        // One that comes back has no place in the order that is held: all is ranked anew.
        held.excluded = []
        #expect(try shown(held) == "FFF EEE DDD CCC BBB AAA")
    }

    @Test func moreNamesThanMayBeNamedAreCutOff() throws {
        var fixture = try ScanFixture()
        let now = fixture.at(11, 0)
        let names = (0..<700).map { "S\($0)" }
        try fixture.show(names.map { Stock($0, 10, 50) }, now)
        let many = query(nil, pinned: names)
        #expect(try fixture.ask(many, now).pinnedCount == ScanQuery.pinnedMax)
        #expect(try fixture.ask(query(nil, excluded: names), now).matchCount == 700 - ScanQuery.excludedMax)
    }

    @Test func theLedgerLeavesOutWhoIsLeftOut() throws {
        var (fixture, now) = try market()
        var asked = query("vol > 15 and price < 13", excluded: ["AAA", "FFF"])
        asked.wantsLedger = true
        let result = try fixture.ask(asked, now)
        #expect(result.ledger.map(\.passAlone) == [4, 2] && result.ledger.map(\.matchWithout) == [2, 4])
    }
}
