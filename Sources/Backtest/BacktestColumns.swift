import Analytics
import EngineAPI
import MarketData
import MarketTime

/// The whole market's columns at the end of a slot of a stored day: nothing in them is younger than that slot.
///
/// Goes forward through the day, a slot at a time. A column is worked out when it is asked for.
struct BacktestColumns {
    /// Slots over which the largest slot RVOL is sought, as in the live column.
    private static let highestOfSlots = 10
    /// Slots back that the longest window reaches.
    private static let longestWindow = 6

    let day: BacktestDay
    let marketDay: MarketDay
    private let settings: RVOLSettings
    private let count: Int
    /// Row of `day.history.sums` per row; -1 without a baseline.
    private let historyRows: [Int]
    private let spyRow: Int?
    /// What the shared formulas read; holds everything that does not change during the day.
    private var inputs: ColumnInputs

    /// The slot whose end it is; -1 before the first.
    private(set) var slot = -1
    /// Average price of the last slot with trades, USD, now and at the ends of the slots before, newest first.
    private var prices: [[Double]] = []
    /// Shares so far.
    private var volume: [Double]
    /// Open, once a trade in the regular session has been seen; USD.
    private var open: [Double]
    /// The price where it was made after the regular session, USD.
    private var postPrice: [Double]
    private var trades: [Double]
    /// Sum of average price times volume of the slots so far, USD; NaN once a slot with volume has no price.
    private var dollars: [Double]

    /// The columns of a day before its first slot.
    init(
        _ day: BacktestDay,
        _ marketDay: MarketDay,
        _ settings: RVOLSettings,
        _ facts: [Symbol: Int],
        _ reference: ReferenceFacts
    ) {
        self.day = day
        self.marketDay = marketDay
        self.settings = settings
        count = day.symbols.count
        var rows: [Symbol: Int] = [:]
        for (row, symbol) in day.history.symbols.enumerated() { rows[symbol] = row }
        historyRows = day.symbols.map { rows[$0] ?? -1 }
        spyRow = Symbol("SPY").flatMap { day.symbols.firstIndex(of: $0) }
        volume = Array(repeating: 0, count: count)
        open = Array(repeating: .nan, count: count)
        postPrice = open
        trades = volume
        dollars = volume
        inputs = ColumnInputs(
            universe: Self.universe(day, facts, reference),
            slots: DaySlots(),
            baseline: Baseline(),
            progress: DayProgress(completedSlots: 0, fraction: 0),
            day: marketDay,
            session: .preMarket,
            now: NewYork.instant(marketDay.date, secondOfDay: Slot.dayStartSecond),
            rvolFloor: settings.floorShares
        )
    }

    /// Second of the day (ET) at which the current slot ends.
    var endSecond: Int { Slot.dayStartSecond + (slot + 1) * Slot.seconds }

    /// The moment at which the current slot ends.
    var end: Instant { NewYork.instant(marketDay.date, secondOfDay: endSecond) }

    /// A slot's average price of a row, USD, to 1/10,000; nil without trades or price.
    func price(row: Int, slot: Int) -> Double? {
        let price = Double(day.vwap[slot * count + row])
        guard price > 0, price.isFinite else { return nil }
        // Stored with so many decimals: the nearest `Float` of 4.2 is below 4.2.
        return (price * 10_000).rounded() / 10_000
    }

    /// Goes on to the end of the next slot.
    mutating func advance() {
        slot += 1
        var price = prices.first ?? Array(repeating: .nan, count: count)
        let isRegular = (openingSlot..<closingSlot).contains(slot)
        let isPost = slot >= closingSlot
        for row in 0..<count {
            let shares = Double(day.cumulative[slot * count + row])
            if let own = self.price(row: row, slot: slot) {
                price[row] = own
                dollars[row] += own * (shares - volume[row])
                // The daily bar's open is the first trade of the session, which has been by now.
                if isRegular, open[row].isNaN { open[row] = day.opens[row] > 0 ? day.opens[row] : .nan }
                if isPost { postPrice[row] = own }
            } else if shares > volume[row] {
                dollars[row] = .nan
            }
            volume[row] = shares
            let own = day.trades[slot * count + row]
            trades[row] += own < 0 ? .nan : Double(own)
        }
        prices.insert(price, at: 0)
        if prices.count > Self.longestWindow + 1 { prices.removeLast() }
        updateInputs()
    }

    /// A column of numbers or flags at the end of the current slot; a row is a row of the day.
    func numbers(_ id: ColumnID) -> [Double] {
        let universe = inputs.universe
        switch id {
        case .last: return universe.price
        case .volume: return volume
        case .dollarVolume: return each { universe.price[$0] * volume[$0] }
        case .changePercent: return universe.changePercent
        case .gapPercent: return universe.gapPercent
        case .open: return open
        case .atrPercent: return each { Self.ratio(universe.atr[$0], universe.price[$0]) * 100 }
        case .simpleRVOL: return each { Self.ratio(volume[$0], universe.averageVolume[$0]) }
        case .vwap: return universe.vwap
        case .trades: return trades
        case .traded: return volume.map { $0 > 0 ? 1 : 0 }
        case .postChangePercent: return each { percent(postPrice[$0], of: officialClose($0)) }
        case .postChange: return each { postPrice[$0] - officialClose($0) }
        case .spyChangePercent: return everywhere(universe.changePercent)
        case .spyChange5m: return everywhere(change(slots: 1))
        case .versusSPYPercent: return againstSPY(universe.changePercent)
        case .versusSPY5m: return againstSPY(change(slots: 1))
        default: return windows(id) ?? relativeVolume(id) ?? sessionVolume(id) ?? ColumnFormulas.numbers(id, inputs)
        }
    }

    /// A column of text.
    func texts(_ id: ColumnID) -> TextColumn {
        if id == .symbol { return TextColumn(day.symbols.map(\.text)) }
        return ColumnFormulas.texts(id, inputs.universe) ?? TextColumn()
    }

    // MARK: Windows

    private func windows(_ id: ColumnID) -> [Double]? {
        switch id {
        case .volume5m: window(slots: 1)
        case .volume10m: window(slots: 2)
        case .volume15m: window(slots: 3)
        case .volume30m: window(slots: 6)
        case .change5m: change(slots: 1)
        case .change10m: change(slots: 2)
        case .change15m: change(slots: 3)
        case .change30m: change(slots: 6)
        default: nil
        }
    }

    private func window(slots: Int) -> [Double] { each { volume[$0] - cumulative($0, slot - slots) } }

    private func change(slots: Int) -> [Double] {
        guard prices.count > slots else { return missing }
        return each { percent(prices[0][$0], of: prices[slots][$0]) }
    }

    /// C(s) of a row, shares; 0 before the first slot.
    private func cumulative(_ row: Int, _ slot: Int) -> Double {
        slot < 0 ? 0 : Double(day.cumulative[slot * count + row])
    }

    // MARK: Relative volume

    private func relativeVolume(_ id: ColumnID) -> [Double]? {
        switch id {
        case .rvol: return each { rvol($0) }
        case .thin:
            return each { row in mean(row, slot).map { $0 < settings.floorShares && isFloored ? 1 : 0 } ?? .nan }
        case .slotRVOL: return each { slotRVOL($0, slot) }
        case .previousSlotRVOL: return slot < 1 ? missing : each { slotRVOL($0, slot - 1) }
        case .highestSlotRVOL:
            return each { row in
                var highest = Double.nan
                for slot in max(0, slot + 1 - Self.highestOfSlots)...slot {
                    let own = slotRVOL(row, slot)
                    if !own.isNaN, !(own <= highest) { highest = own }
                }
                return highest
            }
        case .pace:
            return each { row in
                guard let now = mean(row, slot), now > 0, let whole = mean(row, Slot.count - 1) else { return .nan }
                return volume[row] * whole / now
            }
        case .baselineDays: return historyRows.map { $0 < 0 ? 0 : Double(day.history.days[$0]) }
        case .preRVOL:
            guard slot + 1 >= openingSlot else { return numbers(.rvol) }
            return each { row in
                guard let mean = mean(row, openingSlot - 1) else { return .nan }
                return Self.ratio(cumulative(row, openingSlot - 1), max(mean, settings.floorShares))
            }
        default: return nil
        }
    }

    private var isFloored: Bool { settings.mode == .interpolated }

    /// C(s) / H(s) by the mode of the settings: at a slot's end both ways of looking at H agree.
    private func rvol(_ row: Int) -> Double {
        switch settings.mode {
        case .interpolated: mean(row, slot).map { Self.ratio(volume[row], max($0, settings.floorShares)) } ?? .nan
        case .slot: mean(row, slot).map { Self.ratio(volume[row], $0) } ?? .nan
        case .regular: slotRVOL(row, slot)
        }
    }

    /// The slot's own volume over its mean own volume; NaN without a baseline or where the mean is 0.
    private func slotRVOL(_ row: Int, _ slot: Int) -> Double {
        guard historyRows[row] >= 0 else { return .nan }
        let first = historyRows[row] * Slot.count
        let before = slot == 0 ? 0 : day.history.sums[first + slot - 1]
        let own = (day.history.sums[first + slot] - before) / Double(day.history.days[historyRows[row]])
        return Self.ratio(cumulative(row, slot) - cumulative(row, slot - 1), own)
    }

    /// H(s), shares; nil without a baseline.
    private func mean(_ row: Int, _ slot: Int) -> Double? {
        let index = historyRows[row]
        return index < 0 ? nil : day.history.sums[index * Slot.count + slot] / Double(day.history.days[index])
    }

    // MARK: Sessions

    private var openingSlot: Int { (marketDay.openSecond - Slot.dayStartSecond) / Slot.seconds }
    private var closingSlot: Int { (marketDay.closeSecond - Slot.dayStartSecond) / Slot.seconds }

    private func sessionVolume(_ id: ColumnID) -> [Double]? {
        switch id {
        case .preVolume: return slot < openingSlot ? volume : each { cumulative($0, openingSlot - 1) }
        case .regularVolume:
            guard slot + 1 >= openingSlot else { return missing }
            return each { cumulative($0, min(slot, closingSlot - 1)) - cumulative($0, openingSlot - 1) }
        case .postVolume:
            guard slot + 1 >= closingSlot else { return missing }
            return each { volume[$0] - cumulative($0, closingSlot - 1) }
        default: return nil
        }
    }

    /// The official close, known once the regular session is over; USD.
    private func officialClose(_ row: Int) -> Double { slot >= closingSlot ? day.closes[row] : .nan }

    // MARK: What the shared formulas read

    private mutating func updateInputs() {
        inputs.progress = DayProgress(completedSlots: slot + 1, fraction: 0)
        inputs.now = end
        let price = prices[0]
        let close = inputs.universe.previousClose
        let opening = endSecond <= marketDay.openSecond ? price : open
        inputs.universe.price = price
        inputs.universe.volume = volume
        inputs.universe.open = open
        inputs.universe.vwap = each { Self.ratio(dollars[$0], volume[$0]) }
        inputs.universe.changePercent = each { percent(price[$0], of: close[$0]) }
        inputs.universe.gapPercent = each { percent(opening[$0], of: close[$0]) }
        inputs.universe.volume5m = window(slots: 1)
        inputs.universe.volume10m = window(slots: 2)
        inputs.universe.volume15m = window(slots: 3)
        inputs.universe.volume30m = window(slots: 6)
    }

    private static func universe(
        _ day: BacktestDay,
        _ facts: [Symbol: Int],
        _ reference: ReferenceFacts
    ) -> Universe {
        var universe = Universe()
        let daily = day.history.daily
        var dailyRows: [Symbol: Int] = [:]
        for (index, symbol) in daily.symbols.enumerated() { dailyRows[symbol] = index }
        for (row, symbol) in day.symbols.enumerated() {
            _ = universe.intern(symbol)
            if let index = dailyRows[symbol] {
                universe.averageVolume[row] = daily.averageVolume30[index]
                universe.averageVolume5[row] = daily.averageVolume5[index]
                universe.averageVolume10[row] = daily.averageVolume10[index]
                universe.averageDays[row] = daily.averageDays[index]
                universe.atr[row] = daily.atr14[index]
                universe.previousHigh[row] = daily.previousHigh[index]
                universe.previousLow[row] = daily.previousLow[index]
                universe.previousClose[row] = daily.previousClose[index]
                universe.previousVolume[row] = daily.previousVolume[index]
            }
            guard let index = facts[symbol] else { continue }
            universe.marketCap[row] = reference.marketCaps[index]
            universe.floatShares[row] = reference.floatShares[index]
            universe.sharesOutstanding[row] = reference.sharesOutstanding[index]
            universe.names.set(row, reference.names[index])
            universe.types.set(row, reference.types[index])
            universe.exchanges.set(row, reference.exchanges[index])
            universe.sectors.set(row, reference.sectors[index])
            universe.industries.set(row, reference.industries[index])
            universe.countries.set(row, reference.countries[index])
        }
        return universe
    }

    // MARK: Arithmetic

    private var missing: [Double] { Array(repeating: .nan, count: count) }

    private func each(_ formula: (Int) -> Double) -> [Double] { (0..<count).map(formula) }

    private func percent(_ value: Double, of base: Double) -> Double {
        base > 0 ? (value - base) / base * 100 : .nan
    }

    private static func ratio(_ value: Double, _ divisor: Double) -> Double {
        divisor > 0 ? value / divisor : .nan
    }

    private func everywhere(_ column: [Double]) -> [Double] {
        Array(repeating: spyRow.map { column[$0] } ?? .nan, count: count)
    }

    private func againstSPY(_ column: [Double]) -> [Double] {
        let spy = spyRow.map { column[$0] } ?? .nan
        return column.map { $0 - spy }
    }
}
