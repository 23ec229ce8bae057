import ArgumentParser
import Dashboard
import Glibc

/// `tradeul keymaps`: which there are, what keys do, what is wrong with a file.
struct KeymapsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keymaps",
        abstract: "Lists the keymaps, shows which key does what and who says so, checks keymap files.",
        discussion: """
            screen.keymap names one; what stands in keys.toml beside config.toml is laid over it. Keymaps are looked for
            in keymaps/ beside config.toml, in share/tradeul/keymaps beside the program's folder, in a checkout, and in
            the program itself; the first of a name counts.

            EXAMPLES:
              tradeul keymaps                      which there are and where they come from
              tradeul keymaps show                 the keys in force, with who binds each
              tradeul keymaps show vim --toml      as a file to change
              tradeul keymaps check keys.toml      what is wrong with a file of yours

            \(ExitStatus.helpText)
            """,
        subcommands: [List.self, Show.self, Check.self],
        defaultSubcommand: List.self
    )

    /// What a run starts from.
    private static func start() -> (startup: Startup, shelf: KeymapShelf) {
        let startup = Startup.read()
        return (startup, KeymapShelf(startup.paths, executable: ThemeFolder.executable()))
    }

    /// `tradeul keymaps list`.
    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Lists the keymaps and where each comes from; an asterisk marks the one in force.",
            discussion: "EXAMPLE:\n  tradeul keymaps"
        )

        func run() {
            let (startup, shelf) = KeymapsCommand.start()
            for (name, place) in shelf.entries() {
                let mark = name == startup.settings.screen.keymap ? "* " : "  "
                Console.data(mark + TextColumn.pad(name, -16) + "  " + place.word)
            }
        }
    }

    /// `tradeul keymaps show`.
    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Prints which key does what and who says so: the keys in force, or those of a keymap.",
            discussion: "EXAMPLE:\n  tradeul keymaps show emacs"
        )

        @Argument(
            help: ArgumentHelp("A keymap without your own file; the keys in force unless given.", valueName: "name")
        )
        var name: String?

        @Flag(help: "Print a complete keymap file.")
        var toml = false

        @Flag(help: "Print the names of all actions instead.")
        var actions = false

        func run() throws {
            if actions {
                for action in Keymap.actionNames { Console.data(TextColumn.pad(action.name, -20) + "  " + action.help) }
                return
            }
            let (startup, shelf) = KeymapsCommand.start()
            let loaded =
                name.map { shelf.load($0, withOwnFile: false, catalogue: startup.settingWords) } ?? startup.chosenKeymap
            for problem in loaded.problems { Console.error(problem.line) }
            guard loaded.isFound || name == nil else { throw ExitCode(ExitStatus.usage.rawValue) }
            if toml {
                Console.block(loaded.keymap.fileText("Made from the keymap \(loaded.keymap.name)."))
            } else {
                for line in KeymapText.lines(loaded.keymap) { Console.data(Console.printable(line)) }
            }
        }
    }

    /// `tradeul keymaps check`.
    struct Check: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Prints what is wrong with keymaps, one line each; ends with 78 when one has an error.",
            discussion: """
                EXAMPLES:
                  tradeul keymaps check                the keys in force
                  tradeul keymaps check vim mine.toml
                """
        )

        @Argument(help: ArgumentHelp("Names of keymaps or paths of files.", valueName: "keymap"))
        var keymaps: [String] = []

        func run() throws {
            let (startup, shelf) = KeymapsCommand.start()
            let words = startup.settingWords
            let results = keymaps.map { keymap in
                keymap.contains("/") || keymap.hasSuffix(".toml")
                    ? shelf.load(file: keymap, catalogue: words)
                    : shelf.load(keymap, withOwnFile: false, catalogue: words)
            }
            let problems = (keymaps.isEmpty ? [startup.chosenKeymap] : results).flatMap(\.problems)
            for problem in problems { Console.data(Console.printable(problem.line)) }
            guard !problems.contains(where: { $0.severity == .error }) else {
                throw ExitCode(ExitStatus.configuration.rawValue)
            }
            if problems.isEmpty { Console.error("no problems") }
        }
    }
}

/// A keymap as lines for people.
enum KeymapText {
    /// A heading per section, and a line per key: keys, action, who binds it, what that is.
    static func lines(_ keymap: Keymap) -> [String] {
        var lines: [String] = []
        var section = ""
        for line in keymap.lines {
            if line.section != section {
                section = line.section
                if !lines.isEmpty { lines.append("") }
                lines.append("[keys.\(section)]")
            }
            let text =
                TextColumn.pad(line.keys, -12) + "  " + TextColumn.pad(line.targets.joined(separator: ", "), -22) + "  "
                + TextColumn.pad(line.origin, -10) + "  " + line.meaning
            lines.append(text.replacing(#/ +$/#, with: ""))
        }
        return lines
    }
}
