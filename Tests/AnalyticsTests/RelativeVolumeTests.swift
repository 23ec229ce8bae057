import Analytics
import MarketData
import MarketTime
import TestSupport
import Testing

/// A baseline of one ticker whose lookback days trade `perSlot` shares in every slot.
private func flatBaseline(perSlot: Double, days: UInt8) throws -> (Baseline, Universe) {
    var universe = Universe()
    let symbol = try #require(Symbol("AAPL"))
    _ = universe.intern(symbol)
    let sums = (0..<Slot.count).map { Double($0 + 1) * perSlot * Double(days) }
    var baseline = Baseline(symbols: [symbol], days: [days], sums: sums)
    baseline.resolve(universe)
    return (baseline, universe)
}

@Suite
struct RelativeVolumeTests {
    struct Case: Sendable {
        var completed: Int
        var fraction: Double
        var volume: Double
        var interpolated: Double
        var slotMode: Double
    }

    /// The baseline is 1,000 shares a slot.
    static let cases = [
        Case(completed: 78, fraction: 0, volume: 78_000, interpolated: 1, slotMode: 78.0 / 79),
        Case(completed: 78, fraction: 0.5, volume: 157_000, interpolated: 2, slotMode: 157.0 / 79),
        Case(completed: 0, fraction: 0.5, volume: 1000, interpolated: 2, slotMode: 1),
        Case(completed: 192, fraction: 0, volume: 384_000, interpolated: 2, slotMode: 2),
        Case(completed: 66, fraction: 0.25, volume: 132_500, interpolated: 2, slotMode: 132.5 / 67),
        Case(completed: 100, fraction: 0.25, volume: 0, interpolated: 0, slotMode: 0),
    ]

    @Test(arguments: cases)
    func bothModesAgreeWithTheDefinition(_ test: Case) throws {
        let (baseline, _) = try flatBaseline(perSlot: 1000, days: 5)
        let progress = DayProgress(completedSlots: test.completed, fraction: test.fraction)
        let first = RelativeVolume.cumulative(
            volume: test.volume,
            row: 0,
            baseline: baseline,
            at: progress,
            .interpolated(floor: 100)
        )
        let second = RelativeVolume.cumulative(volume: test.volume, row: 0, baseline: baseline, at: progress, .slotEnd)
        #expect(abs(first.rvol - test.interpolated) < 1e-12)
        #expect(abs(second.rvol - test.slotMode) < 1e-12)
        #expect(!first.isThin && !second.isThin)
    }

    @Test func atTheEndOfASlotBothModesAreEqualAndNothingJumpsAtTheBoundary() throws {
        let (baseline, _) = try flatBaseline(perSlot: 12_345, days: 3)
        let justBefore = DayProgress(completedSlots: 77, fraction: 1.0.nextDown)
        let boundary = DayProgress(completedSlots: 78, fraction: 0)
        let before = RelativeVolume.cumulative(
            volume: 1e6,
            row: 0,
            baseline: baseline,
            at: justBefore,
            .interpolated(floor: 100)
        )
        let after = RelativeVolume.cumulative(
            volume: 1e6,
            row: 0,
            baseline: baseline,
            at: boundary,
            .interpolated(floor: 100)
        )
        let slotMode = RelativeVolume.cumulative(volume: 1e6, row: 0, baseline: baseline, at: justBefore, .slotEnd)
        #expect(abs(before.rvol - after.rvol) < 1e-9)
        #expect(abs(before.rvol - slotMode.rvol) < 1e-9)
    }

    @Test func belowTheFloorTheNumberIsFiniteAndMarkedThin() throws {
        let (baseline, _) = try flatBaseline(perSlot: 0, days: 5)
        let progress = DayProgress(completedSlots: 36, fraction: 0.2)
        let result = RelativeVolume.cumulative(
            volume: 5000,
            row: 0,
            baseline: baseline,
            at: progress,
            .interpolated(floor: 100)
        )
        #expect(result.rvol == 50 && result.isThin)
        #expect(
            RelativeVolume.cumulative(volume: 5000, row: 0, baseline: baseline, at: progress, .slotEnd).rvol.isNaN
        )
    }

    @Test func withoutALookbackDayRVOLIsMissing() throws {
        var universe = Universe()
        _ = universe.intern(try #require(Symbol("NEWCO")))
        var baseline = Baseline()
        baseline.resolve(universe)
        for denominator in [RelativeVolume.Denominator.interpolated(floor: 100), .slotEnd] {
            let result = RelativeVolume.cumulative(
                volume: 1e6,
                row: 0,
                baseline: baseline,
                at: DayProgress(completedSlots: 90, fraction: 0.5),
                denominator
            )
            #expect(result.rvol.isNaN && !result.isThin)
        }
    }

    @Test func slotRVOLIsProRatedAndWaitsThirtySeconds() throws {
        let (baseline, _) = try flatBaseline(perSlot: 1000, days: 5)
        var slots = DaySlots()
        slots.grow(to: 1)
        let observation = DaySlots.Observation(volume: 80_000, minuteVolume: 0, minuteSlot: 77, minuteStartsSlot: false)
        slots.observe(row: 0, observation, completedSlots: 78)
        let young = RelativeVolume.currentSlot(
            volume: 80_500,
            row: 0,
            slots: slots,
            baseline: baseline,
            at: DayProgress(completedSlots: 78, fraction: 0.05)
        )
        #expect(young.isPrevious)
        let old = RelativeVolume.currentSlot(
            volume: 81_500,
            row: 0,
            slots: slots,
            baseline: baseline,
            at: DayProgress(completedSlots: 78, fraction: 0.5)
        )
        #expect(!old.isPrevious)
        #expect(abs(old.rvol - 3) < 1e-12)
    }

    @Test(arguments: [1, 7, 42, 20_261_006] as [UInt64])
    func theColumnsEqualANaiveComputationFromRawDays(_ seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        var universe = Universe()
        let days = 5
        var raw: [[[Double]]] = []
        var symbols: [Symbol] = []
        var sums: [Double] = []
        for ticker in 0..<40 {
            let symbol = try #require(Symbol("T\(ticker)"))
            symbols.append(symbol)
            _ = universe.intern(symbol)
            let history = (0..<days).map { _ in (0..<Slot.count).map { _ in Double(random.next() % 5000) } }
            raw.append(history)
            for slot in 0..<Slot.count {
                sums.append(history.map { $0[0...slot].reduce(0, +) }.reduce(0, +))
            }
            universe.volume[ticker] = Double(random.next() % 1_000_000)
        }
        var baseline = Baseline(symbols: symbols, days: Array(repeating: UInt8(days), count: 40), sums: sums)
        baseline.resolve(universe)
        let progress = DayProgress(
            completedSlots: Int(random.next() % 192),
            fraction: Double(random.next() % 100) / 100
        )
        var pass = RelativeVolumePass()
        pass.use(baseline)
        pass.update(
            &universe,
            slots: DaySlots(),
            at: progress,
            .cumulative(.interpolated(floor: 100)),
            lookbackDays: 5
        )
        for ticker in 0..<40 {
            let slot = progress.completedSlots
            let means = raw[ticker].map { day in
                day[0..<slot].reduce(0, +) + progress.fraction * day[slot]
            }
            let mean = means.reduce(0, +) / Double(days)
            let expected = universe.volume[ticker] / max(mean, 100)
            #expect(abs(universe.rvol[ticker] - expected) <= 1e-9 * max(1, expected), "seed \(seed), ticker \(ticker)")
        }
    }
}
