import CFastJSON
package import EngineAPI
import MarketData
package import Network

extension PolygonDecoder {
    /// A page of `GET /v3/reference/tickers`: `name`, `primary_exchange`, `type` of active tickers, in the vendor's order.
    ///
    /// A type may be absent or one that nobody has heard of; test tickers are among them.
    package func tickers(_ body: ResponseBody) throws(DecodeError) -> VendorPage<ReferenceFact> {
        var columns = fastjson_tickers()
        try read(body, rowsMax: Int(FASTJSON_REFERENCE_MAX)) { fastjson_decode_tickers($0, $1, $2, &columns) }
        var page = VendorPage<ReferenceFact>(
            rejected: columns.malformed,
            nextURL: columns.next_url.map { String(cString: $0) }
        )
        page.rows.reserveCapacity(columns.count)
        for row in UnsafeBufferPointer(start: columns.rows, count: columns.count) {
            guard let symbol = Symbol(text(of: row.symbol)) else {
                page.rejected += 1
                continue
            }
            var fact = ReferenceFact(symbol: symbol)
            fact.name = ReferenceText.line(text(of: row.name))
            fact.exchange = ReferenceText.code(text(of: row.exchange), lengthMax: 4)
            fact.type = ReferenceText.code(text(of: row.type), lengthMax: 16)
            page.rows.append(fact)
        }
        return page
    }
}
