extension Grid {
    /// The characters as lines of text; a wide character stands once, so that such a line has fewer characters.
    ///
    /// - Parameter trimmed: Leave out spaces at the end of each line.
    package func lines(trimmed: Bool = true) -> [String] {
        (0..<size.rows).map { row in
            var line = String.UnicodeScalarView()
            var length = 0
            for column in 0..<size.columns {
                let cell = cells[row * size.columns + column]
                guard cell.width > 0, let scalar = Unicode.Scalar(cell.scalar) else { continue }
                line.append(scalar)
                if cell.scalar != 0x20 { length = line.count }
            }
            return String(String.UnicodeScalarView(line.prefix(trimmed ? length : line.count)))
        }
    }

    /// The grid as a golden file: text lines, then the same lines with a letter per style, then what letters mean.
    ///
    /// Every line ends in `|` so that trailing spaces and the width are seen. `.` is `plain`. Letters come from `names`
    /// first; other styles get a free letter in order of appearance. With a table, the legend spells each style out.
    package func golden(styles: StyleTable? = nil, names: [StyleID: Character] = [:]) -> String {
        var letters = names
        letters[.plain] = letters[.plain] ?? "."
        var order: [StyleID] = []
        let taken = Set(letters.values)
        var free = Self.goldenLetters.filter { !taken.contains($0) }.makeIterator()

        var plane = ""
        for row in 0..<size.rows {
            for column in 0..<size.columns {
                let style = cells[row * size.columns + column].style
                if letters[style] == nil { letters[style] = free.next() ?? "?" }
                if !order.contains(style) { order.append(style) }
                plane.append(letters[style] ?? "?")
            }
            plane += "|\n"
        }
        var text = lines(trimmed: false).map { $0 + "|\n" }.joined()
        text += "--\n" + plane
        guard let styles else { return text }
        text += "--\n"
        for id in order where id != .plain {
            text += "\(letters[id] ?? "?") = \(styles[id])\n"
        }
        return text
    }

    private static let goldenLetters = Array("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")
}

extension Style: CustomStringConvertible {
    /// The style in words, as in golden files: `fg 214 bg 237 bold`.
    package var description: String {
        var words: [String] = []
        if case .indexed(let index) = foreground { words.append("fg \(index)") }
        if case .indexed(let index) = background { words.append("bg \(index)") }
        words += attributes.words
        if let monoAttributes { words += ["mono"] + (monoAttributes.isEmpty ? ["none"] : monoAttributes.words) }
        return words.isEmpty ? "plain" : words.joined(separator: " ")
    }
}

extension Attributes {
    fileprivate var words: [String] {
        var words: [String] = []
        if contains(.bold) { words.append("bold") }
        if contains(.dim) { words.append("dim") }
        if contains(.underline) { words.append("underline") }
        if contains(.reverse) { words.append("reverse") }
        if contains(.italic) { words.append("italic") }
        return words
    }
}
