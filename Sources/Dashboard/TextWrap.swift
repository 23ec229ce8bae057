import TerminalGrid

/// Breaks text from outside into lines by the columns it takes on the screen.
enum TextWrap {
    /// Scalars looked at, at most: an error page of a megabyte is not worth more.
    static let scalarsMax = 4_000

    /// Lines of at most `width` columns, broken at spaces where there are some, else anywhere; at least one line.
    static func lines(_ text: String, width: Int) -> [String] {
        guard width > 0 else { return [""] }
        var lines: [String] = []
        var line = String.UnicodeScalarView()
        var used = 0
        // Where the line can be broken: scalars and columns up to the last space in it.
        var breakAt: (scalars: Int, columns: Int)?
        for scalar in text.unicodeScalars.prefix(scalarsMax) {
            let shown = DisplayScalar(scalar.value)
            let isSpace = shown == .space
            if used + Int(shown.width) > width {
                if isSpace {
                    lines.append(String(line))
                    (line, used, breakAt) = (String.UnicodeScalarView(), 0, nil)
                    continue
                }
                if let point = breakAt {
                    lines.append(String(String.UnicodeScalarView(line.prefix(point.scalars))))
                    line = String.UnicodeScalarView(line.dropFirst(point.scalars + 1))
                    used -= point.columns + 1
                } else {
                    lines.append(String(line))
                    (line, used) = (String.UnicodeScalarView(), 0)
                }
                breakAt = nil
            }
            if isSpace {
                if line.isEmpty { continue }
                breakAt = (line.count, used)
            }
            line.append(isSpace ? " " : scalar)
            used += Int(shown.width)
        }
        if !line.isEmpty || lines.isEmpty { lines.append(String(line)) }
        return lines
    }
}
