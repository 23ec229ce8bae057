import EngineAPI
import Feeds
import MarketData
import MarketTime
import Network
import Synchronization
import Testing

/// An FMP loop on manual time whose requests are answered from a function.
final class FMPHarness {
    typealias Answers = (HTTPRequest) -> HTTPClient.Outcome?

    let monotonic = ManualClock(Instant(seconds: 500))
    let inbox: RequestInbox<FMPAsk>
    var requests: [HTTPRequest] = []
    var answers: Answers
    private let replies: Replies
    private var loop: FMPLoop?

    /// `state` is guarded by its mutex.
    private final class Replies: Sendable {
        private let state = Mutex<[(ReferenceFetch, ReferenceAnswer)]>([])
        var all: [(fetch: ReferenceFetch, answer: ReferenceAnswer)] { state.withLock { $0 } }
        func note(_ fetch: ReferenceFetch, _ answer: ReferenceAnswer) { state.withLock { $0.append((fetch, answer)) } }
    }

    init(_ configuration: FMPSource.Configuration = FMPHarness.configuration(), answers: @escaping Answers) {
        self.answers = answers
        replies = Replies()
        inbox = RequestInbox(waitingMax: configuration.waitingMax)
        let send: FMPLoop.Send = { [unowned self] request, completion in
            requests.append(request)
            if let outcome = self.answers(request) { completion(outcome) }
        }
        loop = FMPLoop(
            configuration,
            clock: ManualClock(HistoryHarness.now),
            monotonic: monotonic.now,
            inbox: inbox,
            send: send
        )
    }

    static func configuration(
        key: String = "fmp-s3cr3t",
        perMinute: Int? = nil,
        connections: Int = 4
    ) -> FMPSource.Configuration {
        .init(
            baseURL: "http://fmp.test:81/",
            key: Secret(key),
            keyHint: "FMP_API_KEY or /etc/fmp",
            callsPerMinute: perMinute,
            connections: connections
        )
    }

    var answersSoFar: [ReferenceAnswer] { replies.all.map(\.answer) }

    func ask(_ fetch: ReferenceFetch) throws {
        try inbox.post(FMPAsk(fetch: fetch) { [replies] in replies.note(fetch, $0) })
    }

    @discardableResult
    func settle() -> Int? {
        var wait = loop?.step()
        for _ in 0..<20 where wait != nil { wait = loop?.step() }
        return wait
    }

    func answer(to fetch: ReferenceFetch) throws -> ReferenceAnswer? {
        let before = replies.all.count
        try ask(fetch)
        settle()
        return replies.all.dropFirst(before).first?.answer
    }
}

extension ReferenceAnswer {
    /// What it is and its sentence.
    var words: String {
        switch self {
        case .facts(let facts, let next, let rejected): "facts: \(facts.count) \(next ?? "-") \(rejected)"
        case .notFound: "notFound"
        case .failed(let sentence, _): "failed: \(sentence)"
        case .refused(let sentence): "refused: \(sentence)"
        }
    }

    var retryAfterMs: Int? {
        if case .failed(_, let retryAfterMs) = self { retryAfterMs } else { nil }
    }

    var facts: [ReferenceFact] {
        if case .facts(let facts, _, _) = self { facts } else { [] }
    }
}

@Suite struct FMPLoopTests {
    private static let limit =
        "{\"Error Message\":\"Limit Reach . Please upgrade your plan or visit our documentation at https://x\"}"
    private static let badKey = "{\"Error Message\":\"Invalid API KEY fmp-s3cr3t. Feel free to create a Free API Key\"}"
    private static let restricted =
        "Restricted Endpoint: This endpoint is not available under your current subscription please visit"
    private static let symbolOnly =
        "Premium Query Parameter: 'Special Endpoint : This value set for 'symbol' is not available under your current "
        + "subscription please visit our page'"
    private static let exclusive =
        "{\"Error Message\":\"Exclusive Endpoint : not available under your current subscription\"}"
    private static let legacy =
        "{\"Error Message\":\"Legacy Endpoint : Due to Legacy endpoints being no longer supported - only for legacy users\"}"

    private static func fetches() throws -> [ReferenceFetch] {
        [
            .floats(page: 0), .floats(page: 3), .marketCaps([try .of("AAPL"), try .of("BRK.B")]),
            .profile(try .of("AAPL")),
        ]
    }

    @Test func theKeyIsInAHeaderAndSymbolsAreInItsForm() throws {
        let harness = FMPHarness { _ in HistoryHarness.answer(200, "[]") }
        for fetch in try Self.fetches() { _ = try harness.answer(to: fetch) }
        #expect(
            harness.requests.map(\.url) == [
                "http://fmp.test:81/stable/shares-float-all?page=0&limit=5000",
                "http://fmp.test:81/stable/shares-float-all?page=3&limit=5000",
                "http://fmp.test:81/stable/market-capitalization-batch?symbols=AAPL,BRK-B",
                "http://fmp.test:81/stable/profile?symbol=AAPL",
            ]
        )
        #expect(harness.requests.allSatisfy { $0.headers == [.init("apikey", "fmp-s3cr3t")] && $0.bearer == nil })
    }

    @Test func dataBecomesFacts() throws {
        let harness = FMPHarness { request in
            if request.url.contains("float") {
                return HistoryHarness.answer(200, "[{\"symbol\":\"BRK-B\",\"floatShares\":5},{\"symbol\":\"X.L\"}]")
            }
            if request.url.contains("capitalization") {
                let rows = "{\"symbol\":\"BRK-B\",\"marketCap\":5},{\"symbol\":\"TSLA\",\"marketCap\":6}"
                return HistoryHarness.answer(200, "[\(rows),{\"symbol\":\"AAPL\",\"marketCap\":null}]")
            }
            return HistoryHarness.answer(200, "[{\"symbol\":\"AAPL\",\"sector\":\"Technology\"}]")
        }
        let answers = try Self.fetches().map { try harness.answer(to: $0)?.words }
        // TSLA was not asked for; AAPL's is missing.
        #expect(answers == ["facts: 1 1 0", "facts: 1 4 0", "facts: 1 - 1", "facts: 1 - 0"])
    }

    @Test func anEmptyAnswerMeansWhatItShould() throws {
        let harness = FMPHarness { _ in HistoryHarness.answer(200, "[]") }
        let answers = try Self.fetches().map { try harness.answer(to: $0)?.words ?? "" }
        // A market without a single float is no market.
        #expect(answers[0].hasPrefix("failed: ") && answers[0].contains("holds no rows"))
        #expect(answers[1...] == ["facts: 0 - 0", "facts: 0 - 0", "notFound"])
    }

    @Test(arguments: [
        (401, badKey, "refused: The FMP key is refused (fmp.test:81, 401: Invalid API KEY ***."),
        (200, badKey, "refused: The FMP key is refused"), (403, badKey, "refused: The FMP key is refused"),
        (402, restricted, "does not include"), (402, exclusive, "does not include"),
        (403, exclusive, "does not include"),
        (403, legacy, "Check reference.fmp_url"), (200, restricted, "does not include"),
        (200, exclusive, "does not include"),
        (402, "", "does not include"), (403, "<html>", "(fmp.test:81, 403)"),
    ])
    func aRefusalSaysWhatToDo(status: Int, body: String, words: String) throws {
        for fetch in try Self.fetches() {
            let harness = FMPHarness { _ in HistoryHarness.answer(status, body) }
            let said = try harness.answer(to: fetch)?.words ?? ""
            #expect(said.hasPrefix("refused: ") && said.contains(words), "\(said)")
            #expect(said.contains("FMP_API_KEY or /etc/fmp") && !said.contains("s3cr3t"), "\(said)")
        }
    }

    @Test func withoutAKeyAKeyIsWanted() throws {
        let harness = FMPHarness(FMPHarness.configuration(key: "")) { _ in HistoryHarness.answer(401, Self.badKey) }
        #expect(try harness.answer(to: .floats(page: 0))?.words.contains("FMP wants a key") == true)
        #expect(harness.requests[0].headers.isEmpty)
    }

    @Test func aSymbolThatThePlanLeavesOutIsNotFound() throws {
        for status in [402, 200] {
            let harness = FMPHarness { _ in HistoryHarness.answer(status, Self.symbolOnly) }
            let answers = try Self.fetches().map { try harness.answer(to: $0)?.words ?? "" }
            #expect(answers[0].hasPrefix("refused: ") && answers[2...] == ["notFound", "notFound"])
        }
    }

    @Test(arguments: [
        (429, limit), (200, limit), (402, limit), (403, "{\"Error Message\":\"LIMIT REACH\"}"), (429, ""),
        (200, "limit reach"),
    ])
    func aLimitPausesForAMinuteThenLonger(status: Int, body: String) throws {
        var isLimited = true
        let harness = FMPHarness { _ in
            isLimited ? HistoryHarness.answer(status, body) : HistoryHarness.answer(200, "[{\"symbol\":\"A\"}]")
        }
        var pauses: [Int] = []
        for _ in 0..<12 {
            let answer = try #require(try harness.answer(to: .floats(page: 0)))
            #expect(answer.words.contains("limit is reached"), "\(answer.words)")
            pauses.append(answer.retryAfterMs ?? 0)
            harness.monotonic.advance(milliseconds: Int64(pauses.last ?? 0))
        }
        #expect(pauses.prefix(5) == [60_000, 120_000, 240_000, 480_000, 960_000])
        #expect(pauses.last == 4 * 3_600_000)
        isLimited = false
        #expect(try harness.answer(to: .floats(page: 0))?.words.hasPrefix("facts: ") == true)
        isLimited = true
        #expect(try harness.answer(to: .floats(page: 0))?.retryAfterMs == 60_000)
    }

    @Test func aLimitHoldsUpEveryQuestionOfTheSource() throws {
        let harness = FMPHarness { _ in HistoryHarness.answer(429, Self.limit, retryAfter: "90") }
        #expect(try harness.answer(to: .floats(page: 0))?.retryAfterMs == 90_000)
        #expect(try harness.answer(to: .profile(.of("AAPL"))) == nil && harness.requests.count == 1)
        harness.monotonic.advance(milliseconds: 89_000)
        harness.settle()
        #expect(harness.requests.count == 1)
        harness.monotonic.advance(milliseconds: 1000)
        harness.settle()
        #expect(harness.requests.count == 2)
    }

    @Test func fourThatMeetTheLimitTogetherMeetItOnce() throws {
        let harness = FMPHarness { _ in HistoryHarness.answer(429, Self.limit) }
        for name in ["A", "B", "C", "D"] { try harness.ask(.profile(.of(name))) }
        harness.settle()
        #expect(harness.answersSoFar.count == 4 && harness.answersSoFar.allSatisfy { ($0.retryAfterMs ?? 0) <= 60_001 })
    }

    @Test(arguments: [
        (404, "[]", "facts: 0 - 0", "notFound"), (404, "{}", "facts: 0 - 0", "notFound"),
        (404, "", "facts: 0 - 0", "notFound"),
        (404, "404 page not found", "failed: ", "failed: "), (404, "<html>", "failed: ", "failed: "),
    ])
    func aMissingPageEndsAListAndAMissingProfileIsUnknown(
        status: Int,
        body: String,
        page: String,
        profile: String
    ) throws {
        let harness = FMPHarness { _ in HistoryHarness.answer(status, body) }
        var answers: [String] = []
        for fetch in try Self.fetches() {
            answers.append(try harness.answer(to: fetch)?.words ?? "")
            harness.monotonic.advance(milliseconds: 60_000)
        }
        #expect(answers[0].hasPrefix("failed: ") && answers[0].contains("reference.fmp_url"), "\(answers[0])")
        #expect(answers[1].hasPrefix(page) && answers[3].hasPrefix(profile), "\(answers)")
        #expect(answers[2].hasPrefix("failed: "))
    }

    @Test(
        arguments: [
            (500, "", nil, nil), (502, "<html>", nil, nil), (503, "", "7", 7000), (408, "", nil, nil),
            (301, "", nil, 60_000),
            (400, "{\"Error Message\":\"no s3cr3t\"}", nil, 60_000), (200, "<html>", nil, nil), (200, "", nil, nil),
            (200, "[{\"symbol", nil, nil), (200, "{\"Error Message\":\"Oops fmp-s3cr3t\"}", nil, nil),
            (200, "oops", nil, nil),
        ] as [(Int, String, String?, Int?)]
    )
    func anythingElseMayBeTriedAgain(status: Int, body: String, retryAfter: String?, pauseMs: Int?) throws {
        for fetch in try Self.fetches() {
            let harness = FMPHarness { _ in HistoryHarness.answer(status, body, retryAfter: retryAfter) }
            let answer = try #require(try harness.answer(to: fetch))
            #expect(answer.words.hasPrefix("failed: ") && answer.retryAfterMs == pauseMs, "\(answer.words)")
            #expect(answer.words.contains("fmp.test:81") && !answer.words.contains("fmp-s3cr3t"), "\(answer.words)")
        }
    }

    @Test(
        arguments: [
            (.refused(host: "http://fmp.test:81"), "failed: ", nil),
            (.timedOut(.receivingBody, url: "http://fmp.test:81/s", afterMs: 9), "failed: ", nil),
            (.tooLarge(limitBytes: 8 << 20, url: "http://fmp.test:81/s"), "failed: ", 60_000),
            (.invalidRequest(url: "fmp/s", reason: "it is not an http or https URL"), "refused: ", nil),
        ] as [(NetworkError, String, Int?)]
    )
    func aNetworkErrorNamesTheSetting(error: NetworkError, kind: String, pauseMs: Int?) throws {
        let harness = FMPHarness { _ in .failure(error) }
        let answer = try #require(try harness.answer(to: .floats(page: 2)))
        #expect(
            answer.words.hasPrefix(kind) && answer.retryAfterMs == pauseMs
                && answer.words.contains("the floats (page 2)")
        )
        #expect(!answer.words.contains("feed."), "\(answer.words)")
    }

    @Test func aSymbolWithoutACertainFormIsNotAsked() throws {
        let harness = FMPHarness { _ in HistoryHarness.answer(200, "[]") }
        #expect(try harness.answer(to: .profile(.of("FOOr")))?.words == "notFound")
        #expect(try harness.answer(to: .marketCaps([.of("FOOr"), .of("FOO.P")]))?.words == "notFound")
        #expect(try harness.answer(to: .tickers(after: nil))?.words.hasPrefix("refused: ") == true)
        #expect(harness.requests.isEmpty)
        _ = try harness.answer(to: .marketCaps([.of("FOOr"), .of("BACpM")]))
        #expect(harness.requests.map(\.url) == ["http://fmp.test:81/stable/market-capitalization-batch?symbols=BAC-PM"])
    }

    @Test func callsKeepToTheLimitAMinute() throws {
        let harness = FMPHarness(FMPHarness.configuration(perMinute: 30)) { _ in HistoryHarness.answer(200, "[]") }
        var sent: [Int64] = []
        for index in 0..<60 { try harness.ask(.profile(.of("S\(index)"))) }
        for second in 0..<180 {
            harness.settle()
            while sent.count < harness.requests.count { sent.append(Int64(second)) }
            harness.monotonic.advance(milliseconds: 1000)
        }
        #expect(sent.count == 60)
        for (index, start) in sent.enumerated() { #expect(sent[index...].prefix { $0 <= start + 59 }.count <= 30) }
    }

    @Test func aStopAnswersEverything() throws {
        let harness = FMPHarness { _ in nil }
        for index in 0..<10 { try harness.ask(.profile(.of("S\(index)"))) }
        harness.settle()
        #expect(harness.requests.count == 4)
        harness.inbox.stop()
        #expect(harness.settle() == nil)
        #expect(harness.answersSoFar.count == 10 && harness.answersSoFar.allSatisfy { $0.words.contains("stopped") })
    }
}
