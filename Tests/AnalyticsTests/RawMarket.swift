import Analytics
import MarketData
import MarketTime
import TestSupport

/// Minute volumes of a few symbols over some trading days, and what follows from them by plain addition.
///
/// Liquid and illiquid symbols, days without any trade, slots without trades on all days.
struct RawMarket {
    static let minutes = Slot.count * 5

    let symbols: [Symbol]
    /// [day][symbol][minute], shares.
    private(set) var volumes: [[[Int64]]]
    /// [day][symbol][minute]: shares up to and with that minute.
    private var running: [[[Int64]]] = []

    init(seed: UInt64, symbolCount: Int, dayCount: Int) {
        var random = SeededRandom(seed: seed)
        symbols = (0..<symbolCount).compactMap { Symbol("T\($0)") }
        let silentSlot = Int(random.next() % UInt64(Slot.count))
        volumes = (0..<dayCount).map { _ in
            (0..<symbolCount).map { symbol in
                // Every third symbol trades on half of the days only, and in a twentieth of the minutes.
                let isThin = symbol % 3 == 2
                if isThin, random.next() % 2 == 0 { return Array(repeating: 0, count: Self.minutes) }
                return (0..<Self.minutes).map { minute in
                    if minute / 5 == silentSlot { return 0 }
                    return random.next() % (isThin ? 20 : 2) == 0 ? Int64(random.next() % 5000) : 0
                }
            }
        }
        add()
    }

    /// Changes the minutes of every symbol's day.
    mutating func change(_ body: (inout [Int64]) -> Void) {
        for day in volumes.indices {
            for symbol in symbols.indices { body(&volumes[day][symbol]) }
        }
        add()
    }

    private mutating func add() {
        running = volumes.map { day in
            day.map { minutes in
                var sum: Int64 = 0
                return minutes.map { volume in
                    sum += volume
                    return sum
                }
            }
        }
    }

    /// Shares traded in the first minutes of a day.
    func volume(day: Int, symbol: Int, minutes: Int) -> Int64 {
        minutes == 0 ? 0 : running[day][symbol][minutes - 1]
    }

    /// C(d, 0…191).
    func cumulative(day: Int, symbol: Int) -> [Int64] {
        (0..<Slot.count).map { running[day][symbol][$0 * 5 + 4] }
    }

    /// The last days before `day`, at most `count`, on which a symbol traded at all; newest first.
    func lookback(day: Int, symbol: Int, count: Int) -> [Int] {
        Array((0..<day).reversed().filter { volume(day: $0, symbol: symbol, minutes: Self.minutes) > 0 }.prefix(count))
    }

    /// The baseline of a day; symbols without any lookback day are not in it.
    func baseline(day: Int, lookbackDays: Int) -> Baseline {
        var named: [Symbol] = []
        var days: [UInt8] = []
        var sums: [Double] = []
        for symbol in symbols.indices.reversed() {
            let lookback = lookback(day: day, symbol: symbol, count: lookbackDays)
            guard !lookback.isEmpty else { continue }
            let rows = lookback.map { cumulative(day: $0, symbol: symbol) }
            named.append(symbols[symbol])
            days.append(UInt8(lookback.count))
            sums.append(contentsOf: (0..<Slot.count).map { slot in Double(rows.map { $0[slot] }.reduce(0, +)) })
        }
        return Baseline(symbols: named, days: days, sums: sums)
    }

    /// All symbols, one row each, in their order.
    func universe() -> Universe {
        var universe = Universe()
        for symbol in symbols { _ = universe.intern(symbol) }
        return universe
    }

    /// The day's slots as far as they have ended.
    func slots(day: Int, completed: Int) -> DaySlots {
        var slots = DaySlots()
        slots.grow(to: symbols.count)
        for symbol in symbols.indices {
            slots.restore(row: symbol, cumulative(day: day, symbol: symbol), completedSlots: completed)
        }
        return slots
    }
}

/// Equal to the bit, or both missing.
func isSame(_ left: Double, _ right: Double) -> Bool {
    left.bitPattern == right.bitPattern || (left.isNaN && right.isNaN)
}
