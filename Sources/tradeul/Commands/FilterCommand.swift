import ArgumentParser
import EngineAPI
import FilterLanguage
import Gateway
import Glibc

/// `tradeul filter`: whether a question is well put.
struct FilterCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "filter",
        abstract: "Checks a filter: how it is understood, and what each clause lets pass.",
        discussion: "EXAMPLE: tradeul filter check 'price 1..20 and rvol > 3'",
        subcommands: [Check.self]
    )

    /// `tradeul filter check`.
    struct Check: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Prints a filter's pretty form; ends with 1 when it cannot be meant.",
            discussion: """
                Where an engine runs on this machine, each clause is counted over the whole market: how many tickers
                pass it alone, how many would match without it, of how many something it asks for is unknown.

                EXAMPLES:
                  tradeul filter check 'price>1,price<20 rvol>3 not etf'
                  tradeul filter check 'float < 50' ; echo $?
                """
        )

        @Argument(help: ArgumentHelp("The filter.", valueName: "filter"))
        var text: String

        @Flag(help: "Print one JSON object.")
        var json = false

        func run() throws {
            let startup = Startup.read()
            let shelf = ScanShelf.read(startup.paths.scansFile)
            let watchlists = WatchlistFolder(path: startup.paths.watchlistsFolder).read().lists
            let scope = FilterScope(
                presets: shelf.book.presets,
                lists: Set(shelf.book.lists.map(\.name)).union(watchlists.map(\.name))
            )
            let compilation = FilterCompiler.compile(text, in: scope)
            let isGood = compilation.program != nil
            let table = isGood ? try? Self.counted(text, startup) : nil  // without an engine there are no counts
            if json {
                Console.data(Self.json(compilation, text: text, table))
            } else {
                if let pretty = compilation.pretty, isGood { Console.data(Console.printable(pretty)) }
                for line in FilterReport.lines(compilation, text: text) { Console.error(line) }
                if let table {
                    for line in LedgerText.lines(table.ledger) { Console.data(Console.printable(line)) }
                    Console.error("\(table.source): \(table.matchCount) match, \(table.unknownCount) not decided")
                }
            }
            if !isGood { throw ExitCode(ExitStatus.no.rawValue) }
        }

        private static func counted(_ text: String, _ startup: Startup) throws -> ScanTable? {
            let query = ScanQuery(filter: text, wantsLedger: true, columns: [], rows: 0..<1)
            let sockets = EngineSockets(folder: startup.paths.runtimeFolder)
            guard let found = try sockets.ask(GatewayScanRequest(query), EngineSockets.Engine.allCases) else {
                return nil
            }
            return try ScanTable(found.answer, source: found.engine.words)
        }

        private static func json(_ compilation: FilterCompilation, text: String, _ table: ScanTable?) -> String {
            let diagnostics = compilation.diagnostics.map { diagnostic in
                JSONText.object([
                    ("severity", JSONText.quoted(diagnostic.severity.rawValue)),
                    ("from", "\(diagnostic.lower)"), ("to", "\(diagnostic.upper)"),
                    ("message", JSONText.quoted(diagnostic.message)),
                    ("fix", diagnostic.fix.map { JSONText.quoted($0.replacement) } ?? "null"),
                ])
            }
            let ledger = (table?.ledger ?? []).map { clause in
                JSONText.object([
                    ("clause", JSONText.quoted(clause.text)), ("pass_alone", "\(clause.passAlone)"),
                    ("match_without", "\(clause.matchWithout)"), ("unknown", "\(clause.unknown)"),
                    ("tightest", "\(clause.isTightest)"),
                ])
            }
            return JSONText.object([
                ("ok", "\(compilation.program != nil)"),
                ("pretty", compilation.pretty.map { JSONText.quoted($0) } ?? "null"),
                ("diagnostics", JSONText.array(diagnostics)),
                ("matches", table.map { "\($0.matchCount)" } ?? "null"),
                ("unknown", table.map { "\($0.unknownCount)" } ?? "null"),
                ("ledger", JSONText.array(ledger)),
            ])
        }
    }
}
