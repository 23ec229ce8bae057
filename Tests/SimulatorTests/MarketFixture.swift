import MarketTime
import Simulator

/// A day on which the market opens, with Thanksgiving and its early close ahead and none behind.
func openingDay() -> DayID { DayID(year: 2026, month: 11, day: 18) ?? DayID(rawValue: 0) }

/// A small market with every kind of security.
func smallMarket(seed: UInt64 = 7, count: Int = 400, withEvents: Bool = true) -> SimulatedMarket {
    SimulatedMarket(seed: seed, tickerCount: count, openingDay: openingDay(), withEvents: withEvents)
}

/// A moment on a day by New York's clock.
func moment(_ day: DayID, _ hour: Int, _ minute: Int, _ second: Int = 0) -> Instant {
    NewYork.instant(day, secondOfDay: hour * 3600 + minute * 60 + second)
}

/// Cumulative whole-share volumes of a ticker's day, or nil if it did not trade.
func slots(_ reader: MarketReader, _ day: DayID, _ ticker: Int) -> [Int64]? {
    var values = [Int64](repeating: -1, count: Slot.count)
    let traded = values.withUnsafeMutableBufferPointer { reader.slotVolumes(on: day, of: ticker, into: $0) }
    return traded ? values : nil
}

/// Every bar of a ticker's day.
func bars(_ reader: MarketReader, _ base: BarBase, _ day: DayID, _ ticker: Int, asOf: Instant? = nil) -> [SimulatedBar]
{
    var found: [SimulatedBar] = []
    reader.forEachBar(base, on: day, of: ticker, asOf: asOf ?? moment(day, 23, 0)) { found.append($0) }
    return found
}
