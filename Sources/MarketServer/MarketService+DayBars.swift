import MarketTime
import NIOCore
import Simulator

extension MarketService {
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

    /// The bar of a day, in the shares of the market's today if `adjusted`.
    private func dayBar(on day: DayID, of ticker: Int, adjusted: Bool) -> SimulatedBar? {
        var bar = dayBar(on: day, of: ticker)
        if adjusted {
            bar?.adjust(market.shareRatio(of: ticker, since: day, through: NewYork.wall(at: now).day))
        }
        return bar
    }

    /// `/v2/aggs/ticker/{T}/prev`: the bar of the last session that is over.
    func previousBar(_ ticker: String, _ request: MarketRequest) -> MarketResponse {
        let shown = SnapshotMoment(at: now, calendar: market.calendar)
        let isOver = shown.elapsedSeconds == Slot.dayEndSecond - Slot.dayStartSecond
        let day = isOver ? shown.day : market.calendar.tradingDay(before: shown.day)
        let adjusted = request.value("adjusted") != "false"
        let bar = market.index(of: ticker).flatMap { dayBar(on: day, of: $0, adjusted: adjusted) }
        let count = bar == nil ? 0 : 1
        writeHead(ticker: ticker, queryCount: count, resultsCount: count, adjusted)
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
        if let plan = planLimits { try plan.check(day, now: now, market: market) }
        let adjusted = request.value("adjusted") != "false"
        var bars: [(ticker: Int, bar: SimulatedBar)] = []
        if market.hasData(on: day) {
            for ticker in market.listings.indices {
                if let bar = dayBar(on: day, of: ticker, adjusted: adjusted) { bars.append((ticker, bar)) }
            }
        }
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
        json.text("{\"status\":\"OK\",\"from\":\"\(day.iso)\",\"symbol\":")
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
}
