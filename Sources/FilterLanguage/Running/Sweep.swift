/// The loops over the rows of a block.
///
/// Verdicts are 0 for false, 1 for unknown, 2 for true.
enum Sweep {
    /// Missing instead of infinite.
    @inline(__always)
    static func finite(_ value: Double) -> Double { value.magnitude < .infinity ? value : .nan }

    @inline(__always)
    static func map(
        _ a: UnsafePointer<Double>,
        _ out: UnsafeMutablePointer<Double>,
        _ count: Int,
        _ result: (Double) -> Double
    ) {
        for row in 0..<count { out[row] = result(a[row]) }
    }

    /// Joins a clause to those before it: the smaller verdict counts, and of clauses that are not true the first.
    static func join(
        _ clause: UnsafePointer<UInt8>,
        _ number: UInt8,
        _ none: UInt8,
        _ verdicts: UnsafeMutablePointer<UInt8>,
        _ deciding: UnsafeMutablePointer<UInt8>,
        _ count: Int
    ) {
        for row in 0..<count {
            verdicts[row] = min(verdicts[row], clause[row])
            deciding[row] = min(deciding[row], clause[row] == 2 ? none : number)
        }
    }

    // MARK: Numbers to verdicts

    static func compare(
        _ a: UnsafePointer<Double>,
        _ comparison: FilterComparison,
        _ b: Double,
        _ out: UnsafeMutablePointer<UInt8>,
        _ count: Int
    ) {
        switch comparison {
        case .less: judge(a, b, out, count, { $0 .< $1 }, { $0 .>= $1 })
        case .lessOrEqual: judge(a, b, out, count, { $0 .<= $1 }, { $0 .> $1 })
        case .greater: judge(a, b, out, count, { $0 .> $1 }, { $0 .<= $1 })
        case .greaterOrEqual: judge(a, b, out, count, { $0 .>= $1 }, { $0 .< $1 })
        case .equal: judge(a, b, out, count, { $0 .== $1 }, { ($0 .< $1) .| ($0 .> $1) })
        case .notEqual: judge(a, b, out, count, { ($0 .< $1) .| ($0 .> $1) }, { $0 .== $1 })
        }
    }

    static func compare(
        _ a: UnsafePointer<Double>,
        _ comparison: FilterComparison,
        _ b: UnsafePointer<Double>,
        _ out: UnsafeMutablePointer<UInt8>,
        _ count: Int
    ) {
        switch comparison {
        case .less: judge(a, b, out, count, { $0 .< $1 }, { $0 .>= $1 })
        case .lessOrEqual: judge(a, b, out, count, { $0 .<= $1 }, { $0 .> $1 })
        case .greater: judge(a, b, out, count, { $0 .> $1 }, { $0 .<= $1 })
        case .greaterOrEqual: judge(a, b, out, count, { $0 .>= $1 }, { $0 .< $1 })
        case .equal: judge(a, b, out, count, { $0 .== $1 }, { ($0 .< $1) .| ($0 .> $1) })
        case .notEqual: judge(a, b, out, count, { ($0 .< $1) .| ($0 .> $1) }, { $0 .== $1 })
        }
    }

    static func between(
        _ a: UnsafePointer<Double>,
        _ lower: Double,
        _ upper: Double,
        _ excludesUpper: Bool,
        _ out: UnsafeMutablePointer<UInt8>,
        _ count: Int
    ) {
        if excludesUpper {
            judge(
                a,
                0,
                out,
                count,
                { a, _ in (a .>= lower) .& (a .< upper) },
                { a, _ in (a .< lower) .| (a .>= upper) }
            )
        } else {
            judge(
                a,
                0,
                out,
                count,
                { a, _ in (a .>= lower) .& (a .<= upper) },
                { a, _ in (a .< lower) .| (a .> upper) }
            )
        }
    }

    static func oneOf(_ a: UnsafePointer<Double>, _ set: [Double], _ out: UnsafeMutablePointer<UInt8>, _ count: Int) {
        set.withUnsafeBufferPointer { set in
            for row in 0..<count {
                let value = a[row]
                guard !value.isNaN else {
                    out[row] = 1
                    continue
                }
                var (low, high) = (0, set.count)
                while low < high {
                    let middle = (low + high) / 2
                    if set[middle] < value { low = middle + 1 } else { high = middle }
                }
                out[row] = low < set.count && set[low] == value ? 2 : 0
            }
        }
    }

    static func isKnown(_ a: UnsafePointer<Double>, _ out: UnsafeMutablePointer<UInt8>, _ count: Int) {
        for row in 0..<count { out[row] = a[row].isNaN ? 0 : 2 }
    }

    static func flag(_ a: UnsafePointer<Double>, _ out: UnsafeMutablePointer<UInt8>, _ count: Int) {
        compare(a, .notEqual, 0, out, count)
    }

    static func onList(_ list: UnsafePointer<Bool>, _ out: UnsafeMutablePointer<UInt8>, _ count: Int) {
        for row in 0..<count { out[row] = list[row] ? 2 : 0 }
    }

    private typealias Lanes = SIMD8<Double>
    private typealias Mask = SIMDMask<SIMD8<Int64>>

    /// Writes 2 where `yes`, 0 where `no`, 1 where neither, eight rows at a time.
    @inline(__always)
    private static func judge(
        _ a: UnsafePointer<Double>,
        _ b: Double,
        _ out: UnsafeMutablePointer<UInt8>,
        _ count: Int,
        _ yes: (Lanes, Double) -> Mask,
        _ no: (Lanes, Double) -> Mask
    ) {
        var row = 0
        while row + 8 <= count {
            let lanes = UnsafeRawPointer(a + row).loadUnaligned(as: Lanes.self)
            write(yes(lanes, b), no(lanes, b), out + row)
            row += 8
        }
        while row < count {
            let lanes = Lanes(repeating: a[row])
            out[row] = single(yes(lanes, b), no(lanes, b))
            row += 1
        }
    }

    @inline(__always)
    private static func judge(
        _ a: UnsafePointer<Double>,
        _ b: UnsafePointer<Double>,
        _ out: UnsafeMutablePointer<UInt8>,
        _ count: Int,
        _ yes: (Lanes, Lanes) -> Mask,
        _ no: (Lanes, Lanes) -> Mask
    ) {
        var row = 0
        while row + 8 <= count {
            let left = UnsafeRawPointer(a + row).loadUnaligned(as: Lanes.self)
            let right = UnsafeRawPointer(b + row).loadUnaligned(as: Lanes.self)
            write(yes(left, right), no(left, right), out + row)
            row += 8
        }
        while row < count {
            let (left, right) = (Lanes(repeating: a[row]), Lanes(repeating: b[row]))
            out[row] = single(yes(left, right), no(left, right))
            row += 1
        }
    }

    @inline(__always)
    private static func write(_ yes: Mask, _ no: Mask, _ out: UnsafeMutablePointer<UInt8>) {
        // A mask is −1 where it holds: two additions, and no blending, which the oldest machines lack.
        let (none, all) = (SIMD8<Int64>(repeating: 0), SIMD8<Int64>(repeating: -1))
        let verdicts = 1 &- none.replacing(with: all, where: yes) &+ none.replacing(with: all, where: no)
        UnsafeMutableRawPointer(out).storeBytes(of: SIMD8<UInt8>(truncatingIfNeeded: verdicts), as: SIMD8<UInt8>.self)
    }

    @inline(__always)
    private static func single(_ yes: Mask, _ no: Mask) -> UInt8 { yes[0] ? 2 : (no[0] ? 0 : 1) }

    // MARK: Verdicts to verdicts

    static func and(_ a: UnsafeMutablePointer<UInt8>, _ b: UnsafeMutablePointer<UInt8>, _ count: Int) {
        for row in 0..<count { a[row] = min(a[row], b[row]) }
    }

    static func or(_ a: UnsafeMutablePointer<UInt8>, _ b: UnsafeMutablePointer<UInt8>, _ count: Int) {
        for row in 0..<count { a[row] = max(a[row], b[row]) }
    }

    static func not(_ a: UnsafeMutablePointer<UInt8>, _ count: Int) {
        for row in 0..<count { a[row] = 2 &- a[row] }
    }

    /// Turns verdicts into those of ``FilterVerdict`` and counts them; at most 65,535 rows.
    static func publish(_ a: UnsafeMutablePointer<UInt8>, _ count: Int) -> (trues: Int, unknowns: Int) {
        var (trues, unknowns) = (UInt16(0), UInt16(0))
        for row in 0..<count {
            let (isTrue, isUnknown) = (a[row] >> 1, a[row] & 1)
            trues &+= UInt16(isTrue)
            unknowns &+= UInt16(isUnknown)
            a[row] = isTrue | isUnknown << 1
        }
        return (Int(trues), Int(unknowns))
    }

    /// Registers side by side; the first takes the verdict.
    static func atLeast(_ least: Int, _ a: UnsafeMutablePointer<UInt8>, tests: Int, width: Int, _ count: Int) {
        for row in 0..<count {
            var (trues, unknowns) = (0, 0)
            for test in 0..<tests {
                let verdict = a[test * width + row]
                trues += Int(verdict >> 1)
                unknowns += Int(verdict & 1)
            }
            a[row] = trues >= least ? 2 : (trues + unknowns < least ? 0 : 1)
        }
    }

    // MARK: Memory

    /// True once a test has been true for so long; what is not true begins anew.
    static func held(
        _ a: UnsafeMutablePointer<UInt8>,
        _ times: UnsafeMutablePointer<UInt32>,
        now: UInt32,
        least: UInt32,
        _ count: Int
    ) {
        for row in 0..<count {
            guard a[row] == 2 else {
                times[row] = 0
                continue
            }
            if times[row] == 0 { times[row] = now }
            a[row] = now - times[row] >= least ? 2 : 0
        }
    }

    /// True from the test on until the exit.
    static func sticky(
        _ a: UnsafeMutablePointer<UInt8>,
        exit: UnsafeMutablePointer<UInt8>,
        _ marks: UnsafeMutablePointer<UInt8>,
        _ count: Int
    ) {
        for row in 0..<count {
            if exit[row] == 2 {
                marks[row] = 0
                a[row] = 0
            } else if marks[row] == 1 || a[row] == 2 {
                marks[row] = 1
                a[row] = 2
            }
        }
    }

    /// True for a while after `a` has come above `b`.
    ///
    /// A mark is 1 where `a` was last at or below `b`, 2 where above, 0 where that is not known.
    static func crosses(
        _ a: UnsafePointer<Double>,
        above b: UnsafePointer<Double>,
        _ out: UnsafeMutablePointer<UInt8>,
        _ times: UnsafeMutablePointer<UInt32>,
        _ marks: UnsafeMutablePointer<UInt8>,
        now: UInt32,
        most: UInt32,
        _ count: Int
    ) {
        for row in 0..<count {
            let side: UInt8 = a[row] > b[row] ? 2 : (a[row] <= b[row] ? 1 : 0)
            if side == 2, marks[row] == 1 { times[row] = now }
            marks[row] = side
            let isRecent = times[row] != 0 && now - times[row] <= most
            out[row] = isRecent ? 2 : (side == 0 ? 1 : 0)
        }
    }
}
