package import EngineAPI
import GRDB
package import MarketData
package import MarketTime

/// What can be known about a ticker; nil is not known.
package struct TickerFacts: Hashable, Sendable {
    /// The ticker.
    package var symbol: Symbol
    /// Company or fund name: untrusted text.
    package var name: String?
    /// MIC of the listing exchange.
    package var exchange: String?
    /// Vendor type (`CS`, `ETF`, `PFD`, `WARRANT`, …).
    package var type: String?
    /// Sector, as the vendor writes it.
    package var sector: String?
    /// Industry, as the vendor writes it.
    package var industry: String?
    /// Country, ISO 3166 two letters.
    package var country: String?
    /// Market capitalisation, USD.
    package var marketCap: Double?
    /// Shares that trade freely.
    package var floatShares: Double?
    /// Shares outstanding.
    package var sharesOutstanding: Double?
    /// Average daily volume as the vendor states it, shares.
    package var averageVolume: Double?

    /// A ticker of which nothing is known yet.
    package init(symbol: Symbol) { self.symbol = symbol }

    /// The facts of a listing; an empty name is not known.
    package init(_ metadata: TickerMetadata) {
        symbol = metadata.symbol
        name = metadata.name.isEmpty ? nil : metadata.name
        exchange = metadata.exchange
        type = metadata.type
    }

    /// The text columns in order, and the number columns in order.
    fileprivate static let textColumns = ["name", "exchange", "type", "sector", "industry", "country"]
    fileprivate static let numberColumns = ["market_cap", "float_shares", "shares_outstanding", "average_volume"]

    fileprivate var texts: [String?] { [name, exchange, type, sector, industry, country] }
    fileprivate var numbers: [Double?] { [marketCap, floatShares, sharesOutstanding, averageVolume] }
}

/// Where a stored fact came from, and of which day it is.
package struct FactOrigin: Hashable, Sendable {
    /// The vendor or feature that said so.
    package var source: String
    /// The date of the value.
    package var date: DayID
}

extension TradeulStore {
    /// Writes facts in one transaction; what is nil leaves the stored value, its source and its date as they are.
    ///
    /// - Throws: ``StoreError``.
    package func writeTickers(_ facts: [TickerFacts], source: String, date: DayID) throws {
        try writing { db in try Self.upsert(facts.map { ($0, date) }, source: source, db) }
    }

    /// The body of ``writeTickers(_:source:date:)``: facts with the date of each.
    static func upsert(_ facts: [(TickerFacts, date: DayID)], source: String, _ db: Database) throws {
        let columns = TickerFacts.textColumns + TickerFacts.numberColumns
        let origins = columns.flatMap { [$0, "\($0)_source", "\($0)_date"] }
        let values = columns.indices.map { index in
            "?\(index + 4), iif(?\(index + 4) IS NULL, NULL, ?2), iif(?\(index + 4) IS NULL, NULL, ?3)"
        }
        // The three columns of a fact are null together, so that none is ever replaced without the others.
        let updates = origins.map { "\($0) = coalesce(excluded.\($0), \($0))" }
        let sql = """
            INSERT INTO ticker_metadata (symbol, \(origins.joined(separator: ", ")))
            VALUES (?1, \(values.joined(separator: ", ")))
            ON CONFLICT (symbol) DO UPDATE SET \(updates.joined(separator: ", "))
            """
        let upsert = try RawStatement(db, sql)
        try upsert.bind(2, source)
        for (facts, date) in facts {
            try upsert.bind(1, facts.symbol.text)
            try upsert.bind(3, date.iso)
            var index: Int32 = 4
            for text in facts.texts {
                try upsert.bind(index, text)
                index += 1
            }
            for number in facts.numbers {
                try upsert.bind(index, number ?? .nan)
                index += 1
            }
            try upsert.run()
        }
    }

    /// Writes listings in one transaction; an empty name and a nil leave what is stored.
    ///
    /// - Throws: ``StoreError``.
    package func writeTickers(_ metadata: [TickerMetadata], source: String, date: DayID) throws {
        try writeTickers(metadata.map { TickerFacts($0) }, source: source, date: date)
    }

    /// All stored tickers in symbol order.
    ///
    /// - Throws: ``StoreError``.
    package func tickers() throws -> [TickerFacts] {
        let columns = TickerFacts.textColumns + TickerFacts.numberColumns
        return try reading { db in
            let select = try RawStatement(
                db,
                "SELECT symbol, \(columns.joined(separator: ", ")) FROM ticker_metadata ORDER BY symbol"
            )
            defer { select.reset() }
            var all: [TickerFacts] = []
            while try select.step() {
                guard let symbol = Symbol(utf8: select.bytes(0)) else { continue }
                var facts = TickerFacts(symbol: symbol)
                facts.name = select.text(1)
                facts.exchange = select.text(2)
                facts.type = select.text(3)
                facts.sector = select.text(4)
                facts.industry = select.text(5)
                facts.country = select.text(6)
                facts.marketCap = select.optionalNumber(7)
                facts.floatShares = select.optionalNumber(8)
                facts.sharesOutstanding = select.optionalNumber(9)
                facts.averageVolume = select.optionalNumber(10)
                all.append(facts)
            }
            return all
        }
    }

    /// Where the stored facts of a ticker came from, by column name; facts that are not known are absent.
    ///
    /// - Throws: ``StoreError``.
    package func factOrigins(_ symbol: Symbol) throws -> [String: FactOrigin] {
        let columns = TickerFacts.textColumns + TickerFacts.numberColumns
        return try reading { db in
            let list = columns.map { "\($0)_source, \($0)_date" }.joined(separator: ", ")
            let select = try RawStatement(db, "SELECT \(list) FROM ticker_metadata WHERE symbol = ?1")
            defer { select.reset() }
            try select.bind(1, symbol.text)
            guard try select.step() else { return [:] }
            var origins: [String: FactOrigin] = [:]
            for (index, column) in columns.enumerated() {
                guard let source = select.text(Int32(2 * index)),
                    let date = select.text(Int32(2 * index + 1)).flatMap({ DayID(iso: $0) })
                else { continue }
                origins[column] = FactOrigin(source: source, date: date)
            }
            return origins
        }
    }
}
