import EngineAPI
import MarketData
import TerminalGrid

/// The lists that have keys, with how many stand on each: `0 in play  1 GAP UP 12  2 …`.
struct TabsView {
    private let state: DashboardState

    /// The row of a state.
    init(_ state: DashboardState) { self.state = state }

    /// Paints the row; lists that have no room are left out whole, the one shown never.
    func paint(in area: Rect, into grid: inout Grid, _ theme: Theme) {
        guard !area.isEmpty else { return }
        let (placed, leftOut) = places(in: area, ascii: grid.glyphs.isASCII)
        for (tab, place) in placed {
            let text = (tab.isActive ? ">" : " ") + tab.text
            grid.put(text, at: place.origin, style: theme.id(tab.isActive ? .tabActive : .tabIdle))
            let keyPlace = Position(column: place.column + 1, row: place.row)
            grid.put(tab.key, at: keyPlace, style: theme.id(tab.isActive ? .tabActive : .paneKey))
        }
        let column = placed.last?.place.endColumn ?? area.column + 1
        if leftOut > 0, column < area.endColumn {
            let key = state.keymap.name(of: .lists, in: state.keyContext, ascii: grid.glyphs.isASCII)
            let more = (grid.glyphs.isASCII ? ">" : "»") + "\(leftOut) " + (key ?? "")
            let place = Position(column: column, row: area.row)
            grid.put(more, at: place, style: theme.id(.dim), maxWidth: area.endColumn - column)
        }
    }

    /// What a click on the row does.
    func action(at position: Position, in area: Rect) -> Action? {
        places(in: area, ascii: false).placed.first { $0.place.contains(position) }?.tab.action
    }

    /// The tabs that have room, from left to right, and how many have none.
    private func places(in area: Rect, ascii: Bool) -> (placed: [(tab: Tab, place: Rect)], leftOut: Int) {
        let tabs = tabs(ascii: ascii)
        let widths = tabs.map { DisplayScalar.width(of: $0.text) + 2 }
        let active = tabs.firstIndex(where: \.isActive)
        var kept = Set(active.map { [$0] } ?? [])
        var used = active.map { widths[$0] } ?? 0
        for index in tabs.indices where !kept.contains(index) {
            guard used + widths[index] <= area.width - 2 else { break }
            used += widths[index]
            kept.insert(index)
        }
        var column = area.column + 1
        var placed: [(tab: Tab, place: Rect)] = []
        for index in tabs.indices where kept.contains(index) {
            placed.append((tabs[index], Rect(column: column, row: area.row, width: widths[index], height: 1)))
            column += widths[index]
        }
        return (placed, tabs.count - kept.count)
    }

    private struct Tab {
        var action: Action?
        var key: String
        var text: String
        var isActive: Bool
    }

    private func tabs(ascii: Bool) -> [Tab] {
        func tab(_ action: Action, _ words: String, isActive: Bool) -> Tab {
            let key = state.keymap.name(of: action, in: state.panes.focus.context, ascii: ascii) ?? ""
            return Tab(action: action, key: key, text: key.isEmpty ? words : key + " " + words, isActive: isActive)
        }
        let market = tab(.market, state.isGated ? "in play" : "market", isActive: state.view.list == nil)
        let lists = state.names.book.lists.enumerated().compactMap { index, list -> Tab? in
            let isActive = state.view.list == list.name
            guard index < Action.numberedLists.count || isActive else { return nil }
            let listed = state.status?.lists.first { $0.name == list.name && $0.isActive }
            let count = listed.map { " " + TimeText.count($0.matchCount) } ?? ""
            guard index < Action.numberedLists.count else {
                return Tab(action: nil, key: "", text: list.title + count, isActive: isActive)
            }
            return tab(Action.numberedLists[index], list.title + count, isActive: isActive)
        }
        return [market] + lists
    }
}
