import MarketTime

extension JSONBytes {
    /// A count in one of the vendor's forms, picked by `form`: mostly an integer, also `37216.0` and `3.7216e+04`.
    package func count(_ value: Int64, form: UInt64) {
        switch form & 15 {
        case 0..<9: integer(value)
        case 9..<13:
            integer(value)
            raw(".0")
        default:
            if value >= 1_000 { exponential(value) } else { integer(value) }
        }
    }

    /// A price in 1/10,000 USD; whole dollars sometimes with `.0`, and rarely in exponential form.
    package func price(_ priceE4: Int64, form: UInt64) {
        if form & 511 == 0, priceE4 >= 100_000, priceE4 % 10_000 == 0 {
            exponential(priceE4 / 10_000)
        } else {
            decimal(priceE4, decimals: 4, minimum: form & 1 == 0 ? 0 : 1)
        }
    }

    /// An average price with its long tail of digits, 1/10,000 USD.
    package func average(_ priceE4: Double) { decimal(Int64(priceE4 + 0.5), decimals: 4) }

    /// A volume in millionths of a share as the vendor's decimal string: `"28114.250100"`, whole ones as `"4989.0"`.
    package func decimalVolume(_ micro: Int64) {
        byte(0x22)
        if micro % 1_000_000 == 0 {
            integer(micro / 1_000_000)
            raw(".0")
        } else {
            decimal(micro, decimals: 6, minimum: 6)
        }
        byte(0x22)
    }

    /// A fraction with as many digits as a binary number printed in full would show.
    func long(_ value: Double) {
        if abs(value) < 9_000 {
            decimal(Int64(value * 1e15), decimals: 15)
        } else {
            decimal(Int64(min(max(value, -9e12), 9e12) * 1e6), decimals: 6)
        }
    }

    /// The four prices of a bar.
    func prices(_ bar: PriceBar, form: UInt64) {
        raw("\"o\":")
        price(bar.open, form: form)
        raw(",\"h\":")
        price(bar.high, form: form >> 9)
        raw(",\"l\":")
        price(bar.low, form: form >> 18)
        raw(",\"c\":")
        price(bar.close, form: form >> 27)
    }
}

extension MarketCursor {
    /// Writes the body of the full snapshot (`/v2/snapshot/locale/us/markets/stocks/tickers`) at the cursor's moment.
    ///
    /// Tickers not yet listed are left out; the array has no order. About 15 ms and 6 MB for 11,000 tickers.
    package func writeFullSnapshot(into json: JSONBytes) { writeSnapshot(of: Array(states.indices), into: json) }

    /// Writes the body of the full snapshot with just the given tickers, by index.
    package func writeSnapshot(of tickers: [Int], into json: JSONBytes) {
        let listed = tickers.filter { states[$0].isListed }
        json.raw("{\"status\":\"OK\",\"count\":")
        json.integer(Int64(listed.count))
        json.raw(",\"tickers\":[")
        for (position, ticker) in listed.enumerated() {
            if position > 0 { json.byte(0x2C) }
            writeItem(ticker, into: json)
        }
        json.raw("]}")
    }

    /// Writes one item of a snapshot: ticker, change, day, previous day, latest minute, last trade and quote.
    package func writeItem(_ ticker: Int, into json: JSONBytes) {
        let state = states[ticker]
        let form = Hash.child(state.key, 0xA0_0000 + (state.minute?.index ?? -1))
        let habits = Hash.child(market.listings[ticker].key, 0xF0)
        json.raw("{\"ticker\":")
        json.string(market.listings[ticker].ticker)
        let trade = lastTrade(of: ticker)
        writeChange(state, form: form, into: json)
        json.raw(",\"updated\":")
        json.integer(trade?.time.nanoseconds ?? 0)
        writeDay(state, form: form, into: json)
        if habits % 40 != 0 { writeQuote(state, quote: lastQuote(of: ticker), habits: habits, into: json) }
        if let trade {
            writeTrade(trade, form: Hash.child(form, 2), into: json)
        } else if habits & 64 != 0 {
            json.raw(",\"lastTrade\":{\"c\":null,\"i\":\"\",\"p\":0,\"s\":0,\"t\":0,\"x\":0}")
        }
        writeMinute(state, habits: habits, form: Hash.child(form, 3), into: json)
        writePreviousDay(state, habits: habits, into: json)
        json.byte(0x7D)
    }

    private func writeChange(_ state: TickerState, form: UInt64, into json: JSONBytes) {
        let before = state.previousDay?.price.close ?? 0
        guard state.lastTradeSecond != nil, before > 0 else {
            json.raw(
                form & 1 == 0
                    ? ",\"todaysChangePerc\":0,\"todaysChange\":0" : ",\"todaysChangePerc\":0.0,\"todaysChange\":0"
            )
            return
        }
        let change = state.lastPriceE4 - before
        json.raw(",\"todaysChangePerc\":")
        json.long(Double(change) / Double(before) * 100)
        json.raw(",\"todaysChange\":")
        if form & 2 == 0 {
            json.decimal(change, decimals: 4)
        } else {
            json.long(Double(state.lastPriceE4) / 10_000 - Double(before) / 10_000)
        }
    }

    private func writeDay(_ state: TickerState, form: UInt64, into json: JSONBytes) {
        guard state.regular.open > 0 else {
            json.raw(",\"day\":{\"c\":0,\"h\":0,\"l\":0,\"o\":0,\"v\":0,\"vw\":0}")
            return
        }
        json.raw(",\"day\":{")
        json.prices(state.regular, form: form)
        json.raw(",\"v\":")
        if form >> 40 & 7 == 0, state.volumeMicro % 1_000_000 != 0 {
            json.decimal(state.volumeMicro / 100, decimals: 4)
        } else {
            json.count(state.volume, form: form >> 36)
        }
        json.raw(",\"vw\":")
        json.average(state.vwapE4)
        if form >> 44 & 15 != 0 {
            json.raw(",\"dv\":")
            json.decimalVolume(state.volumeMicro)
        }
        json.byte(0x7D)
    }

    private func writeMinute(_ state: TickerState, habits: UInt64, form: UInt64, into json: JSONBytes) {
        guard let minute = state.minute, let context = dayContext else {
            if habits & 3 == 0 {
                // A ticker without a minute yet: the object is left out.
            } else if habits & 3 == 1 {
                json.raw(",\"min\":{\"c\":0,\"h\":0,\"l\":0,\"o\":0,\"v\":0,\"vw\":0,\"av\":0}")
            } else {
                json.raw(",\"min\":{\"c\":0,\"h\":0,\"l\":0,\"o\":0,\"v\":0,\"vw\":0,\"av\":0,\"t\":0,\"n\":0}")
            }
            return
        }
        json.raw(",\"min\":{\"av\":")
        json.count(state.volume, form: form)
        if form >> 4 & 7 != 0 {
            json.raw(",\"dav\":")
            json.decimalVolume(state.volumeMicro)
        }
        json.raw(",\"t\":")
        json.integer(context.start.milliseconds + Int64(minute.index) * 60_000)
        json.raw(",\"n\":")
        json.integer(Int64(minute.trades))
        json.byte(0x2C)
        json.prices(minute.price, form: form)
        json.raw(",\"v\":")
        // Not the volume truncated by itself: av − v is then exactly what had traded before this minute.
        json.count(state.volume - state.volumeBeforeMinute, form: form >> 36)
        json.raw(",\"vw\":")
        json.average(Double(minute.price.typicalTimes4) * 0.25)
        if form >> 44 & 7 != 0 {
            json.raw(",\"dv\":")
            json.decimalVolume(minute.volumeMicro)
        }
        json.byte(0x7D)
    }

    private func writePreviousDay(_ state: TickerState, habits: UInt64, into json: JSONBytes) {
        guard let bar = state.previousDay, bar.price.open > 0 else {
            json.raw(",\"prevDay\":{\"c\":0,\"h\":0,\"l\":0,\"o\":0,\"v\":0,\"vw\":0}")
            return
        }
        let form = Hash.child(state.key, 0xA1)
        json.raw(",\"prevDay\":{")
        json.prices(bar.price, form: form)
        json.raw(",\"v\":")
        json.count(bar.volumeMicro / 1_000_000, form: form >> 36)
        json.raw(",\"vw\":")
        json.average(bar.vwapE4)
        json.byte(0x7D)
    }

    private func writeTrade(_ trade: SimulatedTrade, form: UInt64, into json: JSONBytes) {
        json.raw(",\"lastTrade\":{")
        json.conditions(trade.traits, form: form)
        json.raw("\"i\":\"")
        json.integer(Int64(trade.traits.identifier))
        json.raw("\",\"p\":")
        json.price(trade.priceE4, form: form >> 8)
        json.raw(",\"s\":")
        json.count(trade.sizeMicro / 1_000_000, form: form >> 20)
        if form >> 24 & 7 != 0 {
            json.raw(",\"ds\":")
            json.decimalVolume(trade.sizeMicro)
        }
        json.raw(",\"t\":")
        json.integer(trade.time.nanoseconds)
        json.raw(",\"x\":")
        json.integer(Int64(trade.traits.exchange))
        json.byte(0x7D)
    }

    private func writeQuote(_ state: TickerState, quote: SimulatedQuote?, habits: UInt64, into json: JSONBytes) {
        guard let quote else {
            if habits & 128 != 0 { json.raw(",\"lastQuote\":{\"P\":0,\"S\":0,\"p\":0,\"s\":0,\"t\":0}") }
            return
        }
        let form = Hash.child(state.lastWindow.key, 0xB5)
        json.raw(",\"lastQuote\":{\"P\":")
        json.price(quote.askE4, form: form >> 20)
        json.raw(",\"S\":")
        json.integer(quote.askSize)
        json.raw(",\"p\":")
        json.price(quote.bidE4, form: form >> 10)
        json.raw(",\"s\":")
        json.integer(quote.bidSize)
        json.raw(",\"t\":")
        json.integer(quote.time.nanoseconds)
        json.byte(0x7D)
    }

    /// The newest quote of a ticker at the cursor's moment, its number left out; nil before its first trade of the day.
    package func lastQuote(of ticker: Int) -> SimulatedQuote? {
        let state = states[ticker]
        guard let second = state.lastTradeSecond, let context = dayContext, let now = moment?.elapsedSeconds else {
            return nil
        }
        return quoteGrain(of: ticker, context).newest(
            before: now,
            last: LastSecond(second: second, window: state.lastWindow),
            dayStart: context.start
        )
    }

    /// The last trade of a ticker at the cursor's moment; nil before its first of the day.
    package func lastTrade(of ticker: Int) -> SimulatedTrade? {
        let state = states[ticker]
        guard let second = state.lastTradeSecond, let context = dayContext else { return nil }
        let window = state.lastWindow
        var size = window.volumeMicro
        var count = 1
        if window.trades > 1 {
            let grain = FineGrain(shape: context.shape, isFractional: false, key: 0)
            count = grain.spreadTrades(window, withPrices: false, into: tradeScratch)
            size -= tradeScratch.cumulative[count - 2]
        }
        let start = context.start.adding(seconds: Int64(second)).nanoseconds
        let offset = FineGrain.tradeOffset(count - 1, of: count, key: window.key)
        return SimulatedTrade(
            time: Instant(nanoseconds: start + offset),
            priceE4: window.price.close,
            sizeMicro: size,
            traits: TradeTraits(
                key: Hash.child(window.key, 0x80_0000 + count - 1),
                place: Place(slot: second / 300, minute: second % 300 / 60, second: second % 60),
                isLast: true,
                reopens: count == 1 && halt(of: ticker)?.reopening == second,
                shape: context.shape,
                sizeMicro: size
            ),
            sequence: SimulatedTrade.sequence(second: second, trade: count - 1)
        )
    }
}

extension JSONBytes {
    /// The `c` member of a trade with its comma: an array, and for regular trades absent, null or empty.
    func conditions(_ traits: TradeTraits, form: UInt64) {
        let (first, second) = traits.conditions
        if first == 0, second == 0 {
            switch form & 3 {
            case 0: raw("\"c\":null,")
            case 1: raw("\"c\":[],")
            default: break
            }
            return
        }
        raw("\"c\":[")
        if first != 0 { integer(Int64(first)) }
        if second != 0 {
            if first != 0 { byte(0x2C) }
            integer(Int64(second))
        }
        raw("],")
    }
}
