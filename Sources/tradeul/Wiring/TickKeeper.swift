import EngineAPI
import Logging
import MarketTime
import Store
import Synchronization

/// Keeps trades in the history file within their age and room, by deleting the oldest now and then as new ones come.
///
/// Called on the writer's queue only; `sinceRetention` is guarded by its mutex all the same.
final class TickKeeper: TickStore {
    /// Trades between two looks at what is too old or too much.
    private static let retentionEvery = 50_000

    private let store: LazyStore
    private let clock: any WallClock
    private let settings: Settings.Ticks
    private let logger: Logger
    private let sinceRetention = Mutex(TickKeeper.retentionEvery)

    init(store: LazyStore, clock: any WallClock, settings: Settings.Ticks, logger: Logger) {
        self.store = store
        self.clock = clock
        self.settings = settings
        self.logger = logger
    }

    func write(_ ticks: TickRows) throws {
        let opened = try store.open()
        try opened.write(ticks)
        let isDue = sinceRetention.withLock { count in
            count += ticks.count
            defer { if count >= Self.retentionEvery { count = 0 } }
            return count >= Self.retentionEvery
        }
        guard isDue else { return }
        let first = NewYork.wall(at: clock.now()).day.adding(days: 1 - settings.retentionDays)
        let deleted = try opened.applyTickRetention(before: first, maxBytes: settings.maxMB << 20)
        if deleted > 0 { logger.info("\(deleted) of the oldest trades deleted: older or more than are to be kept") }
    }
}
