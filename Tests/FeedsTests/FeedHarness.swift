import EngineAPI
import Feeds
import MarketData
import MarketTime
import Network
import Synchronization

/// A clock that stands still until it is told otherwise.
///
/// `instant` is guarded by its mutex.
final class ManualClock: WallClock, Sendable {
    private let instant: Mutex<Instant>

    init(_ start: Instant) { instant = Mutex(start) }

    func now() -> Instant { instant.withLock { $0 } }

    func advance(milliseconds: Int64) { instant.withLock { $0 = $0.adding(milliseconds: milliseconds) } }
}

/// Remembers what a feed delivers; `isBusy` plays an engine that has not taken the batch before.
///
/// `state` is guarded by its mutex.
final class RecordingSink: FeedSink, Sendable {
    struct State: Sendable {
        var batches: [SnapshotBatch] = []
        var statuses: [FeedStatus] = []
        var isBusy = false
    }

    private let state = Mutex(State())
    private let changed = Signal()

    var batches: [SnapshotBatch] { state.withLock { $0.batches } }
    var statuses: [FeedStatus] { state.withLock { $0.statuses } }
    var last: FeedStatus? { state.withLock { $0.statuses.last } }

    func becomeBusy() { state.withLock { $0.isBusy = true } }

    func deliver(_ batch: SnapshotBatch) -> Bool {
        state.withLock { state in
            state.batches.append(batch)
            return state.isBusy
        }
    }

    func report(_ status: FeedStatus) {
        state.withLock { $0.statuses.append(status) }
        changed.raise()
    }

    /// Waits until a reported status satisfies `condition`; false when none does within `milliseconds`.
    func waits(milliseconds: Int = 20_000, for condition: (FeedStatus) -> Bool) -> Bool {
        let deadline = MonotonicTime.now().adding(milliseconds: Int64(milliseconds))
        while !statuses.contains(where: condition) {
            let left = deadline.nanoseconds(since: MonotonicTime.now()) / 1_000_000
            guard left > 0 else { return false }
            _ = changed.take(milliseconds: Int(left))
        }
        return true
    }
}

/// A feed loop on manual time whose requests are answered from a table, or kept until the test answers them.
final class FeedHarness {
    /// What a request is answered with; nil keeps it under way.
    typealias Answers = (PolygonEndpoint, HTTPRequest) -> HTTPClient.Outcome?

    /// 10:30:15 ET on a Tuesday in October.
    static let openMarket = Instant(seconds: 1_791_297_015)
    static let goodBody = SnapshotJSON.body(["AAA", "BBB"].map { SnapshotJSON.ticker($0) })

    let wall: ManualClock
    let monotonic = ManualClock(Instant(seconds: 500))
    let sink = RecordingSink()
    let inbox = FeedInbox()
    var requests: [(PolygonEndpoint, HTTPRequest)] = []
    var days: [[MarketDay]] = []
    /// The tables of conditions that were passed on.
    var conditions: [[TradeCondition]] = []
    /// The vendor's times as they were passed on, and how many batches had been delivered by then.
    var times: [(time: Instant, delivered: Int)] = []
    var answers: Answers
    private var loop: PolygonFeedLoop?

    init(
        _ configuration: PolygonRESTFeed.Configuration = .init(restURL: "http://vendor.test:81/"),
        wall: Instant = openMarket,
        knownDays: @escaping () -> [MarketDay] = { [] },
        answers: @escaping Answers
    ) {
        self.wall = ManualClock(wall)
        self.answers = answers
        loop = PolygonFeedLoop(
            configuration,
            clock: self.wall,
            monotonic: monotonic.now,
            sink: sink,
            inbox: inbox,
            knownDays: knownDays,
            upcomingDays: { [unowned self] in days.append($0) },
            serverTime: { [unowned self] in times.append(($0, sink.batches.count)) },
            conditions: { [unowned self] in conditions.append($0) },
            send: { [unowned self] request, completion in
                let endpoint = PolygonEndpoint.allCases.first { request.url.contains($0.path) } ?? .snapshot
                requests.append((endpoint, request))
                if let outcome = self.answers(endpoint, request) { completion(outcome) }
            }
        )
    }

    /// An answer with a body.
    static func answer(_ status: Int, _ body: String, retryAfter: String? = nil) -> HTTPClient.Outcome {
        .success(HTTPResponse(status: status, retryAfter: retryAfter, body: ResponseBody(body)))
    }

    /// A harness whose snapshots are all answered with this; the small endpoints answer 404.
    static func snapshots(_ outcome: @escaping () -> HTTPClient.Outcome) -> FeedHarness {
        FeedHarness { endpoint, _ in endpoint == .snapshot ? outcome() : answer(404, "") }
    }

    var asked: [PolygonEndpoint] { requests.map(\.0) }
    var state: FeedState? { sink.last?.state }

    /// Steps at the present moment until nothing is left to do; returns the last wait, nil when the feed has ended.
    @discardableResult
    func settle() -> Int? {
        var wait = loop?.step()
        for _ in 0..<4 where wait != nil { wait = loop?.step() }
        return wait
    }

    /// Lets time pass in small strides, as the feed's thread would.
    func run(milliseconds: Int64, stride: Int64 = 250) {
        var left = milliseconds
        while left > 0 {
            monotonic.advance(milliseconds: stride)
            wall.advance(milliseconds: stride)
            settle()
            left -= stride
        }
    }
}
