import EngineAPI
import TerminalGrid

/// The palette, over the screen.
struct PaletteView {
    private let state: DashboardState
    private let palette: PaletteState

    /// Most entries seen at once.
    private static let rowsMax = 16
    /// Rows of the box besides the entries: frame, what is typed, a line, two of meaning.
    private static let otherRows = 7

    /// The palette of a state.
    init(_ state: DashboardState, _ palette: PaletteState) {
        self.state = state
        self.palette = palette
    }

    /// Entries seen at once on a state's screen.
    static func rowsShown(_ state: DashboardState) -> Int {
        max(1, min(rowsMax, state.size.rows - 3 - otherRows))
    }

    /// Paints it and returns where typed text goes on.
    func paint(into grid: inout Grid, _ theme: Theme) -> Position? {
        let rows = Self.rowsShown(state)
        let isNarrow = state.size.columns < 100
        let width = isNarrow ? state.size.columns : min(state.size.columns - 4, 104)
        let height = rows + Self.otherRows
        let free = max(0, state.size.rows - 1 - height)
        let area = Rect(
            column: (state.size.columns - width) / 2,
            row: max(free / 3, min(2, free)),
            width: width,
            height: height
        )
        grid.fill(area, style: theme.id(.text))
        let inside = grid.box(
            area,
            title: "PALETTE",
            note: note(ascii: grid.glyphs.isASCII),
            style: theme.id(.borderFocus),
            titleStyle: theme.id(.clock),
            noteStyle: theme.id(.dim)
        )
        let prompt = Position(column: inside.column + 1, row: inside.row)
        grid.put("> ", at: prompt, style: theme.id(.key))
        let room = inside.width - 5
        let typed = String(String.UnicodeScalarView(palette.typed.unicodeScalars.suffix(room)))
        let used = grid.put(typed, at: Position(column: prompt.column + 2, row: prompt.row), style: theme.id(.clock))
        paintEntries(in: inside.inset(top: 2, bottom: Self.otherRows - 4), rows, into: &grid, theme)
        paintMeaning(in: inside, into: &grid, theme)
        let count = palette.matches.count
        grid.boxFooter(area, trailing: "\(count) of \(palette.entries.count)", style: theme.id(.dim))
        return Position(column: min(prompt.column + 2 + used, inside.endColumn - 1), row: prompt.row)
    }

    private func note(ascii: Bool) -> String {
        KeyNote.text(
            [([.runEntry], "does it"), ([.complete], "into the : line"), ([.close], "closes")],
            state.keymap,
            .palette,
            ascii: ascii
        )
    }

    private func paintEntries(in area: Rect, _ rows: Int, into grid: inout Grid, _ theme: Theme) {
        guard !palette.matches.isEmpty else {
            let place = Position(column: area.column + 3, row: area.row)
            grid.put("nothing is called so", at: place, style: theme.id(.dim), maxWidth: area.width - 4)
            return
        }
        let words = FuzzyMatch.words(palette.typed)
        var probe = state
        probe.layer = .table
        let first = max(0, min(palette.index - rows / 2, palette.matches.count - rows))
        for line in 0..<min(rows, palette.matches.count - first) {
            let entry = palette.entries[palette.matches[first + line]]
            let isChosen = first + line == palette.index
            paint(entry, words, isChosen: isChosen, probe, in: area.line(line), into: &grid, theme)
        }
    }

    private func paint(
        _ entry: PaletteEntry,
        _ words: [[UInt8]],
        isChosen: Bool,
        _ probe: DashboardState,
        in row: Rect,
        into grid: inout Grid,
        _ theme: Theme
    ) {
        let look: RowLook = isChosen ? .selected : .normal
        if isChosen {
            grid.fill(row, style: theme.id(.text, look))
            grid.put(">", at: Position(column: row.column + 1, row: row.row), style: theme.id(.marker, look))
        }
        let key = keyName(entry, ascii: grid.glyphs.isASCII)
        let keyWidth = 9
        let formWidth = min(30, row.width * 3 / 10)
        let title = Position(column: row.column + 3, row: row.row)
        let room = row.width - 5 - keyWidth - formWidth
        let isDisabled = disabledReason(entry, probe) != nil
        grid.put(entry.title, at: title, style: theme.id(isDisabled ? .disabled : .text, look), maxWidth: room)
        let places = FuzzyMatch.places(words, entry.folded, titleCount: entry.titleCount)
        // A title cut short ends in a character of its own.
        let seen = entry.titleCount > room ? room - 1 : room
        for (index, scalar) in entry.title.unicodeScalars.enumerated() where index < seen && places.contains(index) {
            let place = Position(column: title.column + index, row: row.row)
            grid.put(scalar, at: place, style: theme.id(.matched, look))
        }
        let form = Position(column: title.column + room + 1, row: row.row)
        grid.put(entry.form, at: form, style: theme.id(.dim, look), maxWidth: formWidth - 1)
        let field = Rect(column: row.endColumn - 1 - keyWidth, row: row.row, width: keyWidth, height: 1)
        grid.put(key, in: field, alignment: .trailing, style: theme.id(.key, look))
    }

    private func keyName(_ entry: PaletteEntry, ascii: Bool) -> String {
        if case .action(let action) = entry.target {
            let own = state.panes.focus.context
            if let name = state.keymap.name(of: action, in: own, ascii: ascii) { return name }
            let others = KeyContext.allCases.lazy.filter(action.contexts.contains)
            return others.compactMap { state.keymap.name(of: action, in: $0, ascii: ascii) }.first ?? ""
        }
        // A list that has a key of its own teaches it.
        guard case .line(let line) = entry.target, line.hasPrefix("list "),
            let index = state.names.book.lists.firstIndex(where: { "list " + $0.name == line }),
            index < Action.numberedLists.count
        else { return "" }
        return state.keymap.name(of: Action.numberedLists[index], in: state.panes.focus.context, ascii: ascii) ?? ""
    }

    private func disabledReason(_ entry: PaletteEntry, _ probe: DashboardState) -> String? {
        guard case .action(let action) = entry.target else { return nil }
        return action.reason(byName: probe)
    }

    private func paintMeaning(in inside: Rect, into grid: inout Grid, _ theme: Theme) {
        let row = inside.endRow - 3
        grid.horizontalLine(
            at: Position(column: inside.column, row: row),
            length: inside.width,
            style: theme.id(.border)
        )
        guard let entry = palette.chosen else { return }
        var probe = state
        probe.layer = .table
        let reason = disabledReason(entry, probe)
        let text = reason.map { "not now: " + $0 } ?? entry.meaning
        for (index, line) in TextWrap.lines(text, width: inside.width - 4).prefix(2).enumerated() {
            let place = Position(column: inside.column + 2, row: row + 1 + index)
            grid.put(line, at: place, style: theme.id(reason == nil ? .text : .warning), maxWidth: inside.width - 3)
        }
    }
}
