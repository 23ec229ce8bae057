import EngineAPI
import MarketData

extension Action {
    /// Why the action cannot be taken by its name now; nil when it can.
    func reason(byName state: DashboardState) -> String? {
        guard !contexts.isDisjoint(with: ActionEntry.screen) else {
            let places = KeyContext.allCases.filter(contexts.contains).map(\.place)
            return "\(name) works \(places.prefix(2).joined(separator: " and ")) only"
        }
        if self == .closePane || self == .focusTable, state.panes.focus == .table { return "the table has the keys" }
        guard state.layer != .table else { return disabledReason(in: state) }
        var probe = state
        probe.layer = .table
        return disabledReason(in: probe)
    }
}

extension DashboardState {
    /// Does an action by its name: where it belongs to another pane, that pane comes up and has the keys.
    mutating func perform(byName action: Action) -> [DashboardCommand] {
        layer = .table
        if !action.contexts.contains(keyContext),
            let pane = Pane.allCases.first(where: { action.contexts.contains($0.context) })
        {
            panes.show(pane)
            scrollIntoView()
        }
        return perform(action)
    }

    /// Does several things in order; one that cannot be done ends it.
    mutating func run(_ steps: [KeyStep]) -> [DashboardCommand] {
        var commands: [DashboardCommand] = []
        for step in steps {
            switch step {
            case .action(let action):
                if layer == .table, let reason = action.reason(byName: self) {
                    say(reason)
                    return commands + [.bell]
                }
                commands += layer == .table ? perform(byName: action) : perform(action)
            case .line(let line):
                do throws(CommandError) {
                    guard let command = try TypedCommand.parse(line, commandScope) else { continue }
                    commands += try carryOut(command)
                } catch {
                    say(":\(line): \(error.text)")
                    return commands + [.bell]
                }
            }
        }
        return commands
    }

    /// Shows one more column, or one less.
    mutating func change(_ column: ColumnID, isAdded: Bool) throws(CommandError) -> [DashboardCommand] {
        guard column != .symbol, column != .strip else {
            throw CommandError(text: "symbol and strip are always there", range: 0..<0)
        }
        var wanted = wantedColumns
        if wanted.isEmpty { wanted = ColumnID.inTable.filter { $0 != .symbol && $0 != .strip } }
        let title = ColumnDescriptor.of(column)?.title ?? column.rawValue
        guard wanted.contains(column) != isAdded else {
            throw CommandError(text: "\(title) is \(isAdded ? "there" : "not there")", range: 0..<0)
        }
        // What was asked for must not be the one that has no room.
        if isAdded { wanted.insert(column, at: min(3, wanted.count)) } else { wanted.removeAll { $0 == column } }
        guard !wanted.isEmpty else { throw CommandError(text: "one column has to stay", range: 0..<0) }
        layer = .table
        view.columns = wanted
        say(
            "\(title) is \(isAdded ? "shown" : "hidden"); \(keyWords(.columns)) chooses columns, \(keyWords(.undo)) takes it back"
        )
        return []
    }

    /// Goes to a ticker: to its row, where it is among those at hand; else the engine is asked for it.
    mutating func jump(to symbol: Symbol) -> [DashboardCommand] {
        layer = .table
        if let rows, let index = rows.symbols.firstIndex(of: symbol) {
            selection = Selection(rank: rows.rows.lowerBound + index, symbol: symbol, followsTop: false)
            scrollIntoView()
            return []
        }
        guard pause == nil else {
            say("the table is paused: \(keyWords(.pause)) resumes it")
            return [.bell]
        }
        search = PendingSearch(request: FindRequest(text: symbol.text, fromRank: selection.rank), version: .max)
        return []
    }

    /// Keeps the lines entered behind the colon; the first time, those of earlier runs come in front of them.
    ///
    /// To be called whenever something may be kept: nothing is, before what was kept has been read.
    mutating func keepHistory() -> [DashboardCommand] {
        guard let kept else { return [] }
        let key = "history.command"
        if keptHistory == nil {
            let earlier = (kept[key] ?? "").split(separator: "\n").suffix(CommandLineState.historyMax).map(String.init)
            let known = Set(commandHistory)
            commandHistory = (earlier.filter { !known.contains($0) } + commandHistory)
                .suffix(CommandLineState.historyMax)
            keptHistory = earlier
        }
        guard commandHistory != keptHistory else { return [] }
        keptHistory = commandHistory
        let text = commandHistory.joined(separator: "\n")
        self.kept?[key] = text
        return [.keep(key, text)]
    }
}
