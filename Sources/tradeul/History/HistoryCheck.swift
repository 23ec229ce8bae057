import Dashboard
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
    /// Complete rows that hold less than half of their daily bar, by day.
    private let short: [Int]
    /// Damaged rows deleted.
    private let repaired: Int
    private let path: String

    /// Share of the daily bar's volume below which a complete row is told.
    private static let shortShare = 0.5
    /// Rows counted as short of a day at most.
    private static let shortMax = 1000
    /// Symbols named of a day at most.
    private static let examplesMax = 5

    /// Looks at the last `days` trading days before the current one; with `repairs` damaged rows are deleted first.
    ///
    /// - Throws: `StoreError`.
    init(_ access: HistoryAccess, days: Int, repairs: Bool) throws {
        let newest = try access.store.storedSlotDays().first?.day
        let today = NewYork.wall(at: SystemClock().now()).day
        // A simulated market has a calendar date of its own, which only its file tells.
        let isSimulated = HTTPRequest(url: access.startup.settings.feed.restURL).isForThisMachine
        let next = newest.map { access.calendar.tradingDay(after: $0) }
        let end = isSimulated ? next ?? today : max(next ?? today, today)
        let dates = access.calendar.tradingDays(before: end, count: days)
        repaired = repairs ? try dates.reduce(0) { try $0 + access.store.repairSlots(on: $1) } : 0
        short = try dates.map { try access.store.shortRows(on: $0, below: Self.shortShare, limit: Self.shortMax).count }
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
            TextColumn.pad("DATE", -12) + TextColumn.pad("MINUTES", 7) + "  " + TextColumn.pad("SOURCE", -22)
                + TextColumn.pad("SYMBOLS", 8) + TextColumn.pad("COMPLETE", 10) + TextColumn.pad("TRADED", 8)
                + TextColumn.pad("MISSING", 9) + "  STATE"
        ]
        if repaired > 0 { lines.insert("\(repaired) damaged rows deleted; a backfill fetches them again", at: 0) }
        for (index, day) in days.enumerated() {
            lines.append(
                TextColumn.pad(day.day.date.iso, -12) + TextColumn.pad("\(day.day.tradingMinutes)", 7) + "  "
                    + TextColumn.pad(day.sources.map(\.rawValue).joined(separator: ", "), -22)
                    + TextColumn.pad(TimeText.count(day.rows), 8)
                    + TextColumn.pad(TimeText.count(day.completeRows), 10)
                    + TextColumn.pad(day.dailyBars == 0 ? "–" : TimeText.count(day.dailyBars), 8)
                    + TextColumn.pad(TimeText.count(day.missingRows), 9) + "  " + Self.state(day, missing[index])
                    + (short[index] > 0 ? "; \(short[index]) hold less than half of their daily bar" : "")
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
        let entries = days.enumerated().map { index, day in
            JSONText.object([
                ("date", JSONText.quoted(day.day.date.iso)), ("expected_minutes", "\(day.day.tradingMinutes)"),
                ("sources", JSONText.array(day.sources.map { JSONText.quoted($0.rawValue) })),
                ("symbols", "\(day.rows)"), ("complete_symbols", "\(day.completeRows)"),
                ("daily_bars", "\(day.dailyBars)"), ("missing_symbols", "\(day.missingRows)"),
                ("missing_examples", JSONText.array(missing[index].map { JSONText.quoted($0) })),
                ("short_symbols", "\(short[index])"), ("sealed", day.isSealed ? "true" : "false"),
                ("complete", day.isComplete ? "true" : "false"),
            ])
        }
        return JSONText.object([
            ("file", JSONText.quoted(path)), ("complete", isComplete ? "true" : "false"),
            ("repaired_rows", "\(repaired)"), ("days", JSONText.array(entries)),
        ])
    }

    private static func state(_ day: StoredDay, _ examples: [String]) -> String {
        if day.isComplete { return "complete" }
        if day.rows == 0 { return "nothing stored" }
        if day.dailyBars == 0 { return "cannot be judged without daily bars" }
        return "incomplete: " + examples.joined(separator: ", ") + (day.missingRows > examples.count ? ", …" : "")
    }
}
