package import EngineAPI
import GRDB
import MarketData
import MarketTime

extension TradeulStore: BackfillStore {
    /// Writes a batch in one transaction; see ``BackfillStore/write(_:)``.
    ///
    /// Rows and bars of a symbol before its listing date (``BackfillWrite/listingCut(_:firstDay:)``) are left out: they are
    /// another company's.
    ///
    /// - Throws: ``StoreError``; then nothing of the batch is stored.
    package func write(_ batch: BackfillWrite) throws {
        switch batch {
        case .bars(let history, let coverage, let source):
            let order = history.storageOrder
            try writing { db in
                try Self.replace(history, order, source, db)
                try CoverageTable.add(coverage, db)
            }
        case .wholeDay(let day, let history, let source):
            precondition(history.days.allSatisfy { $0 == day }, "Invariant: a whole day has rows of that day only")
            let order = history.storageOrder
            try writing { db in
                try Self.replace(history, order, source, db)
                try DaySummary.seal(day, db)
            }
        case .dailyBars(let day, let bars):
            _ = try writeDailyBars(day, bars, source: Self.groupedSource)
        case .splits(let splits):
            try writing { db in try Self.write(splits, db) }
        case .listingCut(let symbol, let firstDay):
            try writing { db in
                if let firstDay { try Self.cut(symbol, before: firstDay, db) }
                try ListingTable.set(symbol, firstDay: firstDay, db)
            }
        }
    }

    /// The source of bars that a backfill brings: the vendor's grouped daily bars.
    static let groupedSource = "grouped"

    /// Stores trades and prices in place of those of the same day and symbol: date, symbol, packed trades, packed prices.
    static let upsertDetails = """
        INSERT INTO slot_details (date, symbol, trades, vwap) VALUES (?1, ?2, ?3, ?4)
        ON CONFLICT (date, symbol) DO UPDATE SET trades = excluded.trades, vwap = excluded.vwap
        """

    /// Stores rows in place of those of the same symbol and day.
    private static func replace(
        _ history: SlotHistory,
        _ order: [Int],
        _ source: SlotSource,
        _ db: Database
    ) throws {
        let listings = try ListingTable(db)
        let slots = try RawStatement(db, upsertSlots)
        let details = try RawStatement(db, upsertDetails)
        let noDetails = try RawStatement(db, "DELETE FROM slot_details WHERE date = ?1 AND symbol = ?2")
        try slots.bind(3, source.rawValue)
        var current: DayID?
        for row in order where history.days[row] >= listings.firstDay(history.symbols[row]) {
            let day = history.days[row]
            if day != current {
                current = day
                for statement in [slots, details, noDetails] { try statement.bind(1, day.iso) }
                try DaySummary.markStale(day, db)
            }
            let symbol = history.symbols[row].text
            let range = row * Slot.count..<(row + 1) * Slot.count
            let packed = history.cumulative.withUnsafeBufferPointer {
                SlotCodec.pack(UnsafeBufferPointer(rebasing: $0[range]))
            }
            try slots.bind(2, symbol)
            try slots.bind(4, Int64(packed.knownSlots))
            try slots.bind(5, packed.volume)
            try slots.bind(6, packed.bytes)
            try slots.run()
            let detail = history.trades.withUnsafeBufferPointer { trades in
                history.vwap.withUnsafeBufferPointer { vwap in
                    SlotDetailCodec.pack(
                        trades: UnsafeBufferPointer(rebasing: trades[range]),
                        vwap: UnsafeBufferPointer(rebasing: vwap[range])
                    )
                }
            }
            if detail.trades.isEmpty {
                try noDetails.bind(2, symbol)
                try noDetails.run()
            } else {
                try details.bind(2, symbol)
                try details.bind(3, detail.trades)
                try details.bind(4, detail.vwap)
                try details.run()
            }
        }
    }

    private static func write(_ splits: [StockSplit], _ db: Database) throws {
        let upsert = try RawStatement(
            db,
            """
            INSERT INTO splits (symbol, execution_date, split_from, split_to, source) VALUES (?1, ?2, ?3, ?4, 'vendor')
            ON CONFLICT (symbol, execution_date) DO UPDATE SET split_from = excluded.split_from,
                split_to = excluded.split_to, source = excluded.source
            """
        )
        for split in splits {
            try upsert.bind(1, split.symbol.text)
            try upsert.bind(2, split.executionDate.iso)
            try upsert.bind(3, split.from)
            try upsert.bind(4, split.to)
            try upsert.run()
        }
    }

    /// Deletes what another company left under a ticker.
    private static func cut(_ symbol: Symbol, before firstDay: DayID, _ db: Database) throws {
        // Date by date: the keys begin with the date, and a search for the symbol alone would read the whole file.
        for table in ["volume_slots", "slot_details", "daily_bars"] {
            let delete = try RawStatement(db, "DELETE FROM \(table) WHERE date = ?1 AND symbol = ?2")
            try delete.bind(2, symbol.text)
            for day in try dates(of: table, before: firstDay, db) {
                try delete.bind(1, day)
                try delete.run()
                guard db.changesCount > 0, let day = DayID(iso: day) else { continue }
                try DaySummary.markStale(day, db)
            }
        }
        try CoverageTable.cut(symbol, before: firstDay, db)
    }

    /// The distinct dates of a table before a day, or all, oldest first; one seek each.
    static func dates(of table: String, before day: DayID?, _ db: Database) throws -> [String] {
        let next = try RawStatement(
            db,
            "SELECT date FROM \(table) WHERE date > ?1 AND date < ?2 ORDER BY date LIMIT 1"
        )
        defer { next.reset() }
        // Any date is less than a letter.
        try next.bind(2, day?.iso ?? "A")
        var dates: [String] = []
        while true {
            try next.bind(1, dates.last ?? "")
            guard try next.step(), let date = next.text(0) else { return dates }
            dates.append(date)
            next.reset()
        }
    }
}

extension SlotHistory {
    /// The rows in key order: neighbours in the file are written together.
    fileprivate var storageOrder: [Int] {
        symbols.indices.sorted { (days[$0], symbols[$0]) < (days[$1], symbols[$1]) }
    }
}
