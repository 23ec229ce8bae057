import EngineAPI
import MarketData
import MarketTime
import TerminalGrid

/// Rows of heat: a name, its cells, and numbers behind them.
struct HeatBody {
    private let state: DashboardState
    private let frame: HeatFrame
    private let lines: [HeatLine]
    private let ink: HeatInk

    /// The rows of a frame.
    init(_ state: DashboardState, _ frame: HeatFrame, _ lines: [HeatLine], _ ink: HeatInk) {
        self.state = state
        self.frame = frame
        self.lines = lines
        self.ink = ink
    }

    /// Paints the rows; the cursor's cell stands out while the pane has the keys.
    func paint(hasFocus: Bool, into grid: inout Grid, _ theme: Theme) {
        let palette = HeatPalette(ink, theme)
        for (line, item) in lines.enumerated() {
            let row = frame.body.row + line
            paintLabel(item, row: row, into: &grid, theme)
            if let slots = item.row {
                paintCells(slots, row: row, palette, into: &grid)
                if hasFocus, item.isSelected { paintCursor(row: row, into: &grid, theme) }
            }
            paintFigures(item, row: row, into: &grid, theme)
        }
    }

    private func paintLabel(_ item: HeatLine, row: Int, into grid: inout Grid, _ theme: Theme) {
        let look: RowLook = item.isSelected ? .selected : item.isHalted ? .halted : .normal
        let start = Position(column: frame.inside.column, row: row)
        let width = frame.layout.label
        let field = Rect(column: start.column, row: row, width: width, height: 1)
        if look != .normal { grid.fill(field, style: theme.id(.text, look)) }
        if item.isSelected { grid.put(">", at: start, style: theme.id(.marker, look)) }
        let place = Position(column: start.column + 1, row: row)
        let role: Role = item.row == nil ? .dim : .symbol
        // One cell stays free before the cells where the name leaves one.
        grid.put(item.label, at: place, style: theme.id(role, look), maxWidth: width - 1)
    }

    // MARK: Cells

    private func paintCells(_ slots: HeatRow, row: Int, _ palette: HeatPalette, into grid: inout Grid) {
        let (layout, start) = (frame.layout, frame.inside.column)
        let (isCumulative, bucket) = (state.heat.isCumulative, state.heat.bucket)
        var total = isCumulative ? slots.sum(0..<layout.slots.lowerBound) : HeatSum()
        func reading(_ part: Range<Int>) -> HeatReading {
            if !isCumulative, part.count == 1, let value = slots.value(part.lowerBound) { return .value(value) }
            let own = slots.sum(part)
            guard isCumulative else { return slots.reading(own, bucket) }
            slots.add(part, to: &total)
            return own.isCounted ? slots.reading(total, .sum) : slots.reading(own, .sum)
        }
        // What has not begun stays as the screen was cleared.
        for cell in layout.cells where cell.slots.lowerBound < slots.begun {
            let place = Position(column: start + cell.column, row: row)
            if cell.width > 1 {
                paintWide(reading(cell.slots), at: place, width: cell.width, palette, into: &grid)
            } else if cell.isHalved, ink.isSplit {
                let left = palette.code(reading(cell.left))
                let shown = palette.halves(left, palette.code(reading(cell.right)))
                grid.put(shown.glyph, at: place, style: shown.style)
            } else {
                let shown = palette.whole(palette.code(reading(cell.slots)))
                grid.put(shown.glyph, at: place, style: shown.style)
            }
        }
    }

    /// Narrowest cell whose number is written into it.
    private static let numberWidthMin = 4

    /// A slot of several columns; from four on its number stands in it.
    private func paintWide(
        _ reading: HeatReading,
        at place: Position,
        width: Int,
        _ palette: HeatPalette,
        into grid: inout Grid
    ) {
        let shown = palette.whole(palette.code(reading))
        guard case .value(let value) = reading else {
            // One sign at the end, where a number would have its last digit.
            let end = Position(column: place.column + width - 1, row: place.row)
            grid.put(shown.glyph, at: end, style: shown.style)
            return
        }
        grid.fill(
            Rect(column: place.column, row: place.row, width: width, height: 1),
            with: shown.glyph,
            style: shown.style
        )
        guard width >= Self.numberWidthMin else { return }
        let room = min(width - 1, 4)
        let limit = room < 4 ? 99.0 : 999.0
        let format = NumberFormat(.fixed(value < 9.95 ? 1 : 0), limit: limit)
        // On the ground of its heat, without the glyphs of it under the digits.
        let number = Position(column: place.column + width - room, row: place.row)
        grid.put(value, format, at: number, width: room, style: shown.style)
    }

    /// The cursor: brackets around a wide cell, arrows in a half one, a point in a whole one.
    private func paintCursor(row: Int, into grid: inout Grid, _ theme: Theme) {
        guard let cell = frame.layout.cell(of: frame.slot) else { return }
        let style = theme.id(.heatCursor)
        let first = Position(column: frame.inside.column + cell.column, row: row)
        if cell.width > 1 {
            grid.put("[", at: first, style: style)
            grid.put("]", at: Position(column: first.column + cell.width - 1, row: row), style: style)
        } else if cell.isHalved {
            grid.put(cell.left.contains(frame.slot) ? "<" : ">", at: first, style: style)
        } else {
            grid.put(grid.glyphs.bullet, at: first, style: style)
        }
    }

    // MARK: Figures

    private func paintFigures(_ item: HeatLine, row: Int, into grid: inout Grid, _ theme: Theme) {
        for placed in frame.layout.figures {
            let place = Position(column: frame.inside.column + placed.column, row: row)
            let width = placed.figure.width
            switch placed.figure {
            case .last:
                let price = tableValue(.last, item)
                let decimals =
                    price.magnitude < 1 ? 4 : price.magnitude < 10_000 ? 2 : price.magnitude < 100_000 ? 1 : 0
                grid.put(price, .fixed(decimals), at: place, width: width, style: theme.id(.text))
            case .change:
                let change = tableValue(.changePercent, item)
                let role: Role = change > 0 ? .up : change < 0 ? .down : .flat
                grid.put(change, .arrowPercent, at: place, width: width, style: theme.id(role))
            case .rvol:
                let value = rvol(item)
                let role = theme.heatLevel(value).map(Role.heat) ?? .dim
                let format = value > 999 ? NumberFormat(.fixed(0), limit: 999) : .fixed(1)
                grid.put(value, format, at: place, width: width, style: theme.id(role))
            case .volume:
                grid.put(volume(item), .compact, at: place, width: width, style: theme.id(.text))
            }
        }
    }

    /// As many decimals as a price has room for.
    private static func decimals(_ price: Double) -> Int {
        switch price.magnitude {
        case ..<1: 4
        case ..<10_000: 2
        default: price.magnitude < 100_000 ? 1 : 0
        }
    }

    private var isToday: Bool { state.heat.daysBack == 0 && !state.heat.showsDays }

    private func tableValue(_ column: ColumnID, _ item: HeatLine) -> Double {
        guard let rows = state.rows, let index = item.index else { return .nan }
        return rows.value(column, index)
    }

    /// The table's number today; on a day that is shown by its slots alone, the whole day's.
    private func rvol(_ item: HeatLine) -> Double {
        guard !isToday else { return tableValue(.rvol, item) }
        return item.row?.reading(0..<Slot.count, .sum, isCumulative: false).number ?? .nan
    }

    private func volume(_ item: HeatLine) -> Double {
        guard !isToday else { return tableValue(.volume, item) }
        guard let volume = item.row?.traded(0..<Slot.count) else { return .nan }
        return volume
    }
}

/// Glyph and look of everything a cell can say, worked out once per frame.
struct HeatPalette {
    /// What a cell says, as an index: six steps of heat, no data, no average, not begun.
    typealias Code = Int

    private static let missing = 6
    private static let noAverage = 7
    private static let future = 8
    private static let count = 9

    private typealias Shown = (glyph: Unicode.Scalar, style: StyleID)

    private let bounds: [Double]
    private let wholes: [(glyph: Unicode.Scalar, style: StyleID)]
    private let pairs: [(glyph: Unicode.Scalar, style: StyleID)]

    /// The palette of an ink.
    init(_ ink: HeatInk, _ theme: Theme) {
        bounds = theme.heatThresholds
        let dim = theme.id(.heatMissing)
        func level(_ code: Code) -> Int? { code < 6 ? code : nil }
        func whole(_ code: Code) -> Shown {
            switch code {
            case Self.noAverage: ("?", dim)
            case Self.future: (" ", theme.id(.text))
            default: ink.cell(level(code))
            }
        }
        wholes = (0..<Self.count).map(whole)
        pairs = (0..<(Self.count * Self.count)).map { index in
            let (left, right) = (index / Self.count, index % Self.count)
            // Where neither half has a number, the one sign says why.
            if left >= 6, right >= 6 { return whole(min(left, right)) }
            return ink.cell(left: level(left), right: level(right))
        }
    }

    /// What a reading is painted as.
    @inline(__always)
    func code(_ reading: HeatReading) -> Code {
        switch reading {
        case .value(let value):
            var level = 0
            for bound in bounds where value >= bound { level += 1 }
            return level
        case .missing, .early: return Self.missing
        case .noAverage: return Self.noAverage
        case .future: return Self.future
        }
    }

    /// A cell that says one thing.
    func whole(_ code: Code) -> (glyph: Unicode.Scalar, style: StyleID) { wholes[code] }

    /// A cell whose halves say things of their own.
    func halves(_ left: Code, _ right: Code) -> (glyph: Unicode.Scalar, style: StyleID) {
        pairs[left * Self.count + right]
    }
}
