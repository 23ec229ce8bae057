import MarketData

@testable import FilterLanguage

/// Says of one row what a tree means, straight from the tree: slow, plain, and written without a look at the compiler.
///
/// Knows the nodes without memory.
struct NaiveEvaluator {
    let table: FilterTable
    private let numbers: [String: [Double]]
    private let texts: [String: [String?]]

    init(table: FilterTable) {
        self.table = table
        numbers = Dictionary(uniqueKeysWithValues: table.numbers.map { ($0.key.rawValue, $0.value) })
        texts = Dictionary(uniqueKeysWithValues: table.texts.map { ($0.key.rawValue, $0.value) })
    }

    /// True, false, or nil when it is not known.
    func verdict(_ node: FilterNode, _ row: Int) -> Bool? {
        switch node {
        case .and(let nodes): return all(nodes.map { verdict($0, row) })
        case .or(let nodes): return any(nodes.map { verdict($0, row) })
        case .not(let inner): return verdict(inner, row).map { !$0 }
        case .group(.all, let nodes): return all(nodes.map { verdict($0, row) })
        case .group(.any, let nodes): return any(nodes.map { verdict($0, row) })
        case .group(.none, let nodes): return any(nodes.map { verdict($0, row) }).map { !$0 }
        case .group(.atLeast(let count), let nodes): return atLeast(count, nodes.map { verdict($0, row) })
        case .compare(let values, let comparisons):
            return all(comparisons.indices.map { compare(values[$0], comparisons[$0], values[$0 + 1], row) })
        case .range(let value, let range, let isNegated):
            var tests: [Bool?] = []
            if let lower = range.lower { tests.append(compare(value, .greaterOrEqual, lower, row)) }
            if let upper = range.upper {
                tests.append(compare(value, range.excludesUpper ? .less : .lessOrEqual, upper, row))
            }
            return isNegated ? all(tests).map { !$0 } : all(tests)
        case .oneOf(let value, let values, let isNegated):
            let isOne = any(values.map { compare(value, .equal, $0, row) })
            return isNegated ? isOne.map { !$0 } : isOne
        case .inList(let name, let isNegated, _): return (table.lists[name]?[row] ?? false) != isNegated
        case .matches(let field, let pattern, let isNegated, _):
            // The patterns of the test are plain letters.
            return text(field, row).map { $0.lowercased().contains(pattern) != isNegated }
        case .flag(let field):
            let value = number(.field(field), row)
            return value.isNaN ? nil : value != 0
        case .has(let field, let isNegated):
            let isText = ["sector", "symbol"].contains(field.name)
            let isKnown = isText ? text(field, row) != nil : !number(.field(field), row).isNaN
            return isKnown != isNegated
        case .crosses, .held, .sticky, .preset: return nil
        }
    }

    /// Whether all are true, as far as it can be told.
    func all(_ verdicts: [Bool?]) -> Bool? {
        if verdicts.contains(false) { return false }
        return verdicts.contains(nil) ? nil : true
    }

    private func any(_ verdicts: [Bool?]) -> Bool? {
        if verdicts.contains(true) { return true }
        return verdicts.contains(nil) ? nil : false
    }

    private func atLeast(_ count: Int, _ verdicts: [Bool?]) -> Bool? {
        // Whatever the unknown ones turn out to be.
        let known = verdicts.count { $0 == true }
        let unknown = verdicts.count { $0 == nil }
        let outcomes = Set((0...unknown).map { known + $0 >= count })
        return outcomes.count == 1 ? outcomes.first : nil
    }

    private func compare(_ a: FilterValue, _ comparison: FilterComparison, _ b: FilterValue, _ row: Int) -> Bool? {
        if case .field(let field) = a, case .text(let wanted, _) = b {
            guard let text = text(field, row) else { return nil }
            return (text.lowercased() == wanted.lowercased()) == (comparison == .equal)
        }
        let (x, y) = (number(a, row), number(b, row))
        if x.isNaN || y.isNaN { return nil }
        switch comparison {
        case .equal: return x == y
        case .notEqual: return x != y
        case .less: return x < y
        case .lessOrEqual: return x <= y
        case .greater: return x > y
        case .greaterOrEqual: return x >= y
        }
    }

    private func text(_ field: FilterField, _ row: Int) -> String? { texts[field.name]?[row] }

    private func number(_ value: FilterValue, _ row: Int) -> Double {
        switch value {
        case .number(let number): return number.value
        case .text: return .nan
        case .timeOfDay(let seconds, _), .duration(let seconds, _): return Double(seconds)
        case .field(let field):
            if field.name == "time" { return Double(table.secondOfDay) }
            return numbers[field.name]?[row] ?? .nan
        case .function(let function, let values, _): return self.function(function, values, row)
        case .negated(let inner): return -number(inner, row)
        case .arithmetic(let left, let sign, let right):
            let (a, b) = (number(left, row), number(right, row))
            let result =
                switch sign {
                case .add: a + b
                case .subtract: a - b
                case .multiply: a * b
                case .divide: a / b
                }
            return result.isInfinite ? .nan : result
        case .percentOf(let share, let whole): return share.digits / 100 * number(whole, row)
        case .fallback(let first, let second):
            let a = number(first, row)
            return a.isNaN ? number(second, row) : a
        }
    }

    private func function(_ function: FilterFunction, _ values: [FilterValue], _ row: Int) -> Double {
        let own = values.map { number($0, row) }
        if own.contains(where: \.isNaN) { return .nan }
        switch function {
        case .abs: return own[0].magnitude
        case .min: return own.min() ?? .nan
        case .max: return own.max() ?? .nan
        case .rank, .pctile, .zscore:
            let known = (0..<table.rowCount).map { number(values[0], $0) }.filter { !$0.isNaN }
            if function == .rank { return Double(known.count { $0 > own[0] } + 1) }
            if function == .pctile { return 100 * Double(known.count { $0 < own[0] }) / Double(known.count) }
            let mean = known.reduce(0, +) / Double(known.count)
            let squares = known.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
            let score = (own[0] - mean) / (squares / Double(known.count)).squareRoot()
            return score.isInfinite ? .nan : score
        }
    }
}
