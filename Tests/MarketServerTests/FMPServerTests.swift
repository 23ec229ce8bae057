import MarketServer
import MarketTime
import Simulator
import Testing

private struct FixedClock: WallClock {
    func now() -> Instant { moment(opening, 10, 30) }
}

private let floatsPath = "/stable/shares-float-all?page=0&limit=50"

/// Runs a body against a server on a free port and stops it afterwards.
private func withServer(_ options: MarketServerOptions, _ body: (LoopbackClient) throws -> Void) throws {
    let market = SimulatedMarket(seed: 7, tickerCount: 60, openingDay: opening)
    let server = MarketServer(market, clock: FixedClock(), options: options)
    let port = try server.start()
    do {
        try body(try #require(LoopbackClient(port: port)))
    } catch {
        try server.stop()
        throw error
    }
    try server.stop()
}

extension LoopbackClient {
    fileprivate func fmp(_ target: String) -> Answer? { get(target, headers: ["apikey: good"]) }
}

@Suite struct FMPServerTests {
    private func options(_ path: String, _ kind: FaultKind) -> MarketServerOptions {
        MarketServerOptions(keys: ["good"], faults: FaultPlan([FaultRule(path: path, count: 1, kind: kind)]))
    }

    @Test func bothVendorsLiveAtOneAddress() throws {
        try withServer(MarketServerOptions(keys: ["good"])) { client in
            #expect(client.fmp(floatsPath)?.status == 200)
            #expect(client.get("/v1/marketstatus/now")?.status == 200)
            #expect(client.get(floatsPath)?.status == 401, "the other vendor's header is none of this one's")
            #expect(client.fmp("/v1/marketstatus/now")?.status == 401)
        }
    }

    @Test(arguments: [
        (401, "{\"Error Message\":\"Invalid API KEY."), (402, "Restricted Endpoint: This endpoint"),
        (403, "{\"Error Message\":\"Legacy Endpoint"), (429, "{\"Error Message\":\"Limit Reach ."),
        (404, "[]"), (500, "{\"Error Message\":\"Internal error\"}"),
    ])
    func injectedStatusesHaveThisVendorsBodies(status: Int, start: String) throws {
        try withServer(options("/stable/", .status(status))) { client in
            let answer = try #require(client.fmp(floatsPath))
            #expect(answer.status == status)
            #expect(answer.text.hasPrefix(start), "\(answer.text)")
            #expect(client.fmp(floatsPath)?.status == 200)
        }
    }

    @Test(arguments: [429, 200])
    func theLimitOfAMinuteIsItsOwn(status: Int) throws {
        let limited = MarketServerOptions(keys: ["good"], fmpRequestsPerMinute: 2, fmpLimitStatus: status)
        try withServer(limited) { client in
            for _ in 0..<2 { #expect(client.fmp(floatsPath)?.text.hasPrefix("[") == true) }
            let third = try #require(client.fmp(floatsPath))
            #expect(third.status == status)
            #expect(third.text.hasPrefix("{\"Error Message\":\"Limit Reach . Please upgrade"))
            #expect(third.headers["retry-after"] == nil)
            #expect(client.get("/v1/marketstatus/now")?.status == 200)
        }
    }

    @Test func troublesBefallWhatTheRuleNames() throws {
        let faults: [(FaultKind, (LoopbackClient.Answer, LoopbackClient.Answer) -> Bool)] = [
            (.body(status: 200, contentType: "text/plain", text: "oops"), { bad, _ in bad.text == "oops" }),
            (.cut(afterBytes: 40), { bad, good in bad.body == Array(good.body.prefix(40)) }),
            (.slowDrip(bytes: 4096, milliseconds: 1), { bad, good in bad.body == good.body }),
            (.spoiledRows(.emptyPages), { bad, _ in bad.text == "[]" }),
            (.spoiledRows(.duplicated), { bad, good in bad.body.count > good.body.count * 3 / 2 }),
            (
                .malformedElements,
                { bad, good in
                    JSONValue.parsed(bad.text)?.array?.count == (JSONValue.parsed(good.text)?.array?.count ?? 0) + 9
                }
            ),
        ]
        for (kind, isAsSaid) in faults {
            try withServer(options("shares-float-all", kind)) { client in
                #expect(client.fmp("/stable/profile?symbol=AAPL")?.status == 200)
                let bad = try #require(client.fmp(floatsPath))
                let good = try #require(client.fmp(floatsPath))
                #expect(isAsSaid(bad, good), "\(kind)")
            }
        }
    }

    @Test func pagesOfTickersHaveTheirTroublesToo() throws {
        let path = "/v3/reference/tickers?limit=10"
        func rows(_ answer: LoopbackClient.Answer?) -> [JSONValue] {
            answer.flatMap { JSONValue.parsed($0.text) }?["results"]?.array ?? []
        }
        func next(_ answer: LoopbackClient.Answer?) -> String? {
            answer.flatMap { JSONValue.parsed($0.text) }?["next_url"]?.string.map {
                String($0[($0.firstRange(of: "/v3")?.lowerBound ?? $0.startIndex)...])
            }
        }
        let rule = FaultRule(path: "/reference/tickers", first: 1, count: 1, kind: .spoiledRows(.repeatedPages))
        try withServer(MarketServerOptions(keys: ["good"], faults: FaultPlan([rule]))) { client in
            let first = client.get(path)
            let second = client.get(try #require(next(first)))
            #expect(rows(first).count == 10 && rows(second) == rows(first))
            let third = client.get(try #require(next(second)))
            #expect(rows(third).count == 10 && rows(third) != rows(first))
        }
        let endless = FaultRule(path: "/reference/tickers", kind: .spoiledRows(.endlessPages))
        try withServer(MarketServerOptions(keys: ["good"], faults: FaultPlan([endless]))) { client in
            let last = client.get("/v3/reference/tickers?limit=1000")
            let again = client.get(try #require(next(last)))
            #expect(rows(again) == rows(last))
        }
        try withServer(options("/reference/tickers", .malformedElements)) { client in
            #expect(rows(client.get(path)).count == 18)
            #expect(rows(client.get(path)).count == 10)
        }
        try withServer(options("/reference/tickers", .spoiledRows(.nulls))) { client in
            #expect(rows(client.get(path)).allSatisfy { $0["name"] == .null && $0["ticker"]?.string != nil })
        }
    }
}
