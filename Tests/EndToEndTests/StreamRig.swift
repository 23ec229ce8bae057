import Engine
import EngineAPI
import Feeds
import Foundation
import MarketData
import MarketServer
import MarketTime
import Network
import Simulator
import Synchronization
import Testing

/// A market's clock that a test lets run at any speed, and stops.
final class PacedClock: WallClock {
    private struct Pace: Sendable {
        var base: Instant
        var origin = MonotonicTime.now()
        var speed = 0.0

        var now: Instant {
            let elapsed = Double(MonotonicTime.now().nanoseconds(since: origin))
            return base.adding(nanoseconds: Int64(elapsed * speed))
        }
    }

    private let pace: Mutex<Pace>

    /// A clock that stands.
    init(_ start: Instant) { pace = Mutex(Pace(base: start)) }

    func now() -> Instant { pace.withLock { $0.now } }

    /// Goes on from here, so many market seconds a real second.
    func run(speed: Double) { pace.withLock { $0 = Pace(base: $0.now, speed: speed) } }

    /// Stands from now on, at a moment of the market that no event of a whole second straddles.
    @discardableResult
    func stop() -> Instant {
        pace.withLock { pace in
            pace = Pace(base: Instant(seconds: pace.now.seconds + 1))
            return pace.base
        }
    }

    /// Stands at a moment.
    func set(_ instant: Instant) { pace.withLock { $0 = Pace(base: instant) } }
}

/// Passes on what a stream delivers and keeps count of it.
final class StreamTap: StreamSink {
    struct TradeKey: Hashable, Sendable {
        var symbol: Symbol
        var identity: UInt64
    }

    struct Seen: Sendable {
        /// States in their order, each once.
        var states: [StreamState] = []
        var status = StreamStatus()
        /// Events handed on.
        var events = 0
        /// Shares of trades by ticker: of all copies, and of each trade once.
        var shares: [Symbol: Double] = [:]
        var distinctShares: [Symbol: Double] = [:]
        var trades: Set<TradeKey> = []
        /// Everything handed on with its market time, where it is recorded.
        var inputs: [(now: Instant, input: EngineInput)] = []

        /// Sentences of all states that have one.
        var sentences: [String] {
            states.compactMap { state in
                switch state {
                case .off(let words), .degraded(let words), .refused(let words), .backingOff(let words, _): words
                case .connecting, .authenticating, .live: nil
                }
            }
        }
    }

    private let seen = Mutex(Seen())
    private let target: any StreamSink & FeedSink
    private let clock: any WallClock
    private let isRecording: Bool

    init(to target: any StreamSink & FeedSink, clock: any WallClock, isRecording: Bool) {
        self.target = target
        self.clock = clock
        self.isRecording = isRecording
    }

    var now: Seen { seen.withLock { $0 } }
    /// Without a copy of all that has been counted.
    var events: Int { seen.withLock { $0.events } }
    var state: StreamState? { seen.withLock { $0.states.last } }

    func deliver(_ batch: StreamBatch) {
        seen.withLock { seen in
            seen.events += batch.eventCount
            for trade in 0..<batch.trades.count {
                let symbol = batch.symbols[Int(batch.trades.symbol[trade])]
                let size = batch.trades.size[trade]
                seen.shares[symbol, default: 0] += size
                let key = TradeKey(symbol: symbol, identity: batch.trades.identity[trade])
                if seen.trades.insert(key).inserted { seen.distinctShares[symbol, default: 0] += size }
            }
            if isRecording { seen.inputs.append((clock.now(), .stream(batch))) }
        }
        target.deliver(batch)
    }

    func report(_ status: StreamStatus) {
        seen.withLock { seen in
            seen.status = status
            if seen.states.last != status.state { seen.states.append(status.state) }
            if isRecording { seen.inputs.append((clock.now(), .streamStatus(status))) }
        }
        target.report(status)
    }
}

extension StreamTap: FeedSink {
    func deliver(_ batch: SnapshotBatch) -> Bool {
        if isRecording { seen.withLock { $0.inputs.append((clock.now(), .snapshot(batch))) } }
        return target.deliver(batch)
    }

    func report(_ status: FeedStatus) { target.report(status) }
}

/// A store without any day.
private struct NoHistory: EngineStore {
    func loadHistory(_ request: HistoryRequest) throws -> HistoryLoad { HistoryLoad(request: request) }
    func write(_ rows: SlotRows, source: SlotSource) throws {}
}

/// Carries the engine's wishes to a stream that is made after it.
final class DemandRelay: Sendable {
    private struct Kept: Sendable {
        var demand = StreamDemand()
        var stream: PolygonStream?
    }

    private let kept = Mutex(Kept())

    var demand: StreamDemand { kept.withLock { $0.demand } }

    func want(_ demand: StreamDemand) {
        kept.withLock { kept in
            kept.demand = demand
            kept.stream?.want(demand)
        }
    }

    func attach(_ stream: PolygonStream?) {
        kept.withLock { kept in
            kept.stream = stream
            stream?.want(kept.demand)
        }
    }
}

/// What a test of the stream can choose.
struct StreamSetup: Sendable {
    var seed: UInt64 = 7
    var tickers = 40
    var start = MarketFixture.at(10, 30, 15)
    /// The server's WebSocket.
    var server = StreamOptions()
    /// How many tickers the trader watches: the busiest of the day, or with a load the first.
    var watched = 8
    /// Pause between snapshots, long enough for pictures of the stream in between; nil for none.
    var pollMs: Int? = 250
    var key = "test-key-4711"
    var isRecording = false
    /// Without a URL and key, which are the server's.
    var stream = PolygonStream.Configuration(
        livenessSeconds: 30,
        framePauseMs: 1,
        backoff: .init(firstMs: 5, capMs: 40),
        connectionLimitPauseMs: 150,
        limits: .init(closeTimeoutMs: 300, maxMessageBytes: 128_000)
    )

    init() { server.tickMs = 5 }
}

/// A simulated market's server, the stream, the snapshots and the engine: everything between the socket and the screen.
final class StreamRig {
    let market: SimulatedMarket
    let clock: PacedClock
    let server: MarketServer
    let host: EngineHost
    let tap: StreamTap
    let relay: DemandRelay
    let stream: PolygonStream
    let watchlist: [Symbol]
    private let feed: PolygonRESTFeed?
    private let thread: PlainThread?
    private let reader: MarketReader

    /// Starts everything; `front` may put something before the server's port, and its address into the configuration.
    init(
        _ setup: StreamSetup,
        front: (_ port: Int, _ stream: inout PolygonStream.Configuration) throws -> Void = { _, _ in },
        store: (any EngineStore)? = nil,
        persist: @escaping @Sendable (SlotRows) -> Void = { _ in },
        persistTicks: @escaping @Sendable (TickRows) -> Void = { _ in }
    ) throws {
        let market = SimulatedMarket(
            seed: setup.seed,
            tickerCount: setup.tickers,
            openingDay: MarketFixture.day
        )
        let clock = PacedClock(setup.start)
        let options = MarketServerOptions(keys: ["test-key-4711"], stream: setup.server)
        let server = MarketServer(market, clock: clock, options: options)
        let port = try server.start()
        var settings = StreamSettings()
        settings.shortListMax = 0
        let relay = DemandRelay()
        let host = EngineHost(
            core: EngineCore(calendar: market.calendar, stream: settings),
            clock: clock,
            store: store ?? NoHistory(),
            persist: persist,
            demand: { relay.want($0) },
            persistTicks: persistTicks,
            runInBackground: { work in _ = PlainThread(work) }
        )
        let tap = StreamTap(to: host, clock: clock, isRecording: setup.isRecording)
        let reader = MarketReader(market)
        let watchlist = Self.watchlist(setup, reader)
        host.send(.watchlist(watchlist))
        let gate = ScanGate(includesTestTickers: true)
        host.send(.query(ScanQuery(version: 1, gate: gate, columns: [.volume, .last], rows: 0..<100_000)))
        var configuration = setup.stream
        configuration.streamURL = "ws://127.0.0.1:\(port)"
        try front(port, &configuration)
        configuration.key = Secret(setup.key)
        stream = PolygonStream(configuration, clock: clock, sink: tap)
        relay.attach(stream)
        feed = setup.pollMs.map { milliseconds in
            PolygonRESTFeed(
                .init(
                    restURL: "http://127.0.0.1:\(port)",
                    key: Secret("test-key-4711"),
                    intervals: .init(inSessionMs: milliseconds, closedMs: milliseconds),
                    backoff: .init(firstMs: 20, capMs: 100)
                ),
                clock: clock,
                sink: tap
            )
        }
        thread = PlainThread { host.run() }
        (self.market, self.clock, self.server, self.reader) = (market, clock, server, reader)
        (self.host, self.tap, self.relay, self.watchlist) = (host, tap, relay, watchlist)
    }

    /// The busiest tickers of the day, or those of which a load makes events.
    private static func watchlist(_ setup: StreamSetup, _ reader: MarketReader) -> [Symbol] {
        let listings = reader.market.listings
        var chosen = Array(listings.indices)
        if setup.server.load == nil {
            let trades = chosen.map { reader.dailyBar(on: MarketFixture.day, of: $0)?.trades ?? 0 }
            chosen.sort { (trades[$1], $0) < (trades[$0], $1) }
        }
        return chosen.prefix(setup.watched).compactMap { Symbol(listings[$0].ticker) }
    }

    deinit { stop() }

    /// Ends everything; whether the stream ended in time.
    @discardableResult
    func stop() -> Bool {
        relay.attach(nil)
        let isInTime = stream.stop(deadlineMs: 5000)
        feed?.stop()
        host.stop()
        _ = thread?.join(milliseconds: 5000)
        try? server.stop()  // The test is over.
        return isInTime
    }

    /// The volumes of the engine's newest picture.
    var volumes: [Symbol: Double] {
        guard let result = host.latest()?.result else { return [:] }
        return Dictionary(zip(result.symbols, result.values[0])) { first, _ in first }
    }

    var status: EngineStatus? { host.latest()?.status }
    var flow: StreamFlow { status?.flow ?? StreamFlow() }

    /// A ticker's number in the market.
    func index(of symbol: Symbol) throws -> Int { try #require(market.index(of: symbol.text)) }

    /// The market's own volume of a ticker since 04:00 ET up to a whole second, shares.
    func volume(of symbol: Symbol, at time: Instant) throws -> Double {
        var micro: Int64 = 0
        reader.forEachBar(.minute, on: MarketFixture.day, of: try index(of: symbol), asOf: time) {
            micro += $0.volumeMicro
        }
        return Double(micro) / 1e6
    }

    /// When a ticker's trading pauses.
    func halt(of index: Int) -> Range<Instant>? { reader.halt(on: MarketFixture.day, of: index) }

    /// What the server has sent of a ticker's trades over all connections it remembers.
    func sent() throws -> [Symbol: (trades: Int, shares: Double)] {
        var sums: [Symbol: (trades: Int, shares: Double)] = [:]
        for connection in try server.streamConnections() {
            for (text, total) in try server.streamTotals(of: connection.id) ?? [:] {
                let symbol = try #require(Symbol(text))
                let known = sums[symbol] ?? (0, 0)
                sums[symbol] = (known.trades + total.trades, known.shares + Double(total.tradesMicro) / 1e6)
            }
        }
        return sums
    }

    /// What the open connection has subscribed, in order; empty without one that has logged in.
    func subscribed() throws -> [String] {
        try server.streamConnections().last { $0.isOpen && $0.isLive }?.pairs ?? []
    }

    /// What the engine wants, in the same words and order.
    var wanted: [String] { relay.demand.pairs.map(\.text).sorted() }

    /// Waits until the server holds exactly what the engine wants, and that is something.
    func waitForSubscriptions(within seconds: Double = 20) throws {
        try waitUntil("the subscriptions", within: seconds) {
            !wanted.isEmpty && (try? subscribed()) == wanted
        }
    }

    /// Waits until so many more events have come.
    func waitForEvents(_ count: Int, within seconds: Double = 20) throws {
        let before = tap.events
        try waitUntil("\(count) more events", within: seconds) { tap.events >= before + count }
    }

    /// Stops the clock at a whole second and waits until the engine's volumes are the market's own.
    func stopAndCompareVolumes(within seconds: Double = 20) throws {
        let time = clock.stop()
        let expected = try watchlist.map { try volume(of: $0, at: time) }
        func agree() -> Bool {
            let volumes = volumes
            return zip(watchlist, expected).allSatisfy { abs((volumes[$0] ?? .nan) - $1) < 1 }
        }
        do { try waitUntil("the volumes", within: seconds, agree) } catch {
            let volumes = volumes
            for (symbol, volume) in zip(watchlist, expected) {
                #expect(
                    abs((volumes[symbol] ?? .nan) - volume) < 1,
                    "\(symbol.text): \(volumes[symbol] ?? .nan), \(volume)"
                )
            }
            throw error
        }
    }
}
