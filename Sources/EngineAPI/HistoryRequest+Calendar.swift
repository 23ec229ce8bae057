package import MarketTime

extension HistoryRequest {
    /// Trading days that may serve as lookback: the longest lookback, and half as much again for days on which a symbol
    /// did not trade and for early closes.
    package static let candidateDays = 90
    /// Trading days whose daily bars count for averages and ATR: twice as many as the longest average takes.
    package static let usualDailyDays = 60

    /// What a trading day needs by calendar and settings: the one rule by which the engine and every command choose days.
    ///
    /// Early closes do not serve as lookback unless the day is one itself or the settings include them.
    package init(tradingDay: DayID, calendar: ExchangeCalendar, settings: RVOLSettings, number: UInt64 = 0) {
        let candidates = calendar.tradingDays(before: tradingDay, count: Self.candidateDays)
        let countsEarlyCloses = calendar.comparesEarlyCloses(
            with: tradingDay,
            areIncluded: settings.includesEarlyCloses
        )
        self.init(
            tradingDay: tradingDay,
            lookbackCandidates: countsEarlyCloses
                ? candidates : candidates.filter { calendar.day($0).kind == .full },
            daysPerSymbol: settings.lookbackDays,
            dailyDays: Array(candidates.prefix(Self.usualDailyDays)),
            number: number
        )
    }
}
