import Dispatch
package import EngineAPI
package import MarketData
package import MarketTime
import Synchronization

/// The shell around ``EngineCore``: one thread steps the core, everything else only drops things into its inbox.
///
/// The inbox cannot grow: a newer snapshot, status, query or setting replaces one not yet taken, at most
/// ``historyAnswersMax`` history answers wait, of the requests only the newest (reads are made one at a time, however slow
/// the disk), and at most ``healedRowsMax`` rows from aggregates.
package final class EngineHost: EngineClient, FeedSink, Sendable {
    /// Longest sleep of the engine's thread, in ms: bounds how late a market-time deadline is seen.
    private static let sleepMsMax = 250
    /// History answers that may wait; the oldest is dropped beyond, because only the newest request counts.
    private static let historyAnswersMax = 4

    /// Rows from aggregates that may wait; the oldest go beyond, and are asked for again because their slots stay unknown.
    private static let healedRowsMax = 65_536

    private struct Inbox {
        var snapshot: SnapshotBatch?
        var feed: FeedStatus?
        var store: StoreState?
        var history: [EngineInput] = []
        var historyChanged = false
        var healed: [SlotRows] = []
        var backfill: BackfillStatus?
        var calendar: ExchangeCalendar?
        var settings: RVOLSettings?
        var query: ScanQuery?
        var mustStop = false
        /// The store's state as last reported by those who write; stays.
        var reported: StoreState?
        /// The last read of the history failed, and its reason stands in place of `reported`; stays.
        var hasReadFailed = false
        /// A read of the history is under way; stays.
        var isReading = false
        /// The newest request that came meanwhile; stays.
        var nextRead: HistoryRequest?

        /// Takes everything, statuses first so that a snapshot's picture already shows them.
        mutating func drain() -> [EngineInput] {
            var inputs: [EngineInput] = []
            if let feed { inputs.append(.feed(feed)) }
            if let store { inputs.append(.store(store)) }
            if let calendar { inputs.append(.calendar(calendar)) }
            inputs.append(contentsOf: history)
            if historyChanged { inputs.append(.historyChanged) }
            if let backfill { inputs.append(.backfill(backfill)) }
            for rows in healed { inputs.append(.healed(rows)) }
            if let settings { inputs.append(.command(.setRVOL(settings))) }
            if let snapshot { inputs.append(.snapshot(snapshot)) }
            if let query { inputs.append(.command(.query(query))) }
            self = Self(
                mustStop: mustStop,
                reported: reported,
                hasReadFailed: hasReadFailed,
                isReading: isReading,
                nextRead: nextRead
            )
            return inputs
        }

        mutating func add(healed rows: SlotRows) {
            guard !rows.symbols.isEmpty else { return }
            healed.append(rows)
            var waiting = healed.map(\.symbols.count).reduce(0, +)
            while waiting > EngineHost.healedRowsMax, healed.count > 1 { waiting -= healed.removeFirst().symbols.count }
        }
    }

    private struct Outbox {
        var view: EngineView?
        var action: (@Sendable () -> Void)?
    }

    private let initialCore: EngineCore
    private let clock: any WallClock
    private let store: any EngineStore
    private let persist: @Sendable (SlotRows) -> Void
    private let persistHealed: @Sendable (SlotRows) -> Void
    private let heal: @Sendable (HealRequest) -> Void
    private let shortList: @Sendable ([Symbol]) -> Void
    private let runInBackground: @Sendable (@escaping @Sendable () -> Void) -> Void
    private let inbox = Mutex(Inbox())
    private let outbox = Mutex(Outbox())
    private let wake = DispatchSemaphore(value: 0)

    /// A host that has not started.
    ///
    /// - Parameters:
    ///   - core: The engine to run.
    ///   - clock: The market's time.
    ///   - store: Where history is read, off the engine's thread.
    ///   - persist: Takes completed slots; must not block (a writer with its own thread and bounded queue).
    ///   - persistHealed: Takes rows with slots from aggregates in them; like `persist` where it is not given.
    ///   - heal: Fetches slots from aggregates, in place of what it was asked before; must not block. The answers come
    ///     by ``deliver(healed:)``.
    ///   - shortList: Takes the symbols to serve first; must not block.
    ///   - runInBackground: Runs a blocking piece of work on another thread; must run it, or nothing is read any more.
    package init(
        core: EngineCore,
        clock: any WallClock,
        store: any EngineStore,
        persist: @escaping @Sendable (SlotRows) -> Void,
        persistHealed: (@Sendable (SlotRows) -> Void)? = nil,
        heal: @escaping @Sendable (HealRequest) -> Void = { _ in },
        shortList: @escaping @Sendable ([Symbol]) -> Void = { _ in },
        runInBackground: @escaping @Sendable (@escaping @Sendable () -> Void) -> Void
    ) {
        initialCore = core
        self.clock = clock
        self.store = store
        self.persist = persist
        self.persistHealed = persistHealed ?? persist
        self.heal = heal
        self.shortList = shortList
        self.runInBackground = runInBackground
    }

    /// Runs the engine on the calling thread until ``stop()``; what is complete by then has been handed to `persist`.
    package func run() {
        var core = initialCore
        while true {
            let (inputs, mustStop) = inbox.withLock { inbox in (inbox.drain(), inbox.mustStop) }
            carryOut(core.step(inputs, now: clock.now()))
            if mustStop {
                carryOut(core.finish())
                return
            }
            _ = wake.wait(timeout: .now() + .milliseconds(Self.sleepMsMax))
        }
    }

    /// Asks the engine's thread to finish; returns at once.
    package func stop() { post { $0.mustStop = true } }

    /// See ``EngineClient``.
    package func send(_ command: EngineCommand) {
        post { inbox in
            switch command {
            case .query(let query): inbox.query = query
            case .setRVOL(let settings): inbox.settings = settings
            case .look, .watchlist: break
            }
        }
    }

    /// See ``EngineClient``.
    package func latest() -> EngineView? { outbox.withLock { $0.view } }

    /// See ``EngineClient``; called on the engine's thread.
    package func onUpdate(_ action: @escaping @Sendable () -> Void) {
        outbox.withLock { $0.action = action }
    }

    /// See ``FeedSink``.
    package func deliver(_ batch: SnapshotBatch) -> Bool {
        let replaced = inbox.withLock { inbox in
            let replaced = inbox.snapshot != nil
            inbox.snapshot = batch
            return replaced
        }
        wake.signal()
        return replaced
    }

    /// See ``FeedSink``.
    package func report(_ status: FeedStatus) { post { $0.feed = status } }

    /// Reports the store's state, for the status bar.
    package func report(_ state: StoreState) {
        post { inbox in
            inbox.store = state
            inbox.reported = state
        }
    }

    /// Replaces the exchange calendar, when the vendor has told of holidays and early closes.
    package func report(_ calendar: ExchangeCalendar) { post { $0.calendar = calendar } }

    /// Has the engine read its history again, after an import or a backfill has added to the store.
    package func historyChanged() { post { $0.historyChanged = true } }

    /// Hands over slots of today from aggregates: all of them or a part, in any order.
    package func deliver(healed rows: SlotRows) { post { $0.add(healed: rows) } }

    /// Reports how the backfill is going, for the status bar.
    package func report(_ status: BackfillStatus) { post { $0.backfill = status } }

    private func post(_ change: (inout Inbox) -> Void) {
        inbox.withLock { change(&$0) }
        wake.signal()
    }

    private func carryOut(_ outputs: [EngineOutput]) {
        for output in outputs {
            switch output {
            case .loadHistory(let request): load(request)
            case .persist(let rows): persist(rows)
            case .persistHealed(let rows): persistHealed(rows)
            case .heal(let request): heal(request)
            case .shortList(let symbols): shortList(symbols)
            case .demand, .persistTicks: break
            case .publish(let view):
                let action = outbox.withLock { outbox in
                    outbox.view = view
                    return outbox.action
                }
                action?()
            }
        }
    }

    /// Reads one request at a time; of those that come meanwhile only the newest is read afterwards.
    private func load(_ request: HistoryRequest) {
        let isFirst = inbox.withLock { inbox in
            if inbox.isReading { inbox.nextRead = request }
            defer { inbox.isReading = true }
            return !inbox.isReading
        }
        guard isFirst else { return }
        runInBackground { [self] in
            var next: HistoryRequest? = request
            while let request = next {
                read(request)
                next = inbox.withLock { inbox in
                    defer { inbox.nextRead = nil }
                    inbox.isReading = inbox.nextRead != nil
                    return inbox.nextRead
                }
            }
        }
    }

    private func read(_ request: HistoryRequest) {
        do {
            let load = try store.loadHistory(request)
            answer(.history(load), state: nil)
        } catch let error as StoreError {
            answer(.historyUnavailable(tradingDay: request.tradingDay), state: .degraded(sentence: error.sentence))
        } catch {
            answer(.historyUnavailable(tradingDay: request.tradingDay), state: .degraded(sentence: "\(error)"))
        }
    }

    private func answer(_ input: EngineInput, state: StoreState?) {
        post { inbox in
            inbox.history.append(input)
            if inbox.history.count > Self.historyAnswersMax { inbox.history.removeFirst() }
            if let state {
                inbox.store = state
            } else if inbox.hasReadFailed {
                inbox.store = inbox.reported ?? .ready
            }
            inbox.hasReadFailed = state != nil
        }
    }
}
