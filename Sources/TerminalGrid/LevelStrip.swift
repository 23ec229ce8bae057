/// A row of small levels, one cell each: the relative volume of the last slots, or a sparkline.
package struct LevelStrip: Sendable {
    /// How a level looks.
    package enum Look: Hashable, Sendable {
        /// Coloured cells: the level's style paints a space, with its heat glyph where the style has no background.
        case heat
        /// Glyphs of rising density in the level's style; works without colours.
        case density
        /// Bars of rising height in the level's style.
        case bars
    }

    /// The level of a cell without a value.
    package static let missing: UInt8 = 255

    /// How levels look.
    package var look: Look
    /// Style per level, coldest first; a level above the last one uses the last.
    package var styles: [StyleID]
    /// Style of a missing cell.
    package var missingStyle: StyleID

    /// Makes a strip; an empty list of styles means plain.
    package init(look: Look, styles: [StyleID], missingStyle: StyleID = .plain) {
        self.look = look
        self.styles = styles.isEmpty ? [.plain] : styles
        self.missingStyle = missingStyle
    }

    /// Draws levels (0 = coldest, 255 = missing), the newest at the right edge of a field's first row.
    ///
    /// More levels than columns lose the oldest; fewer leave the left part of the field blank.
    package func draw(_ levels: [UInt8], in field: Rect, of grid: inout Grid) {
        let line = field.line(0)
        grid.fill(line, style: .plain)
        let shown = levels.suffix(line.width)
        let ramp = ramp(of: grid.glyphs)
        var column = line.endColumn - shown.count
        for level in shown {
            let position = Position(column: column, row: line.row)
            if level == Self.missing {
                grid.put(grid.glyphs.dot, at: position, style: missingStyle)
            } else {
                grid.put(
                    ramp[min(Int(level), ramp.count - 1)],
                    at: position,
                    style: styles[min(Int(level), styles.count - 1)]
                )
            }
            column += 1
        }
    }

    /// The level of a value among rising thresholds: how many of them it reaches; missing for NaN.
    package static func level(of value: Double, thresholds: [Double]) -> UInt8 {
        guard !value.isNaN else { return missing }
        var level: UInt8 = 0
        for threshold in thresholds.prefix(254) where value >= threshold { level += 1 }
        return level
    }

    private func ramp(of glyphs: GlyphSet) -> [Unicode.Scalar] {
        switch look {
        case .heat: [" "]
        case .density: glyphs.heat
        case .bars: glyphs.spark
        }
    }
}
