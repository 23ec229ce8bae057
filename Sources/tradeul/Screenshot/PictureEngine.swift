import Engine
import EngineAPI
import MarketData
import MarketTime
import Simulator

/// An engine on a simulated market that is stepped by hand: everything it asks for is answered at once and from memory.
///
/// A copy goes its own way from where it was copied; both share what the market is made with, which has no state that
/// shows.
struct PictureEngine {
    /// Market seconds between two snapshots, as the demo polls by default.
    private static let pollSeconds: Int64 = 5
    /// The host that a demo names.
    private static let host = "127.0.0.1"
    /// Rounds of questions and answers at one moment; more would be a circle.
    private static let roundsMax = 50

    /// The market's time up to which everything has been taken.
    private(set) var now: Instant
    /// The newest picture; nil before the first.
    private(set) var view: EngineView?
    /// The lists in force.
    private(set) var book: ScanBook
    private let feed: PictureFeed
    /// The market's past.
    let history: PictureHistory
    private var core: EngineCore
    private var feedStatus = FeedStatus(state: .live, host: Self.host)
    private var stream = StreamStatus(state: .connecting, host: Self.host)
    private var demand = StreamDemand()
    /// Events of the last seconds, for the rate; newest last.
    private var recentEvents: [Int] = []

    /// An engine that starts at a moment of the market, with history, facts and lists.
    ///
    /// - Throws: `DecodeError`.
    init(core: EngineCore, feed: PictureFeed, history: PictureHistory, book: ScanBook, startingAt start: Instant) throws
    {
        self.core = core
        self.feed = feed
        self.history = history
        self.book = book
        now = Instant(seconds: start.seconds)
        let day = feed.market.calendar.state(at: now).tradingDay
        let facts = history.facts(on: day)
        stream.state = .live
        stream.epoch = 1
        stream.liveSince = now
        take([
            .store(.ready), .reference(facts), .referenceStatus(ReferenceStatus(of: facts, on: day)),
            .streamStatus(stream), .command(.scans(book)),
        ])
        try poll()
    }

    /// Takes the market up to a moment: the stream each second, a snapshot every five.
    ///
    /// - Parameter onView: Called with each picture, at its time.
    /// - Throws: `DecodeError`.
    mutating func advance(to target: Instant, onView: (inout Self) -> Void = { _ in }) throws {
        while now < target {
            let next = min(Instant(seconds: now.seconds).adding(seconds: 1), target)
            let events = feed.events(after: now, through: next, demand)
            let isWhole = next.nanoseconds == Instant(seconds: next.seconds).nanoseconds
            now = next
            note(events.batch, bytes: events.bytes)
            if events.batch.eventCount > 0 { take([.stream(events.batch)]) }
            if isWhole, now.seconds % Self.pollSeconds == 0 { try poll() }
            take([.streamStatus(stream), .show])
            onView(&self)
        }
    }

    /// Takes the market up to a moment with a snapshot now and then and no stream: for the time nobody looks.
    ///
    /// - Throws: `DecodeError`.
    mutating func skim(to target: Instant, everySeconds step: Int64) throws {
        while now < target {
            now = min(now.adding(seconds: step), target)
            stream.lastFrameAt = now
            try poll()
        }
        take([.streamStatus(stream)])
    }

    /// Carries a screen's command out.
    mutating func send(_ command: EngineCommand) {
        if case .scans(let newBook) = command { book = newBook }
        take([.command(command)])
    }

    private mutating func poll() throws {
        let batch = try feed.snapshot(at: now)
        feedStatus.succeededPolls += 1
        feedStatus.vendorSession = feed.market.calendar.state(at: now).session
        feedStatus.vendorSessionAt = now
        take([.feed(feedStatus), .snapshot(batch)])
    }

    /// Steps the core and answers what it asks for until it asks for nothing more.
    private mutating func take(_ inputs: [EngineInput]) {
        var inputs = inputs
        for _ in 0..<Self.roundsMax {
            var answers: [EngineInput] = []
            for output in core.step(inputs, now: now) {
                switch output {
                case .publish(let newView): view = newView
                case .demand(let newDemand):
                    demand = newDemand
                    stream.wantedPairs = demand.pairs.count
                    stream.heldPairs = demand.pairs.count
                    stream.omittedPairs = demand.omitted
                case .loadHistory(let request): answers.append(.history(history.load(request, now: now)))
                case .loadDaily(let request): answers.append(.daily(history.daily(request)))
                case .loadTradeCounts(let request): answers.append(.tradeCounts(history.tradeCounts(request)))
                case .heal(let request):
                    let rows = history.slotRows(of: request.day, now: now, only: Set(request.symbols))
                    if !rows.symbols.isEmpty { answers.append(.healed(rows)) }
                case .persist, .persistHealed, .shortList, .persistTicks, .persistScans, .persistWhy, .answer: break
                }
            }
            guard !answers.isEmpty else { return }
            inputs = answers
        }
    }

    private mutating func note(_ batch: StreamBatch, bytes: Int) {
        recentEvents.append(batch.eventCount)
        if recentEvents.count > 10 { recentEvents.removeFirst() }
        stream.events += batch.eventCount
        stream.bytes += bytes
        stream.eventsPerSecond = Double(recentEvents.reduce(0, +)) / Double(recentEvents.count)
        stream.lastFrameAt = now
    }
}

extension ReferenceStatus {
    /// Everything there is, loaded for a day.
    fileprivate init(of facts: ReferenceFacts, on day: DayID) {
        self.init()
        listed = facts.count
        withFloat = facts.floatShares.count { !$0.isNaN }
        withMarketCap = facts.marketCaps.count { !$0.isNaN }
        withSector = facts.sectors.count { $0 != nil }
        stamp = day
    }
}
