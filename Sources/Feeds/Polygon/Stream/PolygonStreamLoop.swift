package import EngineAPI
package import MarketData
package import MarketTime
import Network

/// The stream's work between two waits: reads, decodes, delivers, decides, sends, reports.
///
/// Confined to the thread that calls `step`. The market's clock, a clock that never jumps, the connection and the decoder
/// are injected, so that tests drive it without a thread or a socket.
package final class PolygonStreamLoop {
    /// Begins a connection.
    package typealias Connect = () -> any StreamTransport
    /// Decodes a text message: events go into the batch, words on the connection into the list.
    package typealias Decode = (UnsafeBufferPointer<UInt8>, inout StreamBatch, inout [StreamEvent]) -> Void

    /// A batch with this many events is handed over, however much more there is to read.
    package static let batchEventsMax = 20_000
    /// Shortest time between two reports of the same state, ms.
    package static let reportMs: Int64 = 250
    /// Longest wait: rates fall while nothing comes.
    private static let waitMaxMs: Int64 = 1000

    private let clock: any WallClock
    private let monotonic: () -> Instant
    private let sink: any StreamSink
    private let inbox: StreamInbox
    private let connect: Connect
    private let decode: Decode
    private let idle: (Int) -> Void

    private var core: StreamCore
    private var generator: SeededGenerator
    private var transport: (any StreamTransport)?
    private var hasOpened = false
    private var seenFrameAt: Instant?
    private var seenBytes = 0
    /// What the present step has brought.
    private var events: [StreamEvent] = []
    private var batch = StreamBatch()
    private var hasBatch = false

    private var status: StreamStatus
    private var rate = RecentRate()
    private var arrival = RecentDurations()
    private var reported: StreamStatus?
    private var reportedAt = Instant.epoch
    private var isDirty = true
    private var stopAt: Instant?

    /// A loop that has not connected yet.
    ///
    /// `idle` waits for mail or at most so many milliseconds while there is no connection.
    package init(
        _ settings: StreamCore.Settings,
        jitterSeed: UInt64,
        clock: any WallClock,
        monotonic: @escaping () -> Instant,
        sink: any StreamSink,
        inbox: StreamInbox,
        connect: @escaping Connect,
        decode: @escaping Decode,
        idle: @escaping (Int) -> Void
    ) {
        self.clock = clock
        self.monotonic = monotonic
        self.sink = sink
        self.inbox = inbox
        self.connect = connect
        self.decode = decode
        self.idle = idle
        core = StreamCore(settings)
        generator = SeededGenerator(seed: jitterSeed)
        status = StreamStatus(state: .connecting, host: settings.host)
    }

    /// Waits for the next thing to do and does it; false when the stream has ended.
    package func step() -> Bool {
        read(waitMs: waitMs)
        let mail = inbox.take()
        if let grace = mail.stopGraceMs { return windUp(graceMs: grace) }
        if let demand = mail.demand { events.append(.want(demand)) }
        if mail.hasRetry { events.append(.retry(key: mail.key)) }
        // Before the state: a status must not say more than the events that have been delivered.
        deliver()
        let now = monotonic()
        var isChanged = false
        var rounds = 0
        repeat {
            let news = events
            events.removeAll(keepingCapacity: true)
            let actions = core.step(news, now: now, wallNow: clock.now(), using: &generator)
            for action in actions { perform(action, isChanged: &isChanged) }
            rounds += 1
        } while !events.isEmpty && rounds < 4
        report(now: now, isDue: isChanged)
        return true
    }

    // MARK: Reading

    private var waitMs: Int {
        let now = monotonic()
        guard stopAt == nil else { return 20 }
        var left = Self.waitMaxMs * 1_000_000
        if let deadline = core.nextDeadline { left = min(left, deadline.nanoseconds(since: now)) }
        if isDirty {
            left = min(left, reportedAt.adding(milliseconds: Self.reportMs).nanoseconds(since: now))
        }
        // Rounded up: waking up a little early would mean to ask again at once.
        return Int((max(0, left) + 999_999) / 1_000_000)
    }

    /// Waits for the connection or for mail, and takes what has come.
    private func read(waitMs: Int) {
        guard let transport else {
            idle(waitMs)
            return
        }
        var words: [StreamEvent] = []
        transport.step(waitMs: waitMs) { frame, isText in take(frame, isText, &words) }
        let phase = transport.phase
        // A server may say its last word and end the connection between two looks.
        if !hasOpened, phase == .open || phase == .closing || !words.isEmpty {
            hasOpened = true
            events.append(.opened)
        }
        if transport.lastFrameAt != seenFrameAt {
            seenFrameAt = transport.lastFrameAt
            status.lastFrameAt = clock.now()
            isDirty = true
            events.append(.frame)
        }
        status.bytes += transport.payloadBytes - seenBytes
        seenBytes = transport.payloadBytes
        events += words
        if case .ended(let end) = phase {
            self.transport = nil
            events.append(.ended(end))
        }
    }

    private func take(_ frame: UnsafeBufferPointer<UInt8>, _ isText: Bool, _ words: inout [StreamEvent]) {
        if !hasBatch {
            hasBatch = true
            batch.receivedAt = clock.now()
            batch.receivedMonotonicNs = monotonic().nanoseconds
        }
        guard isText else {
            batch.rejections.badFrames += 1
            return
        }
        decode(frame, &batch, &words)
        if batch.eventCount >= Self.batchEventsMax { deliver() }
    }

    /// Hands over what has been read.
    private func deliver() {
        guard hasBatch else { return }
        let now = monotonic()
        let count = batch.eventCount
        rate.add(count, now: now)
        arrival.add(from: batch.trades.time, to: batch.receivedAt, now: now)
        arrival.add(from: batch.quotes.time, to: batch.receivedAt, now: now)
        status.events += count
        status.rejections += batch.rejections
        let full = batch
        batch = StreamBatch()
        hasBatch = false
        if count > 0 { sink.deliver(full) }
    }

    // MARK: Doing

    private func perform(_ action: StreamAction, isChanged: inout Bool) {
        switch action {
        case .connect:
            transport = connect()
            hasOpened = false
            seenFrameAt = nil
            seenBytes = 0
        case .send(let text):
            guard let transport, !transport.send(text), transport.phase == .open else { return }
            transport.drop()
            self.transport = nil
            let words = "\(status.host) takes nothing more of what is sent to it."
            events.append(.ended(StreamEnd(sentence: words)))
        case .ping: _ = transport?.ping()
        case .close(let code): transport?.close(code: code)
        case .drop:
            transport?.drop()
            transport = nil
        case .report: isChanged = true
        }
    }

    /// Ends the connection, orderly if it is open and time allows: a slot of the account is free at once then.
    private func windUp(graceMs: Int) -> Bool {
        events.removeAll()
        batch = StreamBatch()
        hasBatch = false
        let now = monotonic()
        guard let transport else { return false }
        guard let stopAt else {
            guard transport.phase == .open, graceMs > 0 else {
                transport.drop()
                self.transport = nil
                return false
            }
            transport.close(code: 1000)
            stopAt = now.adding(milliseconds: Int64(graceMs))
            return true
        }
        guard stopAt <= now else { return true }
        transport.drop()
        self.transport = nil
        return false
    }

    // MARK: Reporting

    private func report(now: Instant, isDue: Bool) {
        guard isDue || reportedAt.adding(milliseconds: Self.reportMs) <= now || reported == nil else {
            isDirty = true
            return
        }
        let subscriptions = core.subscriptions
        status.state = core.state
        status.epoch = core.epoch
        status.liveSince = core.liveSince
        status.eventsPerSecond = rate.perSecond(now: now)
        status.wantedPairs = subscriptions.wantedCount
        status.heldPairs = subscriptions.heldCount
        status.omittedPairs = subscriptions.omitted
        status.deniedTopics = subscriptions.deniedTopics
        status.arrival = arrival.recent(now: now)
        isDirty = false
        reportedAt = now
        guard status != reported else { return }
        reported = status
        sink.report(status)
    }
}
