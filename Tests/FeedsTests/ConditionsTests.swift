import EngineAPI
import Feeds
import MarketData
import MarketTime
import Network
import Testing

@Suite struct ConditionsTests {
    private func row(
        _ id: String,
        name: String = "\"Odd Lot Trade\"",
        high: String = "false",
        last: String = "false",
        volume: String = "true",
        types: String = "[\"trade\"]"
    ) -> String {
        """
        {"id":\(id),"type":"sale_condition","name":\(name),"asset_class":"stocks","sip_mapping":{"CTA":"I"},\
        "update_rules":{"market_center":{"updates_high_low":true,"updates_open_close":true,"updates_volume":true},\
        "consolidated":{"updates_high_low":\(high),"updates_open_close":\(last),"updates_volume":\(volume)}},\
        "data_types":\(types)}
        """
    }

    private func body(_ rows: [String], next: String = "") -> String {
        "{\"status\":\"OK\",\"count\":\(rows.count),\"results\":[\(rows.joined(separator: ","))]\(next)}"
    }

    private func decode(_ text: String) throws -> ConditionsPage {
        try PolygonDecoder().conditions(ResponseBody(text))
    }

    @Test(arguments: [
        ("true", "true", "true", TradeEffect.all), ("false", "false", "true", .volume),
        ("true", "false", "false", .highLow),
        ("false", "true", "false", .last), ("false", "false", "false", TradeEffect()),
    ])
    func theRulesOfTheConsolidatedTapeAreTheEffect(
        high: String,
        last: String,
        volume: String,
        effect: TradeEffect
    ) throws {
        let page = try decode(body([row("37", high: high, last: last, volume: volume)]))
        #expect(page.conditions == [TradeCondition(id: 37, name: "Odd Lot Trade", effect: effect)])
        #expect(page.malformed == 0 && !page.hasMore)
    }

    @Test(arguments: [
        ("255", "\"x\""), ("-1", "\"x\""), ("1.5", "\"x\""), ("\"7\"", "\"x\""), ("null", "\"x\""), ("1e9", "\"x\""),
        ("7", "null"), ("7", "\"\""), ("7", "7"), ("7", "\"\\u0007\""),
    ])
    func aRowThatCannotBeUsedIsCountedAndTheRestIsKept(id: String, name: String) throws {
        let page = try decode(body([row("1"), row(id, name: name), "7", row("2.0")]))
        #expect(page.conditions.map(\.id) == [1, 2] && page.malformed == 2)
    }

    @Test func rowsOfOtherDataAndRowsWithoutRulesAreLeftOut() throws {
        let bare = "{\"id\":41,\"name\":\"Trade Thru Exempt\",\"data_types\":[\"trade\"]}"
        let half = """
            {"id":42,"name":"Half","data_types":["trade"],"update_rules":{"consolidated":{"updates_volume":true}}}
            """
        let null = "{\"id\":43,\"name\":\"Null\",\"update_rules\":null}"
        let quote = row("37", name: "\"Quote\"", types: "[\"quote\"]")
        let both = row("38", types: "[\"quote\",\"trade\"]")
        let page = try decode(body([row("37"), quote, both, bare, half, null]))
        #expect(page.conditions.map(\.id) == [37, 38] && page.conditions.first?.name == "Odd Lot Trade")
        #expect(page.malformed == 0)
    }

    @Test func namesAreOneShortHarmlessLine() throws {
        let hostile = "\"Odd\\u001b[2J\\nLot \\u202e" + String(repeating: "é", count: 200) + "\""
        let name = try #require(try decode(body([row("37", name: hostile)])).conditions.first?.name)
        #expect(name.count == 64 && name.hasPrefix("Odd[2J Lot éé"))
        #expect(name.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x202E })
    }

    @Test func furtherPagesAreReported() throws {
        #expect(try decode(body([row("1")], next: ",\"next_url\":\"https://api.polygon.io/x?cursor=1\"")).hasMore)
    }

    @Test(arguments: [
        ("", DecodeError.empty), ("<html>", .html), ("{\"results\":[{\"id\":", .truncated), ("[]", .unexpected),
        ("{\"error\":\"Unknown API Key\"}", .vendor("Unknown API Key")),
    ])
    func aBodyThatIsNoTableIsAnError(text: String, error: DecodeError) {
        #expect(throws: error) { try decode(text) }
    }

    /// A feed whose conditions are answered with this.
    private func feed(_ conditions: @escaping () -> HTTPClient.Outcome) -> FeedHarness {
        FeedHarness { endpoint, _ in
            switch endpoint {
            case .snapshot: FeedHarness.answer(200, FeedHarness.goodBody)
            case .conditions: conditions()
            case .marketStatus, .upcomingDays: FeedHarness.answer(404, "")
            }
        }
    }

    @Test func theFeedAsksOnceAfterTheFirstSnapshotAndPassesTheTableOn() {
        let feed = feed { FeedHarness.answer(200, body([row("37"), row("2")])) }
        feed.settle()
        feed.run(milliseconds: 1_200_000, stride: 5000)
        #expect(feed.asked.filter { $0 == .conditions }.count == 1)
        #expect(feed.conditions.map { $0.map(\.id) } == [[37, 2]])
        let url = feed.requests.first { $0.0 == .conditions }?.1.url
        #expect(url == "http://vendor.test:81/v3/reference/conditions?asset_class=stocks&data_type=trade&limit=1000")
        #expect(feed.asked.first == .snapshot && feed.state == .live)
    }

    @Test(arguments: [
        (404, "", 1), (500, "", 3), (403, "{\"message\":\"plan\"}", 3), (200, "<html>", 3),
        (200, "{\"results\":[]}", 3),
    ])
    func aFailureIsSilentAndTriedAgainUnlessTheServerHasNone(status: Int, text: String, asked: Int) {
        let feed = feed { FeedHarness.answer(status, text) }
        feed.settle()
        feed.run(milliseconds: 1_200_000, stride: 5000)
        #expect(feed.asked.filter { $0 == .conditions }.count == asked)
        #expect(feed.conditions.isEmpty && feed.state == .live)
    }
}
