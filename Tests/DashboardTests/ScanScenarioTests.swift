import EngineAPI
import FilterLanguage
import MarketData
import MarketTime
import TerminalGrid
import TestSupport
import Testing

@testable import Dashboard

/// Lists, the filter line, the why-log and looking back, at the keyboard.
@Suite struct ScanScenarioTests {
    private func script(_ columns: Int = 120, _ rows: Int = 36) -> Script {
        var script = Script(columns, rows)
        script.handle(.names(FakeMarket.lists))
        return script
    }

    private func filter(_ script: Script) -> FilterLine? {
        guard case .filter(let line) = script.state.layer else { return nil }
        return line
    }

    // MARK: Lists

    @Test func aDigitShowsAListInItsOwnOrderAndColumns() {
        var script = script()
        script.press("1")
        #expect(script.market.query?.list == "winners")
        #expect(script.market.query?.gate == .wholeMarket)
        #expect(script.market.query?.sort == [SortKey(.changePercent, descending: true)])
        #expect(script.market.query?.columns.contains(.sector) == true)
        #expect(script.shows("WINNERS"))
        #expect(script.shows("SECTOR"))
        #expect(script.lines().last?.contains("Up 5 % and more") == true)
        script.press("0")
        #expect(script.market.query?.list == nil)
        #expect(script.shows("IN PLAY: price"))
    }

    @Test func bracketsWalkThroughTheListsAndStopAtTheirEnds() {
        var script = script()
        script.press("]")
        #expect(script.state.view.list == "winners")
        script.press("]")
        #expect(script.state.view.list == "quiet")
        script.press("]")
        #expect(script.state.view.list == "quiet")
        #expect(script.commands.contains(.bell))
        script.press("[", "[")
        #expect(script.state.view.list == nil)
        script.press("9")
        #expect(script.shows("there is no list 9: L shows the 2 there are"))
    }

    @Test func theMenuShowsEveryListWithItsCountAndItsProblem() {
        var script = script()
        script.market.listStates = [
            ListState(name: "winners", title: "WINNERS"), ListState(name: "quiet", title: "QUIET"),
        ]
        script.market.listStates[0].matchCount = 41
        script.market.listStates[0].newCount = 3
        script.market.listStates[1].problem = "1:1  no field \"rvoll\"; did you mean rvol?"
        script.deliver()
        script.press("L", "j")
        #expect(script.shows("+3 41"))
        #expect(script.shows("no field \"rvoll\""))
        script.press("enter")
        #expect(script.state.view.list == "winners")
    }

    @Test func anotherOrderOfAListIsAskedOfTheWholeMarket() {
        var script = script()
        script.press("1")
        script.press(":")
        script.type("sort vol-")
        script.press("enter")
        #expect(script.market.query?.list == "winners")
        #expect(script.market.query?.sort.first == SortKey(.volume, descending: true))
    }

    @Test func aListThatIsGoneFromTheFileIsLeft() {
        var script = script()
        script.press("1")
        script.handle(.names(ScanNames()))
        #expect(script.state.view.list == nil)
        #expect(script.shows("list winners is gone"))
    }

    // MARK: The filter line

    @Test func aFilterIsTriedAfterARestAndAppliedWithEnter() throws {
        var script = script()
        script.press("f")
        script.type("chg% > 5")
        #expect(script.market.query?.filter == nil)
        script.wait(1)
        #expect(script.market.query?.filter == "chg% > 5")
        #expect(script.market.query?.wantsLedger == true)
        #expect(script.state.view.filter == nil)
        let rows = try #require(script.state.rows)
        #expect(script.shows("→ \(rows.matchCount - rows.leavingCount) match"))
        script.press("enter")
        #expect(script.state.view.filter == "chg% > 5")
        #expect(script.market.query?.wantsLedger == false)
        #expect(script.shows("FILTER: chg% > 5"))
    }

    @Test func theLedgerMarksTheTightestClause() {
        var script = script()
        script.press("f")
        script.type("price > 1 and chg% > 20 and rvol > 3")
        script.wait(1)
        let lines = script.lines()
        #expect(lines.contains { $0.contains("alone") && $0.contains("if removed") })
        #expect(
            lines.filter { $0.contains("> ") && $0.contains("chg% > 20") && $0.contains("│> ") == false }.count >= 1
        )
    }

    @Test func whileATextCannotBeUnderstoodTheLastOneThatCouldIsShown() throws {
        var script = script()
        script.press("f")
        script.type("chg% > 5")
        script.wait(1)
        script.type(" and rvoll > 3")
        script.wait(1)
        #expect(script.market.query?.filter?.hasPrefix("chg% > 5") == true)
        #expect(script.market.query?.filter?.contains("rvoll") == false)
        #expect(script.shows("rvoll"))
        #expect(script.shows("did you mean rvol?"))
        // Tab takes the mending that is offered.
        script.press("tab")
        #expect(try #require(filter(script)).text == "chg% > 5 and rvol > 3")
        script.wait(1)
        #expect(script.market.query?.filter == "chg% > 5 and rvol > 3")
    }

    @Test func whatIsOnlyMissingYetIsNoMistakeUntilEnter() throws {
        var script = script()
        script.press("f")
        script.type("chg% >")
        let line = try #require(filter(script))
        #expect(line.fault?.severity == .incomplete)
        #expect(!line.isInsisted)
        script.press("enter")
        #expect(try #require(filter(script)).isInsisted)
        #expect(script.commands.contains(.bell))
    }

    @Test func escapeBringsTheOldFilterBackExactly() {
        var script = script()
        script.press("f")
        script.type("  chg% > 5   and rvol>2")
        script.press("enter")
        let before = script.state.view
        script.press("f")
        script.press("^u")
        script.type("rvol < 1")
        script.wait(1)
        #expect(script.market.query?.filter == "rvol < 1")
        script.press("esc")
        #expect(script.state.view == before)
        #expect(script.market.query?.filter == "  chg% > 5   and rvol>2")
    }

    @Test func anEmptyTextTakesTheFilterAway() {
        var script = script()
        script.press("f")
        script.type("chg% > 5")
        script.press("enter")
        script.press("f", "^u", "enter")
        #expect(script.state.view.filter == nil)
        #expect(script.shows("IN PLAY"))
    }

    @Test func aPasteIsOneEventWithItsLineEndsAsBlanks() throws {
        var script = script()
        script.press("f")
        script.handle(.key(.paste("chg% > 5\nand rvol > 3\u{1B}[31m")))
        #expect(try #require(filter(script)).text == "chg% > 5 and rvol > 3[31m")
    }

    @Test func upAndDownGoThroughEarlierFilters() throws {
        var script = script()
        for text in ["rvol > 1", "rvol > 2"] {
            script.press("f", "^u")
            script.type(text)
            script.press("enter")
        }
        script.press("f", "^u")
        script.type("pri")
        script.press("up", "up")
        #expect(try #require(filter(script)).text == "rvol > 1")
        script.press("down", "down")
        #expect(try #require(filter(script)).text == "pri")
    }

    @Test func aFilterOnAListLeavesTheList() {
        var script = script()
        script.press("1", "f")
        script.type("price < 10")
        script.press("enter")
        #expect(script.market.query?.list == "winners")
        #expect(script.market.query?.filter == "price < 10")
        #expect(script.shows("WINNERS, and price < 10"))
    }

    // MARK: Commands

    @Test func whatIsShownIsKeptUnderAName() throws {
        var script = script()
        script.press("1", "f")
        script.type("price < 10")
        script.press("enter", ":")
        script.type("save cheap-winners")
        script.press("enter")
        let saved = try #require(
            script.commands.lazy.compactMap { command -> ScanDefinition? in
                guard case .save(let list) = command else { return nil }
                return list
            }.first
        )
        #expect(saved.name == "cheap-winners")
        #expect(saved.filter == "(chg% >= 5 and rvol >= 1.5) and price < 10")
        #expect(saved.columns == FakeMarket.lists.book.lists[0].columns)
        #expect(FilterCompiler.compile(saved.filter).program != nil)
    }

    @Test(arguments: [
        ("save Big Names", "save takes one word"), ("save Big", "lower-case letters"),
        ("list winner", "did you mean winners?"), ("filter rvoll > 3", "did you mean rvol?"),
        ("cols price colour", "no column \"colour\""), ("sort strip", "cannot be sorted by"),
        ("at noon", "no time such as 09:45"), ("at 09:45", "show a list first"), ("why \u{7E}", "no symbol such as"),
    ])
    func aCommandThatCannotBeMeantSaysWhy(_ line: String, _ words: String) {
        var script = script()
        script.press("f")
        script.type("rvol > 0")
        script.press("enter", ":")
        script.type(line)
        script.press("enter")
        #expect(script.lines().joined(separator: " ").contains(words))
    }

    @Test func columnsAskedForAreShownAndAloneTheUsual() {
        var script = script()
        script.press(":")
        script.type("cols price pre.vol sector")
        script.press("enter")
        #expect(script.market.query?.columns.contains(.preVolume) == true)
        #expect(script.shows("SECTOR"))
        #expect(!script.shows("\u{1B}"))
        script.press(":")
        script.type("cols")
        script.press("enter")
        #expect(!script.shows("SECTOR"))
    }

    // MARK: Why, watching, looking back

    @Test func theWhyLogIsAskedForAndLetGo() throws {
        var script = script()
        let symbol = try #require(Symbol("QXAI"))
        script.market.events = [
            ScanEvent(
                time: FakeMarket.openTime,
                list: "winners",
                symbol: symbol,
                kind: .entered,
                rank: 3,
                previousRank: 0,
                clause: "chg% >= 5",
                price: 12.5,
                rvol: 4.25,
                changePercent: 5.1,
                value: 5.1
            )
        ]
        script.press("e")
        #expect(script.market.why == WhyQuery())
        #expect(script.shows("11:47:03"))
        #expect(script.shows("chg% >= 5, it was 5.10"))
        script.press("esc")
        #expect(script.market.why == nil)
        script.press(":")
        script.type("why QXAI")
        script.press("enter")
        #expect(script.market.why == WhyQuery(symbol: symbol))
    }

    @Test func aTickerIsWatchedAndLetGo() throws {
        var script = script()
        script.press("j", "w")
        let symbol = try #require(script.state.selection.symbol)
        #expect(script.commands.last == .watch(symbol, isAdded: true))
        script.press("w")
        #expect(script.commands.last == .watch(symbol, isAdded: false))
    }

    @Test func anEarlierStateOfAListIsShownAndSteppedThrough() throws {
        var script = script()
        script.press("1", ":")
        script.type("at 09:45")
        script.press("enter")
        let moment = NewYork.instant(DayID(rawValue: 20_738), secondOfDay: 9 * 3600 + 45 * 60)
        #expect(script.commands.last == .recall(list: "winners", at: moment))
        let row = RecalledList.Row(
            symbol: try #require(Symbol("GME")),
            rank: 1,
            price: 20,
            change: 8.5,
            rvol: .nan,
            volume: 1e6
        )
        script.handle(.recalled(RecalledList(list: "winners", moment: moment, rows: [row])))
        #expect(script.shows("winners at 09:45:00"))
        #expect(script.shows("GME"))
        script.press("left")
        #expect(script.commands.last == .recall(list: "winners", at: moment.adding(seconds: -60)))
        script.press("esc")
        #expect(script.state.layer == .table)
        script.handle(.recalled(RecalledList(list: "winners", moment: moment, rows: nil)))
        #expect(script.shows("nothing of winners is stored"))
    }

    /// seed → random keys in every layer: no crash, and the query always fits the state.
    @Test(arguments: [1, 2, 3] as [UInt64])
    func randomKeysNeverLeaveAnImpossibleState(_ seed: UInt64) {
        var random = SeededRandom(seed: seed)
        var script = script(100, 30)
        let keys = [
            "f", "L", "1", "2", "0", "[", "]", "y", "w", ":", "/", "s", "?", "esc", "esc", "enter", "tab", "up", "down",
            "left", "right", "^u", "^w", "backspace", "c", "h", "g", "%", ">", "5", " ", "(", ")", "~", "\"", "$", "@",
            "p", "*", "j", "k", "home", "end",
        ]
        for step in 0..<4_000 {
            let key = keys[random.below(keys.count)]
            script.press(key)
            if step % 7 == 0 { script.wait(1) }
            let state = script.state
            #expect(
                state.pause != nil || script.market.query?.filter == state.shownFilter,
                "seed \(seed), step \(step)"
            )
            #expect(state.pause != nil || script.market.query?.list == state.view.list, "seed \(seed), step \(step)")
        }
        _ = script.lines()
    }
}
