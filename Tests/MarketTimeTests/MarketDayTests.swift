import MarketTime
import Testing

private func day(_ iso: String) throws -> DayID { try #require(DayID(iso: iso), "\(iso) is a date") }

/// A moment from a date and a time in UTC, without New York's rules.
private func utc(_ iso: String, _ hour: Int, _ minute: Int = 0) throws -> Instant {
    Instant(seconds: Int64(try day(iso).rawValue) * 86_400 + Int64(hour * 3600 + minute * 60))
}

@Suite
struct MarketDayTests {
    @Test(arguments: [
        (MarketDay.Kind.full, 57_600, 72_000, 960), (.earlyClose, 46_800, 61_200, 780), (.closed, 57_600, 72_000, 0),
    ])
    func timesThatAreNotGivenAreThoseOfTheKind(_ kind: MarketDay.Kind, _ close: Int, _ end: Int, _ minutes: Int) throws
    {
        let plain = MarketDay(date: try day("2026-10-06"), kind: kind, reason: "")
        #expect(plain.openSecond == 34_200)
        #expect(plain.closeSecond == close)
        #expect(plain.postCloseSecond == end)
        #expect(plain.tradingMinutes == minutes)
        #expect(plain.isIrregular == (kind != .full))
    }

    @Test(arguments: [
        // Post-market lasts four hours after an early close, and never beyond 20:00.
        (50_400, 64_800, 840), (55_800, 70_200, 930), (57_540, 71_940, 959), (46_800, 61_200, 780),
    ])
    func postMarketFollowsAnEarlyClose(_ close: Int, _ end: Int, _ minutes: Int) throws {
        let early = MarketDay(date: try day("2026-10-06"), kind: .earlyClose, reason: "", closeSecond: close)
        #expect(early.closeSecond == close)
        #expect(early.postCloseSecond == end)
        #expect(early.tradingMinutes == minutes)
    }

    @Test(arguments: [
        (36_000, 36_000, 50_000), (50_000, 40_000, 60_000), (14_399, 46_800, 61_200), (34_200, 46_800, 46_799),
        (34_200, 46_800, 72_001), (-1, 46_800, 61_200), (34_200, .max, 61_200), (.min, 46_800, 61_200),
    ])
    func timesOutOfOrderAreReplaced(_ open: Int, _ close: Int, _ end: Int) throws {
        let date = try day("2026-11-27")
        let given = MarketDay(
            date: date,
            kind: .earlyClose,
            reason: "R",
            openSecond: open,
            closeSecond: close,
            postCloseSecond: end
        )
        #expect(given == MarketDay(date: date, kind: .earlyClose, reason: "R"))
    }

    @Test(arguments: [
        // Winter and summer: 13:00 in New York is 18:00 or 17:00 in UTC.
        ("2026-11-27", 14, 18, 34_200, 46_800), ("2028-07-03", 13, 17, 34_200, 46_800),
        // A late opening, and a close at 14:00.
        ("2026-11-27", 16, 19, 39_600, 50_400),
    ])
    func vendorTimesAreReadInNewYork(_ iso: String, _ open: Int, _ close: Int, _ opens: Int, _ closes: Int) throws {
        let vendor = MarketDay(
            vendorDate: try day(iso),
            isClosed: false,
            open: try utc(iso, open, opens == 34_200 ? 30 : 0),
            close: try utc(iso, close),
            name: "Thanksgiving"
        )
        #expect(vendor.kind == .earlyClose)
        #expect(vendor.openSecond == opens)
        #expect(vendor.closeSecond == closes)
        #expect(vendor.postCloseSecond == closes + 4 * 3600)
        #expect(vendor.reason == "Thanksgiving")
    }

    @Test func vendorNonsenseBecomesAnOrdinaryEarlyClose() throws {
        let date = try day("2026-11-27")
        let times: [(open: Instant?, close: Instant?)] = [
            (nil, nil), (Instant(nanoseconds: .max), Instant(nanoseconds: .min)), (.epoch, .epoch),
            // Another date; New York's times written as if they were UTC; swapped; a full day.
            (try utc("2026-11-26", 15, 30), try utc("2026-11-28", 19)), (nil, try utc("2026-11-27", 13)),
            (try utc("2026-11-27", 14, 30), try utc("2026-11-27", 21)),
        ]
        for (open, close) in times {
            let vendor = MarketDay(vendorDate: date, isClosed: false, open: open, close: close, name: "")
            #expect(vendor == MarketDay(date: date, kind: .earlyClose, reason: "Early close"), "\(vendor)")
        }
        let swapped = MarketDay(
            vendorDate: date,
            isClosed: false,
            open: try utc("2026-11-27", 18),
            close: try utc("2026-11-27", 14, 30),
            name: ""
        )
        #expect(swapped.kind == .earlyClose && swapped.openSecond < swapped.closeSecond)
    }

    @Test func aVendorsClosureIsAClosure() throws {
        let date = try day("2026-10-06")
        let closed = MarketDay(
            vendorDate: date,
            isClosed: true,
            open: try utc("2026-10-06", 14),
            close: try utc("2026-10-06", 17),
            name: "Hurricane"
        )
        #expect(closed == MarketDay(date: date, kind: .closed, reason: "Hurricane"))
        #expect(!MarketDay(vendorDate: date, isClosed: true, open: nil, close: nil, name: "").reason.isEmpty)
    }

    @Test func noVendorRowOpensAWeekend() throws {
        let saturday = try day("2026-10-10")
        let row = MarketDay(vendorDate: saturday, isClosed: false, open: nil, close: nil, name: "Early close")
        #expect(row.kind == .closed)
        #expect(row == ExchangeCalendar().day(saturday))
    }
}
