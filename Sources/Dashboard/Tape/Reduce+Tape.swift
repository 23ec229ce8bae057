import EngineAPI
import MarketData
import MarketTime
import TerminalGrid

extension DashboardState {
    /// The selected ticker; nil before its row has arrived.
    var selectedSymbol: Symbol? { selection.symbol ?? selectedIndex.flatMap { rows?.symbols[$0] } }

    /// What the trader looks at, as the engine is to know it.
    private var desiredLook: LookedAt {
        var look = LookedAt(selected: selectedSymbol)
        guard tape.isOpen, tape.isMerged || look.selected != nil else { return look }
        // In steps, so that a small resize asks for nothing new.
        let room = ScreenLayout(self).tape.map(TapePanel.lineCount) ?? 0
        let rows = min(TapeQuery.rowsMax, max(1, (room + 31) / 32) * 32)
        look.tape = TapeQuery(
            symbol: tape.isMerged ? nil : look.selected,
            filter: tape.filter,
            aggregates: tape.aggregates,
            rows: rows
        )
        return look
    }

    /// What the engine is to be told now about what the trader looks at; nil for nothing.
    ///
    /// A frozen screen asks for nothing.
    mutating func lookIfDue() -> LookedAt? {
        guard pause == nil, size.cellCount > 0 else { return nil }
        return look.update(desiredLook, now: now, pace: settings.pace)
    }

    /// Shows or hides the tape, or switches between the selected ticker's and the merged one.
    mutating func toggleTape(merged: Bool) {
        if tape.isOpen, tape.isMerged == merged {
            tape.isOpen = false
            tape.hasFocus = false
            (tape.page, tape.latest) = (nil, nil)
        } else {
            tape.isOpen = true
            tape.isMerged = merged
            tape.page = nil
        }
        scrollIntoView()
    }

    /// Moves the smallest size on the tape by a step.
    mutating func stepTapeSize(up: Bool) {
        guard let next = TapePanelState.step(tape.minSize, up: up, among: TapePanelState.sizeSteps) else {
            say(up ? "the largest step; :set tape.min_size takes any number" : "every size is on the tape")
            return
        }
        tape.minSize = next
        sayTapeFilter()
    }

    /// Takes the next smallest notional, and after the largest every one.
    mutating func stepTapeNotional() {
        let steps = TapePanelState.notionalSteps
        tape.minNotional = TapePanelState.step(tape.minNotional, up: true, among: steps) ?? 0
        sayTapeFilter()
    }

    /// Puts trades together, or no longer.
    mutating func toggleTapeAggregation() {
        tape.aggregates.toggle()
        say(tape.aggregates ? "one line for a price and side within 100 ms" : "a line for every trade")
    }

    private mutating func sayTapeFilter() {
        let words = tape.filterWords(reaches: "from")
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
