import CCurses
import TerminalGrid

/// Puts what changed between two frames into curses' window, and remembers how styles look here.
struct CursesCanvas {
    /// Whether the terminal's cursor is visible.
    private(set) var isCursorShown = false

    private let depth: ColorDepth
    private let colorsMax: Int
    private let pairsMax: Int
    /// The frame that is on the screen.
    private var shown: Grid
    private var isStale = true
    private var cursor: Position?
    private var diff = GridDiff()
    private var knownStyles: [Style] = []
    private var looks: [Look] = []
    /// Curses' pair number by both colours, −1 being the terminal's own; pair 0 is both.
    private var pairs: [ColorPair: Int32] = [ColorPair(foreground: -1, background: -1): 0]
    private var row: [cchar_t] = []

    /// Makes a canvas for the screen curses was started on; the first frame is drawn whole.
    init(size: Size, depth: ColorDepth) {
        self.depth = depth
        shown = Grid(size: size)
        guard depth != .mono else {
            (colorsMax, pairsMax) = (0, 0)
            return
        }
        start_color()
        use_default_colors()
        colorsMax = Int(ccurses_colors())
        pairsMax = Int(ccurses_color_pairs())
    }

    /// Forgets what is on the screen.
    mutating func invalidate() { isStale = true }

    /// Takes a new size over; the next frame is drawn whole.
    mutating func resize(to size: Size) {
        shown = Grid(size: size, glyphs: shown.glyphs)
        isStale = true
    }

    /// Draws a frame; false when nothing differs from the one before, so that curses has nothing to send.
    mutating func draw(_ grid: Grid, styles: StyleTable, cursor newCursor: Position?) -> Bool {
        learn(styles)
        let visible = newCursor.flatMap { shown.bounds.contains($0) ? $0 : nil }
        if isStale {
            isStale = false
            werase(ccurses_window())
            ccurses_repaint_all()
            shown.clear()
            diff.compare(Grid(size: .zero), fitted(grid))
        } else {
            diff.compare(shown, fitted(grid))
            guard !diff.runs.isEmpty || visible != cursor else { return false }
        }
        let frame = fitted(grid)
        for run in diff.runs {
            put(run, of: frame)
            shown.copy(run, from: frame)
        }
        place(visible)
        wnoutrefresh(ccurses_window())
        doupdate()
        return true
    }

    /// The grid, cut or padded to the screen when a resize came in between.
    private func fitted(_ grid: Grid) -> Grid {
        guard grid.size != shown.size else { return grid }
        var result = Grid(size: shown.size, glyphs: grid.glyphs)
        for row in 0..<min(result.size.rows, grid.size.rows) {
            for column in 0..<min(result.size.columns, grid.size.columns) {
                result.put(cell: grid[Position(column: column, row: row)], at: Position(column: column, row: row))
            }
        }
        return result
    }

    private mutating func place(_ visible: Position?) {
        if (visible != nil) != isCursorShown {
            isCursorShown = visible != nil
            curs_set(isCursorShown ? 1 : 0)
        }
        cursor = visible
        // A hidden cursor parks at one place, so that it costs no bytes.
        move(Int32(visible?.row ?? 0), Int32(visible?.column ?? 0))
    }

    private mutating func put(_ run: GridDiff.Run, of grid: Grid) {
        row.removeAll(keepingCapacity: true)
        let start = run.row * grid.size.columns
        for column in run.columns {
            let cell = grid.cells[start + column]
            guard cell.width > 0 else { continue }
            let look = Int(cell.style.rawValue) < looks.count ? looks[Int(cell.style.rawValue)] : Look()
            append(cell.scalar, width: Int32(cell.width), look)
        }
        ccurses_put(Int32(run.row), Int32(run.columns.lowerBound), row, Int32(row.count))
    }

    /// Adds a cell; where the C library disagrees about the width, ASCII keeps the columns in line.
    private mutating func append(_ scalar: UInt32, width: Int32, _ look: Look) {
        var cell = cchar_t()
        guard scalar > 0x7E, ccurses_scalar_width(scalar) != width else {
            ccurses_set_cell(&cell, scalar, look.attributes, look.pair)
            row.append(cell)
            return
        }
        ccurses_set_cell(&cell, GlyphSet.asciiFallback(scalar), look.attributes, look.pair)
        row.append(cell)
        if width == 2 {
            ccurses_set_cell(&cell, 0x20, look.attributes, look.pair)
            row.append(cell)
        }
    }

    /// How a style looks to curses.
    private struct Look {
        var attributes: UInt32 = 0
        var pair: Int32 = 0
    }

    private struct ColorPair: Hashable {
        var foreground: Int32
        var background: Int32
    }

    /// Works out the looks of styles not seen before; a table whose ids mean something else redraws the screen.
    private mutating func learn(_ styles: StyleTable) {
        guard styles.styles != knownStyles else { return }
        if !styles.styles.starts(with: knownStyles) {
            looks = []
            isStale = true
        }
        knownStyles = styles.styles
        for style in knownStyles.dropFirst(looks.count) { looks.append(look(of: style.degraded(to: depth))) }
    }

    private mutating func look(of style: Style) -> Look {
        var look = Look(attributes: UInt32(style.attributes.rawValue))
        guard depth != .mono else { return look }
        var pair = ColorPair(foreground: number(style.foreground), background: number(style.background))
        if colorsMax < 16, pair.foreground >= 8, pair.foreground < 16 {
            // Eight colours: bright is bold.
            pair.foreground -= 8
            look.attributes |= UInt32(CCURSES_BOLD)
        }
        if colorsMax < 16, pair.background >= 8, pair.background < 16 { pair.background -= 8 }
        look.pair = self.pair(for: pair)
        return look
    }

    private func number(_ color: Color) -> Int32 {
        switch color {
        case .standard: -1
        case .indexed(let index): Int32(index)
        }
    }

    private mutating func pair(for colors: ColorPair) -> Int32 {
        if let known = pairs[colors] { return known }
        let number = Int32(pairs.count)
        guard number < pairsMax, init_extended_pair(number, colors.foreground, colors.background) == OK else {
            return 0
        }
        pairs[colors] = number
        return number
    }
}
