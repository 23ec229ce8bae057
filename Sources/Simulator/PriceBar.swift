/// First, highest, lowest and last price of a window, in 1/10,000 USD.
package struct PriceBar: Hashable, Sendable {
    /// First trade.
    package var open: Int64
    /// Highest trade.
    package var high: Int64
    /// Lowest trade.
    package var low: Int64
    /// Last trade.
    package var close: Int64

    /// A bar from its four prices.
    package init(open: Int64, high: Int64, low: Int64, close: Int64) {
        self.open = open
        self.high = high
        self.low = low
        self.close = close
    }

    /// The bar of trades that all happened at one price.
    package init(flat price: Int64) { self.init(open: price, high: price, low: price, close: price) }

    /// No trade.
    package static let zero = Self(flat: 0)

    /// Mean of the four prices times 4, the stand-in for a volume-weighted price.
    var typicalTimes4: Int64 { open + high + low + close }

    /// Appends a later bar.
    package mutating func append(_ later: Self) {
        if open == 0 {
            self = later
            return
        }
        high = max(high, later.high)
        low = min(low, later.low)
        close = later.close
    }

    /// The nearest bar that `trades` trades can draw: one trade has one price, two have no inner extremes, three one.
    func drawable(trades: Int, preferHigh: Bool) -> Self {
        let upper = max(open, close)
        let lower = min(open, close)
        switch trades {
        case ..<2: return Self(flat: close)
        case 2: return Self(open: open, high: upper, low: lower, close: close)
        case 3:
            return preferHigh
                ? Self(open: open, high: high, low: lower, close: close)
                : Self(open: open, high: upper, low: low, close: close)
        default: return self
        }
    }
}

/// Trades of a window as aggregates report them.
package struct SimulatedBar: Hashable, Sendable {
    /// Start of the window, in milliseconds since the Unix epoch.
    package var startMs: Int64
    /// Prices in 1/10,000 USD.
    package var price: PriceBar
    /// Volume in millionths of a share.
    package var volumeMicro: Int64
    /// Volume-weighted price times volume, in 1/10,000 USD × millionths of a share; divide by `volumeMicro`.
    var valueE4Micro: Double
    /// Trades.
    package var trades: Int
    /// Volume of the same day before the window, in millionths of a share; 0 in bars of a day and longer.
    package var volumeBeforeMicro: Int64 = 0

    /// Volume-weighted average price in 1/10,000 USD, between low and high.
    ///
    /// Slots count with the mean of their four prices; the figure is exact for no window and plausible for all.
    package var vwapE4: Double {
        volumeMicro > 0 ? min(max(valueE4Micro / Double(volumeMicro), Double(price.low)), Double(price.high)) : 0
    }

    /// Counts the bar in the shares after splits; the parts of a day still sum exactly to the day.
    package mutating func adjust(_ ratio: ShareRatio) {
        guard !ratio.isOne else { return }
        let before = ratio.volume(volumeBeforeMicro)
        volumeMicro = ratio.volume(volumeBeforeMicro + volumeMicro) - before
        volumeBeforeMicro = before
        price = PriceBar(
            open: ratio.price(price.open),
            high: ratio.price(price.high),
            low: ratio.price(price.low),
            close: ratio.price(price.close)
        )
    }

    /// Appends a later window to this one.
    package mutating func append(_ later: Self) {
        price.append(later.price)
        volumeMicro += later.volumeMicro
        valueE4Micro += later.valueE4Micro
        trades += later.trades
    }
}
