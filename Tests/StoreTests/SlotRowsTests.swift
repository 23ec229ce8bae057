import EngineAPI
import GRDB
import MarketData
import MarketTime
import TestSupport
import Testing

@testable import Store

@Suite
struct SlotRowsTests {
    private let folder: TestFolder
    private let store: TradeulStore
    private let date: DayID

    init() throws {
        folder = try TestFolder()
        store = try TradeulStore(path: folder.file, options: .init(busyTimeoutMs: 20))
        date = try day("2026-11-20")
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func randomRowsComeBackAsWritten(_ seed: UInt64) throws {
        var generator = SeededRandom(seed: seed)
        var written = SlotRows(day: date, slotCount: Slot.count)
        for index in 0..<60 {
            written.append(
                try symbol("S\(index)"),
                randomDay(unknownShare: [0, 0.1, 0.9][index % 3], using: &generator)
            )
        }
        try store.write(written, source: .aggregates)
        let read = try store.slotRows(day: date)
        #expect(read.symbols == written.symbols.sorted(), "seed \(seed)")
        for (index, symbol) in written.symbols.enumerated() {
            let row = try #require(read.symbols.firstIndex(of: symbol))
            let volumes = Array(read.cumulative[row * read.slotCount..<(row + 1) * read.slotCount])
            let expected = Array(written.cumulative[index * Slot.count..<(index + 1) * Slot.count])
            #expect(volumes == Array(expected.prefix(read.slotCount)), "seed \(seed), \(symbol.text)")
            #expect(expected.dropFirst(read.slotCount).allSatisfy { $0 == SlotRows.unknown })
        }
        #expect(store.damagedRowCount == 0)
    }

    @Test func whatIsUnknownKeepsWhatIsStored() throws {
        let aapl = try symbol("AAPL")
        try store.write(rows(date, aapl, [1, -1, 3, 4, 5]), source: .aggregates)
        try store.write(rows(date, aapl, [-1, 2, -1]), source: .live)
        #expect(try store.slotRows(day: date, symbol: aapl).cumulative == [1, 2, 3, 4, 5])
        try store.write(rows(date, aapl, [-1, -1, -1, -1, 7, -1]), source: .live)
        #expect(try store.slotRows(day: date, symbol: aapl).cumulative == [1, 2, 3, 4, 7])
        try store.write(rows(date, try symbol("MSFT"), [9]), source: .live)
        #expect(try store.slotRows(day: date, symbol: aapl).cumulative == [1, 2, 3, 4, 7])
        #expect(try store.slotRows(day: date).cumulative == [1, 2, 3, 4, 7, 9, -1, -1, -1, -1])
    }

    @Test func rowsNobodyKnowsAnythingAboutAreNotWritten() throws {
        try store.write(rows(date, try symbol("AAPL"), [-1, -1]), source: .live)
        try store.write(SlotRows(day: date, slotCount: 0), source: .live)
        #expect(try store.storedSlotDays().isEmpty)
        #expect(try store.slotRows(day: date).symbols.isEmpty)
    }

    @Test func daysAreListedWithTheirRowsAndSources() throws {
        let next = date.adding(days: 3)
        try store.write(rows(date, try symbol("A"), Array(0..<192)), source: .live)
        try store.write(rows(date, try symbol("B"), Array(0..<191)), source: .aggregates)
        try store.write(rows(next, try symbol("A"), Array(0..<192)), source: .flatFile)
        #expect(
            try store.storedSlotDays() == [
                StoredSlotDay(day: next, rows: 1, completeRows: 1, sources: [.flatFile]),
                StoredSlotDay(day: date, rows: 2, completeRows: 1, sources: [.aggregates, .live]),
            ]
        )
        #expect(try store.storedSlotDays().map(\.isComplete) == [true, false])
    }

    @Test func oldDaysAreDeletedInBatchesAndNoOthers() throws {
        var many = SlotRows(day: date, slotCount: 1)
        for index in 0..<2 * TradeulStore.retentionBatch + 5 { many.append(try symbol("S\(index)"), [1]) }
        try store.write(many, source: .live)
        try store.write(rows(date.adding(days: 1), try symbol("A"), [1]), source: .live)
        #expect(try store.applyRetention(slotsBefore: date, dailyBefore: date).slots == 0)
        #expect(
            try store.applyRetention(slotsBefore: date.adding(days: 1), dailyBefore: date).slots == many.symbols.count
        )
        #expect(try store.storedSlotDays().map(\.day) == [date.adding(days: 1)])
    }

    @Test func damagedRowsAreSkippedCountedAndReplacedByTheNextWrite() throws {
        try store.write(rows(date, try symbol("A"), [1, 2]), source: .live)
        try store.write(rows(date, try symbol("B"), [3, 4]), source: .live)
        try store.writing { try $0.execute(sql: "UPDATE volume_slots SET packed = x'ffff' WHERE symbol = 'A'") }
        try store.writing {
            try $0.execute(
                sql: "INSERT INTO volume_slots VALUES ('2026-11-20', 'E' || char(27) || '[2J', 'live', 1, 1, x'02')"
            )
        }
        let read = try store.slotRows(day: date)
        #expect(read.symbols == [try symbol("B")] && read.cumulative == [3, 4])
        #expect(store.damagedRowCount == 2)
        try store.write(rows(date, try symbol("A"), [5]), source: .live)
        #expect(store.damagedRowCount == 3)
        #expect(try store.slotRows(day: date, symbol: symbol("A")).cumulative == [5])
    }

    @Test func aLockedFileSaysSoAndKeepsReading() throws {
        try store.write(rows(date, try symbol("A"), [1]), source: .live)
        let other = try otherConnection(folder.file)
        try other.inDatabase { try $0.execute(sql: "BEGIN IMMEDIATE") }
        #expect(throws: StoreError.locked(path: folder.file)) {
            try store.write(rows(date, symbol("A"), [2]), source: .live)
        }
        #expect(try store.slotRows(day: date).cumulative == [1])
        try other.inDatabase { try $0.execute(sql: "COMMIT") }
        try store.write(rows(date, try symbol("A"), [2]), source: .live)
        #expect(try store.slotRows(day: date).cumulative == [2])
    }

    @Test func aFullFileSaysSoKeepsWhatItHasAndRecovers() throws {
        try store.write(rows(date, try symbol("A"), [1]), source: .live)
        try store.close()
        var many = SlotRows(day: date, slotCount: Slot.count)
        for index in 0..<600 { many.append(try symbol("S\(index)"), (0..<192).map { Int64($0 * 300) }) }
        do {
            let room = try contents(folder.file).count + 40_000
            let small = try TradeulStore(path: folder.file, options: .init(maxFileBytes: room))
            #expect(throws: StoreError.full(path: folder.file)) { try small.write(many, source: .live) }
            #expect(try small.slotRows(day: date).cumulative == [1])
            try small.write(rows(date, try symbol("A"), [2]), source: .live)
            try small.close()
        }
        let roomy = try TradeulStore(path: folder.file)
        try roomy.write(many, source: .live)
        #expect(try roomy.slotRows(day: date).symbols.count == 601)
    }

    @Test func theErrorOfAFullDiskIsNamed() throws {
        let error = StoreError(DatabaseError(resultCode: .SQLITE_FULL), path: "p")
        #expect(error == .full(path: "p"))
        #expect(StoreError(DatabaseError(resultCode: .SQLITE_IOERR), path: "p").sentence.contains("p"))
    }
}
