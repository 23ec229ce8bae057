extension Grid {
    /// Draws a horizontal line over the columns from a place on.
    package mutating func horizontalLine(at position: Position, length: Int, style: StyleID) {
        let line = Rect(column: position.column, row: position.row, width: length, height: 1)
        fill(line, with: glyphs.horizontal, style: style)
    }

    /// Draws a vertical line down from a place.
    package mutating func verticalLine(at position: Position, length: Int, style: StyleID) {
        let line = Rect(column: position.column, row: position.row, width: 1, height: length)
        fill(line, with: glyphs.vertical, style: style)
    }

    /// Draws the border of a box and returns its inside, which is left as it is; smaller than 2×2 draws nothing.
    @discardableResult
    package mutating func box(_ rect: Rect, style: StyleID) -> Rect {
        guard rect.width >= 2, rect.height >= 2 else { return rect.interior }
        let right = rect.endColumn - 1
        let bottom = rect.endRow - 1
        let across = rect.width - 2
        let down = rect.height - 2
        horizontalLine(at: Position(column: rect.column + 1, row: rect.row), length: across, style: style)
        horizontalLine(at: Position(column: rect.column + 1, row: bottom), length: across, style: style)
        verticalLine(at: Position(column: rect.column, row: rect.row + 1), length: down, style: style)
        verticalLine(at: Position(column: right, row: rect.row + 1), length: down, style: style)
        put(glyphs.topLeft, at: Position(column: rect.column, row: rect.row), style: style)
        put(glyphs.topRight, at: Position(column: right, row: rect.row), style: style)
        put(glyphs.bottomLeft, at: Position(column: rect.column, row: bottom), style: style)
        put(glyphs.bottomRight, at: Position(column: right, row: bottom), style: style)
        return rect.interior
    }

    /// Draws a box with words set into its upper border, and returns its inside.
    ///
    /// The title stands at the left as `─ title ─`, the note at the right; the note goes first when both do not fit.
    @discardableResult
    package mutating func box(
        _ rect: Rect,
        title: String,
        note: String = "",
        style: StyleID,
        titleStyle: StyleID,
        noteStyle: StyleID? = nil
    ) -> Rect {
        let interior = box(rect, style: style)
        guard rect.height >= 2 else { return interior }
        setIntoBorder(
            row: rect.row,
            of: rect,
            leading: title,
            style: titleStyle,
            trailing: note,
            noteStyle ?? titleStyle
        )
        return interior
    }

    /// Sets words into the lower border of a box already drawn, at the left and at the right.
    package mutating func boxFooter(_ rect: Rect, leading: String = "", trailing: String = "", style: StyleID) {
        guard rect.height >= 2 else { return }
        setIntoBorder(row: rect.endRow - 1, of: rect, leading: leading, style: style, trailing: trailing, style)
    }

    private mutating func setIntoBorder(
        row: Int,
        of rect: Rect,
        leading: String,
        style: StyleID,
        trailing: String,
        _ trailingStyle: StyleID
    ) {
        // Corner, one line cell and one space on each side.
        let room = rect.width - 6
        guard room > 0 else { return }
        var used = 0
        if !leading.isEmpty {
            let start = rect.column + 2
            put(" ", at: Position(column: start, row: row), style: style)
            used = put(leading, at: Position(column: start + 1, row: row), style: style, maxWidth: room)
            put(" ", at: Position(column: start + 1 + used, row: row), style: style)
        }
        let width = shownWidth(of: trailing)
        guard width > 0, width <= room - (used == 0 ? 0 : used + 3) else { return }
        let start = rect.endColumn - 4 - width
        put(" ", at: Position(column: start, row: row), style: trailingStyle)
        put(trailing, at: Position(column: start + 1, row: row), style: trailingStyle)
        put(" ", at: Position(column: start + 1 + width, row: row), style: trailingStyle)
    }
}
