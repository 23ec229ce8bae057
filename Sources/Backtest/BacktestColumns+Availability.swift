import MarketData

extension BacktestColumns {
    /// Columns a backtest knows, of numbers and flags: those that stored slots, earlier days and reference data give.
    static let numberColumns: Set<ColumnID> = Set(
        [
            .last, .volume, .dollarVolume, .volume5m, .volume10m, .volume15m, .volume30m, .volume5mPercent,
            .volume10mPercent, .volume15mPercent, .volume30mPercent, .volumePercent, .previousVolumePercent,
            .averageVolume, .averageVolume5, .averageVolume10, .averageDays, .pace,
            .rvol, .slotRVOL, .previousSlotRVOL, .highestSlotRVOL, .simpleRVOL, .baselineDays, .thin,
            .changePercent, .change, .changeATR, .fromOpenPercent, .fromOpen, .fromOpenATR,
            .change5m, .change10m, .change15m, .change30m, .gapPercent, .gap, .gapATR, .open, .vwap, .vwapPercent,
            .preVolume, .preRVOL, .regularVolume, .postVolume, .postChangePercent, .postChange,
            .previousClose, .previousHigh, .previousLow, .previousVolume, .previousRangePosition,
            .pivotPercent, .resistance1Percent, .support1Percent, .resistance2Percent, .support2Percent,
            .atr, .atrPercent, .trades, .traded, .minutesSinceOpen,
            .spyChangePercent, .spyChange5m, .versusSPYPercent, .versusSPY5m,
        ] + referenceNumbers
    )

    /// Columns of text it knows.
    static let textColumns: Set<ColumnID> = Set([.symbol] + referenceTexts)

    /// Facts that are known as of today only.
    static let referenceColumns: Set<ColumnID> = Set(referenceNumbers + referenceTexts)

    private static let referenceNumbers: [ColumnID] = [
        .marketCap, .floatShares, .sharesOutstanding, .floatPercent, .floatTurnover, .etf,
    ]
    private static let referenceTexts: [ColumnID] = [.name, .type, .exchange, .sector, .industry, .country]

    /// Columns that come out a little different from live ones, because a slot's average price stands for the last price.
    static let approximateColumns: Set<ColumnID> = [
        .last, .dollarVolume, .changePercent, .change, .changeATR, .fromOpenPercent, .fromOpen, .fromOpenATR, .change5m,
        .change10m, .change15m, .change30m, .vwap, .vwapPercent, .postChangePercent, .postChange, .atrPercent,
        .previousRangePosition, .pivotPercent, .resistance1Percent, .support1Percent, .resistance2Percent,
        .support2Percent, .spyChangePercent, .spyChange5m, .versusSPYPercent, .versusSPY5m,
    ]

    /// Every column that a filter cannot ask for here, with the reason.
    static let unavailable: [ColumnID: String] = {
        var reasons: [ColumnID: String] = [:]
        for id in ColumnID.allCases where !numberColumns.contains(id) && !textColumns.contains(id) {
            reasons[id] = "not stored"
        }
        return reasons
    }()
}
