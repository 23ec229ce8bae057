/// Writes trees as text, in one form: what is read back from it is the same tree.
///
/// Only as many parentheses as needed; `and` as a word; a range behind a field without `in` when its ends are plain
/// numbers; numbers in their shortest form with the suffix they were typed with.
package enum FilterPrinter {
    /// A whole query; empty for one that lets everything pass and does nothing else.
    package static func text(of query: FilterQuery) -> String {
        var pieces: [String] = []
        if let condition = query.condition { pieces.append(text(of: condition)) }
        if !query.sort.isEmpty {
            pieces.append("| sort " + query.sort.map(text(of:)).joined(separator: ", "))
        }
        if let top = query.top { pieces.append("| top \(top)") }
        if !query.columns.isEmpty {
            pieces.append("| cols " + query.columns.map(text(of:)).joined(separator: ", "))
        }
        return pieces.joined(separator: " ")
    }

    /// The top-level terms of a query, in the text's order; none for a query without a condition.
    package static func clauses(of query: FilterQuery) -> [FilterNode] {
        switch query.condition {
        case nil: []
        case .and(let terms)?: terms
        case let condition?: [condition]
        }
    }

    /// A condition or one clause of it.
    package static func text(of node: FilterNode) -> String { written(node, atLeast: .alternatives) }

    /// A value as it stands on its own.
    package static func text(of value: FilterValue) -> String {
        FilterValueWriter(isTimed: value.isTime(writtenAsTime: false)).text(value)
    }

    /// A field with its window.
    package static func text(of field: FilterField) -> String {
        field.argument.map { "\(field.name)(\($0))" } ?? field.name
    }

    /// A number in its shortest form: `50M`, `0.5%`, `$5`.
    package static func text(of number: FilterNumber) -> String {
        (number.isMoney ? "$" : "") + decimal(number.digits) + number.suffix.rawValue
    }

    /// Seconds in the largest unit that holds them: `90s`, `3m`, `2h`, `1d`.
    package static func text(seconds: Int) -> String { duration(seconds, withMinutes: true) }

    private static func text(of key: FilterSortKey) -> String {
        let direction = key.descending.map { $0 ? "-" : "+" } ?? ""
        return text(of: key.field) + direction
    }

    // MARK: Conditions

    /// How tightly a condition binds, the loosest first.
    private enum Binding: Int {
        case alternatives
        case terms
        case negation
        case test
    }

    /// A condition, in parentheses when it binds looser than its place asks for.
    private static func written(_ node: FilterNode, atLeast: Binding) -> String {
        let binding: Binding =
            switch node {
            case .or: .alternatives
            case .and: .terms
            case .not: .negation
            default: .test
            }
        let text = bare(node)
        return binding.rawValue < atLeast.rawValue ? "(\(text))" : text
    }

    private static func bare(_ node: FilterNode) -> String {
        switch node {
        case .and(let terms): return terms.map { written($0, atLeast: .negation) }.joined(separator: " and ")
        case .or(let terms): return terms.map { written($0, atLeast: .terms) }.joined(separator: " or ")
        case .not(let inner): return "not " + written(inner, atLeast: .negation)
        case .group(let group, let nodes):
            return word(group) + " (" + nodes.map { text(of: $0) }.joined(separator: ", ") + ")"
        case .compare(let values, let comparisons): return comparison(values, comparisons)
        case .range(let value, let range, let isNegated): return self.range(value, range, isNegated: isNegated)
        case .oneOf(let value, let values, let isNegated):
            let writer = writer([value] + values)
            let elements = values.map { writer.operand($0, besides: value) }.joined(separator: ", ")
            return "\(writer.text(value)) \(isNegated ? "not in" : "in") [\(elements)]"
        case .inList(let name, let isNegated, _): return isNegated ? "sym not in @\(name)" : "@\(name)"
        case .matches(let field, let pattern, let isNegated, _):
            return "\(text(of: field)) \(isNegated ? "!~" : "~") \(FilterValueWriter.quoted(pattern))"
        case .crosses(let left, let isAbove, let right, let within):
            let writer = writer([left, right])
            let side = isAbove ? "above" : "below"
            let window = within.map { " within \(text(seconds: $0))" } ?? ""
            return "\(writer.text(left)) crosses \(side) \(writer.text(right))\(window)"
        case .held(let inner, let seconds): return written(inner, atLeast: .test) + " for \(text(seconds: seconds))"
        case .sticky(let inner, let exit):
            return written(inner, atLeast: .test) + " (exit \(self.exit(exit, of: inner)))"
        case .flag(let field): return text(of: field)
        case .preset(let name, _): return "$\(name)"
        case .has(let field, let isNegated): return "\(isNegated ? "missing" : "has")(\(text(of: field)))"
        }
    }

    private static func word(_ group: FilterGroup) -> String {
        switch group {
        case .any: "any"
        case .all: "all"
        case .none: "none"
        case .atLeast(let count): "\(count) of"
        }
    }

    private static func comparison(_ values: [FilterValue], _ comparisons: [FilterComparison]) -> String {
        guard let first = values.first else { return "" }
        let writer = writer(values)
        let rest = zip(comparisons, values.dropFirst()).map { comparison, value in
            " \(comparison.rawValue) \(writer.operand(value, besides: first))"
        }
        return writer.text(first) + rest.joined()
    }

    /// `price 1..20`; with `in` where the ends are more than numbers or the value is more than a field.
    private static func range(_ value: FilterValue, _ range: FilterRange, isNegated: Bool) -> String {
        let ends = [range.lower, range.upper].compactMap(\.self)
        let writer = writer([value] + ends)
        let dots = range.excludesUpper ? "..<" : ".."
        let written = (range.lower.map(writer.text) ?? "") + dots + (range.upper.map(writer.text) ?? "")
        guard !isNegated else { return "\(writer.text(value)) not in \(written)" }
        let isPlain = value.isField && ends.allSatisfy(\.isPlainNumber)
        return "\(writer.text(value)) \(isPlain ? "" : "in ")\(written)"
    }

    /// The test that ends a stay, without its left side when that is the one of the test before it.
    private static func exit(_ exit: FilterNode, of test: FilterNode) -> String {
        guard case .compare(let values, let comparisons) = exit, let first = values.first, first == test.leftValue
        else {
            return text(of: exit)
        }
        let whole = comparison(values, comparisons)
        let left = writer(values).text(first)
        return String(whole.dropFirst(left.count + 1))
    }

    /// A writer for values that stand together.
    private static func writer(_ values: [FilterValue]) -> FilterValueWriter {
        FilterValueWriter(isTimed: values.contains { $0.isTime(writtenAsTime: false) })
    }

    // MARK: Numbers

    static func duration(_ seconds: Int, withMinutes: Bool) -> String {
        if seconds > 0, seconds % 86_400 == 0 { return "\(seconds / 86_400)d" }
        if seconds > 0, seconds % 3600 == 0 { return "\(seconds / 3600)h" }
        if seconds > 0, seconds % 60 == 0, withMinutes { return "\(seconds / 60)m" }
        return "\(seconds)s"
    }

    /// The shortest digits that read back as the same number, never with an exponent.
    static func decimal(_ number: Double) -> String {
        let written = number.description
        guard let mark = written.firstIndex(of: "e") else {
            return written.hasSuffix(".0") ? String(written.dropLast(2)) : written
        }
        let exponent = Int(written[written.index(after: mark)...]) ?? 0
        let mantissa = written[..<mark].split(separator: ".", omittingEmptySubsequences: false)
        let fraction = mantissa.count > 1 && mantissa[1] != "0" ? String(mantissa[1]) : ""
        let digits = String(mantissa[0]) + fraction
        let point = mantissa[0].count + exponent
        if point <= 0 { return "0." + String(repeating: "0", count: -point) + digits }
        if point >= digits.count { return digits + String(repeating: "0", count: point - digits.count) }
        return digits.prefix(point) + "." + digits.dropFirst(point)
    }
}
