import Engine
import EngineAPI
import Feeds
import Foundation
import Gateway
import MarketData
import MarketTime
import Network
import Simulator
import Store
import Synchronization
import Testing

@testable import tradeul

/// A simulated market, the engine with its lists and memory, and the socket on which it answers.
final class ScanRig {
    let fixture: MarketFixture
    let store: TradeulStore
    let host: EngineHost
    /// Where the engine answers.
    let socket: String
    private let gateway: GatewayServer
    private let feed: PolygonRESTFeed
    private let thread: PlainThread?
    private let writer: ScanWriter
    private let client = HTTPClient()

    /// Starts with the history, the reference data and the shipped lists in place; market time stands.
    init(_ fixture: MarketFixture, book: ScanBook = ScanShelf().book) throws {
        let store = try fixture.openStore()
        try SimulatedHistory(market: fixture.market, store: store).run(
            now: fixture.clock.now(),
            mustStop: { false },
            onUseful: {}
        )
        let load = ReferenceLoad(try ReferenceVendors(fixture), into: store)
        try load.waitForAll()
        load.stop()
        let writer = ScanWriter(store: store) { Issue.record("\($0)") }
        let host = EngineHost(
            core: EngineCore(calendar: fixture.market.calendar),
            clock: fixture.clock,
            store: store,
            persist: { rows in
                do { try store.write(rows, source: .live) } catch { Issue.record(error) }
            },
            daily: store,
            tradeCounts: store,
            persistScans: { writer.write($0) },
            persistWhy: { writer.write($0, day: $1) },
            runInBackground: { work in _ = PlainThread(work) }
        )
        socket = fixture.folder.appendingPathComponent("run/demo.sock").path
        gateway = GatewayServer(path: socket, engine: host, origin: GatewayOrigin(name: "demo", version: "1")) {
            Issue.record("\($0)")
        }
        host.send(.scans(book))
        host.deliver(reference: try store.referenceFacts())
        thread = PlainThread { host.run() }
        feed = PolygonRESTFeed(
            .init(restURL: fixture.restURL, key: Secret("key"), intervals: .init(inSessionMs: 50, closedMs: 50)),
            clock: fixture.clock,
            sink: host
        )
        (self.fixture, self.store, self.host, self.writer) = (fixture, store, host, writer)
        try gateway.start()
        try waitUntil("everything the columns are made of") {
            ["rvol > 0", "sma20 > 0", "sector = technology", "float > 0", "gap% > -100"].allSatisfy { filter in
                let query = ScanQuery(filter: filter, columns: [], rows: 0..<1)
                return ((try? ask(query))?.result.matchCount ?? 0) > 0
            }
        }
    }

    deinit { stop() }

    func stop() {
        gateway.stop()
        client.close()
        feed.stop()
        host.stop()
        _ = thread?.join(milliseconds: 5000)
        _ = writer.flush(milliseconds: 5000)
    }

    /// What the engine itself answers.
    func ask(_ query: ScanQuery) throws -> ScanAnswer {
        let box = AnswerBox()
        host.ask(query) { box.take($0) }
        try waitUntil("the engine's answer") { box.isThere }
        return try #require(box.answer)
    }

    /// Status and body of what the socket answers.
    func send(_ route: String, json: String? = nil) throws -> (status: Int, body: [UInt8]) {
        var request = HTTPRequest(url: "http://localhost" + route)
        request.unixSocketPath = socket
        request.json = json
        request.acceptsCompression = false
        request.limits = HTTPRequest.Limits(slowBytesPerSecond: 0, maxBodyBytes: 64 << 20)
        let response = try client.perform(request)
        return (response.status, response.body.prefix(response.body.count))
    }

    /// What the socket answers to a query.
    func askSocket(_ query: ScanQuery) throws -> GatewayAnswer {
        let answer = try send("/v1/scan", json: GatewayScanRequest(query).json)
        #expect(answer.status == 200, "\(String(decoding: answer.body.prefix(300), as: UTF8.self))")
        return try GatewayAnswer(body: answer.body)
    }

    /// Both answers, taken while nothing changed between them.
    func askBoth(_ query: ScanQuery) throws -> (engine: ScanResult, socket: GatewayAnswer) {
        for _ in 0..<50 {
            let before = try ask(query).result
            let answer = try askSocket(query)
            if Self.isSame(before, try ask(query).result) { return (before, answer) }
        }
        throw Missed(what: "an engine at rest")
    }

    private static func isSame(_ one: ScanResult, _ other: ScanResult) -> Bool {
        one.symbols == other.symbols && one.matchCount == other.matchCount && one.ledger == other.ledger
            && one.values.map { $0.map(\.bitPattern) } == other.values.map { $0.map(\.bitPattern) }
    }

    /// The members of a list by rank.
    func members(_ list: String) throws -> [Symbol] {
        try ask(ScanQuery(list: list, sort: [], columns: [], rows: 0..<1000)).result.symbols
    }

    /// Waits until everything told so far is in the file.
    func flush() { #expect(writer.flush(milliseconds: 10_000)) }

    /// Moves market time on, and waits until the engine has taken a snapshot of then and worked its lists out.
    func advance(to time: Instant) throws {
        fixture.clock.set(time)
        try waitUntil("a snapshot of \(time)") {
            guard let status = host.latest()?.status, let data = status.snapshotDataTime else { return false }
            return status.now >= time && time.nanoseconds(since: data) < 5_000_000_000
        }
        // Two more snapshots of the same moment: whatever the first has brought is settled.
        let polls = host.latest()?.status.feed.succeededPolls ?? 0
        try waitUntil("two more snapshots") { (host.latest()?.status.feed.succeededPolls ?? 0) >= polls + 2 }
    }
}

/// An answer that comes on another thread.
private final class AnswerBox: Sendable {
    private let state = Mutex<(isThere: Bool, answer: ScanAnswer?)>((false, nil))

    var isThere: Bool { state.withLock { $0.isThere } }
    var answer: ScanAnswer? { state.withLock { $0.answer } }

    func take(_ answer: ScanAnswer?) { state.withLock { $0 = (true, answer) } }
}
