import EngineAPI
import MarketTime
import Network

/// What an answer of FMP is worth.
enum FMPVerdict: Sendable {
    /// The end of the question.
    case end(ReferenceAnswer)
    /// A limit is reached; with the pause the server wants, if it says, and its words.
    case limited(wantedMs: Int?, code: String)
}

/// Reads FMP's answers: data, or what happened, where, and what to do.
///
/// The status alone says little: errors come with 200, and the same refusal with 402 or 403. So the words decide first where
/// they are known, then the status.
struct FMPJudge {
    /// The pause after an answer that looks like a wrong address.
    static let slowRetryMs = 60_000
    /// The longest pause a server is granted for a failure of its own: an hour.
    static let pauseMsMax = 3_600_000

    private static let planWords = [
        "exclusive endpoint", "restricted endpoint", "legacy endpoint", "special endpoint", "premium endpoint",
        "premium query parameter", "under your current subscription", "upgrade your plan",
    ]

    let configuration: FMPSource.Configuration

    /// The verdict on the outcome of one request; `now` is the market's time, for a Retry-After that names a date.
    func verdict(
        _ outcome: HTTPClient.Outcome,
        of inquiry: FMPInquiry,
        decoder: FMPDecoder,
        now: Instant
    ) -> FMPVerdict {
        switch outcome {
        case .failure(let error): return .end(answer(to: error, inquiry))
        case .success(let response) where (200...299).contains(response.status):
            do throws(DecodeError) {
                return .end(try data(response.body, inquiry, decoder))
            } catch {
                if error == .unexpected || error == .malformed || error == .truncated || error.isVendors {
                    let text = decoder.errorText(response.body)
                    if let verdict = verdict(status: response.status, text, inquiry) { return verdict }
                }
                return .end(badBody(error.words, inquiry))
            }
        case .success(let response): return verdict(response, inquiry, decoder, now)
        }
    }

    // MARK: Data

    private func data(
        _ body: ResponseBody,
        _ inquiry: FMPInquiry,
        _ decoder: FMPDecoder
    ) throws(DecodeError) -> ReferenceAnswer {
        switch inquiry.fetch {
        case .tickers: return .notFound
        case .floats(let number):
            let page = try decoder.floats(body)
            // A market without a single float is none; a page behind the last one is.
            guard page.elements > 0 || number > 0 else { return badBody("holds no rows", inquiry) }
            let next = page.elements > 0 ? "\(number + 1)" : nil
            return .facts(page.facts, next: next, rejected: page.rejected)
        case .marketCaps(let symbols):
            let page = try decoder.marketCaps(body)
            let asked = Set(symbols)
            let facts = page.facts.filter { asked.contains($0.symbol) }
            return .facts(facts, next: nil, rejected: page.rejected + page.facts.count - facts.count)
        case .profile(let symbol):
            let page = try decoder.profile(body, of: symbol)
            return page.facts.isEmpty ? .notFound : .facts(page.facts, next: nil, rejected: page.rejected)
        }
    }

    private func badBody(_ words: String, _ inquiry: FMPInquiry) -> ReferenceAnswer {
        let fact = "The answer of \(configuration.host) for \(inquiry.words) \(withoutKey(words))"
        return .failed(sentence: "\(fact). Asking again later.", retryAfterMs: nil)
    }

    // MARK: Errors

    /// By the words, and by the statuses that mean one thing; nil when neither says enough.
    private func verdict(status: Int, _ text: String?, _ inquiry: FMPInquiry) -> FMPVerdict? {
        let words = text?.lowercased() ?? ""
        if status == 429 || words.contains("limit reach") { return .limited(wantedMs: nil, code: code(status, text)) }
        if status == 401 || words.contains("invalid api key") { return .end(unauthorized(code(status, text))) }
        let isPlan = status == 402 || status == 403 || Self.planWords.contains { words.contains($0) }
        guard isPlan else { return nil }
        if words.contains("premium query parameter"), words.contains("symbol"), inquiry.isAboutSymbols {
            return .end(.notFound)
        }
        return .end(notInPlan(code(status, text), isLegacy: words.contains("legacy"), inquiry))
    }

    private func verdict(
        _ response: HTTPResponse,
        _ inquiry: FMPInquiry,
        _ decoder: FMPDecoder,
        _ now: Instant
    ) -> FMPVerdict {
        let status = response.status
        let text = decoder.errorText(response.body)
        var wantedMs: Int?
        if case .retry(let wanted) = AnswerVerdict(response, now: now) { wantedMs = wanted }
        switch verdict(status: status, text, inquiry) {
        case .limited(_, let code): return .limited(wantedMs: wantedMs, code: code)
        case .end(let answer): return .end(answer)
        case nil: break
        }
        let code = code(status, text)
        switch status {
        case 404 where decoder.isVendors(response.body):
            switch inquiry.fetch {
            case .profile: return .end(.notFound)
            case .floats(let page) where page > 0: return .end(.facts([], next: nil, rejected: 0))
            case .floats, .marketCaps, .tickers: break
            }
            return .end(slow("does not know the address of \(inquiry.words)", code))
        case 404: return .end(slow("does not know the address of \(inquiry.words)", code))
        case 408, 425, 499, 500...599:
            let wanted = wantedMs.map { min(max($0, 0), Self.pauseMsMax) }
            let fact = "\(configuration.name) has a failure and did not send \(inquiry.words) (\(code))"
            return .end(.failed(sentence: "\(fact). Asking again later.", retryAfterMs: wanted))
        default: return .end(slow("does not accept the request for \(inquiry.words)", code))
        }
    }

    private func answer(to error: NetworkError, _ inquiry: FMPInquiry) -> ReferenceAnswer {
        var words = error.sentence.replacing("the feed's URL setting", with: "reference.fmp_url")
        if case .tooLarge(let limit, let url) = error {
            words = "the one of \(url) is larger than \(limit >> 20) MiB and was dropped. Check reference.fmp_url."
        }
        let sentence = "No answer for \(inquiry.words): \(withoutKey(words))"
        switch AnswerVerdict(error) {
        case .permanent: return .refused(sentence: sentence)
        case .retrySlowly: return .failed(sentence: sentence, retryAfterMs: Self.slowRetryMs)
        case .success, .retry, .stop: return .failed(sentence: sentence, retryAfterMs: nil)
        }
    }

    private func slow(_ words: String, _ code: String) -> ReferenceAnswer {
        let sentence = "\(configuration.name) \(words) (\(code)). Check reference.fmp_url; asking again later."
        return .failed(sentence: sentence, retryAfterMs: Self.slowRetryMs)
    }

    private func unauthorized(_ code: String) -> ReferenceAnswer {
        let hasKey = configuration.key.map { !$0.isEmpty } ?? false
        let fact = hasKey ? "The FMP key is refused (\(code))" : "FMP wants a key (\(code))"
        return .refused(sentence: "\(fact). Set \(configuration.keyHint) to a valid key and start again.")
    }

    private func notInPlan(_ code: String, isLegacy: Bool, _ inquiry: FMPInquiry) -> ReferenceAnswer {
        let remedy = isLegacy ? "Check reference.fmp_url, upgrade the plan" : "Upgrade the plan"
        let fact = "The FMP plan of this key does not include \(inquiry.kind) (\(code))"
        return .refused(sentence: "\(fact). \(remedy), or set \(configuration.keyHint) to another key and start again.")
    }

    private func code(_ status: Int, _ text: String?) -> String {
        let place = "\(configuration.host), \(status)"
        return text.map { "\(place): \(withoutKey($0))" } ?? place
    }

    private func withoutKey(_ text: String) -> String { VendorText.without(configuration.key, in: text) }
}

extension FMPInquiry {
    fileprivate var isAboutSymbols: Bool {
        switch fetch {
        case .marketCaps, .profile: true
        case .tickers, .floats: false
        }
    }
}

extension DecodeError {
    fileprivate var isVendors: Bool {
        if case .vendor = self { true } else { false }
    }
}
