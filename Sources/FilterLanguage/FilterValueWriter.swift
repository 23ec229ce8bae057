/// Writes values that stand together in one test.
struct FilterValueWriter {
    /// Whether a field of time is among them, so that `30m` means minutes.
    var isTimed: Bool

    /// A value in a place where a sum may stand.
    func text(_ value: FilterValue) -> String { written(value, atLeast: .sum) }

    /// The other side of a comparison or an element of a set: a text column takes bare words for texts there.
    func operand(_ value: FilterValue, besides left: FilterValue) -> String {
        guard left.expectsText else { return text(value) }
        switch value {
        case .text(let text, _): return Self.isBareWord(text) ? text : Self.quoted(text)
        case .field(let field) where field.argument == nil: return "(\(text(value)))"
        case .arithmetic, .fallback: return "(\(text(value)))"
        default: return text(value)
        }
    }

    /// A text in quotes, which are written twice inside.
    static func quoted(_ text: String) -> String {
        let quote = text.contains("\"") && !text.contains("'") ? "'" : "\""
        return quote + text.split(separator: quote, omittingEmptySubsequences: false).joined(separator: quote + quote)
            + quote
    }

    /// Whether a text is read back when it stands without quotes beside a text column: letters, digits and `_`, with
    /// single dots and dashes before letters, as in `BRK.B`.
    static func isBareWord(_ text: String) -> Bool {
        let isLetter: (UInt8) -> Bool = { (0x41...0x5A).contains($0 & 0xDF) }
        guard !FilterToken.reserved.contains(text.lowercased()) else { return false }
        var mustBeLetter = true
        for byte in text.utf8 {
            let isJoint = byte == UInt8(ascii: ".") || byte == UInt8(ascii: "-")
            let isDigit = (0x30...0x39).contains(byte)
            guard mustBeLetter ? isLetter(byte) : isJoint || isDigit || isLetter(byte) || byte == UInt8(ascii: "_")
            else {
                return false
            }
            mustBeLetter = isJoint
        }
        return !mustBeLetter
    }

    /// How tightly a value binds, the loosest first.
    private enum Binding: Int {
        case sum
        case product
        case signed
        case primary
    }

    private func written(_ value: FilterValue, atLeast: Binding) -> String {
        let binding: Binding =
            switch value {
            case .arithmetic(_, .add, _), .arithmetic(_, .subtract, _): .sum
            case .arithmetic: .product
            case .negated, .percentOf, .fallback: .signed
            default: .primary
            }
        let text = bare(value)
        return binding.rawValue < atLeast.rawValue ? "(\(text))" : text
    }

    private func bare(_ value: FilterValue) -> String {
        switch value {
        case .number(let number): return FilterPrinter.text(of: number)
        case .text(let text, _): return Self.quoted(text)
        case .timeOfDay(let seconds, _): return Self.clock(seconds)
        case .duration(let seconds, _): return FilterPrinter.duration(seconds, withMinutes: isTimed)
        case .field(let field): return FilterPrinter.text(of: field)
        case .function(let function, let values, _):
            let isTimed = isTimed || values.contains { $0.isTime(writtenAsTime: false) }
            let inner = Self(isTimed: isTimed)
            return function.rawValue + "(" + values.map(inner.text).joined(separator: ", ") + ")"
        case .negated(let inner): return "-" + written(inner, atLeast: .signed)
        case .arithmetic(let left, let operation, let right):
            let isSum = operation == .add || operation == .subtract
            let first = written(left, atLeast: isSum ? .sum : .product)
            let second = written(right, atLeast: isSum ? .product : .signed)
            return "\(first) \(operation.rawValue) \(second)"
        case .percentOf(let number, let whole):
            return "\(FilterPrinter.text(of: number)) of \(written(whole, atLeast: .signed))"
        case .fallback(let first, let other):
            return "\(written(first, atLeast: .primary)) ?? \(written(other, atLeast: .signed))"
        }
    }

    /// `09:30`, with seconds only where there are any.
    private static func clock(_ seconds: Int) -> String {
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        let minutes = "\(two(seconds / 3600)):\(two(seconds / 60 % 60))"
        return seconds % 60 == 0 ? minutes : "\(minutes):\(two(seconds % 60))"
    }
}

extension FilterValue {
    /// Whether it is a column and nothing more.
    var isField: Bool {
        if case .field = self { return true }
        return false
    }

    /// Whether it is a number as one writes it, with or without a sign.
    var isPlainNumber: Bool {
        switch self {
        case .number, .duration: true
        case .negated(.number), .negated(.duration): true
        default: false
        }
    }
}
