package import EngineAPI
package import MarketData

/// Decides what is to be subscribed, from what the trader looks at and what is in play.
///
/// The whole desired state is built anew whenever something has changed: a pair is wanted as long as any reason for it
/// remains, and stands in the list once, at the place of its most important reason. Times are ns of market time; a clock
/// that has been set back prolongs no pause. In order of importance: all bands, the selected ticker, the tapes', the
/// watchlist, what was looked at a moment ago, the short list by rank, what has left it lately.
package struct SubscriptionPlanner: Sendable {
    /// Pause between two lists that differ for any other reason than what is looked at, ns.
    package static let pauseNs: Int64 = 1_000_000_000
    /// Pause between two readings of the short list, ns.
    package static let shortListPauseNs: Int64 = 5_000_000_000
    /// How long what was looked at stays subscribed, ns: scrolling up and down again changes nothing.
    package static let lookedNs: Int64 = 10_000_000_000
    /// Tickers looked at before that stay subscribed, at most.
    package static let lookedMax = 8
    /// Tickers of a watchlist, at most.
    package static let watchlistMax = 500

    private struct Lingering {
        var symbol: Symbol
        var until: Int64
    }

    private let settings: StreamSettings
    /// The short list by rank.
    private(set) var shortList: [Symbol] = []
    private(set) var watchlist: [Symbol] = []
    private(set) var looked = LookedAt()
    /// Tickers that left the short list, the latest first.
    private var left: [Lingering] = []
    /// Tickers looked at before, the latest first.
    private var lookedBefore: [Lingering] = []
    private var demand = StreamDemand()
    /// The demand's pairs, to ask whether one is among them.
    private var held: Set<StreamPair> = []
    /// Something that decides has changed since the demand was made.
    private var isStale = true
    private var hasLookedElsewhere = false
    private var plannedAt: Int64?
    private var shortListAt: Int64?

    /// A planner that wants nothing yet.
    package init(settings: StreamSettings) { self.settings = settings }

    /// Whether a subscription is among those wanted.
    package func holds(_ topic: StreamTopic, _ symbol: Symbol?) -> Bool { held.contains(StreamPair(topic, symbol)) }

    /// Whether anything of a ticker is wanted.
    package func isFollowed(_ symbol: Symbol) -> Bool {
        [.seconds, .trades, .quotes, .minutes].contains { holds($0, symbol) }
    }

    /// Tickers of which a topic is wanted, the most important first.
    package func symbols(of topic: StreamTopic) -> [Symbol] {
        demand.pairs.compactMap { $0.topic == topic ? $0.symbol : nil }
    }

    /// Tickers looked at, now and a moment ago, and the watchlist: the most important first, each once.
    package var lookedAtSymbols: [Symbol] {
        var seen: Set<Symbol> = []
        return (lookedNow + watchlist + lookedBefore.map(\.symbol)).filter { seen.insert($0).inserted }
    }

    private var lookedNow: [Symbol] {
        [looked.selected, looked.tape?.symbol, looked.secondTape?.symbol].compactMap { $0 }
    }

    private var isMergedTapeShown: Bool {
        [looked.tape, looked.secondTape].contains { tape in tape.map { $0.symbol == nil } ?? false }
    }

    /// Takes what the trader looks at.
    package mutating func look(_ newLook: LookedAt, now: Int64) {
        let (before, wasMerged) = (lookedNow, isMergedTapeShown)
        looked = newLook
        let current = lookedNow
        if before == current, wasMerged == isMergedTapeShown { return }
        lookedBefore.removeAll { current.contains($0.symbol) || before.contains($0.symbol) }
        for symbol in before where !current.contains(symbol) {
            lookedBefore.insert(Lingering(symbol: symbol, until: now + Self.lookedNs), at: 0)
        }
        if lookedBefore.count > Self.lookedMax { lookedBefore.removeLast(lookedBefore.count - Self.lookedMax) }
        isStale = true
        hasLookedElsewhere = true
    }

    /// Takes the trader's own list; what is beyond ``watchlistMax`` is left out.
    package mutating func watch(_ symbols: [Symbol]) {
        var seen: Set<Symbol> = []
        let list = Array(symbols.filter { seen.insert($0).inserted }.prefix(Self.watchlistMax))
        if list != watchlist { isStale = true }
        watchlist = list
    }

    /// Whether the short list may be read again.
    package func wantsShortList(now: Int64) -> Bool {
        shortListAt.map { abs(now - $0) >= Self.shortListPauseNs } ?? true
    }

    /// Takes the short list by rank, cut to the setting; what has left it stays for a while.
    package mutating func take(shortList ranked: [Symbol], now: Int64) {
        shortListAt = now
        let list = Array(ranked.prefix(settings.shortListMax))
        guard list != shortList else { return }
        let members = Set(list)
        left.removeAll { members.contains($0.symbol) }
        let until = now + Int64(settings.lingerSeconds) * 1_000_000_000
        left = shortList.filter { !members.contains($0) }.map { Lingering(symbol: $0, until: until) } + left
        // A clock set back and forth must not make it grow.
        if left.count > settings.shortListMax { left.removeLast(left.count - settings.shortListMax) }
        shortList = list
        isStale = true
    }

    /// The demand and what is no longer in it, if it has changed and is due.
    package mutating func plan(now: Int64) -> (demand: StreamDemand, dropped: [StreamPair])? {
        expire(now)
        guard isStale else { return nil }
        if let plannedAt, !hasLookedElsewhere, abs(now - plannedAt) < Self.pauseNs { return nil }
        isStale = false
        hasLookedElsewhere = false
        let wanted = build()
        guard wanted != demand else { return nil }
        plannedAt = now
        let dropped = demand.pairs
        demand = wanted
        held = Set(wanted.pairs)
        return (wanted, dropped.filter { !held.contains($0) })
    }

    private mutating func expire(_ now: Int64) {
        let count = left.count + lookedBefore.count
        // Further ahead than can be: the clock has been set back.
        let farthest = now + max(Int64(settings.lingerSeconds) * 1_000_000_000, Self.lookedNs)
        left.removeAll { $0.until <= now || $0.until > farthest }
        lookedBefore.removeAll { $0.until <= now || $0.until > farthest }
        if left.count + lookedBefore.count != count { isStale = true }
    }

    private func build() -> StreamDemand {
        var builder = Builder(max: settings.pairsMax)
        let looked: [StreamTopic] = settings.hasQuotes ? [.trades, .quotes, .seconds] : [.trades, .seconds]
        if settings.hasQuotes { builder.add(StreamPair(.bands, nil)) }
        for symbol in lookedNow + watchlist + lookedBefore.map(\.symbol) {
            for topic in looked { builder.add(StreamPair(topic, symbol)) }
        }
        let isMerged = isMergedTapeShown
        var topics: [StreamTopic] = [.seconds]
        if isMerged || settings.storedTicks == .shortList { topics.append(.trades) }
        if isMerged, settings.hasQuotes { topics.append(.quotes) }
        for symbol in shortList + left.map(\.symbol) {
            for topic in topics { builder.add(StreamPair(topic, symbol)) }
        }
        return builder.demand
    }

    /// Puts pairs in order, each once, and counts those beyond the cap.
    private struct Builder {
        let max: Int
        var demand = StreamDemand()
        private var seen: Set<StreamPair> = []

        init(max: Int) {
            self.max = max
            seen.reserveCapacity(max)
        }

        mutating func add(_ pair: StreamPair) {
            guard seen.insert(pair).inserted else { return }
            if demand.pairs.count < max { demand.pairs.append(pair) } else { demand.omitted += 1 }
        }
    }
}
