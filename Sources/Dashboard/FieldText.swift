import TerminalGrid

/// Fields of a line of words: padded, and numbers with a dash where there is none.
enum FieldText {
    /// The text with blanks behind it; too long text is not cut.
    static func left(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }

    /// The text with blanks before it.
    static func right(_ text: String, _ width: Int) -> String {
        String(repeating: " ", count: max(0, width - text.count)) + text
    }

    /// A number as a format writes it; a dash when it is missing.
    static func number(_ value: Double, _ format: NumberFormat) -> String {
        value.isNaN ? "–" : format.string(value)
    }

    /// A price: four decimals below a dollar.
    static func price(_ value: Double) -> String { number(value, .fixed(value < 1 ? 4 : 2)) }
}
