import FilterLanguage
import MarketTime
import Testing

@testable import tradeul

@Suite
struct LookingBackTests {
    private static let friday = DayID(iso: "2026-10-09")

    @Test(arguments: [
        // A stored day counts once its post-market is over, on the weekend too; the running one does not.
        ("2026-10-09", "2026-10-09", 12, "2026-10-09"), ("2026-10-09", "2026-10-09", 19, "2026-10-09"),
        ("2026-10-09", "2026-10-09", 20, "2026-10-12"), ("2026-10-09", "2026-10-10", 12, "2026-10-12"),
        ("2026-10-08", "2026-10-09", 12, "2026-10-09"), ("2026-10-08", "2026-10-10", 12, "2026-10-09"),
    ])
    func aBacktestTakesTheDaysThatAreOver(_ last: String, _ today: String, _ hour: Int, _ end: String) throws {
        let calendar = ExchangeCalendar()
        let now = NewYork.instant(try #require(DayID(iso: today)), secondOfDay: hour * 3600)
        let found = BacktestDesk.end(last: try #require(DayID(iso: last)), now: now, calendar)
        #expect(found.iso == end)
    }

    @Test func aQuestionThatLooksBackIsToldThatItCannot() {
        for (text, isTold) in [("rvol > 3", false), ("rvol > 3 for 3m", true), ("price crosses above vwap", true)] {
            #expect((ScanAsker.note(FilterCompiler.compile(text).program) != nil) == isTold, "\(text)")
        }
    }

    @Test func aListOfHoursBeforeIsShownWithItsOwnTime() throws {
        let noon = NewYork.instant(try #require(Self.friday), secondOfDay: 12 * 3600)
        #expect(DashboardDesk.moment(asked: noon, last: noon.adding(seconds: -59)) == noon)
        #expect(DashboardDesk.moment(asked: noon, last: noon.adding(seconds: -301)) == noon.adding(seconds: -301))
        #expect(DashboardDesk.moment(asked: noon, last: nil) == noon)
    }
}
