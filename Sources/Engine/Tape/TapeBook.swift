package import EngineAPI
package import MarketData
package import MarketTime

/// A trade on its way to a tape.
package struct TapeTrade: Hashable, Sendable {
    /// USD.
    package var price: Double
    /// Shares.
    package var size: Double
    /// Time of the consolidated tape, ns since the epoch.
    package var time: Int64
    /// Vendor's exchange id; 0 when unknown.
    package var exchange: UInt8
    /// Trade reporting facility; 0 when none.
    package var trf: UInt16
    /// Conditions.
    package var conditions: PackedCodes
    /// See ``TradeColumns/identity``.
    package var identity: UInt64

    /// A trade.
    package init(
        price: Double,
        size: Double,
        time: Int64,
        exchange: UInt8 = 0,
        trf: UInt16 = 0,
        conditions: PackedCodes = 0,
        identity: UInt64 = 0
    ) {
        self.price = price
        self.size = size
        self.time = time
        self.exchange = exchange
        self.trf = trf
        self.conditions = conditions
        self.identity = identity
    }
}

/// A best bid and offer on its way to a tape.
package struct TapeQuote: Hashable, Sendable {
    /// USD; NaN when nobody bids.
    package var bid: Double
    /// USD; NaN when nobody offers.
    package var ask: Double
    /// As the vendor sends it.
    package var bidSize: Double
    /// As the vendor sends it.
    package var askSize: Double
    /// ns since the epoch.
    package var time: Int64

    /// A quote.
    package init(bid: Double, ask: Double, bidSize: Double = .nan, askSize: Double = .nan, time: Int64) {
        self.bid = bid
        self.ask = ask
        self.bidSize = bidSize
        self.askSize = askSize
        self.time = time
    }
}

/// The tapes: of every ticker whose trades are subscribed, and the merged one of the short list.
package struct TapeBook: Sendable {
    /// What became of a trade.
    package enum Outcome: Hashable, Sendable {
        /// It has a line, or is part of one; against the quote in force at its time.
        case new(TradeSide)
        /// Seen before: it must not count again.
        case duplicate
    }

    /// What the tapes may take, together at most some 40 MB.
    package struct Limits: Hashable, Sendable {
        /// Prints kept of a ticker that is looked at.
        package var printsLookedAt = 2048
        /// Prints kept of any other.
        package var printsOther = 256
        /// Prints, and lines, kept of the merged tape.
        package var printsMerged = 8192
        /// Tickers with a tape; a further one takes the place of the one that has been quiet longest.
        package var tickers = 1024
        /// Tickers that may be looked at, the first so many.
        package var lookedAt = 32

        /// The defaults.
        package init() {}
    }

    /// No tapes.
    package init(limits: Limits = Limits()) {}

    /// Says which rows are looked at, replacing those before: their tapes are kept longer.
    package mutating func lookAt(rows: [Int]) {}

    /// Takes a quote; of a batch, apply the quotes before the trades.
    package mutating func add(_ quote: TapeQuote, row: Int) {}

    /// Takes a trade.
    ///
    /// `effect` is what its conditions allow; `marks` what the caller knows of it (``PrintFlags/dayHigh``, `dayLow`,
    /// `extendedHours`), the other flags are found here. `isMerged` says whether the ticker belongs to the short list.
    package mutating func add(
        _ trade: TapeTrade,
        row: Int,
        effect: TradeEffect,
        marks: PrintFlags = [],
        isMerged: Bool
    ) -> Outcome { .duplicate }

    /// Takes trades that were only summed: they count in the rates and in ``TapePage/conflated`` and have no line.
    package mutating func addConflated(
        trades: Int,
        shares: Double,
        price: Double,
        time: Int64,
        row: Int,
        isMerged: Bool
    ) {}

    /// Writes a line that trading is halted (or resumed), on the ticker's tape if it has one and on the merged one.
    package mutating func addHalt(isResume: Bool, time: Int64, row: Int, isMerged: Bool) {}

    /// The ticker's newest quote by time; nil when none is known.
    package func quote(row: Int) -> TapeQuote? { nil }

    /// Trades of the 60 s up to now, to the second; 0 without a tape.
    package func tradesOfLastMinute(row: Int, now: Instant) -> Int { 0 }

    /// The tape as asked for; `row` is that of the query's symbol (nil when nothing is known of it), `symbols` is the
    /// universe's column. `isLive` is left to the caller.
    package mutating func page(_ query: TapeQuery, row: Int?, symbols: [Symbol], now: Instant) -> TapePage {
        TapePage(query: query)
    }

    /// Single prints with numbers above `number`, oldest first, at most `max`; `row` nil for the merged tape.
    package func prints(after number: UInt64, row: Int?, symbols: [Symbol], max: Int) -> [TapePrint] { [] }

    /// Forgets the quotes of a row, or of all: after a gap they are not in force any more.
    package mutating func dropQuotes(row: Int? = nil) {}

    /// Frees what is kept of a ticker that is no longer subscribed.
    package mutating func forget(row: Int) {}

    /// Forgets everything, for a new day.
    package mutating func resetDay() {}
}
