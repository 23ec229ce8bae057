package import EngineAPI
import GRDB
package import MarketData
import MarketTime

/// One stored day with the history before it: what a backtest of the day reads, in one consistent state of the file.
///
/// Slots stand slot after slot. 55 MB for 11,000 symbols, baseline included.
package struct StoredBacktestDay: Sendable {
    /// The answer to the request, without the day's own slots.
    package var history: HistoryLoad
    /// Symbols all of whose slots are known and that traded, in symbol order; one per row.
    package var symbols: [Symbol] = []
    /// 192 × `symbols.count` cumulative volumes C(s), shares as traded.
    package var cumulative: [Int64] = []
    /// 192 × `symbols.count` average prices of each slot, USD; NaN without trades or where no source told any.
    package var vwap: [Float] = []
    /// 192 × `symbols.count` trades of each slot, 0 without any, or ``SlotHistory/unknownTrades``.
    package var trades: [Int32] = []
    /// Open of the daily bar per row, USD; NaN without one.
    package var opens: [Double] = []
    /// Close of the daily bar per row, USD; NaN without one.
    package var closes: [Double] = []
    /// Symbols with slots some of which are not known.
    package var incompleteSymbols = 0

    init(history: HistoryLoad) { self.history = history }
}

extension TradeulStore {
    /// Reads a day and the history that a request for it names: lookback and daily bars of days before, splits up to it.
    ///
    /// Damaged rows are left out and counted.
    ///
    /// - Throws: ``StoreError``.
    package func backtestDay(_ request: HistoryRequest) throws -> StoredBacktestDay {
        let (day, damagedRows) = try reading { db in
            var reader = try HistoryReader(request: request, db)
            try reader.readLookback(db)
            try reader.readDailyBars(db)
            var day = StoredBacktestDay(history: reader.load)
            let damagedRows = try day.readSlots(db)
            return (day, reader.damagedRows + damagedRows)
        }
        noteDamaged(damagedRows)
        return day
    }
}

extension StoredBacktestDay {
    /// Reads the day's own slots, details and bars; returns how many rows were damaged.
    fileprivate mutating func readSlots(_ db: Database) throws -> Int {
        let date = history.request.tradingDay.iso
        let width = try countRows(date, db)
        guard width > 0 else { return 0 }
        let select = try RawStatement(
            db,
            """
            SELECT v.symbol, v.packed, d.trades, d.vwap, b.open, b.close
            FROM volume_slots AS v NOT INDEXED LEFT JOIN slot_details AS d ON d.date = v.date AND d.symbol = v.symbol
                LEFT JOIN daily_bars AS b ON b.date = v.date AND b.symbol = v.symbol
            WHERE v.date = ?1 AND v.slots_known = \(Slot.count) AND v.volume > 0 ORDER BY v.symbol
            """
        )
        defer { select.reset() }
        try select.bind(1, date)
        cumulative = Array(repeating: 0, count: width * Slot.count)
        vwap = Array(repeating: .nan, count: width * Slot.count)
        trades = Array(repeating: 0, count: width * Slot.count)
        var damagedRows = 0
        var row = 0
        var volumes = [Int64](repeating: 0, count: Slot.count)
        var counts = [Int32](repeating: 0, count: Slot.count)
        var prices = [Float](repeating: .nan, count: Slot.count)
        while row < width, try select.step() {
            let known = volumes.withUnsafeMutableBufferPointer {
                SlotCodec.unpack(select.bytes(1), into: $0, unknown: SlotRows.unknown)
            }
            guard known == Slot.count, let symbol = Symbol(utf8: select.bytes(0)) else {
                damagedRows += 1
                continue
            }
            if !Self.unpackDetails(select, &counts, &prices) {
                // Nobody told any: the volumes stand by themselves.
                prices = Array(repeating: .nan, count: Slot.count)
                counts = Array(repeating: SlotHistory.unknownTrades, count: Slot.count)
            }
            symbols.append(symbol)
            opens.append(select.number(4))
            closes.append(select.number(5))
            for slot in 0..<Slot.count {
                cumulative[slot * width + row] = volumes[slot]
                vwap[slot * width + row] = prices[slot]
                trades[slot * width + row] = counts[slot]
            }
            row += 1
        }
        if row < width { narrow(from: width, to: row) }
        return damagedRows
    }

    /// Rows that can be used, and notes how many cannot.
    private mutating func countRows(_ date: String, _ db: Database) throws -> Int {
        let select = try RawStatement(
            db,
            """
            SELECT coalesce(sum(slots_known = \(Slot.count) AND volume > 0), 0),
                coalesce(sum(slots_known < \(Slot.count)), 0)
            FROM volume_slots INDEXED BY volume_slots_state WHERE date = ?1
            """
        )
        defer { select.reset() }
        try select.bind(1, date)
        guard try select.step() else { return 0 }
        incompleteSymbols = Int(select.integer(1))
        return Int(select.integer(0))
    }

    /// Trades and prices of a statement's current row; false when there are none or they are damaged.
    private static func unpackDetails(_ select: RawStatement, _ counts: inout [Int32], _ prices: inout [Float]) -> Bool
    {
        guard !select.bytes(2).isEmpty else { return false }
        return counts.withUnsafeMutableBufferPointer { counts in
            prices.withUnsafeMutableBufferPointer { prices in
                SlotDetailCodec.unpack(
                    trades: select.bytes(2),
                    vwap: select.bytes(3),
                    intoTrades: counts,
                    vwap: prices
                )
            }
        }
    }

    /// Closes the gap that damaged rows leave at the end of each slot.
    private mutating func narrow(from width: Int, to rows: Int) {
        func narrowed<T>(_ values: [T]) -> [T] {
            (0..<Slot.count).flatMap { values[$0 * width..<$0 * width + rows] }
        }
        cumulative = narrowed(cumulative)
        vwap = narrowed(vwap)
        trades = narrowed(trades)
    }
}
