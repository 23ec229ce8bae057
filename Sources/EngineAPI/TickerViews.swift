package import MarketData
package import MarketTime

/// Which tickers' slots a screen wants to see: for a heatmap, and for a ticker's own page.
package struct SlotQuery: Hashable, Sendable {
    /// Most tickers of a query; further ones are left out.
    package static let symbolsMax = 160

    /// Whose, in the order of the answer's rows.
    package var symbols: [Symbol]
    /// The ticker whose prices by slot are wanted too; nil for none.
    package var priced: Symbol?

    /// A query.
    package init(symbols: [Symbol], priced: Symbol? = nil) {
        self.symbols = symbols
        self.priced = priced
    }
}

/// Today's slots of some tickers beside what is usual for them: row by row as asked, 192 slots a row.
///
/// Of a span of slots, RVOL is the sum of its volumes over the sum of its averages.
package struct SlotPage: Hashable, Sendable {
    /// What was asked, cut to ``SlotQuery/symbolsMax`` tickers.
    package var query: SlotQuery
    /// The trading day the volumes are of.
    package var tradingDay: DayID
    /// The moment the volumes are of, market time: how far the running slot has come.
    ///
    /// The time of the newest snapshot's data, which lies behind the clock with delayed data; nothing after it has begun.
    package var madeAt: Instant
    /// Up to when each row's volumes reach, market time, where the stream tells of more than `madeAt`; parallel to the
    /// symbols, or empty where none does.
    package var reachedAt: [Instant] = []
    /// `symbols` × 192 own volumes, shares; NaN where unknown and in slots that have not begun.
    ///
    /// The running slot has its volume so far. Symbols that are not known have NaN throughout.
    package var volumes: [Float]
    /// `symbols` × 192 mean own volumes of the lookback, shares; NaN without a baseline.
    package var averages: [Float]
    /// The last price of each of the 192 slots of `query.priced`, USD; empty unless asked for.
    ///
    /// NaN in slots without a trade that sets a price, and beyond 256 times the day's first price or its 256th part. In
    /// slots the engine did not follow, and on past days, the slots' average prices stand in, where they are known. Of today
    /// off by 0.0123 % at most.
    package var prices: [Float]

    /// A page.
    package init(
        query: SlotQuery,
        tradingDay: DayID,
        madeAt: Instant,
        volumes: [Float] = [],
        averages: [Float] = [],
        prices: [Float] = []
    ) {
        self.query = query
        self.tradingDay = tradingDay
        self.madeAt = madeAt
        self.volumes = volumes
        self.averages = averages
        self.prices = prices
    }

    /// Whether every part has the length the others say.
    package var isSound: Bool {
        let cells = query.symbols.count * Slot.count
        return volumes.count == cells && averages.count == cells && (prices.isEmpty || prices.count == Slot.count)
            && (reachedAt.isEmpty || reachedAt.count == query.symbols.count)
    }

    /// Up to when a row's volumes reach: what its running slot is to be compared with.
    package func reached(_ row: Int) -> Instant {
        reachedAt.indices.contains(row) ? max(madeAt, reachedAt[row]) : madeAt
    }
}

/// Which ticker's own page a screen shows.
package struct AboutQuery: Hashable, Sendable {
    /// Whose.
    package var symbol: Symbol
    /// Numbers and texts wanted, each as a column of the answer.
    package var columns: [ColumnID]

    /// A query.
    package init(symbol: Symbol, columns: [ColumnID]) {
        self.symbol = symbol
        self.columns = columns
    }
}

/// What there is to say of one ticker, whether or not it is among the rows shown.
package struct TickerAbout: Hashable, Sendable {
    /// What was asked.
    package var query: AboutQuery
    /// Whether the ticker is among those of the market; all else is empty if not.
    package var isKnown: Bool
    /// Parallel to `query.columns`; NaN is missing, and stands for columns of text.
    package var values: [Double] = []
    /// Parallel to `query.columns`; empty for columns of numbers and where missing.
    package var texts: [String] = []
    /// Flags of the row.
    package var flags: RowFlags = []
    /// Event time of the price, ns since the epoch, 0 when missing.
    package var priceTime: Int64 = 0
    /// The lists it is on, in the lists' order.
    package var memberships: [Membership] = []
    /// Its halts and pauses of the day, newest first, at most 16; those that began before anybody listened are not known.
    package var halts: [HaltSpan] = []

    /// A place on a list.
    package struct Membership: Hashable, Sendable {
        /// The list's name.
        package var list: String
        /// From 1.
        package var rank: Int
        /// The best rank since it came, from 1.
        package var bestRank: Int
        /// When it came; the epoch on a list worked out while its session does not run.
        package var since: Instant

        /// A place.
        package init(list: String, rank: Int, bestRank: Int, since: Instant) {
            self.list = list
            self.rank = rank
            self.bestRank = bestRank
            self.since = since
        }
    }

    /// A halt or pause of trading.
    package struct HaltSpan: Hashable, Sendable {
        /// From when on.
        package var from: Instant
        /// Until when; nil while it lasts.
        package var until: Instant?

        /// A halt.
        package init(from: Instant, until: Instant? = nil) {
            self.from = from
            self.until = until
        }
    }

    /// Nothing known yet.
    package init(query: AboutQuery, isKnown: Bool = false) {
        self.query = query
        self.isKnown = isKnown
    }

    /// A number; NaN unless it was asked for and is known.
    package func value(_ column: ColumnID) -> Double {
        guard let index = query.columns.firstIndex(of: column), values.indices.contains(index) else { return .nan }
        return values[index]
    }

    /// A text; empty unless it was asked for and is known.
    package func text(_ column: ColumnID) -> String {
        guard let index = query.columns.firstIndex(of: column), texts.indices.contains(index) else { return "" }
        return texts[index]
    }
}

/// What traded at one price: bought at the offer, sold at the bid.
package struct PriceLevel: Hashable, Sendable {
    /// USD.
    package var price: Double
    /// Shares traded at or above the offer.
    package var bought: Double
    /// Shares traded at or below the bid.
    package var sold: Double
    /// Shares of trades between, or of unknown side.
    package var other: Double

    /// A level.
    package init(price: Double, bought: Double = 0, sold: Double = 0, other: Double = 0) {
        self.price = price
        self.bought = bought
        self.sold = sold
        self.other = other
    }
}
