import EngineAPI
import GRDB
import MarketData
import MarketTime
import TestSupport
import Testing

@testable import Store

@Suite
struct RetentionTests {
    private let folder: TestFolder
    private let store: TradeulStore
    private let first: DayID

    init() throws {
        folder = try TestFolder()
        store = try TradeulStore(path: folder.file)
        first = try day("2026-11-02")
    }

    /// Ten days of three symbols with details, bars and coverage.
    private func fill() throws {
        for offset in 0..<10 {
            let date = first.adding(days: offset)
            let rows = try ["A", "B", "C"].map { name in
                var row = try steadyRow(name, date, 7)
                row.trades[0] = 1
                return row
            }
            let span = HistoryCoverage(
                symbol: try symbol("X\(offset)"),
                from: date,
                through: date,
                outcome: .answered
            )
            try store.write(.bars(history(rows), coverage: [span], source: .aggregates))
            try store.write(.dailyBars(date, try ["A", "B", "C"].map { try bar($0, volume: 5) }))
        }
    }

    private func count(_ table: String) throws -> Int {
        try store.reading { try Int.fetchOne($0, sql: "SELECT COUNT(*) FROM \(table)") ?? -1 }
    }

    @Test(arguments: [(0, 0), (4, 0), (0, 4), (6, 3), (3, 6), (10, 10), (40, 40)])
    func eachTableKeepsItsDays(_ slotDays: Int, _ dailyDays: Int) throws {
        try fill()
        let counts = try store.applyRetention(
            slotsBefore: first.adding(days: slotDays),
            dailyBefore: first.adding(days: dailyDays)
        )
        let (slots, daily) = (min(slotDays, 10), min(dailyDays, 10))
        #expect(counts.slots == slots * 3 && counts.details == slots * 3 && counts.coverage == slots)
        #expect(counts.dailyBars == daily * 3 && counts.days == min(slots, daily))
        #expect(try count("volume_slots") == 30 - slots * 3 && count("slot_details") == 30 - slots * 3)
        #expect(try count("daily_bars") == 30 - daily * 3 && count("slot_coverage") == 10 - slots)
        #expect(try store.storedSlotDays().map(\.day) == (slots..<10).reversed().map { first.adding(days: $0) })
        for offset in 0..<10 {
            let day = try #require(try store.storedDays([ExchangeCalendar().day(first.adding(days: offset))]).first)
            #expect(day.rows == (offset < slots ? 0 : 3) && day.dailyBars == (offset < daily ? 0 : 3))
        }
    }

    @Test func aDayThatLostItsSlotsIsNoLongerSealed() throws {
        try store.write(.wholeDay(first, history([try steadyRow("A", first, 1)]), source: .flatFile))
        try store.write(.dailyBars(first, [try bar("A", volume: 5)]))
        try store.applyRetention(slotsBefore: first.adding(days: 1), dailyBefore: first)
        let day = try #require(try store.storedDays([ExchangeCalendar().day(first)]).first)
        #expect(!day.isSealed && day.rows == 0 && day.dailyBars == 1 && day.missingRows == 1)
    }

    @Test func whatWasDeletedCountsAsNeverAskedFor() throws {
        let days = (0..<10).map { first.adding(days: $0) }
        let rows = try days.map { try steadyRow("A", $0, 7) }
        let span = HistoryCoverage(symbol: try symbol("A"), from: days[0], through: days[9], outcome: .answered)
        try store.write(.bars(history(rows), coverage: [span], source: .aggregates))
        for day in days { try store.write(.dailyBars(day, [try bar("A", volume: 5)])) }
        try store.applyRetention(slotsBefore: days[4], dailyBefore: first)
        let wanted = days.reversed().map { ExchangeCalendar().day($0) }
        let missing = try store.inventory(of: wanted, symbols: nil).missing
        #expect(missing.map(\.days) == [[days[3], days[2], days[1], days[0]]])
        #expect(try count("slot_coverage") == 1)
    }

    @Test func retentionStopsBetweenBatchesWhenItMust() throws {
        let many = try (0..<2 * TradeulStore.retentionBatch).map { try steadyRow("S\($0)", first, 1) }
        try store.write(.wholeDay(first, history(many), source: .flatFile))
        let span = HistoryCoverage(
            symbol: try symbol("S0"),
            from: first,
            through: first.adding(days: 1),
            outcome: .answered
        )
        try store.write(.bars(SlotHistory(), coverage: [span], source: .aggregates))
        // Twice for the coverage, which goes first, and once for the first batch.
        var asked = 0
        let counts = try store.applyRetention(slotsBefore: first.adding(days: 1), dailyBefore: first) {
            asked += 1
            return asked > 3
        }
        #expect(try store.reading { try CoverageTable.spans(span.symbol, $0) }.map(\.from) == [first.adding(days: 1)])
        #expect(counts.slots == TradeulStore.retentionBatch && counts.total == counts.slots)
        #expect(try count("volume_slots") == TradeulStore.retentionBatch)
        try store.applyRetention(slotsBefore: first.adding(days: 1), dailyBefore: first)
        #expect(try count("volume_slots") == 0)
    }

    @Test func compactingGivesSpaceBackAndKeepsTheRest() throws {
        let many = try (0..<3000).map { try steadyRow("S\($0)", first, Int64($0) * 70 + 3000) }
        try store.write(.wholeDay(first, history(many), source: .flatFile))
        let kept = history([try steadyRow("A", first.adding(days: 1), 5)])
        try store.write(.wholeDay(first.adding(days: 1), kept, source: .flatFile))
        try store.applyRetention(slotsBefore: first.adding(days: 1), dailyBefore: first)
        let pages = try store.reading { try Int.fetchOne($0, sql: "PRAGMA page_count") ?? 0 }
        try store.compact()
        #expect(try store.reading { try Int.fetchOne($0, sql: "PRAGMA page_count") ?? 0 } < pages / 2)
        #expect(try contents(folder.file).count < pages / 2 * 4096)
        #expect(try store.slotRows(day: first.adding(days: 1)).cumulative.last == 5 * 192)
    }
}
