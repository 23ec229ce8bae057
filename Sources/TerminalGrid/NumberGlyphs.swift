/// One number ready to be written: which digits, in which unit, with which sign, for a field of a given width.
///
/// Planned first and written from the right afterwards, straight into its place: no `String`, no heap, no division of
/// floating-point numbers per digit.
struct NumberGlyphs {
    /// Most characters of a number: 19 digits, 6 commas, point, unit, sign, suffix, `>` and some air.
    static let capacity = 32

    /// What the field shows.
    enum Shape {
        /// Digits with what belongs to them.
        case digits
        /// The sign for a missing value, `first`.
        case missing
        /// No notation fits: the field is filled with `#`.
        case overflow
    }

    let shape: Shape
    /// Characters from the sign or first digit to the end, without an arrow.
    let count: Int
    /// The arrow for the left edge of the field, 0 for none.
    let arrow: UInt32
    private let digits: Digits
    /// `+`, `-` or the sign of a missing value; 0 for none.
    private let first: UInt32
    private let suffix: UInt32
    private let isBeyondLimit: Bool

    /// Plans a value for a field of `width` columns.
    init(_ value: Double, _ format: NumberFormat, width: Int, glyphs: GlyphSet) {
        if value.isNaN {
            self.init(shape: .missing, count: 1, first: glyphs.missing.value)
            return
        }
        var suffix: UInt32 = 0
        if let wanted = format.suffix?.value, wanted > 0x20, wanted < 0x7F { suffix = wanted }
        let isBeyondLimit = value.magnitude > format.limit
        let magnitude = isBeyondLimit ? format.limit : value.magnitude
        let extra = (suffix == 0 ? 0 : 1) + (isBeyondLimit ? 1 : 0)
        let signWidth = value < 0 || format.sign != .minus ? 1 : 0
        let room = min(width, Self.capacity) - extra
        guard let digits = Digits(magnitude, format.notation, room: room, signWidth: signWidth) else {
            self.init(shape: .overflow, count: 0, first: 0)
            return
        }
        var first: UInt32 = 0
        var arrow: UInt32 = 0
        if digits.scaled > 0 {
            switch format.sign {
            case .minus: first = value < 0 ? 0x2D : 0
            case .plusMinus: first = value < 0 ? 0x2D : 0x2B
            case .arrow: arrow = (value < 0 ? glyphs.down : glyphs.up).value
            }
        }
        self.init(
            shape: .digits,
            count: digits.width + extra + (first == 0 ? 0 : 1),
            arrow: arrow,
            digits: digits,
            first: first,
            suffix: suffix,
            isBeyondLimit: isBeyondLimit
        )
    }

    private init(
        shape: Shape,
        count: Int,
        arrow: UInt32 = 0,
        digits: Digits = .zero,
        first: UInt32,
        suffix: UInt32 = 0,
        isBeyondLimit: Bool = false
    ) {
        self.shape = shape
        self.count = count
        self.arrow = arrow
        self.digits = digits
        self.first = first
        self.suffix = suffix
        self.isBeyondLimit = isBeyondLimit
    }

    /// Writes the `count` characters from the last to the first; the arrow and `#` are the caller's.
    @inline(__always)
    func write(_ put: (_ index: Int, _ scalar: UInt32) -> Void) {
        var index = count
        func prepend(_ scalar: UInt32) {
            index -= 1
            put(index, scalar)
        }
        switch shape {
        case .overflow: return
        case .missing: prepend(first)
        case .digits:
            if suffix != 0 { prepend(suffix) }
            if digits.unit != 0 { prepend(digits.unit) }
            var rest = digits.scaled
            var written = 0
            repeat {
                if written == digits.decimals, written > 0 { prepend(0x2E) }
                if digits.isGrouped, written > 0, written % 3 == 0 { prepend(0x2C) }
                let tenth = rest / 10
                prepend(0x30 + UInt32(truncatingIfNeeded: rest &- tenth &* 10))
                rest = tenth
                written += 1
            } while rest > 0 || written <= digits.decimals
            if isBeyondLimit { prepend(0x3E) }
            if first != 0 { prepend(first) }
        }
    }

    /// The arrow, if any, and the characters; `#` for a number that does not fit.
    var text: String {
        var scalars = [UInt32](repeating: 0x23, count: shape == .overflow ? 1 : count)
        scalars.withUnsafeMutableBufferPointer { buffer in
            write { index, scalar in buffer[index] = scalar }
        }
        var text = String.UnicodeScalarView()
        for scalar in (arrow == 0 ? [] : [arrow]) + scalars {
            if let known = Unicode.Scalar(scalar) { text.append(known) }
        }
        return String(text)
    }
}

extension NumberGlyphs {
    /// A magnitude cut down to whole digits: `scaled` / 10^`decimals` in `unit`.
    struct Digits {
        var scaled: UInt64
        var decimals: Int
        /// `K`, `M`, `B`, `T`, or 0 for none.
        var unit: UInt32
        var isGrouped: Bool

        static let zero = Digits(scaled: 0, decimals: 0)

        private init(scaled: UInt64, decimals: Int, unit: UInt32 = 0, isGrouped: Bool = false) {
            self.scaled = scaled
            self.decimals = decimals
            self.unit = unit
            self.isGrouped = isGrouped
        }

        /// The notation wanted, or the next shorter one that fits `room` with a sign of `signWidth`; nil when none does.
        init?(_ magnitude: Double, _ notation: NumberFormat.Notation, room: Int, signWidth: Int) {
            switch notation {
            case .fixed(let wanted):
                var decimals = min(max(0, wanted), 9)
                while decimals >= 0 {
                    if let scaled = Self.round(magnitude * Self.power(decimals)) {
                        self.init(scaled: scaled, decimals: decimals)
                        if fits(room, signWidth) { return }
                    }
                    decimals -= 1
                }
            case .grouped:
                if let scaled = Self.round(magnitude) {
                    self.init(scaled: scaled, decimals: 0, isGrouped: true)
                    if fits(room, signWidth) { return }
                    isGrouped = false
                    if fits(room, signWidth) { return }
                }
            case .compact: break
            }
            self.init(compact: magnitude, room: room, signWidth: signWidth)
        }

        /// Three significant digits in the smallest unit that holds them, fewer where the room is short.
        private init?(compact magnitude: Double, room: Int, signWidth: Int) {
            var scale = 1.0
            var unit: UInt32 = 0
            if magnitude >= 999.5 { (scale, unit) = (1e3, 0x4B) }
            if magnitude >= 999.5e3 { (scale, unit) = (1e6, 0x4D) }
            if magnitude >= 999.5e6 { (scale, unit) = (1e9, 0x42) }
            if magnitude >= 999.5e9 { (scale, unit) = (1e12, 0x54) }
            let inUnit = magnitude / scale
            var decimals = unit == 0 || inUnit >= 100 ? 0 : inUnit >= 10 ? 1 : 2
            while decimals >= 0 {
                if let scaled = Self.round(inUnit * Self.power(decimals)), decimals == 0 || scaled < 1000 {
                    self.init(scaled: scaled, decimals: decimals, unit: unit)
                    if fits(room, signWidth) { return }
                }
                decimals -= 1
            }
            return nil
        }

        /// Characters it takes, without sign and suffix.
        var width: Int {
            let whole = max(1, Self.digitCount(scaled) - decimals)
            return whole + (decimals > 0 ? decimals + 1 : 0) + (unit == 0 ? 0 : 1) + (isGrouped ? (whole - 1) / 3 : 0)
        }

        private func fits(_ room: Int, _ signWidth: Int) -> Bool { width + (scaled > 0 ? signWidth : 0) <= room }

        /// The nearest whole number, halves up; nil when it does not fit 63 bits.
        private static func round(_ scaled: Double) -> UInt64? {
            guard scaled < 9.2e18 else { return nil }
            let whole = UInt64(scaled)
            let rest = scaled - Double(whole)
            if rest >= 0.5 { return whole + 1 }
            // 9.995 × 100 is 999.4999…: a few units in the last place below a half counts as the half it was spelled
            // as. From 2^40 on those units are no longer small beside a half, and no price is spelled that long.
            if rest > 0.499, scaled < 0x1p40, rest >= 0.5 - 2 * scaled.ulp { return whole + 1 }
            return whole
        }

        private static func digitCount(_ value: UInt64) -> Int {
            var count = 1
            var bound: UInt64 = 10
            while count < 19, value >= bound {
                count += 1
                bound &*= 10
            }
            return count
        }

        private static func power(_ decimals: Int) -> Double {
            switch decimals {
            case 0: 1
            case 1: 10
            case 2: 100
            case 3: 1e3
            case 4: 1e4
            case 5: 1e5
            case 6: 1e6
            case 7: 1e7
            case 8: 1e8
            default: 1e9
            }
        }
    }
}
