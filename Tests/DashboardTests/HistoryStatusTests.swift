import EngineAPI
import MarketData
import MarketTime
import TerminalGrid
import Testing

@testable import Dashboard

/// What the screen says about history being fetched, gaps, the session and the days behind a number.
@Suite struct HistoryStatusTests {
    private func backfill(_ phase: BackfillStatus.Phase, _ done: Int = 0, of total: Int = 0) -> BackfillStatus {
        var status = BackfillStatus()
        (status.phase, status.done, status.total) = (phase, done, total)
        return status
    }

    private func script(_ columns: Int, _ status: BackfillStatus) -> Script {
        var market = FakeMarket()
        market.backfill = status
        return Script(columns, columns == 80 ? 24 : columns == 120 ? 36 : 60, market: market)
    }

    // MARK: Backfill

    @Test(arguments: [
        (80, "hist 43% 2m left"), (120, "hist ███░░░░░ 43% 95/s 2m left"),
        (200, "slot history ███░░░░░ 4,744/11,034, 43%, 95/s, 2m left"),
    ])
    func progressIsSaidAsFarAsThereIsRoom(columns: Int, words: String) {
        var status = backfill(.bars, 4_745, of: 11_034)
        (status.perSecond, status.secondsLeft) = (95.2, 66)
        let script = script(columns, status)
        #expect(script.shows(words.replacing("4,744", with: "4,745")))
        #expect(script.shows("closes 16:00"), "the session's end stays")
    }

    @Test(arguments: [
        (0, 0, nil as Double?, nil as Double?, [] as [String]), (0, 10, nil, nil, ["0%"]),
        (999, 1_000, 12, 0.2, ["99%", "12/s", "<10s left"]), (10, 10, 0.083, 0, ["100%", "5/min", "<10s left"]),
        (20, 10, 2.54, 59, ["100%", "2.5/s", "60s left"]), (-5, 10, -1, -1, ["0%"]),
        (5, 10, .nan, .nan, ["50%"]), (5, 10, .infinity, .infinity, ["50%"]), (5, -10, 0, 1e300, ["876000h00m left"]),
        (.max, .max, 1_234, 90, ["100%", "1,234/s", "2m left"]), (1, 3, 0.001, 11_400, ["33%", "3h10m left"]),
    ])
    func numbersFromElsewhereAreBelievedWithinReason(
        done: Int,
        total: Int,
        rate: Double?,
        left: Double?,
        words: [String]
    ) {
        var status = backfill(.bars, done, of: total)
        (status.perSecond, status.secondsLeft) = (rate, left)
        // A hundred years is where a span is cut; what it is called then does not matter.
        let found = status.progressWords.map { $0.hasSuffix("h left") ? "876000h00m left" : $0 }
        #expect(found == words)
        for columns in [80, 120, 200] { #expect(script(columns, status).grid().size.columns == columns) }
    }

    @Test func aFinishedBackfillIsMentionedForAWhileAndThenSilent() {
        var script = script(120, backfill(.bars, 9, of: 10))
        script.market.backfill = backfill(.finished)
        script.deliver()
        #expect(script.shows("history complete"))
        script.wait(29)
        script.deliver()
        #expect(script.shows("history complete"))
        script.wait(1)
        #expect(!script.shows("history complete"))
        script.deliver()
        #expect(!script.shows("history complete"))
    }

    @Test func aBackfillThatWasOverBeforeTheScreenBeganIsNotMentioned() {
        #expect(!script(120, backfill(.finished)).shows("history complete"))
        #expect(!script(120, backfill(.idle)).shows("hist"))
    }

    @Test func aFailureIsSaidInFullUntilPutAwayAndStaysInTheHeader() {
        var script = script(120, backfill(.failed(sentence: "the plan has no aggregates: change it")))
        #expect(script.shows("history: the plan has no aggregates: change it"))
        #expect(script.shows("history stopped"))
        script.press("esc")
        #expect(!script.shows("change it"))
        #expect(script.shows("history stopped"))
        script.press("!")
        #expect(script.shows("change it"))
    }

    @Test func aShortPauseIsAWordAndALongOneASentence() {
        var script = script(120, backfill(.waiting(sentence: "the vendor asks for a pause until 11:48:00")))
        #expect(script.shows("history waits"))
        #expect(!script.shows("asks for a pause"))
        script.wait(10)
        #expect(script.shows("history: the vendor asks for a pause until 11:48:00"))
        script.press("esc")
        #expect(!script.shows("asks for a pause"))
        // Between two pauses work goes on; the next pause is no news.
        script.market.backfill = backfill(.bars, 1, of: 2)
        script.deliver()
        script.market.backfill = backfill(.waiting(sentence: "the vendor asks for a pause until 11:49:00"))
        script.deliver()
        script.wait(20)
        #expect(!script.shows("asks for a pause"))
    }

    @Test func aClockSetBackDoesNotKeepTheEndOfABackfillOnTheScreen() {
        var script = script(120, backfill(.bars, 9, of: 10))
        script.market.backfill = backfill(.finished)
        script.deliver()
        script.market.now = script.market.now.adding(seconds: -3_600)
        script.wait(31)
        #expect(!script.shows("history complete"))
    }

    @Test func theBaselineGrowsWhileHistoryArrives() {
        var script = script(200, backfill(.bars, 5, of: 10))
        script.market.baseline = .ready(days: 3, tickers: 812)
        script.deliver()
        #expect(script.shows("baseline 3 of 5 days, 812 tickers, growing"))
        script.market.baseline = .ready(days: 40, tickers: 9_000)
        script.deliver()
        #expect(script.shows("5-day baseline, 9,000 tickers, growing"))
        script.market.backfill = backfill(.finished)
        script.deliver()
        #expect(script.shows("5-day baseline, 9,000 tickers"))
        #expect(!script.shows("growing"))
    }

    @Test func withoutHistoryYetTheScreenSaysThatItIsOnItsWay() {
        var script = script(120, backfill(.days, 3, of: 35))
        script.market.baseline = .empty
        script.deliver()
        #expect(script.shows("no RVOL yet"))
        #expect(script.shows("past days are being fetched, active stocks first"))
        script.market.backfill = backfill(.idle)
        script.deliver()
        #expect(script.shows("each day this program runs through is stored"))
    }

    // MARK: Gap

    @Test(arguments: [
        (BackfillStatus.Phase.gap, 200, "gap: 12 slots of 8,431 tickers, filling 50%"),
        (.gap, 80, "gap: 12 slots 50%"), (.idle, 200, "gap: 12 slots of 8,431 tickers  "), (.idle, 80, "gap: 12 slots"),
        (.bars, 200, "gap: 12 slots of 8,431 tickers  slot history"),
    ])
    func aGapIsMarkedNotShouted(phase: BackfillStatus.Phase, columns: Int, words: String) {
        var script = script(columns, backfill(phase, 5, of: 10))
        script.market.gap = CollectionGap(tickers: 8_431, slots: 12)
        script.deliver()
        #expect(script.shows(words))
        #expect(script.state.openProblems.isEmpty)
        script.market.gap = CollectionGap(tickers: 1, slots: 1)
        script.deliver()
        #expect(script.shows("gap: 1 slot"))
        script.market.gap = CollectionGap()
        script.deliver()
        #expect(!script.shows("gap:"))
    }

    // MARK: Session

    @Test func aConflictIsShownAndTheVendorIsFollowed() {
        var market = FakeMarket()
        market.conflict = SessionConflict(calendar: .open, vendor: .closed)
        var script = Script(120, 36, market: market)
        #expect(script.shows("CLOSED  calendar: OPEN"))
        #expect(script.shows("the vendor says CLOSED, the calendar says OPEN: the vendor is followed"))
        #expect(script.shows("pre-market opens Tue 04:00"))
        script.press("esc")
        #expect(script.shows("calendar: OPEN"))
        #expect(!script.shows("is followed"))
    }

    /// Dates as days since 1970; words at 120 columns.
    @Test(arguments: [
        // Friday evening, 9 October 2026, before a plain weekend: 55 h 59 min 57 s.
        (20_735, 20 * 3600 + 3, "pre-market opens Mon 04:00, in 2d 07h"),
        // Saturday noon before the clocks go back on 1 November 2026: 41 hours to Monday 04:00.
        (20_757, 12 * 3600, "pre-market opens Mon 04:00, in 1d 17h"),
        // Friday 2 July 2027 is a trading day, Monday the 5th is kept for the 4th: Tuesday next.
        (21_001, 20 * 3600, "pre-market opens Tue 04:00, in 3d 08h"),
        // Thanksgiving's Friday closes early.
        (20_784, 8 * 3600, "opens 09:30, in 1:30:00"), (20_784, 12 * 3600, "closes 13:00, in 1:00:00"),
        (20_784, 13 * 3600, "post-market ends 17:00, in 4:00:00"),
        (20_784, 17 * 3600, "pre-market opens Mon 04:00, in 2d 11h"),
    ])
    func theNextChangeIsCountedDown(day: Int, second: Int, words: String) {
        let now = NewYork.instant(DayID(rawValue: Int32(day)), secondOfDay: second)
        let script = Script(120, 36, market: FakeMarket(now: now))
        #expect(script.shows(words), "\(script.lines()[1])")
    }

    @Test(arguments: [
        // Sunday; Thanksgiving; Monday 12 October before 04:00; Monday 5 July 2027, kept for the 4th.
        (20_737, 14 * 3600, "Weekend: Fri 2026-10-09's screen"), (20_783, 36_000, "Wed 2026-11-25's screen"),
        (20_738, 3 * 3600, "  Fri 2026-10-09's screen"), (21_004, 36_000, "Fri 2027-07-02's screen"),
    ])
    func yesterdaysScreenIsLabelledWithTheReason(day: Int, second: Int, words: String) {
        let now = NewYork.instant(DayID(rawValue: Int32(day)), secondOfDay: second)
        #expect(Script(120, 36, market: FakeMarket(now: now)).shows(words))
        // At 80 columns the reason outlives the date.
        let reason = ExchangeCalendar().day(DayID(rawValue: Int32(day))).reason
        #expect(Script(80, 24, market: FakeMarket(now: now)).shows(reason.isEmpty ? words : "\(reason): "))
        #expect(Script(80, 24, market: FakeMarket(now: now)).shows("'s screen"))
    }

    // MARK: Marks and the panel

    @Test(arguments: [
        ([RowFlags.tradedToday], "31.73 ", " 2.44 ", " 4.24 "), ([.shortBaseline], "31.73'", " 2.44 ", " 4.24 "),
        ([.thinBaseline, .shortBaseline], "31.73~", " 2.44 ", " 4.24 "),
        ([.unknownSlots], "31.73 ", " 2.44?", " 4.24 "),
        ([.shortAverage], "31.73 ", " 2.44 ", " 4.24'"),
    ])
    func whatStandsOnTooLittleIsMarked(flags: [RowFlags], rvol: String, slot: String, simple: String) {
        var market = FakeMarket()
        for index in market.rows.indices { market.rows[index].flags = RowFlags(flags) }
        let script = Script(120, 36, market: market)
        let row = script.lines().first { $0.contains("RBXH") } ?? ""
        for text in [rvol, slot, simple] { #expect(row.contains(text), "\(row)") }
    }

    @Test func aMissingSlotRVOLIsMarkedWhereTheSlotWentByUnseen() {
        var market = FakeMarket()
        for index in market.rows.indices {
            market.rows[index].slot = .nan
            market.rows[index].flags = .unknownSlots
        }
        #expect(Script(120, 36, market: market).lines()[4].contains("–?"))
    }

    @Test(arguments: [
        (RVOLSettings.Mode.interpolated, 5, "▼RVOL ", "RVOL           31.73  × over 5 days"),
        (.slot, 5, "▼RVOLs ", "RVOL slot      31.73  × over 5 days"),
        (.regular, 20, "▼RVOLr ", "RVOL reg.      31.73  ' over 5 of 20 days"),
    ])
    func headingAndPanelTellTheDefinitionInForce(mode: RVOLSettings.Mode, days: Int, heading: String, line: String) {
        var settings = DashboardSettings()
        (settings.rvol.mode, settings.rvol.lookbackDays) = (mode, days)
        var market = FakeMarket()
        market.rvol = settings.rvol
        var script = Script(200, 60, market: market, settings: settings)
        script.press("j", "j")
        #expect(script.shows(heading))
        #expect(script.shows(line))
    }

    @Test func thePanelShowsAveragesRangeAndTheDaysBehindThem() {
        var script = Script(200, 60)
        script.press("j", "j")
        for words in [
            "average        3.21M  a day, over 30 days", "5 days       3.53M  10 days  3.05M",
            "ATR 14          0.26  4.3% of the price", "day before     2.57M  5.84 to 6.14",
        ] {
            #expect(script.shows(words), "\(words)")
        }
        var market = FakeMarket()
        for index in market.rows.indices { market.rows[index].flags.insert([.shortAverage, .shortBaseline]) }
        script = Script(200, 60, market: market)
        #expect(script.shows("' a day, over 12 days"))
        #expect(script.shows("' over 3 of 5 days"))
    }
}
