import EngineAPI

extension DashboardState {
    /// Takes an action on the command line.
    mutating func perform(_ action: Action, on line: CommandLineState) -> [DashboardCommand] {
        var line = line
        var isDone = true
        if let search = line.search {
            switch action {
            case .historySearch, .older:
                isDone = line.searchOn(in: commandHistory)
                layer = .command(line)
                return isDone ? [] : [.bell]
            case .erase:
                isDone = line.search(for: String(search.typed.dropLast()))
                layer = .command(line)
                return isDone ? [] : [.bell]
            case .close:
                line.endSearch(keeps: false)
                layer = .command(line)
                return []
            default: line.endSearch(keeps: true)
            }
        }
        switch action {
        case .accept: return carryOut(line)
        case .historySearch: isDone = line.searchOn(in: commandHistory)
        case .close:
            layer = .table
            return []
        case .erase where line.text.isEmpty:
            // Erasing what is not there leaves the line, as in the find line.
            layer = .table
            return []
        case .complete: isDone = line.complete(backwards: false)
        case .completeBack: isDone = line.complete(backwards: true)
        case .older: isDone = line.recall(older: true, in: commandHistory)
        case .newer: isDone = line.recall(older: false, in: commandHistory)
        default:
            guard line.edit(action) != nil else { return [] }
        }
        layer = .command(line)
        return isDone ? [] : [.bell]
    }

    /// Puts typed or pasted text into the command line; a paste is never carried out by itself.
    mutating func typeCommand(_ text: String, into line: CommandLineState) -> [DashboardCommand] {
        var line = line
        if let search = line.search {
            let isFound = line.search(for: search.typed + text)
            layer = .command(line)
            return isFound ? [] : [.bell]
        }
        line.insert(text)
        layer = .command(line)
        return line.refusal == nil ? [] : [.bell]
    }

    private mutating func carryOut(_ line: CommandLineState) -> [DashboardCommand] {
        remember(line.text)
        do throws(CommandError) {
            guard let command = try TypedCommand.parse(line.text, commandScope) else {
                layer = .table
                return []
            }
            return try carryOut(command)
        } catch {
            // The line stays open, so that it can be mended.
            var line = line
            line.error = error
            layer = .command(line)
            return [.bell]
        }
    }

    /// Carries out a line that is understood.
    ///
    /// - Throws: ``CommandError`` when it cannot be done now.
    mutating func carryOut(_ command: TypedCommand) throws(CommandError) -> [DashboardCommand] {
        switch command {
        case .quit: return [.quit]
        case .help:
            openHelp()
            return []
        case .keys:
            openHelp(.keys)
            return []
        case .tell(let setting, let wanted):
            openHelp(.setting(setting, wanted: wanted))
            return []
        case .action(let action):
            if let reason = action.reason(byName: self) { throw CommandError(text: reason, range: 0..<0) }
            return perform(byName: action)
        case .jump(let symbol):
            layer = .table
            return jump(to: symbol)
        case .layout(let words): return try carryOutLayout(words)
        case .theme(let name):
            layer = .table
            return [.theme(name)]
        case .column(let column, let isAdded): return try change(column, isAdded: isAdded)
        case .stats:
            layer = .stats(top: 0)
            return []
        case .tape(let isMerged):
            layer = .table
            toggleTape(isMerged ? .tape2 : .tape)
            return []
        case .list, .filter, .columns, .sort, .save, .recall, .why: return try carryOutScan(command)
        case .show(let setting):
            layer = .table
            say("\(setting.name) is \(setting.value(in: live)); it takes \(setting.allowed)")
            return []
        case .set(let setting, let value):
            guard pause == nil else {
                throw CommandError(
                    text: "the table is paused and would not follow: \(keyWords(.pause)) resumes it",
                    range: 0..<0
                )
            }
            layer = .table
            var changed = live
            guard setting.set(value, in: &changed), changed != live else {
                say("\(setting.name) is \(setting.value(in: live)) already")
                return []
            }
            return change(setting, to: changed)
        }
    }

    /// Switches to the next RVOL mode.
    mutating func switchMode() -> [DashboardCommand] {
        guard let setting = LiveSetting.named("rvol.mode") else { return [] }
        let modes = RVOLSettings.Mode.allCases
        let index = modes.firstIndex(of: rvol.mode) ?? 0
        var changed = live
        changed.rvol.mode = modes[(index + 1) % modes.count]
        return change(setting, to: changed)
    }

    /// Takes changed settings into force, and says that they are not kept.
    private mutating func change(_ setting: LiveSetting, to changed: LiveSettings) -> [DashboardCommand] {
        let isOfEngine = changed.rvol != rvol
        live = changed
        let source = setting.isInFile ? "; settings file: \(setting.name)" : ""
        say("\(setting.name) \(setting.value(in: changed)) until you quit\(source)")
        return isOfEngine ? [.send(.setRVOL(changed.rvol))] : []
    }

    /// Remembers a line; one entered before moves to the end.
    private mutating func remember(_ text: String) {
        guard text.utf8.contains(where: { $0 != 0x20 }) else { return }
        commandHistory.removeAll { $0 == text }
        commandHistory.append(text)
        if commandHistory.count > CommandLineState.historyMax { commandHistory.removeFirst() }
    }
}
