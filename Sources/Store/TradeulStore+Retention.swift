import EngineAPI
import GRDB
package import MarketTime

/// Rows that retention deleted, by table.
package struct RetentionCounts: Hashable, Sendable {
    /// Of `volume_slots`.
    package var slots = 0
    /// Of `slot_details`.
    package var details = 0
    /// Of `daily_bars`.
    package var dailyBars = 0
    /// Of `slot_coverage`.
    package var coverage = 0
    /// Days whose summary was deleted: neither slots nor bars are left of them.
    package var days = 0

    /// None.
    package init() {}

    /// All together.
    package var total: Int { slots + details + dailyBars + coverage + days }
}

extension TradeulStore {
    /// Rows deleted per transaction by retention: a few milliseconds each.
    static let retentionBatch = 1000

    /// Deletes what is older than the days to keep, in short transactions between which other writers get their turn.
    ///
    /// `mustStop` is asked before each transaction; what is left then goes the next time. The file keeps its size and
    /// reuses the space; ``compact()`` gives it back.
    ///
    /// - Parameters:
    ///   - slotDay: First day whose slots, details and coverage are kept.
    ///   - dailyDay: First day whose daily bars are kept.
    ///   - mustStop: Whether to leave the rest for another time.
    /// - Throws: ``StoreError``; batches already deleted stay deleted.
    @discardableResult
    package func applyRetention(
        slotsBefore slotDay: DayID,
        dailyBefore dailyDay: DayID,
        mustStop: () -> Bool = { false }
    ) throws -> RetentionCounts {
        var counts = RetentionCounts()
        // First of all: what is deleted must never count as asked for, wherever this stops.
        counts.coverage = try deleteRows(
            "slot_coverage",
            "symbol, outcome, first_date",
            "last_date < ?1",
            slotDay,
            mustStop
        )
        try trimCoverage(before: slotDay, mustStop)
        counts.slots = try deleteRows("volume_slots", "date, symbol", "date < ?1", slotDay, mustStop)
        counts.details = try deleteRows("slot_details", "date, symbol", "date < ?1", slotDay, mustStop)
        counts.dailyBars = try deleteRows("daily_bars", "date, symbol", "date < ?1", dailyDay, mustStop)
        counts.days = try deleteRows(
            "slot_days",
            "date",
            """
            date < ?1 AND NOT EXISTS (SELECT 1 FROM volume_slots AS v WHERE v.date = slot_days.date)
                AND NOT EXISTS (SELECT 1 FROM daily_bars AS b WHERE b.date = slot_days.date)
            """,
            max(slotDay, dailyDay),
            mustStop
        )
        return counts
    }

    private func deleteRows(
        _ table: String,
        _ key: String,
        _ condition: String,
        _ day: DayID,
        _ mustStop: () -> Bool
    ) throws -> Int {
        var total = 0
        while !mustStop() {
            let deleted = try writing { db in
                let doomed = "SELECT \(key) FROM \(table) WHERE \(condition) LIMIT \(Self.retentionBatch)"
                let days = try Self.dayKeys(table, doomed, day, db)
                let delete = try RawStatement(db, "DELETE FROM \(table) WHERE (\(key)) IN (\(doomed))")
                try delete.bind(1, day.iso)
                try delete.run()
                let deleted = db.changesCount
                for day in days {
                    // A day without some of its slots no longer has all there is.
                    if table == "volume_slots" { try DaySummary.unseal(day, db) }
                    try DaySummary.markStale(day, db)
                }
                return deleted
            }
            total += deleted
            if deleted < Self.retentionBatch { return total }
        }
        return total
    }

    /// Lets spans begin with the first kept day: what was asked of deleted days is gone, and may be wanted again.
    private func trimCoverage(before day: DayID, _ mustStop: () -> Bool) throws {
        while !mustStop() {
            let trimmed = try writing { db in
                let key = "symbol, outcome, first_date"
                // Two spans of a symbol that would begin on the same day are told by one of them.
                let update = try RawStatement(
                    db,
                    """
                    UPDATE OR REPLACE slot_coverage SET first_date = ?1 WHERE (\(key)) IN (
                        SELECT \(key) FROM slot_coverage WHERE first_date < ?1 AND last_date >= ?1
                        LIMIT \(Self.retentionBatch)
                    )
                    """
                )
                try update.bind(1, day.iso)
                try update.run()
                return db.changesCount
            }
            if trimmed < Self.retentionBatch { return }
        }
    }

    /// The days of the rows about to be deleted, for tables whose rows a day's summary counts.
    private static func dayKeys(_ table: String, _ doomed: String, _ day: DayID, _ db: Database) throws -> [DayID] {
        guard table == "volume_slots" || table == "daily_bars" else { return [] }
        let select = try RawStatement(db, "SELECT DISTINCT date FROM (\(doomed))")
        defer { select.reset() }
        try select.bind(1, day.iso)
        var days: [DayID] = []
        while try select.step() {
            if let day = select.text(0).flatMap({ DayID(iso: $0) }) { days.append(day) }
        }
        return days
    }

    /// Rewrites the file without its free space; takes seconds and as much free space again, and keeps writers waiting.
    ///
    /// For an explicit command only, never for a running dashboard.
    ///
    /// - Throws: ``StoreError``.
    package func compact() throws {
        try outsideTransaction { db in
            try db.execute(sql: "VACUUM")
            // The new pages stand in the log until it is folded in; readers may put that off.
            try db.execute(sql: "PRAGMA wal_checkpoint(TRUNCATE)")
        }
    }
}
