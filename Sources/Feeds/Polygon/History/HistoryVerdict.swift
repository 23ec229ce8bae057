import EngineAPI
package import MarketTime
package import Network

/// What an answer to an inquiry is worth.
package enum HistoryVerdict: Equatable, Sendable {
    /// Data, to be decoded.
    case usable
    /// The list of splits is somewhere else.
    case otherSplits
    /// The end of the inquiry; with a pause in milliseconds for all of them, if the vendor wants one.
    case failure(HistoryFailure, pauseMs: Int?)
}

/// Reads answers that are not data: what happened, where, what to do.
///
/// Refusals (401, 402, 403) end the inquiry for good with one exception: a plan that only sells days that are over answers
/// 403 for today, and tomorrow it will not. Such an inquiry has failed, and may be made again after ``todayRetryMs``.
///
/// A 404 about a symbol is believed unless it is evidently not the vendor's word on it: the bare text of an address that
/// is not routed, which also came during outages, and web pages. Believing those would mark the whole market unknown.
package struct HistoryJudge {
    /// When a day that the plan does not sell before its end is worth another try: an hour.
    package static let todayRetryMs = 3_600_000
    /// The pause after an answer that looks like a wrong address or a wrong request.
    package static let slowRetryMs = 60_000
    /// The pause after a 429 that names none, with a limit a minute and without one.
    package static let busyRetryMs = (limited: 60_000, unlimited: 1000)
    /// The longest pause a vendor is granted: an hour.
    package static let pauseMsMax = 3_600_000

    private let configuration: PolygonHistorySource.Configuration

    /// A judge of answers to requests made by this configuration.
    package init(_ configuration: PolygonHistorySource.Configuration) { self.configuration = configuration }

    /// The verdict on the outcome of one request; `now` is the market's time.
    package func verdict(
        _ outcome: HTTPClient.Outcome,
        of inquiry: HistoryInquiry,
        splits: SplitsEndpoint,
        decoder: PolygonDecoder,
        now: Instant
    ) -> HistoryVerdict {
        switch outcome {
        case .failure(let error): return verdict(error, of: inquiry)
        case .success(let response):
            switch response.status {
            case 200...299: return .usable
            case 403, 404:
                if case .fetch(.splits) = inquiry, splits == .reference { return .otherSplits }
                return verdict(response, of: inquiry, decoder: decoder, now: now)
            default: return verdict(response, of: inquiry, decoder: decoder, now: now)
            }
        }
    }

    /// A successful answer that cannot be used; `words` go on from "the answer".
    package func badBody(_ words: String, of inquiry: HistoryInquiry) -> HistoryFailure {
        let fact = "The answer of \(configuration.host) for \(inquiry.words) \(withoutKey(words))"
        return .failed(sentence: "\(fact). Asking again later.", retryAfterMs: nil)
    }

    private func verdict(_ error: NetworkError, of inquiry: HistoryInquiry) -> HistoryVerdict {
        var words = error.sentence
        // The setting for larger answers is the live feed's; no answer about history is as large as its bound.
        if case .tooLarge(let limit, let url) = error {
            words = "the one of \(url) is larger than \(limit >> 20) MiB and was dropped. Check feed.rest_url."
        }
        let sentence = "No answer for \(inquiry.words): \(withoutKey(words))"
        switch AnswerVerdict(error) {
        case .permanent: return .failure(.refused(sentence: sentence), pauseMs: nil)
        case .retrySlowly: return .failure(.failed(sentence: sentence, retryAfterMs: Self.slowRetryMs), pauseMs: nil)
        case .success, .retry, .stop: return .failure(.failed(sentence: sentence, retryAfterMs: nil), pauseMs: nil)
        }
    }

    private func verdict(
        _ response: HTTPResponse,
        of inquiry: HistoryInquiry,
        decoder: PolygonDecoder,
        now: Instant
    ) -> HistoryVerdict {
        let status = response.status
        let text = decoder.errorText(response.body).map(withoutKey)
        let code = text.map { "\(configuration.host), \(status): \($0)" } ?? "\(configuration.host), \(status)"
        switch status {
        case 401: return .failure(.refused(sentence: unauthorized(code)), pauseMs: nil)
        case 402, 403:
            guard isAboutToday(text ?? "", inquiry, now) else {
                return .failure(.refused(sentence: notInPlan(code, inquiry)), pauseMs: nil)
            }
            let sentence =
                "The plan of this API key does not include \(inquiry.words) before the day is over (\(code)). "
                + "Asking again later; a plan with current data has it at once."
            return .failure(.failed(sentence: sentence, retryAfterMs: Self.todayRetryMs), pauseMs: nil)
        case 404 where inquiry.isAboutSymbol && isWordOnSymbol(response.body, decoder):
            return .failure(.notFound, pauseMs: nil)
        default: break
        }
        switch AnswerVerdict(response, now: now) {
        case .retry(let wanted): return busy(status, code, wantedMs: wanted, inquiry)
        case .success, .permanent, .retrySlowly, .stop:
            let fact =
                status == 404
                ? "The server does not know the address of \(inquiry.words)"
                : "The server does not accept the request for \(inquiry.words)"
            let sentence = "\(fact) (\(code)). Check feed.rest_url; asking again later."
            return .failure(.failed(sentence: sentence, retryAfterMs: Self.slowRetryMs), pauseMs: nil)
        }
    }

    private func busy(_ status: Int, _ code: String, wantedMs: Int?, _ inquiry: HistoryInquiry) -> HistoryVerdict {
        let wanted = wantedMs.map { min(max($0, 0), Self.pauseMsMax) }
        guard status == 429 else {
            let sentence = "The server has a failure and did not send \(inquiry.words) (\(code)). Asking again later."
            return .failure(.failed(sentence: sentence, retryAfterMs: wanted), pauseMs: wanted)
        }
        let usual = configuration.requestsPerMinute == nil ? Self.busyRetryMs.unlimited : Self.busyRetryMs.limited
        let pause = wanted ?? usual
        let sentence =
            "The server is asked too often (\(code)). Asking again after the pause it wants; "
            + "if this goes on, lower history.requests_per_minute or end other programs with the same key."
        return .failure(.failed(sentence: sentence, retryAfterMs: pause), pauseMs: pause)
    }

    private func unauthorized(_ code: String) -> String {
        let hasKey = configuration.key.map { !$0.isEmpty } ?? false
        let fact = hasKey ? "The API key is refused (\(code))" : "An API key is wanted (\(code))"
        return "\(fact). Set \(configuration.keyHint) to a valid key and start again."
    }

    private func notInPlan(_ code: String, _ inquiry: HistoryInquiry) -> String {
        let remedy = inquiry.lastDay == nil ? "Upgrade the plan" : "Ask for fewer days, upgrade the plan"
        return "The plan of this API key does not include \(inquiry.words) (\(code)). "
            + "\(remedy), or set \(configuration.keyHint) to another key and start again."
    }

    /// Whether a refusal only holds until the day is over: by its words, or, where they speak of a time frame, because the
    /// inquiry reaches to today by the market's clock.
    private func isAboutToday(_ text: String, _ inquiry: HistoryInquiry, _ now: Instant) -> Bool {
        guard let last = inquiry.lastDay else { return false }
        let text = text.lowercased()
        if text.contains("today's data") || text.contains("before end of day") { return true }
        return text.contains("timeframe") && last >= NewYork.wall(at: now).day
    }

    private func isWordOnSymbol(_ body: ResponseBody, _ decoder: PolygonDecoder) -> Bool {
        body.count == 0 || decoder.isObject(body)
    }

    private func withoutKey(_ text: String) -> String { VendorText.without(configuration.key, in: text) }
}
