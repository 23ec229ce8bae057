package import EngineAPI
package import MarketData
package import MarketTime

/// The heatmap: what its cells say, which span they show, and where its cursor stands.
package struct HeatState: Hashable, Sendable {
    /// Today's slots as the engine told them last; nil before.
    package internal(set) var slots: SlotPage?
    /// Slots of past days; nil while none are shown.
    package internal(set) var past: PastSlots?

    /// A heatmap as it is at the start.
    init() {}

    /// Takes slots of past days.
    mutating func take(_ slots: PastSlots) { past = slots }
}

/// Which slots of past days are wanted.
package struct PastSlotQuery: Hashable, Sendable {
    /// Most tickers of a query.
    package static let symbolsMax = 160
    /// Most days of a query.
    package static let daysMax = 60

    /// Whose, in the order of the answer's rows.
    package var symbols: [Symbol]
    /// How many trading days before today the newest one lies: 1 is the day before.
    package var daysBack: Int
    /// How many days, the newest first; 1 but for one ticker over many days.
    package var days: Int

    /// A query.
    package init(symbols: [Symbol], daysBack: Int, days: Int = 1) {
        self.symbols = symbols
        self.daysBack = daysBack
        self.days = days
    }
}

/// Slots of past days beside what was usual for them then: a row for each ticker and day.
package struct PastSlots: Hashable, Sendable {
    /// What was asked.
    package var query: PastSlotQuery
    /// Whose, by row: ticker after ticker, the newest day first.
    package var symbols: [Symbol] = []
    /// Of which trading day, by row.
    package var days: [DayID] = []
    /// Rows × 192 own volumes, shares; NaN where not stored.
    package var volumes: [Float] = []
    /// Rows × 192 mean own volumes of the lookback before that day, shares; NaN without a baseline.
    package var averages: [Float] = []
    /// Why nothing can be shown, as a sentence; nil when something can.
    package var problem: String?

    /// No rows.
    package init(query: PastSlotQuery) { self.query = query }
}

extension DashboardState {
    /// Takes the slots of a picture.
    mutating func takeSlots(_ view: EngineView) {
        if pause == nil { heat.slots = view.slots }
    }

    /// What is to be asked about slots now.
    mutating func slotCommandsIfDue() -> [DashboardCommand] { [] }

    /// Takes a key of the heatmap; nil when it is not one of its own.
    mutating func performOnHeat(_ action: Action) -> [DashboardCommand]? { nil }
}
