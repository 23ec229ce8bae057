import EngineAPI
import MarketTime
import Store
import Synchronization

/// The history file, opened when it is first needed and again after a failure: the first frame does not wait for it.
///
/// `state` is guarded by its mutex, which is held while the file is opened, so that it is opened once.
final class LazyStore: EngineStore, DailyStore, TradeCountStore {
    private struct State {
        var store: TradeulStore?
        var onReady: (@Sendable (TradeulStore) -> Void)?
        var isClosed = false
        /// Held while the file is open, so that nobody rewrites it.
        var use: FileUse?
    }

    /// Where the file is; nil when there is no place for it.
    let path: String?
    private let state = Mutex(State())

    /// A store that is not open yet.
    init(path: String?) { self.path = path }

    /// Has `action` called, on the thread that opens the file, once it is open.
    func onReady(_ action: @escaping @Sendable (TradeulStore) -> Void) { state.withLock { $0.onReady = action } }

    /// The open store.
    ///
    /// - Throws: ``StoreError``.
    func open() throws -> TradeulStore {
        guard let path else {
            throw StoreError.cannotOpen(path: "tradeul.db", reason: "HOME is not set, so it has no place")
        }
        let (store, action) = try state.withLock { state in
            // A read or a retry that comes late must not open the file again behind an orderly end.
            guard !state.isClosed else { throw StoreError.failed(path: path, reason: "it is closed: the program ends") }
            if let store = state.store { return (store, nil as (@Sendable (TradeulStore) -> Void)?) }
            let store = try TradeulStore(path: path)
            state.store = store
            state.use = FileUse(of: path, isExclusive: false)
            return (store, state.onReady)
        }
        action?(store)
        return store
    }

    /// Closes the file, if it was opened, for good.
    func close() {
        let store = state.withLock { state in
            defer { state.store = nil }
            state.isClosed = true
            state.use = nil
            return state.store
        }
        // The process is about to end; SQLite recovers whatever a failed close leaves.
        try? store?.close()
    }

    func loadHistory(_ request: HistoryRequest) throws -> HistoryLoad { try open().loadHistory(request) }

    func write(_ rows: SlotRows, source: SlotSource) throws { try open().write(rows, source: source) }

    func loadDaily(_ request: DailyRequest) throws -> DailyIndicators { try open().loadDaily(request) }

    func loadTradeCounts(_ request: TradeCountRequest) throws -> TradeCountLoad { try open().loadTradeCounts(request) }
}
