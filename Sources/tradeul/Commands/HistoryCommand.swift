import ArgumentParser
import EngineAPI
import Glibc
import MarketData
import MarketTime
import Store

/// `tradeul history`: what is stored.
struct HistoryCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "history",
        abstract: "Looks at the history file: how complete its days are, a symbol's slots, all of them as CSV.",
        discussion: """
            EXAMPLES:
              tradeul history check                          every stored day, and what is missing of it
              tradeul history slots AAPL --days 2 --format csv
              tradeul history ticks AAPL                     the trades kept of a day
              tradeul history scans --list gap-up --at 09:45  who was on a list
              tradeul history why --symbol GME               why it came and went
              tradeul history export --from 2026-10-01 > october.csv

            \(ExitStatus.helpText)
            """,
        subcommands: [
            Check.self, Slots.self, Ticks.self, Scans.self, Why.self, Export.self, Compact.self,
        ]
    )

    /// `tradeul history check`.
    struct Check: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract:
                "Says of each trading day where its slots came from and what is missing; ends with 1 when anything is.",
            discussion: """
                A day is complete when every symbol that traded by its daily bar has all 192 slots, or when a whole
                market's file has been read.

                EXAMPLES:
                  tradeul history check
                  tradeul history check --days 60 --json | python3 -m json.tool
                """
        )

        @Option(help: ArgumentHelp("Trading days before the current one.", valueName: "number"))
        var days = 20

        @Flag(help: "Read every row, and delete damaged ones, so that a backfill fetches them again.")
        var repair = false

        @Flag(help: "Print one JSON object.")
        var json = false

        @OptionGroup(title: "Feed") var feed: FeedOptions
        @OptionGroup(title: "History") var store: StoreOptions

        func validate() throws {
            guard (1...400).contains(days) else { throw ValidationError("--days \(days): allowed 1 to 400") }
        }

        func run() throws {
            let access = try HistoryCommand.access(feed, store)
            let report = try HistoryCommand.storing { try HistoryCheck(access, days: days, repairs: repair) }
            if json {
                Console.data(report.json)
            } else {
                for line in report.lines { Console.data(Console.printable(line)) }
            }
            guard report.isComplete else { throw ExitCode(ExitStatus.no.rawValue) }
        }
    }

    /// `tradeul history slots`.
    struct Slots: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract:
                "Prints the stored five-minute slots of symbols, oldest day first; slots nobody has seen are left out.",
            discussion: """
                volume_accumulated is the volume since 04:00 ET at the slot's end, as traded (not split-adjusted);
                trades and vwap are the slot's own, where the source told them.

                EXAMPLES:
                  tradeul history slots AAPL --days 20
                  tradeul history slots AAPL BRK.B --from 2026-10-01 --to 2026-10-05 --format json
                """
        )

        @Argument(help: ArgumentHelp("Symbols, case-sensitive.", valueName: "symbol"))
        var symbols: [String]

        @OptionGroup var range: DayRangeOptions

        @Option(help: ArgumentHelp("table, csv or json.", valueName: "format"))
        var format = SlotFormat.table

        @OptionGroup(title: "Feed") var feed: FeedOptions
        @OptionGroup(title: "History") var store: StoreOptions

        func validate() throws { _ = try SymbolArguments.read(symbols) }

        func run() throws {
            let access = try HistoryCommand.access(feed, store)
            let symbols = try SymbolArguments.read(symbols)
            let count = try HistoryCommand.write(access, range, symbols: symbols, format: format)
            if count == 0 {
                let names = symbols.prefix(5).map(\.text).joined(separator: ", ")
                Console.error("no slots of \(names) are stored for these days; tradeul backfill --symbols fetches them")
                throw ExitCode(ExitStatus.no.rawValue)
            }
        }
    }

    /// `tradeul history export`.
    struct Export: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Prints the stored slots of all symbols, a day at a time, oldest first.",
            discussion: """
                The columns are those of `history slots`. A day of the whole market is about a million lines.

                EXAMPLE:
                  tradeul history export --from 2026-10-05 --to 2026-10-05 | gzip > 2026-10-05.csv.gz
                """
        )

        @OptionGroup var range: DayRangeOptions

        @Option(help: ArgumentHelp("csv, json or table.", valueName: "format"))
        var format = SlotFormat.csv

        @OptionGroup(title: "Feed") var feed: FeedOptions
        @OptionGroup(title: "History") var store: StoreOptions

        func run() throws {
            let access = try HistoryCommand.access(feed, store)
            guard try HistoryCommand.write(access, range, symbols: nil, format: format) > 0 else {
                Console.error("no slots are stored for these days")
                throw ExitCode(ExitStatus.no.rawValue)
            }
        }
    }

    /// `tradeul history compact`.
    struct Compact: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Rewrites the history file without the space that deleted days left; not while a dashboard runs.",
            discussion: "EXAMPLE:\n  tradeul history compact"
        )

        @OptionGroup(title: "Feed") var feed: FeedOptions
        @OptionGroup(title: "History") var store: StoreOptions

        func run() throws {
            let access = try HistoryCommand.access(feed, store, isExclusive: true)
            try HistoryCommand.storing { try access.store.compact() }
        }
    }

    /// The history file by the options.
    static func access(
        _ feed: FeedOptions,
        _ store: StoreOptions,
        isExclusive: Bool = false
    ) throws -> HistoryAccess {
        let startup = Startup.read(overrides: try feed.overrides() + store.overrides())
        return try HistoryAccess(startup, creates: false, isExclusive: isExclusive)
    }

    /// Runs `body`; a store's error ends the command with 74.
    static func storing<T>(_ body: () throws -> T) throws -> T {
        do { return try body() } catch { throw HistoryAccess.failure(error) }
    }

    /// Prints slots; returns how many lines.
    static func write(
        _ access: HistoryAccess,
        _ range: DayRangeOptions,
        symbols: [Symbol]?,
        format: SlotFormat
    ) throws -> Int {
        try storing {
            let (from, through) = try range.days(access.calendar, newest: access.store.storedSlotDays().first?.day)
            var cursor = try access.store.slotCursor(from: from, through: through, symbols: symbols)
            let output = LineBuffer()
            if let heading = format.heading { output.append(heading) }
            var count = 0
            while !Console.isOutputGone, let records = try cursor.next() {
                for record in records {
                    for line in SlotLine.lines(record) {
                        output.append(format.text(line, isFirst: count == 0))
                        count += 1
                    }
                }
            }
            if let footing = format.footing { output.append(footing) }
            output.flush()
            return count
        }
    }
}

/// Days by `--days`, or by `--from` and `--to`.
struct DayRangeOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Trading days up to the newest stored one (20 unless given).", valueName: "number"))
    var days: Int?

    @Option(help: ArgumentHelp("First day, instead of --days.", valueName: "date"))
    var from: String?

    @Option(help: ArgumentHelp("Last day; the newest stored one unless given.", valueName: "date"))
    var to: String?

    func validate() throws {
        if let days, !(1...400).contains(days) { throw ValidationError("--days \(days): allowed 1 to 400") }
        if days != nil, from != nil { throw ValidationError("--from and --days: one of them") }
        let from = try from.map { try DateArgument.read($0, "--from") }
        let to = try to.map { try DateArgument.read($0, "--to") }
        if let from, let to, to < from { throw ValidationError("--to \(to.iso) is before --from \(from.iso)") }
    }

    /// First and last day; `newest` is the newest stored one.
    func days(_ calendar: ExchangeCalendar, newest: DayID?) throws -> (from: DayID, through: DayID) {
        let today = NewYork.wall(at: SystemClock().now()).day
        let through = try to.map { try DateArgument.read($0, "--to") } ?? newest ?? today
        if let from { return (try DateArgument.read(from, "--from"), through) }
        return (calendar.tradingDays(before: through.adding(days: 1), count: days ?? 20).last ?? through, through)
    }
}

extension SlotFormat: ExpressibleByArgument {}

extension SlotLine {
    /// The known slots of a stored day.
    static func lines(_ record: SlotRecord) -> [Self] {
        (0..<Slot.count).compactMap { slot in
            guard record.cumulative[slot] != SlotRows.unknown else { return nil }
            let trades = record.trades.isEmpty ? SlotHistory.unknownTrades : record.trades[slot]
            let vwap = record.vwap.isEmpty ? .nan : record.vwap[slot]
            return Self(
                date: record.day,
                symbol: record.symbol,
                slot: slot,
                volume: record.cumulative[slot],
                trades: trades == SlotHistory.unknownTrades ? nil : Int(trades),
                vwap: vwap.isNaN ? nil : Double(vwap)
            )
        }
    }
}
