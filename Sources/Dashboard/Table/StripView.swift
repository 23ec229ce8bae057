import EngineAPI
import MarketData
import MarketTime
import TerminalGrid

/// The last slots' relative volume as heat cells, newest at the right, with the hours above them.
enum StripView {
    /// From this width on the heading shows hours instead of a name.
    static let axisFromWidth = 20

    /// Paints one strip per row.
    ///
    /// A slot nobody knows is a point, never a blank: blank means cold.
    static func paint(
        _ rows: ScanResult,
        _ body: RowWindow,
        _ placed: PlacedColumn,
        at firstRow: Int,
        into grid: inout Grid,
        _ theme: Theme
    ) {
        let slots = rows.stripSlots
        let shown = min(slots, placed.width)
        guard shown > 0 else { return }
        let plain = HeatCells(theme, grid.glyphs)
        let selected = HeatCells(theme, grid.glyphs, .selected)
        let halted = HeatCells(theme, grid.glyphs, .halted)
        for (line, look) in body.looks.enumerated() {
            let start = (body.first + line) * slots + slots - shown
            var place = Position(column: placed.column + placed.width - shown, row: firstRow + line)
            let cells = look == .selected || look == .selectedDim ? selected : look == .halted ? halted : plain
            let missing = theme.id(.stripMissing, look)
            for index in start..<(start + shown) {
                if let level = theme.heatLevel(Double(rows.strips[index])) {
                    grid.put(cells.glyphs[level], at: place, style: cells.styles[level])
                } else {
                    grid.put(cells.missing, at: place, style: missing)
                }
                place.column += 1
            }
        }
    }

    /// Paints the hours that start within the strip, or its name where it is short.
    static func paintHeading(
        _ placed: PlacedColumn,
        row: Int,
        state: DashboardState,
        into grid: inout Grid,
        _ theme: Theme
    ) {
        let style = theme.id(.heading)
        let field = Rect(column: placed.column, row: row, width: placed.width, height: 1)
        guard placed.width >= axisFromWidth, let status = state.status else {
            let title = placed.width < placed.descriptor.title.utf8.count ? "SLOTS" : placed.descriptor.title
            grid.put(title, in: field, alignment: .trailing, style: style)
            return
        }
        let newest = min(status.progress.completedSlots, Slot.count - 1)
        let shown = min(state.rows?.stripSlots ?? 0, placed.width)
        grid.fill(field, style: style)
        for number in max(0, newest + 1 - shown)..<(newest + 1) {
            guard let slot = Slot(rawValue: number), slot.startSecond % 3600 == 0 else { continue }
            let place = Position(column: field.endColumn - 1 - (newest - number), row: row)
            // The label needs its own three cells: a bar at the slot itself and the hour behind it.
            guard place.column + 3 <= field.endColumn else { continue }
            grid.put(grid.glyphs.vertical, at: place, style: theme.id(.border))
            let hour = TimeText.hourMinute(slot.startSecond).prefix(2)
            grid.put(String(hour), at: Position(column: place.column + 1, row: row), style: style)
        }
    }
}

/// Glyph and style of each of the six steps of heat, as this theme and glyph set show them.
struct HeatCells {
    /// Glyphs, coldest first.
    let glyphs: [Unicode.Scalar]
    /// Styles, coldest first.
    let styles: [StyleID]
    /// The glyph of an unknown slot; not the dot of the ASCII set, which is a step of its ramp.
    let missing: Unicode.Scalar

    /// The cells for a theme and a glyph set; an ASCII set has one ramp only.
    init(_ theme: Theme, _ set: GlyphSet, _ look: RowLook = .normal) {
        styles = (0...5).map { theme.id(Role.strip($0), look) }
        missing = set.isASCII ? "-" : set.dot
        switch theme.stripLook {
        case _ where set.isASCII: glyphs = Array(set.heat.prefix(6))
        // Eighths of a row; the hottest leaves one free, so that rows of the table stay apart.
        case .bars: glyphs = [1, 2, 3, 5, 6, 7].map { set.spark[$0] }
        case .cells: glyphs = Array(repeating: " ", count: 6)
        // A solid block cannot be surpassed in density without colour; a plus in its place is told apart.
        case .density(let isMono): glyphs = Array(set.heat.prefix(5)) + [isMono ? "+" : set.heat[5]]
        }
    }
}

/// What the steps of heat mean, for the lower border: cells of rising heat with the thresholds between them.
enum HeatLegend {
    /// Columns taken without the sign of a slot without a number.
    static let width = 41
    /// Columns taken with it.
    static let wholeWidth = 54

    /// Paints the legend, with the sign of a slot without a number where there is room.
    static func paint(at start: Position, room: Int, into grid: inout Grid, _ theme: Theme) {
        let cells = HeatCells(theme, grid.glyphs)
        let dim = theme.id(.dim)
        let labels = theme.heatThresholds.map(TimeText.setting)
        // A theme's own thresholds may take more columns than the usual ones.
        let extra = labels.reduce(0) { $0 + $1.utf8.count } - 7
        guard room >= width + extra else { return }
        var place = start
        place.column += grid.put(" slot RVOL ", at: place, style: dim)
        for level in 0...5 {
            for _ in 0..<2 {
                grid.put(cells.glyphs[level], at: place, style: cells.styles[level])
                place.column += 1
            }
            place.column += grid.put(" ", at: place, style: dim)
            guard level < labels.count else { break }
            place.column += grid.put(labels[level], at: place, style: dim)
            place.column += grid.put(" ", at: place, style: dim)
        }
        guard room >= wholeWidth + extra else { return }
        place.column += grid.put(cells.missing, at: place, style: theme.id(.stripMissing))
        grid.put("=no number ", at: place, style: dim)
    }
}
