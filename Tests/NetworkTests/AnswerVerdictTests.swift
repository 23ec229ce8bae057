import MarketTime
import Network
import Testing

@Suite struct AnswerVerdictTests {
    private let now = Instant(seconds: 784_111_777)

    @Test(arguments: [
        (200, AnswerVerdict.success), (204, .success), (301, .retrySlowly), (302, .retrySlowly), (400, .retrySlowly),
        (401, .permanent), (402, .permanent), (403, .permanent), (404, .retrySlowly), (408, .retry(retryAfterMs: nil)),
        (425, .retry(retryAfterMs: nil)), (429, .retry(retryAfterMs: nil)), (499, .retry(retryAfterMs: nil)),
        (500, .retry(retryAfterMs: nil)), (502, .retry(retryAfterMs: nil)), (503, .retry(retryAfterMs: nil)),
        (599, .retry(retryAfterMs: nil)), (418, .retrySlowly), (101, .retrySlowly),
    ])
    func statusesAreJudged(status: Int, verdict: AnswerVerdict) {
        #expect(AnswerVerdict(status: status, retryAfter: nil, serverDate: nil, now: now) == verdict)
    }

    @Test(
        arguments: [
            ("120", 120_000), (" 5 ", 5000), ("0", 0), ("999999999999999999999999", 999_999_999_000),
            ("Sun, 06 Nov 1994 08:50:07 GMT", 30_000), ("Sun, 06 Nov 1994 08:00:00 GMT", 0),
            ("Sunday, 06-Nov-94 08:50:07 GMT", 30_000), ("Sun Nov  6 08:50:07 1994", 30_000),
            ("soon", nil), ("-5", nil), ("1.5", nil), ("", nil), ("٣", nil),
            ("Sun, 31 Feb 1994 08:50:07 GMT", nil), ("Sun, 06 Nov 1994 25:50:07 GMT", nil),
        ] as [(String, Int?)]
    )
    func retryAfterIsReadInBothForms(value: String, delayMs: Int?) {
        #expect(RetryAfter.delayMs(value, now: now, serverDate: nil) == delayMs)
        let verdict = AnswerVerdict(status: 429, retryAfter: value, serverDate: nil, now: now)
        #expect(verdict == .retry(retryAfterMs: delayMs))
    }

    @Test func aDateIsTakenRelativeToTheServersClock() {
        let date = "Sun, 06 Nov 1994 08:50:07 GMT"
        let hourOff = now.adding(seconds: 3600)
        #expect(RetryAfter.delayMs(date, now: hourOff, serverDate: now) == 30_000)
    }

    @Test(arguments: [
        (NetworkError.refused(host: "h"), AnswerVerdict.retry(retryAfterMs: nil)),
        (.couldNotResolve(host: "h"), .retry(retryAfterMs: nil)),
        (.timedOut(.connecting, url: "u", afterMs: 1), .retry(retryAfterMs: nil)),
        (.tls(host: "h", detail: "d"), .retry(retryAfterMs: nil)),
        (.tooLarge(limitBytes: 1, url: "u"), .retrySlowly),
        (.invalidRequest(url: "u", reason: "r"), .permanent),
        (.cancelled, .stop), (.closed, .stop),
    ])
    func errorsAreJudged(error: NetworkError, verdict: AnswerVerdict) {
        #expect(AnswerVerdict(error) == verdict)
    }

    @Test(arguments: [
        NetworkError.refused(host: "http://h:1"), .couldNotResolve(host: "http://h:1"),
        .unreachable(host: "http://h:1", detail: "d"), .timedOut(.tooSlow, url: "http://h:1/x", afterMs: 5),
        .tooLarge(limitBytes: 5, url: "http://h:1/x"), .tls(host: "http://h:1", detail: "d"),
        .connectionLost(url: "http://h:1/x", detail: "d"), .malformed(url: "http://h:1/x", detail: "d"),
        .invalidRequest(url: "http://h:1/x", reason: "r"), .library(code: 1, url: "http://h:1/x", detail: "d"),
    ])
    func everySentenceNamesThePlaceAndEnds(error: NetworkError) {
        #expect(error.sentence.contains("http://h:1"))
        #expect(error.sentence.hasSuffix(".") && error.sentence.count < 200)
    }
}

@Suite struct RedactedURLTests {
    @Test(arguments: [
        ("https://api.polygon.io/v2?apiKey=SECRET&x=1", "https://api.polygon.io/v2?apiKey=***&x=1"),
        ("https://h/v?x=1&APIKEY=SECRET", "https://h/v?x=1&APIKEY=***"),
        ("https://h/v?apikey=SECRET#frag", "https://h/v?apikey=***#***"),
        ("https://h/v?api%4Bey=SECRET", "https://h/v?api%4Bey=***"),
        ("https://h/v?api_key=SECRET&access_token=SECRET", "https://h/v?api_key=***&access_token=***"),
        ("https://user:SECRET@h:8080/v", "https://h:8080/v"),
        ("https://h/v?cursor=abc", "https://h/v?cursor=abc"),
        ("http://h/\u{1B}[31mred", "http://h/?[31mred"),
        ("nonsense", "nonsense"), ("", ""), ("?apiKey", "?apiKey"), ("?apiKey=SECRET=SECRET", "?apiKey=***"),
    ])
    func keysAndControlCharactersAreNeverShown(url: String, shown: String) {
        #expect(RedactedURL.describe(url) == shown)
        #expect(!HTTPRequest(url: url).description.contains("SECRET"))
    }

    @Test(arguments: [
        ("https://u:p@h:1/x?apiKey=k", "https://h:1"), ("http://h", "http://h"), ("http://h?q", "http://h"), ("x", "x"),
    ])
    func originIsSchemeHostAndPort(url: String, origin: String) {
        #expect(RedactedURL.origin(url) == origin)
    }

    @Test(arguments: [
        ("http://127.0.0.1:8080/x", true), ("http://127.9.0.1", true), ("http://localhost:1/", true),
        ("http://LOCALHOST", true), ("http://[::1]:80/", true), ("http://u:p@127.0.0.1/", true),
        ("https://api.polygon.io/", false), ("http://127.0.0.1.evil.example/", false), ("http://128.0.0.1/", false),
        ("http://localhost.example/", false), ("http://127.0.0.1@example.com/", false),
    ])
    func onlyLoopbackHostsGoRoundTheProxy(url: String, isForThisMachine: Bool) {
        #expect(HTTPRequest(url: url).isForThisMachine == isForThisMachine)
    }

    @Test func longAddressesAreCut() {
        #expect(RedactedURL.describe("http://h/" + String(repeating: "x", count: 5000)).count == RedactedURL.lengthMax)
    }
}
