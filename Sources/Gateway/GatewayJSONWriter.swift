/// Writes JSON text, member after member; commas come by themselves.
struct GatewayJSONWriter {
    /// What has been written.
    private(set) var bytes: [UInt8] = []
    private var needsComma = false

    /// The text.
    var text: String { String(decoding: bytes, as: UTF8.self) }

    private mutating func separate() {
        if needsComma { bytes.append(UInt8(ascii: ",")) }
        needsComma = true
    }

    /// An object.
    mutating func object(_ body: (inout Self) -> Void) { nest(UInt8(ascii: "{"), UInt8(ascii: "}"), body) }

    /// An array.
    mutating func array(_ body: (inout Self) -> Void) { nest(UInt8(ascii: "["), UInt8(ascii: "]"), body) }

    private mutating func nest(_ open: UInt8, _ close: UInt8, _ body: (inout Self) -> Void) {
        separate()
        bytes.append(open)
        needsComma = false
        body(&self)
        bytes.append(close)
        needsComma = true
    }

    /// The name of the member that is written next.
    mutating func name(_ name: StaticString) {
        separate()
        bytes.append(UInt8(ascii: "\""))
        name.withUTF8Buffer { bytes += $0 }
        bytes += [UInt8(ascii: "\""), UInt8(ascii: ":")]
        needsComma = false
    }

    /// The shortest number that reads back as the same one; null for NaN and infinities, which JSON does not have.
    mutating func number(_ value: Double) {
        separate()
        if !value.isFinite {
            bytes += Array("null".utf8)
        } else if let whole = Int64(exactly: value), abs(value) < 0x1p53, value != 0 || value.sign == .plus {
            bytes += Array(String(whole).utf8)
        } else {
            bytes += Array(value.description.utf8)
        }
    }

    mutating func whole(_ value: Int) {
        separate()
        bytes += Array(String(value).utf8)
    }

    mutating func bool(_ value: Bool) {
        separate()
        bytes += Array((value ? "true" : "false").utf8)
    }

    /// A text, without characters that steer terminals or turn the direction of writing; null for nil.
    mutating func string(_ text: String?) {
        separate()
        guard let text else {
            bytes += Array("null".utf8)
            return
        }
        bytes.append(UInt8(ascii: "\""))
        if text.utf8.allSatisfy({ (0x20...0x7E).contains($0) && $0 != 0x22 && $0 != 0x5C }) {
            bytes += Array(text.utf8)
        } else {
            for scalar in text.unicodeScalars { write(scalar) }
        }
        bytes.append(UInt8(ascii: "\""))
    }

    private mutating func write(_ scalar: Unicode.Scalar) {
        switch scalar.value {
        case 0x22, 0x5C: bytes += [UInt8(ascii: "\\"), UInt8(truncatingIfNeeded: scalar.value)]
        case 0x09, 0x0A, 0x0D: bytes.append(0x20)
        case ..<0x20, 0x7F...0x9F, 0x061C, 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x2069, 0xFEFF: break
        default: bytes += Array(String(scalar).utf8)
        }
    }

    // Members of an object.

    mutating func member(_ name: StaticString, _ value: String?) {
        self.name(name)
        string(value)
    }

    mutating func member(_ name: StaticString, _ value: Int) {
        self.name(name)
        whole(value)
    }

    mutating func member(_ name: StaticString, _ value: Double) {
        self.name(name)
        number(value)
    }

    mutating func member(_ name: StaticString, _ value: Bool) {
        self.name(name)
        bool(value)
    }

    mutating func member(_ name: StaticString, texts: some Sequence<String>) {
        self.name(name)
        array { writer in
            for text in texts { writer.string(text) }
        }
    }
}
