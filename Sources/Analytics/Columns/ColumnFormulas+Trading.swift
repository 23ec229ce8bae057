import MarketData
import MarketTime

extension ColumnFormulas {
    private typealias Math = ColumnArithmetic

    /// Price and quote.
    static func quote(_ id: ColumnID, _ inputs: ColumnInputs) -> [Double]? {
        switch id {
        case .quoteRatio: return Math.map(inputs.universe.bidSize, inputs.universe.askSize, Math.ratio)
        case .spreadPercent:
            return Math.map(inputs.universe.bid, inputs.universe.ask) { bid, ask in
                bid > 0 && ask >= bid ? (ask - bid) / ((ask + bid) / 2) * 100 : .nan
            }
        case .quoteDistance:
            return Math.map(inputs.universe.price, inputs.universe.bid, inputs.universe.ask) { price, bid, ask in
                guard bid > 0, ask >= bid, price > 0 else { return .nan }
                return price < bid ? (bid - price) / bid * 100 : price > ask ? (price - ask) / ask * 100 : 0
            }
        case .decimal: return Math.map(inputs.universe.price) { price in price - price.rounded(.down) }
        case .printAge: return ages(since: inputs.universe.printTime, inputs.now)
        default: return nil
        }
    }

    /// What the company is, and what its numbers make of the day's.
    static func company(_ id: ColumnID, _ inputs: ColumnInputs) -> [Double]? {
        switch id {
        case .floatPercent:
            // More shares in free float than there are: one of the two is wrong, and nobody knows which.
            return Math.map(inputs.universe.floatShares, inputs.universe.sharesOutstanding) { float, shares in
                float <= shares ? Math.ratio(float, shares) * 100 : .nan
            }
        case .floatTurnover: return Math.map(inputs.universe.volume, inputs.universe.floatShares, Math.ratio)
        case .etf:
            let isFund = inputs.universe.types.texts.map { exchangeTraded.contains($0) }
            return inputs.universe.types.codes.map { $0 < 0 ? .nan : isFund[Int($0)] ? 1 : 0 }
        default: return nil
        }
    }

    private static let exchangeTraded: Set<String> = ["ETF", "ETN", "ETV", "ETS"]

    /// States, and the market around a ticker.
    static func market(_ id: ColumnID, _ inputs: ColumnInputs) -> [Double]? {
        switch id {
        case .haltAge: return ages(since: inputs.universe.halts.map { $0.state == .halted ? $0.since : 0 }, inputs.now)
        case .halted: return flag(.halted, inputs.universe)
        case .limitState: return flag(.limitState, inputs.universe)
        case .traded: return flag(.tradedToday, inputs.universe)
        case .streamed: return flag(.streamed, inputs.universe)
        case .thin: return Math.map(flag(.thinBaseline, inputs.universe), inputs.universe.rvol) { $1.isNaN ? .nan : $0 }
        case .averageDays: return inputs.universe.averageDays.map(Double.init)
        case .baselineDays: return inputs.universe.baselineDays.map(Double.init)
        case .minutesSinceOpen:
            let second = Slot.dayStartSecond + Slot.regularOpen * Slot.seconds
            let open = NewYork.instant(inputs.day.date, secondOfDay: second)
            return Array(repeating: inputs.now.seconds(since: open) / 60, count: inputs.count)
        case .spyChangePercent: return everywhere(inputs.universe.changePercent, inputs)
        case .spyChange5m: return everywhere(inputs.universe.change5m, inputs)
        case .versusSPYPercent: return versusSPY(inputs.universe.changePercent, inputs)
        case .versusSPY5m: return versusSPY(inputs.universe.change5m, inputs)
        default: return nil
        }
    }

    private static let spy = Symbol("SPY")

    /// SPY's number of a column; NaN without SPY.
    private static func ofSPY(_ column: [Double], _ inputs: ColumnInputs) -> Double {
        spy.flatMap { inputs.universe.id(of: $0) }.map { column[$0.row] } ?? .nan
    }

    private static func everywhere(_ column: [Double], _ inputs: ColumnInputs) -> [Double] {
        Array(repeating: ofSPY(column, inputs), count: inputs.count)
    }

    private static func versusSPY(_ column: [Double], _ inputs: ColumnInputs) -> [Double] {
        let reference = ofSPY(column, inputs)
        return Math.map(column) { $0 - reference }
    }

    /// Whether each row has a fact.
    static func flag(_ fact: RowFlags, _ universe: Universe) -> [Double] {
        let bit = fact.rawValue
        let flags = universe.flags
        return Math.fill(flags.count) { flags[$0].rawValue & bit == 0 ? 0 : 1 }
    }

    /// Seconds since moments, ns since the epoch; NaN where there is none.
    private static func ages(since moments: [Int64], _ now: Instant) -> [Double] {
        Math.fill(moments.count) { row in
            moments[row] > 0 ? max(0, now.seconds(since: Instant(nanoseconds: moments[row]))) : .nan
        }
    }
}
