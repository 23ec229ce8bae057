// The whole market is a function of (seed, ticker, day, time): nothing is played forward, so nothing depends on who looked
// when, at which speed, or from which thread. Totals are drawn first and handed down (day → slots → minutes → seconds →
// trades), each level summing to the one above in integers: trades and millionths of a share exactly, prices so that the
// trades of a window rebuild its bar. A level is computed when asked for; `MarketReader` and `MarketCursor` hold the
// working memory for that, one per user.

package import MarketTime

/// A stock market made from a seed.
package final class SimulatedMarket: Sendable {
    /// Days before the opening day that the market remembers; older ones have no data.
    package static let historyLimit = 750
    /// Securities the market can hold.
    package static let tickerLimit = 50_000

    /// What all randomness follows from.
    package let seed: UInt64
    /// First live day; history lies before it.
    package let openingDay: DayID
    /// The securities, in the order of their indices everywhere in this room.
    ///
    /// Those with a later list date are unknown to
    /// a snapshot before it.
    package let listings: [Listing]
    /// The exchange calendar with `calendarOverrides` applied.
    package let calendar: ExchangeCalendar
    /// Days on which this market differs from the exchanges' rules.
    ///
    /// An early close is put within the 25 trading days before the opening day where the rules give none. Whoever computes with the same days must be told.
    package let calendarOverrides: [MarketDay]
    /// Indices of `listings` in the order of their tickers' bytes.
    package let indicesByTicker: [Int]

    /// Splits, past and to come, by execution date and then by ticker.
    package let splits: [SimulatedSplit]
    /// Tickers that have changed hands.
    package let formerCompanies: [FormerCompany]

    /// What is wrong on purpose with the reference data of a few listings, by index.
    package let factOddities: [Int: FactOddity]

    private let indexOf: [String: Int]
    private let events: [ListingEvents]
    /// Key of the ticker that pauses first on the opening day.
    private let openingPause: UInt64?

    /// A market of `tickerCount` securities (clamped to 1…50,000) whose first live day is `openingDay` or the next trading
    /// day after it.
    ///
    /// `overrides` correct the exchanges' rules for single dates. `withEvents` gives a few of about a hundred securities or
    /// more a split or another owner; all others are the same with and without. About 25 ms and 5 MB for 11,000.
    package init(
        seed: UInt64,
        tickerCount: Int = 11_000,
        openingDay: DayID,
        overrides: [MarketDay] = [],
        withEvents: Bool = true
    ) {
        let given = ExchangeCalendar(overrides: overrides)
        let opening = given.isTradingDay(openingDay) ? openingDay : given.tradingDay(after: openingDay)
        let recent = given.tradingDays(before: opening, count: 25)
        var allOverrides = overrides
        if !recent.contains(where: { given.day($0).kind == .earlyClose }) {
            allOverrides.append(MarketDay(date: recent[11], kind: .earlyClose, reason: "Simulated early close"))
        }
        var coming: [DayID] = [opening]
        for _ in 0..<15 { coming.append(given.tradingDay(after: coming[coming.count - 1])) }
        var builder = ListingBuilder(
            seed: Hash.mix(seed &+ Hash.golden),
            count: min(max(1, tickerCount), Self.tickerLimit),
            openingDay: opening,
            listingDays: recent.reversed() + [opening, opening, opening] + coming
        )
        var listings = builder.build()
        let past = given.tradingDays(before: opening, count: 45)
        events =
            withEvents ? ListingEvents.dealt(to: listings, opening: opening, past: past, coming: coming) : []
        for (number, event) in events.enumerated() {
            listings[event.ticker].eventNumber = number
            if event.former != nil { listings[event.ticker].listDate = past[ListingEvents.relistedDaysBack - 1] }
        }
        factOddities = FactOddity.dealt(to: listings)
        for (index, oddity) in factOddities {
            if let name = oddity.name { listings[index].name = name }
        }
        self.seed = Hash.mix(seed &+ Hash.golden)
        self.openingDay = opening
        self.listings = listings
        calendarOverrides = allOverrides
        calendar = ExchangeCalendar(overrides: allOverrides)
        indicesByTicker = listings.indices.sorted {
            listings[$0].ticker.utf8.lexicographicallyPrecedes(listings[$1].ticker.utf8)
        }
        var indexOf: [String: Int] = [:]
        for (index, listing) in listings.enumerated() { indexOf[listing.ticker] = index }
        self.indexOf = indexOf
        let tickers = listings
        splits = events.flatMap(\.splits).sorted {
            $0.executionDate != $1.executionDate
                ? $0.executionDate < $1.executionDate
                : tickers[$0.ticker].ticker.utf8.lexicographicallyPrecedes(tickers[$1.ticker].ticker.utf8)
        }
        formerCompanies = events.compactMap(\.former)
        let first = DayContext(
            day: calendar.day(opening),
            previousDay: calendar.tradingDay(before: opening),
            seed: self.seed,
            effects: events.map {
                $0.effect(on: opening, listDate: tickers[$0.ticker].listDate, openingDay: opening)
            }
        )
        openingPause = OpeningPause.key(in: listings, context: first)
    }

    /// The index of a ticker, case-sensitive; nil for one this market never lists.
    package func index(of ticker: String) -> Int? { indexOf[ticker] }

    /// The last `count` trading days before the opening day, oldest first.
    package func historyDays(_ count: Int) -> [DayID] {
        calendar.tradingDays(before: openingDay, count: count).reversed()
    }

    /// Whether the market has data for a date at all.
    package func hasData(on day: DayID) -> Bool {
        calendar.isTradingDay(day) && day >= openingDay.adding(days: -Self.historyLimit)
    }

    /// What all tickers share on a trading day.
    func context(on day: DayID) -> DayContext {
        var context = DayContext(
            day: calendar.day(day),
            previousDay: calendar.tradingDay(before: day),
            seed: seed,
            effects: events.map {
                $0.effect(on: day, listDate: listings[$0.ticker].listDate, openingDay: openingDay)
            }
        )
        if day == openingDay { context.pausedKey = openingPause }
        return context
    }

    /// Whether a ticker is listed on a date, be it by the company that has it now or by the one before.
    package func isListed(_ ticker: Int, on day: DayID) -> Bool {
        let listing = listings[ticker]
        if listing.listDate <= day { return true }
        guard listing.eventNumber >= 0, let former = events[listing.eventNumber].former else { return false }
        return day >= former.listDate && day <= former.lastDay
    }

    /// Shares on `today` for one share on `day`: the splits executed after `day` and up to and with `today`.
    ///
    /// Volumes and prices of this market are as traded; this is what adjusts them. The previous day of a snapshot is not
    /// adjusted on an execution day, as the vendor's may not be.
    package func shareRatio(of ticker: Int, since day: DayID, through today: DayID) -> ShareRatio {
        let number = listings[ticker].eventNumber
        return number < 0 ? ShareRatio() : events[number].ratio(after: day, through: today)
    }

    /// Shares outstanding on a date, splits counted.
    package func sharesOutstanding(of ticker: Int, on day: DayID) -> Int64 {
        shares(listings[ticker].sharesOutstanding, of: ticker, on: day)
    }

    /// A listing's shares of the opening day in those of another day.
    func shares(_ shares: Int64, of ticker: Int, on day: DayID) -> Int64 {
        if day >= openingDay { return shareRatio(of: ticker, since: openingDay, through: day).volume(shares) }
        let ratio = shareRatio(of: ticker, since: day, through: openingDay)
        return shares * ratio.from / ratio.to
    }
}
