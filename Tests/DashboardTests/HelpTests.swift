import EngineAPI
import TerminalGrid
import Testing

@testable import Dashboard

/// The list of keys.
@Suite struct HelpTests {
    private func help(_ script: Script) -> HelpState? {
        guard case .help(let help) = script.state.layer else { return nil }
        return help
    }

    private func heads(_ script: Script) -> [String] {
        help(script).map { HelpList(script.state, $0, ascii: false).lines.filter(\.isHeading).map(\.text) } ?? []
    }

    @Test func theKeysOfThePaneThatHasThemComeFirst() {
        for (keys, words) in [
            (["g", "s"], "KEYS IN THE TABLE"), (["g", "m"], "KEYS IN THE HEATMAP"), (["g", "t"], "KEYS ON A TAPE"),
            (["g", "d"], "KEYS ON THE TICKER'S PAGE"),
        ] {
            var script = Script()
            for key in keys + ["?"] { script.press(key) }
            #expect(heads(script).first == words)
            #expect(heads(script)[1] == "MOVE")
            for word in ["COMMANDS", "SETTINGS", "COLUMNS", "MARKS"] { #expect(heads(script).contains(word)) }
        }
    }

    @Test func everyEntryOfTheTableStandsThereOnceWithItsKeys() {
        var script = Script()
        script.press("?")
        guard let help = help(script) else { return }
        let list = HelpList(script.state, help, ascii: false)
        let text = list.lines.map { $0.head + " " + $0.text }.joined(separator: "\n")
        for entry in ActionEntry.all {
            #expect(
                text.contains(entry.action.help(in: entry.contexts.first ?? .table))
                    || list.lines.contains { entry.help.hasPrefix($0.text) && !$0.text.isEmpty },
                "\(entry.help)"
            )
        }
    }

    @Test func typingNarrowsItAndEnterRunsTheChosenEntry() {
        var script = Script()
        script.press("?")
        script.type("zoom")
        #expect(help(script)?.isSearching == true, "z is no key of the list: it is searched for")
        #expect(help(script)?.typed == "zoom")
        script.press("^u")
        script.type("this pane alone")
        guard let help = help(script) else { return }
        #expect(HelpList(script.state, help, ascii: false).entryCount == 1)
        script.press("enter")
        #expect(script.state.panes.isZoomed)
        #expect(script.state.layer == .table)
    }

    @Test func slashSearchesForLettersThatAreKeysOfTheList() {
        var script = Script()
        script.press("?", "/")
        script.type("jq")
        #expect(help(script)?.typed == "jq")
        #expect(script.shows("nothing here has \"jq\" in it"))
        script.press("esc")
        #expect(help(script)?.isSearching == false)
        script.press("esc")
        #expect(script.state.layer == .table)
    }

    @Test func theHighlightGoesFromTheFirstEntryToTheLastAndStaysInSight() {
        for (columns, rows) in [(60, 16), (80, 24), (200, 60)] {
            var script = Script(columns, rows)
            script.press("?")
            #expect(help(script)?.index == 0)
            guard let first = help(script) else { return }
            let list = HelpList(script.state, first, ascii: false)
            let page = HelpView.area(script.state, lineCount: list.lines.count).interior.height
            for key in ["j", "j", "^d", "pgdn", "G", "k", "^u", "g"] {
                script.press(key)
                guard let help = help(script) else { return }
                let lines = list.lines(of: help.index)
                #expect(
                    lines.lowerBound >= help.top && lines.upperBound <= help.top + page,
                    "\(columns)x\(rows) \(key)"
                )
            }
            script.press("g", "G")
            #expect(help(script)?.index == list.entryCount - 1)
            #expect(help(script)?.top == max(0, list.lines.count - page))
            script.press("g", "g")
            #expect(help(script)?.top == 0)
        }
    }

    @Test func commandsGoOnInTheCommandLineAndMarksOnlyExplain() {
        var script = Script()
        script.press("?", "/")
        script.type("keep what is shown as a list")
        script.press("enter")
        guard case .command(let line) = script.state.layer else {
            Issue.record("no command line")
            return
        }
        #expect(line.text == "save ")
        script.press("esc", "?", "/")
        script.type("the row has a red ground")
        script.press("enter")
        #expect(script.state.flash?.text.contains("nothing to run") == true)
        #expect(help(script) != nil)
    }

    @Test func theKeymapIsShownWithWhoBindsEachKey() {
        let (keymap, _) = KeymapTests.made([("global", "F5", [":sort rvol-"])])
        var script = Script(120, 36)
        script.handle(.keymap(keymap))
        script.press(":")
        script.type("keys")
        script.press("enter")
        #expect(script.shows("KEYMAP MINE"))
        #expect(script.shows("[keys.global]"))
        #expect(
            script.lines().contains { $0.contains("F5") && $0.contains(":sort rvol-") && $0.contains("keys.toml:1") }
        )
        #expect(script.lines().contains { $0.contains("next-row") || $0.contains("down") && $0.contains("default") })
    }

    @Test func aKeymapWithoutAKeyTellsTheName() {
        let (keymap, _) = KeymapTests.made([("global", "z", ["none"])])
        var script = Script(120, 200)
        script.handle(.keymap(keymap))
        script.press("?", "/")
        script.type("this pane alone")
        #expect(script.lines().contains { $0.contains(":zoom") && $0.contains("this pane alone") })
    }
}
