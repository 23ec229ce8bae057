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
