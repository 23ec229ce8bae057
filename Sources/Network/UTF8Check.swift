/// Whether bytes are UTF-8 as RFC 3629 has it: no overlong forms, no surrogates, nothing above U+10FFFF.
enum UTF8Check {
    static func isValid(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        let raw = UnsafeRawBufferPointer(bytes)
        var index = 0
        while index < raw.count {
            index = endOfASCII(raw, from: index)
            guard index < raw.count else { return true }
            let length = lengthOfScalar(raw, at: index)
            guard length > 0 else { return false }
            index += length
        }
        return true
    }

    /// Nearly every message is plain ASCII: 32 bytes are looked at together.
    private static func endOfASCII(_ raw: UnsafeRawBufferPointer, from start: Int) -> Int {
        var index = start
        while raw.count - index >= 32 {
            let first = raw.loadUnaligned(fromByteOffset: index, as: UInt64.self)
            let second = raw.loadUnaligned(fromByteOffset: index + 8, as: UInt64.self)
            let third = raw.loadUnaligned(fromByteOffset: index + 16, as: UInt64.self)
            let fourth = raw.loadUnaligned(fromByteOffset: index + 24, as: UInt64.self)
            guard (first | second | third | fourth) & 0x8080_8080_8080_8080 == 0 else { break }
            index += 32
        }
        while index < raw.count, raw[index] < 0x80 { index += 1 }
        return index
    }

    /// Bytes of the scalar of more than one byte that starts here; 0 when there is none.
    private static func lengthOfScalar(_ raw: UnsafeRawBufferPointer, at index: Int) -> Int {
        let first = raw[index]
        let length: Int
        // What may follow first is narrower than 80–BF where a form would be overlong, a surrogate or too large.
        var second: ClosedRange<UInt8> = 0x80...0xBF
        switch first {
        case 0xC2...0xDF: length = 2
        case 0xE0: (length, second) = (3, 0xA0...0xBF)
        case 0xED: (length, second) = (3, 0x80...0x9F)
        case 0xE1...0xEF: length = 3
        case 0xF0: (length, second) = (4, 0x90...0xBF)
        case 0xF1...0xF3: length = 4
        case 0xF4: (length, second) = (4, 0x80...0x8F)
        default: return 0
        }
        guard index + length <= raw.count, second.contains(raw[index + 1]) else { return 0 }
        for offset in 2..<max(2, length) where raw[index + offset] & 0xC0 != 0x80 { return 0 }
        return length
    }
}
