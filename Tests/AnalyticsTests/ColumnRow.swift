import Analytics
import MarketData
import MarketTime
import Testing

/// A market of four rows by hand, ten minutes after the close: `T` with everything known, `EMPTY` with nothing, `SPY`, and
/// `FUND`, an ETF at its high.
struct ColumnRow {
    static let day = DayID(iso: "2026-10-06")
    var inputs: ColumnInputs
    let row: Int
    let empty: Int
    let fund: Int

    init() throws {
        let day = try #require(Self.day)
        var universe = Universe()
        row = universe.intern(try #require(Symbol("T"))).row
        empty = universe.intern(try #require(Symbol("EMPTY"))).row
        let spy = universe.intern(try #require(Symbol("SPY"))).row
        fund = universe.intern(try #require(Symbol("FUND"))).row
        universe.changePercent[spy] = 1
        universe.change5m[spy] = 0.2
        let now = NewYork.instant(day, secondOfDay: 16 * 3600 + 600)
        Self.fill(&universe, row: row, now: now)
        Self.fillDaily(&universe, row: row)
        universe.price[fund] = 20
        universe.high[fund] = 20
        universe.low[fund] = 19.99
        universe.flags[fund] = [.tradedToday, .thinBaseline]
        universe.rvol[fund] = 50
        universe.types.set(fund, "ETF")
        inputs = ColumnInputs(
            universe: universe,
            slots: Self.slots(row: row, rows: universe.count),
            baseline: Self.baseline(universe),
            progress: DayProgress(of: day, at: now),
            day: MarketDay(date: day, kind: .full, reason: ""),
            session: .postMarket,
            now: now
        )
    }

    private static func fill(_ universe: inout Universe, row: Int, now: Instant) {
        let numbers: [(WritableKeyPath<Universe, [Double]>, Double)] = [
            (\.price, 11), (\.previousClose, 10), (\.open, 10.5), (\.high, 12), (\.low, 9), (\.bid, 10.9),
            (\.ask, 11.1),
            (\.bidSize, 300), (\.askSize, 200), (\.volume, 1_000_000), (\.vwap, 10), (\.minuteVolume, 5000),
            (\.spread, 0.2), (\.sessionHigh, 11.2), (\.sessionLow, 9.9), (\.preHigh, 10.8), (\.preLow, 9.8),
            (\.regularHigh, 12), (\.regularLow, 9), (\.regularClose, 10), (\.postHigh, 11.2), (\.postLow, 9.9),
            (\.volume1m, 2000), (\.volume5m, 5000), (\.volume10m, 5000), (\.volume15m, 30_000), (\.volume30m, 15_000),
            (\.change1m, 0.1), (\.change2m, 0.2), (\.change5m, 1.2), (\.change10m, 1.3), (\.change15m, 1.4),
            (\.change30m, 1.5), (\.tradesPerMinute, 120), (\.trades, 5000), (\.tradesZScore, 2.5), (\.bandUpper, 11.5),
            (\.bandLower, 10.5), (\.averageVolume, 500_000), (\.averageVolume5, 400_000), (\.averageVolume10, 390_000),
            (\.atr, 0.5), (\.atrPercent, 4.5), (\.previousHigh, 10.4), (\.previousLow, 9.6),
            (\.previousVolume, 780_000),
            (\.changePercent, 10), (\.gapPercent, 5), (\.rvol, 3), (\.slotRVOL, 2.25), (\.simpleRVOL, 2),
            (\.dollarVolume, 11_000_000), (\.rangePosition, 66.5), (\.marketCap, 4e12), (\.floatShares, 20_000_000),
            (\.sharesOutstanding, 50_000_000),
        ]
        for (column, number) in numbers { universe[keyPath: column][row] = number }
        universe.priceTime[row] = now.adding(seconds: -1).nanoseconds
        universe.printTime[row] = now.adding(seconds: -7).nanoseconds
        universe.halts[row] = HaltMark(.halted, since: now.adding(seconds: -90).nanoseconds)
        universe.averageDays[row] = 30
        universe.baselineDays[row] = 5
        universe.flags[row] = [.tradedToday, .halted, .streamed]
        universe.types.set(row, "CS")
    }

    private static func fillDaily(_ universe: inout Universe, row: Int) {
        let numbers: [DailyColumn: Double] = [
            .previousOpen: 9.7, .previousChangePercent: 2.5, .averageVolume20: 450_000, .averageVolume3m: 420_000,
            .averageDollarVolume: 4_200_000, .closeSum4: 39, .closeSum9: 99, .closeSum19: 189, .closeSum49: 389,
            .closeSum199: 989, .close3: 8, .close5: 10, .close10: 5, .close20: 22, .close252: 4, .high5: 11, .low5: 9.5,
            .high10: 13, .low10: 8, .high20: 15, .low20: 7, .high63: 16, .low63: 6, .high252: 22, .low252: 2,
            .meanGain: 0.1, .meanLoss: 0.1, .upDays: 3,
        ]
        for (column, number) in numbers { universe.daily.set(column, row: row, number) }
    }

    /// C: 1,000 a slot before 09:30, 10,000 a slot until 16:00, 100,000 in the first slot after it and 54,000 in the next.
    private static func slots(row: Int, rows: Int) -> DaySlots {
        var slots = DaySlots()
        slots.grow(to: rows)
        let pre = (1...66).map { Int64($0) * 1000 }
        let regular = (1...78).map { 66_000 + Int64($0) * 10_000 }
        slots.restore(row: row, pre + regular + [946_000, 1_000_000], completedSlots: 146)
        return slots
    }

    /// H: 500 shares a slot, over five days.
    private static func baseline(_ universe: Universe) -> Baseline {
        var baseline = Baseline(
            symbols: [universe.symbols[0]],
            days: [5],
            sums: (1...Slot.count).map { Double($0) * 500 * 5 }
        )
        baseline.resolve(universe)
        return baseline
    }

    /// The row's number in a column.
    func number(_ id: ColumnID, row: Int? = nil) -> Double { ColumnFormulas.numbers(id, inputs)[row ?? self.row] }

    /// Sets the row's number of a column that stands in the universe.
    mutating func set(_ id: ColumnID, _ number: Double) throws {
        let path: WritableKeyPath<Universe, [Double]>? =
            switch id {
            case .last: \.price
            case .previousClose: \.previousClose
            case .open: \.open
            case .high: \.high
            case .low: \.low
            case .atr: \.atr
            case .changePercent: \.changePercent
            case .gapPercent: \.gapPercent
            case .volume: \.volume
            case .averageVolume10: \.averageVolume10
            case .bidSize: \.bidSize
            case .askSize: \.askSize
            case .bid: \.bid
            case .ask: \.ask
            case .preHigh: \.preHigh
            case .preLow: \.preLow
            case .regularClose: \.regularClose
            case .previousHigh: \.previousHigh
            case .previousLow: \.previousLow
            case .floatShares: \.floatShares
            case .sharesOutstanding: \.sharesOutstanding
            case .rvol: \.rvol
            case .change5m: \.change5m
            case .vwap: \.vwap
            default: nil
            }
        inputs.universe[keyPath: try #require(path)][row] = number
    }

    /// The same at another time of the day.
    func at(_ hour: Int, _ minute: Int) -> Self {
        var copy = self
        copy.inputs.now = NewYork.instant(inputs.day.date, secondOfDay: hour * 3600 + minute * 60)
        copy.inputs.progress = DayProgress(of: inputs.day.date, at: copy.inputs.now)
        return copy
    }
}
