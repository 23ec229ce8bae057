import Analytics
import MarketData
import MarketTime
import TestSupport
import Testing

/// What must hold for any market.
@Suite
struct RelativeVolumePropertyTests {
    static let seeds = 100...104 as ClosedRange<UInt64>
    static let floor = 100.0

    /// All of a day's RVOLs of one definition, symbol after symbol, at each slot's start and at three tenths of it.
    private func numbers(_ market: RawMarket, _ definition: RelativeVolume.Definition) -> [[Double]] {
        let day = market.volumes.count - 1
        var universe = market.universe()
        var pass = RelativeVolumePass()
        pass.use(market.baseline(day: day, lookbackDays: 5))
        let slots = market.slots(day: day, completed: Slot.count)
        var numbers = market.symbols.map { _ in [Double]() }
        for slot in 0..<Slot.count {
            for (minutes, fraction) in [(0, 0.0), (1, 0.3)] {
                for row in market.symbols.indices {
                    universe.volume[row] = Double(market.volume(day: day, symbol: row, minutes: slot * 5 + minutes))
                }
                let progress = DayProgress(completedSlots: slot, fraction: fraction)
                pass.update(&universe, slots: slots, at: progress, definition, lookbackDays: 5)
                for row in market.symbols.indices { numbers[row].append(universe.rvol[row]) }
            }
        }
        return numbers
    }

    @Test(arguments: seeds)
    func atASlotsEndInterpolatedEqualsSlotModeAboveTheFloor(_ seed: UInt64) {
        let market = RawMarket(seed: seed, symbolCount: 5, dayCount: 7)
        var baseline = market.baseline(day: 6, lookbackDays: 5)
        baseline.resolve(market.universe())
        var compared = 0
        for row in market.symbols.indices {
            for slot in 0..<Slot.count {
                guard let mean = baseline.atEnd(ofSlot: slot, row: row), mean >= Self.floor else { continue }
                let volume = Double(market.volume(day: 6, symbol: row, minutes: slot * 5 + 5))
                let next = DayProgress(completedSlots: slot + 1, fraction: 0)
                let own = DayProgress(completedSlots: slot, fraction: 0.9)
                let interpolated = RelativeVolume.cumulative(
                    volume: volume,
                    row: row,
                    baseline: baseline,
                    at: next,
                    .interpolated(floor: Self.floor)
                )
                let slotMode = RelativeVolume.cumulative(
                    volume: volume,
                    row: row,
                    baseline: baseline,
                    at: own,
                    .slotEnd
                )
                #expect(isSame(interpolated.rvol, slotMode.rvol) && !interpolated.isThin, "seed \(seed), slot \(slot)")
                compared += 1
            }
        }
        #expect(compared > 300, "seed \(seed)")
    }

    @Test(arguments: seeds)
    func aSlotWithoutTradesOnAllDaysChangesNothing(_ seed: UInt64) {
        var market = RawMarket(seed: seed, symbolCount: 5, dayCount: 7)
        let silent = Int(seed % UInt64(Slot.count - 2)) + 1
        market.change { minutes in
            for minute in silent * 5..<silent * 5 + 5 { minutes[minute] = 0 }
        }
        let interpolated = numbers(market, .cumulative(.interpolated(floor: Self.floor)))
        for row in market.symbols.indices {
            // Start of the slot, three tenths of it, start of the next.
            let around = interpolated[row][silent * 2...silent * 2 + 2]
            let isConstant = around.allSatisfy { isSame($0, around[silent * 2]) }
            #expect(isConstant, "seed \(seed), row \(row): \(around)")
        }
        // Taken out altogether, it leaves the same numbers everywhere else.
        var without = market
        without.change { minutes in
            minutes.removeSubrange(silent * 5..<silent * 5 + 5)
            minutes.append(contentsOf: [0, 0, 0, 0, 0])
        }
        for definition in [
            RelativeVolume.Definition.cumulative(.interpolated(floor: Self.floor)), .cumulative(.slotEnd),
        ] {
            let (with, shorter) = (numbers(market, definition), numbers(without, definition))
            for row in market.symbols.indices {
                let kept = with[row][0..<silent * 2] + with[row][(silent + 1) * 2..<Slot.count * 2]
                let isEqual = zip(kept, shorter[row]).allSatisfy(isSame)
                #expect(isEqual, "seed \(seed), row \(row)")
            }
        }
    }

    @Test(arguments: seeds)
    func scalingAllVolumesLeavesRVOLUnchanged(_ seed: UInt64) {
        let market = RawMarket(seed: seed, symbolCount: 5, dayCount: 7)
        for factor in [2, 8, 3, 70] as [Int64] {
            var scaled = market
            scaled.change { minutes in minutes = minutes.map { $0 * factor } }
            for definition in [
                RelativeVolume.Definition.cumulative(.interpolated(floor: 0)), .cumulative(.slotEnd), .ownSlot,
            ] {
                // Powers of two are exact; others round once more.
                let isPower = factor & (factor - 1) == 0
                let pairs = zip(numbers(market, definition).joined(), numbers(scaled, definition).joined())
                let wrong = pairs.first { plain, larger in
                    !isSame(plain, larger) && (isPower || !(abs(plain - larger) <= 1e-14 * abs(plain)))
                }
                #expect(wrong == nil, "seed \(seed), factor \(factor), \(definition): \(wrong ?? (0, 0))")
            }
        }
    }

    @Test(arguments: seeds)
    func cumulativeVolumeNeverDecreasesHoweverItIsPutTogether(_ seed: UInt64) {
        let market = RawMarket(seed: seed, symbolCount: 3, dayCount: 1)
        var random = SeededRandom(seed: seed)
        for symbol in market.symbols.indices {
            var slots = DaySlots()
            slots.grow(to: 1)
            let exact = market.cumulative(day: 0, symbol: symbol)
            var completed = 0
            while completed < Slot.count {
                completed = min(Slot.count, completed + 1 + Int(random.next() % 20))
                // Aggregates with holes, wrong in places, and now and then a snapshot.
                let offered = exact.map { value -> Int64 in
                    switch random.next() % 8 {
                    case 0: DaySlots.unknown
                    case 1: value / 2
                    case 2: value * 2
                    default: value
                    }
                }
                slots.heal(row: 0, offered, completedSlots: completed)
                if random.next() % 2 == 0 {
                    let volume = exact[completed - 1]
                    slots.observe(
                        row: 0,
                        .init(volume: volume, minuteVolume: 0, minuteSlot: completed - 1, minuteStartsSlot: false),
                        completedSlots: completed
                    )
                }
                let known = (0..<Slot.count).map { slots.volume(row: 0, slot: $0) }.filter { $0 != DaySlots.unknown }
                #expect(zip(known, known.dropFirst()).allSatisfy { $0 <= $1 }, "seed \(seed), symbol \(symbol)")
            }
        }
    }
}
