/// Where keys and values stand in a TOML text.
///
/// TOMLKit gives positions for syntax errors only, so this walks the text once more. It expects a text that has been
/// parsed already: on anything else it returns what it has found so far and never traps.
struct TOMLPositions {
    /// Line and column of a character, both from 1; columns count Unicode scalars, as the parser's do.
    struct Point: Equatable {
        var line: Int
        var column: Int
    }

    /// Dotted path of a key → where the key begins.
    ///
    /// The first mention counts.
    private(set) var keys: [String: Point] = [:]
    /// Dotted path of a key → where its value begins.
    private(set) var values: [String: Point] = [:]
    /// The first place where a table's name or an array's element begins with a character that none begins with.
    ///
    /// toml++ asserts on such a text instead of refusing it (seen in 3.2), so it must not get to see one.
    private(set) var badStart: Point?

    private var rest: Substring.UnicodeScalarView
    private var here = Point(line: 1, column: 1)
    /// Nesting of inline tables and arrays that is followed; the parser itself allows 256.
    private static let depthMax = 300

    /// Walks the text.
    init(_ text: String) {
        rest = text[...].unicodeScalars
        walk()
        rest = ""[...].unicodeScalars
    }

    /// Where a character first stands; nil when it does not.
    static func point(ofFirst scalar: Unicode.Scalar, in text: String) -> Point? {
        var point = Point(line: 1, column: 1)
        for next in text.unicodeScalars {
            if next == scalar { return point }
            point =
                next == "\n"
                ? Point(line: point.line + 1, column: 1) : Point(line: point.line, column: point.column + 1)
        }
        return nil
    }

    private mutating func walk() {
        var table: [String] = []
        while true {
            skipBlank(newlines: true)
            guard let next = rest.first else { return }
            if next == "[" {
                table = readHeader()
            } else {
                let before = here
                readPair(in: table, depth: 0)
                // No progress means the text is not TOML after all.
                if here == before { return }
            }
        }
    }

    private mutating func readHeader() -> [String] {
        advance()
        skipSpaces()
        if rest.first == "[" { advance() }
        skipSpaces()
        let start = here
        if let next = rest.first, !Self.mayFollowBracket(next), badStart == nil { badStart = here }
        let path = readPath()
        note(path, at: start)
        while let next = rest.first, next != "\n" { advance() }
        return path
    }

    private static func mayFollowBracket(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "a"..."z", "A"..."Z", "0"..."9", "-", "_", "\"", "'", "]": true
        default: false
        }
    }

    private mutating func readPair(in table: [String], depth: Int) {
        let start = here
        let path = table + readPath()
        note(path, at: start)
        skipBlank(newlines: false)
        guard rest.first == "=" else { return }
        advance()
        skipBlank(newlines: false)
        let name = path.joined(separator: ".")
        if values[name] == nil { values[name] = here }
        skipValue(path, depth: depth)
    }

    /// Notes a key and the tables that its dots imply.
    private mutating func note(_ path: [String], at point: Point) {
        // A path as deep as the parser allows would otherwise cost its length squared.
        for length in 1...max(1, min(path.count, 8)) {
            let name = path.prefix(length).joined(separator: ".")
            if keys[name] == nil { keys[name] = point }
        }
    }

    /// A dotted key; quoted parts without their quotes (escapes stay as written: no known key has any).
    private mutating func readPath() -> [String] {
        var path: [String] = []
        while true {
            skipBlank(newlines: false)
            var part = String.UnicodeScalarView()
            if let quote = rest.first, quote == "\"" || quote == "'" {
                advance()
                while let next = rest.first, next != quote, next != "\n" {
                    part.append(next)
                    advance()
                    // An escaped quote does not end the key.
                    if next == "\\", quote == "\"", let escaped = rest.first, escaped != "\n" {
                        part.append(escaped)
                        advance()
                    }
                }
                advance()
            } else {
                while let next = rest.first, !Self.endsBareKey.contains(next) {
                    part.append(next)
                    advance()
                }
            }
            path.append(String(part))
            skipBlank(newlines: false)
            guard rest.first == "." else { return path }
            advance()
        }
    }

    private static let endsBareKey: Set<Unicode.Scalar> = [
        ".", "=", "]", " ", "\t", "\n", "\r", "#", ",", "}", "{", "[",
    ]

    private mutating func skipValue(_ path: [String], depth: Int) {
        guard depth < Self.depthMax, let first = rest.first else { return }
        switch first {
        case "\"", "'": skipString(first)
        case "[": skipArray(path, depth: depth)
        case "{":
            advance()
            skipBlank(newlines: true)
            while let next = rest.first, next != "}" {
                let before = here
                readPair(in: path, depth: depth + 1)
                skipBlank(newlines: true)
                if rest.first == "," { advance() }
                skipBlank(newlines: true)
                if here == before { return }
            }
            advance()
        default: while let next = rest.first, !Self.endsValue.contains(next) { advance() }
        }
    }

    private static let endsValue: Set<Unicode.Scalar> = [",", "]", "}", "\n", "#"]

    private mutating func skipArray(_ path: [String], depth: Int) {
        advance()
        skipBlank(newlines: true)
        while let next = rest.first, next != "]" {
            let before = here
            if next == "}" || !(0x21...0x7E).contains(next.value), badStart == nil { badStart = here }
            skipValue(path, depth: depth + 1)
            skipBlank(newlines: true)
            if rest.first == "," { advance() }
            skipBlank(newlines: true)
            if here == before { return }
        }
        advance()
    }

    private mutating func skipString(_ quote: Unicode.Scalar) {
        let isMultiline = rest.prefix(3).count == 3 && rest.prefix(3).allSatisfy { $0 == quote }
        for _ in 0..<(isMultiline ? 3 : 1) { advance() }
        while let next = rest.first {
            if next == "\\", quote == "\"" {
                advance()
                advance()
            } else if next != quote {
                advance()
            } else if !isMultiline {
                advance()
                return
            } else if rest.prefix(3).count == 3, rest.prefix(3).allSatisfy({ $0 == quote }) {
                while rest.first == quote { advance() }
                return
            } else {
                advance()
            }
        }
    }

    private mutating func skipBlank(newlines: Bool) {
        while let next = rest.first {
            switch next {
            case " ", "\t", "\r", "\u{FEFF}": advance()
            case "\n" where newlines: advance()
            case "#": while let other = rest.first, other != "\n" { advance() }
            default: return
            }
        }
    }

    private mutating func skipSpaces() {
        while rest.first == " " || rest.first == "\t" { advance() }
    }

    private mutating func advance() {
        guard let next = rest.popFirst() else { return }
        if next == "\n" {
            here = Point(line: here.line + 1, column: 1)
        } else {
            here.column += 1
        }
    }
}
