/// What a date is to the exchanges (NYSE and Nasdaq share their calendar).
package struct MarketDay: Hashable, Sendable {
    /// Trading or not, and until when.
    package enum Kind: Hashable, Sendable {
        /// Regular session 09:30–16:00 ET.
        case full
        /// Regular session 09:30–13:00 ET, post-market until 17:00.
        case earlyClose
        /// No trading.
        case closed
    }

    /// The date.
    package var date: DayID
    /// Trading or not.
    package var kind: Kind
    /// Why the day is not a full one ("Weekend", "Thanksgiving"); empty on full days.
    package var reason: String

    /// A day of the calendar.
    package init(date: DayID, kind: Kind, reason: String) {
        self.date = date
        self.kind = kind
        self.reason = reason
    }

    /// Whether the exchanges open at all.
    package var isTradingDay: Bool { kind != .closed }
    /// Second of the day (ET) at which the regular session ends; meaningless on closed days.
    package var closeSecond: Int { kind == .earlyClose ? 13 * 3600 : 16 * 3600 }
    /// Second of the day (ET) at which the post-market session ends; meaningless on closed days.
    package var postCloseSecond: Int { kind == .earlyClose ? 17 * 3600 : 20 * 3600 }
}

/// The exchange calendar: rules first, corrected by what the vendor or the store says about single dates.
///
/// The rules never expire, so a holiday cannot become a trading day because a cache did.
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

    /// Session, trading day and next change at a moment.
    package func state(at instant: Instant) -> SessionState {
        let (date, second) = NewYork.wall(at: instant)
        let today = day(date)
        let rolled = today.isTradingDay && second >= Slot.dayStartSecond
        let tradingDay = rolled ? date : self.tradingDay(before: date)
        let boundaries: [(second: Int, session: MarketSession)] =
            today.isTradingDay
            ? [
                (Slot.dayStartSecond, .preMarket), (Slot.regularOpenSecond, .open),
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
