import GRDB
import MarketData
import MarketTime

/// Walks a day's slots and daily bars side by side in symbol order, without touching packed bytes.
struct DayWalk {
    /// What is known of one symbol.
    struct Entry {
        var symbol: Symbol
        var hasRow = false
        var isComplete = false
        var hasBar = false
        /// Cumulative volume of the last known slot, shares.
        var slotVolume: Int64 = 0
        /// The bar's volume, shares.
        var barVolume = 0.0
        /// The bar's volume times its average price (or close), USD; 0 without.
        var dollars = 0.0

        /// Whether the bar says that there were trades.
        var traded: Bool { barVolume > 0 }
    }

    private let slots: RawStatement
    private let bars: RawStatement
    private var nextRow: Entry?
    private var nextBar: Entry?
    private var nextSource: [UInt8] = []
    /// The source of the last entry's row, as it stands in the file.
    private(set) var sourceBytes: [UInt8] = []

    /// A walk over a day, of all symbols or one; without slots when they are known to be complete.
    init(_ day: DayID, symbol: Symbol?, withSlots: Bool = true, _ db: Database) throws {
        let filter = symbol == nil ? "" : " AND symbol = ?2"
        slots = try RawStatement(
            db,
            "SELECT symbol, slots_known, source, volume FROM volume_slots INDEXED BY volume_slots_state WHERE date = ?1"
                + filter + " ORDER BY symbol"
        )
        bars = try RawStatement(
            db,
            "SELECT symbol, volume, coalesce(vwap, close) FROM daily_bars WHERE date = ?1" + filter + " ORDER BY symbol"
        )
        for statement in [slots, bars] {
            try statement.bind(1, day.iso)
            if let symbol { try statement.bind(2, symbol.text) }
        }
        if withSlots { try advanceRow() }
        try advanceBar()
    }

    /// The next symbol with a row, a bar or both; nil at the end.
    mutating func next() throws -> Entry? {
        guard var entry = nextRow ?? nextBar else { return nil }
        if let bar = nextBar {
            if bar.symbol < entry.symbol {
                entry = bar
            } else if bar.symbol == entry.symbol, nextRow != nil {
                entry.hasBar = true
                entry.barVolume = bar.barVolume
                entry.dollars = bar.dollars
            }
        }
        if nextRow?.symbol == entry.symbol {
            sourceBytes = nextSource
            try advanceRow()
        }
        if nextBar?.symbol == entry.symbol { try advanceBar() }
        return entry
    }

    /// Gives the statements back.
    func end() {
        slots.reset()
        bars.reset()
    }

    private mutating func advanceRow() throws {
        nextRow = nil
        while try slots.step() {
            guard let symbol = Symbol(utf8: slots.bytes(0)) else { continue }
            nextRow = Entry(
                symbol: symbol,
                hasRow: true,
                isComplete: slots.integer(1) == Int64(Slot.count),
                slotVolume: slots.integer(3)
            )
            if !slots.bytes(2).elementsEqual(nextSource) { nextSource = Array(slots.bytes(2)) }
            return
        }
    }

    private mutating func advanceBar() throws {
        nextBar = nil
        while try bars.step() {
            guard let symbol = Symbol(utf8: bars.bytes(0)) else { continue }
            let volume = bars.number(1)
            let price = bars.number(2)
            let dollars = volume * price
            nextBar = Entry(
                symbol: symbol,
                hasBar: true,
                barVolume: volume,
                dollars: dollars.isFinite ? max(dollars, 0) : 0
            )
            return
        }
    }
}
