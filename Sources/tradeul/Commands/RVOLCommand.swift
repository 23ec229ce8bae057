import ArgumentParser
import EngineAPI
import Feeds
import Glibc
import MarketData
import MarketTime

/// `tradeul rvol`: the numbers behind a symbol's relative volume.
struct RVOLCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rvol",
        abstract: "Prints a symbol's relative volume, and with --explain every number it is made of.",
        discussion: """
            With a key, today's volume comes from one market snapshot, as in the dashboard, and --at from minute bars.
            Without one, or with --offline, the history file alone is read, which knows the ends of five-minute slots.

            EXAMPLES:
              tradeul rvol AAPL
              tradeul rvol AAPL TSLA --at 10:30 --date 2026-10-05 --explain
              tradeul rvol AAPL --mode slot --lookback 20 --json

            \(ExitStatus.helpText)
            """
    )

    @Argument(help: ArgumentHelp("Symbols as the vendor writes them, case-sensitive: AAPL BRK.B", valueName: "symbol"))
    var symbols: [String]

    @Option(
        help: ArgumentHelp("New York time, HH:MM from 04:00 to 20:00; the newest data unless given.", valueName: "time")
    )
    var at: String?

    @Option(help: ArgumentHelp("Trading day; the current one unless given.", valueName: "date"))
    var date: String?

    @Option(help: ArgumentHelp("interpolated, slot or regular (rvol.mode).", valueName: "mode"))
    var mode: String?

    @Option(help: ArgumentHelp("Days of the baseline, 1 to 60 (rvol.lookback_days).", valueName: "days"))
    var lookback: String?

    @Option(help: ArgumentHelp("skip or include (rvol.early_closes).", valueName: "choice"))
    var earlyCloses: String?

    @Flag(help: "Show the whole calculation.")
    var explain = false

    @Flag(help: "Print one JSON object per symbol, a line each.")
    var json = false

    @Flag(help: "Ask nobody: read the history file alone.")
    var offline = false

    @OptionGroup(title: "Feed") var feed: FeedOptions
    @OptionGroup(title: "History") var store: StoreOptions

    func validate() throws {
        _ = try moment()
        _ = try wanted()
        _ = try overrides()
    }

    func run() throws {
        let startup = Startup.read(overrides: try overrides())
        let clock = CorrectedClock(base: SystemClock())
        let isOffline = offline || (startup.keys.vendor == nil && !startup.keys.isRefused)
        if isOffline, !offline { Console.error("no key for the vendor: reading the history file alone") }
        let access = try HistoryAccess(startup, creates: !isOffline)
        let source = try isOffline ? nil : access.source(clock: clock)
        defer { source?.stop() }
        let desk = RVOLDesk(access, source: source, clock: clock)
        var failure: Failure?
        var isFirst = true
        for symbol in try wanted() {
            do {
                let answer = try desk.answer(symbol, try moment())
                show(answer, isFirst: isFirst)
                isFirst = false
            } catch let error as Failure where error.status == .no {
                // One symbol nobody knows is no reason to keep the others' numbers back.
                Console.error("tradeul: " + error.sentence)
                failure = error
            } catch {
                throw HistoryAccess.failure(error)
            }
        }
        if failure != nil { throw ExitCode(ExitStatus.no.rawValue) }
    }

    private func show(_ answer: RVOLAnswer, isFirst: Bool) {
        if json {
            Console.data(RVOLText.json(answer))
        } else if explain {
            if !isFirst { Console.data("") }
            for line in RVOLText.explanation(answer) { Console.data(line) }
        } else {
            if isFirst { Console.data(RVOLText.heading) }
            Console.data(RVOLText.line(answer))
        }
        for words in [RVOLText.missingDays(answer), RVOLText.staleDays(answer)] {
            if let words { Console.error(words) }
        }
    }

    private func overrides() throws -> [SettingOverride] {
        try feed.overrides() + store.overrides()
            + SettingOverride.list([
                ("rvol.mode", mode), ("rvol.lookback_days", lookback), ("rvol.early_closes", earlyCloses),
            ])
    }

    private func wanted() throws -> [Symbol] { try SymbolArguments.read(symbols) }

    /// What the options ask for.
    func moment() throws -> RVOLDesk.Moment {
        let day = try date.map { try DateArgument.read($0, "--date") }
        guard let at else {
            guard let day else { return .now }
            return .at(day, second: Slot.dayEndSecond)
        }
        let fields = at.split(separator: ":", omittingEmptySubsequences: false)
        let numbers = fields.compactMap {
            $0.count == 2 && $0.utf8.allSatisfy { (0x30...0x39).contains($0) } ? Int($0) : nil
        }
        guard fields.count == 2, numbers.count == 2, numbers[0] < 24, numbers[1] < 60 else {
            throw ValidationError("--at \(Console.printable(String(at.prefix(20)))): not a time such as 10:30")
        }
        let second = numbers[0] * 3600 + numbers[1] * 60
        guard (Slot.dayStartSecond...Slot.dayEndSecond).contains(second) else {
            throw ValidationError("--at \(at): the trading day is from 04:00 to 20:00")
        }
        return .at(day, second: second)
    }
}

/// Symbols given on the command line.
enum SymbolArguments {
    /// Most symbols in a list.
    static let countMax = 20_000

    /// The symbols of words, each of which may be a list with commas; duplicates count once.
    ///
    /// - Throws: `ValidationError` (exit code 64).
    static func read(_ words: [String]) throws -> [Symbol] {
        var seen: Set<Symbol> = []
        var symbols: [Symbol] = []
        for word in words.flatMap({ $0.split(separator: ",", omittingEmptySubsequences: true) }) {
            guard let symbol = Symbol(word) else {
                throw ValidationError(
                    "\(Console.printable(String(word.prefix(40)))): not a symbol such as AAPL or BRK.B"
                )
            }
            if seen.insert(symbol).inserted { symbols.append(symbol) }
        }
        guard !symbols.isEmpty else { throw ValidationError("no symbol given, such as AAPL") }
        guard symbols.count <= countMax else { throw ValidationError("more than \(countMax) symbols") }
        return symbols
    }
}

/// A date given on the command line.
enum DateArgument {
    /// The date.
    ///
    /// - Throws: `ValidationError` (exit code 64) for what is no date between 1990 and 2040, which the calendar knows.
    static func read(_ text: String, _ option: String) throws -> DayID {
        guard let day = DayID(iso: text), (1990...2040).contains(day.civil.year) else {
            let shown = Console.printable(String(text.prefix(40)))
            throw ValidationError("\(option) \(shown): not a date from 1990 to 2040 such as 2026-10-05")
        }
        return day
    }
}
