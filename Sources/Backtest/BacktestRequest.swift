package import MarketTime

/// What a filter is to be tried on.
package struct BacktestRequest: Hashable, Sendable {
    /// Which of a ticker's hits on a day count.
    package enum Entry: String, CaseIterable, Hashable, Sendable {
        /// The first slot of the day at whose end the filter is true.
        case first
        /// Every slot at whose end it becomes true after having been false.
        case each
    }

    /// How long after the entry a return is taken.
    package enum Horizon: Hashable, Sendable {
        /// So many whole slots after the entry's.
        case slots(Int)
        /// The regular session's end.
        case close
    }

    /// The filter.
    package var text: String
    /// Days, newest first.
    package var days: [DayID]
    /// Which hits count.
    package var entry: Entry
    /// When returns are taken.
    package var horizons: [Horizon]

    /// A request.
    package init(text: String, days: [DayID], entry: Entry = .first, horizons: [Horizon]) {
        self.text = text
        self.days = days
        self.entry = entry
        self.horizons = horizons
    }
}
