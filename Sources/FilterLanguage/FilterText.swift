/// Places in a text as people count them, and errors as they are shown.
package enum FilterText {
    /// Line and column of a byte, both from 1, the column in characters; a byte inside a character counts as its first.
    package static func position(of byte: Int, in text: String) -> (line: Int, column: Int) {
        var (line, column) = (1, 1)
        for index in text.indices {
            // A character of several bytes reaches beyond the byte when that lies in it.
            let end = text.utf8.distance(from: text.utf8.startIndex, to: text.index(after: index))
            if end > byte { break }
            if text[index].isNewline {
                (line, column) = (line + 1, 1)
            } else {
                column += 1
            }
        }
        return (line, column)
    }

    /// One line: `1:17  no field "rvoll"; did you mean rvol?`.
    package static func problem(_ diagnostic: FilterDiagnostic, in text: String) -> String {
        let place = position(of: diagnostic.lower, in: text)
        let mark =
            switch diagnostic.severity {
            case .error: ""
            case .incomplete: "(incomplete) "
            case .warning: "warning: "
            }
        return "\(place.line):\(place.column)  \(mark)\(diagnostic.message)"
    }

    /// The line a diagnostic is about and a line of `^` under the place, for terminals.
    ///
    /// Characters that would move the cursor are shown as blanks; of a long line the part around the place, at most
    /// `width` characters. The carets count characters, at least one.
    package static func excerpt(
        of diagnostic: FilterDiagnostic,
        in text: String,
        width: Int = 100
    ) -> (line: String, carets: String) {
        let place = position(of: diagnostic.lower, in: text)
        let end = position(of: max(diagnostic.lower, diagnostic.upper), in: text)
        let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        let line = lines.indices.contains(place.line - 1) ? Array(lines[place.line - 1]) : []
        let first = min(place.column - 1, line.count)
        let last = end.line == place.line ? max(first + 1, end.column - 1) : max(first + 1, line.count)
        // Some of what stands before the place helps to find it.
        let start = line.count <= width ? 0 : max(0, min(first - width / 3, line.count - width))
        let shown = line[start..<min(line.count, start + width)]
        let carets = min(last, max(start + width, first + 1)) - first
        return (
            String(shown.map { isShown($0) ? $0 : " " }),
            String(repeating: " ", count: first - start) + String(repeating: "^", count: carets)
        )
    }

    private static func isShown(_ character: Character) -> Bool {
        character.unicodeScalars.allSatisfy { $0.value >= 0x20 && !(0x7F...0x9F).contains($0.value) }
    }
}
