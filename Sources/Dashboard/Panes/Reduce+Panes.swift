import EngineAPI
import TerminalGrid

extension Pane {
    /// The keys in force while it has them.
    var context: KeyContext {
        switch self {
        case .table: .table
        case .heat: .heat
        case .detail: .detail
        case .tape, .tape2: .tape
        case .why: .why
        }
    }

    /// The pane that an action goes to; nil for another action.
    init?(goal action: Action) {
        switch action {
        case .goTable, .focusTable: self = .table
        case .goHeat: self = .heat
        case .goDetail, .open: self = .detail
        case .goTape: self = .tape
        case .goTape2: self = .tape2
        case .goWhy: self = .why
        default: return nil
        }
    }
}

extension DashboardState {
    /// Takes an action about panes; nil when it is about something else.
    mutating func performOnPanes(_ action: Action) -> [DashboardCommand]? {
        switch action {
        case .heat: toggle(.heat)
        case .detail: toggle(.detail)
        case .whyPane: toggle(.why)
        case .tape: toggleTape(.tape)
        case .tape2: toggleTape(.tape2)
        case .nextPane: stepPane(by: 1)
        case .previousPane: stepPane(by: -1)
        case .open: openPage()
        case .focusTable:
            if leavePage() { break }
            // Out of a pane that has the whole screen first.
            if panes.isZoomed { panes.isZoomed = false } else { panes.focus = .table }
            if panes.focus == .detail { panes.focus = .table }
        case .goTable, .goHeat, .goDetail, .goTape, .goTape2, .goWhy:
            if let pane = Pane(goal: action) { panes.show(pane) }
        case .zoom: panes.isZoomed.toggle()
        case .closePane: panes.close(panes.focus)
        case .wider: resizePanes { $0.sideSteps += 1 }
        case .narrower: resizePanes { $0.sideSteps -= 1 }
        case .higher: resizePanes { $0.bottomSteps += 1 }
        case .lower: resizePanes { $0.bottomSteps -= 1 }
        case .evenPanes: resizePanes { ($0.sideSteps, $0.bottomSteps) = (0, 0) }
        case .tourNext:
            if tour == nil { setTour(true) } else { stepTour() }
        case .dismiss where tour != nil: setTour(false)
        case .copySymbol: return copySymbols()
        case .explain where panes.focus == .heat: return explain()
        case .undo: return stepHistory(back: true)
        case .redo: return stepHistory(back: false)
        default: return nil
        }
        scrollIntoView()
        return []
    }

    private mutating func toggle(_ pane: Pane) {
        let isShown = ScreenLayout(self).panes[pane] != nil
        // One that waits for room is brought to the front rather than closed.
        if panes.isOpen(pane), isShown {
            panes.close(pane)
        } else if size.columns < PanePlan.sideFromColumns {
            panes.show(pane)
        } else {
            panes.add(pane)
            if ScreenLayout(self).panes[pane] == nil { panes.show(pane) }
        }
    }

    private mutating func stepPane(by step: Int) {
        let wasZoomed = panes.isZoomed
        panes.step(by: step)
        panes.isZoomed = wasZoomed && panes.ring.count > 1
        guard panes.ring.count < 2 else { return }
        let others: [(Action, String)] = [(.heat, "heatmap"), (.tape, "tape"), (.detail, "ticker"), (.whyPane, "log")]
        say("no other pane: " + others.map { keyWords($0.0) + " " + $0.1 }.joined(separator: ", "))
    }

    private mutating func resizePanes(_ change: (inout PaneChoice) -> Void) {
        var changed = panes
        change(&changed)
        let limits = -PaneChoice.stepsMax...PaneChoice.stepsMax
        guard limits.contains(changed.sideSteps), limits.contains(changed.bottomSteps) else { return }
        panes = changed
    }
}
