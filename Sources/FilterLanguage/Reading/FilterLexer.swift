/// Cuts a text into pieces; stops at the first one it cannot read.
///
/// Blanks, tabs and line ends separate; lines that begin with `#` before the first piece are a comment.
struct FilterLexer {
    private let text: String
    private let bytes: [UInt8]
    private var at = 0
    private var tokens: [FilterToken] = []
    /// Open `[`: between them `1,000` is two values and not a number with a separator.
    private var openSets = 0

    /// All pieces of a text, the last one `end` or `unreadable`.
    static func tokens(_ text: String) -> [FilterToken] {
        var lexer = Self(text: text)
        lexer.read()
        return lexer.tokens
    }

    private init(text: String) {
        self.text = text
        bytes = Array(text.utf8)
    }

    private mutating func read() {
        skipComments()
        while true {
            let start = at
            while let byte = byte(0), Self.isBlank(byte) { at += 1 }
            let isApart = at > start || tokens.isEmpty
            let lower = at
            guard at < bytes.count else {
                let end = tokens.last?.upper ?? bytes.count
                tokens.append(FilterToken(kind: .end, lower: end, upper: end, isApart: true))
                return
            }
            let kind: FilterToken.Kind
            do throws(FilterDiagnostic) { kind = try next() } catch { kind = .unreadable(error) }
            var token = FilterToken(kind: kind, lower: lower, upper: at, isApart: isApart)
            if kind == .name { token.word = slice(lower, at).lowercased() }
            tokens.append(token)
            if case .unreadable = kind { return }
        }
    }

    private mutating func skipComments() {
        while true {
            var probe = at
            while probe < bytes.count, Self.isBlank(bytes[probe]) { probe += 1 }
            guard probe < bytes.count, bytes[probe] == UInt8(ascii: "#") else { return }
            while probe < bytes.count, bytes[probe] != UInt8(ascii: "\n") { probe += 1 }
            at = probe
        }
    }

    private mutating func next() throws(FilterDiagnostic) -> FilterToken.Kind {
        let byte = bytes[at]
        if Self.startsName(byte) {
            readName()
            return .name
        }
        let startsFraction = byte == UInt8(ascii: ".") && isDigit(1)
        if isDigit(0) || startsFraction { return try number(from: at, isMoney: false) }
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "'"): return .text(try quoted(byte))
        case UInt8(ascii: "$"): return try dollar()
        case UInt8(ascii: "@"): return .list(try reference("@", what: "the name of a list", startsWithDigit: true))
        default: return .sign(try sign())
        }
    }

    // MARK: Names

    private mutating func readName() {
        while true {
            while let byte = byte(0), Self.continuesName(byte) { at += 1 }
            if byte(0) == UInt8(ascii: "%") { at += 1 }
            guard byte(0) == UInt8(ascii: "."), let after = byte(1), Self.startsName(after) else { return }
            at += 1
        }
    }

    private mutating func dollar() throws(FilterDiagnostic) -> FilterToken.Kind {
        let startsFraction = byte(1) == UInt8(ascii: ".") && isDigit(2)
        guard isDigit(1) || startsFraction else {
            return .preset(try reference("$", what: "the name of a preset, or a number,", startsWithDigit: false))
        }
        let lower = at
        at += 1
        return try number(from: lower, isMoney: true)
    }

    /// The name behind `$` or `@`: letters, digits, `_`, and `-` between them.
    private mutating func reference(
        _ mark: String,
        what: String,
        startsWithDigit: Bool
    ) throws(FilterDiagnostic) -> String {
        let lower = at
        at += 1
        let first = at
        if startsWithDigit || byte(0).map(Self.startsName) == true {
            while let byte = byte(0) {
                let isDash = byte == UInt8(ascii: "-") && at > first && self.byte(1).map(Self.continuesName) == true
                guard isDash || Self.continuesName(byte) else { break }
                at += 1
            }
        }
        if at == first {
            let severity: FilterDiagnostic.Severity = at == bytes.count ? .incomplete : .error
            throw FilterDiagnostic(
                severity: severity,
                lower: lower,
                upper: at,
                message: "expected \(what) directly after \"\(mark)\""
            )
        }
        return slice(first, at).lowercased()
    }

    // MARK: Numbers

    /// Beyond this no number of the market lies, and a number written out in digits stays readable.
    private static let numberMax = 1e18

    private mutating func number(from lower: Int, isMoney: Bool) throws(FilterDiagnostic) -> FilterToken.Kind {
        let first = at
        while isDigit(0) { at += 1 }
        if !isMoney, byte(0) == UInt8(ascii: ":"), at - first <= 2 { return .time(try time(from: lower)) }
        if byte(0) == UInt8(ascii: "."), isDigit(1) {
            at += 1
            while isDigit(0) { at += 1 }
        } else if openSets == 0, let whole = separated(first) {
            throw failure(lower, "numbers are written without commas; use \(whole)", fix: whole)
        }
        let digits = slice(first, at)
        let unit = try unit(after: lower)
        // A leading dot is a number too: `.5`.
        let value = Double("0" + digits) ?? .infinity
        var scaled = value
        if case .suffix(let suffix, _) = unit { scaled *= suffix.scale }
        guard scaled <= Self.numberMax else { throw failure(lower, "number is too large; at most 1000000T") }
        if isMoney, !unit.mayFollowMoney {
            throw failure(lower, "\"\(slice(lower, at))\" is no amount; after $ only K, M, B and T may follow")
        }
        return .number(value, unit, isMoney: isMoney)
    }

    /// The number without its commas, when `1,000,000` is what stands here; reads past it.
    private mutating func separated(_ first: Int) -> String? {
        func isGroup(_ from: Int) -> Bool {
            from + 3 < bytes.count && bytes[from] == UInt8(ascii: ",")
                && bytes[(from + 1)...(from + 3)].allSatisfy(Self.isDigit)
                && (from + 4 >= bytes.count || !Self.isDigit(bytes[from + 4]))
        }
        guard at - first <= 3, isGroup(at) else { return nil }
        while isGroup(at) { at += 4 }
        return slice(first, at).filter { $0 != "," }
    }

    private mutating func unit(after lower: Int) throws(FilterDiagnostic) -> FilterToken.Unit {
        if byte(0) == UInt8(ascii: "%") {
            at += 1
            return .suffix(.percent, isSmallM: false)
        }
        let first = at
        while let byte = byte(0), Self.continuesName(byte) { at += 1 }
        let written = slice(first, at)
        if let unit = FilterToken.Unit(written) { return unit }
        var problem = failure(
            lower,
            "no unit \"\(written.clipped)\"; expected K, M, B, T, % or x, or s, m, h, d or slots for a time"
        )
        if at == bytes.count, "slots".hasPrefix(written.lowercased()) { problem.severity = .incomplete }
        throw problem
    }

    private mutating func time(from lower: Int) throws(FilterDiagnostic) -> Int {
        var parts = [Int(slice(lower, at)) ?? 99]
        while byte(0) == UInt8(ascii: ":"), parts.count < 3 {
            guard isDigit(1), isDigit(2) else {
                at += isDigit(1) ? 2 : 1
                var problem = failure(lower, "expected a time of day such as 09:30")
                if at == bytes.count { problem.severity = .incomplete }
                throw problem
            }
            parts.append(Int(slice(at + 1, at + 3)) ?? 99)
            at += 3
        }
        let seconds = parts.count > 2 ? parts[2] : 0
        guard parts[0] < 24, parts[1] < 60, seconds < 60, byte(0).map(Self.continuesName) != true else {
            throw failure(lower, "\"\(slice(lower, at))\" is no time of day; expected 00:00 to 23:59")
        }
        return parts[0] * 3600 + parts[1] * 60 + seconds
    }

    // MARK: Quotes and signs

    /// A text in quotes; the quote itself is written twice, a line end counts as a blank.
    private mutating func quoted(_ quote: UInt8) throws(FilterDiagnostic) -> String {
        let lower = at
        var content: [UInt8] = []
        at += 1
        while let byte = byte(0) {
            if byte == quote {
                guard self.byte(1) == quote else {
                    at += 1
                    return String(decoding: content, as: UTF8.self)
                }
                at += 1
            } else if isControl() {
                if Self.isBlank(byte) {
                    content.append(UInt8(ascii: " "))
                    at += 1
                    continue
                }
                throw character("control character \(controlName()) in quotes", replacement: nil)
            }
            content.append(byte)
            at += 1
        }
        let mark = String(UnicodeScalar(quote))
        throw FilterDiagnostic(
            severity: .incomplete,
            lower: lower,
            upper: bytes.count,
            message: "expected a closing \(mark)",
            fix: FilterDiagnostic.Fix(lower: bytes.count, upper: bytes.count, replacement: mark)
        )
    }

    private mutating func sign() throws(FilterDiagnostic) -> FilterToken.Sign {
        let lower = at
        for (typed, meant) in [("=>", ">="), ("=<", "<=")] where starts(typed) {
            at += 2
            throw failure(lower, "\"\(typed)\" is no comparison; use \(meant)", fix: meant)
        }
        if let sign = FilterToken.Sign.allCases.first(where: { starts($0.rawValue) }) {
            at += sign.rawValue.utf8.count
            if sign == .openSet { openSets += 1 }
            if sign == .closeSet { openSets = max(0, openSets - 1) }
            return sign
        }
        switch bytes[lower] {
        case UInt8(ascii: "&"): throw character("\"&\" alone means nothing; use and", replacement: "and")
        case UInt8(ascii: "?"):
            throw character(
                "\"?\" alone means nothing; use ?? for a value in place of a missing one",
                replacement: "??"
            )
        case UInt8(ascii: "."): throw character("a number does not end with a dot; a range has two", replacement: nil)
        case UInt8(ascii: "#"):
            throw character("a comment stands on lines of its own before the filter", replacement: nil)
        default: throw strange()
        }
    }

    /// What keyboards and web pages put in the place of a sign.
    private static let lookalikes: [UnicodeScalar: String] = [
        "\u{201C}": "\"", "\u{201D}": "\"", "\u{201E}": "\"", "\u{2018}": "'", "\u{2019}": "'", "\u{2013}": "-",
        "\u{2014}": "-", "\u{2212}": "-", "\u{2264}": "<=", "\u{2265}": ">=", "\u{2260}": "!=", "\u{00D7}": "*",
        "\u{2026}": "..", "\u{00A0}": " ", "\u{202F}": " ",
    ]

    private mutating func strange() -> FilterDiagnostic {
        guard let scalar = scalar() else { return character("this cannot be read", replacement: nil) }
        if isControl() { return character("control character \(controlName())", replacement: nil) }
        if let meant = Self.lookalikes[scalar] {
            let name = meant == " " ? "a blank" : meant
            return character("\(Self.code(scalar)) is not understood outside quotes; use \(name)", replacement: meant)
        }
        let shown = scalar.value < 0x80 ? "\"\(scalar)\"" : Self.code(scalar)
        return character("\(shown) is not understood outside quotes", replacement: nil)
    }

    /// A failure about the one character here; incomplete when the text may go on with it.
    private mutating func character(_ message: String, replacement: String?) -> FilterDiagnostic {
        let lower = at
        at += scalar().map { String($0).utf8.count } ?? 1
        at = min(at, bytes.count)
        var problem = failure(lower, message, fix: replacement)
        let mayGoOn = ["&", "?", "."].contains(slice(lower, at))
        if at == bytes.count, mayGoOn { problem.severity = .incomplete }
        return problem
    }

    // MARK: Bytes

    private func failure(_ lower: Int, _ message: String, fix: String? = nil) -> FilterDiagnostic {
        FilterDiagnostic(
            severity: .error,
            lower: lower,
            upper: at,
            message: message,
            fix: fix.map { FilterDiagnostic.Fix(lower: lower, upper: at, replacement: $0) }
        )
    }

    private func byte(_ ahead: Int) -> UInt8? { at + ahead < bytes.count ? bytes[at + ahead] : nil }

    private func isDigit(_ ahead: Int) -> Bool { byte(ahead).map(Self.isDigit) ?? false }

    private func starts(_ written: String) -> Bool { bytes[at...].starts(with: written.utf8) }

    private func slice(_ lower: Int, _ upper: Int) -> String { String(decoding: bytes[lower..<upper], as: UTF8.self) }

    private func scalar() -> UnicodeScalar? {
        let index = text.utf8.index(text.utf8.startIndex, offsetBy: at)
        return index < text.endIndex ? text.unicodeScalars[index] : nil
    }

    /// C0, DEL and C1: they move cursors and end lines wherever the text is shown.
    private func isControl() -> Bool {
        guard bytes[at] >= 0x80 else { return bytes[at] < 0x20 || bytes[at] == 0x7F }
        return bytes[at] == 0xC2 && (byte(1).map { $0 < 0xA0 } ?? false)
    }

    private func controlName() -> String { scalar().map(Self.code) ?? "U+0000" }

    private static func code(_ scalar: UnicodeScalar) -> String {
        let digits = String(scalar.value, radix: 16, uppercase: true)
        return "U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }

    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

    private static func startsName(_ byte: UInt8) -> Bool {
        (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte) || byte == UInt8(ascii: "_")
    }

    private static func continuesName(_ byte: UInt8) -> Bool { startsName(byte) || isDigit(byte) }
}

extension FilterToken.Unit {
    /// The unit of what is written behind digits; nil when there is none of that name.
    fileprivate init?(_ written: String) {
        switch written {
        case "": self = .suffix(.none, isSmallM: false)
        case "K", "k": self = .suffix(.thousand, isSmallM: false)
        case "M": self = .suffix(.million, isSmallM: false)
        case "m": self = .suffix(.million, isSmallM: true)
        case "B", "b": self = .suffix(.billion, isSmallM: false)
        case "T", "t": self = .suffix(.trillion, isSmallM: false)
        case "X", "x": self = .suffix(.times, isSmallM: false)
        default:
            switch written.lowercased() {
            case "s", "sec": self = .time(1)
            case "min": self = .time(60)
            case "h": self = .time(3600)
            case "d": self = .time(86_400)
            case "w": self = .time(7 * 86_400)
            case "y": self = .time(365 * 86_400)
            case "slot", "slots": self = .time(300)
            default: return nil
            }
        }
    }

    fileprivate var mayFollowMoney: Bool {
        guard case .suffix(let suffix, _) = self else { return false }
        return suffix != .percent && suffix != .times
    }
}
