import EngineAPI
import MarketData
import MarketTime
import TerminalGrid

extension DashboardState {
    /// Takes a key of the heatmap; nil when it is not one of its own.
    mutating func performOnHeat(_ action: Action) -> [DashboardCommand]? {
        guard let frame = HeatFrame.of(self, ScreenLayout(self)) else { return nil }
        if let reason = heatReason(against: action) {
            say(reason)
            return [.bell]
        }
        switch action {
        case .slotLeft, .slotRight, .hourLeft, .hourRight, .sessionStart, .sessionEnd:
            return moveHeatCursor(action, frame) ? [] : [.bell]
        case .zoomIn, .zoomOut: zoomHeat(action == .zoomIn ? heat.zoom.closer : heat.zoom.wider)
        case .cumulative: toggleCumulative()
        case .heatBucket: toggleBucket(frame)
        case .heatOrder: stepHeatOrder()
        case .dayBack, .dayForward: stepHeatDay(by: action == .dayBack ? 1 : -1)
        case .heatDays: toggleHeatDays()
        case .explain: explainHeat()
        case .down, .up, .halfDown, .halfUp, .pageDown, .pageUp: return moveInHeat(action, frame)
        default: return nil
        }
        return []
    }

    /// Why an action of the heatmap cannot be taken now; nil when it can.
    func heatReason(against action: Action) -> String? {
        switch action {
        case .heatOrder, .dayBack, .dayForward, .heatDays:
            if pause != nil { return "the screen is paused: p resumes it" }
        default: break
        }
        switch action {
        case .zoomIn: return heat.zoom.closer == nil ? "an hour is the shortest span" : nil
        case .zoomOut: return heat.zoom.wider == nil ? "the whole day is shown" : nil
        case .heatBucket: return heat.isCumulative ? "up to a cell's end there is one sum: c shows each slot" : nil
        case .heatOrder: return heat.showsDays ? "days stand in their order: D goes back to the tickers" : nil
        case .dayBack:
            let isLast = heat.daysBack >= HeatState.daysBackMax
            return isLast ? "\(HeatState.daysBackMax) trading days back is as far as it goes" : nil
        case .dayForward: return heat.daysBack == 0 ? "this is today" : nil
        case .heatDays, .explain: return selectedSymbol == nil ? "no ticker is selected" : nil
        default: return nil
        }
    }

    // MARK: Cursor

    /// Moves the cursor; false when it stands at the end already.
    private mutating func moveHeatCursor(_ action: Action, _ frame: HeatFrame) -> Bool {
        let slot = frame.slot
        let part = frame.layout.part(of: slot) ?? slot..<(slot + 1)
        let session = HeatZoom.session(of: slot)
        let newest = heat.clock.newest
        var target: Int
        switch action {
        case .slotLeft: target = part.lowerBound - 1
        case .slotRight: target = part.upperBound
        case .hourLeft: target = slot - 12
        case .hourRight: target = slot + 12
        case .sessionStart:
            target = slot > session.lowerBound ? session.lowerBound : HeatZoom.session(of: slot - 1).lowerBound
        default: target = sessionEnd(after: slot, newest: newest)
        }
        let isBeyond = !(0..<Slot.count).contains(target)
        // A step of an hour stops at the day's ends, a step of a slot has none to stop at.
        if isBeyond, action == .slotLeft || action == .slotRight { target = slot }
        target = min(max(target, 0), Slot.count - 1)
        guard target != slot else {
            say(slot == newest && action == .sessionEnd ? "this is now" : "the day ends here")
            return false
        }
        // Back on the slot that runs, the cursor follows it again.
        let reached = frame.layout.part(of: target) ?? target..<(target + 1)
        heat.cursor = reached.contains(newest) ? nil : target
        return true
    }

    /// The end of the session around a slot, or of the next one; in the running session, now.
    private func sessionEnd(after slot: Int, newest: Int) -> Int {
        let session = HeatZoom.session(of: slot)
        func end(_ session: Range<Int>) -> Int { session.contains(newest) ? newest : session.upperBound - 1 }
        let own = end(session)
        if slot < own { return own }
        guard session.upperBound < Slot.count, !session.contains(newest) else { return session.upperBound - 1 }
        return end(HeatZoom.session(of: session.upperBound))
    }

    // MARK: Rows

    /// Moves the selection by the rows of the heatmap; nil where the table's way is the same.
    private mutating func moveInHeat(_ action: Action, _ frame: HeatFrame) -> [DashboardCommand]? {
        let isStep = action == .down || action == .up
        let isArranged = heat.order != .listed && !heat.arranged.isEmpty && !heat.showsDays
        guard let rows, !rows.symbols.isEmpty, isArranged || !isStep else { return nil }
        let page = max(1, heat.showsDays ? 1 : frame.rowCount)
        let steps = isStep ? 1 : action == .halfDown || action == .halfUp ? max(1, page / 2) : page
        let isDown = action == .down || action == .halfDown || action == .pageDown
        if isArranged {
            let place = selectedIndex.flatMap { heat.arranged.firstIndex(of: $0) } ?? 0
            let target = min(max(place + (isDown ? steps : -steps), 0), heat.arranged.count - 1)
            guard target != place else {
                say("the order has \(heat.arranged.count) rows at hand: o shows the list's")
                return [.bell]
            }
            select(rank: rows.rows.lowerBound + heat.arranged[target])
            return []
        }
        let bounds = pause == nil ? 0..<max(1, matchCount) : rows.rows
        select(rank: min(max(selection.rank + (isDown ? steps : -steps), bounds.lowerBound), bounds.upperBound - 1))
        return []
    }

    /// Selects a rank and lets the order stand still for a while.
    private mutating func select(rank: Int) {
        selection = Selection(rank: rank, symbol: nil, followsTop: false)
        resolveSelection()
        if settings.holdSeconds > 0 { holdUntil = now.adding(seconds: Int64(settings.holdSeconds)) }
        scrollIntoView()
    }

    // MARK: Modes

    /// Says what the newest cell of the selected ticker is.
    private mutating func explainHeat() {
        guard let symbol = selectedSymbol else { return }
        layer = .explain(ExplainState(symbol: symbol, column: heat.isCumulative ? .rvol : .slotRVOL))
    }

    private mutating func zoomHeat(_ zoom: HeatZoom?) {
        guard let zoom else { return }
        heat.zoom = zoom
        let frame = HeatFrame.of(self, ScreenLayout(self))
        let span = frame.map { HeatText.span($0.layout.slots) + ", " + $0.layout.resolution } ?? ""
        say("shown: \(span)")
    }

    private mutating func toggleCumulative() {
        heat.isCumulative.toggle()
        heat.arrangedSymbols = []
        say(
            heat.isCumulative
                ? "a cell is all volume up to its end over what is usual up to there"
                : "a cell is its own volume over what is usual for it"
        )
    }

    private mutating func toggleBucket(_ frame: HeatFrame) {
        heat.bucket = heat.bucket == .sum ? .hottest : .sum
        let isPlain = frame.layout.parts.allSatisfy { $0.count == 1 }
        let words = heat.bucket == .sum ? "all volume over all that is usual" : "the hottest of its slots"
        say("a cell of several slots: \(words)" + (isPlain ? " (here each is one slot)" : ""))
    }

    private mutating func stepHeatOrder() {
        heat.order = heat.order.next
        (heat.top, heat.arranged, heat.arrangedSymbols) = (0, [], [])
        switch heat.order {
        case .listed: say("rows as the table has them")
        case .now: say("rows by RVOL now, of those at hand")
        case .firstHot: say("rows by the first slot from 3x on, earliest first, of those at hand")
        }
    }

    private mutating func stepHeatDay(by step: Int) {
        heat.daysBack += step
        if !heat.showsDays { heat.arrangedSymbols = [] }
        say(HeatText.day(self))
    }

    private mutating func toggleHeatDays() {
        heat.showsDays.toggle()
        heat.daysBack = 0
        guard let symbol = selectedSymbol else { return }
        say(heat.showsDays ? "\(symbol.text) over \(HeatState.daysBackMax) days: [ and ] move through them" : "today")
    }
}
