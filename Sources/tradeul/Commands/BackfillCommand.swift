import ArgumentParser
import EngineAPI
import Glibc
import History
import MarketData
import MarketTime
import Network
import Store

/// `tradeul backfill`: loads slot history into the history file.
struct BackfillCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backfill",
        abstract: "Loads what the history file lacks: five-minute slots, daily bars, splits.",
        discussion: """
            Over REST (the default) every symbol takes one request, the most active first; what is stored is not asked
            again, so a backfill that was ended goes on where it was. history.requests_per_minute bounds the requests:
            5 for the free plan. From flat files a whole market's day is one file: downloaded ones in a folder
            (--flat-files), or straight from the vendor (--s3, which needs POLYGON_S3_ACCESS_KEY_ID).

            EXAMPLES:
              tradeul backfill --days 20
              tradeul backfill --days 60 --symbols AAPL,TSLA
              tradeul backfill --flat-files ~/flatfiles --from 2026-10-01 --to 2026-10-30
              tradeul backfill --s3 --days 30

            \(ExitStatus.helpText)
            """
    )

    @Option(help: ArgumentHelp("Trading days before the current one, 1 to 250 (history.days).", valueName: "number"))
    var days: Int?

    @Option(help: ArgumentHelp("Only these, separated by commas.", valueName: "symbols"))
    var symbols: String?

    @Option(help: ArgumentHelp("First day, instead of --days.", valueName: "date"))
    var from: String?

    @Option(help: ArgumentHelp("Last day; the last complete one unless given.", valueName: "date"))
    var to: String?

    @Option(help: ArgumentHelp("Folder with the vendor's downloaded flat files.", valueName: "folder"))
    var flatFiles: String?

    @Flag(help: "Read the vendor's flat files from its S3 endpoint.")
    var s3 = false

    @Option(help: ArgumentHelp("Address of the S3 endpoint (history.flat_files_url).", valueName: "url"))
    var flatFilesURL: String?

    @Option(help: ArgumentHelp("Most requests in a minute (history.requests_per_minute).", valueName: "number"))
    var rate: String?

    @Flag(help: "Print one JSON object about what was loaded.")
    var json = false

    @OptionGroup(title: "Feed") var feed: FeedOptions
    @OptionGroup(title: "History") var store: StoreOptions

    func validate() throws {
        _ = try overrides()
        _ = try range()
        if flatFiles != nil, s3 { throw ValidationError("--flat-files and --s3: one place at a time") }
        if flatFiles != nil || s3, symbols != nil {
            throw ValidationError("--symbols: a flat file holds the whole market, and all of it is stored")
        }
        if let days, !(1...HistoryWindow.daysMax).contains(days) {
            throw ValidationError("--days \(days): allowed 1 to \(HistoryWindow.daysMax)")
        }
        if let symbols { _ = try SymbolArguments.read([symbols]) }
    }

    func run() throws {
        Termination.hold()
        let startup = Startup.read(overrides: try overrides())
        let access = try HistoryAccess(startup, creates: true)
        let range = try range()
        let report: BackfillReport
        if flatFiles != nil || s3 {
            report = try FlatFileBackfill(access: access, folder: flatFiles).run(days: days, range: range)
        } else {
            let symbols = try symbols.map { try SymbolArguments.read([$0]) }
            var fetched = try RESTBackfill(access: access).run(days: days, range: range, symbols: symbols)
            if fetched.status == .ok,
                let words = BackfillText.nothingStored(try Self.absent(symbols, fetched, access))
            {
                fetched.notes.append(words)
            }
            report = fetched
        }
        if json {
            Console.data(report.json)
        } else {
            for line in report.lines { Console.error(line) }
        }
        guard report.status == .ok else { throw ExitCode(report.status.rawValue) }
    }

    /// Those of `symbols` of which not one of the report's days is stored; none is looked up in a long list, which nobody
    /// typed.
    private static func absent(
        _ symbols: [Symbol]?,
        _ report: BackfillReport,
        _ access: HistoryAccess
    ) throws -> [Symbol] {
        guard let symbols, symbols.count <= 100 else { return [] }
        do {
            return try symbols.filter { symbol in
                try report.days.allSatisfy { try access.store.slotRows(day: $0, symbol: symbol).symbols.isEmpty }
            }
        } catch {
            throw HistoryAccess.failure(error)
        }
    }

    private func overrides() throws -> [SettingOverride] {
        try feed.overrides() + store.overrides()
            + SettingOverride.list([
                ("history.requests_per_minute", rate), ("history.flat_files_url", flatFilesURL),
            ])
    }

    /// The dates of the options; nil where none is given.
    private func range() throws -> (from: DayID?, to: DayID?) {
        let from = try from.map { try DateArgument.read($0, "--from") }
        let to = try to.map { try DateArgument.read($0, "--to") }
        if let from, let to, to < from { throw ValidationError("--to \(to.iso) is before --from \(from.iso)") }
        if from != nil, days != nil { throw ValidationError("--from and --days: one of them") }
        return (from, to)
    }
}
