// New York's clock by rule, not by the host's tz database: a container without tzdata, or a host in another zone, must
// not move a session boundary. The rules below cover every date the product stores (1987 on); the United States has not
// changed them since 2007.

/// Conversion between instants and the wall clock in America/New_York.
package enum NewYork {
    /// Seconds east of UTC at a moment: -18,000 (EST) or -14,400 (EDT).
    package static func offsetSeconds(at instant: Instant) -> Int {
        let seconds = instant.seconds
        // The year in standard time is exact enough: no change falls near New Year.
        let day = DayID(rawValue: Int32(clamping: (seconds - 18_000).floorDivided(by: 86_400)))
        let (start, end) = daylightSaving(year: day.civil.year)
        // Clocks change at 02:00 local: 07:00Z in spring (still EST), 06:00Z in autumn (still EDT).
        let springs = Int64(start.rawValue) * 86_400 + 7 * 3600
        let falls = Int64(end.rawValue) * 86_400 + 6 * 3600
        return seconds >= springs && seconds < falls ? -14_400 : -18_000
    }

    /// The date and the second of the day (0…86,399) that a clock in New York shows.
    package static func wall(at instant: Instant) -> (day: DayID, secondOfDay: Int) {
        let local = instant.seconds + Int64(offsetSeconds(at: instant))
        let day = local.floorDivided(by: 86_400)
        return (DayID(rawValue: Int32(clamping: day)), Int(local - day * 86_400))
    }

    /// The moment at which New York's clock shows `secondOfDay` on `day`.
    ///
    /// `secondOfDay` may exceed a day. A time that the spring change skips maps to the moment an hour later; one that the
    /// autumn change repeats maps to its first pass. No session boundary falls into either.
    package static func instant(_ day: DayID, secondOfDay: Int) -> Instant {
        let local = Int64(day.rawValue) * 86_400 + Int64(secondOfDay)
        let daylight = Instant(seconds: local + 14_400)
        if offsetSeconds(at: daylight) == -14_400 { return daylight }
        return Instant(seconds: local + 18_000)
    }

    /// First and last day of daylight saving time in a year.
    static func daylightSaving(year: Int) -> (start: DayID, end: DayID) {
        if year >= 2007 {
            return (nthWeekday(.sunday, 2, month: 3, year: year), nthWeekday(.sunday, 1, month: 11, year: year))
        }
        let start =
            year >= 1987
            ? nthWeekday(.sunday, 1, month: 4, year: year) : lastWeekday(.sunday, month: 4, year: year)
        return (start, lastWeekday(.sunday, month: 10, year: year))
    }

    /// The n-th given weekday of a month, n from 1 to 4.
    static func nthWeekday(_ weekday: Weekday, _ ordinal: Int, month: Int, year: Int) -> DayID {
        let first = DayID(uncheckedYear: year, month: month, day: 1)
        let ahead = (weekday.rawValue - first.weekday.rawValue + 7) % 7
        return first.adding(days: ahead + 7 * (ordinal - 1))
    }

    /// The last given weekday of a month.
    static func lastWeekday(_ weekday: Weekday, month: Int, year: Int) -> DayID {
        let last = DayID(uncheckedYear: year, month: month, day: DayID.daysIn(month: month, year: year))
        let back = (last.weekday.rawValue - weekday.rawValue + 7) % 7
        return last.adding(days: -back)
    }
}
