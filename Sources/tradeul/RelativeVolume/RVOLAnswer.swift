import Analytics
import Engine
import EngineAPI
import MarketData
import MarketTime

/// Everything behind one symbol's relative volume at one moment, so that it can be recomputed by hand.
struct RVOLAnswer: Equatable, Sendable {
    /// A lookback day's part.
    struct LookbackDay: Equatable, Sendable {
        /// The day.
        let date: DayID
        /// C(d, s−1) of the slot compared: shares until it began.
        let before: Double
        /// C(d, s): shares until it ended.
        let end: Double
        /// Where the slots came from.
        let source: String
        /// What the splits since then make of a share; 1 without any.
        ///
        /// `before` and `end` have it in them.
        let factor: Double
    }

    /// Which symbol.
    let symbol: Symbol
    /// The trading day.
    let date: DayID
    /// New York time of the volume, seconds since midnight.
    let secondOfDay: Int
    /// Milliseconds beyond ``secondOfDay``.
    let millisecond: Int
    /// Where in the day that is.
    let progress: DayProgress
    /// How RVOL is computed.
    let settings: RVOLSettings
    /// V(t): shares since 04:00 ET; nil when unknown.
    let volume: Double?
    /// C(today, s−1): today's shares until the slot in progress began; nil when unknown.
    let slotStart: Int64?
    /// The slot the lookback days are looked at in: the one in progress, or in mode `regular` the one just ended while
    /// that one stands in.
    let comparedSlot: Int
    /// Days behind the baseline, newest first.
    let lookback: [LookbackDay]
    /// Trading days newer than the oldest of ``lookback`` of which nothing is stored: older ones stand in for them.
    var unstoredDays = 0
    /// What volume is divided by, shares; nil without a lookback day.
    let baseline: Double?
    /// RVOL, ×; nil when missing.
    let rvol: Double?
    /// Whether the floor stood in for the baseline.
    let isThin: Bool
    /// RVOL of the slot in progress, or of the one just ended while that one is younger than 30 s; nil when missing.
    let slotRVOL: Double?
    /// Whether ``slotRVOL`` is of the slot just ended.
    let isPreviousSlot: Bool
    /// Mean daily volume over the last 30 days with a bar, shares; nil without any.
    let averageVolume: Double?
    /// Days behind it.
    let averageDays: Int
    /// V / ``averageVolume``; nil when missing.
    let simpleRVOL: Double?

    /// The slot in progress, 0…191; after the last one has ended, that one.
    var slot: Int { min(progress.completedSlots, Slot.count - 1) }
    /// Elapsed share of ``slot``, 0…1.
    var fraction: Double { progress.completedSlots == Slot.count ? 1 : progress.fraction }

    /// What is divided by ``baseline``: V(t), or the slot's own volume in mode `regular`.
    var numerator: Double? {
        guard settings.mode == .regular else { return volume }
        return rvol.flatMap { rvol in baseline.map { $0 * rvol } }
    }

    /// Puts the numbers together by the engine's own definitions.
    ///
    /// - Parameters:
    ///   - time: The moment of the volume.
    ///   - volume: V(t), shares; nil when unknown.
    ///   - slots: Today's C(s) as known, 192 values or ``SlotRows/unknown``.
    ///   - load: History of this symbol alone.
    ///   - lookback: The same days one by one, from the same file.
    init(
        symbol: Symbol,
        date: DayID,
        time: Instant,
        settings: RVOLSettings,
        volume: Double?,
        slots: [Int64],
        load: HistoryLoad,
        lookback: [(date: DayID, cumulative: [Int64], factor: Double, source: String)]
    ) {
        self.symbol = symbol
        self.date = date
        // On the day's own clock, so that data of 20:00:30 do not read as of another day.
        secondOfDay = min(max(0, Int(time.seconds - NewYork.instant(date, secondOfDay: 0).seconds)), 86_399)
        millisecond = Int(time.milliseconds - time.seconds * 1000)
        let progress = DayProgress(of: date, at: time)
        self.progress = progress
        self.settings = settings
        self.volume = volume
        var universe = Universe()
        let row = universe.intern(symbol).row
        var means = Baseline(symbols: load.symbols, days: load.days, sums: load.sums)
        means.resolve(universe)
        var today = DaySlots()
        today.grow(to: row + 1)
        today.restore(row: row, slots, completedSlots: progress.completedSlots)
        let start = today.volume(row: row, slot: progress.completedSlots - 1)
        slotStart = start == DaySlots.unknown ? nil : start
        let own = RelativeVolume.currentSlot(
            volume: volume ?? .nan,
            row: row,
            slots: today,
            baseline: means,
            at: progress
        )
        slotRVOL = Self.known(own.rvol)
        isPreviousSlot = own.isPrevious
        let usesPrevious = settings.mode == .regular && own.isPrevious && progress.completedSlots > 0
        let current = min(progress.completedSlots - (usesPrevious ? 1 : 0), Slot.count - 1)
        comparedSlot = current
        self.lookback = lookback.map { day in
            LookbackDay(
                date: day.date,
                before: current == 0 ? 0 : Double(day.cumulative[current - 1]) * day.factor,
                end: Double(day.cumulative[current]) * day.factor,
                source: day.source,
                factor: day.factor
            )
        }
        let number = RelativeVolume.rvol(
            volume: volume ?? .nan,
            row: row,
            slots: today,
            baseline: means,
            at: progress,
            settings.definition
        )
        rvol = Self.known(number.rvol)
        isThin = number.isThin
        baseline = Self.divisor(row, means, progress, settings, own.isPrevious)
        let index = load.daily.symbols.firstIndex(of: symbol)
        let average = index.flatMap { Self.known(load.daily.averageVolume30[$0]) }
        averageVolume = average
        averageDays = index.map { Int(load.daily.averageDays[$0]) } ?? 0
        if let volume, let average, average > 0 { simpleRVOL = volume / average } else { simpleRVOL = nil }
    }

    /// What RVOL divides by, shares.
    private static func divisor(
        _ row: Int,
        _ means: Baseline,
        _ progress: DayProgress,
        _ settings: RVOLSettings,
        _ isPreviousSlot: Bool
    ) -> Double? {
        let completed = progress.completedSlots
        switch settings.mode {
        case .interpolated:
            return means.interpolated(row: row, at: progress).map { max($0, settings.floorShares) }
        case .slot:
            return means.atEnd(ofSlot: completed, row: row)
        case .regular:
            let mean = means.own(slot: isPreviousSlot ? completed - 1 : completed, row: row)
            return mean.map { isPreviousSlot ? $0 : $0 * progress.fraction }
        }
    }

    private static func known(_ number: Double) -> Double? { number.isNaN ? nil : number }
}
