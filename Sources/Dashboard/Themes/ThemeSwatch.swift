package import TerminalGrid

/// A picture of a theme: rows as the table has them, the heat, and every key with a sample.
package enum ThemeSwatch {
    /// Columns and rows that a picture takes.
    package static let size = Size(columns: 80, rows: keysFrom + (ThemeKey.all.count + 1) / 2)

    private static let keysFrom = 17

    /// Paints the picture into a grid, which is brought to its size.
    package static func paint(_ theme: Theme, into grid: inout Grid) {
        grid.resize(to: size)
        grid.clear()
        paintTitle(theme, into: &grid)
        paintRows(theme, into: &grid)
        paintHeat(theme, into: &grid)
        for (index, key) in ThemeKey.all.enumerated() {
            let half = (ThemeKey.all.count + 1) / 2
            let place = Position(column: index < half ? 1 : 41, row: keysFrom + index % half)
            grid.put(key.path, at: place, style: theme.id(.dim), maxWidth: 24)
            let sample = Position(column: place.column + 24, row: place.row)
            grid.put(key.sample, at: sample, style: look(key, theme), maxWidth: 14)
        }
    }

    private static func look(_ key: ThemeKey, _ theme: Theme) -> StyleID {
        switch key.target {
        case .role(let role): theme.id(role)
        case .part(.selected): theme.id(.text, .selected)
        case .part(.selectedQuiet): theme.id(.text, .selectedDim)
        case .part(.halted): theme.id(.text, .halted)
        case .part(.rowDim): theme.id(.text, .dim)
        case .part(.now): theme.heatGround(4, isNow: true)
        }
    }

    private static func paintTitle(_ theme: Theme, into grid: inout Grid) {
        var place = Position(column: 1, row: 0)
        place.column += grid.put(theme.sheet.name, at: place, style: theme.id(.brand)) + 2
        place.column += grid.put("for \(theme.sheet.background.rawValue) grounds", at: place, style: theme.id(.dim)) + 2
        if let pair = theme.sheet.pair { grid.put("pair \(pair)", at: place, style: theme.id(.dim)) }
        grid.box(Rect(column: 0, row: 1, width: size.columns, height: 9), style: theme.id(.borderFocus))
        grid.put(" 3 RVOL ", at: Position(column: 2, row: 1), style: theme.id(.clock))
    }

    /// A few rows of a table in every look a row can have.
    private static func paintRows(_ theme: Theme, into grid: inout Grid) {
        let heading = Position(column: 2, row: 2)
        grid.put("SYM       LAST   CHG%", at: heading, style: theme.id(.heading))
        grid.put("RVOL", at: Position(column: 27, row: 2), style: theme.id(.headingSorted))
        grid.put("STRIP", at: Position(column: 34, row: 2), style: theme.id(.heading))
        let rows: [(RowLook, String, String, Double, String)] = [
            (.normal, "GLTQ", "0.94", 52.1, "44.0"), (.selected, "QXAI", "4.82", 38.4, "21.3"),
            (.normal, "BBDX", "1.38", -12.7, "0.9"), (.halted, "NVQE", "1.12", 15.5, "4.1"),
            (.dim, "SLPY", "3.10", 0, "0.2"), (.selectedDim, "VLTZ", "2.17", -24.9, "1.8"),
        ]
        for (index, (look, symbol, last, change, rvol)) in rows.enumerated() {
            let row = 3 + index
            if look != .normal {
                grid.fill(Rect(column: 1, row: row, width: size.columns - 2, height: 1), style: theme.id(.text, look))
            }
            func put(_ text: String, _ column: Int, _ role: Role) {
                grid.put(text, at: Position(column: column, row: row), style: theme.id(role, look))
            }
            if look == .selected || look == .selectedDim { put(">", 1, .marker) }
            put(symbol, 2, .symbol)
            put(last, 12, .text)
            let role: Role = change > 0 ? .up : change < 0 ? .down : .flat
            let sign = change > 0 ? grid.glyphs.up : change < 0 ? grid.glyphs.down : " "
            put("\(sign) \(NumberFormat.fixed(1).string(change.magnitude))", 18, role)
            put(rvol, 27, theme.heatLevel(Double(rvol) ?? .nan).map(Role.heat) ?? .dim)
            let cells = HeatCells(theme, grid.glyphs, look)
            for level in 0..<24 {
                let place = Position(column: 34 + level, row: row)
                grid.put(cells.glyphs[level / 4], at: place, style: cells.styles[level / 4])
            }
            let words: [RowLook: String] = [
                .selected: "selected", .halted: "halted", .dim: "not traded", .selectedDim: "both",
            ]
            put(words[look] ?? "", 60, .dim)
        }
    }

    /// The steps of heat as cells, numbers, and two values per cell.
    private static func paintHeat(_ theme: Theme, into grid: inout Grid) {
        let ink = HeatInk(theme, grid.glyphs)
        let values = [0.3, 0.8, 1.4, 2.6, 4.1, 12]
        let names = ["one value", "running slot", "two values", "numbers", "no number"]
        for (line, name) in names.enumerated() {
            grid.put(name, at: Position(column: 2, row: 11 + line), style: theme.id(.dim))
        }
        for (level, value) in values.enumerated() {
            let column = 18 + level * 8
            for offset in 0..<6 {
                for (row, isNow) in [(11, false), (12, true)] {
                    let cell = ink.cell(level, isNow: isNow)
                    grid.put(cell.glyph, at: Position(column: column + offset, row: row), style: cell.style)
                }
                let pair = ink.cell(left: level, right: (level + offset) % 6)
                grid.put(pair.glyph, at: Position(column: column + offset, row: 13), style: pair.style)
            }
            let text = NumberFormat.fixed(1).string(value)
            grid.put(
                text,
                at: Position(column: column, row: 14),
                style: theme.id(Role.heat(theme.heatLevel(value) ?? 0))
            )
        }
        for offset in 0..<6 {
            let cell = ink.cell(nil)
            grid.put(cell.glyph, at: Position(column: 18 + offset, row: 15), style: cell.style)
        }
    }
}
