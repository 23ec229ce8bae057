import ArgumentParser
import Dashboard
import EngineAPI
import FilterLanguage
import Glibc
import MarketData
import MarketTime

/// `tradeul scan`: who matches a filter now.
struct ScanCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "scan",
        abstract: "Prints the tickers that match a filter or stand on a list, best first.",
        discussion: """
            Asks the engine that runs on this machine: the live market's, else a demo's. Without one it takes one
            snapshot from the vendor, which needs a key. Words go to standard error, rows to standard output.
            Ends with 1 when nothing matches. docs/filters.md teaches the language in five minutes.

            EXAMPLES:
              tradeul scan 'price 1..20 and rvol > 3 and chg% > 5 and float < 50M'
              tradeul scan --list gap-up --top 20
              tradeul scan 'rvol > 5 | sort chg%- | cols price, chg%, rvol, sector' --format csv > now.csv
              tradeul scan 'halted' --watch --format ndjson | jq -r .symbol

            \(ExitStatus.helpText)
            """
    )

    @Argument(help: ArgumentHelp("The filter; everything unless given.", valueName: "filter"))
    var filter: String?

    @OptionGroup var options: ScanOptions

    @Option(help: ArgumentHelp("table, csv, json or ndjson.", valueName: "format"))
    var format = ScanFormat.table

    @Flag(help: "Go on, and print the rows anew every --every seconds.")
    var watch = false

    @Option(help: ArgumentHelp("Seconds between answers with --watch, 1 to 3600.", valueName: "seconds"))
    var every = 5

    @Option(help: ArgumentHelp("End --watch after so many answers.", valueName: "number"))
    var count: Int?

    @Option(
        help: ArgumentHelp(
            "Who stood on --list at a time: 09:45 of today, or 2026-10-05T09:45; from the history file.",
            valueName: "time"
        )
    )
    var at: String?

    @Flag(help: "Say what each clause lets pass.")
    var ledger = false

    @OptionGroup(title: "Feed") var feed: FeedOptions
    @OptionGroup(title: "History") var store: StoreOptions

    func validate() throws {
        guard (1...3600).contains(every) else { throw ValidationError("--every \(every): allowed 1 to 3600") }
        guard (count ?? 1) > 0 else { throw ValidationError("--count: allowed 1 and more") }
        if at != nil, options.list == nil || filter != nil || watch {
            throw ValidationError("--at goes with --list alone: a filter of the past is tried with tradeul backtest")
        }
        _ = try options.wish(filter)
        _ = try feed.overrides()
    }

    func run() throws {
        let startup = Startup.read(overrides: try feed.overrides() + store.overrides())
        var wish = try options.wish(filter)
        wish.wantsLedger = ledger
        if let at {
            let table = try StoredScans(startup).table(wish, at: at)
            Self.show(table, format)
            guard table.matchCount > 0 else { throw ExitCode(ExitStatus.no.rawValue) }
            return
        }
        let asker = try ScanAsker(startup, wish)
        var answers = 0
        var hasMatched = false
        while true {
            let table = try asker.answer()
            if answers == 0 { Self.note(table) }
            if watch, format == .table, answers > 0 { Console.data("") }
            Self.show(table, format)
            if ledger, answers == 0 { for line in LedgerText.lines(table.ledger) { Console.error(line) } }
            hasMatched = hasMatched || table.matchCount > 0
            answers += 1
            guard watch, answers < count ?? Int.max, !Console.isOutputGone else { break }
            sleep(UInt32(every))
        }
        guard hasMatched else { throw ExitCode(ExitStatus.no.rawValue) }
    }

    /// Rows, with nothing else on standard output.
    private static func show(_ table: ScanTable, _ format: ScanFormat) {
        // A heading over nothing is no row; an empty array is one answer.
        if table.symbols.isEmpty, format == .table { return }
        for line in ScanText.lines(table, format) { Console.data(line) }
    }

    /// Where the rows come from and what they leave out: quiet where nobody reads along.
    private static func note(_ table: ScanTable) {
        guard isatty(STDERR_FILENO) == 1 || table.matchCount == 0 else { return }
        let time = table.dataTime.map { " at \(TimeText.clock(NewYork.wall(at: $0).secondOfDay)) ET" } ?? ""
        let unknown =
            table.unknownCount > 0 ? ", \(table.unknownCount) not decided: something asked for is unknown" : ""
        let shown = table.symbols.count < table.matchCount ? ", the first \(table.symbols.count) shown" : ""
        Console.error("\(table.source)\(time): \(table.matchCount) match\(shown)\(unknown)")
    }
}

extension ScanFormat: ExpressibleByArgument {}

/// Which rows and columns.
struct ScanOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Only tickers on this list (tradeul lists).", valueName: "name"))
    var list: String?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Sort keys, - largest first: 'rvol- dvol-'.", valueName: "keys")
    )
    var sort: String?

    @Option(help: ArgumentHelp("Rows, 1 to 20000.", valueName: "rows"))
    var top: Int?

    @Option(help: ArgumentHelp("Columns: 'price chg% rvol' (tradeul columns).", valueName: "names"))
    var cols: String?

    /// What the options ask for.
    ///
    /// - Throws: `ValidationError` (exit code 64).
    func wish(_ filter: String?) throws -> ScanWish {
        var wish = ScanWish(filter: filter, list: list)
        do {
            wish.sort = try ListWords.split(sort ?? "").map { try ColumnWords.sortKey($0) }
            wish.columns = try ListWords.split(cols ?? "").map { try ColumnWords.column($0).id }
        } catch let problem as ColumnWords.Problem {
            throw ValidationError("--sort, --cols: \(Console.printable(problem.sentence))")
        }
        if let top {
            guard (1...20_000).contains(top) else { throw ValidationError("--top \(top): allowed 1 to 20000") }
            wish.top = top
        }
        return wish
    }
}
