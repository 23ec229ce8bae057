package import EngineAPI
import GRDB
package import MarketData
package import MarketTime

/// One day of a symbol's lookback, as it went into the sums of a ``HistoryLoad``.
package struct LookbackDay: Hashable, Sendable {
    /// The day.
    package var day: DayID
    /// 192 cumulative volumes C(d, s), shares as traded.
    package var cumulative: [Int64]
    /// What one share of that day counts in shares of the trading day; 1 without a split in between.
    package var factor: Double
    /// Where the day's slots came from; nil for a source this program does not know.
    package var source: SlotSource?
}

extension TradeulStore {
    /// Reads and sums what a request names, in one consistent state of the file; see ``EngineStore/loadHistory(_:)``.
    ///
    /// A day serves a symbol when all its 192 slots are known and it traded at all; its volumes are multiplied by the
    /// splits since then. Daily bars are folded oldest day first; a day without any is taken from that day's slots
    /// (complete rows, C(191)). Damaged rows are skipped and counted. Once most symbols have their days, older ones are
    /// looked through by an index and only what is still wanted is read.
    ///
    /// - Throws: ``StoreError``.
    package func loadHistory(_ request: HistoryRequest) throws -> HistoryLoad {
        let (load, damagedRows) = try reading { db in
            var reader = try HistoryReader(request: request, db)
            try reader.readLookback(db)
            try reader.readDailyBars(db)
            try reader.readToday(db)
            return (reader.load, reader.damagedRows)
        }
        noteDamaged(damagedRows)
        return load
    }

    /// The days that ``loadHistory(_:)`` sums for a symbol, newest first: the same code chooses them.
    ///
    /// - Throws: ``StoreError``.
    package func lookback(_ symbol: Symbol, _ request: HistoryRequest) throws -> [LookbackDay] {
        var request = request
        request.symbol = symbol
        let (days, damagedRows) = try reading { db in
            var reader = try HistoryReader(request: request, db)
            reader.keepsDays = true
            try reader.readLookback(db)
            return (reader.days, reader.damagedRows)
        }
        noteDamaged(damagedRows)
        return days
    }
}
