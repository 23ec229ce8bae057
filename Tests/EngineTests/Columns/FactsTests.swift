import EngineAPI
import MarketData
import MarketTime
import Testing

@testable import Engine

@Suite
struct FactsTests {
    private static func facts(
        _ symbol: String,
        cap: Double = 1e9,
        float: Double = 2e7,
        sector: String? = "Energy"
    ) throws
        -> ReferenceFacts
    {
        var facts = ReferenceFacts()
        facts.symbols = [try #require(Symbol(symbol))]
        facts.names = ["Some Company"]
        facts.types = ["CS"]
        facts.exchanges = ["XNAS"]
        facts.sectors = [sector]
        facts.industries = [nil]
        facts.countries = ["US"]
        facts.marketCaps = [cap]
        facts.floatShares = [float]
        facts.sharesOutstanding = [5e7]
        return facts
    }

    private static func indicators(
        _ fixture: EngineFixture,
        _ symbols: [String],
        number: UInt64 = 1
    ) throws
        -> DailyIndicators
    {
        var indicators = DailyIndicators(request: DailyRequest(tradingDay: fixture.day, days: [], number: number))
        indicators.symbols = try symbols.map { try #require(Symbol($0)) }
        indicators.previousOpen = symbols.map { _ in 9 + Double(number) }
        indicators.closeSums = [4: symbols.map { _ in 39 }]
        indicators.upDays = symbols.map { _ in 3 }
        return indicators
    }

    private static func begun(_ symbols: [String] = ["A"]) throws -> EngineFixture {
        var fixture = try EngineFixture()
        let now = fixture.at(10, 0, 5)
        _ = fixture.step([.snapshot(try snapshot(symbols.map { traded($0, 11, volume: 1000, at: now) }))], now)
        return fixture
    }

    @Test func factsStandBesideTheTickersOfTheFeed() throws {
        var fixture = try Self.begun(["A", "B"])
        fixture.core.apply(try Self.facts("A"))
        let universe = fixture.core.universe
        #expect(universe.names[0] == "Some Company" && universe.sectors[0] == "Energy" && universe.marketCap[0] == 1e9)
        #expect(universe.industries[0] == nil)
        // A join never drops a ticker: B is there with nothing known.
        #expect(universe.count == 2 && universe.names[1] == nil && universe.marketCap[1].isNaN)
    }

    @Test func symbolsTheFeedDoesNotHaveGetNoRowUntilItHas() throws {
        var fixture = try Self.begun()
        fixture.core.apply(try Self.facts("NEW"))
        fixture.core.apply(try Self.indicators(fixture, ["NEW"]))
        #expect(fixture.core.universe.count == 1 && fixture.core.shelf.count == 2)
        let now = fixture.at(10, 0, 10)
        _ = fixture.step([.snapshot(try snapshot([traded("NEW", 11, volume: 1000, at: now)]))], now)
        let universe = fixture.core.universe
        #expect(universe.names[1] == "Some Company" && universe.floatShares[1] == 2e7)
        #expect(universe.daily[.closeSum4][1] == 39 && universe.daily[.closeSum4][0].isNaN)
        #expect(fixture.core.shelf.count == 0)
    }

    @Test func whatIsNotToldLeavesWhatIsKnown() throws {
        var fixture = try Self.begun()
        fixture.core.apply(try Self.facts("A"))
        fixture.core.apply(try Self.facts("A", cap: .nan, sector: nil))
        #expect(fixture.core.universe.marketCap[0] == 1e9 && fixture.core.universe.sectors[0] == "Energy")
        var short = ReferenceFacts()
        short.symbols = [try #require(Symbol("A"))]
        fixture.core.apply(short)
        #expect(fixture.core.universe.names[0] == "Some Company")
    }

    @Test(arguments: [(0.0, Double.nan), (-5, .nan), (.infinity, .nan), (4e12, 4e12), (1e300, .nan)])
    func aCapThatCannotBeIsNotKnown(_ cap: Double, _ expected: Double) throws {
        var fixture = try Self.begun()
        fixture.core.apply(try Self.facts("A", cap: cap))
        let found = fixture.core.universe.marketCap[0]
        #expect(found == expected || (found.isNaN && expected.isNaN))
    }

    @Test func factsOutliveTheDayAndIndicatorsDoNot() throws {
        var fixture = try Self.begun()
        fixture.core.apply(try Self.facts("A"))
        fixture.core.apply(try Self.indicators(fixture, ["A"]))
        _ = fixture.step([], fixture.at(28, 0, 1))
        #expect(fixture.core.universe.marketCap[0] == 1e9 && fixture.core.universe.daily.isEmpty)
        // Late, of the day before.
        fixture.core.apply(try Self.indicators(fixture, ["A"]))
        #expect(fixture.core.universe.daily.isEmpty)
    }

    @Test func anOlderAnswerDoesNotReplaceANewerOne() throws {
        var fixture = try Self.begun()
        fixture.core.apply(try Self.indicators(fixture, ["A"], number: 2))
        fixture.core.apply(try Self.indicators(fixture, ["A"], number: 1))
        #expect(fixture.core.universe.daily[.previousOpen] == [11])
        fixture.core.apply(try Self.indicators(fixture, ["A"], number: 3))
        #expect(fixture.core.universe.daily[.previousOpen] == [12])
    }

    @Test func theShelfHasAnEnd() throws {
        var shelf = FactShelf()
        for index in 0..<(FactShelf.referenceMax + 10) {
            shelf.keep(ReferenceFact(symbol: try #require(Symbol("S\(index)"))))
            shelf.keep([1], of: try #require(Symbol("S\(index)")))
        }
        #expect(shelf.count == FactShelf.referenceMax + FactShelf.dailyMax)
        let first = try #require(Symbol("S0"))
        let taken = shelf.take(first)
        #expect(taken.fact != nil && taken.daily == [1])
        let again = shelf.take(first)
        #expect(again.fact == nil)
    }
}

/// A table that may be asked within an expectation.
private final class Table {
    private var table = ColumnTable()

    var heldCount: Int { table.heldCount }

    func numbers(_ id: ColumnID, _ context: ColumnContext) -> [Double] { table.numbers(id, context) }

    func text(_ id: ColumnID, _ context: ColumnContext) -> TextColumn? { table.text(id, context) }
}

@Suite
struct ColumnTableTests {
    private static func core() throws -> (EngineCore, Instant) {
        var fixture = try EngineFixture()
        let now = fixture.at(10, 0, 5)
        _ = fixture.step([.snapshot(try snapshot(["A", "B"].map { traded($0, 11, volume: 1000, at: now) }))], now)
        return (fixture.core, now)
    }

    private static func context(_ core: EngineCore, _ now: Instant) -> ColumnContext {
        core.columnContext(now: now, session: .open)
    }

    @Test func aColumnIsKeptUntilTheDataChange() throws {
        var (core, now) = try Self.core()
        let table = Table()
        let before = table.numbers(.change, Self.context(core, now))
        #expect(before == [1, 1] && table.heldCount == 1)
        core.universe.price[0] = 12
        #expect(table.numbers(.change, Self.context(core, now)) == [1, 1])
        core.dataVersion += 1
        #expect(table.numbers(.change, Self.context(core, now)) == [2, 1])
    }

    @Test func aColumnThatStandsInTheUniverseTakesNoMemory() throws {
        let (core, now) = try Self.core()
        let table = Table()
        #expect(table.numbers(.last, Self.context(core, now)) == [11, 11])
        #expect(table.heldCount == 0)
    }

    @Test func agesGoOnWithoutData() throws {
        let (core, now) = try Self.core()
        let table = Table()
        let ages = [0, 0.4, 3].map {
            table.numbers(.printAge, Self.context(core, now.adding(milliseconds: Int64($0 * 1000))))
        }
        #expect(ages == [[0, 0], [0, 0], [3, 3]])
    }

    @Test func aColumnNobodyAsksForAnyMoreIsDropped() throws {
        var (core, now) = try Self.core()
        let table = Table()
        _ = table.numbers(.change, Self.context(core, now))
        _ = table.text(.symbol, Self.context(core, now))
        #expect(table.heldCount == 2)
        core.dataVersion += ColumnTable.versionsKept + 1
        _ = table.numbers(.gap, Self.context(core, now))
        #expect(table.heldCount == 1)
    }

    @Test func columnsOfTextAndNumbersAreKeptApart() throws {
        var (core, now) = try Self.core()
        core.universe.sectors.set(1, "Energy")
        let table = Table()
        #expect(table.text(.symbol, Self.context(core, now))?[1] == "B")
        #expect(table.text(.sector, Self.context(core, now))?[1] == "Energy")
        #expect(table.text(.change, Self.context(core, now)) == nil)
        #expect(table.numbers(.sector, Self.context(core, now)).allSatisfy { $0.isNaN })
        #expect(table.numbers(.strip, Self.context(core, now)).count == 2)
    }

    @Test func rowsThatAppearLaterAreInTheColumns() throws {
        var (core, now) = try Self.core()
        let table = Table()
        _ = table.text(.symbol, Self.context(core, now))
        _ = core.step(
            [.snapshot(try snapshot([traded("C", 9, volume: 5, at: now.adding(seconds: 5))]))],
            now: now.adding(seconds: 5)
        )
        let context = Self.context(core, now.adding(seconds: 5))
        #expect(table.numbers(.change, context) == [1, 1, -1])
        #expect(table.text(.symbol, context)?[2] == "C")
    }

    @Test(arguments: ColumnID.allCases)
    func everyColumnHasANumberPerRow(_ id: ColumnID) throws {
        let (core, now) = try Self.core()
        let table = Table()
        #expect(table.numbers(id, Self.context(core, now)).count == core.universe.count)
        #expect((table.text(id, Self.context(core, now)) != nil) == (ColumnDescriptor.of(id)?.kind == .text))
    }
}
