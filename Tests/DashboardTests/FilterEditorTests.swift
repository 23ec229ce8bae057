import EngineAPI
import FilterLanguage
import MarketData
import MarketTime
import TerminalGrid
import TestSupport
import Testing

@testable import Dashboard

/// The filter editor at the keyboard.
@Suite struct FilterEditorTests {
    private func script(_ columns: Int = 120, _ rows: Int = 36) -> Script {
        var script = Script(columns, rows)
        script.handle(.names(FakeMarket.lists))
        return script
    }

    private func filter(_ script: Script) throws -> FilterLine {
        guard case .filter(let line) = script.state.layer else { throw Missing.line }
        return line
    }

    private enum Missing: Error { case line }

    /// Lets market time pass by milliseconds, as the loop does when something is due.
    private func rest(_ script: inout Script, _ milliseconds: Int64) {
        script.market.now = script.market.now.adding(nanoseconds: milliseconds * 1_000_000)
        script.handle(.tick(script.market.now))
    }

    // MARK: Preview

    @Test func aTextIsTriedAHundredAndTwentyMillisecondsAfterTheLastKey() throws {
        var script = script()
        script.press("f")
        script.type("chg% >")
        rest(&script, 60)
        script.type(" 5")
        #expect(script.model.nextTick == script.state.now.adding(nanoseconds: 120_000_000))
        rest(&script, 119)
        #expect(script.market.query?.filter == nil)
        rest(&script, 1)
        #expect(script.market.query?.filter == "chg% > 5")
        #expect(script.market.query?.against == ScanQuestion(gate: script.state.settings.gate))
    }

    @Test func theTableShowsWhatWouldEnterAndLeaveAndTheFrameCountsIt() throws {
        var script = script()
        script.press("f")
        script.type("price > 20")
        script.press("enter", "f", "^u")
        script.type("price < 50")
        script.wait(1)
        let rows = try #require(script.state.rows)
        #expect(script.market.query?.against == ScanQuestion(filter: "price > 20"))
        #expect(rows.enteringCount > 0 && rows.leavingCount > 0)
        let (before, after) = (rows.matchCount - rows.enteringCount, rows.matchCount - rows.leavingCount)
        #expect(script.shows("\(before) → \(after) match (+\(rows.enteringCount) in, −\(rows.leavingCount) out)"))
        let grid = script.grid()
        let table = ScreenLayout(script.state).table
        for line in 0..<min(10, rows.symbols.count) {
            let cell = grid[Position(column: table.column + 1, row: table.row + 2 + line)]
            let expected: Unicode.Scalar? =
                switch rows.moves[line] {
                case .enters: "+"
                case .leaves: "-"
                case .stays: nil
                }
            if let expected { #expect(cell.scalar == expected.value, "row \(line)") }
        }
        #expect(script.shows("PREVIEW: + would enter, - would leave"))
    }

    @Test func escapeBringsRowsSelectionAndScrollingBack() throws {
        var script = script()
        script.press("pgdn", "pgdn", "j", "j")
        script.wait(8)
        let (selection, top) = (script.state.selection, script.state.top)
        let shown = script.lines()
        script.press("f")
        script.type("price > 100 and rvol > 3")
        script.wait(1)
        #expect(script.state.top == 0)
        script.press("esc")
        script.wait(1)
        #expect(script.state.selection == selection && script.state.top == top)
        #expect(script.market.query?.filter == nil && script.market.query?.against == nil)
        let table = ScreenLayout(script.state).table
        for row in table.row..<table.endRow { #expect(script.lines()[row] == shown[row]) }
    }

    @Test func nothingMovesWhenTheLineIsOnlyOpenedAndLeft() {
        var script = script()
        script.press("pgdn", "j")
        script.wait(8)
        let (selection, top) = (script.state.selection, script.state.top)
        script.press("f", "esc")
        #expect(script.state.selection == selection && script.state.top == top)
        script.press("f", "enter")
        #expect(script.state.selection == selection && script.state.top == top)
    }

    @Test func theAppliedFilterIsDisplayedInItsPrettyForm() {
        var script = script()
        script.press("f")
        script.type("price>1,price<20")
        script.press("enter")
        #expect(script.state.view.filter == "price>1,price<20")
        let pretty = FilterCompiler.compile("price>1,price<20").pretty ?? ""
        #expect(pretty != "price>1,price<20" && script.shows("FILTER: \(pretty)"))
        #expect(script.state.filterHistory.texts == ["price>1,price<20"])
        script.press("u")
        #expect(script.state.view.filter == nil)
    }

    // MARK: Clauses

    @Test func aClauseIsSwitchedOffWithoutLosingItsText() throws {
        var script = script()
        script.press("f")
        script.type("price > 1 and chg% > 20 and rvol > 3 | sort rvol-")
        script.wait(1)
        script.handle(.key(.alt("2")))
        let line = try filter(script)
        #expect(line.text == "price > 1 and chg% > 20 and rvol > 3 | sort rvol-")
        #expect(line.clauses.all.map(\.isOff) == [false, true, false])
        script.wait(1)
        #expect(script.market.query?.filter == "price > 1 and rvol > 3 | sort rvol-")
        #expect(script.lines().contains { $0.contains("chg% > 20") && $0.contains("off") })
        // Switched on again it is the text itself.
        script.handle(.key(.alt("2")))
        script.wait(1)
        #expect(script.market.query?.filter == "price > 1 and chg% > 20 and rvol > 3 | sort rvol-")
        script.handle(.key(.alt("1")))
        script.press("enter")
        #expect(script.state.view.filter == "chg% > 20 and rvol > 3 | sort rvol-")
        // Both can be had again: the line as it was typed, and what was applied.
        #expect(script.state.filterHistory.texts.suffix(2).first == line.text)
        #expect(script.state.filterHistory.texts.last == script.state.view.filter)
    }

    @Test(arguments: [
        // text, clause off, keys, what is off then
        ("rvol > 3 and price > 1", 1, ["home", "n", "o", "t", " "], "price > 1"),
        ("rvol > 3 and price > 1", 0, ["end", "5"], "rvol > 3"),
        ("rvol > 3 and price > 1", 1, ["end", "5"], "price > 15"),
        ("rvol > 3, price > 1, vol > 2", 1, ["^w", "^w", "^w", "backspace", "backspace"], "price > 1"),
    ])
    func aClauseStaysOffThroughChangesOfTheLine(_ text: String, _ off: Int, _ keys: [String], _ words: String) throws {
        var script = script()
        script.press("f")
        script.type(text)
        script.handle(.key(.alt(Unicode.Scalar(UInt8(0x31 + off)))))
        for key in keys { script.press(key) }
        #expect(try filter(script).clauses.all.filter(\.isOff).map(\.words) == [words])
    }

    @Test(arguments: [
        ("(rvol > 3 or price < 2) and vol > 1K", 1, "(rvol > 3 or price < 2)"),
        ("(rvol > 3 or price < 2) and vol > 1K", 0, "vol > 1K"),
        ("rvol > 3 or price < 2", 0, nil),
        ("$cheap and vol > 1K | top 5", 1, "$cheap | top 5"),
        ("not halted, vol > 1K, has(float)", 1, "not halted and has(float)"),
    ])
    func whatIsInForceMeansTheClausesThatAreOn(_ text: String, _ off: Int, _ expected: String?) throws {
        var clauses = FilterClauses()
        let scope = FilterScope(presets: ["cheap": "price < 5"])
        let program = try #require(FilterCompiler.compile(text, in: scope).program)
        clauses.take(program)
        let isToggled = clauses.toggle(off)
        #expect(isToggled)
        let rest = clauses.inForce(of: text, scope)
        let on = clauses.all.filter { !$0.isOff }.map(\.words)
        #expect((rest.map { FilterCompiler.compile($0, in: scope).program?.clauses ?? [] } ?? []) == on)
        let wanted = expected.map { FilterCompiler.compile($0, in: scope).pretty }
        #expect(rest.map { FilterCompiler.compile($0, in: scope).pretty } == wanted)
        let isNone = !clauses.toggle(99)
        #expect(isNone)
    }

    @Test func aClauseOfAnUnfinishedLineCannotBeSwitched() {
        var script = script()
        script.press("f")
        script.type("rvol > 3 and ")
        script.handle(.key(.alt("1")))
        #expect(script.commands.last == .bell && script.shows("finish the line first"))
        script.press("^u")
        script.type("rvol > 3")
        script.handle(.key(.alt("4")))
        #expect(script.shows("there is no clause 4"))
    }

    // MARK: What is wrong

    @Test(arguments: [
        ("price 1..20 and rvoll > 3", "rvoll", "no field \"rvoll\""),
        ("chg% > 5M and rvol > 1", "M", "percentage"),
        ("price 20..1 and rvol > 1", "20..1", "revers"),
        ("halted > 1 and rvol > 1", nil, "yes/no"),
    ])
    func carets(_ text: String, _ token: String?, _ words: String) throws {
        for columns in [80, 120] {
            var script = script(columns, 30)
            script.press("f")
            script.type(text)
            let lines = script.lines()
            let row = try #require(lines.firstIndex { $0.contains("> " + text) })
            let below = lines[row + 1]
            #expect(below.contains(words), "\(below)")
            let caret = try #require(below.firstIndex(of: "^"))
            let at = below.distance(from: below.startIndex, to: caret)
            let start = lines[row].distance(
                from: lines[row].startIndex,
                to: try #require(lines[row].firstRange(of: text)).lowerBound
            )
            if let token {
                let place = try #require(text.firstRange(of: token))
                #expect(at == start + text.distance(from: text.startIndex, to: place.lowerBound), "\(below)")
            }
            #expect(script.shows("error"))
        }
    }

    @Test func whatIsMissingTurnsRedAfterSixHundredMillisecondsOrEnter() throws {
        var script = script()
        script.press("f")
        script.type("chg% >")
        #expect(try !filter(script).isFaultSharp)
        rest(&script, 599)
        #expect(try !filter(script).isFaultSharp)
        #expect(script.model.nextTick == script.state.now.adding(nanoseconds: 1_000_000))
        var grid = Grid(size: script.state.size)
        _ = script.model.paint(into: &grid)
        rest(&script, 1)
        #expect(try filter(script).isFaultSharp)
        #expect(script.model.needsPaint)
        script.type(" ")
        #expect(try !filter(script).isFaultSharp)
        script.press("enter")
        #expect(try filter(script).isFaultSharp)
        // What is wrong behind which more has been typed is no slip of the hand.
        script.press("^u")
        script.type("rvoll > 3")
        #expect(try filter(script).isFaultSharp)
    }

    @Test(arguments: [("rvol > 3 and rvol > 3", "said twice"), ("float < 50", "50M")])
    func doubtsAreSaidAndTheTextIsTriedAllTheSame(_ text: String, _ words: String) throws {
        var script = script()
        script.press("f")
        script.type(text)
        script.wait(1)
        let line = try filter(script)
        #expect(line.fault == nil && line.diagnostics.first?.severity == .warning)
        #expect(line.diagnostics.contains { $0.message.contains(words) }, "\(line.diagnostics)")
        #expect(script.market.query?.filter == text)
    }

    @Test func noTextIsCompiledWhileItIsPainted() throws {
        var script = script()
        script.press("f")
        script.type("rvol > 3 and fl")
        let line = try filter(script)
        #expect(line.offers.all.first?.text == "float" && line.offers.ghost == "oat")
        // Painting is a function of the line: it is the same line after it.
        _ = script.lines()
        #expect(try filter(script) == line)
    }

    // MARK: Completion

    @Test func tabGoesThroughWhatFitsAndBackTabBack() throws {
        var script = script()
        script.press("f")
        script.type("new")
        let offers = try filter(script).offers.all.map(\.text)
        try #require(offers.count > 2)
        script.press("tab")
        #expect(try filter(script).text == offers[0])
        script.press("tab")
        #expect(try filter(script).text == offers[1])
        script.press("S-tab", "S-tab")
        #expect(try filter(script).text == offers.last)
        script.type(" ")
        #expect(try filter(script).completed == nil)
    }

    @Test(arguments: [
        ("$ch", "$cheap"), ("@wi", "@winners"), ("pct", "pctile("), ("flt", "float"), ("vol > 1 a", "and"),
    ])
    func fieldsFunctionsPresetsAndListsAreOffered(_ typed: String, _ expected: String) throws {
        var script = script()
        script.press("f")
        script.type(typed)
        #expect(try filter(script).offers.all.contains { $0.text == expected })
    }

    @Test func theDictionaryIsOpenedChosenFromAndLeft() throws {
        var script = script()
        script.press("f")
        script.type("rvol > 3 and ")
        script.handle(.key(.function(1)))
        let all = try filter(script).offers.all
        #expect(all.count { $0.kind == .field } == ColumnDescriptor.all.count { $0.kind != .strip })
        #expect(script.shows("fields"))
        script.press("down", "down", "enter")
        #expect(try filter(script).text == "rvol > 3 and " + all[2].text)
        #expect(try filter(script).mode == .typing)
        script.handle(.key(.function(1)))
        script.press("esc")
        #expect(try filter(script).mode == .typing)
        script.press("^w")
        script.handle(.key(.function(1)))
        script.type("spr")
        #expect(try filter(script).offers.all.first?.text == "spread")
        #expect(script.shows("example: spread 1..20") || script.shows("example: spread"))
    }

    @Test func theChosenOfferTellsWhatItIsNow() {
        var script = script()
        script.press("f")
        script.type("rvol")
        #expect(script.shows("example: rvol > 3x"))
        #expect(script.lines().contains { $0.contains("now: ") && $0.contains("least, middle, most") })
    }

    // MARK: History

    @Test func theHistoryIsKeptOnceItHasBeenRead() throws {
        var script = script()
        func apply(_ text: String) {
            script.press("f", "^u")
            script.type(text)
            script.press("enter")
        }
        apply("rvol > 1")
        var state = script.state
        #expect(state.keepFilterHistory().isEmpty)
        state.kept = [FilterHistory.key: "chg% > 5\nrvol > 1\nprice < 3"]
        let commands = state.keepFilterHistory()
        #expect(commands == [.keep(FilterHistory.key, "chg% > 5\nprice < 3\nrvol > 1")])
        #expect(state.filterHistory.texts == ["chg% > 5", "price < 3", "rvol > 1"])
        #expect(state.keepFilterHistory().isEmpty)
    }

    @Test func aHostileHistoryIsCutToSize() {
        var history = FilterHistory()
        let long = String(repeating: "x", count: 5_000)
        history.read((0..<500).map { "rvol > \($0)" }.joined(separator: "\n") + "\n\n   \n" + long)
        #expect(history.texts.count <= FilterHistory.textsMax)
        #expect(history.texts.allSatisfy { $0.count <= FilterLine.lengthMax && !$0.isBlank })
        history.read("later")
        #expect(!history.texts.contains("later"))
    }

    @Test func controlRSearchesTheHistory() throws {
        var script = script()
        for text in ["chg% > 5", "price < 3 and rvol > 2", "rvol > 1"] {
            script.press("f", "^u")
            script.type(text)
            script.press("enter")
        }
        script.press("f", "^u")
        script.type("vol")
        script.press("^r")
        script.type("RV")
        #expect(try filter(script).text == "rvol > 1")
        #expect(script.shows("search: RV") && script.shows("1 of 2"))
        script.press("^r")
        #expect(try filter(script).text == "price < 3 and rvol > 2")
        script.press("^r")
        #expect(script.commands.last == .bell)
        script.press("down")
        #expect(try filter(script).text == "rvol > 1")
        script.type("zz")
        #expect(script.shows("nothing of the history has it"))
        // Back: the line as it was.
        script.press("esc")
        #expect(try filter(script).text == "vol")
        script.press("^r")
        script.type("chg")
        script.press("enter")
        #expect(try filter(script).text == "chg% > 5" && filter(script).mode == .typing)
        script.press("enter")
        #expect(script.state.view.filter == "chg% > 5")
        // Each once, the newest last.
        #expect(script.state.filterHistory.texts == ["price < 3 and rvol > 2", "rvol > 1", "chg% > 5"])
    }

    // MARK: Presets

    @Test func controlSKeepsTheFilterUnderAName() throws {
        var script = script()
        script.press("f")
        script.type("price > 1 and rvol > 3")
        script.handle(.key(.alt("1")))
        script.press("^s")
        #expect(script.shows("preset: $"))
        script.type("Hot")
        script.press("enter")
        #expect(script.shows("lower-case letters"))
        script.press("^u")
        script.type("hot-1")
        script.press("enter")
        #expect(script.commands.last == .savePreset(name: "hot-1", text: "rvol > 3"))
        #expect(try filter(script).mode == .typing && filter(script).text == "price > 1 and rvol > 3")
        script.press("^s", "esc")
        #expect(try filter(script).mode == .typing)
        script.type(" and")
        script.press("^s")
        #expect(script.shows("a preset needs a filter") && script.commands.last == .bell)
    }

    // MARK: Paste

    @Test(arguments: [
        ("# from a friend\n# two\nchg% > 5\nand rvol > 3", "chg% > 5 and rvol > 3"),
        ("chg% > 5\r\n\r\nrvol > 3\n", "chg% > 5 rvol > 3"), ("# only a remark", ""),
        ("rvol > 3", "rvol > 3"), ("  # led by blanks\nprice < 2", "price < 2"),
    ])
    func aPasteIsOneChangeWithoutItsRemarks(_ text: String, _ expected: String) throws {
        var script = script()
        script.press("f")
        script.handle(.key(.paste(text)))
        #expect(try filter(script).text == expected)
    }

    /// seed → random keys: no crash, and what is in force always means what the line says.
    @Test(arguments: [1, 2, 3] as [UInt64])
    func randomKeysNeverLeaveAnImpossibleLine(_ seed: UInt64) {
        var random = SeededRandom(seed: seed)
        var script = script(100, 30)
        let keys: [Key] =
            [
                "esc", "enter", "tab", "S-tab", "up", "down", "left", "right", "^u", "^w", "^r", "^s", "backspace",
                "home",
            ]
            .map { Script.key($0) } + [
                .function(1), .alt("1"), .alt("2"), .alt("3"), .paste("# x\nrvol > 3\nprice < 9"),
            ]
        let letters = Array("rvol > 3 and price 1..20 or (chg% < 5) | sort $cheap @winners ,".unicodeScalars)
        for step in 0..<1500 {
            if script.state.layer == .table { script.press("f") }
            let key =
                random.below(3) == 0 ? keys[random.below(keys.count)] : .character(letters[random.below(letters.count)])
            script.handle(.key(key))
            if step % 5 == 0 { script.wait(1) }
            if step % 50 == 0 { _ = script.lines() }
            guard case .filter(let line) = script.state.layer else { continue }
            let place = "seed \(seed), step \(step): \(line.text)"
            #expect(line.clauses.off.allSatisfy { $0.upperBound <= line.text.utf8.count && !$0.isEmpty }, "\(place)")
            #expect(line.line.cursor <= line.text.utf8.count, "\(place)")
            if line.fault == nil, line.clauses.off.isEmpty, !line.text.isBlank {
                #expect(line.candidate?.trimmed == line.text.trimmed, "\(place)")
            }
            if let candidate = line.candidate {
                #expect(FilterCompiler.compile(candidate, in: script.state.filterScope).program != nil, "\(place)")
            }
            #expect(script.market.query?.filter == script.state.shownFilter, "\(place)")
        }
    }

    @Test func keysSayWhereTheyAre() {
        for columns in [80, 120, 200] {
            var script = script(columns, columns == 80 ? 24 : 36)
            script.press("f")
            script.type("rvol > 3")
            for words in ["Enter apply", "Esc revert", "Tab complete", "^R history", "^S save", "F1 fields", "M-1"] {
                #expect(script.shows(words), "\(columns): \(words)")
            }
        }
    }
}
