import EngineAPI
import Logging
import MarketTime
import Store

/// Keeps what was on lists in the history file within its age and room, by deleting the oldest now and then.
///
/// Called on the writer's queue only.
final class ScanKeeper: ScanStore {
    private let store: LazyStore
    private let clock: any WallClock
    private let settings: Settings.Scans
    private let logger: Logger
    private let pace = RetentionPace(rows: 100_000)

    init(store: LazyStore, clock: any WallClock, settings: Settings.Scans, logger: Logger) {
        self.store = store
        self.clock = clock
        self.settings = settings
        self.logger = logger
    }

    func write(_ records: ScanRecords) throws {
        let opened = try store.open()
        try opened.write(records)
        try retain(opened, rows: records.count)
    }

    func write(_ events: [ScanEvent], day: DayID) throws {
        let opened = try store.open()
        try opened.write(events, day: day)
        try retain(opened, rows: events.count)
    }

    private func retain(_ opened: TradeulStore, rows: Int) throws {
        guard pace.isDue(adding: rows) else { return }
        let today = NewYork.wall(at: clock.now()).day
        let deleted = try opened.pruneScans(keepDays: settings.keepDays, maxMB: settings.maxMB, today: today)
        if deleted.total > 0 {
            logger.info("\(deleted.total) of the oldest records of lists deleted: older or more than are to be kept")
        }
    }
}
