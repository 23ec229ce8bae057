import EngineAPI

/// A place in text of comma-separated fields that ends with a line break.
///
/// Every reading call begins at a field's first byte and ends at the comma or line break behind it. No call goes beyond a
/// line break, so with one at the end of the text nothing reads past it.
struct FieldCursor {
    static let lineFeed = UInt8(ascii: "\n")
    private static let comma = UInt8(ascii: ",")
    private static let carriageReturn = UInt8(ascii: "\r")
    private static let point = UInt8(ascii: ".")
    /// Figures that fit an unsigned 64-bit number whatever they are.
    private static let figuresMax = 19
    /// Integers up to here are exact as `Double`, and so is their quotient by a power of ten that is exact too.
    private static let exactMax: UInt64 = 1 << 53
    /// The longest text that is still taken for a number.
    private static let numberBytesMax = 40

    private(set) var place: UnsafePointer<UInt8>

    init(at place: UnsafePointer<UInt8>) { self.place = place }

    var isAtLineEnd: Bool { place.pointee == Self.lineFeed }

    /// Goes one byte on.
    mutating func step() { place += 1 }

    /// Steps over a line without anything in it.
    mutating func skipEmptyLine() -> Bool {
        if place.pointee == Self.lineFeed {
            place += 1
            return true
        }
        guard place.pointee == Self.carriageReturn, place[1] == Self.lineFeed else { return false }
        place += 2
        return true
    }

    /// Goes on to the line break.
    mutating func skipLine() {
        while place.pointee != Self.lineFeed { place += 1 }
    }

    /// Goes on to the end of the field.
    @inline(__always)
    mutating func skip() {
        while place.pointee != Self.comma, place.pointee != Self.lineFeed { place += 1 }
    }

    /// The field's bytes, without the first half of a line break.
    @inline(__always)
    mutating func text() -> UnsafeBufferPointer<UInt8> {
        let start = place
        skip()
        var count = place - start
        if isAtLineEnd, count > 0, start[count - 1] == Self.carriageReturn { count -= 1 }
        return UnsafeBufferPointer(start: start, count: count)
    }

    /// A decimal number as written, NaN when it is none; the nearest `Double`.
    @inline(__always)
    mutating func decimal() -> Double {
        let start = place
        var mantissa = figures(0)
        var count = place - start
        var decimals = 0
        if place.pointee == Self.point {
            place += 1
            let first = place
            mantissa = figures(mantissa)
            decimals = place - first
            count += decimals
        }
        guard isAtFieldEnd(), count > 0, count < Self.figuresMax, mantissa <= Self.exactMax else {
            return unusualDecimal(from: start)
        }
        return decimals == 0 ? Double(mantissa) : Double(mantissa) / powersOfTen[decimals]
    }

    /// A whole number without a sign; nil when it is none or exceeds 64 bits.
    @inline(__always)
    mutating func integer() -> Int64? {
        let start = place
        let value = figures(0)
        let count = place - start
        guard isAtFieldEnd(), count > 0, count <= Self.figuresMax else {
            skip()
            return nil
        }
        return Int64(exactly: value)
    }

    /// A count of trades: unknown when the field is empty, nil when it is no number or negative.
    @inline(__always)
    mutating func trades() -> Int32? {
        let start = place
        if isAtFieldEnd() { return SlotHistory.unknownTrades }
        let value = figures(0)
        if isAtFieldEnd(), place - start < Self.figuresMax { return Int32(clamping: value) }
        place = start
        let number = decimal()
        return number >= 0 ? Int32(min(number, Double(Int32.max))) : nil
    }

    /// Appends figures to a number; it wraps when there are too many, which the caller sees by their count.
    @inline(__always)
    private mutating func figures(_ before: UInt64) -> UInt64 {
        var value = before
        while true {
            let figure = place.pointee &- 0x30
            guard figure <= 9 else { return value }
            value = value &* 10 &+ UInt64(figure)
            place += 1
        }
    }

    /// Whether the field ends here; steps over the first half of a line break.
    @inline(__always)
    private mutating func isAtFieldEnd() -> Bool {
        if place.pointee == Self.comma || place.pointee == Self.lineFeed { return true }
        guard place.pointee == Self.carriageReturn, place[1] == Self.lineFeed else { return false }
        place += 1
        return true
    }

    /// Numbers in rare forms (`1e6`, `-3`, 20 figures), by the standard library: any locale, nearest value, no words such
    /// as `inf` or `nan`.
    @inline(never)
    private mutating func unusualDecimal(from start: UnsafePointer<UInt8>) -> Double {
        place = start
        let field = text()
        let isNumberText = field.allSatisfy { byte in
            switch byte {
            case 0x30...0x39, 0x2B, 0x2D, 0x2E, 0x45, 0x65: true
            default: false
            }
        }
        guard isNumberText, (1...Self.numberBytesMax).contains(field.count) else { return .nan }
        return Double(String(decoding: field, as: UTF8.self)) ?? .nan
    }
}

/// 1 to 10^18, all exact.
private let powersOfTen: [Double] = [
    1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18,
]
