import Analytics
import MarketData
import MarketTime
import TestSupport
import Testing

private typealias Observation = DaySlots.Observation

/// What the first bars of slots tell, besides and against snapshots.
@Suite
struct FirstBarTests {
    private func first(_ volume: Int64, own: Int64, slot: Int) -> Observation {
        Observation(volume: volume, minuteVolume: own, minuteSlot: slot, minuteStartsSlot: true)
    }

    private func slots(snapshot volume: Int64, in slot: Int, completed: Int) -> DaySlots {
        var slots = DaySlots()
        slots.grow(to: 1)
        let seen = Observation(volume: volume, minuteVolume: 1, minuteSlot: slot, minuteStartsSlot: false)
        slots.observe(row: 0, seen, completedSlots: completed)
        return slots
    }

    @Test func theSlotBeforeIsKnownAsSoonAsTheBarComesAndASnapshotLeavesItAlone() {
        var slots = slots(snapshot: 900, in: 4, completed: 4)
        let told1 = slots.observe(first: first(1200, own: 50, slot: 5), row: 0, mends: false)
        #expect(told1)
        #expect(slots.volume(row: 0, slot: 4) == 1150)
        let later = Observation(volume: 1900, minuteVolume: 10, minuteSlot: 5, minuteStartsSlot: false)
        slots.observe(row: 0, later, completedSlots: 6)
        #expect(slots.volume(row: 0, slot: 4) == 1150)
        #expect(slots.volume(row: 0, slot: 5) == 1900)
    }

    @Test func whatASnapshotLeftUnknownIsFilledOnlyWhereTheRowStaysInOrder() {
        // Two slots have ended since the volume was seen last: the first one's end is not known.
        var slots = slots(snapshot: 900, in: 4, completed: 4)
        let later = Observation(volume: 1900, minuteVolume: 10, minuteSlot: 6, minuteStartsSlot: true)
        slots.observe(row: 0, later, completedSlots: 6)
        #expect(slots.volume(row: 0, slot: 4) == DaySlots.unknown)
        #expect(slots.volume(row: 0, slot: 5) == 1890)
        let decisions = slots.decisions
        let told2 = slots.observe(first: first(1950, own: 50, slot: 5), row: 0, mends: false)
        #expect(!told2)
        let told3 = slots.observe(first: first(1200, own: 50, slot: 5), row: 0, mends: false)
        #expect(told3)
        #expect(slots.volume(row: 0, slot: 4) == 1150)
        #expect(slots.decisions > decisions)
    }

    @Test(arguments: [true, false])
    func whatIsKnownIsRaisedOnlyByABarThatIsTheFirstForCertain(isCertain: Bool) {
        var slots = slots(snapshot: 900, in: 4, completed: 5)
        #expect(slots.volume(row: 0, slot: 4) == 900)
        _ = slots.observe(first: first(1000, own: 60, slot: 5), row: 0, mends: isCertain)
        #expect(slots.volume(row: 0, slot: 4) == (isCertain ? 940 : 900))
        _ = slots.observe(first: first(1000, own: 160, slot: 5), row: 0, mends: isCertain)
        #expect(slots.volume(row: 0, slot: 4) == (isCertain ? 940 : 900))
    }

    @Test func anEarlierBarOfTheSameSlotLowersWhatALaterOneTold() {
        var slots = slots(snapshot: 900, in: 4, completed: 4)
        let told4 = slots.observe(first: first(1200, own: 50, slot: 5), row: 0, mends: false)
        #expect(told4)
        let told5 = slots.lower(row: 0, slot: 4, from: 1149, to: 1100)
        #expect(!told5)
        let told6 = slots.lower(row: 0, slot: 4, from: 1150, to: 1160)
        #expect(!told6)
        let told7 = slots.lower(row: 0, slot: 4, from: 1150, to: 1100)
        #expect(told7)
        #expect(slots.volume(row: 0, slot: 4) == 1100)
    }

    @Test func barsWithinASlotTellWhatTheNextSlotsBeginWith() {
        var slots = slots(snapshot: 900, in: 4, completed: 4)
        _ = slots.observe(first: first(1200, own: 50, slot: 5), row: 0, mends: false)
        slots.note(row: 0, volume: 1300, slot: 5)
        // Nothing traded in between, so all the slots between are known.
        _ = slots.observe(first: first(1320, own: 20, slot: 9), row: 0, mends: false)
        #expect((5..<9).allSatisfy { slots.volume(row: 0, slot: $0) == 1300 })
        // One of a slot before which others are undecided says nothing about those.
        slots.note(row: 0, volume: 9000, slot: 12)
        _ = slots.observe(first: first(9100, own: 100, slot: 14), row: 0, mends: false)
        #expect(slots.volume(row: 0, slot: 11) == DaySlots.unknown)
    }
}

/// Relative volume of some rows at another time than all others: the same definitions.
@Suite
struct SomeRowsTests {
    @Test(arguments: [
        RelativeVolume.Definition.cumulative(.interpolated(floor: 100)), .cumulative(.slotEnd), .ownSlot,
    ])
    func someRowsEqualTheWholePassToTheBit(_ definition: RelativeVolume.Definition) {
        let market = RawMarket(seed: 9, symbolCount: 11, dayCount: 5)
        var pass = RelativeVolumePass()
        pass.use(market.baseline(day: 4, lookbackDays: 3))
        for (completed, fraction) in [(0, 0.05), (0, 0.4), (70, 0.05), (70, 0.37), (Slot.count, 0.0)] {
            var slots = DaySlots()
            slots.grow(to: market.symbols.count)
            var universe = market.universe()
            for row in market.symbols.indices {
                universe.volume[row] = Double(market.volume(day: 4, symbol: row, minutes: min(completed * 5 + 2, 960)))
                universe.averageVolume[row] = row == 3 ? .nan : 1e6
                if row != 5 {
                    slots.restore(row: row, market.cumulative(day: 4, symbol: row), completedSlots: completed)
                }
            }
            let progress = DayProgress(completedSlots: completed, fraction: fraction)
            var whole = universe
            pass.update(&whole, slots: slots, at: progress, definition, lookbackDays: 3)
            let rows = market.symbols.indices.map(Int32.init)
            pass.update(
                &universe,
                rows: rows,
                slots: slots,
                at: progress,
                definition,
                lookbackDays: 3,
                keepsUnknown: false
            )
            for row in market.symbols.indices {
                for column in [\Universe.rvol, \.slotRVOL, \.simpleRVOL] {
                    let (found, wanted) = (universe[keyPath: column][row], whole[keyPath: column][row])
                    #expect(found.bitPattern == wanted.bitPattern || (found.isNaN && wanted.isNaN), "row \(row)")
                }
                #expect(universe.flags[row] == whole.flags[row])
                #expect(universe.baselineDays[row] == whole.baselineDays[row])
            }
        }
    }

    @Test(arguments: [true, false])
    func aSlotThatIsNotKnownYetStaysAsItWasWhereThatIsWanted(keepsUnknown: Bool) {
        let market = RawMarket(seed: 9, symbolCount: 2, dayCount: 5)
        var pass = RelativeVolumePass()
        pass.use(market.baseline(day: 4, lookbackDays: 3))
        var universe = market.universe()
        universe.volume[0] = 5000
        universe.slotRVOL[0] = 3
        pass.update(
            &universe,
            rows: [0],
            slots: DaySlots(),
            at: DayProgress(completedSlots: 70, fraction: 0.01),
            .cumulative(.slotEnd),
            lookbackDays: 3,
            keepsUnknown: keepsUnknown
        )
        #expect(keepsUnknown ? universe.slotRVOL[0] == 3 : universe.slotRVOL[0].isNaN)
        #expect(universe.rvol[0] > 0)
    }
}
