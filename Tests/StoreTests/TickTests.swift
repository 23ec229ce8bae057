import EngineAPI
import GRDB
import MarketData
import MarketTime
import Synchronization
import TestSupport
import Testing

@testable import Store

@Suite
struct TickTests {
    private let folder: TestFolder
    private let store: TradeulStore
    private let monday: DayID

    init() throws {
        folder = try TestFolder()
        store = try TradeulStore(path: folder.file)
        monday = try day("2026-11-02")
    }

    /// Trades of a symbol, one a second from 10:00 ET on.
    private func ticks(_ name: String, on day: DayID, count: Int, from first: Int = 0) throws -> TickRows {
        let start = NewYork.instant(day, secondOfDay: 36_000).nanoseconds
        var rows = TickRows()
        for number in first..<first + count {
            rows.symbol.append(try symbol(name))
            rows.time.append(start + Int64(number) * 1_000_000_000)
            rows.price.append(10 + Double(number) / 100)
            rows.size.append(100.5)
            rows.exchange.append(4)
            rows.trf.append(202)
            rows.conditions.append(0x25_0C)
            rows.side.append(number % 2 == 0 ? .ask : .belowBid)
            rows.identity.append(UInt64(number) + 1)
        }
        return rows
    }

    private func stored() throws -> Int {
        try store.reading { try Int.fetchOne($0, sql: "SELECT COUNT(*) FROM ticks") ?? -1 }
    }

    @Test func whatIsWrittenIsRead() throws {
        try store.write(ticks("AAPL", on: monday, count: 3))
        try store.write(ticks("MSFT", on: monday, count: 2))
        let found = try store.ticks(of: symbol("AAPL"), on: monday, limit: 100)
        #expect(found.map(\.price) == [10, 10.01, 10.02])
        #expect(found.map(\.side) == [.ask, .belowBid, .ask])
        #expect(found.allSatisfy { $0.size == 100.5 && $0.exchange == 4 && $0.trf == 202 })
        #expect(found.allSatisfy { $0.conditions == [12, 37] })
        #expect(try store.ticks(of: symbol("AAPL"), on: monday, limit: 2).map(\.price) == [10.01, 10.02])
        #expect(try store.ticks(of: symbol("AAPL"), on: monday.adding(days: 1), limit: 9).isEmpty)
        #expect(try store.tickDays().map(\.ticks) == [5])
    }

    @Test func theSameTradeIsStoredAndCountedOnce() throws {
        try store.write(ticks("AAPL", on: monday, count: 5))
        try store.write(ticks("AAPL", on: monday, count: 5, from: 3))
        #expect(try stored() == 8)
        #expect(try store.tickDays().map(\.ticks) == [8])
    }

    @Test func tradesWithoutIdentityAreToldByPriceAndSize() throws {
        var rows = try ticks("AAPL", on: monday, count: 2)
        rows.identity = [0, 0]
        rows.time[1] = rows.time[0]
        try store.write(rows)
        try store.write(rows)
        #expect(try stored() == 2)
    }

    @Test func aDayBelongsToNewYork() throws {
        var rows = try ticks("AAPL", on: monday, count: 1)
        // 19:59:59 ET is the next day in UTC.
        rows.time = [NewYork.instant(monday, secondOfDay: 71_999).nanoseconds]
        try store.write(rows)
        #expect(try store.tickDays().map(\.day) == [monday])
        #expect(try store.ticks(of: symbol("AAPL"), on: monday, limit: 9).count == 1)
    }

    @Test(arguments: [0, 1, 2, 3, 4, 9])
    func daysBeforeTheFirstKeptOneGo(_ days: Int) throws {
        for offset in 0..<4 { try store.write(ticks("A", on: monday.adding(days: offset), count: 10)) }
        let gone = try store.applyTickRetention(before: monday.adding(days: days), maxBytes: .max)
        #expect(gone == min(days, 4) * 10)
        #expect(try stored() == 40 - gone)
        #expect(try store.tickDays().map(\.ticks) == Array(repeating: 10, count: 4 - min(days, 4)))
    }

    @Test(arguments: [0, 1, 7, 10, 25, 39, 40, 100])
    func beyondTheBytesTheOldestGo(_ kept: Int) throws {
        for offset in 0..<4 { try store.write(ticks("A", on: monday.adding(days: offset), count: 10)) }
        let newest = try store.reading { try Int64.fetchAll($0, sql: "SELECT time FROM ticks ORDER BY time DESC") }
        try store.applyTickRetention(before: monday, maxBytes: kept * TradeulStore.bytesPerTick)
        let left = try store.reading { try Int64.fetchAll($0, sql: "SELECT time FROM ticks ORDER BY time DESC") }
        #expect(left == Array(newest.prefix(kept)))
        #expect(try store.tickDays().map(\.ticks).reduce(0, +) == left.count)
    }

    @Test func aTradeTakesLessRoomThanItIsCountedFor() throws {
        var rows = TickRows()
        let names = ["AAPL", "BRK.B", "GLTQ", "NVDA", "TSLA"]
        for _ in 0..<20 {
            rows = TickRows()
            for name in names {
                let more = try ticks(name, on: monday, count: 1000, from: try stored())
                rows.symbol += more.symbol
                rows.time += more.time
                rows.price += more.price
                rows.size += more.size
                rows.exchange += more.exchange
                rows.trf += more.trf
                rows.conditions += more.conditions
                rows.side += more.side
                // As real ones: hashes.
                rows.identity += more.identity.map { $0 &* 0x9E37_79B9_7F4A_7C15 }
            }
            try store.write(rows)
        }
        let (pages, size) = try store.reading { db in
            (
                try Int.fetchOne(db, sql: "PRAGMA page_count") ?? 0, try Int.fetchOne(db, sql: "PRAGMA page_size") ?? 0
            )
        }
        let count = try stored()
        #expect(count == 100_000)
        #expect(pages * size / count <= TradeulStore.bytesPerTick)
    }

    @Test func aWriterKeepsTheNewestWhileTheDiskIsFull() throws {
        let fussy = FussyTickStore()
        let retries = Mutex([@Sendable () -> Void]())
        let sentences = Mutex([String]())
        let writer = TickWriter(store: fussy) { _, work in
            retries.withLock { $0.append(work) }
        } onFailure: { sentence in
            sentences.withLock { $0.append(sentence) }
        }
        fussy.refusal.withLock { $0 = .full(path: "x.db") }
        let big = try ticks("A", on: monday, count: 50_000)
        for _ in 0..<6 {
            writer.write(big)
            #expect(writer.flush(milliseconds: 10_000) == false)
        }
        #expect(writer.dropped == 100_000)
        #expect(sentences.withLock { $0 } == [StoreError.full(path: "x.db").sentence])
        fussy.refusal.withLock { $0 = nil }
        for work in retries.withLock({ $0 }) { work() }
        #expect(writer.flush(milliseconds: 10_000))
        #expect(fussy.written.withLock { $0 } == 200_000)
    }
}

/// A store that refuses as long as it is told to.
private final class FussyTickStore: TickStore {
    let refusal = Mutex<StoreError?>(nil)
    let written = Mutex(0)

    func write(_ ticks: TickRows) throws {
        if let error = refusal.withLock({ $0 }) { throw error }
        written.withLock { $0 += ticks.count }
    }
}
