import EngineAPI
import MarketData
import MarketTime
import TerminalGrid

/// Relative volume of slots by ticker, as a map of heat.
struct HeatPane {
    private let state: DashboardState

    /// The heatmap of a state.
    init(_ state: DashboardState) { self.state = state }

    private var hasFocus: Bool { state.keyContext == .heat }

    /// Paints the pane with its border.
    func paint(in area: Rect, into grid: inout Grid, _ theme: Theme) {
        guard area.width >= 3, area.height >= 2 else { return }
        let frame = HeatFrame(state, in: area)
        let ink = HeatInk(theme, grid.glyphs)
        paintBorder(area, frame, ink, into: &grid, theme)
        guard !frame.body.isEmpty else { return }
        if let words = HeatText.empty(state) {
            let lines = TextWrap.lines(words.text, width: max(1, frame.inside.width - 2))
            for (index, line) in lines.prefix(frame.inside.height).enumerated() {
                let place = Position(column: frame.inside.column + 1, row: frame.inside.row + index)
                grid.put(line, at: place, style: theme.id(words.role), maxWidth: frame.inside.width - 2)
            }
            return
        }
        let lines = state.heatLines(frame.rowCount)
        HeatAxis(state, frame, hasFocus: hasFocus).paint(into: &grid, theme)
        HeatBody(state, frame, lines, ink).paint(hasFocus: hasFocus, into: &grid, theme)
        HeatNumbers(state, frame, lines.first(where: \.isSelected)).paint(into: &grid, theme)
    }

    // MARK: Border

    private func paintBorder(
        _ area: Rect,
        _ frame: HeatFrame,
        _ ink: HeatInk,
        into grid: inout Grid,
        _ theme: Theme
    ) {
        var parts = HeatText.title(state, frame.layout)
        let key = state.keymap.name(of: .heat, in: state.keyContext, ascii: grid.glyphs.isASCII)
        let name = (key.map { $0 + " " } ?? "") + "RVOL HEAT"
        let note = state.pause == nil ? frame.layout.resolution : "frozen, p resumes"
        func width(_ parts: [String]) -> Int { parts.reduce(name.utf8.count) { $0 + $1.utf8.count + 2 } }
        while !parts.isEmpty, width(parts) > area.width - 6 { parts.removeLast() }
        let title = ([name] + parts).joined(separator: "  ")
        grid.box(
            area,
            title: title,
            note: note,
            style: theme.id(hasFocus ? .borderFocus : .border),
            titleStyle: theme.id(.title),
            noteStyle: theme.id(state.pause == nil ? .dim : .warning)
        )
        if let key, area.width >= name.utf8.count + 6 {
            grid.put(key, at: Position(column: area.column + 3, row: area.row), style: theme.id(.paneKey))
        }
        paintFooter(area, ink, into: &grid, theme)
    }

    private func paintFooter(_ area: Rect, _ ink: HeatInk, into grid: inout Grid, _ theme: Theme) {
        let legend = HeatKey(theme.heatThresholds)
        let room = area.width - 6
        var used = 0
        if legend.width <= room {
            used = legend.paint(
                at: Position(column: area.column + 2, row: area.endRow - 1),
                room,
                ink,
                into: &grid,
                theme
            )
        }
        let keys = HeatText.keys(state.keymap, ascii: grid.glyphs.isASCII).first {
            $0.utf8.count + (used == 0 ? 0 : 3) <= room - used
        }
        guard let keys, !keys.isEmpty else { return }
        let place = Position(column: area.endColumn - 4 - keys.unicodeScalars.count, row: area.endRow - 1)
        grid.put(" \(keys) ", at: place, style: theme.id(.hint))
    }
}

/// What the steps of heat mean, for the lower border.
private struct HeatKey {
    private let labels: [String]

    init(_ thresholds: [Double]) { labels = thresholds.map { TimeText.setting($0) } }

    /// Columns without the signs of cells that say nothing.
    var width: Int { labels.reduce(1 + 6 * 3) { $0 + $1.utf8.count + 1 } }

    /// Paints cells of rising heat with the bounds between them; returns the columns taken.
    func paint(
        at start: Position,
        _ room: Int,
        _ ink: HeatInk,
        into grid: inout Grid,
        _ theme: Theme
    ) -> Int {
        let dim = theme.id(.dim)
        var place = start
        place.column += grid.put(" ", at: place, style: dim)
        for level in 0...5 {
            let cell = ink.cell(level)
            for _ in 0..<2 { place.column += grid.put(cell.glyph, at: place, style: cell.style) }
            place.column += grid.put(" ", at: place, style: dim)
            guard level < labels.count else { break }
            place.column += grid.put(labels[level], at: place, style: dim)
            place.column += grid.put(" ", at: place, style: dim)
        }
        let signs = " no data  ? no average "
        if place.column - start.column + signs.utf8.count + 1 <= room / 2 {
            let missing = ink.cell(nil)
            place.column += grid.put(missing.glyph, at: place, style: missing.style)
            place.column += grid.put(signs, at: place, style: dim)
        }
        return place.column - start.column
    }
}
