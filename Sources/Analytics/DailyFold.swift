/// Averages, true range and the day before, from daily bars that come in oldest day first.
///
/// One row per ticker, given by the caller. Everything is in shares and dollars of the day it is wanted for: a bar comes
/// with the factor of the splits since then, which multiplies its volume and divides its prices. State is 310 bytes a row.
package struct DailyFold: Sendable {
    /// Bars of the longest average.
    package static let longestAverage = 30
    /// Bars over which the true range is averaged.
    package static let rangeBars = 14

    /// What a row's bars have told so far.
    package struct Facts: Hashable, Sendable {
        /// Mean volume of the last 5 bars (fewer when there are fewer), shares.
        package var averageVolume5: Double
        /// Mean volume of the last 10 bars.
        package var averageVolume10: Double
        /// Mean volume of the last 30 bars.
        package var averageVolume30: Double
        /// Bars behind the longest average, 0…30.
        package var averageDays: Int
        /// Wilder's average true range over 14 bars, USD; NaN below 15 bars with prices.
        package var atr14: Double
        /// High of the day before, USD; NaN without.
        package var previousHigh: Double
        /// Low of the day before, USD; NaN without.
        package var previousLow: Double
        /// Close of the day before, USD; NaN without.
        package var previousClose: Double
        /// Volume of the day before, shares; NaN without.
        package var previousVolume: Double
    }

    fileprivate struct Row: Sendable {
        var bars = 0
        var ranges = 0
        /// The sum of the first ``rangeBars`` true ranges, then their smoothed mean.
        var range = 0.0
        var close = Double.nan
        var previous = (high: Double.nan, low: Double.nan, close: Double.nan, volume: Double.nan)
    }

    private var rows: [Row] = []
    /// Rings of ``longestAverage`` volumes, one per row; bar n stands at n mod 30.
    private var volumes: [Double] = []

    /// No rows.
    package init() {}

    /// Rows so far.
    package var rowCount: Int { rows.count }

    /// Makes room for rows to come.
    package mutating func reserveCapacity(_ count: Int) {
        rows.reserveCapacity(count)
        volumes.reserveCapacity(count * Self.longestAverage)
    }

    /// Adds a row without bars.
    package mutating func addRow() {
        rows.append(Row())
        volumes.append(contentsOf: repeatElement(0, count: Self.longestAverage))
    }

    /// Adds a row's next bar, later than all before.
    ///
    /// - Parameters:
    ///   - row: 0…`rowCount`−1.
    ///   - high: USD as traded; NaN in any price makes it a bar without prices, which counts for volumes only.
    ///   - low: USD as traded.
    ///   - close: USD as traded.
    ///   - volume: Shares as traded, finite and not negative.
    ///   - factor: Shares of the wanted day for one share of the bar's, above 0.
    ///   - isPrevious: Whether the bar is of the day before the wanted one.
    package mutating func add(
        row: Int,
        high: Double,
        low: Double,
        close: Double,
        volume: Double,
        factor: Double,
        isPrevious: Bool
    ) {
        let volume = volume * factor
        volumes[row * Self.longestAverage + rows[row].bars % Self.longestAverage] = volume
        rows[row].bars += 1
        if isPrevious {
            rows[row].previous = (high / factor, low / factor, close / factor, volume)
        }
        if high.isFinite, low.isFinite, close.isFinite {
            rows[row].addPrices(high: high / factor, low: low / factor, close: close / factor)
        }
    }

    /// Adds a row's next day of which only the volume is known; see ``add(row:high:low:close:volume:factor:isPrevious:)``.
    package mutating func add(row: Int, volume: Double, factor: Double, isPrevious: Bool) {
        add(
            row: row,
            high: .nan,
            low: .nan,
            close: .nan,
            volume: volume,
            factor: factor,
            isPrevious: isPrevious
        )
    }

    /// What a row's bars have told; averages are 0 without a bar.
    package func facts(row: Int) -> Facts {
        let state = rows[row]
        return Facts(
            averageVolume5: mean(row, 5),
            averageVolume10: mean(row, 10),
            averageVolume30: mean(row, Self.longestAverage),
            averageDays: min(state.bars, Self.longestAverage),
            atr14: state.ranges >= Self.rangeBars ? state.range : .nan,
            previousHigh: state.previous.high,
            previousLow: state.previous.low,
            previousClose: state.previous.close,
            previousVolume: state.previous.volume
        )
    }

    /// The mean of the last `count` volumes, summed anew from the newest: a running sum would gather rounding errors.
    private func mean(_ row: Int, _ count: Int) -> Double {
        let bars = rows[row].bars
        let used = min(bars, count)
        guard used > 0 else { return 0 }
        var sum = 0.0
        for back in 1...used { sum += volumes[row * Self.longestAverage + (bars - back) % Self.longestAverage] }
        return sum / Double(used)
    }
}

extension DailyFold.Row {
    /// Takes a bar's prices; the first one has no close before it, so no true range.
    fileprivate mutating func addPrices(high: Double, low: Double, close newClose: Double) {
        defer { close = newClose }
        guard close.isFinite else { return }
        let trueRange = max(high, close) - min(low, close)
        let length = Double(DailyFold.rangeBars)
        ranges += 1
        if ranges < DailyFold.rangeBars {
            range += trueRange
        } else if ranges == DailyFold.rangeBars {
            range = (range + trueRange) / length
        } else {
            range = (range * (length - 1) + trueRange) / length
        }
    }
}
