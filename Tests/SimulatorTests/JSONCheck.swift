/// A strict JSON reader for tests: says whether bytes are one value, and keeps the spelling of every number by its key.
struct JSONCheck {
    /// Spellings of numbers by the key of the object member they are in.
    private(set) var numbers: [String: [String]] = [:]
    /// Every string value and key.
    private(set) var strings: Set<String> = []
    private let bytes: [UInt8]
    private var position = 0
    private var key = ""

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// Whether the bytes are exactly one JSON value.
    mutating func isOneValue() -> Bool { value(depth: 0) && position == bytes.count }

    private var next: UInt8 { position < bytes.count ? bytes[position] : 0 }

    private mutating func take(_ text: StaticString) -> Bool {
        for index in 0..<text.utf8CodeUnitCount {
            guard next == text.utf8Start[index] else { return false }
            position += 1
        }
        return true
    }

    private mutating func value(depth: Int) -> Bool {
        guard depth < 20 else { return false }
        switch next {
        case UInt8(ascii: "{"): return list(closing: UInt8(ascii: "}"), depth: depth, isObject: true)
        case UInt8(ascii: "["): return list(closing: UInt8(ascii: "]"), depth: depth, isObject: false)
        case UInt8(ascii: "\""): return string() != nil
        case UInt8(ascii: "n"): return take("null")
        case UInt8(ascii: "t"): return take("true")
        case UInt8(ascii: "f"): return take("false")
        default: return number()
        }
    }

    private mutating func list(closing: UInt8, depth: Int, isObject: Bool) -> Bool {
        position += 1
        if next == closing {
            position += 1
            return true
        }
        while true {
            if isObject {
                guard let name = string(), take(":") else { return false }
                key = name
            }
            guard value(depth: depth + 1) else { return false }
            if next == closing {
                position += 1
                return true
            }
            guard take(",") else { return false }
        }
    }

    private mutating func string() -> String? {
        guard take("\"") else { return nil }
        let start = position
        while next != UInt8(ascii: "\"") {
            guard next >= 0x20 else { return nil }
            position += next == UInt8(ascii: "\\") ? 2 : 1
        }
        let text = String(validating: bytes[start..<position], as: UTF8.self)
        position += 1
        if let text { strings.insert(text) }
        return text
    }

    private mutating func digits() -> Int {
        let start = position
        while (0x30...0x39).contains(next) { position += 1 }
        return position - start
    }

    private mutating func number() -> Bool {
        let start = position
        if next == UInt8(ascii: "-") { position += 1 }
        let startsWithZero = next == UInt8(ascii: "0")
        let whole = digits()
        guard whole > 0, !(startsWithZero && whole > 1) else { return false }
        if next == UInt8(ascii: ".") {
            position += 1
            guard digits() > 0 else { return false }
        }
        if next == UInt8(ascii: "e") {
            position += 1
            if next == UInt8(ascii: "+") || next == UInt8(ascii: "-") { position += 1 }
            guard digits() > 0 else { return false }
        }
        numbers[key, default: []].append(String(decoding: bytes[start..<position], as: UTF8.self))
        return true
    }
}
