import EngineAPI
import GRDB
import MarketData
import MarketTime

/// What `slot_days` says of a day: counted once after a write touched the day, so that nobody counts rows to know it.
struct DaySummary: Equatable {
    var rows = 0
    var completeRows = 0
    var dailyBars = 0
    var missingRows = 0
    var expectedMinutes = 0
    var isSealed = false
    /// Rows per source in alphabetical order of their words.
    var sources: [(word: String, rows: Int)] = []

    static func == (left: Self, right: Self) -> Bool {
        left.rows == right.rows && left.completeRows == right.completeRows && left.dailyBars == right.dailyBars
            && left.missingRows == right.missingRows && left.isSealed == right.isSealed
            && left.expectedMinutes == right.expectedMinutes && left.sourcesText == right.sourcesText
    }

    /// Whether every symbol that is known to have traded has all its slots, so that nobody need look for missing ones.
    var hasNothingMissing: Bool { isSealed || (dailyBars > 0 && missingRows == 0 && completeRows == rows) }

    /// Known sources, most rows first.
    var knownSources: [SlotSource] {
        sources.sorted { ($1.rows, $0.word) < ($0.rows, $1.word) }.compactMap { SlotSource(rawValue: $0.word) }
    }

    /// The form in the file, `aggregates:10,live:3`.
    var sourcesText: String { sources.map { "\($0.word):\($0.rows)" }.joined(separator: ",") }

    /// A day's entry for the callers of the store.
    func storedDay(_ day: MarketDay) -> StoredDay {
        StoredDay(
            day: day,
            rows: rows,
            completeRows: completeRows,
            dailyBars: dailyBars,
            missingRows: missingRows,
            sources: knownSources,
            isSealed: isSealed
        )
    }
}

extension DaySummary {
    /// Notes that rows of a day changed: its summary is to be counted again before the next use.
    static func markStale(_ day: DayID, _ db: Database) throws {
        let sql = """
            INSERT INTO slot_days (date, stale) VALUES (?1, 1)
            ON CONFLICT (date) DO UPDATE SET stale = 1 WHERE stale = 0
            """
        try mark(sql, day, db)
    }

    /// Notes that the calendar of a day changed; nothing when no rows are stored of it.
    static func markStaleIfKnown(_ day: DayID, _ db: Database) throws {
        try mark("UPDATE slot_days SET stale = 1 WHERE date = ?1", day, db)
    }

    /// Notes that a whole-market source has said everything about a day.
    static func seal(_ day: DayID, _ db: Database) throws {
        let sql =
            "INSERT INTO slot_days (date, sealed) VALUES (?1, 1) ON CONFLICT (date) DO UPDATE SET sealed = 1, stale = 1"
        try mark(sql, day, db)
    }

    /// Notes that rows of a day were deleted: it no longer has all there is.
    static func unseal(_ day: DayID, _ db: Database) throws {
        try mark("UPDATE slot_days SET sealed = 0, stale = 1 WHERE date = ?1", day, db)
    }

    private static func mark(_ sql: String, _ day: DayID, _ db: Database) throws {
        let mark = try RawStatement(db, sql)
        try mark.bind(1, day.iso)
        try mark.run()
    }

    /// A day's summary: the stored one when it holds, else counted anew.
    static func of(_ day: DayID, _ calendar: ExchangeCalendar, _ db: Database) throws -> Self {
        let select = try RawStatement(
            db,
            """
            SELECT stale, sealed, expected_minutes, seen_symbols, complete_symbols, daily_bars, missing_symbols, sources
            FROM slot_days WHERE date = ?1
            """
        )
        defer { select.reset() }
        try select.bind(1, day.iso)
        guard try select.step() else { return Self() }
        let isSealed = select.integer(1) != 0
        if select.integer(0) != 0 { return try counted(day, isSealed: isSealed, calendar, db) }
        var summary = Self()
        summary.isSealed = isSealed
        summary.expectedMinutes = Int(select.integer(2))
        summary.rows = Int(select.integer(3))
        summary.completeRows = Int(select.integer(4))
        summary.dailyBars = Int(select.integer(5))
        summary.missingRows = Int(select.integer(6))
        for part in (select.text(7) ?? "").split(separator: ",") {
            let pair = part.split(separator: ":")
            guard pair.count == 2, let rows = Int(pair[1]) else { continue }
            summary.sources.append((String(pair[0]), rows))
        }
        return summary
    }

    /// Counts a day's rows: some milliseconds for a whole market.
    static func counted(
        _ day: DayID,
        isSealed: Bool,
        _ calendar: ExchangeCalendar,
        _ db: Database
    ) throws -> Self {
        var summary = Self()
        summary.isSealed = isSealed
        summary.expectedMinutes = calendar.day(day).tradingMinutes
        var perSource: [[UInt8]: Int] = [:]
        var walk = try DayWalk(day, symbol: nil, db)
        defer { walk.end() }
        while let entry = try walk.next() {
            if entry.hasRow {
                summary.rows += 1
                perSource[walk.sourceBytes, default: 0] += 1
                if entry.isComplete { summary.completeRows += 1 }
            }
            if entry.hasBar { summary.dailyBars += 1 }
            if entry.traded && !entry.isComplete { summary.missingRows += 1 }
        }
        summary.sources = perSource.map { (String(decoding: $0.key, as: UTF8.self), $0.value) }
            .sorted { $0.word < $1.word }
        return summary
    }

    /// Counts every stale day in one transaction and stores what it found.
    static func refreshStale(_ calendar: ExchangeCalendar, _ db: Database) throws {
        let stale = try staleDays(db)
        let update = try RawStatement(
            db,
            """
            UPDATE slot_days SET stale = 0, expected_minutes = ?2, seen_symbols = ?3, complete_symbols = ?4,
                daily_bars = ?5, missing_symbols = ?6, sources = ?7, updated_at = \(StoreSchema.nowMs) WHERE date = ?1
            """
        )
        for (day, isSealed) in stale {
            let summary = try counted(day, isSealed: isSealed, calendar, db)
            try update.bind(1, day.iso)
            try update.bind(2, Int64(summary.expectedMinutes))
            try update.bind(3, Int64(summary.rows))
            try update.bind(4, Int64(summary.completeRows))
            try update.bind(5, Int64(summary.dailyBars))
            try update.bind(6, Int64(summary.missingRows))
            try update.bind(7, summary.sourcesText)
            try update.run()
        }
    }

    /// Days whose summary is to be counted again.
    static func staleDays(_ db: Database) throws -> [(day: DayID, isSealed: Bool)] {
        let select = try RawStatement(db, "SELECT date, sealed FROM slot_days WHERE stale = 1")
        defer { select.reset() }
        var days: [(DayID, Bool)] = []
        while try select.step() {
            guard let day = select.text(0).flatMap({ DayID(iso: $0) }) else { continue }
            days.append((day, select.integer(1) != 0))
        }
        return days
    }
}
