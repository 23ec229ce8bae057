extension StoreSchema {
    /// What loading reference data remembers, and the country of a ticker.
    static let reference = """
        ALTER TABLE ticker_metadata ADD COLUMN country TEXT;
        ALTER TABLE ticker_metadata ADD COLUMN country_source TEXT;
        ALTER TABLE ticker_metadata ADD COLUMN country_date TEXT;
        CREATE TABLE reference_progress (
            part TEXT NOT NULL PRIMARY KEY,
            date TEXT NOT NULL CHECK (length(date) = 10),
            cursor TEXT NOT NULL,
            complete INTEGER NOT NULL
        ) WITHOUT ROWID;
        CREATE TABLE reference_symbols (
            part TEXT NOT NULL,
            symbol TEXT NOT NULL,
            outcome TEXT NOT NULL CHECK (outcome IN ('answered', 'unknown')),
            date TEXT NOT NULL CHECK (length(date) = 10),
            PRIMARY KEY (part, symbol)
        ) WITHOUT ROWID
        """

    /// Who was on which list, and why; symbols, names of lists and clauses by number.
    ///
    /// A row of `scan_results` is what one write says of one list, packed by ``ScanCodec``: a full set of 50 takes
    /// 1,050 bytes of the file where 50 rows of integers take 2,150. Rows stand in the order they came, so that the pages are full and
    /// the oldest are deleted from one end; a table ordered by list would have its long rows in half-empty pages. Times are ms since the
    /// Unix epoch, days those since 1970-01-01. `scan_days` counts, so that nobody has to.
    static let scans = """
        CREATE TABLE scan_lists (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
        CREATE TABLE scan_symbols (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
        CREATE TABLE scan_clauses (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
        CREATE TABLE scan_results (
            id INTEGER PRIMARY KEY,
            day INTEGER NOT NULL,
            list INTEGER NOT NULL,
            time INTEGER NOT NULL,
            is_full INTEGER NOT NULL,
            packed BLOB NOT NULL CHECK (typeof(packed) = 'blob')
        );
        CREATE INDEX scan_results_by_time ON scan_results (day, list, time, is_full);
        CREATE TABLE scan_events (
            id INTEGER PRIMARY KEY,
            day INTEGER NOT NULL,
            time INTEGER NOT NULL,
            list INTEGER NOT NULL,
            symbol INTEGER NOT NULL,
            kind TEXT NOT NULL,
            rank INTEGER NOT NULL,
            previous_rank INTEGER NOT NULL,
            clause INTEGER NOT NULL,
            price REAL,
            volume REAL,
            rvol REAL,
            change REAL,
            value REAL
        );
        CREATE INDEX scan_events_by_time ON scan_events (day, time);
        CREATE TABLE scan_days (
            day INTEGER PRIMARY KEY,
            sets INTEGER NOT NULL DEFAULT 0,
            events INTEGER NOT NULL DEFAULT 0,
            bytes INTEGER NOT NULL DEFAULT 0
        );
        CREATE VIEW scan_events_rows (date, time, list, symbol, kind, rank, previous_rank, clause, price, volume, rvol,
            change, value) AS
        SELECT date(e.day * 86400, 'unixepoch'), strftime('%Y-%m-%dT%H:%M:%fZ', e.time / 1000.0, 'unixepoch'), l.name,
            s.name, e.kind, e.rank, e.previous_rank, c.name, e.price, e.volume, e.rvol, e.change, e.value
        FROM scan_events AS e JOIN scan_lists AS l ON l.id = e.list JOIN scan_symbols AS s ON s.id = e.symbol
            JOIN scan_clauses AS c ON c.id = e.clause
        """

    /// One line per ticker of a stored set, for any `sqlite3` shell: as for `volume_slots_rows` the bytes are walked.
    ///
    /// `number` counts the numbers read; every seven of them are a ticker. Times are in UTC. Conditions on list and date
    /// reach the index when they are put to `scan_results` itself; a list's day takes seconds. Bytes that
    /// ``ScanCodec`` would refuse may show nonsense, but end.
    static let scanResultsRows: String = {
        let hex = Array("0123456789abcdef")
        let allBytes = (0..<256).map { "\(hex[$0 / 16])\(hex[$0 % 16])" }.joined()
        return """
            CREATE VIEW scan_results_rows (date, time, list, is_full, rank, symbol, price, volume, rvol, change,
                market_cap) AS
            SELECT date(r.day * 86400, 'unixepoch'), strftime('%Y-%m-%dT%H:%M:%fZ', r.time / 1000.0, 'unixepoch'),
                l.name, r.is_full, json_extract(j.value, '$[1]'), s.name,
                json_extract(j.value, '$[2]') / 10000.0, json_extract(j.value, '$[3]'),
                json_extract(j.value, '$[4]') / 100.0,
                (json_extract(j.value, '$[5]') >> 1) / 100.0 * iif(json_extract(j.value, '$[5]') & 1, -1, 1),
                json_extract(j.value, '$[6]') * 1000
            FROM scan_results AS r JOIN scan_lists AS l ON l.id = r.list, json_each((
                WITH RECURSIVE walk (position, byte, unit, partial, number, value) AS (
                    SELECT 1, instr(x'\(allBytes)', substr(r.packed, 1, 1)) - 1, 1, 0, 0, NULL
                    UNION ALL
                    SELECT position + 1,
                        instr(x'\(allBytes)', substr(r.packed, position + 1, 1)) - 1,
                        CASE WHEN byte < 128 THEN 1 ELSE unit * 128 END,
                        CASE WHEN byte < 128 THEN 0 ELSE partial + (byte - 128) * unit END,
                        number + (byte < 128),
                        CASE WHEN byte < 128 THEN partial + byte * unit END
                    FROM walk WHERE position <= length(r.packed)
                ), fields (ticker, field, value) AS (
                    SELECT (number - 1) / 7, (number - 1) % 7, value FROM walk WHERE value IS NOT NULL
                ), tickers (value) AS (
                    SELECT json_array(
                        max(CASE field WHEN 0 THEN value END), max(CASE field WHEN 1 THEN value END),
                        max(CASE field WHEN 2 THEN nullif(value, 0) END) - 1,
                        max(CASE field WHEN 3 THEN nullif(value, 0) END) - 1,
                        max(CASE field WHEN 4 THEN nullif(value, 0) END) - 1,
                        max(CASE field WHEN 5 THEN nullif(value, 0) END) - 1,
                        max(CASE field WHEN 6 THEN nullif(value, 0) END) - 1)
                    FROM fields GROUP BY ticker
                )
                SELECT json_group_array(json(value)) FROM tickers
            )) AS j JOIN scan_symbols AS s ON s.id = json_extract(j.value, '$[0]')
            """
    }()
}
