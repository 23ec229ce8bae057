import CFastJSON
package import EngineAPI
package import MarketData
import MarketTime
package import Network

/// A page of facts from FMP.
package struct FMPPage: Equatable, Sendable {
    /// Facts of symbols that have a form of Polygon's, each symbol once, in the vendor's order.
    package var facts: [ReferenceFact] = []
    /// Elements the page holds, other countries' included; 0 ends the paging.
    package var elements = 0
    /// Elements or values left out: a wrong type, no symbol, a symbol twice, a float above the shares outstanding.
    package var rejected = 0
}

/// FMP's answers into facts, by simdjson.
///
/// An array is data; anything else is an error, whatever the status says. One thread at a time.
package final class FMPDecoder {
    /// A float may exceed the shares outstanding by this much, as filings of two dates do; beyond, the float is wrong.
    package static let floatExcessMax = 0.005
    /// Where a US share is listed, as FMP names exchanges.
    ///
    /// A profile of another exchange is another company's.
    static let exchanges: Set<String> = [
        "NASDAQ", "NYSE", "AMEX", "NYSEARCA", "ARCA", "NYSEAMERICAN", "NYSEMKT", "BATS", "CBOE", "IEX", "OTC", "PNK",
        "OTCQB", "OTCQX", "ETF",
    ]

    private let decoder = PolygonDecoder()

    /// A decoder without tables.
    package init() {}

    /// `GET /stable/shares-float-all`: `floatShares`, `outstandingShares`, dated by `date`.
    package func floats(_ body: ResponseBody) throws(DecodeError) -> FMPPage {
        try facts(body) { row, fact in
            fact.floatShares = Self.amount(row.float_shares)
            fact.sharesOutstanding = Self.amount(row.outstanding_shares)
            guard let float = fact.floatShares, let shares = fact.sharesOutstanding else { return true }
            guard float - shares > shares * Self.floatExcessMax else { return true }
            fact.floatShares = nil
            return false
        }
    }

    /// `GET /stable/market-capitalization-batch`: `marketCap`, dated by `date`.
    package func marketCaps(_ body: ResponseBody) throws(DecodeError) -> FMPPage {
        try facts(body) { row, fact in
            fact.marketCap = Self.amount(row.market_cap)
            return true
        }
    }

    /// `GET /stable/profile` of one symbol: of several rows of it the first one with a US exchange.
    ///
    /// `facts` is empty when the vendor knows nothing of the symbol; `rejected` counts rows of others.
    package func profile(_ body: ResponseBody, of symbol: Symbol) throws(DecodeError) -> FMPPage {
        var columns = fastjson_profiles()
        try decoder.read(body, rowsMax: Int(FASTJSON_REFERENCE_MAX)) { fastjson_decode_profiles($0, $1, $2, &columns) }
        var page = FMPPage(elements: columns.count + columns.malformed, rejected: columns.malformed)
        for row in UnsafeBufferPointer(start: columns.rows, count: columns.count) {
            let exchange = decoder.text(of: row.exchange).uppercased()
            let isHere = exchange.isEmpty || Self.exchanges.contains(exchange)
            guard SymbolForms.polygon(ofFMP: decoder.text(of: row.symbol)) == symbol, isHere, page.facts.isEmpty else {
                page.rejected += 1
                continue
            }
            var fact = ReferenceFact(symbol: symbol)
            fact.name = ReferenceText.line(decoder.text(of: row.name))
            fact.sector = ReferenceText.line(decoder.text(of: row.sector), lengthMax: ReferenceText.wordMax)
            fact.industry = ReferenceText.line(decoder.text(of: row.industry), lengthMax: ReferenceText.wordMax)
            let country = decoder.text(of: row.country)
            fact.country = country.utf8.count == 2 ? ReferenceText.code(country, lengthMax: 2) : nil
            fact.marketCap = Self.amount(row.market_cap)
            page.facts.append(fact)
        }
        return page
    }

    /// The vendor's words in an answer that is no data: those of an error object, or a plain text; nil for web pages and
    /// answers without words.
    package func errorText(_ body: ResponseBody) -> String? {
        if let text = decoder.errorText(body) { return text }
        let text = String(decoding: body.prefix(1200), as: UTF8.self)
        guard let first = text.first(where: { !$0.isWhitespace }), !"<[{".contains(first) else { return nil }
        return ReferenceText.line(text, lengthMax: VendorText.lengthMax)
    }

    /// Whether a body is empty, an array or an object, as the vendor's own answers are and a gateway's are not.
    package func isVendors(_ body: ResponseBody) -> Bool {
        let first = body.prefix(256).first { ![0x20, 0x09, 0x0A, 0x0D].contains($0) }
        return first.map { [UInt8(ascii: "["), UInt8(ascii: "{")].contains($0) } ?? true
    }

    /// Reads rows; `fill` completes a fact and returns whether everything in the row could be believed.
    private func facts(
        _ body: ResponseBody,
        _ fill: (fastjson_fact, inout ReferenceFact) -> Bool
    ) throws(DecodeError) -> FMPPage {
        var columns = fastjson_facts()
        try decoder.read(body, rowsMax: Int(FASTJSON_REFERENCE_MAX)) { fastjson_decode_facts($0, $1, $2, &columns) }
        var page = FMPPage(elements: columns.count + columns.malformed, rejected: columns.malformed)
        var places: [Symbol: Int] = [:]
        for row in UnsafeBufferPointer(start: columns.rows, count: columns.count) {
            guard let symbol = SymbolForms.polygon(ofFMP: decoder.text(of: row.symbol)) else { continue }
            var fact = ReferenceFact(symbol: symbol)
            fact.date = DayID(iso: String(decoder.text(of: row.date).prefix(10)))
            let place = places[symbol]
            if let place {
                // Of several rows the newest counts, and the first where the dates do not tell.
                page.rejected += 1
                guard let date = fact.date, page.facts[place].date.map({ $0 < date }) ?? true else { continue }
            }
            let isBelieved = fill(row, &fact)
            if !isBelieved, place == nil { page.rejected += 1 }
            guard fact.floatShares != nil || fact.sharesOutstanding != nil || fact.marketCap != nil else { continue }
            if let place {
                page.facts[place] = fact
            } else {
                places[symbol] = page.facts.count
                page.facts.append(fact)
            }
        }
        return page
    }

    private static func amount(_ number: Double) -> Double? { number.isNaN ? nil : number }
}
