import MarketData
import MarketTime

extension ColumnFormulas {
    private typealias Math = ColumnArithmetic

    /// How near to the day's high or low counts as there, percent.
    private static let nearExtreme = 0.1

    /// Changes and the gap.
    static func change(_ id: ColumnID, _ inputs: ColumnInputs) -> [Double]? {
        switch id {
        case .change:
            // Without a trade today there is no change, though there is a price.
            let change = Math.map(inputs.universe.price, inputs.universe.previousClose, -)
            return Math.map(change, inputs.universe.changePercent) { $1.isNaN ? .nan : $0 }
        case .changeATR: return Math.map(change(.change, inputs) ?? [], inputs.universe.atr, Math.ratio)
        case .fromOpenPercent: return Math.map(inputs.universe.price, inputs.universe.open) { Math.percent($0, of: $1) }
        case .fromOpen: return Math.map(inputs.universe.price, inputs.universe.open) { $1 > 0 ? $0 - $1 : .nan }
        case .fromOpenATR: return Math.map(change(.fromOpen, inputs) ?? [], inputs.universe.atr, Math.ratio)
        case .gap:
            let opening = Math.map(inputs.universe.open, inputs.universe.price) { $0 > 0 ? $0 : $1 }
            let gap = Math.map(opening, inputs.universe.previousClose, -)
            return Math.map(gap, inputs.universe.gapPercent) { $1.isNaN ? .nan : $0 }
        case .gapATR: return Math.map(change(.gap, inputs) ?? [], inputs.universe.atr, Math.ratio)
        case .swingPercent:
            return Math.map(inputs.universe.gapPercent, change(.fromOpenPercent, inputs) ?? []) { abs($0) + abs($1) }
        default: return nil
        }
    }

    /// The day's range, extended hours included.
    static func dayRange(_ id: ColumnID, _ inputs: ColumnInputs) -> [Double]? {
        let (price, high, low) = (inputs.universe.price, inputs.universe.high, inputs.universe.low)
        switch id {
        case .range: return Math.map(high, low, -)
        case .rangePercent: return Math.map(high, low) { Math.percent($0, of: $1) }
        case .rangeATR: return Math.map(high, low, inputs.universe.atr) { Math.ratio($0 - $1, $2) * 100 }
        case .openPosition: return Math.map(inputs.universe.open, low, high) { Math.position($0, low: $1, high: $2) }
        case .fromHighPercent: return Math.map(price, high) { Math.percent($0, of: $1) }
        case .fromLowPercent: return Math.map(price, low) { Math.percent($0, of: $1) }
        case .belowHigh: return Math.map(high, price, -)
        case .aboveLow: return Math.map(price, low, -)
        case .newHigh:
            return Math.map(flag(.tradedToday, inputs.universe), price, high) { traded, price, high in
                extreme(traded, Math.percent(price, of: high) >= -nearExtreme, isKnown: high > 0 && price > 0)
            }
        case .newLow:
            return Math.map(flag(.tradedToday, inputs.universe), price, low) { traded, price, low in
                extreme(traded, Math.percent(price, of: low) <= nearExtreme, isKnown: low > 0 && price > 0)
            }
        case .vwapPercent: return Math.map(price, inputs.universe.vwap) { Math.percent($0, of: $1) }
        case .atrUsed:
            return Math.map(runFromClose(inputs.universe), inputs.universe.atr) { Math.ratio($0, $1) * 100 }
        default: return nil
        }
    }

    private static func extreme(_ traded: Double, _ isThere: Bool, isKnown: Bool) -> Double {
        traded == 0 ? 0 : !isKnown ? .nan : isThere ? 1 : 0
    }

    /// How far the day has gone from the previous close in the direction in which it stands, USD.
    private static func runFromClose(_ universe: Universe) -> [Double] {
        let up = Math.map(universe.high, universe.previousClose, -)
        let down = Math.map(universe.previousClose, universe.low, -)
        return Math.map(universe.changePercent, up, down) { change, up, down in
            change.isNaN ? .nan : change >= 0 ? up : down
        }
    }

    /// The sessions' ranges and changes.
    static func session(_ id: ColumnID, _ inputs: ColumnInputs) -> [Double]? {
        let price = inputs.universe.price
        switch id {
        case .preChangePercent:
            guard inputs.progress.completedSlots >= Slot.regularOpen else { return inputs.universe.changePercent }
            return Math.map(inputs.universe.open, inputs.universe.previousClose) {
                $0 > 0 ? Math.percent($0, of: $1) : .nan
            }
        case .preRangePosition:
            return Math.map(price, inputs.universe.preLow, inputs.universe.preHigh) {
                Math.position($0, low: $1, high: $2)
            }
        case .belowPreHigh: return Math.map(inputs.universe.preHigh, price, -)
        case .abovePreLow: return Math.map(price, inputs.universe.preLow, -)
        case .fromRegularHighPercent: return Math.map(price, inputs.universe.regularHigh) { Math.percent($0, of: $1) }
        case .fromRegularLowPercent: return Math.map(price, inputs.universe.regularLow) { Math.percent($0, of: $1) }
        case .postChangePercent:
            return Math.map(postPrice(inputs), inputs.universe.regularClose) { Math.percent($0, of: $1) }
        case .postChange: return Math.map(postPrice(inputs), inputs.universe.regularClose, -)
        case .postMovePercent: return Math.map(session(.postChangePercent, inputs) ?? []) { abs($0) }
        default: return sessionVolume(id, inputs)
        }
    }

    /// The price where it was made after the close.
    private static func postPrice(_ inputs: ColumnInputs) -> [Double] {
        let close = NewYork.instant(inputs.day.date, secondOfDay: inputs.day.closeSecond).nanoseconds
        let (price, time) = (inputs.universe.price, inputs.universe.priceTime)
        return Math.fill(price.count) { row in time[row] >= close ? price[row] : .nan }
    }
}
