import Engine
import EngineAPI
import MarketData
import MarketTime
import Testing

@Suite
struct ScanRecordTests {
    private func rows(_ records: [ScanRecords]) -> [String] {
        records.flatMap { record in
            (0..<record.count).map { "\(record.lists[$0]) \(record.symbols[$0].text) \(record.ranks[$0])" }
        }
    }

    @Test func listsAreRecordedInFullEachMinuteAndTheirChangesBetween() throws {
        var fixture = try ScanFixture()
        let start = fixture.at(11, 0, 10)
        fixture.use([list("a", "price > 10"), list("pre", "price > 10", sessions: [.preMarket])], start)
        try fixture.show([Stock("AAA", 11, 300), Stock("BBB", 12, 200), Stock("CCC", 9, 100)], start)
        #expect(rows(fixture.records) == ["a AAA 1", "a BBB 2"])
        let first = try #require(fixture.records.first)
        #expect(first.fullLists == ["a"] && first.time == start && first.day == fixture.engine.day)
        #expect(first.prices == [11, 12] && first.volumes == [300, 200] && first.changes[1] == 20)
        #expect(first.marketCaps.allSatisfy { $0.isNaN })
        // Nothing has changed: nothing to record.
        try fixture.show(
            [Stock("AAA", 11, 300), Stock("BBB", 12, 200), Stock("CCC", 9, 100)],
            start.adding(seconds: 5)
        )
        #expect(fixture.records.isEmpty)
        try fixture.show(
            [Stock("AAA", 9, 300), Stock("BBB", 12, 200), Stock("CCC", 11, 250)],
            start.adding(seconds: 10)
        )
        #expect(
            rows(fixture.records) == ["a CCC 1", "a AAA 0"]
                || rows(fixture.records) == ["a CCC 1", "a BBB 2", "a AAA 0"]
        )
        #expect(fixture.records.first?.fullLists == [])
        try fixture.show(
            [Stock("AAA", 9, 300), Stock("BBB", 12, 200), Stock("CCC", 11, 250)],
            start.adding(seconds: 50)
        )
        #expect(rows(fixture.records) == ["a CCC 1", "a BBB 2"])
        #expect(fixture.records.first?.fullLists == ["a"])
    }

    @Test func ranksBelowTheFirstTwentyAreRecordedByTheMinuteAndBelowFiftyNever() throws {
        var fixture = try ScanFixture()
        let start = fixture.at(11, 0)
        fixture.use([list("a", "price > 10", sort: [SortKey(.last, descending: true)])], start)
        var names = (10..<80).map { "S\($0)" }
        func table() -> [Stock] { names.enumerated().map { Stock($1, Double(200 - $0), 500) } }
        try fixture.show(table(), start)
        #expect(rows(fixture.records).count == 50)
        names.swapAt(30, 31)
        try fixture.show(table(), start.adding(seconds: 5))
        #expect(fixture.records.isEmpty)
        names.swapAt(3, 4)
        try fixture.show(table(), start.adding(seconds: 10))
        #expect(rows(fixture.records) == ["a S14 4", "a S13 5"])
        // The fiftieth changes places with the fifty-first.
        names.swapAt(49, 50)
        try fixture.show(table(), start.adding(seconds: 15))
        #expect(rows(fixture.records) == ["a S60 50", "a S59 0"])
        try fixture.show(table(), start.adding(seconds: 60))
        #expect(rows(fixture.records).count == 50 && rows(fixture.records)[30] == "a S41 31")
    }
}
