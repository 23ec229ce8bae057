package import MarketData

/// A compiled filter: immutable; what it remembers between runs lives in a ``FilterMemory``.
package struct FilterProgram: Sendable {
    /// Columns of numbers and flags it reads, each once: the order in which they are handed to it.
    package private(set) var numberColumns: [ColumnID] = []
    /// Columns of text it reads.
    package private(set) var textColumns: [ColumnID] = []
    /// Names of `@lists` it reads.
    package private(set) var lists: [String] = []
    /// Top-level clauses in their pretty form, in the text's order.
    package private(set) var clauses: [String] = []
    /// Keys of `| sort`; empty without.
    package private(set) var sort: [(column: ColumnID, descending: Bool)] = []
    /// `| top`; nil without.
    package private(set) var top: Int?
    /// `| cols`; empty without.
    package private(set) var columns: [ColumnID] = []
    /// Whether it remembers something between runs (`for`, `crosses`, `exit`).
    package var isStateful: Bool { memoryBytesPerRow > 0 }
    /// What it remembers of each ticker, bytes.
    package private(set) var memoryBytesPerRow = 0

    /// Runs over all rows.
    ///
    /// - Parameters:
    ///   - columns: The columns asked for.
    ///   - memory: What it remembers; the same value must come back with the next run. Rows may have been added.
    ///   - result: Per row ``FilterVerdict``'s raw value; resized to the rows.
    /// - Returns: How many matched, and of how many something asked for is not known.
    package func run(
        _ columns: borrowing FilterColumns,
        memory: inout FilterMemory,
        into result: inout [UInt8]
    ) -> (matches: Int, unknown: Int) {
        (0, 0)
    }

    /// What each clause lets pass, over the rows a mask admits (all when nil); does not change the memory.
    package func ledger(
        _ columns: borrowing FilterColumns,
        memory: borrowing FilterMemory,
        admitted: [Bool]? = nil
    ) -> [FilterClauseCount] { [] }

    /// The first top-level clause that is not true for a row, with the value of its left side (NaN without one); nil
    /// when all are true.
    ///
    /// Does not change the memory.
    package func decidingClause(
        row: Int,
        _ columns: borrowing FilterColumns,
        memory: borrowing FilterMemory
    ) -> (clause: Int, verdict: FilterVerdict, value: Double)? { nil }

    /// The value of a clause's left side for a row; NaN when it has none.
    package func leftValue(of clause: Int, row: Int, _ columns: borrowing FilterColumns) -> Double { .nan }
}

/// What a filter says of a ticker.
package enum FilterVerdict: UInt8, Hashable, Sendable {
    case isFalse = 0
    case isTrue = 1
    /// Something asked for is not known: no match, also under `not`.
    case isUnknown = 2
}

/// What a program reads: columns in the order it names them.
package struct FilterColumns: Sendable {
    /// Rows in every column.
    package var rowCount: Int
    /// Numbers and flags, NaN is missing; parallel to ``FilterProgram/numberColumns``.
    package var numbers: [[Double]]
    /// Parallel to ``FilterProgram/textColumns``; rows beyond a column's codes are missing.
    package var texts: [TextColumn]
    /// Per `@list` whether a row is on it; parallel to ``FilterProgram/lists``.
    package var lists: [[Bool]]
    /// Market time, ns since the epoch: what `for`, `within` and memory go by.
    package var now: Int64
    /// Seconds since midnight in New York: what `time` goes by.
    package var secondOfDay: Int

    /// Columns.
    package init(
        rowCount: Int,
        numbers: [[Double]],
        texts: [TextColumn] = [],
        lists: [[Bool]] = [],
        now: Int64 = 0,
        secondOfDay: Int = 0
    ) {
        self.rowCount = rowCount
        self.numbers = numbers
        self.texts = texts
        self.lists = lists
        self.now = now
        self.secondOfDay = secondOfDay
    }
}

/// What a program remembers between runs; begins empty, belongs to one program and one place it is used at.
package struct FilterMemory: Sendable {
    /// Nothing remembered.
    package init() {}
}

/// What one clause does.
package struct FilterClauseCount: Hashable, Sendable {
    /// Index into ``FilterProgram/clauses``.
    package var clause: Int
    /// Rows for which it alone is true.
    package var passAlone: Int
    /// Rows that would match if it were left out.
    package var matchWithout: Int
    /// Rows of which something it asks for is not known.
    package var unknown: Int
    /// Whether leaving it out would bring the most rows; the first of several, none when no clause changes anything.
    package var isTightest: Bool
}
