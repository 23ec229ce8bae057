import EngineAPI
import MarketTime

/// The packed form of the trades and average prices of a symbol's day, and the only code that reads or writes it.
///
/// A bit stream, most significant bit first. The trades: for every slot that has any (a *busy* one), the number of idle
/// slots before it and its trades + 1 (0 when its source told none); after the last busy slot, the number of
/// slots left, if any.
/// The prices: for every busy slot 0 for none, else 1 + the zigzag difference to the price before, in 1/10,000 USD.
/// Numbers are Rice codes whose parameter follows the mean of the numbers before, so that a dollar stock's cent and an
/// index fund's thousand trades take the bits they need: measured on a simulated day, 201 bytes a row against 336 as
/// varints.
enum SlotDetailCodec {
    /// Units per USD.
    static let unitsPerDollar = 10_000.0
    /// Largest price that can be stored, in units; what is above is none.
    static let maxUnits: Int64 = 1 << 45

    /// A packed day.
    struct Packed: Equatable {
        /// The trades; empty when no slot is busy.
        var trades: [UInt8] = []
        /// The prices; empty when no slot has one.
        var vwap: [UInt8] = []
    }

    /// Packs 192 numbers of trades (negative when the source tells none) and 192 prices in USD (NaN for none).
    static func pack(trades: UnsafeBufferPointer<Int32>, vwap: UnsafeBufferPointer<Float>) -> Packed {
        precondition(trades.count == Slot.count && vwap.count == Slot.count, "Invariant: 192 slots are packed")
        var counts = BitWriter()
        var prices = BitWriter()
        var gap = RiceModel()
        var count = RiceModel()
        var price = RiceModel()
        var lastBusy = -1
        var lastUnits: Int64 = 0
        var hasPrice = false
        for slot in 0..<Slot.count {
            let units = units(vwap[slot])
            guard trades[slot] != 0 || units != nil else { continue }
            gap.write(UInt64(slot - lastBusy - 1), to: &counts)
            lastBusy = slot
            count.write(UInt64(max(Int64(trades[slot]), -1) + 1), to: &counts)
            if let units {
                price.write(zigzag(units - lastUnits) + 1, to: &prices)
                lastUnits = units
                hasPrice = true
            } else {
                price.write(0, to: &prices)
            }
        }
        guard lastBusy >= 0 else { return Packed() }
        if lastBusy < Slot.count - 1 { gap.write(UInt64(Slot.count - lastBusy - 1), to: &counts) }
        return Packed(trades: counts.finish(), vwap: hasPrice ? prices.finish() : [])
    }

    /// Unpacks into 192 trades and 192 prices; false when ``pack(trades:vwap:)`` writes no such bytes, and then the values
    /// mean nothing.
    static func unpack(
        trades packedTrades: UnsafeBufferPointer<UInt8>,
        vwap packedVwap: UnsafeBufferPointer<UInt8>,
        intoTrades trades: UnsafeMutableBufferPointer<Int32>,
        vwap: UnsafeMutableBufferPointer<Float>
    ) -> Bool {
        precondition(trades.count == Slot.count && vwap.count == Slot.count, "Invariant: 192 slots are unpacked")
        trades.update(repeating: 0)
        vwap.update(repeating: .nan)
        guard !packedTrades.isEmpty else { return packedVwap.isEmpty }
        var counts = BitReader(packedTrades)
        var prices = BitReader(packedVwap)
        var gap = RiceModel()
        var count = RiceModel()
        var price = RiceModel()
        var slot = 0
        var units: Int64 = 0
        while true {
            guard let idle = gap.read(from: &counts), idle <= UInt64(Slot.count - slot) else { return false }
            slot += Int(idle)
            // The end of the day: the gap after the last busy slot reaches to it.
            if slot == Slot.count { break }
            guard let number = count.read(from: &counts), number <= UInt64(Int32.max) + 1 else { return false }
            trades[slot] = number == 0 ? SlotHistory.unknownTrades : Int32(number - 1)
            if !packedVwap.isEmpty {
                guard let code = price.read(from: &prices), code <= UInt64(4 * maxUnits) else { return false }
                if code > 0 {
                    units += unzigzag(code - 1)
                    guard (0...maxUnits).contains(units) else { return false }
                    vwap[slot] = Float(Double(units) / unitsPerDollar)
                }
            }
            slot += 1
            if slot == Slot.count { break }
        }
        return counts.isAtEnd && prices.isAtEnd
    }

    private static func units(_ price: Float) -> Int64? {
        let units = (Double(price) * unitsPerDollar).rounded()
        return units >= 0 && units <= Double(maxUnits) ? Int64(units) : nil
    }

    private static func zigzag(_ value: Int64) -> UInt64 { UInt64(bitPattern: (value << 1) ^ (value >> 63)) }

    private static func unzigzag(_ code: UInt64) -> Int64 { Int64(code >> 1) ^ -Int64(code & 1) }
}

/// Numbers as Rice codes: a quotient in unary and a remainder in as many bits as the numbers before suggest.
private struct RiceModel {
    /// Longest quotient; longer ones are escaped.
    private static let maxQuotient: UInt64 = 20
    /// Bits that say how long an escaped number is.
    private static let lengthBits = 6
    /// Sixteen times the decaying mean.
    private var weight: UInt64 = 64

    private var remainderBits: Int { 63 - ((weight >> 4) | 1).leadingZeroBitCount }

    private mutating func learn(_ value: UInt64) { weight = weight - weight / 16 + min(value, 1 << 50) }

    /// Values below 2^62.
    mutating func write(_ value: UInt64, to bits: inout BitWriter) {
        let count = remainderBits
        let quotient = value >> UInt64(count)
        if quotient < Self.maxQuotient {
            bits.write(1, count: Int(quotient) + 1)
            bits.write(value & ((1 << UInt64(count)) - 1), count: count)
        } else {
            bits.write(0, count: Int(Self.maxQuotient))
            let length = 64 - value.leadingZeroBitCount
            bits.write(UInt64(length), count: Self.lengthBits)
            bits.write(value, count: length)
        }
        learn(value)
    }

    /// The next value; nil at the end of the bits or when no such code is written.
    mutating func read(from bits: inout BitReader) -> UInt64? {
        let count = remainderBits
        var quotient: UInt64 = 0
        while quotient < Self.maxQuotient {
            guard let bit = bits.read(1) else { return nil }
            if bit == 1 { break }
            quotient += 1
        }
        var value: UInt64
        if quotient < Self.maxQuotient {
            guard let rest = bits.read(count) else { return nil }
            value = quotient << UInt64(count) | rest
        } else {
            guard let length = bits.read(Self.lengthBits), length < 63, let all = bits.read(Int(length)) else {
                return nil
            }
            value = all
            guard value >> UInt64(count) >= Self.maxQuotient, 64 - value.leadingZeroBitCount == length else {
                return nil
            }
        }
        learn(value)
        return value
    }
}

/// Appends numbers of a few bits to bytes.
private struct BitWriter {
    private var bytes: [UInt8] = []
    private var pending: UInt64 = 0
    private var pendingCount = 0

    init() { bytes.reserveCapacity(256) }

    /// Appends the lowest `count` bits, at most 62.
    mutating func write(_ value: UInt64, count: Int) {
        if count > 32 {
            write(value >> 32, count: count - 32)
            return write(value & 0xFFFF_FFFF, count: 32)
        }
        // At most 7 + 32 bits are pending.
        pending = pending << UInt64(count) | value
        pendingCount += count
        while pendingCount >= 8 {
            pendingCount -= 8
            bytes.append(UInt8(truncatingIfNeeded: pending >> UInt64(pendingCount)))
        }
        pending &= (1 << UInt64(pendingCount)) - 1
    }

    /// All bytes, the last one filled up with zeros.
    mutating func finish() -> [UInt8] {
        if pendingCount > 0 { write(0, count: 8 - pendingCount) }
        return bytes
    }
}

/// Reads numbers of a few bits from bytes.
private struct BitReader {
    private let bytes: UnsafeBufferPointer<UInt8>
    /// In bits.
    private var position = 0

    init(_ bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

    /// Whether nothing is left but the zeros that fill the last byte.
    var isAtEnd: Bool {
        var rest = self
        let left = bytes.count * 8 - position
        return left < 8 && rest.read(left) == 0
    }

    /// The next `count` bits, at most 62; nil when there are fewer.
    mutating func read(_ count: Int) -> UInt64? {
        guard position + count <= bytes.count * 8 else { return nil }
        var value: UInt64 = 0
        var left = count
        while left > 0 {
            // Guarded above: the position stays within the bytes.
            let byte = bytes[position >> 3]
            let free = 8 - position & 7
            let taken = min(free, left)
            let part = byte >> UInt8(free - taken) & UInt8(truncatingIfNeeded: (1 << taken) - 1)
            value = value << UInt64(taken) | UInt64(part)
            position += taken
            left -= taken
        }
        return value
    }
}
