import EngineAPI
import MarketData
import MarketTime
import TestSupport
import Testing

@testable import Store

@Suite
struct ExportTests {
    private let folder: TestFolder
    private let store: TradeulStore
    private let first: DayID

    init() throws {
        folder = try TestFolder()
        store = try TradeulStore(path: folder.file)
        first = try day("2026-11-02")
        for offset in [0, 1, 3, 4] {
            let date = first.adding(days: offset)
            let rows = history([try steadyRow("B", date, Int64(offset) + 1), try steadyRow("A", date, 9)])
            try store.write(.bars(rows, coverage: [], source: .aggregates))
        }
        try store.write(rows(first.adding(days: 3), symbol("C"), [1, -1, 4]), source: .live)
    }

    private func walk(_ from: Int, _ through: Int, _ symbols: [String]? = nil) throws -> [String] {
        var cursor = try store.slotCursor(
            from: first.adding(days: from),
            through: first.adding(days: through),
            symbols: try symbols?.map { try symbol($0) }
        )
        var lines: [String] = []
        while let records = try cursor.next() {
            #expect(Set(records.map(\.day)).count <= 1)
            lines += records.map { "\($0.day.rawValue - first.rawValue)\($0.symbol.text)\($0.cumulative[1])" }
        }
        #expect(try cursor.next() == nil)
        return lines
    }

    @Test func theCursorWalksDaysOldestFirstInSymbolOrder() throws {
        #expect(try walk(0, 9) == ["0A18", "0B2", "1A18", "1B4", "3A18", "3B8", "3C-1", "4A18", "4B10"])
        #expect(try walk(1, 3) == ["1A18", "1B4", "3A18", "3B8", "3C-1"])
        #expect(try walk(2, 2).isEmpty && walk(5, 1).isEmpty)
        #expect(try walk(0, 9, ["C", "B", "B", "Z"]) == ["0B2", "1B4", "3B8", "3C-1", "4B10"])
    }

    @Test func aWriterIsNotHeldUpBetweenDays() throws {
        var cursor = try store.slotCursor(from: first, through: first.adding(days: 9))
        _ = try cursor.next()
        try store.write(rows(first.adding(days: 1), symbol("NEW"), [1]), source: .live)
        #expect(try cursor.next()?.map(\.symbol.text) == ["A", "B", "NEW"])
    }

    @Test func aSymbolsDaysComeInTheOrderAskedFor() throws {
        let days = [4, 2, 0].map { first.adding(days: $0) }
        #expect(try store.slotDetails(symbol("B"), days: days).map(\.day) == [days[0], days[2]])
        #expect(try store.slotDetails(symbol("Z"), days: days).isEmpty)
    }
}
