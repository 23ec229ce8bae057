// A struct of arrays: filters, RVOL and sorts run a column at a time over contiguous memory (88 KB for 11,000 rows).
// The arrays are `package` stored properties because cross-module accessors would not be inlined (0.8 ns against 6 ns).

/// Facts about a row that a number cannot carry.
package struct RowFlags: OptionSet, Hashable, Sendable {
    /// One bit per fact.
    package var rawValue: UInt16

    /// Flags from their bits.
    package init(rawValue: UInt16) { self.rawValue = rawValue }

    /// At least one trade or minute bar of the current trading day has been seen.
    package static let tradedToday = Self(rawValue: 1)
    /// RVOL was divided by `rvol.floor` because the baseline lies below it: the stock hardly ever trades at this time.
    package static let thinBaseline = Self(rawValue: 2)
    /// Fewer lookback days stand behind the baseline than the setting asks for.
    package static let shortBaseline = Self(rawValue: 4)
    /// An exchange test symbol.
    package static let testTicker = Self(rawValue: 8)
    /// The last snapshot no longer contained the ticker.
    package static let missingFromFeed = Self(rawValue: 16)
    /// Slot RVOL is that of the slot just ended, because the current one is younger than 30 s.
    package static let slotJustStarted = Self(rawValue: 32)
    /// Fewer than 30 days stand behind the average volume.
    package static let shortAverage = Self(rawValue: 64)
    /// At least one of today's slots has ended unseen and is not filled yet: its slot RVOL is missing, never guessed.
    package static let unknownSlots = Self(rawValue: 128)
    /// Events of the WebSocket arrive for this row: its price is of the second, not of the last snapshot.
    package static let streamed = Self(rawValue: 256)
    /// It was streamed and the connection broke: what happened since then is not known until a snapshot has told.
    package static let ticksInterrupted = Self(rawValue: 512)
    /// Trading is halted or paused.
    package static let halted = Self(rawValue: 1024)
    /// The price stands at a limit-up or limit-down band.
    package static let limitState = Self(rawValue: 2048)
}

/// Every ticker seen so far, as columns; a row is a ``TickerID`` and is never removed or reordered.
///
/// Doubles are NaN when missing. Times are ns since the epoch, 0 when missing.
package struct Universe: Sendable {
    /// Symbol of each row.
    package private(set) var symbols: [Symbol] = []
    private var idsBySymbol: [Symbol: TickerID] = [:]

    /// USD; ``priceTime`` tells how old.
    package var price: [Double] = []
    /// Event time of `price`, ns since the epoch.
    package var priceTime: [Int64] = []
    /// Close of the previous session, USD (`prevDay.c`).
    package var previousClose: [Double] = []
    /// First regular-session price of the day, USD; NaN before the open.
    package var open: [Double] = []
    /// Day high including extended hours as far as seen, USD.
    package var high: [Double] = []
    /// Day low including extended hours as far as seen, USD.
    package var low: [Double] = []
    /// Best bid, USD.
    package var bid: [Double] = []
    /// Best ask, USD.
    package var ask: [Double] = []
    /// Size at the best bid, in the vendor's unit (shares or round lots; see ``SnapshotBatch/bidSize``).
    package var bidSize: [Double] = []
    /// Size at the best ask; see ``bidSize``.
    package var askSize: [Double] = []
    /// Cumulative volume V(t) since 04:00 ET, shares; 0 when not traded today, NaN until a snapshot has said either.
    package var volume: [Double] = []
    /// VWAP of the day, USD (`day.vw`).
    package var vwap: [Double] = []
    /// Shares of the newest minute with trades so far (`min.v`).
    package var minuteVolume: [Double] = []
    /// Event time of `bid` and `ask`, ns since the epoch.
    package var quoteTime: [Int64] = []
    /// Time up to which `volume` counts, ns since the epoch; 0 when no event has told.
    package var volumeTime: [Int64] = []
    /// Event time of the newest trade seen, ns since the epoch; 0 when none.
    package var printTime: [Int64] = []
    /// Offer minus bid, USD; NaN with a missing side or a crossed market.
    package var spread: [Double] = []
    /// High of the running session (pre-market, regular or post-market), USD.
    package var sessionHigh: [Double] = []
    /// Low of the running session, USD.
    package var sessionLow: [Double] = []
    /// High of the pre-market, USD; NaN unless all of it was watched, as for every range of a session below.
    package var preHigh: [Double] = []
    /// Low of the pre-market, USD.
    package var preLow: [Double] = []
    /// High of the regular session, USD; the vendor tells it (`day.h`) also when it was not watched.
    package var regularHigh: [Double] = []
    /// Low of the regular session, USD (`day.l`).
    package var regularLow: [Double] = []
    /// Price at the end of the regular session, USD; NaN before, and not moved by what trades later.
    package var regularClose: [Double] = []
    /// High of the post-market, USD.
    package var postHigh: [Double] = []
    /// Low of the post-market, USD.
    package var postLow: [Double] = []
    /// Shares of the last 1, 5, 10, 15 and 30 minutes by the wall clock.
    package var volume1m: [Double] = []
    /// See ``volume1m``.
    package var volume5m: [Double] = []
    /// See ``volume1m``.
    package var volume10m: [Double] = []
    /// See ``volume1m``.
    package var volume15m: [Double] = []
    /// See ``volume1m``.
    package var volume30m: [Double] = []
    /// Price against 1, 2, 5, 10, 15 and 30 minutes ago by the wall clock, percent.
    package var change1m: [Double] = []
    /// See ``change1m``.
    package var change2m: [Double] = []
    /// See ``change1m``.
    package var change5m: [Double] = []
    /// See ``change1m``.
    package var change10m: [Double] = []
    /// See ``change1m``.
    package var change15m: [Double] = []
    /// See ``change1m``.
    package var change30m: [Double] = []
    /// Trades of the last 60 s; NaN unless trades are subscribed for that long.
    package var tradesPerMinute: [Double] = []
    /// Trades of the day so far; NaN where they are not known from its beginning.
    package var trades: [Double] = []
    /// How many standard deviations `trades` lies above its mean at this time of day.
    package var tradesZScore: [Double] = []
    /// Upper limit band, USD; NaN when unknown.
    package var bandUpper: [Double] = []
    /// Lower limit band, USD; NaN when unknown.
    package var bandLower: [Double] = []
    /// Halts and limit states.
    package var halts: [HaltMark] = []
    /// Mean daily volume over up to 30 stored days, shares.
    package var averageVolume: [Double] = []
    /// Mean daily volume over up to 5 stored days, shares.
    package var averageVolume5: [Double] = []
    /// Mean daily volume over up to 10 stored days, shares.
    package var averageVolume10: [Double] = []
    /// Average true range over 14 days (Wilder), USD.
    package var atr: [Double] = []
    /// `atr` over the price, percent.
    package var atrPercent: [Double] = []
    /// High of the last trading day before the current one, USD.
    package var previousHigh: [Double] = []
    /// Low of that day, USD.
    package var previousLow: [Double] = []
    /// Volume of that day, shares.
    package var previousVolume: [Double] = []
    /// What daily bars of up to a year say.
    package var daily = DailyTable()
    /// Change against the previous close, percent.
    package var changePercent: [Double] = []
    /// Opening gap against the previous close, percent; the price stands in for the open before 09:30.
    package var gapPercent: [Double] = []
    /// Relative volume at this time of day, ×.
    package var rvol: [Double] = []
    /// Relative volume of the current slot alone, ×.
    package var slotRVOL: [Double] = []
    /// Volume over the average daily volume, ×.
    package var simpleRVOL: [Double] = []
    /// Price times volume, USD.
    package var dollarVolume: [Double] = []
    /// Where the price stands between day low (0) and day high (100), percent.
    package var rangePosition: [Double] = []
    /// Lookback days behind the baseline.
    package var baselineDays: [UInt8] = []
    /// Days behind `averageVolume`.
    package var averageDays: [UInt8] = []
    /// Market capitalisation, USD; NaN is not known, here and below.
    package var marketCap: [Double] = []
    /// Shares that trade freely.
    package var floatShares: [Double] = []
    /// Shares outstanding.
    package var sharesOutstanding: [Double] = []
    /// Company or fund names.
    package var names = TextColumn()
    /// Vendor types (`CS`, `ETF`, …).
    package var types = TextColumn()
    /// MICs of the listing exchanges.
    package var exchanges = TextColumn()
    /// Sectors.
    package var sectors = TextColumn()
    /// Industries.
    package var industries = TextColumn()
    /// Countries, ISO 3166 two letters.
    package var countries = TextColumn()
    /// See ``RowFlags``.
    package var flags: [RowFlags] = []

    /// An empty universe.
    package init() {}

    /// Rows in every column.
    package var count: Int { symbols.count }

    /// The row of a symbol; nil when it was never seen.
    package func id(of symbol: Symbol) -> TickerID? { idsBySymbol[symbol] }

    /// The row of a symbol, made when it is new, with every number missing.
    package mutating func intern(_ symbol: Symbol) -> TickerID {
        if let known = idsBySymbol[symbol] { return known }
        let id = TickerID(rawValue: Int32(symbols.count))
        idsBySymbol[symbol] = id
        symbols.append(symbol)
        for columns in [Self.dayNumbers, Self.historyNumbers, Self.referenceNumbers] {
            for column in columns { self[keyPath: column].append(.nan) }
        }
        for column in Self.referenceTexts { self[keyPath: column].append(nil) }
        daily.grow(to: symbols.count)
        priceTime.append(0)
        quoteTime.append(0)
        volumeTime.append(0)
        printTime.append(0)
        halts.append(.none)
        baselineDays.append(0)
        averageDays.append(0)
        flags.append(symbol.isTestTicker ? .testTicker : [])
        return id
    }

    /// Forgets everything that belongs to one trading day, which is everything but the symbols and what the reference data
    /// tell of them.
    package mutating func resetDay() {
        for column in Self.dayNumbers { self[keyPath: column] = Array(repeating: .nan, count: count) }
        forgetHistory()
        daily.reset()
        priceTime = Array(repeating: 0, count: count)
        quoteTime = priceTime
        volumeTime = priceTime
        printTime = priceTime
        halts = Array(repeating: .none, count: count)
        baselineDays = Array(repeating: 0, count: count)
        for row in 0..<count { flags[row].formIntersection(.testTicker) }
    }

    /// Forgets what daily bars say: averages, ATR, the day before.
    package mutating func forgetHistory() {
        for column in Self.historyNumbers { self[keyPath: column] = Array(repeating: .nan, count: count) }
        averageDays = Array(repeating: 0, count: count)
    }

    /// Columns that come from the day's own data.
    private static var dayNumbers: [WritableKeyPath<Self, [Double]>] {
        [
            \.price, \.previousClose, \.open, \.high, \.low, \.bid, \.ask, \.bidSize, \.askSize, \.volume,
            \.vwap, \.minuteVolume, \.changePercent, \.gapPercent, \.rvol, \.slotRVOL, \.simpleRVOL,
            \.dollarVolume, \.rangePosition, \.atrPercent, \.spread, \.sessionHigh, \.sessionLow, \.preHigh, \.preLow,
            \.regularHigh, \.regularLow, \.regularClose, \.postHigh, \.postLow, \.volume1m, \.volume5m, \.volume10m,
            \.volume15m, \.volume30m, \.change1m, \.change2m, \.change5m, \.change10m, \.change15m, \.change30m,
            \.tradesPerMinute, \.trades, \.tradesZScore, \.bandUpper, \.bandLower,
        ]
    }

    /// Columns that come from the days before.
    private static var historyNumbers: [WritableKeyPath<Self, [Double]>] {
        [
            \.averageVolume, \.averageVolume5, \.averageVolume10, \.atr, \.previousHigh, \.previousLow,
            \.previousVolume,
        ]
    }

    /// What is known of companies, whatever the day.
    private static var referenceNumbers: [WritableKeyPath<Self, [Double]>] {
        [\.marketCap, \.floatShares, \.sharesOutstanding]
    }

    /// Texts about companies.
    private static var referenceTexts: [WritableKeyPath<Self, TextColumn>] {
        [\.names, \.types, \.exchanges, \.sectors, \.industries, \.countries]
    }
}
