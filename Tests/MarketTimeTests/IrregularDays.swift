import MarketTime

/// Every weekday from 1990 through 2028 on which the exchanges did not trade from 09:30 to 16:00, typed in year by
/// year from the public record, not computed.
///
/// Sources: NYSE's list of special closings ("closings.pdf", to 2011), the yearly holiday notices of NYSE Group (2012
/// to 2028), the press and the SEC for 1996-01-08, 1997-10-27, 1999-12-31 and 2002-09-11. 2026 is as announced;
/// closures that nobody announced before the table was typed are missing in it as they are in the rules.
enum IrregularDays {
    /// One year: month and day; a time where the regular session ended at another time than 13:00 or began late.
    struct Year: Sendable {
        let year: Int
        let closed: String
        let early: String
        var late = ""
    }

    /// An irregular weekday.
    struct Row: Hashable, Sendable, Comparable {
        let date: DayID
        let kind: MarketDay.Kind
        /// Seconds of the day in New York; 0 where there is no session.
        let open: Int
        let close: Int

        static func < (left: Self, right: Self) -> Bool { left.date < right.date }
    }

    static let years: [Year] = [
        Year(year: 1990, closed: "01-01 02-19 04-13 05-28 07-04 09-03 11-22 12-25", early: "12-24@14:00"),
        Year(year: 1991, closed: "01-01 02-18 03-29 05-27 07-04 09-02 11-28 12-25", early: "12-24@14:00"),
        Year(year: 1992, closed: "01-01 02-17 04-17 05-25 07-03 09-07 11-26 12-25", early: "11-27@14:00 12-24@14:00"),
        Year(year: 1993, closed: "01-01 02-15 04-09 05-31 07-05 09-06 11-25 12-24", early: "11-26"),
        // Nixon's funeral, a snowstorm.
        Year(year: 1994, closed: "02-21 04-01 04-27 05-30 07-04 09-05 11-24 12-26", early: "02-11@14:30 11-25"),
        Year(year: 1995, closed: "01-02 02-20 04-14 05-29 07-04 09-04 11-23 12-25", early: "07-03 11-24"),
        // A blizzard: opened at 11:00, closed at 14:00.
        Year(
            year: 1996,
            closed: "01-01 02-19 04-05 05-27 07-04 09-02 11-28 12-25",
            early: "01-08@11:00-14:00 07-05 11-29 12-24"
        ),
        // The circuit breaker ended the session of October 27.
        Year(
            year: 1997,
            closed: "01-01 02-17 03-28 05-26 07-04 09-01 11-27 12-25",
            early: "07-03 10-27@15:30 11-28 12-24 12-26"
        ),
        Year(year: 1998, closed: "01-01 01-19 02-16 04-10 05-25 07-03 09-07 11-26 12-25", early: "11-27 12-24"),
        Year(year: 1999, closed: "01-01 01-18 02-15 04-02 05-31 07-05 09-06 11-25 12-24", early: "11-26 12-31"),
        Year(year: 2000, closed: "01-17 02-21 04-21 05-29 07-04 09-04 11-23 12-25", early: "07-03 11-24"),
        Year(
            year: 2001,
            closed: "01-01 01-15 02-19 04-13 05-28 07-04 09-03 09-11 09-12 09-13 09-14 11-22 12-25",
            early: "07-03 11-23 12-24"
        ),
        Year(
            year: 2002,
            closed: "01-01 01-21 02-18 03-29 05-27 07-04 09-02 11-28 12-25",
            early: "07-05 11-29 12-24",
            late: "09-11@12:00"
        ),
        Year(
            year: 2003,
            closed: "01-01 01-20 02-17 04-18 05-26 07-04 09-01 11-27 12-25",
            early: "07-03 11-28 12-24 12-26"
        ),
        // Reagan's funeral.
        Year(year: 2004, closed: "01-01 01-19 02-16 04-09 05-31 06-11 07-05 09-06 11-25 12-24", early: "11-26"),
        Year(year: 2005, closed: "01-17 02-21 03-25 05-30 07-04 09-05 11-24 12-26", early: "11-25"),
        Year(year: 2006, closed: "01-02 01-16 02-20 04-14 05-29 07-04 09-04 11-23 12-25", early: "07-03 11-24"),
        // Mourning for Ford on January 2.
        Year(
            year: 2007,
            closed: "01-01 01-02 01-15 02-19 04-06 05-28 07-04 09-03 11-22 12-25",
            early: "07-03 11-23 12-24"
        ),
        Year(year: 2008, closed: "01-01 01-21 02-18 03-21 05-26 07-04 09-01 11-27 12-25", early: "07-03 11-28 12-24"),
        Year(year: 2009, closed: "01-01 01-19 02-16 04-10 05-25 07-03 09-07 11-26 12-25", early: "11-27 12-24"),
        Year(year: 2010, closed: "01-01 01-18 02-15 04-02 05-31 07-05 09-06 11-25 12-24", early: "11-26"),
        Year(year: 2011, closed: "01-17 02-21 04-22 05-30 07-04 09-05 11-24 12-26", early: "11-25"),
        // Hurricane Sandy.
        Year(
            year: 2012,
            closed: "01-02 01-16 02-20 04-06 05-28 07-04 09-03 10-29 10-30 11-22 12-25",
            early: "07-03 11-23 12-24"
        ),
        Year(year: 2013, closed: "01-01 01-21 02-18 03-29 05-27 07-04 09-02 11-28 12-25", early: "07-03 11-29 12-24"),
        Year(year: 2014, closed: "01-01 01-20 02-17 04-18 05-26 07-04 09-01 11-27 12-25", early: "07-03 11-28 12-24"),
        Year(year: 2015, closed: "01-01 01-19 02-16 04-03 05-25 07-03 09-07 11-26 12-25", early: "11-27 12-24"),
        Year(year: 2016, closed: "01-01 01-18 02-15 03-25 05-30 07-04 09-05 11-24 12-26", early: "11-25"),
        Year(year: 2017, closed: "01-02 01-16 02-20 04-14 05-29 07-04 09-04 11-23 12-25", early: "07-03 11-24"),
        // George H. W. Bush's funeral.
        Year(
            year: 2018,
            closed: "01-01 01-15 02-19 03-30 05-28 07-04 09-03 11-22 12-05 12-25",
            early: "07-03 11-23 12-24"
        ),
        Year(year: 2019, closed: "01-01 01-21 02-18 04-19 05-27 07-04 09-02 11-28 12-25", early: "07-03 11-29 12-24"),
        Year(year: 2020, closed: "01-01 01-20 02-17 04-10 05-25 07-03 09-07 11-26 12-25", early: "11-27 12-24"),
        Year(year: 2021, closed: "01-01 01-18 02-15 04-02 05-31 07-05 09-06 11-25 12-24", early: "11-26"),
        Year(year: 2022, closed: "01-17 02-21 04-15 05-30 06-20 07-04 09-05 11-24 12-26", early: "11-25"),
        Year(year: 2023, closed: "01-02 01-16 02-20 04-07 05-29 06-19 07-04 09-04 11-23 12-25", early: "07-03 11-24"),
        Year(
            year: 2024,
            closed: "01-01 01-15 02-19 03-29 05-27 06-19 07-04 09-02 11-28 12-25",
            early: "07-03 11-29 12-24"
        ),
        // Carter's funeral on January 9.
        Year(
            year: 2025,
            closed: "01-01 01-09 01-20 02-17 04-18 05-26 06-19 07-04 09-01 11-27 12-25",
            early: "07-03 11-28 12-24"
        ),
        Year(year: 2026, closed: "01-01 01-19 02-16 04-03 05-25 06-19 07-03 09-07 11-26 12-25", early: "11-27 12-24"),
        Year(year: 2027, closed: "01-01 01-18 02-15 03-26 05-31 06-18 07-05 09-06 11-25 12-24", early: "11-26"),
        Year(year: 2028, closed: "01-17 02-21 04-14 05-29 06-19 07-04 09-04 11-23 12-25", early: "07-03 11-24"),
    ]

    /// The rows of one year, by date; nil when its text cannot be read.
    static func rows(_ year: Year) -> [Row]? {
        var rows: [Row] = []
        let (opens, closes, earlyCloses) = (34_200, 57_600, 46_800)
        for text in year.closed.split(separator: " ") {
            guard let date = DayID(iso: "\(year.year)-\(text)") else { return nil }
            rows.append(Row(date: date, kind: .closed, open: 0, close: 0))
        }
        for text in year.early.split(separator: " ") {
            let parts = text.split(separator: "@")
            guard let date = DayID(iso: "\(year.year)-\(parts[0])") else { return nil }
            let times = parts.dropFirst().flatMap { $0.split(separator: "-") }.map { seconds($0) }
            let open = times.count == 2 ? times[0] : opens
            rows.append(Row(date: date, kind: .earlyClose, open: open, close: times.last ?? earlyCloses))
        }
        for text in year.late.split(separator: " ") {
            let parts = text.split(separator: "@")
            guard let date = DayID(iso: "\(year.year)-\(parts[0])"), parts.count == 2 else { return nil }
            rows.append(Row(date: date, kind: .full, open: seconds(parts[1]), close: closes))
        }
        return rows.sorted()
    }

    /// What the calendar says of one year's weekdays, in the table's form.
    static func computed(_ year: Int, _ calendar: ExchangeCalendar) -> [Row] {
        guard let first = DayID(year: year, month: 1, day: 1), let last = DayID(year: year, month: 12, day: 31) else {
            return []
        }
        return calendar.days(from: first, through: last)
            .filter { !$0.date.isWeekend && $0.isIrregular }
            .map { day in
                let trades = day.isTradingDay
                return Row(
                    date: day.date,
                    kind: day.kind,
                    open: trades ? day.openSecond : 0,
                    close: trades ? day.closeSecond : 0
                )
            }
    }

    private static func seconds(_ text: Substring) -> Int {
        let parts = text.split(separator: ":").compactMap { Int($0) }
        return parts.count == 2 ? parts[0] * 3600 + parts[1] * 60 : 0
    }
}
