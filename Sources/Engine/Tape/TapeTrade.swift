package import MarketData

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
