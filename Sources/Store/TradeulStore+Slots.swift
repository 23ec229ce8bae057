package import EngineAPI
import GRDB
package import MarketData
package import MarketTime

/// What the store has of one day's slots.
package struct StoredSlotDay: Hashable, Sendable {
    /// The day.
    package var day: DayID
    /// Symbols with a row.
    package var rows: Int
    /// Symbols whose 192 slots are all known.
    package var completeRows: Int
    /// Where the rows came from, in alphabetical order; more than one when a day was mended.
    ///
    /// A source this program does not know is left out.
    package var sources: [SlotSource]

    /// Whether every stored row is complete.
    package var isComplete: Bool { rows > 0 && completeRows == rows }
}

extension TradeulStore {
    /// Writes rows of a day in one transaction; see ``EngineStore/write(_:source:)``.
    ///
    /// A value below an earlier slot's counts as that slot's. Negative and absurd values (2^47 shares or more) count as
    /// unknown. A row nobody knows anything about is not written. The row's source is that of its last write. The cost
    /// for 11,000 rows is about 0.1 s.
    ///
    /// - Throws: ``StoreError``.
    package func write(_ rows: SlotRows, source: SlotSource) throws {
        precondition((0...Slot.count).contains(rows.slotCount), "Invariant: a day has at most 192 slots")
        precondition(
            rows.cumulative.count == rows.symbols.count * rows.slotCount,
            "Invariant: every symbol has slotCount volumes"
        )
        guard !rows.symbols.isEmpty, rows.slotCount > 0 else { return }
        // In key order, neighbours in the file are read and written together.
        let order = rows.symbols.indices.sorted { rows.symbols[$0] < rows.symbols[$1] }
        let damagedRows = try writing { db in try Self.write(rows, order, source, db) }
        noteDamaged(damagedRows)
    }

    /// The body of ``write(_:source:)``; returns stored rows that were damaged and are now replaced.
    private static func write(_ rows: SlotRows, _ order: [Int], _ source: SlotSource, _ db: Database) throws -> Int {
        let stored = try RawStatement(
            db,
            "SELECT packed, source FROM volume_slots WHERE date = ?1 AND symbol = ?2"
        )
        let upsert = try RawStatement(
            db,
            """
            INSERT INTO volume_slots (date, symbol, source, slots_known, volume, packed) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
            ON CONFLICT (date, symbol) DO UPDATE SET source = excluded.source,
                slots_known = excluded.slots_known, volume = excluded.volume, packed = excluded.packed
            """
        )
        try stored.bind(1, rows.day.iso)
        try upsert.bind(1, rows.day.iso)
        try upsert.bind(3, source.rawValue)
        let sourceBytes = Array(source.rawValue.utf8)
        var damagedRows = 0
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
                for slot in 0..<rows.slotCount where rows.cumulative[start + slot] >= 0 {
                    slots[slot] = rows.cumulative[start + slot]
                }
                let packed = SlotCodec.pack(UnsafeBufferPointer(slots))
                let isSame =
                    isStored && stored.bytes(0).elementsEqual(packed.bytes)
                    && stored.bytes(1).elementsEqual(sourceBytes)
                stored.reset()
                if isSame || packed.bytes.isEmpty { continue }
                try upsert.bind(2, symbol)
                try upsert.bind(4, Int64(packed.knownSlots))
                try upsert.bind(5, packed.volume)
                try upsert.bind(6, packed.bytes)
                try upsert.run()
            }
        }
        return damagedRows
    }

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

    /// Every day with stored slots, newest first; reads all of them.
    ///
    /// - Throws: ``StoreError``.
    package func storedSlotDays() throws -> [StoredSlotDay] {
        try reading { db in
            let select = try RawStatement(
                db,
                """
                SELECT date, source, COUNT(*), SUM(slots_known = \(Slot.count)) FROM volume_slots
                GROUP BY date, source ORDER BY date DESC, source
                """
            )
            defer { select.reset() }
            var days: [StoredSlotDay] = []
            while try select.step() {
                guard let text = select.text(0), let day = DayID(iso: text) else { continue }
                if days.last?.day != day { days.append(StoredSlotDay(day: day, rows: 0, completeRows: 0, sources: [])) }
                let last = days.count - 1
                days[last].rows += Int(select.integer(2))
                days[last].completeRows += Int(select.integer(3))
                if let source = select.text(1).flatMap({ SlotSource(rawValue: $0) }) {
                    days[last].sources.append(source)
                }
            }
            return days
        }
    }

    /// Whether a day has any row from a source.
    ///
    /// - Throws: ``StoreError``.
    package func hasSlots(_ day: DayID, source: SlotSource) throws -> Bool {
        try reading { db in
            let select = try RawStatement(
                db,
                "SELECT 1 FROM volume_slots WHERE date = ?1 AND source = ?2 LIMIT 1"
            )
            defer { select.reset() }
            try select.bind(1, day.iso)
            try select.bind(2, source.rawValue)
            return try select.step()
        }
    }

    /// Rows deleted per transaction by ``deleteSlots(before:)``: a few milliseconds each.
    static let retentionBatch = 1000

    /// Deletes the slots of all days before a day and returns how many rows.
    ///
    /// Works in short transactions between which other writers get their turn. The file keeps its size and reuses the
    /// space.
    ///
    /// - Throws: ``StoreError``; batches already deleted stay deleted.
    @discardableResult
    package func deleteSlots(before day: DayID) throws -> Int {
        var total = 0
        while true {
            let deleted = try writing { db in
                let delete = try RawStatement(
                    db,
                    """
                    DELETE FROM volume_slots WHERE (date, symbol) IN
                        (SELECT date, symbol FROM volume_slots WHERE date < ?1 LIMIT \(Self.retentionBatch))
                    """
                )
                try delete.bind(1, day.iso)
                try delete.run()
                return db.changesCount
            }
            total += deleted
            if deleted < Self.retentionBatch { return total }
        }
    }
}
