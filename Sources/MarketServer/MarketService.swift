package import MarketTime
import NIOCore
package import Simulator

/// Answers requests as the vendor's REST interface would: routes, keys, errors, bodies.
///
/// No sockets; one per thread.
package final class MarketService {
    /// The market served.
    package let market: SimulatedMarket
    /// `scheme://host:port` in front of the paths of `next_url`.
    package var origin: String

    let cursor: MarketCursor
    let reader: MarketReader
    let json = JSONBytes(capacity: 1 << 16)
    /// Memory of pages that have been written, and the bars of one day: kept between requests.
    var spareBars: [SimulatedBar] = []
    var baseBars: [BaseBar] = []
    /// What goes wrong with the bars and with the rows of reference data of the request being answered.
    var barTroubles: BarTroubles = []
    var rowTroubles: RowTroubles = []
    /// Listings by the fundamentals vendor's symbols, and its rows of floats: made when first asked for.
    var fmpIndex: [String: Int] = [:]
    var floatRowsOfDay: (day: DayID, rows: [FloatRow])?
    /// What the plan leaves out; nil for a plan with everything.
    let planLimits: PlanLimits?
    /// How late the plan's data are.
    private let delayNs: Int64
    /// Market time of the request being answered.
    var now = Instant.epoch
    private let keys: Set<String>
    private var requests: UInt64 = 0
    private var cachedSnapshot: (second: Int64, body: ByteBuffer)?

    /// A service for a market; with no `keys`, any key is good.
    package init(
        _ market: SimulatedMarket,
        keys: [String] = [],
        plan: VendorPlan = .advanced,
        origin: String = "http://127.0.0.1"
    ) {
        planLimits = PlanLimits(plan)
        delayNs = plan.delayNs
        self.market = market
        self.origin = origin
        self.keys = Set(keys)
        cursor = MarketCursor(market)
        reader = MarketReader(market)
    }

    /// The answer to a request at a moment of market time; `troubles` befall the bars and the rows of reference data in it.
    package func respond(
        to request: MarketRequest,
        at now: Instant,
        troubles: BarTroubles = [],
        rowTroubles: RowTroubles = []
    ) -> MarketResponse {
        barTroubles = troubles
        self.rowTroubles = rowTroubles
        self.now = Instant(seconds: now.seconds)
        requests &+= 1
        if let route = FMPRoute(path: request.path) { return fundamentals(route, request) }
        guard let route = Route(path: request.path) else {
            return MarketResponse(
                status: 404,
                contentType: "text/plain",
                body: ByteBuffer(string: "404 page not found\n")
            )
        }
        if !route.isStatus { self.now = Instant(seconds: self.now.adding(nanoseconds: -delayNs).seconds) }
        guard let key = request.key else { return failure(VendorError.noKey) }
        guard accepts(key) else { return failure(VendorError.unknownKey) }
        do {
            return try answer(route, request)
        } catch {
            return failure(error)
        }
    }

    /// Whether a key is good.
    func accepts(_ key: String) -> Bool { keys.isEmpty || keys.contains(key) }

    /// The vendor's body for an injected status: each of the two vendors has its own.
    func failure(status: Int, for request: MarketRequest) -> MarketResponse {
        request.isForFMP ? failure(FMPError(status: status)) : failure(VendorError(status: status))
    }

    private func answer(_ route: Route, _ request: MarketRequest) throws(VendorError) -> MarketResponse {
        if let planLimits, route.isSnapshot { try planLimits.refuseSnapshot() }
        return switch route {
        case .snapshot: snapshot(request)
        case .movers(let gainers): movers(gainers: gainers)
        case .singleSnapshot(let ticker): try singleSnapshot(ticker)
        case .statusNow: statusNow()
        case .statusUpcoming: statusUpcoming()
        case .range(let range): try aggregates(range, request)
        case .previous(let ticker): previousBar(ticker, request)
        case .grouped(let date): try groupedDaily(date, request)
        case .openClose(let ticker, let date): try openClose(ticker, date)
        case .tickers: try tickers(request)
        case .details(let ticker): try details(ticker, request)
        case .splits(let form): try splits(form, request)
        case .conditions: try conditions(request)
        }
    }

    /// The full snapshot, made once for each second of the market.
    func fullSnapshot() -> ByteBuffer {
        if let cachedSnapshot, cachedSnapshot.second == now.seconds { return cachedSnapshot.body }
        cursor.advance(to: now)
        json.removeAll()
        cursor.writeFullSnapshot(into: json)
        let body = takeBody()
        cachedSnapshot = (now.seconds, body)
        return body
    }

    /// What has been written to `json`, as a body.
    func takeBody() -> ByteBuffer {
        json.withBytes { ByteBuffer(bytes: $0) }
    }

    /// What has been written to `json`, as a 200 answer.
    func done() -> MarketResponse { MarketResponse(body: takeBody()) }

    /// An id no other request of this service has: 32 hexadecimal digits.
    func requestID() -> String {
        Self.hex(market.seed &* 0x9E37_79B9_7F4A_7C15 ^ requests &* 0xBF58_476D_1CE4_E5B9) + Self.hex(requests)
    }

    /// 16 hexadecimal digits.
    static func hex(_ value: UInt64) -> String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: 16 - digits.utf8.count) + digits
    }

    /// The vendor's body for an error.
    func failure(_ error: VendorError) -> MarketResponse {
        json.removeAll()
        json.raw("{\"status\":")
        json.string(error.word)
        json.raw(",\"request_id\":")
        json.string(requestID())
        json.raw(error.usesMessage ? ",\"message\":" : ",\"error\":")
        json.string(error.text)
        json.byte(0x7D)
        return MarketResponse(status: error.status, body: takeBody())
    }
}

/// The vendor's paths.
enum Route: Equatable {
    case snapshot
    case movers(gainers: Bool)
    case singleSnapshot(String)
    case statusNow
    case statusUpcoming
    case range(RangePath)
    case previous(String)
    case grouped(String)
    case openClose(String, String)
    case tickers
    case details(String)
    case splits(SplitForm)
    case conditions

    /// Whether the path is one of the snapshots.
    var isSnapshot: Bool {
        switch self {
        case .snapshot, .movers, .singleSnapshot: true
        default: false
        }
    }

    /// Whether the answer tells the time rather than prices.
    var isStatus: Bool { self == .statusNow || self == .statusUpcoming }

    /// The elements of an aggregates path as they came.
    struct RangePath: Equatable {
        var ticker: String
        var multiplier: String
        var timespan: String
        var from: String
        var to: String
    }

    init?(path: [String]) {
        switch path.first {
        case "v1": self.init(v1: path)
        case "v2": self.init(v2: path)
        case "v3":
            guard path.count >= 3, path[1] == "reference" else { return nil }
            switch (path[2], path.count) {
            case ("tickers", 3): self = .tickers
            case ("tickers", 4): self = .details(path[3])
            case ("splits", 3): self = .splits(.v3)
            case ("conditions", 3): self = .conditions
            default: return nil
            }
        case "stocks":
            guard path == ["stocks", "v1", "splits"] else { return nil }
            self = .splits(.v1)
        default: return nil
        }
    }

    private init?(v1 path: [String]) {
        switch path.count {
        case 3 where path[1] == "marketstatus" && path[2] == "now": self = .statusNow
        case 3 where path[1] == "marketstatus" && path[2] == "upcoming": self = .statusUpcoming
        case 4 where path[1] == "open-close": self = .openClose(path[2], path[3])
        default: return nil
        }
    }

    private init?(v2 path: [String]) {
        if path.count >= 7, Array(path[1...5]) == ["snapshot", "locale", "us", "markets", "stocks"] {
            switch (path.count, path[6]) {
            case (7, "tickers"): self = .snapshot
            case (7, "gainers"): self = .movers(gainers: true)
            case (7, "losers"): self = .movers(gainers: false)
            case (8, "tickers"): self = .singleSnapshot(path[7])
            default: return nil
            }
            return
        }
        guard path.count >= 5, path[1] == "aggs" else { return nil }
        switch path.count {
        case 9 where path[2] == "ticker" && path[4] == "range":
            self = .range(
                RangePath(ticker: path[3], multiplier: path[5], timespan: path[6], from: path[7], to: path[8])
            )
        case 5 where path[2] == "ticker" && path[4] == "prev": self = .previous(path[3])
        case 8 where Array(path[2...6]) == ["grouped", "locale", "us", "market", "stocks"]: self = .grouped(path[7])
        default: return nil
        }
    }
}

/// The vendor's errors with their bodies.
enum VendorError: Error, Equatable {
    case noKey
    case unknownKey
    case badParameter(String)
    case dataNotFound
    case tickerNotFound
    case notEntitled
    case notInTimeframe
    case notBeforeEndOfDay
    case tooManyRequests
    case other(Int)

    /// The error an injected status stands for.
    init(status: Int) {
        switch status {
        case 400: self = .badParameter("Bad request")
        case 401: self = .unknownKey
        case 403: self = .notEntitled
        case 404: self = .dataNotFound
        case 429: self = .tooManyRequests
        default: self = .other(status)
        }
    }

    var status: Int {
        switch self {
        case .noKey, .unknownKey: 401
        case .badParameter: 400
        case .dataNotFound, .tickerNotFound: 404
        case .notEntitled, .notInTimeframe, .notBeforeEndOfDay: 403
        case .tooManyRequests: 429
        case .other(let status): status
        }
    }

    var word: String {
        switch self {
        case .dataNotFound, .tickerNotFound: "NOT_FOUND"
        case .notEntitled, .notInTimeframe, .notBeforeEndOfDay: "NOT_AUTHORIZED"
        default: "ERROR"
        }
    }

    var usesMessage: Bool {
        switch self {
        case .dataNotFound, .tickerNotFound, .notEntitled, .notInTimeframe, .notBeforeEndOfDay: true
        default: false
        }
    }

    var text: String {
        switch self {
        case .noKey: "API Key was not provided"
        case .unknownKey: "Unknown API Key"
        case .badParameter(let text): text
        case .dataNotFound: "Data not found."
        case .tickerNotFound: "Ticker not found."
        case .notEntitled:
            "You are not entitled to this data. Please upgrade your plan at https://massive.com/pricing"
        case .notInTimeframe:
            "Your plan doesn't include this data timeframe. Please upgrade your plan at https://polygon.io/pricing"
        case .notBeforeEndOfDay:
            "Attempted to request today's data before end of day. Please upgrade your plan at "
                + "https://polygon.io/pricing"
        case .tooManyRequests:
            "You've exceeded the maximum requests per minute, please wait or upgrade your subscription to continue. "
                + "https://polygon.io/pricing"
        case .other: "Internal error"
        }
    }
}
