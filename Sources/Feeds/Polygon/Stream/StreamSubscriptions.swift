package import EngineAPI
import MarketData
package import MarketTime

// Acknowledgements are no ground to build on: a pair subscribed before gets none, an unknown ticker gets one and stays
// silent, an unknown topic gets none, and `not authorized` names nobody. So a pair counts as held as soon as it has been
// asked for, and acknowledgements only serve to find out which topic a denial meant: one that was acknowledged since the
// login is included; of the others, when several were asked for, each is asked for once more by a single pair.

/// What is subscribed against what is wanted: a diff sent in paced frames, and the topics the plan does not include.
///
/// A pure value; `now` is monotonic time with any origin.
package struct StreamSubscriptions: Sendable {
    /// Sizes, paces and patience.
    package struct Limits: Equatable, Sendable {
        /// Pairs in a frame, at least 1; the vendor closes the connection over very long ones.
        package var pairsPerFrame: Int
        /// Bytes of a frame, at least 128, so that the longest pair fits.
        package var frameBytesMax: Int
        /// Pause between two frames, ms.
        package var framePauseMs: Int
        /// How long acknowledgements are waited for after a denial, ms.
        package var settleMs = 1000
        /// How long the answer to a single pair of a doubtful topic is waited for, ms.
        package var probeMs = 2000
        /// How long a denied topic is not asked for again, ms.
        package var deniedMs = 86_400_000

        /// Limits; the defaults are 50 pairs, 16 KiB and 100 ms.
        package init(pairsPerFrame: Int = 50, frameBytesMax: Int = 16_384, framePauseMs: Int = 100) {
            precondition(
                pairsPerFrame >= 1 && frameBytesMax >= 128 && framePauseMs >= 0,
                "Invariant: a frame has room for a pair"
            )
            self.pairsPerFrame = pairsPerFrame
            self.frameBytesMax = frameBytesMax
            self.framePauseMs = framePauseMs
        }
    }

    /// Which topic a denial meant is being found out.
    private enum Doubt: Equatable, Sendable {
        /// More acknowledgements may come until then; denials have come since `since`.
        case settling(since: Instant, until: Instant)
        /// The first of these topics is asked for by a single pair; nil until that has been sent.
        case probing([StreamTopic], until: Instant?)
    }

    /// Longest wait for acknowledgements, in settling times, however many denials come.
    private static let settlesMax: Int64 = 5

    /// How many more were wanted and left out by the cap.
    package private(set) var omitted = 0
    /// Pairs asked for on this login and not taken back.
    package private(set) var held: Set<StreamPair> = []
    /// Topics that are wanted and denied, in the order of `StreamTopic`.
    package private(set) var missingTopics: [StreamTopic] = []
    /// Whether a denial came that no topic explains.
    package private(set) var hasUnknownDenial = false

    private let limits: Limits
    /// The most important first, each once, without those a wildcard covers.
    private var wanted: [StreamPair] = []
    private var wantedSet: Set<StreamPair> = []
    private var isLoggedIn = false
    /// Whether `held` is what it should be.
    private var isSettled = false
    private var nextFrameAt: Instant?
    /// Topics asked for, and topics acknowledged, since the login.
    private var asked: Set<StreamTopic> = []
    private var included: Set<StreamTopic> = []
    /// Denied topics and until when.
    private var denied: [StreamTopic: Instant] = [:]
    private var doubt: Doubt?

    /// Nothing wanted, no login.
    package init(limits: Limits = Limits()) { self.limits = limits }

    /// How many pairs are wanted.
    package var wantedCount: Int { wanted.count }

    /// How many of those have been asked for on this login.
    package var heldCount: Int { isSettled ? held.count : wanted.count { held.contains($0) } }

    /// The topics the plan does not include.
    package var deniedTopics: [StreamTopic] { StreamTopic.allCases.filter { denied[$0] != nil } }

    // MARK: Events

    /// Replaces what is wanted; frames not sent yet follow the newest wish alone.
    package mutating func want(_ demand: StreamDemand) {
        let wildcards = Set(demand.pairs.filter { $0.symbol == nil }.map(\.topic))
        wanted.removeAll(keepingCapacity: true)
        wantedSet.removeAll(keepingCapacity: true)
        for pair in demand.pairs where Self.isSafe(pair) {
            if pair.symbol != nil, wildcards.contains(pair.topic) { continue }
            if wantedSet.insert(pair).inserted { wanted.append(pair) }
        }
        omitted = demand.omitted
        changed()
    }

    /// A login has succeeded: nothing is subscribed, and everything is to be.
    package mutating func loggedIn() {
        loggedOut()
        isLoggedIn = true
    }

    /// The connection, and every subscription with it, is gone.
    package mutating func loggedOut() {
        isLoggedIn = false
        held = []
        asked = []
        included = []
        doubt = nil
        nextFrameAt = nil
        hasUnknownDenial = false
        changed()
    }

    /// The vendor confirms a pair, as `T.AAPL`.
    package mutating func acknowledged(_ text: Substring) {
        let parts = text.split(separator: ".", maxSplits: 1)
        guard isLoggedIn, parts.count == 2, let topic = StreamTopic(rawValue: String(parts[0])) else { return }
        included.insert(topic)
        if denied.removeValue(forKey: topic) != nil {
            // The denial was another topic's after all; only now is it known that this pair is held.
            if parts[1] == "*" { held.insert(StreamPair(topic, nil)) }
            if let symbol = Symbol(parts[1]) { held.insert(StreamPair(topic, symbol)) }
            changed()
        }
        if case .probing(let topics, .some) = doubt, topics.first == topic { probeNext(topics) }
    }

    /// The vendor denies one or more pairs and does not say which.
    package mutating func notAuthorized(now: Instant) {
        guard isLoggedIn else { return }
        switch doubt {
        case .probing(let topics, .some):
            if let topic = topics.first { deny(topic, now: now) }
            probeNext(topics)
        case .probing(_, nil): return
        case .settling(let since, _):
            let latest = since.adding(milliseconds: Int64(limits.settleMs) * Self.settlesMax)
            doubt = .settling(since: since, until: min(now.adding(milliseconds: Int64(limits.settleMs)), latest))
        case nil: doubt = .settling(since: now, until: now.adding(milliseconds: Int64(limits.settleMs)))
        }
    }

    /// Denied topics are asked for again: the trader may have another plan now.
    package mutating func forgetDenials() {
        denied = [:]
        hasUnknownDenial = false
        changed()
    }

    // MARK: Frames

    /// The next frame to send now, if any; it counts as sent.
    package mutating func nextFrame(now: Instant) -> String? {
        expireDenials(now: now)
        guard isLoggedIn else { return nil }
        resolveDoubt(now: now)
        if let nextFrameAt, now < nextFrameAt { return nil }
        switch doubt {
        case .settling: return nil
        case .probing(let topics, let until): return until == nil ? probe(topics, now: now) : nil
        case nil: break
        }
        guard !isSettled else { return nil }
        let extra = held.filter { !wantedSet.contains($0) }
        if !extra.isEmpty {
            let pairs = fitting(extra.sorted { $0.text < $1.text }, command: .unsubscribe)
            held.subtract(pairs)
            return frame(.unsubscribe, pairs, now: now)
        }
        let missing = wanted.lazy.filter { [held, denied] in !held.contains($0) && denied[$0.topic] == nil }
        let pairs = fitting(missing, command: .subscribe)
        guard !pairs.isEmpty else {
            isSettled = true
            return nil
        }
        held.formUnion(pairs)
        return frame(.subscribe, pairs, now: now)
    }

    /// When `nextFrame` may have something to do; nil when only an event can change anything.
    package var nextDeadline: Instant? {
        let expiry = denied.values.min()
        guard isLoggedIn else { return expiry }
        let own: Instant?
        switch doubt {
        case .settling(_, let until): own = until
        case .probing(_, .some(let until)): own = until
        case .probing(_, nil): own = nextFrameAt ?? .epoch
        case nil: own = isSettled ? nil : nextFrameAt ?? .epoch
        }
        return [expiry, own].compactMap(\.self).min()
    }

    private mutating func frame(_ command: StreamCommand, _ pairs: [StreamPair], now: Instant) -> String {
        if command == .subscribe { asked.formUnion(pairs.map(\.topic)) }
        nextFrameAt = now.adding(milliseconds: Int64(limits.framePauseMs))
        return command.text(pairs.map(\.text).joined(separator: ","))
    }

    /// As many of the pairs, from the first on, as one frame takes.
    private func fitting(_ pairs: some Sequence<StreamPair>, command: StreamCommand) -> [StreamPair] {
        var chosen: [StreamPair] = []
        var bytes = command.overheadBytes
        for pair in pairs {
            bytes += pair.text.utf8.count + (chosen.isEmpty ? 0 : 1)
            if chosen.count == limits.pairsPerFrame || bytes > limits.frameBytesMax { break }
            chosen.append(pair)
        }
        return chosen
    }

    /// A `Symbol` cannot break the syntax, but one can be made of packed bytes that nobody has checked.
    private static func isSafe(_ pair: StreamPair) -> Bool {
        guard let symbol = pair.symbol else { return true }
        let text = symbol.text.utf8
        return !text.isEmpty && text.allSatisfy(Symbol.isAllowed)
    }

    // MARK: Denials

    private mutating func changed() {
        isSettled = false
        missingTopics = StreamTopic.allCases.filter { topic in
            denied[topic] != nil && wanted.contains { $0.topic == topic }
        }
    }

    private mutating func deny(_ topic: StreamTopic, now: Instant) {
        denied[topic] = now.adding(milliseconds: Int64(limits.deniedMs))
        held = held.filter { $0.topic != topic }
        changed()
    }

    private mutating func expireDenials(now: Instant) {
        guard denied.values.contains(where: { $0 <= now }) else { return }
        denied = denied.filter { $0.value > now }
        changed()
    }

    private mutating func resolveDoubt(now: Instant) {
        switch doubt {
        case .settling(_, let until) where until <= now:
            let doubtful = StreamTopic.allCases.filter {
                asked.contains($0) && !included.contains($0) && denied[$0] == nil
            }
            doubt = nil
            switch doubtful.count {
            case 0: hasUnknownDenial = true
            case 1: deny(doubtful[0], now: now)
            default: doubt = .probing(doubtful, until: nil)
            }
        case .probing(let topics, .some(let until)) where until <= now:
            // Neither denied nor confirmed: a pair that is held already is not answered. It stays.
            if let topic = topics.first { included.insert(topic) }
            probeNext(topics)
        case .settling, .probing, nil: break
        }
    }

    private mutating func probeNext(_ topics: [StreamTopic]) {
        let rest = topics.dropFirst().filter { !included.contains($0) }
        doubt = rest.isEmpty ? nil : .probing(rest, until: nil)
    }

    /// Asks for one pair of the first of the topics of which there is one.
    private mutating func probe(_ topics: [StreamTopic], now: Instant) -> String? {
        var topics = topics
        while let topic = topics.first {
            if let pair = wanted.first(where: { $0.topic == topic }) {
                held.insert(pair)
                doubt = .probing(topics, until: now.adding(milliseconds: Int64(limits.probeMs)))
                return frame(.subscribe, [pair], now: now)
            }
            topics.removeFirst()
        }
        doubt = nil
        return nil
    }
}
