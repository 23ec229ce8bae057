import EngineAPI
import Feeds
import History
import Logging
import MarketData
import MarketTime
import Network
import Store

/// Fetches what the history file lacks, behind a running dashboard: missing days once per trading day, gaps of today's
/// collection whenever the engine sees one, what is in play first.
///
/// Made idle; before ``start(_:runsJobs:)`` every wish is dropped, because the engine repeats those that still stand.
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
    private let running = Guarded<Running?>(nil)
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
        running.value = Running(source: source, runner: runner, thread: thread, runsJobs: runsJobs)
        if thread == nil { logger.error("the system refuses a thread, so no history is fetched: end other programs") }
    }

    /// The symbols in play, most active first; the first list of a trading day begins that day's job.
    func prioritize(_ symbols: [Symbol]) {
        running.value?.runner.post(.prioritize(symbols))
        beginJob()
    }

    /// A gap of today's collection.
    func heal(_ request: HealRequest) { running.value?.runner.post(.heal(request)) }

    /// The settings of RVOL have changed: a longer lookback may want further days.
    func use(_ settings: RVOLSettings) {
        rvol.value = settings
        if running.value?.job != nil { beginJob() }
    }

    /// Ends its threads; what has been fetched is written.
    func stop() {
        isStopping.value = true
        guard let running = running.value else { return }
        running.runner.end()
        running.source.stop(deadlineMs: Self.joinMsMax)
        _ = running.thread?.join(milliseconds: Self.joinMsMax)
    }

    private func beginJob() {
        guard let service = running.value, service.runsJobs, !isStopping.value else { return }
        let calendar = calendar.value
        let rvol = rvol.value
        let key = JobKey(
            day: calendar.state(at: clock.now()).tradingDay,
            days: max(settings.history.days, rvol.lookbackDays),
            includesEarlyCloses: rvol.includesEarlyCloses
        )
        guard key != service.job else { return }
        running.value?.job = key
        let window = HistoryWindow(
            calendar: calendar,
            tradingDay: key.day,
            days: key.days,
            includesEarlyCloses: key.includesEarlyCloses,
            dailyDaysMax: HistoryRequest.usualDailyDays
        )
        service.runner.post(.start(window.job()))
    }

    private func log(_ summary: BackfillSummary) {
        var facts = "\(summary.rows) symbol-days, daily bars of \(summary.barDays) days, \(summary.splits) splits"
        if summary.notFound > 0 { facts += ", \(summary.notFound) symbols unknown to the vendor" }
        if summary.givenUp > 0 { facts += ", \(summary.givenUp) requests given up" }
        switch summary.outcome {
        case .finished: logger.info("history fetched: \(facts)")
        case .stopped: logger.info("history fetched in part: \(facts)")
        case .failed(let sentence): logger.error("history fetched in part: \(facts). \(sentence)")
        }
        for refusal in summary.refusals { logger.warning("\(refusal)") }
        if let words = BackfillText.rejections(summary.rejected) { logger.warning("\(words)") }
        applyRetention()
    }

    /// Deletes what is older than the days to keep, in short transactions on the backfill's own thread.
    private func applyRetention() {
        let today = calendar.value.state(at: clock.now()).tradingDay
        func first(_ days: Int) -> DayID { calendar.value.tradingDays(before: today, count: days).last ?? today }
        do {
            let deleted = try store.open().applyRetention(
                slotsBefore: first(settings.store.retentionDays),
                dailyBefore: first(settings.store.dailyRetentionDays),
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
