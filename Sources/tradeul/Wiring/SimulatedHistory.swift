import EngineAPI
import MarketData
import MarketTime
import Simulator
import Store

/// Brings a simulated market's past into its store: what a trader's store would hold after weeks of collecting.
///
/// The days are those that aggregates over REST give (tested), only faster. A day is done once it is marked so: an import
/// cut short goes on where it stopped.
struct SimulatedHistory {
    /// Prior trading days brought in.
    static let dayCount = 25
    /// Prior trading days of which daily bars are brought in with the slots: what averages take, and some to spare.
    static let barDayCount = 35
    /// Prior trading days of which daily bars are brought in at last: a year, for ranges of 52 weeks.
    static let yearDayCount = DailyRequest.dayCount
    /// Rows of one transaction: bounds memory to 3 MB and the time a reader waits.
    static let rowsPerBatch = 2000
    /// Days after which RVOL is first worth showing: the default lookback, and one early close that it skips.
    private static let usefulDays = 6

    let market: SimulatedMarket
    let store: TradeulStore

    /// Imports what is missing, newest day first.
    ///
    /// - Parameters:
    ///   - now: The market's time; the current day's completed slots are imported too, with what they traded at.
    ///   - mustStop: Asked between batches.
    ///   - onUseful: Called when enough days are there for a first baseline, and when everything is.
    /// - Throws: ``StoreError``.
    func run(now: Instant, mustStop: () -> Bool, onUseful: () -> Void) throws {
        try claimStore(now: now)
        let symbols = market.listings.map { Symbol($0.ticker) }
        let reader = MarketReader(market)
        let today = market.calendar.state(at: now).tradingDay
        try store.write(.splits(splits))
        let completed = DayProgress(of: today, at: now).completedSlots
        if completed > 0 {
            let prices = { reader.slotPrices(on: today, of: $0, slotCount: completed, asOf: now) }
            try importSlots(
                of: today,
                slotCount: completed,
                symbols: symbols,
                reader: reader,
                prices: prices,
                mustStop: mustStop
            )
            onUseful()
        }
        var imported = 0
        for day in market.calendar.tradingDays(before: today, count: Self.dayCount) where market.hasData(on: day) {
            if try store.setting(Self.mark(day)) != nil { continue }
            try importSlots(of: day, slotCount: Slot.count, symbols: symbols, reader: reader, mustStop: mustStop)
            if mustStop() { return }
            try importDailyBars(of: day, symbols: symbols, reader: reader)
            // Nothing is missing of a day that came straight from the market.
            try store.write(.wholeDay(day, SlotHistory(), source: .simulator))
            try store.setSetting(Self.mark(day), to: "complete", at: now)
            imported += 1
            if imported == Self.usefulDays { onUseful() }
        }
        imported += try importBars(of: Self.dayCount..<Self.barDayCount, now: now, symbols, reader, mustStop) {}
        if mustStop() { return }
        if imported > 0 {
            try importReferenceData(on: today, symbols: symbols)
            onUseful()
        }
    }

    /// Imports the daily bars of a year, newest day first, after ``run(now:mustStop:onUseful:)`` and everything else.
    ///
    /// Nobody waits for it: it takes a minute of computing at the full market, and rests after each day.
    ///
    /// - Parameters:
    ///   - now: The market's time.
    ///   - mustStop: Asked between days.
    ///   - rest: Called after each day; may block.
    ///   - onUseful: Called when all days are there, if any was missing.
    /// - Throws: ``StoreError``.
    func runYear(now: Instant, mustStop: () -> Bool, rest: () -> Void, onUseful: () -> Void) throws {
        try claimStore(now: now)
        let symbols = market.listings.map { Symbol($0.ticker) }
        try importDetails(now: now, symbols, MarketReader(market), mustStop, rest)
        let days = Self.barDayCount..<Self.yearDayCount
        let imported = try importBars(of: days, now: now, symbols, MarketReader(market), mustStop, rest: rest)
        if imported > 0 { onUseful() }
    }

    /// Imports what is missing of the daily bars of so many trading days back; returns how many days were.
    private func importBars(
        of daysBack: Range<Int>,
        now: Instant,
        _ symbols: [Symbol?],
        _ reader: MarketReader,
        _ mustStop: () -> Bool,
        rest: () -> Void
    ) throws -> Int {
        let today = market.calendar.state(at: now).tradingDay
        var imported = 0
        for day in market.calendar.tradingDays(before: today, count: daysBack.upperBound).dropFirst(daysBack.lowerBound)
        where try market.hasData(on: day) && store.setting(Self.mark(day)) == nil {
            if mustStop() { break }
            try importDailyBars(of: day, symbols: symbols, reader: reader)
            try store.setSetting(Self.mark(day), to: "daily bars", at: now)
            imported += 1
            rest()
        }
        return imported
    }

    /// Makes the store this market's, or refuses one that holds another's: two markets in one file would be neither.
    private func claimStore(now: Instant) throws {
        let identity = "seed \(market.seed), \(market.listings.count) symbols, from \(market.openingDay.iso)"
        if let owner = try store.setting(Self.ownerKey) {
            guard owner == identity else {
                throw StoreError.failed(
                    path: store.path,
                    reason: "it holds the history of another simulated market: name another file with --store"
                )
            }
        } else {
            guard try store.storedSlotDays().isEmpty else {
                throw StoreError.failed(
                    path: store.path,
                    reason: "it holds a real market's history: name another file with --store for the simulated one"
                )
            }
            try store.setSetting(Self.ownerKey, to: identity, at: now)
        }
    }

    /// The market's splits as the vendor would tell them.
    private var splits: [StockSplit] {
        market.splits.compactMap { split in
            Symbol(market.listings[split.ticker].ticker).flatMap { symbol in
                StockSplit(
                    symbol: symbol,
                    executionDate: split.executionDate,
                    from: Double(split.fromHundredths) / 100,
                    to: Double(split.toHundredths) / 100
                )
            }
        }
    }

    private static let ownerKey = "simulated-market"

    private static func mark(_ day: DayID) -> String { "simulated-history.\(day.iso)" }

    private func importSlots(
        of day: DayID,
        slotCount: Int,
        symbols: [Symbol?],
        reader: MarketReader,
        prices: (_ ticker: Int) -> [Float] = { _ in [] },
        mustStop: () -> Bool
    ) throws {
        var rows = SlotRows(day: day, slotCount: slotCount)
        let volumes = UnsafeMutableBufferPointer<Int64>.allocate(capacity: Slot.count)
        defer { volumes.deallocate() }
        for index in symbols.indices {
            // Days of a company that had the ticker before are not this one's.
            guard let symbol = symbols[index], market.listings[index].listDate <= day else { continue }
            guard reader.slotVolumes(on: day, of: index, into: volumes), volumes[slotCount - 1] > 0 else { continue }
            rows.append(symbol, volumes.prefix(slotCount), vwap: prices(index))
            if rows.symbols.count == Self.rowsPerBatch {
                try store.write(rows, source: .simulator)
                rows = SlotRows(day: day, slotCount: slotCount)
                if mustStop() { return }
            }
        }
        try store.write(rows, source: .simulator)
    }

    private func importDailyBars(of day: DayID, symbols: [Symbol?], reader: MarketReader) throws {
        var bars: [DailyBar] = []
        for index in symbols.indices {
            guard let symbol = symbols[index], market.listings[index].listDate <= day,
                let bar = reader.dailyBar(on: day, of: index)
            else { continue }
            bars.append(
                DailyBar(
                    symbol: symbol,
                    open: Double(bar.price.open) / 10_000,
                    high: Double(bar.price.high) / 10_000,
                    low: Double(bar.price.low) / 10_000,
                    close: Double(bar.price.close) / 10_000,
                    volume: Double(bar.volumeMicro) / 1_000_000,
                    vwap: bar.vwapE4 / 10_000,
                    trades: bar.trades
                )
            )
        }
        _ = try store.writeDailyBars(day, bars, source: SlotSource.simulator.rawValue)
    }

    private func importReferenceData(on day: DayID, symbols: [Symbol?]) throws {
        let facts = market.listings.indices.compactMap { index -> TickerMetadata? in
            let listing = market.listings[index]
            return symbols[index].map {
                TickerMetadata(symbol: $0, name: listing.name, exchange: listing.exchange, type: listing.kind.rawValue)
            }
        }
        try store.writeTickers(facts, source: SlotSource.simulator.rawValue, date: day)
        try store.writeMarketDays(market.calendarOverrides, source: SlotSource.simulator.rawValue)
    }
}
