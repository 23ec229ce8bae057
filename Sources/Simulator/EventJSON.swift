import MarketTime

// Field order and number forms are those of the vendor's frames; keys now and then come in another order, as theirs do.

extension JSONBytes {
    /// Appends an event as an element of a frame of the vendor's stream.
    ///
    /// One JSON object without brackets or commas around it. About 0.4 µs.
    package func event(_ event: SimulatedEvent, of market: SimulatedMarket) {
        let listing = market.listings[event.ticker]
        switch event {
        case .trade(_, let trade): write(trade, listing: listing)
        case .quote(_, let quote): write(quote, listing: listing)
        case .second(_, let bar): write(bar, named: "A", listing: listing)
        case .minute(_, let bar): write(bar, named: "AM", listing: listing)
        case .band(_, let band): write(band, listing: listing)
        }
    }

    private func member(_ key: StaticString, _ value: Int64) {
        raw(key)
        integer(value)
    }

    private func write(_ trade: SimulatedTrade, listing: Listing) {
        let form = Hash.mix(trade.traits.identifier)
        if form & 31 == 0 {
            raw("{\"sym\":")
            string(listing.ticker)
            raw(",\"ev\":\"T\"")
        } else {
            raw("{\"ev\":\"T\",\"sym\":")
            string(listing.ticker)
        }
        let exchange = Int64(trade.traits.exchange)
        if form & 32 == 0 { member(",\"x\":", exchange) }
        raw(",\"i\":\"")
        digits(trade.traits.identifier)
        byte(0x22)
        if form & 32 != 0 { member(",\"x\":", exchange) }
        member(",\"z\":", Self.tape(of: listing))
        raw(",\"p\":")
        price(trade.priceE4, form: form >> 8)
        raw(",\"s\":")
        rarely(trade.sizeMicro / 1_000_000, form: form >> 16)
        if form >> 24 & 15 != 0 || trade.sizeMicro % 1_000_000 != 0 {
            raw(",\"ds\":")
            decimalVolume(trade.sizeMicro)
        }
        write(trade.traits.conditions, form: form >> 28)
        let milliseconds = trade.time.milliseconds
        member(",\"t\":", milliseconds)
        if form >> 32 & 3 == 0 { member(",\"pt\":", milliseconds - Int64(form >> 34 & 1)) }
        member(",\"q\":", trade.sequence)
        // Only prints off the exchanges come through a reporting facility.
        if exchange == 4 {
            member(",\"trfi\":", 201 + Int64(form >> 36 & 1))
            member(",\"trft\":", milliseconds - 1)
        }
        byte(0x7D)
    }

    private func write(_ conditions: (Int, Int), form: UInt64) {
        guard conditions != (0, 0) else {
            if form & 15 == 0 { raw(",\"c\":[]") }
            return
        }
        raw(",\"c\":[")
        if conditions.0 != 0 { integer(Int64(conditions.0)) }
        if conditions.1 != 0 {
            if conditions.0 != 0 { byte(0x2C) }
            integer(Int64(conditions.1))
        }
        byte(0x5D)
    }

    private func write(_ quote: SimulatedQuote, listing: Listing) {
        let form = Hash.mix(UInt64(bitPattern: quote.time.nanoseconds))
        raw("{\"ev\":\"Q\",\"sym\":")
        string(listing.ticker)
        member(",\"bx\":", Int64(quote.bidExchange))
        raw(",\"bp\":")
        price(quote.bidE4, form: form)
        member(",\"bs\":", quote.bidSize)
        member(",\"ax\":", Int64(quote.askExchange))
        raw(",\"ap\":")
        price(quote.askE4, form: form >> 9)
        member(",\"as\":", quote.askSize)
        if form >> 18 & 3 != 0 { member(",\"c\":", Int64(form >> 20 & 1)) }
        if form >> 22 & 1 == 0 { raw(",\"i\":[604]") }
        member(",\"t\":", quote.time.milliseconds)
        member(",\"q\":", quote.sequence)
        member(",\"z\":", Self.tape(of: listing))
        byte(0x7D)
    }

    private func write(_ streamed: StreamedBar, named name: StaticString, listing: Listing) {
        let bar = streamed.bar
        let form = Hash.child(listing.key, Int(truncatingIfNeeded: bar.startMs))
        raw("{\"ev\":\"")
        raw(name)
        raw("\",\"sym\":")
        string(listing.ticker)
        raw(",\"v\":")
        rarely(bar.volumeMicro / 1_000_000, form: form >> 1)
        raw(",\"av\":")
        rarely(streamed.accumulatedMicro / 1_000_000, form: form >> 9)
        if streamed.officialOpenE4 > 0 {
            raw(",\"op\":")
            decimal(streamed.officialOpenE4, decimals: 4)
        } else if listing.key & 1 == 0 {
            raw(",\"op\":0")
        }
        raw(",\"vw\":")
        average(bar.vwapE4)
        for (key, value) in [
            (",\"o\":", bar.price.open), (",\"c\":", bar.price.close), (",\"h\":", bar.price.high),
            (",\"l\":", bar.price.low),
        ] as [(StaticString, Int64)] {
            raw(key)
            decimal(value, decimals: 4)
        }
        raw(",\"a\":")
        average(streamed.dayVWAPE4)
        raw(",\"z\":")
        let size = bar.volumeMicro / Int64(max(1, bar.trades))
        if form >> 17 & 31 == 0 { decimal(size / 10_000, decimals: 2) } else { integer(size / 1_000_000) }
        member(",\"s\":", bar.startMs)
        member(",\"e\":", bar.startMs + Int64(streamed.seconds) * 1_000)
        // Without the decimal forms a fraction of a share would be lost.
        if form >> 22 & 15 != 0 || listing.isFractional {
            raw(",\"dv\":")
            decimalVolume(bar.volumeMicro)
            raw(",\"dav\":")
            decimalVolume(streamed.accumulatedMicro)
        }
        byte(0x7D)
    }

    private func write(_ band: SimulatedBand, listing: Listing) {
        raw("{\"ev\":\"LULD\",\"h\":")
        decimal(band.upperE4, decimals: 4)
        raw(",\"l\":")
        decimal(band.lowerE4, decimals: 4)
        member(",\"i\":[", Int64(band.indicator.rawValue))
        if let second = band.second { member(",", Int64(second.rawValue)) }
        member("],\"z\":", Self.tape(of: listing))
        raw(",\"T\":")
        string(listing.ticker)
        member(",\"t\":", band.time.nanoseconds)
        member(",\"q\":", band.sequence)
        byte(0x7D)
    }

    /// A count that only rarely is anything but an integer in form.
    private func rarely(_ value: Int64, form: UInt64) {
        switch form & 255 {
        case 0: count(value, form: 9)
        case 1: count(value, form: 15)
        default: integer(value)
        }
    }

    /// Tape: A for the New York Stock Exchange, C for Nasdaq, B for all others.
    private static func tape(of listing: Listing) -> Int64 {
        switch listing.exchange {
        case "XNYS": 1
        case "XNAS": 3
        default: 2
        }
    }
}
