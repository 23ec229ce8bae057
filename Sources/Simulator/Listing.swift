package import MarketTime

/// What kind of security a ticker names; raw values are the vendor's type codes (`/v3/reference/tickers`, `type`).
package enum ListingKind: String, Hashable, Sendable, CaseIterable {
    /// Common stock.
    case common = "CS"
    /// American depositary receipt of common stock.
    case depositary = "ADRC"
    /// Exchange-traded fund.
    case fund = "ETF"
    /// Exchange-traded note.
    case note = "ETN"
    /// Preferred stock.
    case preferred = "PFD"
    /// Warrant.
    case warrant = "WARRANT"
    /// Unit of share and warrant.
    case unit = "UNIT"
    /// Right.
    case right = "RIGHT"
    /// Exchange test symbol; the vendor leaves its type out.
    case test = ""
}

/// A listed security: what reference endpoints tell about it, and what drives its simulated trading.
package struct Listing: Sendable {
    /// Symbol in the vendor's form, case-sensitive (`BRK.B`, `BACpM`).
    package var ticker: String
    /// Company or fund name, UTF-8.
    package var name: String
    /// Kind of security.
    package var kind: ListingKind
    /// Market identifier code of the primary exchange (`XNAS`, `XNYS`, `ARCX`, `XASE`, `BATS`).
    package var exchange: String
    /// First trading day; the ticker is unknown to every endpoint before it.
    package var listDate: DayID
    /// SEC number, ten digits; nil where the vendor has none.
    package var cik: String?
    /// Shares outstanding.
    package var sharesOutstanding: Int64

    /// Price level around which the chain of closes moves, in 1/10,000 USD.
    var anchorPriceE4: Double
    /// Shares traded on a typical full day.
    var averageVolume: Double
    /// Standard deviation of a day's log return.
    var volatility: Double
    /// Mean shares of one trade.
    var averageTradeSize: Double
    /// Chance of a news burst on a day.
    var burstChance: Double
    /// Chance that a day passes without a trade.
    var idleChance: Double
    /// Whether fractions of shares trade.
    var isFractional: Bool
    /// Hash of seed and ticker: everything about this security follows from it.
    var key: UInt64
    /// Place among the market's corporate events; negative for the many without any.
    var eventNumber = -1
}
