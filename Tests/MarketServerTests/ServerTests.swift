import Glibc
import MarketServer
import MarketTime
import Simulator
import Testing

private struct FixedClock: WallClock {
    var instant = moment(opening, 10, 30, 15)
    func now() -> Instant { instant }
}

private let snapshotPath = "/v2/snapshot/locale/us/markets/stocks/tickers"

/// Runs a body against a server on a free port and stops it afterwards.
private func withServer(
    _ options: MarketServerOptions = MarketServerOptions(keys: ["good"]),
    count: Int = 60,
    _ body: (Int) throws -> Void
) throws {
    let market = SimulatedMarket(seed: 7, tickerCount: count, openingDay: opening)
    let server = MarketServer(market, clock: FixedClock(), options: options)
    let port = try server.start()
    do {
        try body(port)
    } catch {
        try server.stop()
        throw error
    }
    try server.stop()
}

@Suite struct ServerTests {
    @Test func answersOverOneKeptConnection() throws {
        try withServer { port in
            let client = try #require(LoopbackClient(port: port))
            let first = try #require(client.get("/v1/marketstatus/now"))
            let second = try #require(client.get(snapshotPath))
            let third = try #require(client.get("/v1/nothing"))
            #expect(first.status == 200 && second.status == 200 && third.status == 404)
            #expect(first.text.contains("\"serverTime\":\"2026-11-18T10:30:15-05:00\""))
            #expect(first.headers["date"] == "Wed, 18 Nov 2026 15:30:15 GMT")
            #expect(first.headers["content-type"] == "application/json")
            #expect(second.headers["x-request-id"]?.utf8.count == 32)
            #expect(JSONValue.parsed(second.text)?["tickers"]?.array?.isEmpty == false)
            #expect(third.text == "404 page not found\n")
            #expect(third.headers["content-type"] == "text/plain")
            #expect([first, second, third].allSatisfy { $0.headers["x-plain-answer"] == nil })
        }
    }

    @Test func compressesForThoseWhoAsk() throws {
        try withServer { port in
            let client = try #require(LoopbackClient(port: port))
            let plain = try #require(client.get(snapshotPath))
            let headers = ["Authorization: Bearer good", "Accept-Encoding: deflate, gzip, br"]
            let packed = try #require(client.get(snapshotPath, headers: headers))
            #expect(plain.headers["content-encoding"] == nil)
            #expect(packed.headers["content-encoding"] == "gzip")
            #expect(Array(packed.body.prefix(3)) == [0x1F, 0x8B, 8])
            #expect(packed.body.count * 2 < plain.body.count)
            // A gzip stream ends with the length of what it holds.
            let length = packed.body.suffix(4).reversed().reduce(0) { $0 << 8 | Int($1) }
            #expect(length == plain.body.count)
        }
    }

    @Test func nextPagesPointBackToTheServer() throws {
        try withServer { port in
            let client = try #require(LoopbackClient(port: port))
            let page = try #require(client.get("/v3/reference/tickers?limit=5"))
            let next = try #require(JSONValue.parsed(page.text)?["next_url"]?.string)
            #expect(next.hasPrefix("http://127.0.0.1:\(port)/v3/reference/tickers?cursor="))
        }
    }

    @Test func refusesWhatIsNoGetOrTooLong() throws {
        try withServer { port in
            let client = try #require(LoopbackClient(port: port))
            client.send("POST /v1/marketstatus/now HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nhi")
            #expect(client.readAnswer()?.status == 405)
            #expect(client.get("/v1/marketstatus/now?x=" + String(repeating: "y", count: 17_000))?.status == 414)
            #expect(client.get("/v1/%zz")?.status == 400)
            #expect(client.get("/v1/marketstatus/now")?.status == 200)
            client.send(
                "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 90000\r\n\r\n" + String(repeating: "z", count: 90_000)
            )
            #expect(client.readAnswer() == nil)
        }
    }

    @Test(arguments: ["\r\n\r\n\u{0}\u{1}garbage\r\n\r\n", "GET\r\n\r\n", "GET / HTTP/9.9\r\nA: b\r\n\r\n"])
    func garbageEndsTheConnectionNotTheServer(text: String) throws {
        try withServer { port in
            let client = try #require(LoopbackClient(port: port))
            client.send(text)
            while client.fill() {}
            #expect(client.lastError != EAGAIN, "the server hung up, it did not leave the client waiting")
            let other = try #require(LoopbackClient(port: port))
            #expect(other.get("/v1/marketstatus/now")?.status == 200)
        }
    }

    @Test func connectionsBeyondTheLimitAreClosed() throws {
        try withServer(MarketServerOptions(keys: ["good"], connectionLimit: 2)) { port in
            let one = try #require(LoopbackClient(port: port))
            let two = try #require(LoopbackClient(port: port))
            #expect(one.get("/v1/marketstatus/now")?.status == 200)
            #expect(two.get("/v1/marketstatus/now")?.status == 200)
            let three = try #require(LoopbackClient(port: port))
            #expect(three.get("/v1/marketstatus/now") == nil)
            #expect(one.get("/v1/marketstatus/now")?.status == 200)
        }
    }

    @Test func stopsWithConnectionsOpenAndFreesThePort() throws {
        let market = SimulatedMarket(seed: 7, tickerCount: 5, openingDay: opening)
        let server = MarketServer(market, clock: FixedClock())
        #expect(server.restURL == nil)
        let port = try server.start()
        #expect(server.restURL == "http://127.0.0.1:\(port)")
        #expect(throws: MarketServerError.isRunning) { try server.start() }
        let client = try #require(LoopbackClient(port: port))
        #expect(client.get("/v1/marketstatus/now")?.status == 200)
        let rival = MarketServer(market, clock: FixedClock(), options: MarketServerOptions(port: port))
        #expect(throws: (any Error).self) { try rival.start() }
        try server.stop()
        try server.stop()
        #expect(!client.fill())
        #expect(LoopbackClient(port: port) == nil)
        #expect(try server.start() > 0)
        try server.stop()
    }
}

@Suite struct FaultTests {
    private func options(_ rules: FaultRule...) -> MarketServerOptions {
        MarketServerOptions(keys: ["good"], faults: FaultPlan(rules))
    }

    @Test(arguments: [
        (403, "NOT_AUTHORIZED", "upgrade your plan"), (429, "ERROR", "maximum requests per minute"),
        (500, "ERROR", "Internal"), (503, "ERROR", "Internal"), (401, "ERROR", "Unknown API Key"),
    ])
    func aStatusBringsTheVendorsBody(status: Int, word: String, text: String) throws {
        try withServer(options(FaultRule(kind: .status(status, retryAfterSeconds: 7)))) { port in
            let answer = try #require(LoopbackClient(port: port)?.get(snapshotPath))
            #expect(answer.status == status)
            #expect(answer.headers["retry-after"] == "7")
            let body = try #require(JSONValue.parsed(answer.text))
            #expect(body["status"]?.string == word)
            #expect((body["error"] ?? body["message"])?.string?.contains(text) == true)
        }
    }

    @Test func rulesCountTheRequestsTheyKnow() throws {
        let rules = options(
            FaultRule(path: "snapshot", first: 1, count: 2, kind: .status(503)),
            FaultRule(path: "", first: 3, count: 1, kind: .status(500))
        )
        try withServer(rules) { port in
            let client = try #require(LoopbackClient(port: port))
            let statuses = (0..<6).map { _ in client.get(snapshotPath)?.status }
            #expect(statuses == [200, 503, 503, 500, 200, 200])
            #expect(client.get("/v1/marketstatus/now")?.status == 200)
        }
    }

    @Test func emptyHTMLAndOwnBodies() throws {
        let rules = options(
            FaultRule(first: 0, count: 1, kind: .empty),
            FaultRule(first: 1, count: 1, kind: .html),
            FaultRule(first: 2, count: 1, kind: .body(status: 200, contentType: "text/html", text: "<p>maintenance"))
        )
        try withServer(rules) { port in
            let client = try #require(LoopbackClient(port: port))
            let empty = try #require(client.get(snapshotPath))
            #expect(empty.status == 200 && empty.body.isEmpty)
            let page = try #require(client.get(snapshotPath))
            #expect(page.status == 502 && page.headers["content-type"] == "text/html")
            #expect(client.get(snapshotPath)?.text == "<p>maintenance")
        }
    }

    @Test func aTruncatedBodyAnnouncesMoreThanItBrings() throws {
        try withServer(options(FaultRule(count: 1, kind: .truncated(afterBytes: 1_000)))) { port in
            let client = try #require(LoopbackClient(port: port))
            let headers = ["Authorization: Bearer good", "Accept-Encoding: gzip"]
            let answer = try #require(client.get(snapshotPath, headers: headers))
            #expect(!answer.isComplete && answer.body.count == 1_000)
            #expect(LoopbackClient(port: port)?.get(snapshotPath)?.isComplete == true)
        }
    }

    @Test func aDrippingBodyComesPieceByPieceAndWhole() throws {
        try withServer(options(FaultRule(count: 1, kind: .slowDrip(bytes: 16, milliseconds: 5)))) { port in
            let client = try #require(LoopbackClient(port: port))
            let answer = try #require(client.get("/v1/marketstatus/now"))
            #expect(answer.isComplete)
            #expect(JSONValue.parsed(answer.text) != nil)
            #expect(client.get("/v1/marketstatus/now")?.status == 200)
        }
    }

    @Test func hangingOneClientLeavesTheOthersAlone() throws {
        try withServer(options(FaultRule(count: 1, kind: .hang))) { port in
            let client = try #require(LoopbackClient(port: port))
            client.send("GET \(snapshotPath) HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer good\r\n\r\n")
            var other = LoopbackClient(port: port)?.get("/v1/marketstatus/now")
            // The rule strikes the first request to arrive; the order of two sockets is the system's.
            if other == nil { other = client.readAnswer() }
            #expect(other?.status == 200)
        }
    }

    @Test func aResetIsAReset() throws {
        try withServer(options(FaultRule(count: 1, kind: .reset))) { port in
            let client = try #require(LoopbackClient(port: port))
            #expect(client.get(snapshotPath) == nil)
            #expect(client.lastError == ECONNRESET)
        }
    }

    @Test func aHugeBodyIsNeverHeldInMemory() throws {
        let bytes = 40_000_000
        try withServer(options(FaultRule(count: 1, kind: .hugeBody(bytes: bytes)))) { port in
            let client = try #require(LoopbackClient(port: port))
            client.send("GET \(snapshotPath) HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer good\r\n\r\n")
            while client.received < 3_000_000, client.fill() {}
            #expect(client.received >= 3_000_000)
            // Whoever stops reading can leave; the server goes on.
            #expect(LoopbackClient(port: port)?.get("/v1/marketstatus/now")?.status == 200)
        }
    }

    @Test func deepNestingAndBrokenElements() throws {
        let rules = options(
            FaultRule(first: 0, count: 1, kind: .deepNesting(levels: 5_000)),
            FaultRule(first: 1, count: 1, kind: .malformedElements)
        )
        try withServer(rules) { port in
            let client = try #require(LoopbackClient(port: port))
            let deep = try #require(client.get(snapshotPath))
            #expect(deep.text.contains(String(repeating: "[", count: 5_000) + "]"))
            let broken = try #require(client.get(snapshotPath))
            let whole = try #require(client.get(snapshotPath))
            #expect(broken.text.contains("EVIL-TICKER") && broken.text.contains("1e400"))
            #expect(broken.text.hasSuffix(String(whole.text.suffix(2_000))))
        }
    }
}
