/// A screen of cells, rows × columns in one array, row by row: what views paint and a backend shows.
///
/// Painting draws everything each frame and lets `GridDiff` decide what is sent. Every drawing operation clips to the
/// grid, so a view cannot write outside; every scalar goes through `DisplayScalar`, so text from outside cannot steer
/// the terminal. No operation allocates per cell.
package struct Grid: Equatable, Sendable {
    /// Columns and rows.
    package private(set) var size: Size
    /// All cells, index = row × columns + column.
    package internal(set) var cells: [Cell]
    /// The characters to draw with; an ASCII set also turns all other text into ASCII.
    package let glyphs: GlyphSet

    /// Most columns or rows; a size report beyond it (a hostile or broken terminal) is cut to it.
    package static let sideMax = 2_000

    /// Makes a grid of spaces.
    package init(size: Size, glyphs: GlyphSet = .unicode) {
        self.size = Self.bounded(size)
        self.glyphs = glyphs
        self.cells = [Cell](repeating: .blank(), count: self.size.cellCount)
    }

    /// The whole grid as a rectangle.
    package var bounds: Rect { Rect(size) }

    /// The cell at a place; a blank one outside.
    package subscript(_ position: Position) -> Cell {
        guard bounds.contains(position) else { return .blank() }
        return cells[position.row * size.columns + position.column]
    }

    /// Makes every cell a space of one style; keeps the storage.
    package mutating func clear(style: StyleID = .plain) {
        let blank = Cell.blank(style: style)
        cells.withUnsafeMutableBufferPointer { $0.update(repeating: blank) }
    }

    /// Changes the size; the contents become spaces.
    ///
    /// Nothing happens when the size stays the same.
    package mutating func resize(to newSize: Size) {
        let bounded = Self.bounded(newSize)
        guard bounded != size else { return }
        size = bounded
        cells = [Cell](repeating: .blank(), count: bounded.cellCount)
    }

    /// Fills a rectangle with one narrow character; a wide or invisible one fills with spaces.
    package mutating func fill(_ rect: Rect, with scalar: Unicode.Scalar = " ", style: StyleID) {
        let area = rect.intersection(bounds)
        guard !area.isEmpty else { return }
        let shown = shownScalar(scalar.value)
        let cell = Cell(scalar: shown.width == 1 ? shown.scalar : 0x20, style: style)
        for row in area.row..<area.endRow {
            let start = row * size.columns
            healEdges(start: start + area.column, end: start + area.endColumn)
            cells.withUnsafeMutableBufferPointer { cells in
                for index in (start + area.column)..<(start + area.endColumn) { cells[index] = cell }
            }
        }
    }

    /// Gives every cell of a rectangle one style and leaves the characters.
    package mutating func restyle(_ rect: Rect, style: StyleID) {
        let area = rect.intersection(bounds)
        for row in area.row..<max(area.row, area.endRow) {
            let start = row * size.columns
            for index in (start + area.column)..<(start + area.endColumn) { cells[index].style = style }
        }
    }

    /// Lays a style over a rectangle: what it says wins, what it leaves open (a row's own colours) shows through.
    ///
    /// Used for selected rows and dimmed backgrounds. Cost: one table look-up per run of equally styled cells.
    package mutating func overlay(_ rect: Rect, with over: StyleID, in styles: inout StyleTable) {
        let area = rect.intersection(bounds)
        var last: (from: StyleID, to: StyleID)?
        for row in area.row..<max(area.row, area.endRow) {
            let start = row * size.columns
            for index in (start + area.column)..<(start + area.endColumn) {
                let base = cells[index].style
                if let last, last.from == base {
                    cells[index].style = last.to
                } else {
                    let result = styles.overlay(over, on: base)
                    last = (base, result)
                    cells[index].style = result
                }
            }
        }
    }

    /// What a scalar becomes here: made harmless, then ASCII if the glyph set asks for it.
    func shownScalar(_ scalar: UInt32) -> DisplayScalar {
        if scalar >= 0x20, scalar < 0x7F { return DisplayScalar(scalar) }
        let shown = DisplayScalar(scalar)
        guard glyphs.isASCII, shown.width > 0, shown.scalar >= 0x7F else { return shown }
        return DisplayScalar(GlyphSet.asciiFallback(shown.scalar))
    }

    /// Blanks the other half of wide characters that a write to cells `start..<end` of one row would cut in two.
    mutating func healEdges(start: Int, end: Int) {
        guard start < end else { return }
        if cells[start].width == 0, start > 0 { cells[start - 1] = .blank(style: cells[start - 1].style) }
        if cells[end - 1].width == 2, end < cells.count { cells[end] = .blank(style: cells[end].style) }
    }

    private static func bounded(_ size: Size) -> Size {
        Size(columns: min(size.columns, sideMax), rows: min(size.rows, sideMax))
    }
}
