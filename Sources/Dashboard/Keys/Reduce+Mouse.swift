import EngineAPI
import MarketData
import MarketTime
import TerminalGrid

/// The last press on a row: a second one soon after it opens the ticker's page.
struct MousePress: Hashable, Sendable {
    /// The row's rank.
    var rank: Int
    /// Until when a second one belongs to it.
    var ends: Instant
}

extension DashboardState {
    /// Rows that a step of the wheel moves.
    static let wheelRows = 3

    /// Takes what the mouse did.
    mutating func pressMouse(_ event: MouseEvent) -> [DashboardCommand] {
        let layout = ScreenLayout(self)
        guard !layout.isTiny else { return [] }
        switch event.kind {
        case .wheelUp: return turn(.up, at: event.position, layout)
        case .wheelDown: return turn(.down, at: event.position, layout)
        case .press: return click(event.position, layout)
        }
    }

    /// Scrolls what is under the pointer; the keys stay where they are.
    private mutating func turn(_ action: Action, at position: Position, _ layout: ScreenLayout) -> [DashboardCommand] {
        guard layer == .table else { return repeated(action) }
        guard let pane = layout.pane(at: position) else { return [] }
        let focus = panes.focus
        panes.focus = pane
        let commands = repeated(action)
        if panes.isOpen(focus) { panes.focus = focus }
        return commands
    }

    private mutating func repeated(_ action: Action) -> [DashboardCommand] {
        guard action.contexts.contains(keyContext) else { return [] }
        var commands: [DashboardCommand] = []
        for _ in 0..<Self.wheelRows { commands += perform(action) }
        return commands
    }

    private mutating func click(_ position: Position, _ layout: ScreenLayout) -> [DashboardCommand] {
        if layout.hints.contains(position) {
            guard let action = HintsView(self).action(at: position, in: layout.hints) else { return [] }
            return perform(action)
        }
        // A box over the screen is closed by a click beside it; its own entries have keys.
        guard layer == .table else { return [] }
        if layout.tabs.contains(position) { return clickTab(position, layout) }
        guard let pane = layout.pane(at: position) else { return [] }
        let hadKeys = panes.focus == pane
        if !hadKeys {
            panes.focus = pane
            scrollIntoView()
        }
        guard pane == .table else { return [] }
        return clickTable(position, layout)
    }

    private mutating func clickTab(_ position: Position, _ layout: ScreenLayout) -> [DashboardCommand] {
        guard let action = TabsView(self).action(at: position, in: layout.tabs) else { return [] }
        return perform(action)
    }

    private mutating func clickTable(_ position: Position, _ layout: ScreenLayout) -> [DashboardCommand] {
        let line = position.row - layout.table.row
        if line == 1 {
            let column = layout.columns.first { ($0.column..<($0.column + $0.width)).contains(position.column) }
            guard let descriptor = column?.descriptor, descriptor.isSortable else { return [] }
            if let reason = Action.sortMenu.disabledReason(in: self) {
                say(reason)
                return [.bell]
            }
            let isCurrent = descriptor.id == sort.column
            order(by: SortKey(descriptor.id, descending: isCurrent ? !sort.descending : descriptor.sortsDescending))
            return []
        }
        guard (2..<(layout.table.height - 1)).contains(line) else { return [] }
        let rank = top + line - 2
        guard rank < matchCount, let rows, rows.rows.contains(rank) else { return [] }
        let isSecond = lastPress.map { $0.rank == rank && now <= $0.ends } ?? false
        lastPress = isSecond ? nil : MousePress(rank: rank, ends: now.adding(milliseconds: 500, pace: settings.pace))
        guard !isSecond else { return perform(.open) }
        move(to: rank)
        return []
    }
}
