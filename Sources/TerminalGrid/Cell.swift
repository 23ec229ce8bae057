/// What stands in one column of one row: 8 bytes, so that a 200×60 screen is 96 KB and compares a word at a time.
///
/// A cell made by `Grid` holds one printable scalar. A wide character takes two cells: the first has width 2, the
/// second is `continuation(style:)`.
package struct Cell: Hashable, Sendable {
    /// Unicode scalar value shown; 0 in a continuation.
    package var scalar: UInt32
    /// Look, in the table the grid is painted with.
    package var style: StyleID
    /// Columns taken: 1, 2, or 0 for the right half of a wide character.
    package var width: UInt8
    /// Spare, 0 in every cell made here; it keeps the cell free of padding, which the diff relies on.
    package var flags: UInt8

    /// Makes a cell; it does not check the scalar, `Grid.put` does.
    package init(scalar: UInt32, style: StyleID, width: UInt8 = 1) {
        self.scalar = scalar
        self.style = style
        self.width = width
        self.flags = 0
    }

    /// A space.
    package static func blank(style: StyleID = .plain) -> Cell { Cell(scalar: 0x20, style: style) }

    /// The right half of a wide character.
    package static func continuation(style: StyleID) -> Cell { Cell(scalar: 0, style: style, width: 0) }
}
