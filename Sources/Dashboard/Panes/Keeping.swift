import EngineAPI
import MarketData
import MarketTime

// What outlives a run: layouts by name, and the lines entered.

/// A whole view by name: panes, list, filter, order and columns, as lines of text.
struct SavedLayout: Hashable, Sendable {
    /// Most layouts kept.
    static let countMax = 50

    /// Which panes, and how large.
    var panes: PaneChoice
    /// A list's name; nil for the whole market.
    var list: String?
    /// The filter on top.
    var filter: String?
    /// Sort keys; empty for the list's own.
    var sort: [SortKey]
    /// Columns; empty for the usual ones.
    var columns: [ColumnID]
    /// Whether only what is in play is ranked.
    var isGated: Bool

    /// As text.
    var text: String {
        var lines = ["panes \(panes.text)", "gated \(isGated ? "yes" : "no")"]
        if let list { lines.append("list \(list)") }
        if let filter { lines.append("filter \(filter)") }
        if !sort.isEmpty {
            lines.append("sort " + sort.map { $0.column.rawValue + ($0.descending ? "-" : "+") }.joined(separator: ","))
        }
        if !columns.isEmpty { lines.append("columns " + columns.map(\.rawValue).joined(separator: ",")) }
        return lines.joined(separator: "\n")
    }

    /// Reads what ``text`` writes; nil without a line about panes.
    ///
    /// What another version wrote beyond that is left out.
    init?(text: String) {
        guard text.utf8.count <= 16_384 else { return nil }
        (panes, list, filter, sort, columns, isGated) = (PaneChoice(), nil, nil, [], [], true)
        var hasPanes = false
        for line in text.split(separator: "\n") {
            let parts = line.split(separator: " ", maxSplits: 1)
            guard parts.count == 2 else { continue }
            let value = String(parts[1])
            switch parts[0] {
            case "panes":
                panes = PaneChoice(text: value)
                hasPanes = true
            case "gated": isGated = value != "no"
            case "list": list = ScanDefinition.isName(value) ? value : nil
            case "filter": filter = value
            case "sort":
                // A column of another version is left out, the others count.
                sort = value.split(separator: ",").compactMap { try? ColumnWords.sortKey(String($0)) }
            case "columns":
                columns = value.split(separator: ",").compactMap { ColumnDescriptor.named(String($0))?.id }
            default: break
            }
        }
        guard hasPanes else { return nil }
    }

    /// The layout of a state.
    init(_ state: DashboardState) {
        panes = state.panes
        list = state.view.list
        filter = state.view.filter
        sort = state.isOwnSort ? [] : [state.sort] + state.table.moreSorts
        columns = state.view.columns
        isGated = state.isGated
    }
}

/// The keys under which texts are kept.
enum KeepKey {
    /// Before a layout's name.
    static let layout = "layout."
    /// The layout at the end of the last run.
    static let last = "layout.last"
    /// Whether the hint of the first run has been seen.
    static let hint = "seen.hint"
}

extension DashboardState {
    /// The names of the layouts kept, in order.
    var layoutNames: [String] {
        (kept ?? [:]).keys.filter { $0.hasPrefix(KeepKey.layout) && $0 != KeepKey.last }
            .map { String($0.dropFirst(KeepKey.layout.count)) }.sorted()
    }

    /// Takes what an earlier run kept: the last layout comes back, unless the trader has changed the view already.
    mutating func take(_ kept: [String: String]) {
        guard self.kept == nil else { return }
        self.kept = kept
        let now = SavedLayout(self)
        lastKept = now
        if let text = kept[KeepKey.last], let layout = SavedLayout(text: text), history.past.isEmpty {
            use(layout)
            lastKept = SavedLayout(self)
        }
    }

    /// What is to be kept now; nothing before what was kept has been read, so that no default overwrites it.
    mutating func keepIfDue() -> [DashboardCommand] {
        guard kept != nil else { return [] }
        var commands = keepHistory() + keepFilterHistory()
        guard layer == .table else { return commands }
        if isFirstRun, keysPressed >= Self.firstKeys || dismissed.contains(.firstRun) {
            commands.append(keep(KeepKey.hint, "1"))
        }
        let layout = SavedLayout(self)
        guard layout != lastKept else { return commands }
        lastKept = layout
        commands.append(keep(KeepKey.last, layout.text))
        return commands
    }

    /// Keys after which the hint of the first run has done its work.
    static let firstKeys = 12

    /// Whether what was kept has been read and nobody has seen the hint.
    private var isFirstRun: Bool { kept.map { $0[KeepKey.hint] == nil } ?? false }

    /// What to press, for somebody who has never been here; nil for all others, and while the tour says it.
    var firstRunHint: String? {
        guard isFirstRun, tour == nil, keysPressed < Self.firstKeys else { return nil }
        return "New here? j k move, Enter opens a stock, f filters, 1-9 lists, m heatmap, ? all keys, "
            + ":tour shows around."
    }

    /// Keeps a text, here and for the next run; nil forgets it.
    private mutating func keep(_ key: String, _ text: String?) -> DashboardCommand {
        kept?[key] = text
        return .keep(key, text)
    }

    /// Shows what a layout says; a list that is gone leaves the whole market.
    private mutating func use(_ layout: SavedLayout) {
        let list = layout.list.flatMap { names.definition($0)?.name ?? (names.book.lists.isEmpty ? $0 : nil) }
        view = ScanView()
        view.list = list
        isGated = layout.isGated
        isOwnSort = list != nil && layout.sort.isEmpty
        table.moreSorts = Array(layout.sort.dropFirst().prefix(TableState.sortsMax - 1))
        sort = layout.sort.first ?? names.definition(list)?.sort.first ?? settings.sort
        if let filter = layout.filter { setFilter(filter) }
        if let first = layout.sort.first { sort = first }
        view.columns = layout.columns
        panes = layout.panes
        selection = Selection()
        top = 0
    }

    /// Carries out `:layout`: the names there are, one of them, `save NAME`, `delete NAME`, `reset`.
    mutating func carryOutLayout(_ words: [String]) throws(CommandError) -> [DashboardCommand] {
        func failure(_ text: String) -> CommandError { CommandError(text: text, range: 0..<0) }
        guard kept != nil else { throw failure("layouts have not been read yet: try again in a moment") }
        guard let first = words.first else {
            layer = .table
            let names = layoutNames.joined(separator: ", ")
            say(names.isEmpty ? "no layouts yet: :layout save NAME" : "layouts: " + names)
            return []
        }
        switch first {
        case "reset":
            layer = .table
            view.columns = []
            panes = PaneChoice()
            say("the usual panes and columns")
            return []
        case "save", "delete":
            guard words.count == 2, ScanDefinition.isName(words[1]), words[1] != "last" else {
                throw failure("\(first) which? a name has lower-case letters, digits, - and _ only")
            }
            return try change(words[1], isSaved: first == "save")
        default:
            guard let text = kept?[KeepKey.layout + first], first != "last", let layout = SavedLayout(text: text) else {
                let hint = NearestName.of(first, among: layoutNames + ["save", "delete", "reset"])
                throw failure("no layout \"\(first.prefix(20))\"" + (hint.map { "; did you mean \($0)?" } ?? ""))
            }
            layer = .table
            use(layout)
            say("layout \(first)")
            return []
        }
    }

    private mutating func change(_ name: String, isSaved: Bool) throws(CommandError) -> [DashboardCommand] {
        let key = KeepKey.layout + name
        if !isSaved, kept?[key] == nil {
            throw CommandError(text: "no layout \"\(name)\"", range: 0..<0)
        }
        if isSaved, kept?[key] == nil, layoutNames.count >= SavedLayout.countMax {
            throw CommandError(text: "\(SavedLayout.countMax) layouts are kept already: delete one", range: 0..<0)
        }
        layer = .table
        say(isSaved ? "layout \(name) is kept" : "layout \(name) is forgotten")
        return [keep(key, isSaved ? SavedLayout(self).text : nil)]
    }
}
