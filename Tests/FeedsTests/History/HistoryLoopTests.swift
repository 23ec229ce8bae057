import EngineAPI
import Feeds
import MarketData
import MarketTime
import Network
import Testing

@Suite struct HistoryRequestTests {
    private static let days = (from: "2026-09-08", through: "2026-10-05")

    private func bars(_ symbol: String) throws -> HistoryInquiry {
        .fetch(.bars(try .of(symbol), from: try .of(Self.days.from), through: try .of(Self.days.through)))
    }

    @Test(arguments: [
        ("AAPL", "AAPL"), ("BRK.B", "BRK.B"), ("BACpM", "BACpM"), ("I-N_D", "I-N_D"), ("A/B", "A%2FB"),
        ("A^B", "A%5EB"),
        ("A+B", "A%2BB"), ("A=B", "A%3DB"),
    ])
    func asksForBarsAsTradedWithTheSymbolEncodedAndItsCaseKept(symbol: String, path: String) throws {
        let harness = HistoryHarness(.init(restURL: "https://api.polygon.io//", key: Secret("k1")))
        try harness.ask(bars(symbol))
        try harness.ask(.minutes(.of(symbol), .of("2026-10-06")))
        try harness.ask(.fetch(.listing(.of(symbol))))
        harness.settle()
        let range = "https://api.polygon.io/v2/aggs/ticker/\(path)/range/"
        let query = "?adjusted=false&sort=asc&limit=50000"
        #expect(
            harness.urls == [
                "\(range)5/minute/2026-09-08/2026-10-05\(query)", "\(range)1/minute/2026-10-06/2026-10-06\(query)",
                "https://api.polygon.io/v3/reference/tickers/\(path)",
            ]
        )
        #expect(harness.requests.allSatisfy { $0.bearer == Secret("k1") && !$0.url.contains("k1") })
    }

    @Test func asksForDaysAndSplitsOfTheWholeMarket() throws {
        let harness = HistoryHarness(.init(restURL: "http://127.0.0.1:8080/sim/"))
        try harness.ask(.fetch(.dailyBars(.of("2026-10-05"))))
        try harness.ask(.fetch(.splits(from: .of("2026-09-08"), through: .of("2026-10-06"))))
        try harness.ask(.snapshot([]))
        try harness.ask(.snapshot([.of("AAPL"), .of("A/B")]))
        harness.settle()
        let base = "http://127.0.0.1:8080/sim"
        let snapshots = "\(base)/v2/snapshot/locale/us/markets/stocks/tickers"
        #expect(
            harness.urls == [
                "\(base)/v2/aggs/grouped/locale/us/market/stocks/2026-10-05?adjusted=false",
                "\(base)/v3/reference/splits?execution_date.gte=2026-09-08&execution_date.lte=2026-10-06&limit=1000",
                snapshots, "\(snapshots)?tickers=AAPL,A%2FB",
            ]
        )
    }

    @Test func overTheCounterTickersAreASetting() throws {
        let harness = HistoryHarness(.init(includesOTC: true))
        try harness.ask(.fetch(.dailyBars(.of("2026-10-05"))))
        try harness.ask(.snapshot([]))
        harness.settle()
        #expect(harness.urls.count == 2 && harness.urls.allSatisfy { $0.contains("include_otc=true") })
    }

    // MARK: How many at a time

    @Test(arguments: [1, 3, 8])
    func neverMoreRequestsAreUnderWayThanConnections(connections: Int) throws {
        let harness = HistoryHarness(.init(restURL: HistoryHarness.base, connections: connections))
        for index in 0..<20 { try harness.ask(bars("S\(index)")) }
        harness.settle()
        #expect(harness.requests.count == connections)
        for done in 1...20 {
            harness.release(HistoryHarness.answer(200, BarJSON.page([])))
            #expect(harness.replies.count == done)
            #expect(harness.requests.count == min(20, connections + done))
        }
        // First asked, first sent.
        #expect(harness.urls.indices.allSatisfy { harness.urls[$0].contains("/S\($0)/") })
    }

    @Test func moreInquiriesThanThereIsRoomForAreNotTaken() throws {
        let harness = HistoryHarness(.init(restURL: HistoryHarness.base, connections: 1, waitingMax: 3))
        for index in 0..<3 { try harness.ask(bars("S\(index)")) }
        #expect(throws: HistoryInbox.Refusal.full(limit: 3)) { try harness.ask(bars("S3")) }
        harness.settle()
        #expect(throws: HistoryInbox.Refusal.full(limit: 3)) { try harness.ask(bars("S3")) }
        harness.release(HistoryHarness.answer(200, BarJSON.page([])))
        #expect(throws: Never.self) { try harness.ask(bars("S3")) }
        #expect(throws: HistoryInbox.Refusal.full(limit: 3)) { try harness.ask(bars("S4")) }
    }

    // MARK: The rate limit

    /// Sent requests as monotonic seconds.
    private func times(_ harness: HistoryHarness, seconds: Int64, stepMs: Int64 = 250) -> [Double] {
        var times: [Double] = []
        var elapsed: Int64 = 0
        while elapsed <= seconds * 1000 {
            harness.settle()
            while times.count < harness.requests.count { times.append(Double(elapsed) / 1000) }
            harness.monotonic.advance(milliseconds: stepMs)
            elapsed += stepMs
        }
        return times
    }

    @Test(arguments: [5, 60, 300])
    func noMinuteSeesMoreRequestsThanTheLimitPagesIncluded(limit: Int) throws {
        let configuration = PolygonHistorySource.Configuration(
            restURL: HistoryHarness.base,
            requestsPerMinute: limit,
            connections: 4
        )
        var pages = 0
        // Every answer has a second page, so that half of the requests are pages.
        let harness = HistoryHarness(configuration) { request in
            guard !request.url.contains("cursor") else { return HistoryHarness.answer(200, BarJSON.page([])) }
            pages += 1
            return HistoryHarness.answer(200, BarJSON.page([], next: "\(HistoryHarness.base)/v2?cursor=\(pages)"))
        }
        for index in 0..<1000 { try harness.ask(bars("S\(index)")) }
        let times = times(harness, seconds: 600)
        for start in times {
            let inMinute = times.filter { $0 >= start && $0 <= start + 60 }.count
            #expect(inMinute <= limit)
        }
        // The limit is used, not only kept.
        #expect(times.count >= min(2000, limit * 10 * 8 / 10))
        #expect(pages >= times.count / 2 - 4 && pages < times.count)
    }

    @Test func aWaitForTheLimitIsToldInMilliseconds() throws {
        let harness = HistoryHarness(.init(restURL: HistoryHarness.base, requestsPerMinute: 5)) { _ in
            HistoryHarness.answer(200, BarJSON.page([]))
        }
        #expect(harness.settle() == PolygonHistoryLoop.idleMs)
        try harness.ask(bars("A"))
        try harness.ask(bars("B"))
        #expect(harness.settle() == 12_001 && harness.requests.count == 1)
        harness.monotonic.advance(milliseconds: 12_000)
        #expect(harness.settle() == 1 && harness.requests.count == 1)
        harness.monotonic.advance(milliseconds: 1)
        #expect(harness.settle() == PolygonHistoryLoop.idleMs && harness.requests.count == 2)
    }

    @Test(
        arguments: [
            (429, "30", 30_000), (429, nil, 1000), (503, "45", 45_000), (429, "999999", 3_600_000),
        ] as [(Int, String?, Int64)]
    )
    func aPauseTheVendorWantsHoldsEveryRequest(status: Int, retryAfter: String?, pauseMs: Int64) throws {
        var isBusy = true
        let harness = HistoryHarness(.init(restURL: HistoryHarness.base, connections: 1)) { _ in
            isBusy
                ? HistoryHarness.answer(status, "{\"error\":\"slow down\"}", retryAfter: retryAfter)
                : HistoryHarness.answer(200, BarJSON.page([]))
        }
        let answer = try harness.answer(to: .bars(.of("A"), from: .of("2026-10-05"), through: .of("2026-10-05")))
        #expect(answer?.retryAfterMs == Int(pauseMs), "\(answer?.sentence ?? "nothing")")
        isBusy = false
        try harness.ask(bars("B"))
        harness.monotonic.advance(milliseconds: pauseMs - 1)
        harness.settle()
        #expect(harness.requests.count == 1)
        harness.monotonic.advance(milliseconds: 1)
        harness.settle()
        #expect(harness.requests.count == 2 && harness.replies.count == 2)
    }

    @Test func aFailureWithoutAPauseHoldsNothing() throws {
        let harness = HistoryHarness(.init(restURL: HistoryHarness.base)) { _ in HistoryHarness.answer(500, "") }
        for index in 0..<10 { try harness.ask(bars("S\(index)")) }
        harness.settle()
        #expect(harness.replies.count == 10)
    }

    // MARK: The end

    @Test func aStopEndsEveryInquiryOnce() throws {
        let configuration = PolygonHistorySource.Configuration(restURL: HistoryHarness.base, connections: 4)
        let harness = HistoryHarness(configuration) { request in
            // One has a page to come, one is answered, the others are under way or wait.
            request.url.contains("/S0/")
                ? HistoryHarness.answer(200, BarJSON.page([], next: "\(HistoryHarness.base)/v2?cursor=x"))
                : request.url.contains("/S1/") ? HistoryHarness.answer(200, BarJSON.page([])) : nil
        }
        for index in 0..<9 { try harness.ask(bars("S\(index)")) }
        harness.settle()
        #expect(harness.replies.count == 1)
        try harness.ask(bars("S9"))
        harness.inbox.stop()
        #expect(harness.settle() == nil)
        #expect(harness.replies.count == 10)
        #expect(Set(harness.replies.all.map(\.inquiry)).count == 10)
        let ends = harness.replies.all.dropFirst().map(\.reply)
        for case .success in ends { Issue.record("a stopped inquiry has an answer") }
        #expect(throws: HistoryInbox.Refusal.stopped) { try harness.ask(bars("S10")) }
        // Late answers find nobody.
        for held in harness.held { held.completion(HistoryHarness.answer(200, BarJSON.page([]))) }
        #expect(harness.settle() == nil && harness.replies.count == 10)
    }

    @Test func aStopEndsWhatWaitsForTheLimit() throws {
        let harness = HistoryHarness(.init(restURL: HistoryHarness.base, requestsPerMinute: 5)) { _ in
            HistoryHarness.answer(200, BarJSON.page([], next: "\(HistoryHarness.base)/v2?cursor=x"))
        }
        for index in 0..<3 { try harness.ask(bars("S\(index)")) }
        harness.settle()
        // The first has a page to come, the others have not been asked.
        #expect(harness.requests.count == 1 && harness.replies.count == 0)
        harness.inbox.stop()
        #expect(harness.settle() == nil)
        #expect(try harness.replies.all.map(\.inquiry) == [bars("S0"), bars("S1"), bars("S2")])
    }
}
