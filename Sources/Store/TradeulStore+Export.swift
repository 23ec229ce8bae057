package import EngineAPI
import GRDB
package import MarketData
package import MarketTime

/// All that is stored of a symbol's slots on one day.
package struct SlotRecord: Hashable, Sendable {
    /// The symbol.
    package var symbol: Symbol
    /// The day.
    package var day: DayID
    /// Where the volumes came from; nil for a source this program does not know.
    package var source: SlotSource?
    /// 192 cumulative volumes C(d, s), shares as traded, or ``SlotRows/unknown``.
    package var cumulative: [Int64]
    /// 192 own trades of each slot or ``SlotHistory/unknownTrades``; empty when no source told any.
    package var trades: [Int32]
    /// 192 average prices in USD, NaN for none; empty when no source told any.
    package var vwap: [Float]
}

/// Walks the stored slots of a range of days, one day in memory at a time.
///
/// Each day is read in a consistent state of the file; writers are never held up between days.
package struct SlotCursor {
    private let store: TradeulStore
    private let symbols: [Symbol]?
    /// Days to come, newest first.
    private var days: [DayID]

    fileprivate init(store: TradeulStore, symbols: [Symbol]?, days: [DayID]) {
        self.store = store
        self.symbols = symbols
        self.days = days
    }

    /// The next day's records in symbol order; nil at the end.
    ///
    /// - Throws: ``StoreError``.
    package mutating func next() throws -> [SlotRecord]? {
        guard let day = days.popLast() else { return nil }
        return try store.slotRecords(day, symbols)
    }
}

extension TradeulStore {
    /// A walk over the stored slots from one day through another, oldest first, of all symbols or some.
    ///
    /// - Throws: ``StoreError``.
    package func slotCursor(from first: DayID, through last: DayID, symbols: [Symbol]? = nil) throws -> SlotCursor {
        let dates = try reading { db in
            try Self.dates(of: "volume_slots", before: last.adding(days: 1), db).compactMap { DayID(iso: $0) }
        }
        let days = dates.filter { $0 >= first }
        return SlotCursor(store: self, symbols: symbols.map { Set($0).sorted() }, days: days.reversed())
    }

    /// A day's records in symbol order; damaged rows are left out and counted.
    func slotRecords(_ day: DayID, _ symbols: [Symbol]?) throws -> [SlotRecord] {
        let (records, damagedRows) = try reading { db in
            let select = try RawStatement(
                db,
                """
                SELECT v.symbol, v.source, v.packed, d.trades, d.vwap
                FROM volume_slots AS v LEFT JOIN slot_details AS d ON d.date = v.date AND d.symbol = v.symbol
                WHERE v.date = ?1
                """ + (symbols == nil ? " ORDER BY v.symbol" : " AND v.symbol = ?2")
            )
            defer { select.reset() }
            try select.bind(1, day.iso)
            var records: [SlotRecord] = []
            var damagedRows = 0
            for symbol in symbols.map({ $0.map { Optional($0) } }) ?? [nil] {
                if let symbol { try select.bind(2, symbol.text) }
                while try select.step() {
                    if let record = SlotRecord(select, day) { records.append(record) } else { damagedRows += 1 }
                }
                select.reset()
            }
            return (records, damagedRows)
        }
        noteDamaged(damagedRows)
        return records
    }
}

extension SlotRecord {
    /// The record in a statement's current row; nil when it is damaged.
    ///
    /// Damaged details are left out: the volumes stand by themselves.
    fileprivate init?(_ select: RawStatement, _ day: DayID) {
        guard let symbol = Symbol(utf8: select.bytes(0)) else { return nil }
        self.symbol = symbol
        self.day = day
        source = select.text(1).flatMap { SlotSource(rawValue: $0) }
        var isWhole = false
        cumulative = [Int64](unsafeUninitializedCapacity: Slot.count) { slots, count in
            slots.initialize(repeating: SlotRows.unknown)
            let slots = UnsafeMutableBufferPointer(rebasing: slots[..<Slot.count])
            isWhole = SlotCodec.unpack(select.bytes(2), into: slots, unknown: SlotRows.unknown) != nil
            count = Slot.count
        }
        guard isWhole else { return nil }
        trades = []
        vwap = []
        guard !select.bytes(3).isEmpty else { return }
        var counts = [Int32](repeating: 0, count: Slot.count)
        var prices = [Float](repeating: .nan, count: Slot.count)
        let isValid = counts.withUnsafeMutableBufferPointer { counts in
            prices.withUnsafeMutableBufferPointer { prices in
                SlotDetailCodec.unpack(
                    trades: select.bytes(3),
                    vwap: select.bytes(4),
                    intoTrades: counts,
                    vwap: prices
                )
            }
        }
        guard isValid else { return }
        trades = counts
        vwap = prices
    }
}
