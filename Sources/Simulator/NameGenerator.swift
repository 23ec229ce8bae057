/// Invents names of companies and funds.
struct NameGenerator {
    private static let starts = [
        "Al", "Bel", "Cor", "Del", "Ev", "Fin", "Gal", "Har", "Ion", "Jun", "Kel", "Lum", "Mar", "Nor", "Or", "Pal",
        "Quan", "Riv", "Sol", "Ter", "Ul", "Ven", "West", "Xen", "York", "Zen", "Ather", "Bright", "Clear", "Drift",
    ]
    private static let middles = [
        "a", "e", "i", "o", "ara", "ero", "ine", "omi", "ula", "and", "est", "ing", "on", "ur", "el",
    ]
    private static let ends = [
        "ra", "tek", "via", "nex", "dyne", "gen", "mark", "field", "stone", "well", "lux", "core", "bio", "ton", "sys",
        "ford", "path", "wave", "é", "ström",
    ]
    private static let trades = [
        "Therapeutics", "Holdings", "Energy", "Technologies", "Bancorp", "Pharmaceuticals", "Resources", "Industries",
        "Capital", "Software", "Mining", "Realty Trust", "Medical", "Acquisition Corp", "Systems", "Brands",
        "Logistics",
        "Semiconductor", "Financial", "Robotics",
    ]
    private static let themes = [
        "Short Duration Bond", "Equal Weight", "Dividend Growers", "2X Long Daily", "Municipal Income", "AI & Robotics",
        "Small Cap Value", "Global Infrastructure", "Buffer June", "Emerging Markets ex China", "Clean Energy",
        "Momentum Factor", "Covered Call", "Treasury Ladder", "Low Volatility", "International Quality",
    ]

    /// A name that fits the kind of security.
    func name(_ kind: ListingKind, ticker: String, draw: UInt64) -> String {
        let company = Self.word(Hash.child(draw, 1))
        switch kind {
        case .fund: return "\(company) \(Self.pick(Self.themes, draw)) ETF"
        case .note: return "\(company) \(Self.pick(Self.themes, draw)) ETN"
        case .preferred:
            return "\(company) \(Self.pick(Self.trades, draw)) Depositary Shares, Series \(ticker.suffix(1))"
        case .warrant: return "\(company) Acquisition Corp Redeemable Warrants"
        case .unit: return "\(company) Acquisition Corp Units, one share and one-half of one redeemable warrant"
        case .right: return "\(company) Acquisition Corp Rights"
        case .depositary: return "\(company) \(Self.pick(Self.trades, draw)) American Depositary Shares"
        case .common:
            let form = Hash.child(draw, 2) % 4
            let tail = form == 0 ? ", Inc. Common Stock" : form == 1 ? " Corporation" : form == 2 ? " Ltd." : " Inc."
            return "\(company) \(Self.pick(Self.trades, draw))\(tail)"
        case .test: return "TEST STOCK"
        }
    }

    private static func word(_ draw: UInt64) -> String {
        pick(starts, draw) + pick(middles, Hash.child(draw, 1)) + pick(ends, Hash.child(draw, 2))
    }

    private static func pick(_ list: [String], _ draw: UInt64) -> String { list[Int(draw % UInt64(list.count))] }
}
