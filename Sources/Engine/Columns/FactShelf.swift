import EngineAPI
import MarketData
import MarketTime

/// Facts about symbols that have no row yet, kept until they first appear.
struct FactShelf: Sendable {
    /// Symbols kept, at most: a market's worth, for facts that come before the first snapshot.
    static let referenceMax = 16_384
    /// Symbols with indicators kept, at most; nearly all have a row since the history was read.
    static let dailyMax = 2048

    private var reference: [Symbol: ReferenceFact] = [:]
    /// Per symbol a number for each ``DailyColumn``.
    private var daily: [Symbol: [Double]] = [:]
    /// Number of the request whose indicators are in use; nil before the day's first.
    var dailyNumber: UInt64?

    init() {}

    /// Symbols kept.
    var count: Int { reference.count + daily.count }

    mutating func keep(_ fact: ReferenceFact) {
        guard reference.count < Self.referenceMax || reference[fact.symbol] != nil else { return }
        reference[fact.symbol] = fact
    }

    mutating func keep(_ numbers: [Double], of symbol: Symbol) {
        guard daily.count < Self.dailyMax else { return }
        daily[symbol] = numbers
    }

    mutating func forgetDaily() { daily = [:] }

    /// Hands out what is kept of a symbol that has a row now.
    mutating func take(_ symbol: Symbol) -> (fact: ReferenceFact?, daily: [Double]?) {
        if reference.isEmpty, daily.isEmpty { return (nil, nil) }
        let found = (reference.removeValue(forKey: symbol), daily.removeValue(forKey: symbol))
        // A dictionary keeps the memory of its fullest time.
        if reference.capacity > 1024, reference.count < reference.capacity / 8 {
            reference = Dictionary(uniqueKeysWithValues: reference.map { ($0.key, $0.value) })
        }
        return found
    }
}
