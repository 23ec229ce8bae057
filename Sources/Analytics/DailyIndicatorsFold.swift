// Newest day first, unlike ``DailyFold``. Every window reaches back from the day before, so a running sum, highest or
// lowest is its answer at the bar that completes it: 450 bytes a ticker, where oldest first would have to keep a year of
// highs, lows and closes (6 KB a ticker, 67 MB). Only Wilder's averages begin at the oldest bar; written out, each change
// has the weight 1/14 · (13/14)^age and the 14 oldest share what is left, so 14 changes wait until it is known whether
// older ones come.

/// Indicators over many days, from daily bars that come in newest day first.
///
/// One row per ticker, given by the caller. Everything is in shares and dollars of the trading day: a bar comes with the
/// factor of the splits since then. Windows count the ticker's own bars, so that a day on which it did not trade shifts
/// them; only ``Columns/closes`` counts trading days of the market, because a change over five days is over the same five
/// days for all. A bar with a price that is missing, zero or not finite counts for mean volumes only.
package struct DailyIndicatorsFold: Sendable {
    /// Closes in each of ``Columns/closeSums``: with the price they make 5, 10, 20, 50 and 200.
    package static let sumLengths = [4, 9, 19, 49, 199]
    /// How many trading days before the trading day each of ``Columns/closes`` is.
    package static let closeDays = [3, 5, 10, 20, 252]
    /// How many trading days older a close may be and still stand for a day on which the ticker did not trade.
    package static let closeSlack = 5
    /// Bars behind each of ``Columns/highs`` and ``Columns/lows``.
    package static let rangeLengths = [5, 10, 20, 63, 252]
    /// Bars that suffice for the longest range: nearly a year.
    package static let yearBarsMin = 200
    /// Bars behind the two mean volumes; the first is also that of the mean dollar volume.
    package static let volumeLengths = [20, 63]
    /// Changes over which gains and losses are averaged.
    package static let wilderLength = 14

    /// The indicators; one element per row in every column, NaN where there are not enough bars.
    package struct Columns: Sendable {
        /// Open of the day before, USD; NaN when the ticker has no bar of it.
        package var previousOpen: [Double] = []
        /// Close of the day before, USD; NaN when the ticker has no bar of it.
        package var previousClose: [Double] = []
        /// Change of the day before against the close of the bar before it, percent.
        package var previousChangePercent: [Double] = []
        /// Mean volume over 20 bars, shares.
        package var averageVolume20: [Double] = []
        /// Mean volume over 63 bars, shares.
        package var averageVolume3m: [Double] = []
        /// Mean of close · volume over 20 bars with prices, USD.
        package var averageDollarVolume: [Double] = []
        /// Per length of ``sumLengths``, the sum of so many closes, USD.
        package var closeSums = [[Double]](repeating: [], count: DailyIndicatorsFold.sumLengths.count)
        /// Per number of ``closeDays``, the close of that day, USD.
        ///
        /// Where the ticker did not trade that day it is the last close before, up to ``closeSlack`` trading days older.
        package var closes = [[Double]](repeating: [], count: DailyIndicatorsFold.closeDays.count)
        /// Per length of ``rangeLengths``, the highest high, USD; the longest takes ``yearBarsMin`` bars or more.
        package var highs = [[Double]](repeating: [], count: DailyIndicatorsFold.rangeLengths.count)
        /// The lowest low of the same.
        package var lows = [[Double]](repeating: [], count: DailyIndicatorsFold.rangeLengths.count)
        /// Wilder's mean gain over 14 changes between bars, USD; NaN below 15 bars with prices.
        package var meanGain: [Double] = []
        /// Wilder's mean loss of the same.
        package var meanLoss: [Double] = []
        /// Bars in a row, up to the newest, that closed higher (positive) or lower (negative) than the bar before them.
        ///
        /// 0 when the newest closed where the one before did; NaN below two bars with prices.
        package var upDays: [Double] = []
    }

    /// What of a row is not an answer yet.
    fileprivate struct Row: Sendable {
        /// Bars, and those of them with prices.
        var bars = 0
        var priced = 0
        var volume = 0.0
        var dollars = 0.0
        var closeSum = 0.0
        var high = -Double.infinity
        var low = Double.infinity
        /// Close of the last bar added with prices, so of the oldest one so far.
        var close = Double.nan
        /// Close of the day before, until the bar before it has come.
        var awaited = Double.nan
        var streak = 0
        var isStreakOver = false
        /// Weighted gains and losses of changes that are certainly not among the 14 oldest.
        var gain = 0.0
        var loss = 0.0
        var weight = 1.0
    }

    private var rows: [Row] = []
    /// Rings of ``wilderLength`` changes, one per row; the change behind priced bar n stands at n mod 14.
    private var changes: [Double] = []
    private var columns = Columns()

    /// No rows.
    package init() {}

    /// Rows so far.
    package var rowCount: Int { rows.count }

    /// Adds a row without bars.
    package mutating func addRow() {
        rows.append(Row())
        changes.append(contentsOf: repeatElement(0, count: Self.wilderLength))
        columns.addRow()
    }

    /// Adds a row's next bar, older than all before.
    ///
    /// - Parameters:
    ///   - row: 0…`rowCount`−1.
    ///   - open: USD as traded; NaN when it is missing, which spoils no other price.
    ///   - high: USD as traded.
    ///   - low: USD as traded.
    ///   - close: USD as traded.
    ///   - volume: Shares as traded, finite and not negative.
    ///   - factor: Shares of the trading day for one share of the bar's, above 0.
    ///   - daysBack: Trading days of the market before the trading day, 1 or more; larger with every bar of a row.
    package mutating func add(
        row: Int,
        open: Double,
        high: Double,
        low: Double,
        close: Double,
        volume: Double,
        factor: Double,
        daysBack: Int
    ) {
        let volume = volume * factor
        rows[row].bars += 1
        rows[row].volume += volume
        if rows[row].bars == Self.volumeLengths[0] {
            columns.averageVolume20[row] = rows[row].volume / Double(Self.volumeLengths[0])
        } else if rows[row].bars == Self.volumeLengths[1] {
            columns.averageVolume3m[row] = rows[row].volume / Double(Self.volumeLengths[1])
        }
        if daysBack == 1, open > 0, open.isFinite { columns.previousOpen[row] = open / factor }
        guard high > 0, low > 0, close > 0, high.isFinite, low.isFinite, close.isFinite else { return }
        let close = close / factor
        addChange(row, to: close)
        rows[row].close = close
        if daysBack == 1 {
            columns.previousClose[row] = close
            rows[row].awaited = close
        }
        addClose(row, close, daysBack: daysBack, dollars: close * volume)
        addRange(row, high: high / factor, low: low / factor)
    }

    /// The indicators of all rows; the fold is used up.
    package consuming func finish() -> Columns {
        for row in rows.indices {
            let state = rows[row]
            let changeCount = state.priced - 1
            guard changeCount >= 1 else { continue }
            columns.upDays[row] = Double(state.streak)
            guard changeCount >= Self.wilderLength else { continue }
            var gains = 0.0
            var losses = 0.0
            for change in changes[row * Self.wilderLength..<(row + 1) * Self.wilderLength] {
                gains += max(change, 0)
                losses += max(-change, 0)
            }
            let length = Double(Self.wilderLength)
            columns.meanGain[row] = state.gain + state.weight * gains / length
            columns.meanLoss[row] = state.loss + state.weight * losses / length
        }
        return columns
    }

    /// Takes the change from an older close to the one before it in the walk, which is the next newer one.
    private mutating func addChange(_ row: Int, to close: Double) {
        let newer = rows[row].close
        rows[row].priced += 1
        guard newer.isFinite else { return }
        let change = newer - close
        if rows[row].awaited.isFinite {
            columns.previousChangePercent[row] = (rows[row].awaited - close) / close * 100
            rows[row].awaited = .nan
        }
        rows[row].extendStreak(change)
        let place = row * Self.wilderLength + rows[row].priced % Self.wilderLength
        // The first change comes with the second bar, so the ring is full from the 15th change on.
        if rows[row].priced > Self.wilderLength + 1 { rows[row].settle(changes[place]) }
        changes[place] = change
    }

    private mutating func addClose(_ row: Int, _ close: Double, daysBack: Int, dollars: Double) {
        let priced = rows[row].priced
        rows[row].closeSum += close
        rows[row].dollars += dollars
        if let index = Self.sumLengths.firstIndex(of: priced) { columns.closeSums[index][row] = rows[row].closeSum }
        if priced == Self.volumeLengths[0] {
            columns.averageDollarVolume[row] = rows[row].dollars / Double(Self.volumeLengths[0])
        }
        for (index, wanted) in Self.closeDays.enumerated()
        where daysBack >= wanted && daysBack <= wanted + Self.closeSlack && columns.closes[index][row].isNaN {
            columns.closes[index][row] = close
        }
    }

    private mutating func addRange(_ row: Int, high: Double, low: Double) {
        let priced = rows[row].priced
        let year = Self.rangeLengths.count - 1
        guard priced <= Self.rangeLengths[year] else { return }
        rows[row].high = max(rows[row].high, high)
        rows[row].low = min(rows[row].low, low)
        let complete = priced >= Self.yearBarsMin ? year : Self.rangeLengths.firstIndex(of: priced)
        guard let complete else { return }
        columns.highs[complete][row] = rows[row].high
        columns.lows[complete][row] = rows[row].low
    }
}

extension DailyIndicatorsFold.Row {
    /// Goes on with the streak of the newest change while older ones are of its sign.
    fileprivate mutating func extendStreak(_ change: Double) {
        guard !isStreakOver else { return }
        let step = change > 0 ? 1 : change < 0 ? -1 : 0
        if step == 0 || streak * step < 0 { isStreakOver = true } else { streak += step }
    }

    /// Takes a change that is newer than the 14 oldest; they come newest first, each with less weight.
    fileprivate mutating func settle(_ change: Double) {
        let length = Double(DailyIndicatorsFold.wilderLength)
        gain += weight * max(change, 0) / length
        loss += weight * max(-change, 0) / length
        weight *= (length - 1) / length
    }
}

extension DailyIndicatorsFold.Columns {
    fileprivate mutating func addRow() {
        let single: [WritableKeyPath<Self, [Double]>] = [
            \.previousOpen, \.previousClose, \.previousChangePercent, \.averageVolume20, \.averageVolume3m,
            \.averageDollarVolume, \.meanGain, \.meanLoss, \.upDays,
        ]
        for column in single { self[keyPath: column].append(.nan) }
        for index in closeSums.indices { closeSums[index].append(.nan) }
        for index in closes.indices { closes[index].append(.nan) }
        for index in highs.indices { highs[index].append(.nan) }
        for index in lows.indices { lows[index].append(.nan) }
    }
}
