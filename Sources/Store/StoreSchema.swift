import GRDB

/// What the file looks like: its mark, its migrations in order, and the view for other programs.
///
/// Migrations are only ever appended: a released one is never edited, and a file that names one not listed here was
/// written by a newer program.
enum StoreSchema {
    /// `PRAGMA application_id` of a history file ("Trdl"): tells it from any other SQLite file.
    static let applicationID: Int32 = 0x5472_646C

    /// The computer's time in an SQL expression, ms since the Unix epoch: noted for people, never compared with.
    static let nowMs = "CAST(strftime('%s', 'now') AS INTEGER) * 1000"

    /// All migrations, oldest first.
    static func migrator() -> DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("2026-11 volume slots") { db in
            try db.execute(sql: "PRAGMA application_id = \(applicationID)")
            try db.execute(sql: volumeSlots)
            try db.execute(sql: volumeSlotsRows)
        }
        migrator.registerMigration("2026-11 tickers, daily bars, market days, settings") { db in
            try db.execute(sql: tickerMetadata)
            try db.execute(sql: dailyBarsMarketDaysSettings)
        }
        migrator.registerMigration("2026-11 splits, coverage, slot details, slot days, listings") { db in
            try db.execute(sql: backfill)
            try db.execute(sql: slotRowsWithRuns)
        }
        migrator.registerMigration("2026-11 ticks") { db in
            try db.execute(sql: ticks)
        }
        migrator.registerMigration("2026-11 reference data, scans") { db in
            try db.execute(sql: reference)
            try db.execute(sql: scans)
            try db.execute(sql: scanResultsRows)
        }
        return migrator
    }

    private static let volumeSlots = """
        CREATE TABLE volume_slots (
            date TEXT NOT NULL CHECK (length(date) = 10),
            symbol TEXT NOT NULL,
            source TEXT NOT NULL,
            slots_known INTEGER NOT NULL,
            volume INTEGER NOT NULL,
            packed BLOB NOT NULL CHECK (typeof(packed) = 'blob'),
            PRIMARY KEY (date, symbol)
        ) WITHOUT ROWID
        """

    private static let tickerMetadata = """
        CREATE TABLE ticker_metadata (
            symbol TEXT NOT NULL PRIMARY KEY,
            name TEXT, name_source TEXT, name_date TEXT,
            exchange TEXT, exchange_source TEXT, exchange_date TEXT,
            type TEXT, type_source TEXT, type_date TEXT,
            sector TEXT, sector_source TEXT, sector_date TEXT,
            industry TEXT, industry_source TEXT, industry_date TEXT,
            market_cap REAL, market_cap_source TEXT, market_cap_date TEXT,
            float_shares REAL, float_shares_source TEXT, float_shares_date TEXT,
            shares_outstanding REAL, shares_outstanding_source TEXT, shares_outstanding_date TEXT,
            average_volume REAL, average_volume_source TEXT, average_volume_date TEXT
        ) WITHOUT ROWID
        """

    private static let dailyBarsMarketDaysSettings = """
        CREATE TABLE daily_bars (
            date TEXT NOT NULL CHECK (length(date) = 10),
            symbol TEXT NOT NULL,
            open REAL,
            high REAL,
            low REAL,
            close REAL,
            volume REAL NOT NULL,
            vwap REAL,
            trades INTEGER,
            source TEXT NOT NULL,
            PRIMARY KEY (date, symbol)
        ) WITHOUT ROWID;
        CREATE TABLE market_days (
            date TEXT NOT NULL PRIMARY KEY CHECK (length(date) = 10),
            kind TEXT NOT NULL CHECK (kind IN ('full', 'early-close', 'closed')),
            open TEXT,
            close TEXT,
            reason TEXT NOT NULL,
            source TEXT NOT NULL
        ) WITHOUT ROWID;
        CREATE TABLE settings (
            key TEXT NOT NULL PRIMARY KEY,
            value TEXT NOT NULL,
            updated_at INTEGER NOT NULL
        ) WITHOUT ROWID
        """

    /// The first form of the view, which does not know runs of slots without trades; ``slotRowsWithRuns`` replaced it.
    ///
    /// One line per known slot, for any `sqlite3` shell: SQLite has no varints, so the bytes are walked by recursion.
    /// The place of a byte in a literal of all 256 is its value. The object of slot → volume built per row is what lets
    /// a correlated walk stand in a join; conditions on date and symbol reach the primary key. One symbol's day takes
    /// 2 ms, a day of 11,000 symbols 3 s. Bytes that ``SlotCodec`` would refuse may show nonsense, but end.
    private static let volumeSlotsRows: String = {
        let hex = Array("0123456789abcdef")
        let allBytes = (0..<256).map { "\(hex[$0 / 16])\(hex[$0 % 16])" }.joined()
        return """
            CREATE VIEW volume_slots_rows (date, symbol, slot_number, slot_time, volume_accumulated) AS
            SELECT v.date, v.symbol, CAST(j.key AS INTEGER),
                printf('%02d:%02d', 4 + CAST(j.key AS INTEGER) / 12, CAST(j.key AS INTEGER) % 12 * 5),
                j.value
            FROM volume_slots AS v, json_each((
                WITH RECURSIVE walk (position, byte, slot, unit, partial, total, value) AS (
                    SELECT 1, instr(x'\(allBytes)', substr(v.packed, 1, 1)) - 1, 0, 1, 0, 0, NULL
                    UNION ALL
                    SELECT position + 1,
                        instr(x'\(allBytes)', substr(v.packed, position + 1, 1)) - 1,
                        slot + (byte < 128),
                        CASE WHEN byte < 128 THEN 1 ELSE unit * 128 END,
                        CASE WHEN byte < 128 THEN 0 ELSE partial + (byte - 128) * unit END,
                        CASE WHEN byte < 128 THEN total + max(partial + byte * unit - 1, 0) ELSE total END,
                        CASE WHEN byte < 128 AND partial + byte * unit > 0 THEN total + partial + byte * unit - 1 END
                    FROM walk
                    WHERE position <= length(v.packed) AND position <= 1344 AND slot < 192
                )
                SELECT json_group_object(slot - 1, value) FROM walk WHERE value IS NOT NULL
            )) AS j
            """
    }()
}
