package import EngineAPI
import GRDB
import MarketData
package import MarketTime

extension TradeulStore: ScanStore {
    /// Bytes a set takes in the file beside its packed tickers, with its share of the index.
    static let bytesPerScanSet = 64
    /// What a set counts, in SQL: an eighth more, for the ends of pages in which no other set has room.
    static let scanSetBytes = "(length(packed) + \(bytesPerScanSet)) * 9 / 8"
    /// Bytes an entry of the why-log takes with its share of the index and of the pages.
    static let bytesPerScanEvent = 110

    /// See ``ScanStore``: a set per list that is told of, full or changes only.
    ///
    /// Prices are kept to 1/10,000 USD, RVOL and change to 1/100, market capitalisations to 1,000 USD. Of two rows of a
    /// ticker on one list the later counts. 20 lists of 50 take 21 KB.
    ///
    /// - Throws: ``StoreError``.
    package func write(_ records: ScanRecords) throws {
        var rowsByList: [String: [Int]] = [:]
        for list in records.fullLists { rowsByList[list] = [] }
        for row in 0..<records.count { rowsByList[records.lists[row], default: []].append(row) }
        guard !rowsByList.isEmpty else { return }
        let full = Set(records.fullLists)
        try writing { db in
            let insert = try RawStatement(
                db,
                "INSERT INTO scan_results (day, list, time, is_full, packed) VALUES (?1, ?2, ?3, ?4, ?5)"
            )
            try insert.bind(1, Int64(records.day.rawValue))
            try insert.bind(3, records.time.milliseconds)
            var ids: [Symbol: Int64] = [:]
            var bytes = 0
            for (list, rows) in rowsByList.sorted(by: { $0.key < $1.key }) {
                let isFull = full.contains(list)
                let packed = ScanCodec.pack(try Self.entries(records, rows, isFull: isFull, &ids, db))
                try insert.bind(2, try ScanNames.id(of: list, .lists, db))
                try insert.bind(4, Int64(isFull ? 1 : 0))
                try insert.bind(5, packed)
                try insert.run()
                bytes += (packed.count + Self.bytesPerScanSet) * 9 / 8
            }
            try Self.noteScans(records.day, sets: rowsByList.count, events: 0, bytes: bytes, db)
        }
    }

    /// See ``ScanStore``.
    ///
    /// - Throws: ``StoreError``.
    package func write(_ events: [ScanEvent], day: DayID) throws {
        guard !events.isEmpty else { return }
        try writing { db in
            let insert = try RawStatement(
                db,
                """
                INSERT INTO scan_events (day, time, list, symbol, kind, rank, previous_rank, clause, price, volume, rvol,
                    change, value)
                VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)
                """
            )
            try insert.bind(1, Int64(day.rawValue))
            for event in events {
                try insert.bind(2, event.time.milliseconds)
                try insert.bind(3, try ScanNames.id(of: event.list, .lists, db))
                try insert.bind(4, try ScanNames.id(of: event.symbol.text, .symbols, db))
                try insert.bind(5, event.kind.rawValue)
                try insert.bind(6, Int64(event.rank))
                try insert.bind(7, Int64(event.previousRank))
                try insert.bind(8, try ScanNames.id(of: event.clause, .clauses, db))
                let numbers = [event.price, event.volume, event.rvol, event.changePercent, event.value]
                for (index, number) in numbers.enumerated() {
                    try insert.bind(Int32(9 + index), number.isFinite ? number : .nan)
                }
                try insert.run()
            }
            let bytes = events.count * Self.bytesPerScanEvent
            try Self.noteScans(day, sets: 0, events: events.count, bytes: bytes, db)
        }
    }

    /// A list's rows as they are stored, by rank, those who have left at the end; a full set has none of these.
    private static func entries(
        _ records: ScanRecords,
        _ rows: [Int],
        isFull: Bool,
        _ ids: inout [Symbol: Int64],
        _ db: Database
    ) throws -> [ScanCodec.Entry] {
        var last: [Symbol: Int] = [:]
        for row in rows { last[records.symbols[row]] = row }
        let kept = rows.filter { last[records.symbols[$0]] == $0 && (!isFull || records.ranks[$0] > 0) }
        func place(_ row: Int) -> (Int32, Symbol) {
            (records.ranks[row] > 0 ? records.ranks[row] : .max, records.symbols[row])
        }
        return try kept.sorted { place($0) < place($1) }.map { row in
            let symbol = records.symbols[row]
            let id = try ids[symbol] ?? ScanNames.id(of: symbol.text, .symbols, db)
            ids[symbol] = id
            return ScanCodec.Entry(
                symbol: id,
                rank: records.ranks[row],
                price: records.prices[row],
                volume: records.volumes[row],
                rvol: records.rvols[row],
                change: records.changes[row],
                marketCap: records.marketCaps[row]
            )
        }
    }

    /// Counts what was written to a day.
    private static func noteScans(_ day: DayID, sets: Int, events: Int, bytes: Int, _ db: Database) throws {
        let update = try RawStatement(
            db,
            """
            INSERT INTO scan_days (day, sets, events, bytes) VALUES (?1, ?2, ?3, ?4)
            ON CONFLICT (day) DO UPDATE SET sets = sets + excluded.sets, events = events + excluded.events,
                bytes = bytes + excluded.bytes
            """
        )
        try update.bind(1, Int64(day.rawValue))
        try update.bind(2, Int64(sets))
        try update.bind(3, Int64(events))
        try update.bind(4, Int64(bytes))
        try update.run()
    }
}
