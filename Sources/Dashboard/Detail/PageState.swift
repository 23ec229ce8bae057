package import EngineAPI
package import MarketData
package import MarketTime

/// The ticker's page: what the engine and the history file say of one ticker, and where its cursor stands.
package struct PageState: Hashable, Sendable {
    /// Seconds of the trader's after which the history file is asked again.
    static let studyAgainSeconds = 300.0
    /// How long a ticker's figures wait for its slots before they are shown without, ms.
    static let slotsWaitMs: Int64 = 1_000

    /// What the engine told last of the ticker shown; nil before.
    package internal(set) var about: TickerAbout?
    /// What the history file told last of the ticker shown; nil before.
    package internal(set) var study: TickerStudy?
    /// A ticker that is shown whoever is selected; nil follows the selection.
    package internal(set) var symbol: Symbol?
    /// The slots of the ticker shown; nil before.
    var slots: PageSlots?
    /// The day before, when it is laid over the slots; nil before it was read.
    var past: PastSlots?
    /// Another ticker's figures, until its slots are there too.
    private var arriving: TickerAbout?
    private var arrivingSince: Instant?
    private var arrivingStudy: TickerStudy?

    /// The slot under the cursor; nil stays at the newest.
    var cursor: Int?
    /// Which span is shown.
    var zoom = SlotZoom.day
    /// Whether a bar stands for all slots up to its own.
    var isCumulative = false
    /// Whether the day before lies over the slots.
    var showsYesterday = false

    /// What the engine was asked last; nil for nothing.
    private(set) var asked: AboutQuery?
    private var studied: Asked?
    private var pastAsked: PastSlotQuery?
    /// The panes as they were when the page was opened.
    var cameFrom: PaneChoice?

    private struct Asked: Hashable {
        var symbol: Symbol
        var at: Instant
    }

    /// A page as it is at the start.
    init() {}

    // MARK: What is asked

    /// Whether the engine is to be told of another wish.
    mutating func asks(_ query: AboutQuery?) -> Bool {
        guard query != asked else { return false }
        asked = query
        if query?.symbol != arriving?.query.symbol { dropArriving() }
        return true
    }

    /// Whether the history file is to be asked about a ticker now.
    mutating func asksStudy(_ symbol: Symbol, now: Instant, pace: Double) -> Bool {
        if let studied, studied.symbol == symbol {
            let age = now.seconds(since: studied.at)
            guard age < 0 || age >= Self.studyAgainSeconds * pace else { return false }
        }
        studied = Asked(symbol: symbol, at: now)
        return true
    }

    /// The question about the day before, when it has not been asked yet; each question once a trading day.
    mutating func asksPast(_ symbol: Symbol) -> PastSlotQuery? {
        let query = PastSlotQuery(symbols: [symbol], daysBack: 1)
        guard showsYesterday, query != pastAsked else { return nil }
        pastAsked = query
        return query
    }

    // MARK: What is answered

    /// Takes what the history file says.
    mutating func take(_ new: TickerStudy) {
        if new.symbol == about?.query.symbol { study = new }
        if new.symbol == asked?.symbol, new.symbol != about?.query.symbol { arrivingStudy = new }
    }

    /// Takes slots of past days, when it was the page that asked for them.
    mutating func take(_ new: PastSlots) {
        if new.query == pastAsked { past = new }
    }

    /// Takes what a picture says; another ticker comes onto the page whole, so that nothing of it is ever blank.
    mutating func take(_ view: EngineView, now: Instant) {
        if let new = view.about, new.query.symbol == asked?.symbol {
            if new.query.symbol == about?.query.symbol {
                about = new
                dropArriving()
            } else {
                if arriving?.query.symbol != new.query.symbol { arrivingSince = now }
                arriving = new
            }
        }
        if let page = view.slots {
            if let symbol = about?.query.symbol, let new = PageSlots(page, of: symbol) {
                if let slots, slots.tradingDay != new.tradingDay { (past, pastAsked) = (nil, nil) }
                slots = new
            }
            if let symbol = arriving?.query.symbol, let new = PageSlots(page, of: symbol) { show(new) }
        }
        advance(to: now)
    }

    /// Shows figures whose slots do not come.
    mutating func advance(to now: Instant) {
        guard arriving != nil, let since = arrivingSince else { return }
        let waited = now.nanoseconds(since: since) / 1_000_000
        // Nothing stands there before the first ticker: its figures need not wait.
        if about == nil || waited < 0 || waited >= Self.slotsWaitMs { show(nil) }
    }

    private mutating func show(_ new: PageSlots?) {
        guard let arriving else { return }
        about = arriving
        slots = new
        study = arrivingStudy?.symbol == arriving.query.symbol ? arrivingStudy : nil
        past = nil
        dropArriving()
    }

    private mutating func dropArriving() { (arriving, arrivingSince, arrivingStudy) = (nil, nil, nil) }
}

/// Today's slots of one ticker.
struct PageSlots: Hashable, Sendable {
    /// Whose.
    var symbol: Symbol
    /// Of which trading day.
    var tradingDay: DayID
    /// How far the day had come.
    var progress: DayProgress
    /// 192 own volumes, shares; NaN where unknown.
    var volumes: [Float]
    /// 192 usual volumes, shares; NaN where unknown.
    var averages: [Float]
    /// 192 prices, USD; empty while they are not known.
    var prices: [Float]

    /// A ticker's part of an answer; nil when it has none.
    init?(_ page: SlotPage, of symbol: Symbol) {
        guard page.isSound, let row = page.query.symbols.firstIndex(of: symbol) else { return nil }
        let cells = row * Slot.count..<(row + 1) * Slot.count
        self.symbol = symbol
        tradingDay = page.tradingDay
        progress = DayProgress(of: page.tradingDay, at: page.reached(row))
        volumes = Array(page.volumes[cells])
        averages = Array(page.averages[cells])
        prices = page.query.priced == symbol ? page.prices : []
    }
}

/// What the history file says of a ticker.
package struct TickerStudy: Hashable, Sendable {
    /// Whose.
    package var symbol: Symbol
    /// Its last days, newest first.
    package var days: [Day] = []
    /// Its ranks on lists an hour ago, from 1.
    package var ranksHourAgo: [Rank] = []

    /// A daily bar.
    package struct Day: Hashable, Sendable {
        /// Trading day.
        package var day: DayID
        /// USD, as traded; NaN is missing, here and below.
        package var open: Double
        /// USD.
        package var high: Double
        /// USD.
        package var low: Double
        /// USD.
        package var close: Double
        /// Shares.
        package var volume: Double

        /// A bar.
        package init(day: DayID, open: Double, high: Double, low: Double, close: Double, volume: Double) {
            self.day = day
            self.open = open
            self.high = high
            self.low = low
            self.close = close
            self.volume = volume
        }
    }

    /// A place on a list.
    package struct Rank: Hashable, Sendable {
        /// The list's name.
        package var list: String
        /// From 1.
        package var rank: Int

        /// A place.
        package init(list: String, rank: Int) {
            self.list = list
            self.rank = rank
        }
    }

    /// Nothing known.
    package init(symbol: Symbol) { self.symbol = symbol }
}
