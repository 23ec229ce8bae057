import Analytics
import EngineAPI
import MarketData
import MarketTime

// Every event writes what it knows into the columns and no more: changes in percent, relative volume and the like are
// worked up once per picture, for the rows that were touched (`EngineCore+Settle`). A symbol is looked up once a batch.

extension EngineCore {
    /// Flags of a row whose trading is held up.
    private static let haltBits = RowFlags.halted.rawValue | RowFlags.limitState.rawValue
    // Sets of options are generic code where they come from another module, 20 times dearer than their bits.
    private static let streamedBit = RowFlags.streamed.rawValue
    private static let tradedBit = RowFlags.tradedToday.rawValue
    private static let lastBit = TradeEffect.last.rawValue
    private static let highLowBit = TradeEffect.highLow.rawValue
    private static let volumeBit = TradeEffect.volume.rawValue

    /// Applies events in the order quotes, trades, sums of trades, bars: each by its own time, so that the order of
    /// arrival among kinds does not matter.
    ///
    /// Bands come before the first trade that is not older: a halt or resume stands where it belongs on the tape, and
    /// no resume is inferred that has been told.
    mutating func apply(_ batch: StreamBatch, now: Instant) {
        guard tradingDay != nil else { return }
        resolve(batch.symbols)
        let plausible = stream.day.plausible(at: now)
        let before = (flow: stream.flow.counted, watermark: stream.watermark)
        var newest: Int64 = 0
        applyQuotes(batch.quotes, plausible, newest: &newest)
        let bands = applyTrades(batch.trades, batch.bands, plausible, newest: &newest)
        applyBands(batch.bands, from: bands, plausible)
        applyConflated(batch.conflated, plausible, newest: &newest)
        applyBars(batch.bars, plausible, now: now)
        stream.watermark = max(before.watermark, min(max(stream.watermark, newest), now.nanoseconds))
        if stream.watermark > before.watermark { stream.watermarkAt = now.nanoseconds }
        if newest > 0 { stream.flow.lagNs = now.nanoseconds - newest }
        if stream.flow.counted != before.flow || batch.rejections.total > 0 { stream.isDirty = true }
        startSessionIfDue()
    }

    /// Finds the row of each of a batch's symbols; a new one gets a row only with an event that counts.
    private mutating func resolve(_ symbols: [Symbol]) {
        stream.symbols = symbols
        stream.rowOf.removeAll(keepingCapacity: true)
        for symbol in symbols { stream.rowOf.append(universe.id(of: symbol)?.rawValue ?? StreamLife.newRow) }
    }

    /// The row an event is about; nil, and counted, for one that is not kept or whose time cannot be.
    @inline(__always)
    mutating func row(_ symbol: Int32, at time: Int64, _ plausible: ClosedRange<Int64>) -> Int? {
        let index = Int(symbol)
        guard index < stream.rowOf.count, index >= 0, time >= plausible.lowerBound, time <= plausible.upperBound else {
            stream.flow.refused += 1
            return nil
        }
        if stream.rowOf[index] == StreamLife.newRow { stream.rowOf[index] = Int32(intern(stream.symbols[index]) ?? -1) }
        guard stream.rowOf[index] >= 0 else {
            stream.flow.refused += 1
            return nil
        }
        return Int(stream.rowOf[index])
    }

    /// The track of a row of which an event has come.
    @inline(__always)
    mutating func touch(_ row: Int) -> Int {
        let track = streamRows.track(ofRow: row, base: universe.volume[row])
        streamRows.touch(track)
        if stream.connectedSince != nil, !streamRows.tracks[track].isDropped {
            universe.flags[row].rawValue |= Self.streamedBit
        }
        return track
    }

    private mutating func applyQuotes(_ quotes: QuoteColumns, _ plausible: ClosedRange<Int64>, newest: inout Int64) {
        for index in 0..<quotes.count {
            let time = quotes.time[index]
            guard let row = row(quotes.symbol[index], at: time, plausible) else { continue }
            newest = max(newest, time)
            stream.flow.applied += 1
            if time >= universe.quoteTime[row] {
                universe.bid[row] = quotes.bid[index]
                universe.ask[row] = quotes.ask[index]
                universe.bidSize[row] = quotes.bidSize[index]
                universe.askSize[row] = quotes.askSize[index]
                universe.quoteTime[row] = time
            }
            let quote = TapeQuote(
                bid: quotes.bid[index],
                ask: quotes.ask[index],
                bidSize: quotes.bidSize[index],
                askSize: quotes.askSize[index],
                time: time
            )
            tape.add(quote, row: row)
            _ = touch(row)
        }
    }

    /// Returns the first of the bands that is newer than all trades, and so has not been applied.
    private mutating func applyTrades(
        _ trades: TradeColumns,
        _ bands: BandColumns,
        _ plausible: ClosedRange<Int64>,
        newest: inout Int64
    ) -> Int {
        var nextBand = 0
        for index in 0..<trades.count {
            let time = trades.time[index]
            if nextBand < bands.count, bands.time[nextBand] <= time {
                nextBand = applyBands(bands, from: nextBand, through: time, plausible)
            }
            guard let row = row(trades.symbol[index], at: time, plausible) else { continue }
            let trade = TapeTrade(
                price: trades.price[index],
                size: trades.size[index],
                time: time,
                exchange: trades.exchange[index],
                trf: trades.trf[index],
                conditions: trades.conditions[index]
            )
            let identity = trades.identity[index]
            if identity != 0, stream.memory.remember(identity, row: row) {
                stream.flow.duplicates += 1
            } else if apply(trade, row, identity: identity) {
                newest = max(newest, time)
            } else {
                stream.flow.duplicates += 1
            }
        }
        return nextBand
    }

    /// Applies a trade to its row; false when it turns out to have been seen before.
    @inline(__always)
    private mutating func apply(_ trade: TapeTrade, _ row: Int, identity: UInt64) -> Bool {
        let time = trade.time
        let session = stream.day.session(at: time)
        let effect = conditions.effect(of: trade.conditions, isExtendedHours: session != 1)
        let bits = effect.rawValue
        let track = touch(row)
        var marks = session == 1 ? 0 : PrintFlags.extendedHours.rawValue
        if bits & Self.highLowBit != 0 {
            if !(trade.price <= universe.high[row]) { marks |= PrintFlags.dayHigh.rawValue }
            if !(trade.price >= universe.low[row]) { marks |= PrintFlags.dayLow.rawValue }
        }
        guard record(trade, row, track, identity, effect, PrintFlags(rawValue: marks)) else { return false }
        stream.flow.applied += 1
        stream.watermark = max(stream.watermark, time)
        if bits & Self.lastBit != 0 {
            if time >= universe.priceTime[row] {
                universe.price[row] = trade.price
                universe.priceTime[row] = time
                notePrice(row)
            }
            noteResume(row, time)
        }
        if bits & Self.highLowBit != 0 { widen(row, high: trade.price, low: trade.price, session) }
        universe.printTime[row] = max(universe.printTime[row], time)
        universe.flags[row].rawValue |= Self.tradedBit
        addVolume(track, row, bits & Self.volumeBit != 0 ? trade.size : 0, at: time, count: 1)
        return true
    }

    /// A trade of a halted ticker may mean that its resume was missed.
    @inline(__always)
    mutating func noteResume(_ row: Int, _ time: Int64) {
        guard universe.flags[row].rawValue & Self.haltBits != 0 else { return }
        take(halts.noteTrade(row: row, time: time), row, time: time)
    }

    /// So may a minute with trades that a snapshot tells of.
    mutating func noteResume(_ row: Int, minute: Int64) {
        guard universe.flags[row].rawValue & Self.haltBits != 0 else { return }
        take(halts.noteMinute(row: row, start: minute), row, time: minute)
    }

    /// Takes what trades were put together to: all shares at the time of the oldest, so that none counts twice with an
    /// aggregate that covers a part of them.
    private mutating func applyConflated(
        _ sums: ConflatedTrades,
        _ plausible: ClosedRange<Int64>,
        newest: inout Int64
    ) {
        for index in 0..<sums.count {
            let last = sums.lastTime[index]
            guard let row = row(sums.symbol[index], at: last, plausible) else {
                stream.flow.refused += Int(sums.trades[index]) - 1
                continue
            }
            stream.flow.applied += Int(sums.trades[index])
            newest = max(newest, last)
            stream.watermark = max(stream.watermark, last)
            let track = touch(row)
            let priceTime = sums.priceTime[index]
            if sums.price[index] > 0, priceTime >= universe.priceTime[row], plausible.contains(priceTime) {
                universe.price[row] = sums.price[index]
                universe.priceTime[row] = priceTime
                notePrice(row)
            }
            let session = stream.day.session(at: last)
            if stream.day.session(at: sums.firstTime[index]) == session {
                widen(row, high: sums.high[index], low: sums.low[index], session)
            } else {
                // Of which session its highest and lowest trades were is not known.
                widenDay(row, high: sums.high[index], low: sums.low[index])
            }
            universe.printTime[row] = max(universe.printTime[row], last)
            universe.flags[row].rawValue |= Self.tradedBit
            let first = max(sums.firstTime[index], plausible.lowerBound)
            addVolume(track, row, sums.volume[index], at: min(first, last), count: sums.trades[index])
            tape.addConflated(
                trades: Int(sums.trades[index]),
                shares: sums.shares[index],
                price: sums.price[index],
                time: last,
                row: row,
                isMerged: streamRows.tracks[track].isShortListed
            )
        }
    }

    /// Adds the shares of a trade to what no aggregate covers, and raises the volume by them.
    @inline(__always)
    private mutating func addVolume(_ track: Int, _ row: Int, _ shares: Double, at time: Int64, count: Int32) {
        let covered = universe.volumeTime[row]
        let isNew = time >= covered && shares > 0
        streamRows.addTrades(
            track: track,
            second: stream.day.second(of: time),
            shares: shares,
            count: count,
            isNew: isNew,
            covered: stream.day.second(of: covered, roundedUp: true)
        )
        if isNew { raiseVolume(track, row) }
    }

    /// The volume is the vendor's newest sum and the trades since; it never decreases.
    @inline(__always)
    mutating func raiseVolume(_ track: Int, _ row: Int) {
        let volume = streamRows.tracks[track].base + streamRows.tracks[track].pending
        if !(volume <= universe.volume[row]), !volume.isNaN { universe.volume[row] = volume }
    }

    /// Widens high and low of the day, and of the session that runs if that is the event's.
    @inline(__always)
    mutating func widen(_ row: Int, high: Double, low: Double, _ session: UInt8) {
        widenDay(row, high: high, low: low)
        if session > stream.session { startSession(session) }
        widenRange(row, high: high, low: low, session)
        guard session == stream.session else { return }
        if !(high <= universe.sessionHigh[row]), !high.isNaN { universe.sessionHigh[row] = high }
        if !(low >= universe.sessionLow[row]), !low.isNaN { universe.sessionLow[row] = low }
    }

    @inline(__always)
    private mutating func widenDay(_ row: Int, high: Double, low: Double) {
        if !(high <= universe.high[row]), !high.isNaN { universe.high[row] = high }
        if !(low >= universe.low[row]), !low.isNaN { universe.low[row] = low }
    }

    /// Begins a session when the data have reached it: what the columns say of the one before is not of it.
    mutating func startSessionIfDue(dataTime: Instant? = nil) {
        let reached = max(stream.watermark, (dataTime ?? snapshotDataTime)?.nanoseconds ?? 0)
        let session = stream.day.session(at: reached)
        if session > stream.session { startSession(session) }
    }

    private mutating func startSession(_ session: UInt8) {
        stream.session = session
        watch.start(
            session: session,
            at: session == 1 ? stream.day.open : stream.day.close,
            rowCount: universe.count
        )
        for row in 0..<universe.count {
            universe.sessionHigh[row] = .nan
            universe.sessionLow[row] = .nan
        }
    }
}

extension StreamFlow {
    /// Events that have come to an end, one way or another.
    fileprivate var counted: Int { applied + duplicates + refused }
}
