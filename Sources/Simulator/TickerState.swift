package import MarketTime

/// The latest minute of a ticker that has trades, as far as it has come.
package struct MinuteState: Hashable, Sendable {
    /// Minutes from 04:00 ET to the start of this one, 0…959.
    package var index: Int
    /// Prices so far, 1/10,000 USD.
    package var price: PriceBar
    /// Volume so far in this minute, millionths of a share.
    package var volumeMicro: Int64
    /// Volume of the day at the start of this minute, millionths of a share.
    package var volumeBeforeMicro: Int64
    /// Trades so far.
    package var trades: Int
}

/// What a snapshot knows of one ticker's day at one moment.
package struct TickerState: Sendable {
    /// Whether the ticker is listed on the day at all; everything else is zero when not.
    package internal(set) var isListed = false
    /// Volume since 04:00 ET, millionths of a share.
    package internal(set) var volumeMicro: Int64 = 0
    /// Trades since 04:00 ET.
    package internal(set) var trades = 0
    /// Official prices so far, 1/10,000 USD; zero before the first trade of the regular session.
    package internal(set) var regular = PriceBar.zero
    /// Latest minute with trades; nil before the first.
    package internal(set) var minute: MinuteState?
    /// Bar of the trading day before; nil when the ticker did not trade then.
    package internal(set) var previousDay: SimulatedBar?

    /// Sum over the day's trades so far of price times volume, 1/10,000 USD × millionths of a share.
    var valueE4Micro = 0.0
    /// The latest second with trades: seconds from 04:00 ET, and what it holds.
    var lastSecond = 0
    var lastWindow = Window(trades: 0, volumeMicro: 0, price: .zero, key: 0)
    /// Key of the ticker's day: the small print of quotes and number forms follows from it.
    var key: UInt64 = 0

    /// Price of the last trade, 1/10,000 USD; 0 before the first.
    package var lastPriceE4: Int64 { lastWindow.price.close }
    /// Volume since 04:00 ET in whole shares, as `min.av` reports it.
    package var volume: Int64 { volumeMicro / 1_000_000 }
    /// Volume of the day at the start of the latest minute with trades, in whole shares: `min.av − min.v`.
    package var volumeBeforeMinute: Int64 { (minute?.volumeBeforeMicro ?? volumeMicro) / 1_000_000 }
    /// The day so far as an aggregate: official prices, volume and trades; nil before the first regular trade.
    package func dayBar(startMs: Int64) -> SimulatedBar? {
        guard regular.open > 0 else { return nil }
        return SimulatedBar(
            startMs: startMs,
            price: regular,
            volumeMicro: volumeMicro,
            valueE4Micro: valueE4Micro,
            trades: trades
        )
    }
    /// Average price of the day so far, 1/10,000 USD; 0 before the first trade.
    package var vwapE4: Double { volumeMicro > 0 ? valueE4Micro / Double(volumeMicro) : 0 }
    /// Second since 04:00 ET in which the last trade fell; nil before the first.
    package var lastTradeSecond: Int? { lastWindow.trades > 0 ? lastSecond : nil }
}

/// Which day, and how much of it, a snapshot taken at some moment shows.
package struct SnapshotMoment: Hashable, Sendable {
    /// The trading day shown.
    package var day: DayID
    /// Whole seconds of it that are over, 0…57,600 from 04:00 ET.
    package var elapsedSeconds: Int
    /// 03:30 to 04:00 ET: everything but the previous day is zero.
    package var isReset: Bool

    /// What a snapshot shows at a moment: a trading day from 03:30 ET on, until the next one's 03:30.
    package init(at instant: Instant, calendar: ExchangeCalendar) {
        let (date, second) = NewYork.wall(at: instant)
        let reset = 3 * 3600 + 1800
        if calendar.isTradingDay(date), second >= reset {
            day = date
            elapsedSeconds = min(max(0, second - Slot.dayStartSecond), Slot.dayEndSecond - Slot.dayStartSecond)
            isReset = second < Slot.dayStartSecond
        } else {
            day = calendar.tradingDay(before: date)
            elapsedSeconds = Slot.dayEndSecond - Slot.dayStartSecond
            isReset = false
        }
    }
}
