package import EngineAPI
import GRDB
package import MarketData
import MarketTime

/// The table of splits.
enum SplitTable {
    /// The factors of splits up to a trading day, of all symbols or one.
    static func factors(through tradingDay: DayID, symbol: Symbol?, _ db: Database) throws -> SplitFactors {
        SplitFactors(try read(symbol, db), tradingDay: tradingDay)
    }

    /// Stored splits by symbol and date; what cannot be a split is left out.
    static func read(_ symbol: Symbol?, _ db: Database) throws -> [StockSplit] {
        let select = try RawStatement(
            db,
            "SELECT symbol, execution_date, split_from, split_to FROM splits"
                + (symbol == nil ? "" : " WHERE symbol = ?1") + " ORDER BY symbol, execution_date"
        )
        defer { select.reset() }
        if let symbol { try select.bind(1, symbol.text) }
        var splits: [StockSplit] = []
        while try select.step() {
            guard let symbol = Symbol(utf8: select.bytes(0)),
                let date = select.text(1).flatMap({ DayID(iso: $0) }),
                let split = StockSplit(
                    symbol: symbol,
                    executionDate: date,
                    from: select.number(2),
                    to: select.number(3)
                )
            else { continue }
            splits.append(split)
        }
        return splits
    }
}

extension TradeulStore {
    /// The stored splits by symbol and execution date, of all symbols or one.
    ///
    /// - Throws: ``StoreError``.
    package func splits(_ symbol: Symbol? = nil) throws -> [StockSplit] {
        try reading { db in try SplitTable.read(symbol, db) }
    }
}
