import Engine
import EngineAPI
import MarketData
import MarketTime
import TestSupport
import Testing

/// The day begins at 04:00 ET of a trading day: once, whatever clock and process do, and takes nothing along.
@Suite
struct DayRollTests {
    /// Two weeks with a clock change, and a holiday and an early close put into them.
    struct Fortnight: Sendable, CustomTestStringConvertible {
        var first: String
        var holiday: String
        var earlyClose: String
        /// The trading days, by hand.
        var tradingDays: [String]

        var testDescription: String { first }

        func calendar() throws -> ExchangeCalendar {
            let holiday = try #require(DayID(iso: holiday))
            let early = try #require(DayID(iso: earlyClose))
            return ExchangeCalendar(overrides: [
                MarketDay(date: holiday, kind: .closed, reason: "Mourning"),
                MarketDay(date: early, kind: .earlyClose, reason: "Storm"),
            ])
        }
    }

    static let fortnights = [
        // Clocks go forward on Sunday, 8 March 2026.
        Fortnight(
            first: "2026-03-02",
            holiday: "2026-03-11",
            earlyClose: "2026-03-06",
            tradingDays: [
                "2026-03-02", "2026-03-03", "2026-03-04", "2026-03-05", "2026-03-06", "2026-03-09", "2026-03-10",
                "2026-03-12", "2026-03-13",
            ]
        ),
        // Clocks go back on Sunday, 1 November 2026.
        Fortnight(
            first: "2026-10-26",
            holiday: "2026-11-02",
            earlyClose: "2026-11-05",
            tradingDays: [
                "2026-10-26", "2026-10-27", "2026-10-28", "2026-10-29", "2026-10-30", "2026-11-03", "2026-11-04",
                "2026-11-05", "2026-11-06",
            ]
        ),
    ]

    /// Which trading day must be current, by the list of trading days alone.
    private func expectedDay(_ days: [DayID], at now: Instant) -> DayID? {
        days.last { NewYork.instant($0, secondOfDay: 4 * 3600) <= now }
    }

    @Test(arguments: fortnights)
    func eachTradingDayBeginsOnceAtFourAndOtherDaysKeepTheScreen(_ fortnight: Fortnight) throws {
        let calendar = try fortnight.calendar()
        let days = try fortnight.tradingDays.map { try #require(DayID(iso: $0)) }
        var walk = Walk(TinyMarket(seed: 5, calendar: calendar))
        var now = NewYork.instant(days[0], secondOfDay: 4 * 3600)
        let end = now.adding(seconds: 14 * 86_400 - 7200)
        var kept: (day: DayID, result: ScanResult)?
        while now < end {
            let result = try walk.poll(at: now)
            let status = try #require(walk.status)
            #expect(status.session.tradingDay == expectedDay(days, at: now), "\(NewYork.wall(at: now))")
            // After the close, and until the next 04:00 however far that is, nothing on the screen moves.
            let (date, second) = NewYork.wall(at: now)
            let isOver = date != status.session.tradingDay || second >= 20 * 3600 + 1800
            if isOver, walk.pending.isEmpty, let result {
                #expect(status.session.session == .closed)
                if let kept, kept.day == status.session.tradingDay {
                    expectSame(result, kept.result, "\(NewYork.wall(at: now))")
                }
                kept = (status.session.tradingDay, result)
            }
            // 13 minutes are no divisor of a day: 04:00 is met at another distance every day.
            now = now.adding(seconds: 780)
        }
        #expect(walk.rolls == days)
        #expect(walk.heals.allSatisfy { days.contains($0.day) })
    }

    @Test(arguments: fortnights)
    func theSecondBeforeFourIsTheOldDayAndFourIsTheNewOne(_ fortnight: Fortnight) throws {
        let days = try fortnight.tradingDays.map { try #require(DayID(iso: $0)) }
        var walk = Walk(TinyMarket(seed: 5, calendar: try fortnight.calendar()))
        for (previous, day) in zip(days, days.dropFirst()) {
            let four = NewYork.instant(day, secondOfDay: 4 * 3600)
            walk.step([], now: four.adding(nanoseconds: -1))
            #expect(walk.rolls.last == previous)
            walk.step([], now: four)
            #expect(walk.rolls.last == day)
            walk.step([], now: four.adding(seconds: 1))
        }
        #expect(walk.rolls == days)
    }

    @Test(arguments: [1, 2, 3, 4] as [UInt64])
    func sleepRestartsAndAClockThatJumpsLeaveTheSameScreenAndHistory(_ seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let fortnight = Self.fortnights[Int(seed % 2)]
        let days = try fortnight.tradingDays.map { try #require(DayID(iso: $0)) }
        let market = TinyMarket(seed: seed, calendar: try fortnight.calendar())
        var calm = Walk(market)
        var troubled = Walk(market)
        var now = NewYork.instant(days[0], secondOfDay: 4 * 3600)
        let end = now.adding(seconds: 14 * 86_400 - 7200)
        var (awayUntil, ahead, aheadUntil) = (now, Int64(0), now)
        var compared = 0
        while now < end {
            let (date, second) = NewYork.wall(at: now)
            let expected = try calm.poll(at: now)
            // What is missed after the close is the backfill's: this is about the day itself.
            let close = market.calendar.day(date).postCloseSecond
            let isSettling = (3 * 3600..<5 * 3600).contains(second) || second >= close - 3600
            if now >= aheadUntil { ahead = 0 }
            if now >= awayUntil {
                let result = try troubled.poll(at: now, clockAhead: ahead)
                let isWhole = troubled.status?.gap == CollectionGap() && troubled.pending.isEmpty
                if ahead == 0, isWhole, calm.pending.isEmpty, date == days.last(where: { $0 <= date }), !isSettling,
                    let result, let expected
                {
                    expectSame(result, expected, "seed \(seed), \(NewYork.wall(at: now))")
                    compared += 1
                }
                switch random.next() % 120 {
                case 0: troubled.restart(killed: random.next() % 2 == 0)
                case 1 where !isSettling: awayUntil = now.adding(seconds: Int64(random.next() % 7200))
                case 2 where !isSettling, 3 where !isSettling:
                    ahead = Int64(random.next() % 50_000) - 25_000
                    aheadUntil = now.adding(seconds: 600)
                default: break
                }
            }
            now = now.adding(seconds: 50 + Int64(random.next() % 10))
            // Nights are long; nothing trades.
            if second >= 20 * 3600 + 1800 || second < 3 * 3600 { now = now.adding(seconds: 1700) }
        }
        #expect(compared > 2000, "seed \(seed): \(compared)")
        for day in days.dropLast() {
            #expect(calm.store.days[day] == troubled.store.days[day], "seed \(seed), \(day.iso)")
        }
    }

    @Test func aClockCorrectedBySecondsAtFourDoesNotBringTheOldDayBack() throws {
        var fixture = try EngineFixture()
        func loads(_ second: Int) -> Int {
            let outputs = fixture.step([], fixture.at(4, 0).adding(seconds: Int64(second)))
            return outputs.count { if case .loadHistory = $0 { true } else { false } }
        }
        #expect([-5, 1, -2, 0, -30, 2].map(loads) == [1, 1, 0, 0, 0, 0])
        #expect(try fixture.status(fixture.at(3, 59, 58)).session.tradingDay == fixture.day)
        // A clock that was hours ahead was wrong about the day.
        #expect(loads(-7200) == 1)
        #expect(try fixture.status(fixture.at(2, 0)).session.tradingDay < fixture.day)
    }

    @Test func aCoreRolledOverFromABusyDayEqualsAFreshOne() throws {
        let market = TinyMarket(seed: 8, symbolCount: 8)
        let monday = try #require(DayID(iso: "2026-10-05"))
        let tuesday = monday.adding(days: 1)
        var busy = Walk(market)
        for minute in stride(from: 0, to: 960, by: 1) {
            let now = NewYork.instant(monday, secondOfDay: 4 * 3600 + minute * 60 + 30)
            if (300..<400).contains(minute) { continue }
            try busy.poll(at: now)
            // A correction by the vendor, a ticker dropped, a failing store, settings: whatever leaves a trace.
            if minute == 500 { busy.step([.historyUnavailable(tradingDay: monday)], now: now) }
            if minute == 400 {
                var rows = SlotRows(day: monday, slotCount: 62)
                rows.append(market.symbols[0], Array(repeating: SlotRows.unknown, count: 60) + [1, 1])
                busy.pending.insert(.healed(rows), at: 0)
            }
            if minute == 600 {
                var batch = try market.snapshot(at: now)
                batch.accumulatedVolume[0] = 1
                batch.dayHigh[1] = 1e6
                batch.dayOpen[1] = 1e6
                batch.dayVWAP[1] = 1e6
                batch.bid[1] = 1e6
                batch.ask[1] = 1e6
                busy.step([.snapshot(batch)], now: now)
            }
        }
        #expect(busy.status?.rejections.contradictedSlots == 2)
        let roll = NewYork.instant(tuesday, secondOfDay: 4 * 3600)
        busy.step([], now: roll)
        busy.shortLists = []
        var fresh = Walk(market)
        fresh.store = busy.store
        fresh.step([], now: roll)
        for minute in 0..<200 where !(60..<75).contains(minute) {
            let now = roll.adding(seconds: Int64(minute) * 60 + 30)
            let (old, new) = (try busy.poll(at: now), try fresh.poll(at: now))
            let (left, right) = (try #require(old), try #require(new))
            expectSame(left, right, "minute \(minute)")
            #expect(left.matchCount == right.matchCount)
            let (a, b) = (try #require(busy.status), try #require(fresh.status))
            #expect(a.gap == b.gap && a.baseline == b.baseline && a.tradedCount == b.tradedCount)
            #expect(a.rejections == b.rejections && a.snapshotDataTime == b.snapshotDataTime)
        }
        #expect(busy.heals.filter { $0.day == tuesday } == fresh.heals && !fresh.heals.isEmpty)
        #expect(busy.shortLists == fresh.shortLists && fresh.shortLists.count > 10)
        #expect(busy.store.days[tuesday] == fresh.store.days[tuesday])
    }
}
