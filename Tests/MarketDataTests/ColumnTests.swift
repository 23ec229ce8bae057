import MarketData
import Testing

@Suite
struct ColumnTests {
    @Test(arguments: ColumnID.allCases)
    func everyColumnHasOneEntryThatFitsItsTitle(_ id: ColumnID) throws {
        let entries = ColumnDescriptor.all.filter { $0.id == id }
        let entry = try #require(entries.first)
        #expect(entries.count == 1)
        #expect(entry.title.count <= entry.width)
        #expect(!entry.formula.isEmpty)
        #expect((entry.unit.rawValue.isEmpty) == (entry.format == .text))
    }

    @Test(arguments: ColumnDescriptor.all)
    func anEntryTellsWhenItIsKnownAndWhereFrom(_ entry: ColumnDescriptor) {
        #expect(!entry.validity.isEmpty && !entry.source.isEmpty)
        #expect((entry.kind == .number) == (entry.unit != .none && entry.format != .strip))
        #expect((entry.kind == .strip) == (entry.format == .strip))
        #expect(entry.isSortable == (entry.kind != .strip))
        // A percentage says so where one types it, but for the windows of minutes.
        let isWindow = entry.unit == .percent && entry.id.rawValue.hasSuffix("m")
        #expect((entry.unit == .percent) == (entry.id.rawValue.hasSuffix("%") || isWindow))
    }

    @Test func everyNameMeansOneColumn() {
        var meaning: [String: ColumnID] = [:]
        for entry in ColumnDescriptor.all {
            for name in [entry.id.rawValue] + entry.aliases {
                #expect(name == name.lowercased() && !name.contains(" "), "\(name)")
                #expect(meaning[name] == nil, "\(name) means \(entry.id) too")
                meaning[name] = entry.id
                #expect(ColumnDescriptor.named(name.uppercased())?.id == entry.id)
            }
        }
        #expect(ColumnID.allCases.count >= 90)
        #expect(ColumnDescriptor.named("no such column") == nil)
    }

    @Test(arguments: [
        ("p", ColumnID.last), ("last", .last), ("rv", .rvol), ("rvol5", .slotRVOL), ("v", .volume),
        ("flt", .floatShares),
        ("cap", .marketCap), ("rsi", .rsi14), ("netchg", .change), ("ticker", .symbol), ("exchange", .exchange),
        ("d1.high", .previousHigh), ("d1.close", .previousClose), ("d20.avgvol", .averageVolume20),
        ("change_percent", .changePercent), ("gap_percent", .gapPercent), ("volume_today", .volume),
        ("free_float", .floatShares), ("market_cap", .marketCap), ("price_from_intraday_high", .fromHighPercent),
        ("price_vs_vwap", .vwapPercent), ("premarket_volume", .preVolume), ("trades_z_score", .tradesZScore),
    ])
    func tradersNamesAreKnown(_ name: String, _ id: ColumnID) { #expect(ColumnDescriptor.named(name)?.id == id) }

    @Test func theTablesColumnsComeFirst() {
        let first: [ColumnID] = [
            .symbol, .last, .changePercent, .gapPercent, .rvol, .slotRVOL, .volume, .dollarVolume, .strip, .simpleRVOL,
            .rangePosition, .averageVolume,
        ]
        #expect(ColumnDescriptor.all.prefix(first.count).map(\.id) == first)
    }

    @Test func theColumnsThatAreNeverDroppedFitTheSmallestScreen() {
        let width = ColumnDescriptor.all.filter { $0.dropPriority == 0 }.map { $0.width + 1 }.reduce(0, +)
        #expect(width <= 56)
    }
}

@Suite
struct UniverseTests {
    @Test func aNewRowHasEveryNumberMissing() throws {
        var universe = Universe()
        let id = universe.intern(try #require(Symbol("AAPL")))
        #expect(universe.intern(try #require(Symbol("AAPL"))) == id)
        #expect(universe.count == 1)
        #expect(universe.price[id.row].isNaN && universe.rvol[id.row].isNaN && universe.averageVolume[id.row].isNaN)
        #expect(universe.volume[id.row].isNaN)
    }

    @Test func aNewDayForgetsEverythingButTheSymbols() throws {
        var universe = Universe()
        var fresh = Universe()
        for text in ["ZVZZT", "AAPL"] {
            let symbol = try #require(Symbol(text))
            let row = universe.intern(symbol).row
            _ = fresh.intern(symbol)
            universe.high[row] = 10
            universe.volume[row] = 7
            universe.averageVolume[row] = 5
            universe.averageVolume5[row] = 5
            universe.averageDays[row] = 5
            universe.atr[row] = 1
            universe.atrPercent[row] = 1
            universe.previousVolume[row] = 3
            universe.priceTime[row] = 9
            universe.baselineDays[row] = 4
            universe.flags[row].formUnion([.tradedToday, .shortBaseline, .unknownSlots, .missingFromFeed])
        }
        universe.resetDay()
        // Every stored column, by its text: a column added later is compared too.
        let columns = Mirror(reflecting: universe).children.map { "\($0.value)" }
        let expected = Mirror(reflecting: fresh).children.map { "\($0.value)" }
        #expect(columns.count == expected.count && columns.count > 25)
        for (column, wanted) in zip(columns, expected) where !column.contains(":") { #expect(column == wanted) }
        #expect(universe.flags == [.testTicker, []])
    }
}
