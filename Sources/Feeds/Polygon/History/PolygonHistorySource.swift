package import EngineAPI
package import MarketData
package import MarketTime
package import Network
import Synchronization

/// History over the vendor's REST: daily bars, splits, listing dates, bars of single symbols.
///
/// Two threads of its own: one decodes and folds, one is the HTTP client's. At most `connections` requests are under way
/// and at most `waitingMax` inquiries unended; one more fails at once. No request is made twice by itself: whoever asks
/// decides about another try.
package final class PolygonHistorySource: HistorySource, Sendable {
    /// Everything that can be set about the source.
    package struct Configuration: Sendable {
        /// Scheme, host, port, and a path prefix if the server has one.
        package var restURL: String
        /// Sent as a bearer token, also for next pages; nil or empty for servers that want none.
        package var key: Secret?
        /// Where a trader sets the key, for the sentence after a refusal.
        package var keyHint: String
        /// Most requests in any 60 s, pages included; nil without a limit.
        package var requestsPerMinute: Int?
        /// Requests under way at a time; at least 1.
        package var connections: Int
        /// Inquiries that have not ended; at least 1.
        package var waitingMax: Int
        /// Pages of one answer; 64 pages of bars are 13 years.
        package var pagesMax: Int
        /// Whether over-the-counter tickers are asked for (`include_otc`).
        package var includesOTC: Bool
        /// The calendar in force: days it holds for closed have no bars.
        ///
        /// Called on the source's thread for every inquiry.
        package var calendar: @Sendable () -> ExchangeCalendar

        /// The vendor's own address, no limit a minute.
        package init(
            restURL: String = "https://api.polygon.io",
            key: Secret? = nil,
            keyHint: String = "POLYGON_API_KEY or MASSIVE_API_KEY",
            requestsPerMinute: Int? = nil,
            connections: Int = 8,
            waitingMax: Int = 1024,
            pagesMax: Int = 64,
            includesOTC: Bool = false,
            calendar: @escaping @Sendable () -> ExchangeCalendar = { ExchangeCalendar() }
        ) {
            precondition(
                connections >= 1 && waitingMax >= 1 && pagesMax >= 1,
                "Invariant: a source has a connection, room for an inquiry and a page"
            )
            self.restURL = restURL
            self.key = key
            self.keyHint = keyHint
            self.requestsPerMinute = requestsPerMinute
            self.connections = connections
            self.waitingMax = waitingMax
            self.pagesMax = pagesMax
            self.includesOTC = includesOTC
            self.calendar = calendar
        }

        /// Host and port of the address, without scheme, path or anything secret.
        package var host: String { RedactedURL.host(restURL) }
    }

    /// What everything that is unended at a stop ends with.
    package static let stopped = HistoryFailure.failed(
        sentence: "Fetching history has been stopped; what is missing is fetched when it is started again.",
        retryAfterMs: nil
    )

    private let inbox: HistoryInbox
    private let thread: PlainThread?

    /// Starts the threads; nothing is asked yet.
    ///
    /// `clock` is the market's.
    package init(_ configuration: Configuration, clock: any WallClock) {
        let inbox = HistoryInbox(waitingMax: configuration.waitingMax)
        self.inbox = inbox
        thread = PlainThread {
            let client = HTTPClient(
                .init(
                    userAgent: "tradeul",
                    runningMax: configuration.connections,
                    waitingMax: configuration.connections
                )
            )
            let loop = PolygonHistoryLoop(
                configuration,
                clock: clock,
                monotonic: MonotonicTime.now,
                inbox: inbox
            ) { request, completion in
                client.submit(request, completion: completion)
            }
            while let wait = loop.step() { inbox.wait(milliseconds: wait) }
            client.close()
        }
        if thread == nil { inbox.stop() }
    }

    deinit { inbox.stop() }

    /// Asks; `completion` is called once, on the source's thread, or on the caller's when the question is not taken.
    package func fetch(_ fetch: HistoryFetch, completion: @escaping @Sendable (HistoryAnswer) -> Void) {
        ask(.fetch(fetch)) { reply in
            switch reply {
            case .success(.history(let answer)): completion(answer)
            case .success(.minutes), .success(.snapshot), .success(.tickers):
                completion(.failed(sentence: "The answer is one to another question.", retryAfterMs: nil))
            case .failure(let failure): completion(failure.answer)
            }
        }
    }

    /// Asks and blocks the calling thread until the answer; for the command line, never from a completion.
    package func perform(_ fetch: HistoryFetch) -> HistoryAnswer {
        switch wait(for: .fetch(fetch)) {
        case .success(.history(let answer)): answer
        case .success(.minutes), .success(.snapshot), .success(.tickers):
            .failed(sentence: "The answer is one to another question.", retryAfterMs: nil)
        case .failure(let failure): failure.answer
        }
    }

    /// The one-minute bars of a symbol on a day, 04:00–20:00 ET, by time, as traded; blocks like ``perform(_:)``.
    package func minuteBars(_ symbol: Symbol, on day: DayID) -> Result<[MinuteBar], HistoryFailure> {
        wait(for: .minutes(symbol, day)).map { payload in
            if case .minutes(let bars) = payload { bars } else { [] }
        }
    }

    /// A snapshot of these symbols, of the whole market when there are none; blocks like ``perform(_:)``.
    ///
    /// Symbols the vendor does not know are missing in it.
    package func snapshot(of symbols: [Symbol] = []) -> Result<DatedSnapshot, HistoryFailure> {
        wait(for: .snapshot(symbols)).map { payload in
            if case .snapshot(let snapshot) = payload { snapshot } else { DatedSnapshot(batch: SnapshotBatch()) }
        }
    }

    /// Ends everything that is under way with ``stopped``; false when that has taken longer than `deadlineMs` of real time.
    ///
    /// Never from a completion: those run on the thread that is waited for.
    @discardableResult
    package func stop(deadlineMs: Int = 3000) -> Bool {
        inbox.stop()
        return thread?.join(milliseconds: deadlineMs) ?? true
    }

    /// Asks for a page of the list of tickers; `completion` is called as that of ``fetch(_:completion:)``.
    package func tickers(
        _ page: HistoryInquiry.TickerPage,
        completion: @escaping @Sendable (Result<VendorPage<ReferenceFact>, HistoryFailure>) -> Void
    ) {
        ask(.tickers(page)) { reply in
            completion(reply.map { if case .tickers(let page) = $0 { page } else { VendorPage() } })
        }
    }

    private func ask(_ inquiry: HistoryInquiry, _ completion: @escaping @Sendable (HistoryReply) -> Void) {
        do throws(HistoryInbox.Refusal) {
            try inbox.post(HistoryAsk(inquiry: inquiry, completion: completion))
        } catch {
            switch error {
            case .stopped: completion(.failure(Self.stopped))
            case .full(let limit):
                let sentence = "More than \(limit) questions about history wait; ask again when some have ended."
                completion(.failure(.failed(sentence: sentence, retryAfterMs: nil)))
            }
        }
    }

    private func wait(for inquiry: HistoryInquiry) -> HistoryReply {
        let slot = ReplySlot()
        ask(inquiry) { slot.fill($0) }
        return slot.wait()
    }
}

/// Carries a reply to a blocked caller.
///
/// `reply` is guarded by its mutex and is set before `ended` is raised.
private final class ReplySlot: Sendable {
    private let reply = Mutex<HistoryReply?>(nil)
    private let ended = Signal()

    func fill(_ value: HistoryReply) {
        reply.withLock { $0 = value }
        ended.raise()
    }

    func wait() -> HistoryReply {
        ended.wait()
        return reply.withLock { $0 } ?? .failure(PolygonHistorySource.stopped)
    }
}
