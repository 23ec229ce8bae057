import MarketTime

/// How a day's trading is spread over its 192 slots before noise and news: a thin pre-market, a U with both auctions, a
/// tail after the close.
struct VolumeShape: Sendable {
    /// Relative number of trades in each slot.
    let trades: [Double]
    /// Shares per trade relative to the day's mean; auctions are few prints of many shares.
    let size: [Double]
    /// Slots of the regular session.
    let regular: Range<Int>
    /// First slot in which nothing trades any more.
    let end: Int
    /// Sum of `trades` over the regular session, and over all slots.
    let regularTotal: Double
    let total: Double

    init(of day: MarketDay) {
        let open = Slot.regularOpen
        let close = (day.closeSecond - Slot.dayStartSecond) / Slot.seconds
        let end = (day.postCloseSecond - Slot.dayStartSecond) / Slot.seconds
        var trades = [Double](repeating: 0, count: Slot.count)
        var size = [Double](repeating: 1, count: Slot.count)
        for slot in 0..<open {
            // Rises towards the open, with the steps traders know: 07:00 and 08:00 ET.
            let step = slot >= 48 ? 1.0 : slot >= 36 ? 0.55 : 0.14
            trades[slot] = 0.045 * step * (1 + Double(slot) / 40)
        }
        let length = close - open
        for slot in open..<close {
            let fromOpen = Double(slot - open)
            let toClose = Double(close - 1 - slot)
            trades[slot] = 0.72 + 2.4 * deterministicExp(-fromOpen / 4.5) + 1.5 * deterministicExp(-toClose / 5)
        }
        for slot in close..<end {
            trades[slot] = 0.05 + 0.5 * deterministicExp(-Double(slot - close) / 3)
        }
        size[open] = 1.5
        size[close - 1] = 1.6
        size[close] = 14
        self.trades = trades
        self.size = size
        self.end = end
        regular = open..<(open + length)
        regularTotal = trades[open..<close].reduce(0, +)
        total = trades.reduce(0, +)
    }
}

/// How a slot is spread over its minutes, and a minute over its seconds.
enum FineShape {
    /// Relative trades of the five minutes of a slot.
    static func minuteTrades(slot: Int, shape: VolumeShape) -> (Double, Double, Double, Double, Double) {
        switch slot {
        case shape.regular.lowerBound: (2.2, 1.3, 1.1, 1, 0.9)
        case shape.regular.upperBound - 1: (0.8, 0.85, 0.9, 1.1, 1.9)
        case shape.regular.upperBound: (2, 0.9, 0.7, 0.5, 0.4)
        default: (1, 1, 1, 1, 1)
        }
    }

    /// Second of a minute in which an auction prints; nil in every other minute.
    static func auctionSecond(slot: Int, minute: Int, shape: VolumeShape) -> Int? {
        guard minute == 0 else { return nil }
        if slot == shape.regular.lowerBound { return 1 }
        return slot == shape.regular.upperBound ? 3 : nil
    }
}
