import Dashboard
import Dispatch
import EngineAPI
import MarketData
import MarketTime
import Store
import Synchronization

/// Does what the dashboard asks of files: keeps lists and symbols, looks back.
///
/// Off the terminal's thread, one after another.
///
/// `book` is guarded by its mutex.
final class DashboardDesk: Sendable {
    private let paths: Paths
    let store: LazyStore
    let tell: @Sendable (DashboardEvent) -> Void
    let queue = DispatchQueue(label: "tradeul.dashboard-desk")
    /// The market's clock.
    let clock: any WallClock
    /// How RVOL is computed at the start.
    let rvol: RVOLSettings
    /// Where themes are looked for.
    let themes: ThemeShelf
    /// The lists there are.
    let book = Mutex(ScanBook())

    /// A desk; `tell` takes the answers, on a thread of the desk's.
    init(
        _ plan: DashboardPlan,
        store: LazyStore,
        clock: any WallClock,
        tell: @escaping @Sendable (DashboardEvent) -> Void
    ) {
        paths = plan.startup.paths
        self.clock = clock
        rvol = plan.settings.rvol.engineSettings
        themes = plan.themes
        self.store = store
        self.tell = tell
    }

    /// Writes a list into the trader's file; the watcher reads it from there.
    func save(_ list: ScanDefinition) {
        queue.async { [self] in
            do {
                try ScanSaver.save(list, to: paths.scansFile)
                say(.info, "list \(list.name) is kept in \(paths.scansFile ?? "scans.toml")")
            } catch {
                say(.error, "list \(list.name) is not kept: \((error as? Failure)?.sentence ?? "\(error)")")
            }
        }
    }

    /// Writes a filter with a name into the trader's file; the watcher reads it from there.
    func savePreset(_ name: String, _ text: String) {
        queue.async { [self] in
            do {
                try ScanSaver.savePreset(name: name, text: text, to: paths.scansFile)
                say(.info, "filter $\(name) is kept in \(paths.scansFile ?? "scans.toml")")
            } catch {
                say(.error, "filter $\(name) is not kept: \(Self.sentence(error))")
            }
        }
    }

    /// Puts a ticker on the list `watch`, or takes it off.
    func watch(_ symbol: Symbol, isAdded: Bool) {
        queue.async { [self] in
            do {
                let folder = WatchlistFolder(path: paths.watchlistsFolder)
                let (path, text) = try folder.text(named: Watchlist.usualName)
                let entry = Watchlist.Entry(symbol: symbol, note: "")
                let changed =
                    isAdded ? Watchlist.text(text, adding: [entry]) : Watchlist.text(text, removing: [symbol])
                if changed != text { try AtomicFile.write(changed, to: path) }
            } catch {
                say(.error, "\(symbol.text): \((error as? Failure)?.sentence ?? "\(error)")")
            }
        }
    }

    /// Looks up who was on a list.
    func recall(_ list: String, at moment: Instant) {
        queue.async { [self] in
            do {
                let found = try store.open().scanMoment(list: list, at: moment)
                let rows = found?.rows.map { row in
                    RecalledList.Row(
                        symbol: row.symbol,
                        rank: row.rank,
                        price: row.price,
                        change: row.change,
                        rvol: row.rvol,
                        volume: row.volume
                    )
                }
                let told = Self.moment(asked: moment, last: found?.lastTime)
                tell(.recalled(RecalledList(list: list, moment: told, rows: rows)))
            } catch {
                say(.error, Self.sentence(error))
            }
        }
    }

    /// The time that is told with a list: who was on it hours before says nothing of the moment asked for.
    static func moment(asked: Instant, last: Instant?) -> Instant {
        guard let last, asked.seconds(since: last) > BacktestHistory.listSecondsMax else { return asked }
        return last
    }

    /// What is wrong, in plain words.
    static func sentence(_ error: any Error) -> String {
        (error as? StoreError)?.plainSentence ?? (error as? Failure)?.sentence ?? "\(error)"
    }

    func say(_ level: Notice.Level, _ text: String) { tell(.notice(Notice(level, text))) }
}
