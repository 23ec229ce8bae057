import EngineAPI
import GRDB
import MarketData
import MarketTime
import TestSupport
import Testing

@testable import Store

@Suite
struct HistoryTests {
    private let folder: TestFolder
    private let store: TradeulStore
    private let today: DayID

    init() throws {
        folder = try TestFolder()
        store = try TradeulStore(path: folder.file)
        today = try day("2026-11-20")
    }

    private func request(days: Int, candidates: [DayID], averageDays: [DayID] = []) -> HistoryRequest {
        HistoryRequest(
            tradingDay: today,
            lookbackCandidates: candidates,
            daysPerSymbol: days,
            dailyDays: averageDays
        )
    }

    @Test func anEmptyStoreAnswersWithNothing() throws {
        let load = try store.loadHistory(request(days: 5, candidates: [today.adding(days: -1)], averageDays: [today]))
        #expect(load.symbols.isEmpty && load.sums.isEmpty && load.distinctDays == 0 && load.daily.symbols.isEmpty)
        #expect(load.today.day == today && load.today.symbols.isEmpty)
    }

    /// What is stored of random days: gaps, unknown slots, days without a trade.
    private struct World {
        var candidates: [DayID] = []
        var volumes: [DayID: [Symbol: [Int64]]] = [:]
        var bars: [DayID: [Symbol: Double]] = [:]
    }

    private func makeWorld(seed: UInt64) throws -> World {
        var generator = SeededRandom(seed: seed)
        var world = World()
        let symbols = try (0..<40).map { try symbol("S\($0)") }
        for back in 1...12 {
            let date = today.adding(days: -back)
            world.candidates.append(date)
            var rows = SlotRows(day: date, slotCount: Slot.count)
            var bars: [DailyBar] = []
            for (index, symbol) in symbols.enumerated() where Int.random(in: 0..<5, using: &generator) > index % 4 {
                var day = randomDay(unknownShare: index % 3 == 0 ? 0.003 : 0, using: &generator)
                if Int.random(in: 0..<6, using: &generator) == 0 { day = day.map { _ in 0 } }
                rows.append(symbol, day)
                world.volumes[date, default: [:]][symbol] = day
                guard back % 3 != 0 else { continue }
                let volume = Double(Int.random(in: 0...1_000_000, using: &generator))
                bars.append(
                    DailyBar(
                        symbol: symbol,
                        open: 1,
                        high: 1,
                        low: 1,
                        close: 1,
                        volume: volume,
                        vwap: .nan,
                        trades: nil
                    )
                )
                world.bars[date, default: [:]][symbol] = volume
            }
            try store.write(rows, source: .live)
            try store.writeDailyBars(date, bars, source: "test")
        }
        return world
    }

    @Test(arguments: [41, 42, 43, 44] as [UInt64], [1, 3, 60])
    func sumsAndAveragesEqualANaiveComputation(_ seed: UInt64, _ limit: Int) throws {
        let world = try makeWorld(seed: seed)
        let averageDays = Array(world.candidates.prefix(7)) + [today.adding(days: -40)]
        let load = try store.loadHistory(request(days: limit, candidates: world.candidates, averageDays: averageDays))

        var expected: [Symbol: (days: Int, sums: [Double])] = [:]
        var used: Set<DayID> = []
        var volumes: [Symbol: [Double]] = [:]
        for date in world.candidates {
            for (symbol, day) in world.volumes[date] ?? [:] where day.allSatisfy({ $0 >= 0 }) && day[191] > 0 {
                if averageDays.contains(date), world.bars[date] == nil {
                    volumes[symbol, default: []].append(Double(day[191]))
                }
                var entry = expected[symbol] ?? (0, [Double](repeating: 0, count: Slot.count))
                guard entry.days < limit else { continue }
                entry.days += 1
                for slot in day.indices { entry.sums[slot] += Double(day[slot]) }
                expected[symbol] = entry
                used.insert(date)
            }
            if averageDays.contains(date) {
                for (symbol, volume) in world.bars[date] ?? [:] { volumes[symbol, default: []].append(volume) }
            }
        }
        #expect(Set(load.symbols) == Set(expected.keys) && load.symbols.count == expected.count, "seed \(seed)")
        for (row, symbol) in load.symbols.enumerated() {
            let entry = try #require(expected[symbol])
            #expect(Int(load.days[row]) == entry.days, "seed \(seed), \(symbol.text)")
            let sums = Array(load.sums[row * Slot.count..<(row + 1) * Slot.count])
            #expect(sums == entry.sums, "seed \(seed), \(symbol.text)")
        }
        #expect(load.distinctDays == used.count, "seed \(seed)")
        #expect(Set(load.daily.symbols) == Set(volumes.keys) && load.daily.symbols.count == volumes.count)
        for (symbol, mean) in zip(load.daily.symbols, load.daily.averageVolume30) {
            let all = try #require(volumes[symbol])
            #expect(abs(mean - all.reduce(0, +) / Double(all.count)) <= 1e-9 * mean, "seed \(seed), \(symbol.text)")
        }
        #expect(store.damagedRowCount == 0)
    }

    @Test func todayIsReadAsStoredAndServesNoLookback() throws {
        let aapl = try symbol("AAPL")
        try store.write(rows(today, aapl, [5, -1, 9]), source: .live)
        try store.write(rows(today, try symbol("MSFT"), [7]), source: .live)
        let load = try store.loadHistory(request(days: 5, candidates: [today.adding(days: -1)]))
        #expect(load.today.symbols == [aapl, try symbol("MSFT")] && load.today.slotCount == 3)
        #expect(load.today.cumulative == [5, -1, 9, 7, -1, -1])
        #expect(load.symbols.isEmpty)
    }

    @Test func aDamagedDayIsPassedOverForAnOlderOne() throws {
        let aapl = try symbol("AAPL")
        let days = (1...3).map { today.adding(days: -$0) }
        for (index, date) in days.enumerated() {
            try store.write(rows(date, aapl, (1...192).map { Int64($0 * (index + 1)) }), source: .live)
        }
        try store.writing { db in
            try db.execute(sql: "UPDATE volume_slots SET packed = x'01' WHERE date = ?", arguments: [days[0].iso])
        }
        let load = try store.loadHistory(request(days: 1, candidates: days))
        #expect(load.days == [1] && load.sums[191] == 384 && load.distinctDays == 1)
        #expect(store.damagedRowCount == 1)
    }

    @Test func sumsOfTheLargestVolumesAreExact() throws {
        let aapl = try symbol("AAPL")
        let days = (1...60).map { today.adding(days: -$0) }
        for date in days {
            try store.write(rows(date, aapl, [Int64](repeating: SlotCodec.maxVolume, count: 192)), source: .live)
        }
        let load = try store.loadHistory(request(days: 60, candidates: days))
        #expect(load.sums[0] == Double(SlotCodec.maxVolume * 60) && Int64(load.sums[191]) == SlotCodec.maxVolume * 60)
    }
}
