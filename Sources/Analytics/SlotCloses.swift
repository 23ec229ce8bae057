import MarketTime

// Prices of 11,000 tickers × 192 slots would take 17 MB as numbers; a day's line of prices needs four digits. A code is the
// price over the row's first one, cut to 12 bits of its mantissa and 4 of its exponent: whole-number arithmetic, no
// logarithms, at most 0.0123 % off. Slots stand one after the other, so that a snapshot writes one piece of 22 KB, and a slot
// that has not begun takes nothing.

/// The last price of each slot of a day, for every ticker: 16 bits a price, 4.2 MB for 11,000 rows at the day's end.
///
/// A price more than 256 times the row's first one of the day, or less than a 256th of it, is missing rather than wrong.
package struct SlotCloses: Sendable {
    /// Largest error of a price, relative.
    package static let relativeErrorMax = 0.000_123
    /// How many times the first price of a row the others may be, up or down; at the edges they are missing.
    package static let ratioMax = 256.0

    /// The code of a slot without a price.
    private static let none: UInt16 = 0
    /// Bits of a `Double`'s mantissa that a code leaves out.
    private static let droppedBits: UInt64 = 40
    /// Half of the last bit a code keeps.
    private static let half: UInt64 = 1 << (droppedBits - 1)
    /// What the smallest ratio is in the units of codes.
    private static let origin = (1 / ratioMax).bitPattern >> droppedBits

    /// First price of each row, USD; NaN before it.
    private var bases: [Float] = []
    /// One column of codes for each slot; as long as the last row with a price in it, or empty.
    private var columns: [[UInt16]] = Array(repeating: [], count: Slot.count)

    /// No rows.
    package init() {}

    /// Bytes of the codes and bases held.
    package var byteCount: Int { bases.count * 4 + columns.reduce(0) { $0 + $1.count * 2 } }

    /// Makes room for rows that come one by one.
    package mutating func reserve(rows: Int) { bases.reserveCapacity(rows) }

    /// Adds rows without prices, up to a count.
    package mutating func grow(to rows: Int) {
        guard rows > bases.count else { return }
        bases.append(contentsOf: repeatElement(.nan, count: rows - bases.count))
    }

    /// Forgets the day, keeps the rows.
    package mutating func reset() {
        for row in bases.indices { bases[row] = .nan }
        columns = Array(repeating: [], count: Slot.count)
    }

    /// Takes the newest price of a slot, USD, in place of the one before; what is no price is left out.
    package mutating func set(row: Int, slot: Int, _ price: Double) {
        guard price > 0, price <= Double(Float.greatestFiniteMagnitude), slot >= 0, slot < Slot.count,
            row < bases.count
        else { return }
        if bases[row].isNaN {
            let base = Float(price)
            guard base.isNormal else { return }
            bases[row] = base
        }
        if row >= columns[slot].count {
            // All rows at once: prices come row by row.
            columns[slot].append(contentsOf: repeatElement(Self.none, count: bases.count - columns[slot].count))
        }
        columns[slot][row] = Self.code(price / Double(bases[row]))
    }

    /// Takes what a slot traded at on the whole, USD, where its last price was not seen; what was seen stands.
    package mutating func fill(row: Int, slot: Int, _ price: Double) {
        guard row >= 0, row < bases.count, slot >= 0, slot < Slot.count else { return }
        if row < columns[slot].count, columns[slot][row] != Self.none { return }
        set(row: row, slot: slot, price)
    }

    /// The last price of a slot, USD; NaN when none is known.
    package func price(row: Int, slot: Int) -> Double {
        guard row >= 0, row < bases.count, row < columns[slot].count, columns[slot][row] != Self.none else {
            return .nan
        }
        return Self.ratio(columns[slot][row]) * Double(bases[row])
    }

    private static func code(_ ratio: Double) -> UInt16 {
        let kept = (ratio.bitPattern &+ half) >> droppedBits
        guard ratio > 0, kept > origin, kept - origin <= UInt64(UInt16.max) else { return none }
        return UInt16(truncatingIfNeeded: kept - origin)
    }

    private static func ratio(_ code: UInt16) -> Double {
        Double(bitPattern: (UInt64(code) + origin) << droppedBits)
    }
}
