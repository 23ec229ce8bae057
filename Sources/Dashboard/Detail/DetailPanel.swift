import EngineAPI
import MarketData
import MarketTime
import TerminalGrid

/// The selected ticker's numbers, and its slots one by one with exact figures, so that colour is never the only source.
struct DetailPanel {
    /// Rows of the figures that every panel has, the blank one below them included.
    private static let figureRows = 15
    /// Border, figures and the heading of the list: what the panel's rows hold besides slots.
    static let rowsAboveSlots = 3 + figureRows + LiveFigures.rows + 1
    /// A slot bar is full at this relative volume.
    private static let barFull = 10.0

    private let state: DashboardState

    /// The panel of a state.
    init(_ state: DashboardState) { self.state = state }

    /// Paints the panel with its border.
    func paint(in area: Rect, into grid: inout Grid, _ theme: Theme) {
        guard let rows = state.rows, let index = state.selectedIndex, state.status?.snapshotAppliedAt != nil else {
            grid.box(area, style: theme.id(.border))
            return
        }
        let inside = grid.box(
            area,
            title: "d " + rows.symbols[index].text,
            note: "\(TimeText.count(state.selection.rank + 1))/\(TimeText.count(rows.matchCount))",
            style: theme.id(state.keyContext == .detail ? .borderFocus : .border),
            titleStyle: theme.id(.clock),
            noteStyle: theme.id(.dim)
        )
        DetailPane.paintKey("d", in: area, into: &grid, theme)
        let body = inside.inset(left: 1, right: 1)
        paintFigures(rows, index, in: body, into: &grid, theme)
        LiveFigures(state, rows, index).paint(in: body.inset(top: Self.figureRows), into: &grid, theme)
        paintSlots(rows, index, in: body.inset(top: Self.rowsAboveSlots - 3), into: &grid, theme)
    }

    private func paintFigures(_ rows: ScanResult, _ index: Int, in body: Rect, into grid: inout Grid, _ theme: Theme) {
        func value(_ id: ColumnID) -> Double {
            rows.columns.firstIndex(of: id).map { rows.values[$0][index] } ?? .nan
        }
        let lines = Lines(body: body, theme: theme)
        let change = value(.changePercent)
        let changeRole: Role = change > 0 ? .up : change < 0 ? .down : .flat
        let price = value(.last)
        lines.put(0, "last", price, .fixed(price.magnitude < 1 ? 4 : 2), .clock, tradeAge(rows, index), into: &grid)
        if let change = state.priceFlashes.change(of: rows.symbols[index], .last), state.pause == nil {
            PriceField.flash(change, at: lines.numberPlace(0), fieldEnd: Lines.numberWidth, into: &grid, theme)
        }
        paintHalt(rows, index, at: body.line(4), into: &grid, theme)
        let signed = NumberFormat(.fixed(2), sign: .arrow, suffix: "%")
        lines.put(1, "change", change, signed, changeRole, "vs previous close", into: &grid)
        let gap = value(.gapPercent)
        lines.put(2, "gap", gap, signed, gap > 0 ? .up : gap < 0 ? .down : .flat, gapWords, into: &grid)
        lines.put(3, "range", value(.rangePosition), NumberFormat(.fixed(0), suffix: "%"), .text, "", into: &grid)
        paintRange(value(.rangePosition), lines, row: 3, into: &grid)

        let rvol = value(.rvol)
        let days = value(.baselineDays)
        lines.multiple(5, rvolLabel, rvol, baselineWords(rows.flags[index], days: days), into: &grid)
        let justStarted = rows.flags[index].contains(.slotJustStarted)
        let slotWords = justStarted ? "of the slot before" : slotWords
        lines.multiple(6, "slot RVOL", value(.slotRVOL), slotWords, into: &grid)
        lines.multiple(7, "simple", value(.simpleRVOL), "volume / average day", isHeat: false, into: &grid)
        lines.put(8, "volume", value(.volume), .compact, .text, "shares since 04:00 ET", into: &grid)
        lines.put(9, "$ volume", value(.dollarVolume), .compact, .text, "last · volume", into: &grid)
        let averageDays = Self.days(value(.averageDays)).map { "a day, over \($0)" } ?? "shares a day, up to 30"
        let isShort = rows.flags[index].contains(.shortAverage)
        let averageNote = isShort ? "' " + averageDays : averageDays
        lines.put(10, "average", value(.averageVolume), .compact, .text, averageNote, into: &grid)
        let ten = NumberFormat.compact.string(value(.averageVolume10))
        lines.put(11, "  5 days", value(.averageVolume5), .compact, .text, "10 days  \(ten)", into: &grid)
        let share = value(.atrPercent)
        let ofPrice = share.isNaN ? "" : NumberFormat.fixed(1).string(share) + "% of the price"
        let decimals: Int = price.magnitude < 1 ? 4 : 2
        lines.put(12, "ATR 14", value(.atr), .fixed(decimals), .text, ofPrice, into: &grid)
        lines.put(13, "day before", value(.previousVolume), .compact, .text, Self.range(value), into: &grid)
    }

    /// Since when trading is halted, at its limit or resumed, in words.
    private func paintHalt(_ rows: ScanResult, _ index: Int, at line: Rect, into grid: inout Grid, _ theme: Theme) {
        let mark = rows.halt(index)
        let now = state.pause?.since ?? state.now
        let time = Instant(nanoseconds: mark.since)
        let since = "since \(TapeLine.clock(time, milliseconds: false)) (\(TimeText.span(now.seconds(since: time))))"
        let (words, role): (String, Role)
        switch mark.state {
        case .halted: (words, role) = ("HALTED \(since)", .bad)
        case .limitState: (words, role) = ("AT ITS LIMIT \(since)", .limitMark)
        case .resumed: (words, role) = ("resumed \(since)", .good)
        case .trading: return
        }
        grid.put(words, at: line.origin, style: theme.id(role), maxWidth: line.width)
    }

    /// The day before's low and high, in words; nothing without both.
    private static func range(_ value: (ColumnID) -> Double) -> String {
        let (low, high) = (value(.previousLow), value(.previousHigh))
        guard !low.isNaN, !high.isNaN else { return "" }
        let format = NumberFormat.fixed(high.magnitude < 1 ? 4 : 2)
        return format.string(low) + " to " + format.string(high)
    }

    /// A number of days in words; nil when it is none.
    private static func days(_ value: Double) -> String? {
        guard value >= 1, value <= 10_000 else { return nil }
        return value < 2 ? "1 day" : "\(Int(value)) days"
    }

    private func paintRange(_ percent: Double, _ lines: Lines, row: Int, into grid: inout Grid) {
        let width = min(20, lines.noteWidth - 9)
        guard width >= 6, !percent.isNaN, let place = lines.notePlace(row) else { return }
        var column = place.column
        column += grid.put("low ", at: place, style: lines.theme.id(.dim))
        let track = Position(column: column, row: place.row)
        grid.horizontalLine(at: track, length: width, style: lines.theme.id(.border))
        let offset = Int((min(max(percent, 0), 100) / 100 * Double(width - 1)).rounded())
        let mark = Position(column: column + offset, row: place.row)
        grid.put(grid.glyphs.bullet, at: mark, style: lines.theme.id(.clock))
        grid.put(" high", at: Position(column: column + width, row: place.row), style: lines.theme.id(.dim))
    }

    private func paintSlots(_ rows: ScanResult, _ index: Int, in body: Rect, into grid: inout Grid, _ theme: Theme) {
        guard body.height > 1, let status = state.status else { return }
        grid.put("SLOT   RVOL", at: body.origin, style: theme.id(.heading), maxWidth: body.width)
        let newest = min(status.progress.completedSlots, Slot.count - 1)
        let list = body.inset(top: 1)
        let count = min(rows.stripSlots, list.height, newest + 1)
        guard count > 0 else { return }
        let last = (index + 1) * rows.stripSlots - 1
        for step in 0..<count {
            guard let slot = Slot(rawValue: newest - step) else { continue }
            let row = list.row + step
            let value = Double(rows.strips[last - step])
            let time = TimeText.hourMinute(slot.startSecond)
            grid.put(time, at: Position(column: list.column, row: row), style: theme.id(step == 0 ? .text : .dim))
            let role = theme.heatLevel(value).map(Role.heat) ?? .dim
            let format = value > 999 ? NumberFormat(.fixed(0), limit: 999) : .fixed(2)
            let place = Position(column: list.column + 5, row: row)
            grid.put(value, format, at: place, width: 7, style: theme.id(role))
            let room = list.width - 14
            guard room > 0, !value.isNaN else { continue }
            let cells = Int((min(max(value, 0), Self.barFull) / Self.barFull * Double(room)).rounded())
            let bar = Rect(column: list.column + 13, row: row, width: cells, height: 1)
            grid.fill(bar, with: grid.glyphs.isASCII ? "#" : "■", style: theme.id(role))
        }
    }

    // MARK: Words

    private func tradeAge(_ rows: ScanResult, _ index: Int) -> String {
        let time = Instant(nanoseconds: rows.priceTimes[index])
        guard time > .epoch else { return "no trade seen" }
        let (day, second) = NewYork.wall(at: time)
        let clock = TimeText.clock(second) + " ET"
        guard day == NewYork.wall(at: state.now).day else { return day.iso + " " + clock }
        return clock + ", " + TimeText.age(state.now.seconds(since: time)) + " ago"
    }

    private var gapWords: String {
        let isBeforeOpen = state.status?.session.session == .preMarket
        return (isBeforeOpen ? "last" : "open") + " vs previous close"
    }

    private var rvolLabel: String {
        switch state.status?.rvol.mode {
        case nil, .interpolated: "RVOL"
        case .slot: "RVOL slot"
        case .regular: "RVOL reg."
        }
    }

    /// How many days stand behind RVOL, and the row's mark: the panel says in words what the table has a mark for.
    private func baselineWords(_ flags: RowFlags, days: Double) -> String {
        guard let wanted = state.status?.rvol.lookbackDays else { return "" }
        guard days >= 1, days <= 10_000 else {
            if flags.contains(.thinBaseline) { return "~ hardly trades by now" }
            return flags.contains(.shortBaseline) ? "' fewer days than set" : ""
        }
        let found = Int(days)
        let over = found < wanted ? "\(found) of \(wanted) days" : found == 1 ? "1 day" : "\(found) days"
        if flags.contains(.thinBaseline) { return "~ thin, over \(over)" }
        return (found < wanted ? "' over " : "× over ") + over
    }

    private var slotWords: String {
        guard let slot = state.status?.progress.slot else { return "the day's last slot" }
        let start = TimeText.hourMinute(slot.startSecond)
        return "slot \(slot.rawValue), \(start)–" + TimeText.hourMinute(slot.startSecond + Slot.seconds)
    }
}

/// Label, number and note in a row of the panel.
private struct Lines {
    private static let labelWidth = 10
    static let numberWidth = 10

    let body: Rect
    let theme: Theme

    init(body: Rect, theme: Theme) {
        self.body = body
        self.theme = theme
    }

    /// Columns left for a note.
    var noteWidth: Int { max(0, body.width - Self.labelWidth - Self.numberWidth - 2) }

    /// Where a row's note begins; nil when the row is not in the panel.
    func notePlace(_ row: Int) -> Position? {
        guard row < body.height else { return nil }
        return Position(column: body.column + Self.labelWidth + Self.numberWidth + 2, row: body.row + row)
    }

    /// Where a row's number begins.
    func numberPlace(_ row: Int) -> Position {
        Position(column: body.column + Self.labelWidth, row: body.row + row)
    }

    func put(
        _ row: Int,
        _ label: String,
        _ value: Double,
        _ format: NumberFormat,
        _ role: Role,
        _ note: String,
        into grid: inout Grid
    ) {
        guard let notes = notePlace(row) else { return }
        let line = body.line(row)
        grid.put(label, at: line.origin, style: theme.id(.dim), maxWidth: Self.labelWidth)
        let place = Position(column: line.column + Self.labelWidth, row: line.row)
        grid.put(value, format, at: place, width: Self.numberWidth, style: theme.id(role))
        // A note says more or nothing: half of one would only raise a question.
        guard grid.shownWidth(of: note) <= noteWidth else { return }
        grid.put(note, at: notes, style: theme.id(.dim))
    }

    func multiple(
        _ row: Int,
        _ label: String,
        _ value: Double,
        _ note: String,
        isHeat: Bool = true,
        into grid: inout Grid
    ) {
        let role = isHeat ? theme.heatLevel(value).map(Role.heat) ?? .dim : .text
        let format = value > 999 ? NumberFormat(.fixed(0), limit: 999) : .fixed(2)
        put(row, label, value, format, role, note, into: &grid)
    }
}
