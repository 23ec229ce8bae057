import EngineAPI
import MarketData
import MarketTime
import TestSupport
import Testing

@testable import Backtest

@Suite
struct BacktestColumnsTests {
    private let calendar = ExchangeCalendar()
    private let tuesday: DayID
    private let monday: DayID

    init() throws {
        tuesday = try day("2026-11-03")
        monday = try day("2026-11-02")
    }

    private func columns(
        _ history: FakeHistory,
        _ day: DayID,
        _ settings: RVOLSettings = RVOLSettings()
    ) throws -> BacktestColumns {
        let request = HistoryRequest(tradingDay: day, calendar: calendar, settings: settings)
        var facts: [Symbol: Int] = [:]
        for (row, symbol) in history.facts.symbols.enumerated() { facts[symbol] = row }
        return BacktestColumns(
            try history.backtestDay(request),
            calendar.day(day),
            settings,
            facts,
            history.facts
        )
    }

    /// Monday: 1,000 shares in every slot.
    ///
    /// Tuesday: trades in slots 60, 66, 67 and 150.
    private func worked() throws -> FakeHistory {
        var before = FakeRow(try symbol("A"))
        for slot in 0..<Slot.count { before.trade(slot, 1000, at: 10) }
        before.close = 10
        var today = FakeRow(try symbol("A"))
        today.trade(60, 5000, at: 11, trades: 7)
        today.trade(66, 20_000, at: 12.4, trades: 30)
        today.trade(67, 1000, at: 12.1, trades: 3)
        today.trade(150, 500, at: 11.5, trades: 2)
        today.open = 12.5
        today.close = 12
        var history = FakeHistory(days: [monday: [before], tuesday: [today]])
        history.facts.symbols = [try symbol("A")]
        history.facts.names = ["Alpha"]
        history.facts.exchanges = ["XNAS"]
        history.facts.types = ["CS"]
        history.facts.sectors = [nil]
        history.facts.industries = [nil]
        history.facts.countries = ["US"]
        history.facts.marketCaps = [5e8]
        history.facts.floatShares = [26_000]
        history.facts.sharesOutstanding = [52_000]
        return history
    }

    /// What a worked row is at the ends of slots; NaN for missing.
    private static let expected: [(slot: Int, id: ColumnID, value: Double)] = [
        (59, .last, .nan), (59, .volume, 0), (59, .traded, 0), (59, .rvol, 0), (59, .changePercent, .nan),
        (60, .last, 11), (60, .volume, 5000), (60, .traded, 1), (60, .changePercent, 10), (60, .change, 1),
        (60, .gapPercent, 10), (60, .open, .nan), (60, .fromOpenPercent, .nan), (60, .dollarVolume, 55_000),
        (60, .rvol, 5000.0 / 61_000), (60, .slotRVOL, 5), (60, .previousSlotRVOL, 0), (60, .trades, 7),
        (60, .preVolume, 5000), (60, .regularVolume, .nan), (60, .postVolume, .nan), (60, .minutesSinceOpen, -25),
        (65, .gapPercent, 10), (65, .volume5m, 0), (65, .volume30m, 5000), (65, .regularVolume, 0),
        (66, .last, 12.4), (66, .gapPercent, 25), (66, .gap, 2.5), (66, .open, 12.5),
        (66, .fromOpenPercent, (12.4 - 12.5) / 12.5 * 100), (66, .volume5m, 20_000), (66, .volume30m, 20_000),
        (66, .change5m, (12.4 - 11) / 11 * 100), (66, .change30m, (12.4 - 11) / 11 * 100), (66, .preVolume, 5000),
        (66, .regularVolume, 20_000), (66, .minutesSinceOpen, 5), (66, .highestSlotRVOL, 20),
        (66, .vwap, (55_000.0 + 248_000) / 25_000), (66, .pace, 25_000.0 * 192 / 67), (66, .preRVOL, 5000.0 / 66_000),
        (67, .change5m, (12.1 - 12.4) / 12.4 * 100), (67, .change15m, (12.1 - 11) / 11 * 100), (67, .trades, 40),
        (70, .last, 12.1), (70, .change5m, 0), (70, .change15m, (12.1 - 12.1) / 12.1), (70, .slotRVOL, 0),
        (143, .regularVolume, 21_000), (143, .postVolume, 0), (143, .postChangePercent, .nan),
        (149, .postChangePercent, .nan), (150, .postVolume, 500), (150, .postChange, -0.5), (150, .gapPercent, 25),
        (150, .postChangePercent, (11.5 - 12) / 12 * 100), (150, .floatTurnover, 26_500.0 / 26_000),
        (150, .floatPercent, 50), (150, .marketCap, 5e8), (150, .etf, 0), (150, .previousClose, 10),
        (150, .previousVolume, 192_000), (150, .averageVolume, 192_000), (150, .baselineDays, 1),
        (150, .simpleRVOL, 26_500.0 / 192_000), (150, .thin, 0), (150, .volumePercent, 26_500.0 / 192_000 * 100),
    ]

    @Test func aDayWorkedByHand() throws {
        var columns = try columns(worked(), tuesday)
        var checked = 0
        for slot in 0..<Slot.count {
            columns.advance()
            for entry in Self.expected where entry.slot == slot {
                let value = columns.numbers(entry.id)[0]
                let isSame = abs(value - entry.value) < 1e-9 || (value.isNaN && entry.value.isNaN)
                #expect(isSame, "\(entry.id.rawValue) at slot \(slot): \(value), not \(entry.value)")
                checked += 1
            }
        }
        #expect(checked == Self.expected.count)
        #expect(columns.texts(.name)[0] == "Alpha" && columns.texts(.symbol)[0] == "A")
        #expect(columns.texts(.sector)[0] == nil)
    }

    @Test(arguments: [(RVOLSettings.Mode.interpolated, 5.0), (.slot, 50), (.regular, 50)])
    func theFloorAndTheModeOfRVOLAreThoseOfTheSettings(_ mode: RVOLSettings.Mode, _ expected: Double) throws {
        var before = FakeRow(try symbol("A"))
        before.trade(10, 10, at: 1)
        before.trade(20, 10, at: 1)
        var today = FakeRow(try symbol("A"))
        today.trade(10, 500, at: 1)
        var settings = RVOLSettings()
        settings.mode = mode
        var columns = try columns(FakeHistory(days: [monday: [before], tuesday: [today]]), tuesday, settings)
        for _ in 0...10 { columns.advance() }
        #expect(columns.numbers(.rvol) == [expected])
        #expect(columns.numbers(.thin) == [mode == .interpolated ? 1 : 0])
    }

    /// What comes later in the day, and what only its end tells, must not show in any column.
    @Test(arguments: [1, 2, 3] as [UInt64], [5, 66, 70, 80, 100, 143, 144, 145, 180])
    func noColumnKnowsTheFuture(_ seed: UInt64, _ now: Int) throws {
        var generator = SeededRandom(seed: seed * 1000 + UInt64(now))
        var history = FakeHistory()
        for date in [monday, tuesday] {
            history.days[date] = try ["A", "B", "C", "SPY"].map { try randomRow($0, using: &generator) }
        }
        let other = try history.withAnotherRest(of: tuesday, after: now, using: &generator)
        var left = try columns(history, tuesday)
        var right = try columns(other, tuesday)
        for slot in 0...now {
            left.advance()
            right.advance()
            guard slot % 16 == 0 || slot == now else { continue }
            for id in ColumnID.allCases where BacktestColumns.numberColumns.contains(id) {
                let (a, b) = (left.numbers(id), right.numbers(id))
                let isSame = zip(a, b).allSatisfy { $0 == $1 || ($0.isNaN && $1.isNaN) }
                #expect(isSame, "seed \(seed), slot \(slot) of \(now): \(id.rawValue) \(a) \(b)")
            }
        }
    }

    @Test func everyAvailableColumnHasAValueSomewhere() throws {
        var generator = SeededRandom(seed: 9)
        var history = FakeHistory()
        for date in calendar.tradingDays(before: tuesday.adding(days: 1), count: 20) {
            history.days[date] = try ["A", "SPY"].map { try randomRow($0, using: &generator) }
        }
        history.facts = try worked().facts
        var columns = try columns(history, tuesday)
        var found: Set<ColumnID> = []
        for _ in 0..<Slot.count {
            columns.advance()
            for id in BacktestColumns.numberColumns where !found.contains(id) {
                if columns.numbers(id).contains(where: { $0.isFinite }) { found.insert(id) }
            }
        }
        #expect(BacktestColumns.numberColumns.subtracting(found).map(\.rawValue).sorted() == [])
    }

    @Test func whatIsNotAvailableSaysSo() {
        for id in ColumnID.allCases {
            let isKnown = BacktestColumns.numberColumns.contains(id) || BacktestColumns.textColumns.contains(id)
            #expect((BacktestColumns.unavailable[id] == nil) == isKnown, "\(id.rawValue)")
        }
        #expect(BacktestColumns.unavailable[.high] == "not stored")
        #expect(BacktestColumns.approximateColumns.isSubset(of: BacktestColumns.numberColumns))
    }
}
