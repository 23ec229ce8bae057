import Glibc
import MarketData
import Store

/// The tickers that the history file knows by name, to tell a misspelt or renamed one.
struct KnownSymbols {
    private let names: [Symbol: String?]

    /// The tickers of a history file; none when there is no file, or it cannot be read.
    static func read(_ path: String?) -> Self {
        guard let path, access(path, R_OK) == 0, let store = try? TradeulStore(path: path) else {
            // Names are a courtesy here: without them nothing is doubted.
            return Self(names: [:])
        }
        defer { try? store.close() }  // nothing was written
        let tickers = (try? store.tickers()) ?? []  // as above
        return Self(names: Dictionary(tickers.map { ($0.symbol, $0.name) }) { first, _ in first })
    }

    private init(names: [Symbol: String?]) { self.names = names }

    /// A ticker's name; nil when it is not known.
    func name(of symbol: Symbol) -> String? { names[symbol] ?? nil }

    /// What is doubtful about a symbol; nil when it is known, or nothing is.
    func doubt(about symbol: Symbol) -> String? {
        guard !names.isEmpty, names[symbol] == nil else { return nil }
        let upper = Symbol(symbol.text.uppercased())
        if let upper, upper != symbol, names[upper] != nil { return "not listed; did you mean \(upper.text)?" }
        return "not listed: renamed, delisted or misspelt"
    }
}
