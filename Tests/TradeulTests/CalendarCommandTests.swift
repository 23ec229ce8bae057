import ArgumentParser
import MarketTime
import Store
import Testing

@testable import tradeul

private func day(_ iso: String) throws -> DayID { try #require(DayID(iso: iso), "\(iso) is a date") }

@Suite struct CalendarCommandTests {
    private func listing(
        _ from: String,
        _ to: String,
        _ overrides: [MarketDay] = []
    ) throws -> CalendarListing {
        let range = try CalendarRange(from: from, to: to, today: try day("2026-11-22"))
        return CalendarListing(range, ExchangeCalendar(overrides: overrides))
    }

    @Test func theTableShowsTradingDaysAndClosedWeekdays() throws {
        #expect(
            try listing("2026-11-25", "2026-11-30").lines == [
                "DATE        DAY  OPEN   CLOSE",
                "2026-11-25  Wed  09:30  16:00",
                "2026-11-26  Thu  closed         Thanksgiving",
                "2026-11-27  Fri  09:30  13:00   early close: Day after Thanksgiving",
                "2026-11-30  Mon  09:30  16:00",
                "",
                "next closure      2026-11-26 Thu  Thanksgiving",
                "next early close  2026-11-27 Fri  13:00  Day after Thanksgiving",
            ]
        )
    }

    @Test func otherHoursAreShownToTheMinute() throws {
        let blizzard = try listing("1996-01-08", "1996-01-08").lines
        #expect(blizzard.contains("1996-01-08  Mon  11:00  14:00   late opening, early close: Blizzard"))
        let memorial = try listing("2002-09-11", "2002-09-11").lines
        #expect(memorial.contains("2002-09-11  Wed  12:00  16:00   late opening: September 11 memorial"))
        let breaker = try listing("1997-10-27", "1997-10-27").json
        #expect(breaker.contains(#""close":"15:30","early":true,"reason":"Circuit breaker""#))
    }

    @Test func theObjectHasTradingDaysOnlyAndTheRestBeside() throws {
        #expect(
            try listing("2026-11-25", "2026-11-28").json
                == #"{"from":"2026-11-25","to":"2026-11-28","days":["#
                + #"{"date":"2026-11-25","open":"09:30","close":"16:00","early":false,"reason":""},"#
                + #"{"date":"2026-11-27","open":"09:30","close":"13:00","early":true,"#
                + #""reason":"Day after Thanksgiving"}],"#
                + #""closed":[{"date":"2026-11-26","reason":"Thanksgiving"}],"#
                + #""next_closure":{"date":"2026-11-26","reason":"Thanksgiving"},"#
                + #""next_early_close":{"date":"2026-11-27","close":"13:00","reason":"Day after Thanksgiving"}}"#
        )
    }

    @Test func aRangeWithoutTradingStillSaysWhatClosesNext() throws {
        let weekend = try listing("2026-11-28", "2026-11-29")
        #expect(weekend.days.isEmpty)
        #expect(weekend.nextClosure?.date.iso == "2026-12-25")
        #expect(weekend.nextEarlyClose?.date.iso == "2026-12-24")
        #expect(weekend.json.contains(#""days":[],"closed":[]"#))
    }

    @Test func everyDateOfTheRangeIsListedOnce() throws {
        let all = try listing("1990-01-01", "2040-12-31")
        // From a Monday to a Monday: 2,661 weeks of five days, and one.
        #expect(all.days.count == 13_306)
        #expect(Set(all.days.map(\.date)).count == all.days.count)
        #expect(all.lines.count == all.days.count + 4)
    }

    @Test func theUsualRangeIsAMonthFromToday() throws {
        let today = try day("2026-11-22")
        let usual = try CalendarRange(from: nil, to: nil, today: today)
        #expect(usual.first == today && usual.last.iso == "2026-12-22")
        #expect(try CalendarRange(from: "2026-12-01", to: nil, today: today).last.iso == "2026-12-31")
        #expect(try CalendarRange(from: nil, to: "2026-11-22", today: today).last == today)
        #expect(try CalendarRange(from: "2040-12-20", to: nil, today: today).last == CalendarRange.last)
        // A clock far off asks for dates the calendar has.
        #expect(try CalendarRange(from: nil, to: nil, today: DayID(rawValue: .max)).first == CalendarRange.last)
        #expect(try CalendarRange(from: nil, to: nil, today: DayID(rawValue: 0)).first.iso == "1990-01-01")
    }

    @Test(arguments: [
        (["calendar", "--from", "tomorrow"], "--from tomorrow: not a date such as 2026-11-27"),
        (["calendar", "--to", "2026-02-30"], "--to 2026-02-30: not a date such as 2026-11-27"),
        (["calendar", "--from", "1989-12-31"], "--from 1989-12-31: the calendar reaches from 1990-01-01 to"),
        (["calendar", "--to", "2041-01-01"], "--to 2041-01-01: the calendar reaches from 1990-01-01 to 2040-12-31"),
        (["calendar", "--from", "2026-12-02", "--to", "2026-12-01"], "--to 2026-12-01 is before --from 2026-12-02"),
        (["calendar", "--from", "\u{1B}[2J"], "--from ?[2J: not a date"),
    ])
    func datesThatCannotBeEndWith64(_ arguments: [String], _ words: String) {
        do {
            _ = try Tradeul.parseAsRoot(arguments)
            Issue.record("taken: \(arguments)")
        } catch {
            #expect(Tradeul.exitCode(for: error).rawValue == tradeul.ExitStatus.usage.rawValue)
            #expect(Tradeul.message(for: error).contains(words), "\(Tradeul.message(for: error))")
        }
    }

    @Test func aLastDateBeforeTodayAsksForTheFirst() throws {
        #expect(throws: ValidationError.self) {
            try CalendarRange(from: nil, to: "2026-11-21", today: try day("2026-11-22"))
        }
    }

    @Test func withoutAHistoryFileTheRulesStandAndNoneIsMade() throws {
        let folder = try Scratch()
        let corrections = CalendarCorrections.read(folder["none.db"])
        #expect(corrections.days.isEmpty)
        #expect(corrections.line.contains("rules alone") && corrections.line.contains("none.db"))
        #expect(folder.names.isEmpty)
        #expect(CalendarCorrections.read(nil).days.isEmpty)
    }

    @Test func whatTheVendorSaidIsReadFromTheHistoryFile() throws {
        let folder = try Scratch()
        let storm = MarketDay(date: try day("2026-12-02"), kind: .closed, reason: "Snowstorm \u{1B}[31m")
        let store = try TradeulStore(path: folder["tradeul.db"])
        try store.writeMarketDays([storm], source: "vendor")
        try store.close()
        let corrections = CalendarCorrections.read(folder["tradeul.db"])
        #expect(corrections.days == [storm])
        #expect(corrections.line.contains("1 date corrected by the vendor"))
        #expect(corrections.line.contains(folder["tradeul.db"]))
        let listing = try listing("2026-12-01", "2026-12-03", corrections.days)
        #expect(listing.days.map(\.isTradingDay) == [true, false, true])
        #expect(listing.nextClosure?.date == storm.date)
        #expect(listing.json.contains(#"{"date":"2026-12-02","reason":"Snowstorm \u001b[31m"}"#))
    }

    @Test func aFileThatCannotBeReadCorrectsNothingAndSaysWhy() throws {
        let folder = try Scratch()
        let path = try folder.write("tradeul.db", "this is not a history file, but it is long enough to be looked at")
        let corrections = CalendarCorrections.read(path)
        #expect(corrections.days.isEmpty)
        #expect(corrections.line.hasPrefix("calendar: by the exchanges' rules alone: "))
        #expect(corrections.line.contains(path))
    }
}
