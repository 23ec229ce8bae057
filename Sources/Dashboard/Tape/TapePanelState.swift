package import EngineAPI
package import MarketData
import MarketTime

/// How new lines come onto the tape.
package enum TapeOrder: String, CaseIterable, Hashable, Sendable {
    /// The newest on top; every line moves with each print.
    case list
    /// The newest overwrites the oldest in place, a marker tells which it is: a tenth of the bytes, for slow links.
    case ring
}

/// Whose tape a pane shows.
package enum TapeSource: Hashable, Sendable {
    /// The selected ticker's.
    case linked
    /// Always this ticker's.
    case pinned(Symbol)
    /// Of the whole short list.
    case merged
}

/// A tape's pane: whose tape it shows, and which lines.
package struct TapePanelState: Hashable, Sendable {
    /// Steps of the smallest size, shares.
    static let sizeSteps: [Double] = [0, 100, 500, 1_000, 5_000, 10_000]
    /// Steps of the smallest notional, USD.
    static let notionalSteps: [Double] = [0, 10_000, 50_000, 200_000, 1_000_000]

    /// Whose tape it shows.
    package internal(set) var source: TapeSource
    /// Which lines are wanted.
    package private(set) var filter = TapeFilter()
    /// Which sides are wanted.
    var side = TapeSideChoice.all {
        didSet { filter.sides = side.sides }
    }
    /// Which venues are wanted.
    var venues = TapeVenues.all {
        didSet { filter.exchanges = venues.exchanges }
    }
    /// Whether trades of one price and side within 100 ms are one line.
    package internal(set) var aggregates = true
    /// How new lines come in.
    package internal(set) var order: TapeOrder
    /// Whether shares by price stand beside the lines where there is room.
    package internal(set) var showsProfile = true
    /// The lines on the screen; nil before the first.
    package internal(set) var page: TapePage?
    /// The newest lines that arrived while the screen is frozen.
    var latest: TapePage?
    /// The newest lines of a merged tape, until those on the screen have stood long enough.
    private var waiting: TapePage?
    /// When the lines on the screen came there.
    private var shownAt: Instant?

    /// Shortest time between two pages of a merged tape, ms of the trader's.
    static let mergedMs: Int64 = 300

    /// A panel as it is at the start.
    init(_ source: TapeSource, order: TapeOrder) {
        self.source = source
        self.order = order
    }

    /// Whether it is the tape of the whole short list.
    var isMerged: Bool { source == .merged }

    /// Smallest size, shares.
    var minSize: Double {
        get { filter.minSize }
        set { filter.minSize = newValue }
    }
    /// Smallest price · size, USD.
    var minNotional: Double {
        get { filter.minNotional }
        set { filter.minNotional = newValue }
    }

    /// What is left out, as pieces of a sentence or of a border; none when nothing is.
    func filterWords(reaches: String) -> [String] {
        var words: [String] = []
        if minSize > 0 { words.append("\(reaches) \(TimeText.setting(minSize)) sh") }
        if minNotional > 0 { words.append("\(reaches) $\(TimeText.setting(minNotional))") }
        switch side {
        case .all: break
        case .ask: words.append("at the ask")
        case .bid: words.append("at the bid")
        case .between: words.append("between")
        }
        if venues != .all { words.append(venues.shown) }
        return words
    }

    /// Takes new lines, or keeps them for the moment the screen is no longer frozen.
    ///
    /// A merged tape is another page of lines with every frame: it is shown at a pace that can be read, and that a
    /// slow link carries. `pace` is market seconds per real second.
    mutating func take(_ new: TapePage?, isFrozen: Bool, now: Instant, pace: Double) {
        guard !isFrozen else {
            (latest, waiting) = (new, nil)
            return
        }
        latest = nil
        if let new, new.query.symbol == nil, new.query == page?.query, let shownAt, shownAt <= now,
            now < shownAt.adding(milliseconds: Int64(Double(Self.mergedMs) * pace))
        {
            waiting = new
            return
        }
        (page, waiting, shownAt) = (new, nil, now)
    }

    /// Shows lines that have waited for their moment.
    mutating func advance(to now: Instant, pace: Double, isFrozen: Bool) {
        guard let waiting else { return }
        guard waiting.query == page?.query else {
            // Another tape is asked for meanwhile.
            self.waiting = nil
            return
        }
        take(waiting, isFrozen: isFrozen, now: now, pace: pace)
    }

    /// Forgets the lines: another tape is wanted, or none.
    mutating func clear() { (page, latest, waiting) = (nil, nil, nil) }

    /// Shows what arrived while the screen was frozen.
    mutating func thaw() {
        if let latest { page = latest }
        latest = nil
    }

    /// Lines that came while the screen is frozen.
    var missed: UInt64 {
        guard let page, let latest, latest.query.symbol == page.query.symbol, latest.total > page.total else {
            return 0
        }
        return latest.total - page.total
    }

    /// The next step above or below a value; nil at the end.
    static func step(_ value: Double, up: Bool, among steps: [Double]) -> Double? {
        up ? steps.first { $0 > value } : steps.last { $0 < value }
    }
}

/// Which sides of the market are on the tape.
package enum TapeSideChoice: String, CaseIterable, Hashable, Sendable {
    /// All of them, those without a quote too.
    case all
    /// At the ask and above it.
    case ask
    /// At the bid and below it.
    case bid
    /// Between bid and ask.
    case between

    /// The sides; nil for all.
    var sides: Set<TradeSide>? {
        switch self {
        case .all: nil
        case .ask: [.ask, .aboveAsk]
        case .bid: [.bid, .belowBid]
        case .between: [.between]
        }
    }
}

/// Which venues are on the tape.
package enum TapeVenues: Hashable, Sendable {
    /// All of them.
    case all
    /// Exchanges only.
    case lit
    /// What is reported off exchange only.
    case dark
    /// One of them, by the vendor's id.
    case venue(UInt8)

    /// Words to offer, and what they mean.
    static let words: [(word: String, meaning: String)] =
        [("all", "every venue"), ("lit", "exchanges only"), ("dark", "reported off exchange only")]
        + Venue.all.filter { $0.id != Venue.offExchangeID }.map { (String($0.letter).lowercased(), $0.name) }

    /// The venues of a word as it is typed; nil for one that means none.
    init?(word: String) {
        switch word {
        case "all": self = .all
        case "lit": self = .lit
        case "dark", "d": self = .dark
        default:
            guard word.utf8.count == 1, let venue = word.first.flatMap({ Venue.of(letter: $0) }) else { return nil }
            self = .venue(venue.id)
        }
    }

    /// As it is typed.
    var word: String {
        switch self {
        case .all: "all"
        case .lit: "lit"
        case .dark: "dark"
        case .venue(let id): String(Venue.letter(exchange: id)).lowercased()
        }
    }

    /// As it stands in a border.
    var shown: String {
        guard case .venue(let id) = self else { return word }
        return "only " + String(Venue.letter(exchange: id))
    }

    /// The vendor's ids; nil for all.
    var exchanges: Set<UInt8>? {
        switch self {
        case .all: nil
        case .lit: Set(Venue.all.map(\.id)).subtracting([Venue.offExchangeID])
        case .dark: [Venue.offExchangeID]
        case .venue(let id): [id]
        }
    }
}

/// What the engine was told that the trader looks at, and what it will be told once the selection rests.
struct LookState: Hashable, Sendable {
    /// How long a selection rests before its tape is asked for, ms of the trader's: scrolling by subscribes nothing.
    static let restMilliseconds: Int64 = 150

    /// What was sent last; nil before the first.
    var sent: LookedAt?
    /// What is to be sent, and since when it has not changed.
    var pending: Pending?

    /// A view of things that has not rested long enough.
    struct Pending: Hashable, Sendable {
        var look: LookedAt
        var since: Instant
        /// When it has rested.
        var dueAt: Instant
    }

    /// What to send now: at once when only the tape's filter or panel changed, after a rest when the ticker did.
    mutating func update(_ desired: LookedAt, now: Instant, pace: Double) -> LookedAt? {
        guard let sent else { return send(desired) }
        guard desired != sent else {
            pending = nil
            return nil
        }
        guard desired.selected != sent.selected, sent.selected != nil else { return send(desired) }
        guard let waiting = pending, waiting.look.selected == desired.selected, waiting.since <= now else {
            let rest = Int64(Double(Self.restMilliseconds) * pace)
            pending = Pending(look: desired, since: now, dueAt: now.adding(milliseconds: rest))
            return nil
        }
        pending?.look = desired
        return waiting.dueAt <= now ? send(desired) : nil
    }

    private mutating func send(_ look: LookedAt) -> LookedAt {
        (sent, pending) = (look, nil)
        return look
    }
}
