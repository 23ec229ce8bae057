/// The characters of one formatted number, built from the right in fixed storage: no heap, no `String`.
struct NumberGlyphs {
    /// Most characters of a number: 20 digits, 6 commas, point, sign, suffix and some air.
    static let capacity = 32

    private var scalars = [32 of UInt32](repeating: 0x20)
    private var first = Self.capacity
    /// The arrow for the left edge of the field, 0 for none.
    private(set) var arrow: UInt32 = 0
    /// The number does not fit in any notation: the field is filled with `#`.
    private(set) var overflows = false

    /// Characters from the first digit or sign to the end, without an arrow.
    var count: Int { Self.capacity - first }

    /// Formats a value for a field of `width` columns.
    init(_ value: Double, _ format: NumberFormat, width: Int, glyphs: GlyphSet) {
        guard !value.isNaN else {
            prepend(glyphs.missing.value)
            return
        }
        var magnitude = value.magnitude
        let exceeds = magnitude > format.limit
        if exceeds { magnitude = format.limit }
        let suffix = format.suffix.flatMap { $0.value > 0x20 && $0.value < 0x7F ? $0.value : nil }
        let room = min(width, Self.capacity) - (suffix == nil ? 0 : 1) - (exceeds ? 1 : 0)
        let isSigned = value < 0 || format.sign != .minus
        guard let chosen = Self.choose(magnitude, format.notation, room: room, isSigned: isSigned) else {
            overflows = true
            return
        }
        if let suffix { prepend(suffix) }
        if chosen.unit != 0 { prepend(chosen.unit) }
        prepend(digits: chosen)
        if exceeds { prepend(0x3E) }
        guard chosen.scaled > 0 else { return }
        switch format.sign {
        case .minus: if value < 0 { prepend(0x2D) }
        case .plusMinus: prepend(value < 0 ? 0x2D : 0x2B)
        case .arrow: arrow = (value < 0 ? glyphs.down : glyphs.up).value
        }
    }

    /// A character counted from the first one.
    subscript(index: Int) -> UInt32 { scalars[first + index] }

    /// The arrow, if any, and the characters; `#` for a number that does not fit.
    var text: String {
        guard !overflows else { return "#" }
        var text = String.UnicodeScalarView()
        if let arrow = Unicode.Scalar(arrow), arrow.value != 0 { text.append(arrow) }
        for index in 0..<count {
            if let scalar = Unicode.Scalar(self[index]) { text.append(scalar) }
        }
        return String(text)
    }

    /// A number cut down to whole digits: `scaled` / 10^`decimals` in `unit`.
    private struct Chosen {
        var scaled: UInt64
        var decimals: Int
        var unit: UInt32 = 0
        var isGrouped = false

        /// Characters it takes, without sign and suffix.
        var width: Int {
            let whole = max(1, NumberGlyphs.digitCount(scaled) - decimals)
            return whole + (decimals > 0 ? decimals + 1 : 0) + (unit == 0 ? 0 : 1) + (isGrouped ? (whole - 1) / 3 : 0)
        }
    }

    private static func choose(
        _ magnitude: Double,
        _ notation: NumberFormat.Notation,
        room: Int,
        isSigned: Bool
    ) -> Chosen? {
        func fits(_ chosen: Chosen) -> Bool { chosen.width + (isSigned && chosen.scaled > 0 ? 1 : 0) <= room }
        switch notation {
        case .fixed(let wanted):
            for decimals in stride(from: min(max(0, wanted), 9), through: 0, by: -1) {
                guard let scaled = round(magnitude, decimals: decimals) else { continue }
                let chosen = Chosen(scaled: scaled, decimals: decimals)
                if fits(chosen) { return chosen }
            }
        case .grouped:
            if let scaled = round(magnitude, decimals: 0) {
                let grouped = Chosen(scaled: scaled, decimals: 0, isGrouped: true)
                if fits(grouped) { return grouped }
                let plain = Chosen(scaled: scaled, decimals: 0)
                if fits(plain) { return plain }
            }
        case .compact: break
        }
        return compact(magnitude, fits: fits)
    }

    /// Three significant digits in the smallest unit that holds them, fewer where the room is short.
    private static func compact(_ magnitude: Double, fits: (Chosen) -> Bool) -> Chosen? {
        var scale = 1.0
        var unit: UInt32 = 0
        if magnitude >= 999.5 { (scale, unit) = (1e3, 0x4B) }
        if magnitude >= 999.5e3 { (scale, unit) = (1e6, 0x4D) }
        if magnitude >= 999.5e6 { (scale, unit) = (1e9, 0x42) }
        if magnitude >= 999.5e9 { (scale, unit) = (1e12, 0x54) }
        let inUnit = magnitude / scale
        for decimals in stride(from: unit == 0 ? 0 : 2, through: 0, by: -1) {
            guard let scaled = round(inUnit, decimals: decimals), decimals == 0 || scaled < 1000 else { continue }
            let chosen = Chosen(scaled: scaled, decimals: decimals, unit: unit)
            if fits(chosen) { return chosen }
        }
        return nil
    }

    /// `magnitude` × 10^`decimals` as a whole number, halves up; nil when it does not fit 63 bits.
    private static func round(_ magnitude: Double, decimals: Int) -> UInt64? {
        let scaled = magnitude * powersOfTen[decimals]
        guard scaled < 9.2e18 else { return nil }
        let whole = scaled.rounded(.down)
        // 9.995 × 100 is 999.4999…: a few units in the last place below a half counts as the half it was spelled as.
        // From 2^40 on those units are no longer small beside a half, and no price is spelled that long.
        let tolerance = scaled < 0x1p40 ? 2 * scaled.ulp : 0
        let isHalfOrMore = scaled - whole >= 0.5 - tolerance
        return UInt64(whole) + (isHalfOrMore ? 1 : 0)
    }

    fileprivate static func digitCount(_ value: UInt64) -> Int {
        var count = 1
        var bound: UInt64 = 10
        while count < 19, value >= bound {
            count += 1
            bound &*= 10
        }
        return count
    }

    private static let powersOfTen: [10 of Double] = [1, 10, 100, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9]

    private mutating func prepend(_ scalar: UInt32) {
        first -= 1
        scalars[first] = scalar
    }

    private mutating func prepend(digits chosen: Chosen) {
        var rest = chosen.scaled
        var written = 0
        repeat {
            if written == chosen.decimals, written > 0 { prepend(0x2E) }
            let whole = written - chosen.decimals
            if chosen.isGrouped, whole > 0, whole.isMultiple(of: 3) { prepend(0x2C) }
            prepend(0x30 + UInt32(truncatingIfNeeded: rest % 10))
            rest /= 10
            written += 1
        } while rest > 0 || written <= chosen.decimals
    }
}
