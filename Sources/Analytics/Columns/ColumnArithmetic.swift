// A column is some tens of microseconds of plain loops over contiguous memory; each formula is inlined into its loop. A
// column that is shorter than the others (nothing is known of any row) makes the result missing throughout.

/// Arithmetic a column at a time.
enum ColumnArithmetic {
    /// A column of missing numbers.
    static func missing(_ count: Int) -> [Double] { Array(repeating: .nan, count: count) }

    /// A number of each row's number.
    @inline(__always)
    static func map(_ first: [Double], _ formula: (Double) -> Double) -> [Double] {
        fill(first.count) { row in formula(first[row]) }
    }

    /// A number of each row's two numbers.
    @inline(__always)
    static func map(_ first: [Double], _ second: [Double], _ formula: (Double, Double) -> Double) -> [Double] {
        guard second.count == first.count else { return missing(max(first.count, second.count)) }
        return first.withUnsafeBufferPointer { first in
            second.withUnsafeBufferPointer { second in
                fill(first.count) { row in formula(first[row], second[row]) }
            }
        }
    }

    /// A number of each row's three numbers.
    @inline(__always)
    static func map(
        _ first: [Double],
        _ second: [Double],
        _ third: [Double],
        _ formula: (Double, Double, Double) -> Double
    ) -> [Double] {
        guard second.count == first.count, third.count == first.count else {
            return missing(max(first.count, second.count, third.count))
        }
        return first.withUnsafeBufferPointer { first in
            second.withUnsafeBufferPointer { second in
                third.withUnsafeBufferPointer { third in
                    fill(first.count) { row in formula(first[row], second[row], third[row]) }
                }
            }
        }
    }

    /// A column from a formula of the row.
    @inline(__always)
    static func fill(_ count: Int, _ formula: (Int) -> Double) -> [Double] {
        Array(unsafeUninitializedCapacity: count) { result, initialized in
            for row in 0..<count { result.initializeElement(at: row, to: formula(row)) }
            initialized = count
        }
    }

    /// `value` against `base` in percent; NaN unless the base is above 0.
    @inline(__always)
    static func percent(_ value: Double, of base: Double) -> Double {
        base > 0 ? (value - base) / base * 100 : .nan
    }

    /// `value` / `divisor`; NaN unless the divisor is above 0.
    @inline(__always)
    static func ratio(_ value: Double, _ divisor: Double) -> Double { divisor > 0 ? value / divisor : .nan }

    /// Where a value stands between a low (0) and a high (100), in percent; NaN without a range.
    @inline(__always)
    static func position(_ value: Double, low: Double, high: Double) -> Double {
        high > low ? (value - low) / (high - low) * 100 : .nan
    }

    /// The larger of two numbers, or the first where the second is missing.
    @inline(__always)
    static func raised(_ first: Double, by second: Double) -> Double { second > first ? second : first }

    /// The smaller of two numbers, or the first where the second is missing.
    @inline(__always)
    static func lowered(_ first: Double, by second: Double) -> Double { second < first ? second : first }
}
