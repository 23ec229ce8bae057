import MarketData

/// Tells once of the symbols of which nothing has come, so that a misspelt one is no endless wait.
///
/// The vendor accepts a subscription to a ticker that does not exist, and stays silent.
struct TapeSilence {
    /// Seconds after the login after which nothing is worth a word.
    static let after: Int64 = 10
    /// Symbols that are named; of more only their number is.
    private static let namedMax = 8

    private var silent: Set<Symbol>
    private let symbols: [Symbol]
    private var liveSince: Int64?
    private var isTold = false

    init(symbols: [Symbol]) {
        self.symbols = symbols
        silent = Set(symbols)
    }

    /// Notes of whom something has come: trades, quotes, limit bands.
    mutating func note(_ batch: StreamBatch) {
        guard !silent.isEmpty, !isTold else { return }
        silent.subtract(batch.symbols)
    }

    /// The words, when they are due; `seconds` is real time from any origin.
    mutating func words(isLive: Bool, seconds: Int64) -> String? {
        guard isLive, !isTold else { return nil }
        let since = liveSince ?? seconds
        liveSince = since
        guard seconds - since >= Self.after else { return nil }
        isTold = true
        let missing = symbols.filter(silent.contains)
        guard !missing.isEmpty else { return nil }
        let names =
            missing.count > Self.namedMax
            ? "\(missing.count) of \(symbols.count) symbols" : missing.map(\.text).joined(separator: ", ")
        let lower = missing.first { $0.text != $0.text.uppercased() }
        let hint = lower.map { "; symbols are case-sensitive: \($0.text.uppercased())?" } ?? ""
        return "nothing of \(names) in \(Self.after) s: no such ticker, or it does not trade now\(hint)"
    }
}
