import EngineAPI
import MarketData
import MarketTime
import TerminalGrid
import Testing

@testable import Dashboard

/// Sessions at the keyboard, from the first key to what stands on the screen.
@Suite struct ScenarioTests {
    // MARK: Selection and order

    @Test func theSelectionFollowsTheSymbolWhenRowsAreRankedAnew() {
        var script = Script()
        script.press("j", "j", "j")
        let name = script.selected
        script.wait(6)
        // The selected stock falls to the end of the list.
        for index in script.market.rows.indices where script.market.rows[index].symbol.text == name {
            script.market.rows[index].rvol = 0.01
        }
        script.deliver()
        #expect(script.selected == name)
        #expect(script.state.selection.rank > 200)
        #expect(script.lines().contains { $0.contains(">" + (name ?? "?")) })
    }

    @Test func theTopPlaceIsFollowedWhoeverHoldsItUntilTheTraderMoves() {
        var script = Script()
        let leader = script.selected
        script.market.rows[40].rvol = 5_000
        script.market.rows[40].last = 50
        script.deliver()
        #expect(script.state.selection.rank == 0)
        #expect(script.selected == script.market.rows[40].symbol.text)
        #expect(script.selected != leader)
    }

    @Test func aSymbolThatLeavesTheListIsSaidAndItsPlaceStaysSelected() {
        var script = Script()
        script.press("j", "j")
        let name = script.selected ?? "?"
        script.wait(6)
        script.market.rows.removeAll { $0.symbol.text == name }
        script.deliver()
        #expect(script.state.selection.rank == 2)
        #expect(script.selected != name)
        #expect(script.shows("\(name) is no longer among the rows"))
    }

    @Test func theOrderStandsStillWhileTheTraderMovesAndIsReleasedAfterwards() {
        var script = Script()
        #expect(script.market.query?.holdsOrder == false)
        script.press("j")
        #expect(script.market.query?.holdsOrder == true)
        #expect(script.shows("held 5s"))
        let order = script.state.rows?.symbols
        script.market.rows[100].rvol = 800
        script.deliver()
        #expect(script.state.rows?.symbols == order)
        script.wait(4)
        #expect(script.market.query?.holdsOrder == true)
        script.press("k")
        script.wait(4)
        #expect(script.market.query?.holdsOrder == true, "each movement holds anew")
        script.wait(1)
        #expect(script.market.query?.holdsOrder == false)
        #expect(!script.shows("held"))
        #expect(script.state.rows?.symbols != order)
    }

    @Test func holdingCanBeSwitchedOff() {
        var script = Script(settings: DashboardSettings(holdSeconds: 0))
        script.press("j", "j")
        #expect(script.market.query?.holdsOrder == false)
    }

    @Test(arguments: [
        (["j", "j", "k"], 1), (["G"], 276), (["G", "g", "g"], 0), (["end", "home"], 0), (["^d"], 9),
        (["^d", "^u"], 0),
        (["pgdn", "pgdn"], 38), (["pgdn", "pgup"], 0), (["down", "down", "up"], 1), (["k"], 0), (["G", "j"], 276),
        (["g", "j"], 1),
    ])
    func movementKeysReachTheirRanks(keys: [String], rank: Int) {
        var script = Script()
        for key in keys { script.press(key) }
        #expect(script.state.selection.rank == rank)
        #expect(script.selected != nil)
        #expect(script.lines().contains { $0.contains(">\(script.selected ?? "?")") })
    }

    @Test func theRowsOnTheScreenAreThoseOfTheSelectionAfterGoingToTheEnd() {
        var script = Script()
        script.press("G")
        let last = script.lines()[ScreenLayout(script.state).table.endRow - 2]
        #expect(last.contains(">\(script.selected ?? "?")"))
        #expect(script.shows("277/277"))
    }

    @Test func newcomersAmongTheFirstAreMarkedForAMinute() {
        var script = Script()
        #expect(!script.lines().contains { $0.hasPrefix("│+") })
        let name = script.state.rows?.symbols.last?.text ?? "?"
        for index in script.market.rows.indices where script.market.rows[index].symbol.text == name {
            script.market.rows[index].rvol = 500
        }
        script.deliver()
        #expect(script.lines().filter { $0.hasPrefix("│+") }.count == 1)
        #expect(script.shows("│+\(name)"))
        script.wait(59)
        script.deliver()
        #expect(script.shows("│+\(name)"))
        script.wait(1)
        #expect(!script.shows("│+\(name)"))
    }

    @Test func aNewOrderMakesNobodyANewcomer() {
        var script = Script()
        script.press("I")
        script.deliver()
        #expect(!script.lines().contains { $0.hasPrefix("│+") })
        script.market.baseline = .ready(days: 21, tickers: 10_900)
        for index in script.market.rows.indices { script.market.rows[index].rvol = Double(index) }
        script.deliver()
        #expect(!script.lines().contains { $0.hasPrefix("│+") })
    }

    // MARK: Sorting

    @Test func theSortMenuTakesFirstLettersAndEnter() {
        var script = Script()
        script.press("G", "s")
        #expect(script.shows("SORT BY"))
        script.type("ch")
        script.press("enter")
        #expect(script.market.query?.sort.first == SortKey(.changePercent, descending: true))
        #expect(script.state.layer == .table)
        #expect(script.shows("▼CHG%"))
        #expect(script.state.selection.rank == 0, "a new order is read from its top")
        script.press("s", "enter")
        #expect(script.market.query?.sort.first == SortKey(.changePercent, descending: false))
        #expect(script.shows("▲CHG%"))
    }

    @Test func escapeLeavesTheSortMenuWithoutChange() {
        var script = Script()
        let query = script.market.query
        script.press("s", "j", "j", "esc")
        #expect(script.market.query == query)
        #expect(script.state.layer == .table)
    }

    @Test func anglesMoveTheSortColumnAmongThoseOnTheScreen() {
        var script = Script()
        script.press(">")
        #expect(script.market.query?.sort.first?.column == .slotRVOL)
        script.press("<", "<")
        #expect(script.market.query?.sort.first?.column == .gapPercent)
        script.press("<", "<", "<")
        #expect(script.market.query?.sort.first == SortKey(.symbol, descending: false))
        script.press("<")
        #expect(script.shows("no further column on this screen"))
        #expect(script.market.query?.sort.first?.column == .symbol)
    }

    @Test func capitalIInvertsTheOrder() {
        var script = Script()
        script.press("I")
        #expect(script.market.query?.sort.first == SortKey(.rvol, descending: false))
    }

    @Test func withoutHistoryTheMostActiveStocksLead() {
        var market = FakeMarket()
        for index in market.rows.indices { market.rows[index].rvol = .nan }
        let script = Script(market: market)
        let traded = script.state.rows?.values[script.state.rows?.columns.firstIndex(of: .dollarVolume) ?? 0] ?? []
        #expect(traded.count > 30)
        #expect(traded == traded.sorted(by: >))
    }

    @Test func answersInAnOlderOrderAreNotShownAndTheTableIsNeverEmptyMeanwhile() {
        var script = Script()
        let old = script.market.view()
        let shown = script.state.rows?.symbols
        script.answersAtOnce = false
        script.press("I")
        script.handle(.view(old))
        #expect(script.state.rows?.symbols == shown)
        #expect(script.lines().contains { $0.contains(shown?.first?.text ?? "?") })
        script.deliver()
        #expect(script.state.rows?.version == script.market.query?.version)
        #expect(script.state.rows?.symbols != shown)
    }

    @Test func rowsAtHandStandOnTheScreenWhileFartherOnesAreOnTheirWay() {
        var script = Script(80, 24)
        script.answersAtOnce = false
        script.press("G")
        let body = script.lines()[4..<22]
        #expect(body.allSatisfy { line in line.dropFirst(2).first != " " }, "\(body)")
        script.deliver()
        #expect(script.lines()[21].contains(">"))
    }

    @Test func anOlderAnswerDoesNotMoveTheSelectionToAnOlderAnchor() {
        var script = Script()
        script.press("j")
        let older = script.market.view()
        script.press("/")
        script.type("bac")
        script.press("enter")
        let found = script.state.selection
        #expect(found.rank > 150)
        script.answersAtOnce = false
        script.handle(.view(older))
        #expect(script.state.selection == found)
    }

    // MARK: Finding

    @Test func findSelectsWhileTypingAndEnterStays() {
        var script = Script()
        script.press("/")
        script.type("bac")
        #expect(script.selected == "BACpM")
        script.press("enter")
        #expect(script.state.layer == .table)
        #expect(script.selected == "BACpM")
        #expect(script.lines().contains { $0.contains(">BACpM") })
        #expect(script.market.query?.find == nil)
    }

    @Test func escapeRestoresWhereTheSearchBegan() {
        var script = Script()
        script.press("j", "j")
        let before = script.state.selection
        script.press("/")
        script.type("bac")
        #expect(script.state.selection != before)
        script.press("esc")
        #expect(script.state.selection == before)
        #expect(script.state.top == 0)
    }

    @Test func erasingFindsWhatWasFoundBefore() {
        var script = Script()
        script.press("/")
        script.type("h")
        let first = script.selected
        script.type("eu")
        #expect(script.selected == "HEU")
        script.press("backspace", "backspace")
        #expect(script.selected == first)
        script.press("backspace", "backspace")
        #expect(script.state.layer == .table)
        #expect(script.state.selection.rank == 0)
    }

    @Test func nAndCapitalNGoOnThroughWhatMatches() {
        var script = Script()
        script.press("/")
        script.type("h")
        script.press("enter")
        let first = script.selected
        script.press("n")
        let second = script.selected
        #expect(second != first)
        #expect(second?.hasPrefix("H") == true)
        script.press("N")
        #expect(script.selected == first)
        script.press("N")
        #expect(script.shows("search went on from the other end"))
    }

    @Test func whatCannotBeFoundIsSaid() {
        var script = Script()
        script.press("/")
        script.type("qqqq")
        #expect(script.shows("not in play; * shows the whole market"))
        #expect(script.state.selection.rank == 0)
        script.press("enter")
        #expect(script.shows("no symbol here contains qqqq"))
    }

    @Test func onlyWhatCanStandInASymbolIsTyped() {
        var script = Script()
        script.press("/")
        script.type("b r/k.é\u{7}")
        script.handle(.key(.paste("B\u{1B}[31m;" + String(repeating: "Z", count: 100))))
        guard case .find(let line) = script.state.layer else {
            Issue.record("the find line is gone")
            return
        }
        #expect(line.text.hasPrefix("br/k.B31m"))
        #expect(line.text.utf8.count <= Symbol.maxLength)
    }

    // MARK: Pause

    @Test func aPausedTableDoesNotMoveAndSaysWhatItMissed() {
        var script = Script()
        script.press("p")
        let frozen = script.state.rows
        let query = script.market.query
        for round in 0..<3 {
            script.wait(5)
            script.market.snapshotAge = 0
            script.market.rows[50 + round].rvol = 900
            script.deliver()
        }
        #expect(script.state.rows == frozen)
        #expect(script.market.query == query)
        #expect(script.shows("PAUSED +3 0:15"))
        script.press("p")
        #expect(script.state.rows != frozen, "the newest answer is shown at once")
        #expect(!script.shows("PAUSED"))
    }

    @Test func aPausedTableCanBeWalkedAsFarAsItReaches() {
        var script = Script()
        script.press("p")
        for _ in 0..<20 { script.press("pgdn") }
        #expect(script.selected != nil)
        #expect(script.state.selection.rank == (script.state.rows?.rows.upperBound ?? 0) - 1)
        #expect(script.shows("the frozen table ends here"))
        script.press("s")
        #expect(script.state.layer == .table)
        #expect(script.commands.contains(.bell))
        #expect(script.shows("the table is paused"))
    }

    // MARK: Choice

    @Test func theStarSwitchesBetweenInPlayAndTheWholeMarket() {
        var script = Script()
        #expect(script.market.query?.gate == script.state.settings.gate)
        let matches = script.state.rows?.matchCount ?? 0
        script.press("*")
        #expect(script.market.query?.gate == .wholeMarket)
        #expect((script.state.rows?.matchCount ?? 0) > matches)
        #expect(script.shows("WHOLE MARKET"))
        script.press("*")
        #expect(script.shows("IN PLAY: price ≥ 1, volume ≥ 50K"))
    }

    // MARK: Overlays and program

    @Test func helpListsEveryActionScrollsAndCloses() {
        var script = Script(120, 200)
        script.press("?")
        #expect(script.shows("KEYS, COMMANDS, COLUMNS, MARKS"))
        for text in [
            "choose the column to sort by", "freeze table and tape", "quit from anywhere", "gg Home", "AVGVOL",
        ] {
            #expect(script.shows(text), "\(text)")
        }
        script.handle(.resize(Size(columns: 80, rows: 24)))
        let first = script.lines()
        script.press("j", "^d")
        #expect(script.lines() != first)
        script.press("G", "G", "pgdn")
        #expect(script.shows("missing"))
        script.press("q")
        #expect(script.state.layer == .table)
        #expect(!script.commands.contains(.quit))
    }

    @Test func messagesShowEverySentenceInFull() {
        var script = Script(80, 24)
        let sentence = String(repeating: "the quick brown fox jumps over the lazy dog ", count: 8) + "END."
        script.handle(.notice(Notice(.error, sentence)))
        #expect(!script.shows("END."))
        #expect(script.shows("! shows all"))
        script.press("!")
        #expect(script.shows("END."))
        script.press("esc", "esc")
        #expect(!script.shows("the quick brown fox"))
    }

    @Test(arguments: [("q", DashboardCommand.quit), ("^c", .quit), ("^z", .suspend), ("^l", .redraw)])
    func programKeysBecomeCommands(key: String, command: DashboardCommand) {
        var script = Script()
        script.press(key)
        #expect(script.commands == [command])
    }

    @Test func controlCQuitsFromEveryOverlay() {
        for opener in ["?", "!", "s", "/", ":"] {
            var script = Script()
            script.press(opener, "^c")
            #expect(script.commands == [.quit], "\(opener)")
        }
    }

    // MARK: Size

    @Test func aNewSizeKeepsTheSelectionInSight() {
        var script = Script(200, 60)
        script.press("G")
        let name = script.selected ?? "?"
        for (columns, rows) in [(80, 24), (60, 16), (120, 36), (20, 5), (300, 90), (80, 24)] {
            script.handle(.resize(Size(columns: columns, rows: rows)))
            #expect(script.selected == name)
            guard columns >= 60 else { continue }
            #expect(script.lines().contains { $0.contains(">\(name)") }, "\(columns)x\(rows)")
        }
    }

    @Test func aNewSizeThatNeedsNoOtherRowsAsksForNothing() {
        var script = Script(120, 36)
        let query = script.market.query
        script.handle(.resize(Size(columns: 119, rows: 35)))
        #expect(script.market.query == query)
    }
}
