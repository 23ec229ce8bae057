import MarketTime

/// Where a window lies in its day: decides about auctions.
struct Place {
    /// 0…191.
    var slot: Int
    /// 0…4 within the slot.
    var minute: Int
    /// 0…59 within the minute.
    var second: Int
}

/// How a ticker's slots break down on one day.
struct FineGrain {
    let shape: VolumeShape
    let isFractional: Bool
    /// Hash of ticker and day.
    let key: UInt64
    /// When nothing trades.
    var halt: HaltPlan?

    /// Spreads a slot over its five minutes in `scratch`: trades, volumes and prices.
    func spreadMinutes(_ window: Window, slot: Int, into scratch: SplitScratch) {
        dealMinutes(window, slot: slot, into: scratch)
        spread(window, childCount: 5, into: scratch)
    }

    /// The number of trades of each minute of a slot.
    private func dealMinutes(_ window: Window, slot: Int, into scratch: SplitScratch) {
        weighMinutes(window, slot: slot, into: scratch)
        scratch.dealTrades(window.trades, childCount: 5, key: window.key)
        if let halt, halt.end / Slot.seconds == slot { scratch.force(halt.end / 60 % 5, of: 5) }
    }

    private func weighMinutes(_ window: Window, slot: Int, into scratch: SplitScratch) {
        let trades = FineShape.minuteTrades(slot: slot, shape: shape)
        scratch.weights[0] = trades.0
        scratch.weights[1] = trades.1
        scratch.weights[2] = trades.2
        scratch.weights[3] = trades.3
        scratch.weights[4] = trades.4
        for minute in 0..<5 {
            let draw = Hash.child(window.key, 0x70_0000 + minute)
            scratch.weights[minute] *= 0.6 + 0.8 * Hash.quarter(draw, 0)
            let auction = FineShape.auctionSecond(slot: slot, minute: minute, shape: shape) != nil
            scratch.sizes[minute] = (0.5 + Hash.quarter(draw, 1)) * (auction ? 4 : 1)
        }
        guard let halt, halt.minutes(in: slot) > 0 else { return }
        for minute in 0..<5 where halt.covers(minute: slot * 5 + minute) { scratch.weights[minute] = 0 }
    }

    /// How many of a slot's five minutes have trades; `spreadMinutes` would tell the same at six times the cost.
    func tradedMinutes(_ window: Window, slot: Int, scratch: SplitScratch) -> Int {
        // From 60 trades on each minute's share is above one, whatever the shape and the noise; a count is within one of it.
        if window.trades >= 60 { return 5 - (halt?.minutes(in: slot) ?? 0) }
        if window.trades == 1 { return 1 }
        dealMinutes(window, slot: slot, into: scratch)
        var count = 0
        for minute in 0..<5 where scratch.counts[minute] > 0 { count += 1 }
        return count
    }

    /// Spreads a minute over its sixty seconds in `scratch`.
    func spreadSeconds(_ window: Window, place: Place, into scratch: SplitScratch) {
        let auction = FineShape.auctionSecond(slot: place.slot, minute: place.minute, shape: shape) ?? -1
        for second in 0..<60 {
            let draw = Hash.child(window.key, 0x70_0000 + second)
            let noise = Hash.quarter(draw, 0)
            scratch.weights[second] = (0.25 + 2.25 * noise * noise) * (second == auction ? 5 : 1)
            scratch.sizes[second] = (0.4 + 1.2 * Hash.quarter(draw, 1)) * (second == auction ? 40 : 1)
        }
        let reopens = halt.map { $0.end == (place.slot * 5 + place.minute) * 60 } ?? false
        if reopens {
            for second in 0..<HaltPlan.reopeningSecond { scratch.weights[second] = 0 }
            scratch.weights[HaltPlan.reopeningSecond] *= 4
            scratch.sizes[HaltPlan.reopeningSecond] *= 12
        }
        scratch.dealTrades(window.trades, childCount: 60, key: window.key)
        if reopens { scratch.force(HaltPlan.reopeningSecond, of: 60) }
        spread(window, childCount: 60, into: scratch)
    }

    /// Whether the first trade of a second is the one that re-opens trading after a pause.
    func reopens(second: Int) -> Bool { halt?.reopening == second }

    /// Volume and prices of children that have their trades.
    private func spread(_ window: Window, childCount: Int, into scratch: SplitScratch) {
        scratch.dealVolume(window, childCount: childCount, fractional: isFractional)
        scratch.drawPrices(window, children: 0..<childCount)
    }

    /// Spreads a second over its single trades in `scratch`: sizes and, unless the caller has no use for them, prices.
    ///
    /// Sizes are whole shares but for the last, which takes the fraction. Returns the number of trades listed: all of
    /// them, up to `SplitScratch.capacity`.
    func spreadTrades(_ window: Window, withPrices: Bool, into scratch: SplitScratch) -> Int {
        let count = min(window.trades, SplitScratch.capacity)
        var listed = window
        listed.trades = count
        for trade in 0..<count {
            let noise = Hash.quarter(Hash.child(window.key, 0x70_0000 + trade), 0)
            scratch.counts[trade] = 1
            scratch.sizes[trade] = 0.15 + 3 * noise * noise * noise
        }
        scratch.dealVolume(listed, childCount: count, fractional: false)
        if withPrices { scratch.drawPrices(listed, children: 0..<count) }
        return count
    }

    /// A trade of a second that starts at `start`, after `spreadTrades`.
    func trade(
        _ trade: Int,
        of count: Int,
        in window: Window,
        second: Int,
        start: Instant,
        scratch: SplitScratch
    ) -> SimulatedTrade {
        let size = scratch.cumulative[trade] - scratch.volumeMicro(before: trade)
        return SimulatedTrade(
            time: start.adding(nanoseconds: Self.tradeOffset(trade, of: count, key: window.key)),
            priceE4: scratch.bars[trade].close,
            sizeMicro: size,
            traits: TradeTraits(
                key: Hash.child(window.key, 0x80_0000 + trade),
                place: Place(slot: second / 300, minute: second % 300 / 60, second: second % 60),
                isLast: trade == count - 1,
                reopens: trade == 0 && reopens(second: second),
                shape: shape,
                sizeMicro: size
            ),
            sequence: SimulatedTrade.sequence(second: second, trade: trade)
        )
    }

    /// The time of a trade within its second, in nanoseconds: increasing with its number.
    static func tradeOffset(_ trade: Int, of count: Int, key: UInt64) -> Int64 {
        let share = (Double(trade) + Hash.quarter(Hash.child(key, 0x70_0000 + trade), 1)) / Double(count)
        return min(999_999_999, Int64(share * 1e9))
    }
}
