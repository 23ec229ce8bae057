import EngineAPI
import MarketData
import MarketTime
import TestSupport
import Testing

/// A bar as a vendor would send it.
struct TestBar: Equatable {
    var day: DayID
    /// Minutes after 04:00 ET.
    var minute: Int
    var volume: Double
    var trades: Int32?
    var vwap = Double.nan

    var start: Instant { NewYork.instant(day, secondOfDay: Slot.dayStartSecond + 60 * minute) }
}

/// A day's row, taken out of a batch.
struct TestRow: Equatable {
    var symbol: Symbol
    var day: DayID
    var cumulative: [Int64]
    var trades: [Int32]
    /// NaN as -1, so that rows can be compared.
    var vwap: [Float]
}

extension SlotHistory {
    var rows: [TestRow] {
        (0..<count).map { row in
            let range = row * Slot.count..<(row + 1) * Slot.count
            return TestRow(
                symbol: symbols[row],
                day: days[row],
                cumulative: Array(cumulative[range]),
                trades: Array(trades[range]),
                vwap: vwap[range].map { $0.isNaN ? -1 : $0 }
            )
        }
    }
}

func symbol(_ text: String) -> Symbol {
    guard let symbol = Symbol(text) else { preconditionFailure("Invariant: tests use plausible symbols") }
    return symbol
}

func date(_ iso: String) -> DayID {
    guard let day = DayID(iso: iso) else { preconditionFailure("Invariant: tests use real dates") }
    return day
}

/// The definition, slot by slot, from a day's bars in any order; nil when nothing was traded.
func naiveRow(_ symbol: Symbol, _ day: DayID, _ bars: [TestBar]) -> TestRow? {
    var byMinute: [Int: TestBar] = [:]
    for bar in bars where bar.day == day { byMinute[bar.minute] = bar }
    let table = (0..<960).map { byMinute[$0] }
    guard byMinute.values.contains(where: { $0.volume > 0 }) else { return nil }
    var row = TestRow(symbol: symbol, day: day, cumulative: [], trades: [], vwap: [])
    for slot in 0..<Slot.count {
        let upTo = table[..<(5 * (slot + 1))].reduce(0) { $0 + ($1?.volume ?? 0) }
        row.cumulative.append(Int64((upTo + 1e-6).rounded(.down)))
        let own = table[5 * slot..<5 * (slot + 1)].compactMap { $0 }
        let isUnknown = own.contains { $0.volume > 0 && $0.trades == nil }
        row.trades.append(isUnknown ? SlotHistory.unknownTrades : own.reduce(0) { $0 + ($1.trades ?? 0) })
        let volume = own.reduce(0) { $0 + $1.volume }
        let value = own.reduce(0) { $0 + ($1.volume > 0 ? $1.volume * $1.vwap : 0) }
        row.vwap.append(volume > 0 && !value.isNaN ? Float(value / volume) : -1)
    }
    return row
}

/// Compares rows; averages may differ in the last digits by the order of summing.
func expectSame(_ actual: TestRow?, _ expected: TestRow?, _ comment: Comment?) {
    #expect(actual?.symbol == expected?.symbol && actual?.day == expected?.day, comment)
    #expect(actual?.cumulative == expected?.cumulative, comment)
    #expect(actual?.trades == expected?.trades, comment)
    let isClose = zip(actual?.vwap ?? [], expected?.vwap ?? []).allSatisfy { abs($0 - $1) <= abs($1) * 1e-5 }
    #expect(isClose, comment)
}

/// Bars of a random day: thin or busy, with fractions, gaps, empty bars and missing numbers.
func randomBars(_ day: DayID, grain: Int, using random: inout SeededRandom) -> [TestBar] {
    let density = Double.random(in: 0...1, using: &random)
    let hasFractions = Bool.random(using: &random)
    let largest = [10.0, 1000.0, 5e6][Int.random(in: 0..<3, using: &random)]
    var bars: [TestBar] = []
    for minute in stride(from: 0, to: 960, by: grain) where Double.random(in: 0..<1, using: &random) < density {
        let raw = Double.random(in: 0...largest, using: &random)
        let volume = hasFractions ? (raw * 1000).rounded() / 1000 : raw.rounded()
        bars.append(
            TestBar(
                day: day,
                minute: minute,
                volume: Int.random(in: 0..<20, using: &random) == 0 ? 0 : volume,
                trades: Int.random(in: 0..<30, using: &random) == 0 ? nil : Int32.random(in: 1...900, using: &random),
                vwap: Int.random(in: 0..<30, using: &random) == 0 ? .nan : Double.random(in: 1...500, using: &random)
            )
        )
    }
    return bars
}
