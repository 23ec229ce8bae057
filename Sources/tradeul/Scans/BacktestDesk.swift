import Backtest
import Dashboard
import EngineAPI
import Glibc
import MarketData
import MarketTime
import Network
import Store

/// Runs a backtest over the history file and prints what came of it.
struct BacktestDesk {
    private let access: HistoryAccess
    private let shelf: ScanShelf
    private let symbolLists: [SymbolList]

    /// Opens the history file.
    ///
    /// - Throws: ``Failure``.
    init(_ startup: Startup) throws {
        access = try HistoryAccess(startup, creates: false)
        shelf = ScanShelf.read(startup.paths.scansFile)
        symbolLists = WatchlistFolder(path: startup.paths.watchlistsFolder).read().lists.map(\.symbolList)
    }

    /// Runs what a command line asks for.
    ///
    /// - Throws: ``Failure``, and an exit code of 1 without a hit.
    func run(_ command: BacktestCommand) throws {
        let newest = try HistoryCommand.storing { try access.store.storedSlotDays() }
        guard let last = newest.map(\.day).max() else {
            throw Failure(
                status: .no,
                sentence: "no days are stored: tradeul backfill --days \(command.days) loads them"
            )
        }
        // A day that is still running has no close yet.
        let end = Self.end(last: last, now: SystemClock().now(), access.calendar)
        let request = BacktestRequest(
            text: command.filter,
            days: access.calendar.tradingDays(before: end, count: command.days),
            entry: BacktestRequest.Entry(rawValue: command.enter) ?? .first,
            horizons: try command.horizons()
        )
        let report = try perform(request)
        for words in report.warnings { Console.error("warning: \(words)") }
        let lines =
            command.json
            ? [BacktestText.json(report)] : command.csv ? BacktestText.csv(report) : BacktestText.lines(report)
        for line in lines { Console.data(Console.printable(line)) }
        for note in report.notes { Console.error("note: \(note)") }
        if let reason = report.cutShort { Console.error(reason) }
        if report.total.hits == 0 { throw Failure(status: .no, sentence: "no hits on \(report.usedDays) stored days") }
    }

    /// The trading day before which days are taken: the one after the last stored day that is over.
    static func end(last: DayID, now: Instant, _ calendar: ExchangeCalendar) -> DayID {
        let today = calendar.state(at: now).tradingDay
        let over = NewYork.instant(today, secondOfDay: calendar.day(today).postCloseSecond)
        return last < today || now >= over ? calendar.tradingDay(after: min(last, today)) : today
    }

    private func perform(_ request: BacktestRequest) throws -> BacktestReport {
        let showsProgress = isatty(STDERR_FILENO) == 1
        defer { if showsProgress { Console.raw("\r\u{1B}[K") } }
        do {
            return try BacktestRunner.run(
                request,
                store: BacktestHistory(store: access.store),
                calendar: access.calendar,
                settings: access.rvol,
                scope: BacktestScope(
                    presets: shelf.book.presets,
                    symbolLists: symbolLists,
                    scanLists: Set(shelf.book.lists.map(\.name))
                ),
                onDay: { result, done, count in
                    if showsProgress { Console.raw("\r\u{1B}[K\(result.day.iso)  \(done)/\(count) days") }
                },
                isCancelled: { Console.isOutputGone }
            )
        } catch let error as BacktestError {
            throw Failure(status: .usage, sentence: error.sentence)
        } catch {
            throw HistoryAccess.failure(error)
        }
    }
}

/// A backtest's report as lines, CSV or JSON.
enum BacktestText {
    /// For people: a line per day, then the totals per horizon.
    static func lines(_ report: BacktestReport) -> [String] {
        var lines = [report.filter, "", "DATE          HITS  ENTERED" + headings(report)]
        for day in report.days.reversed() {
            if let reason = day.skipped {
                lines.append("\(day.day.iso)     –  skipped: \(reason)")
            } else {
                lines.append(row(day.day.iso, day.summary))
            }
        }
        lines.append(row("all \(report.usedDays)", report.total))
        lines.append("")
        lines.append("HORIZON      N     MEAN   MEDIAN     WINS    WORST     BEST")
        for (horizon, returns) in zip(report.request.horizons, report.total.returns) {
            let cells = [returns.mean, returns.median].map { percent($0, 9) }.joined()
            lines.append(
                TextColumn.pad(word(horizon), -9) + TextColumn.pad("\(returns.count)", 5) + cells
                    + TextColumn.pad(share(returns.winRate), 9) + percent(returns.worst, 9) + percent(returns.best, 9)
            )
        }
        return lines
    }

    /// A line per hit.
    static func csv(_ report: BacktestReport) -> [String] {
        let horizons = report.request.horizons.map { "return_\(word($0))" }
        let heading = (["date", "symbol", "slot", "time", "entry_slot", "entry_price"] + horizons).joined(
            separator: ","
        )
        return [heading]
            + report.hits.map { hit in
                let fields =
                    [
                        hit.day.iso, hit.symbol.text, "\(hit.slot)",
                        TimeText.hourMinute(Slot.dayStartSecond + (hit.slot + 1) * Slot.seconds),
                        hit.entrySlot.map { "\($0)" } ?? "", ScanText.plain(hit.entryPrice) ?? "",
                    ] + hit.returns.map { ScanText.plain($0) ?? "" }
                return fields.joined(separator: ",")
            }
    }

    /// One object.
    static func json(_ report: BacktestReport) -> String {
        let days = report.days.map { day in
            JSONText.object([
                ("date", JSONText.quoted(day.day.iso)), ("skipped", day.skipped.map { JSONText.quoted($0) } ?? "null"),
                ("symbols", "\(day.symbols)"), ("unknown_symbols", "\(day.unknownSymbols)"),
                ("summary", summary(day.summary, report.request.horizons)),
            ])
        }
        let hits = report.hits.map { hit in
            JSONText.object([
                ("date", JSONText.quoted(hit.day.iso)), ("symbol", JSONText.quoted(hit.symbol.text)),
                ("slot", "\(hit.slot)"), ("entry_slot", hit.entrySlot.map { "\($0)" } ?? "null"),
                ("entry_price", ScanText.plain(hit.entryPrice) ?? "null"),
                ("returns", JSONText.array(hit.returns.map { ScanText.plain($0) ?? "null" })),
            ])
        }
        return JSONText.object([
            ("filter", JSONText.quoted(report.filter)),
            ("horizons", JSONText.array(report.request.horizons.map { JSONText.quoted(word($0)) })),
            ("total", summary(report.total, report.request.horizons)), ("days", JSONText.array(days)),
            ("hits", JSONText.array(hits)), ("notes", JSONText.array(report.notes.map { JSONText.quoted($0) })),
            ("warnings", JSONText.array(report.warnings.map { JSONText.quoted($0) })),
        ])
    }

    private static func summary(_ summary: BacktestSummary, _ horizons: [BacktestRequest.Horizon]) -> String {
        let returns = zip(horizons, summary.returns).map { horizon, returns in
            JSONText.object([
                ("horizon", JSONText.quoted(word(horizon))), ("count", "\(returns.count)"),
                ("mean", ScanText.plain(returns.mean) ?? "null"), ("median", ScanText.plain(returns.median) ?? "null"),
                ("win_rate", ScanText.plain(returns.winRate) ?? "null"),
                ("worst", ScanText.plain(returns.worst) ?? "null"), ("best", ScanText.plain(returns.best) ?? "null"),
                ("stale_prices", "\(returns.stalePrices)"), ("missing", "\(returns.missing)"),
            ])
        }
        return JSONText.object([
            ("hits", "\(summary.hits)"), ("entries", "\(summary.entries)"), ("returns", JSONText.array(returns)),
        ])
    }

    private static func row(_ name: String, _ summary: BacktestSummary) -> String {
        TextColumn.pad(name, -12) + TextColumn.pad("\(summary.hits)", 6) + TextColumn.pad("\(summary.entries)", 9)
            + summary.returns.map { percent($0.mean, 10) }.joined()
    }

    private static func headings(_ report: BacktestReport) -> String {
        report.request.horizons.map { TextColumn.pad("MEAN " + word($0), 10) }.joined()
    }

    /// A horizon as one types it.
    static func word(_ horizon: BacktestRequest.Horizon) -> String {
        switch horizon {
        case .slots(let slots): "\(slots * Slot.seconds / 60)m"
        case .close: "close"
        }
    }

    private static func percent(_ value: Double, _ width: Int) -> String {
        guard value.isFinite else { return TextColumn.pad("–", width) }
        let rounded = (value * 100).rounded() / 100
        return TextColumn.pad((rounded > 0 ? "+" : "") + "\(rounded)%", width)
    }

    private static func share(_ value: Double) -> String { value.isFinite ? "\(Int((value).rounded()))%" : "–" }
}
