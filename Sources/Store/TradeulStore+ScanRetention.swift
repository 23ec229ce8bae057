import GRDB
package import MarketTime

/// What retention deleted of scans.
package struct ScanRetentionCounts: Hashable, Sendable {
    /// Sets of lists.
    package var sets = 0
    /// Entries of the why-log.
    package var events = 0

    /// None.
    package init() {}

    /// All together.
    package var total: Int { sets + events }
}

extension TradeulStore {
    /// Sets or events deleted per transaction.
    private static let scanBatch = 1000
    /// The same where room is made: what is deleted beyond the need is at most this.
    private static let roomBatch = 200

    /// Deletes what lists of days before the last `keepDays` calendar days held, and the oldest of the rest beyond `maxMB`.
    ///
    /// In short transactions; `mustStop` is asked before each. Today counts as the last of the days, so 1 keeps today. The
    /// file keeps its size and reuses the space.
    ///
    /// - Throws: ``StoreError``; batches already deleted stay deleted.
    @discardableResult
    package func pruneScans(
        keepDays: Int,
        maxMB: Int,
        today: DayID,
        mustStop: () -> Bool = { false }
    ) throws -> ScanRetentionCounts {
        var counts = ScanRetentionCounts()
        let first = Int64(today.adding(days: 1 - max(keepDays, 0)).rawValue)
        for table in [ScanTable.results, .events] {
            while !mustStop() {
                let deleted = try writing { db in
                    let doomed = "SELECT id FROM \(table.rawValue) WHERE day < \(first) LIMIT \(Self.scanBatch)"
                    return try Self.deleteScans(table, doomed, db)
                }
                if table == .results { counts.sets += deleted } else { counts.events += deleted }
                if deleted == 0 { break }
            }
        }
        let maxBytes = max(0, maxMB) << 20
        while !mustStop() {
            let deleted = try writing { db -> (sets: Int, events: Int) in
                let stored = try Int.fetchOne(db, sql: "SELECT COALESCE(SUM(bytes), 0) FROM scan_days") ?? 0
                guard stored > maxBytes else { return (0, 0) }
                return try Self.deleteOldest(db)
            }
            counts.sets += deleted.sets
            counts.events += deleted.events
            if deleted.sets + deleted.events == 0 { break }
        }
        if counts.total > 0, !mustStop() { try writing { try Self.dropUnusedClauses($0) } }
        return counts
    }

    private enum ScanTable: String {
        case results = "scan_results"
        case events = "scan_events"

        /// What a row counts in `scan_days`.
        var bytes: String {
            self == .results ? scanSetBytes : "\(bytesPerScanEvent)"
        }

        /// The column of `scan_days` that counts its rows.
        var count: String { self == .results ? "sets" : "events" }
    }

    /// Deletes the oldest sets, and the events that are older than they are; without sets the oldest events.
    private static func deleteOldest(_ db: Database) throws -> (sets: Int, events: Int) {
        let sets = "SELECT id FROM scan_results ORDER BY id LIMIT \(roomBatch)"
        let last = try Int64.fetchOne(db, sql: "SELECT max(time) FROM scan_results WHERE id IN (\(sets))")
        let events = "SELECT id, time FROM scan_events ORDER BY id LIMIT \(scanBatch)"
        let deletedEvents = try deleteScans(.events, "SELECT id FROM (\(events)) WHERE time <= \(last ?? .max)", db)
        return (try deleteScans(.results, sets, db), deletedEvents)
    }

    /// Deletes rows and counts them off their days; returns how many.
    private static func deleteScans(_ table: ScanTable, _ doomed: String, _ db: Database) throws -> Int {
        let select = try RawStatement(
            db,
            "SELECT day, count(*), sum(\(table.bytes)) FROM \(table.rawValue) WHERE id IN (\(doomed)) GROUP BY day"
        )
        var days: [(day: Int64, rows: Int64, bytes: Int64)] = []
        while try select.step() { days.append((select.integer(0), select.integer(1), select.integer(2))) }
        select.reset()
        guard !days.isEmpty else { return 0 }
        try db.execute(sql: "DELETE FROM \(table.rawValue) WHERE id IN (\(doomed))")
        let deleted = db.changesCount
        for entry in days {
            try db.execute(
                sql: "UPDATE scan_days SET \(table.count) = \(table.count) - ?, bytes = bytes - ? WHERE day = ?",
                arguments: [entry.rows, entry.bytes, entry.day]
            )
        }
        try db.execute(sql: "DELETE FROM scan_days WHERE sets <= 0 AND events <= 0")
        return deleted
    }

    /// Clauses change with the trader's filters; those that no event names any more go.
    private static func dropUnusedClauses(_ db: Database) throws {
        try db.execute(sql: "DELETE FROM scan_clauses WHERE id NOT IN (SELECT clause FROM scan_events)")
    }
}
