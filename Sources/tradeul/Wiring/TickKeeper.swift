import EngineAPI
import Logging
import MarketTime
import Store

/// Keeps trades in the history file within their age and room, by deleting the oldest now and then as new ones come.
///
/// Called on the writer's queue only.
final class TickKeeper: TickStore {
    private let store: LazyStore
    private let clock: any WallClock
    private let settings: Settings.Ticks
    private let logger: Logger
    private let pace = RetentionPace(rows: 50_000)

    init(store: LazyStore, clock: any WallClock, settings: Settings.Ticks, logger: Logger) {
        self.store = store
        self.clock = clock
        self.settings = settings
        self.logger = logger
    }

    func write(_ ticks: TickRows) throws {
        let opened = try store.open()
        try opened.write(ticks)
        guard pace.isDue(adding: ticks.count) else { return }
        let first = NewYork.wall(at: clock.now()).day.adding(days: 1 - settings.retentionDays)
        let deleted = try opened.applyTickRetention(before: first, maxBytes: settings.maxMB << 20)
        if deleted > 0 { logger.info("\(deleted) of the oldest trades deleted: older or more than are to be kept") }
    }
}
