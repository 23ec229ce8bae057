import TerminalGrid

/// A piece of a line that can give way: shortened step by step, then left out, lowest worth first.
struct Segment {
    /// A way to say it.
    struct Form {
        /// What is shown.
        var text: String
        /// The higher, the longer it stays.
        var worth: Int
    }

    /// From the longest to the shortest; never empty.
    private(set) var forms: [Form]
    /// How it looks.
    var role: Role

    /// A piece; `short` is shown where room is short, without it the piece is left out instead.
    ///
    /// A shortened piece is worth a little more: others give way before it goes altogether.
    init(_ text: String, _ role: Role, worth: Int, short: String? = nil) {
        self.init([Form(text: text, worth: worth)] + (short.map { [Form(text: $0, worth: worth + 5)] } ?? []), role)
    }

    /// A piece with several ways to say it, from the longest to the shortest.
    init(_ forms: [Form], _ role: Role) {
        self.forms = forms
        self.role = role
    }

    /// What is shown.
    var text: String { forms.first?.text ?? "" }
    /// The higher, the longer it stays.
    var worth: Int { forms.first?.worth ?? 0 }

    /// Takes the next shorter form; returns false when there is none.
    mutating func shorten() -> Bool {
        guard forms.count > 1 else { return false }
        forms.removeFirst()
        return true
    }
}

/// A line of pieces at its left and its right end.
struct SegmentLine {
    var left: [Segment] = []
    var right: [Segment] = []

    /// Paints the line into a row, two spaces between pieces and one at each end.
    func paint(in area: Rect, into grid: inout Grid, _ theme: Theme) {
        var (left, right) = (left.filter { !$0.text.isEmpty }, right.filter { !$0.text.isEmpty })
        func width(_ pieces: [Segment]) -> Int {
            pieces.reduce(0) { $0 + grid.shownWidth(of: $1.text) + 2 } - (pieces.isEmpty ? 0 : 2)
        }
        while width(left) + width(right) + (right.isEmpty || left.isEmpty ? 2 : 4) > area.width {
            let leastLeft = left.indices.min { left[$0].worth < left[$1].worth }
            let leastRight = right.indices.min { right[$0].worth < right[$1].worth }
            switch (leastLeft, leastRight) {
            case (nil, nil): return
            case (let index?, nil): Self.yield(index, of: &left)
            case (nil, let index?): Self.yield(index, of: &right)
            case (let one?, let other?):
                if left[one].worth <= right[other].worth {
                    Self.yield(one, of: &left)
                } else {
                    Self.yield(other, of: &right)
                }
            }
            if left.count + right.count == 1 { break }
        }
        var column = area.column + 1
        for piece in left {
            column += put(piece, at: column, area, into: &grid, theme) + 2
        }
        column = max(column, area.endColumn - 1 - width(right))
        for piece in right {
            column += put(piece, at: column, area, into: &grid, theme) + 2
        }
    }

    private func put(_ piece: Segment, at column: Int, _ area: Rect, into grid: inout Grid, _ theme: Theme) -> Int {
        let place = Position(column: column, row: area.row)
        return grid.put(piece.text, at: place, style: theme.id(piece.role), maxWidth: max(0, area.endColumn - column))
    }

    private static func yield(_ index: Int, of pieces: inout [Segment]) {
        if !pieces[index].shorten() { pieces.remove(at: index) }
    }
}

extension GlyphSet {
    /// A share, 0…1, as a bar of so many cells; full only when all is done.
    func progressBar(_ fraction: Double, cells: Int) -> String {
        let full = min(cells, max(0, Int((fraction * Double(cells)).rounded(.down))))
        return String(repeating: Character(barFull), count: full)
            + String(repeating: Character(barEmpty), count: cells - full)
    }
}
