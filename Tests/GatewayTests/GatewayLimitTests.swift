import EngineAPI
import Gateway
import MarketData
import MarketTime
import Network
import Testing

@Suite struct GatewayLimitTests {
    private func limits(timeoutMs: Int = 300, connections: Int = 32) -> GatewayLimits {
        var limits = GatewayLimits()
        limits.timeoutMs = timeoutMs
        limits.connectionsMax = connections
        return limits
    }

    @Test(arguments: ["", "GET /v1/st", "POST /v1/scan HTTP/1.1\r\nContent-Length: 10\r\n\r\n{"])
    func whoDoesNotFinishARequestIsDropped(start: String) throws {
        let gateway = try TestGateway(limits: limits())
        let client = try gateway.client()
        client.send(start)
        #expect(client.isClosedByPeer())
    }

    @Test func aTrickleDoesNotHoldAConnection() throws {
        let gateway = try TestGateway(limits: limits())
        let client = try gateway.client()
        client.send("POST /v1/scan HTTP/1.1\r\nContent-Length: 60000\r\n\r\n")
        // A byte now and then, each well within the limit; it is the whole that has one.
        var sent = 0
        while sent < 60_000, client.send(" ") {
            sent += 1
            _ = try gateway.get("/v1/status")
        }
        #expect(sent < 60_000)
    }

    @Test func whoDoesNotReadIsDropped() throws {
        let count = 20_000
        let symbol = try #require(Symbol("AAPL"))
        let result = ScanResult(
            version: 0,
            rows: 0..<count,
            matchCount: count,
            symbols: Array(repeating: symbol, count: count),
            columns: [.last],
            values: [Array(repeating: 1.0 / 3, count: count)],
            texts: [[]]
        )
        let gateway = try TestGateway(FakeEngine(.answer(result)), limits: limits(timeoutMs: 2_000))
        let body = "{\"count\":20000,\"columns\":[\"price\"]}"
        let client = try gateway.client()
        client.send("POST /v1/scan HTTP/1.1\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)")
        #expect(client.isClosedByPeer())
        #expect(client.answer() == nil, "the answer is larger than what the system holds")
        #expect(try GatewayAnswer(body: gateway.scan(body).body).rows.count == count)
    }

    @Test func moreConnectionsThanAllowedAreClosed() throws {
        let gateway = try TestGateway(limits: limits(timeoutMs: 20_000, connections: 2))
        var kept = [try gateway.client(), try gateway.client()]
        for client in kept {
            client.send("GET /v1/status HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(client.answer()?.status == 200)
        }
        #expect(try gateway.client().isClosedByPeer())
        kept.removeLast()
        // The server sees the end of the one a moment later.
        var status: Int?
        for _ in 0..<2_000 where status == nil {
            let client = try gateway.client()
            client.send("GET /v1/status HTTP/1.1\r\nHost: x\r\n\r\n")
            status = client.answer()?.status
        }
        #expect(status == 200)
    }

    @Test func anEngineThatDoesNotAnswerIs503AndItsLateAnswerNobodys() throws {
        let gateway = try TestGateway(FakeEngine(.silent), limits: limits())
        let client = try gateway.client()
        client.send("POST /v1/scan HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}")
        #expect(client.answer()?.status == 503)
        gateway.engine.answerKept(ScanAnswer(result: try awkwardResult(), status: testStatus()))
        client.send("GET /v1/lists HTTP/1.1\r\nHost: x\r\n\r\n")
        let next = try #require(client.answer())
        #expect(next.status == 200 && next.text.contains("\"lists\":["))
    }

    @Test func anAnswerAfterTheStopIsDropped() throws {
        let gateway = try TestGateway(FakeEngine(.silent))
        let client = try gateway.client()
        client.send("POST /v1/scan HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}")
        while gateway.engine.queries.isEmpty { _ = try gateway.get("/v1/status") }
        gateway.server.stop()
        gateway.engine.answerKept(ScanAnswer(result: try awkwardResult(), status: testStatus()))
        #expect(client.answer() == nil)
    }

    @Test func theProgramsOwnClientGetsThrough() throws {
        let gateway = try TestGateway(FakeEngine(.answer(try awkwardResult())))
        let client = HTTPClient()
        defer { client.close() }
        var request = HTTPRequest(url: "http://localhost/v1/scan")
        request.unixSocketPath = gateway.path
        request.json = GatewayScanRequest(filter: "price > 1", columns: ["price"]).json
        for _ in 0..<2 {
            let answer = try client.perform(request)
            #expect(answer.status == 200)
            #expect(try GatewayAnswer(body: answer.body.prefix(.max)).rows.count == 2)
        }
    }
}
