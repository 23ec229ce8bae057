import MarketData

/// Everything a program is made of, and the making: from what was checked to instructions.
///
/// Registers are given out like a stack: a node leaves its result in the register it was told and may use those above.
struct ProgramCode: Sendable {
    /// Columns of numbers, in the order they are handed over.
    private(set) var numberColumns: [ColumnID] = []
    /// Columns of text, likewise.
    private(set) var textColumns: [ColumnID] = []
    /// Lists, likewise.
    private(set) var lists: [String] = []
    /// Columns that depend on all rows, each after those it needs.
    private(set) var derived: [DerivedColumn] = []
    /// The top-level clauses.
    private(set) var clauses: [ClauseCode] = []
    /// Questions about texts, with the place of their column.
    private(set) var texts: [(column: Int, text: CheckedText)] = []
    /// Sets of numbers.
    private(set) var sets: [[Double]] = []
    /// Compiled patterns.
    let patterns: [Pattern]
    /// Times kept per row.
    private(set) var timeCount = 0
    /// Marks kept per row.
    private(set) var markCount = 0
    /// Registers of numbers a block needs.
    private(set) var numberRegisters = 0
    /// Registers of verdicts a block needs; at least one.
    private(set) var verdictRegisters = 1

    private var code: [Instruction] = []
    private var derivedByNumber: [CheckedNumber: Int] = [:]
    private var textByQuestion: [CheckedText: Int] = [:]

    /// The code of clauses that must all be true.
    init(_ checked: [CheckedClause] = [], patterns: [Pattern] = []) {
        self.patterns = patterns
        for clause in checked {
            code = []
            emit(clause.test, to: 0, free: 0)
            let instructions = code
            var left: ClauseCode.LeftSide?
            if let number = clause.left {
                code = []
                let value = operand(number, to: 0)
                left = ClauseCode.LeftSide(instructions: code, value: value)
            }
            clauses.append(ClauseCode(instructions: instructions, left: left))
        }
        code = []
    }

    // MARK: Verdicts

    /// Leaves a test's verdict in a register; numbers may use registers from `free` on, verdicts those above `target`.
    private mutating func emit(_ test: CheckedTest, to target: Int, free: Int) {
        verdictRegisters = max(verdictRegisters, target + 1)
        switch test {
        case .constant(let value): code.append(.constant(value, to: target))
        case .and(let tests): emitAll(tests, to: target, free: free) { .and(target + 1, to: target) }
        case .or(let tests): emitAll(tests, to: target, free: free) { .or(target + 1, to: target) }
        case .not(let inner):
            emit(inner, to: target, free: free)
            code.append(.not(target))
        case .atLeast(let count, let tests):
            for (offset, inner) in tests.enumerated() { emit(inner, to: target + offset, free: free) }
            code.append(.atLeast(count, from: target, count: tests.count))
        case .text(let text): code.append(.text(index(of: text), to: target))
        case .onList(let name): code.append(.onList(Self.place(of: name, in: &lists), to: target))
        case .flag(let column): code.append(.flag(source(of: column), to: target))
        case .held, .sticky, .crosses: emitStateful(test, to: target, free: free)
        case .compare, .between, .oneOf, .isKnown: emitNumeric(test, to: target, free: free)
        }
    }

    private mutating func emitAll(
        _ tests: [CheckedTest],
        to target: Int,
        free: Int,
        joined: () -> Instruction
    ) {
        for (offset, inner) in tests.enumerated() {
            emit(inner, to: offset == 0 ? target : target + 1, free: free)
            if offset > 0 { code.append(joined()) }
        }
    }

    private mutating func emitNumeric(_ test: CheckedTest, to target: Int, free: Int) {
        switch test {
        case .compare(let left, let comparison, let right):
            let (a, b) = (operand(left, to: free), operand(right, to: free + 1))
            if case .uniform(let value) = a, case .vector(let source) = b {
                code.append(.compare(source, comparison.mirrored, .uniform(value), to: target))
            } else {
                code.append(.compare(vector(a, to: free), comparison, b, to: target))
            }
        case .between(let number, let lower, let upper, let excludesUpper):
            let source = vector(operand(number, to: free), to: free)
            code.append(.between(source, lower: lower, upper: upper, excludesUpper: excludesUpper, to: target))
        case .oneOf(let number, let values):
            let source = vector(operand(number, to: free), to: free)
            sets.append(values)
            code.append(.oneOf(source, set: sets.count - 1, to: target))
        case .isKnown(let number):
            code.append(.isKnown(vector(operand(number, to: free), to: free), to: target))
        default: break
        }
    }

    private mutating func emitStateful(_ test: CheckedTest, to target: Int, free: Int) {
        switch test {
        case .held(let inner, let seconds):
            emit(inner, to: target, free: free)
            code.append(.held(target, seconds: seconds, time: timeCount))
            timeCount += 1
        case .sticky(let inner, let exit):
            emit(inner, to: target, free: free)
            emit(exit, to: target + 1, free: free)
            code.append(.sticky(target, exit: target + 1, mark: markCount))
            markCount += 1
        case .crosses(let left, let isAbove, let right, let seconds):
            let a = vector(operand(left, to: free), to: free)
            let b = vector(operand(right, to: free + 1), to: free + 1)
            code.append(
                .crosses(a, isAbove: isAbove, b, seconds: seconds, time: timeCount, mark: markCount, to: target)
            )
            timeCount += 1
            markCount += 1
        default: break
        }
    }

    // MARK: Numbers

    /// Where a number is once the instructions so far have run; it may use the registers from `target` on.
    private mutating func operand(_ number: CheckedNumber, to target: Int) -> NumberOperand {
        switch number {
        case .constant(let value): return .uniform(.constant(value))
        case .timeOfDay: return .uniform(.timeOfDay)
        case .column(let column): return .vector(source(of: column))
        case .crossSection(let function, let inner): return .vector(.derived(derive(number, function, inner)))
        case .negated(let inner):
            code.append(.negate(vector(operand(inner, to: target), to: target), to: target))
        case .magnitude(let inner):
            code.append(.magnitude(vector(operand(inner, to: target), to: target), to: target))
        case .arithmetic(let left, let sign, let right):
            let (a, b) = pair(left, right, to: target)
            code.append(.arithmetic(a, sign, b, to: target))
        case .smaller(let left, let right):
            let (a, b) = pair(left, right, to: target)
            code.append(.smaller(a, b, to: target))
        case .larger(let left, let right):
            let (a, b) = pair(left, right, to: target)
            code.append(.larger(a, b, to: target))
        case .fallback(let left, let right):
            let (a, b) = pair(left, right, to: target)
            code.append(.fallback(vector(a, to: target), b, to: target))
        }
        numberRegisters = max(numberRegisters, target + 1)
        return .vector(.register(target))
    }

    /// Both sides; the first is a vector when neither would be.
    private mutating func pair(
        _ left: CheckedNumber,
        _ right: CheckedNumber,
        to target: Int
    ) -> (NumberOperand, NumberOperand) {
        var a = operand(left, to: target)
        let b = operand(right, to: target + 1)
        if case .uniform = a, case .uniform = b { a = .vector(vector(a, to: target)) }
        return (a, b)
    }

    private mutating func vector(_ operand: NumberOperand, to target: Int) -> NumberSource {
        switch operand {
        case .vector(let source): return source
        case .uniform(let value):
            numberRegisters = max(numberRegisters, target + 1)
            code.append(.splat(value, to: target))
            return .register(target)
        }
    }

    private mutating func derive(_ number: CheckedNumber, _ function: FilterFunction, _ inner: CheckedNumber) -> Int {
        if let known = derivedByNumber[number] { return known }
        let outside = code
        code = []
        let source = vector(operand(inner, to: 0), to: 0)
        derived.append(DerivedColumn(instructions: code, source: source, function: function))
        code = outside
        derivedByNumber[number] = derived.count - 1
        return derived.count - 1
    }

    // MARK: Places

    private mutating func source(of column: ColumnID) -> NumberSource {
        .column(Self.place(of: column, in: &numberColumns))
    }

    private mutating func index(of text: CheckedText) -> Int {
        if let known = textByQuestion[text] { return known }
        texts.append((Self.place(of: text.column, in: &textColumns), text))
        textByQuestion[text] = texts.count - 1
        return texts.count - 1
    }

    private static func place<Name: Equatable>(of name: Name, in names: inout [Name]) -> Int {
        if let known = names.firstIndex(of: name) { return known }
        names.append(name)
        return names.count - 1
    }
}

extension FilterComparison {
    /// The comparison with its sides exchanged.
    var mirrored: Self {
        switch self {
        case .equal, .notEqual: self
        case .less: .greater
        case .lessOrEqual: .greaterOrEqual
        case .greater: .less
        case .greaterOrEqual: .lessOrEqual
        }
    }
}
