/// A piece of a text: a name, a number, a sign; never a blank.
struct FilterToken: Hashable, Sendable {
    /// What it is.
    enum Kind: Hashable, Sendable {
        /// Behind the last piece.
        case end
        /// A field, a function or a word of the language; `%` directly behind it and dots inside belong to it.
        case name
        /// Digits with what stands around them.
        case number(Double, Unit, isMoney: Bool)
        /// Seconds since midnight.
        case time(Int)
        /// What stands in quotes.
        case text(String)
        /// `$name`, lower case.
        case preset(String)
        /// `@name`, lower case.
        case list(String)
        case sign(Sign)
        /// What cannot be read, and why.
        case unreadable(FilterDiagnostic)
    }

    /// What stands behind a number's digits.
    enum Unit: Hashable, Sendable {
        /// A suffix of plain numbers; `m` alone is a million only where no duration is expected.
        case suffix(FilterNumber.Suffix, isSmallM: Bool)
        /// A unit of time, in seconds.
        case time(Int)
    }

    /// Signs, the longest first where one begins another.
    enum Sign: String, CaseIterable, Hashable, Sendable {
        case halfOpenRange = "..<"
        case range = ".."
        case equalEqual = "=="
        case notEqual = "!="
        case notMatches = "!~"
        case unequal = "<>"
        case lessOrEqual = "<="
        case greaterOrEqual = ">="
        case and = "&&"
        case or = "||"
        case fallback = "??"
        case less = "<"
        case greater = ">"
        case equal = "="
        case matches = "~"
        case not = "!"
        case pipe = "|"
        case comma = ","
        case open = "("
        case close = ")"
        case openSet = "["
        case closeSet = "]"
        case plus = "+"
        case minus = "-"
        case times = "*"
        case over = "/"
        case percent = "%"
    }

    /// What it is.
    var kind: Kind
    /// First byte.
    var lower: Int
    /// One after the last byte.
    var upper: Int
    /// Whether a blank, or nothing, stands before it.
    var isApart: Bool
    /// A name in lower case; empty for everything else.
    var word = ""

    /// Words that are no fields.
    static let reserved: Set<String> = [
        "and", "or", "not", "in", "is", "of", "any", "all", "none", "crosses", "above", "below", "within", "for",
        "sort",
        "top", "cols", "exit",
    ]
}
