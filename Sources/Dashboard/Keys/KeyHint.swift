/// A hint of the last line: actions whose first keys are shown, a word or two, and how much it is worth.
struct KeyHint: Hashable, Sendable {
    /// What the keys do; the first one is done by a click.
    var actions: [Action]
    /// In a word or two.
    var words: String
    /// Where room is scarce, the hints that are worth more stay.
    var worth: Int

    /// The hints of a state, from left to right; keys that are not bound are left out when they are painted.
    static func hints(of state: DashboardState) -> [KeyHint] {
        let own = own(state)
        // The way out and the help stay longest; of the others the first ones.
        return own.enumerated().map { index, hint in
            let lasts = hint.actions.contains { [.help, .close, .quit].contains($0) }
            return KeyHint(actions: hint.actions, words: hint.words, worth: (lasts ? 1000 : 500) - index)
        }
    }

    private static func own(_ state: DashboardState) -> [KeyHint] {
        guard state.layer == .table else { return layer(state.layer) }
        return switch state.panes.focus {
        case .table: table(state)
        case .heat: heat(state)
        case .detail: detail(state)
        case .tape, .tape2: tape(state)
        case .why: [hint([.down, .up], "move"), hint([.open], "ticker")] + pane(state)
        }
    }

    private static func hint(_ actions: [Action], _ words: String) -> KeyHint {
        KeyHint(actions: actions, words: words, worth: 0)
    }

    private static func pause(_ state: DashboardState) -> KeyHint {
        hint([.pause], state.pause == nil ? "pause" : "resume")
    }

    private static func table(_ state: DashboardState) -> [KeyHint] {
        [
            hint([.down, .up], "move"),
            hint([.open], "ticker"),
            hint([.filter], "filter"),
            hint([.lists], "lists"),
            hint([.find], "find"),
            hint([.sortMenu], "sort"),
            // One that waits for room is brought to the front, not closed.
            hint([.heat], ScreenLayout(state).panes[.heat] != nil ? "no heatmap" : "heatmap"),
            hint([.tape], state.panes.isOpen(.tape) ? "no tape" : "tape"),
            pause(state),
            hint([.palette], "palette"),
            hint([.columns], "columns"),
            hint([.gate], state.isGated ? "all" : "in play"),
            hint([.nextPane], "pane"),
            hint([.explain], "explain"),
            hint([.invert], "invert"),
            hint([.top, .bottom], "top, end"),
            hint([.pin], "pin"),
            hint([.undo], "undo"),
            hint([.command], "command"),
            hint([.rvolMode], "RVOL mode"),
            hint([.messages], "messages"),
            hint([.tape2], "second tape"),
            hint([.stats], "stream"),
            hint([.help], "help"),
            hint([.quit], "quit"),
        ]
    }

    /// What panes beside the table have in common.
    private static func pane(_ state: DashboardState) -> [KeyHint] {
        [
            hint([.focusTable], "to the table"),
            hint([.zoom], state.panes.isZoomed ? "all panes" : "alone"),
            hint([.nextPane], "pane"),
            hint([.closePane], "close"),
            pause(state),
            hint([.palette], "palette"),
            hint([.help], "help"),
        ]
    }

    private static func heat(_ state: DashboardState) -> [KeyHint] {
        [
            hint([.slotLeft, .slotRight], "slot"),
            hint([.down, .up], "ticker"),
            hint([.zoomIn, .zoomOut], "zoom"),
            hint([.cumulative], "slot or up to it"),
            hint([.heatOrder], "order"),
            hint([.dayBack, .dayForward], "day"),
            hint([.heatDays], "20 days"),
            hint([.heatBucket], "sum or hottest"),
            hint([.open], "its page"),
        ] + pane(state)
    }

    private static func detail(_ state: DashboardState) -> [KeyHint] {
        [
            hint([.nextTicker, .previousTicker], "next ticker"),
            hint([.slotLeft, .slotRight], "slot"),
            hint([.zoomIn, .zoomOut], "zoom"),
            hint([.yesterday], "yesterday"),
            hint([.cumulative], "slot or up to it"),
            hint([.watch], "watch"),
        ] + pane(state)
    }

    private static func tape(_ state: DashboardState) -> [KeyHint] {
        [
            hint([.tapeLarger, .tapeSmaller], "size"),
            hint([.tapeNotional], "notional"),
            hint([.tapeAggregate], state.tape.aggregates ? "every trade" : "aggregate"),
            hint([.focusTable], "to the table"),
            hint([.down, .up], "next ticker"),
            hint([.tapePin], "pin"),
            hint([.tapeProfile], "by price"),
            pause(state),
            hint([.zoom], state.panes.isZoomed ? "all panes" : "alone"),
            hint([.closePane], "close"),
            hint([.help], "help"),
        ]
    }

    private static func layer(_ layer: Layer) -> [KeyHint] {
        switch layer {
        case .table, .filter: []
        case .recall: [hint([.up, .down], "a minute earlier, later"), hint([.close], "to the present")]
        case .lists: [hint([.down, .up], "choose"), hint([.choose], "show"), hint([.close], "back")]
        case .sortMenu: [hint([.down, .up], "choose"), hint([.choose], "sort"), hint([.close], "back")]
        case .palette:
            [
                hint([.down, .up], "choose"), hint([.runEntry], "do it"), hint([.complete], "into the command line"),
                hint([.close], "close"),
            ]
        case .columns:
            [
                hint([.down, .up], "move"), hint([.toggle], "show or hide"), hint([.moveUp, .moveDown], "place"),
                hint([.choose], "keep"), hint([.close], "back"),
            ]
        case .help(let help):
            [
                hint([.down, .up], "move"), hint([.runEntry], "do it"), hint([.find], "search"),
                hint([.halfDown, .halfUp], "half a page"),
                hint([.close], help.isSearching ? "end the search" : "close"),
            ]
        case .messages, .stats, .why, .explain:
            [hint([.down, .up], "scroll"), hint([.halfDown, .halfUp], "half a page"), hint([.close], "close")]
        case .find:
            [hint([.findNext, .findPrevious], "next, previous"), hint([.accept], "stay"), hint([.close], "back")]
        case .command(let line):
            line.search == nil
                ? [
                    hint([.complete], "complete"), hint([.older, .newer], "earlier lines"),
                    hint([.historySearch], "search them"), hint([.accept], "do it"), hint([.close], "leave"),
                ]
                : [hint([.historySearch], "an older one"), hint([.accept], "do it"), hint([.close], "back")]
        }
    }
}
