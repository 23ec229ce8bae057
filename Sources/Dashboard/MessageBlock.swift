import EngineAPI
import TerminalGrid

/// The lines above the hints that say what is wrong: the worst open problem in full, or as much as fits and how to read
/// the rest.
struct MessageBlock: Hashable, Sendable {
    /// Columns before the text: margin, mark, space.
    static let indent = 3

    /// The worst open problem; nil when there is none.
    let problem: Problem?
    /// Its text, broken into lines, at most so many as there is room for; the last is cut when `isCut`.
    let lines: [String]
    /// Whether there is more than fits.
    let isCut: Bool
    /// What stands at the right end of the last line.
    let note: String

    /// Rows taken.
    var height: Int { lines.count }

    /// The block for a state.
    init(_ state: DashboardState) {
        let open = state.openProblems
        guard let first = open.first else {
            (problem, lines, isCut, note) = (nil, [], false, "")
            return
        }
        let limit = state.size.rows < 24 ? 1 : state.size.rows < 30 ? 2 : 3
        let width = max(1, state.size.columns - Self.indent - 1)
        var notes: [String] = []
        if open.count > 1 { notes.append("1 of \(open.count)") }
        if first.isDismissible { notes.append("Esc hides") }
        let wrapped = TextWrap.lines(first.text, width: width)
        let fitting = Array(wrapped.prefix(limit))
        let lastWidth = DisplayScalar.width(of: fitting[fitting.count - 1])
        let wholeNote = notes.joined(separator: ", ")
        isCut = wrapped.count > limit || lastWidth + 2 + wholeNote.utf8.count > width && fitting.count == limit
        if isCut || open.count > 1 { notes.insert("! shows all", at: 0) }
        problem = first
        note = notes.joined(separator: ", ")
        if wrapped.count > limit {
            // The last line goes on to the cut, which falls where the note begins.
            lines = fitting.dropLast() + [fitting[fitting.count - 1] + " " + wrapped[limit]]
        } else if lastWidth + 2 + note.utf8.count > width, fitting.count < limit {
            lines = fitting + [""]
        } else {
            lines = fitting
        }
    }

    /// Paints the block.
    func paint(in area: Rect, into grid: inout Grid, _ theme: Theme) {
        guard let problem, !area.isEmpty else { return }
        let mark: Role =
            switch problem.level {
            case .error: .bad
            case .warning: .warning
            case .info: .heading
            }
        grid.put(grid.glyphs.bullet, at: Position(column: area.column + 1, row: area.row), style: theme.id(mark))
        let text = theme.id(problem.level == .info ? .hint : mark)
        for (index, line) in lines.enumerated() where index < area.height {
            let isLast = index == lines.count - 1
            let noteWidth = isLast && !note.isEmpty ? grid.shownWidth(of: note) + 2 : 0
            let place = Position(column: area.column + Self.indent, row: area.row + index)
            grid.put(line, at: place, style: text, maxWidth: max(0, area.width - Self.indent - 1 - noteWidth))
            guard noteWidth > 0 else { continue }
            let start = area.endColumn - noteWidth + 1
            grid.put(note, at: Position(column: start, row: place.row), style: theme.id(.dim))
        }
    }
}
