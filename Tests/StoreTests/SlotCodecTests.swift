import EngineAPI
import MarketTime
import TestSupport
import Testing

@testable import Store

@Suite
struct SlotCodecTests {
    private func pack(_ volumes: [Int64]) -> SlotCodec.Packed {
        volumes.withUnsafeBufferPointer { SlotCodec.pack($0) }
    }

    private func unpack(_ bytes: [UInt8]) -> (known: Int, slots: [Int64])? {
        var slots = [Int64](repeating: 7, count: Slot.count)
        let known = bytes.withUnsafeBufferPointer { bytes in
            slots.withUnsafeMutableBufferPointer { SlotCodec.unpack(bytes, into: $0, unknown: SlotRows.unknown) }
        }
        return known.map { ($0, slots) }
    }

    @Test(
        arguments: [
            ([], []), ([-1, -1], []), ([0], [1]), ([126], [127]), ([127], [0x80, 1]), ([5, -1, 5, 9], [6, 0, 1, 5]),
            ([-1, 300, -1, -1], [0, 0xAD, 2]), ([16_383], [0x80, 0x80, 1]), ([7, 7, 7, 7], [8, 1, 1, 1]),
            ([7, 7, 7, 7, 7, 9], [8, 0x80, 0, 4, 3]), ([0, 0, 0, 0, -1, 0], [0x80, 0, 4, 0, 1]),
            ([Int64](repeating: 0, count: 192), [0x80, 0, 0xC0, 1]),
            ([Int64](repeating: 3, count: 128), [4, 0x80, 0, 0x7F]),
        ] as [([Int64], [UInt8])]
    )
    func bytesAreAsDocumented(_ volumes: [Int64], _ bytes: [UInt8]) {
        #expect(pack(volumes).bytes == bytes)
    }

    @Test(arguments: [1, 2, 3, 4] as [UInt64])
    func randomDaysRoundTrip(_ seed: UInt64) throws {
        var generator = SeededRandom(seed: seed)
        for round in 0..<300 {
            let volumes = randomDay(unknownShare: [0, 0.02, 0.5, 1][round % 4], using: &generator)
            let packed = pack(volumes)
            let (known, slots) = try #require(unpack(packed.bytes))
            #expect(slots == volumes, "seed \(seed), round \(round)")
            #expect(known == packed.knownSlots && known == volumes.count { $0 >= 0 })
            #expect(packed.volume == volumes.max().map { max($0, 0) })
        }
    }

    /// What a file of before the runs has.
    @Test func aRunSpeltOutIsReadToo() throws {
        let bytes = [8] + [UInt8](repeating: 1, count: 190) + [2]
        let (known, slots) = try #require(unpack(bytes))
        #expect(known == Slot.count && slots == [Int64](repeating: 7, count: 191) + [8])
        #expect(pack(slots).bytes == [8, 0x80, 0, 0xBE, 1, 2])
    }

    @Test(arguments: [5, 6] as [UInt64])
    func theNumberOfSlotsIsKnownWithoutUnpacking(_ seed: UInt64) {
        var generator = SeededRandom(seed: seed)
        for round in 0..<300 {
            let share = Double(round % 5) / 5
            let volumes = Array(randomDay(unknownShare: share, using: &generator).prefix(round % 193))
            let last = volumes.lastIndex { $0 >= 0 } ?? -1
            let count = pack(volumes).bytes.withUnsafeBufferPointer { SlotCodec.slotCount($0) }
            #expect(count == last + 1, "seed \(seed), round \(round)")
        }
    }

    @Test func theLargestDayFitsAndAbsurdVolumesAreUnknown() throws {
        var volumes = [Int64](repeating: 0, count: Slot.count)
        volumes[191] = SlotCodec.maxVolume
        #expect(try #require(unpack(pack(volumes).bytes)).slots == volumes)
        volumes[191] = SlotCodec.maxVolume + 1
        #expect(pack(volumes).knownSlots == 191)
        volumes[191] = .max
        volumes[0] = .min
        #expect(pack(volumes).knownSlots == 190)
    }

    @Test func aVolumeThatFallsCountsAsTheOneBefore() throws {
        let slots = try #require(unpack(pack([10, 4, -1, 9, 11]).bytes)).slots
        #expect(Array(slots[..<5]) == [10, 10, -1, 10, 11])
    }

    @Test(
        arguments: [
            [0x80], [1, 0xFF], [0x81, 0], [0x80, 0x80, 0], [0x80, 0], [0x80, 0, 3], [0x80, 0, 0xC1, 1],
            [0x80, 0, 0xC0],
            [0x80, 0, 0x84, 0], [0x80, 0, 0xC0, 1, 1], [1, 0x80, 0, 0xC0, 1], [0x80, 0, 0x80, 2],
            [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 1],
            [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F], [UInt8](repeating: 1, count: 193),
            [UInt8](repeating: 0xFF, count: 100_000),
        ] as [[UInt8]]
    )
    func damagedBytesAreRefused(_ bytes: [UInt8]) {
        #expect(unpack(bytes) == nil)
    }

    @Test(arguments: [11, 12] as [UInt64])
    func arbitraryBytesNeverCrashAndWhatIsAcceptedNeverFalls(_ seed: UInt64) {
        var generator = SeededRandom(seed: seed)
        for round in 0..<3000 {
            let count = Int.random(in: 0..<(round % 3 == 0 ? 20 : 400), using: &generator)
            let top: UInt8 = round % 2 == 0 ? 0xFF : 0x83
            guard let slots = unpack((0..<count).map { _ in UInt8.random(in: 0...top, using: &generator) })?.slots
            else { continue }
            let known = slots.filter { $0 != SlotRows.unknown }
            #expect(known == known.sorted() && known.allSatisfy { $0 >= 0 }, "seed \(seed), round \(round)")
        }
    }
}
