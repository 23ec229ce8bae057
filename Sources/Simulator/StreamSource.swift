package import MarketTime

/// The events of chosen tickers as a vendor's stream would send them, in order of their time.
///
/// The same events come in the same order however a span of time is cut into calls, and whatever else is asked for: each
/// follows from the market alone. A second is made when its first instant is asked for and kept until another is; a
/// ticker's slot and minute are drawn when they begin. Holds working memory, about 15 KB a ticker asked for; one per
/// thread.
package final class StreamSource {
    /// The market streamed.
    package let market: SimulatedMarket

    private let memory = StreamMemory()
    private var own: [StreamInterest]
    private var ofAll: StreamInterest = []
    private var feeds: [TickerFeed?]
    /// Tickers of which anything but bands is asked for, in order; nil after a change.
    private var streamed: [Int]?
    private var day: StreamDay?
    /// The second made last, in seconds since the epoch.
    private var made: Int64?
    private var events = SecondOfEvents()

    /// A source without interests.
    package init(_ market: SimulatedMarket) {
        self.market = market
        own = [StreamInterest](repeating: [], count: market.listings.count)
        feeds = [TickerFeed?](repeating: nil, count: market.listings.count)
    }

    /// Sets what is asked for of one ticker, beside what is asked for of all; empty ends it.
    ///
    /// `ticker` is an index of the market's listings.
    package func setInterest(_ interest: StreamInterest, of ticker: Int) {
        guard own[ticker] != interest else { return }
        let before = self.interest(of: ticker)
        own[ticker] = interest
        changed(ticker, from: before)
        streamed = nil
        made = nil
    }

    /// Sets what is asked for of every ticker (`A.*`); empty ends it.
    package func setInterestOfAll(_ interest: StreamInterest) {
        guard ofAll != interest else { return }
        let before = market.listings.indices.map { self.interest(of: $0) }
        ofAll = interest
        for ticker in market.listings.indices { changed(ticker, from: before[ticker]) }
        streamed = nil
        made = nil
    }

    /// What is asked for of a ticker, the share of all included.
    package func interest(of ticker: Int) -> StreamInterest { own[ticker].union(ofAll) }

    /// Forgets what has been drawn of a ticker when other parts of it are needed.
    private func changed(_ ticker: Int, from before: StreamInterest) {
        let now = interest(of: ticker)
        if now.subtracting(.bands).isEmpty || now.contains(.quotes) != before.contains(.quotes) { feeds[ticker] = nil }
    }

    /// Calls `body` with each event sent after `after`, up to and with `through`, in the order of time.
    ///
    /// Nights and weekends cost nothing; every second of trading is made in full, so a caller that runs behind asks for
    /// a short span. Events of one instant come in the order of tickers, a quote before the trade it was in force for.
    package func events(
        after: Instant,
        through: Instant,
        _ body: (_ sent: Instant, _ event: SimulatedEvent) -> Void
    ) {
        guard after < through else { return }
        var second = after.seconds
        while second <= through.seconds {
            guard let day = self.day(at: second) else { return }
            if second < day.first {
                second = day.first
                continue
            }
            if made != second {
                events.removeAll()
                make(Int(second - day.first), of: day)
                events.sort()
                made = second
            }
            events.forEach(after: after.nanoseconds, through: through.nanoseconds, body)
            second += 1
        }
    }

    /// The trading day whose events are sent in a second, or the next one after it; nil beyond the calendar's end.
    private func day(at second: Int64) -> StreamDay? {
        if let day, second >= day.validFrom, second <= day.last { return day }
        let (date, _) = NewYork.wall(at: Instant(seconds: second))
        var found = market.calendar.isTradingDay(date) ? date : market.calendar.tradingDay(after: date)
        if second > StreamDay.last(of: found) { found = market.calendar.tradingDay(after: found) }
        if !market.hasData(on: found) {
            let oldest = market.openingDay.adding(days: -SimulatedMarket.historyLimit)
            guard found < oldest else { return nil }
            found = market.calendar.isTradingDay(oldest) ? oldest : market.calendar.tradingDay(after: oldest)
        }
        if day?.context.day != found {
            for ticker in feeds.indices { feeds[ticker] = nil }
            day = StreamDay(market.context(on: found), market: market, validFrom: second)
            made = nil
        } else {
            day?.validFrom = second
        }
        return day
    }

    /// Makes the events that are sent in a second of a day.
    private func make(_ elapsed: Int, of day: StreamDay) {
        let tickers = streamed ?? market.listings.indices.filter { !interest(of: $0).subtracting(.bands).isEmpty }
        streamed = tickers
        for ticker in tickers {
            let interest = interest(of: ticker)
            let feed =
                feeds[ticker]
                ?? TickerFeed(
                    ticker,
                    listing: market.listings[ticker],
                    context: day.context,
                    wantsLast: interest.contains(.quotes)
                )
            feeds[ticker] = feed
            feed.load(second: elapsed, context: day.context, memory: memory)
            feed.send(elapsed, interest, context: day.context, memory: memory, into: &events)
        }
        let maker = BandMaker(market: market, context: day.context, memory: memory)
        day.bands.forEachMessage(in: elapsed, regular: day.context.shape.regular) { message in
            guard interest(of: message.ticker).contains(.bands), let band = maker.band(message) else { return }
            events.add(band, ticker: message.ticker)
        }
    }
}

/// The trading day being streamed.
private struct StreamDay {
    let context: DayContext
    let bands: BandPlan
    /// 04:00 ET in seconds since the epoch: the first second with events.
    let first: Int64
    /// The last second with events: bars follow two seconds after their window.
    let last: Int64
    /// From which second on, up to `last`, this is the day at hand.
    var validFrom: Int64

    init(_ context: DayContext, market: SimulatedMarket, validFrom: Int64) {
        self.context = context
        bands = BandPlan(market, context: context)
        first = context.start.seconds
        last = Self.last(of: context.day)
        self.validFrom = validFrom
    }

    static func last(of day: DayID) -> Int64 { NewYork.instant(day, secondOfDay: Slot.dayEndSecond).seconds + 2 }
}

extension TickerFeed {
    /// Adds what of this ticker is sent in a second; its minute is loaded.
    fileprivate func send(
        _ second: Int,
        _ interest: StreamInterest,
        context: DayContext,
        memory: StreamMemory,
        into events: inout SecondOfEvents
    ) {
        let start = context.start.adding(seconds: Int64(second))
        if interest.contains(.seconds) {
            let feed = second % 60 < 2 ? previous : current
            let place = feed.place(of: second - 2)
            if place < feed.seconds.count, feed.seconds[place].second == second - 2 {
                let found = feed.seconds[place]
                let delay = Self.delay(found.window.key)
                events.add(
                    bar(of: found, in: feed, context: context),
                    at: start.adding(nanoseconds: delay),
                    ticker: ticker
                )
            }
        }
        if interest.contains(.minutes), second % 60 == 1, let bar = previous.bar {
            let delay = Self.delay(Hash.child(grain.key, previous.minute))
            events.add(bar, at: start.adding(nanoseconds: delay), ticker: ticker)
        }
        guard interest.contains(.trades) || interest.contains(.quotes) else { return }
        let place = current.place(of: second)
        guard place < current.seconds.count, current.seconds[place].second == second else {
            if interest.contains(.quotes), let last = last(before: second),
                let quote = quoting.idleQuote(second: second, start: start, last: last)
            {
                events.add(quote, ticker: ticker)
            }
            return
        }
        let window = current.seconds[place].window
        let count = grain.spreadTrades(window, withPrices: true, into: memory.trades)
        if interest.contains(.quotes) {
            quoting.quotes(
                of: window,
                count: count,
                second: second,
                start: start,
                scratch: memory.trades,
                groups: &memory.groups,
                into: &memory.quotes
            )
            for quote in memory.quotes { events.add(quote, ticker: ticker) }
        }
        guard interest.contains(.trades) else { return }
        for trade in 0..<count {
            let found = grain.trade(trade, of: count, in: window, second: second, start: start, scratch: memory.trades)
            events.add(found, ticker: ticker)
        }
    }

    /// How far into the second of its sending a bar is sent.
    private static func delay(_ key: UInt64) -> Int64 { Int64(900_000_000 * Hash.quarter(Hash.child(key, 0xE0), 0)) }
}
