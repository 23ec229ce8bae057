import EngineAPI
import GRDB
import MarketData
package import MarketTime

extension TradeulStore {
    /// Unpacks every stored row of a day, and deletes those that are damaged, so that a backfill fetches them again.
    ///
    /// A row is damaged when its bytes are not what this program writes, or when what the row says about them is not true.
    /// Then the day is no longer sealed, and the symbol no longer counts as asked for on it. Returns the number of rows
    /// deleted. Reads all of the day; writes only when something is damaged.
    ///
    /// - Throws: ``StoreError``.
    @discardableResult
    package func repairSlots(on day: DayID) throws -> Int {
        let damaged = try reading { db in try Self.damagedSymbols(day, db) }
        guard !damaged.isEmpty else { return 0 }
        try writing { db in
            for table in ["volume_slots", "slot_details"] {
                let delete = try RawStatement(db, "DELETE FROM \(table) WHERE date = ?1 AND symbol = ?2")
                try delete.bind(1, day.iso)
                for text in damaged {
                    try delete.bind(2, text)
                    try delete.run()
                }
            }
            for symbol in damaged.compactMap({ Symbol($0) }) { try CoverageTable.uncover(symbol, day, db) }
            try DaySummary.unseal(day, db)
        }
        return damaged.count
    }

    /// The symbols of a day's damaged rows, as they stand in the file.
    private static func damagedSymbols(_ day: DayID, _ db: Database) throws -> [String] {
        let select = try RawStatement(
            db,
            "SELECT symbol, packed, slots_known, volume FROM volume_slots NOT INDEXED WHERE date = ?1"
        )
        defer { select.reset() }
        try select.bind(1, day.iso)
        var damaged: [String] = []
        try withUnsafeTemporaryAllocation(of: Int64.self, capacity: Slot.count) { slots in
            while try select.step() {
                let known = SlotCodec.unpack(select.bytes(1), into: slots, unknown: SlotRows.unknown)
                let volume = slots.last { $0 >= 0 } ?? 0
                let isWhole =
                    Symbol(utf8: select.bytes(0)) != nil && known.map { Int64($0) == select.integer(2) } == true
                    && volume == select.integer(3)
                if !isWhole { damaged.append(select.text(0) ?? "") }
            }
        }
        return damaged
    }
}
