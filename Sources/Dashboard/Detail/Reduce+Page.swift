import EngineAPI
import MarketData
import MarketTime
import TerminalGrid

extension DashboardState {
    /// The ticker that page and linked tapes are about: the selected one, or the one the page was opened for.
    var lookedSymbol: Symbol? { page.symbol ?? selectedSymbol }

    /// The ticker whose slots and prices by slot the page wants; nil while it is not on the screen.
    var pageSlotsSymbol: Symbol? { page.asked?.symbol }

    /// How the ticker stands on the screen; nil when it does not.
    var pageForm: PageForm? { ScreenLayout(self).detail.map { PageForm($0, self) } }

    /// Takes what a picture says of the ticker.
    mutating func takeAbout(_ view: EngineView) {
        if pause == nil { page.take(view, now: now) }
    }

    /// What is to be asked about the ticker now.
    ///
    /// The engine is told which ticker is looked at once the selection has rested; the page follows that.
    mutating func aboutCommandsIfDue() -> [DashboardCommand] {
        guard pause == nil, size.cellCount > 0 else { return [] }
        page.advance(to: now)
        let form = pageForm
        let symbol = form == nil ? nil : look.sent?.selected
        var commands: [DashboardCommand] = []
        let query = symbol.map { AboutQuery(symbol: $0, columns: PageFigures.columns) }
        if page.asks(query) { commands.append(.send(.about(query))) }
        guard let symbol, form != .panel else { return commands }
        if page.asksStudy(symbol, now: now, pace: settings.pace) { commands.append(.study(symbol)) }
        if let past = page.asksPast(symbol) { commands.append(.pastSlots(past)) }
        return commands
    }

    // MARK: Opening and leaving

    /// Shows a ticker's page whether or not it is among the rows, until `Esc` or a step along the list.
    mutating func openPage(of symbol: Symbol) {
        openPage()
        page.symbol = symbol == selectedSymbol ? nil : symbol
    }

    /// Gives the ticker the whole screen; `Esc` brings back what is on it now.
    mutating func openPage() {
        if !(panes.focus == .detail && panes.isZoomed) { page.cameFrom = panes }
        panes.show(.detail)
        panes.isZoomed = true
        // What `Esc` takes back by itself is nothing for the memory of views.
        isStepping = true
    }

    /// Goes back to the panes the page was opened from; false when it was not opened so.
    mutating func leavePage() -> Bool {
        page.symbol = nil
        guard panes.focus == .detail, panes.isZoomed, let cameFrom = page.cameFrom else { return false }
        page.cameFrom = nil
        let steps = (panes.sideSteps, panes.bottomSteps)
        panes = cameFrom
        (panes.sideSteps, panes.bottomSteps) = steps
        isStepping = true
        return true
    }

    /// Forgets what ends when the keys leave the page.
    mutating func tidyPage() {
        if page.symbol != nil, panes.focus == .table || !panes.isOpen(.detail) { page.symbol = nil }
        if page.cameFrom != nil, panes.focus != .detail || !panes.isZoomed { page.cameFrom = nil }
    }

    // MARK: Keys

    /// Takes a key of the ticker's page; nil when it is not one of its own.
    mutating func performOnPage(_ action: Action) -> [DashboardCommand]? {
        switch action {
        case .nextTicker: walk(by: 1)
        case .previousTicker: walk(by: -1)
        case .down, .up:
            // Along the list too, as everywhere; a ticker that was jumped to is left.
            page.symbol = nil
            return nil
        case _ where pageForm == .panel: return performOnPanel(action)
        case .slotLeft: moveSlot(by: -1)
        case .slotRight: moveSlot(by: 1)
        case .hourLeft: moveSlot(by: -12)
        case .hourRight: moveSlot(by: 12)
        case .sessionStart: moveToSession(end: false)
        case .sessionEnd: moveToSession(end: true)
        case .zoomIn: step(page.zoom.closer, at: "an hour is the closest look")
        case .zoomOut: step(page.zoom.wider, at: "this is the whole day")
        case .cumulative:
            page.isCumulative.toggle()
            say(page.isCumulative ? "each bar is all volume up to its slot" : "each bar is one slot's volume")
        case .yesterday:
            page.showsYesterday.toggle()
            say(page.showsYesterday ? "o is the day before" : "without the day before")
        default: return nil
        }
        return []
    }

    /// The panel has no chart: its keys say where there is one.
    private mutating func performOnPanel(_ action: Action) -> [DashboardCommand]? {
        switch action {
        case .slotLeft, .slotRight, .hourLeft, .hourRight, .sessionStart, .sessionEnd, .zoomIn, .zoomOut, .cumulative,
            .yesterday:
            say("the slots are on the ticker's page: z shows it")
            return [.bell]
        default: return nil
        }
    }

    private mutating func walk(by step: Int) {
        guard matchCount > 0 else {
            say("no rows yet")
            return
        }
        page.symbol = nil
        move(to: selection.rank + step)
    }

    /// The slot under the cursor: where it was put, or the one that is running.
    var pageCursor: Int { page.cursor ?? pageNow }

    /// The running slot, and the day's last one when all have ended.
    private var pageNow: Int {
        let progress = page.slots?.progress ?? status?.progress ?? DayProgress(completedSlots: 0, fraction: 0)
        return min(progress.completedSlots, Slot.count - 1)
    }

    private mutating func moveSlot(by step: Int) {
        let target = min(max(pageCursor + step, 0), Slot.count - 1)
        page.cursor = target == pageNow ? nil : target
    }

    private mutating func moveToSession(end: Bool) {
        let span = SlotZoom.session.span(around: pageCursor, pageDay)
        let target = end ? span.upperBound - 1 : span.lowerBound
        guard end, span.contains(pageNow) else {
            page.cursor = target
            return
        }
        page.cursor = nil
    }

    private mutating func step(_ zoom: SlotZoom?, at end: String) {
        guard let zoom else {
            say(end)
            return
        }
        page.zoom = zoom
        say("slots of \(zoom.words)")
    }

    /// The trading day on the page, for where its session begins and ends.
    var pageDay: MarketDay {
        let day = page.slots?.tradingDay ?? status?.session.tradingDay ?? NewYork.wall(at: now).day
        if let today = status?.session.today, today.date == day { return today }
        return ExchangeCalendar().day(day)
    }
}

/// The span of slots on a chart.
package enum SlotZoom: Int, CaseIterable, Hashable, Sendable {
    /// 04:00 to 20:00.
    case day
    /// Pre-market, regular session or post-market, whichever the cursor is in.
    case session
    /// The cursor's hour and the one before it.
    case twoHours
    /// The cursor's hour.
    case hour

    var closer: Self? { Self(rawValue: rawValue + 1) }
    var wider: Self? { Self(rawValue: rawValue - 1) }

    /// In a few words.
    var words: String {
        switch self {
        case .day: "the day"
        case .session: "the session"
        case .twoHours: "2 hours"
        case .hour: "1 hour"
        }
    }

    /// The slots shown around a slot on a day.
    func span(around slot: Int, _ day: MarketDay) -> Range<Int> {
        let hour = min(max(slot, 0), Slot.count - 1) / 12 * 12
        switch self {
        case .day: return 0..<Slot.count
        case .hour: return hour..<hour + 12
        case .twoHours: return max(0, hour - 12)..<max(24, hour + 12)
        case .session:
            let isTrading = day.kind != .closed
            let open = Self.slot(isTrading ? day.openSecond : Slot.dayStartSecond + Slot.regularOpen * Slot.seconds)
            let close = Self.slot(isTrading ? day.closeSecond : Slot.dayStartSecond + Slot.regularClose * Slot.seconds)
            if slot < open { return 0..<open }
            return slot < close ? open..<close : close..<Slot.count
        }
    }

    /// The slot that begins at a second of the day, as near as one does; 1…191.
    static func slot(_ second: Int) -> Int {
        min(max((second - Slot.dayStartSecond) / Slot.seconds, 1), Slot.count - 1)
    }
}
