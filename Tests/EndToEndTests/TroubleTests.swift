import Engine
import EngineAPI
import Feeds
import Foundation
import MarketData
import MarketServer
import MarketTime
import Network
import Simulator
import Store
import Testing

@testable import tradeul

/// What goes wrong outside must be said, and must not take anything else with it.
@Suite
struct TroubleTests {
    private struct OffsetClock: WallClock {
        let base: ManualClock
        let offsetSeconds: Int64

        func now() -> Instant { base.now().adding(seconds: offsetSeconds) }
    }

    /// An engine on a market, fed over HTTP, with a store that may be unusable.
    private final class Running {
        let host: EngineHost
        private let feed: PolygonRESTFeed
        private let thread: PlainThread?

        init(_ fixture: MarketFixture, restURL: String? = nil, clock: any WallClock, store: LazyStore) {
            let corrected = CorrectedClock(base: clock)
            let host = EngineHost(
                core: EngineCore(calendar: fixture.market.calendar),
                clock: corrected,
                store: store,
                persist: { _ in },
                runInBackground: { work in _ = PlainThread(work) }
            )
            self.host = host
            thread = PlainThread { host.run() }
            feed = PolygonRESTFeed(
                .init(
                    restURL: restURL ?? fixture.restURL,
                    key: Secret("key"),
                    intervals: .init(inSessionMs: 20, closedMs: 20),
                    backoff: .init(firstMs: 5, capMs: 20)
                ),
                clock: corrected,
                sink: host,
                serverTime: { corrected.observe(server: $0) }
            )
        }

        deinit {
            feed.stop()
            host.stop()
            _ = thread?.join(milliseconds: 5000)
        }
    }

    @Test(arguments: [3600, -3600, 86_400 * 40] as [Int64])
    func aClockThatIsOffDoesNotMoveTheBaseline(_ offset: Int64) throws {
        let fixture = try MarketFixture(tickers: 60)
        let clock = OffsetClock(base: fixture.clock, offsetSeconds: offset)
        let running = Running(fixture, clock: clock, store: LazyStore(path: nil))
        try waitUntil("a snapshot at the market's time") {
            guard let time = running.host.latest()?.status.snapshotDataTime else { return false }
            return abs(time.seconds(since: fixture.clock.now())) < 3
        }
        let status = try #require(running.host.latest()).status
        #expect(status.session.tradingDay == MarketFixture.day)
        #expect(status.progress.completedSlots == 78)
    }

    @Test func aDamagedHistoryFileIsLeftAloneAndTheMarketIsStillShown() throws {
        let fixture = try MarketFixture(tickers: 60)
        let path = fixture.folder.appendingPathComponent("damaged.db").path
        let garbage = Data("this is no database, it only looks like a file of some length".utf8)
        try garbage.write(to: URL(fileURLWithPath: path))
        let running = Running(fixture, clock: fixture.clock, store: LazyStore(path: path))
        running.host.send(.query(ScanQuery(columns: [.last, .volume], rows: 0..<100)))
        try waitUntil("rows and the reason") {
            guard let view = running.host.latest(), case .degraded = view.status.store else { return false }
            return view.result?.symbols.isEmpty == false
        }
        guard case .degraded(let sentence)? = running.host.latest()?.status.store else { return }
        #expect(sentence.contains(path))
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == garbage)
    }

    @Test func badAnswersKeepTheLastGoodStateAndTheFeedComesBack() throws {
        let fixture = try MarketFixture(tickers: 60)
        let snapshot = "/v2/snapshot/locale/us/markets/stocks/tickers"
        let faults: [FaultKind] = [
            .empty, .truncated(afterBytes: 900), .html, .deepNesting(levels: 2000), .reset, .status(503),
            .body(status: 200, contentType: "application/json", text: "{\"tickers\":\"none\"}"),
        ]
        let rules = faults.enumerated().map { index, kind in
            FaultRule(path: snapshot, first: 2 + index * 2, count: 1, kind: kind)
        }
        let server = MarketServer(
            fixture.market,
            clock: fixture.clock,
            options: MarketServerOptions(keys: ["key"], faults: FaultPlan(rules))
        )
        let port = try server.start()
        defer { try? server.stop() }  // the test is over
        let running = Running(
            fixture,
            restURL: "http://127.0.0.1:\(port)",
            clock: fixture.clock,
            store: LazyStore(path: nil)
        )
        running.host.send(.query(ScanQuery(columns: [.last], rows: 0..<100)))
        // The reset of a kept connection is repeated by the client itself and counts as no failure.
        let failures = faults.count - 1
        try waitUntil("the feed to have met every fault") {
            guard let feed = running.host.latest()?.status.feed else { return false }
            return feed.failedPolls >= failures && feed.succeededPolls > 2 * faults.count + 2 && feed.state == .live
        }
        #expect(running.host.latest()?.result?.symbols.isEmpty == false)
    }

    @Test func aServerThatIsNotThereIsTriedAgainAndAgain() throws {
        let fixture = try MarketFixture(tickers: 20)
        let running = Running(
            fixture,
            restURL: "http://127.0.0.1:1",
            clock: fixture.clock,
            store: LazyStore(path: nil)
        )
        try waitUntil("several attempts") { running.host.latest()?.status.feed.failedPolls ?? 0 > 3 }
        guard case .degraded(let sentence, _)? = running.host.latest()?.status.feed.state else {
            Issue.record("the feed should be degraded")
            return
        }
        #expect(sentence.contains("127.0.0.1"))
    }
}
