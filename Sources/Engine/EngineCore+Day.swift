import Analytics
import EngineAPI
import MarketData
import MarketTime

extension EngineCore {
    static let noRejections = SnapshotRejections()

    /// Trading days that may serve as lookback or average: as far back as slots are kept.
    static let candidateDays = 60
    static let averageDays = 30

    /// Makes a trading day current: once per day, at 04:00 ET or when the process comes up later.
    ///
    /// Idempotent, because it is driven by the date and not by an event that can be missed or repeated.
    mutating func roll(to day: DayID, now: Instant, into outputs: inout [EngineOutput]) {
        persistCompletedSlots(into: &outputs)
        tradingDay = day
        dayStart = NewYork.instant(day, secondOfDay: Slot.dayStartSecond).nanoseconds
        universe.resetDay()
        slots.reset()
        progress = DayProgress(of: day, at: now)
        persistedSlots = 0
        tradedCount = 0
        snapshotDataTime = nil
        baseline = Baseline()
        baselineState = .loading
        dataVersion += 1
        requestHistory(for: day, into: &outputs)
        updateRelativeVolume()
    }

    mutating func requestHistory(for day: DayID, into outputs: inout [EngineOutput]) {
        // A baseline in use stays in use until the new one is there.
        if baseline.tickerCount == 0 { baselineState = .loading }
        let candidates = calendar.tradingDays(before: day, count: Self.candidateDays)
        let countsEarlyCloses = settings.includesEarlyCloses || calendar.day(day).kind == .earlyClose
        outputs.append(
            .loadHistory(
                HistoryRequest(
                    tradingDay: day,
                    lookbackCandidates: countsEarlyCloses
                        ? candidates : candidates.filter { calendar.day($0).kind == .full },
                    daysPerSymbol: settings.lookbackDays,
                    averageDays: Array(candidates.prefix(Self.averageDays))
                )
            )
        )
    }

    /// Takes the store's answer; one that was asked for another day or another lookback is out of date and dropped.
    mutating func apply(_ load: HistoryLoad) {
        guard load.request.tradingDay == tradingDay, load.request.daysPerSymbol == settings.lookbackDays else { return }
        baseline = Baseline(symbols: load.symbols, days: load.days, sums: load.sums)
        for (index, symbol) in load.averageSymbols.enumerated() {
            universe.averageVolume[universe.intern(symbol).row] = load.averageVolumes[index]
        }
        let stored = load.today
        for (index, symbol) in stored.symbols.enumerated() {
            let row = universe.intern(symbol).row
            slots.grow(to: universe.count)
            let start = index * stored.slotCount
            slots.restore(
                row: row,
                stored.cumulative[start..<start + stored.slotCount],
                completedSlots: progress.completedSlots
            )
        }
        slots.grow(to: universe.count)
        lastSeen.append(contentsOf: repeatElement(0, count: universe.count - lastSeen.count))
        baselineState =
            load.symbols.isEmpty ? .empty : .ready(days: load.distinctDays, tickers: load.symbols.count)
        updateRelativeVolume()
    }

    /// Recomputes everything that depends on volume, baseline and time, for every ticker.
    mutating func updateRelativeVolume() {
        baseline.resolve(universe)
        let denominator: RelativeVolume.Denominator =
            switch settings.mode {
            case .interpolated: .interpolated(floor: settings.floorShares)
            case .slot: .slotEnd
            }
        RelativeVolume.update(
            &universe,
            slots: slots,
            baseline: baseline,
            at: progress,
            denominator: denominator,
            lookbackDays: settings.lookbackDays
        )
        dataVersion += 1
    }

    /// Hands the store every ticker's slots up to the last completed one.
    mutating func persistCompletedSlots(into outputs: inout [EngineOutput]) {
        let completed = progress.completedSlots
        guard let tradingDay, completed > persistedSlots, snapshotDataTime != nil else { return }
        var rows = SlotRows(day: tradingDay, slotCount: completed)
        for row in 0..<universe.count where universe.volume[row] > 0 {
            guard slots.hasKnownSlot(row: row, before: completed) else { continue }
            rows.append(universe.symbols[row], slots.row(row, slotCount: completed))
        }
        persistedSlots = completed
        if !rows.symbols.isEmpty { outputs.append(.persist(rows)) }
    }
}
