import MarketTime

/// A minute of one ticker, ready to be streamed.
struct MinuteFeed {
    /// Minutes from 04:00 ET; negative: none loaded.
    var minute = -1
    /// Its bar; nil without trades.
    var bar: StreamedBar?
    /// Official open of the day as known in this minute; 0 before the first regular trade.
    var officialOpenE4: Int64 = 0
    /// Its seconds with trades, in order.
    var seconds: [SecondFeed] = []
    /// The newest second with trades before this minute; known only where quotes are asked for.
    var before: LastSecond?

    /// Place in `seconds` of the first one not before `second`.
    func place(of second: Int) -> Int {
        var (low, high) = (0, seconds.count)
        while low < high {
            let middle = (low + high) / 2
            if seconds[middle].second < second { low = middle + 1 } else { high = middle }
        }
        return low
    }

    mutating func clear(for minute: Int) {
        self.minute = minute
        bar = nil
        officialOpenE4 = 0
        seconds.removeAll(keepingCapacity: true)
        before = nil
    }
}

/// A second with trades.
struct SecondFeed {
    /// Seconds from 04:00 ET.
    var second: Int
    /// What it holds.
    var window: Window
    /// Shares of the day before it, in millionths.
    var volumeBefore: Int64
    /// Price times volume of the day up to its end, in the units of `SimulatedBar.valueE4Micro`.
    var valueAfter: Double
}

/// One ticker of a stream: the day's plan, and the minutes that are being sent.
///
/// A slot is drawn when it begins and a minute when it begins, so that a second costs next to nothing.
final class TickerFeed {
    let ticker: Int
    let listing: Listing
    private(set) var grain: FineGrain
    private(set) var quoting: QuoteGrain
    private(set) var current = MinuteFeed()
    private(set) var previous = MinuteFeed()
    private let plan: DayPlan
    /// Whether the newest trade before a minute is looked for: only quotes need it.
    private let wantsLast: Bool

    private var slot = -1
    private var slotWindow: Window?
    private var volumeBeforeSlot: Int64 = 0
    private var valueBeforeSlot = 0.0
    private var officialOpenE4: Int64 = 0
    private var lastBeforeSlot: LastSecond?

    init(_ ticker: Int, listing: Listing, context: DayContext, wantsLast: Bool) {
        self.ticker = ticker
        self.listing = listing
        self.wantsLast = wantsLast
        plan = DayPlan.full(listing, context: context)
        grain = FineGrain(shape: context.shape, isFractional: listing.isFractional, key: plan.key, halt: plan.halt)
        quoting = QuoteGrain(plan, listing: listing, shape: context.shape)
    }

    /// Makes `current` the minute of a second (from 04:00 ET), and `previous` the one before while its last events are due.
    func load(second: Int, context: DayContext, memory: StreamMemory) {
        let minute = second / 60
        if current.minute != minute {
            swap(&previous, &current)
            if previous.minute != minute - 1, second % 60 < 2 { fill(&previous, minute - 1, context, memory) }
            fill(&current, minute, context, memory)
        } else if previous.minute != minute - 1, second % 60 < 2 {
            fill(&previous, minute - 1, context, memory)
            // That may have drawn another slot than the next minute's.
            slot = -1
        }
    }

    private func fill(_ feed: inout MinuteFeed, _ minute: Int, _ context: DayContext, _ memory: StreamMemory) {
        feed.clear(for: minute)
        guard plan.volume > 0, minute >= 0, minute < Slot.count * 5 else { return }
        if slot != minute / 5 { loadSlot(minute / 5, memory) }
        feed.before = lastBeforeSlot
        feed.officialOpenE4 = officialOpenE4
        guard let slotWindow else { return }
        let inSlot = minute % 5
        grain.spreadMinutes(slotWindow, slot: slot, into: memory.minutes)
        var value = valueBeforeSlot
        for earlier in 0..<inSlot {
            guard let window = memory.minutes.window(at: earlier, parent: slotWindow.key) else { continue }
            value += Double(window.price.typicalTimes4) * 0.25 * Double(window.volumeMicro)
        }
        if wantsLast { feed.before = lastSecond(of: slotWindow, before: inSlot, memory) ?? lastBeforeSlot }
        guard let window = memory.minutes.window(at: inSlot, parent: slotWindow.key) else { return }
        let volumeBefore = volumeBeforeSlot + memory.minutes.volumeMicro(before: inSlot)
        let bar = SimulatedBar(
            window,
            startMs: context.start.milliseconds + Int64(minute) * 60_000,
            volumeBeforeMicro: volumeBefore
        )
        // A slot that is over counts as a whole in the day's average, a minute that is over as a minute.
        let whole = SimulatedBar(slotWindow, startMs: 0, volumeBeforeMicro: 0).valueE4Micro
        let valueAfter = inSlot == 4 ? valueBeforeSlot + whole : value + bar.valueE4Micro
        feed.bar = streamed(bar, seconds: 60, valueAfter: valueAfter, officialOpenE4: officialOpenE4)
        grain.spreadSeconds(window, place: Place(slot: slot, minute: inSlot, second: 0), into: memory.seconds)
        for second in 0..<60 {
            guard let found = memory.seconds.window(at: second, parent: window.key) else { continue }
            value += Double(found.price.typicalTimes4) * 0.25 * Double(found.volumeMicro)
            feed.seconds.append(
                SecondFeed(
                    second: minute * 60 + second,
                    window: found,
                    volumeBefore: volumeBefore + memory.seconds.volumeMicro(before: second),
                    valueAfter: second == 59 ? valueAfter : value
                )
            )
        }
    }

    private func streamed(_ bar: SimulatedBar, seconds: Int, valueAfter: Double, officialOpenE4: Int64) -> StreamedBar {
        StreamedBar(
            bar: bar,
            seconds: seconds,
            dayVWAPE4: valueAfter / Double(bar.volumeBeforeMicro + bar.volumeMicro),
            officialOpenE4: officialOpenE4
        )
    }

    /// The bar of a second of a loaded minute.
    func bar(of second: SecondFeed, in minute: MinuteFeed, context: DayContext) -> StreamedBar {
        let startMs = context.start.milliseconds + Int64(second.second) * 1_000
        let bar = SimulatedBar(second.window, startMs: startMs, volumeBeforeMicro: second.volumeBefore)
        return streamed(bar, seconds: 1, valueAfter: second.valueAfter, officialOpenE4: minute.officialOpenE4)
    }

    private func loadSlot(_ wanted: Int, _ memory: StreamMemory) {
        slot = wanted
        let day = memory.trades
        day.spreadSlots(plan, listing: listing, shape: grain.shape)
        _ = day.drawSlots(plan, shape: grain.shape)
        slotWindow = day.window(at: slot, parent: plan.key)
        volumeBeforeSlot = 0
        valueBeforeSlot = 0
        officialOpenE4 = 0
        var last: Int?
        for earlier in 0...slot where day.counts[earlier] > 0 {
            if officialOpenE4 == 0, grain.shape.regular.contains(earlier) { officialOpenE4 = day.bars[earlier].open }
            guard earlier < slot else { continue }
            let volume = day.cumulative[earlier] - volumeBeforeSlot
            volumeBeforeSlot = day.cumulative[earlier]
            valueBeforeSlot += Double(day.bars[earlier].typicalTimes4) * 0.25 * Double(volume)
            last = earlier
        }
        lastBeforeSlot = nil
        guard wantsLast, let last, let window = day.window(at: last, parent: plan.key) else { return }
        grain.spreadMinutes(window, slot: last, into: memory.minutes)
        lastBeforeSlot = lastSecond(of: window, slot: last, before: 5, memory)
    }

    private func lastSecond(of window: Window, before end: Int, _ memory: StreamMemory) -> LastSecond? {
        lastSecond(of: window, slot: slot, before: end, memory)
    }

    /// The newest second with trades in a slot's minutes before `end`, after `spreadMinutes`.
    private func lastSecond(of window: Window, slot: Int, before end: Int, _ memory: StreamMemory) -> LastSecond? {
        for minute in stride(from: end - 1, through: 0, by: -1) {
            guard let found = memory.minutes.window(at: minute, parent: window.key) else { continue }
            grain.spreadSeconds(found, place: Place(slot: slot, minute: minute, second: 0), into: memory.seconds)
            for second in stride(from: 59, through: 0, by: -1) {
                guard let last = memory.seconds.window(at: second, parent: found.key) else { continue }
                return LastSecond(second: slot * 300 + minute * 60 + second, window: last)
            }
        }
        return nil
    }

    /// The newest second with trades before one of the current minute.
    func last(before second: Int) -> LastSecond? {
        let place = current.place(of: second)
        guard place > 0 else { return current.before }
        let found = current.seconds[place - 1]
        return LastSecond(second: found.second, window: found.window)
    }
}

/// Working memory of a stream, shared by its tickers one after the other.
final class StreamMemory {
    let trades = SplitScratch()
    let minutes = SplitScratch(capacity: 8)
    let seconds = SplitScratch(capacity: 64)
    var groups: [QuoteGroup] = []
    var quotes: [SimulatedQuote] = []
}
