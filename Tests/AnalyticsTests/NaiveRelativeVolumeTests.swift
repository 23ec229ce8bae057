import Analytics
import MarketData
import MarketTime
import TestSupport
import Testing

/// RVOL of simulated weeks against what plain addition over raw minutes gives, and against TradingView's algorithm.
@Suite
struct NaiveRelativeVolumeTests {
    static let seeds: [UInt64] = [1, 9, 2026]

    @Test(arguments: seeds)
    func everySymbolAndSlotOfThreeWeeksEqualsTheDefinitionAppliedToRawMinutes(_ seed: UInt64) {
        let market = RawMarket(seed: seed, symbolCount: 6, dayCount: 15)
        var universe = market.universe()
        for day in 6..<15 {
            var pass = RelativeVolumePass()
            pass.use(market.baseline(day: day, lookbackDays: 5))
            let slots = market.slots(day: day, completed: Slot.count)
            let days = market.symbols.indices.map { market.lookback(day: day, symbol: $0, count: 5) }
            for slot in 0..<Slot.count {
                let minute = Int((seed + UInt64(slot)) % 5)
                let progress = DayProgress(completedSlots: slot, fraction: Double(minute) / 5)
                let naive = market.symbols.indices.map { symbol -> (volume: Double, start: Double, end: Double) in
                    let start = days[symbol].map { market.volume(day: $0, symbol: symbol, minutes: slot * 5) }
                    let end = days[symbol].map { market.volume(day: $0, symbol: symbol, minutes: slot * 5 + 5) }
                    let volume = market.volume(day: day, symbol: symbol, minutes: slot * 5 + minute)
                    universe.volume[symbol] = Double(volume)
                    return (Double(volume), Double(start.reduce(0, +)), Double(end.reduce(0, +)))
                }
                pass.update(
                    &universe,
                    slots: slots,
                    at: progress,
                    .cumulative(.interpolated(floor: 100)),
                    lookbackDays: 5
                )
                for (symbol, sums) in naive.enumerated() {
                    let count = Double(days[symbol].count)
                    let mean = (sums.start + progress.fraction * (sums.end - sums.start)) / count
                    let expected = count > 0 ? sums.volume / max(mean, 100) : .nan
                    let isEqual = isSame(universe.rvol[symbol], expected)
                    guard !isEqual || universe.baselineDays[symbol] != UInt8(count) else { continue }
                    Issue.record("seed \(seed), day \(day), slot \(slot): \(universe.rvol[symbol]) for \(expected)")
                }
            }
        }
    }

    /// "Relative Volume at Time", written from its description: the days are walked bar by bar, days without a bar do not
    /// count, and where a day has no bar at an offset its last value is carried.
    private struct TradingView {
        /// Running sums at each offset; nil before the first bar of a day.
        private var cumulative: [[Int64?]] = []
        private var own: [[Int64]] = []

        mutating func add(day bars: [(offset: Int, volume: Int64)]) {
            guard !bars.isEmpty else { return }
            var sums: [Int64?] = Array(repeating: nil, count: Slot.count)
            var volumes: [Int64] = Array(repeating: 0, count: Slot.count)
            var running: Int64 = 0
            for bar in bars {
                running += bar.volume
                sums[bar.offset] = running
                volumes[bar.offset] += bar.volume
            }
            cumulative.append(sums)
            own.append(volumes)
        }

        func cumulativeAverage(at offset: Int, days: Int) -> Double? {
            let last = cumulative.suffix(days)
            guard !last.isEmpty else { return nil }
            let values = last.map { day in day[0...offset].last { $0 != nil }.flatMap { $0 } ?? 0 }
            return Double(values.reduce(0, +)) / Double(values.count)
        }

        func regularAverage(at offset: Int, days: Int) -> Double? {
            let last = own.suffix(days)
            return last.isEmpty ? nil : Double(last.map { $0[offset] }.reduce(0, +)) / Double(last.count)
        }
    }

    @Test(arguments: seeds)
    func slotAndRegularModeEqualTradingViewsAlgorithm(_ seed: UInt64) {
        let market = RawMarket(seed: seed, symbolCount: 6, dayCount: 12)
        for symbol in market.symbols.indices {
            var reference = TradingView()
            for day in 0..<12 {
                let bars = market.volumes[day][symbol].enumerated().filter { $0.element > 0 }.map {
                    (offset: $0.offset / 5, volume: $0.element)
                }
                defer { reference.add(day: bars) }
                guard day >= 5 else { continue }
                var baseline = market.baseline(day: day, lookbackDays: 5)
                baseline.resolve(market.universe())
                let slots = market.slots(day: day, completed: Slot.count)
                var owns = Array(repeating: 0.0, count: Slot.count)
                for bar in bars { owns[bar.offset] += Double(bar.volume) }
                var volume = 0.0
                for (slot, own) in owns.enumerated() {
                    volume += own
                    let cumulative = reference.cumulativeAverage(at: slot, days: 5).flatMap {
                        $0 > 0 ? volume / $0 : nil
                    }
                    let regular = reference.regularAverage(at: slot, days: 5).flatMap { $0 > 0 ? own / $0 : nil }
                    let end = DayProgress(completedSlots: slot, fraction: 1)
                    let inSlotMode = RelativeVolume.cumulative(
                        volume: volume,
                        row: symbol,
                        baseline: baseline,
                        at: end,
                        .slotEnd
                    )
                    let inRegularMode = RelativeVolume.rvol(
                        volume: volume,
                        row: symbol,
                        slots: slots,
                        baseline: baseline,
                        at: DayProgress(completedSlots: slot + 1, fraction: 0),
                        .ownSlot
                    )
                    let isEqual =
                        isSame(inSlotMode.rvol, cumulative ?? .nan) && isSame(inRegularMode.rvol, regular ?? .nan)
                    guard !isEqual else { continue }
                    Issue.record("seed \(seed), day \(day), slot \(slot): \(inSlotMode.rvol), \(inRegularMode.rvol)")
                }
            }
        }
    }
}
