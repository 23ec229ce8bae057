// Tests: comparisons, ranges, sets, lists, texts, crossings, groups.

extension FilterReader {
    /// One test, or a bare value.
    mutating func test() throws(FilterDiagnostic) -> FilterPiece {
        let start = carried?.start ?? at
        let left: FilterPiece
        if let waiting = carried {
            (left, height, carried) = (waiting.piece, waiting.height, nil)
        } else if let special = try special() {
            return .node(special)
        } else {
            left = try sum(stopsBeforeRange: true)
        }
        guard case .value(let value) = left else { return left }
        switch current.kind {
        case .sign(.matches), .sign(.notMatches): return .node(try matching(value, start))
        case .sign(.range), .sign(.halfOpenRange): return .node(try range(of: value, isNegated: false, from: at))
        case .name where word == "crosses": return .node(try crossing(value))
        case .name where word == "in": return .node(try membership(value, start, isNegated: false))
        case .name where word == "not" && isRangeOrSet(1):
            at += 1
            return .node(try membership(value, start, isNegated: true))
        default: break
        }
        if isComparison { return .node(try comparison(value)) }
        return try juxtaposed(value)
    }

    /// Behind a value stands nothing that makes a test of it: a range without `in`, or the next test.
    private mutating func juxtaposed(_ value: FilterValue) throws(FilterDiagnostic) -> FilterPiece {
        guard startsValue, !isExit else { return .value(value) }
        let leftHeight = height
        let start = at
        let next = try sum(stopsBeforeRange: false)
        if case .value(let lower) = next, isSign(.range) || isSign(.halfOpenRange) {
            height = max(height, leftHeight)
            return .node(try range(of: value, isNegated: false, lower: lower, from: start))
        }
        carried = (next, start, height)
        height = leftHeight
        return .value(value)
    }

    private var isExit: Bool { isSign(.open) && wordAhead(1) == "exit" }

    // MARK: Comparisons

    var isComparison: Bool { comparisonSign != nil || isWord("is") }

    private var comparisonSign: FilterComparison? {
        guard case .sign(let sign) = current.kind else { return nil }
        return switch sign {
        case .equal, .equalEqual: .equal
        case .notEqual, .unequal: .notEqual
        case .less: .less
        case .lessOrEqual: .lessOrEqual
        case .greater: .greater
        case .greaterOrEqual: .greaterOrEqual
        default: nil
        }
    }

    private mutating func takeComparison() -> FilterComparison? {
        if takeWord("is") { return takeWord("not") ? .notEqual : .equal }
        guard let comparison = comparisonSign else { return nil }
        at += 1
        return comparison
    }

    private mutating func comparison(_ left: FilterValue) throws(FilterDiagnostic) -> FilterNode {
        var values = [left]
        var comparisons: [FilterComparison] = []
        var tallest = height
        let operatorToken = current
        while let comparison = takeComparison() {
            comparisons.append(comparison)
            values.append(try operand(besides: left))
            tallest = max(tallest, height)
        }
        if isSign(.range) || isSign(.halfOpenRange) {
            throw failure(
                "a range takes no comparison before it; leave out \"\(slice(operatorToken))\"",
                fix: comparisons.count > 1
                    ? nil
                    : FilterDiagnostic.Fix(lower: operatorToken.lower, upper: operatorToken.upper, replacement: "")
            )
        }
        height = tallest
        try grow()
        return .compare(inTime(values), comparisons)
    }

    /// The other side of a comparison: a bare word is a text where the left side is one.
    private mutating func operand(besides left: FilterValue) throws(FilterDiagnostic) -> FilterValue {
        if left.expectsText, let text = try bareText(inSet: false) { return text }
        return try value()
    }

    /// A word without quotes, with what hangs on to it by `-`: `BRK-B`; nil when none stands here.
    ///
    /// Words of the language count as texts in capitals, and anywhere in a set: `sym in [ALL, ON]`.
    private mutating func bareText(inSet: Bool) throws(FilterDiagnostic) -> FilterValue? {
        guard current.kind == .name, !(isSignAhead(1, .open) && !ahead(1).isApart) else { return nil }
        let isReserved = FilterToken.reserved.contains(word)
        guard !isReserved || inSet || slice(current) != word else { return nil }
        let first = current
        at += 1
        while isSign(.minus), !current.isApart, !ahead(1).isApart {
            switch ahead(1).kind {
            case .name, .number: at += 2
            default: throw expected("a word")
            }
        }
        let upper = tokens[at - 1].upper
        try leaf()
        return .text(slice(first.lower, upper), FilterSpan(first.lower, upper))
    }

    private mutating func matching(_ left: FilterValue, _ start: Int) throws(FilterDiagnostic) -> FilterNode {
        let isNegated = isSign(.notMatches)
        guard case .field(let field) = left else {
            throw failure("\"\(slice(current))\" needs a field on its left")
        }
        at += 1
        let token = current
        if case .text(let pattern) = token.kind {
            at += 1
            try leaf()
            return .matches(field, pattern: pattern, isNegated: isNegated, FilterSpan(token.lower, token.upper))
        }
        guard case .text(let pattern, let span)? = try bareText(inSet: false) else {
            throw expected("a pattern in quotes")
        }
        return .matches(field, pattern: pattern, isNegated: isNegated, span)
    }

    private mutating func crossing(_ left: FilterValue) throws(FilterDiagnostic) -> FilterNode {
        var tallest = height
        at += 1
        let isAbove = isWord("above")
        guard takeWord("above") || takeWord("below") else {
            throw expected("above or below", orBeginningOf: "above", "below")
        }
        let right = try value()
        tallest = max(tallest, height)
        let within = takeWord("within") ? try duration() : nil
        height = tallest
        try grow()
        let values = inTime([left, right])
        return .crosses(values[0], isAbove: isAbove, values[1], within: within)
    }

    // MARK: Ranges, sets, lists

    /// Whether a range, a set or a list stands so many pieces ahead, with or without `in`: `price not 1..20` and not
    /// `halted not etf`.
    private func isRangeOrSet(_ count: Int) -> Bool {
        if wordAhead(count) == "in" { return true }
        switch ahead(count).kind {
        case .sign(.range), .sign(.halfOpenRange), .time: return true
        case .number: return wordAhead(count + 1) != "of"
        case .sign(.minus):
            if case .number = ahead(count + 1).kind { return true }
            return false
        default: return false
        }
    }

    /// `in` and what follows; also a range without it.
    private mutating func membership(
        _ left: FilterValue,
        _ start: Int,
        isNegated: Bool
    ) throws(FilterDiagnostic) -> FilterNode {
        let isIn = takeWord("in")
        if isIn, isSign(.openSet) { return try set(left, isNegated: isNegated) }
        if isIn, case .list(let name) = current.kind {
            let token = current
            guard left.isSymbol else {
                throw failure("only sym can be in a list; write sym in \(slice(token))")
            }
            at += 1
            try leaf()
            return .inList(name, isNegated: isNegated, FilterSpan(token.lower, token.upper))
        }
        if isSign(.range) || isSign(.halfOpenRange) { return try range(of: left, isNegated: isNegated, from: at) }
        guard startsValue else { throw expected("a range, a set in [ ] or a list") }
        let leftHeight = height
        let lowerStart = at
        let lower = try value()
        height = max(height, leftHeight)
        guard isSign(.range) || isSign(.halfOpenRange) else { throw expected("..") }
        return try range(of: left, isNegated: isNegated, lower: lower, from: lowerStart)
    }

    private mutating func set(_ left: FilterValue, isNegated: Bool) throws(FilterDiagnostic) -> FilterNode {
        let opening = at
        at += 1
        valueDepth += 1
        var tallest = height
        var values: [FilterValue] = []
        repeat {
            guard values.count < limits.setMax else {
                throw failure(
                    at: tokens[opening],
                    "more than \(limits.setMax) values; the limit set is \(limits.setMax)"
                )
            }
            if left.expectsText, let text = try bareText(inSet: true) {
                values.append(text)
            } else {
                values.append(try value())
            }
            tallest = max(tallest, height)
        } while take(.comma)
        valueDepth -= 1
        guard take(.closeSet) else {
            guard current.kind == .end else { throw failure("expected \",\" or \"]\", found \"\(shown(current))\"") }
            let end = current.upper
            throw failure("expected \"]\" for the \"[\" before", fix: .init(lower: end, upper: end, replacement: "]"))
        }
        height = tallest
        try grow()
        let timed = inTime([left] + values)
        return .oneOf(timed[0], Array(timed.dropFirst()), isNegated: isNegated)
    }

    /// A range whose dots come next.
    private mutating func range(
        of left: FilterValue,
        isNegated: Bool,
        lower: FilterValue? = nil,
        from start: Int
    ) throws(FilterDiagnostic) -> FilterNode {
        var tallest = height
        let dots = current
        at += 1
        var upper: FilterValue?
        if hasUpperEnd(dots) {
            upper = try value()
            tallest = max(tallest, height)
        }
        let last = tokens[at - 1].upper
        guard lower != nil || upper != nil else { throw expected("the end of a range") }
        height = tallest
        try grow()
        let timed = inTime([left] + [lower, upper].compactMap(\.self))
        let timedLower = lower == nil ? nil : timed[1]
        let timedUpper = upper == nil ? nil : timed.last
        let excludesUpper = dots.kind == .sign(.halfOpenRange)
        if let timedLower, let timedUpper, timedLower.isAbove(timedUpper) {
            let meant = reversed(start, dots)
            throw FilterDiagnostic(
                severity: .error,
                lower: tokens[start].lower,
                upper: last,
                message: "the range is reversed; use \(meant)",
                fix: FilterDiagnostic.Fix(lower: tokens[start].lower, upper: last, replacement: meant)
            )
        }
        let range = FilterRange(lower: timedLower, upper: timedUpper, excludesUpper: excludesUpper)
        return .range(timed[0], range, isNegated: isNegated)
    }

    /// The range with its ends exchanged, as it was written.
    private func reversed(_ start: Int, _ dots: FilterToken) -> String {
        let low = slice(tokens[start].lower, dots.lower).trimmed
        let high = slice(dots.upper, tokens[at - 1].upper).trimmed
        return high + slice(dots) + low
    }

    /// Whether the dots have a value behind them: `1..20` and `1 .. 20`, but not `5.. rvol > 3`.
    private func hasUpperEnd(_ dots: FilterToken) -> Bool {
        guard startsValue else { return false }
        let isOpen = !dots.isApart && current.isApart
        guard isOpen else { return true }
        switch current.kind {
        case .number, .time: return true
        case .sign(.minus):
            if case .number = ahead(1).kind { return true }
            return false
        default: return false
        }
    }

    // MARK: Tests with words and names of their own

    /// Groups, `has`, `missing`, presets, lists; nil when none stands here.
    private mutating func special() throws(FilterDiagnostic) -> FilterNode? {
        let token = current
        switch token.kind {
        case .preset(let name):
            at += 1
            try leaf()
            return .preset(name, FilterSpan(token.lower, token.upper))
        case .list(let name):
            at += 1
            try leaf()
            return .inList(name, isNegated: false, FilterSpan(token.lower, token.upper))
        case .number(let count, .suffix(.none, _), isMoney: false) where wordAhead(1) == "of":
            at += 2
            let nodes = try group()
            guard count >= 1, count <= Double(nodes.count), count == count.rounded() else {
                throw failure(at: token, "expected a whole number from 1 to \(nodes.count), as many as there are tests")
            }
            return .group(.atLeast(Int(count)), nodes)
        case .name: return try specialWord()
        default: return nil
        }
    }

    private mutating func specialWord() throws(FilterDiagnostic) -> FilterNode? {
        let groups: [String: FilterGroup] = ["any": .any, "all": .all, "none": .none]
        let word = word
        if let kind = groups[word] {
            at += 1
            return .group(kind, try group())
        }
        guard word == "has" || word == "missing", isSignAhead(1, .open) else { return nil }
        at += 1
        let opening = at
        at += 1
        let field = try field()
        try close(opening)
        return .has(field, isNegated: word == "missing")
    }

    /// The tests of a group, in parentheses.
    private mutating func group() throws(FilterDiagnostic) -> [FilterNode] {
        guard isSign(.open) else { throw expected("\"(\" and tests with commas between") }
        let opening = at
        at += 1
        try enter()
        let outer = commaSeparates
        commaSeparates = true
        var nodes: [FilterNode] = []
        var tallest = 0
        repeat {
            nodes.append(try condition())
            tallest = max(tallest, height)
        } while take(.comma)
        commaSeparates = outer
        depth -= 1
        try close(opening)
        height = tallest
        try grow()
        return nodes
    }
}

extension String {
    /// Without blanks at either end.
    var trimmed: String {
        let isBlank: (Character) -> Bool = { $0.isWhitespace }
        let body = drop(while: isBlank)
        return String(body.reversed().drop(while: isBlank).reversed())
    }
}
