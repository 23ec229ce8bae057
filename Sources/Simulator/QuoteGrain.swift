import MarketTime

/// Best bid and offer, in 1/10,000 USD.
struct QuotePrices: Hashable {
    var bid: Int64
    var ask: Int64

    /// Whether a trade at a price fits the quote, on one of its sides if it must.
    @inline(__always)
    func holds(_ price: Int64, atSide: Bool) -> Bool {
        atSide ? price == bid || price == ask : bid <= price && price <= ask
    }
}

/// How one ticker is quoted on one day.
///
/// Quotes follow the tape, not the other way round: trades are drawn first, and each finds a quote in force that it can
/// have traded against. The last quote of a second follows from that second's totals alone, so that a snapshot knows the
/// newest quote of every ticker without drawing all trades.
struct QuoteGrain {
    /// Most quotes within a second that differ in price.
    private static let groupLimit = 13
    /// Numbers set aside for the quotes of a second.
    private static let numbersPerSecond = 64
    private static let venues = [12, 11, 10, 8, 19, 18, 7, 20, 21, 15, 3, 2, 1, 9]

    private let key: UInt64
    private let shape: VolumeShape
    private let halt: HaltPlan?
    /// Usual distance of bid and offer relative to the price.
    private let spread: Double
    /// One quote without a trade falls into each block of so many seconds.
    private let idleBlock: Int
    /// Most changes of size alone within a second.
    private let refreshes: Int

    init(_ plan: DayPlan, listing: Listing, shape: VolumeShape) {
        key = Hash.child(plan.key, 0x5155)
        self.shape = shape
        halt = plan.halt
        switch listing.averageVolume * listing.anchorPriceE4 / 10_000 {
        case 2e8...: (spread, idleBlock, refreshes) = (0.000_02, 4, 5)
        case 3e7...: (spread, idleBlock, refreshes) = (0.000_1, 4, 4)
        case 3e6...: (spread, idleBlock, refreshes) = (0.000_6, 8, 3)
        case 3e5...: (spread, idleBlock, refreshes) = (0.002, 20, 2)
        case 3e4...: (spread, idleBlock, refreshes) = (0.006, 60, 1)
        default: (spread, idleBlock, refreshes) = (0.012, 120, 0)
        }
    }

    /// A quote against which a trade at `price` can have happened: mostly at one of its sides.
    private func around(_ price: Int64, second: Int, draw: UInt64, stretch: Int64 = 1) -> QuotePrices {
        let tick: Int64 = price >= 10_000 ? 100 : 1
        let share = shape.regular.contains(second / Slot.seconds) ? spread : spread * 2.5
        let usual = max(1, Int64(Double(price) * share) / tick)
        let wide: Int64 = Hash.quarter(draw, 1) < 0.2 ? 2 : 1
        let width = usual * wide * stretch * tick
        let side = Hash.quarter(draw, 0)
        if side < 0.46 || price <= width { return QuotePrices(bid: price, ask: price + width) }
        if side < 0.92 { return QuotePrices(bid: price - width, ask: price) }
        let half = max(tick, width / tick / 2 * tick)
        return QuotePrices(bid: price - half, ask: price + half)
    }

    /// The prices quoted when a second's last trade happened.
    private func settled(_ window: Window, second: Int) -> QuotePrices {
        around(window.price.close, second: second, draw: Hash.child(window.key, 0xB0))
    }

    /// A quote some time after a trade: mostly the same prices, now and then one side a tick away.
    private func later(_ prices: QuotePrices, draw: UInt64) -> QuotePrices {
        var changed = prices
        let tick: Int64 = prices.bid > 10_000 ? 100 : 1
        switch draw >> 8 & 7 {
        case 0 where prices.bid > tick: changed.bid -= tick
        case 1: changed.ask += tick
        default: break
        }
        return changed
    }

    private func quote(_ prices: QuotePrices, draw: UInt64, time: Instant) -> SimulatedQuote {
        let sizes = Hash.child(draw, 1)
        let (bid, ask) = (Hash.quarter(sizes, 0), Hash.quarter(sizes, 1))
        return SimulatedQuote(
            time: time,
            bidE4: prices.bid,
            askE4: prices.ask,
            bidSize: 1 + Int64(24 * bid * bid),
            askSize: 1 + Int64(24 * ask * ask),
            bidExchange: Self.venues[Int(sizes >> 32) % Self.venues.count],
            askExchange: Self.venues[Int(sizes >> 48) % Self.venues.count],
            sequence: 0
        )
    }

    /// How long before a trade its quote comes, at most half the time since the trade before.
    private func lead(gap: Int64, draw: UInt64) -> Int64 { min(gap / 2, 50_000 + Int64(draw % 2_950_000)) }
}

extension QuoteGrain {
    /// The quote in force when a second's last trade happens; `offset` and `gap` are that trade's time within the second
    /// and since the trade before.
    private func lastTradesQuote(
        _ window: Window,
        second: Int,
        start: Instant,
        offset: Int64,
        gap: Int64
    )
        -> SimulatedQuote
    {
        let draw = Hash.child(window.key, 0xB1)
        let time = start.adding(nanoseconds: offset - lead(gap: gap, draw: draw))
        return quote(settled(window, second: second), draw: draw, time: time)
    }

    /// The quote after a second's last trade; every other second has one.
    private func closingQuote(_ window: Window, second: Int, start: Instant, offset: Int64) -> SimulatedQuote? {
        let draw = Hash.child(window.key, 0xB2)
        guard draw & 1 == 0 else { return nil }
        let rest = Double(999_999_999 - offset) * (0.1 + 0.8 * Hash.quarter(draw, 2))
        let time = start.adding(nanoseconds: offset + Int64(rest))
        return quote(later(settled(window, second: second), draw: draw), draw: draw, time: time)
    }

    /// The second of a block in which a quote comes without a trade; none while halted or after the day.
    private func idleSecond(block: Int) -> Int? {
        let second = block * idleBlock + Int(Hash.child(key, block) % UInt64(idleBlock))
        guard second < shape.end * Slot.seconds, halt?.covers(second: second) != true else { return nil }
        return second
    }

    private func idleQuote(_ second: Int, start: Instant, last: Window, lastSecond: Int) -> SimulatedQuote {
        let draw = Hash.child(Hash.child(key, 0xB3), second)
        let time = start.adding(nanoseconds: Int64(draw >> 20 % 1_000_000_000))
        return quote(later(settled(last, second: lastSecond), draw: draw), draw: draw, time: time)
    }

    /// The quote of a second without trades, if it has one; `last` is the newest second with trades before it.
    func idleQuote(second: Int, start: Instant, last: LastSecond) -> SimulatedQuote? {
        guard idleSecond(block: second / idleBlock) == second else { return nil }
        var quote = idleQuote(second, start: start, last: last.window, lastSecond: last.second)
        quote.sequence = Int64(second * Self.numbersPerSecond)
        return quote
    }

    /// The newest quote of a day at the start of second `now`, when `last` is the newest second with trades.
    ///
    /// The same the stream has sent; its number is left out.
    func newest(before now: Int, last: LastSecond, dayStart: Instant) -> SimulatedQuote {
        var block = (now - 1) / idleBlock
        while block >= last.second / idleBlock {
            if let second = idleSecond(block: block), second < now {
                guard second > last.second else { break }
                let start = dayStart.adding(seconds: Int64(second))
                return idleQuote(second, start: start, last: last.window, lastSecond: last.second)
            }
            block -= 1
        }
        let start = dayStart.adding(seconds: Int64(last.second))
        let count = min(last.window.trades, SplitScratch.capacity)
        let offset = FineGrain.tradeOffset(count - 1, of: count, key: last.window.key)
        if let quote = closingQuote(last.window, second: last.second, start: start, offset: offset) { return quote }
        let before = count > 1 ? FineGrain.tradeOffset(count - 2, of: count, key: last.window.key) : 0
        return lastTradesQuote(last.window, second: last.second, start: start, offset: offset, gap: offset - before)
    }
}

/// The newest second of a day with trades.
struct LastSecond {
    /// Seconds from 04:00 ET.
    var second: Int
    /// What it holds.
    var window: Window
}

/// Trades in a row that happen against one quote, from the trade `first` on.
struct QuoteGroup {
    var first: Int
    var prices: QuotePrices
    /// Range of the trades' prices.
    var low: Int64
    var high: Int64

    init(first: Int, prices: QuotePrices, price: Int64) {
        self.first = first
        self.prices = prices
        (low, high) = (price, price)
    }

    mutating func include(_ price: Int64, at trade: Int) {
        first = trade
        low = min(low, price)
        high = max(high, price)
    }
}

extension QuoteGrain {
    /// Writes the quotes of a second with trades into `list`, in order of time; `scratch` holds the trades' prices.
    func quotes(
        of window: Window,
        count: Int,
        second: Int,
        start: Instant,
        scratch: SplitScratch,
        groups: inout [QuoteGroup],
        into list: inout [SimulatedQuote]
    ) {
        list.removeAll(keepingCapacity: true)
        group(window, count: count, second: second, scratch: scratch, into: &groups)
        func offset(_ trade: Int) -> Int64 { FineGrain.tradeOffset(trade, of: count, key: window.key) }
        func gap(_ trade: Int) -> Int64 { offset(trade) - (trade == 0 ? 0 : offset(trade - 1)) }
        for group in groups.reversed() where group.first < count - 1 {
            let draw = Hash.child(window.key, 0xC_0000 + group.first)
            let offset = offset(group.first) - lead(gap: gap(group.first), draw: draw)
            list.append(quote(group.prices, draw: draw, time: start.adding(nanoseconds: offset)))
        }
        let lastOffset = offset(count - 1)
        let last = lastTradesQuote(window, second: second, start: start, offset: lastOffset, gap: gap(count - 1))
        refresh(from: start, until: last.time, key: window.key, atMost: count - 1, list: &list)
        list.append(last)
        if let closing = closingQuote(window, second: second, start: start, offset: lastOffset) { list.append(closing) }
        for index in list.indices { list[index].sequence = Int64(second * Self.numbersPerSecond + index) }
    }

    /// Finds the trades that share a quote, from the second's end backwards: its last quote is given.
    private func group(
        _ window: Window,
        count: Int,
        second: Int,
        scratch: SplitScratch,
        into groups: inout [QuoteGroup]
    ) {
        var stretch: Int64 = 1
        while true {
            groups.removeAll(keepingCapacity: true)
            let close = window.price.close
            var current = QuoteGroup(first: count - 1, prices: settled(window, second: second), price: close)
            for trade in stride(from: count - 2, through: 0, by: -1) {
                let price = scratch.bars[trade].close
                let draw = Hash.child(window.key, 0xB_0000 + trade)
                if current.prices.holds(price, atSide: stretch == 1 && draw >> 56 > 40) {
                    current.include(price, at: trade)
                    continue
                }
                groups.append(current)
                let fitting = around(price, second: second, draw: draw, stretch: stretch)
                let whole = QuotePrices(bid: window.price.low, ask: window.price.high)
                current = QuoteGroup(first: trade, prices: stretch > 64 ? whole : fitting, price: price)
            }
            groups.append(current)
            // A price that runs away is quoted with a wider spread rather than with more quotes.
            if groups.count <= Self.groupLimit { break }
            stretch *= 2
        }
        guard stretch > 1 else { return }
        for index in groups.indices.dropFirst() where groups[index].low < groups[index].high {
            groups[index].prices = QuotePrices(bid: groups[index].low, ask: groups[index].high)
        }
    }

    /// Adds quotes between those of `list` at the same prices with other sizes.
    private func refresh(
        from start: Instant,
        until end: Instant,
        key: UInt64,
        atMost limit: Int,
        list: inout [SimulatedQuote]
    ) {
        guard let first = list.first, refreshes > 0 else { return }
        let draw = Hash.child(key, 0xB4)
        let count = min(limit, Int(draw % UInt64(refreshes + 1)))
        let span = Double(end.nanoseconds(since: first.time))
        for number in 0..<count {
            let own = Hash.child(draw, number)
            let time = first.time.adding(
                nanoseconds: Int64(span * (Double(number) + Hash.quarter(own, 2)) / Double(count))
            )
            guard let place = list.lastIndex(where: { $0.time <= time }), time < end else { continue }
            let prices = QuotePrices(bid: list[place].bidE4, ask: list[place].askE4)
            list.insert(quote(prices, draw: own, time: time), at: place + 1)
        }
    }
}
