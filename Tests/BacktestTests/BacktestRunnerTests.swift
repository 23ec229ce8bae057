import EngineAPI
import MarketData
import MarketTime
import TestSupport
import Testing

@testable import Backtest

@Suite
struct BacktestRunnerTests {
    private let calendar = ExchangeCalendar()
    private let tuesday: DayID
    private let monday: DayID

    init() throws {
        tuesday = try day("2026-11-03")
        monday = try day("2026-11-02")
    }

    private func run(
        _ text: String,
        _ history: FakeHistory,
        days: [DayID]? = nil,
        entry: BacktestRequest.Entry = .first,
        horizons: [BacktestRequest.Horizon] = [.slots(1), .slots(6), .close],
        scope: BacktestScope = BacktestScope()
    ) throws -> BacktestReport {
        let request = BacktestRequest(text: text, days: days ?? [tuesday], entry: entry, horizons: horizons)
        return try BacktestRunner.run(request, store: history, calendar: calendar, scope: scope)
    }

    /// Three symbols: A passes 10,000 shares in slot 70, B in slot 80 and has few trades after, C never does.
    private func worked() throws -> FakeHistory {
        var a = FakeRow(try symbol("A"))
        a.trade(66, 6000, at: 10)
        a.trade(70, 6000, at: 10.5)
        a.trade(71, 100, at: 11)
        a.trade(72, 100, at: 11.55)
        a.trade(77, 100, at: 12.1)
        a.trade(143, 100, at: 13)
        a.open = 10
        a.close = 13.2
        var b = FakeRow(try symbol("B"))
        b.trade(80, 20_000, at: 20)
        b.trade(86, 100, at: 21)
        b.trade(88, 100, at: 18.9)
        b.open = 20
        b.close = 18.9
        var c = FakeRow(try symbol("C"))
        c.trade(100, 10_000, at: 5)
        c.open = 5
        c.close = 5
        return FakeHistory(days: [tuesday: [a, b, c]])
    }

    @Test func aDayWorkedByHand() throws {
        let report = try run("vol > 10K", worked())
        #expect(report.hits.map(\.symbol.text) == ["A", "B"] && report.hits.map(\.slot) == [70, 80])
        let a = report.hits[0]
        #expect(a.entrySlot == 71 && a.entryPrice == 11)
        // Five minutes on 11.55; thirty minutes on (slot 77) 12.10; at the close 13.20.
        #expect(close(a.returns, [5, 10, 20]))
        let b = report.hits[1]
        // The sixth slot after the hit is the last that is waited for.
        #expect(b.entrySlot == 86 && b.entryPrice == 21)
        // Nothing trades in slot 87: the entry's own price is the last. Slot 92: that of slot 88.
        #expect(close(b.returns, [0, -10, -10]))
        let total = report.total
        #expect(total.hits == 2 && total.entries == 2 && total.withoutEntry == 0)
        #expect(total.returns.map(\.count) == [2, 2, 2] && total.returns.map(\.stalePrices) == [1, 1, 0])
        #expect(close(total.returns.map(\.mean), [2.5, 0, 5]) && close(total.returns.map(\.median), [2.5, 0, 5]))
        #expect(total.returns.map(\.winRate) == [50, 50, 50])
        #expect(close(total.returns.map(\.worst), [0, -10, -10]) && close(total.returns.map(\.best), [5, 10, 20]))
        #expect(report.days.map(\.summary) == [total] && report.days.map(\.symbols) == [3])
        #expect(report.usedDays == 1 && report.cutShort == nil)
    }

    @Test func withoutATradeInTimeThereIsNoEntry() throws {
        var history = try worked()
        history.days[tuesday]?[1].vwap[86] = .nan
        history.days[tuesday]?[1].own[86] = 0
        let report = try run("vol > 10K", history)
        #expect(report.hits.map(\.entrySlot) == [71, nil])
        #expect(report.total.hits == 2 && report.total.entries == 1 && report.total.withoutEntry == 1)
        #expect(report.total.returns.map(\.count) == [1, 1, 1])
    }

    @Test func theFirstHitCountsOrEachOne() throws {
        let history = try worked()
        // A's last five minutes are busy at the ends of slots 66 and 70 only.
        #expect(try run("vol5m > 5K", history).hits.map(\.slot) == [66, 80, 100])
        #expect(try run("vol5m > 5K", history, entry: .each).hits.map(\.slot) == [66, 70, 80, 100])
        // What stays true is one hit.
        #expect(try run("vol > 10K", history, entry: .each).hits.count == 2)
    }

    @Test func whatIsNotKnownIsCountedAndNeverAHit() throws {
        let report = try run("not rvol < 100", worked())
        #expect(report.hits.isEmpty && report.days[0].unknownSymbols == 3)
        #expect(try run("vol > 1B", worked()).days[0].unknownSymbols == 0)
    }

    @Test func aColumnThatIsNotStoredIsAnErrorThatSaysSo() throws {
        #expect {
            try run("price > 1 and bid > 2", worked())
        } throws: { error in
            guard case BacktestError.filter(let problem, let diagnostics) = error else { return false }
            return problem.contains("not stored") && !diagnostics.isEmpty
        }
        #expect(throws: BacktestError.self) { try run("price >", worked()) }
        #expect(throws: BacktestError.self) { try run("price > 1 | sort bid- | top 2", worked()) }
    }

    @Test(arguments: [0, -1, 192, 1_000_000])
    func horizonsThatCannotBeAreRefused(_ slots: Int) throws {
        #expect(throws: BacktestError.self) { try run("vol > 1", worked(), horizons: [.slots(slots)]) }
    }

    @Test func noDaysAreRefused() throws {
        #expect(throws: BacktestError.self) { try run("vol > 1", worked(), days: []) }
    }

    @Test func theCloseOfAnEarlyDayIsItsOwn() throws {
        // The day after Thanksgiving: the regular session ends at 13:00, with slot 107; post-market until 17:00.
        let friday = try day("2026-11-27")
        var row = FakeRow(try symbol("A"))
        for slot in 66..<156 { row.trade(slot, 1000, at: slot < 108 ? 10 : 12) }
        row.open = 10
        row.close = 11
        var late = FakeRow(try symbol("B"))
        late.trade(70, 100, at: 5)
        late.trade(107, 50_000, at: 5)
        late.trade(108, 100, at: 6)
        late.close = 5
        let history = FakeHistory(days: [friday: [row, late]])
        let report = try run("vol > 40K", history, days: [friday], horizons: [.slots(1), .slots(60), .close])
        #expect(report.hits.map(\.symbol.text) == ["A", "B"] && report.hits.map(\.slot) == [106, 107])
        #expect(report.hits[0].entrySlot == 107 && close(report.hits[0].returns, [20, .nan, 10]))
        // Entered after the close: none of it; sixty slots on, the day is over.
        #expect(report.hits[1].entrySlot == 108 && close(report.hits[1].returns, [0, .nan, .nan]))
        #expect(report.total.returns.map(\.missing) == [0, 2, 1])
    }

    @Test func volumesAndPricesBeforeASplitAreInTheDaysShares() throws {
        var before = FakeRow(try symbol("A"))
        for slot in 0..<Slot.count { before.trade(slot, 100, at: 40) }
        before.close = 40
        var today = FakeRow(try symbol("A"))
        for slot in 0..<Slot.count { today.trade(slot, 800, at: 11) }
        today.open = 11
        var history = FakeHistory(days: [monday: [before], tuesday: [today]])
        #expect(try run("chg% > 0", history).hits.isEmpty)
        let split = try #require(StockSplit(symbol: before.symbol, executionDate: tuesday, from: 1, to: 4))
        history.splits = [split]
        // 40 is 10 now, and 100 shares are 400.
        #expect(try run("chg% 9.9..10.1 and rvol 1.99..2.01", history).hits.map(\.slot) == [0])
        #expect(try run("chg% > 0", history).notes.contains { $0.contains("splits") })
        // The day before the split nothing is known of it.
        #expect(try run("prevclose > 0", history, days: [monday]).hits.isEmpty)
        var earlier = before
        earlier.close = 40
        history.days[calendar.tradingDay(before: monday)] = [earlier]
        #expect(try run("prevclose = 40 and rvol 0.99..1.01", history, days: [monday]).hits.count == 1)
    }

    @Test func daysThatCannotBeUsedAreNamed() throws {
        var history = try worked()
        let saturday = try day("2026-11-07")
        let wednesday = try day("2026-11-04")
        var live = FakeRow(try symbol("A"))
        live.own[70] = 100
        history.days[wednesday] = [live]
        history.incomplete[monday] = 12
        let report = try run("vol > 10K", history, days: [saturday, wednesday, tuesday, monday])
        #expect(report.days.map { $0.skipped != nil } == [true, true, false, true])
        #expect(report.days[0].skipped == "no trading day")
        #expect(report.days[1].skipped?.contains("no prices") == true)
        #expect(report.days[3].skipped?.contains("slots") == true && report.days[3].incompleteSymbols == 12)
        #expect(report.usedDays == 1 && report.total.hits == 2)
        #expect(report.notes.contains { $0.contains("3 of 4 days skipped") })
    }

    @Test func aCutListLetsOnlyItsFirstIn() throws {
        let history = try worked()
        let report = try run("vol > 0 | sort vol- | top 1", history, entry: .each)
        // A leads from slot 66, B from slot 80 on.
        #expect(report.hits.map(\.symbol.text) == ["A", "B"] && report.hits.map(\.slot) == [66, 80])
    }

    @Test func listsAreThoseOfTodayAndScansThoseOfTheSlot() throws {
        var history = try worked()
        let noon = NewYork.instant(tuesday, secondOfDay: 12 * 3600)
        history.lists["gap-up"] = [(noon, [try symbol("B"), try symbol("NONE")])]
        let mine = SymbolList(name: "mine", symbols: [try symbol("A")])
        let scope = BacktestScope(symbolLists: [mine], scanLists: ["gap-up"])
        #expect(try run("vol > 0 and symbol in @mine", history, scope: scope).hits.map(\.symbol.text) == ["A"])
        let report = try run("vol > 0 and symbol in @gap-up", history, scope: scope)
        #expect(report.hits.map(\.symbol.text) == ["B"] && report.hits.map(\.slot) == [95])
        #expect(report.notes.contains { $0.contains("@gap-up") })
    }

    @Test func notesSayWhatIsApproximateAndWhatIsOfToday() throws {
        let report = try run("price > 1 and (float < 50M or vol > 5)", worked())
        #expect(report.notes.contains { $0.hasPrefix("price") && $0.contains("average price") })
        #expect(report.notes.contains { $0.hasPrefix("float") && $0.contains("today's values") })
        #expect(try !run("vol > 1", worked()).notes.contains { $0.contains("today's values") })
    }

    @Test func aTestSymbolIsNoMarket() throws {
        var row = FakeRow(try symbol("ZVZZT"))
        row.trade(66, 1000, at: 10)
        let report = try run("vol > 0", FakeHistory(days: [tuesday: [row]]))
        #expect(report.hits.isEmpty && report.days[0].unknownSymbols == 0)
    }

    @Test func aRunStopsWhenToldToAndKeepsWholeDaysOnly() throws {
        var history = try worked()
        history.days[monday] = history.days[tuesday]
        var told: [DayID] = []
        let request = BacktestRequest(text: "vol > 10K", days: [tuesday, monday], horizons: [.close])
        let report = try BacktestRunner.run(
            request,
            store: history,
            calendar: calendar,
            onDay: { result, _, _ in told.append(result.day) },
            isCancelled: { !told.isEmpty }
        )
        #expect(told == [tuesday] && report.days.map(\.day) == [tuesday] && report.total.hits == 2)
        #expect(report.cutShort?.contains("1 of 2") == true)
    }

    @Test func aDayStoppedInTheMiddleDoesNotCount() throws {
        let request = BacktestRequest(text: "vol > 10K", days: [tuesday], horizons: [.close])
        var asked = 0
        let report = try BacktestRunner.run(
            request,
            store: try worked(),
            calendar: calendar,
            isCancelled: {
                asked += 1
                return asked > 100
            }
        )
        #expect(report.days.isEmpty && report.total.hits == 0 && report.cutShort?.contains("0 of 1") == true)
    }

    /// Hits up to a slot are the same whatever comes after it.
    @Test(arguments: [11, 12, 13, 14, 15, 16] as [UInt64])
    func theFutureOfTheDayNeverChangesTheHitsBeforeIt(_ seed: UInt64) throws {
        var generator = SeededRandom(seed: seed)
        let names = (0..<8).map { "S\($0)" }
        var history = FakeHistory()
        for date in [monday, tuesday] {
            history.days[date] = try names.map { try randomRow($0, using: &generator) }
        }
        let now =
            seed % 2 == 0 ? Int.random(in: 66..<90, using: &generator) : Int.random(in: 90..<185, using: &generator)
        let other = try history.withAnotherRest(of: tuesday, after: now, using: &generator)
        let texts = [
            "rvol > 1 and chg5m > 1", "chg% > 2 or fromopen% < -3", "gap% > 1", "open > 0", "vol5m > 10K for 10m",
            "price crosses above 20", "rank(chg%) <= 2", "post.chg% > 0 or rvol.slot > 2 (exit < 1)",
        ]
        var compared = 0
        for text in texts {
            let left = try run(text, history, entry: .each).hits.filter { $0.slot <= now }
            let right = try run(text, other, entry: .each).hits.filter { $0.slot <= now }
            #expect(
                left.map { "\($0.symbol.text) \($0.slot)" } == right.map { "\($0.symbol.text) \($0.slot)" },
                "seed \(seed), slot \(now): \(text)"
            )
            // What came of a hit is known of those whose horizons end before.
            compared += left.count
            let known = left.filter { ($0.entrySlot ?? 999) + 6 <= now }
            for hit in known {
                let same = right.first { $0.symbol == hit.symbol && $0.slot == hit.slot }
                #expect(same?.entrySlot == hit.entrySlot && close(Array(hit.returns.prefix(2)), same?.returns))
            }
        }
        #expect(compared > 20, "seed \(seed): something must be compared")
    }

    private func close(_ values: [Double], _ expected: [Double]?) -> Bool {
        guard let expected else { return false }
        return zip(values, expected).allSatisfy { abs($0 - $1) < 1e-4 || ($0.isNaN && $1.isNaN) }
    }
}
