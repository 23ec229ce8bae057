import TerminalGrid

/// A grid as lines for a terminal that curses does not own, by the control sequences that all of them know.
enum ANSIText {
    /// The lines; every one begins and ends without colours.
    static func lines(_ grid: Grid, _ styles: StyleTable, depth: ColorDepth) -> [String] {
        (0..<grid.size.rows).map { row in
            var line = ""
            var style: StyleID?
            for column in 0..<grid.size.columns {
                let cell = grid[Position(column: column, row: row)]
                guard cell.width > 0, let scalar = Unicode.Scalar(cell.scalar) else { continue }
                if cell.style != style {
                    style = cell.style
                    line += sequence(styles[cell.style].degraded(to: depth))
                }
                line.unicodeScalars.append(scalar)
            }
            return line + "\u{1B}[0m"
        }
    }

    /// The sequence that switches to a style, whatever was in force.
    static func sequence(_ style: Style) -> String {
        var codes = ["0"]
        let attributes: [(Attributes, String)] = [
            (.bold, "1"), (.dim, "2"), (.italic, "3"), (.underline, "4"), (.reverse, "7"),
        ]
        for (attribute, code) in attributes where style.attributes.contains(attribute) { codes.append(code) }
        if case .indexed(let index) = style.foreground { codes.append(color(index, plain: 30, bright: 90, long: 38)) }
        if case .indexed(let index) = style.background { codes.append(color(index, plain: 40, bright: 100, long: 48)) }
        return "\u{1B}[" + codes.joined(separator: ";") + "m"
    }

    private static func color(_ index: UInt8, plain: Int, bright: Int, long: Int) -> String {
        switch index {
        case 0..<8: "\(plain + Int(index))"
        case 8..<16: "\(bright + Int(index) - 8)"
        default: "\(long);5;\(index)"
        }
    }
}
