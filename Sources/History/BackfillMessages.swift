package import EngineAPI
package import MarketData
package import MarketTime

/// What a backfill is to bring.
package struct BackfillJob: Hashable, Sendable {
    /// Trading days whose slots are wanted, newest first.
    package var slotDays: [MarketDay]
    /// Trading days whose daily bars are wanted, newest first; those of `slotDays` are wanted in any case.
    package var dailyDays: [DayID]
    /// Further trading days whose daily bars are wanted once the slots are there, newest first.
    package var olderDailyDays: [DayID]
    /// The day up to which splits are wanted: one executed today applies to all of the history.
    package var today: DayID
    /// Only these symbols' slots; nil for all.
    package var symbols: [Symbol]?

    /// A job.
    package init(
        slotDays: [MarketDay],
        dailyDays: [DayID],
        olderDailyDays: [DayID] = [],
        today: DayID,
        symbols: [Symbol]? = nil
    ) {
        self.slotDays = slotDays
        self.dailyDays = dailyDays
        self.olderDailyDays = olderDailyDays
        self.today = today
        self.symbols = symbols
    }
}

/// How hard a backfill tries, and how much it holds.
package struct BackfillSettings: Hashable, Sendable {
    /// Requests under way at most, 1 or more.
    package var connections = 16
    /// Rows (symbol, day) written at a time; twice as many are held at most.
    package var rowsPerWrite = 4000
    /// Symbols written at a time.
    package var symbolsPerWrite = 200
    /// Tries of a request before it goes back to the end of the queue; a second such round without success ends it.
    package var triesMax = 5
    /// Envelope of the pause before the first retry, ms; doubles with every try.
    package var retryFirstMs = 500
    /// Largest envelope, ms.
    package var retryCapMs = 60_000
    /// Longest pause the vendor is granted, ms.
    package var retryAfterCapMs = 3_600_000
    /// Pauses of everything in a row, without any answer in between, after which the job is given up.
    package var pausesMax = 10
    /// Symbols asked for their listing date in a job at most.
    package var suspectsMax = 200
    /// Symbols in the lead whose arrival is worth a reload of its own.
    package var firstWave = 500
    /// Symbols of a gap handed over at a time.
    package var symbolsPerHeal = 150

    /// The defaults.
    package init() {}
}

/// What goes into the core of a backfill.
package enum BackfillInput: Sendable {
    /// Begin; a job under way ends, what it has fetched is kept.
    case start(BackfillJob)
    /// The answer to ``BackfillEffect/takeInventory(_:symbols:)``.
    case inventory(BackfillInventory)
    /// There is none; the sentence is the store's.
    case inventoryFailed(sentence: String)
    /// The answer to ``BackfillEffect/fetch(_:)``.
    case answer(HistoryFetch, HistoryAnswer)
    /// A write is in the file.
    case written(UInt64)
    /// A write failed; `isLasting` when another try would fail as well (disk full, read-only, damaged).
    case writeFailed(UInt64, sentence: String, isLasting: Bool)
    /// The symbols to serve first, most important first; replaces the list before.
    case prioritize([Symbol])
    /// A gap of today's collection; replaces what has not been sent of the one before.
    case heal(HealRequest)
    /// End the job and forget the gap; what has been fetched is written.
    case stop
}

/// What the core of a backfill wants done.
package enum BackfillEffect: Sendable {
    /// Ask the store what is missing; exactly one answer for each, in their order.
    case takeInventory([MarketDay], symbols: [Symbol]?)
    /// Ask the vendor; exactly one ``BackfillInput/answer(_:_:)`` for each.
    case fetch(HistoryFetch)
    /// Write in one transaction; exactly one ``BackfillInput/written(_:)`` or `writeFailed` for each, in any order.
    case write(BackfillWrite, id: UInt64)
    /// Slots of today for the engine.
    case healed(SlotRows)
    /// The state to show: when it changed, five times a second at most unless the phase changed.
    case report(BackfillStatus)
    /// The store holds more than before: the engine should read it again.
    case historyChanged
    /// The job is over; once per job.
    case ended(BackfillSummary)
}

/// What a job has brought, and what it has not.
package struct BackfillSummary: Hashable, Sendable {
    /// On whose side a job failed.
    package enum Cause: Hashable, Sendable {
        /// The vendor does not answer, or not everything.
        case vendor
        /// The vendor refuses: the key, or what the plan includes.
        case refused
        /// The file cannot be read or written.
        case store
    }

    /// How it ended.
    package enum Outcome: Hashable, Sendable {
        /// All that could be had is there.
        case finished
        /// Given up, or with something left; the sentence says why and what to do.
        case failed(Cause, sentence: String)
        /// Stopped, or replaced by another job.
        case stopped
    }

    /// How it ended.
    package var outcome = Outcome.stopped
    /// Days whose daily bars were written.
    package var barDays = 0
    /// Days without daily bars at the vendor although the exchanges were open, newest first.
    package var emptyDays: [DayID] = []
    /// Splits written.
    package var splits = 0
    /// Symbols whose history was cut at their listing date.
    package var listingCuts = 0
    /// Symbols written, those without data included.
    package var symbols = 0
    /// Rows (symbol, day) written.
    package var rows = 0
    /// Symbols the vendor does not know.
    package var notFound = 0
    /// Requests given up after all tries; the first few of them in `givenUpExamples`.
    package var givenUp = 0
    /// What the first requests given up were about: symbols, days.
    package var givenUpExamples: [String] = []
    /// What was refused while the rest went on (daily bars, splits, listing dates), with the vendor's words; a few.
    package var refusals: [String] = []
    /// Bars left out.
    package var rejected = BarRejections()

    /// Nothing yet.
    package init() {}

    /// Adds what another one says has been written.
    mutating func addWritten(_ other: Self) {
        barDays += other.barDays
        splits += other.splits
        listingCuts += other.listingCuts
        symbols += other.symbols
        rows += other.rows
    }
}
