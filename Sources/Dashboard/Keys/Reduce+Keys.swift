import EngineAPI
import MarketData
import MarketTime
import TerminalGrid

extension DashboardState {
    /// Takes one key: finds what it means where it lands, and does it.
    mutating func press(_ key: Key) -> [DashboardCommand] {
        flash = nil
        let began = prefix
        prefix = []
        prefixSince = nil
        if case .paste(let text) = key { return paste(text) }
        if case .mouse(let event) = key { return pressMouse(event) }
        let context = keyContext
        switch keymap.match(began + [key], in: context) {
        case .action(let action): return perform(action)
        case .run(let steps): return run(steps)
        case .prefix:
            (prefix, prefixSince) = (began + [key], now)
            return []
        case .none: break
        }
        if !began.isEmpty {
            // A sequence broken off by another key: that key counts for itself, but for the one that leaves.
            guard key != .escape else { return [] }
            return finish(began, in: context) + press(key)
        }
        guard case .character(let scalar) = key else { return [] }
        return typeAhead(scalar)
    }

    private mutating func paste(_ text: String) -> [DashboardCommand] {
        switch layer {
        case .find: type(text)
        case .command(let line): return typeCommand(text, into: line)
        case .filter(let line): return typeFilter(text, into: line)
        default: break
        }
        return []
    }

    /// Does what the keys of a sequence do by themselves, when nothing that continues it has come.
    private mutating func finish(_ keys: [Key], in context: KeyContext) -> [DashboardCommand] {
        switch keymap.target(of: keys, in: context) {
        case .action(let action): perform(action)
        case .run(let steps): run(steps)
        case nil: []
        }
    }

    /// Ends an unfinished sequence whose time is over.
    mutating func endSequenceIfDue() -> [DashboardCommand] {
        guard keymap.sequenceTimeoutMs > 0, let since = prefixSince, !prefix.isEmpty,
            now >= since.adding(milliseconds: keymap.sequenceTimeoutMs, pace: settings.pace)
        else { return [] }
        let keys = prefix
        (prefix, prefixSince) = ([], nil)
        return finish(keys, in: keyContext)
    }

    /// Does an action where the keys go, or says why not.
    mutating func perform(_ action: Action) -> [DashboardCommand] {
        if let reason = action.disabledReason(in: self) {
            say(reason)
            return [.bell]
        }
        switch action {
        case .quit: return [.quit]
        case .suspend: return [.suspend]
        case .redraw: return [.redraw]
        case .rvolMode: return switchMode()
        default: break
        }
        switch layer {
        case .table: return performOnScreen(action)
        case .help(let help): return perform(action, on: help)
        case .messages(let top): scroll(from: top, action)
        case .stats(let top): scroll(from: top, action)
        case .sortMenu(let menu): perform(action, on: menu)
        case .find(let line): perform(action, on: line)
        case .command(let line): return perform(action, on: line)
        case .filter(let line): return perform(action, on: line)
        case .lists(let index): perform(action, onListsAt: index)
        case .why(let top, _): return scrollWhy(from: top, action)
        case .recall: return performOnRecall(action)
        case .palette(let palette): return perform(action, on: palette)
        case .columns(let chooser): perform(action, on: chooser)
        case .explain(let explained): perform(action, on: explained)
        }
        return []
    }

    /// Takes an action of the panes: the one that has the keys first, then what they have in common.
    private mutating func performOnScreen(_ action: Action) -> [DashboardCommand] {
        if let commands = performOnPanes(action) { return commands }
        let own: [DashboardCommand]? =
            switch panes.focus {
            case .table: performOnColumns(action)
            case .heat: performOnHeat(action)
            case .detail: performOnPage(action)
            case .tape, .tape2: performOnTape(action)
            case .why: nil
            }
        if let own { return own }
        if let commands = performOnLists(action) { return commands }
        performOnTable(action)
        return []
    }

    private mutating func performOnTable(_ action: Action) {
        let page = max(1, ScreenLayout(self).rowCount)
        switch action {
        case .down: move(to: selection.rank + 1)
        case .up: move(to: selection.rank - 1)
        case .halfDown: move(to: selection.rank + max(1, page / 2))
        case .halfUp: move(to: selection.rank - max(1, page / 2))
        case .pageDown: move(to: selection.rank + page)
        case .pageUp: move(to: selection.rank - page)
        case .top: moveToTop()
        case .bottom: move(to: .max)
        case .find: layer = .find(FindLine(origin: selection, originTop: top))
        case .command: layer = .command(CommandLineState(commandScope))
        case .findNext: searchOn(lastSearch, backwards: false)
        case .findPrevious: searchOn(lastSearch, backwards: true)
        case .sortMenu:
            layer = .sortMenu(SortMenu(index: SortMenu.columns.firstIndex { $0.id == sort.column } ?? 0))
        case .sortLeft: moveSort(by: -1)
        case .sortRight: moveSort(by: 1)
        case .invert: order(by: SortKey(sort.column, descending: !sort.descending))
        case .gate: isGated.toggle()
        case .pause: togglePause()
        case .help: openHelp()
        case .messages: layer = .messages(top: 0)
        case .stats: layer = .stats(top: 0)
        case .dismiss: dismissProblem()
        case .palette: openPalette()
        case .columns: openColumns()
        case .copySymbol, .copyRow: break
        case .tapeNotional: stepTapeNotional()
        default: break
        }
    }

    // MARK: Moving

    /// Selects a rank, or the nearest there is, and lets the order stand still for a while.
    mutating func move(to rank: Int) {
        // A frozen table has only the rows it was frozen with.
        let bounds = pause == nil ? 0..<matchCount : rows?.rows ?? 0..<0
        guard !bounds.isEmpty else { return }
        let target = min(max(rank, bounds.lowerBound), bounds.upperBound - 1)
        if target != rank, pause != nil, target > 0, target < matchCount - 1 {
            say("the frozen table ends here: \(keyWords(.pause)) resumes")
        }
        selection = Selection(rank: target, symbol: nil, followsTop: false)
        resolveSelection()
        hold()
        scrollIntoView()
    }

    private mutating func moveToTop() {
        if let rows, pause != nil, rows.rows.lowerBound > 0 {
            move(to: 0)
            return
        }
        selection = Selection()
        top = 0
        hold()
    }

    private mutating func hold() {
        guard settings.holdSeconds > 0 else { return }
        holdUntil = now.adding(seconds: Int64(settings.holdSeconds))
    }

    // MARK: Order and choice

    /// Sorts anew and shows the top of the new order.
    mutating func order(by key: SortKey) {
        sort = key
        table.moreSorts = []
        isOwnSort = false
        holdUntil = nil
        selection = Selection()
        top = 0
    }

    /// Sorts by the next sortable column on the screen.
    private mutating func moveSort(by step: Int) {
        let shown = ScreenLayout(self).columns.map(\.descriptor).filter(\.isSortable)
        guard let first = shown.first else { return }
        guard let index = shown.firstIndex(where: { $0.id == sort.column }) else {
            order(by: SortKey(first.id, descending: first.sortsDescending))
            return
        }
        let next = index + step
        guard shown.indices.contains(next) else {
            say("no further column on this screen: \(keyWords(.sortMenu)) lists all")
            return
        }
        order(by: SortKey(shown[next].id, descending: shown[next].sortsDescending))
    }

    // MARK: Screen

    private mutating func togglePause() {
        guard let pause else {
            pause = Pause(since: now, lastSnapshot: status?.snapshotAppliedAt)
            priceFlashes.clear()
            return
        }
        self.pause = nil
        // What changed meanwhile would all stand out at once, and say nothing.
        if let latest = pause.latest { show(latest, flashes: false) }
        tape.thaw()
        tape2.thaw()
    }

    private mutating func dismissProblem() {
        guard let problem = openProblems.first(where: \.isDismissible) else { return }
        dismissed.insert(problem.kind)
        if problem.kind == .notice { notices = [] }
    }

    /// Scrolls a list; it closes on its own keys.
    ///
    /// The end is clamped when it is painted and here.
    mutating func scroll(from line: Int, _ action: Action) {
        let page = max(1, OverlayLayout(self).pageRows)
        let last = max(0, OverlayLayout(self).lineCount - page)
        let target: Int
        switch action {
        case .down: target = line + 1
        case .up: target = line - 1
        case .halfDown: target = line + max(1, page / 2)
        case .halfUp: target = line - max(1, page / 2)
        case .pageDown: target = line + page
        case .pageUp: target = line - page
        case .top: target = 0
        case .bottom: target = last
        case .close:
            layer = .table
            return
        default: return
        }
        let clamped = max(0, min(target, last))
        switch layer {
        case .stats: layer = .stats(top: clamped)
        case .why(_, let query): layer = .why(top: clamped, query)
        default: layer = .messages(top: clamped)
        }
    }
}

// MARK: - Menu and find line

extension DashboardState {
    private mutating func perform(_ action: Action, on menu: SortMenu) {
        var menu = menu
        let last = SortMenu.columns.count - 1
        switch action {
        case .down: menu.index = min(menu.index + 1, last)
        case .up: menu.index = max(menu.index - 1, 0)
        case .top: menu.index = 0
        case .bottom: menu.index = last
        case .erase:
            menu.typed = String(menu.typed.dropLast())
            layer = .sortMenu(menu)
            return
        case .choose:
            layer = .table
            let chosen = SortMenu.columns[menu.index]
            let isCurrent = chosen.id == sort.column
            order(by: SortKey(chosen.id, descending: isCurrent ? !sort.descending : chosen.sortsDescending))
            return
        case .close:
            layer = .table
            return
        default: return
        }
        menu.typed = ""
        layer = .sortMenu(menu)
    }

    /// A character without a binding: first letters in the menu, text in the find line.
    private mutating func typeAhead(_ scalar: Unicode.Scalar) -> [DashboardCommand] {
        switch layer {
        case .find:
            type(String(scalar))
            return []
        case .sortMenu(var menu):
            let typed = menu.typed + String(scalar).uppercased()
            guard let index = SortMenu.columns.firstIndex(where: { $0.matches(typed) }) else { return [.bell] }
            menu.typed = typed
            menu.index = index
            layer = .sortMenu(menu)
            return []
        case .command(let line): return typeCommand(String(scalar), into: line)
        case .filter(let line): return typeFilter(String(scalar), into: line)
        case .palette(let palette): return type(scalar, into: palette)
        case .help(let help): return type(scalar, into: help)
        case .columns(let chooser): return type(scalar, into: chooser)
        case .table, .messages, .stats, .lists, .why, .recall, .explain: return []
        }
    }

    private mutating func perform(_ action: Action, on line: FindLine) {
        var line = line
        switch action {
        case .accept:
            if !line.text.isEmpty { lastSearch = line.text }
            layer = .table
            if line.isMissing { say("no symbol here contains \(line.text)") }
        case .close: leaveFind(line)
        case .erase:
            guard !line.text.isEmpty else {
                leaveFind(line)
                return
            }
            line.text.removeLast()
            seek(line)
        case .eraseAll:
            line.text = ""
            seek(line)
        case .findNext: searchOn(line.text, backwards: false)
        case .findPrevious: searchOn(line.text, backwards: true)
        default: break
        }
    }

    /// Adds to the find line what can stand in a symbol.
    private mutating func type(_ text: String) {
        guard case .find(var line) = layer else { return }
        for scalar in text.unicodeScalars where line.text.utf8.count < Symbol.maxLength {
            guard let byte = UInt8(exactly: scalar.value), Symbol.isAllowed(byte) else { continue }
            line.text.unicodeScalars.append(scalar)
        }
        seek(line)
    }

    /// Searches from where the line was opened, so that erasing a letter finds what it found before.
    private mutating func seek(_ line: FindLine) {
        var line = line
        line.isMissing = false
        guard !line.text.isEmpty else {
            search = nil
            selection = line.origin
            top = line.originTop
            layer = .find(line)
            scrollIntoView()
            return
        }
        layer = .find(line)
        let request = FindRequest(text: line.text, fromRank: line.origin.rank - 1)
        search = PendingSearch(request: request, version: .max)
        hold()
    }

    private mutating func searchOn(_ text: String, backwards: Bool) {
        guard !text.isEmpty else { return }
        let request = FindRequest(text: text, fromRank: selection.rank, backwards: backwards)
        search = PendingSearch(request: request, version: .max)
        hold()
    }

    private mutating func leaveFind(_ line: FindLine) {
        search = nil
        selection = line.origin
        top = line.originTop
        layer = .table
        scrollIntoView()
    }
}

extension ColumnDescriptor {
    /// Whether the heading begins with what was typed, in capitals.
    fileprivate func matches(_ typed: String) -> Bool {
        let letters = title.hasPrefix("$") && !typed.hasPrefix("$") ? String(title.dropFirst()) : title
        return letters.hasPrefix(typed) || id.rawValue.uppercased().hasPrefix(typed)
    }
}
