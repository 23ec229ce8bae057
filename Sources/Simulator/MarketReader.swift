package import MarketTime

/// Reads a market's past: slot volumes, bars, single trades.
///
/// Holds working memory; one per thread.
package final class MarketReader {
    /// The market read from.
    package let market: SimulatedMarket

    private let scratch = SplitScratch()
    /// The minutes of one slot, and the seconds of one minute.
    private let minutes = SplitScratch(capacity: 8)
    private let secondsOfMinute = SplitScratch(capacity: 64)
    /// Days asked for lately: a backfill asks for the same ones for every ticker.
    private var contexts: [DayID: DayContext] = [:]
    private static let contextLimit = 100

    /// A reader with its own working memory (400 KB, and 4 KB a day asked for).
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
    /// outside `seconds` (counted from 04:00 ET) are left out. About 0.15 µs a minute.
    package func forEachBar(
        _ base: BarBase,
        on day: DayID,
        of ticker: Int,
        in seconds: Range<Int> = 0..<57_600,
        asOf: Instant,
        _ body: (SimulatedBar) -> Void
    ) {
        guard let context = dayContext(day) else { return }
        let known = context.elapsedSeconds(at: asOf)
        let end = min(known, (max(0, seconds.upperBound) + 59) / 60 * 60)
        let from = max(0, seconds.lowerBound)
        guard from < end, let grain = drawDay(of: ticker, context) else { return }
        for slot in from / 300..<(end + 299) / 300 {
            guard let inSlot = scratch.window(at: slot, parent: grain.key) else { continue }
            let beforeSlot = scratch.volumeMicro(before: slot)
            grain.spreadMinutes(inSlot, slot: slot, into: minutes)
            for minute in 0..<5 {
                let start = slot * 300 + minute * 60
                guard start + 60 > from, start < end, let window = minutes.window(at: minute, parent: inSlot.key) else {
                    continue
                }
                let startMs = context.start.milliseconds + Int64(start) * 1_000
                let before = beforeSlot + minutes.volumeMicro(before: minute)
                let whole = SimulatedBar(window, startMs: startMs, volumeBeforeMicro: before)
                if base == .minute, start + 60 <= end {
                    if seconds.contains(start) { body(whole) }
                    continue
                }
                grain.spreadSeconds(window, place: Place(slot: slot, minute: minute, second: 0), into: secondsOfMinute)
                if base == .second {
                    forEachSecond(of: whole, start: start, in: max(start, from)..<min(start + 60, end), body)
                } else if seconds.contains(start), let bar = firstSeconds(end - start, of: whole) {
                    body(bar)
                }
            }
        }
    }

    /// Calls `body` with each five-minute bar that has trades, in order of time, and with how many of its minutes have some.
    ///
    /// Volume, trades and prices are exactly those of the minutes put together; only slots that are over at `asOf` and
    /// lie in `slots` are given. Does without the minutes: about 12 µs for a liquid ticker's day.
    package func forEachSlotBar(
        on day: DayID,
        of ticker: Int,
        slots: Range<Int> = 0..<Slot.count,
        asOf: Instant,
        _ body: (SimulatedBar, _ minutes: Int) -> Void
    ) {
        guard let context = dayContext(day) else { return }
        let end = min(slots.upperBound, context.elapsedSeconds(at: asOf) / Slot.seconds)
        let from = max(0, slots.lowerBound)
        guard from < end, let grain = drawDay(of: ticker, context) else { return }
        for slot in from..<end {
            guard let window = scratch.window(at: slot, parent: grain.key) else { continue }
            let startMs = context.start.milliseconds + Int64(slot * Slot.seconds) * 1_000
            body(
                SimulatedBar(window, startMs: startMs, volumeBeforeMicro: scratch.volumeMicro(before: slot)),
                grain.tradedMinutes(window, slot: slot, scratch: minutes)
            )
        }
    }

    /// Spreads a ticker's day over its slots in `scratch`, with prices; nil if it did not trade.
    private func drawDay(of ticker: Int, _ context: DayContext) -> FineGrain? {
        let listing = market.listings[ticker]
        let plan = DayPlan.full(listing, context: context)
        guard plan.volume > 0 else { return nil }
        scratch.spreadSlots(plan, listing: listing, shape: context.shape)
        _ = scratch.drawSlots(plan, shape: context.shape)
        return FineGrain(shape: context.shape, isFractional: listing.isFractional, key: plan.key, halt: plan.halt)
    }

    /// The bars of a minute's seconds, after `spreadSeconds`; seconds count from 04:00 ET.
    private func forEachSecond(
        of minute: SimulatedBar,
        start: Int,
        in range: Range<Int>,
        _ body: (SimulatedBar) -> Void
    ) {
        for second in range {
            guard let window = secondsOfMinute.window(at: second - start, parent: 0) else { continue }
            body(
                SimulatedBar(
                    window,
                    startMs: minute.startMs + Int64(second - start) * 1_000,
                    volumeBeforeMicro: minute.volumeBeforeMicro + secondsOfMinute.volumeMicro(before: second - start)
                )
            )
        }
    }

    /// The bar of a minute's first seconds, after `spreadSeconds`; nil without trades.
    private func firstSeconds(_ count: Int, of minute: SimulatedBar) -> SimulatedBar? {
        var sum: SimulatedBar?
        forEachSecond(of: minute, start: 0, in: 0..<min(60, count)) { bar in
            guard sum != nil else {
                sum = bar
                sum?.startMs = minute.startMs
                return
            }
            sum?.append(bar)
        }
        return sum
    }

    /// The single trades of one second of a ticker's day (counted from 04:00 ET), in order of time; together they are the
    /// second's bar.
    package func trades(on day: DayID, of ticker: Int, second: Int) -> [SimulatedTrade] {
        guard (0..<57_600).contains(second), let context = dayContext(day), let grain = drawDay(of: ticker, context)
        else { return [] }
        let slot = second / 300
        let minute = second % 300 / 60
        guard let inSlot = scratch.window(at: slot, parent: grain.key) else { return [] }
        grain.spreadMinutes(inSlot, slot: slot, into: minutes)
        guard let inMinute = minutes.window(at: minute, parent: inSlot.key) else { return [] }
        grain.spreadSeconds(inMinute, place: Place(slot: slot, minute: minute, second: 0), into: secondsOfMinute)
        guard let window = secondsOfMinute.window(at: second % 60, parent: inMinute.key) else { return [] }
        let count = grain.spreadTrades(window, withPrices: true, into: scratch)
        let start = context.start.adding(seconds: Int64(second))
        return (0..<count).map {
            grain.trade($0, of: count, in: window, second: second, start: start, scratch: scratch)
        }
    }

    /// When a ticker's trading pauses on a day: `[start, end)`, five minutes; nil on a day without.
    package func halt(on day: DayID, of ticker: Int) -> Range<Instant>? {
        guard let context = dayContext(day) else { return nil }
        guard let halt = DayPlan.volumes(market.listings[ticker], context: context).halt else { return nil }
        return context.start.adding(seconds: Int64(halt.start))..<context.start.adding(seconds: Int64(halt.end))
    }

    private func dayContext(_ day: DayID) -> DayContext? {
        if let context = contexts[day] { return context }
        guard market.hasData(on: day) else { return nil }
        if contexts.count >= Self.contextLimit { contexts.removeAll(keepingCapacity: true) }
        let made = market.context(on: day)
        contexts[day] = made
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
    @inline(__always)
    init(_ window: Window, startMs: Int64, volumeBeforeMicro: Int64) {
        self.init(
            startMs: startMs,
            price: window.price,
            volumeMicro: window.volumeMicro,
            valueE4Micro: Double(window.price.typicalTimes4) * 0.25 * Double(window.volumeMicro),
            trades: window.trades,
            volumeBeforeMicro: volumeBeforeMicro
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

    /// Volume of the children before one, after a split.
    @inline(__always)
    func volumeMicro(before index: Int) -> Int64 { index == 0 ? 0 : cumulative[index - 1] }

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
