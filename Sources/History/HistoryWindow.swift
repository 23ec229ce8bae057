package import MarketData
package import MarketTime

/// The past days whose slots and daily bars serve a trading day.
package struct HistoryWindow: Hashable, Sendable {
    /// Most days of slots a window has.
    package static let daysMax = 250
    /// Most days of daily bars a window has: a year, and some to spare.
    package static let dailyDaysMax = 260
    /// Days of daily bars that go before the slots, where the window wants so many: what averages, ATR and the search for
    /// recycled tickers take.
    package static let urgentDailyDays = 60

    /// The day that is served; not in the lists.
    package let tradingDay: DayID
    /// Trading days before it whose slots are wanted, newest first, early closes in between included.
    package let slotDays: [MarketDay]
    /// Trading days before it whose daily bars are wanted before the slots, newest first.
    package let dailyDays: [DayID]
    /// Trading days before those whose daily bars are wanted after the slots, newest first: indicators over a year can wait.
    package let olderDailyDays: [DayID]

    /// A window of `days` (1…``daysMax``) days that may serve as lookback.
    ///
    /// Where early closes do not count (`includesEarlyCloses` is false and the trading day is a full one), further days
    /// are added for them. `dailyDaysMax` (0…260) is how many days of daily bars are wanted, urgent ones and older ones
    /// together.
    package init(
        calendar: ExchangeCalendar,
        tradingDay: DayID,
        days: Int,
        includesEarlyCloses: Bool,
        dailyDaysMax: Int = 60
    ) {
        self.tradingDay = tradingDay
        let countsEarlyCloses = calendar.comparesEarlyCloses(with: tradingDay, areIncluded: includesEarlyCloses)
        let wanted = min(max(days, 1), Self.daysMax)
        var usable = 0
        var slotDays: [MarketDay] = []
        var day = tradingDay
        while usable < wanted {
            day = calendar.tradingDay(before: day)
            let entry = calendar.day(day)
            slotDays.append(entry)
            if countsEarlyCloses || entry.kind == .full { usable += 1 }
        }
        self.slotDays = slotDays
        let daily = calendar.tradingDays(before: tradingDay, count: min(max(dailyDaysMax, 0), Self.dailyDaysMax))
        dailyDays = Array(daily.prefix(Self.urgentDailyDays))
        olderDailyDays = Array(daily.dropFirst(Self.urgentDailyDays))
    }

    /// The trading day that history is loaded for at a moment: the current one until its date is over, then the next
    /// one, so that a day counts as past over a weekend and not only from the next 04:00 on.
    ///
    /// Not before midnight: delayed plans bring a day's last minutes after 20:00, plans of past days refuse it until
    /// its date is over, and what is stored as a whole day is not asked for again.
    package static func dayServed(at now: Instant, calendar: ExchangeCalendar) -> DayID {
        let current = calendar.state(at: now).tradingDay
        return NewYork.wall(at: now).day > current ? calendar.tradingDay(after: current) : current
    }

    /// The first days whose slots and daily bars are kept when so many trading days before the window's are wanted.
    ///
    /// Never later than what the window's job loads: that would be deleted and fetched again every day.
    package func firstDaysKept(
        calendar: ExchangeCalendar,
        slotDays slotCount: Int,
        dailyDays dailyCount: Int
    ) -> (slots: DayID, daily: DayID) {
        func first(_ count: Int) -> DayID {
            calendar.tradingDays(before: tradingDay, count: max(count, 1)).last ?? tradingDay
        }
        let oldestSlots = slotDays.last?.date ?? tradingDay
        let oldestBars = min(olderDailyDays.last ?? dailyDays.last ?? tradingDay, oldestSlots)
        return (min(first(slotCount), oldestSlots), min(first(dailyCount), oldestBars))
    }

    /// The job that loads what is missing of the window, for all symbols or those of a list.
    package func job(symbols: [Symbol]? = nil) -> BackfillJob {
        BackfillJob(
            slotDays: slotDays,
            dailyDays: dailyDays,
            olderDailyDays: olderDailyDays,
            today: tradingDay,
            symbols: symbols
        )
    }
}
