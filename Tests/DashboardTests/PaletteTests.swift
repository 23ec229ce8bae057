import EngineAPI
import MarketData
import TerminalGrid
import Testing

@testable import Dashboard

/// Everything by name: the palette and the names behind the colon.
@Suite struct PaletteTests {
    private func palette(_ script: Script) -> PaletteState? {
        guard case .palette(let palette) = script.state.layer else { return nil }
        return palette
    }

    private func opened(_ text: String = "", _ columns: Int = 120, _ rows: Int = 36) -> Script {
        var script = Script(columns, rows)
        script.press("^p")
        script.type(text)
        return script
    }

    @Test func everyActionOfTheTableIsInThePaletteAndBehindTheColon() throws {
        let entries = palette(opened())?.entries ?? []
        for action in Set(ActionEntry.all.map(\.action)) {
            let entry = entries.first { $0.target == .action(action) }
            #expect(entry?.form == ":" + action.name, "\(action)")
            let command = try TypedCommand.parse(action.name)
            // A verb of the same name does the same.
            if CommandVerb.named(action.name) == nil {
                guard case .action(action) = command else {
                    Issue.record("\(action.name) is not understood")
                    continue
                }
            } else {
                #expect(command != nil)
            }
        }
    }

    @Test func itHoldsCommandsSettingsListsColumnsAndSymbols() {
        let script = opened()
        let forms = Set(palette(script)?.entries.map(\.form) ?? [])
        for verb in CommandVerb.all { #expect(forms.contains { $0.hasPrefix(":" + verb.name) }, "\(verb.name)") }
        for setting in LiveSetting.all { #expect(forms.contains { $0.hasPrefix(":set \(setting.name)") }) }
        #expect(forms.contains(":sort rvol-"))
        #expect(forms.contains(":column remove rvol"))
        #expect(forms.contains { $0.hasPrefix(":column add ") })
        let symbol = script.state.rows?.symbols.first?.text ?? "?"
        #expect(forms.contains(":jump \(symbol)"))
        #expect((300...1200).contains(forms.count), "\(forms.count)")
    }

    @Test(arguments: [
        ("zoom", ":zoom"), ("sort rvol", ":sort rvol-"), ("rv so", ":sort rvol-"), ("sort-menu", ":sort-menu"),
        ("undo", ":undo"), ("hide second tape", ":tape-2"), ("early skip", ":set rvol.early_closes skip"),
    ])
    func whatIsMeantStandsFirst(typed: String, form: String) {
        let script = opened(typed)
        #expect(palette(script)?.chosen?.form == form)
    }

    @Test func enterDoesItTabPutsItIntoTheLineEscapeDoesNothing() {
        var script = opened("zoom this pane")
        script.press("enter")
        #expect(script.state.panes.isZoomed)
        #expect(script.state.layer == .table)
        script = opened("set flash off")
        script.press("tab")
        guard case .command(let line) = script.state.layer else {
            Issue.record("no command line")
            return
        }
        #expect(line.text == "set flash off")
        script = opened("set flash off")
        script.press("enter")
        #expect(!script.state.flashesPrices)
        script = opened("quit")
        script.press("esc")
        #expect(script.state.layer == .table)
        #expect(script.commands.isEmpty)
    }

    @Test func whatNeedsMoreGoesOnInTheLine() {
        var script = opened("save what is shown")
        script.type("")
        script.press("^u")
        script.type("keep what is shown as a list")
        script.press("enter")
        guard case .command(let line) = script.state.layer else {
            Issue.record("no command line: \(script.state.layer)")
            return
        }
        #expect(line.text == "save ")
    }

    @Test func whatIsOfAnotherPaneBringsThatPane() {
        var script = opened("cumulative")
        #expect(palette(script)?.chosen?.form == ":cumulative")
        script.press("enter")
        #expect(script.state.panes.focus == .heat)
    }

    @Test func whatCannotBeDoneNowSaysWhyAndThePaletteStays() {
        var script = Script()
        script.press("p", "^p")
        script.type("choose the column to sort by")
        #expect(script.shows("not now: the table is paused: p resumes it"))
        script.press("enter")
        #expect(script.commands == [.bell])
        #expect(palette(script) != nil)
        #expect(script.state.flash?.text == "the table is paused: p resumes it")
    }

    @Test func whatWasUsedLatelyComesFirst() {
        var script = opened("even-panes")
        script.press("enter", "^p")
        #expect(palette(script)?.chosen?.form == ":even-panes")
        for number in 0..<40 {
            script.press("^u")
            script.type("jump \(script.state.rows?.symbols[number].text ?? "")")
            script.press("enter", "^p")
        }
        #expect(script.state.paletteRecent.count == PaletteState.recentMax)
    }

    @Test func itTeachesTheKeyOfThePaneAndOfTheTradersOwnKeymap() {
        let (keymap, _) = KeymapTests.made([("global", "F8", ["zoom"])])
        var script = Script()
        script.handle(.keymap(keymap))
        script.press("^p")
        script.type("this pane alone")
        #expect(script.lines().contains { $0.contains("this pane alone") && $0.contains("F8") })
    }

    @Test(arguments: [(60, 16), (80, 24), (120, 36), (500, 200)])
    func itFitsEveryScreenAndTheCursorStandsBehindWhatIsTyped(columns: Int, rows: Int) {
        var script = opened("so", columns, rows)
        script.press("down", "down", "pgdn", "up")
        var grid = Grid(size: script.state.size)
        let cursor = script.model.paint(into: &grid)
        #expect(cursor != nil)
        guard let cursor else { return }
        #expect(grid[Position(column: cursor.column - 1, row: cursor.row)].scalar == 0x6F)
        #expect((palette(script)?.index ?? -1) >= 0)
    }

    @Test func noLetterFindsNothingAndLeavesQuietly() {
        var script = opened("qqqqzzzz")
        #expect(palette(script)?.matches.isEmpty == true)
        #expect(script.shows("nothing is called so"))
        script.press("enter", "tab", "down")
        #expect(palette(script) != nil)
        script.press("^u", "backspace")
        #expect(script.state.layer == .table)
    }

    // MARK: Matching

    @Test(arguments: [
        ("abc", "abc", true), ("ac", "abc", true), ("ca", "abc", false), ("sp", "second tape pane", true),
        ("", "x", true), ("x y", "y and x", true), ("x z", "y and x", false), ("a", "é a", true),
    ])
    func lettersAreFoundInTheirOrder(typed: String, text: String, isFound: Bool) {
        let folded = FuzzyMatch.folded(text)
        #expect((FuzzyMatch.score(FuzzyMatch.words(typed), folded, titleCount: folded.count) != nil) == isFound)
    }

    @Test(arguments: [
        ("so", "sort by", "choose one"), ("rv", "rvol", "a curve"), ("sm", "sort menu", "a prism or two"),
        ("zoom", "zoom", "zooming"), ("tape", "tape", "the tape"),
    ])
    func theBetterFitScoresMore(typed: String, better: String, worse: String) {
        func score(_ text: String) -> Int {
            let folded = FuzzyMatch.folded(text)
            return FuzzyMatch.score(FuzzyMatch.words(typed), folded, titleCount: folded.count) ?? -1
        }
        #expect(score(better) > score(worse))
    }

    @Test func theLettersThatMatchedAreMarked() {
        let folded = FuzzyMatch.folded("sort by RVOL")
        #expect(FuzzyMatch.places(FuzzyMatch.words("rv so"), folded, titleCount: 12) == [0, 1, 8, 9])
    }

    // MARK: Columns and tickers behind the colon

    private func entered(_ text: String) -> Script {
        var script = Script()
        script.press(":")
        script.type(text)
        script.press("enter")
        return script
    }

    @Test func columnsComeAndGoByName() {
        var script = entered("column add float")
        #expect(script.state.view.columns.contains(.floatShares))
        #expect(script.shows("is shown; C chooses columns, u takes it back"))
        script.press("u")
        #expect(script.state.view.columns.isEmpty)
        script = entered("column remove rvol")
        #expect(!script.state.view.columns.contains(.rvol))
        #expect(script.state.view.columns.contains(.last))
        #expect(entered("column add rvol").shows("is there"))
        #expect(entered("column remove symbol").shows("always there"))
    }

    @Test func aSymbolIsGoneToWhereverItStands() {
        let symbol = Script().state.rows?.symbols[17].text ?? "?"
        let script = entered(symbol)
        #expect(script.state.selection.symbol?.text == symbol)
        #expect(script.state.layer == .table)
    }

    @Test func aThemeIsAskedForAndALayoutCarriedOut() {
        #expect(entered("theme nord").commands == [.theme("nord")])
        #expect(entered("layout").shows("layouts have not been read yet"))
    }

    @Test func aSettingOfTheNextStartIsToldWithTheLineToWrite() {
        var settings = DashboardSettings()
        settings.catalogue = [
            SettingWords(name: "screen.fps", value: "10", allowed: "1 to 60", meaning: "Most frames drawn in a second.")
        ]
        var script = Script(settings: settings)
        script.press(":")
        script.type("set screen.fps 20")
        script.press("enter")
        for words in ["screen.fps", "1 to 60", "Most frames", "NEXT START", "[screen]", "fps = 20"] {
            #expect(script.shows(words), "\(words)")
        }
        script.press("esc", ":")
        script.type("set scr")
        #expect(script.shows("Most frames drawn in a second. (at the next start)"))
    }

    @Test func earlierLinesAreSearchedWhileTyping() {
        var script = Script()
        for text in ["set flash off", "sort rvol-", "set flash on"] {
            script.press(":")
            script.type(text)
            script.press("enter")
        }
        script.press(":")
        script.type("dra")
        script.press("^r")
        script.type("flash")
        func line() -> String? {
            guard case .command(let line) = script.state.layer else { return nil }
            return line.text
        }
        #expect(line() == "set flash on")
        #expect(script.shows("EARLIER LINES: flash_"))
        script.press("^r")
        #expect(line() == "set flash off")
        script.press("esc")
        #expect(line() == "dra")
        script.press("^r")
        script.type("sort")
        script.press("enter")
        #expect(script.state.layer == .table)
        #expect(script.state.commandHistory.last == "sort rvol-")
    }

    @Test func theLinesOfEarlierRunsComeFirstAndNewOnesAreKept() {
        var state = Script().state
        #expect(state.keepHistory().isEmpty, "nothing is kept before what was kept is read")
        state.commandHistory = ["new"]
        state.kept = ["history.command": "old\nolder"]
        #expect(state.keepHistory() == [.keep("history.command", "old\nolder\nnew")])
        #expect(state.commandHistory == ["old", "older", "new"])
        #expect(state.keepHistory().isEmpty)
    }
}
