/// A width and a height in terminal cells; never negative.
package struct Size: Hashable, Sendable {
    /// Number of columns, ≥ 0.
    package var columns: Int
    /// Number of rows, ≥ 0.
    package var rows: Int

    /// Makes a size; negative numbers become 0.
    package init(columns: Int, rows: Int) {
        self.columns = max(0, columns)
        self.rows = max(0, rows)
    }

    /// Nothing at all.
    package static let zero = Size(columns: 0, rows: 0)

    /// Columns × rows.
    package var cellCount: Int { columns * rows }
}

/// A cell's place: column from the left, row from the top, both from 0; may lie outside a grid.
package struct Position: Hashable, Sendable {
    /// Column, 0 at the left edge.
    package var column: Int
    /// Row, 0 at the top.
    package var row: Int

    /// Makes a position.
    package init(column: Int, row: Int) {
        self.column = column
        self.row = row
    }
}

/// A rectangle of cells, half open on its right and lower side.
package struct Rect: Hashable, Sendable {
    /// Leftmost column.
    package var column: Int
    /// Topmost row.
    package var row: Int
    /// Columns, ≥ 0.
    package var width: Int
    /// Rows, ≥ 0.
    package var height: Int

    /// Makes a rectangle; a negative width or height becomes 0.
    package init(column: Int, row: Int, width: Int, height: Int) {
        self.column = column
        self.row = row
        self.width = max(0, width)
        self.height = max(0, height)
    }

    /// Makes a rectangle of a size at the origin.
    package init(_ size: Size) {
        self.init(column: 0, row: 0, width: size.columns, height: size.rows)
    }

    /// First column to the right of the rectangle.
    package var endColumn: Int { column + width }
    /// First row below the rectangle.
    package var endRow: Int { row + height }
    /// Width and height.
    package var size: Size { Size(columns: width, rows: height) }
    /// Upper left corner.
    package var origin: Position { Position(column: column, row: row) }
    /// Whether it holds no cell.
    package var isEmpty: Bool { width == 0 || height == 0 }

    /// Whether a cell lies inside.
    package func contains(_ position: Position) -> Bool {
        position.column >= column && position.column < endColumn && position.row >= row && position.row < endRow
    }

    /// The common part of two rectangles; empty when they do not touch.
    package func intersection(_ other: Rect) -> Rect {
        let left = max(column, other.column)
        let top = max(row, other.row)
        return Rect(
            column: left,
            row: top,
            width: min(endColumn, other.endColumn) - left,
            height: min(endRow, other.endRow) - top
        )
    }

    /// The rectangle without a margin on each side; empty, never inverted, when the margins eat it up.
    package func inset(left: Int = 0, top: Int = 0, right: Int = 0, bottom: Int = 0) -> Rect {
        Rect(column: column + left, row: row + top, width: width - left - right, height: height - top - bottom)
    }

    /// The inside of a box drawn on this rectangle: one cell less on every side.
    package var interior: Rect { inset(left: 1, top: 1, right: 1, bottom: 1) }

    /// One row of the rectangle, `index` from its top; empty when there is no such row.
    package func line(_ index: Int) -> Rect {
        guard index >= 0, index < height else { return Rect(column: column, row: row, width: 0, height: 0) }
        return Rect(column: column, row: row + index, width: width, height: 1)
    }
}
