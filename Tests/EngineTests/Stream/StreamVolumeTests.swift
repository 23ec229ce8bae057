import Engine
import EngineAPI
import MarketData
import MarketTime
import TestSupport
import Testing

/// Volume: the vendor's newest sum and the trades since, to the share, never decreasing, however events come.
@Suite
struct StreamVolumeTests {
    @Test func theNewestSumCountsWithTheTradesSince() throws {
        var fixture = try EngineFixture()
        let times = fixture
        let now = fixture.at(10, 0, 30)
        func volume() throws -> Double { try fixture.number(.volume, "AAA", now) }
        // Without any sum the volume since 04:00 is not known.
        try fixture.stream(now) { try $0.trade("AAA", 12, 50, at: times.at(10, 0, 9)) }
        #expect(try volume().isNaN)
        try fixture.stream(now) { events in
            try events.bar("AAA", 12, volume: 50, accumulated: 1050, from: times.at(10, 0, 9))
            try events.trade("AAA", 12, 20, at: times.at(10, 0, 10))
            try events.trade("AAA", 12, 5, at: times.at(10, 0, 12))
            // Covered by the sum although it comes after it.
            try events.trade("AAA", 12, 700, at: times.at(10, 0, 9))
        }
        #expect(try volume() == 1075)
        try fixture.stream(now) { events in
            try events.bar("AAA", 12, volume: 20, accumulated: 1070, from: times.at(10, 0, 10))
        }
        #expect(try volume() == 1075)
        // An older sum is a lower bound and no more; a lower one takes nothing back.
        try fixture.stream(now) { events in
            try events.bar("AAA", 12, volume: 50, accumulated: 1052, from: times.at(10, 0, 9))
        }
        #expect(try volume() == 1075)
        try fixture.stream(now) { events in
            try events.bar("AAA", 12, volume: 5, accumulated: 1060, from: times.at(10, 0, 12))
        }
        #expect(try volume() == 1075)
        try fixture.stream(now) { try $0.trade("AAA", 12, 16, at: times.at(10, 0, 14)) }
        #expect(try volume() == 1076)
    }

    @Test func aSnapshotsSumCountsUpToItsNewestEventAndLeavesNewerTicksAlone() throws {
        var fixture = try EngineFixture()
        let times = fixture
        let now = fixture.at(10, 0, 30)
        _ = fixture.step([.snapshot(try snapshot([traded("AAA", 10, volume: 1000, at: times.at(10, 0, 10))]))], now)
        try fixture.stream(now) { events in
            try events.trade("AAA", 12, 50, at: times.at(10, 0, 9))
            try events.trade("AAA", 12, 30, at: times.at(10, 0, 12))
            try events.trade("AAA", 12, 40, at: times.at(10, 0, 20))
        }
        #expect(try fixture.number(.volume, "AAA", now) == 1070)
        _ = fixture.step([.snapshot(try snapshot([traded("AAA", 10, volume: 1030, at: times.at(10, 0, 13))]))], now)
        let row = try fixture.row("AAA", [.volume, .last, .dollarVolume], now)
        #expect(row.numbers == [1070, 12, 1070 * 12])
    }

    @Test func tradesLongBeforeTheNextSumAreNotForgotten() throws {
        var fixture = try EngineFixture()
        let times = fixture
        _ = fixture.step(
            [.snapshot(try snapshot([traded("AAA", 10, volume: 1000, at: times.at(10, 0))]))],
            times.at(10, 0)
        )
        for second in stride(from: 1, through: 600, by: 7) {
            let time = times.at(10, second / 60, second % 60)
            try fixture.stream(time) { try $0.trade("AAA", 12, 1, at: time) }
        }
        #expect(try fixture.number(.volume, "AAA", times.at(10, 10)) == 1086)
        // A sum in the middle covers what is older; none of it counts twice.
        try fixture.stream(times.at(10, 10)) { events in
            try events.bar("AAA", 12, volume: 1, accumulated: 1080, from: times.at(10, 9, 28))
        }
        #expect(try fixture.number(.volume, "AAA", times.at(10, 10)) == 1086)
    }

    @Test func tradesThatComeTwiceCountOnceAndOfDifferentTickersBoth() throws {
        var fixture = try EngineFixture()
        let now = fixture.at(10, 0, 30)
        let rows = ["AAA", "BBB"].map { traded($0, 10, volume: 1000, at: now.adding(seconds: -10)) }
        _ = fixture.step([.snapshot(try snapshot(rows))], now)
        for _ in 0..<3 {
            try fixture.stream(now) { events in
                for symbol in ["AAA", "BBB"] { try events.trade(symbol, 12, 50, at: now, identity: 77) }
            }
        }
        #expect(try fixture.row("AAA", [.volume], now).numbers == [1050])
        #expect(try fixture.row("BBB", [.volume], now).numbers == [1050])
        let flow = try fixture.status(now).flow
        #expect(flow.applied == 2 && flow.duplicates == 4)
    }

    @Test func aFrameSentAgainAfterTensOfThousandsOfOthersIsKnown() throws {
        var fixture = try EngineFixture()
        let now = fixture.at(10, 0, 30)
        let batch = try StreamEvents.make { events in
            for index in 1...30_000 { try events.trade("AAA", 12, 1, at: now, identity: UInt64(index)) }
        }
        _ = fixture.step([.stream(batch)], now)
        _ = fixture.step([.stream(batch)], now)
        let flow = try fixture.status(now).flow
        #expect(flow.applied == 30_000 && flow.duplicates == 30_000)
    }

    @Test func sumsOfTradesCountFromTheOldestSoThatNothingCountsTwice() throws {
        var fixture = try EngineFixture()
        let times = fixture
        let now = fixture.at(10, 0, 30)
        try fixture.stream(now) { events in
            try events.bar("AAA", 12, volume: 50, accumulated: 1000, from: times.at(10, 0, 9))
            // Partly covered by the sum: which part is not known.
            try events.conflated("AAA", trades: 9, shares: 90, from: times.at(10, 0, 9), to: times.at(10, 0, 11))
        }
        #expect(try fixture.number(.volume, "AAA", now) == 1000)
        try fixture.stream(now) { events in
            try events.conflated(
                "AAA",
                trades: 4,
                shares: 40,
                volume: 39,
                price: 13,
                from: times.at(10, 0, 10),
                to: times.at(10, 0, 12)
            )
        }
        #expect(try fixture.row("AAA", [.volume, .last, .high], now).numbers == [1039, 13, 13])
        #expect(try fixture.status(now).flow.applied == 14)
    }

    @Test func tradesPerMinuteAreToldOnceTradesHaveBeenSubscribedForAMinute() throws {
        var fixture = try EngineFixture()
        let times = fixture
        let start = fixture.at(10, 0)
        let symbol = try #require(Symbol("AAA"))
        _ = fixture.step([.command(.watchlist([symbol]))], start)
        _ = fixture.step([.streamStatus(.live())], start)
        for second in 0...70 {
            let now = times.at(10, second / 60, second % 60)
            try fixture.stream(now) { events in
                for _ in 0..<2 { try events.trade("AAA", 12, 1, at: now) }
                try events.trade("BBB", 12, 1, at: now)
            }
            let found = try fixture.number(.tradesPerMinute, "AAA", now)
            #expect(second < 60 ? found.isNaN : found == 120, "second \(second): \(found)")
            #expect(try fixture.number(.tradesPerMinute, "BBB", now).isNaN)
        }
        // Without trades they become fewer as the market's time passes, and nothing when the connection is lost.
        try fixture.stream(times.at(10, 2)) { try $0.trade("BBB", 12, 1, at: times.at(10, 2)) }
        #expect(try fixture.number(.tradesPerMinute, "AAA", times.at(10, 2)) == 20)
        _ = fixture.step([.streamStatus(.lost())], times.at(10, 2))
        #expect(try fixture.number(.tradesPerMinute, "AAA", times.at(10, 2)).isNaN)
    }

    @Test func relativeVolumeOfStreamedRowsIsOfTheMomentTheirEventsHaveReached() throws {
        var fixture = try EngineFixture()
        let times = fixture
        let (then, now) = (fixture.at(10, 0), fixture.at(10, 2, 30))
        _ = fixture.step([.history(try fixture.history(["AAA", "BBB"], perSlot: 300)), .streamStatus(.live())], then)
        let rows = ["AAA", "BBB"].map { traded($0, 10, volume: 21_600, at: then) }
        _ = fixture.step([.snapshot(try snapshot(rows))], then)
        #expect(try fixture.number(.rvol, "AAA", then) == 1)
        try fixture.stream(now) { try $0.trade("AAA", 12, 21_750, at: times.at(10, 2, 30)) }
        // 72.5 slots of 300 shares each by then; the other row's volume is of the snapshot.
        #expect(try fixture.number(.rvol, "AAA", now) == 43_350.0 / 21_750)
        #expect(try fixture.number(.rvol, "BBB", now) == 1)
        // A snapshot of before does not take it back.
        _ = fixture.step([.snapshot(try snapshot(rows))], now)
        #expect(try fixture.number(.rvol, "AAA", now) == 43_350.0 / 21_750)
    }

    /// Bars come seconds after their end: another ticker's trade of this moment says nothing of a row followed by bars.
    @Test func relativeVolumeOfRowsFollowedByBarsAloneIsOfTheMomentBarsHaveReached() throws {
        var fixture = try EngineFixture()
        let times = fixture
        let then = fixture.at(10, 0)
        _ = fixture.step([.history(try fixture.history(["AAA", "BBB"], perSlot: 300)), .streamStatus(.live())], then)
        let rows = ["AAA", "BBB"].map { traded($0, 10, volume: 21_600, at: then) }
        _ = fixture.step([.snapshot(try snapshot(rows))], then)
        let now = times.at(10, 0, 50)
        try fixture.stream(now) { events in
            try events.bar("BBB", 10, volume: 40, accumulated: 21_640, from: times.at(10, 0, 39))
            try events.trade("AAA", 10, 50, at: now)
        }
        // A share a second in the mean: forty of forty, and fifty of fifty.
        #expect(try fixture.row("BBB", [.rvol, .slotRVOL], now).numbers == [1, 1])
        #expect(try fixture.row("AAA", [.rvol, .slotRVOL], now).numbers == [1, 1])
    }

    @Test func lateBarsReplaceAndWindowsGiveTheSharesToTheirOwnTime() throws {
        var fixture = try EngineFixture()
        let times = fixture
        let start = fixture.at(10, 0)
        var sum = 1000.0
        for second in stride(from: 0, through: 150, by: 1) {
            let now = start.adding(seconds: Int64(second) + 1)
            sum += 10
            let accumulated = sum
            try fixture.stream(now) { events in
                try events.bar(
                    "AAA",
                    12,
                    volume: 10,
                    accumulated: accumulated,
                    from: start.adding(seconds: Int64(second))
                )
            }
        }
        let now = start.adding(seconds: 151)
        let before = try fixture.number(.volume1m, "AAA", now)
        #expect(before >= 600 && before <= 760)
        // 500 shares of a second two minutes ago become known: they are no volume of the last minute.
        try fixture.stream(now) { events in
            try events.bar("AAA", 12, volume: 510, accumulated: 1810, from: times.at(10, 0, 30))
            try events.bar("AAA", 12, volume: 10, accumulated: 3020, from: now.adding(seconds: -1))
        }
        #expect(try fixture.number(.volume, "AAA", now) == 3020)
        #expect(try fixture.number(.volume1m, "AAA", now) == before + 10)
    }
}
