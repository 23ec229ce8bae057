import Dashboard
import Testing

@testable import tradeul

/// Keymap files: those that are shipped, and what is said about those of others.
@Suite struct KeymapFileTests {
    private let builtIn = KeymapShelf([], ownFile: nil)

    /// What a keymap binds, without who says so.
    private func meaning(_ keymap: Keymap) -> Set<String> {
        Set(keymap.lines.map { "\($0.section) \($0.keys) \($0.targets)" })
    }

    private func loaded(_ text: String) throws -> KeymapShelf.Loaded {
        let scratch = try Scratch()
        let path = try scratch.write("keys.toml", text)
        return withExtendedLifetime(scratch) { builtIn.load(file: path) }
    }

    @Test func theShippedDefaultMeansWhatTheProgramMeansByItself() throws {
        let text = try #require(KeymapFolder.builtIn("default"))
        let file = KeymapFile.read(text, origin: "default", path: "default.toml", isFile: false)
        #expect(file.problems.isEmpty)
        #expect(file.inherits == "none")
        let made = Keymap.make([file.sheet], name: "default", startsEmpty: true)
        #expect(made.problems.isEmpty, "\(made.problems)")
        #expect(meaning(made.keymap) == meaning(.standard))
        #expect(builtIn.load("default").keymap == .standard)
    }

    @Test(arguments: ["default", "vim", "emacs", "arrows"])
    func everyShippedKeymapIsWithoutFault(name: String) {
        let loaded = builtIn.load(name)
        #expect(loaded.isFound)
        #expect(loaded.problems.map(\.line) == [])
        #expect(loaded.keymap.name == name)
        let text = loaded.keymap.fileText("A comment")
        let again = KeymapFile.read(text, origin: name, path: "x.toml", isFile: false)
        let made = Keymap.make([again.sheet], name: name, startsEmpty: true)
        #expect(meaning(made.keymap) == meaning(loaded.keymap), "what is printed means the same")
    }

    @Test func theArrowsNeedNoSignsAndNoModifiers() {
        for line in builtIn.load("arrows").keymap.lines where !["ctrl-c", "ctrl-l", "ctrl-z"].contains(line.keys) {
            #expect(!line.keys.contains(" "), "\(line.keys)")
            #expect(!["[", "]", "\\", "{", "}", "|", "~", "@", "^"].contains(line.keys))
            #expect(!line.keys.hasPrefix("ctrl") && !line.keys.hasPrefix("alt"), "\(line.keys)")
        }
    }

    @Test func theEmacsKeysAreThere() {
        let lines = builtIn.load("emacs").keymap.lines
        for (keys, target) in [("ctrl-n", "down"), ("alt-x", "palette"), ("ctrl-g", "close"), ("ctrl-s", "find")] {
            #expect(lines.contains { $0.section == "global" && $0.keys == keys && $0.targets == [target] }, "\(keys)")
        }
    }

    @Test(arguments: [
        (
            "[keys.table]\n\"x\" = \"sort-mneu\"\n",
            "keys.toml:2:7: error: unknown action \"sort-mneu\"; did you mean sort-menu?"
        ),
        ("\n[keys.tabel]\nx = \"heat\"\n", "keys.toml:3:1: error: no section [keys.tabel]; did you mean [keys.table]?"),
        (
            "[keys.table]\n\"ctrl-shift-a\" = \"heat\"\n",
            "keys.toml:2:1: warning: \"ctrl-shift-a\": terminals send the same"
        ),
        (
            "[keys.table]\n\"ctrl-i\" = \"heat\"\n",
            "keys.toml:2:1: warning: \"ctrl-i\": ctrl-i is what terminals send for Tab"
        ),
        ("[keys.table]\n\"g\" = \"heat\"\n", "keys.toml:2:1: warning: \"g\" is bound and also starts"),
        ("[keys.table]\n\"x\" = 5\n", "keys.toml:2:7: error: \"x\" takes an action in quotes"),
        ("[keys]\n\"x\" = \"heat\"\n", "keys.toml:2:1: error: \"x\" stands outside of a section"),
        ("sequence_timeout_ms = -1\n", "keys.toml:1:23: error: sequence_timeout_ms must be a whole number from 0"),
        ("inherit = \"vim\"\n", "keys.toml:1:1: warning: unknown key \"inherit\" is left out; did you mean inherits?"),
        ("inherits = \"vmi\"\n", "keys.toml:1:12: error: inherits: there is no keymap \"vmi\"; did you mean vim?"),
        ("[keys.table\n", "error: not valid TOML"), ("\0", "a NUL character"),
        ("[keys.table]\n\"\\\"\" = \"nothing\"\n", "keys.toml:2:8: error: unknown action \"nothing\""),
    ])
    func whatIsWrongIsOneMessageWithItsPlace(text: String, words: String) throws {
        let loaded = try loaded(text)
        #expect(loaded.problems.count == 1, "\(loaded.problems.map(\.line))")
        #expect(loaded.problems.first?.line.contains(words) == true, "\(loaded.problems.first?.line ?? "none")")
        // The rest loads: the keys of the program are there.
        #expect(loaded.keymap.lines.contains { $0.keys == "/" && $0.targets == ["find"] })
    }

    @Test func theTradersFileLiesOverTheKeymapChosen() throws {
        let scratch = try Scratch()
        let own = try scratch.write(
            "keys.toml",
            "[keys.global]\n\"F5\" = [\":sort rvol-\", \"heat\"]\n\"s\" = \"none\"\n"
        )
        let shelf = KeymapShelf([], ownFile: own)
        let loaded = shelf.load("vim")
        #expect(loaded.problems.isEmpty, "\(loaded.problems.map(\.line))")
        let five = loaded.keymap.lines.first { $0.keys == "F5" }
        #expect(five?.targets == [":sort rvol-", "heat"])
        #expect(five?.origin == "\(own):2")
        #expect(loaded.keymap.lines.first { $0.keys == "Z Z" }?.origin == "vim")
        #expect(loaded.keymap.lines.first { $0.section == "global" && $0.keys == "s" }?.targets == ["none"])
        #expect(shelf.load("vim", withOwnFile: false).keymap.lines.allSatisfy { $0.keys != "F5" })
        withExtendedLifetime(scratch) {}
    }

    @Test func aFileOfTheTradersBeatsTheOneInTheProgram() throws {
        let scratch = try Scratch()
        try scratch.write("vim.toml", "inherits = \"default\"\n[keys.table]\n\"F6\" = \"heat\"\n")
        let shelf = KeymapShelf([.folder(scratch.path, word: "own")], ownFile: nil)
        #expect(shelf.load("vim").keymap.lines.contains { $0.keys == "F6" && $0.targets == ["heat"] })
        #expect(shelf.entries().first { $0.name == "vim" }?.place.word == "own")
        #expect(shelf.entries().map(\.name) == ["arrows", "default", "emacs", "vim"])
        withExtendedLifetime(scratch) {}
    }

    @Test func keymapsThatInheritEachOtherAreNamedAsAChain() throws {
        let scratch = try Scratch()
        try scratch.write("a.toml", "inherits = \"b\"\n")
        try scratch.write("b.toml", "inherits = \"a\"\n[keys.table]\n\"F6\" = \"heat\"\n")
        let loaded = KeymapShelf([.folder(scratch.path, word: "own")], ownFile: nil).load("a")
        #expect(loaded.problems.map(\.message).contains { $0.hasPrefix("inherits: a → b → a") }, "\(loaded.problems)")
        #expect(loaded.keymap.lines.contains { $0.keys == "F6" })
        withExtendedLifetime(scratch) {}
    }

    @Test(arguments: ["vmi", "", "../vim", String(repeating: "x", count: 1000)])
    func aNameThatIsNoneLeavesTheProgramsKeys(name: String) {
        let loaded = builtIn.load(name)
        #expect(!loaded.isFound)
        #expect(loaded.problems.map(\.severity) == [.error])
        #expect(loaded.keymap.name == "default")
        if name == "vmi" { #expect(loaded.problems[0].message.contains("did you mean vim?")) }
    }

    @Test func everySettingIsToldWithItsValueAndWhatIsAllowed() {
        let startup = Startup.read(environment: ProcessEnvironment([:]))
        #expect(startup.settingWords.count == SettingRegistry.all.count)
        let fps = startup.settingWords.first { $0.name == "screen.fps" }
        #expect(fps?.allowed == "1 to 60")
        #expect(startup.settingWords.allSatisfy { !$0.meaning.isEmpty && !$0.allowed.isEmpty })
        #expect(startup.chosenKeymap.keymap.name == Keymap.standard.name)
        #expect(startup.chosenKeymap.problems.isEmpty)
    }
}
