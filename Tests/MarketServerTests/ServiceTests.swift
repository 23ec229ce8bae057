import MarketServer
import MarketTime
import NIOCore
import Simulator
import Testing

/// A day on which the market opens, with Thanksgiving and its early close ahead.
let opening = DayID(year: 2026, month: 11, day: 18) ?? DayID(rawValue: 0)

/// A moment on a day by New York's clock.
func moment(_ day: DayID, _ hour: Int, _ minute: Int, _ second: Int = 0) -> Instant {
    NewYork.instant(day, secondOfDay: hour * 3600 + minute * 60 + second)
}

/// Answers without sockets, as text, at a fixed moment of the market.
struct Desk {
    let service: MarketService
    var now: Instant

    init(seed: UInt64 = 7, count: Int = 120, keys: [String] = ["good"], now: Instant = moment(opening, 10, 30, 15)) {
        let market = SimulatedMarket(seed: seed, tickerCount: count, openingDay: opening)
        service = MarketService(market, keys: keys)
        self.now = now
    }

    func get(_ target: String, authorization: String? = "Bearer good") throws -> (status: Int, text: String) {
        let request = try #require(MarketRequest(target: target, authorization: authorization))
        let answer = service.respond(to: request, at: now)
        return (answer.status, String(buffer: answer.body))
    }

    func json(_ target: String) throws -> JSONValue {
        let (status, text) = try get(target)
        #expect(status == 200, "\(text.prefix(200))")
        return try #require(JSONValue.parsed(text), "\(text.prefix(200))")
    }
}

@Suite struct KeyAndErrorTests {
    private static let snapshot = "/v2/snapshot/locale/us/markets/stocks/tickers"

    @Test func aMissingKeyIsRefusedWithTheVendorsWords() throws {
        let (status, text) = try Desk().get(Self.snapshot, authorization: nil)
        #expect(status == 401)
        let body = try #require(JSONValue.parsed(text))
        #expect(body["status"]?.string == "ERROR")
        #expect(body["error"]?.string == "API Key was not provided")
        #expect(body["request_id"]?.string?.utf8.count == 32)
    }

    @Test(arguments: ["Bearer bad", "Basic good", "Bearer ", "good"])
    func aWrongKeyIsRefused(authorization: String) throws {
        let (status, text) = try Desk().get(Self.snapshot, authorization: authorization)
        #expect(status == 401)
        #expect(text.contains("API Key"))
        #expect(!text.contains("good"))
    }

    @Test func theKeyMayComeAsParameter() throws {
        #expect(try Desk().get("/v1/marketstatus/now?apiKey=good", authorization: nil).status == 200)
        #expect(try Desk().get("/v1/marketstatus/now?apiKey=bad", authorization: nil).status == 401)
        #expect(try Desk(keys: []).get("/v1/marketstatus/now?apiKey=any", authorization: nil).status == 200)
    }

    @Test(arguments: [
        "/", "/v2", "/v9/x", "/v2/snapshot/locale/us/markets/stocks", "/v3/reference/tickers/A/B", "/v1/x/y",
    ])
    func anUnknownPathIsPlainText(target: String) throws {
        let (status, text) = try Desk().get(target, authorization: nil)
        #expect(status == 404)
        #expect(text == "404 page not found\n")
    }

    @Test(arguments: [
        "/v2/aggs/ticker/AAPL/range/0/minute/2026-11-18/2026-11-18",
        "/v2/aggs/ticker/AAPL/range/1/fortnight/2026-11-18/2026-11-18",
        "/v2/aggs/ticker/AAPL/range/1/minute/yesterday/2026-11-18",
        "/v2/aggs/ticker/AAPL/range/1/minute/2026-11-18/2026-11-17",
        "/v2/aggs/ticker/AAPL/range/1/minute/2026-11-18/2026-11-18?limit=-1",
        "/v2/aggs/ticker/AAPL/range/1/minute/2026-11-18/2026-11-18?sort=up",
        "/v2/aggs/ticker/AAPL/range/1/minute/2026-11-18/99999999999999999999",
        "/v2/aggs/grouped/locale/us/market/stocks/2026-02-30", "/v3/reference/tickers?limit=1001",
        "/v3/reference/tickers?cursor=%21%21", "/v1/open-close/AAPL/today",
    ])
    func badParametersAreExplained(target: String) throws {
        let (status, text) = try Desk().get(target)
        #expect(status == 400, "\(text)")
        #expect(try #require(JSONValue.parsed(text))["error"]?.string?.isEmpty == false)
    }

    @Test(arguments: ["/v1/%zz", "/v1/%4", "/a%ff%fe"])
    func brokenPercentEncodingIsNoRequest(target: String) { #expect(MarketRequest(target: target) == nil) }

    @Test func pathsAndParametersAreDecoded() throws {
        let request = try #require(MarketRequest(target: "/v2/a%2Fb/c?tickers=A%2CB&x=1+2&x=3&empty="))
        #expect(request.path == ["v2", "a/b", "c"])
        #expect(request.value("tickers") == "A,B")
        #expect(request.value("x") == "3")
        #expect(request.value("empty") == nil)
    }
}

@Suite struct SnapshotAnswerTests {
    private static let path = "/v2/snapshot/locale/us/markets/stocks/tickers"

    @Test func theFullSnapshotHasEveryListedTickerOnce() throws {
        let desk = Desk()
        let body = try desk.json(Self.path)
        let names = try #require(body["tickers"]?.array).compactMap { $0["ticker"]?.string }
        let listed = desk.service.market.listings.filter { $0.listDate <= opening }.map(\.ticker)
        #expect(names.sorted() == listed.sorted())
        #expect(names != names.sorted(), "the array promises no order")
        #expect(body["count"]?.number == Double(listed.count))
        #expect(body["request_id"] == nil)
    }

    @Test func aListOfTickersLeavesUnknownOnesOutAndIsCaseSensitive() throws {
        let body = try Desk().json(Self.path + "?tickers=AAPL,NOPE,aapl,BACpM,BACPM,AAPL")
        let names = try #require(body["tickers"]?.array).compactMap { $0["ticker"]?.string }
        #expect(names == ["AAPL", "BACpM"])
    }

    @Test func aSingleSnapshotIsTheItemOfTheFullOne() throws {
        let desk = Desk()
        let full = try #require(try desk.json(Self.path)["tickers"]?.array)
        let single = try desk.json(Self.path + "/BRK.B")
        #expect(single["ticker"] == full.first { $0["ticker"]?.string == "BRK.B" })
        #expect(single["request_id"]?.string != nil)
        let (status, text) = try desk.get(Self.path + "/NOPE")
        #expect(status == 404)
        #expect(try #require(JSONValue.parsed(text))["status"]?.string == "NOT_FOUND")
    }

    @Test func moversAreSortedAndLiquid() throws {
        let desk = Desk()
        for (name, sign) in [("gainers", 1.0), ("losers", -1.0)] {
            let items = try #require(try desk.json("/v2/snapshot/locale/us/markets/stocks/\(name)")["tickers"]?.array)
            #expect(!items.isEmpty && items.count <= 20)
            let changes = items.compactMap { $0["todaysChangePerc"]?.number }
            #expect(changes == changes.sorted { $0 * sign > $1 * sign })
            #expect(changes.allSatisfy { $0 * sign > 0 })
            #expect(items.allSatisfy { ($0["min"]?["av"]?.number ?? 0) >= 10_000 })
        }
    }

    @Test func oneSecondOfTheMarketHasOneSnapshot() throws {
        var desk = Desk()
        let first = try desk.get(Self.path).text
        desk.now = desk.now.adding(milliseconds: 900)
        #expect(try desk.get(Self.path).text == first)
        desk.now = desk.now.adding(milliseconds: 100)
        #expect(try desk.get(Self.path).text != first)
    }
}

@Suite struct StatusAnswerTests {
    @Test(arguments: [
        (moment(opening, 3, 59), "closed", false, false), (moment(opening, 8, 0), "extended-hours", true, false),
        (moment(opening, 9, 30), "open", false, false), (moment(opening, 16, 0), "extended-hours", false, true),
        (moment(opening, 20, 0), "closed", false, false),
        (moment(opening.adding(days: 3), 12, 0), "closed", false, false),
        (moment(opening.adding(days: 9), 13, 0), "extended-hours", false, true),
    ])
    func theStatusFollowsTheCalendar(now: Instant, market: String, early: Bool, after: Bool) throws {
        let body = try Desk(count: 1, now: now).json("/v1/marketstatus/now")
        #expect(body["market"]?.string == market)
        #expect(body["earlyHours"] == .bool(early))
        #expect(body["afterHours"] == .bool(after))
        #expect(body["exchanges"]?["nyse"]?.string == market)
    }

    @Test func theServerTimeIsNewYorksWithItsOffset() throws {
        let winter = try Desk(count: 1, now: moment(opening, 10, 30, 15)).json("/v1/marketstatus/now")
        #expect(winter["serverTime"]?.string == "2026-11-18T10:30:15-05:00")
        let october = try #require(DayID(iso: "2026-10-06"))
        let summer = try Desk(count: 1, now: moment(october, 17, 5)).json("/v1/marketstatus/now")
        #expect(summer["serverTime"]?.string == "2026-10-06T17:05:00-04:00")
    }

    @Test func upcomingHolidaysRepeatPerExchangeWithTimesInUTC() throws {
        let rows = try #require(try Desk(count: 1).json("/v1/marketstatus/upcoming").array)
        let thanksgiving = rows.filter { $0["date"]?.string == "2026-11-26" }
        #expect(Set(thanksgiving.compactMap { $0["exchange"]?.string }) == ["NYSE", "NASDAQ", "OTC"])
        #expect(thanksgiving.allSatisfy { $0["status"]?.string == "closed" && $0["close"] == nil })
        let early = rows.filter { $0["date"]?.string == "2026-11-27" }
        #expect(early.count == 2)
        #expect(early.allSatisfy { $0["status"]?.string == "early-close" })
        #expect(early.allSatisfy { $0["close"]?.string == "2026-11-27T18:00:00.000Z" })
        #expect(early.allSatisfy { $0["open"]?.string == "2026-11-27T14:30:00.000Z" })
        #expect(!rows.contains { $0["name"]?.string == "Weekend" })
    }
}
