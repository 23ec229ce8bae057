import Engine
import EngineAPI
import MarketData
import MarketTime
import Testing

/// Builds batches of stream events by hand.
struct StreamEvents {
    var batch = StreamBatch()
    private var identity: UInt64 = 0

    init() {}

    mutating func symbol(_ text: String) throws -> Int32 {
        let symbol = try #require(Symbol(text))
        if let known = batch.symbols.firstIndex(of: symbol) { return Int32(known) }
        batch.symbols.append(symbol)
        return Int32(batch.symbols.count - 1)
    }

    /// A trade; without an identity each is one of its own.
    mutating func trade(
        _ text: String,
        _ price: Double,
        _ size: Double,
        at time: Instant,
        conditions: [UInt8] = [],
        identity: UInt64? = nil
    ) throws {
        batch.trades.symbol.append(try symbol(text))
        batch.trades.price.append(price)
        batch.trades.size.append(size)
        batch.trades.time.append(time.nanoseconds)
        batch.trades.exchange.append(12)
        batch.trades.trf.append(0)
        batch.trades.conditions.append(conditions.reversed().reduce(0) { $0 << 8 | UInt64($1) })
        batch.trades.identity.append(identity ?? 0)
    }

    mutating func quote(_ text: String, _ bid: Double, _ ask: Double, at time: Instant) throws {
        batch.quotes.symbol.append(try symbol(text))
        batch.quotes.bid.append(bid)
        batch.quotes.ask.append(ask)
        batch.quotes.bidSize.append(1)
        batch.quotes.askSize.append(1)
        batch.quotes.time.append(time.nanoseconds)
    }

    /// A bar of a second, or of a minute.
    mutating func bar(
        _ text: String,
        _ close: Double,
        volume: Double,
        accumulated: Double,
        from start: Instant,
        seconds: Int64 = 1,
        high: Double? = nil,
        low: Double? = nil,
        vwap: Double = .nan,
        open: Double = .nan
    ) throws {
        batch.bars.symbol.append(try symbol(text))
        batch.bars.isMinute.append(seconds == 60)
        batch.bars.start.append(start.nanoseconds)
        batch.bars.end.append(start.adding(seconds: seconds).nanoseconds)
        batch.bars.volume.append(volume)
        batch.bars.accumulated.append(accumulated)
        batch.bars.open.append(close)
        batch.bars.high.append(high ?? close)
        batch.bars.low.append(low ?? close)
        batch.bars.close.append(close)
        batch.bars.dayVWAP.append(vwap)
        batch.bars.officialOpen.append(open)
    }

    mutating func band(_ text: String, _ indicators: [UInt8], upper: Double, lower: Double, at time: Instant) throws {
        batch.bands.symbol.append(try symbol(text))
        batch.bands.upper.append(upper)
        batch.bands.lower.append(lower)
        batch.bands.indicators.append(indicators.reversed().reduce(0) { $0 << 8 | UInt64($1) })
        batch.bands.time.append(time.nanoseconds)
    }

    mutating func conflated(
        _ text: String,
        trades: Int32,
        shares: Double,
        volume: Double? = nil,
        price: Double = .nan,
        from first: Instant,
        to last: Instant
    ) throws {
        batch.conflated.symbol.append(try symbol(text))
        batch.conflated.trades.append(trades)
        batch.conflated.shares.append(shares)
        batch.conflated.volume.append(volume ?? shares)
        batch.conflated.price.append(price)
        batch.conflated.priceTime.append(price.isNaN ? 0 : last.nanoseconds)
        batch.conflated.high.append(price)
        batch.conflated.low.append(price)
        batch.conflated.firstTime.append(first.nanoseconds)
        batch.conflated.lastTime.append(last.nanoseconds)
    }

    /// A batch made in one expression.
    static func make(_ body: (inout Self) throws -> Void) rethrows -> StreamBatch {
        var events = Self()
        try body(&events)
        return events.batch
    }
}

extension StreamStatus {
    /// A connection of an epoch.
    static func live(_ epoch: Int = 1, since: Instant? = nil) -> StreamStatus {
        var status = StreamStatus(state: .live, host: "h")
        status.epoch = epoch
        status.liveSince = since
        return status
    }

    /// Between two connections.
    static func lost(_ epoch: Int = 1) -> StreamStatus {
        var status = StreamStatus(state: .backingOff(sentence: "lost", retryAt: .epoch), host: "h")
        status.epoch = epoch
        return status
    }
}

extension EngineFixture {
    /// Applies events and nothing else.
    mutating func stream(_ now: Instant, _ body: (inout StreamEvents) throws -> Void) throws {
        _ = core.step([.stream(try StreamEvents.make(body))], now: now)
    }

    /// The picture a screen would be shown; nil when none is due.
    mutating func show(_ now: Instant) -> EngineView? {
        for case .publish(let view) in core.step([.show], now: now) { return view }
        return nil
    }

    /// A ticker's numbers and flags, with all that the stream has told.
    mutating func row(_ symbol: String, _ columns: [ColumnID], _ now: Instant) throws -> StreamedRow {
        let result = try ask(ScanQuery(columns: columns, rows: 0..<100_000), now)
        let wanted = try #require(Symbol(symbol))
        let index = try #require(result.symbols.firstIndex(of: wanted))
        return StreamedRow(
            numbers: result.values.map { $0[index] },
            flags: result.flags[index],
            halt: result.halts[index],
            priceTime: result.priceTimes[index]
        )
    }
}

/// What a picture says of a ticker.
struct StreamedRow {
    var numbers: [Double]
    var flags: RowFlags
    var halt: HaltMark
    var priceTime: Int64
}
