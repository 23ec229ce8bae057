import TerminalGrid

/// The selected ticker: a panel at the side, a strip at the bottom, or a whole page.
struct DetailPane {
    private let state: DashboardState

    /// The pane of a state.
    init(_ state: DashboardState) { self.state = state }

    /// Paints the pane with its border.
    func paint(in area: Rect, into grid: inout Grid, _ theme: Theme) {
        DetailPanel(state).paint(in: area, into: &grid, theme)
    }
}
