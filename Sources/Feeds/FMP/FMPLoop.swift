package import EngineAPI
package import MarketTime
package import Network

/// A question with whoever waits for its answer.
package struct FMPAsk: Sendable {
    /// What is asked.
    package let fetch: ReferenceFetch
    /// Called once.
    package let completion: @Sendable (ReferenceAnswer) -> Void

    /// A question that nobody has taken yet.
    package init(fetch: ReferenceFetch, completion: @escaping @Sendable (ReferenceAnswer) -> Void) {
        self.fetch = fetch
        self.completion = completion
    }
}

/// The FMP source's work between two waits: takes questions and answers, decodes, sends what may be sent.
///
/// Confined to the thread that calls `step`. Clocks and the way requests go out are injected, so that tests drive it
/// without a thread or a socket. One request a question; every request takes a token of the rate limit.
package final class FMPLoop {
    /// Sends a request and calls back once, from any thread.
    package typealias Send = (HTTPRequest, @escaping @Sendable (HTTPClient.Outcome) -> Void) -> Void

    private struct Job {
        let inquiry: FMPInquiry
        let completion: @Sendable (ReferenceAnswer) -> Void
    }

    private let configuration: FMPSource.Configuration
    private let clock: any WallClock
    private let monotonic: () -> Instant
    private let inbox: RequestInbox<FMPAsk>
    private let send: Send

    private let judge: FMPJudge
    private var limiter: RateLimiter
    private var quota = FMPQuota()
    /// Made for the first answer and given up when nothing is asked any more: its tables have several megabytes.
    private var decoder: FMPDecoder?
    private var waiting: [Job] = []
    private var underWay: [UInt64: Job] = [:]
    private var lastID: UInt64 = 0

    /// A loop that has not asked for anything yet.
    package init(
        _ configuration: FMPSource.Configuration,
        clock: any WallClock,
        monotonic: @escaping () -> Instant,
        inbox: RequestInbox<FMPAsk>,
        send: @escaping Send
    ) {
        self.configuration = configuration
        self.clock = clock
        self.monotonic = monotonic
        self.inbox = inbox
        self.send = send
        judge = FMPJudge(configuration: configuration)
        limiter = RateLimiter(perMinute: configuration.callsPerMinute)
    }

    /// Does what is due; returns how long to wait at most, in milliseconds, or nil when the source is to end.
    ///
    /// Before nil is returned, every question has been completed.
    package func step() -> Int? {
        let mail = inbox.take()
        for ask in mail.asked { begin(ask) }
        if mail.isStopped {
            endAll()
            return nil
        }
        for (id, outcome) in mail.answered {
            guard let job = underWay.removeValue(forKey: id) else { continue }
            take(outcome, of: job)
        }
        while underWay.count < configuration.connections, let job = waiting.first {
            let wait = limiter.take(now: monotonic())
            guard wait == 0 else { return min(wait, PolygonHistoryLoop.idleMs) }
            waiting.removeFirst()
            dispatch(job)
        }
        if underWay.isEmpty { decoder = nil }
        return PolygonHistoryLoop.idleMs
    }

    private func begin(_ ask: FMPAsk) {
        if let inquiry = FMPInquiry(ask.fetch) {
            waiting.append(Job(inquiry: inquiry, completion: ask.completion))
            return
        }
        inbox.ended()
        if case .tickers = ask.fetch {
            ask.completion(.refused(sentence: "FMP is not asked for the list of tickers."))
        } else {
            ask.completion(.notFound)
        }
    }

    private func dispatch(_ job: Job) {
        var request = HTTPRequest(
            url: HTTPRequest.url(of: job.inquiry.path, on: configuration.baseURL),
            limits: job.inquiry.limits
        )
        // In a header: what is in a URL ends up in logs.
        if let key = configuration.key, !key.isEmpty { request.headers.append(.init("apikey", key.revealed)) }
        // Within one machine, deflating costs the server more than copying costs both.
        request.acceptsCompression = !request.isForThisMachine
        lastID += 1
        let id = lastID
        underWay[id] = job
        // The inbox outlives an answer that comes after the source's end; the loop does not.
        send(request) { [inbox] in inbox.post($0, for: id) }
    }

    private func take(_ outcome: HTTPClient.Outcome, of job: Job) {
        let decoder = decoder ?? FMPDecoder()
        self.decoder = decoder
        switch judge.verdict(outcome, of: job.inquiry, decoder: decoder, now: clock.now()) {
        case .end(let answer):
            switch answer {
            case .facts, .notFound: quota.answered(now: monotonic())
            case .failed(_, let pauseMs?):
                limiter.pause(until: monotonic().adding(milliseconds: Int64(pauseMs)))
            case .failed, .refused: break
            }
            end(job, answer)
        case .limited(let wantedMs, let code):
            let now = monotonic()
            let pauseMs = quota.reached(now: now, wantedMs: wantedMs)
            limiter.pause(until: now.adding(milliseconds: Int64(pauseMs)))
            end(job, .failed(sentence: limited(code), retryAfterMs: pauseMs))
        }
    }

    private func limited(_ code: String) -> String {
        let remedy =
            quota.isDaily
            ? "the day's calls seem to be used up: a larger plan has more"
            : "if this goes on, lower reference.calls_per_minute"
        return "FMP says that its limit is reached (\(code)). Going on after a pause; \(remedy)."
    }

    private func end(_ job: Job, _ answer: ReferenceAnswer) {
        inbox.ended()
        job.completion(answer)
    }

    /// Completes what is left, oldest first.
    private func endAll() {
        let left = underWay.sorted { $0.key < $1.key }.map(\.value) + waiting
        underWay = [:]
        waiting = []
        for job in left { end(job, FMPSource.stopped) }
    }
}
