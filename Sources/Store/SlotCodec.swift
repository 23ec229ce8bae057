import MarketTime

/// The packed form of a symbol's day, and the only code that reads or writes it.
///
/// One unsigned LEB128 number per slot from slot 0 to the last known one: 0 is a slot nobody has seen, `n + 1` a known
/// slot whose cumulative volume is `n` above the last known one (0 before the first). Later slots are unknown. Numbers
/// have the fewest bytes possible, at most seven; but a zero in two bytes (`80 00`) says that the next number counts known
/// slots without trades, four or more. Most symbols trade in less than half of the slots: 180 bytes a day instead of 265.
/// Files from before that have ones in place of such a run, and stay valid.
enum SlotCodec {
    /// Largest volume that can be stored, in shares: sums over 60 days of it are exact in a `Double`.
    static let maxVolume: Int64 = (1 << 47) - 1
    /// Most bytes one slot can take.
    static let maxSlotBytes = 7
    /// Slots without trades from which on their number is stored in place of them.
    static let shortestRun = 4
    /// Most bytes a day can take.
    static let maxPackedBytes = Slot.count * maxSlotBytes

    /// A packed day and what its row says about it without unpacking.
    struct Packed: Equatable {
        /// The bytes; empty when no slot is known.
        var bytes: [UInt8]
        /// Slots whose volume is known, 0…192.
        var knownSlots: Int
        /// Cumulative volume of the last known slot, shares; 0 without one.
        var volume: Int64
    }

    /// Packs cumulative volumes of slots 0…; whatever is negative or above ``maxVolume`` is unknown.
    ///
    /// A cumulative volume below an earlier one cannot be: it counts as the earlier one.
    static func pack(_ volumes: UnsafeBufferPointer<Int64>) -> Packed {
        precondition(volumes.count <= Slot.count, "Invariant: a day has at most 192 slots")
        // Guarded by the precondition: at most 192 numbers of at most `maxSlotBytes` bytes are written.
        var known = 0
        var total: Int64 = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: maxPackedBytes) { buffer, count in
            var position = 0
            var end = 0
            var idle = 0
            for volume in volumes {
                if volume >= 0, volume <= total {
                    idle += 1
                    known += 1
                    continue
                }
                if idle > 0 {
                    position += writeIdle(idle, buffer, at: position)
                    idle = 0
                    end = position
                }
                guard (0...maxVolume).contains(volume) else {
                    buffer[position] = 0
                    position += 1
                    continue
                }
                var rest = UInt64(volume - total) + 1
                total = volume
                known += 1
                while rest >= 0x80 {
                    buffer[position] = UInt8(truncatingIfNeeded: rest) | 0x80
                    rest >>= 7
                    position += 1
                }
                buffer[position] = UInt8(truncatingIfNeeded: rest)
                position += 1
                end = position
            }
            if idle > 0 { end = position + writeIdle(idle, buffer, at: position) }
            count = end
        }
        return Packed(bytes: bytes, knownSlots: known, volume: total)
    }

    /// Writes known slots without trades, at most 192, and returns the number of bytes: never more than one a slot.
    private static func writeIdle(_ count: Int, _ buffer: UnsafeMutableBufferPointer<UInt8>, at start: Int) -> Int {
        guard count >= shortestRun else {
            for offset in 0..<count { buffer[start + offset] = 1 }
            return count
        }
        buffer[start] = 0x80
        buffer[start + 1] = 0
        buffer[start + 2] = UInt8(count & 0x7F) | (count >= 0x80 ? 0x80 : 0)
        guard count >= 0x80 else { return 3 }
        buffer[start + 3] = UInt8(count >> 7)
        return 4
    }

    /// The length of the run whose mark stands before `position`, which moves behind it; nil when there is none such.
    private static func readIdle(_ bytes: UnsafeBufferPointer<UInt8>, at position: inout Int) -> Int? {
        guard position < bytes.count else { return nil }
        let count = Int(bytes[position])
        position += 1
        if count >= 0x80 {
            // At most 192, so the second byte can only be 1, which is worth the 128 that the first one has too many.
            guard position < bytes.count, bytes[position] == 1 else { return nil }
            position += 1
        }
        return count >= shortestRun ? count : nil
    }

    /// Unpacks into 192 cumulative volumes and returns how many are known, or nil when ``pack(_:)`` writes no such bytes.
    ///
    /// `slots` has 192 elements; unknown ones become `unknown`; after nil their values mean nothing.
    static func unpack(
        _ bytes: UnsafeBufferPointer<UInt8>,
        into slots: UnsafeMutableBufferPointer<Int64>,
        unknown: Int64
    ) -> Int? {
        precondition(slots.count == Slot.count, "Invariant: 192 slots are unpacked")
        // Every access is guarded: reads by `position < bytes.count`, writes by `slot < Slot.count`.
        var position = 0
        var slot = 0
        var known = 0
        var total: Int64 = 0
        while position < bytes.count {
            guard slot < Slot.count else { return nil }
            var byte = bytes[position]
            position += 1
            var value = Int64(byte & 0x7F)
            if byte >= 0x80 {
                var shift: Int64 = 7
                repeat {
                    guard position < bytes.count, shift < 7 * Int64(maxSlotBytes) else { return nil }
                    byte = bytes[position]
                    position += 1
                    value |= Int64(byte & 0x7F) << shift
                    shift += 7
                } while byte >= 0x80
                if byte == 0 {
                    guard value == 0, shift == 14, let count = readIdle(bytes, at: &position),
                        count <= Slot.count - slot
                    else { return nil }
                    for idle in slot..<slot + count { slots[idle] = total }
                    slot += count
                    known += count
                    continue
                }
            }
            if value == 0 {
                slots[slot] = unknown
            } else {
                // 192 numbers below 2^49 cannot overflow.
                total += value - 1
                slots[slot] = total
                known += 1
            }
            slot += 1
        }
        guard total <= maxVolume else { return nil }
        while slot < Slot.count {
            slots[slot] = unknown
            slot += 1
        }
        return known
    }

    /// Slots up to the last known one in packed bytes, 0…192 for valid ones; for others any number up to 192.
    static func slotCount(_ bytes: UnsafeBufferPointer<UInt8>) -> Int {
        var count = 0
        var position = 0
        while position < bytes.count, count < Slot.count {
            let isMark = bytes[position] == 0x80 && position + 1 < bytes.count && bytes[position + 1] == 0
            if isMark {
                position += 2
                guard let idle = readIdle(bytes, at: &position) else { break }
                count += idle
            } else {
                if bytes[position] < 0x80 { count += 1 }
                position += 1
            }
        }
        return min(count, Slot.count)
    }
}
