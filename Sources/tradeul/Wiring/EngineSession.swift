import Engine
import EngineAPI
import Feeds
import Glibc
import Logging
import MarketData
import MarketServer
import MarketTime
import Network
import Simulator
import Store
import Synchronization

/// Everything behind the screen: engine, store, feed, and in the demo the simulated market.
///
/// Made without touching disk or network, so that the first frame comes at once; `start()` does the rest on threads of its
/// own. `services` is guarded by its mutex.
final class EngineSession: Sendable {
    /// How long the writer may take at the end, in ms.
    private static let flushMsMax = 5000
    /// How long a thread may take to end, in ms.
    private static let joinMsMax = 3000
    /// How long all that only reads or brings in the past may take to end together, in ms: the next start goes on there.
    private static let idleMsMax = 300
    /// How long the engine, and each writer after it, may take after a hang-up, in ms.
    private static let hurriedMsMax = 45

    private struct Services {
        var feed: PolygonRESTFeed?
        var server: MarketServer?
        var engineThread: PlainThread?
        var background: [PlainThread] = []
        var isStopping = false
    }

    /// The screen's side of the engine.
    let host: EngineHost
    /// The market's time.
    let clock: any WallClock
    private let plan: DashboardPlan
    let store: LazyStore
    private let writer: StoreWriter
    private let ticks: TickWriter
    private let stream: StreamService
    private let scans: ScanServices
    private let corrected: CorrectedClock?
    private let market: SimulatedMarket?
    private let backfill: BackfillService
    private let calendar: Guarded<ExchangeCalendar>
    /// Irregular days that are known without the vendor.
    private let knownDays = Guarded<[MarketDay]>([])
    private let logger: Logger
    private let services = Mutex(Services())

    /// Wires everything, starts nothing.
    init(_ plan: DashboardPlan) {
        self.plan = plan
        logger = plan.logs.logger("engine")
        let store = LazyStore(path: plan.storePath)
        self.store = store
        let calendar: ExchangeCalendar
        switch plan.source {
        case .vendor:
            let clock = CorrectedClock(base: SystemClock())
            corrected = clock
            self.clock = clock
            market = nil
            calendar = ExchangeCalendar()
        case .simulator(let simulated):
            corrected = nil
            clock = simulated.clock()
            let market = simulated.market()
            self.market = market
            calendar = market.calendar
        }
        let shared = Guarded(calendar)
        self.calendar = shared
        let backfill = BackfillService(
            store: store,
            clock: clock,
            calendar: shared,
            settings: plan.settings,
            logger: plan.logs.logger("history")
        )
        self.backfill = backfill
        let reporter = StateReporter()
        writer = StoreWriter(store: store) { [logger] state in
            if case .degraded(let sentence) = state { logger.error("\(sentence)") }
            reporter.report(state)
        }
        let ticks = TickWriter(
            store: TickKeeper(store: store, clock: clock, settings: plan.settings.ticks, logger: logger)
        ) { [logger] sentence in logger.error("trades are not kept: \(sentence)") }
        self.ticks = ticks
        let scans = ScanServices(plan, store: store, clock: clock)
        self.scans = scans
        let stream = StreamService(clock: clock, logger: plan.logs.logger("stream"))
        self.stream = stream
        host = EngineHost(
            core: plan.engineCore(calendar),
            clock: clock,
            store: store,
            persist: { [writer] rows in writer.write(rows, source: .live) },
            persistHealed: { [writer] rows in writer.write(rows, source: .aggregates) },
            heal: { backfill.heal($0) },
            shortList: { symbols in
                backfill.prioritize(symbols)
                scans.prioritize(symbols)
            },
            demand: { stream.want($0) },
            persistTicks: { ticks.write($0) },
            daily: store,
            tradeCounts: store,
            persistScans: { scans.keep($0) },
            persistWhy: { scans.keep($0, day: $1) },
            monotonicNs: { MonotonicTime.now().nanoseconds },
            runInBackground: Self.readInBackground
        )
        reporter.target.withLock { [host] target in target = host }
        followStore()
    }

    /// Has the engine told when the file is open, and takes what it says of the calendar.
    private func followStore() {
        store.onReady { [host, knownDays, calendar] opened in
            host.report(StoreState.ready)
            // Days the vendor has corrected before; without them the rules stand.
            guard let days = try? opened.marketDays(), !days.isEmpty else { return }
            knownDays.value = days
            calendar.value = ExchangeCalendar(overrides: days)
            host.report(calendar.value)
        }
    }

    /// Starts the engine, the feed and in the demo the market; returns at once.
    ///
    /// - Parameters:
    ///   - notify: Takes what the trader should read.
    ///   - onLists: Takes the lists whenever they have been read.
    func start(
        notify: @escaping @Sendable (String) -> Void,
        onLists: @escaping @Sendable (ScanWatcher.Reading) -> Void
    ) {
        let engineThread = PlainThread { [host] in host.run() }
        services.withLock { $0.engineThread = engineThread }
        guard engineThread != nil else {
            notify("The system refuses a new thread, so no engine runs: end other programs and start again.")
            return
        }
        runInBackground { [self] in scans.start(host, ScanServices.Hooks(lists: onLists, notify: notify)) }
        switch plan.source {
        case .vendor(let key):
            scans.startReference(
                plan.startup.historyConfiguration(key: key) { [calendar] in calendar.value },
                plan.startup.fmpConfiguration,
                calendar: { [calendar] in calendar.value },
                host
            )
            startFeed(restURL: plan.settings.feed.restURL, key: key.secret, keyHint: key.origin)
            startStream(url: plan.startup.streamURL, key: key.secret, keyHint: key.origin)
            if plan.settings.history.auto {
                startBackfill(
                    plan.startup.historyConfiguration(key: key) { [calendar] in calendar.value },
                    runsJobs: true
                )
            } else {
                runInBackground { [backfill] in backfill.applyRetention() }
            }
        case .simulator(let simulated):
            runInBackground { [self] in startSimulator(simulated, notify: notify) }
        }
    }

    /// What an end came to.
    struct End {
        /// Whether all slots are stored.
        var isStored: Bool
        /// Whether no thread runs any more; else the process must end without its usual end, which takes apart what
        /// they still use.
        var isComplete: Bool
    }

    /// Ends everything in order: feed, engine, writer.
    ///
    /// What brings in the past may be in the middle of a day, and a read of the history in the middle of the file: neither
    /// is waited for long.
    func stop() -> End {
        let (feed, server, engineThread, background) = services.withLock { services in
            services.isStopping = true
            return (services.feed, services.server, services.engineThread, services.background)
        }
        scans.stop()
        stream.stop(deadlineMs: Self.joinMsMax)
        feed?.stop(deadlineMs: Self.joinMsMax)
        host.stop()
        var isComplete = engineThread?.join(milliseconds: Self.joinMsMax) ?? true
        backfill.stop()
        isComplete = Self.join(background, withinMs: Self.idleMsMax) && isComplete
        let isStored = writer.flush(milliseconds: Self.flushMsMax)
        if !scans.flush(milliseconds: Self.flushMsMax) {
            logger.error("the last changes of lists could not be kept in time")
        }
        if !ticks.flush(milliseconds: Self.flushMsMax) { logger.error("the last trades could not be kept in time") }
        if !isStored { logger.error("the last slots could not be written to the history file in time") }
        guard isComplete else { return End(isStored: isStored, isComplete: false) }
        let closing = PlainThread { [store] in
            store.close()
            try? server?.stop()  // the process is about to end
        }
        isComplete = closing?.join(milliseconds: Self.idleMsMax) ?? false
        return End(isStored: isStored, isComplete: isComplete)
    }

    /// Waits for threads, so long for all of them together; false when one still runs.
    private static func join(_ threads: [PlainThread], withinMs milliseconds: Int) -> Bool {
        let until = MonotonicTime.now().adding(nanoseconds: Int64(milliseconds) * 1_000_000)
        return threads.reduce(true) { haveEnded, thread in
            let left = until.nanoseconds - MonotonicTime.now().nanoseconds
            return thread.join(milliseconds: max(0, Int(left / 1_000_000))) && haveEnded
        }
    }

    /// Keeps what is not kept yet and leaves all else as it is, within 200 ms: the terminal has hung up.
    ///
    /// The process must end without its usual end then: threads still run.
    func stopHurriedly() {
        let engineThread = services.withLock { services in
            services.isStopping = true
            return services.engineThread
        }
        host.stop()
        _ = engineThread?.join(milliseconds: Self.hurriedMsMax)
        let isStored = writer.flush(milliseconds: Self.hurriedMsMax)
        let areScansStored = scans.flush(milliseconds: Self.hurriedMsMax)
        let areTicksStored = ticks.flush(milliseconds: Self.hurriedMsMax)
        logger.notice("the terminal hung up")
        if !isStored || !areScansStored || !areTicksStored { logger.error("not everything could be kept in time") }
    }

    private func startFeed(restURL: String, key: Secret?, keyHint: String) {
        let feed = PolygonRESTFeed(
            plan.feedConfiguration(restURL: restURL, key: key, keyHint: keyHint),
            clock: clock,
            sink: LoggingSink(host: host, corrected: corrected, logger: plan.logs.logger("feed")),
            knownDays: { [knownDays] in knownDays.value },
            upcomingDays: { [store, host, calendar, clock, logger, isLive = corrected != nil] days in
                guard isLive else { return }
                do {
                    let opened = try store.open()
                    try opened.writeMarketDays(days, source: "polygon", today: NewYork.wall(at: clock.now()).day)
                    calendar.value = ExchangeCalendar(overrides: try opened.marketDays())
                } catch {
                    logger.warning("the vendor's holidays could not be stored: \(error)")
                    calendar.value = ExchangeCalendar(overrides: days)
                }
                host.report(calendar.value)
            },
            serverTime: { [corrected] server in corrected?.observe(server: server) },
            conditions: { [host] in host.report($0) }
        )
        let mustStop = services.withLock { services in
            services.feed = feed
            return services.isStopping
        }
        if mustStop { feed.stop(deadlineMs: Self.joinMsMax) }
    }

    private func startStream(url: String, key: Secret?, keyHint: String) {
        guard plan.settings.stream.enabled else {
            host.report(StreamStatus(state: .off(sentence: "switched off by stream.enabled; prices come by snapshot")))
            return
        }
        stream.start(plan.startup.streamConfiguration(url: url, key: key, keyHint: keyHint), sink: host)
    }

    private func startBackfill(_ configuration: PolygonHistorySource.Configuration, runsJobs: Bool) {
        backfill.start(
            configuration,
            runsJobs: runsJobs,
            hooks: BackfillService.Hooks(
                report: { [host] in host.report($0) },
                healed: { [host] in host.deliver(healed: $0) },
                historyChanged: { [host] in host.historyChanged() }
            )
        )
    }

    private func startSimulator(_ simulated: SimulatorPlan, notify: @escaping @Sendable (String) -> Void) {
        guard let market else { return }
        let server = MarketServer(market, clock: clock, options: MarketServerOptions(keys: [simulated.demoKey]))
        let restURL: String
        do {
            restURL = "http://127.0.0.1:\(try server.start())"
            services.withLock { $0.server = server }
            startFeed(restURL: restURL, key: Secret(simulated.demoKey), keyHint: "the demo")
            let streamURL = "ws" + restURL.dropFirst("http".count) + "/stocks"
            startStream(url: streamURL, key: Secret(simulated.demoKey), keyHint: "the demo")
        } catch {
            notify("The simulated market cannot be served on loopback: \(error)")
            return
        }
        scans.startReference(
            PolygonHistorySource.Configuration(restURL: restURL, key: Secret(simulated.demoKey)) { market.calendar },
            FMPSource.Configuration(
                baseURL: restURL,
                key: Secret(simulated.demoKey),
                keyHint: "the demo",
                callsPerMinute: nil
            ),
            calendar: { market.calendar },
            host
        )
        importPast(of: market)
        // Gaps of today are fetched by the same path as live.
        startBackfill(
            PolygonHistorySource.Configuration(restURL: restURL, key: Secret(simulated.demoKey)) { market.calendar },
            runsJobs: false
        )
        importYear(of: market)
    }

    /// Brings the simulated market's last weeks into the file: straight from the market, which is faster than asking for them.
    private func importPast(of market: SimulatedMarket) {
        importing { store in
            try SimulatedHistory(market: market, store: store).run(
                now: clock.now(),
                mustStop: { services.withLock { $0.isStopping } },
                onUseful: { [host] in host.historyChanged() }
            )
        }
    }

    /// Brings in the daily bars of the year before, which nothing waits for, at a quarter of the time.
    private func importYear(of market: SimulatedMarket) {
        importing { store in
            var began = MonotonicTime.now()
            try SimulatedHistory(market: market, store: store).runYear(
                now: clock.now(),
                mustStop: { services.withLock { $0.isStopping } },
                rest: {
                    let spent = MonotonicTime.now().nanoseconds - began.nanoseconds
                    usleep(UInt32(min(3 * spent, 900_000_000) / 1000))
                    began = MonotonicTime.now()
                },
                onUseful: { [host] in host.historyChanged() }
            )
        }
    }

    private func importing(_ work: (TradeulStore) throws -> Void) {
        do {
            try work(try store.open())
        } catch let error as StoreError {
            host.report(StoreState.degraded(sentence: error.sentence))
            logger.error("\(error.sentence)")
        } catch {
            logger.error("the simulated history cannot be stored: \(error)")
        }
    }

    /// Passes a screen's command on.
    func send(_ command: EngineCommand) {
        host.send(command)
        if case .setRVOL(let settings) = command { backfill.use(settings) }
    }

    /// Runs a read of the history, which takes tens of megabytes that nobody needs a moment later.
    @Sendable private static func readInBackground(_ work: @escaping @Sendable () -> Void) {
        let reading: @Sendable () -> Void = {
            work()
            Allocator.trim()
        }
        // Without a thread the engine reads itself and stands still meanwhile: late is better than never.
        if PlainThread(reading) == nil { reading() }
    }

    private func runInBackground(_ work: @escaping @Sendable () -> Void) {
        guard let thread = PlainThread(work) else { return }
        services.withLock { $0.background.append(thread) }
    }
}

/// Passes the writer's state on to the host, which is made after the writer.
private final class StateReporter: Sendable {
    let target = Mutex<EngineHost?>(nil)

    func report(_ state: StoreState) { target.withLock { $0 }?.report(state) }
}
