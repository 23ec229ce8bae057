import EngineAPI
import History
import MarketData
import MarketTime
import TestSupport
import Testing

@Suite struct HistoryWindowTests {
    private static func window(
        _ tradingDay: String,
        days: Int,
        includesEarlyCloses: Bool = false,
        daily: Int = 60
    ) -> HistoryWindow {
        HistoryWindow(
            calendar: ExchangeCalendar(),
            tradingDay: date(tradingDay),
            days: days,
            includesEarlyCloses: includesEarlyCloses,
            dailyDaysMax: daily
        )
    }

    @Test(
        arguments: [
            // Thanksgiving is closed, the day after closes early.
            ("2026-12-01", 2, false, ["2026-11-30", "2026-11-27", "2026-11-25"]),
            ("2026-12-01", 2, true, ["2026-11-30", "2026-11-27"]),
            ("2026-11-27", 2, false, ["2026-11-25", "2026-11-24"]),
            ("2026-12-28", 2, false, ["2026-12-24", "2026-12-23", "2026-12-22"]),
            // An early close itself counts the others.
            ("2026-12-24", 20, false, nil),
            ("2026-03-10", 1, false, ["2026-03-09"]),
        ] as [(String, Int, Bool, [String]?)]
    )
    func asManyUsableDaysAsWanted(day: String, count: Int, includes: Bool, expected: [String]?) {
        let window = Self.window(day, days: count, includesEarlyCloses: includes)
        if let expected { #expect(window.slotDays.map(\.date.iso) == expected) }
        let isEarly = ExchangeCalendar().day(date(day)).kind == .earlyClose
        #expect(window.slotDays.filter { $0.kind == .full || includes || isEarly }.count == count)
    }

    @Test func dailyDaysAreTheLastTradingDays() {
        let window = Self.window("2026-12-01", days: 1, daily: 4)
        #expect(window.dailyDays.map(\.iso) == ["2026-11-30", "2026-11-27", "2026-11-25", "2026-11-24"])
        #expect(Self.window("2026-12-01", days: 1).dailyDays.count == 60)
        #expect(Self.window("2026-12-01", days: 1, daily: -1).dailyDays.isEmpty)
    }

    @Test(arguments: [(0, 0, 0), (20, 20, 0), (60, 60, 0), (61, 60, 1), (253, 60, 193), (9999, 60, 200)])
    func daysBeyondTheUrgentOnesComeLater(_ wanted: Int, _ urgent: Int, _ older: Int) {
        let window = Self.window("2026-12-01", days: 1, daily: wanted)
        #expect(window.dailyDays.count == urgent && window.olderDailyDays.count == older)
        let all = ExchangeCalendar().tradingDays(before: date("2026-12-01"), count: urgent + older)
        #expect(window.dailyDays + window.olderDailyDays == all)
        #expect(window.job().olderDailyDays == window.olderDailyDays)
    }

    @Test func aYearOfBarsIsKeptWhateverTheDaysOfSlots() throws {
        let calendar = ExchangeCalendar()
        let window = Self.window("2026-12-28", days: 5, daily: 253)
        let kept = window.firstDaysKept(calendar: calendar, slotDays: 5, dailyDays: 30)
        let oldest = try #require(window.olderDailyDays.last)
        #expect(kept.daily == oldest && kept.slots > oldest)
    }

    @Test(arguments: [(-4, 1), (0, 1), (60, 60), (100_000, HistoryWindow.daysMax)])
    func theNumberOfDaysIsClamped(days: Int, expected: Int) {
        let window = Self.window("2026-03-10", days: days, includesEarlyCloses: true)
        #expect(window.slotDays.count == expected)
    }

    @Test(
        arguments: [
            // Friday is current until its midnight, Monday is served from then on; after a holiday the day after.
            ("2026-11-20", 4, "2026-11-20"), ("2026-11-20", 20, "2026-11-20"), ("2026-11-20", 23, "2026-11-20"),
            ("2026-11-21", 0, "2026-11-23"), ("2026-11-22", 12, "2026-11-23"), ("2026-11-23", 3, "2026-11-23"),
            ("2026-11-23", 4, "2026-11-23"), ("2026-11-26", 12, "2026-11-27"), ("2026-11-27", 18, "2026-11-27"),
            // Both clock changes.
            ("2026-03-08", 12, "2026-03-09"), ("2026-11-01", 12, "2026-11-02"),
        ]
    )
    func aDayIsHistoryOnceItsDateIsOver(on day: String, hour: Int, serves expected: String) {
        let now = NewYork.instant(date(day), secondOfDay: hour * 3600)
        #expect(HistoryWindow.dayServed(at: now, calendar: ExchangeCalendar()) == date(expected))
    }

    @Test(arguments: [(5, 30), (60, 30), (60, 60), (61, 61), (62, 400), (400, 2000)])
    func nothingThatTheWindowLoadsIsDeleted(slotDays: Int, dailyDays: Int) throws {
        let calendar = ExchangeCalendar()
        // Sixty full days, and early closes in between.
        let window = Self.window("2026-12-28", days: 60)
        #expect(window.slotDays.count > 60)
        let kept = window.firstDaysKept(calendar: calendar, slotDays: slotDays, dailyDays: dailyDays)
        let oldest = try #require(window.slotDays.last?.date)
        #expect(kept.slots <= oldest && kept.daily <= oldest)
        #expect(window.dailyDays.allSatisfy { $0 >= kept.daily })
        // And no more than is wanted.
        let wanted = calendar.tradingDays(before: window.tradingDay, count: slotDays).last
        #expect(kept.slots == oldest || kept.slots == wanted)
    }

    @Test func theJobIsTheWindows() {
        let window = Self.window("2026-03-10", days: 3)
        let job = window.job(symbols: [symbol("A")])
        #expect(job.slotDays == window.slotDays && job.dailyDays == window.dailyDays)
        #expect(job.today == date("2026-03-10") && job.symbols == [symbol("A")])
    }
}

@Suite struct SplitFactorsTests {
    private static func split(_ name: String, _ day: String, _ from: Double, _ to: Double) -> StockSplit? {
        StockSplit(symbol: symbol(name), executionDate: date(day), from: from, to: to)
    }

    private static let splits = [
        split("A", "2026-03-05", 1, 10), split("A", "2026-03-10", 1, 2), split("A", "2026-03-16", 1, 7),
        split("R", "2026-03-10", 20, 1), split("D", "2026-03-10", 1, 3), split("D", "2026-03-10", 1, 4),
        split("X", "2026-03-10", 1e-300, 1e300), split("X", "2026-03-11", 1, 2),
    ].compactMap { $0 }

    @Test(
        arguments: [
            ("A", "2026-03-04", 20), ("A", "2026-03-05", 2), ("A", "2026-03-09", 2), ("A", "2026-03-10", 1),
            ("A", "2026-03-13", 1), ("R", "2026-03-09", 0.05), ("R", "2026-03-10", 1), ("NONE", "2026-03-01", 1),
            // The later of two for one date, once; an absurd one not at all.
            ("D", "2026-03-09", 4), ("X", "2026-03-09", 2),
        ]
    )
    func aVolumeCountsInSharesOfTheTradingDay(name: String, day: String, expected: Double) {
        let factors = SplitFactors(Self.splits, tradingDay: date("2026-03-13"))
        #expect(factors.factor(symbol(name), on: date(day)) == expected)
    }

    @Test func aSplitOfTheTradingDayCountsAndOneOfTomorrowDoesNot() {
        #expect(
            SplitFactors(Self.splits, tradingDay: date("2026-03-16")).factor(symbol("A"), on: date("2026-03-13")) == 7
        )
        #expect(
            SplitFactors(Self.splits, tradingDay: date("2026-03-15")).factor(symbol("A"), on: date("2026-03-13")) == 1
        )
        let before = SplitFactors(Self.splits, tradingDay: date("2026-03-04"))
        #expect(before.factor(symbol("A"), on: date("2026-03-03")) == 1)
    }

    @Test(arguments: 0..<20)
    func theOrderOfTheListDoesNotMatter(seed: Int) {
        var random = SeededRandom(seed: UInt64(seed))
        let day = date("2026-06-01")
        let splits = (0..<30).compactMap { index in
            StockSplit(
                symbol: symbol("S\(index % 3)"),
                executionDate: day.adding(days: -index),
                from: Double(Int.random(in: 1...9, using: &random)),
                to: Double(Int.random(in: 1...9, using: &random))
            )
        }
        let shuffled = SplitFactors(splits.shuffled(using: &random), tradingDay: day)
        for back in 0..<35 {
            let past = day.adding(days: -back)
            for name in ["S0", "S1", "S2"].map({ symbol($0) }) {
                let naive = splits.filter { $0.symbol == name && $0.executionDate > past && $0.executionDate <= day }
                    .reduce(1) { $0 * $1.factor }
                #expect(abs(shuffled.factor(name, on: past) - naive) <= naive * 1e-12, "seed \(seed)")
            }
        }
    }
}
