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
        let tabs = tabs
        let widths = tabs.map { grid.shownWidth(of: $0.text) + 2 }
        let active = tabs.firstIndex(where: \.isActive)
        var kept = Set(active.map { [$0] } ?? [])
        var used = active.map { widths[$0] } ?? 0
        for index in tabs.indices where !kept.contains(index) {
            guard used + widths[index] <= area.width - 2 else { break }
            used += widths[index]
            kept.insert(index)
        }
        var column = area.column + 1
        for index in tabs.indices where kept.contains(index) {
            let tab = tabs[index]
            let place = Position(column: column, row: area.row)
            let text = (tab.isActive ? ">" : " ") + tab.text
            grid.put(text, at: place, style: theme.id(tab.isActive ? .tabActive : .tabIdle))
            let keyPlace = Position(column: column + 1, row: area.row)
            grid.put(tab.key, at: keyPlace, style: theme.id(tab.isActive ? .tabActive : .paneKey))
            column += widths[index]
        }
        if kept.count < tabs.count, column < area.endColumn {
            let more = (grid.glyphs.isASCII ? ">" : "»") + "\(tabs.count - kept.count) L"
            let place = Position(column: column, row: area.row)
            grid.put(more, at: place, style: theme.id(.dim), maxWidth: area.endColumn - column)
        }
    }

    private struct Tab {
        var key: String
        var text: String
        var isActive: Bool
    }

    private var tabs: [Tab] {
        let market = Tab(
            key: "0",
            text: "0 " + (state.isGated ? "in play" : "market"),
            isActive: state.view.list == nil
        )
        let lists = state.names.book.lists.enumerated().compactMap { index, list -> Tab? in
            let isActive = state.view.list == list.name
            guard index < Action.numberedLists.count || isActive else { return nil }
            let key = index < Action.numberedLists.count ? String(index + 1) : ""
            let listed = state.status?.lists.first { $0.name == list.name && $0.isActive }
            let count = listed.map { " " + TimeText.count($0.matchCount) } ?? ""
            return Tab(key: key, text: "\(key) \(list.title)\(count)", isActive: isActive)
        }
        return [market] + lists
    }
}
