import EngineAPI

/// A filter made ready to judge many lines: sets are bits.
struct TapeSieve: Sendable {
    private let minSize: Double
    private let minNotional: Double
    private let sides: UInt8
    private let exchanges: (UInt64, UInt64, UInt64, UInt64)?
    /// Whether every line passes.
    let passesAll: Bool

    init(_ filter: TapeFilter) {
        minSize = filter.minSize
        minNotional = filter.minNotional
        sides = filter.sides.map { $0.reduce(0) { $0 | 1 << Self.place($1) } } ?? .max
        exchanges = filter.exchanges.map { ids in
            var bits: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
            for id in ids {
                let bit = UInt64(1) << UInt64(id & 63)
                switch id >> 6 {
                case 0: bits.0 |= bit
                case 1: bits.1 |= bit
                case 2: bits.2 |= bit
                default: bits.3 |= bit
                }
            }
            return bits
        }
        passesAll =
            !(filter.minSize > 0) && !(filter.minNotional > 0) && filter.sides == nil && filter.exchanges == nil
    }

    /// Whether a line is wanted; a halt or a resume always is.
    ///
    /// A line that passes goes on passing: it only grows.
    func passes(_ line: TapeLine) -> Bool {
        if passesAll || line.flags & (TapeLine.Bits.halt | TapeLine.Bits.resume) != 0 { return true }
        if line.size < minSize || line.size * line.price < minNotional { return false }
        if sides & (1 << Self.place(line.side)) == 0 { return false }
        guard let exchanges else { return true }
        let bit = UInt64(1) << UInt64(line.exchange & 63)
        switch line.exchange >> 6 {
        case 0: return exchanges.0 & bit != 0
        case 1: return exchanges.1 & bit != 0
        case 2: return exchanges.2 & bit != 0
        default: return exchanges.3 & bit != 0
        }
    }

    private static func place(_ side: TradeSide) -> UInt8 {
        switch side {
        case .aboveAsk: 0
        case .ask: 1
        case .between: 2
        case .bid: 3
        case .belowBid: 4
        case .unknown: 5
        }
    }
}
