import MarketTime

/// One ticker's day before it is spread over time: how much, at which prices, with which news.
struct DayPlan {
    /// Hash of ticker and day.
    let key: UInt64
    /// Shares of the day; 0 on a day without trading.
    var volume: Int64 = 0
    /// Trades of the day.
    var trades = 0
    /// Prices of the three sessions, each at its full range; `drawSlots` reduces them to what their trades can draw.
    var pre = PriceBar.zero
    var regular = PriceBar.zero
    var post = PriceBar.zero
    /// News of the day.
    var burst: NewsBurst?
    /// Largest relative deviation of a slot's activity from the shape.
    var roughness = 0.0
    /// Activity outside the regular session relative to the shape, 0…1: few trade a quiet stock then.
    var interest = 0.0
    /// The pause of the day's trading.
    var halt: HaltPlan?

    /// A day without trading.
    private init(key: UInt64) { self.key = key }

    /// Only what volumes need: prices stay zero.
    ///
    /// A third of the cost of a full plan.
    static func volumes(_ listing: Listing, context: DayContext) -> DayPlan {
        let key = Hash.child(Hash.child(listing.key, 0x4441), Int(context.day.rawValue))
        let activity = Hash.child(key, 1)
        let effect = context.effect(on: listing)
        guard effect.isListed, Hash.unit(activity) >= listing.idleChance else {
            return DayPlan(key: key)
        }
        let burst = NewsBurst.of(listing, step: context.step)
        // News is still talked about on the next two days.
        let yesterday = NewsBurst.of(listing, step: context.step - 1).map { ($0.multiple - 1) * 0.16 } ?? 0
        let before = NewsBurst.of(listing, step: context.step - 2).map { ($0.multiple - 1) * 0.06 } ?? 0
        let debut = listing.listDate == context.day ? 3.0 : 0
        let thin = listing.averageVolume < 20_000
        let noise = deterministicExp((thin ? 0.65 : 0.24) * Hash.bell(Hash.child(key, 2)))
        let multiple = (burst?.multiple ?? 1) * (1 + yesterday + before + debut)
        let shares = listing.averageVolume * noise * multiple * context.volumeFactor
        let usual = max(1, Int64(min(shares, 4e9)))
        // A split changes how many shares change hands, not how often.
        let volume = effect.volumeScale == 1 ? usual : max(1, Int64(min(shares * effect.volumeScale, 4e9)))
        let size = listing.averageTradeSize * (0.85 + 0.3 * Hash.unit(Hash.child(key, 3)))
        let trades = min(Int(volume), 1_200_000, max(1, Int(Double(usual) / size)))
        let roughness = trades > 100_000 ? 0.22 : trades > 5_000 ? 0.45 : 0.9
        var plan = DayPlan(key: key)
        plan.volume = volume
        plan.trades = trades
        plan.burst = burst
        plan.roughness = roughness
        plan.interest = listing.kind == .test ? 1 : min(1, Double(trades) / (burst?.multiple ?? 1) / 20_000)
        plan.halt = HaltPlan.of(plan, listing: listing, context: context)
        return plan
    }

    /// The whole plan, prices included.
    static func full(_ listing: Listing, context: DayContext) -> DayPlan {
        var plan = volumes(listing, context: context)
        guard plan.volume > 0 else { return plan }
        // In today's shares: what the day moves away from is the close before, adjusted.
        let scale = context.effect(on: listing).priceScale
        let previousClose = PriceChain.closeE4(listing, step: context.previousStep, scale: scale)
        let close = Double(PriceChain.closeE4(listing, step: context.step, scale: scale))
        let draw = Hash.child(plan.key, 4)
        let sigma = listing.volatility
        let before = Double(previousClose)
        // The share of the day's move that happens before the open: nearly all of early news, little of any other.
        let early = plan.burst.map { $0.slot <= Slot.regularOpen } ?? false
        // What pauses trading is a move in the midst of it.
        let share = plan.burst == nil ? 0.35 : early ? (plan.halt == nil ? 0.85 : 0.4) : 0.08
        let open = before + (close - before) * share + before * sigma * 0.25 * Hash.bell(Hash.child(draw, 1))
        let reach = listing.kind == .test ? 1.6 : 0.55
        let regular = Self.bar(open: open, close: close, sigma: sigma * reach, draw: Hash.child(draw, 2))
        plan.regular = regular
        let quietOpen = before * (1 + sigma * 0.15 * Hash.bell(Hash.child(draw, 3)))
        plan.pre = Self.bar(
            open: quietOpen,
            close: Double(regular.open),
            sigma: sigma * 0.3,
            draw: Hash.child(draw, 4)
        )
        let late = Double(regular.close) * (1 + sigma * 0.2 * Hash.bell(Hash.child(draw, 5)))
        plan.post = Self.bar(
            open: Double(regular.close),
            close: late,
            sigma: sigma * 0.2,
            draw: Hash.child(draw, 6)
        )
        return plan
    }

    private static func bar(open: Double, close: Double, sigma: Double, draw: UInt64) -> PriceBar {
        let first = roundedToTick(max(1, open))
        let last = roundedToTick(max(1, close))
        let up = abs(Hash.bell(draw)) * sigma
        let down = min(0.9, abs(Hash.bell(Hash.child(draw, 1))) * sigma)
        let high = roundedToTick(Double(max(first, last)) * (1 + up))
        let low = roundedToTick(max(1, Double(min(first, last)) * (1 - down)))
        return PriceBar(open: first, high: max(high, first, last), low: min(low, first, last), close: last)
    }
}
