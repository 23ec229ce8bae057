import EngineAPI
import TerminalGrid

/// Why tickers came and went, newest first, beside the table.
struct WhyPane {
    private let state: DashboardState

    /// The log of a state.
    init(_ state: DashboardState) { self.state = state }

    /// Paints the pane with its border.
    func paint(in area: Rect, into grid: inout Grid, _ theme: Theme) {
        let hasFocus = state.keyContext == .why
        let inside = grid.box(
            area,
            title: "E WHY",
            note: state.view.list ?? "all lists",
            style: theme.id(hasFocus ? .borderFocus : .border),
            titleStyle: theme.id(.title),
            noteStyle: theme.id(.dim)
        )
        let body = inside.inset(left: 1, right: 1)
        let query = state.whyQuery ?? WhyQuery(list: state.view.list)
        let lines = WhyText.lines(state.why, query, width: body.width, ascii: grid.glyphs.isASCII)
        for (index, line) in lines.prefix(body.height).enumerated() {
            line.paint(in: body.line(index), into: &grid, theme)
        }
    }
}
