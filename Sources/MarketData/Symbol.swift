/// A ticker symbol in the vendor's form (`BRK.B`, `BACpM`, `ACHR.WS`): 1 to 24 visible ASCII characters, packed.
///
/// Case matters: a lowercase `p` marks a preferred share. Anything that is not a plausible symbol cannot be made into
/// one, so no control character or escape sequence of a feed gets past this type.
package struct Symbol: Hashable, Comparable, Sendable {
    /// Longest symbol, in bytes.
    package static let maxLength = 24

    /// Bytes 0–7, 8–15 and 16–23, big-endian, zero-padded: numeric order is byte order.
    private var high: UInt64
    private var middle: UInt64
    private var low: UInt64

    /// A symbol from its bytes; nil when empty, too long, or with a character outside `A–Z a–z 0–9 . - / ^ + = _`.
    package init?(utf8 bytes: UnsafeBufferPointer<UInt8>) {
        guard (1...Self.maxLength).contains(bytes.count) else { return nil }
        var words: (UInt64, UInt64, UInt64) = (0, 0, 0)
        for (index, byte) in bytes.enumerated() {
            guard Self.isAllowed(byte) else { return nil }
            let shifted = UInt64(byte) << UInt64(56 - 8 * (index % 8))
            switch index / 8 {
            case 0: words.0 |= shifted
            case 1: words.1 |= shifted
            default: words.2 |= shifted
            }
        }
        (high, middle, low) = words
    }

    /// A symbol from text; nil as for ``init(utf8:)``.
    package init?(_ text: some StringProtocol) {
        var text = String(text)
        guard let symbol = text.withUTF8({ Self(utf8: $0) }) else { return nil }
        self = symbol
    }

    /// A symbol from 24 zero-padded bytes that the decoder has already checked.
    package init(packedBytes: UnsafeRawPointer) {
        high = UInt64(bigEndian: packedBytes.loadUnaligned(fromByteOffset: 0, as: UInt64.self))
        middle = UInt64(bigEndian: packedBytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
        low = UInt64(bigEndian: packedBytes.loadUnaligned(fromByteOffset: 16, as: UInt64.self))
    }

    /// The symbol as text.
    package var text: String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Self.maxLength)
        for word in [high, middle, low] {
            for shift in stride(from: 56, through: 0, by: -8) {
                let byte = UInt8(truncatingIfNeeded: word >> UInt64(shift))
                if byte == 0 { return String(decoding: bytes, as: UTF8.self) }
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    package static func < (left: Self, right: Self) -> Bool {
        if left.high != right.high { return left.high < right.high }
        if left.middle != right.middle { return left.middle < right.middle }
        return left.low < right.low
    }

    package static func == (left: Self, right: Self) -> Bool {
        left.high == right.high && left.middle == right.middle && left.low == right.low
    }

    /// Hashes what nearly all symbols differ in; 17 and more bytes share a hash when only the rest differs.
    package func hash(into hasher: inout Hasher) {
        hasher.combine(high)
        if middle != 0 { hasher.combine(middle) }
    }

    /// Whether a byte may occur in a symbol.
    package static func isAllowed(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x41...0x5A, 0x61...0x7A, 0x30...0x39: true
        case 0x2E, 0x2D, 0x2F, 0x5E, 0x2B, 0x3D, 0x5F: true
        default: false
        }
    }

    /// Whether the exchanges use the symbol for tests on the live tape (`ZVZZT`, `NTEST.Q`): wild prices, never a market.
    package var isTestTicker: Bool { Self.testTickers.contains(self) || text.hasPrefix("NTEST") }

    private static let testTickers: Set<Self> = Set(
        [
            "ZVZZT", "ZXZZT", "ZWZZT", "ZBZZT", "ZJZZT", "ZVZZC", "ZTEST", "ZTST", "ATEST", "BTEST", "CTEST", "MTEST",
            "PTEST", "CBO", "CBX", "IGZ", "ZEXIT", "ZIEXT", "ZXIET",
        ].compactMap { Self($0) }
    )
}

/// The row of a ticker in the universe's columns, given once and never reused while the process runs.
package struct TickerID: RawRepresentable, Hashable, Comparable, Sendable {
    /// Row number, from 0.
    package var rawValue: Int32

    /// The ticker in a row.
    package init(rawValue: Int32) { self.rawValue = rawValue }

    /// The row number as an array index.
    package var row: Int { Int(rawValue) }

    package static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}
