import MarketTime
import NIOCore
import Simulator

extension MarketService {
    /// `/v3/reference/tickers`: listed securities by ticker, in pages.
    func tickers(_ request: MarketRequest) throws(VendorError) -> MarketResponse {
        var parameters = request.query.filter { $0.name != "apiKey" && $0.name != "cursor" }
        if let cursor = request.value("cursor") {
            guard let decoded = PageCursor.decoded(cursor) else { throw .badParameter("Invalid cursor") }
            parameters = decoded
        }
        if rowTroubles.contains(.repeatedPages) { parameters.removeAll { $0.name == "ap" } }
        let filter = try TickerFilter(parameters)
        let today = NewYork.wall(at: now).day
        var page: [Int] = []
        var hasMore = false
        for index in filter.ascending ? market.indicesByTicker : market.indicesByTicker.reversed() {
            let listing = market.listings[index]
            guard filter.accepts(listing, today: today) else { continue }
            if page.count == filter.limit {
                hasMore = true
                break
            }
            page.append(index)
        }
        json.removeAll()
        json.raw("{\"results\":[")
        let shown = rowTroubles.contains(.emptyPages) ? [] : page
        for (position, index) in shown.enumerated() {
            for copy in 0..<(rowTroubles.contains(.duplicated) ? 2 : 1) {
                if position + copy > 0 { json.byte(0x2C) }
                json.byte(0x7B)
                writeIdentity(market.listings[index])
                json.byte(0x7D)
            }
        }
        json.raw("],\"status\":\"OK\",\"request_id\":")
        json.string(requestID())
        json.raw(",\"count\":")
        json.integer(Int64(shown.count))
        if rowTroubles.contains(.endlessPages), !hasMore {
            json.raw(",\"next_url\":")
            json.string("\(origin)/v3/reference/tickers?cursor=\(PageCursor.encoded(parameters))")
        } else if hasMore, let last = page.last {
            var next = parameters.filter { $0.name != "ap" }
            next.append(("ap", market.listings[last].ticker))
            json.raw(",\"next_url\":")
            json.string("\(origin)/v3/reference/tickers?cursor=\(PageCursor.encoded(next))")
        }
        json.byte(0x7D)
        return done()
    }

    /// Answers `/v3/reference/tickers/{T}`.
    ///
    /// `date` asks for the company that had the ticker then.
    func details(_ ticker: String, _ request: MarketRequest) throws(VendorError) -> MarketResponse {
        var day = NewYork.wall(at: now).day
        if let text = request.value("date") {
            guard let date = DayID(iso: text) else { throw .badParameter("Could not parse the date: use YYYY-MM-DD") }
            day = date
        }
        guard let index = market.index(of: ticker), market.isListed(index, on: day) else { throw .tickerNotFound }
        var listing = market.listings[index]
        if let former = market.formerCompanies.first(where: { $0.ticker == index }), day <= former.lastDay {
            listing.name = former.name
            listing.listDate = former.listDate
            listing.cik = nil
        }
        let shares = market.sharesOutstanding(of: index, on: day)
        json.removeAll()
        json.raw("{\"request_id\":")
        json.string(requestID())
        json.raw(",\"results\":{")
        writeIdentity(listing)
        let parts = ticker.split(separator: ".", maxSplits: 1)
        json.raw(",\"ticker_root\":")
        json.string(String(parts.first ?? ""))
        if parts.count > 1 {
            json.raw(",\"ticker_suffix\":")
            json.string(String(parts[1]))
        }
        if listing.kind == .common || listing.kind == .depositary {
            json.text(",\"list_date\":\"\(listing.listDate.iso)\",\"share_class_shares_outstanding\":")
            json.count(shares, form: UInt64(index))
            json.raw(",\"weighted_shares_outstanding\":")
            json.count(shares, form: UInt64(index / 16))
            if let bar = reader.dailyBar(on: market.calendar.tradingDay(before: day), of: index) {
                json.raw(",\"market_cap\":")
                json.count(shares / 10_000 * max(1, bar.price.close), form: UInt64(index / 3))
            }
            json.raw(",\"description\":")
            json.string("\(listing.name) is a company of the simulated market.")
        }
        json.raw(",\"round_lot\":100},\"status\":\"OK\"}")
        return done()
    }

    private func writeIdentity(_ listing: Listing) {
        json.raw("\"ticker\":")
        json.string(listing.ticker)
        if rowTroubles.contains(.nulls) {
            json.raw(
                ",\"name\":null,\"market\":null,\"locale\":null,\"primary_exchange\":null,\"type\":null,\"cik\":null"
            )
            return
        }
        json.raw(",\"name\":")
        json.string(listing.name)
        json.text(",\"market\":\"stocks\",\"locale\":\"us\",\"primary_exchange\":\"\(listing.exchange)\"")
        if listing.kind != .test { json.text(",\"type\":\"\(listing.kind.rawValue)\"") }
        json.raw(",\"active\":true,\"currency_name\":\"usd\"")
        if let cik = listing.cik { json.text(",\"cik\":\"\(cik)\"") }
        json.text(",\"last_updated_utc\":\"\(NewYork.wall(at: now).day.iso)T00:00:00Z\"")
    }
}

/// What a request for the ticker list asks for.
private struct TickerFilter {
    var limit = 100
    var ascending = true
    private var conditions: [(name: String, value: String)] = []

    init(_ parameters: [(name: String, value: String)]) throws(VendorError) {
        for (name, value) in parameters where !value.isEmpty {
            switch name {
            case "limit":
                guard let number = Int(value), (1...1_000).contains(number) else {
                    throw .badParameter("limit must be between 1 and 1000")
                }
                limit = number
            case "order":
                guard value == "asc" || value == "desc" else { throw .badParameter("order must be asc or desc") }
                ascending = value == "asc"
            case "sort":
                guard value == "ticker" else { throw .badParameter("sort by \(value) is not supported") }
            default: conditions.append((name, value))
            }
        }
    }

    func accepts(_ listing: Listing, today: DayID) -> Bool {
        guard listing.listDate <= today else { return false }
        for (name, value) in conditions {
            switch name {
            case "ticker" where listing.ticker != value: return false
            case "ticker.gt" where !precedes(value, listing.ticker): return false
            case "ticker.gte" where precedes(listing.ticker, value): return false
            case "ticker.lt" where !precedes(listing.ticker, value): return false
            case "ticker.lte" where precedes(value, listing.ticker): return false
            case "ticker.any_of" where !value.split(separator: ",").contains(Substring(listing.ticker)): return false
            case "ap" where !(ascending ? precedes(value, listing.ticker) : precedes(listing.ticker, value)):
                return false
            case "type" where listing.kind.rawValue != value: return false
            case "exchange" where listing.exchange != value: return false
            case "cik" where listing.cik != value: return false
            case "market" where value != "stocks": return false
            case "active" where value != "true": return false
            case "search" where !matches(listing, value): return false
            default: break
            }
        }
        return true
    }

    private func precedes(_ left: String, _ right: String) -> Bool {
        left.utf8.lexicographicallyPrecedes(right.utf8)
    }

    private func matches(_ listing: Listing, _ text: String) -> Bool {
        let wanted = text.lowercased()
        return listing.ticker.lowercased().contains(wanted) || listing.name.lowercased().contains(wanted)
    }
}
