import TerminalGrid

/// The part of an xterm that curses uses, to read back what a person would see.
struct ScreenModel {
    let columns: Int
    let rows: Int
    private(set) var cells: [[UInt32]]
    private(set) var row = 0
    private(set) var column = 0
    /// Sequences this model does not know; a test that trusts the screen expects none.
    private(set) var unknown: [String] = []
    private var isWrapPending = false
    private var lastShown: UInt32 = 0x20

    init(columns: Int, rows: Int) {
        self.columns = columns
        self.rows = rows
        cells = Array(repeating: Array(repeating: 0x20, count: columns), count: rows)
    }

    /// Lines without spaces at their end; a wide character stands once.
    var lines: [String] {
        cells.map { line in
            var text = String.UnicodeScalarView()
            for value in line where value != 0 { if let scalar = Unicode.Scalar(value) { text.append(scalar) } }
            while text.last == " " { text.removeLast() }
            return String(text)
        }
    }

    mutating func feed(_ bytes: [UInt8]) {
        var scalars = Array(String(decoding: bytes, as: UTF8.self).unicodeScalars)[...]
        while let scalar = scalars.popFirst() {
            switch scalar.value {
            case 0x1B: escape(&scalars)
            case 0x0D: (column, isWrapPending) = (0, false)
            case 0x0A: (row, isWrapPending) = (min(rows - 1, row + 1), false)
            case 0x08: (column, isWrapPending) = (max(0, column - 1), false)
            case 0x09: column = min(columns - 1, (column / 8 + 1) * 8)
            case 0x00, 0x07, 0x0E, 0x0F, 0x18: break
            default: show(scalar.value)
            }
        }
    }

    private mutating func show(_ value: UInt32) {
        let width = Int(DisplayScalar(value).width)
        if isWrapPending { (row, column, isWrapPending) = (min(rows - 1, row + 1), 0, false) }
        // Like a real terminal: overwriting half of a wide character erases the other half.
        for place in column..<min(columns, column + width) { eraseHalf(place) }
        cells[row][column] = value
        if width == 2, column + 1 < columns { cells[row][column + 1] = 0 }
        column += width
        if column >= columns { (column, isWrapPending) = (columns - 1, true) }
        lastShown = value
    }

    private mutating func eraseHalf(_ place: Int) {
        if cells[row][place] == 0, place > 0 { cells[row][place - 1] = 0x20 }
        if place + 1 < columns, cells[row][place + 1] == 0 { cells[row][place + 1] = 0x20 }
        cells[row][place] = 0x20
    }

    private mutating func escape(_ rest: inout ArraySlice<Unicode.Scalar>) {
        guard let kind = rest.popFirst() else { return }
        switch kind {
        case "(", ")": _ = rest.popFirst()
        case "=", ">", "7", "8": break
        case "[":
            var body = ""
            while let scalar = rest.popFirst() {
                if scalar.value >= 0x40 {
                    control(body, scalar)
                    return
                }
                body.unicodeScalars.append(scalar)
            }
        default: unknown.append("ESC \(kind)")
        }
    }

    private mutating func control(_ body: String, _ final: Unicode.Scalar) {
        if "mhltrq".unicodeScalars.contains(final) { return }
        let numbers = body.split(separator: ";", omittingEmptySubsequences: false).map { Int($0) ?? 0 }
        let first = numbers.first ?? 0
        let count = max(1, first)
        isWrapPending = false
        switch final {
        case "H":
            row = min(rows, max(1, first)) - 1
            column = min(columns, max(1, numbers.dropFirst().first ?? 1)) - 1
        case "A": row = max(0, row - count)
        case "B": row = min(rows - 1, row + count)
        case "C": column = min(columns - 1, column + count)
        case "D": column = max(0, column - count)
        case "G": column = min(columns, count) - 1
        case "d": row = min(rows, count) - 1
        case "J":
            if first == 2 { for line in 0..<rows { blank(line, 0..<columns) } }
            if first == 0 {
                blank(row, column..<columns)
                for line in (row + 1)..<max(rows, row + 1) { blank(line, 0..<columns) }
            }
        case "K": blank(row, first == 0 ? column..<columns : first == 1 ? 0..<(column + 1) : 0..<columns)
        case "X": blank(row, column..<min(columns, column + count))
        case "b": for _ in 0..<count { show(lastShown) }
        case "@":
            cells[row].insert(contentsOf: Array(repeating: 0x20, count: count), at: column)
            cells[row].removeLast(cells[row].count - columns)
        case "P":
            let removed = min(count, columns - column)
            cells[row].removeSubrange(column..<(column + removed))
            cells[row] += Array(repeating: 0x20, count: removed)
        default: unknown.append("CSI \(body)\(final)")
        }
    }

    private mutating func blank(_ line: Int, _ range: Range<Int>) {
        for place in range { cells[line][place] = 0x20 }
    }
}
