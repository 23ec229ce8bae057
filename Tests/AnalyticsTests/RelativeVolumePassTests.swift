import Analytics
import MarketData
import MarketTime
import TestSupport
import Testing

private let definitions: [RelativeVolume.Definition] = [
    .cumulative(.interpolated(floor: 100)), .cumulative(.interpolated(floor: 0)), .cumulative(.slotEnd), .ownSlot,
]

/// The columns against the definitions that a single ticker is explained by: the same bits.
@Suite
struct RelativeVolumePassTests {
    @Test(arguments: definitions)
    func everyRowAndSlotEqualsTheDefinitionToTheBit(_ definition: RelativeVolume.Definition) {
        for seed in [2, 5077] as [UInt64] {
            let market = RawMarket(seed: seed, symbolCount: 11, dayCount: 5)
            var random = SeededRandom(seed: seed)
            var universe = market.universe()
            // One pass over the whole day, as in the engine: what it gathered must be noticed to be out of date.
            var pass = RelativeVolumePass()
            pass.use(market.baseline(day: 4, lookbackDays: 3))
            var slots = DaySlots()
            slots.grow(to: market.symbols.count)
            for completed in 0...Slot.count {
                for fraction in [0, 0.05, 0.37] {
                    prepare(&universe, &slots, market, completed: completed, &random)
                    let before = universe
                    let progress = DayProgress(completedSlots: completed, fraction: fraction)
                    pass.update(&universe, slots: slots, at: progress, definition, lookbackDays: 3)
                    let wrong = universe.symbols.indices.first { row in
                        !isRight(row, universe, before, slots, pass.baseline, progress, definition)
                    }
                    #expect(wrong == nil, "seed \(seed), \(completed) slots and \(fraction): row \(wrong ?? -1)")
                }
            }
        }
    }

    /// Volumes, averages, slots and rows the feed does not send, as they may come.
    private func prepare(
        _ universe: inout Universe,
        _ slots: inout DaySlots,
        _ market: RawMarket,
        completed: Int,
        _ random: inout SeededRandom
    ) {
        for row in market.symbols.indices {
            let isUnknown = random.next() % 10 == 0
            universe.volume[row] =
                isUnknown
                ? .nan : Double(market.volume(day: 4, symbol: row, minutes: min(completed * 5 + 2, 960))) + 0.5
            universe.averageVolume[row] = [.nan, 0, 1e6, 123_457][Int(random.next() % 4)]
            universe.flags[row] = random.next() % 5 == 0 ? .missingFromFeed : .tradedToday
            // Some rows stay behind: their slots are unknown.
            if random.next() % 3 > 0 {
                slots.restore(row: row, market.cumulative(day: 4, symbol: row), completedSlots: completed)
            }
        }
    }

    private func isRight(
        _ row: Int,
        _ universe: Universe,
        _ before: Universe,
        _ slots: DaySlots,
        _ baseline: Baseline,
        _ progress: DayProgress,
        _ definition: RelativeVolume.Definition
    ) -> Bool {
        if before.flags[row].contains(.missingFromFeed) {
            return isSame(universe.rvol[row], before.rvol[row]) && isSame(universe.slotRVOL[row], before.slotRVOL[row])
                && isSame(universe.simpleRVOL[row], before.simpleRVOL[row]) && universe.flags[row] == before.flags[row]
        }
        let volume = universe.volume[row]
        let expected = RelativeVolume.rvol(
            volume: volume,
            row: row,
            slots: slots,
            baseline: baseline,
            at: progress,
            definition
        )
        let current = RelativeVolume.currentSlot(
            volume: volume,
            row: row,
            slots: slots,
            baseline: baseline,
            at: progress
        )
        let average = universe.averageVolume[row]
        let days = baseline.dayCount(row: row)
        var flags = before.flags[row]
        if expected.isThin { flags.insert(.thinBaseline) }
        if current.isPrevious { flags.insert(.slotJustStarted) }
        if days > 0, days < 3 { flags.insert(.shortBaseline) }
        return isSame(universe.rvol[row], expected.rvol) && isSame(universe.slotRVOL[row], current.rvol)
            && isSame(universe.simpleRVOL[row], average > 0 ? volume / average : .nan)
            && universe.baselineDays[row] == days && universe.flags[row] == flags
    }

    @Test func aNewBaselineAndNewRowsCountAtOnce() throws {
        let market = RawMarket(seed: 3, symbolCount: 4, dayCount: 3)
        var universe = market.universe()
        let slots = market.slots(day: 2, completed: 100)
        for row in 0..<4 { universe.volume[row] = 1e6 }
        let progress = DayProgress(completedSlots: 100, fraction: 0)
        var pass = RelativeVolumePass()
        pass.update(&universe, slots: slots, at: progress, .cumulative(.slotEnd), lookbackDays: 2)
        #expect(universe.rvol.allSatisfy { $0.isNaN })
        pass.use(market.baseline(day: 2, lookbackDays: 2))
        pass.update(&universe, slots: slots, at: progress, .cumulative(.slotEnd), lookbackDays: 2)
        #expect(universe.rvol[0] > 0)
        let newcomer = universe.intern(try #require(Symbol("NEWCO"))).row
        pass.update(&universe, slots: slots, at: progress, .cumulative(.slotEnd), lookbackDays: 2)
        #expect(universe.rvol[newcomer].isNaN && universe.rvol[0] > 0)
    }

    @Test func aVolumeThatIsNotKnownGivesNoSlotRVOL() {
        let market = RawMarket(seed: 3, symbolCount: 1, dayCount: 3)
        let slots = market.slots(day: 2, completed: 100)
        var universe = market.universe()
        var pass = RelativeVolumePass()
        pass.use(market.baseline(day: 2, lookbackDays: 2))
        let progress = DayProgress(completedSlots: 100, fraction: 0.5)
        for (volume, isMissing) in [(Double.nan, true), (0, false)] {
            universe.volume[0] = volume
            pass.update(&universe, slots: slots, at: progress, .ownSlot, lookbackDays: 2)
            #expect(universe.slotRVOL[0].isNaN == isMissing && universe.rvol[0].isNaN == isMissing)
        }
    }
}
