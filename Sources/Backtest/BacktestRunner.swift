package import EngineAPI
package import FilterLanguage
import MarketData
package import MarketTime

/// Why a backtest cannot be run.
package enum BacktestError: Error, Hashable, Sendable {
    /// The filter cannot be compiled for stored days; the problem is one line with its place.
    case filter(problem: String, diagnostics: [FilterDiagnostic])
    /// The request makes no sense; the sentence says what is wrong.
    case request(sentence: String)

    /// What is wrong, in a line for the trader.
    package var sentence: String {
        switch self {
        case .filter(let problem, _): problem
        case .request(let sentence): sentence
        }
    }
}

/// What a backtest's filter may refer to, beside the stored days.
package struct BacktestScope: Hashable, Sendable {
    /// Texts that `$name` stands for.
    package var presets: [String: String]
    /// What `@name` stands for, as the lists are today.
    package var symbolLists: [SymbolList]
    /// Names of lists of scans: `@name` stands for who is stored to have been on it at the slot's end.
    package var scanLists: Set<String>

    /// A scope.
    package init(
        presets: [String: String] = [:],
        symbolLists: [SymbolList] = [],
        scanLists: Set<String> = []
    ) {
        self.presets = presets
        self.symbolLists = symbolLists
        self.scanLists = scanLists
    }
}

/// Tries a filter on stored days, honestly: what it is asked at the end of a slot is answered by what was known then.
///
/// One day is in memory at a time. Blocks until it is done.
package enum BacktestRunner {
    /// Days of a request, at most.
    package static let daysMax = 400
    /// Horizons of a request, at most.
    package static let horizonsMax = 12
    /// Hits after which a run is cut short: the filter is no filter.
    package static let hitsMax = 1_000_000

    /// Runs a request.
    ///
    /// - Parameters:
    ///   - request: What to try.
    ///   - store: The stored days.
    ///   - calendar: The trading days and their hours.
    ///   - settings: How RVOL is taken.
    ///   - scope: What the filter may refer to.
    ///   - onDay: Called after each day with it, how many are done, and how many there are.
    ///   - isCancelled: Asked before each slot; the report then holds the days that were done.
    /// - Throws: ``BacktestError``, and what the store throws.
    package static func run(
        _ request: BacktestRequest,
        store: any BacktestStore,
        calendar: ExchangeCalendar,
        settings: RVOLSettings = RVOLSettings(),
        scope: BacktestScope = BacktestScope(),
        onDay: (BacktestDayResult, Int, Int) -> Void = { _, _, _ in },
        isCancelled: () -> Bool = { false }
    ) throws -> BacktestReport {
        try check(request)
        let (program, compilation) = try compile(request, scope)
        var report = BacktestReport(request: request, filter: compilation.pretty ?? request.text)
        report.warnings = compilation.diagnostics.filter { $0.severity == .warning }.map(\.message)
        let reference = try store.referenceFacts()
        var facts: [Symbol: Int] = [:]
        for (row, symbol) in reference.symbols.enumerated() { facts[symbol] = row }
        var total = ReturnTally(horizons: request.horizons.count)
        var notes = BacktestNotes(program, request)
        for date in request.days {
            if isCancelled() { break }
            var result = BacktestDayResult(day: date)
            var tally = ReturnTally(horizons: request.horizons.count)
            let marketDay = calendar.day(date)
            if marketDay.isTradingDay {
                let day = try store.backtestDay(
                    HistoryRequest(tradingDay: date, calendar: calendar, settings: settings)
                )
                result.symbols = day.symbols.count
                result.incompleteSymbols = day.incompleteSymbols
                result.skipped = reasonToSkip(day)
                if result.skipped == nil {
                    let lists = ListMembers(day, scope, store)
                    let columns = BacktestColumns(day, marketDay, settings, facts, reference)
                    var run = BacktestDayRun(program, request, columns, members: lists.members)
                    try run.run(isCancelled: isCancelled)
                    // A day cut short in the middle would count hits only of its beginning.
                    if isCancelled() { break }
                    result.unknownSymbols = run.unknownSymbols
                    for outcome in run.outcomes { tally.add(outcome) }
                    let room = BacktestReport.listedHitsMax - report.hits.count
                    report.hits += run.outcomes.prefix(max(0, room)).map(\.hit)
                    notes.look(at: day, lists.unknownLists)
                }
            } else {
                result.skipped = "no trading day"
            }
            result.summary = tally.summary
            total.add(tally)
            report.days.append(result)
            onDay(result, report.days.count, request.days.count)
            if total.hits > hitsMax {
                report.cutShort =
                    "more than \(hitsMax) hits after \(report.days.count) days: the filter lets too much pass"
                break
            }
        }
        if report.cutShort == nil, report.days.count < request.days.count {
            report.cutShort = "stopped after \(report.days.count) of \(request.days.count) days"
        }
        report.total = total.summary
        report.notes = notes.lines(report)
        return report
    }

    private static func check(_ request: BacktestRequest) throws {
        guard !request.days.isEmpty else { throw BacktestError.request(sentence: "no days to try the filter on") }
        guard request.days.count <= daysMax else {
            throw BacktestError.request(sentence: "\(request.days.count) days are too many: at most \(daysMax)")
        }
        guard request.horizons.count <= horizonsMax else {
            throw BacktestError.request(
                sentence: "\(request.horizons.count) horizons are too many: at most \(horizonsMax)"
            )
        }
        for case .slots(let slots) in request.horizons where !(1..<Slot.count).contains(slots) {
            throw BacktestError.request(
                sentence:
                    "a horizon of \(slots * 5) minutes is not possible: 5 to \((Slot.count - 1) * 5), in steps of 5"
            )
        }
    }

    private static func compile(
        _ request: BacktestRequest,
        _ scope: BacktestScope
    ) throws -> (FilterProgram, FilterCompilation) {
        let compilation = FilterCompiler.compile(
            request.text,
            in: FilterScope(
                presets: scope.presets,
                lists: scope.scanLists.union(scope.symbolLists.map(\.name)),
                unavailable: BacktestColumns.unavailable
            )
        )
        guard let program = compilation.program else {
            throw BacktestError.filter(
                problem: compilation.problem ?? "the filter cannot be read",
                diagnostics: compilation.diagnostics
            )
        }
        for key in program.sort where !BacktestColumns.numberColumns.contains(key.column) && program.top != nil {
            throw BacktestError.filter(
                problem: "sort by \(key.column.rawValue): not stored, so `top` cannot cut by it",
                diagnostics: compilation.diagnostics
            )
        }
        return (program, compilation)
    }

    private static func reasonToSkip(_ day: BacktestDay) -> String? {
        if day.symbols.isEmpty {
            return day.incompleteSymbols > 0
                ? "no symbol has all its slots: load the day with tradeul backfill"
                : "nothing stored: load the day with tradeul backfill"
        }
        if !day.vwap.contains(where: { $0 > 0 }) {
            return "no prices stored, volumes only: load the day with tradeul backfill"
        }
        return nil
    }
}

/// Who is on the lists a filter names, in the rows of a day.
private final class ListMembers {
    private let rows: [Symbol: Int]
    private let symbolLists: [String: [Bool]]
    private let store: any BacktestStore
    /// Lists of which nothing was stored at some slot.
    private(set) var unknownLists: Set<String> = []

    init(_ day: BacktestDay, _ scope: BacktestScope, _ store: any BacktestStore) {
        var rows: [Symbol: Int] = [:]
        for (row, symbol) in day.symbols.enumerated() { rows[symbol] = row }
        self.rows = rows
        self.store = store
        var lists: [String: [Bool]] = [:]
        for list in scope.symbolLists { lists[list.name] = Self.flags(list.symbols, rows) }
        symbolLists = lists
    }

    func members(_ list: String, at moment: Instant) throws -> [Bool] {
        if let fixed = symbolLists[list] { return fixed }
        guard let symbols = try store.scanMembers(of: list, at: moment) else {
            unknownLists.insert(list)
            return Self.flags([], rows)
        }
        return Self.flags(symbols, rows)
    }

    private static func flags(_ symbols: [Symbol], _ rows: [Symbol: Int]) -> [Bool] {
        var flags = Array(repeating: false, count: rows.count)
        for symbol in symbols {
            if let row = rows[symbol] { flags[row] = true }
        }
        return flags
    }
}
