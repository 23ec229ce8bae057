// The machine's instructions. Numbers and verdicts live in registers of a block of rows each; a program decides what to
// do once per block, the loops inside decide nothing.

/// Where a vector of numbers is found.
enum NumberSource: Hashable, Sendable {
    /// A column handed to the program.
    case column(Int)
    /// A column worked out before, over all rows.
    case derived(Int)
    /// A register of the block.
    case register(Int)
}

/// A number that is the same for all rows of a run: a constant, or the time of day.
enum UniformNumber: Hashable, Sendable {
    case constant(Double)
    case timeOfDay
}

/// A number as an instruction takes it.
enum NumberOperand: Hashable, Sendable {
    case vector(NumberSource)
    case uniform(UniformNumber)
}

/// One step over a block of rows.
///
/// Verdicts are written 0 for false, 1 for unknown, 2 for true, so that `and` is the smaller of two, `or` the larger,
/// and `not` what is left to 2.
enum Instruction: Sendable {
    // Numbers.
    case splat(UniformNumber, to: Int)
    case negate(NumberSource, to: Int)
    case magnitude(NumberSource, to: Int)
    case arithmetic(NumberOperand, FilterOperator, NumberOperand, to: Int)
    case smaller(NumberOperand, NumberOperand, to: Int)
    case larger(NumberOperand, NumberOperand, to: Int)
    case fallback(NumberSource, NumberOperand, to: Int)

    // Verdicts of numbers.
    case compare(NumberSource, FilterComparison, NumberOperand, to: Int)
    case between(NumberSource, lower: Double, upper: Double, excludesUpper: Bool, to: Int)
    case oneOf(NumberSource, set: Int, to: Int)
    case isKnown(NumberSource, to: Int)
    case flag(NumberSource, to: Int)

    // Verdicts of other things.
    case constant(Bool, to: Int)
    case text(Int, to: Int)
    case onList(Int, to: Int)

    // Verdicts of verdicts.
    case and(Int, to: Int)
    case or(Int, to: Int)
    case not(Int)
    /// Takes `count` verdicts from a register on and leaves its own in the first.
    case atLeast(Int, from: Int, count: Int)

    // Verdicts of what was before.
    case held(Int, seconds: Int, time: Int)
    case crosses(NumberSource, isAbove: Bool, NumberSource, seconds: Int, time: Int, mark: Int, to: Int)
    /// Takes the test's verdict and the exit's, leaves its own in the test's.
    case sticky(Int, exit: Int, mark: Int)
}

/// A column that depends on all rows: worked out before the clauses.
struct DerivedColumn: Sendable {
    /// Makes the number it goes by.
    var instructions: [Instruction]
    /// Where that number then is.
    var source: NumberSource
    /// What is made of it.
    var function: FilterFunction
}

/// A clause as instructions; its verdict is in register 0.
struct ClauseCode: Sendable {
    /// What to do.
    var instructions: [Instruction]
    /// Works out the left side; nil when it has none.
    var left: LeftSide?

    /// The left side as instructions.
    struct LeftSide: Sendable {
        var instructions: [Instruction]
        var value: NumberOperand
    }
}
