package import MarketData
package import MarketTime

/// Which daily bars are wanted for indicators over many days.
package struct DailyRequest: Hashable, Sendable {
    /// Trading days that count at most: a year, and the day before it.
    package static let dayCount = 253

    /// The day whose indicators are wanted; bars of earlier days count.
    package var tradingDay: DayID
    /// The days, newest first.
    package var days: [DayID]
    /// Grows with every request of an engine.
    package var number: UInt64

    /// A request.
    package init(tradingDay: DayID, days: [DayID], number: UInt64 = 0) {
        self.tradingDay = tradingDay
        self.days = days
        self.number = number
    }
}

/// Indicators of many symbols over their stored daily bars; parallel columns, NaN where there are not enough bars.
///
/// In dollars of the trading day: prices before a split are divided by its factor. None knows the trading day itself; what
/// compares with the price is worked out where the price is.
package struct DailyIndicators: Hashable, Sendable {
    /// What was asked.
    package var request: DailyRequest
    /// Symbols with at least one bar.
    package var symbols: [Symbol] = []
    /// Open of the day before, USD.
    package var previousOpen: [Double] = []
    /// Change of the day before against its previous close, percent.
    package var previousChangePercent: [Double] = []
    /// Mean volume over 20 bars, shares; NaN below 20.
    package var averageVolume20: [Double] = []
    /// Mean volume over 63 bars (three months), shares; NaN below 63.
    package var averageVolume3m: [Double] = []
    /// Mean of close · volume over 20 bars, USD; NaN below 20.
    package var averageDollarVolume: [Double] = []
    /// Sums of the last 4, 9, 19, 49 and 199 closes, USD; with the price they make moving averages that include today.
    package var closeSums: [Int: [Double]] = [:]
    /// Close 3, 5, 10, 20 and 252 trading days before the trading day, USD.
    package var closes: [Int: [Double]] = [:]
    /// Highest high of the last 5, 10, 20, 63 and 252 bars, USD; NaN with fewer bars, but 252 takes at least 200.
    package var highs: [Int: [Double]] = [:]
    /// Lowest low of the same.
    package var lows: [Int: [Double]] = [:]
    /// Wilder's mean gain and mean loss over 14 bars up to the day before, USD: with the price they make RSI.
    package var meanGain: [Double] = []
    /// See ``meanGain``.
    package var meanLoss: [Double] = []
    /// Close of the day before, USD.
    package var previousClose: [Double] = []
    /// Days in a row that closed higher (positive) or lower (negative) than the day before them, up to the day before.
    package var upDays: [Double] = []

    /// No symbols.
    package init(request: DailyRequest) { self.request = request }
}

/// Where indicators over many days come from.
///
/// May block; called off the core's thread.
package protocol DailyStore: Sendable {
    /// Reads the stored bars of the days a request names and works out indicators.
    ///
    /// - Throws: ``StoreError``.
    func loadDaily(_ request: DailyRequest) throws -> DailyIndicators
}
