import Dashboard
import Engine
import EngineAPI
import MarketTime
import Simulator
import TerminalGrid

/// A drawn picture: the cells, and what they mean.
struct Picture {
    /// What was asked for.
    let spec: PictureSpec
    /// The cells.
    let grid: Grid
    /// What their styles are.
    let styles: StyleTable
    /// Colours that are shown: the terminal's, or fewer where the theme says so.
    let depth: ColorDepth
    /// Where the terminal's cursor stands; nil hides it.
    let cursor: Position?
    /// What stands for the terminal's own colours.
    let page: GridSVG.Page

    /// The picture as an SVG document.
    func svg(title: String? = nil, hasFrame: Bool = false) -> String {
        GridSVG(page: page, depth: depth, title: title ?? spec.title, hasFrame: hasFrame)
            .document(grid, styles: styles, cursor: cursor)
    }

    /// The characters alone, a line each.
    var text: String { grid.lines().map { $0 + "\n" }.joined() }
}

/// Draws pictures of the demo: without sockets, threads, files or a clock, so that one list of arguments is one picture.
///
/// Pictures of one market at one moment share its first minutes.
final class PictureStudio {
    /// Market time before the dashboard opens, seconds: what changes over an hour has something to compare with.
    static let skimSeconds: Int64 = 3780
    /// How far apart snapshots are in it, seconds.
    static let skimStep: Int64 = 60
    /// Market time before the dashboard opens in which the stream runs, seconds.
    static let streamSeconds: Int64 = 60
    /// Market time from the dashboard's opening to the first key, ms.
    static let leadMs: Int64 = 8000
    /// Market time from the last key to the picture, ms: what is asked for by a key has been answered by then.
    static let tailMs: Int64 = 2000

    private struct Session: Hashable {
        var seed: UInt64
        var symbols: Int
        var opening: Instant
        var settings: [String]
    }

    /// Of each market one; a market is made in milliseconds, its past is not.
    private var worlds: [SimulatedMarketKey: (feed: PictureFeed, history: PictureHistory)] = [:]
    private var sessions: [Session: PictureEngine] = [:]

    private struct SimulatedMarketKey: Hashable {
        var seed: UInt64
        var symbols: Int
        var day: DayID
    }

    /// A studio without a market.
    init() {}

    /// Draws a picture.
    ///
    /// - Throws: ``Failure`` with status 64 for a theme that is not known; `DecodeError` for a defect.
    func draw(_ spec: PictureSpec) throws -> Picture {
        guard let look = PictureTheme(named: spec.theme) else {
            let name = Console.printable(String(spec.theme.prefix(40)))
            throw Failure(
                status: .usage,
                sentence: "there is no theme \(name); there are: \(PictureTheme.names.joined(separator: ", "))"
            )
        }
        let opening = spec.moment.adding(milliseconds: -(Self.leadMs + Int64(spec.keys.milliseconds) + Self.tailMs))
        let plan = plan(spec)
        let engine = try engine(spec, plan, opening: Instant(seconds: opening.seconds))
        var stage = PictureStage(
            DashboardModel(
                settings: plan.dashboardSettings,
                size: spec.size,
                now: engine.now,
                colorDepth: spec.depth
            ),
            theme: look.sheet,
            engine: engine
        )
        var time = engine.now.adding(milliseconds: Self.leadMs)
        try stage.pass(to: time)
        for step in spec.keys.steps {
            switch step {
            case .key(let key): stage.press(key)
            case .wait(let milliseconds):
                time = time.adding(milliseconds: Int64(milliseconds))
                try stage.pass(to: time)
            }
        }
        try stage.pass(to: spec.moment)
        var grid = Grid(size: spec.size, glyphs: spec.isASCII ? .ascii : .unicode)
        let cursor = stage.paint(into: &grid)
        let theme = stage.model.theme
        return Picture(
            spec: spec,
            grid: grid,
            styles: theme.styles,
            depth: theme.depth,
            cursor: cursor,
            page: look.page
        )
    }

    /// The demo with these settings, and with nothing of the environment.
    private func plan(_ spec: PictureSpec) -> DashboardPlan {
        let startup = Startup.read(overrides: spec.settings, environment: ProcessEnvironment([:]))
        return DashboardPlan(
            source: .simulator(spec.market),
            startup: startup,
            storePath: nil,
            logs: startup.openLogs()
        )
    }

    /// An engine that has run for some minutes, up to the dashboard's opening.
    private func engine(_ spec: PictureSpec, _ plan: DashboardPlan, opening: Instant) throws -> PictureEngine {
        let session = Session(
            seed: spec.seed,
            symbols: spec.symbols,
            opening: opening,
            settings: spec.settings.map { "\($0.key)=\($0.value)" }
        )
        if let known = sessions[session] { return known }
        let key = SimulatedMarketKey(
            seed: spec.seed,
            symbols: spec.symbols,
            day: NewYork.wall(at: spec.moment).day
        )
        let world: (feed: PictureFeed, history: PictureHistory)
        if let known = worlds[key] {
            world = known
        } else {
            let market = spec.market.market()
            world = (PictureFeed(market), PictureHistory(market))
            worlds[key] = world
        }
        var engine = try PictureEngine(
            core: plan.engineCore(world.feed.market.calendar),
            feed: world.feed,
            history: world.history,
            book: ScanShelf().book,
            startingAt: start(before: opening, calendar: world.feed.market.calendar)
        )
        try engine.skim(to: opening.adding(seconds: -Self.streamSeconds), everySeconds: Self.skimStep)
        try engine.advance(to: opening)
        sessions[session] = engine
        return engine
    }

    /// When the engine starts: some minutes before, but not on the trading day before.
    private func start(before opening: Instant, calendar: ExchangeCalendar) -> Instant {
        let wanted = opening.adding(seconds: -Self.skimSeconds)
        let day = calendar.state(at: opening).tradingDay
        let dayStart = NewYork.instant(day, secondOfDay: Slot.dayStartSecond)
        return dayStart < opening ? max(wanted, dayStart) : wanted
    }
}
