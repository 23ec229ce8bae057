import ArgumentParser
import EngineAPI
import MarketData
import MarketTime
import Store

extension HistoryCommand {
    /// `tradeul history ticks`.
    struct Ticks: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Prints the stored trades of a symbol on a date, or which dates have any.",
            discussion: """
                Trades are kept for the watchlist, or for more or nobody (ticks.store), for ticks.retention_days.

                EXAMPLES:
                  tradeul history ticks
                  tradeul history ticks AAPL --date 2026-10-05 --json
                """
        )

        /// Lines printed unless told otherwise, and at most.
        private static let linesMax = 10_000_000

        @Argument(
            help: ArgumentHelp("A symbol, case-sensitive; without one the dates are listed.", valueName: "symbol")
        )
        var symbol: String?

        @Option(help: ArgumentHelp("Date in New York; the newest with trades unless given.", valueName: "date"))
        var date: String?

        @Option(help: ArgumentHelp("The newest so many.", valueName: "lines"))
        var count = linesMax

        @Flag(help: "Print one JSON object per trade, a line each.")
        var json = false

        @OptionGroup(title: "Feed") var feed: FeedOptions
        @OptionGroup(title: "History") var store: StoreOptions

        func validate() throws {
            guard (1...Self.linesMax).contains(count) else {
                throw ValidationError("--count \(count): allowed 1 to \(Self.linesMax)")
            }
            if let symbol { _ = try SymbolArguments.read([symbol]) }
            if let date { _ = try DateArgument.read(date, "--date") }
        }

        func run() throws {
            let access = try HistoryCommand.access(feed, store)
            let days = try HistoryCommand.storing { try access.store.tickDays() }
            guard let symbol else { return list(days) }
            let day = try date.map { try DateArgument.read($0, "--date") } ?? days.first?.day
            let names = try SymbolArguments.read([symbol])
            guard let day, let name = names.first else { return try nothing("no trades are stored") }
            let ticks = try HistoryCommand.storing { try access.store.ticks(of: name, on: day, limit: count) }
            guard !ticks.isEmpty else { return try nothing("no trades of \(name.text) on \(day.iso) are stored") }
            let output = LineBuffer()
            if !json { output.append(TapeText.heading) }
            let calendar = ExchangeCalendar()
            for tick in ticks {
                let session = calendar.state(at: Instant(nanoseconds: tick.time)).session
                let line = tick.line(of: name, isExtended: session == .preMarket || session == .postMarket)
                output.append(
                    json ? TapeText.json(line, conditions: .builtIn) : TapeText.line(line, conditions: .builtIn)
                )
                if Console.isOutputGone { break }
            }
            output.flush()
        }

        private func list(_ days: [(day: DayID, ticks: Int)]) {
            for entry in days {
                Console.data(
                    json
                        ? JSONText.object([("date", JSONText.quoted(entry.day.iso)), ("trades", "\(entry.ticks)")])
                        : TextColumn.pad(entry.day.iso, -12) + TextColumn.pad("\(entry.ticks)", 12)
                )
            }
            if days.isEmpty { Console.error("no trades are stored: name tickers in watchlist.symbols") }
        }

        private func nothing(_ words: String) throws {
            Console.error(words + "; tradeul history ticks lists the dates that have any")
            throw ExitCode(ExitStatus.no.rawValue)
        }
    }
}
