import EngineAPI
import MarketData
import MarketTime
import TerminalGrid
import Testing

@testable import Dashboard

@Suite struct HeatScenarioTests {
    private static func script(_ columns: Int = 120, _ rows: Int = 36, depth: ColorDepth = .palette256) -> Script {
        var script = Script(columns, rows, depth: depth)
        script.press("g", "m")
        return script
    }

    private static func pastQueries(_ script: Script) -> [PastSlotQuery] {
        script.commands.compactMap { if case .pastSlots(let query) = $0 { query } else { nil } }
    }

    // MARK: What is asked

    @Test func theEngineIsAskedOnlyWhileSlotsAreShown() {
        var script = Script(80, 24)
        #expect(script.market.slots == nil)
        script.press("m")
        #expect(script.market.slots != nil)
        script.press("m")
        #expect(script.market.slots == nil)
        #expect(script.state.heat.slots == nil)
    }

    @Test func askedForAreTheRowsShownAndTheSelectedTicker() throws {
        var script = Self.script()
        let query = try #require(script.market.slots)
        let shown = script.state.heatLines(12).map(\.label)
        #expect(Set(shown).isSubset(of: Set(query.symbols.map(\.text))))
        #expect(query.symbols.count <= 48)
        #expect(query.priced == nil)
        script.press("G")
        let last = try #require(script.selected)
        #expect(script.market.slots?.symbols.contains { $0.text == last } == true)
        #expect((script.market.slots?.symbols.count ?? 0) <= SlotQuery.symbolsMax)
    }

    @Test func aStepOfScrollingAsksForNothing() {
        var script = Self.script()
        let before = script.market.slots
        for _ in 0..<12 { script.press("j") }
        #expect(script.market.slots == before)
        for _ in 0..<30 { script.press("j") }
        #expect(script.market.slots != before)
    }

    @Test func thePageAsksForThePricesOfItsTicker() {
        var script = Script(80, 24)
        script.press("enter")
        #expect(script.market.slots?.priced?.text == script.selected)
        #expect(script.market.slots?.symbols.map(\.text) == script.selected.map { [$0] })
        script.press("esc")
        #expect(script.market.slots == nil)
    }

    @Test func aFrozenScreenAsksForNothingAndStandsStill() {
        var script = Self.script(depth: .mono)
        script.press("p")
        let (before, cells) = (script.market.slots, script.state.heat.slots)
        script.press("G")
        script.wait(3)
        script.deliver()
        #expect(script.market.slots == before)
        #expect(script.state.heat.slots == cells)
        for key in ["[", "D", "o"] {
            script.press(key)
            #expect(script.state.flash?.text == "the screen is paused: p resumes it")
        }
        #expect(Self.pastQueries(script).isEmpty)
    }

    // MARK: Cursor

    @Test func theCursorRestsOnTheRunningSlotUntilItIsMoved() {
        var script = Self.script()
        #expect(script.shows("11:45–11:50"))
        script.press("h")
        #expect(script.state.heat.cursor == 92)
        #expect(script.shows("11:40–11:45"))
        script.press("l")
        #expect(script.state.heat.cursor == nil)
        script.wait(200)
        script.deliver()
        #expect(script.shows("11:50–11:55"))
    }

    @Test(arguments: [
        (["{"], 81), (["{", "}"], 93), (["("], 66), (["(", "("], 0), (["(", ")"], 93), ([")"], 93),
        (["(", "(", ")"], 65), (["(", "(", "h"], 0), (["}", "}", "}", "}", "}", "}", "}", "}", "}"], 191),
        (["left", "left", "right"], 92), (["l"], 94), ([")", ")"], 143),
    ])
    func keysMoveTheCursor(keys: [String], slot: Int) {
        var script = Self.script()
        for key in keys { script.press(key) }
        #expect(script.state.heat.cursor ?? 93 == slot || keys == [")"], "\(keys)")
        if keys == [")"] { #expect(script.state.heat.cursor == 143) }
    }

    @Test func theCursorStepsOverWholeCells() {
        var script = Self.script(80, 24)
        script.press("z", "h")
        #expect(script.shows("11:30–11:40"))
        script.press("(", "h")
        #expect(script.shows("09:15–09:30"))
    }

    @Test func theCursorIsSeenOnlyWhileThePaneHasTheKeys() {
        var script = Self.script()
        let style = script.model.theme.id(.heatCursor)
        #expect(script.grid().cells.contains { $0.style == style })
        script.press("esc")
        #expect(!script.grid().cells.contains { $0.style == style })
    }

    @Test func theNumbersAreThoseOfTheCell() throws {
        var script = Self.script()
        script.press("h")
        let symbol = try #require(script.state.selectedSymbol)
        let slots = try #require(script.state.heat.today(symbol))
        let (volume, usual) = (
            slots.volumes[slots.volumes.startIndex + 92], slots.averages[slots.averages.startIndex + 92]
        )
        let rvol = NumberFormat.fixed(2).string(Double(volume) / Double(usual))
        let line = try #require(script.lines().first { $0.contains("11:40–11:45") })
        for words in [
            "\(symbol.text) ", "vol \(TimeText.count(Int(volume)))", "avg \(TimeText.count(Int(usual)))",
            "rvol \(rvol)x",
        ] {
            #expect(line.contains(words), "\(line) lacks \(words)")
        }
    }

    // MARK: Modes

    @Test func zoomGoesInAndOutAndSaysWhereItEnds() {
        var script = Self.script()
        for (zoom, words) in [(HeatZoom.session, "09:30–16:00"), (.twoHours, "10:00–12:00"), (.hour, "11:00–12:00")] {
            script.press("+")
            #expect(script.state.heat.zoom == zoom)
            #expect(script.shows(words))
        }
        script.press("+")
        #expect(script.commands.last == .bell)
        #expect(script.shows("an hour is the shortest span"))
        script.press("-", "-", "-", "-")
        #expect(script.shows("the whole day is shown"))
    }

    @Test func wideCellsHaveTheirNumbersInThem() throws {
        var script = Self.script(120, 36, depth: .mono)
        script.press("+", "+", "+", "esc")
        let symbol = try #require(script.state.selectedSymbol)
        let value = try #require(script.state.heatRow(symbol)).reading(84..<85, .sum, isCumulative: false).number
        let frame = try #require(HeatFrame.of(script.state, ScreenLayout(script.state)))
        let line = script.lines()[frame.body.row]
        #expect(line.contains(NumberFormat.fixed(value < 9.95 ? 1 : 0).string(value)), "\(line)")
    }

    @Test func modesSayWhatACellIs() {
        var script = Self.script()
        script.press("c")
        #expect(script.state.heat.isCumulative)
        #expect(script.shows("all volume up to its end"))
        script.press("b")
        #expect(script.state.flash?.text.contains("c shows each slot") == true)
        script.press("c", "b")
        #expect(script.state.heat.bucket == .hottest)
        #expect(script.shows("hottest"))
    }

    @Test func rowsAreOrderedByRVOLNowAndByTheFirstHotSlot() {
        var script = Self.script()
        script.press("o")
        let now = script.state.heatLines(100).compactMap(\.row).map {
            $0.reading(93..<94, .sum, isCumulative: false).number
        }
        #expect(now.count > 50)
        let known = now.filter { !$0.isNaN }
        #expect(known == known.sorted(by: >))
        #expect(now.prefix(known.count).allSatisfy { !$0.isNaN })
        script.press("o")
        let first = script.state.heatLines(100).compactMap(\.row).map { $0.firstSlot(reaching: 3) ?? 999 }
        #expect(first == first.sorted())
        #expect(Set(first).count > 3)
        script.press("o")
        #expect(script.state.heatLines(5).map(\.label) == script.state.rows?.symbols.prefix(5).map(\.text))
    }

    @Test func theOrderStandsStillWhileTheCursorMoves() {
        var script = Self.script()
        script.press("o", "j")
        let before = script.state.heatLines(100).map(\.label)
        // Another moment, other volumes: the hottest are others.
        script.market.now = script.market.now.adding(seconds: 3)
        for index in script.market.rows.indices { script.market.rows[index].volume += Double(index * 7_919) }
        script.deliver()
        #expect(script.state.heatLines(100).map(\.label) == before)
        script.wait(6)
        script.deliver()
        #expect(script.state.heatLines(100).map(\.label) != before)
    }

    @Test func theCursorGoesThroughTheRowsInTheirOrder() {
        var script = Self.script()
        script.press("o", "j")
        let labels = script.state.heatLines(100).map(\.label)
        for step in 1...20 {
            let place = labels.firstIndex(of: script.selected ?? "") ?? -1
            script.press("j")
            #expect(script.selected == labels[place + 1], "step \(step)")
        }
        #expect(script.state.heatLines(10).count == 10)
        let frame = HeatFrame.of(script.state, ScreenLayout(script.state))
        #expect(script.state.heatLines(frame?.rowCount ?? 0).contains { $0.isSelected })
    }

    @Test(arguments: [(80, 24), (120, 36), (200, 60)])
    func theSelectedRowIsAlwaysOnTheScreen(columns: Int, rows: Int) {
        var script = Self.script(columns, rows)
        for keys in ["j", "pgdn", "pgdn", "^d", "G", "k", "pgup", "z", "pgdn", "^u", "z", "home"] {
            script.press(keys)
            let frame = HeatFrame.of(script.state, ScreenLayout(script.state))
            #expect(script.state.heatLines(frame?.rowCount ?? 0).filter(\.isSelected).count == 1, "\(keys)")
        }
    }

    // MARK: Past days

    @Test func pastDaysAreAskedForAndNamed() throws {
        var script = Self.script()
        script.press("[")
        let query = try #require(Self.pastQueries(script).last)
        #expect(query.daysBack == 1 && query.days == 1)
        #expect(script.shows("Fri 2026-10-09, 1 day back"))
        #expect(script.shows("reading the history file"))
        script.answerPastSlots()
        #expect(!script.shows("reading the history file"))
        #expect(script.state.heatLines(1).first?.row != nil)
        script.press("]")
        #expect(script.state.heat.shownPast == nil)
        script.press("]")
        #expect(script.shows("this is today"))
    }

    @Test func aStepToAnotherDayIsNamedByThatDay() {
        var script = Self.script()
        script.press("[")
        script.answerPastSlots()
        script.press("[")
        #expect(script.shows("Thu 2026-10-08, 2 days back"))
        #expect(!script.shows("Fri 2026-10-09, 2 days back"))
    }

    @Test func twentyDaysBackIsTheEnd() {
        var script = Self.script()
        for _ in 0..<25 { script.press("[") }
        #expect(script.state.heat.daysBack == 20)
        #expect(script.shows("20 trading days back is as far as it goes"))
    }

    @Test func answersToOtherQuestionsAreNotShown() throws {
        var script = Self.script()
        script.press("[")
        let first = try #require(Self.pastQueries(script).last)
        script.press("[")
        script.handle(.pastSlots(script.market.pastSlots(first)))
        #expect(script.state.heat.shownPast == nil)
        #expect(script.shows("reading the history file"))
    }

    @Test func whatIsNotStoredIsSaid() throws {
        var script = Self.script()
        script.press("[")
        let query = try #require(Self.pastQueries(script).last)
        script.wait(7)
        script.handle(.pastSlots(PastSlots(query: query)))
        #expect(script.shows("nothing of Fri 2026-10-09 is stored"))
        var broken = PastSlots(query: query)
        broken.symbols = query.symbols
        script.handle(.pastSlots(broken))
        #expect(script.shows("do not fit together"))
        var refused = PastSlots(query: query)
        refused.problem = "the history file cannot be read"
        script.handle(.pastSlots(refused))
        #expect(script.shows("the history file cannot be read"))
    }

    @Test func aLongReasonIsSaidWholeOnASmallScreen() throws {
        var script = Self.script(80, 24)
        script.press("[")
        var refused = PastSlots(query: try #require(Self.pastQueries(script).last))
        refused.problem = "nothing of that day is stored: tradeul backfill --days 20 loads past days"
        script.handle(.pastSlots(refused))
        #expect(script.shows(refused.problem ?? "–"))
    }

    @Test func theDaysOfATickerFollowTheSelectionAfterARest() throws {
        var script = Self.script()
        script.press("D")
        let first = try #require(Self.pastQueries(script).last)
        #expect(first == PastSlotQuery(symbols: first.symbols, daysBack: 1, days: 20))
        #expect(first.symbols.map(\.text) == script.selected.map { [$0] })
        script.answerPastSlots()
        #expect(script.state.heatLines(30).map(\.label).prefix(3) == ["today", "10-09", "10-08"])
        #expect(script.state.heatLines(30).count == 21)
        for _ in 0..<5 { script.press("j") }
        #expect(Self.pastQueries(script).count == 1)
        #expect(script.state.heatLines(30).count == 1)
        script.market.now = script.market.now.adding(milliseconds: 150)
        script.handle(.tick(script.market.now))
        #expect(Self.pastQueries(script).count == 2)
        #expect(Self.pastQueries(script).last?.symbols.map(\.text) == script.selected.map { [$0] })
        script.answerPastSlots()
        script.press("[", "[")
        #expect(script.state.heatLines(30).firstIndex { $0.isSelected } == 2)
        script.press("D")
        #expect(script.state.heat.daysBack == 0)
    }

    // MARK: Cost

    @Test(arguments: [(80, 24), (120, 36), (200, 60)])
    func onlyTheRunningColumnChangesBetweenFrames(columns: Int, rows: Int) throws {
        var script = Self.script(columns, rows)
        script.press("z")
        script.wait(7)
        script.deliver()
        let before = script.grid()
        script.wait(5)
        var view = script.market.view()
        for place in (view.slots?.query.symbols ?? []).indices {
            view.slots?.volumes[place * Slot.count + 93] *= Float(place % 7) + 0.1
        }
        script.handle(.view(view))
        let after = script.grid()
        let frame = try #require(HeatFrame.of(script.state, ScreenLayout(script.state)))
        let running = try #require(frame.layout.cell(of: 93))
        let first = frame.layout.figures.first?.column ?? frame.inside.width
        var diff = GridDiff()
        diff.compare(before, after)
        var changed = 0
        for run in diff.runs where frame.body.row..<frame.body.endRow ~= run.row {
            for column in run.columns
            where before.cells[run.row * columns + column] != after.cells[run.row * columns + column] {
                let place = column - frame.inside.column
                #expect(place == running.column || place >= first, "column \(place)")
                changed += 1
            }
        }
        #expect(changed > 0)
        #expect(diff.runs.allSatisfy { $0.row != frame.axis.row })
    }

    @Test func everyKeyOfThePaneLeavesItWhole() {
        let keys = [
            "h", "l", "{", "}", "(", ")", "+", "-", "c", "b", "o", "[", "]", "D", "j", "k", "G", "g", "pgdn", "K",
            "esc", "p",
        ]
        for (columns, rows) in [(60, 16), (80, 24), (120, 36), (230, 70)] {
            var script = Self.script(columns, rows)
            for seed in 0..<150 {
                script.press(keys[(seed * 7_919 + seed / 22) % keys.count])
                if seed.isMultiple(of: 5) { script.answerPastSlots() }
                if seed.isMultiple(of: 11) { script.wait(1) }
                if script.state.panes.focus != .heat, script.state.layer == .table { script.press("g", "m") }
                _ = script.grid()
                #expect(script.state.heat.cursor.map { (0..<192).contains($0) } ?? true)
            }
        }
    }
}
