import Engine
import EngineAPI
import Feeds
import Foundation
import MarketServer
import MarketTime
import Network
import Simulator
import Store
import Synchronization
import Testing

/// A market's clock that stands where the test puts it.
final class ManualClock: WallClock {
    private let time: Mutex<Instant>

    init(_ time: Instant) { self.time = Mutex(time) }

    func now() -> Instant { time.withLock { $0 } }

    func set(_ instant: Instant) { time.withLock { $0 = instant } }
}

/// A small simulated market behind a loopback server, and a store in a folder of its own.
final class MarketFixture {
    static let day = DayID(year: 2026, month: 10, day: 6) ?? DayID(rawValue: 0)

    /// What the server takes for its flat files.
    static let flatFileID = "test-id"
    static let flatFileSecret = "test-secret"

    let market: SimulatedMarket
    let clock: ManualClock
    let server: MarketServer
    let restURL: String
    let folder: URL

    init(tickers: Int = 300, seed: UInt64 = 7, hour: Int = 10, minute: Int = 32, second: Int = 30) throws {
        market = SimulatedMarket(seed: seed, tickerCount: tickers, openingDay: Self.day)
        clock = ManualClock(Self.at(hour, minute, second))
        var options = MarketServerOptions(keys: ["key"])
        options.flatFileAccess = FlatFileAccess(accessKey: Self.flatFileID, secretKey: Self.flatFileSecret)
        server = MarketServer(market, clock: clock, options: options)
        restURL = "http://127.0.0.1:\(try server.start())"
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("tradeul-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    deinit {
        try? server.stop()  // the test is over
        try? FileManager.default.removeItem(at: folder)  // nothing depends on it
    }

    static func at(_ hour: Int, _ minute: Int, _ second: Int = 0) -> Instant {
        NewYork.instant(day, secondOfDay: hour * 3600 + minute * 60 + second)
    }

    func openStore(_ name: String = "test.db") throws -> TradeulStore {
        try TradeulStore(path: folder.appendingPathComponent(name).path)
    }

    /// A JSON answer of the server, following `next_url` to the end: the `results` of all pages.
    func results(_ path: String) throws -> [[String: Any]] {
        let client = HTTPClient()
        defer { client.close() }
        var all: [[String: Any]] = []
        var next: String? = restURL + path
        var pages = 0
        while let url = next, pages < 100 {
            let response = try client.perform(HTTPRequest(url: url, bearer: Secret("key")))
            let object = try JSONSerialization.jsonObject(with: Data(response.body.prefix(response.body.count)))
            let answer = try #require(object as? [String: Any])
            all += answer["results"] as? [[String: Any]] ?? []
            next = answer["next_url"] as? String
            pages += 1
        }
        return all
    }
}

/// An engine with its feed on a fixture's market, on threads of their own until it is stopped.
final class RunningEngine: Sendable {
    let host: EngineHost
    private let feed: PolygonRESTFeed
    private let thread: PlainThread?

    /// Starts; what the engine wants stored goes to `store`, what it wants filled to `heal`.
    init(
        _ fixture: MarketFixture,
        store: TradeulStore,
        settings: RVOLSettings = RVOLSettings(),
        heal: @escaping @Sendable (HealRequest) -> Void = { _ in }
    ) {
        @Sendable func write(_ rows: SlotRows, _ source: SlotSource) {
            do { try store.write(rows, source: source) } catch { Issue.record(error) }
        }
        let host = EngineHost(
            core: EngineCore(calendar: fixture.market.calendar, settings: settings),
            clock: fixture.clock,
            store: store,
            persist: { write($0, .live) },
            persistHealed: { write($0, .aggregates) },
            heal: heal,
            runInBackground: { work in _ = PlainThread(work) }
        )
        self.host = host
        thread = PlainThread { host.run() }
        feed = PolygonRESTFeed(
            .init(restURL: fixture.restURL, key: Secret("key"), intervals: .init(inSessionMs: 50, closedMs: 50)),
            clock: fixture.clock,
            sink: host
        )
    }

    func stop() {
        feed.stop()
        host.stop()
        _ = thread?.join(milliseconds: 5000)
    }
}

/// Waits for a condition that another thread brings about.
func waitUntil(_ what: String, within seconds: Double = 30, _ condition: () -> Bool) throws {
    let deadline = Date().addingTimeInterval(seconds)
    while !condition() {
        guard Date() < deadline else { throw Missed(what: what) }
        usleep(10_000)
    }
}

struct Missed: Error {
    var what: String
}
