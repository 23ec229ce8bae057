import EngineAPI
import GRDB
import MarketData
import MarketTime
import Synchronization
import TestSupport
import Testing

@testable import Store

@Suite
struct ScanRetentionTests {
    private let folder: TestFolder
    private let store: TradeulStore
    private let monday: DayID

    init() throws {
        folder = try TestFolder()
        store = try TradeulStore(path: folder.file)
        monday = try day("2026-11-02")
    }

    /// A minute of lists in full, as an engine tells them.
    private func minute(
        _ number: Int,
        _ day: DayID,
        lists: Int,
        ranks: Int,
        using generator: inout SeededRandom
    ) throws -> ScanRecords {
        let time = NewYork.instant(day, secondOfDay: Slot.dayStartSecond + number * 60)
        var records = ScanRecords(time: time, day: day)
        for list in 0..<lists {
            let name = "list-\(list)"
            records.fullLists.append(name)
            for rank in 1...ranks {
                try records.add(
                    name,
                    "S\(Int.random(in: 0..<11_000, using: &generator))",
                    Int32(rank),
                    price: Double.random(in: 0.5..<300, using: &generator),
                    volume: Double(Int.random(in: 10_000..<80_000_000, using: &generator)),
                    rvol: Double.random(in: 0.5..<60, using: &generator),
                    change: Double.random(in: -40..<60, using: &generator),
                    cap: Double(Int.random(in: 5_000_000..<900_000_000_000, using: &generator))
                )
            }
        }
        return records
    }

    private func events(_ count: Int, _ number: Int, _ day: DayID) throws -> [ScanEvent] {
        let name = try symbol("S\(number)")
        let time = NewYork.instant(day, secondOfDay: Slot.dayStartSecond + number * 60)
        return (0..<count).map {
            ScanEvent(
                time: time.adding(seconds: Int64($0 % 60)),
                list: "list-\($0 % 3)",
                symbol: name,
                kind: .entered,
                rank: 3,
                previousRank: 0,
                clause: "rvol > \(day.rawValue)",
                price: 12.34,
                volume: 1_234_567,
                rvol: 3.21,
                changePercent: 12.3,
                value: 3.21
            )
        }
    }

    private func bytes() throws -> Int {
        try store.reading { db in
            let pages = try Int.fetchOne(db, sql: "PRAGMA page_count") ?? 0
            return pages * (try Int.fetchOne(db, sql: "PRAGMA page_size") ?? 0)
        }
    }

    /// What a day of 20 lists of 50 takes: the figure of the settings rests on it.
    @Test(arguments: [7] as [UInt64])
    func aDayOfTwentyListsStaysBelowThirtyMB(_ seed: UInt64) throws {
        var generator = SeededRandom(seed: seed)
        let minutes = 48
        // The table of symbols is there once, whatever is stored.
        try store.writing { db in
            for number in 0..<11_000 { _ = try ScanNames.id(of: "S\(number)", .symbols, db) }
        }
        let before = try bytes()
        for number in 0..<minutes {
            try store.write(minute(number, monday, lists: 20, ranks: 50, using: &generator))
        }
        let taken = try bytes() - before
        #expect(taken * 960 / minutes < 30_000_000, "seed \(seed): \(taken * 960 / minutes) bytes a day")
        #expect(taken <= (try store.storedScanDays().first?.bytes ?? 0) + 100_000, "seed \(seed): \(taken) bytes")
    }

    @Test func changesAndEventsTakeNoMoreThanTheyAreCountedFor() throws {
        let before = try bytes()
        for number in 0..<4000 {
            var records = ScanRecords(time: NewYork.instant(monday, secondOfDay: 34_200 + number), day: monday)
            try records.add("list-\(number % 20)", "AAPL", 5, price: 12, volume: 1e7, rvol: 3, change: 2, cap: 1e9)
            try store.write(records)
        }
        let sets = try bytes() - before
        let counted = try store.storedScanDays().first?.bytes ?? 0
        #expect(sets <= counted)
        for number in 0..<40 { try store.write(events(100, number, monday), day: monday) }
        let events = try bytes() - before - sets
        #expect(events <= 4000 * TradeulStore.bytesPerScanEvent)
    }

    @Test(arguments: [0, 1, 2, 3, 4, 9])
    func daysBeforeTheKeptOnesGo(_ keepDays: Int) throws {
        var generator = SeededRandom(seed: 1)
        for offset in 0..<4 {
            let day = monday.adding(days: offset)
            for number in 0..<3 { try store.write(minute(number, day, lists: 2, ranks: 3, using: &generator)) }
            try store.write(events(5, 1, day), day: day)
        }
        let today = monday.adding(days: 3)
        let counts = try store.pruneScans(keepDays: keepDays, maxMB: 300, today: today)
        let gone = max(0, 4 - keepDays)
        #expect(counts.sets == gone * 6 && counts.events == gone * 5)
        let left = (gone..<4).map { monday.adding(days: $0) }
        #expect(try store.storedScanDays().map(\.day) == left.reversed())
        #expect(try store.reading { try Int.fetchOne($0, sql: "SELECT count(*) FROM scan_clauses") } == left.count)
        #expect(try store.storedScanDays().allSatisfy { $0.sets == 6 && $0.events == 5 })
    }

    @Test func beyondTheMegabytesTheOldestGo() throws {
        var generator = SeededRandom(seed: 2)
        for offset in 0..<3 {
            let day = monday.adding(days: offset)
            for number in 0..<100 {
                try store.write(minute(number, day, lists: 10, ranks: 50, using: &generator))
                try store.write(events(10, number, day), day: day)
            }
        }
        let all = try store.storedScanDays()
        #expect(all.map(\.bytes).reduce(0, +) > 2 << 20)
        let counts = try store.pruneScans(keepDays: 99, maxMB: 1, today: monday.adding(days: 2))
        let days = try store.storedScanDays()
        let left = days.map(\.bytes).reduce(0, +)
        #expect(left <= 1 << 20 && left > (1 << 20) - 300_000 && counts.sets > 0)
        // The newest is there, and the why-log reaches about as far back as the sets.
        let end = NewYork.instant(monday.adding(days: 2), secondOfDay: Slot.dayStartSecond + 99 * 60)
        #expect(try store.scanMoment(list: "list-1", at: end)?.fullTime == end)
        let rows = try store.reading { db in
            (
                try Int.fetchOne(db, sql: "SELECT sum(\(TradeulStore.scanSetBytes)) FROM scan_results") ?? 0,
                try Int.fetchOne(db, sql: "SELECT count(*) FROM scan_events") ?? 0,
                try Int64.fetchOne(db, sql: "SELECT min(time) FROM scan_results") ?? 0,
                try Int64.fetchOne(db, sql: "SELECT min(time) FROM scan_events") ?? 0
            )
        }
        #expect(rows.0 + rows.1 * TradeulStore.bytesPerScanEvent == left, "what is counted is what is there")
        #expect(rows.3 >= rows.2 - 60_000)
        #expect(try store.pruneScans(keepDays: 99, maxMB: 1, today: monday.adding(days: 2)).total == 0)
    }

    @Test func retentionStopsWhenToldToAndGoesOnLater() throws {
        var generator = SeededRandom(seed: 3)
        for number in 0..<3 { try store.write(minute(number, monday, lists: 2, ranks: 3, using: &generator)) }
        let later = monday.adding(days: 30)
        #expect(try store.pruneScans(keepDays: 1, maxMB: 300, today: later, mustStop: { true }).total == 0)
        #expect(try store.pruneScans(keepDays: 1, maxMB: 300, today: later).total == 6)
        #expect(try store.storedScanDays().isEmpty)
    }
}

@Suite
struct ScanWriterTests {
    @Test func aWriterKeepsTheNewestWhileTheDiskIsFullAndSaysSo() throws {
        let fussy = FussyScanStore()
        let retries = Mutex([@Sendable () -> Void]())
        let sentences = Mutex([String]())
        let writer = ScanWriter(store: fussy) { _, work in
            retries.withLock { $0.append(work) }
        } onTrouble: { sentence in
            sentences.withLock { $0.append(sentence) }
        }
        fussy.refusal.withLock { $0 = .full(path: "x.db") }
        let monday = try day("2026-11-02")
        for number in 0..<7 {
            var records = ScanRecords(time: Instant(milliseconds: Int64(number)), day: monday)
            for _ in 0..<20_000 { try records.add("L", "A", 1) }
            writer.write(records)
            #expect(writer.flush(milliseconds: 10_000) == false)
        }
        #expect(writer.dropped == 40_000)
        let told = sentences.withLock { $0 }
        #expect(told.count == 2 && told.first == StoreError.full(path: "x.db").sentence)
        #expect(told.last?.contains("not stored") == true)
        #expect(retries.withLock { $0.count } == 1, "one retry is enough for all")
        fussy.refusal.withLock { $0 = nil }
        for work in retries.withLock({ $0 }) { work() }
        #expect(writer.flush(milliseconds: 10_000))
        #expect(fussy.written.withLock { $0 } == [2, 3, 4, 5, 6])
    }

    @Test func recordsAndEventsAreWrittenInTheirOrder() throws {
        let fussy = FussyScanStore()
        let writer = ScanWriter(store: fussy, onTrouble: { _ in })
        let monday = try day("2026-11-02")
        var empty = ScanRecords(time: Instant(milliseconds: 1), day: monday)
        writer.write(empty)
        empty.fullLists = ["L"]
        writer.write(empty)
        let event = ScanEvent(
            time: Instant(milliseconds: 2),
            list: "L",
            symbol: try symbol("A"),
            kind: .left,
            rank: 1,
            previousRank: 1,
            clause: "gone"
        )
        writer.write([event], day: monday)
        writer.write([], day: monday)
        #expect(writer.flush(milliseconds: 10_000))
        #expect(fussy.written.withLock { $0 } == [1, 2])
    }
}

/// A store that refuses as long as it is told to, and notes the times of what it takes.
private final class FussyScanStore: ScanStore {
    let refusal = Mutex<StoreError?>(nil)
    let written = Mutex([Int64]())

    func write(_ records: ScanRecords) throws { try take(records.time) }

    func write(_ events: [ScanEvent], day: DayID) throws { try take(events[0].time) }

    private func take(_ time: Instant) throws {
        if let error = refusal.withLock({ $0 }) { throw error }
        written.withLock { $0.append(time.milliseconds) }
    }
}
