import Engine
import EngineAPI
import Feeds
import Gateway
import Logging
import MarketData
import MarketTime
import Network
import Store
import Synchronization

/// What stands around the engine's lists: the trader's files, the memory, the socket, the facts about companies.
///
/// Thread-safe; `state` is guarded by its mutex.
final class ScanServices: Sendable {
    /// Whom they tell what; called on threads of their own, must not block.
    struct Hooks: Sendable {
        /// The lists have been read, or read again.
        var lists: @Sendable (ScanWatcher.Reading) -> Void
        /// Something the trader should read.
        var notify: @Sendable (String) -> Void
    }

    private struct State {
        var watcher: ScanWatcher?
        var gateway: GatewayServer?
        var reference: ReferenceRunner?
        var history: PolygonHistorySource?
        var fmp: FMPSource?
        var isStopping = false
    }

    /// How long a thread may take to end, in ms.
    private static let joinMsMax = 3000

    private let plan: DashboardPlan
    private let store: LazyStore
    private let clock: any WallClock
    private let logger: Logger
    private let writer: ScanWriter
    private let state = Mutex(State())

    /// Services that have not been started.
    init(_ plan: DashboardPlan, store: LazyStore, clock: any WallClock) {
        self.plan = plan
        self.store = store
        self.clock = clock
        let logger = plan.logs.logger("scans")
        self.logger = logger
        writer = ScanWriter(
            store: ScanKeeper(store: store, clock: clock, settings: plan.settings.scans, logger: logger)
        ) { logger.error("\($0)") }
    }

    /// Remembers who is on the lists, unless the trader does not want that.
    func keep(_ records: ScanRecords) {
        if plan.settings.scans.store { writer.write(records) }
    }

    /// Remembers why.
    func keep(_ events: [ScanEvent], day: DayID) {
        if plan.settings.scans.store { writer.write(events, day: day) }
    }

    /// Waits until what is to be remembered is stored; true when it is.
    func flush(milliseconds: Int) -> Bool { writer.flush(milliseconds: milliseconds) }

    /// Reads the trader's files and watches them, and opens the socket; returns at once.
    func start(_ host: EngineHost, _ hooks: Hooks) {
        let watcher = ScanWatcher(plan.startup.paths) { [plan, logger] reading in
            host.send(.scans(reading.shelf.book))
            host.send(.symbolLists(reading.symbolLists))
            var seen: Set<Symbol> = []
            host.send(.watchlist((plan.startup.watchlist + reading.followed).filter { seen.insert($0).inserted }))
            for problem in reading.problems { logger.warning("\(problem.line)") }
            hooks.lists(reading)
        }
        let mustStop = state.withLock { state in
            state.watcher = watcher
            return state.isStopping
        }
        guard !mustStop else { return }
        watcher.start()
        if plan.settings.scans.socket { serve(host, hooks) }
    }

    private func serve(_ host: EngineHost, _ hooks: Hooks) {
        let engine: EngineSockets.Engine
        switch plan.source {
        case .vendor: engine = .live
        case .simulator: engine = .demo
        }
        guard let path = EngineSockets(folder: plan.startup.paths.runtimeFolder).path(engine) else { return }
        let gateway = GatewayServer(
            path: path,
            engine: host,
            origin: GatewayOrigin(name: engine.rawValue, version: Tradeul.version)
        ) { [logger] sentence in
            logger.error("\(sentence)")
            hooks.notify(sentence)
        }
        do {
            try gateway.start()
            state.withLock { $0.gateway = gateway }
        } catch GatewayError.inUse {
            // Another dashboard serves already: nothing is missing.
            logger.info("another engine answers at \(path)")
        } catch {
            logger.error("\(error)")
            hooks.notify("tradeul scan cannot ask this dashboard: \(error)")
        }
    }

    /// Loads facts about companies, the cached ones first.
    ///
    /// - Parameters:
    ///   - history: How the market's vendor is asked; a connection of its own, which a backfill does not hold up.
    ///   - fmp: How the vendor of floats and sectors is asked; nil without a key for it.
    func startReference(
        _ history: PolygonHistorySource.Configuration?,
        _ fmp: FMPSource.Configuration?,
        calendar: @escaping @Sendable () -> ExchangeCalendar,
        _ host: EngineHost
    ) {
        let source = history.map { PolygonHistorySource($0, clock: clock) }
        let company = fmp.map { FMPSource($0, clock: clock) }
        var configuration = ReferenceRunner.Configuration()
        configuration.isEnabled = plan.settings.reference.enabled
        if let source, let history {
            configuration.tickers = PolygonReferenceSource(source, restURL: history.restURL)
        }
        configuration.fmp = company
        let runner = ReferenceRunner(
            configuration,
            store: store,
            clock: clock,
            calendar: calendar,
            logger: plan.logs.logger("reference"),
            hooks: ReferenceRunner.Hooks(
                facts: { host.deliver(reference: $0) },
                status: { host.report($0) }
            )
        )
        let mustStop = state.withLock { state in
            state.reference = runner
            state.history = source
            state.fmp = company
            return state.isStopping
        }
        if !mustStop { runner.start() }
    }

    /// Which tickers' facts are wanted first.
    func prioritize(_ symbols: [Symbol]) { state.withLock { $0.reference }?.prioritize(symbols) }

    /// Ends everything.
    func stop() {
        let ended = state.withLock { state in
            state.isStopping = true
            return state
        }
        ended.gateway?.stop()
        ended.watcher?.stop()
        ended.fmp?.stop()
        ended.history?.stop()
        _ = ended.reference?.stop(deadlineMs: Self.joinMsMax)
    }
}

extension Startup {
    /// How the vendor of floats and sectors is asked; nil without a key, and when it would travel in clear text.
    var fmpConfiguration: FMPSource.Configuration? {
        let url = settings.reference.fmpURL
        let wouldLeak = url.lowercased().hasPrefix("http://") && !HTTPRequest(url: url).isForThisMachine
        guard let key = keys.fmp, !wouldLeak else { return nil }
        return FMPSource.Configuration(
            baseURL: url,
            key: key.secret,
            keyHint: key.origin,
            callsPerMinute: settings.reference.callsPerMinute
        )
    }
}
