import EngineAPI
import TerminalGrid

/// Six short steps over the running screen, for the first minutes; each ends by itself when it has been done.
enum Tour {
    /// One step.
    struct Step: Sendable {
        /// What there is to see or do, in a sentence or two; `{action}` stands for the key of an action.
        var text: String
        /// Whether it has been done.
        var isDone: @Sendable (_ before: DashboardState, _ now: DashboardState) -> Bool
    }

    /// The steps.
    static let steps: [Step] = [
        Step(
            text: "Each row is a stock in play; RVOL is today's volume over what is usual by this second. "
                + "{down} and {up} move.",
            isDone: { before, now in before.selection.rank != now.selection.rank }
        ),
        Step(
            text: "{open} opens the stock's own page: price, slots beside their average, its lists, its days.",
            isDone: { before, now in before.panes.focus != .detail && now.panes.focus == .detail }
        ),
        Step(
            text:
                "{focusTable} goes back. The tabs above are lists: {list1} to {list9}, and {market} is the whole market.",
            isDone: { before, now in before.view.list != now.view.list }
        ),
        Step(
            text: "{filter} filters while you type, such as  price 1..20 and rvol > 3  and Enter.",
            isDone: { before, now in before.view.filter != now.view.filter }
        ),
        Step(
            text:
                "{heat} maps every slot of the day by heat, {tape} shows the trades. {nextPane} gives a pane the keys, "
                + "{zoom} the whole screen.",
            isDone: { before, now in before.panes != now.panes }
        ),
        Step(
            text:
                "{help} lists the keys, {palette} finds everything by name, {undo} takes a change back, {quit} leaves. "
                + "Good hunting.",
            isDone: { before, now in before.layer == .table && now.layer != .table }
        ),
    ]
}

extension DashboardState {
    /// Begins the tour, or ends it.
    mutating func setTour(_ isOn: Bool) {
        tour = isOn ? 0 : nil
        say(isOn ? "the tour begins" : "the tour is over; :tour begins it anew")
    }

    /// Goes to the next step; behind the last one the tour is over.
    mutating func stepTour() {
        guard let step = tour else { return }
        tour = step + 1 < Tour.steps.count ? step + 1 : nil
        if tour == nil { say("the tour is over; :tour begins it anew") }
    }

    /// Ends a step that a key has done.
    mutating func advanceTour(from before: DashboardState) {
        guard let step = tour, before.tour == tour, Tour.steps[step].isDone(before, self) else { return }
        stepTour()
    }
}

extension DashboardState {
    /// The first key of an action of the panes, by name.
    fileprivate func keyName(_ action: Action, ascii: Bool) -> String {
        let contexts: [KeyContext] = [.table, .detail, .heat]
        let name = contexts.lazy.compactMap { keymap.name(of: action, in: $0, ascii: ascii) }.first
        return name ?? ":" + action.name
    }
}

/// The tour's step, in a box above the last line.
struct TourView {
    private static let widthMax = 74

    private let state: DashboardState

    /// The box of a state.
    init(_ state: DashboardState) { self.state = state }

    /// Paints the box; nothing without a tour, nor over something that takes the keys.
    func paint(above line: Rect, into grid: inout Grid, _ theme: Theme) {
        guard let step = state.tour, Tour.steps.indices.contains(step), state.layer == .table else { return }
        let width = min(Self.widthMax, line.width - 4)
        let text = words(Tour.steps[step].text, ascii: grid.glyphs.isASCII)
        let lines = TextWrap.lines(text, width: max(1, width - 4))
        let height = lines.count + 2
        guard width >= 30, line.row >= height + 6 else { return }
        let area = Rect(column: line.endColumn - width - 2, row: line.row - height, width: width, height: height)
        grid.fill(area, style: theme.id(.tour))
        let next = state.keyName(.tourNext, ascii: grid.glyphs.isASCII)
        grid.box(
            area,
            title: "TOUR \(step + 1) of \(Tour.steps.count)",
            note: "do it, or \(next) goes on; Esc ends",
            style: theme.id(.tour),
            titleStyle: theme.id(.tour),
            noteStyle: theme.id(.tour)
        )
        for (index, text) in lines.enumerated() {
            let place = Position(column: area.column + 2, row: area.row + 1 + index)
            grid.put(text, at: place, style: theme.id(.tour), maxWidth: width - 4)
        }
    }

    /// The text with the keys that are bound.
    private func words(_ text: String, ascii: Bool) -> String {
        var result = ""
        var rest = Substring(text)
        while let open = rest.firstIndex(of: "{"), let close = rest[open...].firstIndex(of: "}") {
            result += rest[..<open]
            let name = String(rest[rest.index(after: open)..<close])
            result += Action(rawValue: name).map { state.keyName($0, ascii: ascii) } ?? name
            rest = rest[rest.index(after: close)...]
        }
        return result + rest
    }
}
