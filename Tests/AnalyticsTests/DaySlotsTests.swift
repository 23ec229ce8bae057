import Analytics
import MarketTime
import TestSupport
import Testing

private typealias Observation = DaySlots.Observation

private func oneRow() -> DaySlots {
    var slots = DaySlots()
    slots.grow(to: 1)
    return slots
}

@Suite
struct DaySlotsTests {
    @Test func aStockThatHasNotTradedSinceTheBoundaryEndsItsSlotsAtItsVolume() {
        var slots = oneRow()
        slots.observe(
            row: 0,
            Observation(volume: 500, minuteVolume: 500, minuteSlot: 3, minuteStartsSlot: false),
            completedSlots: 10
        )
        #expect((0..<3).allSatisfy { slots.volume(row: 0, slot: $0) == 0 })
        #expect((3..<10).allSatisfy { slots.volume(row: 0, slot: $0) == 500 })
        #expect(slots.volume(row: 0, slot: 10) == DaySlots.unknown)
    }

    @Test func theFirstMinuteOfASlotGivesTheSlotBeforeToTheShare() {
        var slots = oneRow()
        slots.observe(
            row: 0,
            Observation(volume: 900, minuteVolume: 100, minuteSlot: 4, minuteStartsSlot: false),
            completedSlots: 4
        )
        slots.observe(
            row: 0,
            Observation(volume: 1200, minuteVolume: 50, minuteSlot: 5, minuteStartsSlot: true),
            completedSlots: 5
        )
        #expect(slots.volume(row: 0, slot: 4) == 1150)
    }

    @Test func theFirstMinuteAfterASlotMendsAnEndDecidedAMomentTooEarly() {
        var slots = oneRow()
        // The boundary has passed by another ticker's trade; this one's last trades of the slot are still on their way.
        let early = Observation(volume: 900, minuteVolume: 100, minuteSlot: 4, minuteStartsSlot: false)
        slots.observe(row: 0, early, completedSlots: 5)
        #expect(slots.volume(row: 0, slot: 4) == 900)
        let decisions = slots.decisions
        let first = Observation(volume: 1000, minuteVolume: 60, minuteSlot: 5, minuteStartsSlot: true)
        slots.observe(row: 0, first, completedSlots: 5)
        #expect(slots.volume(row: 0, slot: 4) == 940)
        #expect(slots.decisions > decisions)
        // A minute that lost volume since does not take any away.
        let lower = Observation(volume: 1000, minuteVolume: 90, minuteSlot: 5, minuteStartsSlot: true)
        slots.observe(row: 0, lower, completedSlots: 5)
        #expect(slots.volume(row: 0, slot: 4) == 940)
    }

    @Test(arguments: 1...200 as ClosedRange<UInt64>)
    func whateverComesARowNeverDecreases(_ seed: UInt64) {
        var random = SeededRandom(seed: seed)
        var slots = oneRow()
        var completed = 0
        for step in 0..<80 {
            if random.next() % 6 == 0 {
                let stored = (0..<12).map { Int64($0) * Int64(random.next() % 200) - 1 }
                slots.restore(row: 0, stored, completedSlots: completed)
            } else {
                completed = min(12, completed + Int(random.next() % 2))
                let volume = Int64(random.next() % 3000)
                let observation = Observation(
                    volume: volume,
                    minuteVolume: Int64(random.next() % UInt64(volume + 1)),
                    minuteSlot: Int(random.next() % 13) - 1,
                    minuteStartsSlot: random.next() % 2 == 0
                )
                slots.observe(row: 0, observation, completedSlots: completed)
            }
            let known = (0..<12).map { slots.volume(row: 0, slot: $0) }.filter { $0 != DaySlots.unknown }
            #expect(zip(known, known.dropFirst()).allSatisfy { $0 <= $1 }, "seed \(seed), step \(step): \(known)")
        }
    }

    @Test func aGapOfSlotsStaysUnknownInsteadOfBeingGuessed() {
        var slots = oneRow()
        slots.observe(
            row: 0,
            Observation(volume: 100, minuteVolume: 100, minuteSlot: 0, minuteStartsSlot: true),
            completedSlots: 0
        )
        slots.observe(
            row: 0,
            Observation(volume: 5000, minuteVolume: 200, minuteSlot: 6, minuteStartsSlot: true),
            completedSlots: 6
        )
        #expect((0..<5).allSatisfy { slots.volume(row: 0, slot: $0) == DaySlots.unknown })
        #expect(slots.volume(row: 0, slot: 5) == 4800)
    }

    @Test func aVolumeThatDropsNeverMakesARowDecrease() {
        var slots = oneRow()
        let first = Observation(volume: 1000, minuteVolume: 10, minuteSlot: 0, minuteStartsSlot: true)
        slots.observe(row: 0, first, completedSlots: 1)
        let lower = Observation(volume: 400, minuteVolume: 10, minuteSlot: 1, minuteStartsSlot: true)
        slots.observe(row: 0, lower, completedSlots: 2)
        #expect(slots.volume(row: 0, slot: 1) == 1000)
    }

    @Test func storedSlotsFillOnlyWhatIsUnknownAndNeverTheFuture() {
        var slots = oneRow()
        let observation = Observation(volume: 5000, minuteVolume: 200, minuteSlot: 6, minuteStartsSlot: true)
        slots.observe(row: 0, observation, completedSlots: 6)
        slots.restore(row: 0, [10, 20, 9999, 40, 50, 60, 70, 80], completedSlots: 6)
        #expect((0..<8).map { slots.volume(row: 0, slot: $0) } == [10, 20, -1, 40, 50, 4800, -1, -1])
    }

    @Test(arguments: [3, 5, 9, 2026] as [UInt64])
    func pollingAMinuteMarketEveryFewSecondsGivesExactSlots(_ seed: UInt64) {
        var random = SeededRandom(seed: seed)
        // Volume of each of the first 120 seconds-resolved minutes: sparse, so that many minutes are empty.
        let minutes = 120
        let perSecond = (0..<minutes * 60).map { _ in random.next() % 9 == 0 ? Int64(random.next() % 300) : 0 }
        var slots = oneRow()
        var second = 0
        while second < minutes * 60 {
            let elapsed = perSecond[0...second]
            let volume = elapsed.reduce(0, +)
            let lastTrade = elapsed.lastIndex { $0 > 0 }
            let minute = lastTrade.map { $0 / 60 }
            let minuteVolume = minute.map { perSecond[($0 * 60)...second].reduce(0, +) } ?? 0
            slots.observe(
                row: 0,
                Observation(
                    volume: volume,
                    minuteVolume: minuteVolume,
                    minuteSlot: minute.map { $0 / 5 } ?? -1,
                    minuteStartsSlot: minute.map { $0 % 5 == 0 } ?? false
                ),
                completedSlots: (second + 1) / 300
            )
            second += 1 + Int(random.next() % 9)
        }
        let completed = (second - 9) / 300
        for slot in 0..<completed {
            let exact = perSecond[0..<(slot + 1) * 300].reduce(0, +)
            #expect(slots.volume(row: 0, slot: slot) == exact, "seed \(seed), slot \(slot)")
        }
    }
}
