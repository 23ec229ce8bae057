import EngineAPI
import FilterLanguage
import MarketData
import MarketTime
import TerminalGrid

// Lists, the why-log and the memory of lists.

extension DashboardState {
    /// The columns of the table besides symbol and strip; empty for the usual ones.
    var wantedColumns: [ColumnID] {
        if !view.columns.isEmpty { return view.columns }
        if !view.pipedColumns.isEmpty { return view.pipedColumns }
        return names.definition(view.list)?.columns ?? []
    }

    // MARK: Lists

    /// Shows the whole market, in play.
    mutating func showMarket() { show(list: nil) }

    /// Shows the list at a place of the order, from 0.
    mutating func showList(at index: Int) -> [DashboardCommand] {
        guard names.book.lists.indices.contains(index) else {
            say("there is no list \(index + 1): \(keyWords(.lists)) shows the \(names.book.lists.count) there are")
            return [.bell]
        }
        show(list: names.book.lists[index].name)
        return []
    }

    /// Shows the list before or after the one shown; the whole market stands before the first.
    mutating func stepList(by step: Int) -> [DashboardCommand] {
        let lists = names.book.lists.map(\.name)
        let index = view.list.flatMap { lists.firstIndex(of: $0) } ?? -1
        let next = index + step
        guard (-1..<lists.count).contains(next) else {
            say(step > 0 ? "this is the last list" : "this is the whole market, before the first list")
            return [.bell]
        }
        show(list: next < 0 ? nil : lists[next])
        return []
    }

    /// Shows a list, or the whole market, from its top, in its own order and columns.
    mutating func show(list: String?) {
        view = ScanView()
        view.list = list
        sort = names.definition(list)?.sort.first ?? settings.sort
        table.moreSorts = []
        isOwnSort = list != nil
        restart()
        if let definition = names.definition(list), !definition.summary.isEmpty { say(definition.summary) }
    }

    /// Begins anew at the top: who stands where has changed for everybody.
    mutating func restart() {
        holdUntil = nil
        selection = Selection()
        top = 0
    }

    /// Takes the names of lists over; a list that is gone is left.
    mutating func take(_ newNames: ScanNames) {
        let hadOrder = names.definition(view.list)?.sort
        names = newNames
        watched = newNames.watched
        guard let name = view.list else { return }
        guard let definition = names.definition(name) else {
            showMarket()
            say("list \(name) is gone: this is the whole market")
            return
        }
        if isOwnSort, definition.sort != hadOrder, let first = definition.sort.first { sort = first }
    }

    // MARK: Saving, watching, looking back

    /// The list as it is shown now, under a name.
    func definition(named name: String) -> ScanDefinition {
        let shown = names.definition(view.list)
        let condition = [shown.map { "(\($0.filter))" }, view.filter].compactMap(\.self)
        var list = ScanDefinition(
            name: name,
            title: String(name.uppercased().prefix(14)),
            filter: condition.count == 1 ? view.filter ?? shown?.filter ?? "" : condition.joined(separator: " and "),
            origin: .own
        )
        list.sort = sortKeys
        list.columns = wantedColumns
        list.exit = view.filter == nil ? shown?.exit : nil
        list.minStaySeconds = shown?.minStaySeconds ?? 0
        list.sessions = shown?.sessions ?? []
        return list
    }

    /// Asks who was on the list shown at another moment, a step of minutes away from the one shown.
    mutating func stepRecall(byMinutes minutes: Int64) -> [DashboardCommand] {
        guard case .recall(let recall) = layer else { return [] }
        return [.recall(list: recall.list, at: recall.moment.adding(seconds: minutes * 60))]
    }
}

// MARK: - Keys

extension DashboardState {
    /// Takes a key of the table that is about lists; nil when it is not.
    mutating func performOnLists(_ action: Action) -> [DashboardCommand]? {
        if let index = Action.numberedLists.firstIndex(of: action) { return showList(at: index) }
        switch action {
        case .filter: openFilter()
        case .market: showMarket()
        case .previousList: return stepList(by: -1)
        case .nextList: return stepList(by: 1)
        case .lists: layer = .lists(index: listIndex)
        case .why: return openWhy(WhyQuery(list: view.list))
        case .watch: return watchSelected()
        default: return nil
        }
        return []
    }

    /// The menu's entry of what is shown: 0 is the whole market.
    private var listIndex: Int {
        view.list.flatMap { name in names.book.lists.firstIndex { $0.name == name } }.map { $0 + 1 } ?? 0
    }

    /// Takes a key of the menu of lists.
    mutating func perform(_ action: Action, onListsAt index: Int) {
        let last = names.book.lists.count
        switch action {
        case .down: layer = .lists(index: min(index + 1, last))
        case .up: layer = .lists(index: max(index - 1, 0))
        case .top: layer = .lists(index: 0)
        case .bottom: layer = .lists(index: last)
        case .choose:
            layer = .table
            show(list: index == 0 || index > last ? nil : names.book.lists[index - 1].name)
        case .close: layer = .table
        default: break
        }
    }

    /// Opens the why-log.
    mutating func openWhy(_ query: WhyQuery) -> [DashboardCommand] {
        layer = .why(top: 0, query)
        return []
    }

    /// Which entries of the why-log are to be shown: in the list over the screen, else in the pane; nil for none.
    var whyQuery: WhyQuery? {
        if case .why(_, let query) = layer { return query }
        guard panes.isOpen(.why), ScreenLayout(self).panes[.why] != nil else { return nil }
        return WhyQuery(list: view.list, count: 60)
    }

    /// What the engine is to be told about the why-log now.
    mutating func whyCommandsIfDue() -> [DashboardCommand] {
        let query = whyQuery
        guard query != sentWhy else { return [] }
        (sentWhy, why) = (query, nil)
        return [.send(.why(query))]
    }

    /// Scrolls the why-log; the engine is told when nobody reads it any more.
    mutating func scrollWhy(from top: Int, _ action: Action) -> [DashboardCommand] {
        scroll(from: top, action)
        return []
    }

    private mutating func watchSelected() -> [DashboardCommand] {
        guard let symbol = selection.symbol ?? selectedIndex.flatMap({ rows?.symbols[$0] }) else { return [.bell] }
        let isAdded = !watched.contains(symbol)
        if isAdded { watched.insert(symbol) } else { watched.remove(symbol) }
        say("\(symbol.text) is \(isAdded ? "on" : "off") your list watch")
        return [.watch(symbol, isAdded: isAdded)]
    }

    /// Takes what the history file remembers.
    mutating func take(_ recalled: RecalledList) {
        guard recalled.rows != nil else {
            say(
                "nothing of \(recalled.list) is stored at \(TimeText.date(NewYork.wall(at: recalled.moment).day)) "
                    + TimeText.clock(NewYork.wall(at: recalled.moment).secondOfDay)
            )
            return
        }
        layer = .recall(recalled)
    }

    /// Takes a key while an earlier state of a list is shown.
    mutating func performOnRecall(_ action: Action) -> [DashboardCommand] {
        switch action {
        case .up: return stepRecall(byMinutes: -1)
        case .down: return stepRecall(byMinutes: 1)
        default:
            if action == .close { layer = .table }
            return []
        }
    }
}

// MARK: - Commands

extension DashboardState {
    /// Carries out a command about lists, filters and columns.
    mutating func carryOutScan(_ command: TypedCommand) throws(CommandError) -> [DashboardCommand] {
        if pause != nil {
            throw CommandError(text: "the table is paused: \(keyWords(.pause)) resumes it", range: 0..<0)
        }
        switch command {
        case .list(let name):
            let list = try name.map { name throws(CommandError) in try known(name) }
            layer = .table
            show(list: list)
        case .filter(let text):
            if let text, let problem = FilterCompiler.compile(text, in: filterScope).problem {
                throw CommandError(text: problem, range: 0..<0)
            }
            layer = .table
            setFilter(text)
        case .columns(let columns):
            layer = .table
            view.columns = columns.filter { $0 != .symbol && $0 != .strip }
        case .sort(let key):
            layer = .table
            sort = key
            table.moreSorts = []
            isOwnSort = false
            selection = Selection()
            top = 0
        case .save(let name): return try save(name)
        case .recall(let second): return try recall(second)
        case .why(let symbol): return openWhy(WhyQuery(list: symbol == nil ? view.list : nil, symbol: symbol))
        default: break
        }
        return []
    }

    private func known(_ name: String) throws(CommandError) -> String {
        if names.definition(name) != nil { return name }
        let all = names.book.lists.map(\.name)
        let hint = NearestName.of(name, among: all) ?? all.first { $0.contains(name.lowercased()) }
        throw CommandError(
            text: "no list \"\(name.prefix(20))\"; "
                + (hint.map { "did you mean \($0)?" } ?? "\(keyWords(.lists)) shows them"),
            range: 0..<0
        )
    }

    private mutating func save(_ name: String) throws(CommandError) -> [DashboardCommand] {
        guard view.list != nil || view.filter != nil else {
            throw CommandError(
                text: "nothing to keep: show a list or apply a filter first (\(keyWords(.filter)))",
                range: 0..<0
            )
        }
        guard ScanDefinition.isName(name), name != "presets" else {
            throw CommandError(text: "a list's name has lower-case letters, digits, - and _ only", range: 0..<0)
        }
        layer = .table
        return [.save(definition(named: name))]
    }

    private mutating func recall(_ second: Int) throws(CommandError) -> [DashboardCommand] {
        guard let list = view.list else {
            throw CommandError(text: "show a list first: \(keyWords(.lists)) chooses one", range: 0..<0)
        }
        let day = status?.session.tradingDay ?? NewYork.wall(at: now).day
        layer = .table
        return [.recall(list: list, at: NewYork.instant(day, secondOfDay: second))]
    }
}
