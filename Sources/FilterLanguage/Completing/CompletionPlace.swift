import MarketData

/// A cursor in a text: the word it is at, and what may stand there.
struct CompletionPlace {
    /// What may stand at a place.
    enum Expectation: Hashable {
        /// A test: fields, groups, presets, lists.
        case test
        /// A value: fields and functions over them.
        case value
        /// Behind something complete: words that go on with it, or the next test.
        case next
        /// A field alone.
        case field
        /// A column to show, also one that cannot be filtered by.
        case column
        /// The word behind `|`.
        case pipe
        /// `above` or `below`.
        case side
        /// `@name`.
        case list
        /// `$name`.
        case preset
        /// A text of this column.
        case text(ColumnID)
        /// The window of the field of this name.
        case window(String)
        /// A time.
        case duration
        /// Nothing that could be offered.
        case nothing
    }

    /// First byte of the word at the cursor.
    let lower: Int
    /// One after its last byte; behind the cursor when that is inside the word.
    let upper: Int
    /// The word up to the cursor, with its `$`, `@` or quote.
    let typed: String
    /// Whether the word ends at the cursor.
    let isAtWordEnd: Bool
    /// What may stand there.
    let expectation: Expectation

    /// The place of a byte; nil inside a comment.
    init?(_ text: String, at byte: Int) {
        let bytes = Array(text.utf8)
        var cursor = min(max(0, byte), bytes.count)
        // A cursor inside a character is one in front of it.
        while cursor > 0, cursor < bytes.count, bytes[cursor] & 0xC0 == 0x80 { cursor -= 1 }
        let before = String(decoding: bytes[..<cursor], as: UTF8.self)
        var tokens = FilterLexer.tokens(before)
        if tokens.count == 1, Self.isComment(before) { return nil }
        let last = tokens.removeLast()
        var word = tokens.last.flatMap { $0.upper == cursor && Self.isWord($0) ? $0 : nil }
        if let touched = tokens.last, touched.upper == cursor, Self.isNumber(touched) { word = touched }
        if word != nil { tokens.removeLast() }
        if case .unreadable = last.kind { word = last }
        lower = word?.lower ?? cursor
        typed = String(decoding: bytes[lower..<cursor], as: UTF8.self)
        var end = cursor
        if word != nil { while end < bytes.count, Self.continuesWord(bytes[end]) { end += 1 } }
        upper = end
        isAtWordEnd = end == cursor
        expectation = Self.expectation(after: tokens, before, word: word)
    }

    private static func isComment(_ text: String) -> Bool {
        let line = text.split(separator: "\n", omittingEmptySubsequences: false).last ?? ""
        return line.drop { $0 == " " || $0 == "\t" }.first == "#"
    }

    private static func isWord(_ token: FilterToken) -> Bool {
        switch token.kind {
        case .name, .preset, .list: true
        default: false
        }
    }

    private static func isNumber(_ token: FilterToken) -> Bool {
        switch token.kind {
        case .number, .time, .text: true
        default: false
        }
    }

    private static func continuesWord(_ byte: UInt8) -> Bool {
        (0x41...0x5A).contains(byte & 0xDF) || (0x30...0x39).contains(byte) || byte == UInt8(ascii: "_")
            || byte == UInt8(ascii: "%")
    }

    // MARK: What may stand there

    private static func expectation(
        after tokens: [FilterToken],
        _ text: String,
        word: FilterToken?
    ) -> Expectation {
        let isQuote = word.map { text.utf8.dropFirst($0.lower).first == UInt8(ascii: "\"") } ?? false
        if let word, !isQuote {
            let mark = text.utf8.dropFirst(word.lower).first
            if mark == UInt8(ascii: "@") { return .list }
            if mark == UInt8(ascii: "$") { return .preset }
            if case .unreadable = word.kind { return .nothing }
        }
        let found = plainExpectation(tokens)
        // Nothing hangs on to a number but its unit; only windows are names that begin with digits.
        if let word, isNumber(word) {
            if case .window = found { return found }
            return .nothing
        }
        if isQuote {
            if case .text = found { return found }
            return .nothing
        }
        return found
    }

    private static func plainExpectation(_ tokens: [FilterToken]) -> Expectation {
        if let bar = tokens.lastIndex(where: { $0.kind == .sign(.pipe) }) { return pipe(Array(tokens[(bar + 1)...])) }
        guard let last = tokens.last else { return .test }
        switch last.kind {
        case .number, .time, .text, .preset, .list: return .next
        case .name: return behind(last.word, tokens)
        case .sign(let sign): return behind(sign, tokens)
        case .end, .unreadable: return .nothing
        }
    }

    private static func behind(_ word: String, _ tokens: [FilterToken]) -> Expectation {
        switch word {
        case "and", "or", "not", "exit":
            return word == "not" && isComparing(tokens.dropLast()) ? compared(tokens) : .test
        case "any", "all", "none", "of": return .nothing
        case "in": return column(tokens.count - 2, tokens)?.id == .symbol ? .list : .value
        case "is": return compared(tokens)
        case "crosses": return .side
        case "above", "below": return .value
        case "for", "within": return .duration
        default: return .next
        }
    }

    private static func behind(_ sign: FilterToken.Sign, _ tokens: [FilterToken]) -> Expectation {
        switch sign {
        case .and, .or, .not: return .test
        case .equal, .equalEqual, .notEqual, .unequal: return compared(tokens)
        case .less, .lessOrEqual, .greater, .greaterOrEqual, .plus, .minus, .times, .over, .fallback, .range,
            .halfOpenRange:
            return .value
        case .openSet: return compared(tokens)
        case .comma: return set(tokens) ?? .test
        case .open: return opened(tokens)
        case .close, .closeSet, .percent: return .next
        case .matches, .notMatches, .pipe: return .nothing
        }
    }

    private static func isComparing(_ tokens: ArraySlice<FilterToken>) -> Bool { tokens.last?.word == "is" }

    /// The other side of a comparison whose operator, or the `[` of whose set, comes last.
    private static func compared(_ tokens: [FilterToken]) -> Expectation {
        let place = tokens.lastIndex { token in
            if case .sign = token.kind { return false }
            return !["is", "not", "in"].contains(token.word)
        }
        guard let place, let column = column(place, tokens) else { return .value }
        return column.kind == .text ? .text(column.id) : .value
    }

    /// Inside an open `[`; nil outside.
    private static func set(_ tokens: [FilterToken]) -> Expectation? {
        guard let open = tokens.lastIndex(where: { $0.kind == .sign(.openSet) }),
            !tokens[open...].contains(where: { $0.kind == .sign(.closeSet) })
        else { return nil }
        return compared(Array(tokens[...open]))
    }

    /// Behind a `(`: the window of a field, the field of `has`, a value of a function, or a test.
    private static func opened(_ tokens: [FilterToken]) -> Expectation {
        guard let last = tokens.last, let name = tokens.dropLast().last, !name.word.isEmpty else { return .test }
        if name.word == "has" || name.word == "missing" { return .field }
        if FilterFunction(rawValue: name.word) != nil { return .value }
        guard !last.isApart, !FilterToken.reserved.contains(name.word) else { return .test }
        return .window(name.word)
    }

    private static func pipe(_ tokens: [FilterToken]) -> Expectation {
        guard let pipe = tokens.first else { return .pipe }
        guard let last = tokens.last, last.kind == .sign(.comma) || tokens.count == 1 else { return .nothing }
        switch pipe.word {
        case "sort": return .field
        case "cols": return .column
        default: return .nothing
        }
    }

    private static func column(_ place: Int, _ tokens: [FilterToken]) -> ColumnDescriptor? {
        guard tokens.indices.contains(place) else { return nil }
        // `not` stands between the field and `in`.
        let token = tokens[place].word == "not" && place > 0 ? tokens[place - 1] : tokens[place]
        return token.word.isEmpty ? nil : FieldLookup.column(of: FilterField(name: token.word))
    }
}
