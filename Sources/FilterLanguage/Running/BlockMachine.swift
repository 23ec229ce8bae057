import MarketData

/// Runs instructions over a block of rows.
///
/// The pointers are those of the run that made the machine and are not used after it; a machine never leaves the function that
/// made it.
struct BlockMachine {
    /// Rows of a block: its registers stay in the first cache.
    static let blockRows = 1024

    /// What all blocks of a run share.
    struct Sources {
        var columns: [UnsafePointer<Double>]
        var derived: [UnsafeMutablePointer<Double>]
        var codes: [UnsafeBufferPointer<Int32>]
        var lists: [UnsafePointer<Bool>]
        var times: UnsafeMutablePointer<UInt32>
        var marks: UnsafeMutablePointer<UInt8>
        /// Rows between the state of one node and of the next.
        var stride: Int
        /// The time of the run, in the units of `times`.
        var now: UInt32
        var secondOfDay: Double
    }

    let sources: Sources
    let code: ProgramCode
    let answers: [TextAnswers]
    /// Registers, `width` rows each.
    let numbers: UnsafeMutablePointer<Double>
    let verdicts: UnsafeMutablePointer<UInt8>
    let width: Int

    /// Runs instructions over `count` rows, at most `width`, from `first` on.
    func run(_ instructions: [Instruction], first: Int, count: Int) {
        for instruction in instructions {
            switch instruction {
            case .compare(let source, let comparison, let operand, let target):
                compare(at(source, first), comparison, operand, verdict(target), first, count)
            case .between(let source, let lower, let upper, let excludesUpper, let target):
                Sweep.between(at(source, first), lower, upper, excludesUpper, verdict(target), count)
            case .oneOf(let source, let set, let target):
                Sweep.oneOf(at(source, first), code.sets[set], verdict(target), count)
            case .isKnown(let source, let target): Sweep.isKnown(at(source, first), verdict(target), count)
            case .flag(let source, let target): Sweep.flag(at(source, first), verdict(target), count)
            case .constant(let value, let target): verdict(target).update(repeating: value ? 2 : 0, count: count)
            case .text(let index, let target): text(index, verdict(target), first, count)
            case .onList(let list, let target): Sweep.onList(sources.lists[list] + first, verdict(target), count)
            case .and(let other, let target): Sweep.and(verdict(target), verdict(other), count)
            case .or(let other, let target): Sweep.or(verdict(target), verdict(other), count)
            case .not(let target): Sweep.not(verdict(target), count)
            case .atLeast(let least, let from, let tests):
                Sweep.atLeast(least, verdict(from), tests: tests, width: width, count)
            case .held, .crosses, .sticky: runStateful(instruction, first, count)
            default: runNumber(instruction, first, count)
            }
        }
    }

    /// A register of verdicts.
    func verdict(_ register: Int) -> UnsafeMutablePointer<UInt8> { verdicts + register * width }

    /// A vector of numbers at a row.
    func at(_ source: NumberSource, _ first: Int) -> UnsafePointer<Double> {
        switch source {
        case .column(let column): sources.columns[column] + first
        case .derived(let column): UnsafePointer(sources.derived[column] + first)
        case .register(let register): UnsafePointer(number(register))
        }
    }

    /// A number that all rows share.
    func value(_ uniform: UniformNumber) -> Double {
        switch uniform {
        case .constant(let value): value
        case .timeOfDay: sources.secondOfDay
        }
    }

    private func number(_ register: Int) -> UnsafeMutablePointer<Double> { numbers + register * width }

    private func compare(
        _ left: UnsafePointer<Double>,
        _ comparison: FilterComparison,
        _ right: NumberOperand,
        _ out: UnsafeMutablePointer<UInt8>,
        _ first: Int,
        _ count: Int
    ) {
        switch right {
        case .uniform(let uniform): Sweep.compare(left, comparison, value(uniform), out, count)
        case .vector(let source): Sweep.compare(left, comparison, at(source, first), out, count)
        }
    }

    private func text(_ index: Int, _ out: UnsafeMutablePointer<UInt8>, _ first: Int, _ count: Int) {
        let codes = sources.codes[code.texts[index].column]
        answers[index].verdicts.withUnsafeBufferPointer { verdicts in
            for row in 0..<count {
                let place = first + row < codes.count ? Int(codes[first + row]) + 1 : 0
                out[row] = verdicts[place]
            }
        }
    }

    private func runNumber(_ instruction: Instruction, _ first: Int, _ count: Int) {
        switch instruction {
        case .splat(let uniform, let target): number(target).update(repeating: value(uniform), count: count)
        case .negate(let source, let target): Sweep.map(at(source, first), number(target), count) { -$0 }
        case .magnitude(let source, let target): Sweep.map(at(source, first), number(target), count) { abs($0) }
        case .arithmetic(let left, let sign, let right, let target):
            let out = number(target)
            switch sign {
            case .add: combine(left, right, out, first, count) { Sweep.finite($0 + $1) }
            case .subtract: combine(left, right, out, first, count) { Sweep.finite($0 - $1) }
            case .multiply: combine(left, right, out, first, count) { Sweep.finite($0 * $1) }
            case .divide: combine(left, right, out, first, count) { Sweep.finite($0 / $1) }
            }
        case .smaller(let left, let right, let target):
            // A missing side makes the result missing, which the bare comparison would not.
            combine(left, right, number(target), first, count) { $0 < $1 ? $0 : ($0.isNaN ? $0 : $1) }
        case .larger(let left, let right, let target):
            combine(left, right, number(target), first, count) { $0 > $1 ? $0 : ($0.isNaN ? $0 : $1) }
        case .fallback(let left, let right, let target):
            combine(.vector(left), right, number(target), first, count) { $0.isNaN ? $1 : $0 }
        default: preconditionFailure("Invariant: every other instruction is run by its own function")
        }
    }

    @inline(__always)
    private func combine(
        _ left: NumberOperand,
        _ right: NumberOperand,
        _ out: UnsafeMutablePointer<Double>,
        _ first: Int,
        _ count: Int,
        _ result: (Double, Double) -> Double
    ) {
        switch (left, right) {
        case (.vector(let a), .vector(let b)):
            let (a, b) = (at(a, first), at(b, first))
            for row in 0..<count { out[row] = result(a[row], b[row]) }
        case (.vector(let a), .uniform(let b)):
            let (a, b) = (at(a, first), value(b))
            for row in 0..<count { out[row] = result(a[row], b) }
        case (.uniform(let a), .vector(let b)):
            let (a, b) = (value(a), at(b, first))
            for row in 0..<count { out[row] = result(a, b[row]) }
        case (.uniform(let a), .uniform(let b)):
            out.update(repeating: result(value(a), value(b)), count: count)
        }
    }

    private func runStateful(_ instruction: Instruction, _ first: Int, _ count: Int) {
        let now = sources.now
        switch instruction {
        case .held(let target, let seconds, let time):
            let times = sources.times + time * sources.stride + first
            Sweep.held(verdict(target), times, now: now, least: Self.milliseconds(seconds), count)
        case .sticky(let target, let exit, let mark):
            let marks = sources.marks + mark * sources.stride + first
            Sweep.sticky(verdict(target), exit: verdict(exit), marks, count)
        case .crosses(let left, let isAbove, let right, let seconds, let time, let mark, let target):
            let times = sources.times + time * sources.stride + first
            let marks = sources.marks + mark * sources.stride + first
            let (a, b) = isAbove ? (at(left, first), at(right, first)) : (at(right, first), at(left, first))
            let most = Self.milliseconds(seconds)
            Sweep.crosses(a, above: b, verdict(target), times, marks, now: now, most: most, count)
        default: preconditionFailure("Invariant: only nodes with a memory come here")
        }
    }

    private static func milliseconds(_ seconds: Int) -> UInt32 { UInt32(clamping: Int64(clamping: seconds) * 1000) }
}
