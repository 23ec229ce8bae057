/// A file of lists cut into its tables, so that one table with a mistake costs only itself.
///
/// A parser that refuses a text refuses all of it; here every table is parsed alone. A line that begins with `[` begins a
/// table, whatever stands before it: a quotation mark left open ends with its table.
struct ScanSections {
    /// One table as it stands in the file.
    struct Section: Equatable {
        /// What stands between the brackets, without spaces; empty for what comes before the first table.
        var name: String
        /// The lines, header included, each with its end.
        var text: String
        /// The file's line of the first one, from 1.
        var line: Int
        /// Whether the header is `[name]` and nothing else.
        var isWellFormed: Bool
    }

    /// The tables in the file's order; the first one holds what comes before them and may be empty.
    let sections: [Section]

    /// Cuts a text.
    init(_ text: String) {
        var sections = [Section(name: "", text: "", line: 1, isWellFormed: true)]
        var number = 0
        for line in Self.lines(of: text) {
            number += 1
            if let header = Self.header(line) {
                sections.append(
                    Section(name: header.name, text: line, line: number, isWellFormed: header.isWellFormed)
                )
            } else {
                sections[sections.count - 1].text += line
            }
        }
        self.sections = sections
    }

    /// The text put together again with one table replaced, or added at the end when there is none of its name.
    func text(replacing name: String, with table: String) -> String {
        var isReplaced = false
        var result = ""
        for section in sections {
            guard section.name == name, section.isWellFormed else {
                result += section.text
                continue
            }
            // Of two tables of one name the first counts, and keeps its place.
            let tail = Self.tail(of: section.text)
            if !isReplaced { result += table + (tail.isEmpty ? "\n" : tail) } else { result += tail }
            isReplaced = true
        }
        guard !isReplaced else { return result }
        if !result.isEmpty, !result.hasSuffix("\n") { result += "\n" }
        if !result.isEmpty, !result.hasSuffix("\n\n") { result += "\n" }
        return result + table
    }

    /// The blank lines and comments at a table's end: they mostly belong to the next one.
    static func tail(of text: String) -> String {
        let lines = lines(of: text)
        let count = lines.reversed().prefix { line in
            let body = line.drop { $0.isWhitespace }
            return body.isEmpty || body.first == "#"
        }.count
        return lines.suffix(count).joined()
    }

    static func lines(of text: String) -> [String] {
        var lines: [String] = []
        var line = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            line.append(scalar)
            if scalar == "\n" {
                lines.append(String(line))
                line.removeAll()
            }
        }
        if !line.isEmpty { lines.append(String(line)) }
        return lines
    }

    private static func header(_ line: String) -> (name: String, isWellFormed: Bool)? {
        let body = line.drop { $0 == " " || $0 == "\t" || $0 == "\u{FEFF}" }
        guard body.first == "[" else { return nil }
        let inside = body.dropFirst()
        let name = inside.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == "_") }
        let rest = inside.dropFirst(name.count)
        guard rest.first == "]", !name.isEmpty else {
            return (String(inside.prefix { $0 != "]" && !$0.isNewline }), false)
        }
        let after = rest.dropFirst().drop { $0.isWhitespace }
        return (String(name), after.isEmpty || after.first == "#")
    }
}
