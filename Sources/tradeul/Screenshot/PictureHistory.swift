import Analytics
import EngineAPI
import MarketData
import MarketTime
import Simulator

/// A simulated market's past, answered at once and from memory: what a demo's store would answer after its import.
///
/// The same days as ``SimulatedHistory`` brings into a store, through the same folds (tested against it). Daily bars are
/// drawn once and kept: a year of 1,000 symbols is 12 MB.
final class PictureHistory {
    /// The market.
    let market: SimulatedMarket
    private let reader: MarketReader
    private let symbols: [Symbol?]
    private let splits: [StockSplit]
    /// Daily bars by day; NaN volume where a symbol has none.
    private var bars: [DayID: [DailyBar?]] = [:]

    /// The past of a market.
    init(_ market: SimulatedMarket) {
        self.market = market
        reader = MarketReader(market)
        let symbols = market.listings.map { Symbol($0.ticker) }
        self.symbols = symbols
        splits = market.splits.compactMap { split in
            symbols[split.ticker].flatMap {
                StockSplit(
                    symbol: $0,
                    executionDate: split.executionDate,
                    from: Double(split.fromHundredths) / 100,
                    to: Double(split.toHundredths) / 100
                )
            }
        }
    }

    /// Baselines, averages, and today's slots that have ended.
    func load(_ request: HistoryRequest, now: Instant) -> HistoryLoad {
        var load = HistoryLoad(request: request)
        let factors = SplitFactors(splits, tradingDay: request.tradingDay)
        load.splitToday = factors.onTradingDay
        readLookback(request, factors, into: &load)
        load.daily = dailyFacts(request, factors)
        load.today = slotRows(of: request.tradingDay, now: now)
        return load
    }

    /// Slots of a day that have ended, of all symbols that have traded in them, with what they traded at.
    func slotRows(of day: DayID, now: Instant, only wanted: Set<Symbol>? = nil) -> SlotRows {
        let completed = DayProgress(of: day, at: now).completedSlots
        var rows = SlotRows(day: day, slotCount: max(completed, 1))
        guard completed > 0 else { return rows }
        withVolumes { volumes in
            for index in symbols.indices {
                guard let symbol = listed(index, on: day), wanted?.contains(symbol) ?? true,
                    reader.slotVolumes(on: day, of: index, into: volumes), volumes[completed - 1] > 0
                else { continue }
                let prices = reader.slotPrices(on: day, of: index, slotCount: completed, asOf: now)
                rows.append(symbol, volumes.prefix(completed), vwap: prices)
            }
        }
        return rows
    }

    /// Indicators over many days.
    func daily(_ request: DailyRequest) -> DailyIndicators {
        let factors = SplitFactors(splits, tradingDay: request.tradingDay)
        var fold = DailyIndicatorsFold()
        for _ in symbols { fold.addRow() }
        var met = [Bool](repeating: false, count: symbols.count)
        for (position, day) in request.days.prefix(DailyRequest.dayCount).enumerated() where isStored(day) {
            for case (let index, let bar?) in dailyBars(of: day).enumerated() {
                met[index] = true
                fold.add(
                    row: index,
                    open: bar.open,
                    high: bar.high,
                    low: bar.low,
                    close: bar.close,
                    volume: bar.volume,
                    factor: factors.factor(bar.symbol, on: day),
                    daysBack: position + 1
                )
            }
        }
        return DailyIndicators(request: request, symbols: symbols, met: met, fold.finish())
    }

    /// Mean and deviation of past trades in some slots.
    func tradeCounts(_ request: TradeCountRequest) -> TradeCountLoad {
        var load = TradeCountLoad(request: request)
        let slots = request.slots.clamped(to: 0..<Slot.count)
        let days = request.candidates.filter { $0 < request.tradingDay && isStored($0) }
            .prefix(min(TradeCountRequest.daysMax, SimulatedHistory.dayCount))
        guard !slots.isEmpty else { return load }
        for index in symbols.indices {
            var counts: [Double] = []
            for day in days where listed(index, on: day) != nil {
                var trades = 0
                var hasTraded = false
                // Whether it traded at all that day is asked of the whole day, which costs the same.
                reader.forEachSlotBar(on: day, of: index, asOf: endOfTime) { bar, _ in
                    hasTraded = true
                    if slots.contains(slot(of: bar, on: day)) { trades += bar.trades }
                }
                if hasTraded { counts.append(Double(trades)) }
            }
            guard let symbol = symbols[index], !counts.isEmpty else { continue }
            let sum = counts.reduce(0, +)
            let mean = sum / Double(counts.count)
            let spread = max(counts.reduce(0) { $0 + $1 * $1 } - sum * mean, 0)
            load.symbols.append(symbol)
            load.mean.append(mean)
            load.deviation.append(counts.count > 1 ? (spread / Double(counts.count - 1)).squareRoot() : .nan)
            load.days.append(UInt8(counts.count))
        }
        return load
    }

    /// What the demo's vendors tell of companies on a day.
    func facts(on day: DayID) -> ReferenceFacts {
        var facts = ReferenceFacts()
        for index in symbols.indices {
            guard let symbol = listed(index, on: day) else { continue }
            let listing = market.listings[index]
            let told = listing.kind == .test ? nil : market.facts(of: index, on: day)
            func number(_ value: Double?) -> Double { value.flatMap { $0 > 0 ? $0 : nil } ?? .nan }
            func text(_ value: String?) -> String? { value.flatMap { $0.isEmpty ? nil : $0 } }
            facts.symbols.append(symbol)
            facts.names.append(text(listing.name))
            facts.exchanges.append(listing.exchange)
            facts.types.append(text(listing.kind.rawValue))
            facts.sectors.append(text(told?.sector))
            facts.industries.append(text(told?.industry))
            facts.countries.append(told?.country)
            let shares = Double(market.sharesOutstanding(of: index, on: day))
            facts.floatShares.append(number(told?.floatShares.map { Double($0) }))
            facts.sharesOutstanding.append(number(shares))
            let close = dailyBars(of: market.calendar.tradingDay(before: day))[index]?.close
            facts.marketCaps.append(number(told?.hasMarketCap == true ? close.map { $0 * shares } : nil))
        }
        return facts
    }

    /// A symbol's bar of a day; nil when it did not trade.
    func dailyBar(of symbol: Symbol, on day: DayID) -> DailyBar? {
        guard isStored(day), let index = market.index(of: symbol.text) else { return nil }
        return dailyBars(of: day)[index]
    }

    /// A symbol's own volumes of a day's 192 slots, shares; nil when it did not trade.
    func ownVolumes(of symbol: Symbol, on day: DayID) -> [Double]? {
        guard isStored(day), let index = market.index(of: symbol.text), listed(index, on: day) != nil else {
            return nil
        }
        var own: [Double]?
        withVolumes { volumes in
            guard reader.slotVolumes(on: day, of: index, into: volumes), volumes[Slot.count - 1] > 0 else { return }
            own = (0..<Slot.count).map { Double(volumes[$0] - ($0 == 0 ? 0 : volumes[$0 - 1])) }
        }
        return own
    }

    // MARK: The parts

    private func readLookback(_ request: HistoryRequest, _ factors: SplitFactors, into load: inout HistoryLoad) {
        var rows = [Int](repeating: -1, count: symbols.count)
        let limit = min(max(request.daysPerSymbol, 0), Int(UInt8.max))
        let imported = Set(market.calendar.tradingDays(before: request.tradingDay, count: SimulatedHistory.dayCount))
        withVolumes { volumes in
            for day in request.lookbackCandidates where imported.contains(day) && isStored(day) {
                var isServed = false
                for index in symbols.indices {
                    guard rows[index] < 0 || Int(load.days[rows[index]]) < limit, let symbol = listed(index, on: day),
                        reader.slotVolumes(on: day, of: index, into: volumes), volumes[Slot.count - 1] > 0
                    else { continue }
                    if rows[index] < 0 {
                        rows[index] = load.symbols.count
                        load.symbols.append(symbol)
                        load.days.append(0)
                        load.sums.append(contentsOf: repeatElement(0, count: Slot.count))
                    }
                    isServed = true
                    load.days[rows[index]] += 1
                    let factor = factors.factor(symbol, on: day)
                    let start = rows[index] * Slot.count
                    for slot in 0..<Slot.count { load.sums[start + slot] += Double(volumes[slot]) * factor }
                }
                if isServed { load.distinctDays += 1 }
            }
        }
    }

    private func dailyFacts(_ request: HistoryRequest, _ factors: SplitFactors) -> DailyFacts {
        var fold = DailyFold()
        for _ in symbols { fold.addRow() }
        let previous = request.dailyDays.first
        for day in request.dailyDays.reversed() where isStored(day) {
            for case (let index, let bar?) in dailyBars(of: day).enumerated() {
                fold.add(
                    row: index,
                    high: bar.high,
                    low: bar.low,
                    close: bar.close,
                    volume: bar.volume,
                    factor: factors.factor(bar.symbol, on: day),
                    isPrevious: day == previous
                )
            }
        }
        var daily = DailyFacts()
        for index in symbols.indices {
            let facts = fold.facts(row: index)
            guard let symbol = symbols[index], facts.averageDays > 0 else { continue }
            daily.symbols.append(symbol)
            daily.averageVolume5.append(facts.averageVolume5)
            daily.averageVolume10.append(facts.averageVolume10)
            daily.averageVolume30.append(facts.averageVolume30)
            daily.averageDays.append(UInt8(facts.averageDays))
            daily.atr14.append(facts.atr14)
            daily.previousHigh.append(facts.previousHigh)
            daily.previousLow.append(facts.previousLow)
            daily.previousClose.append(facts.previousClose)
            daily.previousVolume.append(facts.previousVolume)
        }
        return daily
    }

    private func dailyBars(of day: DayID) -> [DailyBar?] {
        if let known = bars[day] { return known }
        let made = symbols.indices.map { index -> DailyBar? in
            guard let symbol = listed(index, on: day), let bar = reader.dailyBar(on: day, of: index) else { return nil }
            return DailyBar(
                symbol: symbol,
                open: Double(bar.price.open) / 10_000,
                high: Double(bar.price.high) / 10_000,
                low: Double(bar.price.low) / 10_000,
                close: Double(bar.price.close) / 10_000,
                volume: Double(bar.volumeMicro) / 1_000_000,
                vwap: bar.vwapE4 / 10_000,
                trades: bar.trades
            )
        }
        bars[day] = made
        return made
    }

    /// The symbol of a listing whose company has had it since a day or longer.
    private func listed(_ index: Int, on day: DayID) -> Symbol? {
        market.listings[index].listDate <= day ? symbols[index] : nil
    }

    private func isStored(_ day: DayID) -> Bool { market.hasData(on: day) }

    private func slot(of bar: SimulatedBar, on day: DayID) -> Int {
        let start = NewYork.instant(day, secondOfDay: Slot.dayStartSecond).milliseconds
        return Int((bar.startMs - start) / 1000) / Slot.seconds
    }

    /// Later than any day of the market.
    private var endOfTime: Instant { NewYork.instant(market.openingDay.adding(days: 4_000), secondOfDay: 0) }

    private func withVolumes(_ body: (UnsafeMutableBufferPointer<Int64>) -> Void) {
        withUnsafeTemporaryAllocation(of: Int64.self, capacity: Slot.count) { volumes in
            volumes.initialize(repeating: 0)
            body(volumes)
        }
    }
}

extension DailyIndicators {
    /// The rows of a fold that have had a bar.
    fileprivate init(
        request: DailyRequest,
        symbols all: [Symbol?],
        met: [Bool],
        _ columns: DailyIndicatorsFold.Columns
    ) {
        self.init(request: request)
        let rows = all.indices.filter { met[$0] && all[$0] != nil }
        func taken(_ column: [Double]) -> [Double] { rows.map { column[$0] } }
        func byNumber(_ numbers: [Int], _ columns: [[Double]]) -> [Int: [Double]] {
            Dictionary(uniqueKeysWithValues: zip(numbers, columns.map(taken)))
        }
        symbols = rows.compactMap { all[$0] }
        previousOpen = taken(columns.previousOpen)
        previousClose = taken(columns.previousClose)
        previousChangePercent = taken(columns.previousChangePercent)
        averageVolume20 = taken(columns.averageVolume20)
        averageVolume3m = taken(columns.averageVolume3m)
        averageDollarVolume = taken(columns.averageDollarVolume)
        meanGain = taken(columns.meanGain)
        meanLoss = taken(columns.meanLoss)
        upDays = taken(columns.upDays)
        closeSums = byNumber(DailyIndicatorsFold.sumLengths, columns.closeSums)
        closes = byNumber(DailyIndicatorsFold.closeDays, columns.closes)
        highs = byNumber(DailyIndicatorsFold.rangeLengths, columns.highs)
        lows = byNumber(DailyIndicatorsFold.rangeLengths, columns.lows)
    }
}
