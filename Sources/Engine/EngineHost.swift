import Analytics
import Dispatch
package import EngineAPI
package import MarketData
package import MarketTime
import Synchronization

/// The shell around ``EngineCore``: one thread steps the core, everything else only drops things into its inbox.
///
/// The inbox cannot grow: a newer snapshot, status, query or setting replaces one not yet taken, at most
/// ``EngineInbox/historyAnswersMax`` history answers wait, of the requests only the newest (reads are made one at a time,
/// however slow the disk), at most ``EngineInbox/healedRowsMax`` rows from aggregates, and at most
/// ``StreamInbox/eventsMax`` events of the stream: beyond that they are put together per ticker, to the share. Of questions
/// ``EngineInbox/questionsMax`` wait; one more gets no answer.
package final class EngineHost: EngineClient, FeedSink, StreamSink, Sendable {
    /// Longest sleep of the engine's thread, in ms: bounds how late a market-time deadline is seen.
    private static let sleepMsMax = 250

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
    private let demand: @Sendable (StreamDemand) -> Void
    private let persistTicks: @Sendable (TickRows) -> Void
    let daily: (any DailyStore)?
    private let tradeCounts: (any TradeCountStore)?
    private let persistScans: @Sendable (ScanRecords) -> Void
    private let persistWhy: @Sendable ([ScanEvent], DayID) -> Void
    /// Who waits for answers.
    private let waiting = Mutex(WaitingQuestions())
    let monotonicNs: @Sendable () -> Int64
    let runInBackground: @Sendable (@escaping @Sendable () -> Void) -> Void
    let inbox = Mutex(EngineInbox())
    /// Which trades have arrived: of those put together nobody else could tell.
    private let arrivals = Mutex(TradeArrivals())
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
    ///   - demand: Takes what is to be subscribed, in place of what it was told before; must not block.
    ///   - persistTicks: Takes trades to be stored; must not block.
    ///   - daily: Where indicators over many days are read, off the engine's thread; without it they stay unknown.
    ///   - tradeCounts: Where the trades of slots of past days are read; without it z-scores stay unknown.
    ///   - persistScans: Takes who is on the lists; must not block.
    ///   - persistWhy: Takes entries of the why-log; must not block.
    ///   - monotonicNs: A clock that never jumps, ns: that of `StreamBatch.receivedMonotonicNs`.
    ///   - runInBackground: Runs a blocking piece of work on another thread; must run it, or nothing is read any more.
    package init(
        core: EngineCore,
        clock: any WallClock,
        store: any EngineStore,
        persist: @escaping @Sendable (SlotRows) -> Void,
        persistHealed: (@Sendable (SlotRows) -> Void)? = nil,
        heal: @escaping @Sendable (HealRequest) -> Void = { _ in },
        shortList: @escaping @Sendable ([Symbol]) -> Void = { _ in },
        demand: @escaping @Sendable (StreamDemand) -> Void = { _ in },
        persistTicks: @escaping @Sendable (TickRows) -> Void = { _ in },
        daily: (any DailyStore)? = nil,
        tradeCounts: (any TradeCountStore)? = nil,
        persistScans: @escaping @Sendable (ScanRecords) -> Void = { _ in },
        persistWhy: @escaping @Sendable ([ScanEvent], DayID) -> Void = { _, _ in },
        monotonicNs: @escaping @Sendable () -> Int64 = { Int64(clamping: DispatchTime.now().uptimeNanoseconds) },
        runInBackground: @escaping @Sendable (@escaping @Sendable () -> Void) -> Void
    ) {
        initialCore = core
        self.clock = clock
        self.store = store
        self.persist = persist
        self.persistHealed = persistHealed ?? persist
        self.heal = heal
        self.shortList = shortList
        self.demand = demand
        self.persistTicks = persistTicks
        self.daily = daily
        self.tradeCounts = tradeCounts
        self.persistScans = persistScans
        self.persistWhy = persistWhy
        self.monotonicNs = monotonicNs
        self.runInBackground = runInBackground
    }

    /// Runs the engine on the calling thread until ``stop()``; what is complete by then has been handed to `persist`.
    package func run() {
        var core = initialCore
        var pace = StreamPace()
        while true {
            let mustStop = step(&core, &pace)
            if mustStop {
                carryOut(core.finish())
                for completion in waiting.withLock({ $0.end() }) { completion(nil) }
                return
            }
            let pause = pace.wait(at: monotonicNs()).map { min($0, Int64(Self.sleepMsMax) * 1_000_000) }
            _ = wake.wait(timeout: .now() + .nanoseconds(Int(pause ?? Int64(Self.sleepMsMax) * 1_000_000)))
        }
    }

    /// Takes what is in the inbox through the core; returns whether that was the last.
    private func step(_ core: inout EngineCore, _ pace: inout StreamPace) -> Bool {
        let (taken, mustStop) = inbox.withLock { inbox in (inbox.drain(), inbox.mustStop) }
        if taken.isShown { pace.note() }
        retryDaily()
        let outputs = core.step(taken.inputs, now: clock.now())
        let applied = monotonicNs()
        for case .stream(let batch) in taken.inputs { pace.applied(batch, at: applied) }
        for case .publish in outputs { pace.shown(at: applied) }
        carryOut(outputs)
        // A step of its own: a picture takes longer than the events, which count as applied before it.
        if pace.isDue(at: applied) || (mustStop && taken.isShown) { show(taken.queue, &core, &pace) }
        return mustStop
    }

    /// Asks the core for a picture of what the stream has told.
    private func show(_ state: StreamQueueState, _ core: inout EngineCore, _ pace: inout StreamPace) {
        var queue = state
        queue.application = pace.application(at: monotonicNs())
        let outputs = core.step([.streamQueue(queue), .show], now: clock.now())
        // Nothing may have changed; to ask again at once would be in vain too.
        pace.shown(at: monotonicNs())
        carryOut(outputs)
    }

    /// Asks the engine's thread to finish; returns at once.
    package func stop() { post { $0.mustStop = true } }

    /// See ``EngineClient``.
    package func send(_ command: EngineCommand) {
        post { inbox in
            switch command {
            case .query(let query): inbox.query = query
            case .setRVOL(let settings): inbox.settings = settings
            case .look(let looked): inbox.looked = looked
            case .watchlist(let symbols): inbox.watchlist = symbols
            case .scans(let book): inbox.scans = book
            case .symbolLists(let lists): inbox.symbolLists = lists
            case .why(let wanted): inbox.why = .some(wanted)
            case .slots(let wanted): inbox.slots = .some(wanted)
            case .about(let wanted): inbox.about = .some(wanted)
            }
        }
    }

    /// See ``EngineClient``.
    package func ask(_ query: ScanQuery, completion: @escaping @Sendable (ScanAnswer?) -> Void) {
        guard let number = waiting.withLock({ $0.add(completion) }) else { return completion(nil) }
        post { $0.questions.append((number, query)) }
    }

    /// See ``EngineClient``.
    package func latest() -> EngineView? { outbox.withLock { $0.view } }

    /// See ``EngineClient``; called on the engine's thread.
    package func onUpdate(_ action: @escaping @Sendable () -> Void) {
        outbox.withLock { $0.action = action }
    }

    /// See ``FeedSink``.
    package func deliver(_ batch: SnapshotBatch) -> Bool {
        post { inbox in
            let replaced = inbox.snapshot != nil
            inbox.snapshot = batch
            return replaced
        }
    }

    /// See ``StreamSink``.
    package func deliver(_ batch: StreamBatch) {
        var batch = batch
        let duplicates = arrivals.withLock { $0.strikeKnown(&batch) }
        let arrived = batch
        let tooMany = post { $0.stream.add(arrived, duplicates: duplicates) }
        guard !tooMany.isEmpty else { return }
        let (table, corrected) = inbox.withLock { ($0.table, $0.correctedCalendar) }
        let now = clock.now()
        let day = StreamDay(at: now, corrected ?? initialCore.calendar)
        // The core may be a day further: one that the vendor has opened against the calendar.
        let plausible = day.start...max(day.start, now.adding(nanoseconds: EngineCore.dataTimeTolerance).nanoseconds)
        let result = StreamConflation.conflate(tooMany, conditions: table, plausible: plausible) {
            day.session(at: $0) != 1
        }
        post { $0.stream.putBack(result) }
    }

    /// See ``StreamSink``.
    package func report(_ status: StreamStatus) { post { $0.streamStatus = status } }

    /// Takes the vendor's own rows of the table of trade conditions; others stay as they are.
    package func report(_ rows: [TradeCondition]) {
        post { inbox in
            inbox.table.merge(rows)
            inbox.conditions = inbox.table
        }
    }

    /// Replaces the table of trade conditions.
    package func report(_ table: TradeConditions) {
        post { inbox in
            inbox.conditions = table
            inbox.table = table
        }
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
    package func report(_ calendar: ExchangeCalendar) {
        post { inbox in
            inbox.calendar = calendar
            inbox.correctedCalendar = calendar
        }
    }

    /// Has the engine read its history again, after an import or a backfill has added to the store.
    package func historyChanged() { post { $0.historyChanged = true } }

    /// Hands over slots of today from aggregates: all of them or a part, in any order.
    package func deliver(healed rows: SlotRows) { post { $0.add(healed: rows) } }

    /// Reports how the backfill is going, for the status bar.
    package func report(_ status: BackfillStatus) { post { $0.backfill = status } }

    /// Hands over what is known of tickers beside their trading; of two not yet taken, the newer one counts.
    package func deliver(reference facts: ReferenceFacts) { post { $0.reference = facts } }

    /// Reports how loading reference data is going, for the status bar.
    package func report(_ status: ReferenceStatus) { post { $0.referenceStatus = status } }

    /// Changes the inbox and wakes the engine's thread, once for all that comes before it looks.
    func post<Result: Sendable>(_ change: (inout sending EngineInbox) -> Result) -> Result {
        let (result, mustWake) = inbox.withLock { inbox in
            defer { inbox.isAwaited = true }
            return (change(&inbox), !inbox.isAwaited)
        }
        if mustWake { wake.signal() }
        return result
    }

    private func carryOut(_ outputs: [EngineOutput]) {
        for output in outputs {
            switch output {
            case .loadHistory(let request): load(request)
            case .persist(let rows): persist(rows)
            case .persistHealed(let rows): persistHealed(rows)
            case .heal(let request): heal(request)
            case .shortList(let symbols): shortList(symbols)
            case .demand(let wanted): demand(wanted)
            case .persistTicks(let rows): persistTicks(rows)
            case .loadDaily(let request): load(request)
            case .loadTradeCounts(let request): load(request)
            case .persistScans(let records): persistScans(records)
            case .persistWhy(let events, let day): persistWhy(events, day)
            case .answer(let number, let answer): waiting.withLock { $0.take(number) }?(answer)
            case .publish(let view):
                let action = outbox.withLock { outbox in
                    outbox.view = view
                    return outbox.action
                }
                action?()
            }
        }
    }

    /// Reads how many trades slots had; what cannot be read is asked for again when the next slot has ended.
    private func load(_ request: TradeCountRequest) {
        guard let tradeCounts else { return }
        runInBackground { [self] in
            guard let load = try? tradeCounts.loadTradeCounts(request) else { return }  // see above
            post { $0.tradeCounts = load }
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
            if inbox.history.count > EngineInbox.historyAnswersMax { inbox.history.removeFirst() }
            if let state {
                inbox.store = state
            } else if inbox.hasReadFailed {
                inbox.store = inbox.reported ?? .ready
            }
            inbox.hasReadFailed = state != nil
        }
    }
}
