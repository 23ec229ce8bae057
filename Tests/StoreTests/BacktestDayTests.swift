import EngineAPI
import GRDB
import MarketData
import MarketTime
import Testing

@testable import Store

@Suite
struct BacktestDayTests {
    private let folder: TestFolder
    private let store: TradeulStore
    private let date: DayID
    private let before: DayID

    init() throws {
        folder = try TestFolder()
        store = try TradeulStore(path: folder.file)
        date = try day("2026-11-03")
        before = try day("2026-11-02")
    }

    private func read(_ day: DayID) throws -> StoredBacktestDay {
        try store.backtestDay(HistoryRequest(tradingDay: day, calendar: ExchangeCalendar(), settings: RVOLSettings()))
    }

    @Test func aDayIsReadSlotAfterSlotWithWhatWasKnownBefore() throws {
        var a = try steadyRow("A", date, 100)
        a.trades[70] = 5
        a.vwap[70] = 12.5
        a.vwap[71] = 12.25
        a.trades[71] = SlotHistory.unknownTrades
        let b = try steadyRow("B", date, 3)
        try store.write(.bars(history([a, b]), coverage: [], source: .aggregates))
        try store.write(.bars(history([try steadyRow("A", before, 50)]), coverage: [], source: .aggregates))
        try store.write(rows(date, try symbol("HALF"), [1, 2, -1, 4]), source: .live)
        try store.write(rows(date, try symbol("NONE"), Array(repeating: 0, count: Slot.count)), source: .live)
        try store.write(rows(date, try symbol("LIVE"), (1...192).map { Int64($0) }), source: .live)
        try store.write(.dailyBars(date, [try bar("A", volume: 1, price: 13)]))
        try store.write(.dailyBars(before, [try bar("A", volume: 9600, price: 11)]))
        let read = try read(date)
        #expect(read.symbols.map(\.text) == ["A", "B", "LIVE"] && read.incompleteSymbols == 1)
        for slot in 0..<Slot.count {
            let expected = [100, 3, 1].map { Int64(slot + 1) * $0 }
            #expect(Array(read.cumulative[slot * 3..<slot * 3 + 3]) == expected)
        }
        #expect(read.vwap[70 * 3] == 12.5 && read.vwap[71 * 3] == 12.25 && read.vwap[72 * 3].isNaN)
        #expect(read.trades[70 * 3] == 5 && read.trades[71 * 3] == SlotHistory.unknownTrades)
        #expect(read.trades[70 * 3 + 2] == SlotHistory.unknownTrades, "nobody told the trades of a live day")
        #expect(read.opens[0] == 13 && read.closes[0] == 13 && read.opens[1].isNaN && read.closes[2].isNaN)
        // The baseline and the day before: of days before only.
        #expect(read.history.symbols.map(\.text) == ["A"] && read.history.days == [1])
        #expect(read.history.sums[0] == 50 && read.history.sums[191] == 9600)
        #expect(read.history.daily.symbols.map(\.text) == ["A"] && read.history.daily.previousClose == [11])
        #expect(read.history.today.symbols.isEmpty)
    }

    @Test func splitsCountUpToTheDayOnly() throws {
        for (day, shares) in [(before, 100), (date, 400)] as [(DayID, Int64)] {
            try store.write(.bars(history([try steadyRow("A", day, shares)]), coverage: [], source: .aggregates))
        }
        let first = try #require(StockSplit(symbol: try symbol("A"), executionDate: date, from: 1, to: 4))
        let later = try #require(
            StockSplit(symbol: try symbol("A"), executionDate: date.adding(days: 1), from: 1, to: 10)
        )
        try store.write(.splits([first, later]))
        let read = try read(date)
        #expect(read.history.sums[0] == 400 && read.cumulative[0] == 400)
        #expect(read.history.splitToday == [try symbol("A"): 4])
    }

    @Test func damagedRowsAreLeftOutAndTheOthersStayInPlace() throws {
        let names = ["A", "B", "C", "D"]
        try store.write(
            .bars(
                history(
                    try names.enumerated().map { index, name in
                        var row = try steadyRow(name, date, Int64(index + 1))
                        row.trades[5] = Int32(index)
                        row.vwap[5] = Float(index + 1)
                        return row
                    }
                ),
                coverage: [],
                source: .aggregates
            )
        )
        try store.writing { db in
            try db.execute(sql: "UPDATE volume_slots SET packed = x'ffff' WHERE symbol = 'B'")
            try db.execute(sql: "UPDATE slot_details SET trades = x'ffffffff' WHERE symbol = 'C'")
        }
        let read = try read(date)
        #expect(read.symbols.map(\.text) == ["A", "C", "D"] && store.damagedRowCount == 1)
        #expect(Array(read.cumulative[15..<18]) == [6, 18, 24])
        #expect(read.vwap[15] == 1 && read.vwap[16].isNaN && read.vwap[17] == 4)
        #expect(Array(read.trades[15..<18]) == [0, SlotHistory.unknownTrades, 3])
        #expect(read.cumulative.count == 3 * Slot.count && read.closes.count == 3)
        #expect(try self.read(before).symbols.isEmpty)
    }
}
