import EngineAPI
import Feeds
import MarketData
import MarketTime
import Network
import Testing

@Suite struct PolygonFeedLoopTests {
    private func sentence(_ state: FeedState?) -> String {
        switch state {
        case .degraded(let sentence, _): sentence
        case .refused(let sentence): "refused: \(sentence)"
        case .connecting: "connecting"
        case .live: "live"
        case nil: "nothing"
        }
    }

    @Test func reportsConnectingBeforeAnyAnswer() {
        let feed = FeedHarness { _, _ in nil }
        feed.settle()
        #expect(feed.sink.statuses.map(\.state) == [.connecting])
        #expect(feed.sink.last?.host == "vendor.test:81")
        #expect(feed.asked == [.snapshot, .marketStatus, .upcomingDays])
    }

    @Test func deliversEachSnapshotAndIsLive() {
        let feed = FeedHarness.snapshots { FeedHarness.answer(200, FeedHarness.goodBody) }
        feed.settle()
        feed.run(milliseconds: 20_000)
        #expect(feed.sink.batches.count == 5 && feed.sink.batches.allSatisfy { $0.count == 2 })
        #expect(feed.state == .live)
        #expect(feed.sink.last?.succeededPolls == 5 && feed.sink.last?.failedPolls == 0)
        #expect(feed.sink.last?.lastPollMs == 0)
    }

    @Test(arguments: [
        ("https://api.polygon.io", "https://api.polygon.io/v2/snapshot/locale/us/markets/stocks/tickers"),
        ("https://api.massive.com/", "https://api.massive.com/v2/snapshot/locale/us/markets/stocks/tickers"),
        ("http://127.0.0.1:8080/sim//", "http://127.0.0.1:8080/sim/v2/snapshot/locale/us/markets/stocks/tickers"),
    ])
    func asksAnyHostWithTheKeyInTheHeader(base: String, url: String) {
        let feed = FeedHarness(.init(restURL: base, key: Secret("k1"))) { _, _ in nil }
        feed.settle()
        #expect(feed.requests.first?.1.url == url)
        #expect(feed.requests.allSatisfy { $0.1.bearer == Secret("k1") && !$0.1.url.contains("k1") })
    }

    @Test func overTheCounterTickersAreASetting() {
        let feed = FeedHarness(.init(includesOTC: true)) { _, _ in nil }
        feed.settle()
        #expect(feed.requests.first?.1.url.hasSuffix("/tickers?include_otc=true") == true)
    }

    @Test(arguments: [
        ("", "is empty"), ("<html>502</html>", "web page"), ("{\"tickers\":[{\"ticker\":\"A", "ends in the middle"),
        ("{\"tickers\":\"x\"}", "not what this endpoint"), ("[[[[[[[[", "not what this endpoint"),
        ("{\"status\":\"ERROR\",\"error\":\"maintenance\"}", "says: maintenance"), ("{\"tickers\":[]}", "no ticker"),
        ("{\"tickers\":[{\"ticker\":\"A\",\"day\":[]}]}", "no usable ticker (1 rejected)"),
    ])
    func aBadBodyKeepsTheLastGoodStateAndIsTriedAgain(body: String, words: String) {
        var body = body
        var isBad = false
        let feed = FeedHarness.snapshots { FeedHarness.answer(200, isBad ? body : FeedHarness.goodBody) }
        feed.settle()
        isBad = true
        feed.run(milliseconds: 5000)
        #expect(feed.sink.batches.count == 1)
        #expect(sentence(feed.state).contains(words), "\(sentence(feed.state))")
        #expect(sentence(feed.state).contains("vendor.test:81"))
        #expect(feed.sink.last?.failedPolls == 1)
        body = FeedHarness.goodBody
        feed.run(milliseconds: 2000)
        #expect(feed.state == .live && feed.sink.batches.count == 2)
    }

    @Test(arguments: [
        NetworkError.tooLarge(limitBytes: 32 << 20, url: "http://vendor.test:81/v2"),
        .timedOut(.tooSlow, url: "http://vendor.test:81/v2", afterMs: 5000), .refused(host: "http://vendor.test:81"),
        .connectionLost(url: "http://vendor.test:81/v2", detail: "x"),
    ])
    func aNetworkErrorIsSaidAndTriedAgain(error: NetworkError) {
        let feed = FeedHarness.snapshots { .failure(error) }
        feed.settle()
        #expect(sentence(feed.state) == error.sentence)
        let asked = feed.asked.filter { $0 == .snapshot }.count
        feed.run(milliseconds: 600_000, stride: 1000)
        #expect(feed.asked.filter { $0 == .snapshot }.count >= asked + 8)
        #expect(feed.sink.batches.isEmpty)
    }

    @Test(arguments: [
        (401, "{\"error\":\"Unknown API Key\"}", "k", "refuses the API key (401: Unknown API Key)"),
        (401, "{\"error\":\"API Key was not provided\"}", "", "wants an API key"), (401, "<html>", "k", "(401)"),
        (403, "{\"message\":\"You are not entitled\"}", "k", "plan of this API key"),
        (402, "Restricted", "k", "plan of this API key"),
    ])
    func aRefusalIsFinalAndSaysWhatToDo(status: Int, body: String, key: String, words: String) {
        var isMended = false
        let configuration = PolygonRESTFeed.Configuration(
            restURL: "http://vendor.test:81",
            key: Secret(key),
            keyHint: "THE_KEY or /etc/key"
        )
        let feed = FeedHarness(configuration) { endpoint, _ in
            guard endpoint == .snapshot else { return FeedHarness.answer(status, body) }
            return isMended ? FeedHarness.answer(200, FeedHarness.goodBody) : FeedHarness.answer(status, body)
        }
        feed.settle()
        let text = sentence(feed.state)
        #expect(text.hasPrefix("refused: ") && text.contains(words) && text.contains("THE_KEY or /etc/key"), "\(text)")
        let asked = feed.asked.count
        feed.run(milliseconds: 3_600_000, stride: 5000)
        #expect(feed.asked.count == asked)
        isMended = true
        feed.inbox.post(.retry(key: Secret("new")))
        feed.settle()
        #expect(feed.state == .live)
        #expect(feed.requests.last { $0.0 == .snapshot }?.1.bearer == Secret("new"))
    }

    @Test(arguments: [(401, "{\"error\":\"Unknown API Key k-1234\"}"), (200, "{\"error\":\"no k-1234\"}")])
    func aKeyInAnAnswerIsNotShown(status: Int, body: String) {
        let feed = FeedHarness(.init(restURL: "http://vendor.test:81", key: Secret("k-1234"))) { _, _ in
            FeedHarness.answer(status, body)
        }
        feed.settle()
        #expect(sentence(feed.state).contains("***") && !sentence(feed.state).contains("k-1234"))
    }

    @Test(arguments: [(429, 90_000), (503, 45_000)] as [(Int, Int64)])
    func retryAfterIsHonoured(status: Int, milliseconds: Int64) {
        var isBusy = true
        let feed = FeedHarness.snapshots {
            isBusy
                ? FeedHarness.answer(status, "{\"error\":\"busy\"}", retryAfter: "\(milliseconds / 1000)")
                : FeedHarness.answer(200, FeedHarness.goodBody)
        }
        feed.settle()
        isBusy = false
        let retryAt = FeedHarness.openMarket.adding(milliseconds: milliseconds)
        guard case .degraded(let words, let at) = feed.state else {
            Issue.record("\(sentence(feed.state))")
            return
        }
        #expect(at == retryAt && words.contains("\(status): busy"))
        feed.run(milliseconds: milliseconds - 250)
        #expect(feed.asked.filter { $0 == .snapshot }.count == 1)
        feed.run(milliseconds: 250)
        #expect(feed.state == .live)
    }

    @Test(arguments: [(301, "redirect"), (404, "does not know"), (500, "has a failure"), (418, "does not accept")])
    func otherStatusesAreSaidAndTriedAgain(status: Int, words: String) {
        let feed = FeedHarness.snapshots { FeedHarness.answer(status, "<html>\u{1B}[2J</html>") }
        feed.settle()
        #expect(sentence(feed.state).contains(words) && sentence(feed.state).contains("\(status)"))
        #expect(!sentence(feed.state).contains("\u{1B}"))
        feed.run(milliseconds: 180_000, stride: 1000)
        #expect(feed.asked.filter { $0 == .snapshot }.count >= 3)
    }

    @Test func aReplacedBatchIsCounted() {
        let feed = FeedHarness.snapshots { FeedHarness.answer(200, FeedHarness.goodBody) }
        feed.settle()
        feed.sink.becomeBusy()
        feed.run(milliseconds: 10_000)
        #expect(feed.sink.last?.conflated == 2)
    }

    @Test func neverHasTwoRequestsOfOneKindUnderWay() {
        let feed = FeedHarness { _, _ in nil }
        feed.settle()
        feed.run(milliseconds: 600_000, stride: 1000)
        #expect(feed.asked == [.snapshot, .marketStatus, .upcomingDays])
    }

    @Test func stopEndsTheLoop() {
        let feed = FeedHarness { _, _ in nil }
        feed.settle()
        feed.inbox.post(.stop)
        #expect(feed.settle() == nil)
    }
}
