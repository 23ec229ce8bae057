import EngineAPI
import Glibc
import TerminalGrid
import Testing

@testable import Dashboard

/// Which keys do what, and what files say about it.
@Suite struct KeymapTests {
    /// A sheet as a file with a line per binding would give it.
    static func sheet(_ entries: [(section: String, keys: String, words: [String])]) -> KeymapSheet {
        var sheet = KeymapSheet(origin: "keys.toml", isFile: true)
        for (index, entry) in entries.enumerated() {
            let line = index + 1
            sheet.entries.append(
                KeymapSheet.Entry(
                    section: entry.section,
                    keys: entry.keys,
                    words: entry.words,
                    place: KeymapSheet.Place(line: line, column: 1),
                    wordsPlace: KeymapSheet.Place(line: line, column: 9)
                )
            )
        }
        return sheet
    }

    static func made(_ entries: [(String, String, [String])]) -> (keymap: Keymap, problems: [KeymapProblem]) {
        Keymap.make([sheet(entries.map { (section: $0.0, keys: $0.1, words: $0.2) })], name: "mine")
    }

    // MARK: The table

    @Test func theStandardKeymapSaysWhatTheTableSays() {
        for entry in ActionEntry.all {
            for context in entry.contexts {
                for keys in entry.keys {
                    #expect(KeyMatch(keys, in: context) == .action(entry.action), "\(entry.action) \(context) \(keys)")
                }
            }
        }
        for context in KeyContext.allCases {
            for binding in Keymap.standard.bindings(in: context) {
                guard case .action(let action)? = binding.target else {
                    Issue.record("the table has actions only")
                    continue
                }
                let entries = ActionEntry.all.filter { $0.action == action && $0.contexts.contains(context) }
                #expect(entries.contains { $0.keys.contains(binding.keys) }, "\(action) in \(context): \(binding.keys)")
            }
        }
    }

    @Test func noKeyIsBoundTwiceInAContextAndNoneBeginsAnother() {
        for context in KeyContext.allCases {
            let all = ActionEntry.all.filter { $0.contexts.contains(context) }.flatMap(\.keys)
            #expect(Set(all).count == all.count, "\(context)")
            let bound = Keymap.standard.bindings(in: context).map(\.keys)
            #expect(Set(bound).count == bound.count, "\(context)")
            for keys in bound {
                #expect(!bound.contains { $0.count > keys.count && $0.starts(with: keys) }, "\(context) \(keys)")
            }
        }
    }

    @Test func theKeyThatIsTaughtIsTheFirstOfTheTable() {
        for entry in ActionEntry.all {
            for context in entry.contexts where ActionEntry.of(entry.action, in: context)?.keys == entry.keys {
                let name = Keymap.standard.name(of: entry.action, in: context)
                #expect(name == KeyName.text(entry.keys[0], ascii: false), "\(entry.action) in \(context)")
            }
        }
    }

    @Test func everyActionHasANameOfItsOwnThatNoCommandContradicts() {
        let names = Action.allCases.map(\.name)
        #expect(Set(names).count == names.count)
        for action in Action.allCases {
            #expect(Action(name: action.name) == action)
            #expect(
                action.name.utf8.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D }
            )
        }
        #expect(Action.halfDown.name == "half-down")
        #expect(Action.list3.name == "list-3")
        #expect(Action.sortMenu.name == "sort-menu")
        #expect(Action.toggleClause9.name == "toggle-clause-9")
        // A name that a command has, too, does the same there.
        let shared = names.filter { CommandVerb.named($0) != nil }
        #expect(Set(shared) == ["tape", "stats", "help", "quit"])
    }

    @Test func theShippedDefaultIsTheTable() throws {
        let text = Keymap.standard.fileText(
            """
            The keys of tradeul, as they are without any file. Copy what you want to change into
            ~/.config/tradeul/keys.toml: what stands there is laid over the keymap that screen.keymap names.
            [keys.global] holds wherever the action means something, a section of its own beats it.
            """
        )
        let path =
            #filePath.split(separator: "/").dropLast(3).map { "/" + $0 }.joined()
            + "/Sources/tradeul/Keymaps/default.toml"
        if getenv("UPDATE_GOLDEN") != nil {
            let file = try #require(fopen(path, "w"))
            let bytes = Array(text.utf8)
            #expect(fwrite(bytes, 1, bytes.count, file) == bytes.count)
            fclose(file)
        }
        let file = try #require(fopen(path, "r"), "UPDATE_GOLDEN=1 writes \(path)")
        defer { fclose(file) }
        var buffer = [UInt8](repeating: 0, count: 1 << 17)
        let count = fread(&buffer, 1, buffer.count, file)
        #expect(String(decoding: buffer[0..<count], as: UTF8.self) == text, "UPDATE_GOLDEN=1 writes it anew")
    }

    // MARK: Spelling

    @Test func everyKeyOfTheTableIsSpelledAndReadBack() throws {
        for keys in Set(ActionEntry.all.flatMap(\.keys)) {
            #expect(try KeySpelling.keys(KeySpelling.text(keys)) == keys)
        }
    }

    @Test(arguments: [
        ("g t", [Key.character("g"), .character("t")]), ("ctrl-p", [.control("p")]), ("C-p", [.control("p")]),
        ("ctrl-P", [.control("p")]), ("meta-x", [.alt("x")]), ("alt-X", [.alt("X")]), ("M-1", [.alt("1")]),
        ("F5", [.function(5)]), ("f12", [.function(12)]), ("space", [.character(" ")]), ("Esc", [.escape]),
        ("PgDn", [.pageDown]), ("shift-tab", [.backTab]), ("shift-a", [.character("A")]), ("-", [.character("-")]),
        ("minus", [.character("-")]), ("ctrl-left", [.controlLeft]), ("ctrl-\\", [.control("\\")]),
        ("ctrl-space", [.control(" ")]), ("  g   g ", [.character("g"), .character("g")]), ("é", [.character("é")]),
        ("\"", [.character("\"")]), ("return", [.enter]),
    ])
    func spellingsAreRead(text: String, keys: [Key]) throws {
        #expect(try KeySpelling.keys(text) == keys)
    }

    @Test(arguments: [
        ("ctrl-shift-a", "terminals send the same for ctrl-shift-a and ctrl-a", true), ("ctrl-i", "for Tab", true),
        ("ctrl-m", "for Enter", true), ("ctrl-[", "for Esc", true), ("ctrl-h", "Backspace", true),
        ("ctrl-j", "Enter", true), ("ctrl-1", "no ctrl with 1", true), ("ctrl-enter", "with and without ctrl", true),
        ("shift-enter", "with and without shift", true), ("super-a", "super key", true), ("cmd-k", "super", true),
        ("alt-up", "do not send alt with up", true), ("alt-[", "begins what terminals send", true),
        ("F25", "F1 to F24", true), ("ctrl-alt-a", "several modifiers", true), ("", "no key is named", false),
        ("hello", "is no key", false), ("a b c d e", "at most 4 keys", false), ("\u{7}", "is no key", false),
    ])
    func whatIsNoKeySaysWhy(text: String, words: String, isUnsendable: Bool) {
        let fault = #expect(throws: KeySpelling.Fault.self) { try KeySpelling.keys(text) }
        #expect(fault?.text.contains(words) == true, "\(fault?.text ?? "none")")
        #expect(fault?.isUnsendable == isUnsendable)
    }

    // MARK: Files

    @Test func theTradersKeysBeatTheDefaultsAndTheirOriginIsTold() {
        let (keymap, problems) = Self.made([
            ("global", "F5", [":filter rvol > 3", ":sort rvol-"]), ("global", "s", ["heat"]), ("table", "d", ["none"]),
            ("heat", "[", ["none"]), ("table", "f", ["pause"]), ("global", "c", ["pause"]),
        ])
        #expect(problems.isEmpty, "\(problems)")
        #expect(
            keymap.match([.function(5)], in: .tape)
                == .run([.line("filter rvol > 3"), .line("sort rvol-")])
        )
        #expect(keymap.match([.character("s")], in: .table) == .action(.heat))
        #expect(keymap.match([.character("d")], in: .table) == .none)
        #expect(keymap.match([.character("d")], in: .heat) == .action(.detail))
        #expect(keymap.match([.character("[")], in: .heat) == .none)
        #expect(keymap.match([.character("[")], in: .table) == .action(.previousList))
        // The special section beats the general one, whoever wrote it.
        #expect(keymap.match([.character("c")], in: .heat) == .action(.cumulative))
        #expect(keymap.match([.character("c")], in: .table) == .action(.pause))
        #expect(keymap.match([.character("f")], in: .tape) == .action(.filter))
        #expect(keymap.name(of: .pause, in: .table) == "f", "the trader's own key is taught first")
        let line = keymap.lines.first { $0.section == "global" && $0.keys == "s" }
        #expect(line?.origin == "keys.toml:2")
        #expect(keymap.lines.first { $0.section == "global" && $0.keys == "/" }?.origin == "default")
    }

    @Test func aPrintableKeyOfTheGeneralSectionTakesNoLetterFromALine() {
        let (keymap, _) = Self.made([("global", "x", ["close"]), ("global", "F8", ["close"])])
        #expect(keymap.match([.character("x")], in: .scroller) == .action(.close))
        for context in KeyContext.allCases where context.takesText {
            #expect(keymap.match([.character("x")], in: context) == .none, "\(context)")
            #expect(keymap.match([.function(8)], in: context) == .action(.close), "\(context)")
        }
    }

    @Test(arguments: [
        (
            ("table", "x", ["sort-mneu"]), "unknown action \"sort-mneu\"; did you mean sort-menu? binding ignored",
            true, 9
        ),
        (("table", "x", ["sort rvol"]), "a command has a colon in front: \":sort rvol\"", true, 9),
        (("tabel", "x", ["heat"]), "no section [keys.tabel]; did you mean [keys.table]?", true, 1),
        (("table", "ctrl-shift-a", ["heat"]), "terminals send the same for ctrl-shift-a and ctrl-a", false, 1),
        (("table", "ctrl-i", ["heat"]), "ctrl-i is what terminals send for Tab", false, 1),
        (("table", "ctrl-m", ["heat"]), "ctrl-m is what terminals send for Enter", false, 1),
        (("table", "hello", ["heat"]), "\"hello\" is no key", true, 1),
        (("table", "x", [":srot rvol"]), "no command \"srot\"; did you mean sort?", true, 9),
        (("table", "x", [":"]), "nothing stands behind the colon", true, 9),
        (("table", "x", ["toggle-clause-1"]), "toggle-clause-1 means nothing in the table; it does in filter", true, 9),
        (("table", "x", [String](repeating: "heat", count: 17)), "takes 1 to 16 things to do", true, 9),
        (("table", "x", []), "takes 1 to 16 things to do", true, 9),
    ])
    func whatIsWrongIsToldWithItsPlaceAndTheRestLoads(
        entry: (String, String, [String]),
        words: String,
        isError: Bool,
        column: Int
    ) {
        let (keymap, problems) = Self.made([("global", "F9", ["heat"]), entry])
        #expect(problems.count == 1, "\(problems)")
        #expect(problems.first?.text.contains(words) == true, "\(problems.first?.text ?? "none")")
        #expect(problems.first?.isError == isError)
        #expect(problems.first?.place == KeymapSheet.Place(line: 2, column: column))
        #expect(problems.first?.origin == "keys.toml")
        #expect(keymap.match([.function(9)], in: .table) == .action(.heat))
        #expect(keymap.match([.character("x")], in: .table) == .action(.exclude))
    }

    @Test func aKeyThatBeginsASequenceAndIsBoundItselfIsAConflict() {
        let (keymap, problems) = Self.made([("table", "g", ["pause"])])
        #expect(problems.map(\.isError) == [false])
        #expect(problems.first?.text.contains("\"g\" is bound and also starts \"g ") == true)
        #expect(problems.first?.place.line == 1)
        #expect(keymap.match([.character("g")], in: .table) == .prefix)
        #expect(keymap.target(of: [.character("g")], in: .table) == .action(.pause))
        let (_, none) = Self.made([("table", "F7", ["pause"])])
        #expect(none.isEmpty)
    }

    @Test func aKeymapWithoutAWayOutKeepsOne() {
        var sheet = KeymapSheet(origin: "keys.toml", isFile: true)
        sheet.entries = []
        let (keymap, problems) = Keymap.make([sheet], name: "mine", startsEmpty: true)
        #expect(keymap.match([.control("c")], in: .table) == .action(.quit))
        #expect(problems.count == 1)
        #expect(keymap.match([.character("j")], in: .table) == .none)
    }

    @Test func whatIsWrittenAsAFileMeansTheSame() {
        let (keymap, _) = Self.made([("global", "F5", [":cols price,chg%", "heat"]), ("table", "\\", ["pause"])])
        let text = keymap.fileText("A comment")
        #expect(text.contains("\"F5\" = [\":cols price,chg%\", \"heat\"]"))
        #expect(text.contains("\"\\\\\" = \"pause\""))
        #expect(text.hasPrefix("# A comment\n\ninherits = \"none\"\n"))
    }
}
