import MarketData

// What remains of a tree once its names, units and presets are settled: what the columns are asked, and nothing else.

/// A number per row; NaN is missing.
indirect enum CheckedNumber: Hashable, Sendable {
    /// A column of numbers or flags.
    case column(ColumnID)
    /// The same for every row.
    case constant(Double)
    /// Seconds since midnight in New York.
    case timeOfDay
    /// `rank`, `pctile`, `zscore` of a number over all rows that have it.
    case crossSection(FilterFunction, CheckedNumber)
    /// Without sign.
    case magnitude(CheckedNumber)
    case negated(CheckedNumber)
    case arithmetic(CheckedNumber, FilterOperator, CheckedNumber)
    case smaller(CheckedNumber, CheckedNumber)
    case larger(CheckedNumber, CheckedNumber)
    /// The second where the first is missing.
    case fallback(CheckedNumber, CheckedNumber)

    /// Whether it says the same whatever the columns hold.
    var isConstant: Bool {
        if case .constant = self { true } else { false }
    }
}

/// A question about a row's text, answered once per distinct text.
struct CheckedText: Hashable, Sendable {
    /// What is asked.
    enum Question: Hashable, Sendable {
        /// Is it one of these, in lower case?
        case oneOf(Set<String>)
        /// Does the pattern of this index occur in it?
        case matches(pattern: Int)
        /// Is there one at all?
        case isKnown
    }

    /// Which column.
    var column: ColumnID
    /// What stands for a missing text; nil when missing is missing.
    var fallback: String?
    /// What is asked.
    var question: Question
}

/// A verdict per row.
indirect enum CheckedTest: Hashable, Sendable {
    case constant(Bool)
    case and([CheckedTest])
    case or([CheckedTest])
    case not(CheckedTest)
    /// So many or more.
    case atLeast(Int, [CheckedTest])
    case compare(CheckedNumber, FilterComparison, CheckedNumber)
    /// Ends that are the same for every row; infinite where open.
    case between(CheckedNumber, lower: Double, upper: Double, excludesUpper: Bool)
    /// Sorted, each once.
    case oneOf(CheckedNumber, [Double])
    case text(CheckedText)
    case onList(String)
    /// A column of yes and no.
    case flag(ColumnID)
    /// Whether there is a number at all; never unknown.
    case isKnown(CheckedNumber)
    case crosses(CheckedNumber, isAbove: Bool, CheckedNumber, seconds: Int)
    case held(CheckedTest, seconds: Int)
    case sticky(CheckedTest, exit: CheckedTest)
}

/// A top-level clause, ready to be made into instructions.
struct CheckedClause: Sendable {
    /// The clause in its pretty form.
    var pretty: String
    /// Where it stands.
    var span: FilterSpan
    /// What it asks.
    var test: CheckedTest
    /// Its left side; nil when it has none.
    var left: CheckedNumber?
}
