import MarketTime

/// The packed form of a symbol's day, and the only code that reads or writes it.
///
/// One unsigned LEB128 number per slot from slot 0 to the last known one: 0 is a slot nobody has seen, `n + 1` a known
/// slot whose cumulative volume is `n` above the last known one (0 before the first). Later slots are unknown. Numbers
/// have the fewest bytes possible, at most seven, so a packed day has at most 1,344 bytes; typical ones have 480.
enum SlotCodec {
    /// Largest volume that can be stored, in shares: sums over 60 days of it are exact in a `Double`.
    static let maxVolume: Int64 = (1 << 47) - 1
    /// Most bytes one slot can take.
    static let maxSlotBytes = 7
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
            for volume in volumes {
                guard (0...maxVolume).contains(volume) else {
                    buffer[position] = 0
                    position += 1
                    continue
                }
                var rest = UInt64(max(volume, total) - total) + 1
                total = max(volume, total)
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
            count = end
        }
        return Packed(bytes: bytes, knownSlots: known, volume: total)
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
                guard byte != 0 else { return nil }
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

    /// Slots up to the last known one in packed bytes, 0…192 for valid ones.
    static func slotCount(_ bytes: UnsafeBufferPointer<UInt8>) -> Int {
        var count = 0
        for byte in bytes where byte < 0x80 { count += 1 }
        return count
    }
}
