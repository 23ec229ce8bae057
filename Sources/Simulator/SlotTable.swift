import MarketTime

extension SplitScratch {
    /// Spreads a day over its slots: trades into `counts`, volume into `cumulative`, both 192 long.
    ///
    /// A slot's cumulative volume is whole shares plus, where fractions trade, a fraction between 0.05 and 0.45, the same
    /// over all slots without trades in between: whoever adds up the five-minute bars, in binary floating point too, gets
    /// the same whole number by truncating as by rounding.
    func spreadSlots(_ plan: DayPlan, listing: Listing, shape: VolumeShape) {
        guard plan.trades > 0 else {
            for slot in 0..<Slot.count {
                counts[slot] = 0
                cumulative[slot] = 0
            }
            return
        }
        weighSlots(plan, shape: shape)
        dealTrades(plan.trades, childCount: Slot.count, key: plan.key)
        for slot in 0..<Slot.count where counts[slot] > 0 {
            let noise = Hash.quarter(Hash.child(plan.key, 0x30_0000 + slot), 2)
            sizes[slot] = shape.size[slot] * (0.75 + 0.5 * noise)
        }
        let whole = Window(trades: plan.trades, volumeMicro: plan.volume * 1_000_000, price: .zero, key: plan.key)
        dealVolume(whole, childCount: Slot.count, fractional: false)
        guard listing.isFractional else { return }
        var fraction: Int64 = 0
        for slot in 0..<Slot.count {
            if counts[slot] > 0 {
                fraction = 50_000 + Int64(Hash.child(plan.key, 0x40_0000 + slot) % 400_000)
            }
            cumulative[slot] += fraction
        }
    }

    /// The relative activity of each slot: shape, noise and news.
    private func weighSlots(_ plan: DayPlan, shape: VolumeShape) {
        // So few trades all belong to the regular session: that is where a thin stock's day bar comes from.
        let slots = plan.trades < 24 ? shape.regular : 0..<shape.end
        let low = 1 - plan.roughness
        let high = 3 * plan.roughness
        for slot in 0..<Slot.count {
            guard slots.contains(slot) else {
                weights[slot] = 0
                continue
            }
            let noise = Hash.quarter(Hash.child(plan.key, 0x30_0000 + slot), 0)
            let extended = shape.regular.contains(slot) ? 1 : plan.interest
            weights[slot] = shape.trades[slot] * (low + high * noise * noise) * extended
        }
        guard let burst = plan.burst else { return }
        let factor = deterministicExp(-1 / burst.decay)
        var fading = 1.0
        var total = 0.0
        let start = max(burst.slot, slots.lowerBound)
        let mean = shape.regularTotal / Double(shape.regular.count)
        guard start < slots.upperBound else { return }
        for slot in start..<slots.upperBound {
            // News draws a crowd at any hour, a smaller one before the open.
            let floor = shape.regular.contains(slot) ? 0.22 : 0.035
            sizes[slot] = (shape.trades[slot] + mean * floor) * fading
            total += sizes[slot]
            // What breaks before the open is traded at the open: interest fades from there on.
            if slot >= shape.regular.lowerBound { fading *= factor }
        }
        let share = shape.total * (burst.multiple - 1) / total
        for slot in start..<slots.upperBound { weights[slot] += sizes[slot] * share }
    }

    /// Draws the prices of the slots into `bars`, after `spreadSlots`; returns the regular session's bar as its
    /// trades drew it: the official open, high, low and close, zero without regular trades.
    func drawSlots(_ plan: DayPlan, shape: VolumeShape) -> PriceBar {
        var official = PriceBar.zero
        for (session, range, bar) in [
            (0, 0..<shape.regular.lowerBound, plan.pre), (1, shape.regular, plan.regular),
            (2, shape.regular.upperBound..<Slot.count, plan.post),
        ] {
            var trades = 0
            for slot in range { trades += counts[slot] }
            guard trades > 0 else { continue }
            let key = Hash.child(plan.key, 0x50_0000 + session)
            let drawn = bar.drawable(trades: trades, preferHigh: key & 1 == 0)
            let paused = plan.halt.map { $0.start / Slot.seconds }
            let jump = [paused, plan.burst?.slot].compactMap { $0 }.first { range.contains($0) }
            let window = Window(trades: trades, volumeMicro: 0, price: drawn, key: key)
            drawPrices(window, children: range, jump: jump)
            if session == 1 { official = drawn }
        }
        return official
    }
}
