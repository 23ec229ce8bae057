package import EngineAPI
package import MarketData
package import MarketTime
package import Network

/// Everything the vendor is asked about the past, with its address.
package enum HistoryInquiry: Hashable, Sendable {
    /// A question of the port.
    case fetch(HistoryFetch)
    /// One-minute bars of a symbol on one day, as traded.
    case minutes(Symbol, DayID)
    /// A snapshot of these symbols, all when empty.
    case snapshot([Symbol])
    /// One page of the list of tickers.
    case tickers(TickerPage)

    /// A page of the list of tickers.
    package enum TickerPage: Hashable, Sendable {
        /// The tickers after this one, from the first when nil.
        case after(String?)
        /// The page at an address the vendor has named, which has been found to be at the same server.
        case at(String)
    }

    /// The whole address of a page, where the vendor has named it.
    package var pageURL: String? {
        if case .tickers(.at(let url)) = self { url } else { nil }
    }

    /// Path and query below the REST address.
    ///
    /// Prices and volumes are asked for as traded: splits are applied on reading. The largest page each endpoint knows: of
    /// aggregates a page counts one-minute bars whatever is asked for, so 50,000 are 52 days.
    package func path(includesOTC: Bool = false, splits: SplitsEndpoint = .reference) -> String {
        switch self {
        case .fetch(.dailyBars(let day)):
            let query = includesOTC ? "&include_otc=true" : ""
            return "/v2/aggs/grouped/locale/us/market/stocks/\(day.iso)?adjusted=false\(query)"
        case .fetch(.splits(let from, let through)):
            let span = "execution_date.gte=\(from.iso)&execution_date.lte=\(through.iso)"
            return "\(splits.path)?\(span)&limit=\(splits.pageMax)"
        case .fetch(.listing(let symbol)): return "/v3/reference/tickers/\(Self.encoded(symbol))"
        case .fetch(.bars(let symbol, let from, let through)):
            return Self.range(symbol, "5/minute", from, through)
        case .minutes(let symbol, let day): return Self.range(symbol, "1/minute", day, day)
        case .snapshot(let symbols):
            var query = symbols.isEmpty ? [] : ["tickers=" + symbols.map(Self.encoded).joined(separator: ",")]
            if includesOTC { query.append("include_otc=true") }
            return PolygonEndpoint.snapshot.path + (query.isEmpty ? "" : "?" + query.joined(separator: "&"))
        case .tickers(.after(let ticker)):
            let after = ticker.map { "&ticker.gt=" + Self.encoded($0) } ?? ""
            return "/v3/reference/tickers?market=stocks&active=true&limit=1000&sort=ticker&order=asc\(after)"
        // Its address is already whole.
        case .tickers(.at): return ""
        }
    }

    /// What is asked for, as the words of a sentence.
    package var words: String {
        switch self {
        case .fetch(.dailyBars(let day)): "the daily bars of \(day.iso)"
        case .fetch(.splits(let from, let through)): "the splits from \(from.iso) to \(through.iso)"
        case .fetch(.listing(let symbol)): "the listing date of \(symbol.text)"
        case .fetch(.bars(let symbol, let from, let through)):
            "the bars of \(symbol.text) from \(from.iso) to \(through.iso)"
        case .minutes(let symbol, let day): "the bars of \(symbol.text) on \(day.iso)"
        case .snapshot: "the snapshot"
        case .tickers: "the list of tickers"
        }
    }

    /// The last day whose trading the answer holds; nil where it is not about trading.
    package var lastDay: DayID? {
        switch self {
        case .fetch(.dailyBars(let day)), .minutes(_, let day): day
        case .fetch(.bars(_, _, let through)): through
        case .fetch(.splits), .fetch(.listing), .snapshot, .tickers: nil
        }
    }

    /// Whether a 404 says that the vendor does not know the symbol; elsewhere it can only be an address that is wrong.
    package var isAboutSymbol: Bool {
        switch self {
        case .fetch(.listing), .fetch(.bars), .minutes: true
        case .fetch(.dailyBars), .fetch(.splits), .snapshot, .tickers: false
        }
    }

    /// Bounds of one request.
    ///
    /// A full page of bars has 6 MB, a market's day 2 MB; the speed also counts while the server still thinks.
    package var limits: HTTPRequest.Limits {
        switch self {
        case .snapshot: .snapshot
        case .fetch(.listing): .init(totalTimeoutMs: 15_000, slowPeriodSeconds: 10)
        case .fetch(.dailyBars), .fetch(.splits), .fetch(.bars), .minutes, .tickers:
            .init(totalTimeoutMs: 60_000, slowPeriodSeconds: 20, maxBodyBytes: 16 << 20)
        }
    }

    private static func range(_ symbol: Symbol, _ width: String, _ from: DayID, _ through: DayID) -> String {
        "/v2/aggs/ticker/\(encoded(symbol))/range/\(width)/\(from.iso)/\(through.iso)"
            + "?adjusted=false&sort=asc&limit=50000"
    }

    /// The symbol as one element of a path, its case kept: `BACpM` is a share, `BACPM` is none.
    static func encoded(_ symbol: Symbol) -> String { encoded(symbol.text) }

    /// A text as one element of a path or a query.
    static func encoded(_ text: String) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        var bytes: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case 0x41...0x5A, 0x61...0x7A, 0x30...0x39, UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"):
                bytes.append(byte)
            default: bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

/// The two places where the vendor lists splits, with the same filters.
package enum SplitsEndpoint: Hashable, Sendable {
    /// `/v3/reference/splits`: what every account knows.
    case reference
    /// `/stocks/v1/splits`: its successor. Asked where the first is not routed (404) or not in the plan (403); lists
    /// themselves answer 200 also when nothing is found.
    case stocks

    /// The path below the REST address.
    var path: String { self == .reference ? "/v3/reference/splits" : "/stocks/v1/splits" }

    /// The largest page.
    var pageMax: Int { self == .reference ? 1000 : 5000 }
}
