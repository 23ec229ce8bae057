package import EngineAPI
import GRDB
package import MarketData
import MarketTime

/// The stored splits of some symbols, as factors for a trading day.
struct SplitTable {
    private var bySymbol: [Symbol: [(day: DayID, factor: Double)]] = [:]

    /// Splits executed on or before `tradingDay`, of all symbols or one.
    init(through tradingDay: DayID, symbol: Symbol?, _ db: Database) throws {
        for split in try Self.read(symbol, db) where split.executionDate <= tradingDay {
            bySymbol[split.symbol, default: []].append((split.executionDate, split.factor))
        }
    }

    /// Whether no symbol has any.
    var isEmpty: Bool { bySymbol.isEmpty }

    /// Whether a symbol has any.
    func has(_ symbol: Symbol) -> Bool { bySymbol[symbol] != nil }

    /// What a volume of a day counts in shares of the trading day: the product of all splits after that day.
    func factor(_ symbol: Symbol, on day: DayID) -> Double {
        guard !bySymbol.isEmpty, let splits = bySymbol[symbol] else { return 1 }
        return splits.reduce(1) { $1.day > day ? $0 * $1.factor : $0 }
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
