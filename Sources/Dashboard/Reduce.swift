import EngineAPI
import MarketData
import MarketTime
import TerminalGrid

/// Changes the state by one event and says what is to be done.
///
/// Total, synchronous, without a clock: time arrives in `.tick`. The query that fits the new state is among the commands
/// whenever it differs from the one sent before.
package func reduce(_ state: inout DashboardState, _ event: DashboardEvent) -> [DashboardCommand] {
    var commands: [DashboardCommand] = []
    switch event {
    case .key(let key):
        let before = state.viewChoice
        let toured = state.tour == nil ? nil : state
        commands = state.press(key)
        state.remember(before)
        if let toured { state.advanceTour(from: toured) }
        if state.keysPressed < DashboardState.firstKeys { state.keysPressed += 1 }
    case .resize(let size):
        state.size = size
        state.scrollIntoView()
    case .view(let view): state.take(view)
    case .tick(let now):
        state.advance(to: now)
        commands = state.endSequenceIfDue()
    case .notice(let notice): state.take(notice)
    case .names(let names): state.take(names)
    case .recalled(let recalled): state.take(recalled)
    case .studied(let study): state.page.take(study)
    case .pastSlots(let slots):
        state.heat.take(slots)
        state.page.take(slots)
    case .kept(let kept): state.take(kept)
    case .terminal(let figures): state.terminal = figures
    case .theme(let sheet): state.themeName = sheet.name
    case .keymap(let keymap): (state.keymap, state.prefix, state.prefixSince) = (keymap, [], nil)
    case .repaint: break
    }
    if let query = state.queryIfChanged() { commands.append(.send(.query(query))) }
    if let look = state.lookIfDue() { commands.append(.send(.look(look))) }
    commands += state.whyCommandsIfDue() + state.slotCommandsIfDue() + state.aboutCommandsIfDue() + state.keepIfDue()
    return commands
}

extension DashboardState {
    /// Takes the time over; a clock set back must not stretch what ends by itself.
    fileprivate mutating func advance(to newNow: Instant) {
        if newNow < now {
            holdUntil = holdUntil.map { min($0, newNow.adding(seconds: Int64(settings.holdSeconds))) }
            if let until = flash?.until { flash?.until = min(until, newNow.adding(seconds: Self.flashSeconds)) }
            if let since = pause?.since { pause?.since = min(since, newNow) }
            prefixSince = prefixSince.map { min($0, newNow) }
            startedAt = min(startedAt, newNow)
            backfillFinishedAt = backfillFinishedAt.map { min($0, newNow) }
            backfillWaitingSince = backfillWaitingSince.map { min($0, newNow) }
            streamWatch.setBack(to: newNow)
        }
        now = newNow
        advanceFilter()
        priceFlashes.advance(to: now)
        tape.advance(to: now, pace: settings.pace, isFrozen: pause != nil)
        tape2.advance(to: now, pace: settings.pace, isFrozen: pause != nil)
        if let until = holdUntil, until <= now { holdUntil = nil }
        if let until = flash?.until, until <= now { flash = nil }
    }

    fileprivate mutating func take(_ notice: Notice) {
        notices.append(notice)
        if notices.count > Self.noticesMax { notices.removeFirst(notices.count - Self.noticesMax) }
        dismissed.remove(.notice)
    }

    fileprivate mutating func take(_ view: EngineView) {
        watchBackfill(from: status?.backfill, to: view.status.backfill)
        streamWatch.update(from: status, to: view.status, now: now)
        status = view.status
        why = view.why
        forgetEndedDismissals()
        takeTapes(view)
        takeSlots(view)
        takeAbout(view)
        guard let result = view.result, result.version >= acceptedVersion, result.isSound else { return }
        guard pause == nil else {
            pause?.count(view, result)
            return
        }
        show(result)
    }

    /// Notes when a backfill that was seen running ends, and when it begins to wait.
    private mutating func watchBackfill(from old: BackfillStatus?, to new: BackfillStatus) {
        if new.phase != .finished {
            backfillFinishedAt = nil
        } else if let old, old.phase != .finished, old.phase != .idle {
            backfillFinishedAt = now
        }
        guard case .waiting = new.phase else {
            backfillWaitingSince = nil
            return
        }
        backfillWaitingSince = backfillWaitingSince ?? now
    }

    /// A problem that has ended may come back later and is then said anew.
    private mutating func forgetEndedDismissals() {
        guard !dismissed.isEmpty else { return }
        var lasting = Set(allProblems.map(\.kind))
        // A backfill waits again and again; put away once, its pauses stay away as long as it runs.
        if status?.backfill.isRunning == true { lasting.insert(.backfillWait) }
        dismissed.formIntersection(lasting)
    }

    /// Puts an answer on the screen and finds the selection in it.
    mutating func show(_ result: ScanResult, flashes: Bool = true) {
        let before = flashes ? rows : nil
        rows = result
        if let status {
            let basis = Leaders.Basis(
                sort: sort,
                gate: gate,
                list: view.list,
                filter: shownFilter,
                rvol: status.rvol,
                baseline: status.baseline,
                tradingDay: status.session.tradingDay
            )
            leaders.update(result, basis: basis, now: now)
        }
        if !answerSearch(result) { relocateSelection(result) }
        scrollIntoView()
        flash(from: before, to: result)
    }

    private mutating func relocateSelection(_ result: ScanResult) {
        let last = max(0, result.matchCount - 1)
        guard !selection.followsTop else {
            selection = Selection()
            return
        }
        if let symbol = selection.symbol {
            if let index = result.symbols.firstIndex(of: symbol) {
                selection.rank = result.rows.lowerBound + index
                return
            }
            // An answer to an older query knows the rank of an older selection.
            guard result.version >= anchorVersion else {
                selection.rank = min(selection.rank, last)
                return
            }
            if let rank = result.anchorRank {
                selection.rank = min(max(0, rank), last)
                return
            }
            guard symbol != table.followed else {
                selection.rank = min(selection.rank, last)
                return
            }
            say("\(symbol.text) is no longer among the rows")
            selection.symbol = nil
        }
        selection.rank = min(selection.rank, last)
        resolveSelection()
    }

    /// Learns which symbol stands at the selected rank, when it is among the rows.
    mutating func resolveSelection() {
        guard !selection.followsTop, selection.symbol == nil, let index = selectedIndex else { return }
        selection.symbol = rows?.symbols[index]
    }

    /// Moves the selection to what a search found; returns whether it did, for then the answer's anchor is another's.
    private mutating func answerSearch(_ result: ScanResult) -> Bool {
        guard let pending = search, result.version >= pending.version else { return false }
        search = nil
        if let found = result.found, (0..<max(1, result.matchCount)).contains(found.rank) {
            let request = pending.request
            let wrapped = request.backwards ? found.rank > request.fromRank : found.rank <= request.fromRank
            if layer == .table, wrapped { say("search went on from the other end") }
            selection = Selection(rank: found.rank, symbol: found.symbol, followsTop: false)
            setFindMissing(false)
            showInTheMiddle()
            return true
        }
        setFindMissing(true)
        if layer == .table { say("no symbol here contains \(pending.request.text)") }
        return false
    }

    private mutating func setFindMissing(_ isMissing: Bool) {
        guard case .find(var line) = layer else { return }
        line.isMissing = isMissing
        layer = .find(line)
        if isMissing {
            selection = line.origin
            top = line.originTop
        }
    }

    /// Seconds a short answer stays.
    static let flashSeconds: Int64 = 6

    /// Shows a short answer in the message line.
    mutating func say(_ text: String) {
        flash = Flash(text: text, until: now.adding(seconds: Self.flashSeconds))
    }

    /// Moves the window so that the selected row lies in it.
    mutating func scrollIntoView() {
        if selection.followsTop {
            top = 0
            return
        }
        let shown = ScreenLayout(self).rowCount
        // While another pane stands in its place, the window is that of a table as high as the screen.
        let visible = shown > 0 ? shown : max(1, size.rows - 6)
        if selection.rank < top { top = selection.rank }
        if selection.rank >= top + visible { top = selection.rank - visible + 1 }
        top = max(0, min(top, matchCount - visible))
    }

    /// Moves the window so that a selected row out of sight comes to its middle, with its neighbours on both sides.
    private mutating func showInTheMiddle() {
        let visible = max(1, ScreenLayout(self).rowCount)
        guard !(top..<(top + visible)).contains(selection.rank) else { return }
        top = max(0, selection.rank - visible / 2)
    }

    /// The query that fits this state, with a new version, when it says something else than the one sent last.
    ///
    /// A frozen table asks for nothing; an empty find line's search is not one.
    fileprivate mutating func queryIfChanged() -> ScanQuery? {
        guard pause == nil, size.cellCount > 0 else { return nil }
        var query = desiredQuery()
        if let sent = sentQuery {
            query.version = sent.version
            guard query != sent else { return nil }
        }
        query.version = (sentQuery?.version ?? 0) + 1
        if query.anchor != sentQuery?.anchor { anchorVersion = query.version }
        if search?.version == .max { search?.version = query.version }
        // Answers in another order, or of another gate, are not for this screen any more.
        if let sent = sentQuery, sent.hasOtherRows(than: query) {
            acceptedVersion = query.version
            if sent.list != query.list || sent.filter != query.filter { shownQuestion = query.version }
        }
        sentQuery = query
        return query
    }

    /// Rows asked for above and below those on the screen: enough to scroll, and to walk about in a frozen table.
    static let overscan = 64
    /// Window edges move in steps, so that scrolling by a row asks for nothing new.
    static let windowStep = 32

    private func desiredQuery() -> ScanQuery {
        let layout = ScreenLayout(self)
        let first = max(0, top - Self.overscan) / Self.windowStep * Self.windowStep
        let end = top + layout.rowCount + Self.overscan
        var query = ScanQuery(
            gate: gate,
            list: view.list,
            filter: shownFilter,
            wantsLedger: layer.isFilter,
            sort: sortKeys,
            columns: ColumnID.queried(with: wantedColumns + explainedColumns),
            rows: first..<((end + Self.windowStep - 1) / Self.windowStep * Self.windowStep),
            holdsOrder: holdsOrder || layer.isFind,
            anchor: selection.followsTop ? nil : selection.symbol,
            find: search?.request,
            stripSlots: layout.stripSlots
        )
        query.pinned = table.pinned
        query.excluded = table.excluded
        query.against = questionInForce
        return query
    }

    /// The columns that an open explanation names.
    private var explainedColumns: [ColumnID] {
        guard case .explain(let explained) = layer else { return [] }
        return [explained.column] + explained.column.inputs
    }
}

extension Layer {
    /// Whether a symbol is being typed.
    fileprivate var isFind: Bool {
        if case .find = self { return true }
        return false
    }

    /// Whether a filter is being typed.
    fileprivate var isFilter: Bool {
        if case .filter = self { return true }
        return false
    }
}

extension ScanQuery {
    /// Whether answers to the other query are in another order, or of other tickers.
    fileprivate func hasOtherRows(than other: Self) -> Bool {
        sort != other.sort || gate != other.gate || list != other.list || filter != other.filter
            || pinned != other.pinned || excluded != other.excluded || against != other.against
    }
}

extension Pause {
    /// Keeps the newest answer for the moment the table is resumed, and counts snapshots.
    fileprivate mutating func count(_ view: EngineView, _ result: ScanResult) {
        latest = result
        guard let applied = view.status.snapshotAppliedAt, applied != lastSnapshot else { return }
        lastSnapshot = applied
        missed += 1
    }
}

extension ScanResult {
    /// Whether every part has the length the others say, so that painting can index without a doubt.
    ///
    /// An engine in another process may be of another version.
    var isSound: Bool {
        let count = symbols.count
        return rows.count == count && rows.lowerBound >= 0 && matchCount >= 0 && flags.count == count
            && (halts.isEmpty || halts.count == count) && (moves.isEmpty || moves.count == count)
            && pinnedCount >= 0
            && priceTimes.count == count && values.count == columns.count
            && values.allSatisfy { $0.count == count } && stripSlots >= 0 && stripSlots <= Slot.count
            && strips.count == stripSlots * count
            && (texts.isEmpty || texts.count == columns.count && texts.allSatisfy { $0.isEmpty || $0.count == count })
    }
}
