import GRDB
package import MarketData
package import MarketTime

/// A ticker that was on a list.
package struct ScanRow: Hashable, Sendable {
    /// Who.
    package var symbol: Symbol
    /// From 1; 0 for one who has left.
    package var rank: Int
    /// When the numbers were taken.
    package var time: Instant
    /// USD, to 1/10,000; NaN is missing, here and below.
    package var price: Double
    /// Shares since 04:00 ET.
    package var volume: Double
    /// ×, to 1/100.
    package var rvol: Double
    /// Percent, to 1/100.
    package var change: Double
    /// Market capitalisation, USD, to 1,000.
    package var marketCap: Double
}

/// Who was on a list at a moment.
package struct ScanMoment: Hashable, Sendable {
    /// The list's name.
    package var list: String
    /// The last moment at which the list was told in full; every minute of market time.
    package var fullTime: Instant
    /// The last moment of which anything is stored.
    package var lastTime: Instant
    /// Who was on it, by rank.
    package var rows: [ScanRow]
}

/// Somebody who came onto a list, left it, or changed rank on it.
package struct ScanChange: Hashable, Sendable {
    /// Who, at which rank (0 has left), and the numbers at that moment; of one who is only missing in a full set, the
    /// last numbers known.
    package var row: ScanRow
    /// Rank before, from 1; 0 for one who was not on it.
    package var previousRank: Int
    /// When.
    package var time: Instant
}

/// What is stored of a list on a day.
package struct StoredScanList: Hashable, Sendable {
    /// Its name.
    package var name: String
    /// First stored moment.
    package var firstTime: Instant
    /// Last stored moment.
    package var lastTime: Instant
    /// Sets in which it was told in full.
    package var fullSets: Int
    /// Sets of changes.
    package var changeSets: Int
}

/// What is stored of scans on a day.
package struct StoredScanDay: Hashable, Sendable {
    /// The trading day.
    package var day: DayID
    /// Sets of lists.
    package var sets: Int
    /// Entries of the why-log.
    package var events: Int
    /// Bytes they take, rounded up.
    package var bytes: Int
}

extension TradeulStore {
    /// Who was on a list at a moment: the last full set of that day at or before it, and what changed since.
    ///
    /// Nil when the list was never told in full on that day before.
    ///
    /// - Throws: ``StoreError``.
    package func scanMoment(list: String, at moment: Instant) throws -> ScanMoment? {
        let day = NewYork.wall(at: moment).day
        return try readingScans(list) { db, id in
            let select = try RawStatement(
                db,
                """
                SELECT time, id FROM scan_results WHERE day = ?1 AND list = ?2 AND is_full = 1 AND time <= ?3
                ORDER BY time DESC, id DESC LIMIT 1
                """
            )
            defer { select.reset() }
            try select.bind(1, Int64(day.rawValue))
            try select.bind(2, id)
            try select.bind(3, moment.milliseconds)
            guard try select.step() else { return (nil, 0) }
            let full = (time: select.integer(0), id: select.integer(1))
            var replay = ScanReplay()
            try Self.eachSet(day, id, full.time...max(full.time, moment.milliseconds), db) { set in
                if set.time > full.time || set.id >= full.id { _ = try replay.apply(set, db) }
            }
            let result = ScanMoment(
                list: list,
                fullTime: Instant(milliseconds: full.time),
                lastTime: Instant(milliseconds: replay.lastTime),
                rows: replay.rows
            )
            return (result, replay.damaged)
        }
    }

    /// Everything that happened on a list on a day, in the order of time: who came, left, changed rank.
    ///
    /// A full set tells of those too whom no change was stored for. `membershipOnly` leaves out changes of rank, `limit`
    /// keeps the first so many.
    ///
    /// - Throws: ``StoreError``.
    package func scanChanges(
        list: String,
        day: DayID,
        membershipOnly: Bool = false,
        limit: Int = 100_000
    ) throws -> [ScanChange] {
        try readingScans(list) { db, id in
            var replay = ScanReplay()
            var found: [ScanChange] = []
            try Self.eachSet(day, id, Int64.min...Int64.max, db) { set in
                guard found.count < limit else { return }
                for change in try replay.apply(set, db) {
                    if membershipOnly, change.previousRank > 0, change.row.rank > 0 { continue }
                    found.append(change)
                }
            }
            return (Array(found.prefix(max(0, limit))), replay.damaged)
        } ?? []
    }

    /// The lists of which anything is stored on a day, by name.
    ///
    /// - Throws: ``StoreError``.
    package func storedScanLists(day: DayID) throws -> [StoredScanList] {
        try reading { db in
            let select = try RawStatement(
                db,
                """
                SELECT l.name, min(r.time), max(r.time), sum(r.is_full), count(*)
                FROM scan_results AS r JOIN scan_lists AS l ON l.id = r.list WHERE r.day = ?1
                GROUP BY r.list ORDER BY l.name
                """
            )
            defer { select.reset() }
            try select.bind(1, Int64(day.rawValue))
            var lists: [StoredScanList] = []
            while try select.step() {
                let fullSets = Int(select.integer(3))
                lists.append(
                    StoredScanList(
                        name: select.text(0) ?? "",
                        firstTime: Instant(milliseconds: select.integer(1)),
                        lastTime: Instant(milliseconds: select.integer(2)),
                        fullSets: fullSets,
                        changeSets: Int(select.integer(4)) - fullSets
                    )
                )
            }
            return lists
        }
    }

    /// Days of which scans are stored, newest first.
    ///
    /// - Throws: ``StoreError``.
    package func storedScanDays() throws -> [StoredScanDay] {
        try reading { db in
            let select = try RawStatement(db, "SELECT day, sets, events, bytes FROM scan_days ORDER BY day DESC")
            defer { select.reset() }
            var days: [StoredScanDay] = []
            while try select.step() {
                days.append(
                    StoredScanDay(
                        day: DayID(rawValue: Int32(clamping: select.integer(0))),
                        sets: Int(select.integer(1)),
                        events: Int(select.integer(2)),
                        bytes: Int(select.integer(3))
                    )
                )
            }
            return days
        }
    }

    /// Runs a read about a list, and counts the damaged sets it met; nil when the list is not known.
    private func readingScans<T>(_ list: String, _ body: (Database, Int64) throws -> (T?, Int)) throws -> T? {
        let (result, damaged) = try reading { db -> (T?, Int) in
            guard let id = try ScanNames.existingID(of: list, .lists, db) else { return (nil, 0) }
            return try body(db, id)
        }
        noteDamaged(damaged)
        return result
    }

    /// Goes through a list's sets of a day within some times, in order.
    private static func eachSet(
        _ day: DayID,
        _ list: Int64,
        _ times: ClosedRange<Int64>,
        _ db: Database,
        _ body: (ScanReplay.StoredSet) throws -> Void
    ) throws {
        let select = try RawStatement(
            db,
            """
            SELECT id, time, is_full, packed FROM scan_results
            WHERE day = ?1 AND list = ?2 AND time >= ?3 AND time <= ?4 ORDER BY time, id
            """
        )
        defer { select.reset() }
        try select.bind(1, Int64(day.rawValue))
        try select.bind(2, list)
        try select.bind(3, times.lowerBound)
        try select.bind(4, times.upperBound)
        while try select.step() {
            try body(
                ScanReplay.StoredSet(
                    id: select.integer(0),
                    time: select.integer(1),
                    isFull: select.integer(2) != 0,
                    entries: ScanCodec.unpack(select.bytes(3))
                )
            )
        }
    }
}

/// A list as its stored sets make it, one after the other.
struct ScanReplay {
    /// One stored set.
    struct StoredSet {
        var id: Int64
        /// ms since the Unix epoch.
        var time: Int64
        var isFull: Bool
        /// Nil when its bytes are damaged.
        var entries: [ScanCodec.Entry]?
    }

    private var members: [Symbol: ScanRow] = [:]
    private var symbols = ScanSymbols()
    /// The time of the last set, ms since the Unix epoch.
    private(set) var lastTime: Int64 = 0
    /// Sets left out because their bytes were damaged.
    private(set) var damaged = 0

    /// Who is on the list, by rank.
    var rows: [ScanRow] { members.values.sorted { ($0.rank, $0.symbol) < ($1.rank, $1.symbol) } }

    /// Takes the next set; returns what it changed, by rank, those who left first.
    mutating func apply(_ set: StoredSet, _ db: Database) throws -> [ScanChange] {
        guard let entries = set.entries else {
            damaged += 1
            return []
        }
        lastTime = set.time
        let time = Instant(milliseconds: set.time)
        var changes: [ScanChange] = []
        var told: Set<Symbol> = []
        for entry in entries {
            guard let symbol = try symbols.symbol(entry.symbol, db) else { continue }
            told.insert(symbol)
            let previousRank = members[symbol]?.rank ?? 0
            let row = ScanRow(symbol, entry, time)
            members[symbol] = row.rank > 0 ? row : nil
            if row.rank != previousRank {
                changes.append(ScanChange(row: row, previousRank: previousRank, time: time))
            }
        }
        if set.isFull {
            for (symbol, var row) in members where !told.contains(symbol) {
                let previousRank = row.rank
                row.rank = 0
                members[symbol] = nil
                changes.append(ScanChange(row: row, previousRank: previousRank, time: time))
            }
        }
        return changes.sorted { ($0.row.rank, $0.row.symbol) < ($1.row.rank, $1.row.symbol) }
    }
}

extension ScanRow {
    /// What a stored entry says.
    init(_ symbol: Symbol, _ entry: ScanCodec.Entry, _ time: Instant) {
        self.symbol = symbol
        rank = Int(entry.rank)
        self.time = time
        price = entry.price
        volume = entry.volume
        rvol = entry.rvol
        change = entry.change
        marketCap = entry.marketCap
    }
}
