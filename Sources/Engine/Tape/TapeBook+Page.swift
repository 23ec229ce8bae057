package import EngineAPI
package import MarketData
package import MarketTime

/// A filter in use on a tape, and how many lines have passed it.
struct Watch: Sendable {
    /// The tape's row; −1 for the merged one.
    var row: Int32
    var filter: TapeFilter
    var aggregates: Bool
    var sieve: TapeSieve
    var total: UInt64
    var lastUse: UInt64

    mutating func count(_ change: Tape.Change) {
        if !aggregates {
            if sieve.passes(change.print) { total += 1 }
        } else if sieve.passes(change.after), !(change.before.map(sieve.passes) ?? false) {
            total += 1
        }
    }
}

extension TapeBook {
    /// Filters whose totals are counted on; a further one takes the place of the one asked for longest ago.
    private static var watchesMax: Int { 4 }

    /// The tape as asked for, read from the newest line backwards.
    ///
    /// `row` is that of the query's symbol, nil when nothing is known of it; `symbols` is the universe's column. `isLive`
    /// is left to the caller. The total counts from the tape's beginning without a filter, and with one from the oldest
    /// line kept when the filter was first asked for. Numbers ascend but need not begin at 1.
    package mutating func page(_ query: TapeQuery, row: Int?, symbols: [Symbol], now: Instant) -> TapePage {
        var page = TapePage(query: query)
        if query.symbol == nil {
            fill(&page, merged, on: -1, symbols, now)
            return page
        }
        guard let row, let place = place(of: row) else { return page }
        if query.aggregates, tickers[place].tape.lines == nil {
            tickers[place].tape.keep(tickers[place].tape.prints.limit, hasLines: true)
        }
        fill(&page, tickers[place].tape, on: Int32(row), symbols, now)
        if query.levels > 0 {
            tickers[place].keepLevels(true)
            page.levels = tickers[place].levels?.around(min(query.levels, TapeQuery.levelsMax)) ?? []
        }
        if let quote = tickers[place].quotes.newest {
            page.bid = quote.bid
            page.ask = quote.ask
            page.bidSize = quote.bidSize
            page.askSize = quote.askSize
        }
        return page
    }

    /// Single prints with numbers above `number`, oldest first, at most `max`; `row` nil for the merged tape.
    ///
    /// When the first has a number above `number` + 1, those between are no longer kept.
    package func prints(after number: UInt64, row: Int?, symbols: [Symbol], max: Int) -> [TapePrint] {
        var tape = merged
        if let row {
            guard let place = place(of: row) else { return [] }
            tape = tickers[place].tape
        }
        return Self.shown(tape.prints(after: number, max: max), symbols)
    }

    private mutating func fill(_ page: inout TapePage, _ tape: Tape, on row: Int32, _ symbols: [Symbol], _ now: Instant)
    {
        let query = page.query
        let sieve = TapeSieve(query.filter)
        let rows = min(max(query.rows, 0), TapeQuery.rowsMax)
        page.prints = Self.shown(tape.newest(rows, sieve, aggregates: query.aggregates), symbols)
        if sieve.passesAll {
            page.total = query.aggregates ? tape.linesBegun : tape.printsBegun
        } else {
            page.total = total(of: query, sieve, tape, on: row)
        }
        let rates = tape.rates.perSecond(now: now.nanoseconds)
        page.printsPerSecond = rates.trades
        page.dollarsPerSecond = rates.dollars
        page.askShare = tape.rates.lastMinute(now: now.nanoseconds).askShare
        page.conflated = tape.conflated
    }

    private mutating func total(of query: TapeQuery, _ sieve: TapeSieve, _ tape: Tape, on row: Int32) -> UInt64 {
        pageCount += 1
        let known = watches.firstIndex {
            $0.row == row && $0.aggregates == query.aggregates && $0.filter == query.filter
        }
        if let known {
            watches[known].lastUse = pageCount
            return watches[known].total
        }
        if watches.count >= Self.watchesMax,
            let stalest = watches.indices.min(by: { watches[$0].lastUse < watches[$1].lastUse })
        {
            watches.remove(at: stalest)
        }
        let total = tape.count(sieve, aggregates: query.aggregates)
        watches.append(
            Watch(
                row: row,
                filter: query.filter,
                aggregates: query.aggregates,
                sieve: sieve,
                total: total,
                lastUse: pageCount
            )
        )
        return total
    }

    private static func shown(_ lines: [TapeLine], _ symbols: [Symbol]) -> [TapePrint] {
        lines.compactMap { line in
            let row = Int(line.row)
            return row < symbols.count ? line.shown(symbols[row]) : nil
        }
    }
}
