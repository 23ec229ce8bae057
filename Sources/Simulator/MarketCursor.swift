package import MarketTime

/// The state of the whole market at one moment, moved along in time.
///
/// Moving is only an optimisation: the state is the same from wherever the cursor comes. It keeps what each ticker had at
/// the start of the current slot and minute, so that the next second costs some eight milliseconds, the next minute some
/// fifteen, a new slot or day some fifty to a hundred, for 11,000 tickers. About 1.5 KB a ticker. One per thread.
package final class MarketCursor {
    /// The market shown.
    package let market: SimulatedMarket
    /// The moment shown; nil before the first `advance`.
    package private(set) var moment: SnapshotMoment?
    /// The instant shown, in whole seconds.
    package private(set) var instant = Instant.epoch
    /// State of each listing, by index.
    package private(set) var states: [TickerState]

    private let scratch = SplitScratch()
    private var context: DayContext?
    private var plans: [DayPlan] = []
    private var atSlot: [TickerState]
    private var slotWindows: [Window]
    private var atMinute: [TickerState]
    private var minuteWindows: [Window]
    private static let noWindow = Window(trades: 0, volumeMicro: 0, price: .zero, key: 0)

    /// A cursor before any moment.
    package init(_ market: SimulatedMarket) {
        self.market = market
        let count = market.listings.count
        states = [TickerState](repeating: TickerState(), count: count)
        atSlot = states
        atMinute = states
        slotWindows = [Window](repeating: Self.noWindow, count: count)
        minuteWindows = slotWindows
    }

    /// Moves to a moment, earlier or later; fractions of a second are cut off.
    package func advance(to instant: Instant) {
        let target = SnapshotMoment(at: instant, calendar: market.calendar)
        self.instant = Instant(seconds: instant.seconds)
        guard target != moment else { return }
        let elapsed = target.elapsedSeconds
        let old = moment
        moment = target
        var stale = false
        if old?.day != target.day {
            startDay(target.day)
            stale = true
        }
        if stale || old.map({ $0.elapsedSeconds / 300 }) != elapsed / 300 {
            startSlot(elapsed / 300)
            stale = true
        }
        if stale || old.map({ $0.elapsedSeconds / 60 }) != elapsed / 60 {
            startMinute(slot: elapsed / 300, minute: elapsed % 300 / 60)
        }
        showSeconds(elapsed)
    }

    private func startDay(_ day: DayID) {
        let context = market.context(on: day)
        let previous = market.context(on: context.previousDay)
        let hasPrevious = market.hasData(on: context.previousDay)
        self.context = context
        plans.removeAll(keepingCapacity: true)
        for (index, listing) in market.listings.enumerated() {
            let plan = DayPlan.full(listing, context: context)
            plans.append(plan)
            var state = TickerState()
            state.isListed = context.effect(on: listing).isListed
            state.key = plan.key
            if state.isListed, hasPrevious {
                let before = DayPlan.full(listing, context: previous)
                state.previousDay = scratch.dailyBar(before, listing: listing, context: previous)
            }
            atSlot[index] = state
        }
    }

    private func startSlot(_ slot: Int) {
        guard let context else { return }
        for index in plans.indices {
            let listing = market.listings[index]
            var state = TickerState()
            state.isListed = atSlot[index].isListed
            state.key = atSlot[index].key
            state.previousDay = atSlot[index].previousDay
            slotWindows[index] = Self.noWindow
            let plan = plans[index]
            if plan.volume > 0 {
                let grain = grain(of: index, context)
                scratch.spreadSlots(plan, listing: listing, shape: context.shape)
                _ = scratch.drawSlots(plan, shape: context.shape)
                if slot < Slot.count, let window = scratch.window(at: slot, parent: plan.key) {
                    slotWindows[index] = window
                }
                if let last = fold(slots: slot, regular: context.shape.regular, into: &state, key: plan.key) {
                    showLastMinute(of: last.window, slot: last.slot, grain: grain, state: &state)
                }
            }
            atSlot[index] = state
        }
    }

    /// Adds the slots before `end` to a state; returns the last of them that has trades.
    private func fold(
        slots end: Int,
        regular: Range<Int>,
        into state: inout TickerState,
        key: UInt64
    ) -> (slot: Int, window: Window)? {
        var last: Int?
        var before: Int64 = 0
        for slot in 0..<end where scratch.counts[slot] > 0 {
            let volume = scratch.cumulative[slot] - before
            before = scratch.cumulative[slot]
            state.trades += scratch.counts[slot]
            state.valueE4Micro += Double(scratch.bars[slot].typicalTimes4) * 0.25 * Double(volume)
            if regular.contains(slot) { state.regular.append(scratch.bars[slot]) }
            last = slot
        }
        state.volumeMicro = before
        guard let last, let window = scratch.window(at: last, parent: key) else { return nil }
        return (last, window)
    }

    /// Fills in the latest minute and second of a slot that is over; overwrites the scratch.
    private func showLastMinute(of window: Window, slot: Int, grain: FineGrain, state: inout TickerState) {
        grain.spreadMinutes(window, slot: slot, into: scratch)
        for minute in stride(from: 4, through: 0, by: -1) {
            guard let inMinute = scratch.window(at: minute, parent: window.key) else { continue }
            let startOfSlot = state.volumeMicro - window.volumeMicro
            state.minute = MinuteState(
                index: slot * 5 + minute,
                price: inMinute.price,
                volumeMicro: inMinute.volumeMicro,
                volumeBeforeMicro: startOfSlot + scratch.cumulative[minute] - inMinute.volumeMicro,
                trades: inMinute.trades
            )
            let place = Place(slot: slot, minute: minute, second: 0)
            grain.spreadSeconds(inMinute, place: place, into: scratch)
            showLastSecond(upTo: 60, of: inMinute, start: slot * 300 + minute * 60, state: &state)
            return
        }
    }

    private func showLastSecond(upTo end: Int, of window: Window, start: Int, state: inout TickerState) {
        for second in stride(from: end - 1, through: 0, by: -1) {
            guard let found = scratch.window(at: second, parent: window.key) else { continue }
            state.lastSecond = start + second
            state.lastWindow = found
            return
        }
    }

    private func startMinute(slot: Int, minute: Int) {
        guard let context else { return }
        for index in plans.indices {
            var state = atSlot[index]
            minuteWindows[index] = Self.noWindow
            let window = slotWindows[index]
            if window.trades > 0 {
                let grain = grain(of: index, context)
                grain.spreadMinutes(window, slot: slot, into: scratch)
                if let current = scratch.window(at: minute, parent: window.key) { minuteWindows[index] = current }
                foldMinutes(minute, of: window, slot: slot, grain: grain, state: &state)
            }
            atMinute[index] = state
        }
    }

    private func foldMinutes(
        _ end: Int,
        of window: Window,
        slot: Int,
        grain: FineGrain,
        state: inout TickerState
    ) {
        let isRegular = grain.shape.regular.contains(slot)
        let base = state.volumeMicro
        var last: (minute: Int, window: Window)?
        for minute in 0..<end {
            guard let found = scratch.window(at: minute, parent: window.key) else { continue }
            state.minute = MinuteState(
                index: slot * 5 + minute,
                price: found.price,
                volumeMicro: found.volumeMicro,
                volumeBeforeMicro: state.volumeMicro,
                trades: found.trades
            )
            state.volumeMicro = base + scratch.cumulative[minute]
            state.trades += found.trades
            state.valueE4Micro += Double(found.price.typicalTimes4) * 0.25 * Double(found.volumeMicro)
            if isRegular { state.regular.append(found.price) }
            last = (minute, found)
        }
        guard let last else { return }
        grain.spreadSeconds(last.window, place: Place(slot: slot, minute: last.minute, second: 0), into: scratch)
        showLastSecond(upTo: 60, of: last.window, start: slot * 300 + last.minute * 60, state: &state)
    }

    private func showSeconds(_ elapsed: Int) {
        guard let context else { return }
        let slot = elapsed / 300
        let minute = elapsed % 300 / 60
        let second = elapsed % 60
        let isRegular = context.shape.regular.contains(slot)
        for index in plans.indices {
            states[index] = atMinute[index]
            let window = minuteWindows[index]
            guard second > 0, window.trades > 0 else { continue }
            let grain = grain(of: index, context)
            grain.spreadSeconds(window, place: Place(slot: slot, minute: minute, second: 0), into: scratch)
            foldSeconds(second, of: window, start: elapsed - second, isRegular: isRegular, state: &states[index])
        }
    }

    private func foldSeconds(
        _ end: Int,
        of window: Window,
        start: Int,
        isRegular: Bool,
        state: inout TickerState
    ) {
        var price = PriceBar.zero
        var trades = 0
        var last = -1
        for second in 0..<end where scratch.counts[second] > 0 {
            let bar = scratch.bars[second]
            let volume = scratch.cumulative[second] - (second == 0 ? 0 : scratch.cumulative[second - 1])
            state.valueE4Micro += Double(bar.typicalTimes4) * 0.25 * Double(volume)
            price.append(bar)
            trades += scratch.counts[second]
            last = second
        }
        guard last >= 0, let found = scratch.window(at: last, parent: window.key) else { return }
        state.minute = MinuteState(
            index: start / 60,
            price: price,
            volumeMicro: scratch.cumulative[last],
            volumeBeforeMicro: state.volumeMicro,
            trades: trades
        )
        state.volumeMicro += scratch.cumulative[last]
        state.trades += trades
        if isRegular { state.regular.append(price) }
        state.lastSecond = start + last
        state.lastWindow = found
    }

    /// How a ticker's slots break down on the cursor's day.
    @inline(__always)
    private func grain(of index: Int, _ context: DayContext) -> FineGrain {
        FineGrain(
            shape: context.shape,
            isFractional: market.listings[index].isFractional,
            key: plans[index].key,
            halt: plans[index].halt
        )
    }

    /// How a ticker is quoted on the cursor's day.
    func quoteGrain(of ticker: Int, _ context: DayContext) -> QuoteGrain {
        QuoteGrain(plans[ticker], listing: market.listings[ticker], shape: context.shape)
    }

    /// When a ticker pauses on the cursor's day.
    func halt(of ticker: Int) -> HaltPlan? { plans.isEmpty ? nil : plans[ticker].halt }

    /// The day's small print for whoever writes the states out.
    var dayContext: DayContext? { context }
    /// Working memory for single trades of the last seconds.
    var tradeScratch: SplitScratch { scratch }
}
