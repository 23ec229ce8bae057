/// NYSE holidays and early closes by rule, 1990 on, with the unscheduled closures on record.
enum HolidayRules {
    /// What a date is by rule.
    static func day(_ date: DayID) -> MarketDay {
        if date.weekday == .saturday || date.weekday == .sunday {
            return MarketDay(date: date, kind: .closed, reason: "Weekend")
        }
        if let reason = unscheduled(date) ?? holiday(date) {
            return MarketDay(date: date, kind: .closed, reason: reason)
        }
        if let reason = earlyClose(date) {
            return MarketDay(date: date, kind: .earlyClose, reason: reason)
        }
        return MarketDay(date: date, kind: .full, reason: "")
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
    /// A New Year's Day on a Saturday is not observed: NYSE rule 7.2 keeps the accounting year's last day open.
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

    /// Weekdays with a 13:00 close: the day after Thanksgiving, Christmas Eve, the eve of Independence Day.
    private static func earlyClose(_ date: DayID) -> String? {
        let (year, month, day) = date.civil
        switch (month, day) {
        case (11, 22...29) where year >= 1992:
            let thanksgiving = NewYork.nthWeekday(.thursday, 4, month: 11, year: year)
            return date == thanksgiving.adding(days: 1) ? "Day after Thanksgiving" : nil
        case (12, 24) where year >= 1993:
            // On a Friday the 24th is the observed holiday itself and never reaches this point.
            return "Christmas Eve"
        case (7, 3) where year >= 1995:
            // Before 2013 a Friday after a Thursday holiday closed early instead when the 3rd was a Wednesday.
            return year < 2013 && date.weekday == .wednesday ? nil : "Independence Day eve"
        case (7, 5) where year >= 1995 && year < 2013 && date.weekday == .friday:
            return "Day after Independence Day"
        default:
            return nil
        }
    }

    /// Full days lost to events no rule foresees.
    private static func unscheduled(_ date: DayID) -> String? {
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
