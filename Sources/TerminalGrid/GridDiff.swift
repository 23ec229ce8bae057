/// Which cells a backend has to send: the runs of changed cells between two grids, row by row.
///
/// One value is kept and reused, so that a steady screen allocates nothing. Rows that did not change cost one
/// comparison a word at a time. Changes less than `joinGap` cells apart become one run, since moving the cursor costs
/// a terminal about as many bytes. A run never begins or ends inside a wide character of either grid.
package struct GridDiff: Sendable {
    /// Neighbouring cells of one row, `columns` half open, never empty.
    package struct Run: Hashable, Sendable {
        /// Row, 0 at the top.
        package var row: Int
        /// Columns that changed, and the few unchanged ones between them.
        package var columns: Range<Int>
    }

    /// Unchanged cells that end a run.
    package static let joinGap = 4

    /// Runs in reading order after `compare`.
    package private(set) var runs: [Run] = []

    /// Makes an empty difference.
    package init() {}

    /// Cells in all runs.
    package var cellCount: Int { runs.reduce(0) { $0 + $1.columns.count } }

    /// Finds the runs that turn `old` into `new`; grids of different size give every row whole.
    package mutating func compare(_ old: Grid, _ new: Grid) {
        runs.removeAll(keepingCapacity: true)
        let columns = new.size.columns
        guard columns > 0 else { return }
        guard old.size == new.size else {
            for row in 0..<new.size.rows { runs.append(Run(row: row, columns: 0..<columns)) }
            return
        }
        old.cells.withUnsafeBufferPointer { before in
            new.cells.withUnsafeBufferPointer { after in
                for row in 0..<new.size.rows {
                    let range = (row * columns)..<((row + 1) * columns)
                    let oldRow = UnsafeBufferPointer(rebasing: before[range])
                    let newRow = UnsafeBufferPointer(rebasing: after[range])
                    if Self.differ(oldRow, newRow) { appendRuns(row: row, oldRow, newRow) }
                }
            }
        }
    }

    /// Whether two rows of equal length differ.
    ///
    /// Reads the memory as 64-bit words: a `Cell` is 8 bytes without padding (tested), and both buffers outlive the call.
    private static func differ(_ old: UnsafeBufferPointer<Cell>, _ new: UnsafeBufferPointer<Cell>) -> Bool {
        let before = UnsafeRawBufferPointer(old)
        let after = UnsafeRawBufferPointer(new)
        var difference: UInt64 = 0
        for offset in stride(from: 0, to: before.count, by: 8) {
            difference |=
                before.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
                ^ after.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
        }
        return difference != 0
    }

    private mutating func appendRuns(row: Int, _ old: UnsafeBufferPointer<Cell>, _ new: UnsafeBufferPointer<Cell>) {
        var start = -1
        var end = -1
        for column in 0..<new.count where old[column] != new[column] {
            if start >= 0, column - end >= Self.joinGap {
                append(row: row, start..<end, old, new)
                start = column
            } else if start < 0 {
                start = column
            }
            end = column + 1
        }
        if start >= 0 { append(row: row, start..<end, old, new) }
    }

    /// Adds a run widened to whole characters, joined to the one before where they meet.
    private mutating func append(
        row: Int,
        _ columns: Range<Int>,
        _ old: UnsafeBufferPointer<Cell>,
        _ new: UnsafeBufferPointer<Cell>
    ) {
        var start = columns.lowerBound
        var end = columns.upperBound
        while start > 0, old[start].width == 0 || new[start].width == 0 { start -= 1 }
        while end < new.count, old[end].width == 0 || new[end].width == 0 { end += 1 }
        if let last = runs.last, last.row == row, last.columns.upperBound >= start {
            runs[runs.count - 1].columns = last.columns.lowerBound..<max(end, last.columns.upperBound)
        } else {
            runs.append(Run(row: row, columns: start..<end))
        }
    }
}

extension Grid {
    /// Takes the cells of one run over from a grid of the same size.
    package mutating func copy(_ run: GridDiff.Run, from other: Grid) {
        guard other.size == size, run.row >= 0, run.row < size.rows else { return }
        let start = run.row * size.columns
        for column in run.columns.clamped(to: 0..<size.columns) {
            cells[start + column] = other.cells[start + column]
        }
    }
}
