// Looking at the next pieces, taking them, and saying what is wrong with them.

extension FilterReader {
    var current: FilterToken { tokens[min(at, tokens.count - 1)] }

    func ahead(_ count: Int) -> FilterToken { tokens[min(at + count, tokens.count - 1)] }

    /// The piece before the next one; nil at the beginning.
    var previous: FilterToken? { at > 0 ? tokens[min(at, tokens.count) - 1] : nil }

    func slice(_ lower: Int, _ upper: Int) -> String {
        let bytes = text.utf8
        let first = bytes.index(bytes.startIndex, offsetBy: lower)
        let last = bytes.index(first, offsetBy: upper - lower)
        return String(text[first..<last])
    }

    func slice(_ token: FilterToken) -> String { slice(token.lower, token.upper) }

    /// The next piece in lower case when it is a name, else empty.
    var word: String { wordAhead(0) }

    func wordAhead(_ count: Int) -> String { ahead(count).word }

    func isWord(_ word: String) -> Bool { self.word == word }

    func isSign(_ sign: FilterToken.Sign) -> Bool { current.kind == .sign(sign) }

    func isSignAhead(_ count: Int, _ sign: FilterToken.Sign) -> Bool { ahead(count).kind == .sign(sign) }

    mutating func takeWord(_ word: String) -> Bool {
        guard isWord(word) else { return false }
        at += 1
        return true
    }

    mutating func take(_ sign: FilterToken.Sign) -> Bool {
        guard isSign(sign) else { return false }
        at += 1
        return true
    }

    // MARK: Limits

    /// One level deeper; whoever calls it goes back up by itself.
    mutating func enter() throws(FilterDiagnostic) {
        depth += 1
        guard depth <= limits.depthMax else { throw tooDeep() }
    }

    /// A node on top of the tree read last.
    mutating func grow() throws(FilterDiagnostic) {
        height += 1
        nodeCount += 1
        guard height <= limits.depthMax else { throw tooDeep() }
        guard nodeCount <= limits.nodesMax else {
            throw limit("more than \(limits.nodesMax) parts; the limit nodes is \(limits.nodesMax)")
        }
    }

    /// A node with nothing below it.
    mutating func leaf() throws(FilterDiagnostic) {
        height = 0
        try grow()
    }

    private func tooDeep() -> FilterDiagnostic {
        limit("nested more than \(limits.depthMax) levels deep; the limit depth is \(limits.depthMax)")
    }

    /// A limit is no matter of what comes next: an error also at the end of the text.
    private func limit(_ message: String) -> FilterDiagnostic {
        if case .unreadable(let problem) = current.kind { return problem }
        return FilterDiagnostic(severity: .error, lower: current.lower, upper: current.upper, message: message)
    }

    // MARK: Saying what is wrong

    /// A failure about the next piece: incomplete when there is none.
    func failure(_ message: String, fix: FilterDiagnostic.Fix? = nil) -> FilterDiagnostic {
        failure(at: current, message, fix: fix)
    }

    func failure(
        at token: FilterToken,
        _ message: String,
        fix: FilterDiagnostic.Fix? = nil
    ) -> FilterDiagnostic {
        if case .unreadable(let problem) = token.kind { return problem }
        let severity: FilterDiagnostic.Severity = token.kind == .end ? .incomplete : .error
        return FilterDiagnostic(
            severity: severity,
            lower: token.lower,
            upper: token.upper,
            message: message,
            fix: fix
        )
    }

    /// Something must come here and does not: `expected a value after ">"`, `expected a value, found ")"`.
    func expected(_ what: String) -> FilterDiagnostic {
        let after = previous.map { " after \"\(shown($0))\"" } ?? ""
        guard current.kind != .end else { return failure("expected \(what)\(after)") }
        return failure("expected \(what)\(after), found \"\(shown(current))\"")
    }

    /// What ``expected(_:)`` says, and incomplete where one of these words is being typed.
    func expected(_ what: String, orBeginningOf words: String...) -> FilterDiagnostic {
        var problem = expected(what)
        if isTyped(0, words) { problem.severity = .incomplete }
        return problem
    }

    /// Whether the piece so far ahead ends the text and may become one of these words with the next keys.
    func isTyped(_ count: Int, _ words: [String]) -> Bool {
        let token = ahead(count)
        guard token.kind == .end || (token.kind == .name && ahead(count + 1).kind == .end) else { return false }
        return token.kind == .end || token.upper == text.utf8.count && words.contains { $0.hasPrefix(token.word) }
    }

    /// A piece as it is quoted in messages.
    func shown(_ token: FilterToken) -> String { slice(token).clipped }

    /// A condition has ended and something follows that can neither go on with it nor end it.
    func unexpected() -> FilterDiagnostic {
        let token = current
        let remove = FilterDiagnostic.Fix(lower: token.lower, upper: token.upper, replacement: "")
        switch token.kind {
        case .sign(.close): return failure("\")\" closes nothing; remove it", fix: remove)
        case .sign(.closeSet): return failure("\"]\" closes nothing; remove it", fix: remove)
        case .sign(.range), .sign(.halfOpenRange):
            return failure("a range stands directly behind its field: price 1..20")
        case .sign(.comma): return failure("\",\" has nothing to separate here; remove it", fix: remove)
        default: return failure("expected and, or, | or the end, found \"\(shown(token))\"")
        }
    }

    /// Takes the parenthesis that closes the one at an index of the pieces.
    mutating func close(_ opening: Int) throws(FilterDiagnostic) {
        guard !take(.close) else { return }
        if current.kind == .end {
            let end = current.upper
            let fix = FilterDiagnostic.Fix(lower: end, upper: end, replacement: ")")
            throw failure("expected \")\" for the \"(\" before", fix: fix)
        }
        throw isSign(.pipe)
            ? failure(
                "expected \")\" before \"|\"",
                fix: .init(lower: current.lower, upper: current.lower, replacement: ") ")
            )
            : unexpectedInside("\")\"")
    }

    /// Something inside parentheses or brackets neither goes on nor closes them.
    func unexpectedInside(_ closing: String) -> FilterDiagnostic {
        failure("expected \(closing), and or or, found \"\(shown(current))\"")
    }
}

extension String {
    /// At most 24 characters, for messages.
    var clipped: String { count <= 24 ? self : String(prefix(23)) + "…" }
}
