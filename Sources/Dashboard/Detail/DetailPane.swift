import EngineAPI
import MarketData
import TerminalGrid

/// How the ticker stands on the screen.
enum PageForm: Hashable, Sendable {
    /// Narrow and tall, at the table's side.
    case panel
    /// Wide and low, below the table.
    case strip
    /// Everything there is, in the whole body.
    case page

    /// Rows up to which the whole width is a strip.
    static let stripRowsMax = 16
    /// Columns from which on a side has room for a page.
    static let pageColumnsMin = 78

    /// The form that fits an area of a state's screen.
    init(_ area: Rect, _ state: DashboardState) {
        let isWhole = state.panes.isZoomed || state.size.columns < PanePlan.sideFromColumns
        if isWhole || state.page.symbol != nil {
            self = .page
        } else if area.width == state.size.columns {
            self = area.height <= Self.stripRowsMax ? .strip : .page
        } else {
            self = area.width < Self.pageColumnsMin ? .panel : .page
        }
    }
}

/// The selected ticker: a panel at the side, a strip at the bottom, or a whole page.
struct DetailPane {
    private let state: DashboardState

    /// The pane of a state.
    init(_ state: DashboardState) { self.state = state }

    /// Paints the pane with its border.
    func paint(in area: Rect, into grid: inout Grid, _ theme: Theme) {
        switch PageForm(area, state) {
        case .panel: DetailPanel(state).paint(in: area, into: &grid, theme)
        case .strip: PageStrip(state).paint(in: area, into: &grid, theme)
        case .page: PageView(state).paint(in: area, into: &grid, theme)
        }
    }

    /// What is shown is still of another ticker: which one is on its way; nil when it is the right one.
    static func loading(_ state: DashboardState) -> Symbol? {
        guard state.pause == nil, let wanted = state.lookedSymbol, let shown = state.page.about?.query.symbol else {
            return nil
        }
        return wanted == shown ? nil : wanted
    }

    /// Why there is nothing to show, in plain words.
    static func emptyWords(_ state: DashboardState) -> String {
        guard let wanted = state.lookedSymbol else {
            return state.status?.snapshotAppliedAt == nil ? "waiting for the first prices" : "no ticker is selected"
        }
        return "loading \(wanted.text)"
    }

    /// Says whose key the pane has in the corner of its border.
    static func paintKey(_ key: String, in area: Rect, into grid: inout Grid, _ theme: Theme) {
        guard area.width > 8, area.height >= 2 else { return }
        grid.put(key, at: Position(column: area.column + 3, row: area.row), style: theme.id(.paneKey))
    }
}
