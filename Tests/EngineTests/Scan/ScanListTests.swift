import Engine
import EngineAPI
import MarketData
import MarketTime
import Testing

@Suite
struct ScanListTests {
    @Test func whoMatchesEntersInTheOrderOfTheKeysAndWhoDoesNotLeaves() throws {
        var fixture = try ScanFixture()
        var now = fixture.at(11, 0)
        fixture.use([list("busy", "price > 5 and vol > 100")], now)
        try fixture.show([Stock("AAA", 6, 200), Stock("BBB", 7, 300), Stock("CCC", 4, 900), Stock("DDD", 8, 50)], now)
        #expect(try fixture.members("busy", now) == ["BBB", "AAA"])
        now = now.adding(seconds: 5)
        try fixture.show(
            [Stock("AAA", 4, 250), Stock("BBB", 7, 300), Stock("CCC", 5.5, 950), Stock("DDD", 8, 60)],
            now
        )
        #expect(try fixture.members("busy", now) == ["CCC", "BBB"])
    }

    @Test func withoutKeysTheFiltersPipesCountAndTheDefinitionComesBeforeThem() throws {
        var fixture = try ScanFixture()
        let now = fixture.at(11, 0)
        let text = "price > 5 | sort price+ | top 2"
        fixture.use([list("piped", text, sort: []), list("own", text, top: 1)], now)
        try fixture.show([Stock("AAA", 9, 1), Stock("BBB", 7, 2), Stock("CCC", 8, 3)], now)
        #expect(try fixture.members("piped", now) == ["BBB", "CCC"])
        #expect(try fixture.members("own", now) == ["CCC"])
    }

    @Test func whoIsOnStaysUntilTheExitIsTrue() throws {
        var fixture = try ScanFixture()
        var now = fixture.at(11, 0)
        fixture.use([list("held", "price > 10", exit: "price < 8")], now)
        var prices: [(Double, [String])] = [
            (11, ["AAA"]), (9, ["AAA"]), (8, ["AAA"]), (7.9, []), (9, []), (10.5, ["AAA"]),
        ]
        while !prices.isEmpty {
            let (price, expected) = prices.removeFirst()
            try fixture.show([Stock("AAA", price, 100)], now)
            #expect(try fixture.members("held", now) == expected, "at \(price)")
            now = now.adding(seconds: 5)
        }
    }

    @Test func aFilterAndAnExitTrueAtOnceKeepOffInsteadOfFlickering() throws {
        var fixture = try ScanFixture()
        var now = fixture.at(11, 0)
        fixture.use([list("odd", "price > 10", exit: "vol > 500")], now)
        for (volume, expected) in [(100.0, ["AAA"]), (600, []), (700, []), (800, [])] {
            try fixture.show([Stock("AAA", 11, volume)], now)
            #expect(try fixture.members("odd", now) == expected, "at \(volume)")
            now = now.adding(seconds: 5)
        }
    }

    @Test func nobodyLeavesBeforeItsShortestStay() throws {
        var fixture = try ScanFixture()
        let start = fixture.at(11, 0)
        fixture.use([list("slow", "price > 10", stay: 20)], start)
        try fixture.show([Stock("AAA", 11, 100)], start)
        for (seconds, isOn) in [(5, true), (15, true), (20, false)] as [(Int64, Bool)] {
            let now = start.adding(seconds: seconds)
            try fixture.show([Stock("AAA", 9, 100)], now)
            #expect(try fixture.members("slow", now).isEmpty != isOn, "after \(seconds) s")
        }
    }

    @Test func outsideItsSessionsAListKeepsItsLastMembers() throws {
        var fixture = try ScanFixture()
        fixture.use([list("early", "price > 10", sessions: [.preMarket]), list("all", "price > 10")], fixture.at(9, 0))
        try fixture.show([Stock("AAA", 11, 100), Stock("BBB", 9, 100)], fixture.at(9, 29))
        #expect(try fixture.state("early").isActive)
        let open = fixture.at(9, 31)
        try fixture.show([Stock("AAA", 9, 100), Stock("BBB", 11, 100)], open)
        #expect(try !fixture.state("early").isActive)
        #expect(try fixture.members("early", open) == ["AAA"])
        #expect(try fixture.members("all", open) == ["BBB"])
        #expect(fixture.events.isEmpty)
        // Closed: nobody is worked out, nothing is told.
        let night = fixture.at(21, 0)
        try fixture.show([Stock("AAA", 9, 100), Stock("BBB", 9, 100)], night)
        #expect(try fixture.members("all", night) == ["BBB"])
        #expect(try !fixture.state("all").isActive)
        #expect(fixture.events.isEmpty && fixture.records.isEmpty)
    }

    @Test func whileTheMarketIsClosedAFreshEngineShowsTheLastDayWithoutTellingIt() throws {
        var fixture = try ScanFixture()
        fixture.use([list("all", "price > 10")], fixture.at(20, 30))
        let rows = [
            traded("AAA", 11, volume: 5, at: fixture.at(19, 0)), traded("BBB", 9, volume: 5, at: fixture.at(19, 0)),
        ]
        fixture.step([.snapshot(try snapshot(rows))], fixture.at(21, 0))
        #expect(fixture.events.isEmpty && fixture.records.isEmpty)
        #expect(try fixture.state("all").newCount == 0)
        #expect(try fixture.members("all", fixture.at(21, 0)) == ["AAA"])
    }

    @Test func theDaysRollEmptiesTheLists() throws {
        var fixture = try ScanFixture()
        fixture.use([list("all", "price > 10")], fixture.at(11, 0))
        try fixture.show([Stock("AAA", 11, 100)], fixture.at(11, 0))
        #expect(try fixture.members("all", fixture.at(11, 0)) == ["AAA"])
        let four = fixture.at(28, 0, 1)
        fixture.step([], four)
        #expect(fixture.events.isEmpty && fixture.records.isEmpty)
        #expect(try fixture.members("all", four).isEmpty)
        // Nothing before a snapshot of the day.
        fixture.step([.feed(FeedStatus())], four.adding(seconds: 5))
        #expect(fixture.records.isEmpty)
        try fixture.show([Stock("AAA", 11, 100)], four.adding(seconds: 60))
        #expect(fixture.events.map(words) == ["AAA entered 1 price > 10"])
    }

    @Test func anEditedListGoesByItsNewRuleAndTheOthersStayAsTheyWere() throws {
        var fixture = try ScanFixture()
        let now = fixture.at(11, 0)
        let held = list("held", "price > 10", exit: "price < 8")
        fixture.use([held, list("edited", "price > 10")], now)
        try fixture.show([Stock("AAA", 11, 100), Stock("BBB", 5, 100)], now)
        try fixture.show([Stock("AAA", 9, 100), Stock("BBB", 5, 100)], now.adding(seconds: 5))
        // Kept by its exit only: an engine that began anew would not have it.
        var renamed = held
        renamed.title = "Held"
        let later = now.adding(seconds: 6)
        fixture.use([renamed, list("edited", "price < 6")], later)
        #expect(fixture.events.map(words) == ["BBB entered 1 edited"])
        #expect(try fixture.members("held", later) == ["AAA"])
        #expect(try fixture.members("edited", later) == ["BBB"])
        #expect(try fixture.state("held").title == "Held")
        // Gone from the book, gone from the status.
        fixture.use([held], later)
        #expect(fixture.view?.status.lists.map(\.name) == ["held"])
    }

    @Test func oneBadListLeavesTheOthersAlone() throws {
        var fixture = try ScanFixture()
        let now = fixture.at(11, 0)
        fixture.use(
            [
                list("good", "price > 10"), list("typo", "prise > > 10"), list("good", "price > 1"),
                list("Bad Name", "price > 1"), list("exit", "price > 10", exit: "nothing <"),
                list("strip", "price > 10", sort: [SortKey(.strip, descending: true)]),
                list("ghost", "price > 1 and @nobody"),
            ],
            now
        )
        try fixture.show([Stock("AAA", 11, 100)], now)
        #expect(try fixture.members("good", now) == ["AAA"])
        let states = try #require(fixture.view?.status.lists)
        #expect(states.map(\.name) == ["good", "typo", "good", "Bad Name", "exit", "strip", "ghost"])
        #expect(states.map { $0.problem == nil } == [true] + Array(repeating: false, count: 6))
        #expect(states[1].problem?.hasPrefix("filter 1:") == true)
        #expect(states[4].problem?.hasPrefix("exit 1:") == true)
        let answer = try fixture.ask(ScanQuery(list: "typo", columns: [], rows: 0..<9), now)
        #expect(answer.problem?.hasPrefix("list typo: filter 1:") == true && answer.symbols.isEmpty)
        let unheardOf = try fixture.ask(ScanQuery(list: "nix", columns: [], rows: 0..<9), now)
        #expect(unheardOf.problem?.contains("\"nix\"") == true)
    }

    @Test func moreListsThanTheMostAreNamedAndLeftOut() throws {
        var fixture = try ScanFixture()
        let now = fixture.at(11, 0)
        fixture.use((0..<ScanBook.listsMax + 2).map { list("l\($0)", "price > 10") }, now)
        let states = try #require(fixture.view?.status.lists)
        #expect(states.filter { $0.problem != nil }.map(\.name) == ["l100", "l101"])
    }

    @Test func filtersReferToListsAndSymbolLists() throws {
        var fixture = try ScanFixture()
        let now = fixture.at(11, 0)
        let mine = SymbolList(name: "mine", symbols: [try #require(Symbol("BBB")), try #require(Symbol("CCC"))])
        fixture.step([.command(.symbolLists([mine]))], now)
        fixture.use([list("both", "@dear and @mine"), list("dear", "price > 10")], now)
        let stocks = [Stock("AAA", 11, 1), Stock("BBB", 12, 2), Stock("CCC", 9, 3)]
        try fixture.show(stocks, now)
        // Who was on the other list before the pass: nobody yet.
        #expect(try fixture.members("both", now).isEmpty)
        let later = now.adding(seconds: 5)
        try fixture.show(stocks, later)
        #expect(try fixture.members("both", later) == ["BBB"])
        #expect(try fixture.found("@mine and not @dear", sort: [], later) == ["CCC"])
        // The name goes: the list says so, and works again when it is back.
        fixture.step([.command(.symbolLists([]))], later)
        #expect(try fixture.state("both").problem != nil)
        fixture.step([.command(.symbolLists([mine]))], later)
        #expect(try fixture.state("both").problem == nil)
    }

    @Test func aPresetThatChangesMeaningChangesTheListsThatUseIt() throws {
        var fixture = try ScanFixture()
        let now = fixture.at(11, 0)
        fixture.use([list("dear", "$dear")], presets: ["dear": "price > 10"], now)
        try fixture.show([Stock("AAA", 11, 1), Stock("BBB", 25, 2)], now)
        #expect(try fixture.members("dear", now) == ["BBB", "AAA"])
        fixture.use([list("dear", "$dear")], presets: ["dear": "price > 20"], now)
        #expect(try fixture.members("dear", now) == ["BBB"])
        #expect(try fixture.found("$dear", sort: [], now) == ["BBB"])
    }

    @Test func testSymbolsAreNeverOnAList() throws {
        var fixture = try ScanFixture()
        let now = fixture.at(11, 0)
        fixture.use([list("all", "price > 1")], now)
        try fixture.show([Stock("ZVZZT", 11, 100), Stock("AAA", 11, 1)], now)
        #expect(try fixture.members("all", now) == ["AAA"])
    }

    @Test func theCountsSayHowManyMatchAreUnknownAndNew() throws {
        var fixture = try ScanFixture()
        let now = fixture.at(11, 0)
        fixture.use([list("all", "price > 1 and chg% > 0", top: 2)], now)
        let stocks = [
            Stock("AAA", 11, 1), Stock("BBB", 12, 2), Stock("CCC", 13, 3), Stock("DDD", 14, 4, previousClose: .nan),
        ]
        try fixture.show(stocks, now)
        let state = try fixture.state("all")
        #expect(state.matchCount == 3 && state.unknownCount == 1 && state.newCount == 2)
        try fixture.show(stocks, now.adding(seconds: 60))
        #expect(try fixture.state("all").newCount == 0)
    }

    @Test func betweenSnapshotsListsAreWorkedOutAtMostOnceASecondWhenTheStreamTells() throws {
        var fixture = try ScanFixture()
        let now = fixture.at(11, 0)
        fixture.use([list("all", "price > 10")], now)
        try fixture.show([Stock("AAA", 9, 100)], now)
        func trade(_ price: Double, _ time: Instant) throws -> EngineInput {
            var events = StreamEvents()
            try events.trade("AAA", price, 100, at: time)
            return .stream(events.batch)
        }
        let soon = now.adding(milliseconds: 900)
        fixture.step([try trade(11, soon)], soon)
        #expect(fixture.events.isEmpty)
        let second = now.adding(milliseconds: 1000)
        fixture.step([], second)
        #expect(fixture.events.map(words) == ["AAA entered 1 price > 10"])
        // The picture that a screen asks for then is there, though the stream has told nothing since.
        fixture.step([.show], second)
        #expect(try fixture.state("all").matchCount == 1)
        fixture.step([], now.adding(seconds: 9))
        #expect(fixture.events.isEmpty && fixture.records.isEmpty)
    }
}
