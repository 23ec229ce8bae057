import EngineAPI
import MarketData
import MarketTime

/// A store in memory that keeps to the words of ``BackfillStore`` and ``BackfillInventory``.
struct FakeStore: Equatable {
    var dailyBars: [DayID: [Symbol: DailyBar]] = [:]
    var splits: [StockSplit] = []
    var slots: [Symbol: [DayID: [Int64]]] = [:]
    /// Where a symbol's day came from last.
    var sources: [Symbol: [DayID: SlotSource]] = [:]
    var coverage: [Symbol: [HistoryCoverage]] = [:]
    var sealed: Set<DayID> = []
    var cuts: [Symbol: DayID] = [:]
    /// Symbols whose listing date has been asked for, told or not.
    var lookedUp: Set<Symbol> = []

    func isCovered(_ symbol: Symbol, _ day: DayID) -> Bool {
        coverage[symbol, default: []].contains { $0.from <= day && day <= $0.through }
    }

    func inventory(of days: [MarketDay], symbols: [Symbol]?) -> BackfillInventory {
        var inventory = BackfillInventory()
        inventory.barDays = Set(dailyBars.keys)
        inventory.days = days.map { day in
            StoredDay(
                day: day,
                rows: slots.values.filter { $0[day.date] != nil }.count,
                completeRows: slots.values.filter { $0[day.date]?.contains(SlotRows.unknown) == false }.count,
                dailyBars: dailyBars[day.date]?.count ?? 0,
                missingRows: 0,
                sources: [],
                isSealed: sealed.contains(day.date)
            )
        }
        let known = Set(dailyBars.values.flatMap(\.keys)).union(slots.keys)
        let asked = symbols.map { known.intersection($0) } ?? known
        for symbol in ranked(asked) {
            let missing = days.map(\.date).filter { day in
                guard !sealed.contains(day), !isCovered(symbol, day) else { return false }
                let row = slots[symbol]?[day]
                let isComplete = row.map { !$0.contains(SlotRows.unknown) } ?? false
                return !isComplete && (row != nil || dailyBars[day]?[symbol] != nil)
            }
            if !missing.isEmpty { inventory.missing.append(MissingDays(symbol: symbol, days: missing)) }
            if hasHole(symbol, days), !lookedUp.contains(symbol) { inventory.suspects.append(symbol) }
        }
        return inventory
    }

    mutating func write(_ batch: BackfillWrite) {
        switch batch {
        case .bars(let history, let entries, let source):
            for row in history.rows {
                slots[row.symbol, default: [:]][row.day] = row.cumulative
                sources[row.symbol, default: [:]][row.day] = source
            }
            for entry in entries { coverage[entry.symbol, default: []].append(entry) }
        case .wholeDay(let day, let history, let source):
            for row in history.rows {
                slots[row.symbol, default: [:]][day] = row.cumulative
                sources[row.symbol, default: [:]][day] = source
            }
            sealed.insert(day)
        case .dailyBars(let day, let bars):
            dailyBars[day] = Dictionary(bars.map { ($0.symbol, $0) }) { $1 }
        case .splits(let new):
            let replaced = Set(new.map { "\($0.symbol.text) \($0.executionDate.iso)" })
            splits.removeAll { replaced.contains("\($0.symbol.text) \($0.executionDate.iso)") }
            splits += new
        case .listingCut(let symbol, let firstDay):
            lookedUp.insert(symbol)
            guard let firstDay else { break }
            cuts[symbol] = firstDay
            slots[symbol] = slots[symbol]?.filter { $0.key >= firstDay }
            for day in dailyBars.keys where day < firstDay { dailyBars[day]?[symbol] = nil }
        }
    }

    /// Most active first.
    private func ranked(_ symbols: Set<Symbol>) -> [Symbol] {
        func dollars(_ symbol: Symbol) -> Double {
            let bars = dailyBars.values.compactMap { $0[symbol] }
            return bars.isEmpty ? 0 : bars.map { $0.volume * $0.close }.sorted().reduce(0, +) / Double(bars.count)
        }
        return symbols.map { ($0, dollars($0)) }.sorted { ($1.1, $0.0) < ($0.1, $1.0) }.map(\.0)
    }

    private func hasHole(_ symbol: Symbol, _ days: [MarketDay]) -> Bool {
        let traded = days.map(\.date).sorted().map { dailyBars[$0]?[symbol] != nil }
        guard let first = traded.firstIndex(of: true), let last = traded.lastIndex(of: true) else { return false }
        var run = 0
        for isTraded in traded[first...last] {
            run = isTraded ? 0 : run + 1
            if run >= BackfillInventory.recyclingGapDays { return true }
        }
        return false
    }
}
