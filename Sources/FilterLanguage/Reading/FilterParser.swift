/// Reads texts into trees, by recursive descent.
///
/// `or` binds weakest, then `and` (also `,` and nothing at all), `not`, `for` and `(exit …)`, comparisons, `+ -`, `* /`,
/// a sign, `??`. A parenthesis may hold a condition or a value; which one shows when it has been read, so that nothing is
/// read twice and the time grows with the length only.
package enum FilterParser {
    /// Reads a text; the query is nil exactly when something is wrong or missing, and then the diagnostics say what.
    ///
    /// Names are not looked up, but a text column decides that a bare word after it is a text, and a column of time that
    /// `m` means minutes.
    package static func parse(
        _ text: String,
        limits: FilterLimits
    ) -> (query: FilterQuery?, diagnostics: [FilterDiagnostic]) {
        do throws(FilterDiagnostic) {
            try checkLength(text, limits)
            var reader = FilterReader(text: text, limits: limits)
            return (try reader.query(), [])
        } catch {
            return (nil, [error])
        }
    }

    private static func checkLength(_ text: String, _ limits: FilterLimits) throws(FilterDiagnostic) {
        let count = text.utf8.count
        guard count > limits.bytesMax else { return }
        var first = max(0, limits.bytesMax)
        while first > 0, !isBoundary(first, in: text) { first -= 1 }
        throw FilterDiagnostic(
            severity: .error,
            lower: first,
            upper: count,
            message: "the text has \(count) bytes; the limit bytes is \(limits.bytesMax)"
        )
    }

    private static func isBoundary(_ byte: Int, in text: String) -> Bool {
        String.Index(text.utf8.index(text.utf8.startIndex, offsetBy: byte), within: text.unicodeScalars) != nil
    }
}

/// What has been read: a value until something makes a test of it.
enum FilterPiece {
    case value(FilterValue)
    case node(FilterNode)
}

/// Where the reading of a text stands.
struct FilterReader {
    let text: String
    let tokens: [FilterToken]
    let limits: FilterLimits
    /// The next piece.
    var at = 0
    /// Nesting of what is being read.
    var depth = 0
    /// Height of the tree read last, in nodes: also chains like `a + b + c` grow it.
    var height = 0
    /// Nodes read so far.
    var nodeCount = 0
    /// Inside a group a comma separates its tests; elsewhere it is `and`.
    var commaSeparates = false
    /// Sets and arguments around what is being read: there a comma asks for a value.
    var valueDepth = 0
    /// A value that has been read and turned out to begin the next test, with where it began and its height.
    var carried: (piece: FilterPiece, start: Int, height: Int)?
    /// First bytes of numbers written with a small `m`.
    var smallMs: Set<Int> = []

    init(text: String, limits: FilterLimits) {
        self.text = text
        self.limits = limits
        tokens = FilterLexer.tokens(text)
    }

    mutating func query() throws(FilterDiagnostic) -> FilterQuery {
        var query = FilterQuery(condition: nil)
        if current.kind != .end, !isSign(.pipe) { query.condition = try condition() }
        var done: Set<String> = []
        while take(.pipe) { try pipe(&query, &done) }
        guard current.kind == .end else { throw unexpected() }
        return query
    }

    // MARK: Conditions

    /// A whole condition, as it stands in parentheses and in front of the pipes.
    mutating func condition() throws(FilterDiagnostic) -> FilterNode {
        let start = carried?.start ?? at
        let piece = try alternatives()
        return try node(piece, from: start)
    }

    /// `a or b`; a value when nothing makes a test of it.
    mutating func alternatives() throws(FilterDiagnostic) -> FilterPiece {
        let start = carried?.start ?? at
        let first = try conjunction()
        guard isWord("or") || isSign(.or) else { return first }
        var nodes = [try node(first, from: start)]
        var tallest = height
        while takeWord("or") || take(.or) {
            let start = at
            let term = try conjunction()
            nodes.append(try node(term, from: start))
            tallest = max(tallest, height)
        }
        height = tallest
        try grow()
        return .node(.or(nodes))
    }

    /// `a and b`, `a, b`, `a b`.
    private mutating func conjunction() throws(FilterDiagnostic) -> FilterPiece {
        let start = carried?.start ?? at
        let first = try negation()
        let end = at
        guard anotherFollows() else { return first }
        var nodes = [try node(first, from: start, to: end)]
        var tallest = height
        repeat {
            let start = carried?.start ?? at
            let term = try negation()
            nodes.append(try node(term, from: start))
            tallest = max(tallest, height)
        } while anotherFollows()
        height = tallest
        try grow()
        return .node(.and(nodes))
    }

    /// Whether another term of an `and` comes; takes the word or the comma between.
    private mutating func anotherFollows() -> Bool {
        if carried != nil || takeWord("and") || take(.and) { return true }
        if !commaSeparates, take(.comma) { return true }
        return startsTest
    }

    private var startsTest: Bool {
        switch current.kind {
        case .name: !FilterToken.reserved.contains(word) || ["not", "any", "all", "none"].contains(word)
        case .number, .time, .text, .preset, .list: true
        case .sign(let sign): sign == .open || sign == .not
        case .end, .unreadable: false
        }
    }

    private mutating func negation() throws(FilterDiagnostic) -> FilterPiece {
        guard carried == nil, takeWord("not") || take(.not) else { return try lasting() }
        try enter()
        let start = at
        let piece = try negation()
        let inner = try node(piece, from: start)
        depth -= 1
        try grow()
        return .node(.not(inner))
    }

    /// A test with what follows it: `for 3m`, `(exit < 2)`.
    private mutating func lasting() throws(FilterDiagnostic) -> FilterPiece {
        let start = carried?.start ?? at
        var piece = try test()
        while carried == nil {
            if takeWord("for") {
                let held = try node(piece, from: start, to: at - 1)
                let tallest = height
                let seconds = try duration()
                height = tallest
                try grow()
                piece = .node(.held(held, seconds: seconds))
            } else if isSign(.open), wordAhead(1) == "exit" {
                let test = try node(piece, from: start)
                piece = .node(try sticky(test))
            } else {
                break
            }
        }
        return piece
    }

    /// `(exit test)`, and `(exit < 2)` with the value of the test before it.
    private mutating func sticky(_ test: FilterNode) throws(FilterDiagnostic) -> FilterNode {
        let tallest = height
        let opening = at
        at += 2
        try enter()
        let outer = commaSeparates
        commaSeparates = false
        if isComparison {
            guard let left = test.leftValue else {
                throw failure("expected a whole test after exit: there is no single value before it to compare")
            }
            carried = (.value(left), at, tallest)
        }
        let exit = try condition()
        commaSeparates = outer
        depth -= 1
        try close(opening)
        height = max(tallest, height)
        try grow()
        return .sticky(test, exit: exit)
    }

    /// A test of what has been read, from one piece up to another: a bare field is a flag, a bare number is nothing.
    func node(_ piece: FilterPiece, from start: Int, to end: Int? = nil) throws(FilterDiagnostic) -> FilterNode {
        switch piece {
        case .node(let node): return node
        case .value(.field(let field)): return .flag(field)
        case .value(let value):
            let behind = carried?.start ?? end ?? at
            let next = tokens[behind]
            switch next.kind {
            case .end, .unreadable: throw failure(at: next, "expected a comparison or a range")
            default: break
            }
            // The beginning of `2 of (…)`.
            let isTyped = next.word == "o" && next.upper == text.utf8.count
            let (lower, upper) = (tokens[start].lower, tokens[max(start, behind - 1)].upper)
            throw FilterDiagnostic(
                severity: isTyped ? .incomplete : .error,
                lower: lower,
                upper: upper,
                message: "\"\(slice(lower, upper).clipped)\" is no test; \(Self.advice(value))"
            )
        }
    }

    private static func advice(_ value: FilterValue) -> String {
        switch value {
        case .text: "a text needs a field and = or ~ before it"
        case .number, .duration, .timeOfDay: "expected a comparison or a range, such as price > 5 or price 1..20"
        default: "expected a comparison or a range with it"
        }
    }
}

extension FilterNode {
    /// The value a test is about; nil when there is none or more than one test.
    var leftValue: FilterValue? {
        switch self {
        case .compare(let values, _): values.first
        case .range(let value, _, _), .oneOf(let value, _, _), .crosses(let value, _, _, _): value
        case .held(let node, _), .sticky(let node, _): node.leftValue
        case .flag(let field): .field(field)
        case .and, .or, .not, .group, .inList, .matches, .preset, .has: nil
        }
    }
}
