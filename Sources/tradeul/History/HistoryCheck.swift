import EngineAPI
import MarketData
import MarketTime
import Network
import Store
import TerminalGrid

/// What `tradeul history check` says: how complete the stored days are.
struct HistoryCheck {
    /// The days, newest first.
    let days: [StoredDay]
    /// Some of the symbols that each day lacks, in the order of `days`.
    private let missing: [[String]]
    private let path: String

    /// Symbols named of a day at most.
    private static let examplesMax = 5

    /// Looks at the last `days` trading days before the current one.
    ///
    /// - Throws: `StoreError`.
    init(_ access: HistoryAccess, days: Int) throws {
        let newest = try access.store.storedSlotDays().first?.day
        let today = NewYork.wall(at: SystemClock().now()).day
        // A simulated market has a calendar date of its own, which only its file tells.
        let isSimulated = HTTPRequest(url: access.startup.settings.feed.restURL).isForThisMachine
        let next = newest.map { access.calendar.tradingDay(after: $0) }
        let end = isSimulated ? next ?? today : max(next ?? today, today)
        let dates = access.calendar.tradingDays(before: end, count: days)
        self.days = try access.store.storedDays(dates.map { access.calendar.day($0) })
        missing = try self.days.map { day in
            day.isComplete
                ? [] : try access.store.missingSymbols(on: day.day.date, limit: Self.examplesMax).map(\.text)
        }
        path = access.store.path
    }

    /// Whether nothing is missing of any day.
    var isComplete: Bool { days.allSatisfy(\.isComplete) }

    /// The report for a person.
    var lines: [String] {
        var lines = [
            RVOLText.pad("DATE", -12) + RVOLText.pad("MINUTES", 7) + "  " + RVOLText.pad("SOURCE", -22)
                + RVOLText.pad("SYMBOLS", 8) + RVOLText.pad("COMPLETE", 10) + RVOLText.pad("TRADED", 8)
                + RVOLText.pad("MISSING", 9) + "  STATE"
        ]
        for (day, examples) in zip(days, missing) {
            lines.append(
                RVOLText.pad(day.day.date.iso, -12) + RVOLText.pad("\(day.day.tradingMinutes)", 7) + "  "
                    + RVOLText.pad(day.sources.map(\.rawValue).joined(separator: ", "), -22)
                    + RVOLText.pad(BackfillText.count(day.rows), 8)
                    + RVOLText.pad(BackfillText.count(day.completeRows), 10)
                    + RVOLText.pad(day.dailyBars == 0 ? "–" : BackfillText.count(day.dailyBars), 8)
                    + RVOLText.pad(BackfillText.count(day.missingRows), 9) + "  " + Self.state(day, examples)
            )
        }
        let incomplete = days.filter { !$0.isComplete }.count
        lines.append(
            incomplete == 0
                ? "all \(days.count) days complete"
                : "\(incomplete) of \(days.count) days incomplete: tradeul backfill --days \(days.count) completes them"
        )
        return lines
    }

    /// The report as JSON.
    var json: String {
        let entries = zip(days, missing).map { day, examples in
            JSONText.object([
                ("date", JSONText.quoted(day.day.date.iso)), ("expected_minutes", "\(day.day.tradingMinutes)"),
                ("sources", JSONText.array(day.sources.map { JSONText.quoted($0.rawValue) })),
                ("symbols", "\(day.rows)"), ("complete_symbols", "\(day.completeRows)"),
                ("daily_bars", "\(day.dailyBars)"), ("missing_symbols", "\(day.missingRows)"),
                ("missing_examples", JSONText.array(examples.map { JSONText.quoted($0) })),
                ("sealed", day.isSealed ? "true" : "false"), ("complete", day.isComplete ? "true" : "false"),
            ])
        }
        return JSONText.object([
            ("file", JSONText.quoted(path)), ("complete", isComplete ? "true" : "false"),
            ("days", JSONText.array(entries)),
        ])
    }

    private static func state(_ day: StoredDay, _ examples: [String]) -> String {
        if day.isComplete { return "complete" }
        if day.rows == 0 { return "nothing stored" }
        if day.dailyBars == 0 { return "cannot be judged without daily bars" }
        return "incomplete: " + examples.joined(separator: ", ") + (day.missingRows > examples.count ? ", …" : "")
    }
}
