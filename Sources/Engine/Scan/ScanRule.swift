import FilterLanguage
import MarketData

// A list's test keeps the first clause that is not true per row. That byte per row is all a list remembers of who is not on
// it, and names the clause that decided when somebody enters.

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
    static let clausesMax: UInt8 = 250

    /// ``isFalse``, ``isUnknown`` or ``isTrue`` per row.
    var verdicts: [UInt8] = []
    /// The first clause that is not true, or ``noClause``.
    var deciding: [UInt8] = []
}

/// A test as a list runs it: its top-level clauses, each with what it remembers.
struct ScanRule: Sendable {
    /// The whole text as its clauses write it.
    let text: String
    /// Pipes of the text: keys of `| sort`, `| top`, `| cols`.
    let sort: [SortPipeKey]
    let top: Int?
    let columns: [ColumnID]
    private let program: FilterProgram
    private var memory = FilterMemory()

    /// A key of the sort pipe.
    typealias SortPipeKey = (column: ColumnID, descending: Bool)

    /// A compiled text at work.
    init(_ program: FilterProgram) {
        text = program.clauses.joined(separator: " and ")
        sort = program.sort
        top = program.top
        columns = program.columns
        self.program = program
    }

    /// Adds the columns it reads.
    func add(to needs: inout ColumnNeeds) { needs.add(program) }

    /// Runs over all rows.
    mutating func run(_ data: ScanData, into result: inout RuleResult) {
        program.run(
            program.columns(data),
            memory: &memory,
            verdicts: &result.verdicts,
            deciding: &result.deciding,
            clausesMax: RuleResult.clausesMax,
            none: RuleResult.noClause
        )
    }

    /// A clause in its pretty form, and its left side's value for a row; nil for a number that names none.
    func clause(_ index: UInt8, row: Int, _ data: ScanData) -> (text: String, value: Double)? {
        guard Int(index) < program.clauses.count else { return nil }
        let value = program.leftValue(of: Int(index), row: row, program.columns(data))
        return (program.clauses[Int(index)], value)
    }
}
