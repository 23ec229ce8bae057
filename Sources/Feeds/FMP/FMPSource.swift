package import EngineAPI
package import MarketTime
package import Network
import Synchronization

/// Floats, market capitalisations and profiles over FMP's REST.
///
/// Two threads of its own, started by the first question: one decodes, one is the HTTP client's. At most `connections`
/// requests are under way and at most `waitingMax` questions unanswered; one more fails at once. No request is made twice
/// by itself. `thread` is guarded by its mutex.
package final class FMPSource: ReferenceSource, Sendable {
    /// Everything that can be set about the source.
    package struct Configuration: Sendable {
        /// Scheme, host, port, and a path prefix if the server has one.
        package var baseURL: String
        /// Sent in the header `apikey`; nil or empty for servers that want none.
        package var key: Secret?
        /// Where a trader sets the key, for the sentence after a refusal.
        package var keyHint: String
        /// Most requests in any 60 s; nil without a limit.
        package var callsPerMinute: Int?
        /// Requests under way at a time; at least 1.
        package var connections: Int
        /// Questions that have not been answered; at least 1.
        package var waitingMax: Int

        /// The vendor's own address; 240 calls a minute, a fifth below what its smallest paid plan allows.
        package init(
            baseURL: String = "https://financialmodelingprep.com",
            key: Secret? = nil,
            keyHint: String = "FMP_API_KEY",
            callsPerMinute: Int? = 240,
            connections: Int = 4,
            waitingMax: Int = 64
        ) {
            precondition(
                connections >= 1 && waitingMax >= 1,
                "Invariant: a source has a connection and room for a question"
            )
            self.baseURL = baseURL
            self.key = key
            self.keyHint = keyHint
            self.callsPerMinute = callsPerMinute
            self.connections = connections
            self.waitingMax = waitingMax
        }

        /// Host and port of the address, without scheme, path or anything secret.
        package var host: String { RedactedURL.host(baseURL) }

        /// Who answers, for the beginning of a sentence.
        var name: String { "FMP" }
    }

    /// What everything that is unanswered at a stop ends with.
    package static let stopped = ReferenceAnswer.failed(
        sentence: "Loading reference data has been stopped; what is missing is loaded at the next start.",
        retryAfterMs: nil
    )

    private let configuration: Configuration
    private let clock: any WallClock
    private let inbox: RequestInbox<FMPAsk>
    private let thread = Mutex<PlainThread?>(nil)

    /// A source that has not asked for anything; `clock` is the market's.
    package init(_ configuration: Configuration, clock: any WallClock) {
        self.configuration = configuration
        self.clock = clock
        inbox = RequestInbox(waitingMax: configuration.waitingMax)
    }

    deinit { inbox.stop() }

    /// Asks; `completion` is called once, on the source's thread, or on the caller's when the question is not taken.
    package func fetch(_ fetch: ReferenceFetch, completion: @escaping @Sendable (ReferenceAnswer) -> Void) {
        guard start() else {
            let sentence = "The system refuses a thread, so no reference data is loaded: end other programs."
            completion(.failed(sentence: sentence, retryAfterMs: nil))
            return
        }
        do throws(RequestInbox<FMPAsk>.Refusal) {
            try inbox.post(FMPAsk(fetch: fetch, completion: completion))
        } catch {
            switch error {
            case .stopped: completion(Self.stopped)
            case .full(let limit):
                let sentence = "More than \(limit) questions to FMP wait; ask again when some are answered."
                completion(.failed(sentence: sentence, retryAfterMs: nil))
            }
        }
    }

    /// Ends everything that is under way with ``stopped``; false when that has taken longer than `deadlineMs` of real time.
    ///
    /// Never from a completion: those run on the thread that is waited for.
    @discardableResult
    package func stop(deadlineMs: Int = 3000) -> Bool {
        inbox.stop()
        return thread.withLock { $0 }?.join(milliseconds: deadlineMs) ?? true
    }

    /// Starts the thread unless it runs; false when the system refuses it.
    private func start() -> Bool {
        thread.withLock { thread in
            if thread == nil {
                thread = PlainThread { [configuration, clock, inbox] in Self.run(configuration, clock, inbox) }
            }
            return thread != nil
        }
    }

    private static func run(_ configuration: Configuration, _ clock: any WallClock, _ inbox: RequestInbox<FMPAsk>) {
        let connections = configuration.connections
        let client = HTTPClient(.init(userAgent: "tradeul", runningMax: connections, waitingMax: connections))
        let loop = FMPLoop(configuration, clock: clock, monotonic: MonotonicTime.now, inbox: inbox) {
            client.submit($0, completion: $1)
        }
        while let wait = loop.step() { inbox.wait(milliseconds: wait) }
        client.close()
    }
}
