import EngineAPI
import MarketData
import MarketTime
import TerminalGrid

/// The table of ranked tickers with its frame.
struct TableView {
    /// A price this old, in seconds of a session, dims its row: nobody has traded the stock for ten minutes.
    static let staleSeconds: Int64 = 600

    let state: DashboardState
    let layout: ScreenLayout

    /// The table of a state.
    init(_ state: DashboardState, _ layout: ScreenLayout) {
        self.state = state
        self.layout = layout
    }

    /// Paints frame, heading and rows, or what is being waited for.
    func paint(into grid: inout Grid, _ theme: Theme) {
        let area = layout.table
        grid.box(area, style: theme.id(.border))
        paintUpperBorder(of: area, into: &grid, theme)
        guard let rows = state.rows, state.status?.snapshotAppliedAt != nil, rows.matchCount > 0 else {
            WaitingView(state).paint(in: area.interior, into: &grid, theme)
            return
        }
        paintHeading(rows, row: area.row + 1, into: &grid, theme)
        let body = RowWindow(state, rows, count: layout.rowCount)
        paintBody(rows, body, at: area.row + 2, into: &grid, theme)
        paintLowerBorder(rows, body, of: area, into: &grid, theme)
    }

    // MARK: Frame

    private func paintUpperBorder(of area: Rect, into grid: inout Grid, _ theme: Theme) {
        var end = area.endColumn - 2
        if layout.hiddenCount > 0 {
            let mark = (grid.glyphs.isASCII ? ">" : "»") + String(layout.hiddenCount)
            end -= setIntoBorder(mark, endingAt: end, row: area.row, role: .warning, into: &grid, theme)
        }
        if let until = state.holdUntil, state.now < until, state.pause == nil {
            let text = "held " + TimeText.age(until.seconds(since: state.now).rounded(.up))
            end -= setIntoBorder(text, endingAt: end, row: area.row, role: .warning, into: &grid, theme)
        }
        if state.pause != nil {
            end -= setIntoBorder("frozen, p resumes", endingAt: end, row: area.row, role: .warning, into: &grid, theme)
        }
        let title = gateWords(ascii: grid.glyphs.isASCII)
        let room = end - area.column - 2 - grid.shownWidth(of: title) - 5
        if let rvol = rvolWords.first(where: { $0.utf8.count < room }) {
            end -= setIntoBorder(rvol, endingAt: end, row: area.row, role: .dim, into: &grid, theme)
        }
        let start = Position(column: area.column + 2, row: area.row)
        let titleRoom = end - start.column - 1
        guard titleRoom > 2 else { return }
        grid.put(" ", at: start, style: theme.id(.border))
        let place = Position(column: start.column + 1, row: start.row)
        let used = grid.put(title, at: place, style: theme.id(.title), maxWidth: titleRoom - 1)
        grid.put(" ", at: Position(column: place.column + used, row: start.row), style: theme.id(.border))
    }

    /// Sets words into a border so that they end left of a column; returns the columns taken.
    private func setIntoBorder(
        _ text: String,
        endingAt end: Int,
        row: Int,
        role: Role,
        into grid: inout Grid,
        _ theme: Theme
    ) -> Int {
        let width = grid.shownWidth(of: text)
        let start = end - width - 2
        guard start > layout.table.column + 1 else { return 0 }
        grid.put(" ", at: Position(column: start, row: row), style: theme.id(role))
        grid.put(text, at: Position(column: start + 1, row: row), style: theme.id(role))
        grid.put(" ", at: Position(column: start + 1 + width, row: row), style: theme.id(role))
        return width + 3
    }

    /// What is shown: the list and the filter, or who is in play.
    private func gateWords(ascii: Bool) -> String {
        if let previewWords { return previewWords }
        if state.view.list != nil || state.shownFilter != nil { return scanWords }
        guard state.isGated else { return "WHOLE MARKET, test symbols left out" }
        let gate = state.settings.gate
        let reaches = ascii ? ">=" : "≥"
        var parts: [String] = []
        if gate.minPrice > 0 { parts.append("price \(reaches) \(TimeText.setting(gate.minPrice))") }
        if gate.minVolume > 0 { parts.append("volume \(reaches) \(TimeText.setting(gate.minVolume))") }
        if gate.minDollarVolume > 0 { parts.append("$ volume \(reaches) \(TimeText.setting(gate.minDollarVolume))") }
        return parts.isEmpty ? "IN PLAY" : "IN PLAY: " + parts.joined(separator: ", ")
    }

    private var scanWords: String {
        let list = state.view.list.map { state.names.definition($0)?.title ?? $0.uppercased() }
        let words = [
            list, (state.view.filterWords ?? state.view.filter).map { (list == nil ? "FILTER: " : "and ") + $0 },
        ].compactMap(\.self)
        // Until the engine has answered, the rows below are another question's.
        if state.isAwaitingRows { return (words + ["asking the engine"]).joined(separator: ", ") }
        let unknown = state.rows?.unknownCount ?? 0
        let notes = unknown > 0 ? ["\(TimeText.count(unknown)) unknown"] : []
        return (words + notes).joined(separator: ", ")
    }

    /// Definition of RVOL in force, from the longest way to say it to the shortest.
    private var rvolWords: [String] {
        guard let rvol = state.status?.rvol else { return [] }
        let name = "RVOL \(rvol.mode.rawValue)"
        let days = rvol.lookbackDays == 1 ? "1 day" : "\(rvol.lookbackDays) days"
        let early = rvol.includesEarlyCloses ? ", early closes too" : ""
        return [
            "\(name)\(rvol.mode.explanation), \(days)\(early)",
            "\(name), \(days)\(early)",
            "\(name), \(rvol.lookbackDays)d\(early.isEmpty ? "" : "+early")",
        ]
    }

    private func paintLowerBorder(
        _ rows: ScanResult,
        _ body: RowWindow,
        of area: Rect,
        into grid: inout Grid,
        _ theme: Theme
    ) {
        let row = area.endRow - 1
        let place = TimeText.count(state.selection.rank + 1) + "/" + TimeText.count(rows.matchCount)
        let end = area.endColumn - 2
        let used = setIntoBorder(place, endingAt: end, row: row, role: .title, into: &grid, theme)
        var legendColumn = area.column + 2
        var room = end - used - legendColumn - 3
        let changes = state.leaders.changes(at: state.pause?.since ?? state.now)
        if changes.entered + changes.left > 0 {
            let minus = grid.glyphs.isASCII ? "-" : "−"
            let words = " +\(changes.entered) new \(minus)\(changes.left) gone "
            if grid.shownWidth(of: words) <= room {
                let place = Position(column: legendColumn, row: row)
                let width = grid.put(words, at: place, style: theme.id(.dim))
                (legendColumn, room) = (legendColumn + width + 1, room - width - 1)
            }
        }
        if showsInterruption(rows, body) {
            let place = Position(column: legendColumn, row: row)
            let width = grid.put(" ?=ticks interrupted ", at: place, style: theme.id(.warning), maxWidth: max(0, room))
            (legendColumn, room) = (legendColumn + width + 1, room - width - 1)
        }
        if room >= HeatLegend.width {
            HeatLegend.paint(at: Position(column: legendColumn, row: row), room: room, into: &grid, theme)
        }
    }

    // MARK: Heading

    private func paintHeading(_ rows: ScanResult, row: Int, into grid: inout Grid, _ theme: Theme) {
        for placed in layout.columns {
            let key = ([state.sort] + state.table.moreSorts).firstIndex { $0.column == placed.descriptor.id }
            let isSorted = key != nil
            let isUnderCursor = placed.descriptor.id == state.table.column && state.panes.focus == .table
            let style = theme.id(isUnderCursor ? .columnCursor : isSorted ? .headingSorted : .heading)
            if placed.descriptor.id == .strip {
                StripView.paintHeading(placed, row: row, state: state, into: &grid, theme)
                continue
            }
            var title = placed.descriptor.title
            if placed.descriptor.id == .rvol { title += state.status?.rvol.mode.headingMark ?? "" }
            // In a slot's first seconds the column still shows the slot before.
            if placed.descriptor.id == .slotRVOL, rows.flags.first?.contains(.slotJustStarted) == true { title += "-1" }
            let isText = placed.descriptor.format == .text
            if let key {
                let descending = key == 0 ? state.sort.descending : state.table.moreSorts[key - 1].descending
                let arrow = String(descending ? grid.glyphs.down : grid.glyphs.up) + (key > 0 ? "\(key + 1)" : "")
                title = isText ? title + arrow : arrow + title
            }
            // A long heading takes the cells behind the numbers too.
            let numbers = placed.width - placed.descriptor.cellsBehindNumber
            let width = grid.shownWidth(of: title) > numbers ? placed.width : numbers
            let field = Rect(column: placed.column, row: row, width: width, height: 1)
            grid.put(title, in: field, alignment: isText ? .leading : .trailing, style: style)
        }
    }

    // MARK: Body

    private func paintBody(
        _ rows: ScanResult,
        _ body: RowWindow,
        at firstRow: Int,
        into grid: inout Grid,
        _ theme: Theme
    ) {
        let inside = layout.table.interior
        for line in 0..<body.looks.count {
            let look = body.looks[line]
            let row = firstRow + line
            if look == .halted {
                let whole = Rect(column: inside.column, row: row, width: inside.width, height: 1)
                grid.fill(whole, style: theme.id(.text, look))
            }
            if look == .selected || look == .selectedDim {
                let whole = Rect(column: inside.column, row: row, width: inside.width, height: 1)
                grid.fill(whole, style: theme.id(.text, look))
                grid.put(">", at: Position(column: inside.column, row: row), style: theme.id(.marker, look))
            }
            let symbol = rows.symbols[body.first + line]
            let isPinned = rows.rows.lowerBound + body.first + line < rows.pinnedCount
            let isMarked = state.table.marked.contains(symbol)
            if look != .selected, look != .selectedDim {
                let marker = Position(column: inside.column, row: row)
                if isPinned {
                    grid.put(grid.glyphs.bullet, at: marker, style: theme.id(.pinned, look))
                } else if isMarked {
                    grid.put("#", at: marker, style: theme.id(.marked, look))
                } else if look != .halted, rows.moves.isEmpty,
                    state.leaders.isNew(symbol, at: state.pause?.since ?? state.now)
                {
                    grid.put("+", at: marker, style: theme.id(.good))
                }
            }
            let place = Position(column: layout.columns[0].column, row: row)
            let role: Role = isMarked ? .marked : isPinned ? .pinned : .symbol
            grid.put(symbol.text, at: place, style: theme.id(role, look), maxWidth: layout.columns[0].width)
        }
        for placed in layout.columns.dropFirst() {
            if placed.descriptor.id == .strip {
                StripView.paint(rows, body, placed, at: firstRow, into: &grid, theme)
            } else if let index = rows.columns.firstIndex(of: placed.descriptor.id) {
                if placed.descriptor.kind == .text {
                    paintTexts(rows, body, placed, column: index, at: firstRow, into: &grid, theme)
                    continue
                }
                let painter = ColumnPainter(placed, rows.values[index], body, firstRow: firstRow, theme: theme)
                painter.paint(flags: rows.flags, later: secondsSincePicture, into: &grid)
            }
        }
        paintRowMarks(rows, body, at: firstRow, into: &grid, theme)
        paintMoves(rows, body, at: firstRow, into: &grid, theme)
    }

    /// Texts come from outside: the grid replaces whatever could steer a terminal.
    private func paintTexts(
        _ rows: ScanResult,
        _ body: RowWindow,
        _ placed: PlacedColumn,
        column: Int,
        at firstRow: Int,
        into grid: inout Grid,
        _ theme: Theme
    ) {
        guard rows.texts.indices.contains(column), !rows.texts[column].isEmpty else { return }
        for (line, look) in body.looks.enumerated() {
            let text = rows.texts[column][body.first + line]
            let place = Position(column: placed.column, row: firstRow + line)
            grid.put(text.isEmpty ? "–" : text, at: place, style: theme.id(.text, look), maxWidth: placed.width)
        }
    }

    /// Seconds that ages have grown since the engine told them.
    private var secondsSincePicture: Double {
        guard let told = state.status?.now else { return 0 }
        return max(0, (state.pause?.since ?? state.now).seconds(since: told))
    }
}

extension RVOLSettings.Mode {
    /// What stands behind RVOL in the heading: nothing for the usual definition.
    var headingMark: String {
        switch self {
        case .interpolated: ""
        case .slot: "s"
        case .regular: "r"
        }
    }

    /// What the word alone does not say.
    fileprivate var explanation: String {
        switch self {
        case .interpolated: ""
        case .slot: " (to its end)"
        case .regular: " (each slot alone)"
        }
    }
}

extension ColumnDescriptor {
    /// Whether the field's last cell is kept for a mark behind the number.
    var hasMark: Bool { [.rvol, .slotRVOL, .simpleRVOL, .averageVolume].contains(id) }

    /// Cells at the field's right end that most rows leave blank: the heading stands where the numbers end.
    var cellsBehindNumber: Int { format == .price ? 2 : hasMark ? 1 : 0 }

    /// What the last cell shows for a row with these flags; nil for nothing.
    func mark(_ flags: RowFlags) -> Unicode.Scalar? {
        switch id {
        case .rvol: flags.contains(.thinBaseline) ? "~" : flags.contains(.shortBaseline) ? "'" : nil
        case .slotRVOL: flags.contains(.unknownSlots) ? "?" : nil
        case .simpleRVOL, .averageVolume: flags.contains(.shortAverage) ? "'" : nil
        default: nil
        }
    }
}

/// The rows at hand that stand on the screen, and how each looks.
struct RowWindow {
    /// Index of the first row shown, within the answer.
    let first: Int
    /// Look of each row shown, in order.
    let looks: [RowLook]

    /// The rows of an answer that a table of `count` rows shows.
    ///
    /// While the answer to a scroll is on its way, the nearest rows at hand are shown rather than none.
    init(_ state: DashboardState, _ rows: ScanResult, count: Int) {
        let available = rows.symbols.count
        let wanted = state.top - rows.rows.lowerBound
        first = max(0, min(wanted, available - count))
        let shown = max(0, min(count, available - first))
        // Keys go to the filter while one is being typed, and its marks take the marker's place.
        let selected = state.questionInForce == nil ? state.selectedIndex : nil
        let session = state.status?.session.session ?? .closed
        let now = state.pause?.since ?? state.now
        let isAwaited = state.isAwaitingRows
        let oldest = session == .closed ? Int64.min : now.adding(seconds: -TableView.staleSeconds).nanoseconds
        looks = (first..<(first + shown)).map { index in
            let flags = rows.flags[index]
            // The last question's rows stand in until this one's are there.
            let isDim =
                isAwaited || !flags.contains(.tradedToday) || flags.contains(.missingFromFeed)
                || rows.priceTimes[index] < oldest
            if index == selected { return isDim ? .selectedDim : .selected }
            if flags.contains(.halted) { return .halted }
            return isDim ? .dim : .normal
        }
    }
}

/// One column of numbers: its format is chosen once, then written row by row.
private struct ColumnPainter {
    private let placed: PlacedColumn
    private let values: [Double]
    private let body: RowWindow
    private let firstRow: Int
    private let theme: Theme

    init(_ placed: PlacedColumn, _ values: [Double], _ body: RowWindow, firstRow: Int, theme: Theme) {
        self.placed = placed
        self.values = values
        self.body = body
        self.firstRow = firstRow
        self.theme = theme
    }

    func paint(flags: [RowFlags], later: Double, into grid: inout Grid) {
        switch placed.descriptor.format {
        case .text, .strip: break
        case .age:
            forEachLine { place, value, look in
                let field = Rect(column: place.column, row: place.row, width: placed.width, height: 1)
                let style = theme.id(.dim, look)
                grid.put(ShortAge.text(value + later), in: field, alignment: .trailing, style: style)
            }
        case .price: paintPrices(flags, into: &grid)
        case .signedPercent(let decimals):
            let format = NumberFormat(.fixed(decimals), sign: .arrow)
            forEachLine { place, value, look in
                let role: Role = value > 0 ? .up : value < 0 ? .down : .flat
                grid.put(value, format, at: place, width: placed.width, style: theme.id(role, look))
            }
        case .percent(let decimals):
            let format = NumberFormat.fixed(decimals)
            forEachLine { place, value, look in
                grid.put(value, format, at: place, width: placed.width, style: theme.id(.text, look))
            }
        case .multiple(let decimals): paintMultiples(decimals, into: &grid)
        case .abbreviated:
            let width = placed.descriptor.hasMark ? placed.width - 1 : placed.width
            forEachLine { place, value, look in
                grid.put(value, .compact, at: place, width: width, style: theme.id(.text, look))
            }
        }
        if placed.descriptor.hasMark { paintMarks(flags, into: &grid) }
    }

    /// Decimal points stand below each other: prices from a dollar on leave the last two of four decimals blank.
    private func paintPrices(_ flags: [RowFlags], into grid: inout Grid) {
        forEachLine { place, value, look in
            let isKnown = !value.isNaN && !flags[body.first + place.row - firstRow].contains(.ticksInterrupted)
            let field = PriceField(value, width: placed.width)
            grid.put(value, field.format, at: place, width: field.width, style: theme.id(isKnown ? .text : .dim, look))
        }
    }

    private func paintMultiples(_ decimals: Int, into grid: inout Grid) {
        let format = NumberFormat.fixed(decimals)
        let beyond = NumberFormat(.fixed(0), limit: 999)
        let width = placed.width - (placed.descriptor.hasMark ? 1 : 0)
        let isHeat = placed.descriptor.id != .simpleRVOL
        forEachLine { place, value, look in
            let role: Role = isHeat ? theme.heatLevel(value).map(Role.heat) ?? .dim : .text
            let style = theme.id(role, look)
            grid.put(value, value > 999 ? beyond : format, at: place, width: width, style: style)
        }
    }

    /// A missing number is marked too where the mark says why it is missing.
    private func paintMarks(_ flags: [RowFlags], into grid: inout Grid) {
        let marksMissing = placed.descriptor.id == .slotRVOL
        forEachLine { place, value, look in
            let flag = flags[body.first + place.row - firstRow]
            guard !value.isNaN || marksMissing, let mark = placed.descriptor.mark(flag) else { return }
            let cell = Position(column: place.column + placed.width - 1, row: place.row)
            grid.put(mark, at: cell, style: theme.id(.dim, look))
        }
    }

    @inline(__always)
    private func forEachLine(_ body: (Position, Double, RowLook) -> Void) {
        for (line, look) in self.body.looks.enumerated() {
            body(Position(column: placed.column, row: firstRow + line), values[self.body.first + line], look)
        }
    }
}
