import EngineAPI
import Feeds
import MarketData
import MarketTime
import Network
import Synchronization
import Testing

/// Remembers the ends of inquiries in their order.
///
/// `state` is guarded by its mutex.
final class RecordedReplies: Sendable {
    private let state = Mutex<[(inquiry: HistoryInquiry, reply: HistoryReply)]>([])

    var all: [(inquiry: HistoryInquiry, reply: HistoryReply)] { state.withLock { $0 } }
    var count: Int { state.withLock { $0.count } }

    /// Something to end an inquiry with.
    func completion(of inquiry: HistoryInquiry) -> @Sendable (HistoryReply) -> Void {
        { reply in self.state.withLock { $0.append((inquiry, reply)) } }
    }
}

/// A history loop on manual time whose requests are answered from a table, or kept until the test answers them.
final class HistoryHarness {
    /// What a request is answered with; nil keeps it under way.
    typealias Answers = (HTTPRequest) -> HTTPClient.Outcome?

    /// 10:30:15 ET on Tuesday 2026-10-06.
    static let now = FeedHarness.openMarket
    static let base = "http://vendor.test:81"

    let wall: ManualClock
    let monotonic = ManualClock(Instant(seconds: 500))
    let inbox: HistoryInbox
    let replies = RecordedReplies()
    var requests: [HTTPRequest] = []
    var held: [(request: HTTPRequest, completion: @Sendable (HTTPClient.Outcome) -> Void)] = []
    var answers: Answers
    private var loop: PolygonHistoryLoop?

    init(
        _ configuration: PolygonHistorySource.Configuration = .init(restURL: base),
        wall: Instant = now,
        answers: @escaping Answers = { _ in nil }
    ) {
        self.wall = ManualClock(wall)
        self.answers = answers
        inbox = HistoryInbox(waitingMax: configuration.waitingMax)
        loop = PolygonHistoryLoop(
            configuration,
            clock: self.wall,
            monotonic: monotonic.now,
            inbox: inbox,
            send: { [unowned self] request, completion in
                requests.append(request)
                if let outcome = self.answers(request) {
                    completion(outcome)
                } else {
                    held.append((request, completion))
                }
            }
        )
    }

    /// A harness that answers every request with a 200 and the body for its path and query; without one the request is
    /// answered 500.
    convenience init(
        _ configuration: PolygonHistorySource.Configuration = .init(restURL: base),
        pages: [String: String]
    ) {
        self.init(configuration) { request in
            guard let body = pages[request.url] else { return Self.answer(500, "") }
            return Self.answer(200, body)
        }
    }

    static func answer(
        _ status: Int,
        _ body: String,
        retryAfter: String? = nil,
        date: Instant? = nil
    ) -> HTTPClient.Outcome {
        .success(HTTPResponse(status: status, retryAfter: retryAfter, serverDate: date, body: ResponseBody(body)))
    }

    var urls: [String] { requests.map(\.url) }

    func ask(_ inquiry: HistoryInquiry) throws {
        try inbox.post(HistoryAsk(inquiry: inquiry, completion: replies.completion(of: inquiry)))
    }

    /// Steps at the present moment until nothing is left to do; returns the last wait, nil when the loop has ended.
    @discardableResult
    func settle() -> Int? {
        var wait = loop?.step()
        // Answers given while a step sends are taken by the next one.
        for _ in 0..<200 where wait != nil { wait = loop?.step() }
        return wait
    }

    /// Asks, and gives the end of it; nil when it has not ended.
    func end(of inquiry: HistoryInquiry) throws -> HistoryReply? {
        try ask(inquiry)
        settle()
        return replies.all.last { $0.inquiry == inquiry }?.reply
    }

    /// The port's answer; `failed` and so on when there is none.
    func answer(to fetch: HistoryFetch) throws -> HistoryAnswer? {
        switch try end(of: .fetch(fetch)) {
        case .success(.history(let answer)): answer
        case .failure(let failure): failure.answer
        case .success, nil: nil
        }
    }

    /// Answers the oldest held request.
    func release(_ outcome: HTTPClient.Outcome) {
        guard !held.isEmpty else { return }
        held.removeFirst().completion(outcome)
        settle()
    }
}

/// Writes aggregates as the vendor shapes them.
enum BarJSON {
    static func bar(_ startMs: Int64, volume: String = "100", vwap: String = "10.5", trades: String = "7") -> String {
        "{\"v\":\(volume),\"vw\":\(vwap),\"o\":10,\"c\":10.5,\"h\":11,\"l\":9.5,\"t\":\(startMs),\"n\":\(trades)}"
    }

    /// An answer; without bars also without `results`.
    static func page(_ bars: [String], next: String? = nil) -> String {
        let results = bars.isEmpty ? "" : ",\"results\":[\(bars.joined(separator: ","))]"
        let link = next.map { ",\"next_url\":\"\($0)\"" } ?? ""
        return """
            {"ticker":"X","queryCount":\(bars.count * 5),"resultsCount":\(bars.count),"adjusted":false\(results),\
            "status":"OK","request_id":"r"\(link)}
            """
    }

    static func daily(_ symbol: String, endMs: Int64, volume: String = "5000") -> String {
        "{\"T\":\"\(symbol)\",\"v\":\(volume),\"vw\":10.2,\"o\":10,\"c\":10.5,\"h\":11,\"l\":9.5,\"t\":\(endMs),\"n\":12}"
    }

    static func split(_ symbol: String, _ date: String, from: String, to: String) -> String {
        """
        {"id":"E1","ticker":"\(symbol)","execution_date":"\(date)","split_from":\(from),"split_to":\(to)}
        """
    }
}

extension DayID {
    /// A date of a test's table.
    static func of(_ iso: String) throws -> DayID { try #require(DayID(iso: iso), "\(iso)") }

    /// The moment New York's clock shows a time on this date, ms since the epoch.
    func ms(_ hour: Int, _ minute: Int = 0) -> Int64 {
        NewYork.instant(self, secondOfDay: hour * 3600 + minute * 60).milliseconds
    }
}

extension Symbol {
    /// A symbol of a test's table.
    static func of(_ text: String) throws -> Symbol { try #require(Symbol(text), "\(text)") }
}

extension HistoryAnswer {
    /// The sentence of a failure or refusal with what it is; empty for everything else.
    var sentence: String {
        switch self {
        case .failed(let sentence, _): "failed: \(sentence)"
        case .refused(let sentence): "refused: \(sentence)"
        case .dailyBars, .splits, .listing, .bars, .notFound: ""
        }
    }

    var retryAfterMs: Int? {
        if case .failed(_, let retryAfterMs) = self { retryAfterMs } else { nil }
    }

    var isNotFound: Bool {
        if case .notFound = self { true } else { false }
    }

    var dailyBars: [DailyBar]? {
        if case .dailyBars(let bars) = self { bars } else { nil }
    }

    var splits: [StockSplit]? {
        if case .splits(let splits) = self { splits } else { nil }
    }

    var bars: (rows: SlotHistory, rejected: BarRejections)? {
        if case .bars(let rows, let rejected) = self { (rows, rejected) } else { nil }
    }
}
