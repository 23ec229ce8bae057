import EngineAPI
import GRDB
import MarketData
import MarketTime
import TestSupport
import Testing

@testable import Store

@Suite
struct TradeCountTests {
    private let folder: TestFolder
    private let store: TradeulStore
    private let today: DayID

    init() throws {
        folder = try TestFolder()
        store = try TradeulStore(path: folder.file)
        today = try day("2026-11-20")
    }

    /// Stores days whose slots trade so often; the newest is yesterday's.
    private func write(_ name: String, _ days: [[Int32]]) throws {
        for (back, trades) in days.enumerated() {
            var row = try steadyRow(name, today.adding(days: -1 - back), 10)
            for (slot, count) in trades.enumerated() { row.trades[slot] = count }
            row.vwap = row.trades.map { $0 == 0 ? .nan : 5 }
            try store.write(.bars(history([row]), coverage: [], source: .aggregates))
        }
    }

    private var before: [DayID] { (1...40).map { today.adding(days: -$0) } }

    @Test func meanAndDeviationAreThoseOfTheSameSlots() throws {
        try write("A", [[1, 2, 3, 4], [5, 0, 6, 9], [100, 4, 2, 0], [0, 1]])
        let load = try store.tradeCounts(slots: 1..<3, days: before)
        // 5, 6, 6 and 1.
        #expect(load.symbols.map(\.text) == ["A"] && load.days == [4] && load.mean == [4.5])
        #expect(abs(load.deviation[0] - 2.3804761428476167) < 1e-12)
        #expect(try store.tradeCounts(slots: 0..<192, days: before).mean == [34.25])
        let one = try store.tradeCounts(slots: 0..<1, days: [before[2]])
        #expect(one.mean == [100] && one.deviation[0].isNaN && one.days == [1])
    }

    @Test func aDayWithAnUnknownNumberDoesNotServeThoseSlots() throws {
        try write("A", [[1, SlotHistory.unknownTrades, 3], [2, 2, 2], [4, 4, 4]])
        #expect(try store.tradeCounts(slots: 0..<2, days: before).days == [2])
        #expect(try store.tradeCounts(slots: 0..<1, days: before).days == [3])
        #expect(try store.tradeCounts(slots: 2..<9, days: before).mean == [3])
    }

    @Test func theNewestDaysThatHaveNumbersServe() throws {
        try write("A", (0..<14).map { [Int32($0)] + [1] })
        // Collected live: slots, but no trades.
        try store.write(try rows(before[0], symbol("A"), Array(1...192)), source: .live)
        try write("B", [[7]])
        let candidates = before
        let load = try store.loadTradeCounts(TradeCountRequest(tradingDay: today, slots: 0..<1, candidates: candidates))
        #expect(load.symbols.map(\.text) == ["A", "B"] && load.days == [10, 1] && load.mean == [4.5, 7])
        // A day that has none is no day, and neither is the trading day itself.
        let holes = [today, today.adding(days: -30)] + candidates
        #expect(try store.tradeCounts(slots: 0..<1, days: holes).days == [10, 1])
    }

    @Test(arguments: [0..<0, 192..<300, -5..<0])
    func slotsThatAreNoneGiveNothing(_ slots: Range<Int>) throws {
        try write("A", [[1, 2]])
        #expect(try store.tradeCounts(slots: slots, days: before).symbols.isEmpty)
    }

    @Test func slotsBeyondTheDayAreLeftOut() throws {
        try write("A", [[1, 2]])
        #expect(try store.tradeCounts(slots: 1..<300, days: before).mean == [2])
    }

    @Test func damagedRowsAreCountedAndSpoilNothing() throws {
        try write("A", [[1], [3]])
        let other = try otherConnection(folder.file)
        try other.write { db in
            try db.execute(
                sql: "INSERT INTO slot_details (date, symbol, trades, vwap) VALUES (?, 'B', x'FFFFFFFFFF', x'')",
                arguments: [before[0].iso]
            )
        }
        let load = try store.tradeCounts(slots: 0..<1, days: before)
        #expect(load.symbols.map(\.text) == ["A"] && load.mean == [2] && store.damagedRowCount == 1)
    }
}
