import Analytics
import EngineAPI
import GRDB
import MarketData
import MarketTime
import TestSupport
import Testing

@testable import Store

/// Past days' slots beside what was usual before them: the same numbers as the engine's baseline of that day.
@Suite
struct SlotPageTests {
    private let folder: TestFolder
    private let store: TradeulStore
    private let calendar = ExchangeCalendar()
    private let last: DayID

    init() throws {
        folder = try TestFolder()
        store = try TradeulStore(path: folder.file)
        last = try day("2026-11-20")
    }

    private func request(_ day: DayID, lookbackDays: Int = 5) -> HistoryRequest {
        var settings = RVOLSettings()
        settings.lookbackDays = lookbackDays
        return HistoryRequest(tradingDay: day, calendar: calendar, settings: settings)
    }

    private func same(_ left: [Float], _ right: [Float]) -> Bool {
        left.count == right.count && zip(left, right).allSatisfy { $0 == $1 || ($0.isNaN && $1.isNaN) }
    }

    @Test(arguments: 1...6 as ClosedRange<UInt64>)
    func theyAreTheDifferencesOfTheStoredRowsAndTheBaselineOfTheDay(_ seed: UInt64) throws {
        var generator = SeededRandom(seed: seed)
        let symbols = try (0..<8).map { try symbol("S\($0)") }
        let days = [last] + calendar.tradingDays(before: last, count: 30)
        for date in days {
            var rows = SlotRows(day: date, slotCount: Slot.count)
            for symbol in symbols.dropLast() where Int.random(in: 0..<5, using: &generator) > 0 {
                rows.append(symbol, randomDay(unknownShare: 0.002, using: &generator))
            }
            try store.write(rows, source: .live)
        }
        let split = try #require(StockSplit(symbol: symbols[1], executionDate: days[2], from: 1, to: 3))
        try store.write(.splits([split]))
        let requests = days.prefix(6).map { request($0, lookbackDays: 4) }
        let pages = try store.slotPages(SlotQuery(symbols: symbols), requests)
        #expect(pages.map(\.tradingDay) == Array(days.prefix(6)) && pages.allSatisfy { $0.isSound })
        for (page, asked) in zip(pages, requests) {
            let load = try store.loadHistory(asked)
            var universe = Universe()
            for symbol in symbols { _ = universe.intern(symbol) }
            var baseline = Baseline(symbols: load.symbols, days: load.days, sums: load.sums)
            baseline.resolve(universe)
            var averages: [Float] = []
            var volumes: [Float] = []
            for (row, symbol) in symbols.enumerated() {
                baseline.appendOwnVolumes(row: row, to: &averages)
                var slots = DaySlots()
                slots.grow(to: 1)
                let stored = try store.slotRows(day: asked.tradingDay, symbol: symbol)
                slots.restore(row: 0, stored.cumulative, completedSlots: Slot.count)
                slots.appendOwnVolumes(row: 0, volume: .nan, completedSlots: Slot.count, to: &volumes)
            }
            #expect(same(page.averages, averages), "seed \(seed), \(page.tradingDay.iso)")
            #expect(same(page.volumes, volumes), "seed \(seed), \(page.tradingDay.iso)")
            #expect(page.averages.contains { !$0.isNaN } && page.volumes.contains { !$0.isNaN })
            let alone = try store.slots(symbols, asked)
            #expect(same(alone.averages, page.averages) && same(alone.volumes, page.volumes))
        }
    }

    @Test func aSymbolsDaysCarryTheAveragePricesOfTheirSlots() throws {
        let days = [last] + calendar.tradingDays(before: last, count: 2)
        var row = try steadyRow("AAA", days[0], 10)
        row.trades = Array(repeating: 2, count: Slot.count)
        row.vwap = (0..<Slot.count).map { 10 + Float($0) / 100 }
        let rows = [row, try steadyRow("AAA", days[1], 30), try steadyRow("BBB", days[0], 7)]
        try store.write(.bars(history(rows), coverage: [], source: .aggregates))
        let pages = try store.slotDays(try symbol("AAA"), days.map { request($0) })
        #expect(pages.map { $0.volumes[100].isNaN ? 0 : $0.volumes[100] } == [10, 30, 0])
        #expect(pages.map { $0.averages[100].isNaN ? 0 : $0.averages[100] } == [30, 0, 0])
        #expect(pages.allSatisfy { $0.isSound } && pages[1].prices.allSatisfy { $0.isNaN })
        #expect(zip(pages[0].prices, row.vwap).allSatisfy { abs($0 - $1) < 0.0001 })
        #expect(pages[0].madeAt == NewYork.instant(days[0], secondOfDay: Slot.dayEndSecond))
        #expect(DayProgress(of: days[0], at: pages[0].madeAt).completedSlots == Slot.count)
    }

    @Test func tooManySymbolsAreCutAndUnknownOnesAreMissing() throws {
        let many = try (0..<200).map { try symbol("S\($0)") }
        let page = try store.slots(many, request(last))
        #expect(page.query.symbols.count == SlotQuery.symbolsMax && page.isSound)
        #expect(page.volumes.allSatisfy { $0.isNaN } && page.averages.allSatisfy { $0.isNaN })
    }

    @Test func aDamagedRowIsMissingAndCounted() throws {
        try store.write(.bars(history([try steadyRow("AAA", last, 10)]), coverage: [], source: .aggregates))
        try store.writing { try $0.execute(sql: "UPDATE volume_slots SET packed = x'ffff'") }
        let page = try store.slots([try symbol("AAA")], request(last))
        #expect(page.volumes.allSatisfy { $0.isNaN } && store.damagedRowCount == 1)
    }

    @Test func aSymbolsNewestDailyBarsAreAdjustedForSplits() throws {
        let days = [last] + calendar.tradingDays(before: last, count: 9)
        for (index, date) in days.enumerated() where index != 2 {
            let bars = [try bar("AAA", volume: 100 + Double(index), price: 10), try bar("ZZZ", volume: 1)]
            try store.writeDailyBars(date, index == 4 ? Array(bars.suffix(1)) : bars, source: "grouped")
        }
        let split = try #require(StockSplit(symbol: try symbol("AAA"), executionDate: days[1], from: 1, to: 2))
        try store.write(.splits([split]))
        let bars = try store.dailyBars(of: try symbol("AAA"), through: last, count: 4)
        #expect(bars.map(\.day) == [days[0], days[1], days[3], days[5]])
        #expect(bars.map(\.volume) == [100, 101, 206, 210] && bars.map(\.close) == [10, 10, 5, 5])
        #expect(bars[2].open == 5 && bars[2].high == 5 && bars[2].low == 5)
        let before = try store.dailyBars(of: try symbol("AAA"), through: days[3], count: 1)
        #expect(before.map(\.volume) == [103] && before.map(\.close) == [10], "in shares of that day")
        #expect(try store.dailyBars(of: try symbol("NONE"), through: last, count: 4).isEmpty)
        #expect(try store.dailyBars(of: try symbol("AAA"), through: days[9].adding(days: -9), count: 4).isEmpty)
        #expect(try store.dailyBars(of: try symbol("AAA"), through: last, count: 0).isEmpty)
    }
}
