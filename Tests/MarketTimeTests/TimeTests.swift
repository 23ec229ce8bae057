import MarketTime
import Testing

@Suite
struct TimeTests {
    @Test(arguments: [
        // ISO date, Unix day, weekday.
        ("1970-01-01", 0, Weekday.thursday), ("2000-02-29", 11_016, .tuesday), ("2026-10-06", 20_732, .tuesday),
        ("1969-12-31", -1, .wednesday),
    ])
    func datesAndWeekdays(_ iso: String, _ number: Int, _ weekday: Weekday) throws {
        let day = try #require(DayID(iso: iso))
        #expect(Int(day.rawValue) == number)
        #expect(day.weekday == weekday)
        #expect(day.iso == iso)
    }

    @Test(arguments: [
        "2026-02-29", "2026-13-01", "2026-00-10", "2026-1-01", "26-01-01", "2026/01/01", "", "2026-01-0x",
    ])
    func badDatesAreRefused(_ iso: String) {
        #expect(DayID(iso: iso) == nil)
    }

    @Test func everyDayOfACenturyRoundTrips() {
        for number in Int32(7305)..<Int32(25_567) {
            let day = DayID(rawValue: number)
            let (year, month, dayOfMonth) = day.civil
            #expect(DayID(year: year, month: month, day: dayOfMonth) == day)
        }
    }

    @Test(arguments: [
        // Unix seconds of the changes: 2026-03-08 07:00Z, 2026-11-01 06:00Z, and those of 2006 and 1990.
        (1_772_953_199, -18_000), (1_772_953_200, -14_400), (1_793_512_799, -14_400), (1_793_512_800, -18_000),
        (1_143_961_199, -18_000), (1_143_961_200, -14_400), (1_162_101_599, -14_400), (1_162_101_600, -18_000),
    ])
    func daylightSavingChangesAtTwoInTheMorning(_ seconds: Int64, _ offset: Int) {
        #expect(NewYork.offsetSeconds(at: Instant(seconds: seconds)) == offset)
    }

    @Test func wallClockAndInstantsAreInverse() throws {
        let first = try #require(DayID(iso: "2025-12-30"))
        for offset in 0..<400 {
            let day = first.adding(days: offset)
            for second in [0, 14_400, 34_200, 57_600, 72_000, 86_399] {
                let wall = NewYork.wall(at: NewYork.instant(day, secondOfDay: second))
                #expect(wall.day == day && wall.secondOfDay == second)
            }
        }
    }

    @Test(arguments: [
        (14_399, 0, 0.0), (14_400, 0, 0.0), (14_550, 0, 0.5), (37_800, 78, 0.0), (37_950, 78, 0.5),
        (71_999, 191, 299.0 / 300), (72_000, 192, 0.0), (80_000, 192, 0.0),
    ])
    func progressOfADay(_ second: Int, _ completed: Int, _ fraction: Double) throws {
        let day = try #require(DayID(iso: "2026-10-06"))
        let progress = DayProgress(of: day, at: NewYork.instant(day, secondOfDay: second))
        #expect(progress.completedSlots == completed)
        #expect(abs(progress.fraction - fraction) < 1e-12)
    }

    @Test func vendorTimesThatCannotBeSaturateInsteadOfTrapping() {
        #expect(Instant(milliseconds: .max).nanoseconds == .max)
        #expect(Instant(milliseconds: .min).nanoseconds == .min)
        #expect(Instant(nanoseconds: .max).adding(seconds: 1).nanoseconds == .max)
        #expect(Instant(nanoseconds: .min).nanoseconds(since: Instant(nanoseconds: .max)) == .min)
        #expect(NewYork.wall(at: Instant(nanoseconds: .max)).secondOfDay >= 0)
        #expect(Instant(nanoseconds: -1).seconds == -1)
    }

    @Test func slotsAreFixedByTheWallClock() throws {
        #expect(Slot(secondOfDay: 34_200)?.rawValue == Slot.regularOpen)
        #expect(Slot(secondOfDay: 57_600)?.rawValue == Slot.regularClose)
        #expect(Slot(secondOfDay: 14_399) == nil)
        #expect(Slot(secondOfDay: 72_000) == nil)
        #expect(try #require(Slot(rawValue: 78)).startSecond == 37_800)
    }
}
