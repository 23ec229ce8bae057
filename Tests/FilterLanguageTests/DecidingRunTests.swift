import MarketData
import TestSupport
import Testing

@testable import FilterLanguage

@Suite
struct DecidingRunTests {
    /// seed → random columns with missing numbers, at lengths around a block's.
    @Test(arguments: [(1, 1), (2, 1023), (3, 1024), (4, 1025), (5, 2500)] as [(UInt64, Int)])
    func aRunThatTellsTheDecidingClauseSaysWhatTheOthersSay(_ seed: UInt64, _ rows: Int) throws {
        var random = SeededRandom(seed: seed)
        let text = "price 1..20 and rvol > 3 and not (chg% < 5 or vol < 1K) and vwap% > 0"
        let program = try #require(FilterCompiler.compile(text).program)
        #expect(program.clauses.count == 4)
        let columns = FilterColumns(
            rowCount: rows,
            numbers: program.numberColumns.map { _ in
                (0..<rows).map { _ in
                    Int.random(in: 0..<8, using: &random) == 0 ? .nan : Double.random(in: -5..<40, using: &random) * 100
                }
                .map { Int.random(in: 0..<2, using: &random) == 0 ? $0 / 100 : $0 }
            }
        )
        var (memory, other) = (FilterMemory(), FilterMemory())
        var (plain, verdicts, deciding): ([UInt8], [UInt8], [UInt8]) = ([], [], [])
        _ = program.run(columns, memory: &memory, into: &plain)
        program.run(
            columns,
            memory: &other,
            verdicts: &verdicts,
            deciding: &deciding,
            clausesMax: 2,
            none: 254
        )
        let words: [UInt8: FilterVerdict] = [0: .isFalse, 1: .isUnknown, 2: .isTrue]
        #expect(verdicts.map { words[$0] } == plain.map { FilterVerdict(rawValue: $0) }, "seed \(seed)")
        for row in 0..<rows {
            let clause = program.decidingClause(row: row, columns, memory: other)?.clause
            #expect(deciding[row] == clause.map { UInt8(min($0, 2)) } ?? 254, "seed \(seed), row \(row)")
        }
    }
}
