package import EngineAPI
package import MarketTime
import Network

/// The life of the vendor's WebSocket: a pure state machine, without clock, randomness or sockets.
///
/// `now` is monotonic time with any origin, so that a corrected clock neither stalls nor floods the vendor; `wallNow` is
/// the market's time and only goes into what a trader reads. At most one connection exists, also while one is being
/// closed: the vendor counts them per account.
package struct StreamCore: Sendable {
    /// How far the connection is.
    private enum Link: Equatable, Sendable {
        case none
        case opening(until: Instant)
        case greeting(until: Instant)
        case authenticating(until: Instant)
        case ready(since: Instant)
        case closing(until: Instant)
    }

    /// Whether and when to connect once there is no connection.
    private enum NextTry: Equatable, Sendable {
        case atOnce
        case at(Instant)
        case never
    }

    /// What a trader is told.
    package private(set) var state = StreamState.connecting
    /// Successful logins.
    package private(set) var epoch = 0
    /// Since when the present login lasts (market's clock).
    package private(set) var liveSince: Instant?
    /// What is wanted, held and denied.
    package private(set) var subscriptions: StreamSubscriptions

    private var settings: Settings
    private var link = Link.none
    private var nextTry = NextTry.atOnce
    private var backoff: Backoff
    /// Drawn from the upper half of twice the pause: never less than the pause, with jitter on top.
    private var limitBackoff: Backoff
    private var isHealthy = false
    private var lastFrameAt = Instant.epoch
    private var lastPingAt = Instant.epoch
    /// The last status that said nothing about the login while it was waited for.
    private var lastWord = ""
    private var reported: StreamState?

    // The present step's.
    private var now = Instant.epoch
    private var wallNow = Instant.epoch
    private var actions: [StreamAction] = []

    /// Not connected; the first step connects.
    package init(_ settings: Settings) {
        self.settings = settings
        subscriptions = StreamSubscriptions(limits: settings.subscriptions)
        backoff = Backoff(limits: settings.backoff)
        let pause = max(1, settings.connectionLimitPauseMs)
        limitBackoff = Backoff(limits: .init(firstMs: pause * 2, capMs: pause * 10, jitter: .equal))
    }

    /// Takes what happened, in its order, and what time has brought; returns what to do, in this order.
    ///
    /// No event at all is a tick.
    package mutating func step(
        _ events: [StreamEvent] = [],
        now: Instant,
        wallNow: Instant,
        using generator: inout some RandomNumberGenerator
    ) -> [StreamAction] {
        self.now = now
        self.wallNow = wallNow
        for event in events { take(event, using: &generator) }
        passTime(using: &generator)
        while let text = subscriptions.nextFrame(now: now) { actions.append(.send(text)) }
        if case .ready = link { state = connectedState }
        if state != reported {
            reported = state
            actions.append(.report(state))
        }
        defer { actions.removeAll(keepingCapacity: true) }
        return actions
    }

    /// When to step again at the latest; nil when only an event can change anything.
    package var nextDeadline: Instant? {
        var deadlines = [subscriptions.nextDeadline].compactMap(\.self)
        switch link {
        case .none:
            switch nextTry {
            case .atOnce: deadlines.append(now)
            case .at(let instant): deadlines.append(instant)
            case .never: break
            }
        case .opening(let until), .greeting(let until), .authenticating(let until), .closing(let until):
            deadlines.append(until)
        case .ready(let since):
            let ping = max(lastFrameAt, lastPingAt).adding(milliseconds: Int64(settings.pingMs))
            let quiet = lastFrameAt.adding(milliseconds: Int64(settings.quietMs))
            deadlines += [ping, lastFrameAt.adding(milliseconds: Int64(settings.livenessMs))]
            if quiet > now { deadlines.append(quiet) }
            if !isHealthy { deadlines.append(since.adding(milliseconds: Int64(settings.healthyMs))) }
        }
        return deadlines.min()
    }

    // MARK: Events

    private mutating func take(_ event: StreamEvent, using generator: inout some RandomNumberGenerator) {
        switch event {
        case .opened:
            guard case .opening = link else { return }
            link = .greeting(until: now.adding(milliseconds: Int64(settings.loginTimeoutMs)))
            lastFrameAt = now
            lastWord = ""
            state = .authenticating
        case .frame: lastFrameAt = now
        case .notice(let status, let message): take(status, message, using: &generator)
        case .ended(let end): take(end, using: &generator)
        case .want(let demand): subscriptions.want(demand)
        case .retry(let key): retry(key)
        }
    }

    private mutating func take(
        _ status: String,
        _ message: String,
        using generator: inout some RandomNumberGenerator
    ) {
        switch link {
        case .greeting, .authenticating, .ready: break
        case .none, .opening, .closing: return
        }
        switch status {
        case "connected": greet()
        case "auth_success": logIn()
        case "auth_failed":
            let hasKey = settings.key.map { !$0.isEmpty } ?? false
            refuse(
                StreamSentence.refusal(
                    clean(message),
                    host: settings.host,
                    hasKey: hasKey,
                    keyHint: settings.keyHint
                )
            )
            close()
        case "auth_timeout":
            fail(StreamSentence.loginTooLate(clean(message), host: settings.host), using: &generator)
            close()
        case "max_connections":
            let pause = pauseForLimit(using: &generator)
            state = .backingOff(
                sentence: StreamSentence.connectionLimit(host: settings.host, pauseMs: pause),
                retryAt: wallNow.adding(milliseconds: Int64(pause))
            )
            close()
        case "success":
            let words = "subscribed to: "
            if message.hasPrefix(words) { subscriptions.acknowledged(message.dropFirst(words.count)) }
        case "error":
            if message.lowercased().contains("not authorized") { subscriptions.notAuthorized(now: now) }
            lastWord = clean(message)
        default: lastWord = clean("\(status) \(message)")
        }
    }

    /// The vendor's first word, whenever it comes; only then is the login sent, and once.
    private mutating func greet() {
        guard case .greeting = link else { return }
        link = .authenticating(until: now.adding(milliseconds: Int64(settings.loginTimeoutMs)))
        actions.append(.send(StreamCommand.login(settings.key)))
    }

    private mutating func logIn() {
        guard case .authenticating = link else { return }
        link = .ready(since: now)
        lastPingAt = now
        isHealthy = false
        epoch += 1
        liveSince = wallNow
        subscriptions.loggedIn()
    }

    private mutating func take(_ end: StreamEnd, using generator: inout some RandomNumberGenerator) {
        let old = link
        linkEnded()
        switch old {
        // What is to happen has been decided before: the reason came first, and the end of the connection is none.
        case .none, .closing: return
        case .opening, .greeting, .authenticating, .ready: break
        }
        let sentence = VendorText.without(settings.key, in: end.sentence)
        switch end.verdict {
        case .permanent: refuse(sentence)
        case .policy:
            let pause = pauseForLimit(using: &generator)
            state = .backingOff(
                sentence: StreamSentence.policy(sentence, pauseMs: pause),
                retryAt: wallNow.adding(milliseconds: Int64(pause))
            )
        case .retry: fail(StreamSentence.lost(sentence), using: &generator)
        case .retrySlowly:
            fail(StreamSentence.lost(sentence), atLeastMs: settings.backoff.capMs, using: &generator)
        }
    }

    private mutating func retry(_ key: Secret?) {
        let isOther = key != nil && key != settings.key
        settings.key = key ?? settings.key
        subscriptions.forgetDenials()
        switch link {
        case .ready, .opening, .greeting, .authenticating:
            // Nothing has been said to the server before the greeting, so an opening connection serves any key.
            if case .opening = link { return }
            if case .greeting = link { return }
            guard isOther else { return }
            close()
        case .none, .closing: break
        }
        backoff.succeeded()
        limitBackoff.succeeded()
        nextTry = .atOnce
        state = .connecting
    }

    // MARK: Time

    private mutating func passTime(using generator: inout some RandomNumberGenerator) {
        switch link {
        case .opening(let until) where until <= now:
            let words = StreamSentence.noConnection(host: settings.host, afterMs: settings.connectTimeoutMs)
            drop(words, using: &generator)
        case .greeting(let until) where until <= now:
            let words = StreamSentence.noGreeting(host: settings.host, afterMs: settings.loginTimeoutMs)
            drop(words, using: &generator)
        case .authenticating(let until) where until <= now:
            let words = StreamSentence.noLogin(
                host: settings.host,
                afterMs: settings.loginTimeoutMs,
                last: lastWord
            )
            drop(words, using: &generator)
        case .closing(let until) where until <= now:
            actions.append(.drop)
            linkEnded()
        case .ready(let since): watch(since: since, using: &generator)
        case .none, .opening, .greeting, .authenticating, .closing: break
        }
        guard link == .none else { return }
        switch nextTry {
        case .never: return
        case .at(let instant) where instant > now: return
        case .atOnce, .at: break
        }
        link = .opening(until: now.adding(milliseconds: Int64(settings.connectTimeoutMs)))
        state = .connecting
        actions.append(.connect)
    }

    /// Looks after a connection that is in use: pings, gives it up, or forgets earlier failures.
    private mutating func watch(since: Instant, using generator: inout some RandomNumberGenerator) {
        if isPast(lastFrameAt, settings.livenessMs) {
            drop(StreamSentence.silent(host: settings.host, afterMs: settings.livenessMs), using: &generator)
            return
        }
        if isPast(max(lastFrameAt, lastPingAt), settings.pingMs) {
            lastPingAt = now
            actions.append(.ping)
        }
        if !isHealthy, isPast(since, settings.healthyMs) {
            isHealthy = true
            backoff.succeeded()
            limitBackoff.succeeded()
        }
    }

    private func isPast(_ start: Instant, _ milliseconds: Int) -> Bool {
        start.adding(milliseconds: Int64(milliseconds)) <= now
    }

    private var connectedState: StreamState {
        if isPast(lastFrameAt, settings.quietMs) {
            let words = StreamSentence.quiet(
                host: settings.host,
                sinceMs: settings.quietMs,
                untilMs: settings.livenessMs
            )
            return .degraded(sentence: words)
        }
        let missing = subscriptions.missingTopics
        if !missing.isEmpty {
            return .degraded(sentence: StreamSentence.denied(missing, host: settings.host))
        }
        if subscriptions.hasUnknownDenial {
            return .degraded(sentence: StreamSentence.deniedUnknown(host: settings.host))
        }
        return .live
    }

    // MARK: Ends

    private mutating func fail(
        _ sentence: String,
        atLeastMs: Int? = nil,
        using generator: inout some RandomNumberGenerator
    ) {
        let delay = backoff.failed(now: now, retryAfterMs: atLeastMs, using: &generator)
        nextTry = .at(now.adding(milliseconds: Int64(delay)))
        state = .backingOff(sentence: sentence, retryAt: wallNow.adding(milliseconds: Int64(delay)))
    }

    /// The pause after the limit of connections, ms.
    private mutating func pauseForLimit(using generator: inout some RandomNumberGenerator) -> Int {
        let pause = limitBackoff.failed(now: now, using: &generator)
        nextTry = .at(now.adding(milliseconds: Int64(pause)))
        return pause
    }

    private mutating func refuse(_ sentence: String) {
        nextTry = .never
        state = .refused(sentence: sentence)
    }

    private mutating func drop(_ sentence: String, using generator: inout some RandomNumberGenerator) {
        actions.append(.drop)
        linkEnded()
        fail(sentence, using: &generator)
    }

    private mutating func close() {
        linkEnded()
        link = .closing(until: now.adding(milliseconds: Int64(settings.closeTimeoutMs)))
        actions.append(.close(code: 1000))
    }

    private mutating func linkEnded() {
        link = .none
        liveSince = nil
        subscriptions.loggedOut()
    }

    /// The vendor's words, fit for a line on the screen and without the key.
    private func clean(_ text: String) -> String { VendorText.without(settings.key, in: VendorText.clean(text)) }
}
