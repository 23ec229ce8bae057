import MarketData

/// Leaves out trades that have arrived before, before anything is put together: a sum could not tell.
///
/// Confined to whoever delivers. A trade is the same as another when ticker, identity and time are: identities may be used
/// again on another day.
struct TradeArrivals: Sendable {
    private var memory = TradeMemory()
    /// What stands for each of a batch's symbols; kept for its memory.
    private var keys: [Int] = []
    private var isNew: [Bool] = []

    /// Takes trades that are known out of a batch; returns how many.
    mutating func strikeKnown(_ batch: inout StreamBatch) -> Int {
        let trades = batch.trades
        guard trades.count > 0 else { return 0 }
        keys.removeAll(keepingCapacity: true)
        for symbol in batch.symbols { keys.append(symbol.hashValue) }
        isNew.removeAll(keepingCapacity: true)
        var known = 0
        for index in 0..<trades.count {
            let identity = trades.identity[index]
            let symbol = Int(trades.symbol[index])
            let isKnown =
                identity != 0 && keys.indices.contains(symbol)
                && memory.remember(identity, row: keys[symbol] &+ Int(trades.time[index]))
            isNew.append(!isKnown)
            if isKnown { known += 1 }
        }
        if known > 0 { batch.trades.keep(isNew) }
        return known
    }
}

extension TradeColumns {
    /// Leaves only rows that are marked.
    fileprivate mutating func keep(_ isKept: [Bool]) {
        func kept<Element>(_ column: [Element]) -> [Element] {
            zip(column, isKept).compactMap { $1 ? $0 : nil }
        }
        symbol = kept(symbol)
        price = kept(price)
        size = kept(size)
        time = kept(time)
        exchange = kept(exchange)
        trf = kept(trf)
        conditions = kept(conditions)
        identity = kept(identity)
    }
}
