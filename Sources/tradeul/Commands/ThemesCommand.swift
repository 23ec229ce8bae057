import ArgumentParser
import Curses
import Dashboard
import Glibc
import TerminalGrid

/// `tradeul themes`: which there are, how they look, what is wrong with one.
struct ThemesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "themes",
        abstract: "Lists the themes, shows how one looks, checks theme files.",
        discussion: """
            Themes are looked for in themes/ beside config.toml, in share/tradeul/themes beside the program's folder, in
            a checkout, and in the program itself; the first of a name counts. docs/themes.md says how to write one.

            EXAMPLES:
              tradeul themes                       which there are and where they come from
              tradeul themes show nord             every colour of it
              tradeul themes check mine.toml       what is wrong with a file of yours
              tradeul demo --theme nord

            \(ExitStatus.helpText)
            """,
        subcommands: [List.self, Show.self, Check.self],
        defaultSubcommand: List.self
    )

    /// The themes of this program.
    static func shelf() -> (shelf: ThemeShelf, environment: ProcessEnvironment) {
        let environment = ProcessEnvironment.current()
        return (ThemeShelf(Paths(environment), executable: ThemeFolder.executable()), environment)
    }

    /// `tradeul themes list`.
    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Lists the themes: name, ground, where it comes from.",
            discussion: "EXAMPLE:\n  tradeul themes --json | jq -r '.[].name'"
        )

        @Flag(help: "Print a JSON array.")
        var json = false

        @Flag(help: ArgumentHelp("Print the keys of theme files in Markdown.", visibility: .hidden))
        var markdown = false

        func run() {
            if markdown {
                Console.data(ThemeText.markdownKeys())
                return
            }
            let entries = ThemesCommand.shelf().shelf.entries()
            guard json else {
                for line in ThemeText.list(entries) { Console.data(line) }
                return
            }
            let objects = entries.map { entry in
                JSONText.object([
                    ("name", JSONText.quoted(entry.name)),
                    ("background", JSONText.quoted(entry.background.rawValue)),
                    ("from", JSONText.quoted(entry.place.word)),
                    ("summary", JSONText.quoted(entry.summary)),
                ])
            }
            for index in objects.indices {
                Console.data((index == 0 ? "[" : " ") + objects[index] + (index == objects.count - 1 ? "]" : ","))
            }
        }
    }

    /// `tradeul themes show`.
    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Shows every colour of a theme; in words where the output is no terminal.",
            discussion: "EXAMPLE:\n  tradeul themes show gruvbox --color 16"
        )

        @Argument(help: ArgumentHelp("The theme.", valueName: "name"))
        var name = ThemeShelf.usual

        @OptionGroup var screen: ScreenOptions

        func run() throws {
            let (shelf, environment) = ThemesCommand.shelf()
            let loaded = shelf.load(name)
            for problem in loaded.problems { Console.error(problem.line) }
            guard loaded.place != nil else { throw ExitCode(ExitStatus.usage.rawValue) }
            guard let depth = ThemesCommand.depth(screen, environment, isTerminal: isatty(STDOUT_FILENO) == 1) else {
                for line in ThemeText.plain(loaded) { Console.data(line) }
                return
            }
            for line in ThemesCommand.picture(loaded.sheet, depth: depth, isASCII: screen.ascii) { Console.data(line) }
        }
    }

    /// `tradeul themes check`.
    struct Check: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Prints what is wrong with theme files, one line each; ends with 78 when one has an error.",
            discussion: """
                EXAMPLES:
                  tradeul themes check                 every theme there is
                  tradeul themes check mine.toml nord
                """
        )

        @Argument(help: ArgumentHelp("Names of themes or paths of files; all themes unless given.", valueName: "theme"))
        var themes: [String] = []

        func run() throws {
            let shelf = ThemesCommand.shelf().shelf
            let results = (themes.isEmpty ? shelf.names : themes).map { theme in
                let isFile = theme.contains("/") || theme.hasSuffix(".toml")
                return isFile ? shelf.load(file: theme) : shelf.load(theme)
            }
            var told: Set<String> = []
            let problems = results.flatMap(\.problems).filter { told.insert($0.line).inserted }
            for problem in problems { Console.data(Console.printable(problem.line)) }
            guard !problems.contains(where: { $0.severity == .error }) else {
                throw ExitCode(ExitStatus.configuration.rawValue)
            }
            Console.error("\(results.count) \(results.count == 1 ? "theme" : "themes"), no errors")
        }
    }

    /// The picture of a theme, line by line.
    static func picture(_ sheet: ThemeSheet, depth: ColorDepth, isASCII: Bool) -> [String] {
        let theme = Theme(depth: depth, sheet: sheet)
        var grid = Grid(size: ThemeSwatch.size, glyphs: isASCII ? .ascii : .unicode)
        ThemeSwatch.paint(theme, into: &grid)
        return ANSIText.lines(grid, theme.styles, depth: depth)
    }

    /// How many colours to write; nil for words alone.
    static func depth(_ screen: ScreenOptions, _ environment: ProcessEnvironment, isTerminal: Bool) -> ColorDepth? {
        let term = environment["TERM"] ?? "dumb"
        let colors = term.hasSuffix("256color") || environment["COLORTERM"] != nil ? 256 : term == "vt100" ? -1 : 16
        let asked = screen.isMono ? .mono : screen.color.flatMap(ColorSetting.init(rawValue:)) ?? .auto
        guard isTerminal || ![.auto].contains(asked) else { return nil }
        return asked.choice.depth(noColor: environment["NO_COLOR"], term: isTerminal ? term : "xterm", colors: colors)
    }
}
