package import MarketData
package import MarketTime

/// One question to the vendor about the past.
package enum HistoryFetch: Hashable, Sendable {
    /// All symbols' daily bars of a day: one request.
    case dailyBars(DayID)
    /// All splits executed within these days, both included.
    case splits(from: DayID, through: DayID)
    /// When the company that has the ticker now was listed.
    case listing(Symbol)
    /// A symbol's bars of these days, both included; as traded, not split-adjusted.
    case bars(Symbol, from: DayID, through: DayID)
}

/// The answer to a ``HistoryFetch``.
package enum HistoryAnswer: Sendable {
    /// To `dailyBars`: as many as could be used, none on a day without trading.
    case dailyBars([DailyBar])
    /// To `splits`.
    case splits([StockSplit])
    /// To `listing`: the first trading day; nil when the vendor does not tell.
    case listing(DayID?)
    /// To `bars`: one row per day with trades, and how many bars could not be used.
    case bars(SlotHistory, rejected: BarRejections)
    /// The vendor does not know the symbol (404).
    case notFound
    /// No answer; worth another try after the pause the vendor wants, if it wants one.
    case failed(sentence: String, retryAfterMs: Int?)
    /// The vendor refuses for good: the key, or a plan without this kind of data.
    case refused(sentence: String)
}

/// Where history comes from.
///
/// Thread-safe; never blocks. Keeps to the vendor's rate limit by itself; the caller bounds how much is under way.
package protocol HistorySource: Sendable {
    /// Asks; `completion` is called exactly once, on any thread, and must be short.
    ///
    /// An answer of several pages is put together first.
    func fetch(_ fetch: HistoryFetch, completion: @escaping @Sendable (HistoryAnswer) -> Void)
}

/// Bars left out while they were folded into slots, by reason.
package struct BarRejections: Hashable, Sendable {
    /// Outside 04:00–20:00 ET.
    package var outsideHours = 0
    /// Of a day that was not asked for, or that is no trading day.
    package var otherDay = 0
    /// Volume negative, not a number, or absurd.
    package var badVolume = 0
    /// A bar of a minute that had come before; the later one counts.
    package var duplicate = 0
    /// Anything else that cannot be read: no time, no ticker, a wrong type.
    package var malformed = 0

    /// None.
    package init() {}

    /// All together.
    package var total: Int { outsideHours + otherDay + badVolume + duplicate + malformed }

    /// Adds the counts of another fold.
    package static func += (left: inout Self, right: Self) {
        left.outsideHours += right.outsideHours
        left.otherDay += right.otherDay
        left.badVolume += right.badVolume
        left.duplicate += right.duplicate
        left.malformed += right.malformed
    }
}

/// How a backfill is going; for the status bar and the progress line.
package struct BackfillStatus: Hashable, Sendable {
    /// What is being done.
    package enum Phase: Hashable, Sendable {
        /// Nothing is missing, or nobody asked.
        case idle
        /// Looking up what is missing.
        case planning
        /// Daily bars and splits, one request a day.
        case days
        /// Bars, one request a symbol or one file a day.
        case bars
        /// A gap of today's collection.
        case gap
        /// Pausing after failures or at the vendor's wish; the sentence says why and until when.
        case waiting(sentence: String)
        /// Given up; the sentence says why and what to do.
        case failed(sentence: String)
        /// All that could be had is there.
        case finished
    }

    /// The phase.
    package var phase = Phase.idle
    /// Steps done in this phase: requests or files.
    package var done = 0
    /// Steps of this phase altogether.
    package var total = 0
    /// Steps a second, over the last seconds; nil before there is a rate.
    package var perSecond: Double?
    /// Real seconds left at that rate; nil before there is a rate.
    package var secondsLeft: Double?
    /// Symbols the vendor does not know.
    package var notFound = 0
    /// Bars left out.
    package var rejected = BarRejections()

    /// A backfill that has nothing to do.
    package init() {}

    /// Whether requests are still to be made.
    package var isRunning: Bool {
        switch phase {
        case .planning, .days, .bars, .gap, .waiting: true
        case .idle, .failed, .finished: false
        }
    }
}
