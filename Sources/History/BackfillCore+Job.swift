import EngineAPI
import MarketData
import MarketTime

extension BackfillCore {
    /// Refusals of daily bars, without a single day answered, after which the plan is taken not to include them.
    static let dailyRefusalsMax = 3
    static let roundsMax = 2
    static let inventoryTriesMax = 3
    static let inventoryRetryMs: Int64 = 2000
    static let examplesMax = 10
    /// Requests for older daily bars under way at a time.
    static let olderConnections = 2

    // MARK: Start and end

    mutating func start(_ newJob: BackfillJob) {
        end(.stopped)
        if job != nil { conclude(.stopped) }
        jobNumber += 1
        job = JobState(newJob)
        meter.reset()
        pacer.forgive()
    }

    /// Asks for nothing more; what has been fetched is still written.
    mutating func end(_ outcome: BackfillSummary.Outcome) {
        guard var state = job else { return }
        if case .ending = state.stage { return }
        state.queue.removeAll()
        state.retries.removeAll()
        state.inventoryRetryAt = nil
        state.mustAskInventory = false
        state.flights = 0
        state.reservedRows = 0
        state.stage = .ending(outcome)
        job = state
        // Each entry on its own: the order of the dictionary does not matter.
        for fetch in flights.keys { flights[fetch]?.job = nil }
        flush()
    }

    /// Ends the job for a reason; also one that was only waiting for its last writes.
    mutating func fail(_ cause: BackfillSummary.Cause, _ sentence: String) {
        end(.failed(cause, sentence: sentence))
        guard let stage = job?.stage else { return }
        if case .ending = stage { job?.stage = .ending(.failed(cause, sentence: sentence)) }
    }

    /// The job is over and everything is written, or never will be.
    private mutating func conclude(_ outcome: BackfillSummary.Outcome) {
        guard let state = job else { return }
        job = nil
        var summary = state.summary
        summary.outcome = outcome
        resting.done = state.done
        resting.total = state.total
        resting.notFound = summary.notFound
        resting.rejected = summary.rejected
        resting.phase =
            switch outcome {
            case .finished: .finished
            case .failed(_, let sentence): .failed(sentence: sentence)
            case .stopped: .idle
            }
        announceHistory()
        effects.append(.ended(summary))
    }

    /// Goes on to the next stage when everything of the present one is answered and written.
    mutating func advance() {
        while let state = job {
            switch state.stage {
            case .firstInventory, .secondInventory:
                askInventory()
                return
            case .days:
                guard !state.hasWork, writes.isEmpty else { return }
                announceHistory()
                if state.summary.barDays > 0 {
                    job?.stage = .secondInventory
                    job?.mustAskInventory = true
                } else {
                    planBars()
                }
            case .bars:
                guard !state.hasWork else { return }
                flush()
                guard writes.isEmpty else { return }
                announceHistory()
                planOlderDays()
            case .olderDays:
                guard !state.hasWork, writes.isEmpty else { return }
                let outcome = outcomeOfAll()
                job?.stage = .ending(outcome)
            case .ending(let outcome):
                guard writes.isEmpty else { return }
                conclude(outcome)
            }
        }
    }

    private func outcomeOfAll() -> BackfillSummary.Outcome {
        guard let job else { return .finished }
        let summary = job.summary
        if summary.givenUp > 0 {
            let names = summary.givenUpExamples.joined(separator: ", ")
            let more = summary.givenUp > summary.givenUpExamples.count ? ", …" : ""
            return .failed(
                .vendor,
                sentence:
                    "\(summary.givenUp) requests were not answered (\(names)\(more): \(job.lastFailure)); "
                    + "run the backfill again, it goes on where it stopped"
            )
        }
        if let refusal = summary.refusals.first, summary.symbols == 0, job.inventory.barDays.isEmpty {
            return .failed(.refused, sentence: refusal)
        }
        return .finished
    }

    // MARK: Inventory

    private mutating func askInventory() {
        guard let state = job, state.mustAskInventory, writes.isEmpty else { return }
        if let retryAt = state.inventoryRetryAt, retryAt > now { return }
        job?.mustAskInventory = false
        job?.inventoryRetryAt = nil
        inventoriesUnderWay += 1
        effects.append(.takeInventory(state.job.slotDays, symbols: state.job.symbols))
    }

    /// Whether the inventory that has just come, or failed, is the one the job waits for.
    mutating func tookInventory() -> Bool {
        inventoriesUnderWay = max(0, inventoriesUnderWay - 1)
        guard let job, inventoriesUnderWay == 0, !job.mustAskInventory else { return false }
        switch job.stage {
        case .firstInventory, .secondInventory: return true
        case .days, .bars, .olderDays, .ending: return false
        }
    }

    mutating func inventoryFailed(_ sentence: String) {
        job?.inventoryTries += 1
        if let tries = job?.inventoryTries, tries < Self.inventoryTriesMax {
            job?.mustAskInventory = true
            job?.inventoryRetryAt = now.adding(milliseconds: Self.inventoryRetryMs)
        } else {
            fail(.store, sentence)
        }
    }

    mutating func planAfterInventory() {
        if case .firstInventory = job?.stage { planDays() } else { planBars() }
    }

    // MARK: Plans

    private mutating func planDays() {
        guard var state = job else { return }
        state.stage = .days
        state.done = 0
        let wanted = Set(state.dates).union(state.job.dailyDays).sorted(by: >)
        if let oldest = (wanted + state.job.olderDailyDays).min() {
            state.queue.append(Work(.splits(from: oldest, through: max(oldest, state.job.today))))
        }
        for day in wanted where !state.inventory.barDays.contains(day) { state.queue.append(Work(.dailyBars(day))) }
        state.total = state.queue.count
        job = state
        reload.begin(wave: [], now: now)
        meter.reset()
    }

    private mutating func planBars() {
        guard var state = job else { return }
        state.stage = .bars
        state.sealed = Set(state.inventory.days.filter(\.isSealed).map(\.day.date))
        state.done = 0
        var suspects = Set(state.inventory.suspects.filter { state.wants($0) }.prefix(settings.suspectsMax))
        let suspectCount = suspects.count
        var planned: Set<Symbol> = []
        var order: [Symbol] = []
        func plan(_ symbol: Symbol, _ days: [DayID]) {
            let wanted = Array(Set(days.filter { state.hasDate($0) })).sorted(by: >)
            guard state.wants(symbol), !wanted.isEmpty, planned.insert(symbol).inserted else { return }
            order.append(symbol)
            if suspects.remove(symbol) != nil {
                state.queue.append(Work(.listing(symbol, days: wanted)))
            } else {
                state.queue.append(Work(.bars(symbol, days: wanted)))
            }
        }
        for entry in state.inventory.missing { plan(entry.symbol, entry.days) }
        // Days whose daily bars could not be had say nothing about who traded; what was asked by name is asked for.
        let unknownDays = state.dates.filter {
            !state.inventory.barDays.contains($0) && !state.sealed.contains($0)
        }
        for symbol in state.job.symbols ?? [] { plan(symbol, unknownDays) }
        for symbol in state.inventory.suspects where suspects.remove(symbol) != nil {
            state.queue.append(Work(.listing(symbol, days: [])))
        }
        state.total = planned.count + suspectCount
        state.queue.reorder(by: ranks)
        // The queue has them now.
        state.inventory.missing = []
        job = state
        let leaders = order.filter { ranks[$0] != nil }.sorted { ranks[$0] ?? 0 < ranks[$1] ?? 0 }
        let others = order.filter { ranks[$0] == nil }
        reload.begin(wave: (leaders + others).prefix(settings.firstWave), now: now)
        meter.reset()
    }

    /// Daily bars of the days that only indicators over many days take: one request a day, nobody is waiting for it.
    private mutating func planOlderDays() {
        guard var state = job else { return }
        state.stage = .olderDays
        let have = state.inventory.barDays.union(state.job.dailyDays).union(state.dates)
        let wanted = Set(state.job.olderDailyDays).subtracting(have).sorted(by: >)
        for day in wanted { state.queue.append(Work(.dailyBars(day))) }
        // A plan may reach back less far than this: what it answered of newer days says nothing about these.
        state.dailyAnswers = 0
        state.dailyRefusals = 0
        state.done = 0
        state.total = wanted.count
        job = state
        reload.begin(wave: [], now: now)
        meter.reset()
    }

    // MARK: Requests

    /// Sends what may be sent: never more than the connections, and nothing while writes are behind.
    mutating func dispatchJob() {
        guard !pacer.isPaused(now: now), writeTrouble == nil else { return }
        while flights.count < job?.connections(settings) ?? 0, let work = nextWork() { launch(work) }
    }

    private mutating func nextWork() -> Work? {
        // Two writes may be behind: one being written, one waiting.
        guard let stage = job?.stage, writes.count < 2 else { return nil }
        // In an outage fresh requests go first, or a few bad ones could keep it up.
        let hasFresh = pacer.isOutage && job?.queue.isEmpty == false
        let isRetryDue = !hasFresh && job?.retries.nextDue.map { $0 <= now } ?? false
        if case .bars = stage {
            // A retry is not looked at before it is taken: any request is as large as the largest.
            let rows = isRetryDue ? job?.dates.count ?? 0 : job?.queue.first.map { self.rows(of: $0) } ?? 0
            let held = unwrittenRows + (job?.reservedRows ?? 0)
            guard held == 0 || held + rows <= 2 * settings.rowsPerWrite else { return nil }
        }
        // In place: a copy of the job's state would make every change copy its lists.
        return isRetryDue ? job?.retries.popDue(now: now) : job?.queue.popFirst()
    }

    private func rows(of work: Work) -> Int {
        guard case .bars(_, let from, let through) = work.fetch else { return 0 }
        return job?.rows(from: from, through: through) ?? 0
    }

    private mutating func launch(_ work: Work) {
        let fetch = work.fetch
        let isUnderWay = flights[fetch] != nil
        var flight = flights[fetch] ?? Flight()
        flight.job = work
        flight.rows = rows(of: work)
        flights[fetch] = flight
        job?.flights += 1
        job?.reservedRows += flight.rows
        if !isUnderWay { effects.append(.fetch(fetch)) }
    }

    // MARK: Batches

    /// Hands what has been fetched to the store when it is enough, or has waited long enough.
    mutating func flushIfDue() {
        guard let state = job, let since = state.batchSince, writes.count < 2 else { return }
        let isFull = state.batch.count >= settings.rowsPerWrite || state.coverage.count >= settings.symbolsPerWrite
        if isFull || now >= since.adding(milliseconds: Self.flushMs) { flush() }
    }

    mutating func flush() {
        guard let state = job, !state.coverage.isEmpty else { return }
        job?.batch = SlotHistory()
        job?.coverage = []
        job?.batchSince = nil
        write(.bars(state.batch, coverage: state.coverage, source: .aggregates))
    }
}
