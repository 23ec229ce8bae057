import ArgumentParser
import Glibc

/// The program.
///
/// Its main is synchronous: the main thread belongs to the terminal, or waits for a signal.
@main
struct Tradeul: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tradeul",
        abstract: "Watches all US stocks live and ranks them by relative volume at this time of day.",
        discussion: """
            EXAMPLES:
              tradeul demo                     a simulated market, without a key
              POLYGON_API_KEY=… tradeul        the live market
              tradeul --color mono             without colours

            \(ExitStatus.helpText)
            """,
        version: Self.version,
        subcommands: [
            DashboardCommand.self, DemoCommand.self, SimCommand.self, DoctorCommand.self, ConfigCommand.self,
            ScreenshotCommand.self,
            ThemesCommand.self, KeymapsCommand.self,
            ScanCommand.self, ListsCommand.self, ColumnsCommand.self, FilterCommand.self, WatchCommand.self,
            BacktestCommand.self,
            RVOLCommand.self, TapeCommand.self, BackfillCommand.self, HistoryCommand.self, CalendarCommand.self,
        ],
        defaultSubcommand: DashboardCommand.self
    )

    /// The program's version.
    static let version = "0.1.0"

    static func main() {
        // A reader that goes away (`tradeul config | head -1`) is an error of write(2), not a death by signal.
        signal(SIGPIPE, SIG_IGN)
        // So is a limit of a file's size (`ulimit -f`): SQLite says that the disk is full.
        signal(SIGXFSZ, SIG_IGN)
        Allocator.tune()
        do {
            var command = try parseAsRoot()
            try command.run()
            try Console.requireWritten()
        } catch let failure as Failure {
            Console.error("tradeul: " + failure.sentence)
            Glibc.exit(failure.status.rawValue)
        } catch {
            exit(withError: error)
        }
    }
}
