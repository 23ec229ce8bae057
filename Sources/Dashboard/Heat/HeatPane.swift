import TerminalGrid

/// Relative volume of slots by ticker, as a map of heat.
struct HeatPane {
    private let state: DashboardState

    /// The heatmap of a state.
    init(_ state: DashboardState) { self.state = state }

    /// Paints the pane with its border.
    func paint(in area: Rect, into grid: inout Grid, _ theme: Theme) {
        grid.box(area, title: "m HEATMAP", style: theme.id(.border), titleStyle: theme.id(.title))
    }
}
