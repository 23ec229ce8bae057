import EngineAPI
import MarketData
import TerminalGrid

/// The list of columns one can sort by.
struct SortMenuView {
    /// Lines for the meaning of the highlighted column.
    private static let meaningRows = 2

    private let state: DashboardState
    private let menu: SortMenu

    /// The menu of a state.
    init(_ state: DashboardState, _ menu: SortMenu) {
        self.state = state
        self.menu = menu
    }

    /// Paints the menu over the table.
    func paint(into grid: inout Grid, _ theme: Theme) {
        let screen = grid.bounds.inset(top: 1, bottom: 1)
        let entries = SortMenu.columns
        let width = min(screen.width - 2, 88)
        // Below the list the highlighted column's meaning stands in full, where the screen is high enough.
        let meaning = Array(TextWrap.lines(entries[menu.index].formula, width: width - 6).prefix(Self.meaningRows))
        let extra = screen.height >= entries.count + 3 + Self.meaningRows ? Self.meaningRows + 1 : 0
        let rows = min(screen.height, entries.count + 2 + extra)
        let area = screen.centered(Size(columns: width, rows: rows))
        grid.fill(area, style: theme.id(.text))
        let whole = grid.box(
            area,
            title: menu.typed.isEmpty ? "SORT BY" : "SORT BY: \(menu.typed)",
            note: "first letters or j k, Enter, Esc",
            style: theme.id(.border),
            titleStyle: theme.id(.clock),
            noteStyle: theme.id(.dim)
        )
        let inside = whole.inset(bottom: extra)
        if extra > 0 {
            let line = Position(column: whole.column, row: inside.endRow)
            grid.horizontalLine(at: line, length: whole.width, style: theme.id(.border))
            for (index, text) in meaning.enumerated() {
                let place = Position(column: whole.column + 2, row: inside.endRow + 1 + index)
                grid.put(text, at: place, style: theme.id(.text), maxWidth: whole.width - 3)
            }
        }
        // The menu is short, but the screen may be shorter: keep the chosen entry in sight.
        let first = max(0, min(menu.index - inside.height + 1, entries.count - inside.height))
        for (line, entry) in entries.dropFirst(first).prefix(inside.height).enumerated() {
            let row = inside.row + line
            let isChosen = first + line == menu.index
            let look: RowLook = isChosen ? .selected : .normal
            if isChosen {
                let whole = Rect(column: inside.column, row: row, width: inside.width, height: 1)
                grid.fill(whole, style: theme.id(.text, look))
                grid.put(">", at: Position(column: inside.column, row: row), style: theme.id(.marker, look))
            }
            let isCurrent = entry.id == state.sort.column
            let name = Position(column: inside.column + 2, row: row)
            grid.put(entry.title, at: name, style: theme.id(isCurrent ? .headingSorted : .symbol, look), maxWidth: 8)
            if isCurrent {
                let arrow = state.sort.descending ? grid.glyphs.down : grid.glyphs.up
                grid.put(arrow, at: Position(column: name.column + 8, row: row), style: theme.id(.headingSorted, look))
            }
            let text = Position(column: name.column + 10, row: row)
            let room = max(0, inside.endColumn - text.column)
            grid.put(entry.formula, at: text, style: theme.id(.hint, look), maxWidth: room)
        }
    }
}
