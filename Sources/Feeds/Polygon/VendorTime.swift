package import MarketTime

/// Times as the vendor writes them in text: RFC 3339, with an offset (`2026-10-06T10:30:15-04:00`) or `Z`, with or
/// without a fraction.
package enum VendorTime {
    /// The moment; nil when the text is anything else or no such date exists.
    ///
    /// Figures behind nanoseconds are dropped.
    package static func parse(_ text: String) -> Instant? {
        let bytes = Array(text.utf8)
        guard bytes.count >= 20, bytes.count <= 40, let day = DayID(iso: text.prefix(10)) else { return nil }
        guard bytes[10] == UInt8(ascii: "T") || bytes[10] == UInt8(ascii: "t") else { return nil }
        guard let hour = two(bytes, 11, below: 24), bytes[13] == UInt8(ascii: ":"),
            let minute = two(bytes, 14, below: 60), bytes[16] == UInt8(ascii: ":"),
            let second = two(bytes, 17, below: 61)
        else { return nil }
        var index = 19
        guard let nanoseconds = fraction(bytes, &index), let offset = offsetSeconds(bytes, index) else { return nil }
        let seconds = Int64(day.rawValue) * 86_400 + Int64(hour * 3600 + minute * 60 + min(second, 59) - offset)
        return Instant(seconds: seconds).adding(nanoseconds: nanoseconds)
    }

    private static func fraction(_ bytes: [UInt8], _ index: inout Int) -> Int64? {
        guard bytes[index] == UInt8(ascii: ".") else { return 0 }
        index += 1
        var value: Int64 = 0
        var digits = 0
        while index < bytes.count, let digit = digit(bytes[index]) {
            if digits < 9 { value = value * 10 + Int64(digit) }
            digits += 1
            index += 1
        }
        guard digits > 0 else { return nil }
        for _ in min(digits, 9)..<9 { value *= 10 }
        return value
    }

    private static func offsetSeconds(_ bytes: [UInt8], _ index: Int) -> Int? {
        guard index < bytes.count else { return nil }
        let sign: Int
        switch bytes[index] {
        case UInt8(ascii: "Z"), UInt8(ascii: "z"): return index + 1 == bytes.count ? 0 : nil
        case UInt8(ascii: "+"): sign = 1
        case UInt8(ascii: "-"): sign = -1
        default: return nil
        }
        guard bytes.count == index + 6, let hour = two(bytes, index + 1, below: 24),
            bytes[index + 3] == UInt8(ascii: ":"), let minute = two(bytes, index + 4, below: 60)
        else { return nil }
        return sign * (hour * 3600 + minute * 60)
    }

    private static func two(_ bytes: [UInt8], _ index: Int, below limit: Int) -> Int? {
        guard index + 1 < bytes.count, let tens = digit(bytes[index]), let ones = digit(bytes[index + 1]) else {
            return nil
        }
        let value = tens * 10 + ones
        return value < limit ? value : nil
    }

    private static func digit(_ byte: UInt8) -> Int? {
        (0x30...0x39).contains(byte) ? Int(byte - 0x30) : nil
    }
}
