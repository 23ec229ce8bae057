package import Analytics
package import EngineAPI
import MarketData
import MarketTime

extension EngineCore {
    /// Days in the longest average volume.
    static let averageDays = 30
    /// Lookback days a trader may ask for.
    static let lookbackDays = 1...60
    /// Pause after a read of the history that failed, ns: a locked file may be free again.
    static let historyRetryNs: Int64 = 30_000_000_000

    /// How far before a day's start the clock may be set back, ns, without the day before coming up again.
    static let clockStepNs: Int64 = 600_000_000_000

    /// Makes the trading day of a session current, unless it is.
    ///
    /// A clock corrected by seconds around 04:00 must not bring the old day back; one that was hours ahead must.
    mutating func rollIfDue(to day: DayID, now: Instant, into outputs: inout [EngineOutput]) {
        if let tradingDay, day <= tradingDay {
            let isStep = (0..<Self.clockStepNs).contains(dayStart - now.nanoseconds)
            guard day < tradingDay, !isStep else { return }
        }
        roll(to: day, now: now, into: &outputs)
    }

    /// Makes a trading day current: once per day, at 04:00 ET or when the process comes up later.
    ///
    /// Idempotent, because it is driven by the date and not by an event that can be missed or repeated.
    private mutating func roll(to day: DayID, now: Instant, into outputs: inout [EngineOutput]) {
        persistCompletedSlots(into: &outputs)
        tradingDay = day
        dayStart = NewYork.instant(day, secondOfDay: Slot.dayStartSecond).nanoseconds
        universe.resetDay()
        tradeCounts.reset()
        watch.resetDay(start: dayStart)
        forgetDaily()
        resetStream(day: day, now: now)
        slots.reset()
        closes.reset()
        persistedDecisions = slots.decisions
        smallestLag = nil
        splitCloses = [:]
        progress = DayProgress(of: day, at: now)
        persistedSlots = 0
        tradedCount = 0
        snapshotDataTime = nil
        gapState = GapState()
        relativeVolume.use(Baseline())
        baselineState = .loading
        dataVersion += 1
        requestHistory(for: day, into: &outputs)
        updateRelativeVolume()
    }

    /// Asks for a day's history; with `isFirstAcceptable` the answers to all earlier requests are out of date.
    mutating func requestHistory(
        for day: DayID,
        isFirstAcceptable: Bool = false,
        into outputs: inout [EngineOutput]
    ) {
        // A baseline in use stays in use until the new one is there.
        if relativeVolume.baseline.tickerCount == 0 { baselineState = .loading }
        var request = historyRequest(for: day)
        request.number += 1
        if isFirstAcceptable { oldestAnswer = request.number }
        self.request = request
        historyRetryAt = nil
        outputs.append(.loadHistory(request))
    }

    /// Asks again some time after a failure; a clock that was set back does not prolong the pause.
    mutating func retryHistory(now: Instant, into outputs: inout [EngineOutput]) {
        guard let tradingDay, let due = historyRetryAt else { return }
        guard now >= due || due.nanoseconds(since: now) > Self.historyRetryNs else { return }
        let state = baselineState
        requestHistory(for: tradingDay, into: &outputs)
        // What failed a moment ago will probably fail again: no word of it until it does not.
        baselineState = state
    }

    /// What to ask for by calendar and settings, under the number of the last request.
    func historyRequest(for day: DayID) -> HistoryRequest {
        HistoryRequest(tradingDay: day, calendar: calendar, settings: settings, number: request?.number ?? 0)
    }

    /// Takes the store's answer, unless it was asked for another day or other settings, or a later one is in use.
    mutating func apply(_ load: HistoryLoad) {
        guard load.request.tradingDay == tradingDay, load.request.daysPerSymbol == settings.lookbackDays,
            load.request.number >= oldestAnswer
        else { return }
        oldestAnswer = load.request.number
        relativeVolume.use(Baseline(symbols: load.symbols, days: load.days, sums: load.sums))
        slots.reserve(rows: min(max(universe.count, load.daily.symbols.count), rowsMax))
        apply(load.daily)
        applySplits(load)
        let stored = load.today
        for (index, symbol) in stored.symbols.enumerated() {
            guard let row = intern(symbol) else { continue }
            let start = index * stored.slotCount
            let filling = slots.restore(
                row: row,
                stored.cumulative[start..<start + stored.slotCount],
                completedSlots: progress.completedSlots
            )
            gapState.contradicted += filling.contradicted
            fillPrices(row, of: stored, at: index)
        }
        gapState.isStoreHeard = true
        baselineState =
            load.symbols.isEmpty ? .empty : .ready(days: load.distinctDays, tickers: load.symbols.count)
        forgetRelativeVolumeOfMissing()
        updateGap()
        updateRelativeVolume()
    }

    /// Notes the previous close in today's shares of those tickers whose shares a split changes today.
    ///
    /// The vendor's own may be of old shares until its reference data rolls, and would read as a fall of 80 %. Without a
    /// daily bar it is not known: missing is better than wrong.
    private mutating func applySplits(_ load: HistoryLoad) {
        splitCloses = [:]
        guard !load.splitToday.isEmpty else { return }
        for symbol in load.splitToday.keys {
            if let row = intern(symbol) { splitCloses[row] = .nan }
        }
        for (index, symbol) in load.daily.symbols.enumerated() where load.splitToday[symbol] != nil {
            if let row = intern(symbol) { splitCloses[row] = load.daily.previousClose[index] }
        }
        // A snapshot may have come before; each entry on its own: the order of the dictionary does not matter.
        for (row, close) in splitCloses {
            universe.previousClose[row] = close
            derive(row: row, tradedToday: universe.flags[row].contains(.tradedToday))
        }
    }

    /// Takes what daily bars say of the days before; what they no longer say is forgotten.
    private mutating func apply(_ facts: DailyFacts) {
        universe.forgetHistory()
        let rows = facts.symbols.map { intern($0) ?? -1 }
        let columns: [(WritableKeyPath<Universe, [Double]>, [Double])] = [
            (\.averageVolume, facts.averageVolume30), (\.averageVolume5, facts.averageVolume5),
            (\.averageVolume10, facts.averageVolume10), (\.atr, facts.atr14), (\.previousHigh, facts.previousHigh),
            (\.previousLow, facts.previousLow), (\.previousVolume, facts.previousVolume),
        ]
        for (column, values) in columns {
            for (row, value) in zip(rows, values) where row >= 0 { universe[keyPath: column][row] = value }
        }
        for (row, days) in zip(rows, facts.averageDays) where row >= 0 { universe.averageDays[row] = days }
        for row in 0..<universe.count {
            let isShort = universe.averageDays[row] > 0 && universe.averageDays[row] < Self.averageDays
            universe.flags[row].remove(.shortAverage)
            if isShort { universe.flags[row].insert(.shortAverage) }
        }
    }

    /// Rows the feed no longer sends keep their last numbers, but not those by another baseline or definition.
    mutating func forgetRelativeVolumeOfMissing() {
        for row in 0..<universe.count where universe.flags[row].contains(.missingFromFeed) {
            universe.rvol[row] = .nan
            universe.slotRVOL[row] = .nan
            universe.simpleRVOL[row] = .nan
        }
    }

    /// Recomputes everything that depends on volume, baseline and time, for every ticker.
    mutating func updateRelativeVolume() {
        relativeVolume.update(
            &universe,
            slots: slots,
            at: progress,
            settings.definition,
            lookbackDays: settings.lookbackDays
        )
        for row in 0..<universe.count { universe.atrPercent[row] = universe.atr[row] / universe.price[row] * 100 }
        // What is streamed has reached a later time than that, and is worked up anew before the picture.
        if !streamRows.tracks.isEmpty { stream.isDirty = true }
        dataVersion += 1
    }

    /// The row of a symbol in every column, made when it is new.
    ///
    /// Nil when the universe is full: a feed that invents symbols must not eat the memory.
    mutating func intern(_ symbol: Symbol) -> Int? {
        if universe.count >= rowsMax { return universe.id(of: symbol)?.row }
        let row = universe.intern(symbol).row
        if row >= lastSeen.count {
            lastSeen.append(0)
            slots.grow(to: row + 1)
            closes.grow(to: row + 1)
            adoptFacts(symbol, row: row)
        }
        return row
    }

    /// Hands the store every ticker's slots up to the last completed one, unless it has them all.
    mutating func persistCompletedSlots(into outputs: inout [EngineOutput]) {
        let completed = progress.completedSlots
        guard let tradingDay, completed > 0, snapshotDataTime != nil else { return }
        guard completed > persistedSlots || slots.decisions != persistedDecisions else { return }
        var rows = SlotRows(day: tradingDay, slotCount: completed)
        for row in 0..<universe.count where universe.volume[row] > 0 {
            guard slots.hasKnownSlot(row: row, before: completed) else { continue }
            rows.append(universe.symbols[row], slots.row(row, slotCount: completed))
        }
        persistedSlots = completed
        persistedDecisions = slots.decisions
        if !rows.symbols.isEmpty { outputs.append(.persist(rows)) }
    }
}

extension RVOLSettings {
    /// What RVOL compares by these settings.
    package var definition: RelativeVolume.Definition {
        switch mode {
        case .interpolated: .cumulative(.interpolated(floor: floorShares))
        case .slot: .cumulative(.slotEnd)
        case .regular: .ownSlot
        }
    }
}
