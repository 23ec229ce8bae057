import Engine
import EngineAPI
import Feeds
import Glibc
import MarketData
import MarketTime
import Network
import Simulator

/// A stream from a simulator in a process of its own into an engine as the program wires it, without a screen.
final class StreamRig {
    /// Trades and quotes a second of the simulator; bars come on top.
    static let eventsPerSecond = 30_000
    /// Longest wait for anything, ms.
    private static let patienceMs = 30_000.0

    let market: ProcessBench.Market
    let clock: SimulatedClock
    let host: EngineHost
    let tee: StreamTee
    /// Those of whom the simulator makes events.
    let symbols: [Symbol]
    private let stream: PolygonStream
    private let thread: PlainThread
    private let snapshot: SnapshotBatch

    /// Starts everything; nothing is subscribed yet.
    init(_ pipeline: PipelineBench, _ program: ProcessBench, faults: [String] = []) throws {
        let load = "\(Self.eventsPerSecond):\(RecordedStream.tickers)"
        let options = ["--stream-load", load] + faults.flatMap { ["--stream-fault", $0] }
        market = try program.market(speed: 1, options)
        // The simulator's own clock started when it printed its line.
        let clock = SimulatedClock(
            start: NewYork.instant(pipeline.market.openingDay, secondOfDay: 10 * 3600 + 5 * 60),
            speed: 1,
            monotonicNanoseconds: { MonotonicTime.now().nanoseconds }
        )
        self.clock = clock
        let listed = pipeline.market.listings.prefix(RecordedStream.tickers).compactMap { Symbol($0.ticker) }
        let decoded = try PolygonDecoder().snapshot(pipeline.body)
        // Whoever comes to the market later is in no snapshot, so nobody knows the volume that its trades add to.
        let known = Set(decoded.symbols)
        symbols = listed.filter { known.contains($0) }
        snapshot = Self.quiet(decoded, but: Set(symbols))
        let store = BenchHistory(history: pipeline.history(of: snapshot))
        let host = EngineHost(
            core: EngineCore(calendar: pipeline.market.calendar, stream: RecordedStream.settings),
            clock: clock,
            store: store,
            persist: { _ in },
            monotonicNs: { MonotonicTime.now().nanoseconds },
            runInBackground: { work in if PlainThread(work) == nil { work() } }
        )
        self.host = host
        guard let thread = PlainThread({ host.run() }) else { throw BenchFailure("no thread") }
        self.thread = thread
        tee = StreamTee(host)
        let configuration = PolygonStream.Configuration(
            streamURL: market.streamURL,
            key: Secret(ProcessBench.Market.key)
        )
        stream = PolygonStream(configuration, clock: clock, sink: tee)
        deliverSnapshot()
        host.send(.query(RecordedStream.screen))
        host.send(.look(LookedAt(tape: RecordedStream.mergedTape)))
        try wait("a baseline") { if case .ready = $0.status.baseline { $0.status.tradedCount > 0 } else { false } }
    }

    func stop() {
        stream.stop()
        host.stop()
        _ = thread.join(milliseconds: 5000)
        market.stop()
    }

    /// Subscribes and waits until all of it has been asked for.
    func subscribe(_ pairs: [StreamPair]) throws {
        stream.want(StreamDemand(pairs: pairs))
        try wait("subscriptions") { $0.status.stream.heldPairs >= pairs.count && $0.status.flow.applied > 0 }
    }

    /// Trades, quotes and bars of a second of everyone.
    ///
    /// Trades first, so that no bar covers any that was not sent.
    var everything: [StreamPair] {
        [.trades, .quotes, .seconds].flatMap { topic in symbols.map { StreamPair(topic, $0) } }
    }

    /// A snapshot of this moment in which the tickers streamed have hardly traded: the stream says how much they have.
    func deliverSnapshot() {
        var batch = snapshot
        let now = clock.now().nanoseconds
        batch.lastTime = Array(repeating: now - 1_000_000_000, count: batch.count)
        batch.updated = batch.lastTime
        batch.quoteTime = batch.lastTime
        batch.minuteStart = Array(repeating: now - now % 60_000_000_000, count: batch.count)
        _ = host.deliver(batch)
    }

    /// The newest picture.
    func view() throws -> EngineView {
        guard let view = host.latest() else { throw BenchFailure("no picture") }
        return view
    }

    /// Waits for a picture that says something.
    @discardableResult
    func wait(_ what: String, until isThere: (EngineView) -> Bool) throws -> EngineView {
        let deadline = Stopwatch.milliseconds(CLOCK_MONOTONIC) + Self.patienceMs
        while Stopwatch.milliseconds(CLOCK_MONOTONIC) < deadline {
            if let view = host.latest(), isThere(view) { return view }
            usleep(10_000)
        }
        let status = host.latest()?.status
        let state = status.map { "\($0.stream.state) \($0.stream.heldPairs) pairs \($0.flow.applied) events" } ?? ""
        throw BenchFailure("\(what): nothing for \(Int(Self.patienceMs)) ms; \(state)")
    }

    /// A snapshot in which nobody but a few has traded, and those one share: they are all that is in play.
    private static func quiet(_ batch: SnapshotBatch, but few: Set<Symbol>) -> SnapshotBatch {
        var batch = batch
        for index in 0..<batch.count {
            batch.accumulatedVolume[index] = few.contains(batch.symbols[index]) ? 1 : 0
            batch.minuteVolume[index] = 0
        }
        return batch
    }
}

/// A store that holds one history, whatever is asked.
struct BenchHistory: EngineStore {
    var history: HistoryLoad

    func loadHistory(_ request: HistoryRequest) throws -> HistoryLoad {
        var load = history
        load.request = request
        load.today.day = request.tradingDay
        return load
    }

    func write(_ rows: SlotRows, source: SlotSource) throws {}
}
