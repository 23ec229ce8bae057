import MarketData
import Testing

@testable import FilterLanguage

/// A table of columns by name, handed to programs in the order they ask for.
struct FilterTable {
    var rowCount: Int
    var numbers: [ColumnID: [Double]] = [:]
    var texts: [ColumnID: [String?]] = [:]
    var lists: [String: [Bool]] = [:]
    var now: Int64 = 0
    var secondOfDay = 0

    init(rows: Int) { rowCount = rows }

    /// What a program reads.
    func columns(for program: FilterProgram) -> FilterColumns {
        FilterColumns(
            rowCount: rowCount,
            numbers: program.numberColumns.map { numbers[$0] ?? [Double](repeating: .nan, count: rowCount) },
            texts: program.textColumns.map { TextColumn(texts[$0] ?? []) },
            lists: program.lists.map { lists[$0] ?? [Bool](repeating: false, count: rowCount) },
            now: now,
            secondOfDay: secondOfDay
        )
    }

    /// The verdicts of a run with nothing remembered.
    func verdicts(_ program: FilterProgram) -> [FilterVerdict] {
        var memory = FilterMemory()
        return verdicts(program, &memory)
    }

    /// The verdicts of a run.
    func verdicts(_ program: FilterProgram, _ memory: inout FilterMemory) -> [FilterVerdict] {
        var result: [UInt8] = []
        let counts = program.run(columns(for: program), memory: &memory, into: &result)
        let verdicts = result.compactMap(FilterVerdict.init)
        #expect(verdicts.count == rowCount)
        #expect(counts.matches == verdicts.count { $0 == .isTrue })
        #expect(counts.unknown == verdicts.count { $0 == .isUnknown })
        return verdicts
    }
}

/// The program of a text that must compile.
func program(_ text: String, in scope: FilterScope = FilterScope()) throws -> FilterProgram {
    let compilation = FilterCompiler.compile(text, in: scope)
    return try #require(compilation.program, "\(text): \(compilation.problem ?? "")")
}

/// The program of a tree that must compile.
func program(_ node: FilterNode, in scope: FilterScope = FilterScope()) throws -> FilterProgram {
    let compilation = FilterCompiler.compile(FilterQuery(condition: node), of: "", in: scope)
    return try #require(compilation.program, "\(node): \(compilation.diagnostics)")
}
