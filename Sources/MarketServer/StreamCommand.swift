/// What a client sends: one JSON object with two texts.
struct StreamCommand: Hashable {
    /// `auth`, `subscribe`, `unsubscribe`.
    var action: String
    /// A key, or a comma list of pairs; empty when absent or no text.
    var params: String

    /// The command in a frame's text; nil when it is no JSON object with an `action`.
    init?(_ text: [UInt8]) {
        var reader = ObjectReader(bytes: text)
        guard let members = reader.object(), let action = members["action"] else { return nil }
        self.action = action
        params = members["params"] ?? ""
    }
}

/// Reads one flat JSON object; members that are no text are checked for form and forgotten.
private struct ObjectReader {
    private static let depthMax = 8

    private let bytes: [UInt8]
    private var position = 0

    init(bytes: [UInt8]) { self.bytes = bytes }

    private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func skipSpace() {
        while let byte = next, byte == 0x20 || (0x09...0x0D).contains(byte) { position += 1 }
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        skipSpace()
        guard next == byte else { return false }
        position += 1
        return true
    }

    /// The texts of the object, which is all there is; nil if it is anything else.
    mutating func object() -> [String: String]? {
        guard let members = members(depth: 0) else { return nil }
        skipSpace()
        return position == bytes.count ? members : nil
    }

    private mutating func members(depth: Int) -> [String: String]? {
        var found: [String: String] = [:]
        guard depth < Self.depthMax, take(0x7B) else { return nil }
        if take(0x7D) { return found }
        repeat {
            skipSpace()
            guard let name = string(), take(0x3A) else { return nil }
            skipSpace()
            if next == 0x22 {
                guard let value = string() else { return nil }
                found[name] = value
            } else {
                guard skipValue(depth: depth + 1) else { return nil }
                found[name] = nil
            }
        } while take(0x2C)
        return take(0x7D) ? found : nil
    }

    private mutating func skipValue(depth: Int) -> Bool {
        skipSpace()
        switch next {
        case 0x22: return string() != nil
        case 0x7B: return members(depth: depth) != nil
        case 0x5B:
            guard depth < Self.depthMax, take(0x5B) else { return false }
            if take(0x5D) { return true }
            repeat {
                guard skipValue(depth: depth + 1) else { return false }
            } while take(0x2C)
            return take(0x5D)
        default:
            // Numbers, true, false, null: whatever they are made of.
            let start = position
            while let byte = next, byte > 0x20, byte != 0x2C, byte != 0x5D, byte != 0x7D { position += 1 }
            return position > start
        }
    }

    /// A string at the position, unescaped.
    private mutating func string() -> String? {
        guard next == 0x22 else { return nil }
        position += 1
        var text: [UInt8] = []
        while let byte = next {
            position += 1
            switch byte {
            case 0x22: return String(validating: text, as: UTF8.self)
            case 0x5C: guard escape(into: &text) else { return nil }
            case ..<0x20: return nil
            default: text.append(byte)
            }
        }
        return nil
    }

    private mutating func escape(into text: inout [UInt8]) -> Bool {
        guard let byte = next else { return false }
        position += 1
        switch byte {
        case 0x22, 0x5C, 0x2F: text.append(byte)
        case UInt8(ascii: "b"): text.append(0x08)
        case UInt8(ascii: "f"): text.append(0x0C)
        case UInt8(ascii: "n"): text.append(0x0A)
        case UInt8(ascii: "r"): text.append(0x0D)
        case UInt8(ascii: "t"): text.append(0x09)
        case UInt8(ascii: "u"):
            guard var code = hex4() else { return false }
            if (0xD800..<0xDC00).contains(code) {
                guard next == 0x5C, position + 1 < bytes.count, bytes[position + 1] == UInt8(ascii: "u") else {
                    return false
                }
                position += 2
                guard let low = hex4(), (0xDC00..<0xE000).contains(low) else { return false }
                code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
            }
            guard let scalar = Unicode.Scalar(code) else { return false }
            text += Array(String(Character(scalar)).utf8)
        default: return false
        }
        return true
    }

    private mutating func hex4() -> UInt32? {
        guard position + 4 <= bytes.count else { return nil }
        let digits = bytes[position..<position + 4]
        position += 4
        return UInt32(String(decoding: digits, as: UTF8.self), radix: 16)
    }
}
