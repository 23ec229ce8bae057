package import MarketData
package import MarketTime

/// The lookback days' cumulative volumes, summed per ticker: what today's volume is divided by.
///
/// `H(s) = sum(s) / days` (`design.md` §2). Sums rather than means are kept because they are exact: whole shares below
/// 2^53. Rows are those of the history load; `rowOf` maps a ticker's row to them, so 17 MB are not copied or permuted.
package struct Baseline: Sendable {
    /// History row + 1 of each ticker's row; 0 where it has no lookback day.
    ///
    /// May be shorter than the universe.
    private var rowOf: [Int32] = []
    private var historyRows: [Symbol: Int32] = [:]
    private var days: [UInt8] = []
    private var sums: [Double] = []

    /// A baseline in which no ticker has a lookback day.
    package init() {}

    /// A baseline over loaded sums.
    ///
    /// - Parameters:
    ///   - symbols: One per row, unique.
    ///   - days: Lookback days per row, at least 1.
    ///   - sums: `symbols.count` × 192 sums of C(d, s).
    package init(symbols: [Symbol], days: [UInt8], sums: [Double]) {
        precondition(days.count == symbols.count, "Invariant: every row has its number of days")
        precondition(sums.count == symbols.count * Slot.count, "Invariant: every row has 192 sums")
        self.days = days
        self.sums = sums
        historyRows.reserveCapacity(symbols.count)
        for (row, symbol) in symbols.enumerated() { historyRows[symbol] = Int32(row) }
    }

    /// Tickers with at least one lookback day.
    package var tickerCount: Int { days.count }

    /// Makes every ticker of the universe resolvable; call after rows were added.
    package mutating func resolve(_ universe: borrowing Universe) {
        for row in rowOf.count..<max(rowOf.count, universe.count) {
            rowOf.append((historyRows[universe.symbols[row]] ?? -1) + 1)
        }
    }

    /// Lookback days behind a ticker's baseline; 0 when it has none.
    package func dayCount(row: Int) -> UInt8 {
        guard row < rowOf.count, rowOf[row] > 0 else { return 0 }
        return days[Int(rowOf[row]) - 1]
    }

    /// The sum and the number of days at the end of a slot.
    ///
    /// Slot -1 is the start of the day. Nil without a lookback day.
    func sum(row: Int, slot: Int) -> (shares: Double, days: Double)? {
        guard row < rowOf.count, rowOf[row] > 0 else { return nil }
        let index = Int(rowOf[row]) - 1
        return (slot < 0 ? 0 : sums[index * Slot.count + min(slot, Slot.count - 1)], Double(days[index]))
    }

    /// Fills columns, one element per row of the universe, with what ``sum(row:slot:)`` says: the sums at the ends of the
    /// slots before `slot`−1, before `slot`, and of `slot`, and the number of days; NaN days and no sums without a baseline.
    ///
    /// The universe's rows must have been resolved. `version` is another number for every other baseline.
    func gather(slot: Int, count: Int, version: Int, into columns: inout Columns) {
        precondition(rowOf.count >= count, "Invariant: every row has been resolved")
        if columns.dayCounts.count != count || columns.version != version {
            columns = Columns(version: version, count: count)
            gatherDays(count: count, into: &columns)
        }
        let end = min(slot, Slot.count - 1)
        // One row after the other: the three sums share a cache line, and the page it lies in is the row's own.
        columns.withUnsafeColumns { before, start, ends in
            rowOf.withUnsafeBufferPointer { rowOf in
                sums.withUnsafeBufferPointer { sums in
                    for row in 0..<count {
                        let first = (Int(rowOf[row]) - 1) * Slot.count
                        before[row] = first < 0 || slot < 2 ? 0 : sums[first + slot - 2]
                        start[row] = first < 0 || slot < 1 ? 0 : sums[first + slot - 1]
                        ends[row] = first < 0 ? 0 : sums[first + end]
                    }
                }
            }
        }
    }

    /// What does not change with the slot.
    private func gatherDays(count: Int, into columns: inout Columns) {
        for row in 0..<count {
            let index = Int(rowOf[row]) - 1
            columns.dayCounts[row] = index < 0 ? 0 : days[index]
            columns.days[row] = index < 0 ? .nan : Double(days[index])
        }
    }

    /// A slot's part of the baseline, contiguous: see ``gather(slot:count:version:into:)``.
    struct Columns: Sendable {
        fileprivate(set) var before: [Double] = []
        fileprivate(set) var start: [Double] = []
        fileprivate(set) var end: [Double] = []
        fileprivate(set) var days: [Double] = []
        fileprivate(set) var dayCounts: [UInt8] = []

        /// The number its owner gave to the baseline they were gathered from.
        fileprivate let version: Int

        init() { version = 0 }

        fileprivate init(version: Int, count: Int) {
            self.version = version
            before = Array(repeating: 0, count: count)
            start = before
            end = before
            days = before
            dayCounts = Array(repeating: 0, count: count)
        }

        fileprivate mutating func withUnsafeColumns(
            _ body: (
                _ before: UnsafeMutableBufferPointer<Double>,
                _ start: UnsafeMutableBufferPointer<Double>,
                _ end: UnsafeMutableBufferPointer<Double>
            ) -> Void
        ) {
            before.withUnsafeMutableBufferPointer { before in
                start.withUnsafeMutableBufferPointer { start in
                    end.withUnsafeMutableBufferPointer { end in body(before, start, end) }
                }
            }
        }
    }

    /// The mean cumulative volume H(t) at a point of the day, interpolated within the slot, shares; nil without a baseline.
    package func interpolated(row: Int, at progress: DayProgress) -> Double? {
        guard let end = sum(row: row, slot: progress.completedSlots) else { return nil }
        let start = sum(row: row, slot: progress.completedSlots - 1)?.shares ?? 0
        return (start + progress.fraction * (end.shares - start)) / end.days
    }

    /// The mean cumulative volume H(s) at the end of a slot, shares; nil without a baseline.
    package func atEnd(ofSlot slot: Int, row: Int) -> Double? {
        sum(row: row, slot: slot).map { $0.shares / $0.days }
    }

    /// The mean own volume of a slot, shares; nil without a baseline.
    package func own(slot: Int, row: Int) -> Double? {
        guard let end = sum(row: row, slot: slot), let start = sum(row: row, slot: slot - 1) else { return nil }
        return (end.shares - start.shares) / end.days
    }
}
