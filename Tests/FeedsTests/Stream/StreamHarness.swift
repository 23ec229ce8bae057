import EngineAPI
import Feeds
import MarketData
import MarketTime
import Network
import Synchronization

/// Remembers what a stream delivers, in order.
///
/// `state` is guarded by its mutex.
final class RecordingStreamSink: StreamSink, Sendable {
    struct State: Sendable {
        var batches: [StreamBatch] = []
        var statuses: [StreamStatus] = []
        /// How many batches had been delivered at each report.
        var delivered: [Int] = []
    }

    private let state = Mutex(State())
    private let changed = Signal()

    var batches: [StreamBatch] { state.withLock { $0.batches } }
    var statuses: [StreamStatus] { state.withLock { $0.statuses } }
    var delivered: [Int] { state.withLock { $0.delivered } }
    var last: StreamStatus? { state.withLock { $0.statuses.last } }

    func deliver(_ batch: StreamBatch) {
        state.withLock { $0.batches.append(batch) }
        changed.raise()
    }

    func report(_ status: StreamStatus) {
        state.withLock { state in
            state.statuses.append(status)
            state.delivered.append(state.batches.count)
        }
        changed.raise()
    }

    /// Waits until what has been recorded satisfies `condition`; false when it does not within `milliseconds`.
    func waits(milliseconds: Int = 20_000, for condition: (RecordingStreamSink) -> Bool) -> Bool {
        let deadline = MonotonicTime.now().adding(milliseconds: Int64(milliseconds))
        while !condition(self) {
            let left = deadline.nanoseconds(since: MonotonicTime.now()) / 1_000_000
            guard left > 0 else { return false }
            _ = changed.take(milliseconds: Int(left))
        }
        return true
    }
}

/// A connection that does what a test tells it.
final class ScriptedTransport: StreamTransport {
    /// Counts the connections that exist.
    final class Census {
        var alive = 0
        var made = 0
    }

    var phase = StreamTransportPhase.connecting
    var lastFrameAt: Instant?
    var payloadBytes = 0
    var takesMessages = true
    var sent: [String] = []
    var pings = 0
    var closeCodes: [UInt16] = []
    var drops = 0
    /// What the next look brings, each text a message; empty for a ping.
    var incoming: [(text: String, isText: Bool)] = []
    /// How it ends after that.
    var end: StreamEnd?
    private let census: Census
    private let wait: (Int) -> Void
    private let now: () -> Instant

    init(_ census: Census, now: @escaping () -> Instant, wait: @escaping (Int) -> Void) {
        self.census = census
        self.now = now
        self.wait = wait
        census.alive += 1
        census.made += 1
    }

    deinit { census.alive -= 1 }

    func say(_ texts: String...) {
        if phase == .connecting { phase = .open }
        incoming += texts.map { ($0, true) }
    }

    func sayBinary(_ text: String) { incoming.append((text, false)) }

    func step(waitMs: Int, onMessage: (UnsafeBufferPointer<UInt8>, Bool) -> Void) {
        if incoming.isEmpty, end == nil { wait(waitMs) }
        let messages = incoming
        incoming = []
        for (text, isText) in messages {
            lastFrameAt = now()
            guard !text.isEmpty else { continue }
            payloadBytes += text.utf8.count
            Array(text.utf8).withUnsafeBufferPointer { onMessage($0, isText) }
        }
        if let end { phase = .ended(end) }
    }

    func send(_ text: String) -> Bool {
        guard phase == .open, takesMessages else { return false }
        sent.append(text)
        return true
    }

    func ping() -> Bool {
        pings += 1
        return true
    }

    func close(code: UInt16) {
        closeCodes.append(code)
        phase = .closing
    }

    func drop() { drops += 1 }
}

/// A stream's loop on manual time: to wait is to let the time pass.
final class StreamHarness {
    static let openMarket = StreamCoreScript.openMarket

    let wall = ManualClock(openMarket)
    let monotonic = ManualClock(Instant(seconds: 500))
    let sink = RecordingStreamSink()
    let inbox = StreamInbox()
    let census = ScriptedTransport.Census()
    /// The connection in use, or the last one.
    weak var transport: ScriptedTransport?
    var steps = 0
    private var end = Instant.epoch
    private var loop: PolygonStreamLoop?

    init(_ change: (inout StreamCore.Settings) -> Void = { _ in }) {
        var settings = StreamCore.Settings()
        settings.host = "socket.test"
        settings.key = StreamCoreScript.key
        settings.keyHint = "THE_KEY"
        change(&settings)
        loop = PolygonStreamLoop(
            settings,
            jitterSeed: 1,
            clock: wall,
            monotonic: monotonic.now,
            sink: sink,
            inbox: inbox,
            connect: { [unowned self] in
                let made = ScriptedTransport(census, now: monotonic.now) { [unowned self] in pass($0) }
                transport = made
                return made
            },
            decode: Self.decode,
            idle: { [unowned self] in pass($0) }
        )
    }

    var state: StreamState? { sink.last?.state }

    /// `status|message`, `trades N NANOSECONDS`, or nothing that is known.
    private static func decode(
        _ frame: UnsafeBufferPointer<UInt8>,
        _ batch: inout StreamBatch,
        _ words: inout [StreamEvent]
    ) {
        let text = String(decoding: frame, as: UTF8.self)
        let parts = text.split(separator: "|", maxSplits: 1).map(String.init)
        if parts.count == 2 {
            words.append(.notice(status: parts[0], message: parts[1]))
            return
        }
        let numbers = text.split(separator: " ").compactMap { Int64($0) }
        guard numbers.count == 2, let symbol = Symbol("AAA") else {
            batch.rejections.badFrames += 1
            return
        }
        batch.symbols = [symbol]
        for _ in 0..<numbers[0] {
            batch.trades.symbol.append(0)
            batch.trades.time.append(numbers[1])
        }
    }

    /// One round without letting time pass; false when the stream has ended.
    @discardableResult
    func look() -> Bool {
        end = monotonic.now()
        steps += 1
        return loop?.step() ?? false
    }

    /// Rounds until so much time has passed; false when the stream has ended.
    @discardableResult
    func run(milliseconds: Int64) -> Bool {
        let until = monotonic.now().adding(milliseconds: milliseconds)
        var rounds = 0
        while monotonic.now() < until, rounds < 100_000 {
            end = until
            steps += 1
            rounds += 1
            guard loop?.step() == true else { return false }
        }
        return rounds < 100_000
    }

    /// Connects and logs in.
    func logIn() {
        if transport == nil || transport?.phase != .connecting { look() }
        transport?.say("connected|Connected Successfully")
        look()
        transport?.say("auth_success|authenticated")
        look()
    }

    private func pass(_ milliseconds: Int) {
        let left = max(0, end.nanoseconds(since: monotonic.now()) / 1_000_000)
        let passed = min(Int64(milliseconds), left)
        monotonic.advance(milliseconds: passed)
        wall.advance(milliseconds: passed)
    }
}
