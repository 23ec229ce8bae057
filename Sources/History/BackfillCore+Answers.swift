import EngineAPI
import MarketData
import MarketTime

extension BackfillCore {
    /// What the vendor's answer means for the job.
    mutating func takeJob(_ answer: HistoryAnswer, _ work: Work, _ verdict: RetryPacer.Verdict?) {
        switch (work.kind, answer) {
        case (_, .failed(let sentence, _)):
            retry(work, sentence, verdict)
            return
        case (.bars, .refused(let sentence)):
            fail(.refused, sentence)
            return
        case (_, .refused(let sentence)):
            refused(work, sentence)
        case (.dailyBars(let day), .dailyBars(let bars)):
            job?.dailyAnswers += 1
            takeDailyBars(bars, of: day)
        case (.dailyBars(let day), _):
            takeDailyBars([], of: day)
        case (.splits, .splits(let splits)):
            if !splits.isEmpty { write(.splits(splits)) }
        case (.splits, _): break
        case (.listing(let symbol, let days), .listing(let firstDay)):
            cut(symbol, firstDay: firstDay, days: days)
        case (.listing(let symbol, let days), _):
            cut(symbol, firstDay: nil, days: days)
        case (.bars(let symbol, let days), .bars(let history, let rejected)):
            job?.summary.rejected += rejected
            takeBars(history, of: symbol, days, .answered)
        case (.bars(let symbol, let days), _):
            job?.summary.notFound += 1
            takeBars(SlotHistory(), of: symbol, days, .notFound)
        }
        resolve()
    }

    /// A step is done.
    private mutating func resolve() {
        guard let done = job?.done else { return }
        job?.done = done + 1
        if !heal.isActive { meter.note(done: done + 1, now: now) }
    }

    private mutating func takeDailyBars(_ bars: [DailyBar], of day: DayID) {
        if bars.isEmpty {
            job?.summary.emptyDays.append(day)
            job?.summary.emptyDays.sort(by: >)
        } else {
            write(.dailyBars(day, bars))
        }
    }

    /// Days before the listing belong to another company that had the ticker.
    private mutating func cut(_ symbol: Symbol, firstDay: DayID?, days: [DayID]) {
        guard let state = job else { return }
        var wanted = days
        // No company's first day is still to come.
        let firstDay = firstDay.flatMap { $0 <= state.job.today ? $0 : nil }
        // Also where nothing is cut, and where no date is told: the store notes that the symbol has been looked up, or the
        // same symbols would be asked for every day, and before all others.
        write(.listingCut(symbol, firstDay: firstDay))
        if let firstDay, firstDay > state.oldestDay { wanted.removeAll { $0 < firstDay } }
        if !wanted.isEmpty {
            job?.queue.pushFront(Work(.bars(symbol, days: wanted)))
        } else if !days.isEmpty {
            // Its bars were counted as a step; there is nothing left to ask.
            resolve()
            reload.resolve(symbol)
        }
    }

    /// Keeps the rows that were asked for; whatever else came is not believed.
    private mutating func takeBars(
        _ history: SlotHistory,
        of symbol: Symbol,
        _ days: [DayID],
        _ outcome: HistoryCoverage.Outcome
    ) {
        guard let oldest = days.last, let newest = days.first else { return }
        var seen: Set<DayID> = []
        for row in 0..<history.count {
            let day = history.days[row]
            guard history.symbols[row] == symbol, day >= oldest, day <= newest, job?.hasDate(day) == true,
                seen.insert(day).inserted
            else {
                job?.summary.rejected.otherDay += 1
                continue
            }
            if job?.sealed.contains(day) == true { continue }
            let range = row * Slot.count..<(row + 1) * Slot.count
            job?.batch.append(
                symbol,
                day,
                cumulative: history.cumulative[range],
                trades: history.trades[range],
                vwap: history.vwap[range]
            )
        }
        job?.coverage.append(HistoryCoverage(symbol: symbol, from: oldest, through: newest, outcome: outcome))
        if job?.batchSince == nil { job?.batchSince = now }
        let isFull =
            job?.batch.count ?? 0 >= settings.rowsPerWrite || job?.coverage.count ?? 0 >= settings.symbolsPerWrite
        if isFull, writes.count < 2 { flush() }
    }

    /// Tries again later; after a round of tries from the end of the queue, after the last round not at all.
    private mutating func retry(_ work: Work, _ sentence: String, _ verdict: RetryPacer.Verdict?) {
        var work = work
        let verdict = verdict ?? RetryPacer.Verdict(retryAt: now, counts: true)
        if verdict.counts { work.tries += 1 }
        if work.tries < settings.triesMax {
            job?.retries.add(work, due: verdict.retryAt)
            return
        }
        work.rounds += 1
        work.tries = 0
        job?.lastFailure = sentence
        if work.rounds < Self.roundsMax {
            job?.queue.append(work)
            return
        }
        giveUp(work)
    }

    private mutating func giveUp(_ work: Work) {
        guard var summary = job?.summary else { return }
        summary.givenUp += 1
        if summary.givenUpExamples.count < Self.examplesMax { summary.givenUpExamples.append(work.name) }
        job?.summary = summary
        resolve()
        if case .listing(let symbol, let days) = work.kind, !days.isEmpty {
            // Without the date the days are taken as they are, as if the vendor did not tell it.
            job?.queue.pushFront(Work(.bars(symbol, days: days)))
        } else if let symbol = work.symbol {
            reload.resolve(symbol)
        }
    }

    /// Daily bars, splits and listing dates make bars better, but bars do not need them.
    private mutating func refused(_ work: Work, _ sentence: String) {
        guard var state = job else { return }
        if state.summary.refusals.count < Self.examplesMax, !state.summary.refusals.contains(sentence) {
            state.summary.refusals.append(sentence)
        }
        var dropped = 0
        switch work.kind {
        case .dailyBars:
            state.dailyRefusals += 1
            if state.dailyAnswers == 0, state.dailyRefusals >= Self.dailyRefusalsMax {
                func isDaily(_ work: Work) -> Bool { if case .dailyBars = work.kind { true } else { false } }
                dropped = state.queue.removeAll(where: isDaily) + state.retries.removeAll(where: isDaily)
            }
        case .listing(let symbol, let days):
            // One refusal is enough: the others are asked for their bars without it.
            if !days.isEmpty { state.queue.pushFront(Work(.bars(symbol, days: days))) }
            dropped = state.queue.dropListings() + state.retries.removeAll { $0.isBareListing }
        case .splits, .bars: break
        }
        state.done += dropped
        job = state
    }
}

extension Work {
    /// A listing date that nothing waits for.
    var isBareListing: Bool {
        if case .listing(_, let days) = kind { days.isEmpty } else { false }
    }
}
