import MarketServer
import MarketTime
import NIOCore
import Simulator
import Synchronization
import Testing

/// A clock under the test's control.
private final class HandClock: WallClock {
    private let time: Mutex<Instant>
    init(_ instant: Instant) { time = Mutex(instant) }
    func now() -> Instant { time.withLock { $0 } }
    func advance(seconds: Int64) { time.withLock { $0 = $0.adding(seconds: seconds) } }
}

/// Runs a body against a server on a free port and stops it afterwards.
private func withServer(
    _ options: MarketServerOptions,
    at now: Instant = moment(opening, 21, 0),
    _ body: (Int, SimulatedMarket) throws -> Void
) throws {
    let market = SimulatedMarket(seed: 7, tickerCount: 120, openingDay: opening)
    let server = MarketServer(market, clock: HandClock(now), options: options)
    let port = try server.start()
    defer { #expect(throws: Never.self) { try server.stop() } }
    try body(port, market)
}

private let range = "/v2/aggs/ticker/AAPL/range/5/minute/2026-11-16/2026-11-18?limit=50000&adjusted=false"

@Suite struct LimitTests {
    @Test(arguments: [true, false])
    func theSixthRequestOfAMinuteIsRefused(sendsRetryAfter: Bool) throws {
        let real = HandClock(Instant(seconds: 1_000))
        let options = MarketServerOptions(
            requestsPerMinute: 5,
            sendsRetryAfter: sendsRetryAfter,
            realTime: real
        )
        try withServer(options) { port, _ in
            let client = try #require(LoopbackClient(port: port))
            for _ in 0..<5 {
                #expect(client.get("/v1/marketstatus/now")?.status == 200)
                real.advance(seconds: 4)
            }
            let refused = try #require(client.get("/v1/marketstatus/now"))
            #expect(refused.status == 429)
            #expect(refused.headers["retry-after"] == (sendsRetryAfter ? "40" : nil))
            let body = try #require(JSONValue.parsed(refused.text))
            #expect(body["status"]?.string == "ERROR")
            #expect(body["error"]?.string?.hasPrefix("You've exceeded the maximum requests per minute") == true)
            #expect(client.get("/v1/marketstatus/now", headers: ["Authorization: Bearer other"])?.status == 200)
            real.advance(seconds: 39)
            #expect(client.get("/v1/marketstatus/now")?.status == 429, "refused requests do not count")
            real.advance(seconds: 1)
            #expect(client.get("/v1/marketstatus/now")?.status == 200)
            #expect(client.get("/v1/marketstatus/now")?.status == 429)
        }
    }

    @Test func withoutARealClockTheMinuteIsTheMachines() throws {
        try withServer(MarketServerOptions(requestsPerMinute: 2)) { port, _ in
            let client = try #require(LoopbackClient(port: port))
            let statuses = (0..<3).map { _ in client.get("/v1/marketstatus/now")?.status }
            #expect(statuses == [200, 200, 429])
        }
    }

    @Test(arguments: [
        ("/v2/aggs/ticker/AAPL/range/5/minute/2026-11-10/2026-11-17", 12, 200, ""),
        ("/v2/aggs/ticker/AAPL/range/5/minute/2026-11-10/2026-11-18", 12, 403, "before end of day"),
        ("/v2/aggs/ticker/AAPL/range/5/minute/2026-11-10/2026-11-18", 20, 200, ""),
        ("/v2/aggs/ticker/AAPL/range/1/day/2024-11-01/2026-11-17", 12, 403, "data timeframe"),
        ("/v2/aggs/ticker/AAPL/range/1/day/2024-11-17/2026-11-17", 12, 403, "data timeframe"),
        ("/v2/aggs/ticker/AAPL/range/1/day/2024-11-18/2026-11-17", 12, 200, ""),
        ("/v2/aggs/grouped/locale/us/market/stocks/2026-11-18", 12, 403, "before end of day"),
        ("/v2/aggs/grouped/locale/us/market/stocks/2026-11-17", 12, 200, ""),
        ("/v2/aggs/grouped/locale/us/market/stocks/2024-11-01", 12, 403, "data timeframe"),
        ("/v2/snapshot/locale/us/markets/stocks/tickers", 12, 403, "not entitled"),
        ("/v2/snapshot/locale/us/markets/stocks/tickers/AAPL", 12, 403, "not entitled"),
        ("/v3/reference/splits", 12, 200, ""), ("/v1/marketstatus/now", 12, 200, ""),
    ])
    func theFreePlanLeavesOutTodayAndLongAgo(target: String, hour: Int, status: Int, words: String) throws {
        let market = SimulatedMarket(seed: 7, tickerCount: 20, openingDay: opening)
        let service = MarketService(market, plan: .free)
        let request = try #require(MarketRequest(target: target, authorization: "Bearer any"))
        let answer = service.respond(to: request, at: moment(opening, hour, 0))
        #expect(answer.status == status)
        guard status != 200 else { return }
        let body = try #require(JSONValue.parsed(String(buffer: answer.body)))
        #expect(body["status"]?.string == "NOT_AUTHORIZED")
        #expect(body["message"]?.string?.contains(words) == true)
    }

    @Test func thirtyTwoConnectionsAreServedAtOnce() throws {
        try withServer(MarketServerOptions()) { port, _ in
            let clients = try (0..<32).map { _ in try #require(LoopbackClient(port: port)) }
            for client in clients {
                client.send("GET \(range) HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer any\r\n\r\n")
            }
            let answers = clients.map { $0.readAnswer() }
            #expect(answers.allSatisfy { $0?.status == 200 && $0?.isComplete == true })
            #expect(Set(answers.map { $0.map { $0.body.count } }).count == 1)
        }
    }
}

@Suite struct BarFaultTests {
    private func options(_ kinds: [FaultKind]) -> MarketServerOptions {
        let rules = kinds.enumerated().map {
            FaultRule(path: "/v2/aggs/ticker/AAPL", first: $0.offset, count: 1, kind: $0.element)
        }
        return MarketServerOptions(faults: FaultPlan(rules))
    }

    @Test func faultsBefallAggregatesByTheirPath() throws {
        let kinds: [FaultKind] = [
            .status(500), .status(503, retryAfterSeconds: 2), .html, .truncated(afterBytes: 900), .empty,
        ]
        try withServer(options(kinds)) { port, _ in
            func get(_ target: String) throws -> LoopbackClient.Answer {
                let client = try #require(LoopbackClient(port: port))
                return try #require(client.get(target))
            }
            let other = try get("/v2/aggs/ticker/TSLA/range/1/day/2026-11-16/2026-11-18")
            #expect(other.status == 200)
            #expect(try get(range).status == 500)
            #expect(try get(range).headers["retry-after"] == "2")
            #expect(try get(range).headers["content-type"] == "text/html")
            #expect(try !get(range).isComplete)
            #expect(try get(range).body.isEmpty)
            #expect(try JSONValue.parsed(get(range).text)?["results"]?.array?.isEmpty == false)
        }
    }

    @Test func aCutBodyLooksWholeToHTTP() throws {
        try withServer(options([.cut(afterBytes: 700)])) { port, _ in
            let client = try #require(LoopbackClient(port: port))
            let cut = try #require(client.get(range))
            #expect(cut.isComplete && cut.body.count == 700 && JSONValue.parsed(cut.text) == nil)
            let whole = try #require(client.get(range))
            #expect(JSONValue.parsed(whole.text) != nil)
        }
    }

    @Test func brokenElementsStandBeforeTheGoodBars() throws {
        try withServer(options([.malformedElements])) { port, _ in
            let client = try #require(LoopbackClient(port: port))
            let broken = try #require(client.get(range)).text
            let second = try #require(client.get(range)).text
            let whole = try #require(JSONValue.parsed(second)?["results"]?.array)
            #expect(broken.contains("1e400") && broken.contains("EVIL-TICKER"))
            let found = try #require(JSONValue.parsed(broken.split(separator: "\\u").joined())?["results"]?.array)
            #expect(found.count > whole.count && Array(found.suffix(whole.count)) == whole)
        }
    }

    /// The right bars out of what came: by time, the last of each window, of asked days and hours, with volume.
    private func cleaned(_ bars: [JSONValue]) throws -> [JSONValue] {
        var byTime: [Double: JSONValue] = [:]
        for bar in bars {
            let time = try #require(bar["t"]?.number)
            let (day, second) = NewYork.wall(at: Instant(milliseconds: Int64(time)))
            guard day.iso >= "2026-11-16", day.iso <= "2026-11-18", (14_400..<72_000).contains(second),
                try #require(bar["v"]?.number) > 0
            else { continue }
            byTime[time] = bar
        }
        return byTime.sorted { $0.key < $1.key }.map(\.value)
    }

    @Test(arguments: [
        BarTroubles.outOfOrder, .duplicated, .outsideHours, .otherDay, .zeroVolume, .negativeVolume, .all,
    ])
    func spoiledBarsCanBeToldFromTheRightOnes(troubles: BarTroubles) throws {
        try withServer(options([.spoiledBars(troubles)])) { port, _ in
            let client = try #require(LoopbackClient(port: port))
            func bars() throws -> [JSONValue] {
                let text = try #require(client.get(range)).text
                return try #require(JSONValue.parsed(text)?["results"]?.array)
            }
            let spoiled = try bars()
            let right = try bars()
            #expect(spoiled != right)
            #expect(try cleaned(spoiled) == right)
            let times = right.compactMap { $0["t"]?.number }
            #expect(times == times.sorted() && Set(times).count == times.count)
            let volumes = spoiled.compactMap { $0["v"]?.number }
            #expect(volumes.contains { $0 == 0 } == troubles.contains(.zeroVolume))
            #expect(volumes.contains { $0 < 0 } == troubles.contains(.negativeVolume))
        }
    }

    @Test func overlappingPagesRepeatTheEndOfTheOneBefore() throws {
        try withServer(options([.spoiledBars(.overlappingPages)])) { port, _ in
            let client = try #require(LoopbackClient(port: port))
            func pages() throws -> [[Double]] {
                var found: [[Double]] = []
                var next: String? = range.replacingLimit()
                while let target = next {
                    let text = try #require(client.get(target)).text
                    let body = try #require(JSONValue.parsed(text))
                    found.append(body["results"]?.array?.compactMap { $0["t"]?.number } ?? [])
                    next = body["next_url"]?.string.map { String($0.dropFirst("http://127.0.0.1:\(port)".count)) }
                    try #require(found.count < 30)
                }
                return found
            }
            let overlapping = try pages()
            let right = try pages()
            #expect(Array(overlapping[0].suffix(2)) == Array(overlapping[1].prefix(2)))
            #expect(Set(overlapping.joined()) == Set(right.joined()))
            #expect(overlapping.joined().count == right.joined().count + 2)
        }
    }
}

extension String {
    fileprivate func replacingLimit() -> String {
        split(separator: "limit=50000", omittingEmptySubsequences: false).joined(separator: "limit=400")
    }
}

@Suite struct FlatFileServerTests {
    private static let path = "/flatfiles/us_stocks_sip/minute_aggs_v1/2026/11/2026-11-17.csv.gz"

    private func lines(_ headers: [(name: String, value: String)]) -> [String] {
        headers.filter { $0.name != "host" }.map { "\($0.name): \($0.value)" }
    }

    @Test func aSignedRequestGetsTheFile() throws {
        let real = HandClock(Instant(seconds: 1_795_015_815))
        let options = MarketServerOptions(realTime: real, flatFileAccess: Signer().access)
        try withServer(options) { port, market in
            let client = try #require(LoopbackClient(port: port))
            let headers = lines(Signer().headers(path: Self.path))
            let answer = try #require(client.get(Self.path, headers: headers + ["Accept-Encoding: gzip"]))
            #expect(answer.status == 200 && answer.isComplete)
            #expect(answer.headers["content-encoding"] == nil, "packed once")
            #expect(answer.headers["content-length"] == String(answer.body.count))
            var same: [UInt8] = []
            let file = try #require(SimulatedFlatFile(market, .minuteBars, on: opening.adding(days: -1)))
            _ = try file.write { same += $0 }
            #expect(answer.body == same)
            #expect(client.get(Self.path, headers: headers)?.body == same)
            real.advance(seconds: 1_000)
            let late = try #require(client.get(Self.path, headers: headers))
            #expect(late.status == 403 && late.text.contains("<Code>RequestTimeTooSkewed</Code>"))
        }
    }

    @Test func refusalsAreS3sXML() throws {
        try withServer(MarketServerOptions(flatFileAccess: Signer().access)) { port, _ in
            let client = try #require(LoopbackClient(port: port))
            func code(_ path: String, _ headers: [String], _ status: Int, _ code: String) throws {
                let answer = try #require(client.get(path, headers: headers))
                #expect(
                    answer.status == status && answer.text.contains("<Error><Code>\(code)</Code>"),
                    "\(answer.text)"
                )
                #expect(answer.headers["content-type"] == "application/xml")
            }
            try code(Self.path, [], 403, "AccessDenied")
            try code(Self.path, ["Authorization: Bearer good"], 403, "AccessDenied")
            var signer = Signer()
            signer.secretKey = "wrong"
            try code(Self.path, lines(signer.headers(path: Self.path)), 403, "SignatureDoesNotMatch")
            signer.accessKey = "AKIANOBODY"
            try code(Self.path, lines(signer.headers(path: Self.path)), 403, "InvalidAccessKeyId")
            for missing in ["2026-11-15", "2026-11-19", "2026-13-99"] {
                let path = "/flatfiles/us_stocks_sip/day_aggs_v1/2026/11/\(missing).csv.gz"
                try code(path, lines(Signer().headers(path: path)), 404, "NoSuchKey")
            }
            let odd = "/flatfiles/%3Cscript%3E"
            let answer = try #require(client.get(odd, headers: lines(Signer().headers(path: odd))))
            #expect(answer.status == 404 && answer.text.contains("<Key>&lt;script&gt;</Key>"))
        }
        try withServer(MarketServerOptions()) { port, _ in
            let headers = lines(Signer().headers(path: Self.path))
            #expect(LoopbackClient(port: port)?.get(Self.path, headers: headers)?.status == 403, "nobody has access")
        }
    }

    @Test func aDayThatIsNotOverHasNoFileYet() throws {
        let options = MarketServerOptions(flatFileAccess: Signer().access)
        let path = "/flatfiles/us_stocks_sip/day_aggs_v1/2026/11/2026-11-18.csv.gz"
        for (hour, status) in [(19, 404), (20, 200)] {
            try withServer(options, at: moment(opening, hour, 0)) { port, _ in
                let client = try #require(LoopbackClient(port: port))
                #expect(client.get(path, headers: lines(Signer().headers(path: path)))?.status == status)
            }
        }
    }

    @Test func faultsBefallFlatFilesToo() throws {
        let rules = [FaultKind.truncated(afterBytes: 5_000), .cut(afterBytes: 5_000), .html].enumerated().map {
            FaultRule(path: "/flatfiles/", first: $0.offset, count: 1, kind: $0.element)
        }
        let options = MarketServerOptions(faults: FaultPlan(rules), flatFileAccess: Signer().access)
        try withServer(options) { port, _ in
            let headers = lines(Signer().headers(path: Self.path))
            func get() throws -> LoopbackClient.Answer {
                let client = try #require(LoopbackClient(port: port))
                return try #require(client.get(Self.path, headers: headers))
            }
            let truncated = try get()
            #expect(!truncated.isComplete && truncated.body.count == 5_000)
            let cut = try get()
            #expect(cut.isComplete && cut.body.count == 5_000 && unpacked(cut.body) == nil)
            #expect(try get().status == 502)
            #expect(unpacked(try get().body) != nil)
        }
    }

    @Test func stoppingDoesNotWaitForAFile() throws {
        let market = SimulatedMarket(seed: 7, tickerCount: 3_000, openingDay: opening)
        let server = MarketServer(
            market,
            clock: HandClock(moment(opening, 21, 0)),
            options: MarketServerOptions(flatFileAccess: Signer().access)
        )
        let port = try server.start()
        let client = try #require(LoopbackClient(port: port))
        let headers = lines(Signer().headers(path: Self.path)).joined(separator: "\r\n")
        client.send("GET \(Self.path) HTTP/1.1\r\nHost: 127.0.0.1\r\n\(headers)\r\n\r\n")
        #expect(LoopbackClient(port: port)?.get("/v1/marketstatus/now")?.status == 200, "others are served meanwhile")
        try server.stop()
        while client.fill() {}
        #expect(client.received < 1_000, "an error at most, not the file")
    }
}
