import MarketData

extension ColumnFormulas {
    private typealias Math = ColumnArithmetic

    /// The day before, and the days before that, with today's price, high and low where they belong.
    static func daily(_ id: ColumnID, _ inputs: ColumnInputs) -> [Double]? {
        let table = inputs.universe.daily
        switch id {
        case .previousOpen: return known(table[.previousOpen], inputs)
        case .previousChangePercent: return known(table[.previousChangePercent], inputs)
        case .previousRangePosition:
            return Math.map(inputs.universe.price, inputs.universe.previousLow, inputs.universe.previousHigh) {
                Math.position($0, low: $1, high: $2)
            }
        case .upDays: return known(table[.upDays], inputs)
        case .rsi14: return rsi(inputs)
        case .change3dPercent: return against(table[.close3], inputs)
        case .change5dPercent: return against(table[.close5], inputs)
        case .change10dPercent: return against(table[.close10], inputs)
        case .change20dPercent: return against(table[.close20], inputs)
        case .change1yPercent: return against(table[.close252], inputs)
        default: return pivot(id, inputs.universe) ?? multiDay(id, inputs) ?? average(id, inputs)
        }
    }

    private static func against(_ base: [Double], _ inputs: ColumnInputs) -> [Double] {
        Math.map(inputs.universe.price, base) { Math.percent($0, of: $1) }
    }

    /// Relative strength with the price as today's close: the means over 14 days, today's gain or loss added as Wilder does.
    private static func rsi(_ inputs: ColumnInputs) -> [Double] {
        let moves = Math.map(inputs.universe.price, inputs.universe.previousClose, -)
        return Math.map(moves, inputs.universe.daily[.meanGain], inputs.universe.daily[.meanLoss]) { move, gain, loss in
            guard !move.isNaN else { return .nan }
            let up = (gain * 13 + max(move, 0)) / 14
            let down = (loss * 13 + max(-move, 0)) / 14
            // 100 − 100 / (1 + up / down), also where nothing fell.
            return up + down > 0 ? up / (up + down) * 100 : .nan
        }
    }

    // MARK: Pivots

    private static func pivot(_ id: ColumnID, _ universe: Universe) -> [Double]? {
        // A level is the pivot (previous high + low + close) / 3, times a factor, plus shares of high and low.
        let terms: (pivot: Double, high: Double, low: Double)
        switch id {
        case .pivotPercent: terms = (1, 0, 0)
        case .resistance1Percent: terms = (2, 0, -1)
        case .support1Percent: terms = (2, -1, 0)
        case .resistance2Percent: terms = (1, 1, -1)
        case .support2Percent: terms = (1, -1, 1)
        default: return nil
        }
        let levels = Math.map(universe.previousHigh, universe.previousLow, universe.previousClose) { high, low, close in
            terms.pivot * (high + low + close) / 3 + terms.high * high + terms.low * low
        }
        return Math.map(universe.price, levels) { Math.percent($0, of: $1) }
    }

    // MARK: Ranges over days

    private static func multiDay(_ id: ColumnID, _ inputs: ColumnInputs) -> [Double]? {
        let price = inputs.universe.price
        switch id {
        case .range5d: return range(.high5, .low5, inputs)
        case .range10d: return range(.high10, .low10, inputs)
        case .range20d: return range(.high20, .low20, inputs)
        case .position5d: return position(.high5, .low5, inputs)
        case .position10d: return position(.high10, .low10, inputs)
        case .position20d: return position(.high20, .low20, inputs)
        case .position3m: return position(.high63, .low63, inputs)
        case .position52w: return position(.high252, .low252, inputs)
        case .high52w: return highest(.high252, inputs)
        case .low52w: return lowest(.low252, inputs)
        case .fromHigh52wPercent: return Math.map(price, highest(.high252, inputs)) { Math.percent($0, of: $1) }
        case .fromLow52wPercent: return Math.map(price, lowest(.low252, inputs)) { Math.percent($0, of: $1) }
        default: return nil
        }
    }

    private static func highest(_ column: DailyColumn, _ inputs: ColumnInputs) -> [Double] {
        Math.map(known(inputs.universe.daily[column], inputs), inputs.universe.high) { Math.raised($0, by: $1) }
    }

    private static func lowest(_ column: DailyColumn, _ inputs: ColumnInputs) -> [Double] {
        Math.map(known(inputs.universe.daily[column], inputs), inputs.universe.low) { Math.lowered($0, by: $1) }
    }

    private static func range(_ high: DailyColumn, _ low: DailyColumn, _ inputs: ColumnInputs) -> [Double] {
        Math.map(highest(high, inputs), lowest(low, inputs), -)
    }

    private static func position(_ high: DailyColumn, _ low: DailyColumn, _ inputs: ColumnInputs) -> [Double] {
        Math.map(inputs.universe.price, lowest(low, inputs), highest(high, inputs)) {
            Math.position($0, low: $1, high: $2)
        }
    }

    // MARK: Moving averages

    private static func average(_ id: ColumnID, _ inputs: ColumnInputs) -> [Double]? {
        switch id {
        case .sma5: return average(.closeSum4, days: 5, inputs)
        case .sma10: return average(.closeSum9, days: 10, inputs)
        case .sma20: return average(.closeSum19, days: 20, inputs)
        case .sma50: return average(.closeSum49, days: 50, inputs)
        case .sma200: return average(.closeSum199, days: 200, inputs)
        case .fromSMA5Percent: return against(average(.closeSum4, days: 5, inputs), inputs)
        case .fromSMA10Percent: return against(average(.closeSum9, days: 10, inputs), inputs)
        case .fromSMA20Percent: return against(average(.closeSum19, days: 20, inputs), inputs)
        case .fromSMA50Percent: return against(average(.closeSum49, days: 50, inputs), inputs)
        case .fromSMA200Percent: return against(average(.closeSum199, days: 200, inputs), inputs)
        default: return nil
        }
    }

    private static func average(_ sum: DailyColumn, days: Double, _ inputs: ColumnInputs) -> [Double] {
        Math.map(inputs.universe.daily[sum], inputs.universe.price) { ($0 + $1) / days }
    }
}
