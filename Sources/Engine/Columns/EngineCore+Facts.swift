import EngineAPI
import MarketData

extension EngineCore {
    /// Shares and dollars beyond which a fact is none.
    private static let largestFact = 1e15

    /// Takes what reference data tell of tickers; what they do not tell leaves what is known.
    ///
    /// Symbols without a row get none: what is told of them waits until they appear in the feed.
    mutating func apply(_ facts: ReferenceFacts) {
        for index in 0..<facts.count {
            let fact = facts.fact(at: index)
            if let row = universe.id(of: fact.symbol)?.row { set(fact, row: row) } else { shelf.keep(fact) }
        }
        dataVersion += 1
    }

    /// Takes indicators over many days, unless they are of another day or older than those in use.
    mutating func apply(_ indicators: DailyIndicators) {
        let request = indicators.request
        guard request.tradingDay == tradingDay, request.number >= shelf.dailyNumber ?? 0 else { return }
        shelf.dailyNumber = request.number
        shelf.forgetDaily()
        universe.daily.reset()
        let columns = DailyColumn.allCases.map { indicators.column($0) }
        for (index, symbol) in indicators.symbols.enumerated() {
            let numbers = columns.map { index < $0.count ? $0[index] : .nan }
            if let row = universe.id(of: symbol)?.row {
                set(numbers, row: row)
            } else {
                shelf.keep(numbers, of: symbol)
            }
        }
        dataVersion += 1
    }

    /// Forgets indicators of the day before.
    mutating func forgetDaily() {
        shelf.dailyNumber = nil
        shelf.forgetDaily()
    }

    /// Gives a new row what was told of its symbol before.
    mutating func adoptFacts(_ symbol: Symbol, row: Int) {
        let kept = shelf.take(symbol)
        if let fact = kept.fact { set(fact, row: row) }
        if let numbers = kept.daily { set(numbers, row: row) }
    }

    private mutating func set(_ numbers: [Double], row: Int) {
        for (column, number) in zip(DailyColumn.allCases, numbers) { universe.daily.set(column, row: row, number) }
    }

    private mutating func set(_ fact: ReferenceFact, row: Int) {
        if let name = fact.name { universe.names.set(row, name) }
        if let exchange = fact.exchange { universe.exchanges.set(row, exchange) }
        if let type = fact.type { universe.types.set(row, type) }
        if let sector = fact.sector { universe.sectors.set(row, sector) }
        if let industry = fact.industry { universe.industries.set(row, industry) }
        if let country = fact.country { universe.countries.set(row, country) }
        if let cap = Self.plausible(fact.marketCap) { universe.marketCap[row] = cap }
        if let float = Self.plausible(fact.floatShares) { universe.floatShares[row] = float }
        if let shares = Self.plausible(fact.sharesOutstanding) { universe.sharesOutstanding[row] = shares }
    }

    /// A vendor writes 0 where it does not know.
    private static func plausible(_ number: Double?) -> Double? {
        guard let number, number > 0, number <= largestFact else { return nil }
        return number
    }
}

extension ReferenceFacts {
    /// What stands in a row; what a column is too short for is not told.
    fileprivate func fact(at row: Int) -> ReferenceFact {
        func text(_ column: [String?]) -> String? { row < column.count ? column[row] : nil }
        func number(_ column: [Double]) -> Double? { row < column.count ? column[row] : nil }
        var fact = ReferenceFact(symbol: symbols[row])
        fact.name = text(names)
        fact.exchange = text(exchanges)
        fact.type = text(types)
        fact.sector = text(sectors)
        fact.industry = text(industries)
        fact.country = text(countries)
        fact.marketCap = number(marketCaps)
        fact.floatShares = number(floatShares)
        fact.sharesOutstanding = number(sharesOutstanding)
        return fact
    }
}

extension DailyIndicators {
    /// The numbers of a column, one per symbol; empty where they are not told.
    fileprivate func column(_ column: DailyColumn) -> [Double] {
        switch column {
        case .previousOpen: previousOpen
        case .previousChangePercent: previousChangePercent
        case .averageVolume20: averageVolume20
        case .averageVolume3m: averageVolume3m
        case .averageDollarVolume: averageDollarVolume
        case .closeSum4: closeSums[4] ?? []
        case .closeSum9: closeSums[9] ?? []
        case .closeSum19: closeSums[19] ?? []
        case .closeSum49: closeSums[49] ?? []
        case .closeSum199: closeSums[199] ?? []
        case .close3: closes[3] ?? []
        case .close5: closes[5] ?? []
        case .close10: closes[10] ?? []
        case .close20: closes[20] ?? []
        case .close252: closes[252] ?? []
        case .high5: highs[5] ?? []
        case .high10: highs[10] ?? []
        case .high20: highs[20] ?? []
        case .high63: highs[63] ?? []
        case .high252: highs[252] ?? []
        case .low5: lows[5] ?? []
        case .low10: lows[10] ?? []
        case .low20: lows[20] ?? []
        case .low63: lows[63] ?? []
        case .low252: lows[252] ?? []
        case .meanGain: meanGain
        case .meanLoss: meanLoss
        case .upDays: upDays
        }
    }
}
