import MarketTime

/// Finds the range of a ticker's prices over spans of its day.
struct RangeReader {
    let plan: DayPlan
    let listing: Listing
    let shape: VolumeShape
    let memory: StreamMemory

    private var grain: FineGrain {
        FineGrain(shape: shape, isFractional: listing.isFractional, key: plan.key, halt: plan.halt)
    }

    private func drawSlots() {
        memory.trades.spreadSlots(plan, listing: listing, shape: shape)
        _ = memory.trades.drawSlots(plan, shape: shape)
    }

    /// The prices of at least the trades of some seconds: of the whole minutes, or slots, they touch.
    ///
    /// Without any, that of the last trade before, or of the first one after; nil on a day without trades.
    func range(_ seconds: ClosedRange<Int>, byMinutes: Bool) -> PriceRange? {
        drawSlots()
        let day = memory.trades
        let slots = seconds.lowerBound / Slot.seconds...min(Slot.count - 1, seconds.upperBound / Slot.seconds)
        var sum = PriceBar.zero
        for slot in slots {
            guard let window = day.window(at: slot, parent: plan.key) else { continue }
            guard byMinutes else {
                sum.append(window.price)
                continue
            }
            grain.spreadMinutes(window, slot: slot, into: memory.minutes)
            for minute in 0..<5 where memory.minutes.counts[minute] > 0 {
                let start = slot * Slot.seconds + minute * 60
                if start + 59 >= seconds.lowerBound, start <= seconds.upperBound {
                    sum.append(memory.minutes.bars[minute])
                }
            }
        }
        if sum.open == 0 {
            let before = (0..<slots.lowerBound).last { day.counts[$0] > 0 }
            let near = before ?? (slots.lowerBound..<Slot.count).first { day.counts[$0] > 0 }
            guard let near else { return nil }
            sum = PriceBar(flat: before == nil ? day.bars[near].open : day.bars[near].close)
        }
        return PriceRange(open: Double(sum.open), highE4: sum.high, lowE4: sum.low)
    }

    /// The prices of the seconds before a pause in which the price stood at a band, and which band; nil on a day without
    /// trades.
    func limit(_ halt: HaltPlan) -> (range: PriceRange, isUp: Bool)? {
        let start = halt.start - HaltPlan.limitSeconds
        let minute = halt.start / 60 - 1
        let slot = minute / 5
        // The first minute of a slot never pauses, so the one before is of the same slot.
        guard let calm = range(max(0, start - 120)...(start - 1), byMinutes: true) else { return nil }
        var sum = PriceBar.zero
        var last = calm
        if let window = memory.trades.window(at: slot, parent: plan.key) {
            grain.spreadMinutes(window, slot: slot, into: memory.minutes)
            if let inMinute = memory.minutes.window(at: minute % 5, parent: window.key) {
                let place = Place(slot: slot, minute: minute % 5, second: 0)
                grain.spreadSeconds(inMinute, place: place, into: memory.seconds)
                for second in 0..<60 where memory.seconds.counts[second] > 0 {
                    let bar = memory.seconds.bars[second]
                    last = PriceRange(open: Double(bar.close), highE4: bar.close, lowE4: bar.close)
                    if minute * 60 + second >= start { sum.append(bar) }
                }
            }
        }
        let found = sum.open == 0 ? last : PriceRange(open: Double(sum.open), highE4: sum.high, lowE4: sum.low)
        return (found, found.high + found.low >= 2 * calm.open)
    }
}
