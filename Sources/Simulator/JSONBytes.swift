// JSON is written by hand because the full snapshot is 7 MB every few seconds, and because the vendor's numbers have forms
// (37216, 37216.0, 3.7216e+04) that no encoder would produce.

/// A growing buffer of bytes with the number forms of the vendor's JSON.
///
/// Not safe to share between threads.
package final class JSONBytes {
    /// What changes, behind a pointer.
    ///
    /// Exclusivity checks on a class's variables took more than half of the time of a snapshot.
    /// Owned by this object, which is never shared between threads: made in `init`, freed in `deinit`.
    private let storage: UnsafeMutablePointer<Storage>

    private struct Storage {
        var count: Int
        var capacity: Int
        var start: UnsafeMutablePointer<UInt8>
        /// 10 to the power of 0…19.
        let powers: UnsafeMutablePointer<UInt64>
        /// The two digits of 0…99.
        let pairs: UnsafeMutablePointer<(UInt8, UInt8)>
    }

    /// An empty buffer with room for `capacity` bytes.
    package init(capacity: Int = 4_096) {
        let room = max(64, capacity)
        storage = .allocate(capacity: 1)
        storage.initialize(
            to: Storage(
                count: 0,
                capacity: room,
                start: .allocate(capacity: room),
                powers: .allocate(capacity: 20),
                pairs: .allocate(capacity: 100)
            )
        )
        var power: UInt64 = 1
        for exponent in 0..<20 {
            storage.pointee.powers[exponent] = power
            power = power &* 10
        }
        for value in 0..<100 {
            storage.pointee.pairs[value] = (UInt8(0x30 + value / 10), UInt8(0x30 + value % 10))
        }
    }

    deinit {
        storage.pointee.powers.deallocate()
        storage.pointee.pairs.deallocate()
        storage.pointee.start.deallocate()
        storage.deallocate()
    }

    /// Bytes written.
    package private(set) var count: Int {
        @inline(__always) get { storage.pointee.count }
        @inline(__always) set { storage.pointee.count = newValue }
    }

    @inline(__always)
    private var start: UnsafeMutablePointer<UInt8> { storage.pointee.start }

    /// Forgets the content and keeps the memory.
    package func removeAll() { count = 0 }

    /// The bytes, valid during the call.
    package func withBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
        try body(UnsafeRawBufferPointer(start: start, count: count))
    }

    /// A copy of the bytes.
    package var array: [UInt8] { withBytes { [UInt8]($0) } }

    @inline(__always)
    private func reserve(_ more: Int) {
        if count + more > storage.pointee.capacity { grow(more) }
    }

    private func grow(_ more: Int) {
        let bigger = max(count + more, storage.pointee.capacity * 2)
        let fresh = UnsafeMutablePointer<UInt8>.allocate(capacity: bigger)
        fresh.update(from: start, count: count)
        start.deallocate()
        storage.pointee.start = fresh
        storage.pointee.capacity = bigger
    }

    /// Appends fixed text.
    @inline(__always)
    package func raw(_ text: StaticString) {
        let length = text.utf8CodeUnitCount
        reserve(length)
        (start + count).update(from: text.utf8Start, count: length)
        count += length
    }

    /// Appends text as it is.
    package func text(_ text: String) {
        var text = text
        text.withUTF8 { bytes in
            reserve(bytes.count)
            if let base = bytes.baseAddress { (start + count).update(from: base, count: bytes.count) }
            count += bytes.count
        }
    }

    /// Appends one byte.
    @inline(__always)
    package func byte(_ value: UInt8) {
        reserve(1)
        start[count] = value
        count += 1
    }

    /// Appends a JSON string, quoted and escaped.
    package func string(_ text: String) {
        byte(0x22)
        for unit in text.utf8 {
            switch unit {
            case 0x22, 0x5C:
                byte(0x5C)
                byte(unit)
            case ..<0x20:
                raw("\\u00")
                byte(unit >> 4 == 0 ? 0x30 : 0x31)
                let low = unit & 15
                byte(low < 10 ? 0x30 + low : 0x57 + low)
            default: byte(unit)
            }
        }
        byte(0x22)
    }

    /// Appends an integer.
    @inline(__always)
    package func integer(_ value: Int64) {
        if value < 0 { byte(0x2D) }
        digits(value.magnitude)
    }

    /// Appends `value` / 10^`decimals`, without trailing zeros; at least `minimum` digits stay behind the point.
    package func decimal(_ value: Int64, decimals: Int, minimum: Int = 0) {
        let scale = storage.pointee.powers[decimals]
        let magnitude = value.magnitude
        if value < 0 { byte(0x2D) }
        let whole = magnitude / scale
        digits(whole)
        var fraction = magnitude - whole * scale
        var places = decimals
        if fraction == 0 {
            places = min(minimum, decimals)
        } else {
            while places > minimum, fraction % 10 == 0 {
                fraction /= 10
                places -= 1
            }
        }
        guard places > 0 else { return }
        reserve(places + 1)
        start[count] = 0x2E
        count += places + 1
        write(fraction, places: places, endingAt: count)
    }

    /// Appends an unsigned integer.
    func digits(_ value: UInt64) {
        reserve(20)
        // 1233 / 4096 is the logarithm of 2, near enough for 64 bits.
        let bits = 64 - (value | 1).leadingZeroBitCount
        let guess = (bits * 1233) >> 12
        let places = guess + (value >= storage.pointee.powers[guess] ? 1 : 0)
        count += max(1, places)
        write(value, places: max(1, places), endingAt: count)
    }

    /// Writes a number with leading zeros in front of a position; there is room.
    @inline(__always)
    private func write(_ value: UInt64, places: Int, endingAt end: Int) {
        let base = start
        let pairs = storage.pointee.pairs
        var rest = value
        var position = end
        var left = places
        while left >= 2 {
            let quotient = rest / 100
            let pair = pairs[Int(rest - quotient * 100)]
            position -= 2
            base[position] = pair.0
            base[position + 1] = pair.1
            rest = quotient
            left -= 2
        }
        if left == 1 { base[position - 1] = UInt8(truncatingIfNeeded: 0x30 + rest % 10) }
    }

    /// Appends an integer in exponential form with all its digits: 130149192 as `1.30149192e+08`.
    package func exponential(_ value: Int64) {
        guard value > 0 else {
            integer(value)
            return
        }
        var digits = 0
        var power: Int64 = 1
        while digits < 18, value / power >= 10 {
            power *= 10
            digits += 1
        }
        decimal(value, decimals: digits)
        raw("e+")
        byte(0x30 + UInt8(digits / 10))
        byte(0x30 + UInt8(digits % 10))
    }
}
