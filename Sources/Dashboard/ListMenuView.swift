import EngineAPI
import TerminalGrid

/// The lists to choose from, with how many are on each.
struct ListMenuView {
    private let state: DashboardState
    private let index: Int

    /// The menu of a state; 0 is the whole market.
    init(_ state: DashboardState, index: Int) {
        self.state = state
        self.index = index
    }

    /// Paints the menu over the table.
    func paint(into grid: inout Grid, _ theme: Theme) {
        let screen = grid.bounds.inset(top: 1, bottom: 1)
        let lists = state.names.book.lists
        let width = min(screen.width - 2, 100)
        let area = screen.centered(Size(columns: width, rows: min(screen.height, lists.count + 3)))
        grid.fill(area, style: theme.id(.text))
        let inside = grid.box(
            area,
            title: "LISTS",
            note: KeyNote.text(
                [([.down, .up], "choose"), ([.choose], "shows"), ([.close], "closes")],
                state.keymap,
                .menu,
                ascii: grid.glyphs.isASCII
            ),
            style: theme.id(.border),
            titleStyle: theme.id(.clock),
            noteStyle: theme.id(.dim)
        )
        let count = lists.count + 1
        let first = max(0, min(index - inside.height + 1, count - inside.height))
        for line in 0..<min(inside.height, count - first) {
            paint(first + line, in: inside.line(line), into: &grid, theme)
        }
    }

    private func paint(_ entry: Int, in line: Rect, into grid: inout Grid, _ theme: Theme) {
        let look: RowLook = entry == index ? .selected : .normal
        if entry == index {
            grid.fill(line, style: theme.id(.text, look))
            grid.put(">", at: line.origin, style: theme.id(.marker, look))
        }
        let (key, name, count, words, role) = parts(entry)
        let row = line.row
        grid.put(key, at: Position(column: line.column + 2, row: row), style: theme.id(.key, look))
        grid.put(name, at: Position(column: line.column + 4, row: row), style: theme.id(.symbol, look), maxWidth: 19)
        let field = Rect(column: line.column + 23, row: row, width: 12, height: 1)
        grid.put(count, in: field, alignment: .trailing, style: theme.id(.text, look))
        let place = Position(column: line.column + 37, row: row)
        grid.put(words, at: place, style: theme.id(role, look), maxWidth: max(0, line.endColumn - place.column))
    }

    private func parts(_ entry: Int) -> (key: String, name: String, count: String, words: String, role: Role) {
        guard entry > 0 else {
            let count = state.status.map { TimeText.count($0.universeCount) } ?? ""
            return ("0", "whole market", count, "in play only, or all: \(state.keyWords(.gate))", .hint)
        }
        let list = state.names.book.lists[entry - 1]
        let key = entry <= 9 ? "\(entry)" : ""
        let standing = state.status?.lists.first { $0.name == list.name }
        if let problem = standing?.problem { return (key, list.name, "", problem, .bad) }
        guard let standing else { return (key, list.name, "", list.summary, .hint) }
        let new = standing.newCount > 0 ? "+\(standing.newCount) " : ""
        let count = standing.isActive ? new + TimeText.count(standing.matchCount) : "at rest"
        return (key, list.name, count, list.summary, .hint)
    }
}
