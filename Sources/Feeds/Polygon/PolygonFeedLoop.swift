package import EngineAPI
package import MarketData
package import MarketTime
package import Network

/// The feed's work between two waits: takes answers, decodes, reports, sends what is due.
///
/// Confined to the thread that calls `step`. The market's clock, a clock that never jumps and the way requests go out are
/// injected, so that tests drive it without a thread or a socket.
package final class PolygonFeedLoop {
    /// Sends a request and calls back once, from any thread.
    package typealias Send = (HTTPRequest, @escaping @Sendable (HTTPClient.Outcome) -> Void) -> Void

    /// A vendor's word on the session counts for this long, in nanoseconds.
    private static let statusFreshNs: Int64 = 300_000_000_000

    private var configuration: PolygonRESTFeed.Configuration
    private let clock: any WallClock
    private let monotonic: () -> Instant
    private let sink: any FeedSink
    private let inbox: FeedInbox
    private let knownDays: () -> [MarketDay]
    private let upcomingDays: ([MarketDay]) -> Void
    private let serverTime: (Instant) -> Void
    private let conditions: ([TradeCondition]) -> Void
    private let send: Send

    private let decoder = PolygonDecoder()
    private var polls: SnapshotPollState
    private var generator: SeededGenerator
    private var status: FeedStatus
    private var hasReported = false
    private var calendar = ExchangeCalendar()
    /// The vendor's last list.
    private var vendorDays: [MarketDay] = []
    /// Monotonic and wall time at which each request under way was sent.
    private var sent: [PolygonEndpoint: (now: Instant, wall: Instant)] = [:]
    private var statusAt: Instant?

    /// A loop that has not asked for anything yet.
    ///
    /// `knownDays` gives the irregular days that are known without the vendor; asked at the start and with every market
    /// status or list of days, usable or not. The vendor's own stand above them. `conditions` gets the vendor's table of trade
    /// conditions about once a day.
    package init(
        _ configuration: PolygonRESTFeed.Configuration,
        clock: any WallClock,
        monotonic: @escaping () -> Instant,
        sink: any FeedSink,
        inbox: FeedInbox,
        knownDays: @escaping () -> [MarketDay] = { [] },
        upcomingDays: @escaping ([MarketDay]) -> Void = { _ in },
        serverTime: @escaping (Instant) -> Void = { _ in },
        conditions: @escaping ([TradeCondition]) -> Void = { _ in },
        send: @escaping Send
    ) {
        self.configuration = configuration
        self.clock = clock
        self.monotonic = monotonic
        self.sink = sink
        self.inbox = inbox
        self.knownDays = knownDays
        self.upcomingDays = upcomingDays
        self.serverTime = serverTime
        self.conditions = conditions
        self.send = send
        polls = SnapshotPollState(intervals: configuration.intervals, backoff: configuration.backoff)
        generator = SeededGenerator(seed: configuration.jitterSeed)
        status = FeedStatus(state: .connecting, host: configuration.host)
    }

    /// Does what is due; returns how long to wait at most, in milliseconds, or nil when the feed is to end.
    package func step() -> Int? {
        let now = monotonic()
        if !hasReported {
            hasReported = true
            sink.report(status)
            mendCalendar()
        }
        for event in inbox.take() {
            switch event {
            case .stop: return nil
            case .retry(let key):
                configuration.key = key ?? configuration.key
                polls.retry()
            case .answered(let endpoint, let outcome): take(outcome, of: endpoint, now: now)
            }
            report()
        }
        while true {
            switch polls.next(now: now, isInSession: isInSession(now)) {
            case .wait(let milliseconds): return milliseconds
            case .fetch(let endpoint):
                sent[endpoint] = (now, clock.now())
                // The inbox outlives an answer that comes after the feed's end; the loop does not.
                send(request(endpoint)) { [inbox] in inbox.post(.answered(endpoint, $0)) }
            }
        }
    }

    private func isInSession(_ now: Instant) -> Bool {
        if calendar.state(at: clock.now()).session != .closed { return true }
        guard let session = status.vendorSession, let statusAt else { return false }
        return session != .closed && now.nanoseconds(since: statusAt) < Self.statusFreshNs
    }

    private func request(_ endpoint: PolygonEndpoint) -> HTTPRequest {
        let query =
            switch endpoint {
            case .snapshot: configuration.includesOTC ? "?include_otc=true" : ""
            case .conditions: PolygonDecoder.conditionsQuery
            case .marketStatus, .upcomingDays: ""
            }
        var request = HTTPRequest(
            url: HTTPRequest.url(of: endpoint.path + query, on: configuration.restURL),
            bearer: configuration.key,
            limits: endpoint == .snapshot ? configuration.snapshotLimits : configuration.smallLimits
        )
        // Within one machine, copying 6 MB costs a few milliseconds and deflating them two hundred.
        request.acceptsCompression = !request.isForThisMachine
        return request
    }

    private func report() {
        status.state = polls.state
        status.succeededPolls = polls.succeeded
        status.failedPolls = polls.failed
        sink.report(status)
    }

    // MARK: Answers

    private func take(_ outcome: HTTPClient.Outcome, of endpoint: PolygonEndpoint, now: Instant) {
        let sent = sent.removeValue(forKey: endpoint)
        switch endpoint {
        case .snapshot: takeSnapshot(outcome, sentAt: sent?.now ?? now, now: now)
        case .marketStatus:
            let answer = usable(outcome) { body throws(DecodeError) in try decoder.marketStatus(body) }
            polls.ended(.marketStatus, isUsable: answer != nil, now: now)
            if answer != nil { passOnTime(outcome) }
            if let answer { take(answer, sentAt: sent?.wall, now: now) }
            mendCalendar()
        case .upcomingDays:
            let days = usable(outcome) { body throws(DecodeError) in try decoder.upcomingDays(body) }
            polls.ended(.upcomingDays, isUsable: days != nil, now: now)
            if let days {
                passOnTime(outcome)
                vendorDays = days
                upcomingDays(days)
            }
            mendCalendar()
        case .conditions: takeConditions(outcome, now: now)
        }
    }

    /// Only what was usable is passed on: without it the built-in table stands, so a trader need not hear of a failure.
    private func takeConditions(_ outcome: HTTPClient.Outcome, now: Instant) {
        let table = usable(outcome) { body throws(DecodeError) in try decoder.conditions(body) }
        let isUsable = table.map { !$0.conditions.isEmpty } ?? false
        polls.ended(.conditions, isUsable: isUsable, now: now)
        if case .success(let response) = outcome, response.status == 404 { polls.noteAbsent(.conditions) }
        guard let table, isUsable else { return }
        passOnTime(outcome)
        conditions(table.conditions)
    }

    private func mendCalendar() { calendar = ExchangeCalendar(overrides: knownDays() + vendorDays) }

    /// Passes on the server's clock before anything in the answer is used: a wrong clock would put it into the wrong slot.
    ///
    /// Only of an answer that is the vendor's data: a gateway or a sign-in page has a clock of its own.
    private func passOnTime(_ outcome: HTTPClient.Outcome) {
        guard case .success(let response) = outcome, let date = response.serverDate else { return }
        // Whole seconds have lost half a one on average.
        serverTime(date.adding(milliseconds: 500))
    }

    /// What a small endpoint's answer decodes to; nil when it failed in any way.
    ///
    /// The snapshot's state is the one a trader sees; these are asked again later.
    private func usable<Value>(
        _ outcome: HTTPClient.Outcome,
        _ decode: (ResponseBody) throws(DecodeError) -> Value
    ) -> Value? {
        guard case .success(let response) = outcome, response.status == 200 else { return nil }
        do throws(DecodeError) { return try decode(response.body) } catch { return nil }
    }

    private func take(_ answer: VendorMarketStatus, sentAt: Instant?, now: Instant) {
        status.vendorSession = answer.session
        status.vendorSessionAt = clock.now()
        statusAt = now
        guard let theirs = answer.serverTime, let sentAt else { return }
        // The answer was written somewhere between sending and now; whole seconds have lost half a one on average.
        let received = clock.now()
        let middle = sentAt.adding(nanoseconds: received.nanoseconds(since: sentAt) / 2)
        let isWholeSecond = theirs.nanoseconds % 1_000_000_000 == 0
        status.clockSkewSeconds = theirs.seconds(since: middle) + (isWholeSecond ? 0.5 : 0)
    }

    private func takeSnapshot(_ outcome: HTTPClient.Outcome, sentAt: Instant, now: Instant) {
        switch outcome {
        case .failure(let error): fail(AnswerVerdict(error), error.sentence, now)
        case .success(let response):
            let verdict = AnswerVerdict(response, now: clock.now())
            guard verdict == .success else {
                let words = FeedSentence.answer(
                    status: response.status,
                    text: decoder.errorText(response.body).map { VendorText.without(configuration.key, in: $0) },
                    configuration: configuration
                )
                fail(verdict, words, now)
                return
            }
            do throws(DecodeError) {
                let batch = try decoder.snapshot(response.body)
                passOnTime(outcome)
                deliver(batch, sentAt: sentAt, now: now)
            } catch {
                let text = VendorText.without(configuration.key, in: error.words)
                let words = FeedSentence.badBody(text, configuration: configuration)
                fail(.retry(retryAfterMs: nil), words, now)
            }
        }
    }

    private func deliver(_ batch: SnapshotBatch, sentAt: Instant, now: Instant) {
        guard batch.count > 0 else {
            let rejected = batch.rejections.total
            let words = rejected == 0 ? "holds no ticker" : "holds no usable ticker (\(rejected) rejected)"
            fail(.retry(retryAfterMs: nil), FeedSentence.badBody(words, configuration: configuration), now)
            return
        }
        polls.snapshotSucceeded(now: now)
        status.lastPollMs = monotonic().nanoseconds(since: sentAt).asMilliseconds
        if sink.deliver(batch) { status.conflated += 1 }
    }

    private func fail(_ verdict: AnswerVerdict, _ sentence: String, _ now: Instant) {
        polls.snapshotFailed(verdict, sentence: sentence, now: now, wallNow: clock.now(), using: &generator)
    }
}

extension Int64 {
    /// Nanoseconds as milliseconds with a fraction.
    fileprivate var asMilliseconds: Double { Double(self) / 1e6 }
}
