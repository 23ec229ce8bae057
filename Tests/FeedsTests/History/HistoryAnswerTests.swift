import EngineAPI
import Feeds
import MarketData
import MarketTime
import Network
import Testing

/// What an answer that is no data means, and what the trader reads.
@Suite struct HistoryAnswerTests {
    private static let key = "s3cr3t-key"
    private static let entitled = "{\"status\":\"NOT_AUTHORIZED\",\"message\":\"You are not entitled to this data.\"}"
    private static let timeframe =
        "{\"status\":\"NOT_AUTHORIZED\",\"message\":\"Your plan doesn't include this data timeframe.\"}"
    private static let endOfDay =
        "{\"status\":\"NOT_AUTHORIZED\",\"message\":\"Attempted to request today's data before end of day.\"}"

    private static func bars(through: String = "2026-10-05") throws -> HistoryFetch {
        .bars(try .of("AAPL"), from: try .of("2026-09-08"), through: try .of(through))
    }

    private func answer(
        _ outcome: HTTPClient.Outcome,
        to fetch: HistoryFetch,
        key: String = key
    ) throws -> HistoryAnswer {
        let configuration = PolygonHistorySource.Configuration(
            restURL: HistoryHarness.base,
            key: Secret(key),
            keyHint: "THE_KEY or /etc/key"
        )
        let harness = HistoryHarness(configuration) { _ in outcome }
        let answer = try #require(try harness.answer(to: fetch))
        #expect(harness.replies.count == 1)
        #expect(key.isEmpty || !answer.sentence.contains(key))
        return answer
    }

    @Test(arguments: [
        (
            401, "{\"error\":\"Unknown API Key s3cr3t-key\"}",
            "The API key is refused (vendor.test:81, 401: Unknown API Key ***)"
        ),
        (401, "<html>", "(vendor.test:81, 401)"), (403, entitled, "does not include the bars of AAPL"),
        (403, timeframe, "Ask for fewer days"), (402, "Restricted", "upgrade the plan"),
        (403, "", "(vendor.test:81, 403)"),
    ])
    func aRefusalIsForGoodAndSaysWhatToDo(status: Int, body: String, words: String) throws {
        let sentence = try answer(HistoryHarness.answer(status, body), to: Self.bars()).sentence
        #expect(sentence.hasPrefix("refused: ") && sentence.contains(words), "\(sentence)")
        #expect(sentence.contains("THE_KEY or /etc/key"))
    }

    @Test func withoutAKeyAKeyIsWanted() throws {
        let outcome = HistoryHarness.answer(401, "{\"error\":\"API Key was not provided\"}")
        let sentence = try answer(outcome, to: Self.bars(), key: "").sentence
        #expect(sentence.contains("An API key is wanted"), "\(sentence)")
    }

    @Test(arguments: [
        // The words alone are enough, also when the clocks of both differ by a day.
        (endOfDay, "2026-10-05", true), (endOfDay, "2026-10-06", true), (timeframe, "2026-10-06", true),
        (timeframe, "2026-10-07", true), (timeframe, "2026-10-05", false), (entitled, "2026-10-06", false),
        ("{}", "2026-10-06", false),
    ])
    func aDayThatThePlanSellsTomorrowIsAskedForLater(body: String, through: String, isLater: Bool) throws {
        let day = try DayID.of(through)
        for fetch in [try Self.bars(through: through), .dailyBars(day)] {
            let answer = try answer(HistoryHarness.answer(403, body), to: fetch)
            #expect(answer.sentence.hasPrefix(isLater ? "failed: " : "refused: "), "\(answer.sentence)")
            #expect(answer.retryAfterMs == (isLater ? 3_600_000 : nil))
        }
    }

    @Test(arguments: [
        ("{\"status\":\"NOT_FOUND\",\"message\":\"Ticker not found.\"}", true), ("{\"status\":\"NotFound\"}", true),
        (" \n{}", true), ("", true), ("404 page not found", false), ("404 page not found\n", false), ("<html>", false),
        ("Not Found", false), ("{\"status\":", false), ("[]", false),
    ])
    func aSymbolIsUnknownOnlyByTheVendorsOwnWord(body: String, isUnknown: Bool) throws {
        for fetch in [try Self.bars(), .listing(try .of("AAPL"))] {
            let answer = try answer(HistoryHarness.answer(404, body), to: fetch)
            #expect(answer.isNotFound == isUnknown, "\(answer.sentence)")
            guard !isUnknown else { continue }
            #expect(answer.sentence.hasPrefix("failed: ") && answer.sentence.contains("Check feed.rest_url"))
            #expect(answer.retryAfterMs == 60_000)
        }
    }

    @Test func aMarketsDayIsNeverUnknown() throws {
        let outcome = HistoryHarness.answer(404, "{\"status\":\"NOT_FOUND\",\"message\":\"Data not found.\"}")
        let answer = try answer(outcome, to: .dailyBars(.of("2026-10-05")))
        #expect(answer.sentence.contains("the daily bars of 2026-10-05") && answer.retryAfterMs == 60_000)
    }

    @Test(
        arguments: [
            (429, "2", 2000), (429, nil, 1000), (503, "7", 7000), (500, nil, nil), (502, nil, nil), (408, nil, nil),
            (499, nil, nil), (301, nil, 60_000), (400, nil, 60_000), (418, nil, 60_000),
        ] as [(Int, String?, Int?)]
    )
    func anythingElseMayBeTriedAgain(status: Int, retryAfter: String?, pauseMs: Int?) throws {
        let body = "<html>\u{1B}[2J s3cr3t-key</html>"
        let answer = try answer(HistoryHarness.answer(status, body, retryAfter: retryAfter), to: Self.bars())
        #expect(answer.sentence.hasPrefix("failed: ") && answer.sentence.contains("\(status)"), "\(answer.sentence)")
        #expect(answer.sentence.contains("the bars of AAPL") || status == 429)
        #expect(answer.retryAfterMs == pauseMs && !answer.sentence.contains("\u{1B}"))
    }

    @Test func aVendorThatLimitsByTheMinuteIsGivenAMinute() throws {
        let configuration = PolygonHistorySource.Configuration(restURL: HistoryHarness.base, requestsPerMinute: 5)
        let harness = HistoryHarness(configuration) { _ in HistoryHarness.answer(429, "") }
        let answer = try harness.answer(to: Self.bars())
        #expect(answer?.retryAfterMs == 60_000)
        #expect(answer?.sentence.contains("history.requests_per_minute") == true)
    }

    @Test(
        arguments: [
            (.refused(host: "http://vendor.test:81"), "failed: ", nil),
            (.timedOut(.receivingBody, url: "http://vendor.test:81/v2", afterMs: 9), "failed: ", nil),
            (.connectionLost(url: "http://vendor.test:81/v2", detail: "x"), "failed: ", nil),
            (.invalidRequest(url: "vendor/v2", reason: "it is not an http or https URL"), "refused: ", nil),
            (.closed, "failed: ", nil),
        ] as [(NetworkError, String, Int?)]
    )
    func aNetworkErrorSaysWhatWasAskedAndWhatHappened(error: NetworkError, kind: String, pauseMs: Int?) throws {
        let answer = try answer(.failure(error), to: Self.bars())
        #expect(answer.sentence.hasPrefix(kind) && answer.sentence.contains(error.sentence), "\(answer.sentence)")
        #expect(answer.sentence.contains("the bars of AAPL from 2026-09-08 to 2026-10-05"))
        #expect(answer.retryAfterMs == pauseMs)
    }

    @Test func anAnswerWithoutEndIsAskedForSlowly() throws {
        let error = NetworkError.tooLarge(limitBytes: 16 << 20, url: "http://vendor.test:81/v2")
        let answer = try answer(.failure(error), to: Self.bars())
        #expect(answer.sentence.contains("larger than 16 MiB") && !answer.sentence.contains("max_body_mb"))
        #expect(answer.sentence.hasPrefix("failed: ") && answer.retryAfterMs == 60_000)
    }

    @Test(arguments: [
        ("", "is empty"), ("<html>Sign in</html>", "web page"), ("{\"results\":[{\"t", "ends in the middle"),
        ("{\"status\" 5}", "damaged"), ("{}", "not what this endpoint"), ("[]", "not what this endpoint"),
        ("{\"status\":\"ERROR\",\"error\":\"no s3cr3t-key\"}", "says: no ***"),
    ])
    func aDamagedBodyIsAFailureWithItsPlace(body: String, words: String) throws {
        let fetches: [HistoryFetch] = [
            try Self.bars(), .dailyBars(try .of("2026-10-05")), .listing(try .of("AAPL")),
            .splits(from: try .of("2026-09-08"), through: try .of("2026-10-05")),
        ]
        for fetch in fetches {
            let sentence = try answer(HistoryHarness.answer(200, body), to: fetch).sentence
            #expect(sentence.hasPrefix("failed: ") && sentence.contains(words), "\(sentence)")
            #expect(sentence.contains("vendor.test:81"))
        }
    }

    // MARK: The two lists of splits

    private func splits() throws -> HistoryFetch {
        .splits(from: try .of("2026-09-08"), through: try .of("2026-10-05"))
    }

    @Test(arguments: [(404, "404 page not found"), (404, "{\"status\":\"NOT_FOUND\"}"), (403, entitled)])
    func splitsAreLookedForWhereTheVendorMovesThem(status: Int, body: String) throws {
        var asked: [String] = []
        let harness = HistoryHarness { request in
            asked.append(request.url.contains("/stocks/v1/") ? "v1" : "v3")
            guard asked.last == "v1" else { return HistoryHarness.answer(status, body) }
            let split = BarJSON.split("A", "2026-10-01", from: "1", to: "2")
            return HistoryHarness.answer(200, "{\"status\":\"OK\",\"results\":[\(split)]}")
        }
        #expect(try harness.answer(to: splits())?.splits?.map(\.symbol.text) == ["A"])
        #expect(asked == ["v3", "v1"])
        let url = try #require(harness.urls.last)
        #expect(url.hasSuffix("?execution_date.gte=2026-09-08&execution_date.lte=2026-10-05&limit=5000"))
        // What worked is asked first from then on.
        _ = try harness.answer(to: splits())
        #expect(asked == ["v3", "v1", "v1"])
    }

    @Test(arguments: [
        (403, "refused: ", "does not include the splits"), (404, "failed: ", "does not know the address"),
        (401, "refused: ", "API key"), (500, "failed: ", "has a failure"),
    ])
    func splitsThatAreNowhereEndWithTheLastWord(status: Int, kind: String, words: String) throws {
        let harness = HistoryHarness { request in
            HistoryHarness.answer(request.url.contains("/stocks/v1/") ? status : 404, "")
        }
        let sentence = try harness.answer(to: splits())?.sentence ?? ""
        #expect(sentence.hasPrefix(kind) && sentence.contains(words), "\(sentence)")
        #expect(harness.requests.count == 2 && harness.replies.count == 1)
    }
}
