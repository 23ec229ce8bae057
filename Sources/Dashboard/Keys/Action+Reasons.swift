extension Action {
    /// Why the action cannot be taken now, as a sentence for the message line; nil when it can.
    func disabledReason(in state: DashboardState) -> String? {
        if let reason = pausedReason(in: state) { return reason }
        switch self {
        case .findNext, .findPrevious:
            if state.layer == .table, state.lastSearch.isEmpty {
                return "no search yet: \(state.keyWords(.find)) starts one"
            }
        case .find:
            if state.layer.context == .scroller, !state.layer.isHelp { return "only the list of keys can be searched" }
            fallthrough
        case .down, .up, .halfDown, .halfUp, .pageDown, .pageUp, .top, .bottom:
            if state.layer == .table, state.matchCount == 0 { return "no rows yet" }
        case .gate:
            if !state.view.isGated {
                return
                    "a list or a filter says itself who belongs to it: \(state.keyWords(.market)) is the whole market"
            }
        case .watch:
            if state.selection.symbol == nil, state.selectedIndex == nil { return "no ticker is selected" }
        case .tapeNotional:
            if !state.panes.isOpen(.tape), !state.panes.isOpen(.tape2) {
                return "no tape on the screen: \(state.keyWords(.tape)) shows it"
            }
        default: break
        }
        return nil
    }

    private func pausedReason(in state: DashboardState) -> String? {
        guard state.pause != nil else { return nil }
        switch self {
        case .find where state.layer != .table: return nil
        case .sortMenu, .sortLeft, .sortRight, .invert, .gate, .rvolMode, .find, .findNext, .findPrevious, .filter,
            .lists, .market, .previousList, .nextList, .list1, .list2, .list3, .list4, .list5, .list6, .list7, .list8,
            .list9:
            return "the table is paused: \(state.keyWords(.pause)) resumes it"
        case .tape, .tape2, .tapeLarger, .tapeSmaller, .tapeAggregate:
            return "table and tape are paused: \(state.keyWords(.pause)) resumes them"
        default: return nil
        }
    }
}

extension DashboardState {
    /// What to press for an action of the screen, for a sentence; where no key is bound, what to type.
    func keyWords(_ action: Action) -> String {
        keymap.name(of: action, in: panes.focus.context) ?? keymap.name(of: action, in: .table) ?? ":" + action.name
    }
}

extension Layer {
    /// Whether it is the list of keys.
    var isHelp: Bool {
        if case .help = self { true } else { false }
    }
}
