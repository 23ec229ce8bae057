package import EngineAPI
package import MarketData
package import MarketTime
package import Network
import Synchronization

/// The market feed over the vendor's REST: polls the full snapshot, market status and holidays, and hands batches and
/// its own state to a sink.
///
/// One thread of its own, which also decodes, plus the HTTP client's. Nothing queues: at most one request per endpoint
/// is under way, and the sink replaces a batch the engine has not taken yet. Bad answers change nothing but the state.
package final class PolygonRESTFeed: Sendable {
    /// Everything that can be set about the feed.
    package struct Configuration: Sendable {
        /// Scheme, host, port, and a path prefix if the server has one: either vendor host or any server that speaks
        /// the same protocol.
        package var restURL: String
        /// Sent as a bearer token; nil or empty for servers that want none.
        package var key: Secret?
        /// Where a trader sets the key, for the sentence after a refusal.
        package var keyHint: String
        /// Whether over-the-counter tickers are asked for (`include_otc`).
        package var includesOTC: Bool
        /// How often what is asked for.
        package var intervals: SnapshotPollState.Intervals
        /// The shape of the delays after failures.
        package var backoff: Backoff.Limits
        /// Bounds of a snapshot request.
        package var snapshotLimits: HTTPRequest.Limits
        /// Bounds of the other requests.
        package var smallLimits: HTTPRequest.Limits
        /// Seed of the jitter of delays.
        package var jitterSeed: UInt64

        /// The vendor's own address and paces.
        package init(
            restURL: String = "https://api.polygon.io",
            key: Secret? = nil,
            keyHint: String = "POLYGON_API_KEY or MASSIVE_API_KEY",
            includesOTC: Bool = false,
            intervals: SnapshotPollState.Intervals = .init(),
            backoff: Backoff.Limits = .init(),
            snapshotLimits: HTTPRequest.Limits = .snapshot,
            smallLimits: HTTPRequest.Limits = .init(),
            jitterSeed: UInt64 = 0
        ) {
            self.restURL = restURL
            self.key = key
            self.keyHint = keyHint
            self.includesOTC = includesOTC
            self.intervals = intervals
            self.backoff = backoff
            self.snapshotLimits = snapshotLimits
            self.smallLimits = smallLimits
            self.jitterSeed = jitterSeed
        }

        /// Host and port of the address, without scheme, path or anything secret.
        package var host: String { RedactedURL.host(restURL) }
    }

    private let inbox = FeedInbox()
    private let thread: PlainThread?

    /// Starts polling at once.
    ///
    /// `clock` is the market's. On the feed's thread are called: `knownDays` for the irregular days that are known without
    /// the vendor (stored ones), so that a holiday is kept also while the vendor is down; `upcomingDays` with the vendor's
    /// holidays and early closes whenever they arrive; `serverTime` with the server's clock as each usable answer carries it,
    /// before the answer is used; `conditions` with the vendor's table of trade conditions, about once a day.
    package init(
        _ configuration: Configuration,
        clock: any WallClock,
        sink: any FeedSink,
        knownDays: @escaping @Sendable () -> [MarketDay] = { [] },
        upcomingDays: @escaping @Sendable ([MarketDay]) -> Void = { _ in },
        serverTime: @escaping @Sendable (Instant) -> Void = { _ in },
        conditions: @escaping @Sendable ([TradeCondition]) -> Void = { _ in }
    ) {
        let inbox = inbox
        thread = PlainThread {
            let client = HTTPClient(.init(userAgent: "tradeul", runningMax: 4, waitingMax: 8))
            let loop = PolygonFeedLoop(
                configuration,
                clock: clock,
                monotonic: MonotonicTime.now,
                sink: sink,
                inbox: inbox,
                knownDays: knownDays,
                upcomingDays: upcomingDays,
                serverTime: serverTime,
                conditions: conditions
            ) { request, completion in
                client.submit(request, completion: completion)
            }
            while let wait = loop.step() { inbox.wait(milliseconds: wait) }
            client.close()
        }
        if thread == nil {
            let sentence = "The system refuses a new thread, so nothing is polled. End other programs and start again."
            sink.report(FeedStatus(state: .refused(sentence: sentence), host: configuration.host))
        }
    }

    deinit { inbox.post(.stop) }

    /// Polls at once, also after a refusal; with `key` from now on, if given.
    package func retry(key: Secret? = nil) { inbox.post(.retry(key: key)) }

    /// Ends polling; false when the thread has not ended within `deadlineMs` of real time.
    ///
    /// The sink hears nothing after a stop that returned true.
    @discardableResult
    package func stop(deadlineMs: Int = 3000) -> Bool {
        inbox.post(.stop)
        return thread?.join(milliseconds: deadlineMs) ?? true
    }
}

/// What happened since the feed's thread last looked.
package enum FeedEvent: Sendable {
    /// A request ended.
    case answered(PolygonEndpoint, HTTPClient.Outcome)
    /// Somebody wants the feed to try again.
    case retry(key: Secret?)
    /// The feed is to end.
    case stop
}

/// The feed's mailbox.
///
/// Holds at most one answer per endpoint, one retry and one stop; a later one replaces an earlier. `state` is guarded by its mutex.
package final class FeedInbox: Sendable {
    private struct State: Sendable {
        var answers: [PolygonEndpoint: HTTPClient.Outcome] = [:]
        var hasRetry = false
        var key: Secret?
        var isStopped = false
    }

    private let state = Mutex(State())
    private let signal = Signal()

    /// An empty mailbox.
    package init() {}

    /// Leaves an event and wakes the feed.
    package func post(_ event: FeedEvent) {
        state.withLock { state in
            switch event {
            case .answered(let endpoint, let outcome): state.answers[endpoint] = outcome
            case .retry(let key):
                state.hasRetry = true
                state.key = key ?? state.key
            case .stop: state.isStopped = true
            }
        }
        signal.raise()
    }

    /// Takes everything, in a fixed order: stop, retry, answers by endpoint.
    func take() -> [FeedEvent] {
        state.withLock { state in
            var events: [FeedEvent] = state.isStopped ? [.stop] : []
            if state.hasRetry { events.append(.retry(key: state.key)) }
            for endpoint in PolygonEndpoint.allCases {
                guard let outcome = state.answers[endpoint] else { continue }
                events.append(.answered(endpoint, outcome))
            }
            state.answers.removeAll(keepingCapacity: true)
            state.hasRetry = false
            state.key = nil
            return events
        }
    }

    func wait(milliseconds: Int) { _ = signal.take(milliseconds: milliseconds) }
}
