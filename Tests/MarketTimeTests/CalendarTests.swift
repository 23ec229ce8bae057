import MarketTime
import Testing

private func day(_ iso: String) throws -> DayID { try #require(DayID(iso: iso), "\(iso) is a date") }

@Suite
struct CalendarTests {
    @Test(arguments: IrregularDays.years)
    func everyIrregularDayOnRecordAndNoOther(_ year: IrregularDays.Year) throws {
        let recorded = try #require(IrregularDays.rows(year), "the table of \(year.year) can be read")
        let computed = IrregularDays.computed(year.year, ExchangeCalendar())
        let missing = Set(recorded).subtracting(computed).sorted().map { "\($0.date.iso) \($0)" }
        let extra = Set(computed).subtracting(recorded).sorted().map { "\($0.date.iso) \($0)" }
        #expect(missing.isEmpty, "on record, but not by rule")
        #expect(extra.isEmpty, "by rule, but not on record")
        #expect(recorded.count == Set(recorded.map(\.date)).count, "one row a date")
        #expect(recorded.allSatisfy { !$0.date.isWeekend }, "weekdays only")
    }

    @Test func theTableHasEveryYearAndNotesWrongDays() throws {
        #expect(IrregularDays.years.map(\.year) == Array(1990...2028))
        let rows = try IrregularDays.years.flatMap { try #require(IrregularDays.rows($0)) }
        #expect(rows.count(where: { $0.kind == .closed }) == 355)
        let holiday = try #require(IrregularDays.rows(IrregularDays.years[36])).map(\.date)
        let wrong = ExchangeCalendar(overrides: [
            MarketDay(date: holiday[0], kind: .full, reason: ""),
            MarketDay(date: try day("2026-03-03"), kind: .closed, reason: "Wrong"),
        ])
        let recorded = Set(try #require(IrregularDays.rows(IrregularDays.years[36])))
        let computed = Set(IrregularDays.computed(2026, wrong))
        #expect(recorded.subtracting(computed).count == 1)
        #expect(computed.subtracting(recorded).count == 1)
    }

    @Test(arguments: [
        ("2026-01-01", "New Year's Day"), ("2026-01-19", "Martin Luther King Jr. Day"),
        ("2026-02-16", "Presidents' Day"), ("2026-04-03", "Good Friday"), ("2026-05-25", "Memorial Day"),
        ("2026-06-19", "Juneteenth"), ("2026-07-03", "Independence Day"), ("2026-09-07", "Labor Day"),
        ("2026-11-26", "Thanksgiving"), ("2026-12-25", "Christmas"), ("2023-01-02", "New Year's Day"),
        ("2021-12-24", "Christmas"), ("2027-12-24", "Christmas"), ("2001-09-12", "September 11 attacks"),
        ("2025-01-09", "Mourning for Jimmy Carter"), ("2026-10-10", "Weekend"),
    ])
    func closedDaysSayWhy(_ iso: String, _ reason: String) throws {
        let marketDay = ExchangeCalendar().day(try day(iso))
        #expect(marketDay.kind == .closed)
        #expect(marketDay.reason == reason)
        #expect(marketDay.tradingMinutes == 0)
    }

    @Test(arguments: [
        // Years whose holiday notices do not exist yet: observed holidays and early closes as the rules of today have
        // them.
        ("2029-06-19", MarketDay.Kind.closed), ("2030-07-03", .earlyClose), ("2030-12-24", .earlyClose),
        ("2031-07-03", .earlyClose), ("2032-06-18", .closed), ("2032-07-05", .closed), ("2032-07-02", .full),
        ("2032-12-24", .closed), ("2033-06-20", .closed), ("2033-12-26", .closed), ("2032-12-31", .full),
        ("2034-01-02", .closed), ("2035-03-23", .closed), ("2036-07-03", .earlyClose), ("2037-07-03", .closed),
        ("2038-04-23", .closed), ("2038-06-18", .closed), ("2038-12-31", .full), ("2039-12-26", .closed),
        ("2040-01-02", .closed), ("2040-07-03", .earlyClose), ("2040-11-22", .closed), ("2040-11-23", .earlyClose),
        ("2040-12-24", .earlyClose), ("2040-12-25", .closed), ("2040-12-31", .full),
    ])
    func daysToComeFollowTheRules(_ iso: String, _ kind: MarketDay.Kind) throws {
        #expect(ExchangeCalendar().day(try day(iso)).kind == kind)
    }

    @Test(arguments: 1990...2040)
    func everyYearHasItsTradingDays(_ year: Int) throws {
        let calendar = ExchangeCalendar()
        let days = calendar.days(from: try day("\(year)-01-01"), through: try day("\(year)-12-31"))
        // 248 in 2001, 250 with a day of mourning or a storm, else 251 to 253; 254 in 1996, a leap year of eight
        // holidays.
        let count = days.count(where: \.isTradingDay)
        #expect((year == 2001 ? 248...248 : 250...254).contains(count), "\(count) trading days")
        var closedInARow = 0
        for day in days {
            closedInARow = day.isTradingDay ? 0 : closedInARow + 1
            let isAfterTheAttacks = day.date.iso >= "2001-09-14" && day.date.iso <= "2001-09-16"
            let isSandy = day.date.iso == "2012-10-30"
            let isFordsMourning = day.date.iso == "2007-01-02"
            let isExpected = closedInARow < 4 || isAfterTheAttacks || isSandy || isFordsMourning
            #expect(isExpected, "\(day.date.iso) is the \(closedInARow)th closed day in a row")
        }
    }

    @Test func onlyDatesThatAnOverrideNamesDiffer() throws {
        // A vendor's list names what it knows: the holidays of its next months, one of them wrong, one storm.
        let named = [
            MarketDay(date: try day("2026-12-24"), kind: .full, reason: ""),
            MarketDay(date: try day("2026-12-25"), kind: .closed, reason: "Christmas Day"),
            MarketDay(date: try day("2026-10-06"), kind: .closed, reason: "Hurricane"),
        ]
        for overrides in [[], named] {
            let calendar = ExchangeCalendar(overrides: overrides)
            let plain = ExchangeCalendar()
            let dates = Set(overrides.map(\.date))
            for date in plain.days(from: try day("2026-01-01"), through: try day("2027-12-31")).map(\.date)
            where !dates.contains(date) {
                #expect(calendar.day(date) == plain.day(date))
            }
            for override in overrides { #expect(calendar.day(override.date) == override) }
        }
        let calendar = ExchangeCalendar(overrides: named)
        #expect(!calendar.isTradingDay(try day("2026-10-06")))
        #expect(!calendar.isTradingDay(try day("2026-11-26")), "a holiday the list leaves out stays closed")
    }

    @Test func theLaterOfTwoEntriesForADateWins() throws {
        let date = try day("2026-10-06")
        let calendar = ExchangeCalendar(overrides: [
            MarketDay(date: date, kind: .closed, reason: "Hurricane"),
            MarketDay(date: date, kind: .earlyClose, reason: "Storm over"),
        ])
        #expect(calendar.day(date).reason == "Storm over")
    }

    @Test func theTradingDaysOfARange() throws {
        let calendar = ExchangeCalendar()
        let days = calendar.tradingDays(from: try day("2026-11-25"), through: try day("2026-11-30"))
        #expect(days.map(\.iso) == ["2026-11-25", "2026-11-27", "2026-11-30"])
        #expect(calendar.tradingDays(from: try day("2026-11-26"), through: try day("2026-11-26")).isEmpty)
        #expect(calendar.tradingDays(from: try day("2026-11-30"), through: try day("2026-11-25")).isEmpty)
        let year = calendar.tradingDays(from: try day("2026-01-01"), through: try day("2026-12-31"))
        #expect(year.count == 251)
        let backwards = calendar.tradingDays(before: try day("2027-01-01"), count: 251)
        #expect(year == backwards.reversed())
        #expect(zip(year, year.dropFirst()).allSatisfy { calendar.tradingDay(after: $0) == $1 })
    }

    @Test(arguments: [
        ("2026-11-22", "2026-11-26", "2026-11-27"), ("2026-11-26", "2026-12-25", "2026-11-27"),
        ("2026-11-27", "2026-12-25", "2026-12-24"), ("2026-12-25", "2027-01-01", "2027-11-26"),
        ("2027-11-26", "2027-12-24", "2028-07-03"), ("2040-12-31", "2041-01-01", "2041-07-03"),
    ])
    func whatClosesNext(_ iso: String, _ closure: String, _ earlyClose: String) throws {
        let calendar = ExchangeCalendar()
        #expect(calendar.nextClosure(after: try day(iso))?.date.iso == closure)
        #expect(calendar.nextEarlyClose(after: try day(iso))?.date.iso == earlyClose)
    }
}
