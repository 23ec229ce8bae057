import EngineAPI

/// What has traded at each price of a tape, lowest price first.
///
/// At most ``countMax`` prices, 16 KB: beyond, the one farthest from the last price goes, and would begin anew.
struct PriceLevels: Sendable {
    static let countMax = 512

    private var levels: [PriceLevel] = []
    /// The price of the newest trade that sets it, USD; NaN before the first.
    private var lastPrice = Double.nan
    private var lastTime = Int64.min

    /// Prices kept.
    var count: Int { levels.count }

    /// Takes a trade; one that repeats another, a halt and a resume have no shares to tell of.
    ///
    /// A price made elsewhere or earlier (late, average, derived) meets no quote: its shares are nobody's side, and it is
    /// not the last. Odd lots set no price and yet meet the market.
    mutating func add(_ line: TapeLine) {
        guard line.flags & TapeLine.Bits.alone == 0, line.price > 0, line.size > 0 else { return }
        let setsLast = line.flags & TapeLine.Bits.notLast == 0
        if setsLast ? line.time >= lastTime : lastPrice.isNaN {
            lastPrice = line.price
            if setsLast { lastTime = line.time }
        }
        let place = firstPlace(from: line.price)
        if place == levels.count || levels[place].price != line.price {
            levels.insert(PriceLevel(price: line.price), at: place)
        }
        let isJudged = line.flags & TapeLine.Bits.offMarket == 0
        switch line.side {
        case .ask where isJudged, .aboveAsk where isJudged: levels[place].bought += line.size
        case .bid where isJudged, .belowBid where isJudged: levels[place].sold += line.size
        case .ask, .aboveAsk, .bid, .belowBid, .between, .unknown: levels[place].other += line.size
        }
        if levels.count > Self.countMax { dropFarthest() }
    }

    /// So many prices around the last one, highest first: as many above as below it where there are.
    func around(_ count: Int) -> [PriceLevel] {
        let wanted = min(max(count, 0), levels.count)
        let middle = firstPlace(from: lastPrice)
        let start = min(max(middle - wanted / 2, 0), levels.count - wanted)
        return levels[start..<start + wanted].reversed()
    }

    /// The place of the first price that is not lower.
    private func firstPlace(from price: Double) -> Int {
        var (low, high) = (0, levels.count)
        while low < high {
            let middle = (low + high) / 2
            if levels[middle].price < price { low = middle + 1 } else { high = middle }
        }
        return low
    }

    private mutating func dropFarthest() {
        guard let lowest = levels.first?.price, let highest = levels.last?.price else { return }
        if highest - lastPrice > lastPrice - lowest { levels.removeLast() } else { levels.removeFirst() }
    }
}
