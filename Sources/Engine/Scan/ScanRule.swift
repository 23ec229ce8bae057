import FilterLanguage
import MarketData

// A list's test is run clause by clause: a clause's bytes are joined with the others' by the smaller of (false, not known,
// true), and the first one that is not true is kept per row. That byte per row is all a list remembers of who is not on it,
// and names the clause that decided when somebody enters.

/// What has come of a test for every row, in memory that all lists use one after the other.
struct RuleResult: Sendable {
    static let isFalse: UInt8 = 0
    static let isUnknown: UInt8 = 1
    static let isTrue: UInt8 = 2

    /// No clause decides: all are true.
    static let noClause: UInt8 = 254
    /// Not looked at: new, a test symbol, or not in the feed.
    static let notAsked: UInt8 = 255
    /// Clauses that are told apart; later ones count as the last of these.
    static let clausesMax = 250

    /// ``isFalse``, ``isUnknown`` or ``isTrue`` per row.
    var verdicts: [UInt8] = []
    /// The first clause that is not true, or ``noClause``.
    var deciding: [UInt8] = []
    private var clause: [UInt8] = []

    /// Lets everything pass.
    mutating func begin(rowCount: Int) {
        verdicts.removeAll(keepingCapacity: true)
        verdicts.append(contentsOf: repeatElement(Self.isTrue, count: rowCount))
        deciding.removeAll(keepingCapacity: true)
        deciding.append(contentsOf: repeatElement(Self.noClause, count: rowCount))
    }

    /// Joins a clause.
    mutating func join(_ program: FilterProgram, _ memory: inout FilterMemory, index: Int, _ data: ScanData) {
        _ = program.run(program.columns(data), memory: &memory, into: &clause)
        let number = UInt8(min(index, Self.clausesMax))
        let count = min(clause.count, verdicts.count)
        clause.withUnsafeBufferPointer { clause in
            verdicts.withUnsafeMutableBufferPointer { verdicts in
                deciding.withUnsafeMutableBufferPointer { deciding in
                    for row in 0..<count {
                        // False, true, not known are 0, 1, 2 there and 0, 2, 1 here.
                        let verdict = ((clause[row] << 1) | (clause[row] >> 1)) & 3
                        verdicts[row] = min(verdicts[row], verdict)
                        deciding[row] = min(deciding[row], verdict == Self.isTrue ? Self.noClause : number)
                    }
                }
            }
        }
    }
}

/// A test as a list runs it: its top-level clauses, each with what it remembers.
struct ScanRule: Sendable {
    private struct Clause: Sendable {
        var text: String
        var program: FilterProgram
        var memory = FilterMemory()
    }

    /// The whole text as its clauses write it.
    let text: String
    /// Pipes of the text: keys of `| sort`, `| top`, `| cols`.
    let sort: [SortPipeKey]
    let top: Int?
    let columns: [ColumnID]
    private var clauses: [Clause]

    /// A key of the sort pipe.
    typealias SortPipeKey = (column: ColumnID, descending: Bool)

    /// A program taken apart; where a clause does not compile by itself, the whole is one clause.
    init(_ program: FilterProgram, _ shelf: inout FilterShelf) {
        text = program.clauses.joined(separator: " and ")
        sort = program.sort
        top = program.top
        columns = program.columns
        var parts: [Clause] = []
        for clause in program.clauses {
            guard let part = shelf.filter(clause).program else { continue }
            parts.append(Clause(text: clause, program: part))
        }
        let isWhole = parts.count == program.clauses.count
        clauses = isWhole ? parts : [Clause(text: program.clauses.joined(separator: " and "), program: program)]
    }

    /// Adds the columns it reads.
    func add(to needs: inout ColumnNeeds) {
        for clause in clauses { needs.add(clause.program) }
    }

    /// Runs over all rows.
    mutating func run(_ data: ScanData, into result: inout RuleResult) {
        result.begin(rowCount: data.rowCount)
        for index in clauses.indices {
            result.join(clauses[index].program, &clauses[index].memory, index: index, data)
        }
    }

    /// A clause in its pretty form, and its left side's value for a row; nil for a number that names none.
    func clause(_ index: UInt8, row: Int, _ data: ScanData) -> (text: String, value: Double)? {
        guard Int(index) < clauses.count else { return nil }
        let program = clauses[Int(index)].program
        return (clauses[Int(index)].text, program.leftValue(of: 0, row: row, program.columns(data)))
    }
}
