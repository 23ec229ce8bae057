// Requests and answers are small and their shapes are few, so the room reads and writes JSON itself: Foundation would bring
// its decoder, ICU and the memory of both into a program that does without.

/// A JSON value as it was read.
indirect enum GatewayJSON: Hashable {
    case null
    case bool(Bool)
    case number(Double)
    case text(String)
    case array([GatewayJSON])
    /// Members in their order; names are unique.
    case object([Member])

    struct Member: Hashable {
        var name: String
        var value: GatewayJSON
    }

    /// What a value is, for sentences.
    var kind: String {
        switch self {
        case .null: "null"
        case .bool: "true or false"
        case .number: "a number"
        case .text: "a text"
        case .array: "an array"
        case .object: "an object"
        }
    }

    /// A member of an object; nil when absent, null or not an object.
    subscript(name: String) -> GatewayJSON? {
        guard case .object(let members) = self, let member = members.first(where: { $0.name == name }),
            member.value != .null
        else { return nil }
        return member.value
    }

    var text: String? { if case .text(let value) = self { value } else { nil } }
    var number: Double? { if case .number(let value) = self { value } else { nil } }
    var bool: Bool? { if case .bool(let value) = self { value } else { nil } }
    var array: [GatewayJSON]? { if case .array(let value) = self { value } else { nil } }
    /// A whole number that fits.
    var whole: Int? { number.flatMap { Int(exactly: $0) } }
}

/// Why bytes are no JSON.
struct GatewayJSONError: Error, Hashable {
    /// Where it stops being JSON, in bytes from 0.
    var offset: Int
    /// What is wrong there.
    var words: String
}

/// Reads exactly one JSON text (RFC 8259), strictly: no comments, no trailing commas, no repeated names, valid UTF-8.
struct GatewayJSONReader {
    private let bytes: [UInt8]
    private let depthMax: Int
    private var position = 0

    private init(_ bytes: [UInt8], depthMax: Int) {
        self.bytes = bytes
        self.depthMax = depthMax
    }

    /// The value of a text whose arrays and objects nest at most `depthMax` deep.
    ///
    /// The caller bounds the size; time and memory are proportional to it but for names, which are compared in their object.
    static func read(_ bytes: [UInt8], depthMax: Int = 8) throws(GatewayJSONError) -> GatewayJSON {
        var reader = Self(bytes, depthMax: depthMax)
        let value = try reader.value(depth: 0)
        reader.skipSpace()
        guard reader.position == bytes.count else { throw reader.error("more after the end") }
        return value
    }

    private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

    private func error(_ words: String) -> GatewayJSONError { GatewayJSONError(offset: position, words: words) }

    private mutating func skipSpace() {
        while let next, next == 0x20 || (0x09...0x0A).contains(next) || next == 0x0D { position += 1 }
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard next == byte else { return false }
        position += 1
        return true
    }

    private mutating func value(depth: Int) throws(GatewayJSONError) -> GatewayJSON {
        skipSpace()
        switch next {
        case nil: throw error("the text ends too early")
        case UInt8(ascii: "{"):
            guard depth < depthMax else { throw error("nested deeper than \(depthMax)") }
            return try object(depth: depth)
        case UInt8(ascii: "["):
            guard depth < depthMax else { throw error("nested deeper than \(depthMax)") }
            return try array(depth: depth)
        case UInt8(ascii: "\""): return .text(try string())
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        default: return .number(try number())
        }
    }

    private mutating func word(_ text: String, _ value: GatewayJSON) throws(GatewayJSONError) -> GatewayJSON {
        guard bytes[position...].starts(with: text.utf8) else { throw error("not a JSON value") }
        position += text.utf8.count
        return value
    }

    private mutating func object(depth: Int) throws(GatewayJSONError) -> GatewayJSON {
        var members: [GatewayJSON.Member] = []
        position += 1
        skipSpace()
        if take(UInt8(ascii: "}")) { return .object(members) }
        repeat {
            skipSpace()
            guard next == UInt8(ascii: "\"") else { throw error("a name in quotes is expected") }
            // A repeated name means two things at once, and many members would make the comparison dear.
            guard members.count < 64 else { throw error("more than 64 members") }
            let name = try string()
            guard !members.contains(where: { $0.name == name }) else { throw error("a name comes twice") }
            skipSpace()
            guard take(UInt8(ascii: ":")) else { throw error("a colon is expected") }
            members.append(GatewayJSON.Member(name: name, value: try value(depth: depth + 1)))
            skipSpace()
        } while take(UInt8(ascii: ","))
        guard take(UInt8(ascii: "}")) else { throw error("a comma or } is expected") }
        return .object(members)
    }

    private mutating func array(depth: Int) throws(GatewayJSONError) -> GatewayJSON {
        var items: [GatewayJSON] = []
        position += 1
        skipSpace()
        if take(UInt8(ascii: "]")) { return .array(items) }
        repeat {
            items.append(try value(depth: depth + 1))
            skipSpace()
        } while take(UInt8(ascii: ","))
        guard take(UInt8(ascii: "]")) else { throw error("a comma or ] is expected") }
        return .array(items)
    }

    private mutating func number() throws(GatewayJSONError) -> Double {
        let start = position
        func isDigit(_ byte: UInt8?) -> Bool { byte.map { (0x30...0x39).contains($0) } ?? false }
        _ = take(UInt8(ascii: "-"))
        guard isDigit(next) else { throw error("not a JSON value") }
        if !take(0x30) { while isDigit(next) { position += 1 } }
        if take(UInt8(ascii: ".")) {
            guard isDigit(next) else { throw error("a digit is expected") }
            while isDigit(next) { position += 1 }
        }
        if next == UInt8(ascii: "e") || next == UInt8(ascii: "E") {
            position += 1
            if next == UInt8(ascii: "+") || next == UInt8(ascii: "-") { position += 1 }
            guard isDigit(next) else { throw error("a digit is expected") }
            while isDigit(next) { position += 1 }
        }
        guard let value = Double(String(decoding: bytes[start..<position], as: UTF8.self)), value.isFinite else {
            throw error("a number that is too large")
        }
        return value
    }

    private mutating func string() throws(GatewayJSONError) -> String {
        position += 1
        var text: [UInt8] = []
        while let byte = next {
            switch byte {
            case UInt8(ascii: "\""):
                position += 1
                guard let text = String(validating: text, as: UTF8.self) else { throw error("a text is not UTF-8") }
                return text
            case UInt8(ascii: "\\"):
                position += 1
                text += Array(String(try escape()).utf8)
            case ..<0x20: throw error("a control character in a text")
            default:
                text.append(byte)
                position += 1
            }
        }
        throw error("a text does not end")
    }

    private mutating func escape() throws(GatewayJSONError) -> Unicode.Scalar {
        let plain: [UInt8: Unicode.Scalar] = [
            UInt8(ascii: "\""): "\"", UInt8(ascii: "\\"): "\\", UInt8(ascii: "/"): "/", UInt8(ascii: "b"): "\u{8}",
            UInt8(ascii: "f"): "\u{C}", UInt8(ascii: "n"): "\n", UInt8(ascii: "r"): "\r", UInt8(ascii: "t"): "\t",
        ]
        guard let byte = next else { throw error("a text does not end") }
        position += 1
        if let scalar = plain[byte] { return scalar }
        guard byte == UInt8(ascii: "u") else { throw error("an unknown escape") }
        let unit = try hexUnit()
        if let scalar = Unicode.Scalar(unit) { return scalar }
        // Half of a pair: the other half must follow.
        guard (0xD800..<0xDC00).contains(unit), take(UInt8(ascii: "\\")), take(UInt8(ascii: "u")) else {
            throw error("half of a surrogate pair")
        }
        let low = try hexUnit()
        guard (0xDC00..<0xE000).contains(low),
            let scalar = Unicode.Scalar(0x10000 + (unit - 0xD800) << 10 + (low - 0xDC00))
        else { throw error("half of a surrogate pair") }
        return scalar
    }

    private mutating func hexUnit() throws(GatewayJSONError) -> UInt32 {
        var unit: UInt32 = 0
        for _ in 0..<4 {
            guard let digit = next.flatMap({ Character(Unicode.Scalar($0)).hexDigitValue }) else {
                throw error("four hexadecimal digits are expected")
            }
            unit = unit << 4 | UInt32(digit)
            position += 1
        }
        return unit
    }
}
