extension StoreSchema {
    /// What a backfill adds: splits, what has been asked, trades and VWAP per slot, summaries of days, listing dates.
    ///
    /// The index holds all that is known of a symbol's day without its packed bytes, which are ten times as long: counting
    /// and skipping need not read those.
    static let backfill = """
        CREATE TABLE splits (
            symbol TEXT NOT NULL,
            execution_date TEXT NOT NULL CHECK (length(execution_date) = 10),
            split_from REAL NOT NULL,
            split_to REAL NOT NULL,
            source TEXT NOT NULL,
            PRIMARY KEY (symbol, execution_date)
        ) WITHOUT ROWID;
        CREATE TABLE slot_coverage (
            symbol TEXT NOT NULL,
            outcome TEXT NOT NULL CHECK (outcome IN ('answered', 'not-found')),
            first_date TEXT NOT NULL CHECK (length(first_date) = 10),
            last_date TEXT NOT NULL CHECK (length(last_date) = 10),
            updated_at INTEGER NOT NULL,
            PRIMARY KEY (symbol, outcome, first_date)
        ) WITHOUT ROWID;
        CREATE TABLE slot_details (
            date TEXT NOT NULL CHECK (length(date) = 10),
            symbol TEXT NOT NULL,
            trades BLOB NOT NULL CHECK (typeof(trades) = 'blob'),
            vwap BLOB NOT NULL CHECK (typeof(vwap) = 'blob'),
            PRIMARY KEY (date, symbol)
        ) WITHOUT ROWID;
        CREATE TABLE slot_days (
            date TEXT NOT NULL PRIMARY KEY CHECK (length(date) = 10),
            sealed INTEGER NOT NULL DEFAULT 0,
            stale INTEGER NOT NULL DEFAULT 1,
            expected_minutes INTEGER NOT NULL DEFAULT 0,
            seen_symbols INTEGER NOT NULL DEFAULT 0,
            complete_symbols INTEGER NOT NULL DEFAULT 0,
            daily_bars INTEGER NOT NULL DEFAULT 0,
            missing_symbols INTEGER NOT NULL DEFAULT 0,
            sources TEXT NOT NULL DEFAULT '',
            updated_at INTEGER NOT NULL DEFAULT 0
        ) WITHOUT ROWID;
        CREATE TABLE listings (
            symbol TEXT NOT NULL PRIMARY KEY,
            first_date TEXT NOT NULL CHECK (length(first_date) = 10),
            checked_through TEXT NOT NULL CHECK (length(checked_through) = 10),
            updated_at INTEGER NOT NULL
        ) WITHOUT ROWID;
        ALTER TABLE market_days ADD COLUMN post_close TEXT;
        CREATE INDEX volume_slots_state ON volume_slots (date, symbol, slots_known, volume, source);
        INSERT INTO slot_days (date) SELECT date FROM volume_slots UNION SELECT date FROM daily_bars
        """

    /// The view of one line per known slot, with what ``SlotCodec`` says of runs of slots without trades.
    ///
    /// As before it walks the bytes; `idle` is how many slots of a run are still to be told, `is_run` that the next number
    /// is the length of one. Every step goes on by a byte or by a slot, so any bytes come to an end.
    static let slotRowsWithRuns: String = {
        let hex = Array("0123456789abcdef")
        let allBytes = (0..<256).map { "\(hex[$0 / 16])\(hex[$0 % 16])" }.joined()
        return """
            DROP VIEW volume_slots_rows;
            CREATE VIEW volume_slots_rows (date, symbol, slot_number, slot_time, volume_accumulated) AS
            SELECT v.date, v.symbol, CAST(j.key AS INTEGER),
                printf('%02d:%02d', 4 + CAST(j.key AS INTEGER) / 12, CAST(j.key AS INTEGER) % 12 * 5),
                j.value
            FROM volume_slots AS v, json_each((
                WITH RECURSIVE walk (position, byte, slot, unit, partial, total, value, is_run, idle) AS (
                    SELECT 1, instr(x'\(allBytes)', substr(v.packed, 1, 1)) - 1, 0, 1, 0, 0, NULL, 0, 0
                    UNION ALL
                    SELECT position + (idle = 0),
                        CASE WHEN idle > 0 THEN byte
                            ELSE instr(x'\(allBytes)', substr(v.packed, position + 1, 1)) - 1 END,
                        slot + (idle > 0 OR (byte < 128 AND NOT is_run AND (byte > 0 OR unit = 1))),
                        CASE WHEN idle > 0 OR byte < 128 THEN 1 ELSE unit * 128 END,
                        CASE WHEN idle > 0 OR byte < 128 THEN 0 ELSE partial + (byte - 128) * unit END,
                        CASE WHEN idle = 0 AND byte < 128 AND NOT is_run
                            THEN total + max(partial + byte * unit - 1, 0) ELSE total END,
                        CASE WHEN idle > 0 THEN total
                            WHEN byte < 128 AND NOT is_run AND partial + byte * unit > 0
                            THEN total + partial + byte * unit - 1 END,
                        CASE WHEN idle > 0 THEN 0
                            WHEN byte < 128 THEN NOT is_run AND byte = 0 AND unit > 1
                            ELSE is_run END,
                        CASE WHEN idle > 0 THEN idle - 1
                            WHEN byte < 128 AND is_run THEN min(partial + byte * unit, 192) ELSE 0 END
                    FROM walk
                    WHERE (idle > 0 OR position <= length(v.packed)) AND position <= 1345 AND slot < 192
                )
                SELECT json_group_object(slot - 1, value) FROM walk WHERE value IS NOT NULL
            )) AS j
            """
    }()
}
