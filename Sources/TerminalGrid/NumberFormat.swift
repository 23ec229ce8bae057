/// How a number is written: notation, sign, suffix and the largest value told apart.
///
/// A missing value (NaN) is `–`. Rounding is to nearest, halves away from zero, and a value whose decimal spelling is
/// a half (9.995) counts as one although binary holds it a hair off. A number that rounds to zero has no sign. Digits
/// are never cut: a number too wide for its field first gives up decimals, then takes a unit (K, M, B, T), then
/// becomes a field of `#`.
package struct NumberFormat: Hashable, Sendable {
    /// The shape of the digits.
    package enum Notation: Hashable, Sendable {
        /// A fixed number of decimals, 0…9.
        case fixed(Int)
        /// Three significant digits and a unit: 312, 940K, 18.4M, 1.02B; fractions below 1,000 are rounded off.
        case compact
        /// A whole number with a comma every three digits.
        case grouped
    }

    /// What stands for the sign.
    package enum Sign: Hashable, Sendable {
        /// `-` before negative numbers.
        case minus
        /// `+` or `-` directly before the digits, nothing before zero.
        case plusMinus
        /// `▲` or `▼` (`^`, `v`) at the left edge of the field, nothing for zero.
        case arrow
    }

    /// Shape of the digits.
    package var notation: Notation
    /// What stands for the sign.
    package var sign: Sign
    /// A character behind the number, such as `%` or `x`; printable ASCII, others are left out.
    package var suffix: Unicode.Scalar?
    /// Magnitudes above it are written as `>` and this number; infinite means no limit.
    package var limit: Double

    /// Makes a format.
    package init(_ notation: Notation, sign: Sign = .minus, suffix: Unicode.Scalar? = nil, limit: Double = .infinity) {
        self.notation = notation
        self.sign = sign
        self.suffix = suffix
        self.limit = limit
    }

    /// A fixed number of decimals: `189.99`.
    package static func fixed(_ decimals: Int) -> NumberFormat { NumberFormat(.fixed(decimals)) }
    /// A percentage without its sign character: `▲ 52.1`.
    package static let arrowPercent = NumberFormat(.fixed(1), sign: .arrow)
    /// A percentage: `+52.1%`.
    package static let signedPercent = NumberFormat(.fixed(1), sign: .plusMinus, suffix: "%")
    /// A ratio such as relative volume: `21.3`, above 999 `>999`.
    package static let ratio = NumberFormat(.fixed(1), limit: 999)
    /// A count with a unit: `18.4M`.
    package static let compact = NumberFormat(.compact)
    /// A count with commas: `12,500`.
    package static let grouped = NumberFormat(.grouped)

    /// The number as text without padding, for output that is not a grid; at most 32 characters.
    package func string(_ value: Double, glyphs: GlyphSet = .ascii) -> String {
        NumberGlyphs(value, self, width: NumberGlyphs.capacity, glyphs: glyphs).text
    }
}

extension Grid {
    /// Writes a number right-aligned into `width` columns of one row, padded with spaces on the left.
    ///
    /// Cost: some 20–40 ns, no allocation. A field partly outside the grid shows its visible part.
    package mutating func put(
        _ value: Double,
        _ format: NumberFormat,
        at position: Position,
        width: Int,
        style: StyleID
    ) {
        guard width > 0, position.row >= 0, position.row < size.rows else { return }
        let first = max(0, position.column)
        let end = min(size.columns, position.column + width)
        guard first < end else { return }
        let number = NumberGlyphs(value, format, width: width, glyphs: glyphs)
        let start = position.row * size.columns
        healEdges(start: start + first, end: start + end)
        let blank: UInt32 = number.shape == .overflow ? 0x23 : 0x20
        // Index 0 of the number stands at this column, maybe outside.
        let offset = position.column + width - number.count
        cells.withUnsafeMutableBufferPointer { cells in
            for column in first..<end { cells[start + column] = Cell(scalar: blank, style: style) }
            if offset >= first, position.column + width == end {
                number.write { index, scalar in cells[start + offset + index].scalar = scalar }
            } else {
                number.write { index, scalar in
                    let column = offset + index
                    if column >= first, column < end { cells[start + column].scalar = scalar }
                }
            }
            if number.arrow != 0, first == position.column { cells[start + first].scalar = number.arrow }
        }
    }
}
