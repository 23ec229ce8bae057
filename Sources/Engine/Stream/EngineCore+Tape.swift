import EngineAPI
import MarketData
import MarketTime

extension EngineCore {
    /// Trades that wait to be stored, at most, before they are handed over.
    private static let ticksMax = 5000
    /// Longest time they wait, ns.
    private static let ticksPauseNs: Int64 = 1_000_000_000

    /// Applies limit-up/limit-down messages (bands, limit states, halts, resumes) from one on, up to the first that is newer
    /// than `last`; returns that one.
    @discardableResult
    mutating func applyBands(
        _ bands: BandColumns,
        from first: Int,
        through last: Int64 = .max,
        _ plausible: ClosedRange<Int64>
    ) -> Int {
        var index = first
        while index < bands.count, bands.time[index] <= last {
            defer { index += 1 }
            let time = bands.time[index]
            guard let row = row(bands.symbol[index], at: time, plausible) else { continue }
            stream.flow.applied += 1
            let change = halts.take(
                row: row,
                upper: bands.upper[index],
                lower: bands.lower[index],
                indicators: bands.indicators[index],
                time: time
            )
            take(change, row, time: time)
        }
        return index
    }

    /// Shows what has become of a row's halt.
    mutating func take(_ change: HaltChange, _ row: Int, time: Int64) {
        guard change != .none else { return }
        (universe.bandUpper[row], universe.bandLower[row]) = halts.bands(row: row)
        showHalt(row)
        guard change == .halted || change == .resumed else { return }
        let isMerged = streamRows.track(ofRow: row).map { streamRows.tracks[$0].isShortListed } ?? false
        tape.addHalt(isResume: change == .resumed, time: time, row: row, isMerged: isMerged)
    }

    /// Ends what is over by the time alone.
    mutating func expireHalts(now: Instant) {
        for row in halts.expire(now: now) {
            showHalt(Int(row))
            stream.isDirty = true
        }
    }

    private mutating func showHalt(_ row: Int) {
        let mark = halts.mark(row: row)
        universe.halts[row] = mark
        universe.flags[row].remove(.halted)
        universe.flags[row].remove(.limitState)
        switch mark.state {
        case .halted: universe.flags[row].insert(.halted)
        case .limitState: universe.flags[row].insert(.limitState)
        case .trading, .resumed: break
        }
    }

    /// Puts a trade on the tape, and aside for the store; false when the tape has seen it before.
    ///
    /// One with an identity has been looked for among all tickers' last trades already, so the tape is given none.
    @inline(__always)
    mutating func record(
        _ trade: TapeTrade,
        _ row: Int,
        _ track: Int,
        _ identity: UInt64,
        _ effect: TradeEffect,
        _ marks: PrintFlags
    ) -> Bool {
        let isMerged = streamRows.tracks[track].isShortListed
        let outcome = tape.add(trade, row: row, effect: effect, marks: marks, isMerged: isMerged)
        guard case .new(let side) = outcome else { return false }
        if streamRows.tracks[track].isStored { store(trade, row, side, identity) }
        return true
    }

    private mutating func store(_ trade: TapeTrade, _ row: Int, _ side: TradeSide, _ identity: UInt64) {
        ticks.symbol.append(universe.symbols[row])
        ticks.time.append(trade.time)
        ticks.price.append(trade.price)
        ticks.size.append(trade.size)
        ticks.exchange.append(trade.exchange)
        ticks.trf.append(trade.trf)
        ticks.conditions.append(trade.conditions)
        ticks.side.append(side)
        ticks.identity.append(identity)
    }

    /// Hands trades to the store when there are many or they have waited for a second.
    mutating func handOverTicks(now: Instant?, into outputs: inout [EngineOutput]) {
        guard ticks.count > 0 else { return }
        if let now, ticks.count < Self.ticksMax {
            let since = ticksSince ?? now
            ticksSince = since
            guard abs(now.nanoseconds(since: since)) >= Self.ticksPauseNs else { return }
        }
        outputs.append(.persistTicks(ticks))
        ticks = TickRows()
        ticksSince = nil
    }

    /// A tape the trader has asked for.
    mutating func tapePage(_ wanted: TapeQuery?, now: Instant) -> TapePage? {
        guard var query = wanted else { return nil }
        query.rows = min(max(query.rows, 0), TapeQuery.rowsMax)
        query.levels = min(max(query.levels, 0), TapeQuery.levelsMax)
        let row = query.symbol.flatMap { universe.id(of: $0)?.row }
        var page = tape.page(query, row: row, symbols: universe.symbols, now: now)
        let isSubscribed = query.symbol.map { planner.holds(.trades, $0) } ?? !planner.symbols(of: .trades).isEmpty
        let isDenied = stream.status.deniedTopics.contains(.trades)
        page.isLive = stream.status.state.isConnected && isSubscribed && !isDenied
        return page
    }
}
