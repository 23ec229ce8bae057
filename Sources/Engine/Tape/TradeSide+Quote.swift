package import EngineAPI

extension TradeSide {
    /// Where a price stands against a quote, USD; NaN for a side that nobody takes.
    ///
    /// With one side only, that side decides, and what it does not decide is unknown. In a locked or crossed market (bid
    /// at or above the offer) a price from offer to bid is both, so it counts as between.
    package init(price: Double, bid: Double, ask: Double) {
        let high = ask.isNaN ? Double.nan : .maximum(bid, ask)
        let low = bid.isNaN ? Double.nan : .minimum(bid, ask)
        let isOneSided = bid.isNaN || ask.isNaN
        if price > high {
            self = .aboveAsk
        } else if price < low {
            self = .belowBid
        } else if isOneSided {
            self = price == ask ? .ask : price == bid ? .bid : .unknown
        } else if bid >= ask {
            self = .between
        } else {
            self = price == ask ? .ask : price == bid ? .bid : .between
        }
    }
}
