package import EngineAPI
import GRDB
package import MarketData
package import MarketTime

extension TradeulStore {
    /// Writes rows of a day in one transaction; see ``EngineStore/write(_:source:)``.
    ///
    /// A value below an earlier slot's counts as that slot's. Negative and absurd values (2^47 shares or more) count as
    /// unknown. A row nobody knows anything about is not written. A row of which another source has told some
    /// slots becomes ``SlotSource/mixed``; one that is told nothing new stays as it is. The cost for 11,000 rows is about 0.1 s.
    ///
    /// - Throws: ``StoreError``.
    package func write(_ rows: SlotRows, source: SlotSource) throws {
        precondition(rows.isSound, "Invariant: each symbol has slotCount volumes, and as many prices or none")
        guard !rows.symbols.isEmpty, rows.slotCount > 0 else { return }
        // In key order, neighbours in the file are read and written together.
        let order = rows.symbols.indices.sorted { rows.symbols[$0] < rows.symbols[$1] }
        let damagedRows = try writing { db in
            let damagedPrices = rows.vwap.isEmpty ? 0 : try Self.writePrices(rows, order, db)
            return try Self.write(rows, order, source, db) + damagedPrices
        }
        noteDamaged(damagedRows)
    }

    /// The body of ``write(_:source:)``; returns stored rows that were damaged and are now replaced.
    private static func write(_ rows: SlotRows, _ order: [Int], _ source: SlotSource, _ db: Database) throws -> Int {
        let stored = try RawStatement(
            db,
            "SELECT packed, source FROM volume_slots WHERE date = ?1 AND symbol = ?2"
        )
        let upsert = try RawStatement(db, upsertSlots)
        try stored.bind(1, rows.day.iso)
        try upsert.bind(1, rows.day.iso)
        let sourceBytes = Array(source.rawValue.utf8)
        var damagedRows = 0
        var isChanged = false
        try withUnsafeTemporaryAllocation(of: Int64.self, capacity: Slot.count) { slots in
            for row in order {
                let symbol = rows.symbols[row].text
                try stored.bind(2, symbol)
                let isStored = try stored.step()
                if !isStored || SlotCodec.unpack(stored.bytes(0), into: slots, unknown: SlotRows.unknown) == nil {
                    if isStored { damagedRows += 1 }
                    slots.update(repeating: SlotRows.unknown)
                }
                let start = row * rows.slotCount
                let knewAny = slots.contains { $0 >= 0 }
                for slot in 0..<rows.slotCount where rows.cumulative[start + slot] >= 0 {
                    slots[slot] = rows.cumulative[start + slot]
                }
                let packed = SlotCodec.pack(UnsafeBufferPointer(slots))
                let isSame = isStored && stored.bytes(0).elementsEqual(packed.bytes)
                let isOther = isStored && !stored.bytes(1).elementsEqual(sourceBytes)
                stored.reset()
                if isSame || packed.bytes.isEmpty { continue }
                isChanged = true
                try upsert.bind(2, symbol)
                try upsert.bind(3, (knewAny && isOther ? .mixed : source).rawValue)
                try upsert.bind(4, Int64(packed.knownSlots))
                try upsert.bind(5, packed.volume)
                try upsert.bind(6, packed.bytes)
                try upsert.run()
            }
        }
        if isChanged { try DaySummary.markStale(rows.day, db) }
        return damagedRows
    }

    /// Stores a row in place of that of the same day and symbol: date, symbol, source, known slots, volume, packed bytes.
    static let upsertSlots = """
        INSERT INTO volume_slots (date, symbol, source, slots_known, volume, packed) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
        ON CONFLICT (date, symbol) DO UPDATE SET source = excluded.source,
            slots_known = excluded.slots_known, volume = excluded.volume, packed = excluded.packed
        """

    /// The stored rows of a day in symbol order, of all symbols or one; `slotCount` reaches to the last known slot.
    ///
    /// - Throws: ``StoreError``.
    package func slotRows(day: DayID, symbol: Symbol? = nil) throws -> SlotRows {
        let (rows, damagedRows) = try reading { db in try Self.readRows(day, symbol, db) }
        noteDamaged(damagedRows)
        return rows
    }

    /// Reads a day's rows; returns them and how many were damaged.
    static func readRows(_ day: DayID, _ symbol: Symbol?, _ db: Database) throws -> (SlotRows, damaged: Int) {
        let select = try RawStatement(
            db,
            "SELECT symbol, packed FROM volume_slots WHERE date = ?1" + (symbol == nil ? "" : " AND symbol = ?2")
        )
        defer { select.reset() }
        try select.bind(1, day.iso)
        if let symbol { try select.bind(2, symbol.text) }
        // Twice over the same pages: once for the width, so that a day's first slots do not take a whole day's memory.
        var width = 1
        var count = 0
        while try select.step() {
            width = max(width, min(SlotCodec.slotCount(select.bytes(1)), Slot.count))
            count += 1
        }
        select.reset()
        var rows = SlotRows(day: day, slotCount: width)
        rows.symbols.reserveCapacity(count)
        rows.cumulative.reserveCapacity(count * width)
        var damagedRows = 0
        try withUnsafeTemporaryAllocation(of: Int64.self, capacity: Slot.count) { slots in
            while try select.step() {
                guard let symbol = Symbol(utf8: select.bytes(0)),
                    SlotCodec.unpack(select.bytes(1), into: slots, unknown: SlotRows.unknown) != nil
                else {
                    damagedRows += 1
                    continue
                }
                rows.symbols.append(symbol)
                rows.cumulative.append(contentsOf: slots.prefix(width))
            }
        }
        return (rows, damagedRows)
    }
}
