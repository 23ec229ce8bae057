/// A column of texts: a code per row into the distinct texts, so that a test looks at each text once and not at each row.
package struct TextColumn: Hashable, Sendable {
    /// The code of a row without text.
    package static let missing: Int32 = -1

    /// The distinct texts, cleaned of control characters; untrusted otherwise.
    package private(set) var texts: [String] = []
    /// Per row an index into `texts`, or ``missing``.
    package private(set) var codes: [Int32] = []
    /// Grows with every text that is new: what has been worked out per text stands while it does not change.
    package private(set) var version: UInt64 = 0
    private var codeByText: [String: Int32] = [:]

    /// A column without rows.
    package init() {}

    /// A column of these texts, one per row; nil is missing.
    package init(_ rows: [String?]) {
        for text in rows { append(text) }
    }

    /// Adds a row; nil and an empty text are missing.
    package mutating func append(_ text: String?) { codes.append(code(of: text)) }

    /// Replaces a row's text; nil and an empty text are missing.
    package mutating func set(_ row: Int, _ text: String?) { codes[row] = code(of: text) }

    /// A row's text; nil when missing or beyond the rows there are.
    package subscript(row: Int) -> String? {
        guard codes.indices.contains(row), codes[row] >= 0 else { return nil }
        return texts[Int(codes[row])]
    }

    private mutating func code(of text: String?) -> Int32 {
        guard let text, !text.isEmpty else { return Self.missing }
        if let known = codeByText[text] { return known }
        let code = Int32(texts.count)
        texts.append(text)
        codeByText[text] = code
        version += 1
        return code
    }
}
