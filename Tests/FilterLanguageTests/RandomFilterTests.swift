import MarketData
import TestSupport
import Testing

@testable import FilterLanguage

/// Random trees over random tables with much missing, against ``NaiveEvaluator``.
@Suite
struct RandomFilterTests {
    @Test(arguments: 0..<20)
    func programsSayWhatTheTreesMean(_ seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        for _ in 0..<110 {
            let rows = [200, 201, 207, 1, 7].randomElement(using: &random) ?? 200
            let table = Self.table(rows: rows, &random)
            let node = Self.node(depth: 4, &random)
            try check(node, on: table, "seed \(seed)")
        }
    }

    @Test(arguments: [1023, 1024, 1025, 2048, 3000])
    func blocksMeetWithoutASeam(_ rows: Int) throws {
        var random = SeededRandom(seed: UInt64(rows))
        let table = Self.table(rows: rows, &random)
        for _ in 0..<4 { try check(Self.node(depth: 3, isLocal: true, &random), on: table, "seed \(rows)") }
    }

    private func check(_ node: FilterNode, on table: FilterTable, _ comment: Comment) throws {
        var scope = FilterScope(lists: ["mine"])
        scope.limits.nodesMax = 100_000
        let test = try program(node, in: scope)
        let verdicts = table.verdicts(test)
        let naive = NaiveEvaluator(table: table)
        // Top-level clauses one by one.
        var clauses = [node]
        if case .and(let nodes) = node { clauses = nodes }
        let said = clauses.map { clause in (0..<table.rowCount).map { naive.verdict(clause, $0) } }
        for row in 0..<table.rowCount {
            let expected: FilterVerdict =
                switch naive.all(said.map { $0[row] }) {
                case true?: .isTrue
                case false?: .isFalse
                case nil: .isUnknown
                }
            guard verdicts[row] != expected else { continue }
            Issue.record("\(comment), row \(row): \(verdicts[row]), not \(expected), of \(node)")
            return
        }
        try checkLedger(test, said, verdicts, table, comment)
    }

    private func checkLedger(
        _ test: FilterProgram,
        _ said: [[Bool?]],
        _ verdicts: [FilterVerdict],
        _ table: FilterTable,
        _ comment: Comment
    ) throws {
        let admitted: [Bool]? = table.rowCount % 2 == 0 ? nil : (0..<table.rowCount).map { $0 % 3 != 0 }
        let rows = (0..<table.rowCount).filter { admitted?[$0] ?? true }
        let columns = table.columns(for: test)
        let ledger = test.ledger(columns, memory: FilterMemory(), admitted: admitted)
        try #require(ledger.count == said.count && test.clauses.count == said.count, comment)
        for (index, count) in ledger.enumerated() {
            let without = rows.filter { row in said.indices.allSatisfy { $0 == index || said[$0][row] == true } }
            #expect(count.passAlone == rows.count { said[index][$0] == true }, comment)
            #expect(count.unknown == rows.count { said[index][$0] == nil }, comment)
            #expect(count.matchWithout == without.count, comment)
        }
        let matches = rows.count { verdicts[$0] == .isTrue }
        let best = ledger.map(\.matchWithout).max() ?? 0
        let tightest = best > matches ? ledger.firstIndex { $0.matchWithout == best } : nil
        #expect(ledger.firstIndex(where: \.isTightest) == tightest, comment)
        #expect(ledger.count(where: \.isTightest) <= 1, comment)
        for row in rows.prefix(5) {
            let deciding = test.decidingClause(row: row, columns, memory: FilterMemory())
            #expect(deciding?.clause == said.firstIndex { $0[row] != true }, comment)
        }
    }

    // MARK: Making

    private static let numeric: [ColumnID] = [.last, .volume, .changePercent, .rvol, .vwap]
    private static let flags: [ColumnID] = [.halted, .thin]
    private static let words = ["tech", "energy", "Health", "x"]

    private static func table(rows: Int, _ random: inout SeededRandom) -> FilterTable {
        var table = FilterTable(rows: rows)
        for column in numeric {
            table.numbers[column] = (0..<rows).map { _ in
                // Few distinct values: equals, zeros of both signs and overflows are common.
                let values: [Double] = [.nan, .nan, 0, -0.0, 1, 2, 2.5, -3, 10, 1e200, -1e200, 1e-200]
                return values.randomElement(using: &random) ?? 0
            }
        }
        for column in flags {
            table.numbers[column] = (0..<rows).map { _ in [Double.nan, 0, 1].randomElement(using: &random) ?? 0 }
        }
        for column in [ColumnID.sector, .symbol] {
            table.texts[column] = (0..<rows).map { _ in ([nil] + words + ["TECH"]).randomElement(using: &random) ?? nil
            }
        }
        table.lists["mine"] = (0..<rows).map { _ in .random(using: &random) }
        table.secondOfDay = .random(in: 0..<86_400, using: &random)
        return table
    }

    private static func node(depth: Int, isLocal: Bool = false, _ random: inout SeededRandom) -> FilterNode {
        func nodes() -> [FilterNode] {
            (0..<Int.random(in: 2...4, using: &random)).map { _ in node(depth: depth - 1, isLocal: isLocal, &random) }
        }
        switch Int.random(in: 0..<(depth > 0 ? 12 : 6), using: &random) {
        case 0:
            let values = (0..<Int.random(in: 2...3, using: &random)).map { _ in value(depth: 2, isLocal, &random) }
            return .compare(values, values.dropFirst().map { _ in anyOf(FilterComparison.allCases, &random) })
        case 1:
            let lower = Bool.random(using: &random) ? literal(-3...1, &random) : nil
            let upper = lower == nil || .random(using: &random) ? literal(1...10, &random) : nil
            let range = FilterRange(lower: lower, upper: upper, excludesUpper: .random(using: &random))
            return .range(value(depth: 1, isLocal, &random), range, isNegated: .random(using: &random))
        case 2: return textTest(&random)
        case 3: return .flag(FilterField(name: anyOf(flags, &random).rawValue))
        case 4:
            let values = (0..<3).map { _ in value(depth: 0, isLocal, &random) }
            return .oneOf(value(depth: 1, isLocal, &random), values, isNegated: .random(using: &random))
        case 5:
            let columns = numeric + flags + [.sector]
            return .has(FilterField(name: anyOf(columns, &random).rawValue), isNegated: .random(using: &random))
        case 6, 7: return .and(nodes())
        case 8: return .or(nodes())
        case 9, 10:
            let inner = nodes()
            let least = FilterGroup.atLeast(.random(in: 1...inner.count, using: &random))
            return .group(anyOf([.any, .all, .none, least, least], &random), inner)
        default: return .not(node(depth: depth - 1, isLocal: isLocal, &random))
        }
    }

    private static func textTest(_ random: inout SeededRandom) -> FilterNode {
        let field = FilterField(name: anyOf([ColumnID.sector, .symbol], &random).rawValue)
        func text() -> FilterValue { .text(anyOf(words, &random), FilterSpan(0, 0)) }
        let isNegated = Bool.random(using: &random)
        switch Int.random(in: 0..<4, using: &random) {
        case 0: return .compare([.field(field), text()], [isNegated ? .notEqual : .equal])
        case 1: return .oneOf(.field(field), [text(), text()], isNegated: isNegated)
        case 2:
            return .matches(field, pattern: anyOf(["e", "tech", "q"], &random), isNegated: isNegated, FilterSpan(0, 0))
        default: return .inList("mine", isNegated: isNegated, FilterSpan(0, 0))
        }
    }

    private static func literal(_ range: ClosedRange<Int>, _ random: inout SeededRandom) -> FilterValue {
        .number(FilterNumber(digits: Double(Int.random(in: range, using: &random))))
    }

    /// - Parameter isLocal: Without what depends on all rows, which the naive way makes slow.
    private static func value(depth: Int, _ isLocal: Bool, _ random: inout SeededRandom) -> FilterValue {
        func inner() -> FilterValue { value(depth: depth - 1, isLocal, &random) }
        switch Int.random(in: 0..<(depth > 0 ? 12 : 5), using: &random) {
        case 0, 1, 2: return .field(FilterField(name: anyOf(numeric, &random).rawValue))
        case 3, 4: return literal(-3...10, &random)
        case 5, 6, 7: return .arithmetic(inner(), anyOf(FilterOperator.allCases, &random), inner())
        case 8: return .fallback(inner(), inner())
        case 9: return .negated(inner())
        case 10: return .percentOf(FilterNumber(digits: 50, suffix: .percent), inner())
        default:
            let span = FilterSpan(0, 0)
            let function = anyOf(FilterFunction.allCases, &random)
            switch function {
            case .min, .max: return .function(function, [inner(), inner()], span)
            case .abs: return .function(.abs, [inner()], span)
            case .rank, .pctile, .zscore:
                guard !isLocal else { return .function(.abs, [inner()], span) }
                // Of a column: the mean of values like 1e200 leaves the range of numbers in any order of adding.
                return .function(function, [.field(FilterField(name: anyOf(numeric, &random).rawValue))], span)
            }
        }
    }

    private static func anyOf<Value>(_ values: [Value], _ random: inout SeededRandom) -> Value {
        values[Int.random(in: values.indices, using: &random)]
    }
}
