import EngineAPI
import MarketData
import MarketTime
import Testing

@testable import Engine

@Suite struct TradeCountKeeperTests {
    private static let start = NewYork.instant(DayID(rawValue: 20_000), secondOfDay: Slot.dayStartSecond).nanoseconds

    /// A small market, one minute a snapshot; a class, because checks cannot change values.
    private final class Rig {
        var keeper = TradeCountKeeper()
        var universe = Universe()
        var rows: [Int32] = []

        init(_ names: [String]) {
            for name in names {
                guard let symbol = Symbol(name) else { continue }
                rows.append(Int32(universe.intern(symbol).row))
            }
            for row in 0..<universe.count { universe.volume[row] = 0 }
        }

        func request(_ day: DayID, _ candidates: [DayID] = []) -> TradeCountRequest? {
            keeper.request(tradingDay: day, candidates: candidates)
        }

        func take(_ load: TradeCountLoad) -> Bool { keeper.apply(load, universe: &universe) }

        /// A snapshot in which each ticker's latest minute has so many trades of 10 shares each, after so many before.
        func snapshot(minute: Int, _ trades: [Double], before: [Double], completed: Int) {
            var batch = SnapshotBatch()
            batch.symbols = universe.symbols
            batch.minuteStart = trades.map { $0 > 0 ? start + Int64(minute) * 60_000_000_000 : 0 }
            batch.minuteTrades = trades.map { $0 > 0 ? $0 : .nan }
            batch.minuteVolume = trades.map { $0 * 10 }
            batch.accumulatedVolume = zip(trades, before).map { ($0 + $1) * 10 }
            for row in 0..<universe.count { universe.volume[row] = batch.accumulatedVolume[row] }
            keeper.count(
                batch,
                rows: rows,
                day: TradeCountKeeper.Day(
                    start: start,
                    latestEvent: start + Int64(minute + 1) * 60_000_000_000,
                    completedSlots: completed
                ),
                universe: &universe
            )
        }
    }

    private func load(_ request: TradeCountRequest, _ rows: [(String, Double, Double, UInt8)]) -> TradeCountLoad {
        var load = TradeCountLoad(request: request)
        for (name, mean, deviation, days) in rows {
            guard let symbol = Symbol(name) else { continue }
            load.symbols.append(symbol)
            load.mean.append(mean)
            load.deviation.append(deviation)
            load.days.append(days)
        }
        return load
    }

    @Test func aDayIsComparedSlotBySlot() throws {
        let rig = Rig(["BUSY", "QUIET", "NEW"])
        let day = DayID(rawValue: 20_000)
        rig.snapshot(minute: 0, [5, 0, 0], before: [0, 0, 0], completed: 0)
        #expect(rig.universe.trades == [5, 0, 0])
        #expect(rig.request(day) == nil)
        rig.snapshot(minute: 4, [7, 0, 2], before: [5, 0, 0], completed: 1)
        let request = try #require(rig.request(day, [day.adding(days: -1)]))
        #expect(request.slots == 0..<1 && request.candidates.count == 1)
        #expect(rig.request(day) == nil, "once for each slot")
        let isTaken = rig.take(
            load(request, [("BUSY", 4, 2, 5), ("QUIET", 3, 0.5, 3), ("NEW", 1, 1, 2), ("GONE", 1, 1, 9)])
        )
        #expect(isTaken && rig.universe.trades == [12, 0, 2])
        #expect(rig.universe.tradesZScore[0] == 4 && rig.universe.tradesZScore[1] == -3)
        #expect(rig.universe.tradesZScore[2].isNaN, "two days are too few")
    }

    @Test func anAnswerToAnEarlierQuestionIsNotTaken() throws {
        let rig = Rig(["A"])
        let day = DayID(rawValue: 20_000)
        rig.snapshot(minute: 0, [5], before: [0], completed: 0)
        rig.snapshot(minute: 5, [1], before: [5], completed: 1)
        let first = try #require(rig.request(day))
        rig.snapshot(minute: 10, [1], before: [6], completed: 2)
        #expect(!rig.take(load(first, [("A", 1, 1, 5)])))
        let second = try #require(rig.request(day))
        #expect(second.slots == 0..<2 && second.number > first.number)
        #expect(!rig.take(load(first, [("A", 1, 1, 5)])))
        #expect(rig.take(load(second, [("A", 1, 1, 5)])))
        #expect(rig.universe.tradesZScore == [5])
        #expect(!rig.take(load(second, [("A", 9, 1, 5)])), "an answer counts once")
        rig.keeper.reset()
        #expect(!rig.take(load(second, [])))
    }

    @Test func whatIsNotInTheFeedHasNoScore() throws {
        let rig = Rig(["A", "B"])
        let day = DayID(rawValue: 20_000)
        rig.snapshot(minute: 0, [5, 5], before: [0, 0], completed: 0)
        rig.snapshot(minute: 5, [1, 1], before: [5, 5], completed: 1)
        let request = try #require(rig.request(day))
        rig.universe.flags[0].insert(.missingFromFeed)
        rig.universe.volume[1] = .nan
        #expect(rig.take(load(request, [("A", 1, 1, 5), ("B", 1, 1, 5)])))
        #expect(rig.universe.tradesZScore.allSatisfy { $0.isNaN })
    }

    @Test func aVendorThatTellsNoTradesIsAskedForNothing() {
        let rig = Rig(["A"])
        let day = DayID(rawValue: 20_000)
        for slot in 0..<4 {
            var batch = SnapshotBatch()
            batch.symbols = rig.universe.symbols
            batch.minuteStart = [Self.start + Int64(slot * 5 + 1) * 60_000_000_000]
            batch.minuteVolume = [10]
            batch.accumulatedVolume = [Double(10 * slot + 10)]
            rig.keeper.count(
                batch,
                rows: rig.rows,
                day: TradeCountKeeper.Day(start: Self.start, latestEvent: .max, completedSlots: slot),
                universe: &rig.universe
            )
            #expect(rig.universe.trades[0].isNaN)
            #expect(rig.request(day) == nil)
        }
    }

    @Test func rowsOfOtherTickersAndOfOtherDaysArePassedOver() {
        let rig = Rig(["A", "B"])
        var batch = SnapshotBatch()
        batch.symbols = rig.universe.symbols
        batch.minuteStart = [Self.start - 1, Self.start + 3_600_000_000_000]
        batch.minuteTrades = [3, 3]
        batch.minuteVolume = [10, 10]
        batch.accumulatedVolume = [10, 10]
        rig.universe.volume = [.nan, 5]
        rig.keeper.count(
            batch,
            rows: [1, 1],
            day: TradeCountKeeper.Day(start: Self.start, latestEvent: Self.start + 60_000_000_000, completedSlots: 0),
            universe: &rig.universe
        )
        #expect(rig.universe.trades.allSatisfy { $0.isNaN })
    }
}
