import MarketData

// The query as a whole: its clauses and its pipes.

extension FilterChecker {
    /// The top-level clauses; nil when something in them is wrong.
    mutating func clauses(_ condition: FilterNode?) -> [CheckedClause]? {
        guard let condition else { return [] }
        guard let test = test(condition) else { return nil }
        // An `and` at the top comes back as the tests of its nodes, in order.
        guard case .and(let nodes) = condition, case .and(let tests) = test, nodes.count == tests.count else {
            return [clause(condition, test)]
        }
        return zip(nodes, tests).map { clause($0, $1) }
    }

    private func clause(_ node: FilterNode, _ test: CheckedTest) -> CheckedClause {
        CheckedClause(
            pretty: FilterPrinter.text(of: node),
            span: node.place ?? FilterSpan(0, bytes.count),
            test: test,
            left: test.left
        )
    }

    /// What the pipes ask for; nil when something in them is wrong.
    mutating func pipes(_ query: FilterQuery) -> (sort: [(column: ColumnID, descending: Bool)], columns: [ColumnID])? {
        let count = diagnostics.count
        var sort: [(column: ColumnID, descending: Bool)] = []
        for key in query.sort {
            guard let column = column(key.field) else { continue }
            if column.kind == .strip {
                report(.error, at: key.field.span, "\(key.field.shown) can be shown, not sorted by")
            }
            sort.append((column.id, key.descending ?? column.sortsDescending))
        }
        if query.sort.count > FilterCompiler.sortKeysMax {
            let span = query.sort[FilterCompiler.sortKeysMax].field.span
            report(.error, at: span, "sort takes at most \(FilterCompiler.sortKeysMax) keys")
        }
        if let top = query.top, top < 1 || top > FilterCompiler.topMax {
            report(.error, at: topPlace, "top takes a number from 1 to \(FilterCompiler.topMax)")
        }
        let columns = query.columns.compactMap { column($0)?.id }
        return diagnostics.count == count ? (sort, columns) : nil
    }

    /// Where the number behind `top` stands: the tree does not say.
    private var topPlace: FilterSpan {
        let word = Array("top".utf8)
        var found = FilterSpan(0, bytes.count)
        for lower in bytes.indices.dropLast(2) where zip(bytes[lower...], word).allSatisfy({ $0 | 32 == $1 }) {
            found = following(FilterSpan(lower, lower + 3))
        }
        var upper = found.lower
        while upper < bytes.count, (48...57).contains(bytes[upper]) { upper += 1 }
        return upper > found.lower ? FilterSpan(found.lower, upper) : found
    }
}

extension CheckedTest {
    /// The number a test is about; nil when there is none, or more than one.
    var left: CheckedNumber? {
        switch self {
        case .compare(let left, _, let right): left.isConstant ? right : left
        case .between(let number, _, _, _), .oneOf(let number, _), .crosses(let number, _, _, _): number
        case .flag(let column): .column(column)
        case .not(let test), .held(let test, _), .sticky(let test, _): test.left
        case .and(let tests): Self.shared(tests)
        case .constant, .or, .atLeast, .text, .onList, .isKnown: nil
        }
    }

    /// The left side all tests have in common, as those of a chain do.
    private static func shared(_ tests: [CheckedTest]) -> CheckedNumber? {
        guard let first = tests.first?.left, tests.dropFirst().allSatisfy({ $0.left == first }) else { return nil }
        return first
    }
}
