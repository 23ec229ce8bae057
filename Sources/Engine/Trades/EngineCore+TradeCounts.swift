import EngineAPI
import MarketData
import MarketTime

extension EngineCore {
    /// Counts the trades of a snapshot that has just been applied.
    mutating func countTrades(_ batch: SnapshotBatch, now: Instant) {
        tradeCounts.count(
            batch,
            rows: rowHints,
            day: TradeCountKeeper.Day(
                start: dayStart,
                latestEvent: now.adding(nanoseconds: Self.dataTimeTolerance).nanoseconds,
                completedSlots: progress.completedSlots
            ),
            universe: &universe
        )
    }

    /// Asks for the past of the slots that have ended, once for each.
    mutating func requestTradeCounts(into outputs: inout [EngineOutput]) {
        guard let tradingDay, let candidates = request?.lookbackCandidates else { return }
        if let wanted = tradeCounts.request(tradingDay: tradingDay, candidates: candidates) {
            outputs.append(.loadTradeCounts(wanted))
        }
    }

    /// Takes the store's answer.
    mutating func apply(_ load: TradeCountLoad) {
        if tradeCounts.apply(load, universe: &universe) { dataVersion += 1 }
    }
}
