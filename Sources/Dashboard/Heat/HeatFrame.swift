import EngineAPI
import MarketData
import MarketTime
import TerminalGrid

/// Where the parts of the heatmap's pane stand, and which rows it shows: the reducer and the painter read it alike.
struct HeatFrame {
    /// Inside of the border.
    let inside: Rect
    /// How slots fit into it.
    let layout: HeatMapLayout
    /// The slot under the cursor.
    let slot: Int
    /// The hours above the rows; height 0 where there is no room.
    let axis: Rect
    /// The rows.
    let body: Rect
    /// The exact numbers of a cell; height 0 where there is no room.
    let numbers: Rect

    /// The frame of a state in a pane's place, its border included.
    init(_ state: DashboardState, in area: Rect) {
        inside = area.interior
        let heat = state.heat
        let clock = heat.clock
        slot = heat.cursor ?? clock.newest
        let isToday = heat.daysBack == 0 && !heat.showsDays
        layout = HeatMapLayout(
            width: inside.width,
            zoom: heat.zoom,
            around: slot,
            newest: isToday ? clock.newest : nil,
            figures: isToday ? [.rvol, .last, .change, .volume] : [.rvol, .volume]
        )
        let height = inside.height
        let (axisRows, numberRows) = (height >= 3 ? 1 : 0, height >= 4 ? 1 : 0)
        axis = Rect(column: inside.column, row: inside.row, width: inside.width, height: axisRows)
        body = inside.inset(top: axisRows, bottom: numberRows)
        numbers = Rect(column: inside.column, row: body.endRow, width: inside.width, height: numberRows)
    }

    /// Rows that have room.
    var rowCount: Int { body.height }

    /// The frame of the heatmap on the screen; nil while it is not shown.
    static func of(_ state: DashboardState, _ layout: ScreenLayout) -> Self? {
        layout.panes[.heat].flatMap { $0.isEmpty ? nil : Self(state, in: $0) }
    }
}

/// One row of the heatmap.
struct HeatLine {
    /// Its name at the left: a symbol, or a day.
    var label: String
    /// Its slots; nil while they are on their way.
    var row: HeatRow?
    /// Whether the cursor stands on it.
    var isSelected = false
    /// Whether the ticker is halted.
    var isHalted = false
    /// Place in the rows at hand; nil for a day.
    var index: Int?
}

extension DashboardState {
    /// The rows at hand that the heatmap shows, as indices into `rows`, at most so many.
    func heatIndices(_ count: Int) -> [Int] {
        guard let rows, count > 0 else { return [] }
        guard heat.order == .listed || heat.arranged.isEmpty else {
            let first = max(0, min(heat.top, heat.arranged.count - count))
            return heat.arranged.dropFirst(first).prefix(count).filter(rows.symbols.indices.contains)
        }
        let available = rows.symbols.count
        let first = max(0, min(heat.top - rows.rows.lowerBound, available - count))
        return Array(first..<max(first, min(first + count, available)))
    }

    /// The slots of a ticker on the day shown; nil while they are not at hand.
    func heatRow(_ symbol: Symbol) -> HeatRow? {
        guard heat.daysBack > 0, !heat.showsDays else { return heatRowOfToday(symbol) }
        guard let past = heat.shownPast, let place = heat.pastPlaces[symbol] else { return nil }
        return heatRow(past, at: place)
    }

    /// Today's slots of a ticker.
    func heatRowOfToday(_ symbol: Symbol) -> HeatRow? {
        guard let page = heat.slots, let place = heat.places[symbol] else { return nil }
        let live = status.map { HeatClock(DayProgress(of: page.tradingDay, at: $0.now)) }
        return HeatRow(
            volumes: page.volumes,
            averages: page.averages,
            index: place,
            clock: page.reachedAt.isEmpty ? heat.clock : heat.clock(page, place),
            live: live,
            floor: heatFloor
        )
    }

    private func heatRow(_ past: PastSlots, at place: Int) -> HeatRow {
        HeatRow(volumes: past.volumes, averages: past.averages, index: place, clock: .over, floor: heatFloor)
    }

    /// Shares that stand for a usual volume of none.
    private var heatFloor: Double { status?.rvol.floorShares ?? 100 }

    /// The rows of the heatmap, from the top.
    func heatLines(_ count: Int) -> [HeatLine] {
        if heat.showsDays { return heatDayLines(count) }
        guard let rows else { return [] }
        let selected = selectedIndex
        return heatIndices(count).map { index in
            let symbol = rows.symbols[index]
            return HeatLine(
                label: symbol.text,
                row: heatRow(symbol),
                isSelected: index == selected,
                isHalted: rows.flags[index].contains(.halted),
                index: index
            )
        }
    }

    /// The days of the selected ticker: today, and those before.
    private func heatDayLines(_ count: Int) -> [HeatLine] {
        guard let symbol = selectedSymbol else { return [] }
        var lines = [HeatLine(label: "today", row: heatRowOfToday(symbol))]
        if let past = heat.shownPast, past.query.symbols == [symbol] {
            for place in past.symbols.indices {
                lines.append(HeatLine(label: String(past.days[place].iso.dropFirst(5)), row: heatRow(past, at: place)))
            }
        }
        let chosen = min(heat.daysBack, lines.count - 1)
        lines[chosen].isSelected = true
        let first = max(0, min(chosen - count + 1, lines.count - count))
        return Array(lines.dropFirst(first).prefix(max(0, count)))
    }
}
