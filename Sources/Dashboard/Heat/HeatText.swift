import EngineAPI
import MarketData
import MarketTime
import TerminalGrid

/// What the heatmap says in words.
enum HeatText {
    /// The time that slots take: `11:40–11:45`.
    static func span(_ slots: Range<Int>) -> String {
        clock(slots.lowerBound) + "–" + clock(slots.upperBound)
    }

    /// When a slot begins: `11:40`; 192 is the day's end.
    static func clock(_ slot: Int) -> String {
        TimeText.hourMinute(Slot.dayStartSecond + slot * Slot.seconds)
    }

    /// Which day is shown.
    static func day(_ state: DashboardState) -> String {
        if state.heat.showsDays {
            let count = HeatState.daysBackMax
            return state.heat.daysBack == 0 ? "\(count) days, today" : "\(count) days, \(dayBack(state))"
        }
        guard state.heat.daysBack > 0 else { return "today" }
        return dayBack(state)
    }

    /// The past day that is shown or stood on: `Fri 2026-10-09, 1 day back`.
    private static func dayBack(_ state: DashboardState) -> String {
        let heat = state.heat
        let back = heat.daysBack == 1 ? "1 day back" : "\(heat.daysBack) days back"
        guard let day = pastDay(state) else { return back }
        return "\(TimeText.date(day)), \(back)"
    }

    /// The past day that is shown or stood on; nil before anything is known.
    static func pastDay(_ state: DashboardState) -> DayID? {
        let heat = state.heat
        // Right after the key those at hand are still of the day before the step.
        if let past = heat.shownPast, heat.showsDays == (past.query.days > 1),
            heat.showsDays || past.query.daysBack == heat.daysBack
        {
            let place = heat.showsDays ? heat.daysBack - 1 : 0
            if past.days.indices.contains(place) { return past.days[place] }
        }
        guard let today = heat.slots?.tradingDay ?? state.status?.session.tradingDay, heat.daysBack > 0 else {
            return nil
        }
        return ExchangeCalendar().tradingDays(before: today, count: heat.daysBack).min()
    }

    /// The parts of the title, most important first.
    static func title(_ state: DashboardState, _ layout: HeatMapLayout) -> [String] {
        let heat = state.heat
        var parts = [heat.isCumulative ? "cumulative" : "per slot"]
        if heat.showsDays, let symbol = state.selectedSymbol {
            parts.insert("\(symbol.text) over \(HeatState.daysBackMax) days", at: 0)
        } else if heat.daysBack > 0 {
            parts.insert(dayBack(state), at: 0)
        }
        if heat.zoom != .day { parts.append(span(layout.slots)) }
        if !heat.showsDays, heat.order != .listed { parts.append(heat.order.words) }
        if !heat.isCumulative { parts.append(heat.bucket == .sum ? "sum" : "max") }
        if heat.zoom == .day { parts.append("all day") }
        if !heat.showsDays, heat.order == .listed { parts.append(heat.order.words) }
        if !heat.showsDays, heat.daysBack == 0 { parts.append("today") }
        return parts
    }

    /// Keys for the lower border, from the longest line to the shortest.
    static func keys(_ keymap: Keymap, ascii: Bool) -> [String] {
        func key(_ actions: [Action], _ words: String) -> String? {
            let names = actions.compactMap { keymap.name(of: $0, in: .heat, ascii: ascii) }
            return names.count == actions.count ? names.joined(separator: "/") + " " + words : nil
        }
        let hints = [
            key([.slotLeft, .slotRight], "slot"), key([.cumulative], "cum"), key([.zoomIn, .zoomOut], "zoom"),
            key([.dayBack, .dayForward], "day"), key([.heatOrder], "order"), key([.heatBucket], "sum/max"),
            key([.heatDays], "20 days"),
        ].compactMap(\.self)
        return (0...hints.count).reversed().map { hints.prefix($0).joined(separator: "  ") }
    }

    /// Why there are no rows, as a sentence.
    static func empty(_ state: DashboardState) -> (text: String, role: Role)? {
        if state.heat.showsDays {
            return state.selectedSymbol == nil ? ("no ticker is selected", .dim) : nil
        }
        guard state.status?.snapshotAppliedAt != nil, let rows = state.rows else {
            return ("no prices yet: rows appear with the first snapshot", .dim)
        }
        if let problem = rows.problem { return (problem, .warning) }
        guard rows.matchCount == 0 else { return nil }
        let key = state.gate == .wholeMarket ? nil : state.keymap.name(of: .gate, in: .heat)
        return ("no ticker is among the rows" + (key.map { ": \($0) shows the whole market" } ?? ""), .dim)
    }

    /// Why the cells have nothing to show, for the line of numbers; nil when they have.
    static func trouble(_ state: DashboardState) -> (text: String, role: Role)? {
        let heat = state.heat
        if heat.daysBack > 0 || heat.showsDays {
            guard let past = heat.shownPast else { return ("reading the history file", .dim) }
            if let problem = past.problem { return (problem, .warning) }
            if past.symbols.isEmpty {
                let day =
                    heat.showsDays ? "of its past days" : pastDay(state).map { "of \(TimeText.date($0))" } ?? "of it"
                return ("nothing \(day) is stored: tradeul backfill fetches it", .warning)
            }
            return nil
        }
        if heat.slots == nil { return ("asking the engine for the slots", .dim) }
        switch state.status?.baseline {
        case .loading: return ("no averages yet: history is being read", .dim)
        case .empty: return ("no averages: history is empty, tradeul backfill fills it", .warning)
        default: return nil
        }
    }
}
