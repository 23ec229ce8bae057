import EngineAPI
import MarketData
import MarketTime
import TerminalGrid
import TestSupport
import Testing

@testable import Dashboard

/// What cells say, worked out straight from the definitions.
struct NaiveHeat {
    var volumes: [Float]
    var averages: [Float]
    var completed: Int
    var fraction: Double

    /// `nil` has not begun, NaN with the reason beside it.
    func value(_ slots: Range<Int>, hottest: Bool = false, cumulative: Bool = false) -> HeatReading {
        let begun = slots.filter { $0 < completed || $0 == completed && fraction > 0 }
        guard !begun.isEmpty else { return .future }
        let told = begun.filter { $0 < completed || fraction * 300 >= 30 }
        let known = told.filter { !volumes[$0].isNaN && !averages[$0].isNaN }
        guard !known.isEmpty else {
            if told.contains(where: { !volumes[$0].isNaN }) { return .noAverage }
            return told.isEmpty ? .early : .missing
        }
        if hottest { return .value(known.map { ratio([$0]) }.max() ?? 0) }
        guard cumulative else { return .value(ratio(known)) }
        let all = (0..<slots.upperBound).filter { slot in
            (slot < completed || slot == completed && fraction * 300 >= 30)
                && !volumes[slot].isNaN && !averages[slot].isNaN
        }
        return .value(ratio(all))
    }

    private func ratio(_ slots: [Int]) -> Double {
        let volume = slots.map { Double(volumes[$0]) }.reduce(0, +)
        let usual = slots.map { Double(averages[$0]) * ($0 < completed ? 1 : fraction) }.reduce(0, +)
        return usual > 0 ? volume / usual : volume > 0 ? volume / 100 : 0
    }

    /// A day with unknown volumes, slots without a trade, without a usual one, and without an average.
    static func random(_ random: inout SeededRandom) -> Self {
        var heat = Self(volumes: [], averages: [], completed: random.below(193), fraction: 0)
        if heat.completed < 192 { heat.fraction = random.below(4) == 0 ? random.unit() * 0.1 : random.unit() }
        let hasNoAverage = random.below(8) == 0
        for slot in 0..<Slot.count {
            let isBegun = slot < heat.completed || slot == heat.completed && heat.fraction > 0
            let kind = random.below(10)
            let volume = Float(random.below(200_000))
            heat.volumes.append(!isBegun || kind == 0 ? .nan : kind == 1 ? 0 : volume)
            heat.averages.append(
                hasNoAverage || random.below(30) == 0 ? .nan : kind == 2 ? 0 : Float(random.below(90_000))
            )
        }
        return heat
    }
}

@Suite struct HeatArithmeticTests {
    private static func row(_ heat: NaiveHeat) -> HeatRow {
        let clock = HeatClock(DayProgress(completedSlots: heat.completed, fraction: heat.fraction))
        return HeatRow(volumes: heat.volumes, averages: heat.averages, index: 0, clock: clock, floor: 100)
    }

    @Test(arguments: 1...40 as ClosedRange<UInt64>)
    func cellsSayWhatTheDefinitionsSay(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let heat = NaiveHeat.random(&random)
        let row = Self.row(heat)
        for _ in 0..<200 {
            let start = random.below(Slot.count)
            let slots = start..<min(Slot.count, start + 1 + random.below(6))
            for (bucket, cumulative) in [(HeatBucket.sum, false), (.hottest, false), (.sum, true)] {
                let wanted = heat.value(slots, hottest: bucket == .hottest, cumulative: cumulative)
                let got = row.reading(slots, bucket, isCumulative: cumulative)
                let isSame =
                    wanted == got || abs(wanted.number - got.number) <= 1e-9 * max(1, abs(wanted.number))
                #expect(isSame, "seed \(seed) \(slots) \(bucket) \(cumulative): \(got), not \(wanted)")
            }
        }
    }

    @Test(arguments: [
        (0.099, HeatReading.early), (0.1, .value(20)), (0.5, .value(4)), (1, .value(2)),
    ])
    func theRunningSlotCountsForTheTimeThatHasPassed(fraction: Double, reading: HeatReading) {
        var heat = NaiveHeat(
            volumes: Array(repeating: .nan, count: 192),
            averages: Array(repeating: 500, count: 192),
            completed: fraction == 1 ? 11 : 10,
            fraction: fraction == 1 ? 0 : fraction
        )
        heat.volumes[10] = 1_000
        let row = Self.row(heat)
        let got = row.reading(10..<11, .sum, isCumulative: false)
        #expect(got == reading || abs(got.number - reading.number) < 1e-9)
        #expect(row.reading(12..<13, .sum, isCumulative: false) == .future)
        #expect(row.reading(3..<4, .sum, isCumulative: false) == .missing)
    }

    @Test func noTradeIsColdAndNoAverageIsNot() {
        var heat = NaiveHeat(
            volumes: Array(repeating: 0, count: 192),
            averages: Array(repeating: 500, count: 192),
            completed: 192,
            fraction: 0
        )
        heat.averages[5] = .nan
        heat.averages[6] = 0
        heat.averages[7] = 0
        heat.volumes[7] = 5_000
        let row = Self.row(heat)
        func reading(_ slot: Int) -> HeatReading { row.reading(slot..<(slot + 1), .sum, isCumulative: false) }
        #expect(reading(4) == .value(0))
        #expect(reading(5) == .noAverage)
        #expect(reading(6) == .value(0))
        // The floor of 100 shares stands for a usual volume of none.
        #expect(reading(7) == .value(50))
    }

    @Test func aRowTheStreamToldMoreOfFollowsTheClock() {
        var heat = NaiveHeat(
            volumes: Array(repeating: 1_000, count: 192),
            averages: Array(repeating: 1_000, count: 192),
            completed: 10,
            fraction: 0.9
        )
        for slot in 12..<192 { heat.volumes[slot] = .nan }
        let data = HeatClock(DayProgress(completedSlots: 10, fraction: 0.9))
        let live = HeatClock(DayProgress(completedSlots: 11, fraction: 0.25))
        func reading(_ live: HeatClock?, _ slot: Int) -> HeatReading {
            let row = HeatRow(
                volumes: heat.volumes,
                averages: heat.averages,
                index: 0,
                clock: data,
                live: live,
                floor: 100
            )
            return row.reading(slot..<(slot + 1), .sum, isCumulative: false)
        }
        #expect(reading(live, 10) == .value(1))
        #expect(reading(live, 11) == .value(4))
        #expect(reading(nil, 11) == .future)
    }

    @Test(arguments: [(80, 24), (120, 36), (60, 30), (200, 60)])
    func paintedCellsAreWhatTheDefinitionsSay(columns: Int, rows: Int) throws {
        for seed in UInt64(1)...4 {
            var random = SeededRandom(seed: seed)
            var script = Script(columns, rows, depth: .mono)
            script.press("g", "m", "z")
            var heats: [NaiveHeat] = []
            let query = try #require(script.state.heat.sent)
            let sample = NaiveHeat.random(&random)
            for _ in query.symbols {
                var heat = NaiveHeat.random(&random)
                (heat.completed, heat.fraction) = (sample.completed, sample.fraction)
                for slot in heat.volumes.indices {
                    let isBegun = slot < heat.completed || slot == heat.completed && heat.fraction > 0
                    heat.volumes[slot] = isBegun ? heat.volumes[slot].isNaN ? 7 : heat.volumes[slot] : .nan
                    if random.below(6) == 0 { heat.volumes[slot] = .nan }
                }
                heats.append(heat)
            }
            let day = script.market.status.session.tradingDay
            let start = NewYork.instant(day, secondOfDay: Slot.dayStartSecond)
            let elapsed = (Double(sample.completed) + sample.fraction) * 300
            var view = script.market.view()
            view.status.now = start
            view.slots = SlotPage(
                query: query,
                tradingDay: day,
                madeAt: start.adding(nanoseconds: Int64(elapsed * 1e9)),
                volumes: heats.flatMap(\.volumes),
                averages: heats.flatMap(\.averages)
            )
            script.handle(.view(view))
            for keys in [[], ["c"], ["c", "b"]] {
                for key in keys { script.press(key) }
                let (hottest, cumulative) = (keys.contains("b"), keys == ["c"])
                let grid = script.grid(.ascii)
                let frame = try #require(HeatFrame.of(script.state, ScreenLayout(script.state)))
                var wrong: [String] = []
                for (line, item) in script.state.heatLines(frame.rowCount).enumerated() {
                    let index = try #require(query.symbols.firstIndex { $0.text == item.label })
                    for cell in frame.layout.cells {
                        if item.isSelected, cell.slots.contains(frame.slot) { continue }
                        let wanted = heats[index].value(cell.slots, hottest: hottest, cumulative: cumulative)
                        let place = Position(column: frame.inside.column + cell.column, row: frame.body.row + line)
                        let got = Unicode.Scalar(grid[place].scalar).map(Character.init)
                        if got != Self.glyph(wanted) { wrong.append("\(item.label) \(cell.slots): \(wanted)") }
                    }
                }
                #expect(wrong.isEmpty, "seed \(seed) \(keys): \(wrong.prefix(3))")
            }
        }
    }

    private static func glyph(_ reading: HeatReading) -> Character {
        switch reading {
        case .future: " "
        case .missing, .early: "-"
        case .noAverage: "?"
        case .value(let value): [" ", ".", ":", "+", "#", "@"][[0.5, 1, 2, 3, 5].filter { value >= $0 }.count]
        }
    }
}
