import EngineAPI
import MarketData
package import MarketTime

/// Loading reference data as a deterministic state machine: the same inputs at the same times give the same effects, in the
/// same order.
///
/// No clock, no I/O, no threads; one owner. Time is real and monotonic. What is asked and what is held is bounded:
/// ``ReferenceSettings/fetchesMax`` questions, their answers until they are written.
///
/// The course of a day: read what is stored; the list of tickers, page after page; read again (now the universe is known);
/// floats page after page and market capitalisations in batches; then profiles one by one, most wanted first. Everything
/// written is stamped with the trading day, so a load that was cut short goes on where it was, and one that is done is not
/// repeated on that day. A vendor that fails holds up nobody but itself, and a part that is refused nothing but its columns.
package struct ReferencePlan: Sendable {
    /// Symbols of one question about market capitalisations.
    package static let batchSize = 100
    /// Most pages of one list.
    package static let pagesMax = 100
    /// Trading days for which a profile is not asked for again.
    package static let profileDays = 30
    /// Trading days for which a symbol that has no profile is not asked for again.
    package static let unknownDays = 20
    /// Profiles written together, and how long one waits for company, ms.
    package static let profilesPerWrite = 50
    static let profileFlushMs: Int64 = 2000
    /// Profiles trickle: what they add is handed over this much more rarely.
    static let profileHandOverFactor: Int64 = 4
    /// Failed tries after which a batch or a profile is left for another day.
    static let triesMax = 3
    /// Failures in a row after which the other parts no longer wait for the list of tickers.
    static let tickerFailuresMax = 3
    /// Batches in a row without an answer after which the plan is taken to tell no market capitalisations.
    static let fruitlessMax = 16
    static let reportMs: Int64 = 500

    let settings: ReferenceSettings
    /// The time of the last step.
    var now = Instant.epoch
    var effects: [ReferenceEffect] = []

    var day: DayID?
    /// Grows with every trading day: an answer to a question of an earlier one is dropped.
    var generation = 0
    var calendar = ExchangeCalendar()
    var wanted: [Symbol] = []
    var universe = ReferenceUniverse()

    var tickers = ReferencePages()
    var floats = ReferencePages()
    var caps = CapQueue()
    var profiles = ProfileQueue()
    /// The list of tickers has come in this process, and what the store says of the other parts is of before.
    var isProgressOfFewer = false
    /// What of the day before this process began, or today, each part's facts are.
    var stamps: [ReferencePart: DayID] = [:]

    /// By question; told apart by it, so none is asked twice at a time.
    var flights: [ReferenceFetch: Int] = [:]
    var tickerPacer = ReferencePacer()
    var fmpPacer = ReferencePacer()

    var needsReading = false
    var isReading = false
    var storePacer = ReferencePacer()
    var storeTrouble: String?
    var writes: [UInt64: ReferenceWrite] = [:]
    var nextWriteID: UInt64 = 1
    var mustRetryWrites = false

    var hasNews = false
    var isPartDone = false
    var lastHandOver: Instant?
    var lastPhase: ReferenceStatus.Phase?
    var lastStamp: DayID?
    var lastReport: Instant?
    var isReportDue = false

    /// A plan that knows no day yet.
    package init(settings: ReferenceSettings = ReferenceSettings()) { self.settings = settings }

    /// Takes a batch of inputs at a time and says what is to be done.
    ///
    /// Call it without inputs too, at ``nextDue``.
    package mutating func step(_ inputs: [ReferenceInput], now: Instant) -> [ReferenceEffect] {
        self.now = now
        for input in inputs { apply(input) }
        retryWrites()
        finishParts()
        flushProfilesIfDue()
        readIfNeeded()
        dispatch()
        handOverIfDue()
        report()
        defer { effects.removeAll() }
        return effects
    }

    /// When ``step(_:now:)`` has something to do without an input; nil when only an input can bring it on.
    package var nextDue: Instant? {
        var due: Instant?
        func consider(_ candidate: Instant?) {
            guard let candidate, candidate > now else { return }
            due = min(due ?? candidate, candidate)
        }
        if tickers.isActive { consider(tickerPacer.pausedUntil) }
        if floats.isActive || caps.isActive || profiles.isActive { consider(fmpPacer.pausedUntil) }
        if needsReading || mustRetryWrites { consider(storePacer.pausedUntil) }
        consider(profiles.heldSince?.adding(milliseconds: Self.profileFlushMs))
        if hasNews { consider(handOverAt) }
        if isReportDue { consider(lastReport?.adding(milliseconds: Self.reportMs)) }
        return due
    }

    // MARK: Inputs

    private mutating func apply(_ input: ReferenceInput) {
        switch input {
        case .day(let day, let calendar):
            self.calendar = calendar
            if day != self.day { begin(day) }
        case .stored(let stored):
            guard isReading else { break }
            isReading = false
            storePacer.succeeded()
            storeTrouble = nil
            plan(stored)
        case .storeFailed(let sentence):
            isReading = false
            needsReading = true
            storeFailed(sentence)
        case .prioritize(let symbols):
            prioritize(symbols)
        case .answer(let fetch, let answer):
            guard let asked = flights.removeValue(forKey: fetch) else { break }
            take(answer, to: fetch, isCurrent: asked == generation)
        case .written(let id):
            guard let write = writes.removeValue(forKey: id) else { break }
            if writes.isEmpty { storeTrouble = nil }
            storePacer.succeeded()
            hasNews = hasNews || !write.facts.isEmpty
            isPartDone = isPartDone || write.progress.isComplete
        case .writeFailed(let id, let sentence):
            guard writes[id] != nil else { break }
            mustRetryWrites = true
            storeFailed(sentence)
        }
    }

    private mutating func begin(_ day: DayID) {
        flushProfiles(isComplete: false)
        self.day = day
        generation += 1
        isProgressOfFewer = false
        tickers = ReferencePages()
        floats = ReferencePages()
        caps = CapQueue()
        profiles = ProfileQueue()
        if !settings.hasTickers { tickers.state = .off }
        if !settings.hasFMPKey {
            floats.state = .off
            caps.state = .off
            profiles.state = .off
        }
        needsReading = true
    }

    private mutating func prioritize(_ symbols: [Symbol]) {
        guard symbols != wanted else { return }
        wanted = symbols
        profiles.reorder(by: symbols)
        // Nobody has listed the tickers: those in play are the universe.
        if universe.isEmpty, isWaitingForUniverse { needsReading = true }
    }

    // MARK: The store

    private mutating func storeFailed(_ sentence: String) {
        storePacer.failed(sentence, retryAfterMs: nil, now: now)
        storeTrouble = "reference data cannot be kept: \(storePacer.reason)"
    }

    private mutating func readIfNeeded() {
        guard needsReading, !isReading, writes.isEmpty, profiles.heldCount == 0, let day, !storePacer.isPaused(now: now)
        else { return }
        needsReading = false
        isReading = true
        func ago(_ days: Int) -> DayID { calendar.tradingDays(before: day, count: days - 1).last ?? day }
        effects.append(
            .read(
                ReferenceReading(
                    capsSince: day,
                    profilesSince: ago(Self.profileDays),
                    unknownSince: ago(Self.unknownDays)
                )
            )
        )
    }

    /// Hands a write to the shell.
    mutating func write(_ facts: [ReferenceFact], unknown: [Symbol] = [], _ progress: ReferenceProgress) {
        let source = progress.part == .tickers ? "polygon" : "fmp"
        let write = ReferenceWrite(facts: facts, unknown: unknown, source: source, progress: progress)
        writes[nextWriteID] = write
        effects.append(.write(write, id: nextWriteID))
        nextWriteID += 1
        stamps[progress.part] = progress.day
    }

    private mutating func retryWrites() {
        guard mustRetryWrites, !storePacer.isPaused(now: now) else { return }
        mustRetryWrites = false
        for (id, write) in writes.sorted(by: { $0.key < $1.key }) { effects.append(.write(write, id: id)) }
    }

    // MARK: Handing over and showing

    /// Reading everything costs the store and the engine some milliseconds: not for every page.
    private var handOverAt: Instant? {
        guard let lastHandOver else { return nil }
        let isTrickling = profiles.isActive && !floats.isActive && !caps.isActive && !tickers.isActive
        return lastHandOver.adding(
            milliseconds: settings.handOverMs * (isTrickling ? Self.profileHandOverFactor : 1)
        )
    }

    private mutating func handOverIfDue() {
        guard hasNews, isPartDone || handOverAt.map({ now >= $0 }) ?? true else { return }
        hasNews = false
        isPartDone = false
        lastHandOver = now
        effects.append(.handOver)
    }

    private mutating func report() {
        // What is due is known in a moment: no flicker.
        guard storeTrouble != nil || (!needsReading && !isReading) else { return }
        let phase = phase
        let stamp = stamps.values.min()
        guard phase != lastPhase || stamp != lastStamp else {
            isReportDue = false
            return
        }
        // Progress alone is shown twice a second at most; anything else at once.
        if case .loading = phase, case .loading = lastPhase, let lastReport,
            now < lastReport.adding(milliseconds: Self.reportMs)
        {
            isReportDue = true
            return
        }
        isReportDue = false
        lastReport = now
        lastPhase = phase
        lastStamp = stamp
        effects.append(.report(phase, stamp: stamp))
    }
}
