package import EngineAPI
import GRDB

extension TradeulStore: DailyStore {
    /// Reads the daily bars a request names, day by day, and works out indicators; see ``DailyStore/loadDaily(_:)``.
    ///
    /// At most ``DailyRequest/dayCount`` days, in one consistent state of the file. A day nobody has stored has no bars; a
    /// window that counts bars reaches further back then. Slots do not stand in for missing bars: they have no prices.
    ///
    /// - Throws: ``StoreError``.
    package func loadDaily(_ request: DailyRequest) throws -> DailyIndicators {
        let (indicators, damagedRows) = try reading { db in
            var reader = try DailyIndicatorsReader(request: request, db)
            try reader.readBars(db)
            let damagedRows = reader.damagedRows
            return (reader.finish(), damagedRows)
        }
        noteDamaged(damagedRows)
        return indicators
    }
}
