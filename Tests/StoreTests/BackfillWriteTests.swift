import EngineAPI
import GRDB
import MarketData
import MarketTime
import TestSupport
import Testing

@testable import Store

@Suite
struct BackfillWriteTests {
    private let folder: TestFolder
    private let store: TradeulStore
    private let date: DayID

    init() throws {
        folder = try TestFolder()
        store = try TradeulStore(path: folder.file, options: .init(busyTimeoutMs: 20))
        date = try day("2026-11-20")
    }

    private func storedDay(_ store: TradeulStore? = nil, _ date: DayID? = nil) throws -> StoredDay {
        let day = ExchangeCalendar().day(date ?? self.date)
        return try #require(try (store ?? self.store).storedDays([day]).first)
    }

    @Test(arguments: [61, 62] as [UInt64])
    func barsComeBackWithTradesAndPrices(_ seed: UInt64) throws {
        var generator = SeededRandom(seed: seed)
        let written = try (0..<60).map { index in
            let date = date.adding(days: index % 3)
            var row = WholeRow(
                symbol: try symbol("S\(index / 3)"),
                day: date,
                cumulative: randomDay(unknownShare: 0, using: &generator)
            )
            var before: Int64 = 0
            for slot in 0..<Slot.count where index % 4 != 0 {
                if row.cumulative[slot] > before {
                    row.trades[slot] = Int32.random(in: 1...500, using: &generator)
                    row.vwap[slot] = Float(Int.random(in: 1...4_000_000, using: &generator)) / 10_000
                }
                before = row.cumulative[slot]
            }
            return row
        }
        try store.write(.bars(history(written.shuffled(using: &generator)), coverage: [], source: .aggregates))
        for row in written {
            let record = try #require(try store.slotDetails(row.symbol, days: [row.day]).first)
            #expect(record.cumulative == row.cumulative && record.source == .aggregates, "seed \(seed)")
            if record.trades.isEmpty {
                #expect(row.trades.allSatisfy { $0 == 0 }, "seed \(seed)")
            } else {
                #expect(record.trades == row.trades, "seed \(seed)")
                let isSame = zip(record.vwap, row.vwap).allSatisfy { abs($0 - $1) < 1e-4 || ($0.isNaN && $1.isNaN) }
                #expect(isSame, "seed \(seed)")
            }
        }
        #expect(store.damagedRowCount == 0)
    }

    @Test func barsReplaceWhatIsStoredAndTellTheirSource() throws {
        let aapl = try symbol("AAPL")
        try store.write(rows(date, aapl, [900, 901, -1, 950]), source: .live)
        var row = try steadyRow("AAPL", date, 10)
        row.trades[3] = 4
        try store.write(.bars(history([row]), coverage: [], source: .aggregates))
        let record = try #require(try store.slotDetails(aapl, days: [date]).first)
        #expect(record.cumulative == row.cumulative && record.source == .aggregates && record.trades[3] == 4)
        // Replaced by a row without details, those before do not stay.
        try store.write(.bars(history([try steadyRow("AAPL", date, 11)]), coverage: [], source: .aggregates))
        let again = try #require(try store.slotDetails(aapl, days: [date]).first)
        #expect(again.cumulative[191] == 192 * 11 && again.trades.isEmpty)
    }

    @Test(arguments: [
        // Stored, then written, with the source of the second; what the row is called then.
        (SlotSource.aggregates, [Int64](repeating: -1, count: 191) + [999_999], SlotSource.live, SlotSource.mixed),
        (.live, [Int64](repeating: -1, count: 191) + [999_999], .live, .live),
        (.aggregates, [10], .live, .aggregates), (.live, [-1, -1], .aggregates, .live),
        // Also where the second told all slots: what it wrote may hold what it had from the first.
        (.live, (1...192).map { Int64($0) * 11 }, .aggregates, .mixed),
    ])
    func aRowOfWhichSeveralSourcesToldIsMixed(
        _ first: SlotSource,
        _ volumes: [Int64],
        _ second: SlotSource,
        _ expected: SlotSource
    ) throws {
        let aapl = try symbol("AAPL")
        try store.write(.bars(history([try steadyRow("AAPL", date, 10)]), coverage: [], source: first))
        try store.write(rows(date, aapl, volumes), source: second)
        #expect(try store.slotDetails(aapl, days: [date]).first?.source == expected)
        #expect(try storedDay().sources == [expected])
    }

    @Test func aWholeDayReplacesWhatItHasKeepsTheRestAndSeals() throws {
        try store.write(rows(date, symbol("AAPL"), [5, -1]), source: .live)
        try store.write(rows(date, symbol("LIVE"), [7]), source: .live)
        #expect(try !storedDay().isSealed)
        let file = history([try steadyRow("AAPL", date, 10), try steadyRow("MSFT", date, 20)])
        try store.write(.wholeDay(date, file, source: .flatFile))
        let stored = try storedDay()
        #expect(stored.isSealed && stored.isComplete && stored.rows == 3 && stored.completeRows == 2)
        #expect(stored.sources == [.flatFile, .live])
        #expect(try store.slotRows(day: date, symbol: symbol("LIVE")).cumulative == [7])
        #expect(try store.slotRows(day: date, symbol: symbol("AAPL")).cumulative == (1...192).map { $0 * 10 })
    }

    @Test func splitsAreReplacedByDate() throws {
        let aapl = try symbol("AAPL")
        let first = try #require(StockSplit(symbol: aapl, executionDate: date, from: 1, to: 4))
        let second = try #require(StockSplit(symbol: aapl, executionDate: date.adding(days: 9), from: 8, to: 1))
        let other = try #require(StockSplit(symbol: symbol("B"), executionDate: date, from: 2, to: 3))
        try store.write(.splits([second, first, other]))
        #expect(try store.splits() == [first, second, other] && store.splits(aapl) == [first, second])
        let corrected = try #require(StockSplit(symbol: aapl, executionDate: date, from: 1, to: 5))
        try store.write(.splits([corrected]))
        #expect(try store.splits(aapl) == [corrected, second])
    }

    @Test func aListingCutsWhatIsOlderAndKeepsItOut() throws {
        let days = (0..<6).map { date.adding(days: $0) }
        for date in days {
            let rows = history([try steadyRow("NEW", date, 1), try steadyRow("OLD", date, 2)])
            let coverage = try ["NEW", "OLD"].map {
                HistoryCoverage(symbol: try symbol($0), from: date, through: date, outcome: .answered)
            }
            try store.write(.bars(rows, coverage: coverage, source: .aggregates))
            try store.write(.dailyBars(date, [try bar("NEW", volume: 1), try bar("OLD", volume: 2)]))
        }
        try store.write(.listingCut(try symbol("NEW"), firstDay: days[3]))
        // What comes later of older days is another company's too.
        try store.write(.bars(history([try steadyRow("NEW", days[1], 1)]), coverage: [], source: .aggregates))
        try store.write(.wholeDay(days[2], history([try steadyRow("NEW", days[2], 1)]), source: .flatFile))
        try store.write(.dailyBars(days[0], [try bar("NEW", volume: 1), try bar("OLD", volume: 2)]))
        for (index, date) in days.enumerated() {
            let isKept = index >= 3
            let expected = isKept ? ["NEW", "OLD"] : ["OLD"]
            #expect(try store.slotRows(day: date).symbols.map(\.text) == expected)
            #expect(try store.dailyBars(date).map(\.symbol.text) == expected)
            let stored = try storedDay(nil, date)
            #expect(stored.rows == expected.count && stored.dailyBars == expected.count && stored.missingRows == 0)
        }
        let spans = try store.reading { try CoverageTable.spans(symbol("NEW"), $0) }
        #expect(spans.map(\.from) == [days[3]] && spans.map(\.through) == [days[5]])
        #expect(try store.slotDetails(symbol("NEW"), days: days).map(\.day) == Array(days[3...]))
    }

    @Test func coverageOfDaysThatTouchIsOneSpan() throws {
        let monday = try day("2026-11-16")
        let spans = try [(0, 1), (4, 4), (2, 3), (7, 8), (11, 11)].map { first, last in
            HistoryCoverage(
                symbol: try symbol("A"),
                from: monday.adding(days: first),
                through: monday.adding(days: last),
                outcome: .answered
            )
        }
        for span in spans { try store.write(.bars(SlotHistory(), coverage: [span], source: .aggregates)) }
        let stored = try store.reading { try CoverageTable.spans(symbol("A"), $0) }
        // Monday to Friday and on over the weekend to Tuesday; Friday stands alone.
        #expect(stored.map(\.from) == [monday, monday.adding(days: 11)])
        #expect(stored.map(\.through) == [monday.adding(days: 8), monday.adding(days: 11)])
    }

    /// A day's slots, details and seal, to compare before and after.
    private func picture(_ store: TradeulStore) throws -> [SlotRecord] { try store.slotRecords(date, nil) }

    @Test func aFullDiskHalfWayLeavesTheDayAsItWasAndUnsealed() throws {
        try store.write(rows(date, symbol("S1"), [5, -1, 7]), source: .live)
        try store.write(.dailyBars(date, [try bar("S1", volume: 10)]))
        let before = try picture(store)
        try store.close()
        let many = history(try (0..<900).map { try steadyRow("S\($0)", date, Int64($0) * 7000 + 300) })
        do {
            let small = try TradeulStore(path: folder.file, options: .init(maxFileBytes: 200_000))
            #expect(throws: StoreError.full(path: folder.file)) {
                try small.write(.wholeDay(date, many, source: .flatFile))
            }
            #expect(try picture(small) == before)
            let stored = try storedDay(small)
            #expect(!stored.isSealed && !stored.isComplete && stored.rows == 1 && stored.missingRows == 1)
            try small.close()
        }
        let roomy = try TradeulStore(path: folder.file)
        #expect(try picture(roomy) == before && !storedDay(roomy).isSealed)
        #expect(try roomy.reading { try String.fetchOne($0, sql: "PRAGMA integrity_check") } == "ok")
        try roomy.write(.wholeDay(date, many, source: .flatFile))
        #expect(try storedDay(roomy).isSealed && storedDay(roomy).rows == 900)
    }

    @Test func aCopyTakenBetweenBatchesHasAllOfOneAndNothingOfTheNext() throws {
        let first = history(try (0..<40).map { try steadyRow("S\($0)", date, 10) })
        let coverage = try (0..<40).map {
            HistoryCoverage(symbol: try symbol("S\($0)"), from: date, through: date, outcome: .answered)
        }
        try store.write(.bars(first, coverage: coverage, source: .aggregates))
        // What a killed process leaves: the file and its log, as they stand.
        _ = try #require(shell("cp '\(folder.file)' '\(folder.path)/killed.db'"))
        _ = try #require(shell("cp '\(folder.file)-wal' '\(folder.path)/killed.db-wal'"))
        try store.write(.wholeDay(date, history([try steadyRow("NEXT", date, 10)]), source: .flatFile))
        let killed = try TradeulStore(path: folder.path + "/killed.db")
        #expect(try killed.slotRows(day: date).symbols.count == 40 && !storedDay(killed).isSealed)
        #expect(try killed.reading { try CoverageTable.spans(symbol("S7"), $0).count } == 1)
    }

    @Test func aReaderSeesADayBeforeOrAfterABatchNeverBetween() throws {
        let small = history(try (0..<30).map { try steadyRow("S\($0)", date, 1) })
        try store.write(.wholeDay(date, small, source: .flatFile))
        let reader = try TradeulStore(path: folder.file)
        try reader.reading { db in
            let count = "SELECT COUNT(*) || '/' || SUM(volume) FROM volume_slots"
            let before = try String.fetchOne(db, sql: count)
            let large = history(try (0..<300).map { try steadyRow("S\($0)", date, 2) })
            try store.write(.wholeDay(date, large, source: .flatFile))
            #expect(try String.fetchOne(db, sql: count) == before)
        }
        #expect(try reader.slotRows(day: date).symbols.count == 300)
    }

    @Test func damagedDetailsLeaveTheVolumes() throws {
        var row = try steadyRow("A", date, 5)
        row.trades[9] = 3
        try store.write(.bars(history([row]), coverage: [], source: .aggregates))
        try store.writing { try $0.execute(sql: "UPDATE slot_details SET trades = x'00'") }
        let record = try #require(try store.slotDetails(row.symbol, days: [date]).first)
        #expect(record.cumulative == row.cumulative && record.trades.isEmpty && record.vwap.isEmpty)
    }
}
