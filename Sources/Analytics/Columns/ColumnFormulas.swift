package import MarketData

/// How each column's numbers are worked out, for all rows at once.
package enum ColumnFormulas {
    /// A column's numbers, one per row: NaN is missing, flags are 0 or 1.
    ///
    /// Columns of text and the strip have none: all missing.
    package static func numbers(_ id: ColumnID, _ inputs: ColumnInputs) -> [Double] {
        stored(id, inputs.universe) ?? quote(id, inputs) ?? volume(id, inputs) ?? change(id, inputs)
            ?? dayRange(id, inputs) ?? session(id, inputs) ?? daily(id, inputs) ?? company(id, inputs)
            ?? market(id, inputs) ?? ColumnArithmetic.missing(inputs.count)
    }

    /// A column that stands in the universe as it is; nil for all others.
    package static func stored(_ id: ColumnID, _ universe: Universe) -> [Double]? {
        switch id {
        case .last: universe.price
        case .bid: universe.bid
        case .ask: universe.ask
        case .bidSize: universe.bidSize
        case .askSize: universe.askSize
        case .spread: universe.spread
        case .volume: universe.volume
        case .dollarVolume: universe.dollarVolume
        case .minuteVolume: universe.minuteVolume
        case .volume1m: universe.volume1m
        case .volume5m: universe.volume5m
        case .volume10m: universe.volume10m
        case .volume15m: universe.volume15m
        case .volume30m: universe.volume30m
        case .averageVolume: universe.averageVolume
        case .averageVolume5: universe.averageVolume5
        case .averageVolume10: universe.averageVolume10
        case .rvol: universe.rvol
        case .slotRVOL: universe.slotRVOL
        case .simpleRVOL: universe.simpleRVOL
        case .changePercent: universe.changePercent
        case .change1m: universe.change1m
        case .change2m: universe.change2m
        case .change5m: universe.change5m
        case .change10m: universe.change10m
        case .change15m: universe.change15m
        case .change30m: universe.change30m
        case .gapPercent: universe.gapPercent
        default: storedOfRanges(id, universe)
        }
    }

    private static func storedOfRanges(_ id: ColumnID, _ universe: Universe) -> [Double]? {
        switch id {
        case .open: universe.open
        case .high: universe.high
        case .low: universe.low
        case .rangePosition: universe.rangePosition
        case .sessionHigh: universe.sessionHigh
        case .sessionLow: universe.sessionLow
        case .vwap: universe.vwap
        case .preHigh: universe.preHigh
        case .preLow: universe.preLow
        case .regularHigh: universe.regularHigh
        case .regularLow: universe.regularLow
        case .regularClose: universe.regularClose
        case .postHigh: universe.postHigh
        case .postLow: universe.postLow
        case .previousClose: universe.previousClose
        case .previousHigh: universe.previousHigh
        case .previousLow: universe.previousLow
        case .previousVolume: universe.previousVolume
        case .atr: universe.atr
        case .atrPercent: universe.atrPercent
        case .marketCap: universe.marketCap
        case .floatShares: universe.floatShares
        case .sharesOutstanding: universe.sharesOutstanding
        case .tradesPerMinute: universe.tradesPerMinute
        case .trades: universe.trades
        case .tradesZScore: universe.tradesZScore
        case .bandUpper: universe.bandUpper
        case .bandLower: universe.bandLower
        default: nil
        }
    }

    /// A column of text; nil for columns of numbers and for the symbol, which has no codes.
    package static func texts(_ id: ColumnID, _ universe: Universe) -> TextColumn? {
        switch id {
        case .name: universe.names
        case .type: universe.types
        case .exchange: universe.exchanges
        case .sector: universe.sectors
        case .industry: universe.industries
        case .country: universe.countries
        default: nil
        }
    }
}
