import Dashboard
import EngineAPI
import History
import MarketTime

/// How a `tradeul backfill` ended.
struct BackfillReport: Equatable, Sendable {
    /// What the process ends with.
    var status = ExitStatus.ok
    /// Why it did not get everything; empty when it did.
    var sentence = ""
    /// First and last day that was wanted, and how many trading days.
    var days: [DayID] = []
    /// Days read from flat files.
    var files = 0
    /// Rows of flat files read.
    var fileRows = 0
    /// What was fetched over REST, and what was left out anywhere.
    var summary = BackfillSummary()
    /// Real seconds it took.
    var seconds = 0.0
    /// Further things to know.
    var notes: [String] = []

    /// The report for a person.
    var lines: [String] {
        var lines = notes
        if let words = BackfillText.rejections(summary.rejected) { lines.append(words) }
        if summary.notFound > 0 {
            lines.append("\(TimeText.count(summary.notFound)) symbols the vendor does not know")
        }
        if summary.givenUp > 0 {
            let examples = summary.givenUpExamples.joined(separator: ", ")
            lines.append("\(TimeText.count(summary.givenUp)) requests given up: \(examples)")
        }
        lines += summary.refusals
        if !summary.emptyDays.isEmpty {
            lines.append("no daily bars at the vendor for " + summary.emptyDays.map(\.iso).joined(separator: ", "))
        }
        let span = days.first.map { newest in
            let days = self.days.count == 1 ? "" : "\(self.days.count) days, \(self.days.last?.iso ?? "") to "
            return " for \(days)\(newest.iso)"
        }
        let bars = summary.barDays > 0 ? ", daily bars of \(BackfillText.count(summary.barDays, "day"))" : ""
        let splits = summary.splits > 0 ? ", \(BackfillText.count(summary.splits, "split"))" : ""
        lines.append(
            "\(BackfillText.count(summary.rows, "symbol-day")) stored\(span ?? "")\(bars)\(splits), "
                + "in \(TimeText.words(seconds.rounded(.up)))"
        )
        if !sentence.isEmpty { lines.append(sentence) }
        return lines
    }

    /// The report as JSON.
    var json: String {
        JSONText.object([
            ("status", JSONText.quoted(status == .ok ? "complete" : "incomplete")),
            ("sentence", JSONText.quoted(sentence)), ("days", JSONText.array(days.map { JSONText.quoted($0.iso) })),
            ("symbol_days", "\(summary.rows)"), ("symbols", "\(summary.symbols)"),
            ("daily_bar_days", "\(summary.barDays)"),
            ("splits", "\(summary.splits)"), ("listing_cuts", "\(summary.listingCuts)"),
            ("not_found", "\(summary.notFound)"), ("given_up", "\(summary.givenUp)"), ("files", "\(files)"),
            ("file_rows", "\(fileRows)"), ("bars_left_out", "\(summary.rejected.total)"), ("seconds", "\(seconds)"),
        ])
    }
}
