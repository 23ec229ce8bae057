extension StoreSchema {
    /// Single trades, in the order of time: they are added at one end and deleted at the other.
    ///
    /// `tick_days` counts them, so that nobody has to: counting ten million rows takes seconds.
    static let ticks = """
        CREATE TABLE ticks (
            time INTEGER NOT NULL,
            symbol TEXT NOT NULL,
            identity INTEGER NOT NULL,
            price REAL NOT NULL,
            size REAL NOT NULL,
            side TEXT NOT NULL,
            exchange INTEGER NOT NULL,
            trf INTEGER NOT NULL,
            conditions TEXT NOT NULL,
            PRIMARY KEY (time, symbol, identity)
        ) WITHOUT ROWID;
        CREATE INDEX ticks_by_symbol ON ticks (symbol, time);
        CREATE TABLE tick_days (
            date TEXT NOT NULL PRIMARY KEY CHECK (length(date) = 10),
            ticks INTEGER NOT NULL
        ) WITHOUT ROWID
        """
}
