import EngineAPI
import MarketData
import MarketTime
import TerminalGrid
import Testing

@testable import Dashboard

/// Sequences of keys, what can follow them, and texts that name keys.
@Suite struct WhichKeyTests {
    private func after(_ milliseconds: Int64, _ script: inout Script) {
        script.handle(.tick(script.state.now.adding(milliseconds: milliseconds)))
    }

    @Test func whatCanFollowIsShownAfterAMomentAndTheModelWakesForIt() {
        var script = Script()
        let start = script.state.now
        script.press("g")
        #expect(!script.shows("go to the heatmap"))
        #expect(script.model.nextTick == start.adding(milliseconds: 300))
        after(299, &script)
        #expect(!script.shows("go to the heatmap"))
        var grid = Grid(size: script.state.size)
        _ = script.model.paint(into: &grid)
        after(1, &script)
        #expect(script.model.needsPaint)
        for words in ["go to the heatmap", "go to the log", "to the top, and stay there"] {
            #expect(script.shows(words), "\(words)")
        }
        script.press("m")
        #expect(script.state.panes.focus == .heat)
        #expect(!script.shows("go to the heatmap"))
    }

    @Test func aFastMarketShowsItNoSooner() {
        var settings = DashboardSettings()
        (settings.source, settings.speed) = (.demo, 10)
        var script = Script(settings: settings)
        script.press("g")
        after(2_999, &script)
        #expect(!script.state.showsContinuations)
        after(1, &script)
        #expect(script.state.showsContinuations)
    }

    @Test(arguments: ["x", "esc", "down", "^p"])
    func anyOtherKeyClosesIt(key: String) {
        var script = Script()
        script.press("^w")
        after(400, &script)
        #expect(script.shows("make the side wider"))
        script.press(key)
        #expect(!script.shows("make the side wider"))
        #expect(script.state.prefix.isEmpty)
    }

    @Test func escapeOnlyPutsTheSequenceAway() {
        var script = Script()
        script.press("g", "m", "g", "esc")
        #expect(script.state.panes.focus == .heat)
        script.press("esc")
        #expect(script.state.panes.focus == .table)
    }

    @Test func aSequenceWaitsForEver() {
        var script = Script()
        script.press("g")
        after(3_600_000, &script)
        #expect(script.state.prefix == [.character("g")])
        script.press("d")
        #expect(script.state.panes.focus == .detail)
    }

    @Test func withATimeSetTheKeyAloneIsDoneAfterIt() {
        var sheet = KeymapTests.sheet([(section: "table", keys: "g", words: ["zoom"])])
        sheet.sequenceTimeoutMs = 500
        let keymap = Keymap.make([sheet], name: "mine").keymap
        var script = Script()
        script.handle(.keymap(keymap))
        script.press("g")
        after(499, &script)
        #expect(!script.state.panes.isZoomed)
        after(1, &script)
        #expect(script.state.panes.isZoomed)
        #expect(script.state.prefix.isEmpty)
    }

    @Test func withoutATimeTheKeyAloneIsDoneWithTheNext() {
        let (keymap, _) = KeymapTests.made([("table", "g", ["zoom"])])
        var script = Script()
        script.handle(.keymap(keymap))
        script.press("g", "p")
        #expect(script.state.panes.isZoomed)
        #expect(script.state.pause != nil)
    }

    @Test func aKeyRunsSeveralThingsInOrderAndStopsAtTheFirstThatFails() {
        let (keymap, problems) = KeymapTests.made([
            ("global", "F5", [":filter price > 5", ":sort chg%-", "zoom"]),
            ("global", "F6", ["pause", "sort-menu", "zoom"]),
        ])
        #expect(problems.isEmpty)
        var script = Script()
        script.handle(.keymap(keymap))
        script.handle(.key(.function(5)))
        #expect(script.state.view.filter == "price > 5")
        #expect(script.state.sort.column == .changePercent)
        #expect(script.state.panes.isZoomed)
        script.handle(.key(.function(6)))
        #expect(script.state.pause != nil)
        #expect(script.state.panes.isZoomed, "what stands behind the fault is not done")
        #expect(script.state.flash?.text == "the table is paused: p resumes it")
    }

    // MARK: Texts

    @Test func everyReasonNamesAKeyThatIsBound() {
        let (keymap, _) = KeymapTests.made([
            ("global", "p", ["none"]), ("global", "F9", ["pause"]), ("global", "/", ["none"]),
            ("global", "0", ["none"]),
            ("global", "F7", ["market"]), ("global", "t", ["none"]),
        ])
        var script = Script()
        script.handle(.keymap(keymap))
        var reasons: Set<String> = []
        func collect() {
            for action in Action.allCases {
                if let reason = action.disabledReason(in: script.state) { reasons.insert(reason) }
            }
        }
        collect()
        script.handle(.key(.function(9)))
        collect()
        script.handle(.key(.function(9)))
        script.press(":")
        script.type("filter price > 5")
        script.press("enter")
        collect()
        #expect(reasons.contains("the table is paused: F9 resumes it"))
        #expect(reasons.contains("table and tape are paused: F9 resumes them"))
        #expect(reasons.contains("no search yet: :find starts one"), "where no key is bound, the name is told")
        #expect(reasons.contains("a list or a filter says itself who belongs to it: F7 is the whole market"))
        #expect(reasons.contains("no tape on the screen: :tape shows it"))
        for reason in reasons { #expect(!reason.contains(" p resumes"), "\(reason)") }
    }

    @Test func hintsAndTabsFollowTheKeymap() {
        let (keymap, _) = KeymapTests.made([
            ("global", "f", ["none"]), ("global", "F4", ["edit-filter"]), ("global", "0", ["none"]),
            ("global", "s", ["none"]),
        ])
        var script = Script(200, 60)
        #expect(script.lines().last?.contains("f filter") == true)
        #expect(script.lines().last?.contains("s sort") == true)
        script.handle(.keymap(keymap))
        #expect(script.lines().last?.contains("F4 filter") == true)
        #expect(script.lines().last?.contains("s sort") == false)
    }

    @Test func everyHintIsOfAnActionOfItsContext() {
        var layers: [Layer] = [
            .table, .messages(top: 0), .stats(top: 0), .sortMenu(SortMenu(index: 0)), .lists(index: 0),
            .command(CommandLineState()), .find(FindLine(origin: Selection(), originTop: 0)),
            .palette(PaletteState([], recent: [])),
            .help(HelpState(pane: .table)),
        ]
        var searching = HelpState(pane: .table)
        searching.isSearching = true
        layers.append(.help(searching))
        var state = Script().state
        for pane in Pane.allCases {
            state.panes.show(pane)
            for layer in layers {
                state.layer = layer
                for hint in KeyHint.hints(of: state) where !searching.isSearching || layer != .help(searching) {
                    for action in hint.actions {
                        #expect(
                            state.keymap.name(of: action, in: state.keyContext) != nil,
                            "\(action) in \(state.keyContext)"
                        )
                    }
                }
            }
        }
    }
}
