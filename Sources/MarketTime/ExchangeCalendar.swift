/// The exchange calendar: rules first, corrected by what the vendor or the store says about single dates.
///
/// The rules never expire, so a holiday cannot become a trading day because a cache did. A correction replaces the
/// dates it names and no other: what the vendor leaves out of its list stays as the rules have it.
package struct ExchangeCalendar: Sendable {
    /// Dates that differ from the rules.
    private let overrides: [DayID: MarketDay]

    /// A calendar by rule with single dates replaced; of two entries for one date the later one wins.
    package init(overrides: [MarketDay] = []) {
        var byDate: [DayID: MarketDay] = [:]
        for day in overrides { byDate[day.date] = day }
        self.overrides = byDate
    }

    /// What a date is.
    package func day(_ date: DayID) -> MarketDay { overrides[date] ?? HolidayRules.day(date) }

    /// Whether the exchanges open on a date.
    package func isTradingDay(_ date: DayID) -> Bool { day(date).isTradingDay }

    /// The last trading day before a date.
    package func tradingDay(before date: DayID) -> DayID {
        var day = date.adding(days: -1)
        while !isTradingDay(day) { day = day.adding(days: -1) }
        return day
    }

    /// The first trading day after a date.
    package func tradingDay(after date: DayID) -> DayID {
        var day = date.adding(days: 1)
        while !isTradingDay(day) { day = day.adding(days: 1) }
        return day
    }

    /// The last `count` trading days before a date, newest first.
    package func tradingDays(before date: DayID, count: Int) -> [DayID] {
        var days: [DayID] = []
        var day = date
        while days.count < count {
            day = tradingDay(before: day)
            days.append(day)
        }
        return days
    }

    /// The trading days from one date through another, oldest first; none when `last` is before `first`.
    package func tradingDays(from first: DayID, through last: DayID) -> [DayID] {
        days(from: first, through: last).filter(\.isTradingDay).map(\.date)
    }

    /// Every date from one through another, oldest first; none when `last` is before `first`.
    package func days(from first: DayID, through last: DayID) -> [MarketDay] {
        guard first <= last else { return [] }
        return (first.rawValue...last.rawValue).map { day(DayID(rawValue: $0)) }
    }

    /// The first closed day after a date that is not a weekend; nil when none follows within two years.
    package func nextClosure(after date: DayID) -> MarketDay? {
        nextDay(after: date) { !$0.isTradingDay && !$0.date.isWeekend }
    }

    /// The first early close after a date; nil when none follows within two years.
    package func nextEarlyClose(after date: DayID) -> MarketDay? { nextDay(after: date) { $0.kind == .earlyClose } }

    private func nextDay(after date: DayID, where matches: (MarketDay) -> Bool) -> MarketDay? {
        for offset in 1...Self.searchDays {
            let candidate = day(date.adding(days: offset))
            if matches(candidate) { return candidate }
        }
        return nil
    }

    /// How far ahead a rare day is searched; every year has closed weekdays and an early close.
    private static let searchDays = 2 * 366

    /// Whether days that close early are compared with a trading day: when that is one itself, or they are included.
    package func comparesEarlyCloses(with day: DayID, areIncluded: Bool) -> Bool {
        areIncluded || self.day(day).kind == .earlyClose
    }

    /// Session, trading day and next change at a moment.
    package func state(at instant: Instant) -> SessionState {
        let (date, second) = NewYork.wall(at: instant)
        let today = day(date)
        let rolled = today.isTradingDay && second >= Slot.dayStartSecond
        let tradingDay = rolled ? date : self.tradingDay(before: date)
        let boundaries: [(second: Int, session: MarketSession)] =
            today.isTradingDay
            ? [
                (Slot.dayStartSecond, .preMarket), (today.openSecond, .open),
                (today.closeSecond, .postMarket), (today.postCloseSecond, .closed),
            ] : []
        var session = MarketSession.closed
        var next: (second: Int, session: MarketSession)?
        for boundary in boundaries {
            guard second >= boundary.second else {
                next = boundary
                break
            }
            session = boundary.session
        }
        let change =
            next.map { NewYork.instant(date, secondOfDay: $0.second) }
            ?? NewYork.instant(self.tradingDay(after: date), secondOfDay: Slot.dayStartSecond)
        return SessionState(
            session: session,
            tradingDay: tradingDay,
            today: today,
            isEarlyClose: today.kind == .earlyClose,
            nextChange: change,
            nextSession: next?.session ?? .preMarket
        )
    }
}

extension Slot {
    /// Second of the day (ET) at which the regular session opens: 09:30.
    package static let regularOpenSecond = 9 * 3600 + 30 * 60
}
