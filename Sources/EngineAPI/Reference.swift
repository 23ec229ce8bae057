package import MarketData
package import MarketTime

// Reference data comes from two vendors, in bulk and rarely. What is cached is stamped with the trading day it was asked on;
// a value keeps its source and its date, and nothing that is missing ever removes a ticker.

/// What is known of tickers beside their trading: parallel columns, as the engine takes them.
package struct ReferenceFacts: Hashable, Sendable {
    /// Whose facts, each symbol once.
    package var symbols: [Symbol] = []
    /// Company or fund name, cleaned of control characters; nil is not known, here and below.
    package var names: [String?] = []
    /// MIC of the listing exchange.
    package var exchanges: [String?] = []
    /// Vendor type (`CS`, `ETF`, `PFD`, `WARRANT`, …).
    package var types: [String?] = []
    /// Sector.
    package var sectors: [String?] = []
    /// Industry.
    package var industries: [String?] = []
    /// Country, ISO 3166 two letters.
    package var countries: [String?] = []
    /// Market capitalisation, USD; NaN is not known, here and below.
    package var marketCaps: [Double] = []
    /// Shares that trade freely.
    package var floatShares: [Double] = []
    /// Shares outstanding.
    package var sharesOutstanding: [Double] = []

    /// No tickers.
    package init() {}

    /// Rows held.
    package var count: Int { symbols.count }
}

/// How the reference data is, for the status bar and `doctor`.
package struct ReferenceStatus: Hashable, Sendable {
    /// What is being done.
    package enum Phase: Hashable, Sendable {
        /// Nothing is due.
        case idle
        /// Being loaded; steps done of those known so far.
        case loading(done: Int, total: Int)
        /// Pausing after a failure or at a vendor's wish; the sentence says why and until when.
        case waiting(sentence: String)
        /// A part cannot be had; the sentence says which columns are unknown, why, and what to do.
        case degraded(sentence: String)
    }

    /// The phase.
    package var phase = Phase.idle
    /// Tickers of which at least the name and type are known.
    package var listed = 0
    /// Tickers with a float.
    package var withFloat = 0
    /// Tickers with a market capitalisation.
    package var withMarketCap = 0
    /// Tickers with a sector.
    package var withSector = 0
    /// The trading day of the oldest part in use; nil before anything is there.
    package var stamp: DayID?

    /// Nothing yet.
    package init() {}
}

/// One question to a vendor about tickers' facts.
package enum ReferenceFetch: Hashable, Sendable {
    /// Polygon `/v3/reference/tickers?market=stocks&active=true&limit=1000`, after this ticker; nil for the first page.
    case tickers(after: String?)
    /// FMP `/stable/shares-float-all`, pages from 0.
    case floats(page: Int)
    /// FMP `/stable/market-capitalization-batch`, at most 100 symbols.
    case marketCaps([Symbol])
    /// FMP `/stable/profile` of one symbol.
    case profile(Symbol)
}

/// The answer to a ``ReferenceFetch``.
package enum ReferenceAnswer: Sendable {
    /// Facts by what the vendor told; symbols in Polygon's form. `next` is the ticker to go on after or, for pages by
    /// number, any text when there is another page; nil when this was the last.
    case facts([ReferenceFact], next: String?, rejected: Int)
    /// The vendor does not know the symbol (404 or an empty answer to one symbol).
    case notFound
    /// No answer; worth another try after the pause the vendor wants, if it wants one.
    case failed(sentence: String, retryAfterMs: Int?)
    /// The vendor refuses for good: the key, or a plan without this kind of data.
    case refused(sentence: String)
}

/// What one vendor's answer says of one ticker; nil is not told.
package struct ReferenceFact: Hashable, Sendable {
    /// Whose.
    package var symbol: Symbol
    /// Name, cleaned of control and direction characters, at most 120 characters.
    package var name: String?
    /// MIC.
    package var exchange: String?
    /// Vendor type.
    package var type: String?
    /// Sector.
    package var sector: String?
    /// Industry.
    package var industry: String?
    /// ISO 3166 two letters.
    package var country: String?
    /// USD, above 0 and finite.
    package var marketCap: Double?
    /// Shares, above 0 and finite.
    package var floatShares: Double?
    /// Shares, above 0 and finite.
    package var sharesOutstanding: Double?
    /// The day the vendor dates the value; nil where it does not.
    package var date: DayID?

    /// Nothing told yet.
    package init(symbol: Symbol) { self.symbol = symbol }
}

/// Where reference data comes from.
///
/// Thread-safe; never blocks. Keeps to its vendor's rate limit by itself; the caller bounds how much is under way.
package protocol ReferenceSource: Sendable {
    /// Asks; `completion` is called exactly once, on any thread, and must be short.
    func fetch(_ fetch: ReferenceFetch, completion: @escaping @Sendable (ReferenceAnswer) -> Void)
}

/// A kind of reference data that is loaded as a whole.
package enum ReferencePart: String, CaseIterable, Hashable, Sendable {
    /// Names, types, exchanges (Polygon).
    case tickers
    /// Float and shares outstanding (FMP).
    case floats
    /// Market capitalisation (FMP).
    case marketCaps = "market-caps"
    /// Sector, industry, country (FMP), symbol by symbol.
    case profiles
}

/// How far loading a part has come: so that a load cut short goes on, and one that is done is not repeated on that day.
package struct ReferenceProgress: Hashable, Sendable {
    /// Which part.
    package var part: ReferencePart
    /// The trading day it is loaded for.
    package var day: DayID
    /// Where to go on: the ticker after which, or the page; empty at the beginning.
    package var cursor: String
    /// Whether everything has come.
    package var isComplete: Bool

    /// A state.
    package init(part: ReferencePart, day: DayID, cursor: String = "", isComplete: Bool = false) {
        self.part = part
        self.day = day
        self.cursor = cursor
        self.isComplete = isComplete
    }
}

/// What loading reference data needs of a store.
///
/// Every call may block; each write is one transaction.
package protocol ReferenceStore: Sendable {
    /// Everything stored, in symbol order.
    ///
    /// - Throws: ``StoreError``.
    func referenceFacts() throws -> ReferenceFacts
    /// How far each part has come; parts never begun are absent.
    ///
    /// - Throws: ``StoreError``.
    func referenceProgress() throws -> [ReferenceProgress]
    /// Symbols of which a part's vendor has said, on this day or later, that it does not know them or tells nothing.
    ///
    /// - Throws: ``StoreError``.
    func unknownSymbols(of part: ReferencePart, since day: DayID) throws -> Set<Symbol>
    /// Symbols whose facts of a part were answered on this day or later.
    ///
    /// - Throws: ``StoreError``.
    func answeredSymbols(of part: ReferencePart, since day: DayID) throws -> Set<Symbol>
    /// Writes an answer: its facts (a nil leaves what is stored), the symbols it did not know, and how far the part is now.
    ///
    /// - Throws: ``StoreError``.
    func write(_ facts: [ReferenceFact], unknown: [Symbol], source: String, _ progress: ReferenceProgress) throws
}
