import MarketTime

// How C(d, s) is read from snapshots. A snapshot carries, per ticker, the volume since 04:00 ET (`min.av`), and the start
// and own volume of its latest minute with trades (`min.t`, `min.v`). Slots end on minute boundaries, so for a slot that
// ended at b before the snapshot:
//
//   min.t < b     nothing traded since b:                     C = av            exact
//   min.t = b     the latest minute is the first after b:     C = av − min.v    exact
//   min.t > b     C lies between the volume seen last (before b) and av − min.v; exact when the two are equal.
//
// With a poll every 5 s the third case with unequal ends needs a gap of a minute or more. Such a slot stays unknown until
// it is healed from aggregates: a guess would be stored, averaged, and believed for weeks.

/// Today's cumulative volume at the end of each slot, for every ticker: rows × 192.
package struct DaySlots: Sendable {
    /// The value of a slot nobody has seen.
    package static let unknown: Int64 = -1

    /// `rows` × 192 cumulative volumes, shares, or ``unknown``.
    private var cumulative: [Int64] = []
    /// Leading slots of each row on which a snapshot has decided, known or not.
    private var decided: [UInt8] = []
    /// Volume at the last snapshot of each row, whole shares.
    private var lastVolume: [Int64] = []
    /// `rows` × ``wordsPerRow``: a bit per slot, set where the slot is known.
    private var known: [UInt64] = []
    /// Slots that snapshots have decided or aggregates have filled since the start: it grows when there is something new
    /// to store.
    package private(set) var decisions = 0
    /// Grows with every change of any slot.
    package private(set) var version = 0

    /// Words of a row of bits, one bit per slot from the lowest: bit `s % 64` of word `s / 64` is slot `s`.
    package static let wordsPerRow = 3

    /// No rows.
    package init() {}

    /// Rows held.
    package var rowCount: Int { decided.count }

    /// Makes room for rows without adding them.
    package mutating func reserve(rows: Int) { cumulative.reserveCapacity(rows * Slot.count) }

    /// Adds rows, all unknown, up to a count.
    package mutating func grow(to rows: Int) {
        guard rows > rowCount else { return }
        version += 1
        cumulative.append(contentsOf: repeatElement(Self.unknown, count: (rows - rowCount) * Slot.count))
        known.append(contentsOf: repeatElement(0, count: (rows - rowCount) * Self.wordsPerRow))
        lastVolume.append(contentsOf: repeatElement(0, count: rows - rowCount))
        decided.append(contentsOf: repeatElement(0, count: rows - rowCount))
    }

    /// Forgets the day, keeps the rows.
    package mutating func reset() {
        version += 1
        for index in cumulative.indices { cumulative[index] = Self.unknown }
        for index in known.indices { known[index] = 0 }
        for row in 0..<rowCount {
            decided[row] = 0
            lastVolume[row] = 0
        }
    }

    /// C(today, slot) in shares, or ``unknown``; the start of the day (slot -1) is 0.
    package func volume(row: Int, slot: Int) -> Int64 {
        guard slot >= 0 else { return 0 }
        guard row < rowCount else { return Self.unknown }
        return cumulative[row * Slot.count + slot]
    }

    /// Fills two columns, one element per row, with ``volume(row:slot:)`` of a slot and of the one before; NaN where that
    /// is unknown, as in rows not held.
    func gather(slot: Int, count: Int, into column: inout [Double], before: inout [Double]) {
        if column.count != count || before.count != count {
            column = Array(repeating: .nan, count: count)
            before = column
        }
        let held = min(count, rowCount)
        column.withUnsafeMutableBufferPointer { column in
            before.withUnsafeMutableBufferPointer { before in
                cumulative.withUnsafeBufferPointer { cumulative in
                    for row in 0..<held {
                        let volume = slot < 0 ? 0 : cumulative[row * Slot.count + slot]
                        let earlier = slot < 1 ? 0 : cumulative[row * Slot.count + slot - 1]
                        column[row] = volume == Self.unknown ? .nan : Double(volume)
                        before[row] = earlier == Self.unknown ? .nan : Double(earlier)
                    }
                }
                for row in held..<count {
                    column[row] = slot < 0 ? 0 : .nan
                    before[row] = slot < 1 ? 0 : .nan
                }
            }
        }
    }

    /// The slots of a row that have ended and are unknown, as bits.
    ///
    /// - Parameters:
    ///   - word: 0..<``wordsPerRow``.
    ///   - completedSlots: Slots that have ended.
    package func unknownBits(row: Int, word: Int, completedSlots: Int) -> UInt64 {
        let count = min(max(completedSlots - word * 64, 0), 64)
        let ended: UInt64 = count == 64 ? .max : (1 << UInt64(count)) - 1
        guard row < rowCount else { return ended }
        return ended & ~known[row * Self.wordsPerRow + word]
    }

    /// Rows with volume in which a slot that has ended is unknown, and how many slots are unknown in any of them.
    package func gap(volumes: [Double], completedSlots: Int) -> (rows: [Int32], slots: Int) {
        var rows: [Int32] = []
        var union: [UInt64] = Array(repeating: 0, count: Self.wordsPerRow)
        for row in 0..<volumes.count where volumes[row] > 0 {
            var any: UInt64 = 0
            for word in 0..<Self.wordsPerRow {
                let bits = unknownBits(row: row, word: word, completedSlots: completedSlots)
                union[word] |= bits
                any |= bits
            }
            if any != 0 { rows.append(Int32(row)) }
        }
        return (rows, union.map(\.nonzeroBitCount).reduce(0, +))
    }

    /// The first slots of a row.
    package func row(_ row: Int, slotCount: Int) -> ArraySlice<Int64> {
        cumulative[row * Slot.count..<row * Slot.count + slotCount]
    }

    /// Whether any slot of a row is known.
    package func hasKnownSlot(row: Int, before slotCount: Int) -> Bool {
        (0..<Self.wordsPerRow).contains { word in
            let count = min(max(slotCount - word * 64, 0), 64)
            return unknownBits(row: row, word: word, completedSlots: slotCount).nonzeroBitCount < count
        }
    }

    /// One ticker's part of a snapshot.
    package struct Observation: Hashable, Sendable {
        /// Cumulative volume since 04:00 ET, whole shares.
        package var volume: Int64
        /// Volume of the latest minute so far, whole shares, 0…`volume`.
        package var minuteVolume: Int64
        /// The slot in which the latest minute lies; -1 before 04:00 or without a minute today.
        package var minuteSlot: Int
        /// Whether that minute is its slot's first.
        package var minuteStartsSlot: Bool

        /// An observation.
        package init(volume: Int64, minuteVolume: Int64, minuteSlot: Int, minuteStartsSlot: Bool) {
            self.volume = volume
            self.minuteVolume = minuteVolume
            self.minuteSlot = minuteSlot
            self.minuteStartsSlot = minuteStartsSlot
        }
    }

    /// Decides the slots that have ended since the row's last observation.
    ///
    /// Volumes never decrease: an observation below what was seen before counts as that. One of a minute that lies ahead
    /// of the completed slots (our clock is behind) is passed over: its volume includes trades after slots not yet decided.
    package mutating func observe(row: Int, _ observation: Observation, completedSlots: Int) {
        guard observation.minuteSlot <= completedSlots else { return }
        let seen = lastVolume[row]
        let volume = max(observation.volume, seen)
        let beforeMinute = min(max(volume - observation.minuteVolume, seen), volume)
        var slot = Int(decided[row])
        while slot < completedSlots {
            if cumulative[row * Slot.count + slot] != Self.unknown {
                // A bar of the stream has told it.
            } else if slot >= observation.minuteSlot {
                set(row: row, slot: slot, volume)
            } else if beforeMinute == seen || (slot == observation.minuteSlot - 1 && observation.minuteStartsSlot) {
                set(row: row, slot: slot, beforeMinute)
            }
            slot += 1
        }
        mend(row: row, observation, completedSlots: completedSlots)
        decisions += max(0, completedSlots - Int(decided[row]))
        decided[row] = UInt8(max(Int(decided[row]), completedSlots))
        lastVolume[row] = volume
    }

    /// Takes what the first bar of a slot tells of the end of the slot before, as soon as it comes: a snapshot after it need
    /// not decide any more.
    ///
    /// - Parameters:
    ///   - bar: With the bar's own volume and slot; it is the first of its slot.
    ///   - mends: Whether it may raise what is known, as a snapshot's first minute does.
    /// - Returns: Whether the slot before now stands at what the bar tells.
    package mutating func observe(first bar: Observation, row: Int, mends: Bool) -> Bool {
        let slot = bar.minuteSlot - 1
        guard slot >= 0, bar.minuteSlot < Slot.count else { return false }
        let before = bar.volume - bar.minuteVolume
        if slot >= Int(decided[row]) {
            observe(row: row, bar, completedSlots: bar.minuteSlot)
        } else if cumulative[row * Slot.count + slot] == Self.unknown {
            fillUnknown(row: row, slot: slot, before)
        } else if mends {
            mend(row: row, bar, completedSlots: bar.minuteSlot)
        }
        lastVolume[row] = max(lastVolume[row], bar.volume)
        return cumulative[row * Slot.count + slot] == before
    }

    /// Notes the volume after a bar, so that slots in which nothing trades afterwards are known; one of a slot before which
    /// others are undecided says nothing about those.
    package mutating func note(row: Int, volume: Int64, slot: Int) {
        guard slot <= Int(decided[row]) else { return }
        lastVolume[row] = max(lastVolume[row], volume)
    }

    /// Lowers a slot that a bar told, because an earlier bar of the same slot came after it.
    ///
    /// - Returns: Whether it stood at `told` and now stands at `volume`.
    package mutating func lower(row: Int, slot: Int, from told: Int64, to volume: Int64) -> Bool {
        let index = row * Slot.count + slot
        guard cumulative[index] == told, volume < told, isInOrder(row: row, slot: slot, volume) else { return false }
        set(row: row, slot: slot, volume)
        decisions += 1
        return true
    }

    private mutating func fillUnknown(row: Int, slot: Int, _ volume: Int64) {
        guard isInOrder(row: row, slot: slot, volume) else { return }
        set(row: row, slot: slot, volume)
        decisions += 1
    }

    /// Whether a slot may stand at a volume without the row decreasing anywhere else than there.
    private func isInOrder(row: Int, slot: Int, _ volume: Int64) -> Bool {
        let base = row * Slot.count
        let before = cumulative[base..<base + slot].last { $0 != Self.unknown } ?? 0
        let after = cumulative[base + slot + 1..<base + Slot.count].first { $0 != Self.unknown } ?? .max
        return volume >= before && volume <= after
    }

    /// What became of values offered for unknown slots.
    package struct Filling: Hashable, Sendable {
        /// Slots that are known now.
        package var filled = 0
        /// Values that would have made the row decrease: left out.
        package var contradicted = 0
    }

    /// Fills unknown slots with what the store holds; see ``fill(row:_:completedSlots:)``.
    @discardableResult
    package mutating func restore(
        row: Int,
        _ stored: some RandomAccessCollection<Int64>,
        completedSlots: Int
    ) -> Filling {
        fill(row: row, stored, completedSlots: completedSlots)
    }

    /// Fills unknown slots with what aggregates say, which is new to the store; see ``fill(row:_:completedSlots:)``.
    @discardableResult
    package mutating func heal(row: Int, _ healed: some RandomAccessCollection<Int64>, completedSlots: Int) -> Filling {
        let filling = fill(row: row, healed, completedSlots: completedSlots)
        decisions += filling.filled
        return filling
    }

    /// Fills unknown slots that have ended; what is known stands, and a value that would make the row decrease is left out.
    private mutating func fill(
        row: Int,
        _ values: some RandomAccessCollection<Int64>,
        completedSlots: Int
    ) -> Filling {
        var filling = Filling()
        var floor: Int64 = 0
        let base = row * Slot.count
        // The smallest known value at or after each slot bounds what may be filled in before it.
        var ceilings: [Int64] = Array(repeating: .max, count: Slot.count + 1)
        for slot in stride(from: Slot.count - 1, through: 0, by: -1) {
            let own = cumulative[base + slot]
            ceilings[slot] = own == Self.unknown ? ceilings[slot + 1] : own
        }
        for (slot, value) in values.prefix(min(completedSlots, Slot.count)).enumerated() {
            if cumulative[base + slot] != Self.unknown {
                floor = cumulative[base + slot]
            } else if value >= floor, value <= ceilings[slot] {
                set(row: row, slot: slot, value)
                floor = value
                lastVolume[row] = max(lastVolume[row], value)
                decided[row] = UInt8(max(Int(decided[row]), slot + 1))
                filling.filled += 1
            } else if value != Self.unknown {
                filling.contradicted += 1
            }
        }
        return filling
    }

    /// Raises the end of the slot before the latest minute, when that minute is the first after it.
    ///
    /// A boundary is seen to pass by any ticker's event, so another's last trades may still be on their way when its slot
    /// is decided; the first minute afterwards tells to the share.
    private mutating func mend(row: Int, _ observation: Observation, completedSlots: Int) {
        let slot = observation.minuteSlot - 1
        guard observation.minuteStartsSlot, slot >= 0, slot < min(completedSlots, Int(decided[row])) else { return }
        let known = cumulative[row * Slot.count + slot]
        let exact = observation.volume - observation.minuteVolume
        // A minute that exists has volume: 0 means that its own is not told.
        guard known != Self.unknown, observation.minuteVolume > 0, exact > known else { return }
        let later = cumulative[row * Slot.count + slot + 1..<(row + 1) * Slot.count]
        guard later.allSatisfy({ $0 == Self.unknown || $0 >= exact }) else { return }
        set(row: row, slot: slot, exact)
        decisions += 1
    }

    private mutating func set(row: Int, slot: Int, _ volume: Int64) {
        cumulative[row * Slot.count + slot] = volume
        known[row * Self.wordsPerRow + slot / 64] |= 1 << UInt64(slot % 64)
        version += 1
    }
}
