import ArgumentParser
import Backtest
import Dashboard
import EngineAPI
import FilterLanguage
import Glibc
import MarketData
import MarketTime

/// `tradeul backtest`: what a filter would have brought.
struct BacktestCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backtest",
        abstract: "Tries a filter on stored days: its hits, and what became of them.",
        discussion: """
            The filter sees only what was known at the end of each five-minute slot; a hit enters at the average price
            of the next slot with trades. Floats, sectors and other facts are today's: a note says so.

            EXAMPLES:
              tradeul backtest 'rvol > 5 and chg% > 10 and price 1..20' --days 20
              tradeul backtest 'gap% > 5 and rvol > 3 and time in 09:35..10:00' --horizon 5m,30m,close --csv > hits.csv

            \(ExitStatus.helpText)
            """
    )

    @Argument(help: ArgumentHelp("The filter.", valueName: "filter"))
    var filter: String

    @Option(help: ArgumentHelp("Stored trading days before the current one, 1 to 400.", valueName: "number"))
    var days = 20

    @Option(
        help: ArgumentHelp("first: a ticker's first hit of a day; each: whenever it matches anew.", valueName: "which")
    )
    var enter = "first"

    @Option(help: ArgumentHelp("When returns are taken: minutes in fives, or close.", valueName: "list"))
    var horizon = "5m,30m,close"

    @Flag(help: "Print one JSON object.")
    var json = false

    @Flag(help: "Print the hits as CSV.")
    var csv = false

    @OptionGroup(title: "Feed") var feed: FeedOptions
    @OptionGroup(title: "History") var store: StoreOptions

    func validate() throws {
        guard (1...400).contains(days) else { throw ValidationError("--days \(days): allowed 1 to 400") }
        guard BacktestRequest.Entry(rawValue: enter) != nil else {
            throw ValidationError("--enter \(Console.printable(enter)): allowed first, each")
        }
        guard !(json && csv) else { throw ValidationError("--json or --csv, not both") }
        _ = try horizons()
    }

    /// The horizons asked for.
    ///
    /// - Throws: `ValidationError` (exit code 64).
    func horizons() throws -> [BacktestRequest.Horizon] {
        let found = try ListWords.split(horizon).map { word -> BacktestRequest.Horizon in
            if word == "close" { return .close }
            guard let seconds = ListWords.seconds(word), seconds > 0, seconds % Slot.seconds == 0,
                seconds / Slot.seconds <= Slot.count
            else {
                throw ValidationError(
                    "--horizon \(Console.printable(String(word.prefix(20)))): allowed 5m, 10m … in steps of 5 minutes, close"
                )
            }
            return .slots(seconds / Slot.seconds)
        }
        guard (1...12).contains(found.count) else { throw ValidationError("--horizon: allowed 1 to 12 of them") }
        return found
    }

    func run() throws {
        let startup = Startup.read(overrides: try feed.overrides() + store.overrides())
        try BacktestDesk(startup).run(self)
    }
}
