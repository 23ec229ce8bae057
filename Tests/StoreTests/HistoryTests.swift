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

    /// What is stored of random days: gaps, unknown slots, days without a trade, days without bars, splits.
    private struct World {
        var candidates: [DayID] = []
        var volumes: [DayID: [Symbol: [Int64]]] = [:]
        var bars: [DayID: [Symbol: DailyBar]] = [:]
        var splits: [StockSplit] = []

        func factor(_ symbol: Symbol, _ day: DayID, _ tradingDay: DayID) -> Double {
            splits.filter { $0.symbol == symbol && day < $0.executionDate && $0.executionDate <= tradingDay }
                .reduce(1) { $0 * $1.factor }
        }
    }

    private func makeWorld(seed: UInt64) throws -> World {
        var generator = SeededRandom(seed: seed)
        var world = World()
        let symbols = try (0..<40).map { try symbol("S\($0)") }
        for back in 1...24 {
            let date = today.adding(days: -back)
            world.candidates.append(date)
            var rows = SlotRows(day: date, slotCount: Slot.count)
            var bars: [DailyBar] = []
            for (index, symbol) in symbols.enumerated() where Int.random(in: 0..<5, using: &generator) > index % 4 {
                var day = randomDay(unknownShare: index % 3 == 0 ? 0.003 : 0, using: &generator)
                if Int.random(in: 0..<6, using: &generator) == 0 { day = day.map { _ in 0 } }
                rows.append(symbol, day)
                world.volumes[date, default: [:]][symbol] = day
                guard back % 9 != 0 else { continue }
                let low = Double.random(in: 1...9, using: &generator)
                let dailyBar = DailyBar(
                    symbol: symbol,
                    open: low,
                    high: low + Double.random(in: 0...1, using: &generator),
                    low: low,
                    close: index % 7 == 0 && back % 5 == 0 ? .nan : low + 0.1,
                    volume: Double(Int.random(in: 0...1_000_000, using: &generator)),
                    vwap: .nan,
                    trades: nil
                )
                bars.append(dailyBar)
                world.bars[date, default: [:]][symbol] = dailyBar
            }
            try store.write(rows, source: .live)
            try store.writeDailyBars(date, bars, source: "test")
        }
        // On the trading day, in between, after it, two of one symbol, and a factor that is no power of two.
        let events = [(0, 0, 1.0, 4.0), (1, -5, 10, 1), (2, 1, 1, 2), (3, -3, 1, 2), (3, -9, 3, 2), (4, -60, 1, 2)]
        world.splits = try events.map { index, offset, from, to in
            try #require(
                StockSplit(symbol: symbols[index], executionDate: today.adding(days: offset), from: from, to: to)
            )
        }
        try store.write(.splits(world.splits))
        return world
    }

    private func isClose(_ one: Double, _ other: Double) -> Bool {
        (one.isNaN && other.isNaN) || abs(one - other) <= 1e-9 * max(abs(one), abs(other))
    }

    @Test(arguments: [41, 42, 43, 44] as [UInt64], [1, 3, 60])
    func sumsEqualANaiveComputation(_ seed: UInt64, _ limit: Int) throws {
        let world = try makeWorld(seed: seed)
        let asked = request(days: limit, candidates: world.candidates)
        let load = try store.loadHistory(asked)
        var expected: [Symbol: (days: [DayID], sums: [Double])] = [:]
        for date in world.candidates {
            for (symbol, day) in world.volumes[date] ?? [:] where day.allSatisfy({ $0 >= 0 }) && day[191] > 0 {
                var entry = expected[symbol] ?? ([], [Double](repeating: 0, count: Slot.count))
                guard entry.days.count < limit else { continue }
                entry.days.append(date)
                let factor = world.factor(symbol, date, today)
                for slot in day.indices { entry.sums[slot] += Double(day[slot]) * factor }
                expected[symbol] = entry
            }
        }
        #expect(Set(load.symbols) == Set(expected.keys) && load.symbols.count == expected.count, "seed \(seed)")
        for (row, symbol) in load.symbols.enumerated() {
            let entry = try #require(expected[symbol])
            #expect(Int(load.days[row]) == entry.days.count, "seed \(seed), \(symbol.text)")
            let sums = Array(load.sums[row * Slot.count..<(row + 1) * Slot.count])
            #expect(sums == entry.sums, "seed \(seed), \(symbol.text)")

            // By hand and alone a symbol has the same days and sums.
            let lookback = try store.lookback(symbol, asked)
            #expect(lookback.map(\.day) == entry.days, "seed \(seed), \(symbol.text)")
            for day in lookback {
                #expect(day.cumulative == world.volumes[day.day]?[symbol] && day.source == .live)
                #expect(day.factor == world.factor(symbol, day.day, today))
            }
            var alone = asked
            alone.symbol = symbol
            let one = try store.loadHistory(alone)
            #expect(one.symbols == [symbol] && one.sums == sums && one.days == [load.days[row]])
            #expect(one.distinctDays == entry.days.count)
        }
        #expect(load.distinctDays == Set(expected.values.flatMap(\.days)).count, "seed \(seed)")
        #expect(store.damagedRowCount == 0)
    }

    @Test(arguments: [45, 46, 47, 48] as [UInt64])
    func dailyFactsEqualANaiveComputation(_ seed: UInt64) throws {
        let world = try makeWorld(seed: seed)
        let days = Array(world.candidates.dropFirst(Int(seed % 2))) + [today.adding(days: -400)]
        let facts = try store.loadHistory(request(days: 0, candidates: [], averageDays: days)).daily
        var seen: Set<Symbol> = []
        for index in 0..<40 {
            let symbol = try symbol("S\(index)")
            var volumes: [Double] = []
            var ranges: [Double] = []
            var close: Double?
            var previous: (DailyBar?, Double)?
            for date in days.reversed() {
                let factor = world.factor(symbol, date, today)
                if let dailyBars = world.bars[date] {
                    guard let bar = dailyBars[symbol] else { continue }
                    volumes.append(bar.volume * factor)
                    if date == days[0] { previous = (bar, factor) }
                    guard !bar.close.isNaN else { continue }
                    let (high, low) = (bar.high / factor, bar.low / factor)
                    if let close { ranges.append(max(high - low, abs(high - close), abs(low - close))) }
                    close = bar.close / factor
                } else if let day = world.volumes[date]?[symbol], day.allSatisfy({ $0 >= 0 }), day[191] > 0 {
                    volumes.append(Double(day[191]) * factor)
                }
            }
            guard !volumes.isEmpty else { continue }
            seen.insert(symbol)
            let row = try #require(facts.symbols.firstIndex(of: symbol))
            let means = [facts.averageVolume5[row], facts.averageVolume10[row], facts.averageVolume30[row]]
            for (mean, count) in zip(means, [5, 10, 30]) {
                let used = volumes.suffix(count)
                #expect(isClose(mean, used.reduce(0, +) / Double(used.count)), "seed \(seed), \(symbol.text)")
            }
            #expect(Int(facts.averageDays[row]) == min(volumes.count, 30))
            let start = ranges.prefix(14).reduce(0, +) / 14
            let atr = ranges.count < 14 ? .nan : ranges.dropFirst(14).reduce(start) { ($0 * 13 + $1) / 14 }
            #expect(isClose(facts.atr14[row], atr), "seed \(seed), \(symbol.text)")
            let (bar, factor) = previous ?? (nil, 1)
            #expect(isClose(facts.previousHigh[row], (bar?.high ?? .nan) / factor))
            #expect(isClose(facts.previousLow[row], (bar?.low ?? .nan) / factor))
            #expect(isClose(facts.previousClose[row], (bar?.close ?? .nan) / factor))
            if let bar { #expect(isClose(facts.previousVolume[row], bar.volume * factor)) }
            var alone = request(days: 0, candidates: [], averageDays: days)
            alone.symbol = symbol
            let one = try store.loadHistory(alone).daily
            #expect(one.symbols == [symbol] && isClose(one.averageVolume30[0], means[2]))
        }
        #expect(Set(facts.symbols) == seen && facts.symbols.count == seen.count, "seed \(seed)")
    }

    /// 100 shares a slot before, 400 after a 4-for-1 split: nothing changed.
    @Test(arguments: [
        // Days after the split that have traded, and what the lookback's sum must be in the last slot.
        (0, 4.0), (1, 4), (3, 4),
    ])
    func aSplitIsAppliedFromItsDayOnAndOnce(_ daysAfter: Int, _ factor: Double) throws {
        let days = (1...5).map { today.adding(days: -$0) }
        let execution = today.adding(days: -daysAfter)
        for date in days {
            let shares: Int64 = date < execution ? 100 : 400
            try store.write(.bars(history([try steadyRow("A", date, shares)]), coverage: [], source: .aggregates))
        }
        for _ in 0..<2 {
            let split = try #require(StockSplit(symbol: symbol("A"), executionDate: execution, from: 1, to: factor))
            try store.write(.splits([split]))
        }
        let load = try store.loadHistory(request(days: 5, candidates: days))
        #expect(load.sums == (1...192).map { Double($0) * 400 * 5 })
        // Before its day a split is not one yet.
        let early = HistoryRequest(
            tradingDay: execution.adding(days: -1),
            lookbackCandidates: days.filter { $0 < execution.adding(days: -1) },
            daysPerSymbol: 5,
            dailyDays: []
        )
        let before = try store.loadHistory(early)
        #expect(before.sums.last == Double(192 * 100 * early.lookbackCandidates.count))
    }

    /// One symbol trades every day, one only long ago: the days between are looked through, and the old ones found.
    @Test func aSymbolThatTradedLongAgoIsStillFound() throws {
        let days = (1...40).map { today.adding(days: -$0) }
        for (index, date) in days.enumerated() {
            var rows = [try steadyRow("DAILY", date, 10), try steadyRow("OFTEN", date, 20)]
            if index >= 37 { rows.append(try steadyRow("RARE", date, Int64(index))) }
            try store.write(.bars(history(rows), coverage: [], source: .aggregates))
        }
        let load = try store.loadHistory(request(days: 2, candidates: days))
        #expect(load.symbols.map(\.text) == ["DAILY", "OFTEN", "RARE"] && load.days == [2, 2, 2])
        #expect(load.sums[3 * Slot.count - 1] == Double(192 * (37 + 38)) && load.distinctDays == 4)
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
