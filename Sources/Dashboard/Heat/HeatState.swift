package import EngineAPI
import MarketData
import MarketTime

/// The heatmap: what its cells say, which span they show, and where its cursor stands.
package struct HeatState: Hashable, Sendable {
    /// Trading days before today that can be gone back to.
    package static let daysBackMax = 20
    /// "Above 3×" of the order by the first hot slot.
    static let hotFrom = 3.0

    /// Today's slots as the engine told them last; nil before.
    package internal(set) var slots: SlotPage?
    /// Slots of past days as they were read last; nil before.
    ///
    /// Shown while they answer the question in force.
    package internal(set) var past: PastSlots?
    /// How long a span is shown.
    package internal(set) var zoom = HeatZoom.day
    /// Whether a cell says everything up to its end rather than its slots alone.
    package internal(set) var isCumulative = false
    /// How cells of several slots are told.
    package internal(set) var bucket = HeatBucket.sum
    /// The order of the rows.
    package internal(set) var order = HeatOrder.listed
    /// The cursor's slot, 0…191; nil while it rests on the slot that runs.
    package internal(set) var cursor: Int?
    /// Trading days before today that are shown, or that the cursor has gone back over one ticker's days; 0 is today.
    package internal(set) var daysBack = 0
    /// Whether the rows are the days of the selected ticker.
    package internal(set) var showsDays = false

    /// Rank, or place in `arranged`, of the first row shown.
    var top = 0
    /// Indices of the rows at hand in the order of the heatmap; empty while that is the table's.
    var arranged: [Int] = []
    /// Who stands in `arranged`, for as long as the order stands still.
    var arrangedSymbols: [Symbol] = []
    /// The slots that the engine was asked for last; nil for none.
    var sent: SlotQuery?
    /// Whose slots these are.
    var asked: Set<Symbol> = []
    /// What was asked of past days.
    var pastAsk = PastAsk()
    /// Rows of `slots` by ticker.
    private(set) var places: [Symbol: Int] = [:]
    /// First rows of `past` by ticker.
    private(set) var pastPlaces: [Symbol: Int] = [:]

    /// A heatmap as it is at the start.
    init() {}

    /// Takes today's slots; nil while the engine has none to tell.
    mutating func take(_ page: SlotPage?) {
        guard let page, page.isSound else {
            (slots, places) = (nil, [:])
            return
        }
        if slots?.query != page.query {
            places = Dictionary(zip(page.query.symbols, page.query.symbols.indices)) { first, _ in first }
        }
        slots = page
    }

    /// Takes slots of past days; an answer to another question than the last one is dropped.
    mutating func take(_ slots: PastSlots) {
        guard slots.query == pastAsk.sent else { return }
        var slots = slots
        if !slots.isSound {
            slots = PastSlots(query: slots.query)
            slots.problem = "the past days read from the history file do not fit together"
        }
        past = slots
        pastPlaces = Dictionary(zip(slots.symbols, slots.symbols.indices)) { first, _ in first }
    }

    /// The past days at hand, when they are those asked for.
    var shownPast: PastSlots? {
        guard let past, past.query == pastAsk.sent else { return nil }
        return past
    }

    /// Today's slots of a ticker, 192 volumes and averages; nil when they are not at hand.
    func today(_ symbol: Symbol) -> (volumes: ArraySlice<Float>, averages: ArraySlice<Float>)? {
        guard let slots, let place = places[symbol] else { return nil }
        let range = (place * Slot.count)..<((place + 1) * Slot.count)
        return (slots.volumes[range], slots.averages[range])
    }

    /// How far the volumes of a row of today's slots reach.
    func clock(_ page: SlotPage, _ row: Int) -> HeatClock {
        HeatClock(DayProgress(of: page.tradingDay, at: page.reached(row)))
    }

    /// How far the day of today's slots has come; before the first answer, at its start.
    var clock: HeatClock {
        guard let slots else { return HeatClock(DayProgress(completedSlots: 0, fraction: 0)) }
        return HeatClock(DayProgress(of: slots.tradingDay, at: slots.madeAt))
    }
}

/// How the heatmap's rows are ordered.
package enum HeatOrder: Int, CaseIterable, Hashable, Sendable {
    /// As the table is.
    case listed
    /// By the newest cell, hottest first.
    case now
    /// By the first slot at or above 3×, earliest first.
    case firstHot

    /// In a few words.
    var words: String {
        switch self {
        case .listed: "as listed"
        case .now: "by RVOL now"
        case .firstHot: "by first 3x"
        }
    }

    /// The one after it.
    var next: Self { Self(rawValue: rawValue + 1) ?? .listed }
}
