import NIOCore
import Simulator

extension MarketService {
    /// Answers `/v3/reference/conditions`: the table of trade conditions, by id, in pages.
    ///
    /// The simulated tapes have no quote conditions: asking for those, or for another asset class, gives an empty list.
    func conditions(_ request: MarketRequest) throws(VendorError) -> MarketResponse {
        var parameters = request.query.filter { $0.name != "apiKey" && $0.name != "cursor" }
        if let cursor = request.value("cursor") {
            guard let decoded = PageCursor.decoded(cursor) else { throw .badParameter("Invalid cursor") }
            parameters = decoded
        }
        func value(_ name: String) -> String? { parameters.last { $0.name == name && !$0.value.isEmpty }?.value }
        guard let limit = Int(value("limit") ?? "10"), (1...1_000).contains(limit) else {
            throw .badParameter("limit must be between 1 and 1000")
        }
        let isEmpty = value("asset_class") ?? "stocks" != "stocks" || value("data_type") ?? "trade" != "trade"
        let count = isEmpty ? 0 : ConditionsJSON.count
        let start = min(max(0, value("from").flatMap { Int($0) } ?? 0), count)
        let end = min(start + limit, count)
        json.removeAll()
        json.raw("{\"results\":")
        ConditionsJSON.writeRows(start..<end, into: json)
        json.raw(",\"status\":\"OK\",\"request_id\":")
        json.string(requestID())
        json.raw(",\"count\":")
        json.integer(Int64(end - start))
        if end < count {
            let next = parameters.filter { $0.name != "from" } + [(name: "from", value: String(end))]
            json.raw(",\"next_url\":")
            json.string("\(origin)/v3/reference/conditions?cursor=\(PageCursor.encoded(next))")
        }
        json.byte(0x7D)
        return done()
    }
}
