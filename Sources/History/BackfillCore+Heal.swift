import EngineAPI
import MarketData
import MarketTime

// A gap of today's collection goes before everything else: the trader is looking at it. One request a symbol and day.
// The vendor's aggregates may be behind its snapshot. So an answer without bars is no zero volume, and one with bars tells
// the slots before its last bar only: whether nothing was traded since, or nothing has come yet, nobody knows. Little is
// lost, because a slot without trades after it is known from the snapshot.

extension BackfillCore {
    /// Slots that must end before a symbol without bars is asked for again.
    static let emptySlots = 3

    /// Replaces what has not been sent of an earlier gap.
    mutating func begin(_ request: HealRequest) {
        if request.day != heal.day {
            flushHealed()
            heal.without.removeAll()
            heal.day = request.day
        }
        heal.slotCount = min(max(request.slotCount, 0), Slot.count)
        heal.queue.removeAll(keepingCapacity: true)
        heal.retries.removeAll()
        heal.givenUp = 0
        heal.done = 0
        guard request.day != heal.refusedDay, heal.slotCount > 0 else {
            heal.total = heal.flights
            return
        }
        heal.trouble = nil
        var taken: Set<Symbol> = []
        for symbol in request.symbols where taken.insert(symbol).inserted {
            if let slotCount = heal.without[symbol], slotCount > heal.slotCount { continue }
            let fetch = HistoryFetch.bars(symbol, from: request.day, through: request.day)
            // Already on its way, and it will tell enough.
            if let ask = flights[fetch]?.heal, ask.slotCount >= heal.slotCount { continue }
            heal.queue.append(symbol)
        }
        heal.queue.reverse()
        heal.total = heal.queue.count + heal.flights
        meter.reset()
    }

    /// Forgets the gap; rows that have come are handed over.
    mutating func stopHealing() {
        heal.queue.removeAll()
        heal.retries.removeAll()
        heal.flights = 0
        // Each entry on its own: the order of the dictionary does not matter.
        for fetch in flights.keys { flights[fetch]?.heal = nil }
        flushHealed()
    }

    /// Sends requests for the gap while connections are free.
    mutating func dispatchHeal() {
        guard let day = heal.day, !pacer.isPaused(now: now) else { return }
        while flights.count < settings.connections {
            let retry = heal.retries.popDue(now: now)
            guard let symbol = retry?.symbol ?? heal.queue.popLast() else { return }
            let fetch = HistoryFetch.bars(symbol, from: day, through: day)
            if var flight = flights[fetch] {
                // Sent before these slots had ended, or nobody knows when: it has to be asked again.
                if flight.heal == nil {
                    flight.heal = HealAsk(slotCount: 0, tries: 0, mustRepeat: true)
                    heal.flights += 1
                } else {
                    flight.heal?.mustRepeat = true
                    heal.total -= 1
                }
                flights[fetch] = flight
                continue
            }
            flights[fetch] = Flight(
                heal: HealAsk(slotCount: heal.slotCount, tries: retry?.tries ?? 0, mustRepeat: false)
            )
            heal.flights += 1
            effects.append(.fetch(fetch))
        }
    }

    /// What the vendor's answer means for the gap.
    mutating func takeHeal(
        _ answer: HistoryAnswer,
        to fetch: HistoryFetch,
        _ ask: HealAsk,
        _ verdict: RetryPacer.Verdict?
    ) {
        guard case .bars(let symbol, let day, _) = fetch else { return }
        guard day == heal.day else {
            heal.done += 1
            return
        }
        if ask.mustRepeat {
            heal.queue.append(symbol)
            heal.total += 1
        }
        switch answer {
        case .bars(let history, _):
            take(history, of: symbol, day, ask)
        case .notFound:
            heal.without[symbol] = Slot.count + 1
        case .failed(let sentence, _) where isForLater(answer):
            endHealing(of: day, sentence)
        case .failed(let sentence, _):
            if !ask.mustRepeat { retryHeal(symbol, ask, sentence, verdict) }
        case .refused(let sentence):
            endHealing(of: day, sentence)
        case .dailyBars, .splits, .listing: break
        }
        heal.done += 1
        meter.note(done: heal.done, now: now)
    }

    /// Nothing more of a day is to be had today.
    private mutating func endHealing(of day: DayID, _ sentence: String) {
        heal.refusedDay = day
        heal.total -= heal.queue.count + heal.retries.count
        heal.queue.removeAll()
        heal.retries.removeAll()
        heal.trouble = sentence
    }

    private mutating func take(_ history: SlotHistory, of symbol: Symbol, _ day: DayID, _ ask: HealAsk) {
        guard ask.slotCount > 0 else { return }
        let row = (0..<history.count).first { history.symbols[$0] == symbol && history.days[$0] == day }
        guard let row else {
            heal.without[symbol] = ask.slotCount + Self.emptySlots
            return
        }
        let start = row * Slot.count
        let told = history.cumulative[start..<start + Slot.count]
        let last = told.last ?? 0
        // The slot of the last bar, whose own volume may still grow.
        let lastTraded = told.prefix { $0 < last }.count
        guard lastTraded > 0 else { return }
        if let rows = heal.rows, rows.slotCount != ask.slotCount { flushHealed() }
        if heal.rows == nil {
            heal.rows = SlotRows(day: day, slotCount: ask.slotCount)
            heal.rowsSince = now
        }
        let known = min(lastTraded, ask.slotCount)
        let unknown = ask.slotCount - known
        heal.rows?.append(
            symbol,
            told.prefix(known) + Array(repeating: SlotRows.unknown, count: unknown),
            vwap: history.vwap[start..<start + known] + Array(repeating: .nan, count: unknown)
        )
        if heal.rows?.symbols.count ?? 0 >= settings.symbolsPerHeal { flushHealed() }
    }

    private mutating func retryHeal(
        _ symbol: Symbol,
        _ ask: HealAsk,
        _ sentence: String,
        _ verdict: RetryPacer.Verdict?
    ) {
        let verdict = verdict ?? RetryPacer.Verdict(retryAt: now, counts: true)
        let tries = ask.tries + (verdict.counts ? 1 : 0)
        if tries < settings.triesMax {
            heal.retries.add(HealState.Retry(symbol: symbol, tries: tries), due: verdict.retryAt)
            heal.total += 1
            return
        }
        heal.givenUp += 1
        let what = heal.givenUp == 1 ? "1 symbol was" : "\(heal.givenUp) symbols were"
        heal.trouble = "\(what) left out of today's gap (\(sentence)); asked again with the next gap"
    }

    /// Hands the engine what has come when it is enough, has waited long enough, or nothing more will come.
    mutating func flushHealedIfDue() {
        guard let since = heal.rowsSince else { return }
        if !heal.isActive || now >= since.adding(milliseconds: Self.flushMs) { flushHealed() }
    }

    private mutating func flushHealed() {
        guard let rows = heal.rows else { return }
        heal.rows = nil
        heal.rowsSince = nil
        effects.append(.healed(rows))
    }
}
