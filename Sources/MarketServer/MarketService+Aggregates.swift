import MarketTime
import NIOCore
import Simulator

/// One page of bars under construction.
private struct BarPage {
    var bars: [SimulatedBar] = []
    /// Base bars taken in.
    var baseCount = 0
    /// Start of the first window left for the next page.
    var nextWindowMs: Int64?

    /// Takes in a base bar; false once the page is full, which only happens between windows.
    mutating func take(_ bar: SimulatedBar, windowMs: Int64, limit: Int, ascending: Bool) -> Bool {
        if let last = bars.last, last.startMs == windowMs {
            if ascending {
                bars[bars.count - 1].append(bar)
            } else {
                var earlier = bar
                earlier.startMs = windowMs
                earlier.append(last)
                bars[bars.count - 1] = earlier
            }
        } else {
            guard baseCount < limit else {
                nextWindowMs = windowMs
                return false
            }
            var first = bar
            first.startMs = windowMs
            bars.append(first)
        }
        baseCount += 1
        return true
    }
}

extension MarketService {
    /// Answers `/v2/aggs/ticker/{T}/range/{mult}/{timespan}/{from}/{to}`.
    func aggregates(_ path: Route.RangePath, _ request: MarketRequest) throws(VendorError) -> MarketResponse {
        let query = try AggregateQuery(path, request)
        var page = BarPage()
        if let ticker = market.index(of: path.ticker) { fill(&page, query, ticker: ticker) }
        writeHead(ticker: path.ticker, queryCount: page.baseCount, resultsCount: page.bars.count, query.adjusted)
        if !page.bars.isEmpty {
            json.raw(",\"results\":[")
            for (position, bar) in page.bars.enumerated() {
                if position > 0 { json.byte(0x2C) }
                json.byte(0x7B)
                writeBar(bar, timeMs: bar.startMs)
                json.byte(0x7D)
            }
            json.byte(0x5D)
        }
        writeTail(count: page.bars.count)
        if let next = page.nextWindowMs {
            // A page downwards ends just below the window that did not fit any more.
            let bound = query.ascending ? next : windowEnd(of: next, query: query)
            json.raw(",\"next_url\":")
            json.string(origin + query.nextPath(ticker: path.ticker, boundMs: bound))
        }
        json.byte(0x7D)
        return done()
    }

    /// Last millisecond of a window.
    private func windowEnd(of startMs: Int64, query: AggregateQuery) -> Int64 {
        if let length = query.timespan.milliseconds { return startMs + length * Int64(query.multiplier) - 1 }
        var day = NewYork.wall(at: Instant(milliseconds: startMs)).day
        while query.windowStart(of: 0, on: day, midnightMs: 0) == startMs { day = day.adding(days: 1) }
        return NewYork.instant(day, secondOfDay: 0).milliseconds - 1
    }

    private func fill(_ page: inout BarPage, _ query: AggregateQuery, ticker: Int) {
        let today = NewYork.wall(at: now).day
        let oldest = market.openingDay.adding(days: -SimulatedMarket.historyLimit)
        let first = max(NewYork.wall(at: Instant(milliseconds: query.fromMs)).day, oldest)
        let last = min(NewYork.wall(at: Instant(milliseconds: query.toMs)).day, today)
        guard first <= last else { return }
        for step in 0...Int(last.rawValue - first.rawValue) {
            let day = query.ascending ? first.adding(days: step) : last.adding(days: -step)
            guard market.calendar.isTradingDay(day) else { continue }
            let midnight = NewYork.instant(day, secondOfDay: 0).milliseconds
            for bar in baseBars(query, ticker: ticker, day: day) {
                let window = query.windowStart(of: bar.startMs, on: day, midnightMs: midnight)
                guard page.take(bar, windowMs: window, limit: query.limit, ascending: query.ascending) else { return }
            }
        }
    }

    /// The base bars of one day within the range, in the order of the query.
    private func baseBars(_ query: AggregateQuery, ticker: Int, day: DayID) -> [SimulatedBar] {
        var bars: [SimulatedBar] = []
        if query.timespan.milliseconds == nil {
            let midnight = NewYork.instant(day, secondOfDay: 0).milliseconds
            guard midnight >= query.fromMs, midnight <= query.toMs, let bar = dayBar(on: day, of: ticker) else {
                return []
            }
            return [bar]
        }
        let start = NewYork.instant(day, secondOfDay: Slot.dayStartSecond).milliseconds
        let from = max(0, min(57_600, (query.fromMs - start + 999) / 1_000))
        let to = max(0, min(57_600, (query.toMs - start) / 1_000 + 1))
        guard query.toMs >= start, from < to else { return [] }
        reader.forEachBar(
            query.timespan == .second ? .second : .minute,
            on: day,
            of: ticker,
            in: Int(from)..<Int(to),
            asOf: now
        ) { bars.append($0) }
        if !query.ascending { bars.reverse() }
        return bars
    }

    /// The bar of a day, as far as it has come; nil without an official price.
    func dayBar(on day: DayID, of ticker: Int) -> SimulatedBar? {
        let shown = SnapshotMoment(at: now, calendar: market.calendar)
        guard day <= shown.day else { return nil }
        guard day == shown.day else {
            return reader.dailyBar(on: day, of: ticker).flatMap { $0.price.open > 0 ? $0 : nil }
        }
        cursor.advance(to: now)
        return cursor.states[ticker].dayBar(startMs: NewYork.instant(day, secondOfDay: 0).milliseconds)
    }

    /// `/v2/aggs/ticker/{T}/prev`: the bar of the last session that is over.
    func previousBar(_ ticker: String, _ request: MarketRequest) -> MarketResponse {
        let shown = SnapshotMoment(at: now, calendar: market.calendar)
        let isOver = shown.elapsedSeconds == Slot.dayEndSecond - Slot.dayStartSecond
        let day = isOver ? shown.day : market.calendar.tradingDay(before: shown.day)
        let bar = market.index(of: ticker).flatMap { dayBar(on: day, of: $0) }
        let count = bar == nil ? 0 : 1
        writeHead(ticker: ticker, queryCount: count, resultsCount: count, request.value("adjusted") != "false")
        if let bar {
            json.raw(",\"results\":[{\"T\":")
            json.string(ticker)
            json.byte(0x2C)
            writeBar(bar, timeMs: closeMs(of: day))
            json.raw("}]")
        }
        writeTail(count: count)
        json.byte(0x7D)
        return done()
    }

    /// `/v2/aggs/grouped/locale/us/market/stocks/{date}`: every ticker's bar of a day, stamped with the end of it.
    func groupedDaily(_ date: String, _ request: MarketRequest) throws(VendorError) -> MarketResponse {
        guard let day = DayID(iso: date) else { throw .badParameter("Could not parse the date: use YYYY-MM-DD") }
        var bars: [(ticker: Int, bar: SimulatedBar)] = []
        if market.hasData(on: day) {
            for ticker in market.listings.indices {
                if let bar = dayBar(on: day, of: ticker) { bars.append((ticker, bar)) }
            }
        }
        let adjusted = request.value("adjusted") != "false"
        writeHead(ticker: nil, queryCount: bars.count, resultsCount: bars.count, adjusted)
        if !bars.isEmpty {
            let end = closeMs(of: day)
            json.raw(",\"results\":[")
            for (position, (ticker, bar)) in bars.enumerated() {
                json.raw(position > 0 ? ",{\"T\":" : "{\"T\":")
                json.string(market.listings[ticker].ticker)
                json.byte(0x2C)
                writeBar(bar, timeMs: end)
                json.byte(0x7D)
            }
            json.byte(0x5D)
        }
        writeTail(count: bars.count)
        json.byte(0x7D)
        return done()
    }

    /// Answers `/v1/open-close/{T}/{date}`.
    func openClose(_ ticker: String, _ date: String) throws(VendorError) -> MarketResponse {
        guard let day = DayID(iso: date) else { throw .badParameter("Could not parse the date: use YYYY-MM-DD") }
        guard let index = market.index(of: ticker), let bar = dayBar(on: day, of: index) else { throw .dataNotFound }
        let open = NewYork.instant(day, secondOfDay: Slot.regularOpenSecond).milliseconds
        let close = closeMs(of: day)
        var before: SimulatedBar?
        var after: SimulatedBar?
        reader.forEachBar(.minute, on: day, of: index, asOf: now) { minute in
            if minute.startMs < open, before == nil { before = minute }
            if minute.startMs >= close { after = minute }
        }
        json.removeAll()
        json.raw("{\"status\":\"OK\",\"from\":\"\(day.iso)\",\"symbol\":")
        json.string(ticker)
        json.raw(",\"open\":")
        json.price(bar.price.open, form: 2)
        json.raw(",\"high\":")
        json.price(bar.price.high, form: 3)
        json.raw(",\"low\":")
        json.price(bar.price.low, form: 2)
        json.raw(",\"close\":")
        json.price(bar.price.close, form: 3)
        json.raw(",\"volume\":")
        json.count(bar.volumeMicro / 1_000_000, form: UInt64(bitPattern: bar.startMs / 86_400_000))
        if let after {
            json.raw(",\"afterHours\":")
            json.price(after.price.close, form: 2)
        }
        if let before {
            json.raw(",\"preMarket\":")
            json.price(before.price.open, form: 2)
        }
        json.byte(0x7D)
        return done()
    }

    /// 16:00 ET, or the early close.
    private func closeMs(of day: DayID) -> Int64 {
        NewYork.instant(day, secondOfDay: market.calendar.day(day).closeSecond).milliseconds
    }

    private func writeHead(ticker: String?, queryCount: Int, resultsCount: Int, _ adjusted: Bool) {
        json.removeAll()
        json.byte(0x7B)
        if let ticker {
            json.raw("\"ticker\":")
            json.string(ticker)
            json.byte(0x2C)
        }
        json.raw("\"queryCount\":")
        json.integer(Int64(queryCount))
        json.raw(",\"resultsCount\":")
        json.integer(Int64(resultsCount))
        json.raw(adjusted ? ",\"adjusted\":true" : ",\"adjusted\":false")
    }

    private func writeTail(count: Int) {
        json.raw(",\"status\":\"OK\",\"request_id\":")
        json.string(requestID())
        guard count > 0 else { return }
        json.raw(",\"count\":")
        json.integer(Int64(count))
    }

    /// A bar's members.
    ///
    /// Volumes are exact, in one of the vendor's forms: whoever adds up the bars of a day gets the day.
    private func writeBar(_ bar: SimulatedBar, timeMs: Int64) {
        let form = UInt64(bitPattern: bar.price.close &* 31 &+ bar.startMs / 60_000 &* 7 &+ bar.volumeMicro / 1_000_000)
        json.raw("\"v\":")
        if bar.volumeMicro % 1_000_000 == 0 {
            json.count(bar.volumeMicro / 1_000_000, form: form)
        } else {
            json.decimal(bar.volumeMicro, decimals: 6)
        }
        if bar.trades > 1 {
            json.raw(",\"vw\":")
            json.average(bar.vwapE4)
        }
        json.raw(",\"o\":")
        json.price(bar.price.open, form: form &+ 1)
        json.raw(",\"c\":")
        json.price(bar.price.close, form: form &+ 2)
        json.raw(",\"h\":")
        json.price(bar.price.high, form: form &+ 3)
        json.raw(",\"l\":")
        json.price(bar.price.low, form: form &+ 4)
        json.raw(",\"t\":")
        json.integer(timeMs)
        if bar.trades > 1 {
            json.raw(",\"n\":")
            json.integer(Int64(bar.trades))
        }
    }
}
