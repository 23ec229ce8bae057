import EngineAPI
import History
import MarketData
import MarketTime
import TestSupport

/// A vendor whose whole past is a function of (symbol, day).
struct FakeVendor {
    var symbols: [Symbol]
    /// Days on which a symbol did not trade at all.
    var holidays: [Symbol: Set<DayID>] = [:]
    var listings: [Symbol: DayID] = [:]
    var splits: [StockSplit] = []
    /// Symbols that have daily bars and are otherwise unknown: 404.
    var unknown: Set<Symbol> = []
    /// Days without grouped daily bars.
    var emptyDays: Set<DayID> = []
    let calendar = ExchangeCalendar()

    init(count: Int) { symbols = (0..<count).map { symbol("S\($0)") } }

    func trades(_ symbol: Symbol, _ day: DayID) -> Bool {
        symbols.contains(symbol) && calendar.isTradingDay(day) && holidays[symbol]?.contains(day) != true
    }

    private func random(_ symbol: Symbol, _ day: DayID) -> SeededRandom {
        let seed = symbol.text.utf8.reduce(UInt64(day.rawValue)) { $0 &* 31 &+ UInt64($1) }
        return SeededRandom(seed: seed)
    }

    /// C(d, 0…191).
    func cumulative(_ symbol: Symbol, _ day: DayID) -> [Int64] {
        var random = random(symbol, day)
        var sum: Int64 = 0
        return (0..<Slot.count).map { _ in
            sum += Bool.random(using: &random) ? Int64.random(in: 1...1000, using: &random) : 0
            return sum
        }
    }

    func bar(_ symbol: Symbol, _ day: DayID) -> DailyBar {
        // The later in the list, the less active.
        let rank = symbols.firstIndex(of: symbol) ?? 0
        return DailyBar(
            symbol: symbol,
            open: 10,
            high: 11,
            low: 9,
            close: 10,
            volume: Double(1_000_000 - rank),
            vwap: 10,
            trades: 5
        )
    }

    func history(_ symbol: Symbol, _ days: [DayID]) -> SlotHistory {
        var history = SlotHistory()
        for day in days where trades(symbol, day) {
            history.append(
                symbol,
                day,
                cumulative: cumulative(symbol, day),
                trades: [Int32](repeating: 1, count: Slot.count),
                vwap: [Float](repeating: 10, count: Slot.count)
            )
        }
        return history
    }

    /// The truth.
    func answer(_ fetch: HistoryFetch) -> HistoryAnswer {
        switch fetch {
        case .dailyBars(let day):
            return .dailyBars(
                emptyDays.contains(day) ? [] : symbols.filter { trades($0, day) }.map { bar($0, day) }
            )
        case .splits(let from, let through):
            return .splits(splits.filter { $0.executionDate >= from && $0.executionDate <= through })
        case .listing(let symbol): return .listing(listings[symbol])
        case .bars(let symbol, let from, let through):
            guard symbols.contains(symbol), !unknown.contains(symbol) else { return .notFound }
            let span = (from.rawValue...through.rawValue).map { DayID(rawValue: $0) }
            return .bars(history(symbol, span), rejected: BarRejections())
        }
    }
}
