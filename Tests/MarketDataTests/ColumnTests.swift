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
        #expect((entry.unit.isEmpty) == (entry.format == .text))
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

    @Test func aNewDayForgetsPricesButNotSymbolsAndAverages() throws {
        var universe = Universe()
        let row = universe.intern(try #require(Symbol("ZVZZT"))).row
        universe.high[row] = 10
        universe.averageVolume[row] = 5
        universe.volume[row] = 7
        universe.flags[row].insert(.tradedToday)
        universe.resetDay()
        #expect(universe.high[row].isNaN && universe.volume[row].isNaN && universe.averageVolume[row] == 5)
        #expect(universe.flags[row] == .testTicker)
    }
}
