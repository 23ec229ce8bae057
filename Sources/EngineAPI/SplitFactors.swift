package import MarketData
package import MarketTime

/// What volumes as traded count in shares of a trading day: the product of the splits in between.
package struct SplitFactors: Sendable {
    /// Factors beyond this, up or down, are errors of the vendor and are left out.
    package static let factorMax = 1e6

    private struct Step {
        var executionDate: DayID
        /// The product of this split's factor and of all later ones.
        var factor: Double
    }

    /// Per symbol, its splits up to the trading day, oldest first.
    private var steps: [Symbol: [Step]] = [:]
    /// The day in whose shares volumes are expressed.
    package let tradingDay: DayID

    /// The factors of splits executed on or before a trading day; of two of one symbol and date the later in the list
    /// counts, once.
    package init(_ splits: some Sequence<StockSplit>, tradingDay: DayID) {
        self.tradingDay = tradingDay
        for split in splits where split.executionDate <= tradingDay {
            guard split.factor <= Self.factorMax, split.factor >= 1 / Self.factorMax else { continue }
            let step = Step(executionDate: split.executionDate, factor: split.factor)
            let known = steps[split.symbol, default: []].firstIndex { $0.executionDate == step.executionDate }
            if let known {
                steps[split.symbol]?[known] = step
            } else {
                steps[split.symbol, default: []].append(step)
            }
        }
        // Each entry on its own: the order of the dictionary does not matter.
        for symbol in steps.keys {
            guard var list = steps[symbol], list.count > 0 else { continue }
            list.sort { $0.executionDate < $1.executionDate }
            for index in list.indices.dropLast().reversed() { list[index].factor *= list[index + 1].factor }
            steps[symbol] = list
        }
    }

    /// Whether no symbol has any.
    package var isEmpty: Bool { steps.isEmpty }

    /// The symbols whose shares change on the trading day itself, with the factor of that day's split.
    package var onTradingDay: [Symbol: Double] {
        steps.compactMapValues { list in list.last.flatMap { $0.executionDate == tradingDay ? $0.factor : nil } }
    }

    /// What a share traded on a day is in shares of the trading day: volumes are multiplied by it, prices divided.
    ///
    /// The product over splits with `day < executionDate ≤ tradingDay`; 1 without any.
    package func factor(_ symbol: Symbol, on day: DayID) -> Double {
        steps[symbol]?.first { $0.executionDate > day }?.factor ?? 1
    }
}
