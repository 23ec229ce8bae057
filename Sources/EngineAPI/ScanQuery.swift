package import MarketData

/// One key of a sort order.
package struct SortKey: Hashable, Sendable {
    /// What to sort by; must be sortable.
    package var column: ColumnID
    /// Largest first.
    ///
    /// Missing values sort last either way.
    package var descending: Bool

    /// A sort key.
    package init(_ column: ColumnID, descending: Bool) {
        self.column = column
        self.descending = descending
    }
}

/// The floor a ticker must reach to be ranked at all: the narrowing from the whole market to what can be traded.
package struct ScanGate: Hashable, Sendable {
    /// Lowest price, USD; 0 admits rows without a price.
    package var minPrice: Double
    /// Lowest volume today, shares; 0 admits rows that have not traded today.
    package var minVolume: Double
    /// Lowest price · volume, USD.
    package var minDollarVolume: Double
    /// Whether exchange test symbols may appear.
    package var includesTestTickers: Bool

    /// A gate; the defaults admit everything but test symbols.
    package init(
        minPrice: Double = 0,
        minVolume: Double = 0,
        minDollarVolume: Double = 0,
        includesTestTickers: Bool = false
    ) {
        self.minPrice = minPrice
        self.minVolume = minVolume
        self.minDollarVolume = minDollarVolume
        self.includesTestTickers = includesTestTickers
    }

    /// Everything but test symbols.
    package static let wholeMarket = Self()
}

/// A search for a symbol among the ranked rows.
package struct FindRequest: Hashable, Sendable {
    /// What was typed; compared case-insensitively, a symbol that starts with it beats one that contains it.
    package var text: String
    /// The rank the search starts after (forwards) or before (backwards); -1 starts at the top.
    package var fromRank: Int
    /// Towards lower ranks.
    package var backwards: Bool

    /// A search.
    package init(text: String, fromRank: Int, backwards: Bool = false) {
        self.text = text
        self.fromRank = fromRank
        self.backwards = backwards
    }
}

/// Which tickers are ranked: the gate, the list and the filter of a query.
package struct ScanQuestion: Hashable, Sendable {
    /// See ``ScanQuery/gate``.
    package var gate: ScanGate
    /// See ``ScanQuery/list``.
    package var list: String?
    /// See ``ScanQuery/filter``.
    package var filter: String?

    /// A question.
    package init(gate: ScanGate = .wholeMarket, list: String? = nil, filter: String? = nil) {
        self.gate = gate
        self.list = list
        self.filter = filter
    }
}

/// What a changed question does to a row.
package enum RowMove: UInt8, Hashable, Sendable {
    /// It matches both.
    case stays
    /// It matches the query and not the question before.
    case enters
    /// It matches the question before and not the query.
    case leaves
}

/// What a screen wants to see: which rows, in which order, with which columns.
///
/// The engine answers with just those rows.
package struct ScanQuery: Hashable, Sendable {
    /// Grows with each query of a screen; an answer carries it, so that late answers can be told.
    package var version: UInt64
    /// What is ranked.
    package var gate: ScanGate
    /// Only the members of this list, in its own order where `sort` is empty; nil for the whole market.
    ///
    /// Sorted by other columns, or cut at another rank, the whole market is looked at again by the list's rule.
    package var list: String?
    /// Only tickers for which this is true, in the filter language, besides `gate` and `list`; nil for all.
    package var filter: String?
    /// Whether the answer tells how many tickers each clause of `filter` lets pass.
    package var wantsLedger: Bool
    /// Sort keys, most important first; ties go by symbol.
    package var sort: [SortKey]
    /// The columns wanted, each as a column of the answer.
    ///
    /// `.symbol` and `.strip` need not be listed.
    package var columns: [ColumnID]
    /// The ranks wanted, from 0; clamped to what there is.
    package var rows: Range<Int>
    /// Keeps the order of the previous answer (values still move): the trader is reading or moving.
    package var holdsOrder: Bool
    /// A symbol whose rank is wanted, wherever it is.
    package var anchor: Symbol?
    /// A search to carry out with this query.
    package var find: FindRequest?
    /// How many past slots of slot RVOL each row carries, 0…192.
    package var stripSlots: Int
    /// Tickers that stand before all others, in this order, whether they match or not; at most ``pinnedMax``.
    package var pinned: [Symbol] = []
    /// Tickers left out, whether they match or not; at most ``excludedMax``.
    package var excluded: [Symbol] = []
    /// The question in force before: what matches it only is ranked too, and every row says what becomes of it.
    package var against: ScanQuestion?

    /// Most pinned tickers; of more the first count.
    package static let pinnedMax = 50
    /// Most tickers left out; of more the first count.
    package static let excludedMax = 500

    /// A query.
    package init(
        version: UInt64 = 0,
        gate: ScanGate = .wholeMarket,
        list: String? = nil,
        filter: String? = nil,
        wantsLedger: Bool = false,
        sort: [SortKey] = [SortKey(.rvol, descending: true)],
        columns: [ColumnID],
        rows: Range<Int>,
        holdsOrder: Bool = false,
        anchor: Symbol? = nil,
        find: FindRequest? = nil,
        stripSlots: Int = 0
    ) {
        self.version = version
        self.gate = gate
        self.list = list
        self.filter = filter
        self.wantsLedger = wantsLedger
        self.sort = sort
        self.columns = columns
        self.rows = rows
        self.holdsOrder = holdsOrder
        self.anchor = anchor
        self.find = find
        self.stripSlots = stripSlots
    }
}

/// The rows a query asked for: column-wise, `symbols.count` rows in every column.
package struct ScanResult: Hashable, Sendable {
    /// The query's version.
    package var version: UInt64
    /// Ranks of the rows, clamped.
    package var rows: Range<Int>
    /// How many tickers pass the gate.
    package var matchCount: Int
    /// Symbols by rank.
    package var symbols: [Symbol]
    /// Columns as asked, in the query's order; NaN is missing.
    package var columns: [ColumnID]
    /// `columns.count` × `symbols.count` numbers; NaN for columns of text.
    package var values: [[Double]]
    /// Parallel to `columns`: a column of text's texts, empty where missing; no rows for columns of numbers.
    package var texts: [[String]]
    /// Tickers that pass the gate and of which something the filter or list asks for is not known.
    package var unknownCount: Int
    /// How many tickers each clause lets pass; empty unless asked for.
    package var ledger: [ClauseCount]
    /// Why the filter or list cannot be worked out: `1:17  no field "rvoll"; …`; the rows are then empty.
    package var problem: String?
    /// Flags by rank.
    package var flags: [RowFlags]
    /// Event time of the price by rank, ns since the epoch, 0 when missing.
    package var priceTimes: [Int64]
    /// Halts by rank; ``HaltMark/none`` where there is none.
    package var halts: [HaltMark]
    /// `stripSlots` slot RVOLs per row, oldest first, row after row; NaN is unknown.
    package var strips: [Float]
    /// Slots per row in `strips`.
    package var stripSlots: Int
    /// Rank of the query's anchor; nil when it does not pass the gate.
    package var anchorRank: Int?
    /// What the query's search found.
    package var found: FoundSymbol?
    /// How many of the first ranks are pinned tickers; they count in ``matchCount``.
    package var pinnedCount = 0
    /// What becomes of each row, by rank; empty unless the query has `against`.
    package var moves: [RowMove] = []
    /// Tickers in all that the query has and the question before has not.
    package var enteringCount = 0
    /// Tickers in all that the question before has and the query has not; they count in ``matchCount``.
    package var leavingCount = 0

    /// An answer.
    package init(
        version: UInt64,
        rows: Range<Int>,
        matchCount: Int,
        symbols: [Symbol] = [],
        columns: [ColumnID] = [],
        values: [[Double]] = [],
        texts: [[String]] = [],
        unknownCount: Int = 0,
        ledger: [ClauseCount] = [],
        problem: String? = nil,
        flags: [RowFlags] = [],
        priceTimes: [Int64] = [],
        halts: [HaltMark] = [],
        strips: [Float] = [],
        stripSlots: Int = 0,
        anchorRank: Int? = nil,
        found: FoundSymbol? = nil
    ) {
        self.version = version
        self.rows = rows
        self.matchCount = matchCount
        self.symbols = symbols
        self.columns = columns
        self.values = values
        self.texts = texts
        self.unknownCount = unknownCount
        self.ledger = ledger
        self.problem = problem
        self.flags = flags
        self.priceTimes = priceTimes
        self.halts = halts
        self.strips = strips
        self.stripSlots = stripSlots
        self.anchorRank = anchorRank
        self.found = found
    }
}

/// A symbol that a search found, with its rank.
package struct FoundSymbol: Hashable, Sendable {
    /// The symbol.
    package var symbol: Symbol
    /// Its rank in the current order.
    package var rank: Int

    /// A search's find.
    package init(symbol: Symbol, rank: Int) {
        self.symbol = symbol
        self.rank = rank
    }
}

/// What one clause of a filter does: the terms joined by `and` at its top.
package struct ClauseCount: Hashable, Sendable {
    /// The clause as the pretty form writes it.
    package var text: String
    /// Tickers for which it alone is true.
    package var passAlone: Int
    /// Tickers that would match if this clause were left out.
    package var matchWithout: Int
    /// Tickers of which something it asks for is not known.
    package var unknown: Int
    /// Whether leaving it out would bring the most tickers.
    package var isTightest: Bool

    /// A clause's counts.
    package init(text: String, passAlone: Int, matchWithout: Int, unknown: Int, isTightest: Bool) {
        self.text = text
        self.passAlone = passAlone
        self.matchWithout = matchWithout
        self.unknown = unknown
        self.isTightest = isTightest
    }
}
