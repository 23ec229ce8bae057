import EngineAPI
import TerminalGrid
import TestSupport
import Testing

@testable import Dashboard

/// The command line at the keyboard.
@Suite struct CommandLineTests {
    private func line(_ script: Script) -> CommandLineState? {
        guard case .command(let line) = script.state.layer else { return nil }
        return line
    }

    private func opened(_ text: String = "") -> Script {
        var script = Script()
        script.press(":")
        script.type(text)
        return script
    }

    // MARK: Carrying out

    @Test(arguments: [
        ("set rvol.mode slot", "RVOL slot (to its end), 5 days"),
        ("set rvol.lookback_days 20", "interpolated, 20 days"),
        ("set rvol.early_closes include", "5 days, early closes too"),
        ("set rvol.lookback_days 1", "interpolated, 1 day"),
        ("set rvol.mode=regular", "RVOL regular (each slot alone), 5 days"),
    ])
    func aChangeIsInForceAtOnceAndStandsAboveTheTable(command: String, words: String) {
        var script = opened(command)
        script.press("enter")
        #expect(script.state.layer == .table)
        #expect(script.market.rvol == script.state.rvol)
        #expect(script.market.rvol != RVOLSettings())
        #expect(script.shows(words))
        #expect(script.shows("until you quit; settings file: rvol."))
        #expect(script.commands.isEmpty)
    }

    @Test func everyAnswerFitsEightyColumns() {
        for setting in LiveSetting.all {
            for choice in setting.choices + [.init(word: "?", meaning: "")] {
                var script = Script(80, 24)
                script.press(":")
                script.type("set \(setting.name) \(choice.word)")
                script.press("enter")
                let answer = script.state.flash?.text ?? ""
                #expect(!answer.isEmpty)
                #expect(script.lines().last == " " + answer)
            }
        }
    }

    @Test func theFloorIsChangedToo() {
        var script = opened("set rvol.floor 2500")
        script.press("enter")
        #expect(script.market.rvol.floorShares == 2_500)
        #expect(script.shows("rvol.floor 2500 until you quit"))
    }

    @Test func whatIsInForceAlreadyIsNotSentAgain() {
        var script = opened("set rvol.mode interpolated")
        let sent = script.market.query
        script.answersAtOnce = false
        script.press("enter")
        #expect(script.shows("rvol.mode is interpolated already"))
        #expect(script.market.query == sent)
    }

    @Test(arguments: ["set rvol.mode", "set rvol.mode?", "set rvol.mode ?"])
    func aSettingAloneIsShown(command: String) {
        var script = opened(command)
        script.press("enter")
        #expect(script.shows("rvol.mode is interpolated; it takes interpolated, slot or regular"))
        #expect(script.market.rvol == RVOLSettings())
    }

    @Test func aMistakeKeepsTheLineMarksTheWordAndChangesNothing() {
        var script = opened("set rvol.mode slto")
        script.press("enter")
        #expect(script.shows("did you mean slot?"))
        #expect(script.commands == [.bell])
        #expect(script.market.rvol == RVOLSettings())
        let row = script.state.size.rows - 1
        let bad = script.model.theme.id(.bad)
        let marked = (0..<script.state.size.columns).filter {
            script.grid()[Position(column: $0, row: row)].style == bad
        }
        #expect(marked == Array(16..<20))
        script.press("backspace", "backspace")
        #expect(!script.shows("did you mean"), "the error goes when the line changes")
        script.type("ot")
        script.press("enter")
        #expect(script.market.rvol.mode == .slot)
    }

    @Test func rGoesThroughTheModesAndBack() {
        var script = Script()
        for mode in [RVOLSettings.Mode.slot, .regular, .interpolated] {
            script.press("r")
            #expect(script.market.rvol.mode == mode)
            #expect(script.shows("rvol.mode \(mode.rawValue) until you quit"))
            #expect(script.shows("RVOL \(mode.rawValue)"))
        }
    }

    @Test func rKeepsWhatTheCommandLineChanged() {
        var script = opened("set rvol.lookback_days 20")
        script.press("enter", "r")
        #expect(script.market.rvol.lookbackDays == 20)
        #expect(script.market.rvol.mode == .slot)
    }

    @Test func aPausedTableIsNotRankedAnew() {
        var script = Script()
        script.press("p", ":")
        script.type("set rvol.mode slot")
        script.press("enter")
        #expect(script.shows("the table is paused"))
        #expect(script.market.rvol == RVOLSettings())
        script.press("^u")
        script.type("set rvol.mode?")
        script.press("enter")
        #expect(script.shows("rvol.mode is interpolated"))
    }

    @Test(arguments: ["q", "quit", "q!", ":q"])
    func qQuits(text: String) {
        var script = opened(text)
        script.press("enter")
        #expect(script.commands == [.quit])
    }

    @Test func helpOpensTheHelpWithEveryCommandAndSetting() {
        var script = Script(120, 200)
        script.press(":")
        script.type("help")
        script.press("enter")
        guard case .help(let help) = script.state.layer else {
            Issue.record("no help")
            return
        }
        let list = HelpList(script.state, help, ascii: false)
        let heads = Set(list.lines.map(\.head))
        for setting in LiveSetting.all { #expect(heads.contains(":set \(setting.name) \(setting.pattern)")) }
        let words = list.lines.map(\.text).joined(separator: " ")
        for entry in ActionEntry.all { #expect(words.contains(entry.help), "\(entry.help)") }
    }

    @Test func escapeAndAnEmptyLineLeaveWithoutAWord() {
        for keys in [["esc"], ["backspace"], ["enter"], ["s", "e", "esc"], [" ", "enter"]] {
            var script = opened()
            for key in keys { script.press(key) }
            #expect(script.state.layer == .table, "\(keys)")
            #expect(script.state.flash == nil)
            #expect(script.commands.isEmpty)
        }
    }

    @Test func lettersOnTheLineAreNotKeysOfTheTable() {
        var script = opened("qprfsjG?!/")
        #expect(line(script)?.text == "qprfsjG?!/")
        #expect(script.commands.isEmpty)
        #expect(script.state.pause == nil)
        script.press("esc")
        #expect(script.state.selection.rank == 0)
    }

    // MARK: Editing

    @Test(arguments: [
        (["left", "left", "X"], "set rvol.moXde", 12), (["^a", "X"], "Xset rvol.mode", 1),
        (["home", "delete"], "et rvol.mode", 0), (["^w"], "set ", 4), (["^w", "^w"], "", 0), (["^u"], "", 0),
        (["left", "left", "^u"], "de", 0), (["left", "left", "^w"], "set de", 4), (["backspace"], "set rvol.mod", 12),
        (["^a", "backspace"], "set rvol.mode", 0), (["^b", "^f", "^e"], "set rvol.mode", 13),
        (["^a", "right", "delete", "delete"], "s rvol.mode", 1), (["home", "end", "!"], "set rvol.mode!", 14),
        (["right", "left", "right"], "set rvol.mode", 13), (["^a", "^d", "^d", "^d", "^d"], "rvol.mode", 0),
        (["end", "delete"], "set rvol.mode", 13),
    ])
    func theLineIsEditedAsInAShell(keys: [String], text: String, cursor: Int) {
        var script = opened("set rvol.mode")
        for key in keys { script.press(key) }
        #expect(line(script)?.text == text)
        #expect(line(script)?.cursor == cursor)
    }

    @Test func wordsAreSteppedOver() {
        var script = opened("set rvol.mode  slot")
        script.handle(.key(.controlLeft))
        #expect(line(script)?.cursor == 15)
        script.handle(.key(.controlLeft))
        script.handle(.key(.alt("b")))
        #expect(line(script)?.cursor == 0)
        script.handle(.key(.controlRight))
        #expect(line(script)?.cursor == 3)
    }

    @Test func aPasteIsOneLineWithoutControlCharactersAndIsNotCarriedOut() {
        var script = opened()
        script.handle(.key(.paste("set rvol.mode\u{1B}[31m\nslot\r\n:q\u{7}\u{9B}é漢\u{202E}\n")))
        #expect(line(script)?.text == "set rvol.mode[31m slot  :q ")
        #expect(script.commands == [.bell])
        #expect(script.shows("left out what no command contains: 6 characters"))
        script.press("x")
        #expect(!script.shows("left out what"))
        #expect(script.market.rvol == RVOLSettings())
    }

    @Test func aHugePasteIsCutAndSaidAndTheScreenStaysWhole() {
        for (columns, rows) in [(60, 16), (80, 24), (200, 60)] {
            var script = Script(columns, rows)
            script.press(":")
            script.handle(.key(.paste(String(repeating: "set rvol.mode slot ", count: 5_000))))
            #expect(line(script)?.text.utf8.count == CommandLineState.lengthMax)
            #expect(script.shows("at most 200 characters: the rest was left out"))
            script.type("abc")
            #expect(line(script)?.text.utf8.count == CommandLineState.lengthMax)
            var grid = Grid(size: script.state.size)
            let cursor = script.model.paint(into: &grid)
            #expect(cursor.map { $0.column < columns && $0.row == rows - 1 } == true)
            script.press("^a")
            let start = script.model.paint(into: &grid)
            #expect(start == Position(column: 2, row: rows - 1))
        }
    }

    // MARK: Completing

    @Test(arguments: [
        ("se", ["tab"], "set"), ("sor", ["tab", "tab", "tab"], "sort-menu"), ("", ["tab"], "set"),
        ("", ["tab", "tab"], "tape"), ("", ["S-tab"], "q"),
        ("s", ["tab", "tab"], "stats"), ("tap", ["tab"], "tape"), ("tape a", ["tab"], "tape all"),
        ("", Array(repeating: "tab", count: CommandVerb.all.count + 1), "set"), ("set r", ["tab"], "set rvol."),
        ("set r", ["tab", "tab"], "set rvol.mode"), ("set r", ["tab", "tab", "tab"], "set rvol.lookback_days"),
        ("set rvol.m", ["tab"], "set rvol.mode "), ("set mode", ["tab"], "set rvol.mode "),
        ("set rvol.mode ", ["tab", "tab", "S-tab"], "set rvol.mode interpolated"),
        ("set rvol.mode s", ["tab"], "set rvol.mode slot"), ("set rvol.mode=s", ["tab"], "set rvol.mode=slot"),
        ("set rvol.m", ["right"], "set rvol.mode"), ("set rvol.m", ["end"], "set rvol.mode"),
        ("set rvol.mode r", ["tab", "enter"], "-"), ("nonsense ", ["tab"], "nonsense "),
    ])
    func tabCompletesThenGoesThroughWhatFits(text: String, keys: [String], result: String) {
        var script = opened(text)
        for key in keys { script.press(key) }
        #expect(line(script)?.text ?? "-" == result)
    }

    @Test func whatTabWouldPutInIsSeenBehindTheCursor() {
        var script = opened("set rvol.lo")
        #expect(script.lines().last?.hasPrefix(" :set rvol.lookback_days") == true)
        #expect(line(script)?.text == "set rvol.lo")
        script.press("left")
        #expect(script.lines().last?.hasPrefix(" :set rvol.lo ") == true, "only at the end of the line")
    }

    @Test func theOffersNameMeaningAndValueInForce() {
        var script = opened("set ")
        for words in ["rvol.mode", "; now interpolated", "; now 5", "; now skip", "; now 100"] {
            #expect(script.shows(words), "\(words)")
        }
        script.type("rvol.lookback_days ")
        #expect(script.shows("rvol.lookback_days, now 5"))
        #expect(script.shows("a whole number from 1 to 60, days"))
    }

    // MARK: History

    @Test func earlierLinesComeBackNewestFirstAndTheDraftAfterThem() {
        var script = Script()
        for text in ["set rvol.mode slot", "set rvol.floor 7", "nonsense"] {
            script.press(":")
            script.type(text)
            script.press("enter", "esc")
        }
        script.press(":")
        script.type("draft")
        var seen: [String] = []
        for key in ["up", "up", "^p", "up", "down", "^n", "down", "down"] {
            script.press(key)
            seen.append(line(script)?.text ?? "-")
        }
        let (one, two, three) = ("set rvol.mode slot", "set rvol.floor 7", "nonsense")
        #expect(seen == [three, two, one, one, two, three, "draft", "draft"])
    }

    @Test func theHistoryIsBoundedAndHoldsEachLineOnce() {
        var script = Script()
        for number in 0..<120 {
            script.press(":")
            script.type("line \(number % 80)")
            script.press("enter", "esc")
        }
        #expect(script.state.commandHistory.count == CommandLineState.historyMax)
        #expect(Set(script.state.commandHistory).count == CommandLineState.historyMax)
        #expect(script.state.commandHistory.last == "line 39")
    }

    // MARK: Anything at all

    @Test(arguments: 0..<8)
    func anyMixOfKeysLeavesAPrintableBoundedLineAndACursorInside(round: Int) {
        let seed = UInt64(round) &* 104_729 &+ 20_261_012
        var random = SeededRandom(seed: seed)
        let keys: [Key] =
            "set rvol.mode=?:qx9é\u{7F}".unicodeScalars.map(Key.character) + [
                .tab, .backTab, .enter, .left, .right, .up, .down, .home, .end, .backspace, .delete, .controlLeft,
                .controlRight, .control("w"), .control("u"), .control("a"), .control("e"), .control("g"),
                .paste("set rvol.floor 5\n\u{1B}[A"), .paste(String(repeating: "y", count: 150)), .alt("f"),
            ]
        var script = Script(80, 24)
        for step in 0..<300 {
            if line(script) == nil { script.press(":") }
            script.handle(.key(keys[random.below(keys.count)]))
            if let line = line(script) {
                #expect(line.text.utf8.allSatisfy { (0x20...0x7E).contains($0) }, "seed \(seed) step \(step)")
                #expect(line.text.utf8.count <= CommandLineState.lengthMax, "seed \(seed) step \(step)")
                #expect((0...line.text.utf8.count).contains(line.cursor), "seed \(seed) step \(step)")
            }
            if step.isMultiple(of: 10) { #expect(script.grid(.ascii).size == script.state.size) }
            #expect((1...60).contains(script.state.rvol.lookbackDays))
        }
    }
}
