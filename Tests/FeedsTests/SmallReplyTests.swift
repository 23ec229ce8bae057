import Feeds
import MarketData
import MarketTime
import Network
import Testing

@Suite struct SmallReplyTests {
    private let decoder = PolygonDecoder()

    @Test(arguments: [
        ("open", false, false, MarketSession.open), ("closed", false, false, .closed),
        ("extended-hours", true, false, .preMarket), ("extended-hours", false, true, .postMarket),
    ])
    func sessionComesFromThreeFields(market: String, early: Bool, after: Bool, session: MarketSession) throws {
        let body = """
            {"afterHours":\(after),"currencies":{"crypto":"open"},"earlyHours":\(early),"exchanges":{"nyse":"open"},\
            "market":"\(market)","serverTime":"2026-10-06T10:30:15-04:00"}
            """
        let status = try decoder.marketStatus(ResponseBody(body))
        #expect(status.session == session)
        #expect(status.serverTime?.seconds == 1_791_297_015)
    }

    @Test(arguments: [
        ("", DecodeError.empty), ("<html>", .html), ("[]", .unexpected), ("{}", .unexpected),
        ("{\"market\"", .truncated),
        ("{\"market\":7}", .unexpected), ("{\"market\":\"perhaps\"}", .unexpected),
        ("{\"error\":\"no\"}", .vendor("no")),
    ])
    func aBadStatusIsAnError(text: String, expected: DecodeError) {
        #expect(throws: expected) { try decoder.marketStatus(ResponseBody(text)) }
    }

    @Test func aStatusWithoutAReadableTimeStillTellsTheSession() throws {
        for time in ["null", "\"soon\"", "7"] {
            let status = try decoder.marketStatus(ResponseBody("{\"market\":\"open\",\"serverTime\":\(time)}"))
            #expect(status.session == .open && status.serverTime == nil)
        }
    }

    private func row(_ date: String, _ exchange: String, _ status: String, _ name: String = "Holiday") -> String {
        "{\"date\":\"\(date)\",\"exchange\":\"\(exchange)\",\"name\":\"\(name)\",\"status\":\"\(status)\",\"open\":null}"
    }

    private func days(_ rows: [String]) throws -> [String] {
        try decoder.upcomingDays(ResponseBody("[\(rows.joined(separator: ","))]")).map {
            "\($0.date.iso) \($0.kind == .closed ? "closed" : "early") \($0.reason)"
        }
    }

    @Test func rowsOfTheExchangesBecomeOneDay() throws {
        let rows = [
            row("2026-11-27", "NASDAQ", "early-close", "Thanksgiving"), row("2026-11-26", "NYSE", "closed"),
            row("2026-11-26", "NASDAQ", "closed"), row("2026-11-26", "OTC", "closed"),
            row("2026-11-27", "NYSE", "early-close", "Thanksgiving"), row("2026-12-24", "OTC", "closed"),
        ]
        #expect(try days(rows) == ["2026-11-26 closed Holiday", "2026-11-27 early Thanksgiving"])
        #expect(try days(rows.reversed()) == ["2026-11-26 closed Holiday", "2026-11-27 early Thanksgiving"])
    }

    @Test func theLongerTradingWinsWhereExchangesDisagree() throws {
        let rows = [row("2026-11-27", "NYSE", "early-close"), row("2026-11-27", "NASDAQ", "closed")]
        #expect(try days(rows) == ["2026-11-27 early Holiday"])
        #expect(try days(rows.reversed()) == ["2026-11-27 early Holiday"])
    }

    @Test func rowsThatMakeNoSenseAreLeftOut() throws {
        let rows = [
            "7", "null", "{}", row("2026-02-31", "NYSE", "closed"), row("2026-11-26", "NYSE", "dancing"),
            row("2026-11-26", "NYSE", "closed", "\\u001b[31mred"),
        ]
        #expect(try days(rows) == ["2026-11-26 closed [31mred"])
        #expect(try days([]).isEmpty)
    }

    @Test func moreHolidaysThanAnyCalendarHasAreAnError() {
        let rows = (0..<1000).map { _ in row("2026-11-26", "NYSE", "closed") }.joined(separator: ",")
        #expect(throws: DecodeError.self) { try decoder.upcomingDays(ResponseBody("[\(rows)]")) }
    }

    @Test(
        arguments: [
            ("{\"status\":\"ERROR\",\"error\":\"Unknown API Key\"}", "Unknown API Key"),
            ("{\"status\":\"NOT_AUTHORIZED\",\"message\":\"No plan\"}", "No plan"), ("{\"status\":\"NotFound\"}", nil),
            ("{\"Error Message\":\"Limit Reach .\"}", "Limit Reach ."), ("<html>", nil), ("", nil),
            ("404 page not found", nil), ("{\"error\":\"\\u001b]0;title\\u0007x\"}", "]0;titlex"),
            ("{\"error\":\"x\"", nil),
        ] as [(String, String?)]
    )
    func theVendorsWordsAreFoundAndMadeHarmless(body: String, words: String?) {
        #expect(decoder.errorText(ResponseBody(body)) == words)
    }
}
