import EngineAPI
import FilterLanguage
import TerminalGrid

/// The filter editor: the line in its frame with what is wrong under the word, what each clause costs, what can be put in.
struct FilterLineView {
    let state: DashboardState
    let filter: FilterLine
    /// Whether only ASCII can be shown.
    let ascii: Bool

    /// The editor of a state.
    init(_ state: DashboardState, _ filter: FilterLine, ascii: Bool) {
        self.state = state
        self.filter = filter
        self.ascii = ascii
    }

    /// The keys of an action, as text; empty when it has none.
    func key(_ action: Action) -> String { state.keymap.name(of: action, in: .filter, ascii: ascii) ?? "" }
    /// What stands for what is left out.
    var ellipsis: String { ascii ? "~" : "…" }

    /// Whether the rows at hand are those of what is typed.
    var isSettled: Bool { state.rows != nil && !state.isAwaitingRows && filter.triedAt == nil }

    /// Paints the editor and returns where typed text goes on.
    func paint(in area: Rect, into grid: inout Grid, _ theme: Theme) -> Position? {
        guard area.height >= FilterEditorPlan.frameRows else { return nil }
        let plan = FilterEditorPlan(area, isWide: area.height >= FilterEditorPlan.frameRows + 12)
        let cursor = paintFrame(plan.frame, into: &grid, theme)
        FilterPanesView(self, plan).paint(into: &grid, theme)
        return cursor
    }

    // MARK: The frame

    private func paintFrame(_ area: Rect, into grid: inout Grid, _ theme: Theme) -> Position {
        let inside = grid.box(
            area,
            title: title,
            note: note,
            style: theme.id(.borderFocus),
            titleStyle: theme.id(.title),
            noteStyle: theme.id(noteRole)
        )
        if filter.mode == .typing { paintFooter(of: area, into: &grid, theme) }
        let room = max(1, inside.width - 4)
        let line = filter.line
        let skipped = max(0, line.cursor - room + 1)
        grid.put(">", at: Position(column: inside.column + 1, row: inside.row), style: theme.id(.key))
        let start = inside.column + 3
        paintText(at: Position(column: start, row: inside.row), skipped: skipped, room: room, into: &grid, theme)
        let cursor = Position(column: start + line.cursor - skipped, row: inside.row)
        let below = Rect(column: start, row: inside.row + 1, width: room, height: 1)
        switch filter.mode {
        case .searching(let search):
            let count = search.finds(in: state.filterHistory.texts).count
            let words = count == 0 ? "  nothing of the history has it" : "  \(search.skipped + 1) of \(count)"
            return paintAsked("search:", search.typed, search.typed.utf8.count, words, below, into: &grid, theme)
        case .naming(let name):
            let words = "  \(key(.accept)) keeps the filter under this name, \(key(.close)) does not"
            return paintAsked("preset: $", name.text, name.cursor, words, below, into: &grid, theme)
        case .typing, .fields:
            paintDiagnostic(in: below, skipped: skipped, into: &grid, theme)
            if line.cursor == line.text.utf8.count, filter.recallsNothing {
                let room = max(0, inside.endColumn - 1 - cursor.column)
                grid.put(filter.offers.ghost, at: cursor, style: theme.id(.ghost), maxWidth: room)
            }
            return cursor
        }
    }

    private var title: String {
        let opened = state.keymap.name(of: .filter, in: .table).map { $0 + " " } ?? ""
        guard let list = state.view.list else { return opened + "filter" }
        return opened + "filter on " + (state.names.definition(list)?.title ?? list)
    }

    private var noteRole: Role { filter.fault == nil ? .good : filter.isFaultSharp ? .bad : .dim }

    /// What is known about the text, and what it would change.
    private var note: String {
        let count = (state.rows?.matchCount ?? 0) - (state.rows?.leavingCount ?? 0)
        let matches = isSettled ? TimeText.count(count) : ellipsis
        if let fault = filter.fault {
            let errors = filter.diagnostics.count { $0.severity == .error }
            let what =
                fault.severity == .incomplete ? "not finished" : errors == 1 ? "1 error" : "\(errors) errors"
            return "\(what), showing the last valid: \(matches)"
        }
        guard isSettled, let rows = state.rows else { return "valid, asking the engine" }
        guard state.questionInForce != nil, rows.moves.count == rows.symbols.count else {
            return "valid, \(matches) match"
        }
        let before = TimeText.count(rows.matchCount - rows.enteringCount)
        let (arrow, minus) = ascii ? ("->", "-") : ("→", "−")
        let moved = "+\(TimeText.count(rows.enteringCount)) in, \(minus)\(TimeText.count(rows.leavingCount)) out"
        return "valid, \(before) \(arrow) \(matches) match (\(moved))"
    }

    /// The keys, as many as there is room for, in the lower border.
    private func paintFooter(of area: Rect, into grid: inout Grid, _ theme: Theme) {
        var hints: [(Action, String)] = [(.accept, "apply"), (.close, "revert"), (.complete, "complete")]
        if area.width >= FilterEditorPlan.wideColumns {
            hints += [(.historySearch, "history"), (.savePreset, "save as preset"), (.fields, "fields")]
        }
        let words = hints.map { "\(key($0.0)) \($0.1)" }
        let width = words.reduce(0) { $0 + grid.shownWidth(of: $1) } + 2 * (words.count - 1)
        var place = Position(column: area.endColumn - 3 - width, row: area.endRow - 1)
        guard place.column > area.column + 1 else { return }
        let blank = Rect(column: place.column - 1, row: place.row, width: width + 2, height: 1)
        grid.fill(blank, style: theme.id(.hint))
        for (index, hint) in hints.enumerated() {
            let used = grid.put(key(hint.0), at: place, style: theme.id(.key))
            grid.put(hint.1, at: Position(column: place.column + used + 1, row: place.row), style: theme.id(.hint))
            place.column += grid.shownWidth(of: words[index]) + 2
        }
    }

    // MARK: The line

    private func paintText(at place: Position, skipped: Int, room: Int, into grid: inout Grid, _ theme: Theme) {
        let text = Array(filter.text.utf8)
        let end = min(text.count, skipped + room)
        guard skipped < end else {
            if text.isEmpty {
                let words = "price 1..20 and rvol > 3 and float < 50M"
                grid.put(words, at: place, style: theme.id(.dim), maxWidth: room)
            }
            return
        }
        let shown = String(decoding: text[skipped..<end], as: UTF8.self)
        grid.put(shown, at: place, style: theme.id(.clock), maxWidth: room)
        func restyle(_ bytes: Range<Int>, _ role: Role) {
            let part = max(bytes.lowerBound, skipped)..<max(skipped, min(bytes.upperBound, end))
            guard !part.isEmpty else { return }
            let cells = Rect(
                column: place.column + part.lowerBound - skipped,
                row: place.row,
                width: part.count,
                height: 1
            )
            grid.restyle(cells, style: theme.id(role))
        }
        for off in filter.clauses.off { restyle(off, .disabled) }
        if case .searching(let search) = filter.mode, let found = search.place(in: filter.text) {
            restyle(found, .matched)
        }
        guard let diagnostic = filter.diagnostics.first else { return }
        let word = diagnostic.lower..<max(diagnostic.upper, diagnostic.lower + 1)
        if diagnostic.severity == .warning {
            restyle(word, .warningToken)
        } else if filter.isFaultSharp {
            restyle(word, .errorToken)
        }
    }

    /// Carets under the word, and beside them what is wrong with it.
    private func paintDiagnostic(in area: Rect, skipped: Int, into grid: inout Grid, _ theme: Theme) {
        if let refusal = filter.line.refusal {
            grid.put(refusal, at: area.origin, style: theme.id(.warning), maxWidth: area.width)
            return
        }
        guard let diagnostic = filter.diagnostics.first else { return }
        let role: Role =
            diagnostic.severity == .warning ? .warning : filter.isFaultSharp ? .bad : .dim
        let fix = diagnostic.fix == nil ? "" : " (\(key(.complete)) fixes)"
        let first = min(max(diagnostic.lower - skipped, 0), area.width - 1)
        let last = min(max(diagnostic.upper - skipped, first + 1), area.width)
        // Behind the carets or before them, whole or without the key that the lower border tells too.
        var (words, start) = (diagnostic.message + fix, -1)
        for form in [diagnostic.message + fix, diagnostic.message] where start < 0 {
            let width = grid.shownWidth(of: form)
            let place = last + 1 + width <= area.width ? last + 1 : first - width - 1
            if place >= 0 { (words, start) = (form, place) }
        }
        if start >= 0 {
            for column in first..<last {
                grid.put("^", at: Position(column: area.column + column, row: area.row), style: theme.id(role))
            }
        } else {
            // No room beside the carets: the words are worth more, and the word itself is marked.
            start = 0
        }
        let place = Position(column: area.column + start, row: area.row)
        grid.put(words, at: place, style: theme.id(role), maxWidth: area.width - start)
    }

    /// A question under the line, with what is typed as its answer; returns where typing goes on.
    private func paintAsked(
        _ question: String,
        _ typed: String,
        _ typedCursor: Int,
        _ words: String,
        _ area: Rect,
        into grid: inout Grid,
        _ theme: Theme
    ) -> Position {
        var place = area.origin
        place.column += grid.put(question, at: place, style: theme.id(.key))
        if !question.hasSuffix("$") { place.column += 1 }
        let cursor = Position(column: min(place.column + typedCursor, area.endColumn - 1), row: place.row)
        place.column += grid.put(
            typed,
            at: place,
            style: theme.id(.clock),
            maxWidth: max(0, area.endColumn - place.column)
        )
        grid.put(words, at: place, style: theme.id(.dim), maxWidth: max(0, area.endColumn - place.column))
        return cursor
    }

    // MARK: The last line

    /// Paints what stands on the screen's last line: earlier filters, else the keys that have no other place.
    func paintLastLine(in area: Rect, into grid: inout Grid, _ theme: Theme) {
        if let flash = state.flash {
            let place = Position(column: area.column + 1, row: area.row)
            grid.put(flash.text, at: place, style: theme.id(.warning), maxWidth: area.width - 2)
            return
        }
        var column = area.column + 1
        func put(_ text: String, _ role: Role) {
            let room = max(0, area.endColumn - 1 - column)
            column += grid.put(text, at: Position(column: column, row: area.row), style: theme.id(role), maxWidth: room)
        }
        func fits(_ text: String) -> Bool { column + grid.shownWidth(of: text) < area.endColumn }
        let texts = state.filterHistory.texts.reversed().filter { $0 != filter.text }
        if area.width < FilterEditorPlan.wideColumns || texts.isEmpty {
            let clauses = key(.toggleClause1) + (ascii ? ".." : "…") + "9"
            let hints = [
                (key(.historySearch), "history"), (key(.savePreset), "save preset"), (key(.fields), "fields"),
                (clauses, "clause off, on"), (key(.eraseAll), "clear"), (key(.older), "earlier"),
            ]
            for (keys, words) in hints where !keys.isEmpty && fits("\(keys) \(words)") {
                put(keys, .key)
                put(" \(words)  ", .hint)
            }
            return
        }
        put("history ", .hint)
        put("\(key(.older)) \(key(.newer))", .key)
        for (index, text) in texts.enumerated() {
            let words = "   \(index + 1) "
            guard fits(words + String(text.prefix(12))) else { break }
            put(words, .dim)
            put(text.utf8.count > 40 ? String(text.prefix(39)) + ellipsis : text, .hint)
        }
    }
}
