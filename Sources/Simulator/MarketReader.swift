package import MarketTime

/// Reads a market's past: slot volumes, bars, single trades.
///
/// Holds working memory; one per thread.
package final class MarketReader {
    /// The market read from.
    package let market: SimulatedMarket

    private let scratch = SplitScratch()
    /// The last day asked for: histories are read day by day.
    private var context: DayContext?

    /// A reader with its own working memory (256 KB).
    package init(_ market: SimulatedMarket) { self.market = market }

    /// Cumulative volume at the end of each of the day's 192 slots, in whole shares: the exact volumes of the five-minute
    /// bars summed from 04:00 ET and truncated once.
    ///
    /// Returns false and writes zeros when the ticker was not listed or did not trade. `slots` must hold 192 elements.
    package func slotVolumes(
        on day: DayID,
        of ticker: Int,
        into slots: UnsafeMutableBufferPointer<Int64>
    ) -> Bool {
        precondition(slots.count == Slot.count, "a day has 192 slots")
        guard let context = dayContext(day) else {
            slots.update(repeating: 0)
            return false
        }
        let listing = market.listings[ticker]
        let plan = DayPlan.volumes(listing, context: context)
        scratch.spreadSlots(plan, listing: listing, shape: context.shape)
        for slot in 0..<Slot.count { slots[slot] = scratch.cumulative[slot] / 1_000_000 }
        return plan.volume > 0
    }

    /// The day's bar, or nil when the ticker did not trade.
    ///
    /// Official open, high, low and close of the regular session; volume, trades and average price of the whole day;
    /// `startMs` is midnight in New York.
    package func dailyBar(on day: DayID, of ticker: Int) -> SimulatedBar? {
        guard let context = dayContext(day) else { return nil }
        let listing = market.listings[ticker]
        return scratch.dailyBar(DayPlan.full(listing, context: context), listing: listing, context: context)
    }

    /// Calls `body` with each bar of a minute, or of a second, that has trades, in order of time.
    ///
    /// Only trades in whole seconds before `asOf` count, so the last bar may be one in progress. Windows that start
    /// outside `seconds` (counted from 04:00 ET) are left out.
    package func forEachBar(
        _ base: BarBase,
        on day: DayID,
        of ticker: Int,
        in seconds: Range<Int> = 0..<57_600,
        asOf: Instant,
        _ body: (SimulatedBar) -> Void
    ) {
        guard let context = dayContext(day) else { return }
        let listing = market.listings[ticker]
        let plan = DayPlan.full(listing, context: context)
        let known = context.elapsedSeconds(at: asOf)
        let end = min(known, (max(0, seconds.upperBound) + 59) / 60 * 60)
        let grain = FineGrain(shape: context.shape, isFractional: listing.isFractional, key: plan.key)
        let from = max(0, seconds.lowerBound)
        guard plan.volume > 0, from < end else { return }
        scratch.spreadSlots(plan, listing: listing, shape: context.shape)
        _ = scratch.drawSlots(plan, shape: context.shape)
        for (slot, window) in scratch.slotWindows(grain, slots: from / 300..<(end + 299) / 300) {
            for (minute, window) in scratch.minuteWindows(window, slot: slot, grain: grain) {
                let start = slot * 300 + minute * 60
                guard start + 60 > from, start < end else { continue }
                let startMs = context.start.milliseconds + Int64(start) * 1_000
                if base == .minute, start + 60 <= end {
                    if seconds.contains(start) { body(SimulatedBar(window, startMs: startMs)) }
                    continue
                }
                let place = Place(slot: slot, minute: minute, second: 0)
                grain.spreadSeconds(window, place: place, into: scratch)
                let bars = scratch.secondBars(upTo: min(60, end - start), startMs: startMs)
                if base == .second {
                    for bar in bars where seconds.contains(start + Int(bar.startMs - startMs) / 1_000) { body(bar) }
                } else if var sum = bars.first, seconds.contains(start) {
                    for bar in bars.dropFirst() { sum.append(bar) }
                    sum.startMs = startMs
                    body(sum)
                }
            }
        }
    }

    /// The single trades of one second of a ticker's day (counted from 04:00 ET), in order of time; together they are the
    /// second's bar.
    package func trades(on day: DayID, of ticker: Int, second: Int) -> [SimulatedTrade] {
        guard let context = dayContext(day), (0..<57_600).contains(second) else { return [] }
        let listing = market.listings[ticker]
        let plan = DayPlan.full(listing, context: context)
        guard plan.volume > 0 else { return [] }
        let grain = FineGrain(shape: context.shape, isFractional: listing.isFractional, key: plan.key)
        scratch.spreadSlots(plan, listing: listing, shape: context.shape)
        _ = scratch.drawSlots(plan, shape: context.shape)
        let slot = second / 300
        let minute = second % 300 / 60
        guard let inSlot = scratch.slotWindows(grain, slots: slot..<slot + 1).first,
            let inMinute = scratch.minuteWindows(inSlot.window, slot: slot, grain: grain).first(where: {
                $0.minute == minute
            })
        else { return [] }
        grain.spreadSeconds(inMinute.window, place: Place(slot: slot, minute: minute, second: 0), into: scratch)
        guard let window = scratch.window(at: second % 60, parent: inMinute.window.key) else { return [] }
        let count = grain.spreadTrades(window, withPrices: true, into: scratch)
        let place = Place(slot: slot, minute: minute, second: second % 60)
        let start = context.start.adding(seconds: Int64(second)).nanoseconds
        return (0..<count).map { trade in
            let before = trade == 0 ? 0 : scratch.cumulative[trade - 1]
            return SimulatedTrade(
                time: Instant(nanoseconds: start + FineGrain.tradeOffset(trade, of: count, key: window.key)),
                priceE4: scratch.bars[trade].close,
                sizeMicro: scratch.cumulative[trade] - before,
                traits: TradeTraits(
                    key: Hash.child(window.key, 0x80_0000 + trade),
                    place: place,
                    isLast: trade == count - 1,
                    shape: context.shape,
                    sizeMicro: scratch.cumulative[trade] - before
                )
            )
        }
    }

    private func dayContext(_ day: DayID) -> DayContext? {
        if let context, context.day == day { return context }
        guard market.hasData(on: day) else { return nil }
        let made = market.context(on: day)
        context = made
        return made
    }
}

/// The base windows that longer bars are made of.
package enum BarBase: Hashable, Sendable {
    /// One second.
    case second
    /// One minute.
    case minute
}

extension DayContext {
    /// Whole seconds of the trading day that have passed, 0…57,600.
    func elapsedSeconds(at instant: Instant) -> Int {
        Int(min(max(0, instant.nanoseconds(since: start) / 1_000_000_000), 57_600))
    }

    /// Start of the calendar date in New York, in milliseconds since the Unix epoch.
    var midnightMs: Int64 { NewYork.instant(day, secondOfDay: 0).milliseconds }
}

extension SimulatedBar {
    /// The bar of a window.
    init(_ window: Window, startMs: Int64) {
        self.init(
            startMs: startMs,
            price: window.price,
            volumeMicro: window.volumeMicro,
            valueE4Micro: Double(window.price.typicalTimes4) * 0.25 * Double(window.volumeMicro),
            trades: window.trades
        )
    }
}

extension SplitScratch {
    /// The window of child `index` with trades after a split; nil without trades.
    @inline(__always)
    func window(at index: Int, parent key: UInt64) -> Window? {
        guard counts[index] > 0 else { return nil }
        return Window(
            trades: counts[index],
            volumeMicro: cumulative[index] - (index == 0 ? 0 : cumulative[index - 1]),
            price: bars[index],
            key: Hash.child(key, 0x90_0000 + index)
        )
    }

    /// The slots with trades, after `drawSlots`.
    func slotWindows(_ grain: FineGrain, slots: Range<Int>) -> [(slot: Int, window: Window)] {
        slots.compactMap { slot in window(at: slot, parent: grain.key).map { (slot, $0) } }
    }

    /// The minutes of a slot that have trades; overwrites the scratch.
    func minuteWindows(_ window: Window, slot: Int, grain: FineGrain) -> [(minute: Int, window: Window)] {
        grain.spreadMinutes(window, slot: slot, into: self)
        return (0..<5).compactMap { minute in self.window(at: minute, parent: window.key).map { (minute, $0) } }
    }

    /// The bars of the first seconds of a minute, after `spreadSeconds`.
    func secondBars(upTo end: Int, startMs: Int64) -> [SimulatedBar] {
        (0..<end).compactMap { second in
            window(at: second, parent: 0).map { SimulatedBar($0, startMs: startMs + Int64(second) * 1_000) }
        }
    }

    /// The bar of a whole day; nil without trades.
    func dailyBar(_ plan: DayPlan, listing: Listing, context: DayContext) -> SimulatedBar? {
        guard plan.volume > 0 else { return nil }
        spreadSlots(plan, listing: listing, shape: context.shape)
        let official = drawSlots(plan, shape: context.shape)
        var value = 0.0
        var before: Int64 = 0
        for slot in 0..<Slot.count where counts[slot] > 0 {
            value += Double(bars[slot].typicalTimes4) * 0.25 * Double(cumulative[slot] - before)
            before = cumulative[slot]
        }
        return SimulatedBar(
            startMs: context.midnightMs,
            price: official,
            volumeMicro: before,
            valueE4Micro: value,
            trades: plan.trades
        )
    }
}
