import Engine
import EngineAPI
import MarketData
import MarketTime
import TestSupport
import Testing

@Suite
struct ScanRankingTests {
    private func market(_ count: Int, seed: UInt64) throws -> (EngineFixture, Instant, [String: Double]) {
        var fixture = try EngineFixture()
        var random = SeededRandom(seed: seed)
        let now = fixture.at(11, 0, 0)
        var volumes: [String: Double] = [:]
        var rows: [Row] = []
        for index in 0..<count {
            let name = "S\(index)"
            let volume = Double(random.next() % 50)
            volumes[name] = volume
            rows.append(traded(name, Double(1 + random.next() % 20), volume: volume, at: now))
        }
        rows.append(traded("ZVZZT", 10, volume: 1e9, at: now))
        _ = fixture.step([.snapshot(try snapshot(rows))], now)
        return (fixture, now, volumes)
    }

    @Test(arguments: [11, 12, 13] as [UInt64])
    func theOrderEqualsANaiveSortWithTiesBySymbol(_ seed: UInt64) throws {
        var (fixture, now, volumes) = try market(300, seed: seed)
        let query = ScanQuery(sort: [SortKey(.volume, descending: true)], columns: [.volume], rows: 0..<1000)
        let result = try fixture.ask(query, now)
        let expected = volumes.keys.sorted { left, right in
            let (a, b) = (volumes[left] ?? 0, volumes[right] ?? 0)
            return a != b ? a > b : left < right
        }
        #expect(result.symbols.map(\.text) == expected, "seed \(seed)")
        #expect(result.matchCount == 300)
    }

    @Test func theSecondKeyDecidesTies() throws {
        var (fixture, now, _) = try market(300, seed: 5)
        let keys = [SortKey(.volume, descending: true), SortKey(.last, descending: false)]
        let result = try fixture.ask(ScanQuery(sort: keys, columns: [.volume, .last], rows: 0..<1000), now)
        for rank in 1..<result.symbols.count where result.values[0][rank] == result.values[0][rank - 1] {
            #expect(result.values[1][rank] >= result.values[1][rank - 1])
        }
    }

    @Test func testTickersAppearOnlyWhenAsked() throws {
        var (fixture, now, _) = try market(10, seed: 1)
        var query = ScanQuery(columns: [], rows: 0..<100)
        #expect(try fixture.ask(query, now).matchCount == 10)
        query.gate.includesTestTickers = true
        #expect(try fixture.ask(query, now).matchCount == 11)
    }

    @Test func theGateNarrowsTheMarket() throws {
        var (fixture, now, volumes) = try market(300, seed: 3)
        let query = ScanQuery(gate: ScanGate(minVolume: 25), columns: [.volume], rows: 0..<1000)
        #expect(try fixture.ask(query, now).matchCount == volumes.values.filter { $0 >= 25 }.count)
    }

    @Test func aHeldOrderKeepsItsRanksWhileNumbersMove() throws {
        var fixture = try EngineFixture()
        let now = fixture.at(11, 0)
        func rows(_ first: Double, _ second: Double) throws -> EngineInput {
            .snapshot(
                try snapshot([traded("AAA", 5, volume: first, at: now), traded("BBB", 5, volume: second, at: now)])
            )
        }
        var query = ScanQuery(sort: [SortKey(.volume, descending: true)], columns: [.volume], rows: 0..<2)
        _ = fixture.step([try rows(10, 5)], now)
        #expect(try fixture.ask(query, now).symbols.map(\.text) == ["AAA", "BBB"])
        query.holdsOrder = true
        _ = try fixture.ask(query, now)
        _ = fixture.step([try rows(10, 50)], now)
        let held = try fixture.ask(query, now)
        #expect(held.symbols.map(\.text) == ["AAA", "BBB"])
        #expect(held.values[0] == [10, 50])
        query.holdsOrder = false
        #expect(try fixture.ask(query, now).symbols.map(\.text) == ["BBB", "AAA"])
    }

    @Test func aTickerThatAppearsWhileTheOrderIsHeldWaitsForTheNextOrder() throws {
        var fixture = try EngineFixture()
        let now = fixture.at(11, 0)
        let known = [traded("AAA", 5, volume: 10, at: now), traded("BBB", 5, volume: 5, at: now)]
        var query = ScanQuery(sort: [SortKey(.volume, descending: true)], columns: [.volume], rows: 0..<9)
        _ = fixture.step([.snapshot(try snapshot(known))], now)
        _ = try fixture.ask(query, now)
        query.holdsOrder = true
        query.anchor = Symbol("NEW")
        query.find = FindRequest(text: "NEW", fromRank: -1)
        _ = try fixture.ask(query, now)
        _ = fixture.step([.snapshot(try snapshot(known + [traded("NEW", 5, volume: 99, at: now)]))], now)
        let held = try fixture.ask(query, now)
        #expect(held.symbols.map(\.text) == ["AAA", "BBB"] && held.matchCount == 2)
        #expect(held.anchorRank == nil && held.found == nil)
        query.holdsOrder = false
        let free = try fixture.ask(query, now)
        #expect(free.symbols.map(\.text) == ["NEW", "AAA", "BBB"])
        #expect(free.anchorRank == 0 && free.found?.rank == 0)
        // What the day's roll leaves is missing: it passes no gate that asks for volume, held or not.
        query.gate.minVolume = 1
        #expect(try fixture.ask(query, fixture.at(28, 0)).matchCount == 0)
    }

    @Test func rowsBeyondTheEndAreClampedAndTheAnchorsRankIsGiven() throws {
        var (fixture, now, _) = try market(30, seed: 2)
        let sort = [SortKey(.symbol, descending: false)]
        let all = try fixture.ask(ScanQuery(sort: sort, columns: [], rows: -5..<1000), now)
        #expect(all.rows == 0..<30)
        let anchor = all.symbols[17]
        let far = try fixture.ask(ScanQuery(sort: sort, columns: [], rows: 500..<600, anchor: anchor), now)
        #expect(far.rows.isEmpty && far.anchorRank == 17)
    }

    @Test(arguments: [
        ("s1", -1, false, "S1"), ("S1", 1, false, "S10"), ("9", -1, false, "S19"), ("S2", 0, true, "S2"),
        ("S", -1, true, "S9"),
    ])
    func findPrefersSymbolsThatStartWithTheText(
        _ text: String,
        _ from: Int,
        _ backwards: Bool,
        _ expected: String
    ) throws {
        var (fixture, now, _) = try market(30, seed: 2)
        let request = FindRequest(text: text, fromRank: from, backwards: backwards)
        let sort = [SortKey(.symbol, descending: false)]
        let result = try fixture.ask(ScanQuery(sort: sort, columns: [], rows: 0..<1, find: request), now)
        #expect(result.found?.symbol.text == expected)
    }

    @Test func theSymbolItselfIsFoundBeforeHigherRankedOnesThatBeginWithIt() throws {
        var fixture = try EngineFixture()
        let now = fixture.at(11, 0)
        let rows = [("FNN", 30.0), ("FUBL", 20), ("F", 10), ("FZ", 5)].map { name, volume in
            traded(name, 5, volume: volume, at: now)
        }
        _ = fixture.step([.snapshot(try snapshot(rows))], now)
        func found(from rank: Int) throws -> String? {
            let request = FindRequest(text: "f", fromRank: rank)
            let sort = [SortKey(.volume, descending: true)]
            let query = ScanQuery(sort: sort, columns: [], rows: 0..<1, find: request)
            return try fixture.ask(query, now).found?.symbol.text
        }
        #expect(try found(from: -1) == "F")
        // From there the search goes on among the others.
        #expect(try found(from: 2) == "FZ")
        #expect(try found(from: 3) == "FNN")
    }

    @Test func findThatMatchesNothingSaysSo() throws {
        var (fixture, now, _) = try market(30, seed: 2)
        let query = ScanQuery(columns: [], rows: 0..<1, find: FindRequest(text: "XYZ", fromRank: -1))
        #expect(try fixture.ask(query, now).found == nil)
    }
}
