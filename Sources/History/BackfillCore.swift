import EngineAPI
import MarketData
package import MarketTime

/// A backfill as a deterministic state machine: the same inputs at the same times and the same seed give the same
/// effects, in the same order.
///
/// No clock, no I/O, no threads; one owner. Time is real and monotonic: an ``Instant`` of it is for comparing only. What
/// is under way and what is held is bounded: ``BackfillSettings/connections`` requests, two writes' worth of rows.
///
/// The course of a job: inventory, splits and missing daily bars, inventory again (now the store knows who traded when),
/// then per symbol one request over its missing days, and last the daily bars of a year. Nothing is remembered here
/// between jobs: what has been written is known by the next inventory, so a job that was killed goes on where it was cut
/// off.
package struct BackfillCore: Sendable {
    let settings: BackfillSettings
    /// The time of the last step.
    var now = Instant.epoch
    var effects: [BackfillEffect] = []

    var job: JobState?
    /// Grows with every job.
    var jobNumber = 0
    var heal = HealState()
    /// By question; answers are told apart by it, so none is asked twice at a time.
    var flights: [HistoryFetch: Flight] = [:]
    var pacer: RetryPacer
    /// The symbols to serve first, by rank.
    var ranks: [Symbol: Int] = [:]
    /// Inventories asked and not answered; only the newest one's answer counts.
    var inventoriesUnderWay = 0

    var writes: [UInt64: PendingWrite] = [:]
    var nextWriteID: UInt64 = 1
    var writeRetries = DueList<UInt64>()
    /// Why writes wait for another try; nil when they do not.
    var writeTrouble: String?

    var reload = ReloadPacer()
    var meter = RateMeter()
    /// What is shown while nothing runs.
    var resting = BackfillStatus()
    var lastReport: BackfillStatus?
    var lastReportAt = Instant.epoch
    var reportDue: Instant?

    /// A backfill that has nothing to do; `seed` is for the jitter of its pauses.
    package init(settings: BackfillSettings = BackfillSettings(), seed: UInt64) {
        self.settings = settings
        pacer = RetryPacer(settings: settings, seed: seed)
    }

    /// Takes a batch of inputs at a time and says what is to be done.
    ///
    /// Call it without inputs too, at ``nextDue``.
    package mutating func step(_ inputs: [BackfillInput], now: Instant) -> [BackfillEffect] {
        self.now = now
        for input in inputs { apply(input) }
        retryWrites()
        advance()
        dispatchHeal()
        dispatchJob()
        flushIfDue()
        flushHealedIfDue()
        reloadIfDue()
        reportIfDue()
        defer { effects.removeAll() }
        return effects
    }

    /// When ``step(_:now:)`` has something to do without an input; nil when only an input can bring it on.
    ///
    /// Later than the time of the last step.
    package var nextDue: Instant? {
        var due: Instant?
        func consider(_ candidate: Instant?) {
            guard let candidate, candidate > now else { return }
            due = min(due ?? candidate, candidate)
        }
        if job != nil || heal.isActive { consider(pacer.pausedUntil) }
        consider(job?.retries.nextDue)
        consider(job?.inventoryRetryAt)
        consider(job?.batchSince?.adding(milliseconds: Self.flushMs))
        consider(heal.retries.nextDue)
        consider(heal.rowsSince?.adding(milliseconds: Self.flushMs))
        consider(writeRetries.nextDue)
        consider(reload.due)
        consider(reportDue)
        return due
    }

    /// What the job under way has brought so far; nil when none is.
    package var summary: BackfillSummary? { job?.summary }

    /// Rows fetched and not yet in the file.
    package var unwrittenRows: Int { (job?.batch.count ?? 0) + writes.values.reduce(0) { $0 + $1.rows } }

    /// Requests under way, those included whose answer nobody waits for any more.
    package var requestsUnderWay: Int { flights.count }

    /// Longest time that something fetched is held back for company, ms: a kill loses no more than that.
    static let flushMs: Int64 = 2000

    private mutating func apply(_ input: BackfillInput) {
        switch input {
        case .start(let newJob):
            start(newJob)
        case .inventory(let inventory):
            guard tookInventory() else { break }
            job?.inventory = inventory
            planAfterInventory()
        case .inventoryFailed(let sentence):
            guard tookInventory() else { break }
            inventoryFailed(sentence)
        case .answer(let fetch, let answer):
            take(answer, to: fetch)
        case .written(let id):
            written(id)
        case .writeFailed(let id, let sentence, let isLasting):
            writeFailed(id, sentence: sentence, isLasting: isLasting)
        case .prioritize(let symbols):
            prioritize(symbols)
        case .heal(let request):
            begin(request)
        case .stop:
            stopHealing()
            end(.stopped)
        }
    }

    private mutating func prioritize(_ symbols: [Symbol]) {
        var newRanks: [Symbol: Int] = [:]
        for symbol in symbols where newRanks[symbol] == nil { newRanks[symbol] = newRanks.count }
        guard newRanks != ranks else { return }
        ranks = newRanks
        job?.queue.reorder(by: ranks)
    }

    // MARK: Answers

    private mutating func take(_ answer: HistoryAnswer, to fetch: HistoryFetch) {
        guard let flight = flights.removeValue(forKey: fetch) else { return }
        if flight.job != nil {
            job?.flights -= 1
            job?.reservedRows -= flight.rows
        }
        if flight.heal != nil { heal.flights -= 1 }
        let answer =
            Self.fits(answer, fetch) ? answer : .failed(sentence: "an answer to another question", retryAfterMs: nil)
        var verdict: RetryPacer.Verdict?
        switch answer {
        // The gap alone has to wait; a pause for everything would hold up the job for hours.
        case .failed where flight.job == nil && isForLater(answer): break
        case .failed(let sentence, let retryAfterMs):
            verdict = pacer.failed(
                fetch,
                sentence: sentence,
                retryAfterMs: retryAfterMs,
                tries: max(flight.job?.tries ?? 0, flight.heal?.tries ?? 0),
                now: now
            )
        case .refused: break
        case .dailyBars, .splits, .listing, .bars, .notFound: pacer.succeeded()
        }
        if let ask = flight.heal { takeHeal(answer, to: fetch, ask, verdict) }
        if let work = flight.job { takeJob(answer, work, verdict) }
        if pacer.isExhausted { giveUpPausing() }
    }

    /// Whether the vendor wants so long a pause that today's gap is better left to the next day's job: so answer plans
    /// that do not sell a day before its end.
    ///
    /// A server that is asked too often pauses its source by itself.
    func isForLater(_ answer: HistoryAnswer) -> Bool {
        if case .failed(_, let retryAfterMs?) = answer { retryAfterMs >= settings.retryAfterCapMs } else { false }
    }

    private static func fits(_ answer: HistoryAnswer, _ fetch: HistoryFetch) -> Bool {
        switch (answer, fetch) {
        case (.dailyBars, .dailyBars), (.splits, .splits), (.listing, .listing), (.bars, .bars): true
        case (.notFound, _), (.failed, _), (.refused, _): true
        case (.dailyBars, _), (.splits, _), (.listing, _), (.bars, _): false
        }
    }

    /// Pausing has not helped: nobody is served by going on for hours without a word.
    private mutating func giveUpPausing() {
        pacer.forgive()
        heal.queue.removeAll()
        heal.retries.removeAll()
        guard let job else { return }
        let left = job.total - job.done
        fail(
            .vendor,
            "\(pacer.reason): given up, \(left) requests are left; run the backfill again once the vendor answers"
        )
    }

    // MARK: Writes

    /// Hands a write to the shell.
    mutating func write(_ write: BackfillWrite) {
        let id = nextWriteID
        nextWriteID += 1
        writes[id] = PendingWrite(write: write, jobNumber: jobNumber)
        effects.append(.write(write, id: id))
    }

    private mutating func written(_ id: UInt64) {
        guard let pending = writes.removeValue(forKey: id) else { return }
        if writeRetries.isEmpty { writeTrouble = nil }
        var summary = BackfillSummary()
        switch pending.write {
        case .bars(let history, let coverage, _):
            summary.rows = history.count
            summary.symbols = coverage.count
            reload.written(coverage.lazy.map(\.symbol))
        case .wholeDay(_, let history, _):
            summary.rows = history.count
            reload.noteChange()
        case .dailyBars:
            summary.barDays = 1
            reload.noteChange()
        case .splits(let splits):
            summary.splits = splits.count
            reload.noteChange()
        case .listingCut(_, let firstDay):
            // The store is told of every date that was looked up; only some cut anything off.
            if let oldest = job?.oldestDay, let firstDay, firstDay > oldest { summary.listingCuts = 1 }
            reload.noteChange()
        }
        if pending.jobNumber == jobNumber { job?.summary.addWritten(summary) }
    }

    private mutating func writeFailed(_ id: UInt64, sentence: String, isLasting: Bool) {
        guard var pending = writes[id] else { return }
        pending.tries += 1
        guard !isLasting, pending.tries < settings.triesMax else {
            // Everything else would fail as well; what is not in the file is fetched again next time.
            writes.removeAll()
            writeRetries.removeAll()
            writeTrouble = nil
            job?.batch.removeAll()
            job?.coverage.removeAll()
            job?.batchSince = nil
            fail(.store, sentence)
            if job == nil { resting.phase = .failed(sentence: sentence) }
            return
        }
        writes[id] = pending
        writeTrouble = sentence
        writeRetries.add(
            id,
            due: now.adding(milliseconds: Int64(settings.retryFirstMs) << min(Int64(pending.tries), 10))
        )
    }

    private mutating func retryWrites() {
        while let id = writeRetries.popDue(now: now) {
            if let pending = writes[id] { effects.append(.write(pending.write, id: id)) }
        }
    }

    /// Tells the engine that the store holds more, when it is time or nothing more will come.
    private mutating func reloadIfDue() {
        // A year's indicators are worked out once, not after every few days of it.
        if case .olderDays = job?.stage { return }
        let isOver = job == nil && writes.isEmpty && reload.pending > 0
        guard isOver || (reload.due.map { $0 <= now } ?? false) else { return }
        announceHistory()
    }

    mutating func announceHistory() {
        guard reload.pending > 0 else { return }
        reload.reloaded(now: now)
        effects.append(.historyChanged)
    }
}
