import CFastJSON
package import MarketData
package import MarketTime
package import Network

/// The vendor's REST bodies into our values, by simdjson.
///
/// Keeps its parser's tables and two sets of columns between calls, so a snapshot costs no allocation but the batch's
/// own arrays. One thread at a time; a body that cannot be used changes nothing.
package final class PolygonDecoder {
    private let decoder: OpaquePointer?

    /// A decoder without tables; the first snapshot allocates them.
    package init() { decoder = fastjson_create() }

    deinit { fastjson_destroy(decoder) }

    /// `GET /v2/snapshot/locale/us/markets/stocks/tickers`.
    ///
    /// Tickers that cannot be used are counted in `rejections`; everything else is in the batch, also when the list is
    /// empty.
    package func snapshot(_ body: ResponseBody) throws(DecodeError) -> SnapshotBatch {
        var columns = fastjson_snapshot()
        try read(body) { fastjson_decode_snapshot($0, $1, $2, &columns) }
        return SnapshotBatch(columns, bodyBytes: body.count)
    }

    /// `GET /v1/marketstatus/now`.
    package func marketStatus(_ body: ResponseBody) throws(DecodeError) -> VendorMarketStatus {
        var status = fastjson_market_status()
        try read(body) { fastjson_decode_market_status($0, $1, $2, &status) }
        let market = text(of: status.market)
        guard
            let session = VendorMarketStatus.session(
                market: market,
                isEarly: status.early_hours != 0,
                isAfter: status.after_hours != 0
            )
        else { throw .unexpected }
        return VendorMarketStatus(session: session, serverTime: VendorTime.parse(text(of: status.server_time)))
    }

    /// `GET /v1/marketstatus/upcoming`: one day per date of the stock exchanges, by date; OTC rows do not count.
    ///
    /// Times of an early close are the row's, where they make sense. Where NYSE and Nasdaq disagree, the day with the longer
    /// trading wins: a closed screen on an open market is the worse error.
    package func upcomingDays(_ body: ResponseBody) throws(DecodeError) -> [MarketDay] {
        var rows: UnsafePointer<fastjson_holiday>?
        var count = 0
        try read(body) { fastjson_decode_holidays($0, $1, $2, &rows, &count) }
        var days: [DayID: MarketDay] = [:]
        for row in UnsafeBufferPointer(start: rows, count: count) {
            guard ["NYSE", "NASDAQ"].contains(text(of: row.exchange)),
                let date = DayID(iso: text(of: row.date)),
                let isClosed = Self.isClosed(text(of: row.status))
            else { continue }
            let day = MarketDay(
                vendorDate: date,
                isClosed: isClosed,
                open: VendorTime.parse(text(of: row.open)),
                close: VendorTime.parse(text(of: row.close)),
                name: VendorText.clean(text(of: row.name))
            )
            if let other = days[date], Self.tradingSeconds(other) >= Self.tradingSeconds(day) { continue }
            days[date] = day
        }
        return days.values.sorted { $0.date < $1.date }
    }

    /// The vendor's own words in the body of an error, made harmless; nil when it has none (HTML, empty, other JSON).
    package func errorText(_ body: ResponseBody) -> String? {
        do throws(DecodeError) {
            try read(body) { fastjson_decode_error($0, $1, $2) }
        } catch {
            if case .vendor(let message) = error { return message }
        }
        return nil
    }

    /// Whether a body is a JSON object, as the vendor's errors are and a gateway's pages are not.
    package func isObject(_ body: ResponseBody) -> Bool {
        do throws(DecodeError) {
            try read(body) { fastjson_decode_error($0, $1, $2) }
            return true
        } catch {
            if case .vendor = error { return true }
            return error == .unexpected && body.prefix(256).first { !$0.isSpace } == UInt8(ascii: "{")
        }
    }

    /// The yardstick of the benchmark: a pass of simdjson alone over the same fields of the same bytes; a checksum, NaN
    /// when the body cannot be read.
    package func barePass(_ body: ResponseBody) -> Double {
        guard let decoder else { return .nan }
        return body.withBytes { bytes in
            fastjson_bare_pass(decoder, bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), bytes.count)
        }
    }

    func read(
        _ body: ResponseBody,
        rowsMax: Int = Int(FASTJSON_TICKERS_MAX),
        _ call: (OpaquePointer, UnsafePointer<UInt8>, Int) -> fastjson_status
    ) throws(DecodeError) {
        guard let decoder else { throw .noMemory }
        let status = body.withBytes { bytes in
            // An empty body has no address; it is empty all the same.
            guard let start = bytes.baseAddress else { return FASTJSON_EMPTY }
            // A body's padding is at least simdjson's.
            return call(decoder, start.assumingMemoryBound(to: UInt8.self), bytes.count)
        }
        switch status {
        case FASTJSON_OK: return
        case FASTJSON_EMPTY: throw .empty
        case FASTJSON_HTML: throw .html
        case FASTJSON_TRUNCATED: throw .truncated
        case FASTJSON_UNEXPECTED: throw .unexpected
        case FASTJSON_VENDOR_ERROR: throw .vendor(VendorText.clean(String(cString: fastjson_message(decoder))))
        case FASTJSON_TOO_MANY: throw .tooMany(limit: rowsMax)
        case FASTJSON_NO_MEMORY: throw .noMemory
        default: throw .malformed
        }
    }

    private static func isClosed(_ status: String) -> Bool? {
        switch status {
        case "closed": true
        case "early-close": false
        default: nil
        }
    }

    private static func tradingSeconds(_ day: MarketDay) -> Int {
        day.isTradingDay ? day.closeSecond - day.openSecond : 0
    }

    /// A fixed C text, which the decoder ends with NUL.
    func text<Tuple>(of characters: Tuple) -> String {
        withUnsafeBytes(of: characters) { bytes in String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self) }
    }
}

/// Why a body could not be used.
package enum DecodeError: Error, Equatable, Sendable {
    /// Nothing but white space.
    case empty
    /// A web page, as gateways and sign-in portals send it.
    case html
    /// Ends in the middle.
    case truncated
    /// No JSON, or broken further in.
    case malformed
    /// JSON of another shape.
    case unexpected
    /// The vendor's error text instead of data, already made harmless.
    case vendor(String)
    /// More rows than the decoder takes.
    case tooMany(limit: Int)
    /// The system has no memory for the decoder's tables.
    case noMemory

    /// What is wrong, as the part of a sentence after "the answer".
    package var words: String {
        switch self {
        case .empty: "is empty"
        case .html: "is a web page, not data; a gateway or sign-in page is in the way"
        case .truncated: "ends in the middle"
        case .malformed: "is damaged or cut off"
        case .unexpected: "is not what this endpoint should send"
        case .vendor(let message): "says: \(message)"
        case .tooMany(let limit): "has more than \(limit) rows"
        case .noMemory: "does not fit into memory"
        }
    }
}

/// What the vendor says about the market right now.
package struct VendorMarketStatus: Equatable, Sendable {
    /// The session in force.
    package var session: MarketSession
    /// The vendor's clock, whole seconds or milliseconds; nil when it sent none that can be read.
    package var serverTime: Instant?

    /// From `market`, `earlyHours`, `afterHours`; nil for a word that is none of the vendor's three.
    static func session(market: String, isEarly: Bool, isAfter: Bool) -> MarketSession? {
        switch market {
        case "open": .open
        case "closed": .closed
        case "extended-hours": isEarly && !isAfter ? .preMarket : .postMarket
        default: nil
        }
    }
}

extension SnapshotBatch {
    fileprivate init(_ columns: fastjson_snapshot, bodyBytes: Int) {
        self.init()
        let count = columns.count
        func numbers(_ column: UnsafePointer<Double>?) -> [Double] {
            Array(UnsafeBufferPointer(start: column, count: count))
        }
        func times(_ column: UnsafePointer<Int64>?) -> [Int64] {
            Array(UnsafeBufferPointer(start: column, count: count))
        }
        symbols = Array(unsafeUninitializedCapacity: count) { buffer, filled in
            guard let packed = UnsafeRawPointer(columns.symbols) else { return }
            for row in 0..<count {
                let symbol = Symbol(packedBytes: packed + row * Int(FASTJSON_SYMBOL_BYTES))
                (buffer.baseAddress.map { $0 + row })?.initialize(to: symbol)
            }
            filled = count
        }
        lastPrice = numbers(columns.last_price)
        lastTime = times(columns.last_time)
        lastConditions = Array(UnsafeBufferPointer(start: columns.last_conditions, count: count))
        minuteClose = numbers(columns.minute_close)
        minuteHigh = numbers(columns.minute_high)
        minuteLow = numbers(columns.minute_low)
        minuteVolume = numbers(columns.minute_volume)
        accumulatedVolume = numbers(columns.accumulated_volume)
        minuteStart = times(columns.minute_start)
        dayOpen = numbers(columns.day_open)
        dayHigh = numbers(columns.day_high)
        dayLow = numbers(columns.day_low)
        dayClose = numbers(columns.day_close)
        dayVolume = numbers(columns.day_volume)
        dayVWAP = numbers(columns.day_vwap)
        previousClose = numbers(columns.previous_close)
        previousVolume = numbers(columns.previous_volume)
        bid = numbers(columns.bid)
        ask = numbers(columns.ask)
        bidSize = numbers(columns.bid_size)
        askSize = numbers(columns.ask_size)
        minuteTrades = numbers(columns.minute_trades)
        quoteTime = times(columns.quote_time)
        updated = times(columns.updated)
        rejections.badSymbol = columns.bad_symbol
        rejections.wrongType = columns.wrong_type
        rejections.impossibleNumber = columns.impossible_number
        rejections.duplicate = columns.duplicate
        self.bodyBytes = bodyBytes
    }
}

extension UInt8 {
    /// White space of JSON.
    fileprivate var isSpace: Bool { [0x20, 0x09, 0x0A, 0x0D].contains(self) }
}
