import EngineAPI
import MarketData
import MarketTime
import TerminalGrid

extension DashboardState {
    /// Takes the slots of a picture; a frozen screen keeps those it has.
    mutating func takeSlots(_ view: EngineView) {
        if pause == nil { heat.take(view.slots) }
    }

    /// What is to be asked about slots now.
    ///
    /// A frozen screen asks for nothing.
    mutating func slotCommandsIfDue() -> [DashboardCommand] {
        guard pause == nil, size.cellCount > 0 else { return [] }
        let layout = ScreenLayout(self)
        let frame = HeatFrame.of(self, layout)
        if let frame { settleHeat(frame, layout) }
        let isPageShown = panes.isOpen(.detail) && layout.panes[.detail] != nil
        var commands: [DashboardCommand] = []
        if frame == nil, !isPageShown {
            if heat.sent != nil {
                (heat.sent, heat.asked) = (nil, [])
                commands.append(.send(.slots(nil)))
            }
        } else if let query = slotQueryIfChanged(frame, isPageShown: isPageShown) {
            (heat.sent, heat.asked) = (query, Set(query.symbols))
            commands.append(.send(.slots(query)))
        }
        let past = pastQuery(frame)
        if let query = heat.pastAsk.update(past.query, needed: past.needed, now: now, pace: settings.pace) {
            commands.append(.pastSlots(query))
        }
        return commands
    }

    // MARK: Questions

    /// Rows asked for above and below those shown.
    private static let heatOverscan = 8
    /// Edges of what is asked for move in steps of so many rows.
    private static let heatStep = 16

    /// The question that fits the screen; nil while everything on it has been asked for.
    private func slotQueryIfChanged(_ frame: HeatFrame?, isPageShown: Bool) -> SlotQuery? {
        // The page may be of a ticker that is not the selected one.
        let selected = isPageShown ? lookedSymbol : selectedSymbol
        var needed = frame.map { heatSymbols($0, isWhole: false) } ?? []
        if let selected { needed.append(selected) }
        guard !needed.isEmpty else { return nil }
        let priced = isPageShown ? selected : nil
        let isCovered = heat.sent.map { $0.priced == priced && needed.allSatisfy(heat.asked.contains) } ?? false
        let whole = frame.map { heatSymbols($0, isWhole: true) } ?? []
        let symbols = Self.including(selected, whole, SlotQuery.symbolsMax)
        // Far more than the screen shows, as after the heatmap was closed, costs the engine for nothing.
        guard !isCovered || heat.asked.count > 2 * symbols.count + 2 * Self.heatStep else { return nil }
        return SlotQuery(symbols: symbols, priced: priced)
    }

    /// The question about past days that fits the screen, and whose rows stand there now.
    private func pastQuery(_ frame: HeatFrame?) -> (query: PastSlotQuery?, needed: [Symbol]) {
        guard let frame, heat.showsDays || heat.daysBack > 0 else { return (nil, []) }
        if heat.showsDays {
            guard let symbol = selectedSymbol else { return (nil, []) }
            return (PastSlotQuery(symbols: [symbol], daysBack: 1, days: HeatState.daysBackMax), [symbol])
        }
        let symbols = Self.including(selectedSymbol, heatSymbols(frame, isWhole: true), PastSlotQuery.symbolsMax)
        guard !symbols.isEmpty else { return (nil, []) }
        return (PastSlotQuery(symbols: symbols, daysBack: heat.daysBack), heatSymbols(frame, isWhole: false))
    }

    private static func including(_ symbol: Symbol?, _ symbols: [Symbol], _ countMax: Int) -> [Symbol] {
        guard let symbol, !symbols.contains(symbol) else { return Array(symbols.prefix(countMax)) }
        return symbols.prefix(countMax - 1) + [symbol]
    }

    /// Whose slots the heatmap shows; `isWhole` adds the rows around, so that a step of scrolling asks for nothing.
    private func heatSymbols(_ frame: HeatFrame, isWhole: Bool) -> [Symbol] {
        guard let rows, !heat.showsDays else { return [] }
        guard heat.order == .listed else { return heat.arranged.map { rows.symbols[$0] } }
        let shown = heatIndices(frame.rowCount)
        guard isWhole, let first = shown.first, let last = shown.last else { return shown.map { rows.symbols[$0] } }
        let start = max(0, first - Self.heatOverscan) / Self.heatStep * Self.heatStep
        let end = (last + Self.heatOverscan + Self.heatStep) / Self.heatStep * Self.heatStep
        let window = start..<min(end, rows.symbols.count)
        guard window.count > SlotQuery.symbolsMax - 1 else { return Array(rows.symbols[window]) }
        return Array(rows.symbols[first...last].prefix(SlotQuery.symbolsMax - 1))
    }

    // MARK: Rows

    /// Puts the heatmap's rows into their order and the selected one on the screen.
    private mutating func settleHeat(_ frame: HeatFrame, _ layout: ScreenLayout) {
        let count = frame.rowCount
        guard let rows, count > 0 else {
            (heat.arranged, heat.arrangedSymbols) = ([], [])
            return
        }
        guard heat.order == .listed, !heat.showsDays else {
            arrange(rows)
            if let place = selectedIndex.flatMap({ heat.arranged.firstIndex(of: $0) }) {
                heat.top = min(max(heat.top, place - count + 1), place)
            }
            heat.top = max(0, min(heat.top, heat.arranged.count - count))
            return
        }
        (heat.arranged, heat.arrangedSymbols) = ([], [])
        // Beside the table its rows are shown; a pane with fewer rows moves within them.
        let beside = layout.table.isEmpty ? 0 : layout.rowCount
        if beside > 0 { heat.top = min(max(heat.top, top), max(top, top + beside - count)) }
        heat.top = min(max(heat.top, selection.rank - count + 1), selection.rank)
        heat.top = max(0, min(heat.top, matchCount - count))
    }

    /// Works out the order, unless it stands still: then newcomers go to the end.
    private mutating func arrange(_ rows: ScanResult) {
        let candidates = heatCandidates(rows)
        if holdsOrder, !heat.arrangedSymbols.isEmpty {
            let places = Dictionary(zip(candidates.map { rows.symbols[$0] }, candidates)) { first, _ in first }
            let stayed = heat.arrangedSymbols.compactMap { places[$0] }
            let seen = Set(stayed)
            heat.arranged = stayed + candidates.filter { !seen.contains($0) }
        } else {
            // Hotter is smaller; who says nothing comes last, and the table's order decides among equals.
            let keyed = candidates.map { (index: $0, key: heatKey(rows.symbols[$0])) }
            heat.arranged = keyed.sorted { ($0.key, $0.index) < ($1.key, $1.index) }.map(\.index)
        }
        heat.arrangedSymbols = heat.arranged.map { rows.symbols[$0] }
    }

    /// The rows at hand that are put into an order, around the selected one.
    private func heatCandidates(_ rows: ScanResult) -> [Int] {
        let (count, most) = (rows.symbols.count, SlotQuery.symbolsMax - 1)
        guard count > most else { return Array(0..<count) }
        let middle = selectedIndex ?? selection.rank - rows.rows.lowerBound
        let first = max(0, min(middle - most / 2, count - most))
        return Array(first..<(first + most))
    }

    private func heatKey(_ symbol: Symbol) -> Double {
        guard let row = heatRow(symbol) else { return .infinity }
        if heat.order == .firstHot { return row.firstSlot(reaching: HeatState.hotFrom).map(Double.init) ?? .infinity }
        let newest = row.newest..<(row.newest + 1)
        let value = row.reading(newest, heat.bucket, isCumulative: heat.isCumulative).number
        return value.isNaN ? .infinity : -value
    }
}
