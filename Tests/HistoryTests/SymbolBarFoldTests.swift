import EngineAPI
import History
import MarketData
import MarketTime
import TestSupport
import Testing

@Suite struct SymbolBarFoldTests {
    private static let name = symbol("BRK.B")
    /// A fortnight with the change to daylight saving time in it.
    private static let days = ExchangeCalendar().tradingDays(before: date("2026-03-14"), count: 10)

    private static func fold(_ bars: [TestBar], days: [DayID] = days) -> (rows: [TestRow], rejections: BarRejections) {
        var fold = SymbolBarFold(days: days)
        for bar in bars {
            fold.add(
                startMilliseconds: bar.start.milliseconds,
                volume: bar.volume,
                trades: bar.trades,
                vwap: bar.vwap
            )
        }
        var history = SlotHistory()
        fold.finish(name, into: &history)
        return (history.rows, fold.rejections)
    }

    private static func expected(_ bars: [TestBar]) -> [TestRow] {
        days.sorted().compactMap { naiveRow(name, $0, bars) }
    }

    @Test(arguments: 0..<12)
    func daysInAnyOrderBecomeARowEach(seed: Int) {
        var random = SeededRandom(seed: UInt64(seed))
        var bars: [TestBar] = []
        for day in Self.days where Int.random(in: 0..<4, using: &random) > 0 {
            bars += randomBars(day, grain: 5, using: &random)
        }
        if seed % 3 > 0 { bars.shuffle(using: &random) }
        let (rows, rejections) = Self.fold(bars)
        let expected = Self.expected(bars)
        #expect(rows.count == expected.count, "seed \(seed)")
        for (row, expectedRow) in zip(rows, expected) { expectSame(row, expectedRow, "seed \(seed)") }
        #expect(rejections.total == 0, "seed \(seed)")
    }

    @Test(arguments: 0..<12)
    func pagesThatOverlapCountOnce(seed: Int) {
        var random = SeededRandom(seed: 100 + UInt64(seed))
        let bars = Self.days.sorted().flatMap { randomBars($0, grain: 5, using: &random) }
        var paged: [TestBar] = []
        var start = 0
        while start < bars.count {
            let end = min(bars.count, start + Int.random(in: 1...200, using: &random))
            paged += bars[start..<end]
            start = end == bars.count ? end : max(start + 1, end - Int.random(in: 0...20, using: &random))
        }
        let (rows, rejections) = Self.fold(paged)
        for (row, expectedRow) in zip(rows, Self.expected(bars)) { expectSame(row, expectedRow, "seed \(seed)") }
        #expect(rejections.duplicate == paged.count - bars.count, "seed \(seed)")
    }

    @Test func aSourceThatRepeatsItselfDoesNotFillTheMemoryAndEveryRepeatIsCounted() {
        var random = SeededRandom(seed: 5)
        let bars = randomBars(Self.days[0], grain: 1, using: &random)
        let bad = TestBar(day: Self.days[0], minute: 30, volume: -1, trades: 1)
        let rounds = 60
        var fold = SymbolBarFold(days: [Self.days[0]])
        for bar in (0..<rounds).flatMap({ _ in bars.shuffled(using: &random) + [bad] }) {
            fold.add(
                startMilliseconds: bar.start.milliseconds,
                volume: bar.volume,
                trades: bar.trades,
                vwap: bar.vwap
            )
            #expect(fold.heldBars < 2 * DayBarFold.minutes)
        }
        var history = SlotHistory()
        fold.finish(Self.name, into: &history)
        let rows = history.rows
        let rejections = fold.rejections
        expectSame(rows.first, naiveRow(Self.name, Self.days[0], bars), nil)
        #expect(rejections.duplicate == (rounds - 1) * bars.count)
        #expect(rejections.badVolume == rounds)
    }

    @Test func theLaterOfTwoBarsOfAMinuteCountsWhateverTheirSeconds() {
        var fold = SymbolBarFold(days: Self.days)
        let start = TestBar(day: Self.days[0], minute: 30, volume: 0, trades: 1).start.milliseconds
        fold.add(startMilliseconds: start + 20_000, volume: 5, trades: 1)
        fold.add(startMilliseconds: start, volume: 7, trades: 1)
        var history = SlotHistory()
        fold.finish(Self.name, into: &history)
        #expect(history.rows.first?.cumulative.last == 7)
        #expect(fold.rejections.duplicate == 1)
    }

    @Test func barsOfDaysThatWereNotAskedForAreCounted() {
        let wanted = TestBar(day: Self.days[0], minute: 10, volume: 5, trades: 1)
        let others = ["2026-03-08", "2026-02-02", "2027-01-04"].map {
            TestBar(day: date($0), minute: 10, volume: 5, trades: 1)
        }
        let (rows, rejections) = Self.fold(others + [wanted] + others)
        #expect(rows == Self.expected([wanted]))
        #expect(rejections.otherDay == 6 && rejections.total == 6)
    }

    @Test(arguments: [Int64.min, -1, 0, .max])
    func absurdTimesAreOfAnotherDay(start: Int64) {
        var fold = SymbolBarFold(days: Self.days)
        fold.add(startMilliseconds: start, volume: 1, trades: 1)
        #expect(fold.rejections.otherDay == 1)
    }

    @Test func aSpanWantsItsTradingDaysOnly() {
        let fold = SymbolBarFold(from: date("2026-11-25"), through: date("2026-11-30"), calendar: ExchangeCalendar())
        #expect(fold.days == ["2026-11-25", "2026-11-27", "2026-11-30"].map { date($0) })
        let none = SymbolBarFold(from: date("2026-11-30"), through: date("2026-11-25"), calendar: ExchangeCalendar())
        #expect(none.days.isEmpty)
    }

    @Test func whatIsNoBarIsCounted() {
        var fold = SymbolBarFold(days: [])
        fold.noteMalformed()
        fold.add(startMilliseconds: 0, volume: 1, trades: 1)
        var history = SlotHistory()
        fold.finish(Self.name, into: &history)
        #expect(history.count == 0 && fold.rejections.malformed == 1 && fold.rejections.otherDay == 1)
    }
}
