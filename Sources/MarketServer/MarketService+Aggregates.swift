import MarketTime
import NIOCore
import Simulator

extension MarketService {
    /// Answers `/v2/aggs/ticker/{T}/range/{mult}/{timespan}/{from}/{to}`.
    func aggregates(_ path: Route.RangePath, _ request: MarketRequest) throws(VendorError) -> MarketResponse {
        let query = try AggregateQuery(path, request)
        if let plan = planLimits { try plan.check(fromMs: query.fromMs, toMs: query.toMs, now: now, market: market) }
        var page = BarPage()
        swap(&page.bars, &spareBars)
        page.bars.removeAll(keepingCapacity: true)
        defer { swap(&page.bars, &spareBars) }
        if let ticker = market.index(of: path.ticker) { fill(&page, query, ticker: ticker) }
        if !barTroubles.isEmpty { page.spoil(barTroubles, query: query) }
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
            collectBaseBars(query, ticker: ticker, day: day, midnightMs: midnight)
            if query.adjusted {
                let ratio = market.shareRatio(of: ticker, since: day, through: today)
                if !ratio.isOne { for index in baseBars.indices { baseBars[index].bar.adjust(ratio) } }
            }
            if !query.ascending { baseBars.reverse() }
            for base in baseBars {
                let window = query.windowStart(of: base.bar.startMs, on: day, midnightMs: midnight)
                guard page.take(base, windowMs: window, limit: query.limit, ascending: query.ascending) else { return }
            }
        }
    }

    /// Puts the bars of one day that lie within the range into `baseBars`, in order of time, as traded.
    private func collectBaseBars(_ query: AggregateQuery, ticker: Int, day: DayID, midnightMs: Int64) {
        baseBars.removeAll(keepingCapacity: true)
        guard query.timespan.milliseconds != nil else {
            guard midnightMs >= query.fromMs, midnightMs <= query.toMs, let bar = dayBar(on: day, of: ticker) else {
                return
            }
            baseBars.append(BaseBar(bar: bar))
            return
        }
        let start = NewYork.instant(day, secondOfDay: Slot.dayStartSecond).milliseconds
        let from = Int(max(0, min(57_600, (query.fromMs - start + 999) / 1_000)))
        let to = Int(max(0, min(57_600, (query.toMs - start) / 1_000 + 1)))
        guard query.toMs >= start, from < to else { return }
        guard query.isMadeOfSlots else {
            collectBars(query.timespan == .second ? .second : .minute, ticker: ticker, day: day, from..<to)
            return
        }
        // Whole slots need no minutes; what the range or the present cuts off goes by minutes.
        let isOver = Int(max(0, min(57_600, (now.milliseconds - start) / 1_000)))
        let head = min((from + Slot.seconds - 1) / Slot.seconds * Slot.seconds, to)
        let tail = max(head, min(isOver, to) / Slot.seconds * Slot.seconds)
        if from < head { collectBars(.minute, ticker: ticker, day: day, from..<head) }
        reader.forEachSlotBar(
            on: day,
            of: ticker,
            slots: head / Slot.seconds..<tail / Slot.seconds,
            asOf: now
        ) { bar, minutes in baseBars.append(BaseBar(bar: bar, count: minutes)) }
        if tail < min(isOver, to) { collectBars(.minute, ticker: ticker, day: day, tail..<to) }
    }

    private func collectBars(_ base: BarBase, ticker: Int, day: DayID, _ seconds: Range<Int>) {
        reader.forEachBar(base, on: day, of: ticker, in: seconds, asOf: now) { baseBars.append(BaseBar(bar: $0)) }
    }
}
