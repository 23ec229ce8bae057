import MarketTime
import NIOCore
import Simulator

/// All WebSockets of a server: the account's limit, the clock of the pump, the troubles.
///
/// Lives on its event loop. Every tick it takes the market's events since the last one, written once for all
/// connections, and lets each connection choose. A tick does bounded work; what is left waits for the next, so that REST
/// answers on the same loop are never held up for long.
final class StreamHub {
    /// Real time a tick may take for making events.
    private static let budgetNs: Int64 = 10_000_000
    /// Market time made at once; the budget is looked at in between.
    private static let strideNs: Int64 = 1_000_000_000
    /// Market time behind the clock after which the rest is given up.
    private static let arrearsNs: Int64 = 900_000_000_000
    /// Bytes of events made in one tick.
    private static let pageBytesMax = 4 << 20
    /// Unread bytes of any client above which a load without a rate waits.
    private static let flatOutBacklog = 2 << 20
    /// Sockets that have not logged in yet count too.
    private static let socketsMax = 64
    private static let endedMax = 16
    private static let rememberedMax = 1_000
    /// Events a burst adds in one tick.
    private static let burstEventsMax = 50_000

    let options: StreamOptions
    private let market: SimulatedMarket
    private let clock: any WallClock
    private let loop: any EventLoop
    private let keys: Set<String>
    private let topics: StreamInterest
    private let delayNs: Int64
    private let feed: any StreamFeed
    private let page = StreamPage()
    private let frames: StreamFrames
    private var plan: StreamFaultPlan
    /// Open connections, the oldest first.
    private var handlers: [StreamHandler] = []
    /// Those that have logged in, in that order.
    private var logins: [Int] = []
    /// What the last connections that ended had been sent.
    private var ended: [StreamConnection] = []
    private var endedTotals: [Int: [StreamTotal]] = [:]
    private var opened = 0
    /// Number the next connection has for the plan.
    private var nextNumber = 0
    private var areWishesStale = false
    private var hasWishes = false
    /// The market's moment up to which events have been delivered.
    private(set) var position: Instant?
    private var ticking: RepeatedTask?
    private var isPumpingSoon = false
    /// Events that bursts repeat.
    private var remembered: [(ticker: Int, topic: StreamInterest, text: String)] = []
    private var lastTickNs: Int64 = 0
    /// Real seconds between the last two ticks.
    private(set) var tickSeconds = 0.0

    init(
        _ market: SimulatedMarket,
        clock: any WallClock,
        options: MarketServerOptions,
        faults: StreamFaultPlan,
        loop: any EventLoop
    ) {
        self.market = market
        self.clock = clock
        self.loop = loop
        self.options = options.stream
        plan = faults
        keys = Set(options.keys)
        topics = options.plan.streamTopics
        delayNs = options.plan.delayNs
        feed = options.stream.load.map { LoadFeed($0, market: market) } ?? MarketStreamFeed(market)
        frames = StreamFrames(elementsMax: options.stream.eventsPerFrame)
    }

    /// Real time by the event loop's clock, which never goes back.
    var realNs: Int64 { Int64(clamping: NIODeadline.now().uptimeNanoseconds) }

    // MARK: connections

    /// The number of a connection that asks for an upgrade, and the troubles of that.
    func admit() -> (number: Int, faults: [StreamFault]) {
        let number = nextNumber
        nextNumber += 1
        return (number, faults(.upgrade, connection: number))
    }

    /// The handler of a connection whose upgrade has been answered; nil when there are too many.
    func handler(number: Int, gate: WireGate) -> StreamHandler? {
        guard handlers.count < Self.socketsMax else { return nil }
        var session = StreamSession(
            keys: keys,
            topics: topics,
            tickerCount: market.listings.count,
            indexOf: { [market] in market.index(of: $0) }
        )
        for fault in faults(.login, connection: number) {
            switch fault {
            case .badLogin: session.spoils.login = .badKey
            case .badPlan: session.spoils.login = .badPlan
            case .silentLogin: session.spoils.ignoresLogin = true
            case .loginTimeout: session.spoils.isTooLate = true
            default: break
            }
        }
        opened += 1
        return StreamHandler(
            id: opened - 1,
            session: session,
            troubles: StreamTroubles(plan, connection: number),
            gate: gate,
            hub: self
        )
    }

    private func faults(_ phase: StreamFault.Phase, connection number: Int) -> [StreamFault] {
        plan.rules.filter { $0.fault.phase == phase && $0.befalls(connection: number) }.map(\.fault)
    }

    func opened(_ handler: StreamHandler) {
        // A connection that was reset may still have changed its wishes after it was gone.
        if handlers.isEmpty { position = nil }
        handlers.append(handler)
        startTicking()
    }

    func closed(_ handler: StreamHandler) {
        guard let place = handlers.firstIndex(where: { $0 === handler }) else { return }
        handlers.remove(at: place)
        logins.removeAll { $0 == handler.id }
        ended.append(handler.report)
        endedTotals[handler.id] = handler.totals
        if ended.count > Self.endedMax { endedTotals[ended.removeFirst().id] = nil }
        wishesChanged()
        if handlers.isEmpty {
            ticking?.cancel()
            ticking = nil
            lastTickNs = 0
            // What happens while nobody listens is nobody's: the next one gets events from its own wishes on.
            position = nil
        }
    }

    /// Lets go whoever is too many.
    func loggedIn(_ handler: StreamHandler) {
        logins.append(handler.id)
        guard logins.count > max(1, options.connectionsMax) else { return }
        let victim = options.eviction == .older ? logins.removeFirst() : logins.removeLast()
        handlers.first { $0.id == victim }?.endForTooMany()
    }

    /// What somebody wants is different; whoever is the first gets the events from this moment on.
    func wishesChanged() {
        areWishesStale = true
        if position == nil { position = marketNow }
    }

    /// The time of the events that are sent now.
    private var marketNow: Instant { clock.now().adding(nanoseconds: -delayNs) }

    // MARK: from outside

    /// Replaces the troubles; the open connections are numbered anew, the oldest first.
    func set(_ plan: StreamFaultPlan) {
        self.plan = plan
        nextNumber = handlers.count
        for (number, handler) in handlers.enumerated() {
            handler.take(StreamTroubles(plan, connection: number), at: realNs)
        }
    }

    /// Lets one trouble befall every open connection.
    func strike(_ fault: StreamFault) {
        for handler in handlers { handler.strike(fault) }
    }

    /// Open connections, and the last ones that have ended.
    var connections: [StreamConnection] { ended + handlers.map(\.report) }

    /// What a connection has been sent, by ticker; nil when it is not remembered.
    func totals(of id: Int) -> [String: StreamTotal]? {
        guard let totals = handlers.first(where: { $0.id == id })?.totals ?? endedTotals[id] else { return nil }
        var found: [String: StreamTotal] = [:]
        for (index, total) in totals.enumerated() where total != StreamTotal() {
            found[market.listings[index].ticker] = total
        }
        return found
    }

    // MARK: the pump

    private func startTicking() {
        guard ticking == nil else { return }
        let delay = TimeAmount.milliseconds(Int64(min(max(5, options.tickMs), 1_000)))
        let bound = NIOLoopBound(self, eventLoop: loop)
        ticking = loop.scheduleRepeatedTask(initialDelay: delay, delay: delay) { _ in bound.value.tick() }
    }

    private func tick() {
        let now = realNs
        tickSeconds = lastTickNs == 0 ? 0 : Double(now - lastTickNs) / 1e9
        lastTickNs = now
        for handler in handlers { handler.look(at: now) }
        pump()
        for handler in handlers where handler.spoilage.burstPerSecond > 0 { burst(for: handler, seconds: tickSeconds) }
    }

    /// Makes and delivers the events since the last tick.
    private func pump() {
        let now = marketNow
        if areWishesStale { renewWishes() }
        guard hasWishes else {
            position = nil
            return
        }
        var from = position ?? now
        if now < from || now.nanoseconds(since: from) > Self.arrearsNs { from = now }
        let deadline = realNs + Self.budgetNs
        let isFlatOut = feed.isFlatOut
        repeat {
            if isFlatOut, handlers.contains(where: { $0.backlogBytes > Self.flatOutBacklog }) { break }
            let to = min(now, from.adding(nanoseconds: Self.strideNs))
            page.removeAll()
            feed.append(after: from, through: to, realNs: realNs, into: page)
            from = to
            if !page.entries.isEmpty {
                remember(page)
                for handler in handlers { handler.deliver(page, frames) }
            }
        } while (from < now || isFlatOut) && realNs < deadline && page.json.count < Self.pageBytesMax
        position = from
        if isFlatOut { pumpSoon() }
    }

    /// Without a rate, the pump goes on once the loop has had a moment for everything else.
    private func pumpSoon() {
        guard !isPumpingSoon else { return }
        isPumpingSoon = true
        let bound = NIOLoopBound(self, eventLoop: loop)
        loop.scheduleTask(in: .milliseconds(1)) {
            bound.value.isPumpingSoon = false
            if bound.value.ticking != nil { bound.value.pump() }
        }
    }

    private func renewWishes() {
        areWishesStale = false
        var wishes = StreamWishes(tickerCount: market.listings.count)
        for handler in handlers where handler.session.phase == .live { wishes.formUnion(handler.session.interest) }
        hasWishes = handlers.contains { $0.session.phase == .live && $0.session.holdsPairs }
        feed.follow(wishes)
    }

    /// Keeps what can be said again without changing anything: quotes, bars, bands.
    private func remember(_ page: StreamPage) {
        guard handlers.contains(where: { $0.spoilage.burstPerSecond > 0 }) else { return }
        var found: [(ticker: Int, topic: StreamInterest, text: String)] = []
        page.json.withBytes { bytes in
            var start = 0
            for entry in page.entries {
                let end = Int(entry.end)
                if entry.topic != .trades, found.count < Self.rememberedMax {
                    found.append((Int(entry.ticker), entry.topic, String(decoding: bytes[start..<end], as: UTF8.self)))
                }
                start = end
            }
        }
        if !found.isEmpty { remembered = found }
    }

    /// Says again what has been said last, at the rate of the connection's burst.
    private func burst(for handler: StreamHandler, seconds: Double) {
        guard !remembered.isEmpty else { return }
        handler.burstDue += Double(handler.spoilage.burstPerSecond) * seconds
        let count = min(Int(handler.burstDue), Self.burstEventsMax)
        handler.burstDue -= Double(count)
        page.removeAll()
        for number in 0..<count {
            let (ticker, topic, text) = remembered[number % remembered.count]
            page.json.text(text)
            page.note(ticker: ticker, topic)
        }
        handler.deliver(page, frames)
    }
}
