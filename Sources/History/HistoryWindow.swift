package import MarketData
package import MarketTime

/// The past days whose slots and daily bars serve a trading day.
package struct HistoryWindow: Hashable, Sendable {
    /// Most days of slots a window has.
    package static let daysMax = 250

    /// The day that is served; not in the lists.
    package let tradingDay: DayID
    /// Trading days before it whose slots are wanted, newest first, early closes in between included.
    package let slotDays: [MarketDay]
    /// Trading days before it whose daily bars are wanted, newest first.
    package let dailyDays: [DayID]

    /// A window of `days` (1…``daysMax``) days that may serve as lookback.
    ///
    /// Where early closes do not count (`includesEarlyCloses` is false and the trading day is a full one), further days
    /// are added for them. `dailyDaysMax` bounds the daily bars: averages and ATR need 30 days, the view a few more.
    package init(
        calendar: ExchangeCalendar,
        tradingDay: DayID,
        days: Int,
        includesEarlyCloses: Bool,
        dailyDaysMax: Int = 60
    ) {
        self.tradingDay = tradingDay
        let countsEarlyCloses = includesEarlyCloses || calendar.day(tradingDay).kind == .earlyClose
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
        dailyDays = calendar.tradingDays(before: tradingDay, count: min(max(dailyDaysMax, 0), Self.daysMax))
    }

    /// The job that loads what is missing of the window, for all symbols or those of a list.
    package func job(symbols: [Symbol]? = nil) -> BackfillJob {
        BackfillJob(slotDays: slotDays, dailyDays: dailyDays, today: tradingDay, symbols: symbols)
    }
}
