import EngineAPI
import FilterLanguage
import TerminalGrid

/// The filter line at the bottom, and above it what is wrong, what can be put in, and what each clause lets pass.
struct FilterLineView {
    /// Most lines above the filter.
    private static let linesMax = 10

    private let state: DashboardState
    private let filter: FilterLine

    /// The filter line of a state.
    init(_ state: DashboardState, _ filter: FilterLine) {
        self.state = state
        self.filter = filter
    }

    // MARK: The line

    /// Paints the line and returns where typed text goes on.
    func paint(in area: Rect, into grid: inout Grid, _ theme: Theme) -> Position {
        let row = area.row
        grid.put("filter ", at: Position(column: area.column + 1, row: row), style: theme.id(.key))
        let start = area.column + 8
        let room = max(1, area.endColumn - start - 1)
        let line = filter.line
        let skipped = max(0, line.cursor - room + 1)
        let text = Array(line.text.unicodeScalars)
        let fault = filter.fault.flatMap { isShownWrong($0) ? $0 : nil }
        for offset in skipped..<max(skipped, min(text.count, skipped + room)) {
            let isWrong = fault.map { ($0.lower..<max($0.upper, $0.lower + 1)).contains(offset) } ?? false
            let place = Position(column: start + offset - skipped, row: row)
            grid.put(text[offset], at: place, style: theme.id(isWrong ? .bad : .clock))
        }
        let cursor = Position(column: start + line.cursor - skipped, row: row)
        if line.cursor == text.count {
            let ghost = FilterOffers(filter, state).ghost
            grid.put(ghost, at: cursor, style: theme.id(.dim), maxWidth: max(0, area.endColumn - 1 - cursor.column))
        }
        return cursor
    }

    /// What is only missing yet is not wrong while one types.
    private func isShownWrong(_ diagnostic: FilterDiagnostic) -> Bool {
        diagnostic.severity == .error || filter.isInsisted
    }

    // MARK: Above it

    private struct Line {
        var text: String
        var role: Role
    }

    /// Paints a box above the line.
    func paintAbove(_ area: Rect, into grid: inout Grid, _ theme: Theme) {
        let width = min(area.width, 100)
        let lines = Array(lines(width: width - 4).prefix(min(Self.linesMax, max(0, area.row - 4))))
        guard !lines.isEmpty, width > 40 else { return }
        let box = Rect(column: area.column, row: area.row - lines.count - 2, width: width, height: lines.count + 2)
        grid.fill(box, style: theme.id(.text))
        let inside = grid.box(
            box,
            title: title,
            note: "Enter applies, Esc goes back",
            style: theme.id(.border),
            titleStyle: theme.id(.clock),
            noteStyle: theme.id(.dim)
        )
        for (index, line) in lines.enumerated() {
            let place = Position(column: inside.column + 1, row: inside.row + index)
            grid.put(line.text, at: place, style: theme.id(line.role), maxWidth: max(0, inside.width - 2))
        }
    }

    private var title: String {
        guard let rows = state.rows, filter.dueAt == nil, !state.isAwaitingRows else { return "FILTER" }
        let unknown = rows.unknownCount > 0 ? ", \(TimeText.count(rows.unknownCount)) unknown" : ""
        return "FILTER: \(TimeText.count(rows.matchCount)) match\(unknown)"
    }

    private func lines(width: Int) -> [Line] {
        var lines: [Line] = []
        if let refusal = filter.line.refusal { lines.append(Line(text: refusal, role: .warning)) }
        for diagnostic in filter.diagnostics.prefix(2) {
            let role: Role =
                switch diagnostic.severity {
                case .error: .bad
                case .incomplete: filter.isInsisted ? .bad : .dim
                case .warning: .warning
                }
            let fix = diagnostic.fix.map { " (Tab: \($0.replacement))" } ?? ""
            let words = FilterText.problem(diagnostic, in: filter.text) + fix
            lines += TextWrap.lines(words, width: max(1, width)).map { Line(text: $0, role: role) }
        }
        for offer in FilterOffers(filter, state).all.prefix(4) {
            lines.append(Line(text: FieldText.left(offer.word, 13) + " " + offer.meaning, role: .hint))
        }
        let all = lines + ledger
        return all.isEmpty ? [Line(text: "price 1..20 and rvol > 3 and float < 50M; Tab completes", role: .dim)] : all
    }

    /// What each clause lets pass, while the answer is the shown text's.
    private var ledger: [Line] {
        guard let rows = state.rows, !state.isAwaitingRows, filter.dueAt == nil, !rows.ledger.isEmpty else {
            return filter.shown == nil || filter.fault != nil ? [] : [Line(text: "asking the engine", role: .dim)]
        }
        let heading = Line(text: "    alone   without   unknown   clause", role: .dim)
        return [heading]
            + rows.ledger.map { clause in
                let counts =
                    FieldText.right(TimeText.count(clause.passAlone), 7)
                    + FieldText.right(TimeText.count(clause.matchWithout), 10)
                    + FieldText.right(TimeText.count(clause.unknown), 10)
                let mark = clause.isTightest ? "> " : "  "
                return Line(text: mark + counts + "   " + clause.text, role: clause.isTightest ? .clock : .text)
            }
    }
}
