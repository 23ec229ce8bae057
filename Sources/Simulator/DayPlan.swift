import MarketTime

/// One ticker's day before it is spread over time: how much, at which prices, with which news.
struct DayPlan {
    /// Shares of the day; 0 on a day without trading.
    var volume: Int64
    /// Trades of the day.
    var trades: Int
    /// Close of the trading day before, 1/10,000 USD.
    var previousCloseE4: Int64
    /// Prices of the three sessions, each at its full range; `SlotTable` reduces them to what their trades can draw.
    var pre: PriceBar
    var regular: PriceBar
    var post: PriceBar
    /// News of the day.
    var burst: NewsBurst?
    /// Hash of ticker and day.
    var key: UInt64
    /// Largest relative deviation of a slot's activity from the shape.
    var roughness: Double

    /// A day without trading.
    private static func idle(previousCloseE4: Int64, key: UInt64) -> DayPlan {
        DayPlan(
            volume: 0,
            trades: 0,
            previousCloseE4: previousCloseE4,
            pre: .zero,
            regular: .zero,
            post: .zero,
            burst: nil,
            key: key,
            roughness: 0
        )
    }

    init(
        volume: Int64,
        trades: Int,
        previousCloseE4: Int64,
        pre: PriceBar,
        regular: PriceBar,
        post: PriceBar,
        burst: NewsBurst?,
        key: UInt64,
        roughness: Double
    ) {
        self.volume = volume
        self.trades = trades
        self.previousCloseE4 = previousCloseE4
        self.pre = pre
        self.regular = regular
        self.post = post
        self.burst = burst
        self.key = key
        self.roughness = roughness
    }

    /// Only what volumes need: prices stay zero.
    ///
    /// A third of the cost of a full plan.
    static func volumes(_ listing: Listing, context: DayContext) -> DayPlan {
        let key = Hash.child(Hash.child(listing.key, 0x4441), Int(context.day.rawValue))
        let activity = Hash.child(key, 1)
        guard listing.listDate <= context.day, Hash.unit(activity) >= listing.idleChance else {
            return idle(previousCloseE4: 0, key: key)
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
        let volume = max(1, Int64(min(shares, 4e9)))
        let size = listing.averageTradeSize * (0.85 + 0.3 * Hash.unit(Hash.child(key, 3)))
        let trades = min(Int(volume), 1_200_000, max(1, Int(Double(volume) / size)))
        let roughness = trades > 100_000 ? 0.22 : trades > 5_000 ? 0.45 : 0.9
        var plan = idle(previousCloseE4: 0, key: key)
        plan.volume = volume
        plan.trades = trades
        plan.burst = burst
        plan.roughness = roughness
        return plan
    }

    /// The whole plan, prices included.
    static func full(_ listing: Listing, context: DayContext) -> DayPlan {
        var plan = volumes(listing, context: context)
        let previousClose = PriceChain.closeE4(listing, step: context.previousStep)
        plan.previousCloseE4 = previousClose
        guard plan.volume > 0 else { return plan }
        let close = Double(PriceChain.closeE4(listing, step: context.step))
        let draw = Hash.child(plan.key, 4)
        let sigma = listing.volatility
        let before = Double(previousClose)
        // The share of the day's move that happens before the open: nearly all of early news, little of any other.
        let early = plan.burst.map { $0.slot <= Slot.regularOpen } ?? false
        let share = plan.burst == nil ? 0.35 : early ? 0.85 : 0.08
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
