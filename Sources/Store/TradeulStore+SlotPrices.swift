import EngineAPI
import GRDB
import MarketData
import MarketTime

// Prices of slots stand where a backfill puts them, beside the trades. Rows with prices tell no trades, so the slots they
// know a price of have an unknown number until a backfill replaces the row; nothing that is stored is lost to them.

extension TradeulStore {
    /// Stores the prices of some rows over those that are stored; returns stored rows that were damaged and are now
    /// replaced.
    static func writePrices(_ rows: SlotRows, _ order: [Int], _ db: Database) throws -> Int {
        let stored = try RawStatement(db, "SELECT trades, vwap FROM slot_details WHERE date = ?1 AND symbol = ?2")
        let upsert = try RawStatement(db, upsertDetails)
        try stored.bind(1, rows.day.iso)
        try upsert.bind(1, rows.day.iso)
        var damagedRows = 0
        try withUnsafeTemporaryAllocation(of: Int32.self, capacity: Slot.count) { trades in
            try withUnsafeTemporaryAllocation(of: Float.self, capacity: Slot.count) { prices in
                for row in order {
                    let told = rows.vwap[row * rows.slotCount..<(row + 1) * rows.slotCount]
                    guard told.contains(where: { $0 > 0 && $0.isFinite }) else { continue }
                    let symbol = rows.symbols[row].text
                    try stored.bind(2, symbol)
                    let isStored = try stored.step()
                    let isSound = isStored && unpack(stored, first: 0, trades, prices)
                    stored.reset()
                    if isStored, !isSound { damagedRows += 1 }
                    if !isSound {
                        trades.update(repeating: SlotHistory.unknownTrades)
                        prices.update(repeating: .nan)
                    }
                    for (slot, price) in told.enumerated() where price > 0 && price.isFinite {
                        prices[slot] = price
                        if trades[slot] == 0 { trades[slot] = SlotHistory.unknownTrades }
                    }
                    let packed = SlotDetailCodec.pack(
                        trades: UnsafeBufferPointer(trades),
                        vwap: UnsafeBufferPointer(prices)
                    )
                    try upsert.bind(2, symbol)
                    try upsert.bind(3, packed.trades)
                    try upsert.bind(4, packed.vwap)
                    try upsert.run()
                }
            }
        }
        return damagedRows
    }

    /// Gives rows of the store, in symbol order, the prices that are stored of their slots; returns damaged ones.
    ///
    /// A day without any takes no memory for them.
    static func readPrices(into rows: inout SlotRows, _ symbol: Symbol?, _ db: Database) throws -> Int {
        let select = try RawStatement(
            db,
            "SELECT symbol, trades, vwap FROM slot_details WHERE date = ?1"
                + (symbol == nil ? " ORDER BY symbol" : " AND symbol = ?2")
        )
        defer { select.reset() }
        try select.bind(1, rows.day.iso)
        if let symbol { try select.bind(2, symbol.text) }
        var damagedRows = 0
        var row = 0
        try withUnsafeTemporaryAllocation(of: Int32.self, capacity: Slot.count) { trades in
            try withUnsafeTemporaryAllocation(of: Float.self, capacity: Slot.count) { prices in
                while try select.step() {
                    guard let symbol = Symbol(utf8: select.bytes(0)), unpack(select, first: 1, trades, prices) else {
                        damagedRows += 1
                        continue
                    }
                    while row < rows.symbols.count, rows.symbols[row] < symbol { row += 1 }
                    guard row < rows.symbols.count, rows.symbols[row] == symbol else { continue }
                    if rows.vwap.isEmpty {
                        guard prices.prefix(rows.slotCount).contains(where: { !$0.isNaN }) else { continue }
                        rows.vwap = Array(repeating: .nan, count: rows.cumulative.count)
                    }
                    for slot in 0..<rows.slotCount { rows.vwap[row * rows.slotCount + slot] = prices[slot] }
                }
            }
        }
        return damagedRows
    }

    /// Unpacks a statement's current row, trades and prices from a column on; false when it is damaged.
    private static func unpack(
        _ row: RawStatement,
        first column: Int32,
        _ trades: UnsafeMutableBufferPointer<Int32>,
        _ prices: UnsafeMutableBufferPointer<Float>
    ) -> Bool {
        SlotDetailCodec.unpack(
            trades: row.bytes(column),
            vwap: row.bytes(column + 1),
            intoTrades: trades,
            vwap: prices
        )
    }
}
