package import EngineAPI
package import MarketData
package import MarketTime

// A trade costs a few lookups by row and one line of 72 bytes in two rings. Totals of a filter are counted as lines come,
// so that a page is read from the newest line backwards and ends as soon as it is full.

/// The tapes: of every ticker whose trades are subscribed, and the merged one of the short list.
///
/// Rows are the universe's. The caller leaves out events of another day and those ahead of the clock.
package struct TapeBook: Sendable {
    /// What became of a trade.
    package enum Outcome: Hashable, Sendable {
        /// It has a line, or is part of one; against the quote in force at its time.
        case new(TradeSide)
        /// Seen before: it must not count again.
        case duplicate
    }

    /// What the tapes may take, with the defaults together at most some 46 MB.
    package struct Limits: Hashable, Sendable {
        /// Prints, and lines, kept of a ticker that is looked at.
        package var printsLookedAt = 2048
        /// Prints kept of any other.
        package var printsOther = 256
        /// Prints, and lines, kept of the merged tape.
        package var printsMerged = 8192
        /// Tickers with a tape; a further one takes the place of the one that has been quiet longest.
        package var tickers = 1024
        /// Tickers that may be looked at; of more, the first so many.
        package var lookedAt = 32

        /// The defaults.
        package init() {}
    }

    let limits: Limits
    /// Place of each row's ticker in `tickers`, −1 for none.
    private var placeOfRow: [Int32] = []
    var tickers: [Ticker] = []
    var merged: Tape
    private var lookedAt: Set<Int> = []
    /// Totals of filters in use, by the tape they are on.
    var watches: [Watch] = []
    /// Grows with every event; tells who has been quiet longest.
    private var useCount: UInt64 = 0
    /// Grows with every page; tells which filter was asked for longest ago.
    var pageCount: UInt64 = 0
    /// The highest number given on any tape.
    private var lastNumber: UInt64 = 0

    /// What is kept of a ticker.
    struct Ticker: Sendable {
        var row: Int32
        var tape: Tape
        var quotes = QuoteRing()
        var identities = IdentityRing()
        /// The line that the next trade may join; nil after a halt.
        var open: TapeLine?
        /// Sequence number of that line on the merged tape; nil when it is not there.
        var mergedLine: Int?
        /// What has traded at each price; nil while nobody wants to see it.
        var levels: PriceLevels?
        var lastUse: UInt64 = 0

        /// Keeps what has traded at each price, or forgets it; wanted anew it is made of the prints that are kept.
        mutating func keepLevels(_ isWanted: Bool) {
            guard isWanted else {
                levels = nil
                return
            }
            guard levels == nil else { return }
            var made = PriceLevels()
            for index in 0..<tape.prints.count { made.add(tape.prints[index]) }
            levels = made
        }

        /// Appends a line to the ticker's own tape and says whether it is part of the line before.
        ///
        /// In place: a read of `open` from outside copies everything that is kept of the ticker.
        mutating func append(_ line: TapeLine) -> (joins: Bool, change: Tape.Change) {
            let joins = open?.takes(line) ?? false
            let change = tape.append(line, joins: joins, sequence: tape.lines?.appended)
            if joins, let time = open?.time {
                open?.time = max(time, line.time)
            } else {
                open = line
            }
            return (joins, change)
        }
    }

    /// No tapes.
    package init(limits: Limits = Limits()) {
        self.limits = limits
        merged = Tape(limit: limits.printsMerged, base: 0, hasLines: true)
    }

    /// Tickers with a tape now.
    package var tickerCount: Int { tickers.count }

    /// Prints and lines held of all tapes.
    package var lineCount: Int {
        tickers.reduce(merged.prints.count + (merged.lines?.count ?? 0)) {
            $0 + $1.tape.prints.count + ($1.tape.lines?.count ?? 0)
        }
    }

    /// Says which rows are looked at, replacing those before: their tapes are kept longer, with lines ready to be shown.
    package mutating func lookAt(rows: [Int]) {
        let wanted = Set(rows.prefix(limits.lookedAt))
        guard wanted != lookedAt else { return }
        lookedAt = wanted
        watches.removeAll { $0.row >= 0 && !lookedAt.contains(Int($0.row)) }
        for place in tickers.indices {
            let isLookedAt = lookedAt.contains(Int(tickers[place].row))
            tickers[place].tape.keep(isLookedAt ? limits.printsLookedAt : limits.printsOther, hasLines: isLookedAt)
            tickers[place].keepLevels(isLookedAt)
        }
    }

    /// Takes a quote, also a late one; of a batch, apply the quotes before the trades.
    package mutating func add(_ quote: TapeQuote, row: Int) {
        let place = takePlace(for: row)
        tickers[place].quotes.insert(quote)
    }

    /// Takes a trade.
    ///
    /// `effect` is what its conditions allow. `marks` is what the caller knows of it (``PrintFlags/dayHigh``, `dayLow`,
    /// `extendedHours`); the other flags are found here. `isMerged` says whether the ticker belongs to the short list. A
    /// trade is the same as one of the ticker's last 1,024 when their identities are.
    package mutating func add(
        _ trade: TapeTrade,
        row: Int,
        effect: TradeEffect,
        marks: PrintFlags = PrintFlags(rawValue: 0),
        isMerged: Bool
    ) -> Outcome {
        let place = takePlace(for: row)
        guard tickers[place].identities.insert(trade.identity) else { return .duplicate }
        let line = Self.line(trade, row: row, effect, marks, tickers[place].quotes.inForce(at: trade.time))
        let isVolume = line.flags & TapeLine.Bits.repetition == 0
        let dollars = isVolume ? trade.price * trade.size : 0
        let mayJudge = line.flags & TapeLine.Bits.offMarket == 0
        let known = mayJudge && isVolume && line.side != .unknown ? trade.size : 0
        let ask = line.side == .ask || line.side == .aboveAsk ? known : 0
        tickers[place].tape.rates.add(
            time: trade.time,
            trades: 1,
            dollars: dollars,
            askShares: ask,
            knownShares: known
        )
        if isMerged {
            merged.rates.add(time: trade.time, trades: 1, dollars: dollars, askShares: ask, knownShares: known)
        }
        append(line, place, isMerged: isMerged)
        return .new(line.side)
    }

    /// Takes trades that were only summed: they count in the rates, at `time` and `price` (NaN when unknown), and in
    /// ``TapePage/conflated``; they have no line and no side.
    package mutating func addConflated(
        trades: Int,
        shares: Double,
        price: Double,
        time: Int64,
        row: Int,
        isMerged: Bool
    ) {
        let place = takePlace(for: row)
        let dollars = price.isNaN ? 0 : price * shares
        tickers[place].tape.conflated += trades
        tickers[place].tape.rates.add(time: time, trades: trades, dollars: dollars, askShares: 0, knownShares: 0)
        guard isMerged else { return }
        merged.conflated += trades
        merged.rates.add(time: time, trades: trades, dollars: dollars, askShares: 0, knownShares: 0)
    }

    /// Writes that trading is halted, or resumed, on the ticker's tape if it has one and, if `isMerged`, on the merged one.
    ///
    /// Such a line has no price (NaN), size 0, no trades, and passes every filter.
    package mutating func addHalt(isResume: Bool, time: Int64, row: Int, isMerged: Bool) {
        let line = TapeLine(
            time: time,
            price: .nan,
            size: 0,
            bid: .nan,
            ask: .nan,
            conditions: 0,
            row: Int32(row),
            count: 0,
            flags: isResume ? TapeLine.Bits.resume : TapeLine.Bits.halt,
            trf: 0,
            side: .unknown,
            exchange: 0
        )
        if let place = place(of: row) {
            append(line, place, isMerged: isMerged)
        } else if isMerged {
            note(merged.append(line, joins: false, sequence: nil), on: -1)
        }
    }

    /// The ticker's newest quote by time; nil when none is known.
    package func quote(row: Int) -> TapeQuote? { place(of: row).flatMap { tickers[$0].quotes.newest } }

    /// Trades of the running second and the 59 before it, those that were only summed included; 0 without a tape.
    package func tradesOfLastMinute(row: Int, now: Instant) -> Int {
        place(of: row).map { tickers[$0].tape.rates.lastMinute(now: now.nanoseconds).trades } ?? 0
    }

    /// Forgets the quotes of a row, or of all: after a gap they are not in force any more.
    package mutating func dropQuotes(row: Int? = nil) {
        guard let row else {
            for place in tickers.indices { tickers[place].quotes = QuoteRing() }
            return
        }
        if let place = place(of: row) { tickers[place].quotes = QuoteRing() }
    }

    /// Frees what is kept of a ticker that is no longer subscribed; its lines on the merged tape stay.
    package mutating func forget(row: Int) {
        guard let place = place(of: row) else { return }
        placeOfRow[row] = -1
        watches.removeAll { Int($0.row) == row }
        let last = tickers.removeLast()
        guard place < tickers.count else { return }
        tickers[place] = last
        placeOfRow[Int(last.row)] = Int32(place)
    }

    /// Forgets everything but who is looked at, for a new day; numbers go on.
    package mutating func resetDay() {
        tickers.removeAll()
        placeOfRow.removeAll()
        watches.removeAll()
        merged = Tape(limit: limits.printsMerged, base: lastNumber, hasLines: true)
    }
}

extension TapeBook {
    func place(of row: Int) -> Int? {
        guard row >= 0, row < placeOfRow.count, placeOfRow[row] >= 0 else { return nil }
        return Int(placeOfRow[row])
    }

    private mutating func takePlace(for row: Int) -> Int {
        useCount += 1
        if let known = place(of: row) {
            tickers[known].lastUse = useCount
            return known
        }
        precondition(row >= 0, "Invariant: a row is not negative")
        if row >= placeOfRow.count {
            placeOfRow.append(contentsOf: repeatElement(-1, count: row + 1 - placeOfRow.count))
        }
        if tickers.count >= max(1, limits.tickers) { useLookedAt() }
        if tickers.count >= max(1, limits.tickers), let quiet = tickers.min(by: { $0.lastUse < $1.lastUse }) {
            forget(row: Int(quiet.row))
        }
        let isLookedAt = lookedAt.contains(row)
        let limit = isLookedAt ? limits.printsLookedAt : limits.printsOther
        let tape = Tape(limit: limit, base: lastNumber, hasLines: isLookedAt)
        placeOfRow[row] = Int32(tickers.count)
        tickers.append(
            Ticker(row: Int32(row), tape: tape, levels: isLookedAt ? PriceLevels() : nil, lastUse: useCount)
        )
        return tickers.count - 1
    }

    /// What is looked at is in use, however quiet it is: another has to make room.
    private mutating func useLookedAt() {
        for row in lookedAt {
            if let place = place(of: row) { tickers[place].lastUse = useCount }
        }
    }

    private mutating func append(_ line: TapeLine, _ place: Int, isMerged: Bool) {
        let (joins, change) = tickers[place].append(line)
        tickers[place].levels?.add(line)
        note(change, on: line.row)
        if isMerged {
            let change = merged.append(line, joins: joins, sequence: tickers[place].mergedLine)
            tickers[place].mergedLine = change.sequence
            note(change, on: -1)
        } else {
            tickers[place].mergedLine = nil
        }
    }

    /// Counts a new print or a line that has grown for the filters in use.
    private mutating func note(_ change: Tape.Change, on row: Int32) {
        lastNumber = max(lastNumber, change.print.number)
        for index in watches.indices where watches[index].row == row { watches[index].count(change) }
    }

    /// A trade as a line of its own.
    private static func line(
        _ trade: TapeTrade,
        row: Int,
        _ effect: TradeEffect,
        _ marks: PrintFlags,
        _ quote: QuoteRing.Entry?
    ) -> TapeLine {
        let traits = TradeConditions.traits(of: trade.conditions).rawValue
        var flags = marks.rawValue & TapeLine.Bits.ofCaller
        if trade.size < 100 || traits & TradeTraits.oddLot.rawValue != 0 { flags |= TapeLine.Bits.oddLot }
        if Venue.isOffExchange(exchange: trade.exchange, trf: trade.trf) { flags |= TapeLine.Bits.dark }
        if traits & TradeTraits.auction.rawValue != 0 { flags |= TapeLine.Bits.auction }
        if traits & TradeTraits.sweep.rawValue != 0 { flags |= TapeLine.Bits.sweep }
        if traits & TradeTraits.extendedHours.rawValue != 0 { flags |= TapeLine.Bits.extendedHours }
        if effect.rawValue & TradeEffect.last.rawValue == 0 {
            flags |= TapeLine.Bits.notLast
            // Reported odd lots set no price and yet meet the market; few shares alone do not make a late price meet it.
            if effect.rawValue & TradeEffect.atMarket.rawValue == 0 { flags |= TapeLine.Bits.offMarket }
        }
        if effect.rawValue & TradeEffect.volume.rawValue == 0 {
            flags |= TapeLine.Bits.repetition
        } else if TradeConditions.isBlock(size: trade.size, price: trade.price) {
            flags |= TapeLine.Bits.block
        }
        let bid = quote?.bid ?? Double.nan
        let ask = quote?.ask ?? Double.nan
        return TapeLine(
            time: trade.time,
            price: trade.price,
            size: trade.size,
            bid: bid,
            ask: ask,
            conditions: trade.conditions,
            row: Int32(row),
            count: 1,
            flags: flags,
            trf: trade.trf,
            side: TradeSide(price: trade.price, bid: bid, ask: ask),
            exchange: trade.exchange
        )
    }
}
