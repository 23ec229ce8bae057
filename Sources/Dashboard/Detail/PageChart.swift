import EngineAPI
import MarketData
import MarketTime
import TerminalGrid

/// A ticker's slots as a chart: bars of volume with what is usual, relative volume, price, and the time below.
struct PageChart {
    /// Cells at the left of every row, for numbers.
    static let labelWidth = 6

    private let slots: PageSlots
    private let series: SlotSeries
    private let zoom: SlotZoom
    private let day: MarketDay
    private let isToday: Bool
    private let cursor: Int
    private let hasCursor: Bool
    private let lines: (vwap: Double, previous: Double)
    private let hasOther: Bool

    /// The chart of the ticker on a state's page; nil before its slots are there.
    ///
    /// - Parameter hasFocus: Whether the keys are here, and the cursor is shown where it stands.
    init?(_ state: DashboardState, hasFocus: Bool) {
        guard let slots = state.page.slots else { return nil }
        self.slots = slots
        var other: ArraySlice<Float> = []
        if state.page.showsYesterday, let past = state.page.past, let row = past.symbols.firstIndex(of: slots.symbol),
            past.volumes.count >= (row + 1) * Slot.count
        {
            other = past.volumes[row * Slot.count..<(row + 1) * Slot.count]
        }
        series = SlotSeries(slots, isCumulative: state.page.isCumulative, other: other)
        hasOther = !other.isEmpty
        zoom = state.page.zoom
        day = state.pageDay
        cursor = state.pageCursor
        hasCursor = hasFocus || state.page.cursor != nil
        lines = (state.page.about?.value(.vwap) ?? .nan, state.page.about?.value(.previousClose) ?? .nan)
        isToday = state.status?.session.tradingDay == slots.tradingDay
    }

    /// Rows of a chart.
    struct Rows {
        /// Of bars, and of the price line.
        var bars: Int
        var price: Int
        /// Whether relative volume and the cursor's numbers have a row.
        var hasHeat = true
        var hasCursorLine = true

        /// Shares so many rows out.
        init(_ height: Int) {
            hasCursorLine = height >= 5
            hasHeat = height >= 3
            let rest = height - 1 - (hasHeat ? 1 : 0) - (hasCursorLine ? 1 : 0)
            price = rest < 4 ? 0 : rest < 8 ? 2 : min(rest * 3 / 8, 10)
            bars = max(0, rest - price)
        }
    }

    /// Paints the chart into an area.
    func paint(in area: Rect, into grid: inout Grid, _ theme: Theme) {
        paint(Rows(area.height), in: area, into: &grid, theme)
    }

    /// Paints so many rows of each kind from the top of an area on.
    func paint(_ rows: Rows, in area: Rect, into grid: inout Grid, _ theme: Theme) {
        let cells = SlotCells(zoom.span(around: cursor, day), width: area.width - Self.labelWidth)
        guard area.width > Self.labelWidth + 8, rows.bars > 0 else { return }
        var rest = area
        func take(_ height: Int) -> Rect {
            let part = Rect(column: rest.column, row: rest.row, width: rest.width, height: min(height, rest.height))
            rest = rest.inset(top: height)
            return part
        }
        paintBars(in: take(rows.bars), cells, into: &grid, theme)
        paintAxis(in: take(1), cells, into: &grid, theme)
        if rows.hasHeat { paintHeat(in: take(1), cells, into: &grid, theme) }
        if rows.price > 0 { paintPrice(in: take(rows.price), cells, into: &grid, theme) }
        if rows.hasCursorLine { cursorLine(theme).paint(in: take(1), into: &grid, theme) }
    }

    // MARK: Bars

    private func paintBars(in area: Rect, _ cells: SlotCells, into grid: inout Grid, _ theme: Theme) {
        guard !area.isEmpty else { return }
        let stride = cells.cellsPerSlot
        var top = 0.0
        for cell in Swift.stride(from: 0, to: cells.count, by: stride) {
            let value = series.cell(cells.slots(cell))
            for number in [value.volume, value.average, value.other] where number > top { top = number }
        }
        guard top > 0 else {
            let words = "no volume yet in this span"
            grid.put(
                words,
                at: Position(column: area.column + Self.labelWidth, row: area.endRow - 1),
                style: theme.id(.dim)
            )
            return
        }
        label(top, at: area.row, area, into: &grid, theme)
        if area.height >= 4 { label(top / 2, at: area.row + area.height / 2, area, into: &grid, theme) }
        for cell in Swift.stride(from: 0, to: cells.count, by: stride) {
            let value = series.cell(cells.slots(cell))
            let bar = SlotBar(value, top: top, rows: area.height)
            let level = theme.heatLevel(value.rvol)
            let style = theme.id(level.map(Role.heat) ?? .dim)
            let column = area.column + Self.labelWidth + cell
            let width = stride - cells.gap
            for row in 0..<area.height {
                let isMean = bar.meanRow == row
                let height = bar.height(row)
                guard isMean || height > 0 || bar.otherRow == row else { continue }
                let field = Rect(column: column, row: area.endRow - 1 - row, width: width, height: 1)
                if bar.otherRow == row, height == 0 {
                    grid.fill(field, with: "o", style: theme.id(.vwapLine))
                } else if isMean, height == 0 {
                    grid.fill(field, with: grid.glyphs.horizontal, style: theme.id(.average))
                } else if isMean || bar.otherRow == row, height == 8 {
                    // On the bar's own colour where there are grounds, else as a gap in it.
                    let glyph = isMean ? grid.glyphs.horizontal : "o"
                    let ground = theme.depth == .palette256 && !grid.glyphs.isASCII
                    grid.fill(field, with: glyph, style: ground ? theme.heatGround(level) : theme.id(.average))
                } else {
                    grid.fill(field, with: SlotBar.glyph(height, grid.glyphs), style: style)
                }
            }
        }
    }

    private func label(_ value: Double, at row: Int, _ area: Rect, into grid: inout Grid, _ theme: Theme) {
        let place = Position(column: area.column, row: row)
        grid.put(value, .compact, at: place, width: Self.labelWidth - 1, style: theme.id(.dim))
    }

    private func paintHeat(in area: Rect, _ cells: SlotCells, into grid: inout Grid, _ theme: Theme) {
        guard !area.isEmpty else { return }
        grid.put("RVOL", at: Position(column: area.column + 1, row: area.row), style: theme.id(.dim))
        let ink = HeatInk(theme, grid.glyphs)
        for cell in Swift.stride(from: 0, to: cells.count, by: cells.cellsPerSlot) {
            let slots = cells.slots(cell)
            guard series.progress.begins(slots.lowerBound) else { continue }
            let isNow = slots.contains(series.progress.completedSlots)
            let (glyph, style) = ink.cell(theme.heatLevel(series.cell(slots).rvol), isNow: isNow)
            let column = area.column + Self.labelWidth + cell
            let width = cells.cellsPerSlot - cells.gap
            grid.fill(Rect(column: column, row: area.row, width: width, height: 1), with: glyph, style: style)
        }
    }

    // MARK: Time

    private func paintAxis(in area: Rect, _ cells: SlotCells, into grid: inout Grid, _ theme: Theme) {
        guard !area.isEmpty else { return }
        let marks =
            zoom == .hour ? [] : [day.openSecond, day.closeSecond].compactMap { cells.cell(of: SlotZoom.slot($0)) }
        let width = max(1, cells.cellsPerSlot - cells.gap)
        let cursorCells = (hasCursor ? cells.cell(of: cursor) : nil).map { Array($0..<$0 + width) } ?? []
        let axis = SlotAxis(cells, marks: marks + cursorCells)
        let start = area.column + Self.labelWidth
        for tick in axis.ticks {
            let place = Position(column: start + tick.cell, row: area.row)
            grid.put(grid.glyphs.vertical, at: place, style: theme.id(.border))
            let after = Position(column: place.column + 1, row: area.row)
            grid.put(tick.label, at: after, style: theme.id(.dim), maxWidth: max(0, area.endColumn - after.column))
        }
        for cell in marks {
            grid.put(grid.glyphs.up, at: Position(column: start + cell, row: area.row), style: theme.id(.sessionEdge))
        }
        for cell in cursorCells {
            grid.put(grid.glyphs.down, at: Position(column: start + cell, row: area.row), style: theme.id(.heatCursor))
        }
    }

    // MARK: Price

    private func paintPrice(in area: Rect, _ cells: SlotCells, into grid: inout Grid, _ theme: Theme) {
        guard !area.isEmpty else { return }
        let newest = min(series.progress.completedSlots, Slot.count - 1)
        guard
            let plot = PricePlot(
                slots.prices,
                cells,
                newest: newest,
                lines: [lines.vwap, lines.previous],
                rows: area.height,
                isASCII: grid.glyphs.isASCII
            )
        else {
            grid.put("PRICE", at: area.origin, style: theme.id(.dim))
            let words = slots.prices.isEmpty ? "loading" : "no price yet in this span"
            let place = Position(column: area.column + Self.labelWidth, row: area.row)
            grid.put(words, at: place, style: theme.id(.dim), maxWidth: area.width - Self.labelWidth)
            return
        }
        let format = NumberFormat.fixed(plot.high < 1 ? 3 : 2)
        for (row, price) in [(area.row, plot.high), (area.endRow - 1, plot.low)] {
            let place = Position(column: area.column, row: row)
            grid.put(price, format, at: place, width: Self.labelWidth - 1, style: theme.id(.dim))
        }
        let start = area.column + Self.labelWidth
        paint(
            plot.row(of: lines.previous),
            plot,
            Self.previousGlyph,
            .previousClose,
            0,
            start,
            area,
            &grid,
            theme
        )
        paint(plot.row(of: lines.vwap), plot, Self.vwapGlyph(grid.glyphs), .vwapLine, 1, start, area, &grid, theme)
        for row in 0..<plot.rows {
            for column in 0..<plot.columns {
                guard let glyph = plot.glyph(row: row, column: column) else { continue }
                let place = Position(column: start + column, row: area.row + row)
                grid.put(glyph, at: place, style: theme.id(.priceLine))
            }
        }
    }

    /// A level line in every other cell, so that two of them share a row.
    private func paint(
        _ row: Int?,
        _ plot: PricePlot,
        _ glyph: Unicode.Scalar,
        _ role: Role,
        _ offset: Int,
        _ start: Int,
        _ area: Rect,
        _ grid: inout Grid,
        _ theme: Theme
    ) {
        guard let row else { return }
        for column in Swift.stride(from: offset, to: plot.columns, by: 2) {
            grid.put(glyph, at: Position(column: start + column, row: area.row + row), style: theme.id(role))
        }
    }

    // Neither is the sign of what is usual, so that they are told apart without colours.
    private static let previousGlyph: Unicode.Scalar = "~"
    private static func vwapGlyph(_ glyphs: GlyphSet) -> Unicode.Scalar { glyphs.isASCII ? "=" : "═" }

    // MARK: Words

    /// What the signs of the chart mean, as long as there is room.
    func legends(_ glyphs: GlyphSet, hasPrice: Bool = true) -> [String] {
        let bar = glyphs.isASCII ? "#" : "█"
        let other = hasOther ? "  o day before" : ""
        let short = "\(bar) \(isToday ? "today" : "volume")  \(glyphs.horizontal) usual" + other
        let lines = "  \(Self.previousGlyph) prev close  \(Self.vwapGlyph(glyphs)) VWAP"
        return (hasPrice ? [short + lines] : []) + [short, ""]
    }

    /// The cursor's slot in exact numbers.
    func cursorLine(_ theme: Theme) -> SegmentLine {
        let slot = min(max(cursor, 0), Slot.count - 1)
        let start = Slot.dayStartSecond + slot * Slot.seconds
        let cell = series.alone(slot)
        let sums = series.upTo(slot)
        var line = SegmentLine()
        let isNow = slot == series.progress.completedSlots && hasCursor
        let span = TimeText.hourMinute(start) + "–" + TimeText.hourMinute(start + Slot.seconds)
        line.left.append(Segment(span + (isNow ? " now" : ""), .clock, worth: 100))
        guard series.progress.begins(slot) else {
            line.left.append(Segment("not begun", .dim, worth: 90))
            line.left.append(Segment("avg " + Self.shares(cell.average), .text, worth: 80))
            return line
        }
        line.left.append(Segment("vol " + Self.shares(cell.volume), .text, worth: 95))
        line.left.append(Segment("avg " + Self.shares(cell.average), .text, worth: 85))
        line.left.append(Segment(Self.times(cell.rvol), Self.role(cell.rvol, theme), worth: 96))
        let cumulative = "cum " + Self.compact(sums.volume) + "/" + Self.compact(sums.average)
        line.left.append(Segment(cumulative, .text, worth: 70))
        line.left.append(Segment(Self.times(sums.rvol), Self.role(sums.rvol, theme), worth: 71))
        line.left.append(Segment("pace " + Self.compact(sums.pace), .text, worth: 60))
        if slots.prices.count == Slot.count, !slots.prices[slot].isNaN {
            let price = Double(slots.prices[slot])
            line.left.append(Segment("price " + FieldText.price(price), .text, worth: 50))
        }
        return line
    }

    private static func role(_ rvol: Double, _ theme: Theme) -> Role {
        theme.heatLevel(rvol).map(Role.heat) ?? .dim
    }

    private static func times(_ value: Double) -> String {
        guard !value.isNaN else { return "–" }
        return (value > 999 ? NumberFormat(.fixed(0), limit: 999) : .fixed(2)).string(value) + "×"
    }

    private static func shares(_ value: Double) -> String {
        value.isNaN ? "–" : NumberFormat.grouped.string(value.rounded())
    }

    private static func compact(_ value: Double) -> String { value.isNaN ? "–" : NumberFormat.compact.string(value) }
}

/// A bar of eighths: how high it stands in each row, and where its marks are.
struct SlotBar: Hashable, Sendable {
    /// Eighths of a row, from the bottom of the lowest row on.
    let eighths: Int
    /// The row of the mean's mark and of the other day's, counted from the bottom; nil for none.
    let meanRow: Int?
    let otherRow: Int?

    /// The bar of a cell in a picture of so many rows whose top is `top`.
    init(_ cell: SlotCell, top: Double, rows: Int) {
        func share(_ value: Double) -> Double { top > 0 ? min(max(value / top, 0), 1) : 0 }
        func row(_ value: Double) -> Int? {
            value > 0 ? min(Int(share(value) * Double(rows)), rows - 1) : nil
        }
        // What traded is seen, however little it was.
        eighths = cell.volume > 0 ? max(1, Int((share(cell.volume) * Double(rows * 8)).rounded())) : 0
        (meanRow, otherRow) = (row(cell.average), row(cell.other))
    }

    /// How full a row is, 0…8.
    func height(_ row: Int) -> Int { min(max(eighths - row * 8, 0), 8) }

    /// The glyph of a height.
    static func glyph(_ height: Int, _ glyphs: GlyphSet) -> Unicode.Scalar {
        guard glyphs.isASCII else { return glyphs.spark[height] }
        return height < 1 ? " " : height < 3 ? "." : height < 6 ? ":" : "#"
    }
}

/// The times below a chart of slots.
struct SlotAxis: Hashable, Sendable {
    /// A tick with the time behind it.
    struct Tick: Hashable, Sendable {
        /// Counted from the chart's first cell.
        var cell: Int
        var label: String
    }

    /// From left to right; no label reaches the next tick.
    let ticks: [Tick]

    /// Ticks of the cells, as close as their labels allow; a label that would hide one of the marked cells is left out.
    init(_ cells: SlotCells, marks: [Int] = []) {
        var ticks: [Tick] = []
        for every in [1, 3, 6, 12, 24, 48] {
            let wanted = every < 12 || !cells.span.lowerBound.isMultiple(of: 12) ? 7 : 4
            let room = cells.slotsPerCell > 1 ? every / cells.slotsPerCell : every * cells.cellsPerSlot
            guard room >= wanted || every == 48 else { continue }
            for slot in cells.span where (slot - cells.span.lowerBound).isMultiple(of: every) {
                guard let cell = cells.cell(of: slot) else { continue }
                let time = TimeText.hourMinute(Slot.dayStartSecond + slot * Slot.seconds)
                var label = String(wanted == 4 ? time.prefix(2) : time.prefix(5))
                let isHiding = marks.contains { $0 > cell && $0 <= cell + label.utf8.count }
                if isHiding || cell + 1 + label.utf8.count > cells.count { label = "" }
                ticks.append(Tick(cell: cell, label: label))
            }
            break
        }
        self.ticks = ticks
    }
}
