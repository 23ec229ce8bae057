import ArgumentParser
import Glibc

/// `tradeul config`: what is set, what is wrong, what can be set.
struct ConfigCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config",
        abstract: "Shows the settings in force, checks the settings file, lists what can be set.",
        discussion: """
            EXAMPLES:
              tradeul config                  the settings in force, as a settings file
              tradeul config check            what is wrong with the file and the environment
              tradeul config keys             every setting, what it means and what is allowed

            \(ExitStatus.helpText)
            """,
        subcommands: [Show.self, Check.self, Keys.self],
        defaultSubcommand: Show.self
    )

    /// `tradeul config show`.
    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Prints the settings in force; the output is a valid settings file.",
            discussion: "EXAMPLE:\n  tradeul config show --json | python3 -m json.tool"
        )

        @Flag(help: "Print one JSON object.")
        var json = false

        func run() {
            let startup = Startup.read()
            for problem in startup.problems { Console.error(problem.line) }
            Console.data(json ? ConfigText.json(startup) : ConfigText.toml(startup))
        }
    }

    /// `tradeul config check`.
    struct Check: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Prints what is wrong with the settings, one line each; ends with 78 when anything is.",
            discussion: "EXAMPLE:\n  tradeul config check && tradeul"
        )

        func run() throws {
            let startup = Startup.read()
            for problem in startup.problems { Console.data(Console.printable(problem.line)) }
            guard startup.problems.isEmpty else { throw ExitCode(ExitStatus.configuration.rawValue) }
            let file = startup.loaded.path ?? "no settings file"
            Console.error(startup.loaded.isFileRead ? "\(file): no problems" : "\(file): not there, defaults in force")
        }
    }

    /// `tradeul config keys`.
    struct Keys: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Lists every setting with its default, what is allowed and what it does.",
            discussion: "EXAMPLE:\n  tradeul config keys | less"
        )

        @Flag(help: "Print the page docs/settings.md.")
        var markdown = false

        func run() { Console.data(markdown ? ConfigText.markdown() : ConfigText.plainKeys()) }
    }
}
