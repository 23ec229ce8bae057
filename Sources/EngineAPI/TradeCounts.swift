package import MarketData
package import MarketTime

/// Whose past numbers of trades are wanted: of the same slots, on days before.
package struct TradeCountRequest: Hashable, Sendable {
    /// Days behind a mean and a deviation at most: two weeks, so that one wild day does not make all others quiet.
    package static let daysMax = 10

    /// The day that is compared.
    package var tradingDay: DayID
    /// The slots whose trades are summed; not empty.
    package var slots: Range<Int>
    /// Days that may serve, newest first: of those that have numbers of trades at all, the newest ``daysMax`` do.
    package var candidates: [DayID]
    /// Grows with every request of an engine.
    package var number: UInt64

    /// A request.
    package init(tradingDay: DayID, slots: Range<Int>, candidates: [DayID], number: UInt64 = 0) {
        self.tradingDay = tradingDay
        self.slots = slots
        self.candidates = candidates
        self.number = number
    }
}

/// Mean and deviation of past numbers of trades; parallel columns.
package struct TradeCountLoad: Hashable, Sendable {
    /// What was asked.
    package var request: TradeCountRequest
    /// Symbols with at least one day.
    package var symbols: [Symbol] = []
    /// Mean of the trades in the slots together.
    package var mean: [Double] = []
    /// Standard deviation (N−1) of the same; NaN with one day.
    package var deviation: [Double] = []
    /// Days behind both.
    package var days: [UInt8] = []

    /// No symbols.
    package init(request: TradeCountRequest) { self.request = request }
}

/// Where past numbers of trades come from.
///
/// May block; called off the core's thread.
package protocol TradeCountStore: Sendable {
    /// Reads and sums what a request names.
    ///
    /// - Throws: ``StoreError``.
    func loadTradeCounts(_ request: TradeCountRequest) throws -> TradeCountLoad
}
