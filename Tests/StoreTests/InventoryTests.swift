import EngineAPI
import GRDB
import MarketData
import MarketTime
import TestSupport
import Testing

@testable import Store

@Suite
struct InventoryTests {
    private let folder: TestFolder
    private let store: TradeulStore
    /// Friday, and the trading days before it, newest first.
    private let days: [MarketDay]

    init() throws {
        folder = try TestFolder()
        store = try TradeulStore(path: folder.file)
        days = tradingDays(through: try day("2026-11-20"), count: 30)
    }

    private func missing(_ days: [MarketDay]? = nil, _ symbols: [String]? = nil) throws -> [String: [DayID]] {
        let wanted = try symbols?.map { try symbol($0) }
        let inventory = try store.inventory(of: days ?? self.days, symbols: wanted)
        return Dictionary(uniqueKeysWithValues: inventory.missing.map { ($0.symbol.text, $0.days) })
    }

    private func cover(_ name: String, _ from: Int, _ through: Int, _ outcome: HistoryCoverage.Outcome) throws {
        let span = HistoryCoverage(
            symbol: try symbol(name),
            from: days[from].date,
            through: days[through].date,
            outcome: outcome
        )
        try store.write(.bars(SlotHistory(), coverage: [span], source: .aggregates))
    }

    @Test func anEmptyStoreMissesWhatIsAskedForAndNothingElse() throws {
        #expect(try missing().isEmpty && missing([]).isEmpty && missing([], ["A"]).isEmpty)
        let asked = try missing(Array(days.prefix(2)), ["B", "A", "B"])
        #expect(asked == ["A": days.prefix(2).map(\.date), "B": days.prefix(2).map(\.date)])
        let inventory = try store.inventory(of: days, symbols: nil)
        #expect(inventory.barDays.isEmpty && inventory.days.map(\.day) == days && inventory.suspects.isEmpty)
    }

    @Test func aDayIsMissingWhereASymbolTradedAndIsNotComplete() throws {
        let date = days[0].date
        let bars = try [("TRADED", 5.0), ("IDLE", 0), ("WHOLE", 5), ("PART", 5), ("COVERED", 5), ("GONE", 5)].map {
            try bar($0, volume: $1)
        }
        try store.write(.dailyBars(date, bars))
        let whole = history([try steadyRow("WHOLE", date, 1), try steadyRow("BARLESS", date, 1)])
        try store.write(.bars(whole, coverage: [], source: .aggregates))
        for name in ["PART", "BARLESSPART"] { try store.write(rows(date, symbol(name), [1, -1, 5]), source: .live) }
        try cover("COVERED", 3, 0, .answered)
        try cover("GONE", 3, 0, .notFound)
        #expect(try missing() == ["TRADED": [date], "PART": [date], "BARLESSPART": [date]])
        #expect(try missing([days[0]], ["PART", "IDLE", "NEW"]) == ["PART": [date]])
        #expect(try missing([days[0]], ["IDLE", "NEW", "WHOLE"]).isEmpty)
        let stored = try #require(try store.storedDays([days[0]]).first)
        #expect(stored.rows == 4 && stored.completeRows == 2 && stored.dailyBars == 6 && stored.missingRows == 4)
        #expect(!stored.isComplete && stored.sources == [.aggregates, .live])
        #expect(try store.missingSymbols(on: date, limit: 2).map(\.text) == ["COVERED", "GONE"])
        #expect(try store.expectedMinutes(of: date) == 960)
    }

    @Test func aTickerWithoutAListingDateIsLookedUpOnceAndKeepsAllItHas() throws {
        let hole = try symbol("HOLE")
        for (index, day) in days.enumerated() {
            let isHole = (5..<17).contains(index)
            try store.write(.dailyBars(day.date, try (isHole ? ["B"] : ["B", "HOLE"]).map { try bar($0, volume: 5) }))
        }
        #expect(try store.inventory(of: days, symbols: nil).suspects == [hole])
        try store.write(.listingCut(hole, firstDay: nil))
        let after = try store.inventory(of: days, symbols: nil)
        #expect(after.suspects.isEmpty)
        #expect(after.missing.first { $0.symbol == hole }?.days.count == 18)
        // A date once told stands when it is no longer told.
        try store.write(.listingCut(hole, firstDay: days[3].date))
        try store.write(.listingCut(hole, firstDay: nil))
        #expect(try missing()["HOLE"] == days.prefix(4).map(\.date))
    }

    @Test func aPartOfADayIsMissingAlsoWhereEverybodyWithABarIsWhole() throws {
        let date = days[0].date
        try store.write(.dailyBars(date, [try bar("WHOLE", volume: 5)]))
        try store.write(.bars(history([try steadyRow("WHOLE", date, 1)]), coverage: [], source: .aggregates))
        try store.write(rows(date, symbol("BARLESS"), [1, -1, 5]), source: .live)
        #expect(try missing() == ["BARLESS": [date]])
    }

    @Test func daysWithBarsAreToldEvenWhenNotAsked() throws {
        for day in [days[0], days[9]] { try store.write(.dailyBars(day.date, [try bar("A", volume: 5)])) }
        #expect(try store.inventory(of: [days[0]], symbols: nil).barDays == [days[0].date, days[9].date])
        #expect(try store.inventory(of: [], symbols: nil).barDays.count == 2)
    }

    @Test func aSealedDayMissesNothing() throws {
        let date = days[0].date
        try store.write(.dailyBars(date, [try bar("A", volume: 5), try bar("B", volume: 5)]))
        try store.write(rows(date, symbol("C"), [1, -1, 5]), source: .live)
        try store.write(.wholeDay(date, history([try steadyRow("A", date, 1)]), source: .flatFile))
        #expect(try missing().isEmpty && missing([days[0]], ["B", "C", "D"]).isEmpty)
        #expect(try store.storedDays([days[0]]).first?.missingRows == 1)
    }

    @Test(arguments: [("2026-11-17", false), ("2026-11-18", true), ("2026-11-20", true)])
    func anUnknownSymbolIsAskedForAgainAfterSevenDays(_ newest: String, _ isAskedAgain: Bool) throws {
        let wednesday = try #require(days.firstIndex { $0.date.iso == "2026-11-11" })
        try store.write(.dailyBars(days[wednesday].date, [try bar("A", volume: 5)]))
        try cover("A", wednesday + 2, wednesday, .notFound)
        let asked = days.filter { $0.date.iso <= newest }
        #expect(try (missing(asked)["A"] != nil) == isAskedAgain)
    }

    @Test func anAnswerEndsWhatWasSaidOfAnUnknownSymbol() throws {
        for day in days.prefix(3) { try store.write(.dailyBars(day.date, [try bar("A", volume: 5)])) }
        try cover("A", 2, 1, .notFound)
        #expect(try missing()["A"] == [days[0].date])
        try cover("A", 0, 0, .answered)
        #expect(try missing()["A"] == [days[1].date, days[2].date])
    }

    @Test func theMostActiveComeFirst() throws {
        for (back, day) in days.prefix(2).enumerated() {
            let bars = try [("CHEAP", 1000.0, 1.0), ("DEAR", 50, 400), ("MID", back == 0 ? 6000 : 1000, 1)].map {
                try bar($0, volume: $1, price: $2)
            }
            try store.write(.dailyBars(day.date, bars))
        }
        try store.write(rows(days[0].date, symbol("ALIVE"), [1, -1, 2]), source: .live)
        let order = try store.inventory(of: days, symbols: nil).missing.map(\.symbol.text)
        #expect(order == ["DEAR", "MID", "CHEAP", "ALIVE"])
    }

    @Test(arguments: [(9, false), (10, true), (14, true)])
    func aLongHoleMakesASymbolSuspectUntilItsListingIsKnown(_ hole: Int, _ isSuspect: Bool) throws {
        for (back, day) in days.enumerated() {
            var bars = [try bar("ALWAYS", volume: 5)]
            if back < 3 || back >= 3 + hole { bars.append(try bar("HOLE", volume: 5)) }
            if back < 3 { bars.append(try bar("NEW", volume: 5)) }
            if back >= 3 { bars.append(try bar("ENDED", volume: 5)) }
            try store.write(.dailyBars(day.date, bars))
        }
        let hole = try symbol("HOLE")
        #expect(try store.inventory(of: days, symbols: nil).suspects == (isSuspect ? [hole] : []))
        // Looked up, and the same company all along: not asked for a second time.
        try store.write(.listingCut(hole, firstDay: try day("2001-01-02")))
        #expect(try store.inventory(of: days, symbols: nil).suspects.isEmpty)
        try store.write(.listingCut(hole, firstDay: days[2].date))
        #expect(try store.inventory(of: days, symbols: nil).suspects.isEmpty)
        #expect(try missing()["HOLE"] == days.prefix(3).map(\.date))
    }

    @Test func aHoleThatBeganBeforeTheAskedDaysIsSeenByTheBarsOfEarlierOnes() throws {
        for (back, day) in days.enumerated() {
            var bars = [try bar("ALWAYS", volume: 5)]
            if back < 3 || back >= 17 { bars.append(try bar("HOLE", volume: 500)) }
            try store.write(.dailyBars(day.date, bars))
        }
        let inventory = try store.inventory(of: Array(days.prefix(8)), symbols: nil)
        #expect(inventory.suspects == [try symbol("HOLE")])
        #expect(inventory.days.map(\.day) == Array(days.prefix(8)))
        // Nothing is missing of days that were not asked for.
        #expect(inventory.missing.allSatisfy { $0.days.allSatisfy { $0 >= days[7].date } })
    }

    @Test func daysWithoutBarsMakeNoHole() throws {
        for (back, day) in days.enumerated() where back < 3 || back > 15 {
            try store.write(.dailyBars(day.date, [try bar("A", volume: 5)]))
        }
        #expect(try store.inventory(of: days, symbols: nil).suspects.isEmpty)
    }

    @Test func completeRowsThatHoldTooLittleAreNamedNotMissing() throws {
        let date = days[0].date
        let written = try [("A", 10), ("B", 10), ("C", 10), ("D", 10)].map { try steadyRow($0, date, $1) }
        try store.write(.bars(history(written), coverage: [], source: .aggregates))
        try store.write(rows(date, symbol("PART"), [1, -1, 2]), source: .live)
        let volumes = [("A", 1920.0), ("B", 3000), ("C", 90_000), ("D", 3900), ("PART", 90_000), ("NONE", 5)]
        try store.write(.dailyBars(date, try volumes.map { try bar($0, volume: $1) }))
        #expect(try store.shortRows(on: date, below: 0.5, limit: 9).map(\.symbol.text) == ["C", "D"])
        #expect(try store.shortRows(on: date, below: 0.9, limit: 2).map(\.barVolume) == [90_000, 3900])
        #expect(try Set(missing().keys) == ["PART", "NONE"])
    }

    @Test(arguments: [
        "packed = x'80'", "packed = x'0102'", "slots_known = 191", "volume = 5", "packed = zeroblob(9999)",
    ])
    func aDamagedRowIsFoundDeletedAndMissingAgain(_ damage: String) throws {
        let date = days[0].date
        let names = ["A", "B", "C"]
        try store.write(.dailyBars(date, try names.map { try bar($0, volume: 5) }))
        let whole = history(try names.map { try steadyRow($0, date, 1) })
        try store.write(.wholeDay(date, whole, source: .flatFile))
        for name in names { try cover(name, 2, 0, .answered) }
        #expect(try store.repairSlots(on: date) == 0 && store.storedDays([days[0]]).first?.isComplete == true)
        try store.writing { try $0.execute(sql: "UPDATE volume_slots SET \(damage) WHERE symbol = 'B'") }
        #expect(try store.repairSlots(on: date) == 1 && store.repairSlots(on: date) == 0)
        #expect(try missing() == ["B": [date]])
        #expect(try store.slotRows(day: date).symbols.map(\.text) == ["A", "C"])
    }

    @Test func aFileThatCannotBeWrittenIsStillCounted() throws {
        let date = days[0].date
        try store.write(.dailyBars(date, [try bar("A", volume: 5), try bar("B", volume: 5)]))
        try store.write(.bars(history([try steadyRow("A", date, 1)]), coverage: [], source: .aggregates))
        let other = try otherConnection(folder.file)
        try other.inDatabase { try $0.execute(sql: "BEGIN IMMEDIATE") }
        let patient = try TradeulStore(path: folder.file, options: .init(busyTimeoutMs: 10))
        let stored = try #require(try patient.storedDays([days[0]]).first)
        #expect(stored.rows == 1 && stored.missingRows == 1 && stored.dailyBars == 2)
        #expect(try patient.inventory(of: [days[0]], symbols: nil).missing.map(\.symbol.text) == ["B"])
        #expect(try patient.storedSlotDays().map(\.rows) == [1])
        #expect(try patient.reading { try DaySummary.staleDays($0).count } == 1)
        try other.inDatabase { try $0.execute(sql: "COMMIT") }
        #expect(try patient.storedDays([days[0]]).first == stored)
        #expect(try patient.reading { try DaySummary.staleDays($0).isEmpty })
    }

    // MARK: - Against a naive computation

    private struct World {
        var bars: [DayID: [Symbol: DailyBar]] = [:]
        var known: [DayID: [Symbol: Int]] = [:]
        var sealed: Set<DayID> = []
        var coverage: [HistoryCoverage] = []
    }

    private func makeWorld(_ symbols: [Symbol], seed: UInt64) throws -> World {
        var generator = SeededRandom(seed: seed)
        var world = World()
        for (back, day) in days.enumerated() {
            if back % 5 != 4 {
                let bars = try symbols.filter { _ in Int.random(in: 0..<4, using: &generator) > 0 }.map {
                    try bar($0.text, volume: Double(Int.random(in: 0...3, using: &generator)), price: 2)
                }
                try store.write(.dailyBars(day.date, bars))
                for bar in bars { world.bars[day.date, default: [:]][bar.symbol] = bar }
            }
            for symbol in symbols where Int.random(in: 0..<3, using: &generator) == 0 {
                let isWhole = Int.random(in: 0..<2, using: &generator) == 0
                world.known[day.date, default: [:]][symbol] = isWhole ? 192 : 3
                if isWhole {
                    let row = history([try steadyRow(symbol.text, day.date, 1)])
                    try store.write(.bars(row, coverage: [], source: .aggregates))
                } else {
                    try store.write(rows(day.date, symbol, [1, 2, 3]), source: .live)
                }
            }
            if Int.random(in: 0..<6, using: &generator) == 0 {
                try store.write(.wholeDay(day.date, SlotHistory(), source: .flatFile))
                world.sealed.insert(day.date)
            }
        }
        for symbol in symbols.prefix(6) {
            let newest = Int.random(in: 0..<25, using: &generator)
            let from = days[newest + Int.random(in: 0..<5, using: &generator)].date
            let outcome: HistoryCoverage.Outcome = newest < 5 && newest % 2 == 0 ? .notFound : .answered
            let span = HistoryCoverage(symbol: symbol, from: from, through: days[newest].date, outcome: outcome)
            try store.write(.bars(SlotHistory(), coverage: [span], source: .aggregates))
            let isExpired = outcome == .notFound && span.through.adding(days: 7) <= days[0].date
            if !isExpired { world.coverage.append(span) }
        }
        return world
    }

    @Test(arguments: [101, 102, 103, 104] as [UInt64], [false, true])
    func theInventoryEqualsANaiveComputation(_ seed: UInt64, _ isAsked: Bool) throws {
        let symbols = try (0..<14).map { try symbol("S\($0)") }
        let world = try makeWorld(symbols, seed: seed)
        let asked = isAsked ? Array(symbols.prefix(9)) + [try symbol("NONE")] : nil
        let inventory = try store.inventory(of: days, symbols: asked)

        var expected: [Symbol: [DayID]] = [:]
        var suspects: Set<Symbol> = []
        for symbol in asked ?? symbols {
            var lastTraded: Int?
            var barDay = 0
            for day in days.map(\.date).reversed() where world.bars[day] != nil {
                barDay += 1
                guard (world.bars[day]?[symbol]?.volume ?? 0) > 0 else { continue }
                if let last = lastTraded, barDay - last > 10 { suspects.insert(symbol) }
                lastTraded = barDay
            }
            for day in days.map(\.date) where !world.sealed.contains(day) {
                let known = world.known[day]?[symbol]
                if known == 192 { continue }
                let traded = (world.bars[day]?[symbol]?.volume ?? 0) > 0
                guard traded || known != nil || (world.bars[day] == nil && isAsked) else { continue }
                if world.coverage.contains(where: { $0.symbol == symbol && $0.from <= day && day <= $0.through }) {
                    continue
                }
                expected[symbol, default: []].append(day)
            }
        }
        #expect(inventory.missing.count == expected.count, "seed \(seed)")
        for entry in inventory.missing { #expect(expected[entry.symbol] == entry.days, "seed \(seed)") }
        #expect(inventory.suspects == suspects.sorted(), "seed \(seed)")
        #expect(inventory.barDays == Set(world.bars.keys), "seed \(seed)")
        for stored in inventory.days {
            let date = stored.day.date
            let known = world.known[date] ?? [:]
            let bars = world.bars[date] ?? [:]
            #expect(stored.rows == known.count && stored.completeRows == known.values.count { $0 == 192 })
            #expect(stored.dailyBars == bars.count && stored.isSealed == world.sealed.contains(date))
            #expect(stored.missingRows == bars.values.count { $0.volume > 0 && known[$0.symbol] != 192 })
            #expect(try store.missingSymbols(on: date, limit: 99).count == stored.missingRows)
        }
        // Counted once and stored: the same when asked again, and when opened anew.
        let reopened = try TradeulStore(path: folder.file)
        #expect(try reopened.storedDays(days) == inventory.days, "seed \(seed)")
        #expect(try reopened.reading { try DaySummary.staleDays($0).isEmpty })
    }
}
