import MarketTime

/// A request for bars, checked: which windows, from when to when, in which order.
struct AggregateQuery {
    enum Timespan: String {
        case second, minute, hour, day, week, month, quarter, year

        /// Length of one in milliseconds; nil for those that follow the calendar.
        var milliseconds: Int64? {
            switch self {
            case .second: 1_000
            case .minute: 60_000
            case .hour: 3_600_000
            default: nil
            }
        }
    }

    var multiplier: Int
    var timespan: Timespan
    /// Bounds in milliseconds since the Unix epoch, both included.
    var fromMs: Int64
    var toMs: Int64
    var ascending = true
    var adjusted = true
    var limit = 5_000
    /// What the client sent as bounds: pages repeat the one that does not move.
    var rawFrom: String
    var rawTo: String

    /// Checks the path and the parameters, those of a cursor included.
    init(_ path: Route.RangePath, _ request: MarketRequest) throws(VendorError) {
        guard let multiplier = Int(path.multiplier), (1...100_000).contains(multiplier) else {
            throw .badParameter("Could not parse the multiplier: use a whole number above 0")
        }
        guard let timespan = Timespan(rawValue: path.timespan) else {
            throw .badParameter("Could not parse the timespan: '\(path.timespan.prefix(20))'")
        }
        guard let from = Self.bound(path.from, isEnd: false) else { throw Self.unreadable("from") }
        guard let to = Self.bound(path.to, isEnd: true) else { throw Self.unreadable("to") }
        guard from <= to else { throw .badParameter("'to' must not be before 'from'") }
        self.multiplier = multiplier
        self.timespan = timespan
        fromMs = from
        toMs = to
        rawFrom = path.from
        rawTo = path.to
        var parameters = request.query
        if let cursor = request.value("cursor") {
            guard let decoded = PageCursor.decoded(cursor) else { throw .badParameter("Invalid cursor") }
            parameters += decoded
        }
        for (name, value) in parameters where !value.isEmpty {
            switch name {
            case "limit":
                guard let number = Int(value), number > 0 else {
                    throw .badParameter("limit must be a whole number above 0")
                }
                limit = min(number, 50_000)
            case "sort":
                guard value == "asc" || value == "desc" else { throw .badParameter("sort must be asc or desc") }
                ascending = value == "asc"
            case "adjusted":
                guard value == "true" || value == "false" else {
                    throw .badParameter("adjusted must be true or false")
                }
                adjusted = value == "true"
            default: break
            }
        }
    }

    /// Whether every window is made of whole slots: five minutes or a multiple, aligned to them.
    var isMadeOfSlots: Bool {
        switch timespan {
        case .minute: multiplier % 5 == 0
        case .hour: true
        default: false
        }
    }

    /// The address of the page that goes on at a window; the moving bound changes in the path.
    func nextPath(ticker: String, boundMs: Int64) -> String {
        let cursor = PageCursor.encoded([
            ("limit", String(limit)), ("sort", ascending ? "asc" : "desc"), ("adjusted", adjusted ? "true" : "false"),
        ])
        let bounds = ascending ? "\(boundMs)/\(rawTo)" : "\(rawFrom)/\(boundMs)"
        return "/v2/aggs/ticker/\(ticker)/range/\(multiplier)/\(timespan.rawValue)/\(bounds)?cursor=\(cursor)"
    }

    /// Start of the window that a base bar belongs to.
    func windowStart(of ms: Int64, on day: DayID, midnightMs: Int64) -> Int64 {
        if let length = timespan.milliseconds {
            let window = length * Int64(multiplier)
            return midnightMs + (ms - midnightMs) / window * window
        }
        return NewYork.instant(firstDay(of: day), secondOfDay: 0).milliseconds
    }

    private func firstDay(of day: DayID) -> DayID {
        let (year, month, _) = day.civil
        switch timespan {
        case .week:
            // Weeks run from Sunday.
            let sunday = day.adding(days: -((day.weekday.rawValue + 1) % 7))
            return sunday
        case .month: return DayID(year: year, month: month, day: 1) ?? day
        case .quarter: return DayID(year: year, month: (month - 1) / 3 * 3 + 1, day: 1) ?? day
        case .year: return DayID(year: year, month: 1, day: 1) ?? day
        default:
            let ordinal = Int(day.rawValue)
            return DayID(rawValue: Int32(clamping: ordinal / multiplier * multiplier))
        }
    }

    /// A date or milliseconds; a date as the end of a range means all of it.
    private static func bound(_ text: String, isEnd: Bool) -> Int64? {
        if let day = DayID(iso: text) {
            let next = isEnd ? 1 : 0
            return NewYork.instant(day.adding(days: next), secondOfDay: 0).milliseconds - Int64(next)
        }
        guard let ms = Int64(text), (0...9_000_000_000_000).contains(ms) else { return nil }
        return ms
    }

    private static func unreadable(_ name: String) -> VendorError {
        .badParameter("Could not parse the time parameter: '\(name)'. Use YYYY-MM-DD or Unix MS Timestamps")
    }
}
