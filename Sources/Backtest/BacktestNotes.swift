import EngineAPI
import FilterLanguage
import MarketData

/// What one must know to judge a backtest's numbers.
struct BacktestNotes {
    private let used: [ColumnID]
    private let isStateful: Bool
    private let hasSlots: Bool
    private let hasClose: Bool
    private var hasSplits = false
    private var unknownLists: Set<String> = []

    init(_ program: FilterProgram, _ request: BacktestRequest) {
        used = program.numberColumns + program.textColumns
        isStateful = program.isStateful
        hasSlots = request.horizons.contains { $0 != .close }
        hasClose = request.horizons.contains(.close)
    }

    /// Takes note of a day that was used.
    mutating func look(at day: BacktestDay, _ unknownLists: Set<String>) {
        if !day.history.splitToday.isEmpty { hasSplits = true }
        self.unknownLists.formUnion(unknownLists)
    }

    /// The notes, most important first.
    func lines(_ report: BacktestReport) -> [String] {
        var lines = [
            "the filter is asked at the end of each five-minute slot, with what was known then",
            "entry at the average price of the next slot with a trade, at most "
                + "\(BacktestDayRun.entrySlots * 5) minutes later; no costs, no spread, any size",
        ]
        if hasSlots {
            lines.append("a return after minutes takes that slot's average price, or the last one before it (stale)")
        }
        if hasClose { lines.append("a return at the close takes the day's official close; none for entries after it") }
        let approximate = names(BacktestColumns.approximateColumns)
        if !approximate.isEmpty {
            lines.append("\(approximate): a slot's average price stands for the last price")
        }
        let today = names(BacktestColumns.referenceColumns)
        if !today.isEmpty { lines.append("\(today): today's values, not those of the day") }
        if isStateful { lines.append("for, crosses and exit look once every five minutes, and begin anew each day") }
        for list in unknownLists.sorted() {
            lines.append("@\(list): nothing is stored of it at some of the slots; nobody counts as on it then")
        }
        lines.append("only symbols that are stored take part: what was delisted or never loaded is missing")
        if hasSplits {
            lines.append("volumes and prices of earlier days are in the day's own shares, by the stored splits")
        }
        let incomplete = report.days.reduce(0) { $0 + $1.incompleteSymbols }
        if incomplete > 0 { lines.append("\(incomplete) symbol days left out: some of their slots are not known") }
        let skipped = report.days.count - report.usedDays
        if skipped > 0 { lines.append("\(skipped) of \(report.days.count) days skipped") }
        if report.total.hits > report.hits.count {
            lines.append(
                "the first \(report.hits.count) of \(report.total.hits) hits are listed; the numbers count all"
            )
        }
        return lines
    }

    private func names(_ columns: Set<ColumnID>) -> String {
        var names: [String] = []
        for id in used where columns.contains(id) && !names.contains(id.rawValue) { names.append(id.rawValue) }
        return names.joined(separator: ", ")
    }
}
