/// A field of a table on standard output.
enum TextColumn {
    /// Text in a field: right-aligned, or left-aligned where the width is negative; too long text is not cut.
    static func pad(_ text: String, _ width: Int) -> String {
        let space = String(repeating: " ", count: max(0, abs(width) - text.count))
        return width < 0 ? text + space : space + text
    }
}
