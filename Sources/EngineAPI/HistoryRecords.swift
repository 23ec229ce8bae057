package import MarketData
package import MarketTime

/// Days of symbols as five-minute bars tell them: whole, column-wise, one row per (symbol, day).
///
/// The form in which a backfill hands history to the store. Volumes are as traded, never split-adjusted.
package struct SlotHistory: Hashable, Sendable {
    /// The number of trades of a slot whose source tells none.
    package static let unknownTrades: Int32 = -1

    /// One symbol per row.
    package private(set) var symbols: [Symbol] = []
    /// One trading day per row.
    package private(set) var days: [DayID] = []
    /// `count` × 192 cumulative volumes C(d, s), whole shares; never unknown, never decreasing within a row.
    package private(set) var cumulative: [Int64] = []
    /// `count` × 192 own trades of each slot, 0 without any, or ``unknownTrades``.
    package private(set) var trades: [Int32] = []
    /// `count` × 192 volume-weighted average prices of each slot, USD; NaN without trades or where the source has none.
    package private(set) var vwap: [Float] = []

    /// No rows.
    package init() {}

    /// Rows held.
    package var count: Int { symbols.count }

    /// Appends a row; each list has 192 elements.
    package mutating func append(
        _ symbol: Symbol,
        _ day: DayID,
        cumulative volumes: some Collection<Int64>,
        trades counts: some Collection<Int32>,
        vwap prices: some Collection<Float>
    ) {
        precondition(
            volumes.count == Slot.count && counts.count == Slot.count && prices.count == Slot.count,
            "Invariant: a day has 192 slots"
        )
        symbols.append(symbol)
        days.append(day)
        cumulative.append(contentsOf: volumes)
        trades.append(contentsOf: counts)
        vwap.append(contentsOf: prices)
    }

    /// Appends all rows of another batch.
    package mutating func append(_ other: Self) {
        symbols.append(contentsOf: other.symbols)
        days.append(contentsOf: other.days)
        cumulative.append(contentsOf: other.cumulative)
        trades.append(contentsOf: other.trades)
        vwap.append(contentsOf: other.vwap)
    }

    /// Forgets all rows, keeps the memory.
    package mutating func removeAll() {
        symbols.removeAll(keepingCapacity: true)
        days.removeAll(keepingCapacity: true)
        cumulative.removeAll(keepingCapacity: true)
        trades.removeAll(keepingCapacity: true)
        vwap.removeAll(keepingCapacity: true)
    }
}

/// A stock split: on `executionDate`, before trading begins, `from` shares become `to`.
///
/// History is stored as traded and multiplied on reading, so that a split can neither be applied twice nor be forgotten,
/// and a correction by the vendor is a correction of one row.
package struct StockSplit: Hashable, Sendable {
    /// Whose split.
    package var symbol: Symbol
    /// First day that trades in new shares.
    package var executionDate: DayID
    /// Old shares (`split_from`), finite and above 0.
    package var from: Double
    /// New shares (`split_to`), finite and above 0; below `from` in a reverse split.
    package var to: Double

    /// A split; nil unless both numbers are finite and above 0.
    package init?(symbol: Symbol, executionDate: DayID, from: Double, to: Double) {
        guard from > 0, to > 0, from.isFinite, to.isFinite else { return nil }
        self.symbol = symbol
        self.executionDate = executionDate
        self.from = from
        self.to = to
    }

    /// What a volume before the split counts in shares after it; prices are divided by it.
    package var factor: Double { to / from }
}

/// The span of trading days for which a symbol's bars have been asked, so that a backfill goes on where it was cut off
/// and a symbol without data is not asked again.
package struct HistoryCoverage: Hashable, Sendable {
    /// What the vendor said.
    package enum Outcome: String, Hashable, Sendable {
        /// Bars, or that there were none in the span: days without a row had no trades.
        case answered
        /// The vendor does not know the symbol (404).
        case notFound = "not-found"
    }

    /// Which symbol.
    package var symbol: Symbol
    /// First day of the span.
    package var from: DayID
    /// Last day of the span.
    package var through: DayID
    /// What came.
    package var outcome: Outcome

    /// An entry.
    package init(symbol: Symbol, from: DayID, through: DayID, outcome: Outcome) {
        self.symbol = symbol
        self.from = from
        self.through = through
        self.outcome = outcome
    }
}

/// What the store knows of one trading day.
package struct StoredDay: Hashable, Sendable {
    /// The day, with what the calendar says of it.
    package var day: MarketDay
    /// Symbols with slots.
    package var rows: Int
    /// Symbols whose 192 slots are all known.
    package var completeRows: Int
    /// Symbols with a daily bar; 0 when the day's grouped bars are not stored.
    package var dailyBars: Int
    /// Symbols that traded by their daily bar and have no complete slots.
    package var missingRows: Int
    /// Where the slots came from, most rows first.
    package var sources: [SlotSource]
    /// Whether a whole-market source (flat file, simulator) has said everything there is about the day.
    package var isSealed: Bool

    /// A day's entry.
    package init(
        day: MarketDay,
        rows: Int,
        completeRows: Int,
        dailyBars: Int,
        missingRows: Int,
        sources: [SlotSource],
        isSealed: Bool
    ) {
        self.day = day
        self.rows = rows
        self.completeRows = completeRows
        self.dailyBars = dailyBars
        self.missingRows = missingRows
        self.sources = sources
        self.isSealed = isSealed
    }

    /// Whether nothing is missing: sealed, or every symbol that traded has all its slots.
    package var isComplete: Bool {
        isSealed || (dailyBars > 0 && missingRows == 0 && rows > 0 && completeRows == rows)
    }
}

/// What a backfill needs to know of the store before it plans.
package struct BackfillInventory: Sendable {
    /// Days whose grouped daily bars are stored.
    package var barDays: Set<DayID> = []
    /// What is known of each asked day, in their order.
    package var days: [StoredDay] = []
    /// Per symbol, the asked days without complete slots although the symbol traded by its daily bar, or although it has
    /// some slots; days within its coverage and sealed days are left out.
    ///
    /// Most active first: by mean daily dollar volume over the stored bars.
    package var missing: [MissingDays] = []
    /// Symbols whose stored bars have a hole of ``recyclingGapDays`` trading days or more within the asked days: the
    /// ticker may have changed hands, so its listing date is wanted.
    package var suspects: [Symbol] = []
    /// Trading days without a bar after which a ticker that trades again may be another company's.
    package static let recyclingGapDays = 10

    /// An empty inventory.
    package init() {}
}

/// Days of a symbol without complete slots.
package struct MissingDays: Hashable, Sendable {
    /// The symbol.
    package var symbol: Symbol
    /// The days, newest first; not empty.
    package var days: [DayID]

    /// An entry.
    package init(symbol: Symbol, days: [DayID]) {
        self.symbol = symbol
        self.days = days
    }
}

/// What a backfill writes in one transaction.
package enum BackfillWrite: Sendable {
    /// Rows with the coverage they bring; replaces stored slots of the same symbol and day.
    case bars(SlotHistory, coverage: [HistoryCoverage], source: SlotSource)
    /// A whole market's day: rows, and the mark that nothing is missing.
    case wholeDay(DayID, SlotHistory, source: SlotSource)
    /// A day's grouped bars.
    case dailyBars(DayID, [DailyBar])
    /// Splits; one of the same symbol and date replaces the stored one.
    case splits([StockSplit])
    /// Nothing before this day belongs to the company that has the ticker now: its slots and bars are deleted.
    ///
    /// Nil when the vendor does not tell: nothing is deleted, and the ticker counts as looked up.
    case listingCut(Symbol, firstDay: DayID?)
}

/// What a backfill needs of a store.
///
/// Every call may block; each write is one transaction, so a kill or a full disk leaves what was there.
package protocol BackfillStore: Sendable {
    /// What is missing of some trading days (newest first), for all symbols or those of a list.
    ///
    /// - Throws: ``StoreError``.
    func inventory(of days: [MarketDay], symbols: [Symbol]?) throws -> BackfillInventory
    /// Writes.
    ///
    /// - Throws: ``StoreError``.
    func write(_ batch: BackfillWrite) throws
}
