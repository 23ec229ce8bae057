import MarketTime
import Testing

private func day(_ iso: String) throws -> DayID { try #require(DayID(iso: iso), "\(iso) is a date") }

/// A moment from a date and a time in UTC, without New York's rules.
private func utc(_ iso: String, _ hour: Int, _ minute: Int = 0) throws -> Instant {
    Instant(seconds: Int64(try day(iso).rawValue) * 86_400 + Int64(hour * 3600 + minute * 60))
}

/// What nothing of the host's can move: this room imports no library at all (the room's arrows forbid it), so no time
/// zone setting, tz database or libc call is involved; the moments below are written in UTC.
@Suite
struct SessionTests {
    /// One trading day: its four boundaries as UTC hours and minutes, from its date's midnight in UTC.
    struct TradingDay: Sendable {
        let date: String
        let pre: Int
        let open: (hour: Int, minute: Int)
        let post: (hour: Int, minute: Int)
        let closed: (hour: Int, minute: Int)
    }

    static let tradingDays: [TradingDay] = [
        // Winter: New York is five hours behind UTC; post-market ends at 01:00Z of the next day.
        TradingDay(date: "2026-01-15", pre: 9, open: (14, 30), post: (21, 0), closed: (25, 0)),
        // Summer: four hours.
        TradingDay(date: "2026-07-15", pre: 8, open: (13, 30), post: (20, 0), closed: (24, 0)),
        // The Fridays before and the Mondays after clock changes, of four years and both old and new rules.
        TradingDay(date: "2026-03-06", pre: 9, open: (14, 30), post: (21, 0), closed: (25, 0)),
        TradingDay(date: "2026-03-09", pre: 8, open: (13, 30), post: (20, 0), closed: (24, 0)),
        TradingDay(date: "2026-10-30", pre: 8, open: (13, 30), post: (20, 0), closed: (24, 0)),
        TradingDay(date: "2026-11-02", pre: 9, open: (14, 30), post: (21, 0), closed: (25, 0)),
        TradingDay(date: "2025-03-07", pre: 9, open: (14, 30), post: (21, 0), closed: (25, 0)),
        TradingDay(date: "2025-03-10", pre: 8, open: (13, 30), post: (20, 0), closed: (24, 0)),
        TradingDay(date: "2025-10-31", pre: 8, open: (13, 30), post: (20, 0), closed: (24, 0)),
        TradingDay(date: "2025-11-03", pre: 9, open: (14, 30), post: (21, 0), closed: (25, 0)),
        TradingDay(date: "2027-03-12", pre: 9, open: (14, 30), post: (21, 0), closed: (25, 0)),
        TradingDay(date: "2027-03-15", pre: 8, open: (13, 30), post: (20, 0), closed: (24, 0)),
        TradingDay(date: "2027-11-05", pre: 8, open: (13, 30), post: (20, 0), closed: (24, 0)),
        TradingDay(date: "2027-11-08", pre: 9, open: (14, 30), post: (21, 0), closed: (25, 0)),
        TradingDay(date: "2006-03-31", pre: 9, open: (14, 30), post: (21, 0), closed: (25, 0)),
        TradingDay(date: "2006-04-03", pre: 8, open: (13, 30), post: (20, 0), closed: (24, 0)),
        TradingDay(date: "2006-10-27", pre: 8, open: (13, 30), post: (20, 0), closed: (24, 0)),
        TradingDay(date: "2006-10-30", pre: 9, open: (14, 30), post: (21, 0), closed: (25, 0)),
        // Early closes in winter and in summer.
        TradingDay(date: "2026-11-27", pre: 9, open: (14, 30), post: (18, 0), closed: (22, 0)),
        TradingDay(date: "2028-07-03", pre: 8, open: (13, 30), post: (17, 0), closed: (21, 0)),
        // A close at 14:00, one at 15:30, a late opening, and both at once.
        TradingDay(date: "1991-12-24", pre: 9, open: (14, 30), post: (19, 0), closed: (23, 0)),
        TradingDay(date: "1997-10-27", pre: 9, open: (14, 30), post: (20, 30), closed: (24, 30)),
        TradingDay(date: "2002-09-11", pre: 8, open: (16, 0), post: (20, 0), closed: (24, 0)),
        TradingDay(date: "1996-01-08", pre: 9, open: (16, 0), post: (19, 0), closed: (23, 0)),
    ]

    @Test(arguments: tradingDays)
    func sessionsChangeAtTheirExactMoments(_ expected: TradingDay) throws {
        let calendar = ExchangeCalendar()
        let date = try day(expected.date)
        let changes: [(at: Instant, from: MarketSession, into: MarketSession)] = [
            (try utc(expected.date, expected.pre), .closed, .preMarket),
            (try utc(expected.date, expected.open.hour, expected.open.minute), .preMarket, .open),
            (try utc(expected.date, expected.post.hour, expected.post.minute), .open, .postMarket),
            (try utc(expected.date, expected.closed.hour, expected.closed.minute), .postMarket, .closed),
        ]
        for (index, change) in changes.enumerated() {
            let before = calendar.state(at: change.at.adding(nanoseconds: -1))
            #expect(before.session == change.from, "a nanosecond before \(change.into)")
            #expect(before.nextChange == change.at)
            #expect(before.nextSession == change.into)
            let after = calendar.state(at: change.at)
            #expect(after.session == change.into, "at \(change.into)")
            #expect(after.tradingDay == date)
            #expect(after.isEarlyClose == (calendar.day(date).kind == .earlyClose))
            if index + 1 < changes.count { #expect(after.nextChange == changes[index + 1].at) }
        }
    }

    @Test(arguments: [
        // The last close, the next opening (both UTC), and the hours between them.
        ("a night", "2026-10-06", 24, "2026-10-07", 8, 8),
        ("a weekend", "2026-10-09", 24, "2026-10-12", 8, 56),
        ("a weekend that loses an hour", "2026-03-06", 25, "2026-03-09", 8, 55),
        ("a weekend that gains an hour", "2026-10-30", 24, "2026-11-02", 9, 57),
        ("Good Friday and a weekend", "2026-04-02", 24, "2026-04-06", 8, 80),
        ("a weekend and Memorial Day", "2026-05-22", 24, "2026-05-26", 8, 80),
        ("Thanksgiving", "2026-11-25", 25, "2026-11-27", 9, 32),
        ("the weekend after an early close", "2026-11-27", 22, "2026-11-30", 9, 59),
        ("Christmas Eve to Monday", "2026-12-24", 22, "2026-12-28", 9, 83),
        ("a new year on a Friday", "2026-12-31", 25, "2027-01-04", 9, 80),
        ("the attacks of September 11", "2001-09-10", 24, "2001-09-17", 8, 152),
        ("Hurricane Sandy", "2012-10-26", 24, "2012-10-31", 8, 104),
    ])
    func theCountdownReachesOverClosedDays(
        _ what: Comment,
        _ lastDay: String,
        _ closedAt: Int,
        _ nextDay: String,
        _ opensAt: Int,
        _ hours: Int64
    ) throws {
        let calendar = ExchangeCalendar()
        let start = try utc(lastDay, closedAt)
        let end = try utc(nextDay, opensAt)
        #expect(end.nanoseconds(since: start) == hours * 3_600_000_000_000, what)
        // Every quarter of an hour in between, midnights included: closed, of the last day, counting down to the same
        // moment.
        for quarter in 0..<(hours * 4) {
            let state = calendar.state(at: start.adding(seconds: quarter * 900))
            #expect(state.session == .closed, what)
            #expect(state.tradingDay == (try day(lastDay)), what)
            #expect(state.nextChange == end, what)
            #expect(state.nextSession == .preMarket, what)
        }
        #expect(calendar.state(at: end).tradingDay == (try day(nextDay)), what)
    }

    @Test func closedDatesHaveNoSessionAtAnyMinute() throws {
        // A weekend with each clock change, a holiday, a day of mourning.
        for iso in ["2026-03-08", "2026-11-01", "2026-10-10", "2026-11-26", "2025-01-09"] {
            let date = try day(iso)
            for minute in stride(from: 0, to: 1440, by: 5) {
                let state = ExchangeCalendar().state(at: NewYork.instant(date, secondOfDay: minute * 60))
                #expect(state.session == .closed && !state.isEarlyClose, "\(iso) minute \(minute)")
                #expect(state.tradingDay < date)
            }
        }
    }

    @Test func theNextChangeOfEveryDayUntil2040IsTheNextChange() throws {
        let calendar = ExchangeCalendar()
        var moment = try utc("1990-01-02", 5)
        let last = try utc("2040-12-31", 5)
        var state = calendar.state(at: moment)
        var changes = 0
        // From change to change over half a century: the state holds until the last nanosecond and turns into what
        // was said.
        while moment < last {
            let before = calendar.state(at: state.nextChange.adding(nanoseconds: -1))
            guard state.nextChange > moment, before.session == state.session, before.nextChange == state.nextChange
            else {
                Issue.record("from \(moment): \(state) but \(before)")
                return
            }
            let next = calendar.state(at: state.nextChange)
            guard next.session == state.nextSession, next.session != state.session else {
                Issue.record("at \(state.nextChange): \(next) after \(state)")
                return
            }
            moment = state.nextChange
            state = next
            changes += 1
        }
        let days = calendar.tradingDays(from: try day("1990-01-02"), through: try day("2040-12-30")).count
        #expect(
            changes / 4 == days || changes / 4 == days + 1,
            "four changes on each of \(days) trading days: \(changes)"
        )
    }

    @Test func anEarlyCloseLearntDuringTheDayEndsTheSessionEarly() throws {
        let date = try day("2026-10-06")
        let storm = ExchangeCalendar(overrides: [
            MarketDay(date: date, kind: .earlyClose, reason: "Storm", closeSecond: 14 * 3600)
        ])
        #expect(storm.state(at: try utc("2026-10-06", 17, 59)).session == .open)
        #expect(storm.state(at: try utc("2026-10-06", 18)).session == .postMarket)
        #expect(storm.state(at: try utc("2026-10-06", 22)).session == .closed)
    }
}
