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
}
