import ArgumentParser
import Dashboard
import EngineAPI
import Glibc
import MarketData
import MarketTime
import Store

extension HistoryCommand {
    /// `tradeul history scans`.
    struct Scans: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Prints what was on a list: at a time, or everything that happened on it on a day.",
            discussion: """
                Lists are kept while a dashboard runs (scans.store, scans.keep_days): every change, and each list in
                full every minute, its first 50 ranks. Without --list, the days and lists that are stored.

                EXAMPLES:
                  tradeul history scans
                  tradeul history scans --list gap-up --at 09:45
                  tradeul history scans --list gap-up --date 2026-10-05 --format csv
                """
        )

        @Option(help: ArgumentHelp("The list.", valueName: "name"))
        var list: String?

        @Option(help: ArgumentHelp("Date in New York; the newest stored one unless given.", valueName: "date"))
        var date: String?

        @Option(help: ArgumentHelp("Who was on it at this time: 09:45.", valueName: "time"))
        var at: String?

        @Option(help: ArgumentHelp("table, csv, json or ndjson.", valueName: "format"))
        var format = ScanFormat.table

        @Flag(help: "Leave out changes of rank.")
        var membersOnly = false

        @OptionGroup(title: "Feed") var feed: FeedOptions
        @OptionGroup(title: "History") var store: StoreOptions

        func validate() throws {
            if let date { _ = try DateArgument.read(date, "--date") }
            if at != nil, list == nil { throw ValidationError("--at needs --list") }
        }

        func run() throws {
            let startup = Startup.read(overrides: try feed.overrides() + store.overrides())
            let stored = try StoredScans(startup)
            let day = try date.map { try DateArgument.read($0, "--date") }
            guard let list else { return try inventory(stored, day) }
            if let at {
                let time = day.map { "\($0.iso)T\(at)" } ?? at
                let table = try stored.table(ScanWish(list: list), at: time)
                for line in ScanText.lines(table, format) { Console.data(line) }
                Console.error(
                    "\(list) at \(TimeText.clock(NewYork.wall(at: table.time).secondOfDay)): \(table.matchCount)"
                )
                return
            }
            try changes(stored, list, try day ?? stored.newestDay())
        }

        private func inventory(_ stored: StoredScans, _ day: DayID?) throws {
            let days = try HistoryCommand.storing { try stored.access.store.storedScanDays() }
            for entry in days where day == nil || entry.day == day {
                for list in try HistoryCommand.storing({ try stored.access.store.storedScanLists(day: entry.day) }) {
                    let first = TimeText.clock(NewYork.wall(at: list.firstTime).secondOfDay)
                    let last = TimeText.clock(NewYork.wall(at: list.lastTime).secondOfDay)
                    Console.data(
                        format == .table
                            ? "\(entry.day.iso)  \(TextColumn.pad(list.name, -20))  \(first)–\(last)  "
                                + "\(list.fullSets) full, \(list.changeSets) changes"
                            : JSONText.object([
                                ("date", JSONText.quoted(entry.day.iso)), ("list", JSONText.quoted(list.name)),
                                ("first", JSONText.quoted(first)), ("last", JSONText.quoted(last)),
                                ("full", "\(list.fullSets)"), ("changes", "\(list.changeSets)"),
                            ])
                    )
                }
            }
            guard days.isEmpty else { return }
            Console.error("no lists are stored yet: they are while a dashboard runs (scans.store)")
            throw ExitCode(ExitStatus.no.rawValue)
        }

        private func changes(_ stored: StoredScans, _ list: String, _ day: DayID) throws {
            let changes = try HistoryCommand.storing {
                try stored.access.store.scanChanges(list: list, day: day, membershipOnly: membersOnly)
            }
            guard !changes.isEmpty else {
                Console.error("nothing of \(list) on \(day.iso) is stored; tradeul history scans shows what is")
                throw ExitCode(ExitStatus.no.rawValue)
            }
            let output = LineBuffer()
            if format == .table { output.append(ScanHistoryText.heading) }
            if format == .csv { output.append(ScanHistoryText.csvHeading) }
            if format == .json { output.append("[") }
            for (index, change) in changes.enumerated() {
                switch format {
                case .table: output.append(ScanHistoryText.line(change))
                case .csv: output.append(ScanHistoryText.csv(change, list: list))
                case .ndjson: output.append(ScanHistoryText.json(change, list: list))
                case .json:
                    output.append(
                        " " + ScanHistoryText.json(change, list: list) + (index + 1 < changes.count ? "," : "")
                    )
                }
                if Console.isOutputGone { break }
            }
            if format == .json { output.append("]") }
            output.flush()
        }
    }

    /// `tradeul history why`.
    struct Why: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract:
                "Prints why tickers came onto lists and left them: the clause that decided, and the numbers then.",
            discussion: """
                EXAMPLES:
                  tradeul history why --symbol GME
                  tradeul history why --list gap-up --date 2026-10-05 --json
                """
        )

        @Option(help: ArgumentHelp("Only of this list.", valueName: "name"))
        var list: String?

        @Option(help: ArgumentHelp("Only of this symbol.", valueName: "symbol"))
        var symbol: String?

        @Option(help: ArgumentHelp("Date in New York; the newest stored one unless given.", valueName: "date"))
        var date: String?

        @Option(help: ArgumentHelp("The newest so many, 1 to 1000000.", valueName: "lines"))
        var count = 1000

        @Flag(help: "Print one JSON object per entry, a line each.")
        var json = false

        @OptionGroup(title: "Feed") var feed: FeedOptions
        @OptionGroup(title: "History") var store: StoreOptions

        func validate() throws {
            if let date { _ = try DateArgument.read(date, "--date") }
            if let symbol { _ = try SymbolArguments.read([symbol]) }
            guard (1...1_000_000).contains(count) else {
                throw ValidationError("--count \(count): allowed 1 to 1000000")
            }
        }

        func run() throws {
            let startup = Startup.read(overrides: try feed.overrides() + store.overrides())
            let stored = try StoredScans(startup)
            let wanted = try symbol.flatMap { try SymbolArguments.read([$0]).first }
            let day = try date.map { try DateArgument.read($0, "--date") } ?? stored.newestDay()
            let events = try HistoryCommand.storing {
                try stored.access.store.scanEvents(list: list, symbol: wanted, day: day, limit: count)
            }
            guard !events.isEmpty else {
                Console.error("no entries of \(day.iso) are stored; tradeul history scans shows what is")
                throw ExitCode(ExitStatus.no.rawValue)
            }
            let output = LineBuffer()
            if !json { output.append(ScanHistoryText.whyHeading) }
            for event in events.reversed() {
                output.append(json ? ScanHistoryText.json(event) : Console.printable(ScanHistoryText.line(event)))
                if Console.isOutputGone { break }
            }
            output.flush()
        }
    }
}

/// What happened on lists, as lines.
enum ScanHistoryText {
    static let heading = "TIME      RANK       SYM           PRICE     CHG%    RVOL      VOL"
    static let csvHeading = "time,list,symbol,rank,previous_rank,price,change_percent,rvol,volume,market_cap"
    static let whyHeading = "TIME      LIST              SYM       WHAT     RANK      PRICE    RVOL  BECAUSE"

    static func line(_ change: ScanChange) -> String {
        let row = change.row
        let rank =
            row.rank == 0
            ? "−\(change.previousRank)"
            : change.previousRank == 0
                ? "+\(row.rank)" : "\(change.previousRank) → \(row.rank)"
        return time(change.time) + "  " + TextColumn.pad(rank, -11) + TextColumn.pad(row.symbol.text, -9)
            + TextColumn.pad(text(row.price, .last), 10) + TextColumn.pad(text(row.change, .changePercent), 9)
            + TextColumn.pad(text(row.rvol, .rvol), 8) + TextColumn.pad(text(row.volume, .volume), 9)
    }

    static func csv(_ change: ScanChange, list: String) -> String {
        let row = change.row
        let numbers = [row.price, row.change, row.rvol, row.volume, row.marketCap].map { ScanText.plain($0) ?? "" }
        return ([time(change.time), list, row.symbol.text, "\(row.rank)", "\(change.previousRank)"] + numbers)
            .joined(separator: ",")
    }

    static func json(_ change: ScanChange, list: String) -> String {
        let row = change.row
        return JSONText.object([
            ("time", JSONText.quoted(time(change.time))), ("list", JSONText.quoted(list)),
            ("symbol", JSONText.quoted(row.symbol.text)), ("rank", row.rank == 0 ? "null" : "\(row.rank)"),
            ("previous_rank", change.previousRank == 0 ? "null" : "\(change.previousRank)"),
            ("price", number(row.price)), ("chg%", number(row.change)), ("rvol", number(row.rvol)),
            ("vol", number(row.volume)), ("mcap", number(row.marketCap)),
        ])
    }

    static func line(_ event: ScanEvent) -> String {
        let rank = event.kind == .moved ? "\(event.previousRank)→\(event.rank)" : "\(event.rank)"
        let value = event.value.isNaN ? "" : "  (it was \(ScanText.plain(event.value.rounded(toPlaces: 4)) ?? "–"))"
        return time(event.time) + "  " + TextColumn.pad(event.list, -17) + " " + TextColumn.pad(event.symbol.text, -9)
            + " " + TextColumn.pad(event.kind.rawValue, -8) + TextColumn.pad(rank, 5)
            + TextColumn.pad(text(event.price, .last), 11) + TextColumn.pad(text(event.rvol, .rvol), 8) + "  "
            + event.clause + value
    }

    static func json(_ event: ScanEvent) -> String {
        JSONText.object([
            ("time", JSONText.quoted(time(event.time))), ("list", JSONText.quoted(event.list)),
            ("symbol", JSONText.quoted(event.symbol.text)), ("what", JSONText.quoted(event.kind.rawValue)),
            ("rank", "\(event.rank)"), ("previous_rank", event.previousRank == 0 ? "null" : "\(event.previousRank)"),
            ("clause", JSONText.quoted(event.clause)), ("value", number(event.value)),
            ("price", number(event.price)), ("chg%", number(event.changePercent)), ("rvol", number(event.rvol)),
            ("vol", number(event.volume)),
        ])
    }

    private static func time(_ instant: Instant) -> String { TimeText.clock(NewYork.wall(at: instant).secondOfDay) }

    private static func number(_ value: Double) -> String { ScanText.plain(value) ?? "null" }

    private static func text(_ value: Double, _ column: ColumnID) -> String {
        ColumnDescriptor.of(column).map { ScanText.text(value, $0) } ?? "–"
    }
}

extension Double {
    /// Rounded to so many decimals, for people.
    fileprivate func rounded(toPlaces places: Int) -> Double {
        var scale = 1.0
        for _ in 0..<places { scale *= 10 }
        return (self * scale).rounded() / scale
    }
}
