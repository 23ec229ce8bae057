import EngineAPI
import MarketData

/// What a trader has chosen to see: everything that `u` takes back.
struct ViewChoice: Hashable, Sendable {
    /// List, filter, columns.
    var view: ScanView
    /// First sort key.
    var sort: SortKey
    /// Further sort keys.
    var moreSorts: [SortKey]
    /// Whether the order is the list's own.
    var isOwnSort: Bool
    /// Whether only what is in play is ranked.
    var isGated: Bool
    /// Panes wanted; which one has the keys is nothing to undo.
    var panes: [Pane]
    /// Tickers kept on top.
    var pinned: [Symbol]
    /// Tickers left out.
    var excluded: [Symbol]
}

/// View changes that can be undone and done again.
struct ViewHistory: Hashable, Sendable {
    /// Most changes remembered.
    static let countMax = 100

    /// What was before, oldest first.
    private(set) var past: [ViewChoice] = []
    /// What was undone, newest last.
    private(set) var future: [ViewChoice] = []

    /// Remembers what was before a change.
    mutating func remember(_ choice: ViewChoice) {
        past.append(choice)
        if past.count > Self.countMax { past.removeFirst() }
        future = []
    }

    /// Goes back from a choice; nil when there is nothing to undo.
    mutating func undo(from current: ViewChoice) -> ViewChoice? {
        guard let last = past.popLast() else { return nil }
        future.append(current)
        return last
    }

    /// Goes forward from a choice; nil when nothing was undone.
    mutating func redo(from current: ViewChoice) -> ViewChoice? {
        guard let next = future.popLast() else { return nil }
        past.append(current)
        return next
    }
}

extension DashboardState {
    /// What is chosen now.
    var viewChoice: ViewChoice {
        ViewChoice(
            view: view,
            sort: sort,
            moreSorts: table.moreSorts,
            isOwnSort: isOwnSort,
            isGated: isGated,
            panes: panes.open,
            pinned: table.pinned,
            excluded: table.excluded
        )
    }

    /// Remembers what was chosen before a key, when the key changed it and was no step through the memory itself.
    mutating func remember(_ before: ViewChoice) {
        defer { isStepping = false }
        guard !isStepping, before != viewChoice else { return }
        history.remember(before)
    }

    /// Takes the last change of the view back, or does it again.
    mutating func stepHistory(back: Bool) -> [DashboardCommand] {
        let current = viewChoice
        guard let choice = back ? history.undo(from: current) : history.redo(from: current) else {
            say(back ? "nothing to undo" : "nothing to do again")
            return [.bell]
        }
        isStepping = true
        let changed = Self.words(from: current, to: choice)
        view = choice.view
        sort = choice.sort
        table.moreSorts = choice.moreSorts
        isOwnSort = choice.isOwnSort
        isGated = choice.isGated
        table.pinned = choice.pinned
        table.excluded = choice.excluded
        for pane in panes.open where !choice.panes.contains(pane) { panes.close(pane) }
        for pane in choice.panes { panes.add(pane) }
        if current.view.list != view.list || current.view.filter != view.filter || current.sort != sort {
            selection = Selection()
            top = 0
        }
        say((back ? "undone: " : "done again: ") + changed)
        return []
    }

    private static func words(from old: ViewChoice, to new: ViewChoice) -> String {
        var words: [String] = []
        if old.view.list != new.view.list { words.append("list") }
        if old.view.filter != new.view.filter { words.append("filter") }
        if old.isGated != new.isGated { words.append("in play") }
        if old.sort != new.sort || old.moreSorts != new.moreSorts { words.append("sort") }
        if old.view.columns != new.view.columns { words.append("columns") }
        if old.panes != new.panes { words.append("panes") }
        if old.pinned != new.pinned { words.append("pins") }
        if old.excluded != new.excluded { words.append("tickers left out") }
        return words.isEmpty ? "view" : words.joined(separator: ", ")
    }
}
