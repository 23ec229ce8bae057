/// Where text stands in a field wider than itself.
package enum Alignment: Hashable, Sendable {
    /// At the left edge.
    case leading
    /// In the middle, one column to the left when it cannot be exact.
    case center
    /// At the right edge.
    case trailing
}

extension Grid {
    /// Writes one line of text and returns the columns it took on its way, seen or clipped.
    ///
    /// - Parameters:
    ///   - text: Any text; see `DisplayScalar` for what is shown of it.
    ///   - position: First column; may be left of the grid, the part outside is dropped.
    ///   - maxWidth: Columns the text may take; longer text ends in `…` (`~` in ASCII). The grid's right edge and
    ///     `clip` limit it too.
    ///   - clip: Cells outside stay as they are.
    @discardableResult
    package mutating func put(
        _ text: String,
        at position: Position,
        style: StyleID,
        maxWidth: Int = .max,
        clip: Rect? = nil
    ) -> Int {
        let area = clip.map { $0.intersection(bounds) } ?? bounds
        guard position.row >= area.row, position.row < area.endRow, maxWidth > 0 else { return 0 }
        let room = min(maxWidth, area.endColumn - position.column)
        guard room > 0 else { return 0 }
        if let columns = writeASCII(text, at: position, style: style, room: room, firstColumn: area.column) {
            return columns
        }
        // A scalar never takes more columns than it takes bytes, so short text needs no measuring.
        let fits = text.utf8.count <= room || !isWider(text, than: room)
        return write(
            text,
            at: position,
            style: style,
            limit: fits ? room : room - 1,
            firstColumn: area.column,
            cut: !fits
        )
    }

    /// Writes text into the first row of a field, padded with spaces of the same style to the field's width.
    package mutating func put(_ text: String, in field: Rect, alignment: Alignment = .leading, style: StyleID) {
        guard !field.isEmpty else { return }
        fill(field.line(0), style: style)
        var offset = 0
        if alignment != .leading {
            let free = max(0, field.width - shownWidth(of: text))
            offset = alignment == .center ? free / 2 : free
        }
        put(
            text,
            at: Position(column: field.column + offset, row: field.row),
            style: style,
            maxWidth: field.width - offset
        )
    }

    /// Writes one character; returns the columns it took (0 when it is clipped or shows nothing).
    @discardableResult
    package mutating func put(_ scalar: Unicode.Scalar, at position: Position, style: StyleID) -> Int {
        guard bounds.contains(position) else { return 0 }
        let shown = shownScalar(scalar.value)
        return place(shown, column: position.column, row: position.row, style: style, endColumn: size.columns)
    }

    /// Writes a cell of another grid with its style; the right half of a wide character is left out, the left brings it.
    package mutating func put(cell: Cell, at position: Position) {
        guard cell.width > 0, let scalar = Unicode.Scalar(cell.scalar) else { return }
        put(scalar, at: position, style: cell.style)
    }

    /// Columns a text takes in this grid; in an ASCII grid a wide character takes one.
    package func shownWidth(of text: String) -> Int {
        var columns = 0
        for scalar in text.unicodeScalars { columns += Int(shownScalar(scalar.value).width) }
        return columns
    }

    /// Writes text of printable ASCII straight into the cells, as nearly all text is; nil when it holds anything else.
    private mutating func writeASCII(
        _ text: String,
        at position: Position,
        style: StyleID,
        room: Int,
        firstColumn: Int
    ) -> Int? {
        let ellipsis = glyphs.ellipsis.value
        let start = position.row * size.columns
        let columns = text.utf8.withContiguousStorageIfAvailable { bytes -> Int? in
            // A huge text is not worth reading to its end.
            guard bytes.count <= 512 else { return nil }
            for byte in bytes where byte < 0x20 || byte > 0x7E { return nil }
            let isCut = bytes.count > room
            let shownCount = isCut ? room - 1 : bytes.count
            let skipped = max(0, firstColumn - position.column)
            let end = position.column + (isCut ? room : bytes.count)
            guard end > firstColumn else { return end - position.column }
            healEdges(start: start + max(firstColumn, position.column), end: start + end)
            cells.withUnsafeMutableBufferPointer { cells in
                for index in min(skipped, shownCount)..<shownCount {
                    cells[start + position.column + index] = Cell(scalar: UInt32(bytes[index]), style: style)
                }
                if isCut { cells[start + end - 1] = Cell(scalar: ellipsis, style: style) }
            }
            return end - position.column
        }
        return columns ?? nil
    }

    private func isWider(_ text: String, than limit: Int) -> Bool {
        var columns = 0
        for scalar in text.unicodeScalars {
            columns += Int(shownScalar(scalar.value).width)
            if columns > limit { return true }
        }
        return false
    }

    private mutating func write(
        _ text: String,
        at position: Position,
        style: StyleID,
        limit: Int,
        firstColumn: Int,
        cut: Bool
    ) -> Int {
        let endColumn = position.column + limit
        var column = position.column
        for scalar in text.unicodeScalars {
            let shown = shownScalar(scalar.value)
            guard shown.width > 0 else { continue }
            guard column + Int(shown.width) <= endColumn else { break }
            if column >= firstColumn {
                place(shown, column: column, row: position.row, style: style, endColumn: endColumn)
            } else if column + Int(shown.width) > firstColumn {
                // The right half of a wide character that the left edge cuts.
                place(.space, column: firstColumn, row: position.row, style: style, endColumn: endColumn)
            }
            column += Int(shown.width)
        }
        if cut {
            if column >= firstColumn { place(glyph(glyphs.ellipsis), column: column, row: position.row, style: style) }
            column += 1
        }
        return column - position.column
    }

    private func glyph(_ scalar: Unicode.Scalar) -> DisplayScalar { DisplayScalar(scalar.value) }

    private mutating func place(_ shown: DisplayScalar, column: Int, row: Int, style: StyleID) {
        place(shown, column: column, row: row, style: style, endColumn: size.columns)
    }

    /// Puts one shown scalar at a column inside the grid; a wide one that does not fit becomes a space.
    @discardableResult
    private mutating func place(_ shown: DisplayScalar, column: Int, row: Int, style: StyleID, endColumn: Int) -> Int {
        guard shown.width > 0 else { return 0 }
        let index = row * size.columns + column
        guard shown.width == 2 else {
            if cells[index].width != 1 { healEdges(start: index, end: index + 1) }
            cells[index] = Cell(scalar: shown.scalar, style: style)
            return 1
        }
        guard column + 1 < endColumn else {
            if cells[index].width != 1 { healEdges(start: index, end: index + 1) }
            cells[index] = .blank(style: style)
            return 1
        }
        healEdges(start: index, end: index + 2)
        cells[index] = Cell(scalar: shown.scalar, style: style, width: 2)
        cells[index + 1] = .continuation(style: style)
        return 2
    }
}
