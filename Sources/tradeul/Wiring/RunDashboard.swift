import Curses
import Dashboard
import Engine
import EngineAPI
import Glibc
import MarketData
import MarketTime
import Network
import Synchronization
import TerminalGrid

/// Runs the dashboard on this thread until the trader quits, a signal ends it or the terminal goes away.
///
/// - Throws: ``Failure`` when there is no usable terminal, the key would travel in clear text or was refused, or the last
///   slots could not be written.
func runDashboard(_ plan: DashboardPlan) throws -> ExitStatus {
    if case .vendor = plan.source {
        try plan.startup.requireSafeAddress()
        if plan.settings.stream.enabled { try plan.startup.requireSafeStreamAddress() }
    }
    let wake = try WakePipe()
    let session = EngineSession(plan)
    let terminal: CursesTerminal
    do {
        terminal = try CursesTerminal(plan.cursesOptions(wake: wake.readEnd))
    } catch {
        throw Failure(status: .no, sentence: error.description)
    }
    var loop = DashboardLoop(terminal: terminal, session: session, wake: wake, plan: plan)
    let result = Result { try loop.run() }
    // The terminal first: whatever the rest takes, the trader has the prompt's screen back.
    terminal.close(leaving: plan.settings.screen.leaveLast ? loop.lastScreen : "")
    loop.finish()
    if loop.hasHungUp {
        session.stopHurriedly()
        // Not `exit`: it takes apart what threads that were not waited for still use.
        _exit(ExitStatus.ok.rawValue)
    }
    let end = session.stop()
    if case .failure(let error) = result {
        throw Failure(status: .no, sentence: "the terminal failed: \(error)")
    }
    if case .refused(let sentence)? = session.host.latest()?.status.feed.state {
        throw Failure(status: .keyRefused, sentence: sentence)
    }
    if !end.isStored, let path = plan.storePath {
        throw Failure(status: .store, sentence: "the last slots could not be written to \(path)")
    }
    // See above: not `exit`.
    if !end.isComplete { _exit(ExitStatus.ok.rawValue) }
    return .ok
}

/// The loop between terminal, engine and dashboard.
private struct DashboardLoop {
    let terminal: CursesTerminal
    let session: EngineSession
    let wake: WakePipe
    let plan: DashboardPlan
    private let desk: DashboardDesk
    private var model: DashboardModel
    private var grid: Grid
    private var lastSequence: UInt64 = 0
    private var pacer: FramePacer
    private var toldFigures = TerminalFigures()
    private var mustEnd = false
    /// Whether the terminal is gone: nobody waits for the end, and it comes at once.
    private(set) var hasHungUp = false
    /// Whether the terminal has told the colour behind its text.
    private var knowsBackground = false

    init(terminal: CursesTerminal, session: EngineSession, wake: WakePipe, plan: DashboardPlan) {
        self.terminal = terminal
        self.session = session
        self.wake = wake
        self.plan = plan
        desk = DashboardDesk(plan, store: session.store, clock: session.clock) { [wake] event in wake.post(event) }
        model = DashboardModel(
            settings: plan.dashboardSettings,
            size: terminal.size,
            now: session.clock.now(),
            colorDepth: terminal.colorDepth
        )
        grid = Grid(size: terminal.size, glyphs: terminal.glyphs)
        pacer = FramePacer(
            framesPerSecond: plan.settings.screen.fps,
            bytesPerSecondMax: plan.settings.screen.maxBytesPerSecond,
            nowMs: Self.monotonicMs()
        )
    }

    /// The screen as painted last, line by line, without the blanks at its end.
    var lastScreen: String {
        var lines = grid.lines()
        while lines.last?.isEmpty == true { lines.removeLast() }
        return lines.map { $0 + "\n" }.joined()
    }

    mutating func run() throws {
        for text in plan.notices { carryOut(model.handle(.notice(Notice(.warning, text)))) }
        let keys = plan.startup.chosenKeymap
        carryOut(model.handle(.keymap(keys.keymap)))
        for problem in keys.problems.prefix(3) { carryOut(model.handle(.notice(Notice(.warning, problem.line)))) }
        let theme = plan.chosenTheme
        carryOut(model.handle(.theme(theme.sheet)))
        for problem in theme.problems.prefix(3) { carryOut(model.handle(.notice(Notice(.warning, problem.line)))) }
        carryOut(model.start())
        // The first frame owes nothing to network or disk.
        try paint()
        desk.readKept()
        session.host.onUpdate { [wake] in wake.signal() }
        session.start(
            notify: { [wake] text in wake.post(text) },
            onLists: { [wake] reading in wake.post(reading) }
        )
        while !mustEnd {
            let events = try terminal.waitForEvents(timeoutMilliseconds: timeoutMs())
            // The time first: what a key starts ends by it.
            carryOut(model.handle(.tick(session.clock.now())))
            for event in events { take(event) }
            takeEngine()
            if !mustEnd { try paintIfDue() }
        }
    }

    /// Takes the theme for a light ground once the terminal has said that its is, where the trader has not chosen one.
    private mutating func followBackground() {
        guard !knowsBackground, let isLight = terminal.isBackgroundLight else { return }
        knowsBackground = true
        let theme = plan.theme(isLight: isLight)
        if theme.sheet != model.theme.sheet { carryOut(model.handle(.theme(theme.sheet))) }
    }

    /// Waits until what was to be kept is; a terminal that has gone waits for nobody.
    func finish() { desk.finish(withinMs: hasHungUp ? 80 : 1000) }

    private mutating func take(_ event: TerminalEvent) {
        switch event {
        case .key(let key):
            carryOut(model.handle(.key(key)))
            // A key is answered at once, whatever the frame rate.
            pacer.hurry()
        case .resize(let size):
            carryOut(model.handle(.resize(size)))
            pacer.hurry()
        case .repaint:
            carryOut(model.handle(.repaint))
            pacer.hurry()
        case .wake: followBackground()
        case .drained: break
        case .hangup: (hasHungUp, mustEnd) = (true, true)
        case .terminate: mustEnd = true
        }
    }

    private mutating func takeEngine() {
        for text in wake.takeNotices() { carryOut(model.handle(.notice(Notice(.error, text)))) }
        for event in wake.takeEvents() {
            if case .names(let names) = event { desk.book.withLock { $0 = names.book } }
            carryOut(model.handle(event))
        }
        guard let view = session.host.latest(), view.sequence != lastSequence else { return }
        lastSequence = view.sequence
        carryOut(model.handle(.view(view)))
    }

    private mutating func carryOut(_ commands: [Dashboard.DashboardCommand]) {
        for command in commands {
            switch command {
            case .send(let command): session.send(command)
            case .quit: mustEnd = true
            // The terminal's own handler restores it, stops the process group and repaints on return.
            case .suspend: kill(0, SIGTSTP)
            case .redraw: terminal.invalidate()
            case .bell: terminal.bell()
            case .save(let list): desk.save(list)
            case .savePreset(let name, let text): desk.savePreset(name, text)
            case .watch(let symbol, let isAdded): desk.watch(symbol, isAdded: isAdded)
            case .recall(let list, let moment): desk.recall(list, at: moment)
            case .study(let symbol): desk.study(symbol)
            case .pastSlots(let query): desk.pastSlots(query)
            case .keep(let key, let value): desk.keep(key, value)
            case .theme(let name): desk.useTheme(name)
            case .copy(let text): terminal.copy(text)
            }
        }
    }

    private mutating func paintIfDue() throws {
        let nowMs = Self.monotonicMs()
        pacer.observe(isPending: terminal.hasPendingOutput, nowMs: nowMs)
        tellFigures(nowMs)
        guard model.needsPaint else { return }
        if pacer.isDue(nowMs: nowMs) {
            try paint()
        } else {
            pacer.heldBack(nowMs: nowMs)
        }
    }

    private mutating func paint() throws {
        let cursor = model.paint(into: &grid)
        let result = try terminal.present(grid, styles: model.theme.styles, cursor: cursor)
        let nowMs = Self.monotonicMs()
        if case .sent(let bytes) = result { pacer.sent(bytes: bytes, nowMs: nowMs) }
        pacer.observe(isPending: terminal.hasPendingOutput, nowMs: nowMs)
    }

    /// Tells the dashboard how the terminal takes frames, when that has changed.
    private mutating func tellFigures(_ nowMs: Double) {
        let figures = pacer.figures(nowMs: nowMs)
        guard figures != toldFigures else { return }
        toldFigures = figures
        carryOut(model.handle(.terminal(figures)))
    }

    /// How often a terminal that takes nothing is looked at, in milliseconds; that it takes something is told at once.
    private static let blockedLookMs = 50

    /// Until the next frame that is wanted, or the next second of the clock.
    private func timeoutMs() -> Int {
        if model.needsPaint {
            if terminal.hasPendingOutput { return Self.blockedLookMs }
            return max(1, Int(pacer.waitMs(nowMs: Self.monotonicMs())) + 1)
        }
        let frameMs = 1000 / Double(max(plan.settings.screen.fps, 1))
        let untilTick = Double(model.nextTick.nanoseconds(since: session.clock.now())) / 1e6
        return min(max(Int(untilTick) + 1, Int(frameMs)), 1000)
    }

    private static func monotonicMs() -> Double { Double(MonotonicTime.now().nanoseconds) / 1e6 }
}

/// Ends the terminal's wait from another thread, and carries notices to the loop.
///
/// `notices` is guarded by its mutex; at most `noticesMax` wait, further ones are dropped.
private final class WakePipe: Sendable {
    private static let noticesMax = 20

    let readEnd: Int32
    private let writeEnd: Int32
    private let notices = Mutex<[String]>([])
    /// What the dashboard is to hear: of the lists only the newest reading, of all else at most `noticesMax`.
    private let events = Mutex<[DashboardEvent]>([])

    init() throws {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else {
            throw Failure(status: .no, sentence: "the system refuses a pipe (error \(errno)): close other programs")
        }
        for end in ends {
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
        }
        readEnd = ends[0]
        writeEnd = ends[1]
    }

    deinit {
        close(readEnd)
        close(writeEnd)
    }

    /// Wakes the loop; when the pipe is full it is awake already.
    func signal() {
        var byte: UInt8 = 1
        _ = write(writeEnd, &byte, 1)
    }

    func post(_ text: String) {
        notices.withLock { if $0.count < Self.noticesMax { $0.append(text) } }
        signal()
    }

    func post(_ event: DashboardEvent) {
        events.withLock { waiting in
            if case .names = event {
                waiting.removeAll { if case .names = $0 { true } else { false } }
            }
            if waiting.count < Self.noticesMax { waiting.append(event) }
        }
        signal()
    }

    /// The lists as they have been read, and what is wrong with them.
    func post(_ reading: ScanWatcher.Reading) {
        post(
            .names(
                ScanNames(
                    book: reading.shelf.book,
                    symbolLists: reading.symbolLists.map(\.name),
                    watched: Set(reading.symbolLists.first { $0.name == Watchlist.usualName }?.symbols ?? [])
                )
            )
        )
        for problem in reading.problems.prefix(5) { post(.notice(Notice(.warning, problem.line))) }
    }

    func takeEvents() -> [DashboardEvent] {
        events.withLock { waiting in
            defer { waiting = [] }
            return waiting
        }
    }

    func takeNotices() -> [String] {
        notices.withLock { waiting in
            defer { waiting = [] }
            return waiting
        }
    }
}
