package import MarketData
package import MarketTime

/// A moment at which the filter was true of a ticker, and what would have come of buying it then.
package struct BacktestHit: Hashable, Sendable {
    /// The day.
    package var day: DayID
    /// Who.
    package var symbol: Symbol
    /// The slot at whose end the filter was true.
    package var slot: Int
    /// The slot bought in; nil when there was no trade in the slots that are waited for.
    package var entrySlot: Int?
    /// Average price of that slot, USD; NaN without an entry.
    package var entryPrice: Double
    /// Percent, parallel to the request's horizons; NaN is missing.
    package var returns: [Double]
}

/// What came of entries at one horizon.
package struct BacktestStatistics: Hashable, Sendable {
    /// Entries with a return.
    package var count = 0
    /// Percent; NaN without any, here and below.
    package var mean = Double.nan
    /// Percent.
    package var median = Double.nan
    /// Share of returns above 0, percent.
    package var winRate = Double.nan
    /// Percent.
    package var worst = Double.nan
    /// Percent.
    package var best = Double.nan
    /// Of `count`, those whose last price is older than the horizon's slot: nothing traded in it.
    package var stalePrices = 0
    /// Entries without a return: the day ends before the horizon, the entry comes after the close, or there is no daily
    /// bar.
    package var missing = 0

    /// No entries.
    package init() {}

    /// Statistics of returns in percent, in any order.
    init(_ returns: [Double], stalePrices: Int, missing: Int) {
        self.stalePrices = stalePrices
        self.missing = missing
        guard !returns.isEmpty else { return }
        let sorted = returns.sorted()
        let middle = sorted.count / 2
        count = sorted.count
        mean = sorted.reduce(0, +) / Double(count)
        median = count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
        winRate = Double(sorted.count { $0 > 0 }) / Double(count) * 100
        worst = sorted[0]
        best = sorted[count - 1]
    }
}

/// Hits and returns of a day, or of all days together.
package struct BacktestSummary: Hashable, Sendable {
    /// Hits that count by the request's entry.
    package var hits = 0
    /// Hits that were followed by a trade in time.
    package var entries = 0
    /// Hits that were not.
    package var withoutEntry: Int { hits - entries }
    /// Per horizon of the request.
    package var returns: [BacktestStatistics] = []

    /// Nothing.
    package init() {}
}

/// One day of a backtest.
package struct BacktestDayResult: Hashable, Sendable {
    /// The day.
    package var day: DayID
    /// Why the day could not be used; nil when it was.
    package var skipped: String?
    /// Symbols the filter was tried on.
    package var symbols = 0
    /// Symbols stored but left out because some of their slots are not known.
    package var incompleteSymbols = 0
    /// Symbols of which the filter was unknown at the end of every slot: something it asks for is missing.
    package var unknownSymbols = 0
    /// Its hits and returns.
    package var summary = BacktestSummary()

    /// A day nothing is known of yet.
    package init(day: DayID) { self.day = day }
}

/// What has come of a backtest.
package struct BacktestReport: Hashable, Sendable {
    /// Hits kept one by one, at most; the numbers count all.
    package static let listedHitsMax = 100_000

    /// What was asked.
    package var request: BacktestRequest
    /// The filter in its pretty form.
    package var filter: String
    /// The days, in the request's order; cut short, only those that were done.
    package var days: [BacktestDayResult] = []
    /// All days together.
    package var total = BacktestSummary()
    /// The hits, by day in the request's order, slot and symbol; at most ``listedHitsMax``.
    package var hits: [BacktestHit] = []
    /// Why not all days were done; nil when they were.
    package var cutShort: String?
    /// What may be wrong with the filter, as the compiler says.
    package var warnings: [String] = []
    /// What one must know to judge the numbers: where prices come from, what is approximate, what is of today.
    package var notes: [String] = []

    /// A report without days.
    package init(request: BacktestRequest, filter: String) {
        self.request = request
        self.filter = filter
    }

    /// Days that were used.
    package var usedDays: Int { days.count { $0.skipped == nil } }
}

/// Returns gathered until they are counted.
struct ReturnTally {
    private var returns: [[Double]]
    private var stale: [Int]
    private var missing: [Int]
    private(set) var hits = 0
    private(set) var entries = 0

    init(horizons: Int) {
        returns = Array(repeating: [], count: horizons)
        stale = Array(repeating: 0, count: horizons)
        missing = stale
    }

    /// Adds a hit, with what became of it.
    mutating func add(_ outcome: BacktestOutcome) {
        hits += 1
        guard outcome.hit.entrySlot != nil else { return }
        entries += 1
        for (horizon, value) in outcome.hit.returns.enumerated() {
            if value.isNaN {
                missing[horizon] += 1
            } else {
                returns[horizon].append(value)
                if outcome.isStale[horizon] { stale[horizon] += 1 }
            }
        }
    }

    /// Adds everything of another tally.
    mutating func add(_ other: Self) {
        hits += other.hits
        entries += other.entries
        for horizon in returns.indices {
            returns[horizon] += other.returns[horizon]
            stale[horizon] += other.stale[horizon]
            missing[horizon] += other.missing[horizon]
        }
    }

    /// The numbers so far.
    var summary: BacktestSummary {
        var summary = BacktestSummary()
        summary.hits = hits
        summary.entries = entries
        summary.returns = returns.indices.map {
            BacktestStatistics(returns[$0], stalePrices: stale[$0], missing: missing[$0])
        }
        return summary
    }
}
