package import EngineAPI
package import MarketData
package import MarketTime

/// The ticker's page: what the engine and the history file say of one ticker, and where its cursor stands.
package struct PageState: Hashable, Sendable {
    /// What the engine told last; nil before.
    package internal(set) var about: TickerAbout?
    /// What the history file told last; nil before.
    package internal(set) var study: TickerStudy?

    /// A page as it is at the start.
    init() {}

    /// Takes what the history file says.
    mutating func take(_ new: TickerStudy) { study = new }
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

extension DashboardState {
    /// Takes what a picture says of the ticker.
    mutating func takeAbout(_ view: EngineView) {
        if pause == nil { page.about = view.about }
    }

    /// What is to be asked about the ticker now.
    mutating func aboutCommandsIfDue() -> [DashboardCommand] { [] }

    /// Takes a key of the ticker's page; nil when it is not one of its own.
    mutating func performOnPage(_ action: Action) -> [DashboardCommand]? { nil }
}
