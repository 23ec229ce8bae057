import MarketTime
import NIOCore
import Simulator

/// The two shapes in which the vendor tells splits.
enum SplitForm: Equatable {
    /// `/v3/reference/splits`.
    case v3
    /// `/stocks/v1/splits`: the same with the kind and the cumulative factor.
    case v1

    var path: String {
        switch self {
        case .v3: "/v3/reference/splits"
        case .v1: "/stocks/v1/splits"
        }
    }
}

extension MarketService {
    /// Answers `/v3/reference/splits` and `/stocks/v1/splits`: past and announced splits, the newest first, in pages.
    func splits(_ form: SplitForm, _ request: MarketRequest) throws(VendorError) -> MarketResponse {
        var parameters = request.query.filter { $0.name != "apiKey" && $0.name != "cursor" }
        if let cursor = request.value("cursor") {
            guard let decoded = PageCursor.decoded(cursor) else { throw .badParameter("Invalid cursor") }
            parameters = decoded
        }
        let filter = try SplitFilter(parameters, form: form)
        var found = market.splits.filter { filter.accepts($0, ticker: market.listings[$0.ticker].ticker) }
        if filter.byTicker {
            // Stable: of one ticker the earlier splits stay in front.
            let order = found.indices.sorted {
                let (left, right) = (market.listings[found[$0].ticker].ticker, market.listings[found[$1].ticker].ticker)
                return left == right ? $0 < $1 : left.utf8.lexicographicallyPrecedes(right.utf8)
            }
            found = order.map { found[$0] }
        }
        if !filter.ascending { found.reverse() }
        let page = found.dropFirst(filter.offset).prefix(filter.limit)
        json.removeAll()
        json.raw("{\"results\":[")
        for (position, split) in page.enumerated() {
            if position > 0 { json.byte(0x2C) }
            writeSplit(split, form)
        }
        json.raw("],\"status\":\"OK\",\"request_id\":")
        json.string(requestID())
        if filter.offset + page.count < found.count {
            var next = parameters.filter { $0.name != "ap" }
            next.append(("ap", String(filter.offset + page.count)))
            json.raw(",\"next_url\":")
            json.string("\(origin)\(form.path)?cursor=\(PageCursor.encoded(next))")
        }
        json.byte(0x7D)
        return done()
    }

    private func writeSplit(_ split: SimulatedSplit, _ form: SplitForm) {
        json.text("{\"execution_date\":\"\(split.executionDate.iso)\",\"id\":\"\(identifier(split))\",\"split_from\":")
        json.decimal(split.fromHundredths, decimals: 2)
        json.raw(",\"split_to\":")
        json.decimal(split.toHundredths, decimals: 2, minimum: split.kind == .forward && split.ticker % 2 == 0 ? 1 : 0)
        json.raw(",\"ticker\":")
        json.string(market.listings[split.ticker].ticker)
        if form == .v1 {
            json.text(",\"adjustment_type\":\"\(split.kind.rawValue)\",\"historical_adjustment_factor\":")
            json.decimal(factorMillionths(split), decimals: 6, minimum: 1)
        }
        json.byte(0x7D)
    }

    /// `E` and 32 hexadecimal digits that no other split has.
    private func identifier(_ split: SimulatedSplit) -> String {
        let day = UInt64(truncatingIfNeeded: split.executionDate.rawValue)
        let mixed = (market.seed ^ UInt64(split.ticker) << 32 ^ day) &* 0x9E37_79B9_7F4A_7C15
        return "E" + Self.hex(mixed) + Self.hex(mixed &* 0xBF58_476D_1CE4_E5B9 ^ day)
    }

    /// What a price before this split is multiplied by, in millionths: the split itself and all executed after it.
    private func factorMillionths(_ split: SimulatedSplit) -> Int64 {
        let today = max(NewYork.wall(at: now).day, split.executionDate)
        let ratio = market.shareRatio(of: split.ticker, since: split.executionDate.adding(days: -1), through: today)
        return (ratio.from * 2_000_000 + ratio.to) / (2 * ratio.to)
    }
}

/// What a request for splits asks for.
private struct SplitFilter {
    var limit: Int
    var ascending = false
    var byTicker = false
    /// Splits on earlier pages.
    var offset = 0
    private var conditions: [(name: String, value: String)] = []
    private var dates: [(name: String, day: DayID)] = []

    init(_ parameters: [(name: String, value: String)], form: SplitForm) throws(VendorError) {
        let limitMax = form == .v3 ? 1_000 : 5_000
        limit = form == .v3 ? 10 : 100
        for (name, value) in parameters where !value.isEmpty {
            switch name {
            case "limit":
                guard let number = Int(value), (1...limitMax).contains(number) else {
                    throw .badParameter("limit must be between 1 and \(limitMax)")
                }
                limit = number
            case "order":
                guard value == "asc" || value == "desc" else { throw .badParameter("order must be asc or desc") }
                ascending = value == "asc"
            case "sort": try sort(by: value)
            case "ap": offset = max(0, Int(value) ?? 0)
            case _ where name.hasPrefix("execution_date"):
                guard let day = DayID(iso: value) else {
                    throw .badParameter("Could not parse \(name.prefix(20)): use YYYY-MM-DD")
                }
                dates.append((name, day))
            default: conditions.append((name, value))
            }
        }
    }

    /// `execution_date` or `ticker`; v1 puts the order behind a dot.
    private mutating func sort(by value: String) throws(VendorError) {
        let parts = value.split(separator: ".")
        switch parts.first {
        case "execution_date": byTicker = false
        case "ticker":
            byTicker = true
            ascending = true
        default: throw .badParameter("sort by \(value.prefix(20)) is not supported")
        }
        if parts.count > 1 { ascending = parts[1] == "asc" }
    }

    func accepts(_ split: SimulatedSplit, ticker: String) -> Bool {
        for (name, day) in dates {
            switch name {
            case "execution_date" where split.executionDate != day: return false
            case "execution_date.gt" where split.executionDate <= day: return false
            case "execution_date.gte" where split.executionDate < day: return false
            case "execution_date.lt" where split.executionDate >= day: return false
            case "execution_date.lte" where split.executionDate > day: return false
            default: break
            }
        }
        for (name, value) in conditions {
            switch name {
            case "ticker" where ticker != value: return false
            case "ticker.any_of" where !value.split(separator: ",").contains(Substring(ticker)): return false
            case "ticker.gte" where ticker.utf8.lexicographicallyPrecedes(value.utf8): return false
            case "ticker.lte" where value.utf8.lexicographicallyPrecedes(ticker.utf8): return false
            case "ticker.gt" where !value.utf8.lexicographicallyPrecedes(ticker.utf8): return false
            case "ticker.lt" where !ticker.utf8.lexicographicallyPrecedes(value.utf8): return false
            case "reverse_split" where (value == "true") != (split.kind == .reverse): return false
            default: break
            }
        }
        return true
    }
}
