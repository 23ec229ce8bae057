import EngineAPI
import MarketTime
import TestSupport
import Testing

@testable import Store

@Suite
struct SlotDetailCodecTests {
    private struct Day: Equatable {
        var trades = [Int32](repeating: 0, count: Slot.count)
        var vwap = [Float](repeating: .nan, count: Slot.count)

        static func == (left: Self, right: Self) -> Bool {
            left.trades == right.trades && zip(left.vwap, right.vwap).allSatisfy { $0 == $1 || ($0.isNaN && $1.isNaN) }
        }
    }

    private func pack(_ day: Day) -> SlotDetailCodec.Packed {
        day.trades.withUnsafeBufferPointer { trades in
            day.vwap.withUnsafeBufferPointer { SlotDetailCodec.pack(trades: trades, vwap: $0) }
        }
    }

    private func unpack(_ trades: [UInt8], _ vwap: [UInt8]) -> Day? {
        var day = Day()
        let isValid = trades.withUnsafeBufferPointer { trades in
            vwap.withUnsafeBufferPointer { vwap in
                day.trades.withUnsafeMutableBufferPointer { counts in
                    day.vwap.withUnsafeMutableBufferPointer { prices in
                        SlotDetailCodec.unpack(trades: trades, vwap: vwap, intoTrades: counts, vwap: prices)
                    }
                }
            }
        }
        return isValid ? day : nil
    }

    private func unpack(_ packed: SlotDetailCodec.Packed) -> Day? { unpack(packed.trades, packed.vwap) }

    private func randomDay(busyShare: Double, using generator: inout SeededRandom) -> Day {
        var day = Day()
        var units = Int64.random(in: 1...5_000_000, using: &generator)
        for slot in 0..<Slot.count where Double.random(in: 0..<1, using: &generator) < busyShare {
            day.trades[slot] = Int32.random(in: -1...400, using: &generator)
            if day.trades[slot] < 0 { day.trades[slot] = SlotHistory.unknownTrades }
            units = max(0, units + Int64.random(in: -9000...9000, using: &generator))
            if Int.random(in: 0..<9, using: &generator) > 0 { day.vwap[slot] = Float(Double(units) / 10_000) }
        }
        return day
    }

    @Test(arguments: [81, 82, 83] as [UInt64])
    func randomDaysRoundTrip(_ seed: UInt64) throws {
        var generator = SeededRandom(seed: seed)
        for round in 0..<200 {
            let day = randomDay(busyShare: [0, 0.01, 0.4, 1][round % 4], using: &generator)
            #expect(try #require(unpack(pack(day))) == day, "seed \(seed), round \(round)")
        }
    }

    @Test func nothingTakesNoBytesAndTradesAloneNone() throws {
        #expect(pack(Day()) == SlotDetailCodec.Packed())
        var day = Day()
        day.trades[191] = 7
        #expect(pack(day).vwap.isEmpty && !pack(day).trades.isEmpty)
        #expect(try #require(unpack(pack(day))) == day)
    }

    @Test(arguments: [0, 66, 190, 191])
    func theLargestNumbersFit(_ slot: Int) throws {
        var day = Day()
        day.trades[slot] = .max
        day.vwap[slot] = 700_000.0625
        day.trades[0] = 1
        day.vwap[0] = 0
        if slot == 0 { day.trades[0] = .max }
        #expect(try #require(unpack(pack(day))) == day)
    }

    @Test(arguments: [Float.infinity, -.infinity, .nan, -1, 1e38])
    func pricesThatAreNoneAreNone(_ price: Float) throws {
        var day = Day()
        day.trades[5] = 3
        day.vwap[5] = price
        let read = try #require(unpack(pack(day)))
        #expect(read.vwap[5].isNaN && read.trades[5] == 3)
    }

    @Test(arguments: [91, 92] as [UInt64])
    func damagedBytesAreRefusedOrReadButNeverCrash(_ seed: UInt64) {
        var generator = SeededRandom(seed: seed)
        var refused = 0
        for round in 0..<2000 {
            var packed = pack(randomDay(busyShare: 0.3, using: &generator))
            switch round % 4 {
            case 0: packed.trades.removeLast(min(packed.trades.count, 2))
            case 1: packed.vwap.append(UInt8.random(in: 1...255, using: &generator))
            case 2:
                guard let place = packed.trades.indices.randomElement(using: &generator) else { continue }
                packed.trades[place] ^= UInt8(1 << Int.random(in: 0..<8, using: &generator))
            default:
                packed.trades = (0..<40).map { _ in UInt8.random(in: 0...255, using: &generator) }
                packed.vwap = (0..<40).map { _ in UInt8.random(in: 0...255, using: &generator) }
            }
            if unpack(packed) == nil { refused += 1 }
        }
        // Shortened and lengthened ones always, of the others most.
        #expect(refused > 1000, "seed \(seed), refused \(refused)")
    }
}
