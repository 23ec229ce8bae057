package import EngineAPI
package import MarketData
package import MarketTime

/// One stored day, and what was known before it: all that a backtest of the day needs.
///
/// Slots stand slot after slot, not symbol after symbol: a slot of the whole market is read at once. 55 MB for 11,000
/// symbols, baseline included.
package struct BacktestDay: Sendable {
    /// The answer to the request: baseline, daily facts, splits; only of days before; its `today` is not used.
    package var history: HistoryLoad
    /// Symbols all of whose 192 slots are known and that traded on the day, in their order; one per row.
    package var symbols: [Symbol] = []
    /// 192 × `symbols.count` cumulative volumes C(s), shares as traded.
    package var cumulative: [Int64] = []
    /// 192 × `symbols.count` volume-weighted average prices of each slot, USD; NaN without trades.
    package var vwap: [Float] = []
    /// 192 × `symbols.count` trades of each slot, 0 without any, or ``SlotHistory/unknownTrades``.
    package var trades: [Int32] = []
    /// Open of the regular session per row, USD; NaN without a daily bar.
    package var opens: [Double] = []
    /// Official close of the regular session per row, USD; NaN without a daily bar.
    package var closes: [Double] = []
    /// Symbols that were left out because some of their slots are not known.
    package var incompleteSymbols = 0

    /// A day without symbols.
    package init(history: HistoryLoad) { self.history = history }
}

/// What a backtest needs of a store.
///
/// Every call may block.
package protocol BacktestStore: Sendable {
    /// A day's slots, with the history a request for that day names.
    ///
    /// - Throws: ``StoreError``.
    func backtestDay(_ request: HistoryRequest) throws -> BacktestDay
    /// What is known of companies today.
    ///
    /// - Throws: ``StoreError``.
    func referenceFacts() throws -> ReferenceFacts
    /// Who was on a list of scans at a moment; nil when nothing is stored of it then.
    ///
    /// - Throws: ``StoreError``.
    func scanMembers(of list: String, at moment: Instant) throws -> [Symbol]?
}
