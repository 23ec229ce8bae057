import MarketData

/// The tickers that facts are wanted of, and in which order they are asked for.
struct ReferenceUniverse: Sendable {
    /// Vendor types that have no market capitalisation and no company of their own: warrants, units, rights,
    /// preferreds, bonds, indices.
    ///
    /// A type that is absent or unheard of may have one.
    static let typesWithoutCompany: Set<String> = [
        "WARRANT", "UNIT", "RIGHT", "PFD", "SP", "ADRP", "ADRW", "ADRR", "BOND", "AGEN", "EQLK", "BASKET", "INDEX",
    ]
    /// Funds: asked for after companies.
    static let funds: Set<String> = ["ETF", "ETN", "ETV", "ETS", "FUND"]

    /// All of them, in symbol order, each once.
    private(set) var symbols: [Symbol] = []
    private var unnamed: Set<Symbol> = []
    /// Companies before funds, each in symbol order.
    private(set) var companies: [Symbol] = []

    init() {}

    /// Of the stored tickers; of the wanted symbols when nothing is stored.
    init(_ tickers: [ListedTicker], wanted: [Symbol]) {
        guard !tickers.isEmpty else {
            symbols = Set(wanted).sorted()
            unnamed = Set(wanted)
            companies = symbols
            return
        }
        var funds: [Symbol] = []
        for ticker in tickers.sorted(by: { $0.symbol < $1.symbol }) where symbols.last != ticker.symbol {
            symbols.append(ticker.symbol)
            if !ticker.isNamed { unnamed.insert(ticker.symbol) }
            let type = ticker.type ?? ""
            if ticker.symbol.isTestTicker || Self.typesWithoutCompany.contains(type) { continue }
            if Self.funds.contains(type) { funds.append(ticker.symbol) } else { companies.append(ticker.symbol) }
        }
        companies += funds
    }

    var isEmpty: Bool { symbols.isEmpty }

    func contains(_ symbol: Symbol) -> Bool {
        var low = 0
        var high = symbols.count
        while low < high {
            let middle = (low + high) / 2
            if symbols[middle] < symbol { low = middle + 1 } else { high = middle }
        }
        return low < symbols.count && symbols[low] == symbol
    }

    /// Whether the list of tickers tells a name: then that one stays, and no other vendor's takes its place now and then.
    func isNamed(_ symbol: Symbol) -> Bool { !unnamed.contains(symbol) }
}
