import EngineAPI
import MarketData
import MarketTime

/// A request under way and whom its answer is for: nobody once a job has ended, but it still takes up a connection.
struct Flight: Sendable {
    var job: Work?
    var heal: HealAsk?
    /// Rows that may come, for the bound on what is held.
    var rows = 0
}

/// What was wanted when a gap's request was sent.
struct HealAsk: Sendable {
    /// Slots that had ended; 0 when the request was made for something else and only has to be repeated.
    var slotCount: Int
    /// Failed tries before.
    var tries: Int
    /// A later request wants more slots than this answer can tell.
    var mustRepeat: Bool
}

/// The job under way.
struct JobState: Sendable {
    enum Stage: Sendable {
        /// Before daily bars.
        case firstInventory
        case days
        /// After daily bars: now the store knows who traded when.
        case secondInventory
        case bars
        /// After the slots: daily bars of days before those that averages take.
        case olderDays
        /// Only writes are awaited.
        case ending(BackfillSummary.Outcome)
    }

    let job: BackfillJob
    /// Slot days, oldest first.
    let dates: [DayID]
    let wantedSymbols: Set<Symbol>?
    /// Days of which a whole-market source has said everything: their rows stay.
    var sealed: Set<DayID> = []
    var stage = Stage.firstInventory
    var inventory = BackfillInventory()
    var mustAskInventory = true
    var inventoryTries = 0
    var inventoryRetryAt: Instant?

    var queue = WorkQueue()
    var retries = DueList<Work>()
    var flights = 0
    var reservedRows = 0
    var done = 0
    var total = 0
    var dailyRefusals = 0
    var dailyAnswers = 0
    /// The last failure of a request that was given up.
    var lastFailure = ""

    /// Fetched and not yet handed to the store.
    var batch = SlotHistory()
    var coverage: [HistoryCoverage] = []
    var batchSince: Instant?

    var summary = BackfillSummary()

    init(_ job: BackfillJob) {
        self.job = job
        dates = Array(Set(job.slotDays.map(\.date))).sorted()
        wantedSymbols = job.symbols.map { Set($0) }
    }

    /// The oldest day of slots or daily bars that is wanted.
    var oldestDay: DayID {
        min(dates.first ?? job.today, job.olderDailyDays.last ?? job.dailyDays.last ?? job.today)
    }

    /// Requests under way at most: what nobody waits for must not hold a market's bars sixteen times.
    func connections(_ settings: BackfillSettings) -> Int {
        if case .olderDays = stage {
            min(settings.connections, BackfillCore.olderConnections)
        } else {
            settings.connections
        }
    }

    var hasWork: Bool { !queue.isEmpty || !retries.isEmpty || flights > 0 }

    func wants(_ symbol: Symbol) -> Bool { wantedSymbols?.contains(symbol) ?? true }

    /// Slot days within a span.
    func rows(from: DayID, through: DayID) -> Int {
        guard from <= through else { return 0 }
        return index(after: through) - index(before: from)
    }

    /// Whether a day's slots are part of the job.
    func hasDate(_ day: DayID) -> Bool {
        let index = index(before: day)
        return index < dates.count && dates[index] == day
    }

    private func index(before day: DayID) -> Int {
        var low = 0
        var high = dates.count
        while low < high {
            let middle = (low + high) / 2
            if dates[middle] < day { low = middle + 1 } else { high = middle }
        }
        return low
    }

    private func index(after day: DayID) -> Int { index(before: day.adding(days: 1)) }
}

/// The gap of today that is being filled.
struct HealState: Sendable {
    struct Retry: Sendable {
        var symbol: Symbol
        var tries: Int
    }

    var day: DayID?
    var slotCount = 0
    /// Symbols to ask, most important last.
    var queue: [Symbol] = []
    var retries = DueList<Retry>()
    var flights = 0
    var done = 0
    var total = 0
    /// Symbols about which the vendor knew nothing on `day`: not asked again before so many slots have ended.
    var without: [Symbol: Int] = [:]
    /// A day whose bars the vendor's plan does not include.
    var refusedDay: DayID?
    /// Symbols given up in this request.
    var givenUp = 0
    /// What is left of the gap, and why; shown while nothing else is.
    var trouble: String?

    /// Rows not yet handed to the engine.
    var rows: SlotRows?
    var rowsSince: Instant?

    var isActive: Bool { !queue.isEmpty || !retries.isEmpty || flights > 0 }
}

/// A write under way or waiting for its next try.
struct PendingWrite: Sendable {
    var write: BackfillWrite
    /// The job it belongs to; a later one does not count it as its own.
    var jobNumber: Int
    var tries = 0

    var rows: Int {
        switch write {
        case .bars(let history, _, _), .wholeDay(_, let history, _): history.count
        case .dailyBars, .splits, .listingCut: 0
        }
    }
}

/// When the engine should read the store again: early when the symbols in the lead are there, seldom afterwards.
struct ReloadPacer: Sendable {
    private static let shortestNs: Int64 = 5_000_000_000
    private static let longestNs: Int64 = 30_000_000_000
    /// Symbols that are worth a reload as soon as `shortestNs` has passed.
    private static let manySymbols = 100

    /// Symbols of the lead that are not yet written.
    private var wave: Set<Symbol> = []
    private var isWaveNew = false
    private var last = Instant.epoch
    /// Symbols written since the last reload.
    private(set) var pending = 0

    mutating func begin(wave symbols: some Sequence<Symbol>, now: Instant) {
        wave = Set(symbols)
        isWaveNew = false
        last = now
    }

    mutating func written(_ symbols: some Sequence<Symbol>) {
        for symbol in symbols {
            pending += 1
            resolve(symbol)
        }
    }

    /// Something other than symbols' bars was written.
    mutating func noteChange() { pending += 1 }

    /// The symbol will not come.
    mutating func resolve(_ symbol: Symbol) {
        if wave.remove(symbol) != nil, wave.isEmpty { isWaveNew = true }
    }

    var due: Instant? {
        guard pending > 0 else { return nil }
        if isWaveNew { return last }
        let isSoon = wave.isEmpty && pending >= Self.manySymbols
        return last.adding(nanoseconds: isSoon ? Self.shortestNs : Self.longestNs)
    }

    mutating func reloaded(now: Instant) {
        pending = 0
        isWaveNew = false
        last = now
    }
}

/// Steps a second over the last seconds; longer while steps are rare.
struct RateMeter: Sendable {
    private static let spacingNs: Int64 = 500_000_000
    private static let windowNs: Int64 = 10_000_000_000
    private static let stepsMin = 5
    private static let samplesMax = 240

    private var samples: [(at: Instant, done: Int)] = []

    /// Which steps the samples are of.
    private var isGap = false

    mutating func reset() { samples.removeAll(keepingCapacity: true) }

    /// Starts anew when other steps are counted from now on, and begins with the first count.
    mutating func follow(isGap newIsGap: Bool, done: Int, now: Instant) {
        if newIsGap != isGap { reset() }
        isGap = newIsGap
        if samples.isEmpty { note(done: done, now: now) }
    }

    mutating func note(done: Int, now: Instant) {
        if let last = samples.last, now.nanoseconds(since: last.at) < Self.spacingNs { return }
        if samples.count == Self.samplesMax { samples.removeFirst() }
        samples.append((now, done))
    }

    /// Nil until a second has passed and a step was made.
    func perSecond(done: Int, now: Instant) -> Double? {
        var from = samples.last
        for sample in samples.reversed() {
            from = sample
            if now.nanoseconds(since: sample.at) >= Self.windowNs, done - sample.done >= Self.stepsMin { break }
        }
        guard let from, done > from.done else { return nil }
        let seconds = now.seconds(since: from.at)
        return seconds >= 1 ? Double(done - from.done) / seconds : nil
    }
}
