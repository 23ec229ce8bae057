import EngineAPI
import Feeds
import History
import Logging
import MarketData
import MarketTime
import Network
import Store
import Synchronization

/// Fetches what the history file lacks, behind a running dashboard: missing days once per trading day, gaps of today's
/// collection whenever the engine sees one, what is in play first.
///
/// Made idle; before ``start(_:runsJobs:hooks:)`` every wish is dropped, because the engine repeats those that still
/// stand. `running` is guarded by its mutex.
final class BackfillService: Sendable {
    /// How long the runner may take to write what it holds at the end, ms.
    private static let joinMsMax = 3000

    /// What the engine is told.
    struct Hooks: Sendable {
        var report: @Sendable (BackfillStatus) -> Void
        var healed: @Sendable (SlotRows) -> Void
        var historyChanged: @Sendable () -> Void
    }

    private struct Running: Sendable {
        var source: PolygonHistorySource
        var runner: BackfillRunner
        var thread: PlainThread?
        var runsJobs: Bool
        /// The day and settings of the job last begun.
        var job: JobKey?
    }

    private struct JobKey: Equatable, Sendable {
        var day: DayID
        var days: Int
        var includesEarlyCloses: Bool
    }

    private let store: LazyStore
    private let clock: any WallClock
    private let settings: Settings
    private let logger: Logger
    private let calendar: Guarded<ExchangeCalendar>
    private let rvol: Guarded<RVOLSettings>
    private let running = Mutex<Running?>(nil)
    private let isStopping = Guarded(false)

    /// A service that does nothing yet.
    init(
        store: LazyStore,
        clock: any WallClock,
        calendar: Guarded<ExchangeCalendar>,
        settings: Settings,
        logger: Logger
    ) {
        self.store = store
        self.clock = clock
        self.calendar = calendar
        self.settings = settings
        self.logger = logger
        rvol = Guarded(settings.rvol.engineSettings)
    }

    /// Starts its threads; jobs begin with the first list of symbols in play.
    ///
    /// Without `runsJobs` only gaps of today are filled.
    func start(_ configuration: PolygonHistorySource.Configuration, runsJobs: Bool, hooks: Hooks) {
        guard !isStopping.value else { return }
        var backfill = BackfillSettings()
        backfill.connections = configuration.connections
        let source = PolygonHistorySource(configuration, clock: clock)
        let runner = BackfillRunner(
            source: source,
            store: store,
            settings: backfill,
            hooks: BackfillRunner.Hooks(
                report: hooks.report,
                healed: hooks.healed,
                historyChanged: hooks.historyChanged,
                ended: { [weak self] in self?.log($0) }
            )
        )
        let thread = PlainThread { runner.run() }
        running.withLock { $0 = Running(source: source, runner: runner, thread: thread, runsJobs: runsJobs) }
        if isStopping.value { stop() }
        if thread == nil { logger.error("the system refuses a thread, so no history is fetched: end other programs") }
    }

    /// The symbols in play, most active first; the first list of a trading day begins that day's job.
    func prioritize(_ symbols: [Symbol]) {
        running.withLock { $0?.runner }?.post(.prioritize(symbols))
        beginJob()
    }

    /// A gap of today's collection.
    func heal(_ request: HealRequest) { running.withLock { $0?.runner }?.post(.heal(request)) }

    /// The settings of RVOL have changed: a longer lookback may want further days.
    func use(_ settings: RVOLSettings) {
        rvol.value = settings
        if running.withLock({ $0?.job }) != nil { beginJob() }
    }

    /// Ends its threads; what has been fetched is written.
    func stop() {
        isStopping.value = true
        // Given up here, because its hooks lead back to whoever owns this service.
        let last = running.withLock { running in
            defer { running = nil }
            return running
        }
        guard let running = last else { return }
        running.runner.end()
        running.source.stop(deadlineMs: Self.joinMsMax)
        _ = running.thread?.join(milliseconds: Self.joinMsMax)
    }

    private func beginJob() {
        guard !isStopping.value else { return }
        let calendar = calendar.value
        let key = key(calendar)
        // Asked by the engine's thread and by the screen's: one of them begins.
        let runner = running.withLock { running -> BackfillRunner? in
            guard let service = running, service.runsJobs, key != service.job else { return nil }
            running?.job = key
            return service.runner
        }
        runner?.post(.start(window(key, calendar).job()))
    }

    private func key(_ calendar: ExchangeCalendar) -> JobKey {
        let rvol = rvol.value
        return JobKey(
            day: calendar.state(at: clock.now()).tradingDay,
            days: max(settings.history.days, rvol.lookbackDays),
            includesEarlyCloses: rvol.includesEarlyCloses
        )
    }

    private func window(_ key: JobKey, _ calendar: ExchangeCalendar) -> HistoryWindow {
        HistoryWindow(
            calendar: calendar,
            tradingDay: key.day,
            days: key.days,
            includesEarlyCloses: key.includesEarlyCloses,
            dailyDaysMax: settings.history.dailyDays
        )
    }

    private func log(_ summary: BackfillSummary) {
        var facts = "\(summary.rows) symbol-days, daily bars of \(summary.barDays) days, \(summary.splits) splits"
        if summary.notFound > 0 { facts += ", \(summary.notFound) symbols unknown to the vendor" }
        if summary.givenUp > 0 { facts += ", \(summary.givenUp) requests given up" }
        switch summary.outcome {
        case .finished: logger.info("history fetched: \(facts)")
        case .stopped: logger.info("history fetched in part: \(facts)")
        case .failed(_, let sentence): logger.error("history fetched in part: \(facts). \(sentence)")
        }
        for refusal in summary.refusals { logger.warning("\(refusal)") }
        if let words = BackfillText.rejections(summary.rejected) { logger.warning("\(words)") }
        applyRetention()
        Allocator.trim()
    }

    /// Deletes what is older than the days to keep, in short transactions; blocks meanwhile.
    ///
    /// After every job, and by itself where none runs: live collection fills the file too.
    func applyRetention() {
        let calendar = calendar.value
        let first = window(key(calendar), calendar).firstDaysKept(
            calendar: calendar,
            slotDays: settings.store.retentionDays,
            dailyDays: settings.store.dailyRetentionDays
        )
        do {
            let deleted = try store.open().applyRetention(
                slotsBefore: first.slots,
                dailyBefore: first.daily,
                mustStop: { isStopping.value }
            )
            if deleted.total > 0 {
                logger.info(
                    "older than the days to keep: \(deleted.slots) slot rows, \(deleted.dailyBars) daily bars deleted"
                )
            }
        } catch {
            logger.warning("old history could not be deleted: \(HistoryAccess.failure(error).sentence)")
        }
    }
}

extension LazyStore: BackfillStore {
    func inventory(of days: [MarketDay], symbols: [Symbol]?) throws -> BackfillInventory {
        try open().inventory(of: days, symbols: symbols)
    }

    func write(_ batch: BackfillWrite) throws { try open().write(batch) }
}
