import MarketData

/// Rows for symbols in order of first appearance, quick when the same symbols come in the same order day after day.
///
/// The symbol that followed last time is tried before the dictionary is asked, which costs a hash each time.
struct SymbolIndex {
    /// The symbol of each row.
    private(set) var symbols: [Symbol] = []
    private var rowBySymbol: [Symbol: Int] = [:]
    /// Which row came after each row last time; the first row is its own guess.
    private var following: [Int] = []
    private var last: Int?

    /// Makes room for rows to come.
    mutating func reserveCapacity(_ count: Int) {
        symbols.reserveCapacity(count)
        following.reserveCapacity(count)
        rowBySymbol.reserveCapacity(count)
    }

    /// Begins a new run over symbols in their order.
    mutating func beginPass() { last = nil }

    /// The row of a symbol; nil when it has none.
    mutating func existingRow(of symbol: Symbol) -> Int? {
        let guess = last.map { following[$0] } ?? 0
        if guess < symbols.count, symbols[guess] == symbol {
            last = guess
            return guess
        }
        guard let row = rowBySymbol[symbol] else { return nil }
        follow(row)
        return row
    }

    /// The row of a symbol, a new one at the end when it has none.
    mutating func row(of symbol: Symbol) -> Int {
        if let row = existingRow(of: symbol) { return row }
        let row = symbols.count
        symbols.append(symbol)
        following.append(row + 1)
        rowBySymbol[symbol] = row
        follow(row)
        return row
    }

    private mutating func follow(_ row: Int) {
        if let last { following[last] = row }
        last = row
    }
}
