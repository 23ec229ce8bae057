import TerminalGrid

/// The list of keys, commands, columns and marks, over the screen.
struct HelpView {
    private let state: DashboardState
    private let help: HelpState

    /// The list of a state.
    init(_ state: DashboardState, _ help: HelpState) {
        self.state = state
        self.help = help
    }

    /// Columns of the box on a state's screen.
    static func width(_ state: DashboardState) -> Int { min(state.size.columns, 96) }

    /// Where the box stands for so many lines.
    static func area(_ state: DashboardState, lineCount: Int) -> Rect {
        let screen = Rect(state.size)
        let body = screen.inset(top: screen.height > 20 ? 2 : 0, bottom: 1)
        return body.centered(Size(columns: width(state), rows: min(body.height, lineCount + 2)))
    }

    /// Paints it.
    func paint(into grid: inout Grid, _ theme: Theme) {
        let list = HelpList(state, help, ascii: grid.glyphs.isASCII)
        let area = Self.area(state, lineCount: list.lines.count)
        grid.fill(area, style: theme.id(.text))
        let inside = grid.box(
            area,
            title: title,
            note: note(ascii: grid.glyphs.isASCII),
            style: theme.id(.border),
            titleStyle: theme.id(.clock),
            noteStyle: theme.id(.dim)
        )
        let first = max(0, min(help.top, list.lines.count - inside.height))
        for (index, line) in list.lines.dropFirst(first).prefix(inside.height).enumerated() {
            paint(line, in: inside.line(index), into: &grid, theme)
        }
        let last = min(list.lines.count, first + inside.height)
        let more = list.lines.count - last
        let place = more > 0 ? "\(last)/\(list.lines.count), \(more) more below" : "\(last)/\(list.lines.count)"
        grid.boxFooter(area, trailing: place, style: theme.id(.dim))
    }

    private func paint(_ line: HelpList.Line, in row: Rect, into grid: inout Grid, _ theme: Theme) {
        let isChosen = line.entry != nil && line.entry == help.index
        let look: RowLook = isChosen ? .selected : .normal
        if isChosen {
            grid.fill(row, style: theme.id(.text, look))
            if !line.head.isEmpty { grid.put(">", at: row.origin, style: theme.id(.marker, look)) }
        }
        let room = row.width - 2
        let column = row.column + 1
        guard !line.isHeading else {
            let place = Position(column: column, row: row.row)
            grid.put(line.text, at: place, style: theme.id(.headingSorted), maxWidth: room)
            return
        }
        let head = Position(column: column + 2, row: row.row)
        grid.put(line.head, at: head, style: theme.id(.key, look), maxWidth: room - 2)
        let text = Position(column: column + HelpList.headWidth, row: row.row)
        grid.put(line.text, at: text, style: theme.id(.text, look), maxWidth: max(0, room - HelpList.headWidth))
    }

    private var title: String {
        switch help.kind {
        case .help where help.isSearching: "HELP: \(help.typed)_"
        case .keys where help.isSearching: "KEYMAP \(state.keymap.name.uppercased()): \(help.typed)_"
        case .help: "HELP: KEYS, COMMANDS, COLUMNS, MARKS"
        case .keys: "KEYMAP \(state.keymap.name.uppercased())"
        case .setting: "SETTING"
        }
    }

    private func note(ascii: Bool) -> String {
        if case .setting = help.kind {
            return KeyNote.text([([.close], "closes")], state.keymap, help.context, ascii: ascii)
        }
        let parts: [(actions: [Action], words: String)] =
            help.isSearching
            ? [([.runEntry], "does it"), ([.close], "ends the search")]
            : [([.find], "or letters search"), ([.runEntry], "does it"), ([.close], "closes")]
        return KeyNote.text(parts, state.keymap, help.context, ascii: ascii)
    }
}
