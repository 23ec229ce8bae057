/// NYSE holidays and early closes by rule, with the days on record that no rule foresees.
///
/// Right for every weekday from 1990 on as far as the public record goes: the exchange's own list of closings until
/// 2011, its yearly holiday notices since, the press on single days. The rules run on to 2040 and beyond as they
/// stand today; a holiday that Congress has yet to make is not in them, and the vendor's calendar corrects them until
/// they are amended.
///
/// Early closes and late openings count when the market as a whole kept other hours. What stopped NYSE alone for part
/// of a day leaves the day a full one (1990-12-27 and 1995-12-18, late openings; 2005-06-01, four minutes), and so do
/// minutes of silence at the opening and halts after which trading went on. Less sure than the rest: whether Nasdaq
/// closed at 14:30 with NYSE on 1994-02-11, and when it opened on 2002-09-11 (after 11:00; NYSE at 12:00).
/// Post-market hours before 2000 are those of today, for want of a record.
enum HolidayRules {
    /// What a date is by rule.
    static func day(_ date: DayID) -> MarketDay {
        if date.isWeekend { return MarketDay(date: date, kind: .closed, reason: MarketDay.weekendReason) }
        if let reason = unscheduledClosure(date) ?? holiday(date) {
            return MarketDay(date: date, kind: .closed, reason: reason)
        }
        return unscheduledHours(date) ?? earlyClose(date) ?? MarketDay(date: date, kind: .full, reason: "")
    }

    /// The holiday observed on a weekday, if any.
    private static func holiday(_ date: DayID) -> String? {
        let (year, month, _) = date.civil
        if let fixed = fixedHoliday(date) { return fixed }
        switch month {
        case 1 where year >= 1998 && date == NewYork.nthWeekday(.monday, 3, month: 1, year: year):
            return "Martin Luther King Jr. Day"
        case 2 where date == NewYork.nthWeekday(.monday, 3, month: 2, year: year):
            return "Presidents' Day"
        case 3, 4:
            return date == easterSunday(year: year).adding(days: -2) ? "Good Friday" : nil
        case 5 where date == NewYork.lastWeekday(.monday, month: 5, year: year):
            return "Memorial Day"
        case 9 where date == NewYork.nthWeekday(.monday, 1, month: 9, year: year):
            return "Labor Day"
        case 11 where date == NewYork.nthWeekday(.thursday, 4, month: 11, year: year):
            return "Thanksgiving"
        default:
            return nil
        }
    }

    /// Holidays tied to a date: on a Sunday they are observed on Monday, on a Saturday on Friday.
    ///
    /// A New Year's Day on a Saturday is not observed: the exchange stays open on the accounting year's last day
    /// (rule 7.2).
    private static func fixedHoliday(_ date: DayID) -> String? {
        let year = date.civil.year
        let table: [(name: String, month: Int, day: Int, since: Int, movesToFriday: Bool)] = [
            ("New Year's Day", 1, 1, 0, false),
            ("Juneteenth", 6, 19, 2022, true),
            ("Independence Day", 7, 4, 0, true),
            ("Christmas", 12, 25, 0, true),
        ]
        for entry in table where year >= entry.since {
            let nominal = DayID(uncheckedYear: year, month: entry.month, day: entry.day)
            let observed: DayID
            switch nominal.weekday {
            case .sunday: observed = nominal.adding(days: 1)
            case .saturday:
                guard entry.movesToFriday else { continue }
                observed = nominal.adding(days: -1)
            default: observed = nominal
            }
            if observed == date { return entry.name }
        }
        return nil
    }

    /// Early closes by rule: the day after Thanksgiving, Christmas Eve, and a day beside Independence Day.
    ///
    /// Called for days that are not holidays. The close was at 14:00 until the end of 1992 and is at 13:00 since.
    private static func earlyClose(_ date: DayID) -> MarketDay? {
        let (year, month, day) = date.civil
        let reason: String
        switch (month, day) {
        case (11, 23...29) where year >= 1992 && date.weekday == .friday:
            reason = "Day after Thanksgiving"
        case (12, 24):
            // On a Friday the 24th is the observed holiday itself and never reaches this point.
            reason = "Christmas Eve"
        case (7, 3) where year >= 1995 && (year >= 2013 || date.weekday != .wednesday):
            reason = "Independence Day eve"
        case (7, 5) where (1995..<2013).contains(year) && date.weekday == .friday:
            // Until 2012 the Friday after a Thursday holiday closed early in place of the Wednesday before it.
            reason = "Day after Independence Day"
        default:
            return nil
        }
        return MarketDay(date: date, kind: .earlyClose, reason: reason, closeSecond: (year < 1993 ? 14 : 13) * 3600)
    }

    /// Full days lost to events no rule foresees.
    private static func unscheduledClosure(_ date: DayID) -> String? {
        let (year, month, day) = date.civil
        switch (year, month, day) {
        case (1994, 4, 27): return "Mourning for Richard Nixon"
        case (2001, 9, 11...14): return "September 11 attacks"
        case (2004, 6, 11): return "Mourning for Ronald Reagan"
        case (2007, 1, 2): return "Mourning for Gerald Ford"
        case (2012, 10, 29...30): return "Hurricane Sandy"
        case (2018, 12, 5): return "Mourning for George H. W. Bush"
        case (2025, 1, 9): return "Mourning for Jimmy Carter"
        default: return nil
        }
    }

    /// Days whose hours were changed once: by weather, a crash, a memorial, or a Friday between holidays.
    private static func unscheduledHours(_ date: DayID) -> MarketDay? {
        func early(_ reason: String, openSecond: Int? = nil, closeSecond: Int) -> MarketDay {
            MarketDay(date: date, kind: .earlyClose, reason: reason, openSecond: openSecond, closeSecond: closeSecond)
        }
        let (year, month, day) = date.civil
        switch (year, month, day) {
        case (1994, 2, 11): return early("Snowstorm", closeSecond: 14 * 3600 + 1800)
        case (1996, 1, 8): return early("Blizzard", openSecond: 11 * 3600, closeSecond: 14 * 3600)
        case (1997, 10, 27): return early("Circuit breaker", closeSecond: 15 * 3600 + 1800)
        case (1997, 12, 26), (2003, 12, 26): return early("Day after Christmas", closeSecond: 13 * 3600)
        case (1999, 12, 31): return early("Eve of the year 2000", closeSecond: 13 * 3600)
        case (2002, 9, 11):
            return MarketDay(date: date, kind: .full, reason: "September 11 memorial", openSecond: 12 * 3600)
        default: return nil
        }
    }

    /// Western Easter Sunday (anonymous Gregorian computus).
    static func easterSunday(year: Int) -> DayID {
        let golden = year % 19
        let century = year / 100
        let yearOfCentury = year % 100
        let epact = (19 * golden + century - century / 4 - (century - (century + 8) / 25 + 1) / 3 + 15) % 30
        let weekday = (32 + 2 * (century % 4) + 2 * (yearOfCentury / 4) - epact - yearOfCentury % 4) % 7
        let correction = (golden + 11 * epact + 22 * weekday) / 451
        let month = (epact + weekday - 7 * correction + 114) / 31
        let day = (epact + weekday - 7 * correction + 114) % 31 + 1
        return DayID(uncheckedYear: year, month: month, day: day)
    }
}
