// The tree of a query as it was written. Places do not take part in comparing, so that a tree and the tree of its printed
// form can be equal.

/// A place in the text, in UTF-8 bytes; all places are equal, so that trees compare by what they say.
package struct FilterSpan: Hashable, Sendable {
    /// First byte.
    package var lower: Int
    /// One after the last byte.
    package var upper: Int

    /// A place.
    package init(_ lower: Int, _ upper: Int) {
        self.lower = lower
        self.upper = upper
    }

    package static func == (left: Self, right: Self) -> Bool { true }

    package func hash(into hasher: inout Hasher) {}
}

/// A query: a condition (nil lets everything pass) and what is done with those that match.
package struct FilterQuery: Hashable, Sendable {
    /// Who matches.
    package var condition: FilterNode?
    /// `| sort a-, b` keys; empty without the pipe.
    package var sort: [FilterSortKey]
    /// `| top n`; nil without the pipe.
    package var top: Int?
    /// `| cols a, b`; empty without the pipe.
    package var columns: [FilterField]

    /// A query.
    package init(
        condition: FilterNode?,
        sort: [FilterSortKey] = [],
        top: Int? = nil,
        columns: [FilterField] = []
    ) {
        self.condition = condition
        self.sort = sort
        self.top = top
        self.columns = columns
    }
}

/// One key of the sort pipe.
package struct FilterSortKey: Hashable, Sendable {
    /// By what.
    package var field: FilterField
    /// `-` largest first, `+` smallest first; nil takes the column's own direction.
    package var descending: Bool?

    /// A key.
    package init(field: FilterField, descending: Bool?) {
        self.field = field
        self.descending = descending
    }
}

/// A field as it was typed, lower case: `chg%`, `pre.vol`, `d1.high`, `chg(5m)`, `rvol(slot-1)`.
package struct FilterField: Hashable, Sendable {
    /// The name, without arguments.
    package var name: String
    /// What stood in parentheses (`5m`, `slot`, `slot-1`); nil without.
    package var argument: String?
    /// Where.
    package var span: FilterSpan

    /// A field.
    package init(name: String, argument: String? = nil, span: FilterSpan = FilterSpan(0, 0)) {
        self.name = name
        self.argument = argument
        self.span = span
    }
}

/// How two values are compared.
package enum FilterComparison: String, CaseIterable, Hashable, Sendable {
    case equal = "="
    case notEqual = "!="
    case less = "<"
    case lessOrEqual = "<="
    case greater = ">"
    case greaterOrEqual = ">="
}

/// Who matches.
package indirect enum FilterNode: Hashable, Sendable {
    /// `a and b`, `a, b`, `a b`; two or more.
    case and([FilterNode])
    /// `a or b`; two or more.
    case or([FilterNode])
    /// `not a`.
    case not(FilterNode)
    /// `any (…)`, `all (…)`, `none (…)`.
    case group(FilterGroup, [FilterNode])
    /// `a < b`, and chains `a < b <= c`: as many comparisons as values less one.
    case compare([FilterValue], [FilterComparison])
    /// `a 1..20`, `a not in 1..<20`, `a 5..`, `a ..5`.
    case range(FilterValue, FilterRange, isNegated: Bool)
    /// `a in [x, y]`.
    case oneOf(FilterValue, [FilterValue], isNegated: Bool)
    /// `sym in @mine`, and `@mine` alone.
    case inList(String, isNegated: Bool, FilterSpan)
    /// `a ~ "pattern"`, `a !~ "pattern"`.
    case matches(FilterField, pattern: String, isNegated: Bool, FilterSpan)
    /// `a crosses above b within 5m`; seconds, nil without `within`.
    case crosses(FilterValue, isAbove: Bool, FilterValue, within: Int?)
    /// `test for 3m`; seconds.
    case held(FilterNode, seconds: Int)
    /// `test (exit test)`: true from the test on until the exit test is true.
    case sticky(FilterNode, exit: FilterNode)
    /// A bare field: `halted`, `new_high`.
    case flag(FilterField)
    /// `$name`.
    case preset(String, FilterSpan)
    /// `has(field)`, or `missing(field)` when negated.
    case has(FilterField, isNegated: Bool)
}

/// How many of a group must be true.
package enum FilterGroup: Hashable, Sendable {
    case any
    case all
    case none
    /// `2 of (…)`: so many or more.
    case atLeast(Int)
}

/// A range; nil is open at that end.
package struct FilterRange: Hashable, Sendable {
    /// The lower end.
    package var lower: FilterValue?
    /// The upper end.
    package var upper: FilterValue?
    /// `..<`: the upper end does not belong to it.
    package var excludesUpper: Bool

    /// A range.
    package init(lower: FilterValue?, upper: FilterValue?, excludesUpper: Bool) {
        self.lower = lower
        self.upper = upper
        self.excludesUpper = excludesUpper
    }
}

/// A value: a number, a text, a column, or what is worked out of them.
package indirect enum FilterValue: Hashable, Sendable {
    /// A number with its suffix as typed (`50M`, `5%`, `3x`, `$5`).
    case number(FilterNumber)
    /// A text in quotes, or a bare word where a text is expected.
    case text(String, FilterSpan)
    /// A time of day in New York, seconds since midnight: `9:30`.
    case timeOfDay(Int, FilterSpan)
    /// Seconds: `90s`, `3m`, `2h`, `1d`.
    case duration(Int, FilterSpan)
    /// A column.
    case field(FilterField)
    /// `rank(x)`, `pctile(x)`, `zscore(x)`, `abs(x)`, `min(x, y)`, `max(x, y)`.
    case function(FilterFunction, [FilterValue], FilterSpan)
    /// `-x`.
    case negated(FilterValue)
    /// `x + y` and so on.
    case arithmetic(FilterValue, FilterOperator, FilterValue)
    /// `x% of y`: x/100 · y.
    case percentOf(FilterNumber, FilterValue)
    /// `x ?? y`: y where x is missing.
    case fallback(FilterValue, FilterValue)
}

/// An arithmetic operator.
package enum FilterOperator: String, CaseIterable, Hashable, Sendable {
    case add = "+"
    case subtract = "-"
    case multiply = "*"
    case divide = "/"
}

/// A function over values.
package enum FilterFunction: String, CaseIterable, Hashable, Sendable {
    /// Place of a value among all tickers that have one, largest first, from 1.
    case rank
    /// Percent of the tickers that have a value below it, 0…100.
    case pctile
    /// Distance from the mean of all tickers that have a value, in standard deviations.
    case zscore
    /// Without sign.
    case abs
    /// The smaller.
    case min
    /// The larger.
    case max
}

/// A number as typed.
package struct FilterNumber: Hashable, Sendable {
    /// What may stand around a number.
    package enum Suffix: String, CaseIterable, Hashable, Sendable {
        case none = ""
        case thousand = "K"
        case million = "M"
        case billion = "B"
        case trillion = "T"
        case percent = "%"
        case times = "x"

        /// What the digits are multiplied by; 1 for `%` and `x`, which only say what is counted.
        package var scale: Double {
            switch self {
            case .none, .percent, .times: 1
            case .thousand: 1e3
            case .million: 1e6
            case .billion: 1e9
            case .trillion: 1e12
            }
        }
    }

    /// The number meant: 50,000,000 for `50M`, 5 for `5%`.
    package var value: Double { digits * suffix.scale }

    /// The digits' value, before the suffix: 50 for `50M`.
    package var digits: Double
    /// The suffix.
    package var suffix: Suffix
    /// Whether `$` stood before it.
    package var isMoney: Bool
    /// Where.
    package var span: FilterSpan

    /// A number.
    package init(digits: Double, suffix: Suffix = .none, isMoney: Bool = false, span: FilterSpan = FilterSpan(0, 0)) {
        self.digits = digits
        self.suffix = suffix
        self.isMoney = isMoney
        self.span = span
    }
}
