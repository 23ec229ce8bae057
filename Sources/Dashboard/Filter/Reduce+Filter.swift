import EngineAPI
import FilterLanguage
import MarketData
import MarketTime
import TerminalGrid

// The filter line: keys, what the table shows meanwhile, and what becomes of the text.

extension DashboardState {
    /// What filters may refer to.
    var filterScope: FilterScope {
        FilterScope(
            presets: names.book.presets,
            lists: Set(names.book.lists.map(\.name)).union(names.symbolLists)
        )
    }

    /// The filter that the table shows: that of the line being typed, else the one applied.
    var shownFilter: String? {
        if case .filter(let line) = layer { return line.shown }
        return view.filter
    }

    /// The question in force, while the table shows what another would change; nil when it shows what is in force.
    var questionInForce: ScanQuestion? {
        guard case .filter(let line) = layer, line.shown != line.before else { return nil }
        let isGate = isGated && view.list == nil && line.before == nil
        return ScanQuestion(gate: isGate ? settings.gate : .wholeMarket, list: view.list, filter: line.before)
    }

    /// Opens the line with the filter in force.
    mutating func openFilter() { layer = .filter(FilterLine(view.filter, filterScope, origin: selection, top: top)) }

    /// Takes a key of the filter line.
    mutating func perform(_ action: Action, on filter: FilterLine) -> [DashboardCommand] {
        var filter = filter
        let isDone: Bool
        switch filter.mode {
        case .typing: return type(action, into: filter)
        case .searching(let search): return perform(action, on: search, of: filter)
        case .naming(let name): return perform(action, on: name, of: filter)
        case .fields(let index): isDone = choose(action, at: index, in: &filter)
        }
        layer = .filter(filter)
        return isDone ? [] : [.bell]
    }

    private mutating func type(_ action: Action, into filter: FilterLine) -> [DashboardCommand] {
        var filter = filter
        let (scope, pace) = (filterScope, settings.pace)
        var isDone = true
        switch action {
        case .accept: return apply(filter)
        case .close:
            leave(filter)
            return []
        case .older, .newer:
            let texts = filterHistory.texts
            isDone = filter.recall(older: action == .older, in: texts, scope, now: now, pace: pace)
        case .complete, .completeBack:
            isDone = filter.complete(back: action == .completeBack, scope, now: now, pace: pace)
        case .historySearch: filter.enter(.searching(FilterSearch(draft: filter.text)), scope)
        case .fields: filter.enter(.fields(index: 0), scope)
        case .savePreset:
            isDone = filter.fault == nil && !filter.text.isBlank
            if isDone {
                filter.enter(.naming(LineText(lengthMax: ScanDefinition.nameMax)), scope)
            } else {
                say("a preset needs a filter that can be understood")
            }
        default:
            if let index = Action.clauses.firstIndex(of: action) {
                isDone = filter.toggleClause(index, scope, now: now, pace: pace)
                if !isDone { say(filter.fault == nil ? "there is no clause \(index + 1)" : "finish the line first") }
            } else {
                isDone = filter.edit(action, scope, now: now, pace: pace)
            }
        }
        layer = .filter(filter)
        return isDone ? [] : [.bell]
    }

    /// Puts typed or pasted text into the filter line, or where its keys go.
    mutating func typeFilter(_ text: String, into filter: FilterLine) -> [DashboardCommand] {
        var filter = filter
        let text = text.unicodeScalars.count > 1 ? Self.pasted(text) : text
        switch filter.mode {
        case .typing, .fields:
            filter.insert(text, filterScope, now: now, pace: settings.pace)
        case .searching(var search):
            search.typed = String((search.typed + text.filter { !$0.isNewline }).prefix(FilterSearch.typedMax))
            search.skipped = 0
            return show(search, in: filter)
        case .naming(var name):
            name.insert(text)
            filter.enter(.naming(name), filterScope)
        }
        layer = .filter(filter)
        return filter.line.refusal == nil ? [] : [.bell]
    }

    /// A pasted text as a line: without the remarks it begins with, and its lines side by side.
    private static func pasted(_ text: String) -> String {
        let lines = text.split(omittingEmptySubsequences: true) { $0.isNewline }
        return lines.drop { $0.drop { $0 == " " || $0 == "\t" }.first == "#" }.joined(separator: " ")
    }

    // MARK: Out of the line

    /// The old filter comes back exactly, and with it what the table showed.
    private mutating func leave(_ filter: FilterLine) {
        layer = .table
        if filter.hasPreviewed { selection = filter.origin }
        top = filter.originTop
    }

    private mutating func apply(_ filter: FilterLine) -> [DashboardCommand] {
        guard filter.fault == nil else {
            var filter = filter
            filter.insist()
            layer = .filter(filter)
            return [.bell]
        }
        guard filter.candidate != filter.before else {
            leave(filter)
            return []
        }
        layer = .table
        // What was typed is remembered whole, also what was off.
        if filter.candidate != filter.text, !filter.text.isBlank { filterHistory.add(filter.text) }
        setFilter(filter.candidate)
        return []
    }

    /// Applies a filter, or takes the one in force away.
    mutating func setFilter(_ text: String?) {
        let text = text.flatMap { $0.isBlank ? nil : $0 }
        if let text { filterHistory.add(text) }
        let compilation = text.map { FilterCompiler.compile($0, in: filterScope) }
        if let key = compilation?.program?.sort.first {
            sort = SortKey(key.column, descending: key.descending)
            isOwnSort = false
        }
        view.filter = text
        view.filterWords = compilation?.pretty
        view.pipedColumns = compilation?.program?.columns ?? []
        restart()
    }

    /// Tries what is being typed once it has rested.
    mutating func advanceFilter() {
        guard case .filter(var filter) = layer else { return }
        let hasChanged = filter.advance(to: now, pace: settings.pace)
        layer = .filter(filter)
        if hasChanged { restart() }
    }

    // MARK: Searching

    private mutating func perform(
        _ action: Action,
        on search: FilterSearch,
        of filter: FilterLine
    ) -> [DashboardCommand] {
        var (filter, search) = (filter, search)
        let (scope, pace) = (filterScope, settings.pace)
        let count = search.finds(in: filterHistory.texts).count
        switch action {
        case .historySearch, .older:
            guard search.skipped + 1 < count else { return [.bell] }
            search.skipped += 1
        case .newer:
            guard search.skipped > 0 else { return [.bell] }
            search.skipped -= 1
        case .erase, .eraseWord, .eraseAll:
            guard !search.typed.isEmpty else { return [.bell] }
            search.typed = action == .erase ? String(search.typed.dropLast()) : ""
            search.skipped = 0
        case .close:
            filter.set(search.draft, scope, now: now, pace: pace)
            filter.enter(.typing, scope)
            layer = .filter(filter)
            return []
        default:
            // Any other key goes on with what was found.
            filter.enter(.typing, scope)
            layer = .filter(filter)
            return action == .accept || action == .complete ? [] : type(action, into: filter)
        }
        return show(search, in: filter)
    }

    /// Puts what a search finds into the line.
    private mutating func show(_ search: FilterSearch, in filter: FilterLine) -> [DashboardCommand] {
        var filter = filter
        let finds = search.finds(in: filterHistory.texts)
        let isFound = finds.indices.contains(search.skipped)
        if isFound { filter.set(finds[search.skipped], filterScope, now: now, pace: settings.pace) }
        filter.enter(.searching(search), filterScope)
        layer = .filter(filter)
        return isFound ? [] : [.bell]
    }

    // MARK: Naming a preset

    private mutating func perform(_ action: Action, on name: LineText, of filter: FilterLine) -> [DashboardCommand] {
        var (filter, name) = (filter, name)
        var commands: [DashboardCommand] = []
        switch action {
        case .accept:
            guard ScanDefinition.isName(name.text), let text = filter.candidate else {
                say("a preset's name has lower-case letters, digits, - and _ only")
                return [.bell]
            }
            filter.enter(.typing, filterScope)
            commands = [.savePreset(name: name.text, text: text)]
        case .close: filter.enter(.typing, filterScope)
        default:
            let isDone = name.edit(action, ghost: "") ?? false
            filter.enter(.naming(name), filterScope)
            if !isDone { commands = [.bell] }
        }
        layer = .filter(filter)
        return commands
    }

    // MARK: The dictionary

    private func choose(_ action: Action, at index: Int, in filter: inout FilterLine) -> Bool {
        let (scope, pace) = (filterScope, settings.pace)
        let offers = filter.offers
        switch action {
        case .close, .fields: filter.enter(.typing, scope)
        case .older, .newer:
            let next = index + (action == .older ? -1 : 1)
            guard offers.all.indices.contains(next) else { return false }
            filter.enter(.fields(index: next), scope)
        case .accept, .complete:
            guard offers.all.indices.contains(index) else { return false }
            filter.replace(offers.range, with: offers.all[index].text, scope, now: now, pace: pace)
            filter.enter(.typing, scope)
        default: return filter.edit(action, scope, now: now, pace: pace)
        }
        return true
    }
}
