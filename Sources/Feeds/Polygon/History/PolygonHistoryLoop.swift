import EngineAPI
package import MarketTime
package import Network

/// The history source's work between two waits: takes inquiries and answers, decodes, folds, sends what may be sent.
///
/// Confined to the thread that calls `step`. The market's clock, a clock that never jumps and the way requests go out are
/// injected, so that tests drive it without a thread or a socket.
///
/// Next pages go before new inquiries: what is begun occupies memory until its end. Every request, also for a page, takes
/// a token of the rate limit.
package final class PolygonHistoryLoop {
    /// Sends a request and calls back once, from any thread.
    package typealias Send = (HTTPRequest, @escaping @Sendable (HTTPClient.Outcome) -> Void) -> Void

    /// An idle loop looks around this rarely; whatever comes in wakes it at once.
    package static let idleMs = 60_000

    /// An inquiry that has not ended.
    private struct Job {
        let inquiry: HistoryInquiry
        let completion: @Sendable (HistoryReply) -> Void
        var splits: SplitsEndpoint
        var url: String
        var trail: PageTrail
        var collector: any HistoryCollector
    }

    private let configuration: PolygonHistorySource.Configuration
    private let clock: any WallClock
    private let monotonic: () -> Instant
    private let inbox: HistoryInbox
    private let send: Send

    private let decoder = PolygonDecoder()
    private let judge: HistoryJudge
    private var limiter: RateLimiter
    private var waiting: [HistoryAsk] = []
    /// Jobs whose next page is to be sent, oldest first.
    private var ready: [Job] = []
    /// Jobs whose request is under way, by its number.
    private var underWay: [UInt64: Job] = [:]
    private var lastID: UInt64 = 0
    /// Where splits were found last.
    private var splits = SplitsEndpoint.reference

    /// A loop that has not asked for anything yet.
    package init(
        _ configuration: PolygonHistorySource.Configuration,
        clock: any WallClock,
        monotonic: @escaping () -> Instant,
        inbox: HistoryInbox,
        send: @escaping Send
    ) {
        self.configuration = configuration
        self.clock = clock
        self.monotonic = monotonic
        self.inbox = inbox
        self.send = send
        judge = HistoryJudge(configuration)
        limiter = RateLimiter(perMinute: configuration.requestsPerMinute)
    }

    /// Does what is due; returns how long to wait at most, in milliseconds, or nil when the source is to end.
    ///
    /// Before nil is returned, every inquiry has been completed.
    package func step() -> Int? {
        let mail = inbox.take()
        waiting += mail.asked
        if mail.isStopped {
            endAll()
            return nil
        }
        for (id, outcome) in mail.answered {
            guard let job = underWay.removeValue(forKey: id) else { continue }
            take(outcome, of: job)
        }
        while underWay.count < configuration.connections, !ready.isEmpty || !waiting.isEmpty {
            let wait = limiter.take(now: monotonic())
            guard wait == 0 else { return min(wait, Self.idleMs) }
            dispatch(ready.isEmpty ? begin(waiting.removeFirst()) : ready.removeFirst())
        }
        return Self.idleMs
    }

    private func begin(_ ask: HistoryAsk) -> Job {
        job(ask.inquiry, splits, ask.completion)
    }

    private func job(
        _ inquiry: HistoryInquiry,
        _ splits: SplitsEndpoint,
        _ completion: @escaping @Sendable (HistoryReply) -> Void
    ) -> Job {
        let path = inquiry.path(includesOTC: configuration.includesOTC, splits: splits)
        let url = inquiry.pageURL ?? HTTPRequest.url(of: path, on: configuration.restURL)
        return Job(
            inquiry: inquiry,
            completion: completion,
            splits: splits,
            url: url,
            trail: PageTrail(first: url, pagesMax: configuration.pagesMax),
            collector: inquiry.collector(calendar: configuration.calendar())
        )
    }

    private func dispatch(_ job: Job) {
        var request = HTTPRequest(url: job.url, bearer: configuration.key, limits: job.inquiry.limits)
        // Within one machine, deflating costs the server more than copying costs both.
        request.acceptsCompression = !request.isForThisMachine
        lastID += 1
        let id = lastID
        underWay[id] = job
        // The inbox outlives an answer that comes after the source's end; the loop does not.
        send(request) { [inbox] in inbox.post($0, for: id) }
    }

    private func take(_ outcome: HTTPClient.Outcome, of job: Job) {
        let verdict = judge.verdict(
            outcome,
            of: job.inquiry,
            splits: job.splits,
            decoder: decoder,
            now: clock.now()
        )
        switch (verdict, outcome) {
        case (.usable, .success(let response)): take(response, of: job)
        case (.otherSplits, _): ready.append(self.job(job.inquiry, .stocks, job.completion))
        case (.failure(let failure, let pauseMs), _):
            if let pauseMs { limiter.pause(until: monotonic().adding(milliseconds: Int64(pauseMs))) }
            end(job, .failure(failure))
        case (.usable, .failure): end(job, .failure(judge.badBody("did not come", of: job.inquiry)))
        }
    }

    private func take(_ response: HTTPResponse, of job: Job) {
        var job = job
        do throws(DecodeError) {
            let next = try job.collector.take(response, decoder)
            if case .fetch(.splits) = job.inquiry { splits = job.splits }
            guard let next else {
                let result = job.collector.result().mapError { judge.badBody($0.words, of: job.inquiry) }
                end(job, result)
                return
            }
            do throws(PageTrail.Refusal) {
                try job.trail.advance(to: next)
                job.url = next
                ready.append(job)
            } catch {
                end(job, .failure(judge.badBody(error.words, of: job.inquiry)))
            }
        } catch {
            end(job, .failure(judge.badBody(error.words, of: job.inquiry)))
        }
    }

    private func end(_ job: Job, _ reply: HistoryReply) {
        inbox.ended()
        job.completion(reply)
    }

    /// Completes what is left, oldest first.
    private func endAll() {
        let failure = HistoryReply.failure(PolygonHistorySource.stopped)
        let begun = underWay.sorted { $0.key < $1.key }.map(\.value) + ready
        let left = begun.map(\.completion) + waiting.map(\.completion)
        underWay = [:]
        ready = []
        waiting = []
        for completion in left {
            inbox.ended()
            completion(failure)
        }
    }
}
