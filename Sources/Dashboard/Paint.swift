import EngineAPI
import MarketData
import MarketTime
package import TerminalGrid

/// Paints a state: every cell, every time; what changed is the diff's to find out.
///
/// Pure: the same state, theme and grid size give the same cells. Cost: see `ScreenBench`; a few strings per
/// row, nothing per cell. The grid is brought to the state's size.
///
/// - Returns: Where the terminal's cursor belongs; nil hides it.
@discardableResult
package func paint(_ state: DashboardState, _ theme: Theme, into grid: inout Grid) -> Position? {
    grid.resize(to: state.size)
    grid.clear()
    let layout = ScreenLayout(state)
    guard !layout.isTiny else {
        TinyView(state).paint(into: &grid, theme)
        return nil
    }
    HeaderView(state).paint(in: layout.header, into: &grid, theme)
    TabsView(state).paint(in: layout.tabs, into: &grid, theme)
    paintPanes(state, layout, theme, into: &grid)
    MessageBlock(state).paint(in: layout.message, into: &grid, theme)
    TourView(state).paint(above: layout.message.isEmpty ? layout.hints : layout.message, into: &grid, theme)
    let typing = HintsView(state).paint(in: layout.hints, into: &grid, theme)
    switch state.layer {
    case .table, .find: break
    case .command(let line): CommandLineView(state, line).paintOffers(above: layout.hints, into: &grid, theme)
    case .filter(let filter):
        return FilterLineView(state, filter, ascii: grid.glyphs.isASCII).paint(in: layout.editor, into: &grid, theme)
    case .lists(let index): ListMenuView(state, index: index).paint(into: &grid, theme)
    case .recall: OverlayLayout(state, ascii: grid.glyphs.isASCII).paint(top: 0, into: &grid, theme)
    case .help(let help): HelpView(state, help).paint(into: &grid, theme)
    case .messages(let top), .stats(let top), .why(let top, _):
        OverlayLayout(state, ascii: grid.glyphs.isASCII).paint(top: top, into: &grid, theme)
    case .sortMenu(let menu): SortMenuView(state, menu).paint(into: &grid, theme)
    case .palette(let palette): return PaletteView(state, palette).paint(into: &grid, theme)
    case .columns(let chooser): ColumnChooserView(state, chooser).paint(into: &grid, theme)
    case .explain(let explained): ExplainView(state, explained).paint(into: &grid, theme)
    }
    WhichKeyView(state).paint(above: layout.hints, into: &grid, theme)
    if let typing { return typing }
    guard state.settings.cursorFollowsSelection, state.layer == .table, state.selectedIndex != nil,
        !layout.table.isEmpty
    else { return nil }
    let row = layout.table.row + 2 + state.selection.rank - state.top
    return row < layout.table.endRow - 1 ? Position(column: layout.table.column + 1, row: row) : nil
}

/// Paints the panes that have a place.
private func paintPanes(_ state: DashboardState, _ layout: ScreenLayout, _ theme: Theme, into grid: inout Grid) {
    for pane in Pane.allCases {
        guard let area = layout.panes[pane], !area.isEmpty else { continue }
        switch pane {
        case .table: TableView(state, layout).paint(into: &grid, theme)
        case .heat: HeatPane(state).paint(in: area, into: &grid, theme)
        case .detail: DetailPane(state).paint(in: area, into: &grid, theme)
        case .tape, .tape2: TapePanel(state, pane).paint(in: area, into: &grid, theme)
        case .why: WhyPane(state).paint(in: area, into: &grid, theme)
        }
    }
}

/// The screen below the smallest size: what is needed, and the leader all the same.
struct TinyView {
    private let state: DashboardState

    /// The small screen of a state.
    init(_ state: DashboardState) { self.state = state }

    /// Paints as many lines as there are rows, the important ones first.
    func paint(into grid: inout Grid, _ theme: Theme) {
        let (wanted, have) = (ScreenLayout.sizeMin, state.size)
        let need = "need \(wanted.columns)x\(wanted.rows)"
        let full = need + ", have \(have.columns)x\(have.rows)"
        var lines: [(String, Role)] = [(full.utf8.count <= have.columns ? full : need, .warning)]
        if let badge = state.settings.source.badge { lines.append((badge, .badge)) }
        lines.append((TimeText.clock(NewYork.wall(at: state.now).secondOfDay) + " ET", .clock))
        if let leader { lines.append(leader) }
        if let problem = state.openProblems.first { lines.append((problem.text, .bad)) }
        if let key = state.keymap.name(of: .quit, in: state.keyContext) { lines.append((key + " quit", .hint)) }
        for (index, line) in lines.prefix(have.rows).enumerated() {
            grid.put(line.0, at: Position(column: 0, row: index), style: theme.id(line.1), maxWidth: have.columns)
        }
    }

    private var leader: (String, Role)? {
        guard let rows = state.rows, let name = rows.symbols.first, rows.rows.lowerBound == 0 else { return nil }
        func value(_ id: ColumnID) -> Double { rows.columns.firstIndex(of: id).map { rows.values[$0][0] } ?? .nan }
        let change = NumberFormat(.fixed(1), sign: .plusMinus, suffix: "%").string(value(.changePercent))
        let price = NumberFormat.fixed(2).string(value(.last))
        let rvol = value(.rvol)
        let times = rvol > 999 ? ">999" : NumberFormat.fixed(1).string(rvol)
        // What fits decides what is said: a number cut in two is worse than none.
        let forms = ["\(name.text) \(price) \(change) RVOL \(times)", "\(name.text) \(change) \(times)x", name.text]
        return (forms.first { $0.utf8.count <= state.size.columns } ?? name.text, .symbol)
    }
}
