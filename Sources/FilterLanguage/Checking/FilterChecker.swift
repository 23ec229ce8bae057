import MarketData

/// Settles what a tree means: names become columns, units numbers, presets their texts; says what does not fit.
///
/// A part that is wrong is nil, and has been reported; the others are still looked at, so that all is said at once.
struct FilterChecker {
    let scope: FilterScope
    /// Bytes of the text, for places between names; empty for trees without one.
    let bytes: [UInt8]
    /// What there is to say, in the order it was found.
    private(set) var diagnostics: [FilterDiagnostic] = []
    /// Patterns compiled so far.
    private(set) var patterns: [Pattern] = []
    /// Presets being read, the outermost first.
    private(set) var presets: [String] = []

    private var patternByText: [String: Int] = [:]
    /// Where the outermost preset stands: what is said about its inside is said there.
    private var anchor: FilterSpan?
    private var depth = 0
    private var nodeCount = 0
    /// A limit was passed: nothing more is said.
    private var isExhausted = false

    init(text: String, scope: FilterScope) {
        self.scope = scope
        bytes = Array(text.utf8)
    }

    // MARK: Saying

    /// Adds something to say; about the inside of a preset it is said at the preset.
    mutating func report(
        _ severity: FilterDiagnostic.Severity,
        at span: FilterSpan?,
        _ message: String,
        fix: FilterDiagnostic.Fix? = nil
    ) {
        guard !isExhausted else { return }
        var severity = severity
        var span = span ?? FilterSpan(0, bytes.count)
        var (message, fix) = (message, fix)
        if let anchor, let name = presets.last {
            span = anchor
            (message, fix) = ("in $\(name): \(message)", nil)
            if severity == .incomplete { severity = .error }
        }
        let lower = min(max(span.lower, 0), bytes.count)
        let upper = min(max(span.upper, lower), bytes.count)
        if let known = fix, known.lower < 0 || known.upper < known.lower || known.upper > bytes.count { fix = nil }
        diagnostics.append(
            FilterDiagnostic(severity: severity, lower: lower, upper: upper, message: message, fix: fix)
        )
    }

    /// The first byte behind a place that is no blank: where the operator stands.
    func following(_ span: FilterSpan) -> FilterSpan {
        var lower = min(max(span.upper, 0), bytes.count)
        while lower < bytes.count, bytes[lower] == 32 || bytes[lower] == 9 || bytes[lower] == 10 { lower += 1 }
        return FilterSpan(lower, bytes.count)
    }

    /// Whether a place ends the text, so that more may come.
    func endsText(_ span: FilterSpan) -> Bool { anchor == nil && following(span).lower == bytes.count }

    // MARK: Conditions

    /// A node with all below it; nil when something in it is wrong.
    mutating func test(_ node: FilterNode) -> CheckedTest? {
        guard enter(node) else { return nil }
        defer { depth -= 1 }
        switch node {
        case .and(let nodes):
            guard let tests = tests(nodes) else { return nil }
            doubt(nodes, tests, areAlternatives: false)
            return .and(tests)
        case .or(let nodes):
            guard let tests = tests(nodes) else { return nil }
            doubt(nodes, tests, areAlternatives: true)
            return .or(tests)
        case .not(let node): return test(node).map { .not($0) }
        case .group(let group, let nodes): return self.group(group, nodes)
        case .compare(let values, let comparisons): return comparison(values, comparisons, node)
        case .range(let value, let range, let isNegated):
            return self.range(value, range, node).map { isNegated ? .not($0) : $0 }
        case .oneOf(let value, let values, let isNegated):
            return set(value, values).map { isNegated ? .not($0) : $0 }
        case .inList(let name, let isNegated, let span): return list(name, span).map { isNegated ? .not($0) : $0 }
        case .matches(let field, let pattern, let isNegated, let span):
            return matches(field, pattern, span).map { isNegated ? .not($0) : $0 }
        case .crosses(let left, let isAbove, let right, let seconds):
            return crossing(left, isAbove, right, seconds, node)
        case .held(let inner, let seconds):
            guard let test = test(inner), isAllowed(seconds, "for", node.place) else { return nil }
            return .held(test, seconds: seconds)
        case .sticky(let inner, let exit):
            let (test, exitTest) = (test(inner), test(exit))
            guard let test, let exitTest else { return nil }
            return .sticky(test, exit: exitTest)
        case .flag(let field): return flag(field)
        case .preset(let name, let span): return preset(name, span)
        case .has(let field, let isNegated): return known(field).map { isNegated ? .not($0) : $0 }
        }
    }

    private mutating func tests(_ nodes: [FilterNode]) -> [CheckedTest]? {
        var tests: [CheckedTest] = []
        for node in nodes {
            if let test = test(node) { tests.append(test) }
        }
        return tests.count == nodes.count ? tests : nil
    }

    private mutating func group(_ group: FilterGroup, _ nodes: [FilterNode]) -> CheckedTest? {
        guard let tests = tests(nodes) else { return nil }
        switch group {
        case .any: return .or(tests)
        case .all: return .and(tests)
        case .none: return .not(.or(tests))
        case .atLeast(let count):
            guard count >= 1, count <= tests.count else {
                report(
                    .error,
                    at: FilterSpan.joined(nodes.map(\.place)),
                    "\(count) of \(tests.count) tests cannot be; use 1 to \(tests.count)"
                )
                return nil
            }
            return .atLeast(count, tests)
        }
    }

    /// Counts a node; false when a limit is passed, which is said once.
    private mutating func enter(_ node: FilterNode) -> Bool { enter(at: node.place) }

    /// Counts a value; ``leaveValue()`` goes with it.
    mutating func enterValue(_ value: FilterValue) -> Bool { enter(at: value.place) }

    /// Ends what ``enterValue(_:)`` began.
    mutating func leaveValue() { depth -= 1 }

    private mutating func enter(at place: @autoclosure () -> FilterSpan?) -> Bool {
        guard !isExhausted else { return false }
        (depth, nodeCount) = (depth + 1, nodeCount + 1)
        let limits = scope.limits
        guard depth > limits.depthMax || nodeCount > limits.nodesMax else { return true }
        let problem =
            depth > limits.depthMax
            ? "nested more than \(limits.depthMax) levels deep with its presets; the limit depth is \(limits.depthMax)"
            : "more than \(limits.nodesMax) parts with its presets; the limit nodes is \(limits.nodesMax)"
        report(.error, at: place(), problem)
        isExhausted = true
        depth -= 1
        return false
    }

    // MARK: Presets, lists, patterns

    private mutating func preset(_ name: String, _ span: FilterSpan) -> CheckedTest? {
        if let first = presets.firstIndex(of: name) {
            let chain = (presets[first...] + [name]).enumerated().map { $0.offset == 0 ? $0.element : "$\($0.element)" }
            let cycle = "preset \(chain.joined(separator: " refers to ")) (cycle)"
            // The chain says by itself where it is.
            let outer = presets
            presets = []
            let place = anchor ?? span
            anchor = nil
            report(.error, at: place, cycle)
            (presets, anchor) = (outer, place)
            return nil
        }
        guard let text = scope.presets[name] else {
            let near = NearestName.of(name, among: scope.presets.keys.sorted())
            let fix = near.map { FilterDiagnostic.Fix(lower: span.lower, upper: span.upper, replacement: "$\($0)") }
            let advice = near.map { "; did you mean $\($0)?" } ?? ""
            report(.error, at: span, "no preset $\(name)\(advice)", fix: fix)
            return nil
        }
        let outer = anchor
        presets.append(name)
        anchor = outer ?? span
        defer {
            presets.removeLast()
            anchor = outer
        }
        let parsed = FilterParser.parse(text, limits: scope.limits)
        guard let query = parsed.query else {
            for problem in parsed.diagnostics where problem.severity != .warning {
                report(.error, at: span, problem.message)
            }
            return nil
        }
        guard let condition = query.condition else { return .constant(true) }
        return test(condition)
    }

    private mutating func list(_ name: String, _ span: FilterSpan) -> CheckedTest? {
        guard !scope.lists.contains(name) else { return .onList(name) }
        let near = NearestName.of(name, among: scope.lists.sorted())
        let fix = near.map { FilterDiagnostic.Fix(lower: span.lower, upper: span.upper, replacement: "@\($0)") }
        let advice = near.map { "; did you mean @\($0)?" } ?? ""
        report(.error, at: span, "no list @\(name)\(advice)", fix: fix)
        return nil
    }

    private mutating func matches(_ field: FilterField, _ pattern: String, _ span: FilterSpan) -> CheckedTest? {
        guard let column = column(field) else { return nil }
        guard column.kind == .text else {
            report(.error, at: field.span, "\(field.shown) is \(column.phrase); ~ works on texts only")
            return nil
        }
        guard pattern.utf8.count <= scope.limits.patternBytesMax else {
            let most = scope.limits.patternBytesMax
            report(.error, at: span, "the pattern has \(pattern.utf8.count) bytes; the limit patternBytes is \(most)")
            return nil
        }
        if let known = patternByText[pattern] { return .text(Self.question(column.id, known)) }
        do throws(PatternProblem) {
            patterns.append(try Pattern(pattern, memoryMax: scope.limits.patternMemoryMax))
        } catch {
            report(.error, at: span, "regex: \(error.reason)")
            return nil
        }
        patternByText[pattern] = patterns.count - 1
        return .text(Self.question(column.id, patterns.count - 1))
    }

    private static func question(_ column: ColumnID, _ pattern: Int) -> CheckedText {
        CheckedText(column: column, fallback: nil, question: .matches(pattern: pattern))
    }

    // MARK: Fields

    /// The column of a field that may be used here; nil when it may not, which is said.
    mutating func column(_ field: FilterField) -> ColumnDescriptor? {
        let column: ColumnDescriptor
        do throws(FilterDiagnostic) {
            column = try FieldLookup.resolve(field)
        } catch {
            // The beginning of a name at the end of the text is not wrong yet.
            let isBeginning = endsText(field.span) && field.argument == nil && Self.begins(field.name)
            report(isBeginning ? .incomplete : .error, at: field.span, error.message, fix: error.fix)
            return nil
        }
        if let reason = scope.unavailable[column.id] {
            report(.error, at: field.span, "\(field.shown) cannot be used here: \(reason)")
            return nil
        }
        return column
    }

    private static func begins(_ name: String) -> Bool {
        ColumnDescriptor.all.contains { column in
            column.id.rawValue.hasPrefix(name) || column.aliases.contains { $0.hasPrefix(name) }
        }
    }

    private mutating func flag(_ field: FilterField) -> CheckedTest? {
        if field.isTimeOfDay {
            let severity: FilterDiagnostic.Severity = endsText(field.span) ? .incomplete : .error
            report(severity, at: field.span, "time is a time of day; compare it, as in time in 9:30..10:00")
            return nil
        }
        guard let column = column(field) else { return nil }
        switch column.kind {
        case .flag: return .flag(column.id)
        case .strip:
            report(.error, at: field.span, "\(field.shown) can be shown, not asked for")
        case .number, .text:
            let example = column.kind == .text ? "\(field.shown) = \"…\"" : "\(field.shown) > 5"
            let severity: FilterDiagnostic.Severity = endsText(field.span) ? .incomplete : .error
            report(severity, at: field.span, "\(field.shown) is \(column.phrase); compare it, as in \(example)")
        }
        return nil
    }

    private mutating func known(_ field: FilterField) -> CheckedTest? {
        if field.isTimeOfDay { return .constant(true) }
        guard let column = column(field) else { return nil }
        switch column.kind {
        case .number, .flag: return .isKnown(.column(column.id))
        case .text: return .text(CheckedText(column: column.id, fallback: nil, question: .isKnown))
        case .strip:
            report(.error, at: field.span, "\(field.shown) can be shown, not asked for")
            return nil
        }
    }

    /// Whether a duration is within the limit, which is said when not.
    mutating func isAllowed(_ seconds: Int, _ word: String, _ place: FilterSpan?) -> Bool {
        let most = scope.limits.durationMax
        guard seconds > most || seconds < 0 else { return true }
        report(.error, at: place, "\(word) takes at most \(most) s; the limit duration is \(most)")
        return false
    }
}

extension FilterField {
    /// The field as it was typed.
    var shown: String { argument.map { "\(name)(\($0))" } ?? name }

    /// Whether it is the time of day, which is no column.
    var isTimeOfDay: Bool { name == "time" && argument == nil }
}

extension ColumnDescriptor {
    /// What the column is, after "is".
    var phrase: String {
        switch kind {
        case .number: unit.phrase
        case .flag: "a yes/no field"
        case .text: "a text"
        case .strip: "a picture"
        }
    }
}
