import Feeds
import MarketTime
import Network
import Testing

/// `/v1/marketstatus/upcoming` as days with exact hours.
@Suite struct CalendarRowTests {
    private let decoder = PolygonDecoder()

    private static func row(
        _ date: String,
        _ exchange: String,
        open: String? = nil,
        close: String? = nil,
        status: String = "early-close"
    ) -> String {
        var members = [
            "\"date\":\"\(date)\"", "\"exchange\":\"\(exchange)\"", "\"name\":\"Eve\"", "\"status\":\"\(status)\"",
        ]
        if let open { members.append("\"open\":\"\(open)\"") }
        if let close { members.append("\"close\":\"\(close)\"") }
        return "{\(members.joined(separator: ","))}"
    }

    private func days(_ body: String) throws -> [MarketDay] { try decoder.upcomingDays(ResponseBody(body)) }

    /// `open–close–end of post-market` as New York's clock shows them; `closed` without trading.
    private func hours(_ day: MarketDay) -> String {
        guard day.isTradingDay else { return "closed" }
        return [day.openSecond, day.closeSecond, day.postCloseSecond].map { second in
            let minute = second / 60 % 60
            return "\(second / 3600):\(minute < 10 ? "0" : "")\(minute)"
        }.joined(separator: "–")
    }

    @Test(arguments: [
        // Summer and winter: the same clock in New York, another in UTC.
        ("2028-07-03", "2028-07-03T13:30:00.000Z", "2028-07-03T17:00:00.000Z", "9:30–13:00–17:00"),
        ("2026-11-27", "2026-11-27T14:30:00.000Z", "2026-11-27T18:00:00.000Z", "9:30–13:00–17:00"),
        ("2026-11-27", "2026-11-27T14:30:00Z", "2026-11-27T13:00:00-05:00", "9:30–13:00–17:00"),
        // Hours no rule foresees.
        ("2026-10-06", "2026-10-06T15:00:00.000Z", "2026-10-06T19:15:00.000Z", "11:00–15:15–19:15"),
        ("2026-10-06", "2026-10-06T13:30:00.000Z", "2026-10-06T19:59:00.000Z", "9:30–15:59–19:59"),
    ])
    func hoursAreThoseOfTheRow(date: String, open: String, close: String, expected: String) throws {
        for exchange in ["NYSE", "NASDAQ"] {
            let days = try days("[\(Self.row(date, exchange, open: open, close: close))]")
            #expect(days.map(\.date.iso) == [date] && days.map(hours) == [expected])
            #expect(days.map(\.kind) == [.earlyClose] && days.map(\.reason) == ["Eve"])
        }
    }

    @Test(
        arguments: [
            (nil, nil), ("soon", "later"), ("", ""), ("2026-11-27T14:30:00.000Z", "2026-11-26T18:00:00.000Z"),
            ("2026-11-27T18:00:00.000Z", "2026-11-27T14:30:00.000Z"), (nil, "2026-11-27T23:00:00.000Z"),
            ("2027-11-27T14:30:00.000Z", "2027-11-27T18:00:00.000Z"), (nil, "2026-11-27T18:00:00"), (nil, "18:00"),
            (nil, "9999-99-99T99:99:99Z"), ("2026-11-27T04:00:00.000Z", nil),
        ] as [(String?, String?)]
    )
    func nonsenseLeavesTheHoursOfAnEarlyClose(open: String?, close: String?) throws {
        let day = try #require(try days("[\(Self.row("2026-11-27", "NYSE", open: open, close: close))]").first)
        #expect(day.kind == .earlyClose && hours(day) == "9:30–13:00–17:00")
    }

    @Test func otherMarketsDoNotCount() throws {
        let rows = ["OTC", "nyse", "", "TSX"].map {
            Self.row("2026-11-27", $0, close: "2026-11-27T16:00:00.000Z")
        }
        #expect(try days("[\(rows.joined(separator: ","))]").isEmpty)
        let both = rows + [Self.row("2026-11-27", "NYSE", close: "2026-11-27T18:00:00.000Z")]
        #expect(try days("[\(both.joined(separator: ","))]").map(hours) == ["9:30–13:00–17:00"])
    }

    @Test func theLongerTradingWinsWhateverTheOrder() throws {
        let rows = [
            Self.row("2026-11-27", "NYSE", close: "2026-11-27T18:00:00.000Z"),
            Self.row("2026-11-27", "NASDAQ", close: "2026-11-27T18:15:00.000Z"),
            Self.row("2026-11-27", "NASDAQ", status: "closed"),
        ]
        for order in [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
            let body = "[\(order.map { rows[$0] }.joined(separator: ","))]"
            #expect(try days(body).map(hours) == ["9:30–13:15–17:15"], "\(order)")
        }
    }

    @Test func aWeekendStaysClosed() throws {
        #expect(try days("[\(Self.row("2026-10-10", "NYSE"))]").map(hours) == ["closed"])
    }

    @Test func anObjectWithNumbersForKeysIsReadAsAList() throws {
        let rows = [Self.row("2026-11-26", "NYSE", status: "closed"), Self.row("2026-11-27", "NYSE")]
        let body = "{\"0\":\(rows[0]),\"1\":\(rows[1]),\"2\":null,\"status\":\"OK\"}"
        #expect(try days(body).map(\.date.iso) == ["2026-11-26", "2026-11-27"])
    }

    @Test(arguments: [
        ("{}", DecodeError.unexpected), ("{\"status\":\"OK\"}", .unexpected), ("7", .unexpected),
        ("{\"status\":\"ERROR\",\"error\":\"no plan\"}", .vendor("no plan")), ("{\"\":{}}", .unexpected),
        ("{\"1x\":{}}", .unexpected), ("{\"0\":{\"date\"", .truncated),
    ])
    func anyOtherObjectIsNoList(body: String, expected: DecodeError) {
        #expect(throws: expected) { try decoder.upcomingDays(ResponseBody(body)) }
    }
}
