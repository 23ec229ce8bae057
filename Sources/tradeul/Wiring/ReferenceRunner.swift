import EngineAPI
import History
import Logging
import MarketData
import MarketTime
import Network
import Synchronization

/// Loads reference data behind everything else: runs the plan, asks the vendors, writes to the store, and hands over what is
/// known, first of all what is known already.
///
/// One thread steps the plan and reads and writes the store; answers come back through an inbox, of which there are never
/// more than questions under way. `inbox` and `thread` are guarded by their mutexes.
final class ReferenceRunner: Sendable {
    /// Everything that can be set about the runner.
    struct Configuration: Sendable {
        /// Who is asked for the list of tickers; nil without a key for it.
        var tickers: (any ReferenceSource)?
        /// Who is asked for floats, market capitalisations and profiles; nil without a key for it.
        var fmp: (any ReferenceSource)?
        /// Questions under way at a time; at least 1.
        var fetchesMax = 4
        /// Whether vendors are asked at all; what is cached is handed over anyway.
        var isEnabled = true
    }

    /// Whom the runner tells what; called on its thread, must not block.
    struct Hooks: Sendable {
        var facts: @Sendable (ReferenceFacts) -> Void
        var status: @Sendable (ReferenceStatus) -> Void
    }

    private struct Inbox {
        var inputs: [ReferenceInput] = []
        var wanted: [Symbol]?
        var mustEnd = false
    }

    /// How often the runner looks whether another trading day has begun, ms.
    private static let dayPollMs = 15_000

    private let configuration: Configuration
    private let store: any ReferenceStore
    private let clock: any WallClock
    private let calendar: @Sendable () -> ExchangeCalendar
    private let hooks: Hooks
    private let logger: Logger
    private let inbox = Mutex(Inbox())
    private let thread = Mutex<PlainThread?>(nil)
    private let wake = Signal()

    /// A runner that does not run yet; `clock` is the market's.
    init(
        _ configuration: Configuration,
        store: any ReferenceStore,
        clock: any WallClock,
        calendar: @escaping @Sendable () -> ExchangeCalendar,
        logger: Logger,
        hooks: Hooks
    ) {
        self.configuration = configuration
        self.store = store
        self.clock = clock
        self.calendar = calendar
        self.logger = logger
        self.hooks = hooks
    }

    /// Starts its thread; once.
    func start() {
        let started = PlainThread { self.run() }
        thread.withLock { $0 = started }
        if started == nil { logger.error("the system refuses a thread, so no reference data is loaded") }
    }

    /// The symbols in play, most wanted first: their profiles are asked for before the others.
    func prioritize(_ symbols: [Symbol]) {
        inbox.withLock { $0.wanted = symbols }
        wake.raise()
    }

    /// Ends the thread; false when that has taken longer than `deadlineMs` of real time.
    ///
    /// What is under way is not waited for: the sources are stopped by whoever made them.
    @discardableResult
    func stop(deadlineMs: Int) -> Bool {
        inbox.withLock { $0.mustEnd = true }
        wake.raise()
        return thread.withLock { $0 }?.join(milliseconds: deadlineMs) ?? true
    }

    private func run() {
        var settings = ReferenceSettings()
        settings.hasTickers = configuration.tickers != nil
        settings.hasFMPKey = configuration.fmp != nil
        settings.fetchesMax = configuration.fetchesMax
        var desk = Desk(runner: self, plan: ReferencePlan(settings: settings))
        desk.handOver()
        guard configuration.isEnabled else { return }
        while true {
            let (inputs, mustEnd) = inbox.withLock { inbox in
                defer {
                    inbox.inputs = []
                    inbox.wanted = nil
                }
                return (inbox.inputs + (inbox.wanted.map { [.prioritize($0)] } ?? []), inbox.mustEnd)
            }
            if mustEnd { return }
            let calendar = calendar()
            desk.step([.day(HistoryWindow.dayServed(at: clock.now(), calendar: calendar), calendar)] + inputs)
            _ = wake.take(milliseconds: desk.pauseMs(max: Self.dayPollMs))
        }
    }

    private func post(_ input: ReferenceInput) {
        inbox.withLock { $0.inputs.append(input) }
        wake.raise()
    }

    private var mustEnd: Bool { inbox.withLock { $0.mustEnd } }
}

/// The runner's work on its thread.
private struct Desk {
    let runner: ReferenceRunner
    var plan: ReferencePlan
    var status = ReferenceStatus()

    /// Steps the plan until it has nothing more to do at once.
    mutating func step(_ inputs: [ReferenceInput]) {
        var inputs = inputs
        repeat {
            var answers: [ReferenceInput] = []
            for effect in plan.step(inputs, now: MonotonicTime.now()) {
                if let answer = carryOut(effect) { answers.append(answer) }
            }
            inputs = answers
        } while !inputs.isEmpty
    }

    /// How long there is nothing to do.
    func pauseMs(max longest: Int) -> Int {
        let now = MonotonicTime.now()
        return plan.nextDue.map { min(Int(max($0.nanoseconds(since: now), 0) / 1_000_000) + 1, longest) } ?? longest
    }

    /// Reads everything that is stored and hands it over.
    mutating func handOver() {
        do {
            let facts = try runner.facts()
            status.listed = facts.types.indices.count { facts.types[$0] != nil || facts.names[$0] != nil }
            status.withFloat = facts.floatShares.count { !$0.isNaN }
            status.withMarketCap = facts.marketCaps.count { !$0.isNaN }
            status.withSector = facts.sectors.count { $0 != nil }
            if facts.count > 0 { runner.tell(facts) }
            runner.tell(status)
        } catch {
            runner.log(.warning, "reference data could not be read: \(Self.sentence(error))")
        }
    }

    private mutating func carryOut(_ effect: ReferenceEffect) -> ReferenceInput? {
        switch effect {
        case .read(let reading):
            do { return .stored(try runner.stored(reading)) } catch {
                return .storeFailed(sentence: Self.sentence(error))
            }
        case .fetch(let fetch): runner.ask(fetch)
        case .write(let write, let id):
            do {
                try runner.write(write)
                return .written(id: id)
            } catch {
                return .writeFailed(id: id, sentence: Self.sentence(error))
            }
        case .handOver: handOver()
        case .report(let phase, let stamp):
            runner.log(phase, before: status.phase)
            if case .loading = status.phase, !phase.isLoading { Allocator.trim() }
            status.phase = phase
            status.stamp = stamp
            runner.tell(status)
        case .note(let words): runner.log(.info, "reference data: \(words)")
        }
        return nil
    }

    private static func sentence(_ error: any Error) -> String {
        (error as? StoreError)?.plainSentence ?? "history file: \(error)"
    }
}

extension ReferenceRunner {
    fileprivate func facts() throws -> ReferenceFacts { try store.referenceFacts() }

    fileprivate func write(_ write: ReferenceWrite) throws {
        try store.write(write.facts, unknown: write.unknown, source: write.source, write.progress)
    }

    fileprivate func stored(_ reading: ReferenceReading) throws -> ReferenceStored {
        let facts = try store.referenceFacts()
        let tickers = facts.symbols.indices.map {
            ListedTicker(symbol: facts.symbols[$0], type: facts.types[$0], isNamed: facts.names[$0] != nil)
        }
        return ReferenceStored(
            progress: try store.referenceProgress(),
            tickers: tickers,
            capped: try store.answeredSymbols(of: .marketCaps, since: reading.capsSince)
                .union(try store.unknownSymbols(of: .marketCaps, since: reading.capsSince)),
            profiled: try store.answeredSymbols(of: .profiles, since: reading.profilesSince)
                .union(try store.unknownSymbols(of: .profiles, since: reading.unknownSince))
        )
    }

    fileprivate func ask(_ fetch: ReferenceFetch) {
        let source: (any ReferenceSource)?
        if case .tickers = fetch { source = configuration.tickers } else { source = configuration.fmp }
        guard let source else {
            post(.answer(fetch, .refused(sentence: "There is no key for it.")))
            return
        }
        source.fetch(fetch) { [weak self] answer in self?.post(.answer(fetch, answer)) }
    }

    fileprivate func tell(_ facts: ReferenceFacts) { if !mustEnd { hooks.facts(facts) } }

    fileprivate func tell(_ status: ReferenceStatus) { if !mustEnd { hooks.status(status) } }

    fileprivate func log(_ level: Logger.Level, _ words: String) { logger.log(level: level, "\(words)") }

    /// A change of state in the log; progress is none.
    fileprivate func log(_ phase: ReferenceStatus.Phase, before: ReferenceStatus.Phase) {
        guard phase != before else { return }
        switch (phase, before) {
        case (.loading, .loading): break
        case (.loading, _): logger.info("loading reference data")
        case (.idle, _): logger.info("reference data is up to date")
        case (.waiting(let sentence), _), (.degraded(let sentence), _): logger.warning("\(sentence)")
        }
    }
}

extension ReferenceStatus.Phase {
    fileprivate var isLoading: Bool {
        if case .loading = self { true } else { false }
    }
}
