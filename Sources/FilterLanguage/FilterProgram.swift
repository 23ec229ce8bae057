package import MarketData

/// A compiled filter: immutable; what it remembers between runs lives in a ``FilterMemory``.
package struct FilterProgram: Sendable {
    /// Columns of numbers and flags it reads, each once: the order in which they are handed to it.
    package var numberColumns: [ColumnID] { code.numberColumns }
    /// Columns of text it reads.
    package var textColumns: [ColumnID] { code.textColumns }
    /// Names of `@lists` it reads.
    package var lists: [String] { code.lists }
    /// Top-level clauses in their pretty form, in the text's order.
    package let clauses: [String]
    /// Where each clause stands in the text, parallel to `clauses`.
    package let clauseSpans: [FilterSpan]
    /// Keys of `| sort`; empty without.
    package let sort: [(column: ColumnID, descending: Bool)]
    /// `| top`; nil without.
    package let top: Int?
    /// `| cols`; empty without.
    package let columns: [ColumnID]
    /// Whether it remembers something between runs (`for`, `crosses`, `exit`).
    package var isStateful: Bool { memoryBytesPerRow > 0 }
    /// What it remembers of each ticker, bytes: 4 for each `for`, 5 for each `crosses`, 1 for each `exit`.
    package var memoryBytesPerRow: Int { code.timeCount * 4 + code.markCount }

    /// What it is made of.
    let code: ProgramCode

    /// A program of clauses that must all be true.
    init(
        clauses: [CheckedClause],
        patterns: [Pattern] = [],
        sort: [(column: ColumnID, descending: Bool)] = [],
        top: Int? = nil,
        columns: [ColumnID] = []
    ) {
        self.clauses = clauses.map(\.pretty)
        clauseSpans = clauses.map(\.span)
        self.sort = sort
        self.top = top
        self.columns = columns
        code = ProgramCode(clauses, patterns: patterns)
    }

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
        let rows = columns.rowCount
        if result.count != rows { result = [UInt8](repeating: 0, count: rows) }
        var (matches, unknown) = (0, 0)
        result.withUnsafeMutableBufferPointer { result in
            guard let result = result.baseAddress else { return }
            code.run(columns, memory: &memory, over: 0..<rows) { machine, first, count in
                let verdict = result + first
                verdict.update(repeating: 2, count: count)
                for (index, clause) in code.clauses.enumerated() {
                    machine.run(clause.instructions, first: first, count: count)
                    if index == 0 {
                        verdict.update(from: machine.verdict(0), count: count)
                    } else {
                        Sweep.and(verdict, machine.verdict(0), count)
                    }
                }
                let counts = Sweep.publish(verdict, count)
                matches += counts.trues
                unknown += counts.unknowns
            }
        }
        return (matches, unknown)
    }

    /// Runs over all rows, and tells which clause decides.
    ///
    /// - Parameters:
    ///   - columns: The columns asked for.
    ///   - memory: As in ``run(_:memory:into:)``.
    ///   - verdicts: Per row 0 false, 1 not known, 2 true: of clauses joined by `and` the smallest counts; resized to the rows.
    ///   - deciding: Per row the first clause that is not true, counted to `clausesMax` at most, or `none`; resized to the
    ///     rows.
    package func run(
        _ columns: borrowing FilterColumns,
        memory: inout FilterMemory,
        verdicts: inout [UInt8],
        deciding: inout [UInt8],
        clausesMax: UInt8,
        none: UInt8
    ) {
        let rows = columns.rowCount
        if verdicts.count != rows { verdicts = [UInt8](repeating: 0, count: rows) }
        if deciding.count != rows { deciding = [UInt8](repeating: 0, count: rows) }
        verdicts.withUnsafeMutableBufferPointer { verdicts in
            deciding.withUnsafeMutableBufferPointer { deciding in
                guard let verdicts = verdicts.baseAddress, let deciding = deciding.baseAddress else { return }
                code.run(columns, memory: &memory, over: 0..<rows) { machine, first, count in
                    let (verdict, decided) = (verdicts + first, deciding + first)
                    verdict.update(repeating: 2, count: count)
                    decided.update(repeating: none, count: count)
                    for (index, clause) in code.clauses.enumerated() {
                        machine.run(clause.instructions, first: first, count: count)
                        let number = UInt8(min(index, Int(clausesMax)))
                        Sweep.join(machine.verdict(0), number, none, verdict, decided, count)
                    }
                }
            }
        }
    }

    /// What each clause lets pass, over the rows a mask admits (all when nil); does not change the memory.
    package func ledger(
        _ columns: borrowing FilterColumns,
        memory: borrowing FilterMemory,
        admitted: [Bool]? = nil
    ) -> [FilterClauseCount] {
        var memory = copy memory
        var ledger = ClauseLedger(clauseCount: code.clauses.count, admitted: admitted)
        code.run(columns, memory: &memory, over: 0..<columns.rowCount) { machine, first, count in
            ledger.begin(first: first, count: count)
            for (index, clause) in code.clauses.enumerated() {
                machine.run(clause.instructions, first: first, count: count)
                ledger.add(index, machine.verdict(0), count: count)
            }
            ledger.end(count: count)
        }
        return ledger.counts()
    }

    /// The first top-level clause that is not true for a row, with the value of its left side (NaN without one); nil
    /// when all are true.
    ///
    /// Does not change the memory. Costs little, but for `rank`, `pctile`, `zscore`, which are worked out over all rows anew.
    package func decidingClause(
        row: Int,
        _ columns: borrowing FilterColumns,
        memory: borrowing FilterMemory
    ) -> (clause: Int, verdict: FilterVerdict, value: Double)? {
        guard row >= 0, row < columns.rowCount else { return nil }
        var memory = copy memory
        var deciding: (clause: Int, verdict: FilterVerdict, value: Double)?
        code.run(columns, memory: &memory, over: row..<(row + 1)) { machine, first, count in
            for (index, clause) in code.clauses.enumerated() {
                machine.run(clause.instructions, first: first, count: count)
                let verdict = machine.verdict(0)[0]
                if verdict == 2 { continue }
                let value = machine.leftValue(clause, row: row)
                deciding = (index, verdict == 0 ? .isFalse : .isUnknown, value)
                return
            }
        }
        return deciding
    }

    /// The value of a clause's left side for a row; NaN when it has none.
    ///
    /// The left side of a comparison, a range, a set and of what is kept `for` a time; the number that crosses; 0 or 1
    /// of a flag.
    package func leftValue(of clause: Int, row: Int, _ columns: borrowing FilterColumns) -> Double {
        guard code.clauses.indices.contains(clause), row >= 0, row < columns.rowCount else { return .nan }
        guard code.clauses[clause].left != nil else { return .nan }
        var (memory, value) = (FilterMemory(), Double.nan)
        code.run(columns, memory: &memory, over: row..<(row + 1)) { machine, _, _ in
            value = machine.leftValue(code.clauses[clause], row: row)
        }
        return value
    }
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
    /// Which rows `rank`, `pctile` and `zscore` compare; the others have none.
    ///
    /// Nil: all.
    package var compared: [Bool]?
    /// Seconds between two runs that still are a sequence, where runs are known to come more rarely than memory allows.
    package var pauseSeconds = 0

    /// Columns.
    package init(
        rowCount: Int,
        numbers: [[Double]],
        texts: [TextColumn] = [],
        lists: [[Bool]] = [],
        now: Int64 = 0,
        secondOfDay: Int = 0,
        compared: [Bool]? = nil
    ) {
        self.rowCount = rowCount
        self.numbers = numbers
        self.texts = texts
        self.lists = lists
        self.now = now
        self.secondOfDay = secondOfDay
        self.compared = compared
    }
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
