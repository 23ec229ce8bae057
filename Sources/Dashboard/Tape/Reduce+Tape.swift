import EngineAPI
import MarketData
import MarketTime
import TerminalGrid

extension DashboardState {
    /// The selected ticker; nil before its row has arrived.
    var selectedSymbol: Symbol? { selection.symbol ?? selectedIndex.flatMap { rows?.symbols[$0] } }

    /// The state of the tape in a pane.
    func tapeState(_ pane: Pane) -> TapePanelState { pane == .tape2 ? tape2 : tape }

    /// Changes the state of the tape that has the keys, or of the first.
    private mutating func changeTape(_ change: (inout TapePanelState) -> Void) {
        if panes.focus == .tape2 { change(&tape2) } else { change(&tape) }
    }

    /// The tape whose keys are in force.
    private var keyedTape: TapePanelState { tapeState(panes.focus) }

    /// The question of a tape's pane; nil when it is not shown or nobody is selected.
    private func tapeQuery(_ pane: Pane, _ layout: ScreenLayout) -> TapeQuery? {
        let tape = tapeState(pane)
        if pane == .tape, let area = pagePrintsArea(layout) {
            return lookedSymbol.map { tapeQuery(tape, of: $0, in: area) }
        }
        guard panes.isOpen(pane) else { return nil }
        let symbol: Symbol?
        switch tape.source {
        case .linked:
            guard let lookedSymbol else { return nil }
            symbol = lookedSymbol
        case .pinned(let pinned): symbol = pinned
        case .merged: symbol = nil
        }
        return tapeQuery(tape, of: symbol, in: layout.panes[pane] ?? Rect(.zero))
    }

    private func tapeQuery(_ tape: TapePanelState, of symbol: Symbol?, in area: Rect) -> TapeQuery {
        let levels = symbol == nil || !tape.showsProfile ? 0 : TapePanel.levelCount(in: area)
        // In steps, so that a small resize asks for nothing new.
        let room = TapePanel.lineCount(in: area, hasProfile: levels > 0)
        let rows = min(TapeQuery.rowsMax, max(1, (room + 31) / 32) * 32)
        let steps = min(TapeQuery.levelsMax, (levels + 15) / 16 * 16)
        return TapeQuery(symbol: symbol, filter: tape.filter, aggregates: tape.aggregates, rows: rows, levels: steps)
    }

    /// Where the ticker's page shows its prints; nil where it does not.
    private func pagePrintsArea(_ layout: ScreenLayout) -> Rect? {
        guard let area = layout.detail, layout.tape == nil, PageForm(area, self) == .page else { return nil }
        let prints = PageLayout(area).tape
        return prints.isEmpty ? nil : prints
    }

    /// What the trader looks at, as the engine is to know it.
    private var desiredLook: LookedAt {
        let layout = ScreenLayout(self)
        return LookedAt(
            selected: lookedSymbol,
            tape: tapeQuery(.tape, layout),
            secondTape: tapeQuery(.tape2, layout)
        )
    }

    /// What the engine is to be told now about what the trader looks at; nil for nothing.
    ///
    /// A frozen screen asks for nothing.
    mutating func lookIfDue() -> LookedAt? {
        tidyPage()
        guard pause == nil, size.cellCount > 0 else { return nil }
        return look.update(desiredLook, now: now, pace: settings.pace)
    }

    /// Takes the newest lines of both tapes.
    mutating func takeTapes(_ view: EngineView) {
        let isFrozen = pause != nil
        let hasTape = panes.isOpen(.tape) || look.sent?.tape != nil
        if hasTape { tape.take(view.tape, isFrozen: isFrozen, now: now, pace: settings.pace) }
        if panes.isOpen(.tape2) { tape2.take(view.secondTape, isFrozen: isFrozen, now: now, pace: settings.pace) }
    }

    /// Shows or hides a tape.
    mutating func toggleTape(_ pane: Pane) {
        if panes.isOpen(pane) {
            panes.close(pane)
        } else {
            panes.add(pane)
        }
        if pane == .tape2 { tape2.clear() } else { tape.clear() }
        scrollIntoView()
    }

    /// Moves the smallest size on the tape by a step.
    mutating func stepTapeSize(up: Bool) {
        guard let next = TapePanelState.step(keyedTape.minSize, up: up, among: TapePanelState.sizeSteps) else {
            say(up ? "the largest step; :set tape.min_size takes any number" : "every size is on the tape")
            return
        }
        changeTape { $0.minSize = next }
        sayTapeFilter()
    }

    /// Takes the next smallest notional, and after the largest every one.
    mutating func stepTapeNotional() {
        let steps = TapePanelState.notionalSteps
        let next = TapePanelState.step(keyedTape.minNotional, up: true, among: steps) ?? 0
        changeTape { $0.minNotional = next }
        sayTapeFilter()
    }

    /// Puts trades together, or no longer.
    mutating func toggleTapeAggregation() {
        changeTape { $0.aggregates.toggle() }
        say(keyedTape.aggregates ? "one line for a price and side within 100 ms" : "a line for every trade")
    }

    /// Keeps a tape at its ticker, or lets it go again.
    mutating func togglePin() {
        let pane = panes.focus
        if case .pinned = keyedTape.source {
            changeTape { $0.source = pane == .tape2 ? .merged : .linked }
            say(pane == .tape2 ? "of the whole short list again" : "follows the cursor again")
        } else if let symbol = lookedSymbol {
            changeTape { $0.source = .pinned(symbol) }
            say("stays at \(symbol.text); P lets it go")
        } else {
            say("no ticker is selected")
        }
    }

    /// Shows shares by price beside the lines, or no longer.
    mutating func toggleProfile() {
        changeTape { $0.showsProfile.toggle() }
        guard keyedTape.showsProfile else {
            say("without shares by price")
            return
        }
        let area = ScreenLayout(self).panes[panes.focus] ?? Rect(.zero)
        if keyedTape.isMerged {
            say("shares by price: of one ticker's tape; P pins this one")
        } else if TapePanel.levelCount(in: area) == 0 {
            say("shares by price need \(TapeProfile.paneWidthMin) columns and 12 rows: z shows the tape alone")
        } else {
            say("shares by price: bought at the ask, sold at the bid")
        }
    }

    /// Lets new lines come in on top, or in a ring.
    mutating func toggleTapeOrder() {
        changeTape { $0.order = $0.order == .list ? .ring : .list }
        say(keyedTape.order == .list ? "newest on top" : "a ring: the newest overwrites the oldest, > marks it")
    }

    private mutating func sayTapeFilter() {
        let words = keyedTape.filterWords(reaches: "from")
        say(words.isEmpty ? "tape: every line" : "tape: lines " + words.joined(separator: " and "))
    }

    /// Notes which prices on the screen have changed, unless it is frozen or the order is a new one.
    mutating func flash(from old: ScanResult?, to new: ScanResult) {
        guard flashesPrices, pause == nil, let old else {
            priceFlashes.clear()
            return
        }
        let first = top - new.rows.lowerBound
        let visible = max(0, first)..<max(0, first + ScreenLayout(self).rowCount)
        priceFlashes.compare(old, new, visible: visible, selected: selectedSymbol, now: now)
    }
}

extension DashboardState {
    /// Takes a key of a tape; nil when it is not one of its own.
    mutating func performOnTape(_ action: Action) -> [DashboardCommand]? {
        switch action {
        case .tapeLarger: stepTapeSize(up: true)
        case .tapeSmaller: stepTapeSize(up: false)
        case .tapeNotional: stepTapeNotional()
        case .tapeAggregate: toggleTapeAggregation()
        case .tapePin: togglePin()
        case .tapeProfile: toggleProfile()
        case .tapeOrder: toggleTapeOrder()
        default: return nil
        }
        return []
    }
}
