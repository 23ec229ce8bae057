import MarketTime
import Testing

private func day(_ iso: String) throws -> DayID { try #require(DayID(iso: iso), "\(iso) is a date") }

@Suite
struct CalendarTests {
    @Test(arguments: [
        ("2026-01-01", "New Year's Day"), ("2026-01-19", "Martin Luther King Jr. Day"),
        ("2026-02-16", "Presidents' Day"), ("2026-04-03", "Good Friday"), ("2026-05-25", "Memorial Day"),
        ("2026-06-19", "Juneteenth"), ("2026-07-03", "Independence Day"), ("2026-09-07", "Labor Day"),
        ("2026-11-26", "Thanksgiving"), ("2026-12-25", "Christmas"), ("2023-01-02", "New Year's Day"),
        ("2021-12-24", "Christmas"), ("2027-12-24", "Christmas"), ("2001-09-12", "September 11 attacks"),
        ("2025-01-09", "Mourning for Jimmy Carter"), ("2026-10-10", "Weekend"),
    ])
    func closedDays(_ iso: String, _ reason: String) throws {
        let marketDay = ExchangeCalendar().day(try day(iso))
        #expect(marketDay.kind == .closed)
        #expect(marketDay.reason == reason)
    }

    @Test(arguments: ["2026-11-27", "2026-12-24", "2025-07-03", "2024-07-03", "2019-07-03", "2002-07-05"])
    func earlyCloses(_ iso: String) throws {
        #expect(ExchangeCalendar().day(try day(iso)).kind == .earlyClose)
    }

    @Test(arguments: ["2021-06-18", "2021-12-31", "2026-10-06", "2002-07-03", "2010-12-31", "2020-06-19", "1997-01-20"])
    func fullDays(_ iso: String) throws {
        #expect(ExchangeCalendar().day(try day(iso)).kind == .full)
    }

    @Test func anOverrideBeatsTheRule() throws {
        let date = try day("2026-10-06")
        let calendar = ExchangeCalendar(overrides: [MarketDay(date: date, kind: .closed, reason: "Hurricane")])
        #expect(!calendar.isTradingDay(date))
        #expect(calendar.isTradingDay(try day("2026-10-07")))
    }

    @Test(arguments: [
        // Both sides of both clock changes of 2026, normal and early-close days, weekend, holiday.
        ("2026-10-06", 4 * 3600 - 1, MarketSession.closed, "2026-10-05"),
        ("2026-10-06", 4 * 3600, .preMarket, "2026-10-06"),
        ("2026-10-06", 34_199, .preMarket, "2026-10-06"),
        ("2026-10-06", 34_200, .open, "2026-10-06"),
        ("2026-10-06", 57_600, .postMarket, "2026-10-06"),
        ("2026-10-06", 72_000, .closed, "2026-10-06"),
        ("2026-11-27", 46_799, .open, "2026-11-27"),
        ("2026-11-27", 46_800, .postMarket, "2026-11-27"),
        ("2026-11-27", 61_200, .closed, "2026-11-27"),
        ("2026-11-26", 40_000, .closed, "2026-11-25"),
        ("2026-03-09", 34_200, .open, "2026-03-09"),
        ("2026-03-06", 34_200, .open, "2026-03-06"),
        ("2026-11-02", 14_400, .preMarket, "2026-11-02"),
        ("2026-10-10", 50_000, .closed, "2026-10-09"),
    ])
    func sessionBoundaries(_ iso: String, _ second: Int, _ session: MarketSession, _ tradingDay: String) throws {
        let state = ExchangeCalendar().state(at: NewYork.instant(try day(iso), secondOfDay: second))
        #expect(state.session == session)
        #expect(state.tradingDay == (try day(tradingDay)))
        #expect(state.nextChange > NewYork.instant(try day(iso), secondOfDay: second))
    }

    @Test func theNextChangeAfterFridayEveningIsMondayMorning() throws {
        let state = ExchangeCalendar().state(at: NewYork.instant(try day("2026-10-09"), secondOfDay: 72_000))
        #expect(state.nextChange == NewYork.instant(try day("2026-10-12"), secondOfDay: 14_400))
        #expect(state.nextSession == .preMarket)
    }
}
