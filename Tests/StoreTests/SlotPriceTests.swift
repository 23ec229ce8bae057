import EngineAPI
import GRDB
import MarketData
import MarketTime
import TestSupport
import Testing

@testable import Store

/// Prices of the trading day's slots, on their way through the file.
@Suite
struct SlotPriceTests {
    private let folder: TestFolder
    private let store: TradeulStore
    private let date: DayID

    init() throws {
        folder = try TestFolder()
        store = try TradeulStore(path: folder.file, options: .init(busyTimeoutMs: 20))
        date = try day("2026-11-20")
    }

    private func today(_ symbol: Symbol? = nil) throws -> SlotRows {
        try store.loadHistory(
            HistoryRequest(tradingDay: date, lookbackCandidates: [], daysPerSymbol: 5, dailyDays: [], symbol: symbol)
        ).today
    }

    private func rows(_ name: String, _ volumes: [Int64], _ prices: [Float]) throws -> SlotRows {
        var rows = SlotRows(day: date, slotCount: volumes.count)
        rows.append(try symbol(name), volumes, vwap: prices)
        return rows
    }

    private func text(_ prices: some Sequence<Float>) -> String {
        prices.map { $0.isNaN ? "-" : "\(Int(($0 * 10_000).rounded()))" }.joined(separator: " ")
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func pricesComeBackBesideTheVolumesTheyWereWrittenWith(_ seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        var written = SlotRows(day: date, slotCount: 80)
        for index in 0..<40 {
            let volumes = (1...80).map { Int64($0) * 100 }
            let prices = (0..<80).map { _ in
                Bool.random(using: &random) ? Float(Int.random(in: 1...4_000_000, using: &random)) / 10_000 : Float.nan
            }
            if index % 4 == 3 {
                written.append(try symbol("S\(index)"), volumes)
            } else {
                written.append(try symbol("S\(index)"), volumes, vwap: prices)
            }
        }
        #expect(written.isSound)
        try store.write(written, source: .simulator)
        let read = try today()
        #expect(read.isSound && read.slotCount == 80 && read.cumulative.count == 40 * 80)
        for (index, symbol) in written.symbols.enumerated() {
            let row = try #require(read.symbols.firstIndex(of: symbol))
            let expected = text(written.vwap[index * 80..<(index + 1) * 80])
            #expect(text(read.vwap[row * 80..<(row + 1) * 80]) == expected, "seed \(seed), \(symbol.text)")
            let alone = try today(symbol)
            #expect(text(alone.vwap) == (index % 4 == 3 ? "" : expected), "seed \(seed), \(symbol.text) alone")
        }
        #expect(store.damagedRowCount == 0)
    }

    @Test func aDayWithoutPricesTakesNoRoomForThem() throws {
        var plain = SlotRows(day: date, slotCount: 3)
        plain.append(try symbol("AAA"), [1, 2, 3])
        try store.write(plain, source: .live)
        #expect(try today().vwap.isEmpty)
        // Prices of slots nobody has volumes of, of symbols without slots, and what is no price.
        try store.write(rows("AAA", [1, 2, 3, -1], [.nan, 0, -1, 5]), source: .live)
        try store.write(rows("BBB", [-1], [5]), source: .live)
        let read = try today()
        #expect(read.symbols.map(\.text) == ["AAA"] && read.vwap.isEmpty)
    }

    @Test func whatIsNotToldKeepsWhatIsStored() throws {
        try store.write(rows("AAA", [1, 2, 3, 4], [1, .nan, 3, .nan]), source: .simulator)
        try store.write(rows("AAA", [1, 2, 3, 4], [.nan, 2, .infinity, .nan]), source: .simulator)
        try store.write(rows("AAA", [1, 2, 3, 4], []), source: .live)
        #expect(text(try today().vwap) == "10000 20000 30000 -")
    }

    @Test func aBackfilledDayShowsItsPricesAndKeepsItsTrades() throws {
        var row = try steadyRow("AAA", date, 10)
        row.trades = (0..<Slot.count).map { $0 < 3 ? 7 : 0 }
        row.vwap = (0..<Slot.count).map { $0 < 3 ? 2 : .nan }
        try store.write(.bars(history([row]), coverage: [], source: .aggregates))
        #expect(text(try today().vwap.prefix(5)) == "20000 20000 20000 - -")
        try store.write(rows("AAA", [10, 20, 30, 40], [.nan, 4, .nan, 5]), source: .simulator)
        #expect(text(try today().vwap.prefix(5)) == "20000 40000 20000 50000 -")
        // Three slots still tell their trades; the fourth has a price, and so had some.
        let known = try store.tradeCounts(slots: 0..<3, days: [date])
        #expect(known.mean == [21])
        #expect(try store.tradeCounts(slots: 3..<4, days: [date]).symbols.isEmpty)
        #expect(try store.tradeCounts(slots: 4..<9, days: [date]).mean == [0])
    }

    @Test func slotsThatOnlyPricesAreKnownOfTellNoTrades() throws {
        try store.write(rows("AAA", [1, 2, 3], [1, .nan, 3]), source: .simulator)
        for slots in [0..<1, 1..<2, 5..<6] {
            #expect(try store.tradeCounts(slots: slots, days: [date]).symbols.isEmpty, "\(slots)")
        }
    }

    @Test func damagedPricesAreMissingCountedAndReplaced() throws {
        try store.write(rows("AAA", [1, 2], [1, 2]), source: .simulator)
        try store.write(rows("BBB", [1, 2], [3, 4]), source: .simulator)
        try store.writing {
            try $0.execute(sql: "UPDATE slot_details SET trades = x'ff', vwap = x'00' WHERE symbol = 'AAA'")
        }
        #expect(text(try today().vwap) == "- - 30000 40000" && store.damagedRowCount == 1)
        try store.write(rows("AAA", [1, 2], [.nan, 7]), source: .simulator)
        #expect(store.damagedRowCount == 2)
        #expect(text(try today().vwap) == "- 70000 30000 40000" && store.damagedRowCount == 2)
    }

    @Test func rowsThatWaitForTheFileKeepTheirPricesWhenOthersJoinThem() throws {
        var waiting = try rows("AAA", [1, 2], [])
        try waiting.merge(newer: rows("BBB", [5, 6, 7], [1, .nan, 3]))
        try waiting.merge(newer: rows("AAA", [1, -1, 9], [.nan, 2, .nan]))
        try waiting.merge(newer: rows("BBB", [5], [.nan]))
        try waiting.merge(newer: rows("CCC", [5], []))
        #expect(waiting.isSound && waiting.symbols.map(\.text) == ["AAA", "BBB", "CCC"])
        #expect(waiting.cumulative == [1, 2, 9, 5, 6, 7, 5, -1, -1])
        #expect(text(waiting.vwap) == "- 20000 - 10000 - 30000 - - -")
        waiting = try rows("AAA", [1], [8])
        try waiting.merge(newer: rows("AAA", [1, 2], []))
        #expect(waiting.isSound && text(waiting.vwap) == "80000 -")
    }
}
