import Analytics
import Engine
import EngineAPI
import MarketData
import MarketTime
import Testing

/// What is not known for certain is missing or waits for the next sum: nothing is told twice, too early or of another
/// session.
@Suite
struct StreamDoubtTests {
    /// The volume stored for the end of a slot.
    private func stored(_ slot: Int, _ outputs: [EngineOutput]) -> Int64 {
        for case .persist(let rows) in outputs where rows.slotCount > slot { return rows.cumulative[slot] }
        return DaySlots.unknown
    }

    /// The bar before the slot's end had the sum `before`; of the slot from 10:05 on none is seen before 10:05:20.
    @Test(arguments: [(before: 1200.0, isTold: true), (1100, false), (900, false)])
    func aSlotsEndIsToldByALaterBarOnlyIfNoShareIsMissingInBetween(_ test: (before: Double, isTold: Bool)) throws {
        var fixture = try EngineFixture()
        let times = fixture
        let symbol = try #require(Symbol("AAA"))
        let start = fixture.at(10, 3)
        _ = fixture.step([.streamStatus(.live()), .command(.watchlist([symbol]))], start)
        _ = fixture.step([.historyUnavailable(tradingDay: fixture.day)], start)
        _ = fixture.step([.snapshot(try snapshot([traded("AAA", 10, volume: 800, at: start)]))], start)
        try fixture.stream(times.at(10, 3, 2)) { events in
            try events.bar("AAA", 10, volume: 50, accumulated: test.before, from: times.at(10, 3, 1))
        }
        try fixture.stream(times.at(10, 5, 21)) { events in
            try events.bar("AAA", 10, volume: 60, accumulated: 1260, from: times.at(10, 5, 20))
        }
        let later = times.at(10, 7, 5)
        let row = traded("AAA", 10, volume: 1300, minuteVolume: 10, at: later)
        let outputs = fixture.step([.snapshot(try snapshot([row]))], later)
        #expect(stored(72, outputs) == (test.isTold ? 1200 : DaySlots.unknown))
    }

    @Test func theTradeASnapshotHasSummedUpToIsNotCountedAgain() throws {
        var fixture = try EngineFixture()
        let times = fixture
        let now = fixture.at(10, 0, 30)
        let last = times.at(10, 0, 29).adding(nanoseconds: 500_250_000)
        _ = fixture.step([.streamStatus(.live())], now)
        _ = fixture.step([.snapshot(try snapshot([traded("AAA", 10, volume: 1000, at: last)]))], now)
        try fixture.stream(now) { events in
            // By the stream the same trade is stamped in whole ms, or to the ns as the snapshot has it.
            try events.trade("AAA", 10, 70, at: times.at(10, 0, 29).adding(milliseconds: 500))
            try events.trade("AAA", 10, 70, at: last)
        }
        #expect(try fixture.number(.volume, "AAA", now) == 1000)
        try fixture.stream(now) { try $0.trade("AAA", 10, 7, at: times.at(10, 0, 29).adding(milliseconds: 501)) }
        #expect(try fixture.number(.volume, "AAA", now) == 1007)
    }

    /// A snapshot's last trade obeys the rules that trades of the stream do.
    @Test(arguments: [([], 12), ([37], 11), ([2], 11), ([12], 11), ([14], 12)] as [([Int], Double)])
    func aSnapshotsTradeThatMaySetNoPriceReplacesNoneOfToday(_ test: (conditions: [Int], last: Double)) throws {
        for isStreamed in [true, false] {
            var fixture = try EngineFixture()
            let times = fixture
            let now = fixture.at(10, 0, 30)
            _ = fixture.step([.streamStatus(.live())], now)
            if isStreamed {
                try fixture.stream(now) { try $0.trade("AAA", 11, 100, at: times.at(10, 0, 20)) }
            } else {
                let row = traded("AAA", 11, volume: 900, at: times.at(10, 0, 20))
                _ = fixture.step([.snapshot(try snapshot([row]))], now)
            }
            var batch = try snapshot([traded("AAA", 12, volume: 1000, at: times.at(10, 0, 25))])
            batch.minuteClose = [11]
            batch.lastConditions = [PackedCodes(packing: test.conditions)]
            _ = fixture.step([.snapshot(batch)], now)
            #expect(try fixture.row("AAA", [.last, .high], now).numbers == [test.last, test.last])
        }
    }

    /// Better than the close of the day before.
    @Test func whereNothingElseIsKnownOfTodayAnOddLotIsThePrice() throws {
        var fixture = try EngineFixture()
        let now = fixture.at(10, 0, 30)
        var row = traded("AAA", 12, volume: 0, at: now)
        row.minuteAt = nil
        var batch = try snapshot([row])
        batch.lastConditions = [37]
        _ = fixture.step([.snapshot(batch)], now)
        #expect(try fixture.number(.last, "AAA", now) == 12)
    }

    @Test func onASplitsDayTheStreamDoesNotBringTheCloseInOldSharesBack() throws {
        var fixture = try EngineFixture()
        let now = fixture.at(10, 0)
        var load = try fixture.history(["SPLT"], perSlot: 100)
        load.splitToday = [try #require(Symbol("SPLT")): 5]
        load.daily.previousClose = [20]
        _ = fixture.step([.streamStatus(.live())], now)
        _ = fixture.step([.history(load)], now)
        try fixture.stream(now) { try $0.trade("SPLT", 21, 100, at: now) }
        // The snapshot does not know of a trade yet.
        let row = Row(symbol: "SPLT", price: 100, volume: 0, previousClose: 100)
        _ = fixture.step([.snapshot(try snapshot([row]))], now)
        let found = try fixture.row("SPLT", [.previousClose, .changePercent], now).numbers
        #expect(found[0] == 20 && abs(found[1] - 5) < 1e-12)
    }

    @Test func whatIsStillOnItsWayAfterAnUnsubscriptionMakesNothingLive() throws {
        var fixture = try EngineFixture()
        let now = fixture.at(10, 0)
        let symbol = try #require(Symbol("AAA"))
        func isStreamed(_ now: Instant) throws -> Bool { try fixture.row("AAA", [], now).flags.contains(.streamed) }
        _ = fixture.step([.command(.watchlist([symbol])), .streamStatus(.live())], now)
        try fixture.stream(now) { try $0.trade("AAA", 12, 50, at: now) }
        _ = fixture.step([.command(.watchlist([]))], now.adding(seconds: 2))
        let late = now.adding(seconds: 3)
        try fixture.stream(late) { try $0.trade("AAA", 13, 50, at: late) }
        let row = try fixture.row("AAA", [.last], late)
        #expect(row.numbers == [13] && !row.flags.contains(.streamed))
        // Followed again it is live with the next event.
        let again = now.adding(seconds: 6)
        _ = fixture.step([.command(.watchlist([symbol]))], again)
        try fixture.stream(again) { try $0.trade("AAA", 12, 50, at: again) }
        #expect(try isStreamed(again))
    }

    @Test func tradesPerMinuteFallWithTheTimeAndAreMissingWhereThePlanHasNoTrades() throws {
        var fixture = try EngineFixture()
        let times = fixture
        let start = fixture.at(10, 0)
        let symbol = try #require(Symbol("AAA"))
        _ = fixture.step([.command(.watchlist([symbol]))], start)
        _ = fixture.step([.streamStatus(.live())], start)
        // The vendor is ten seconds late all the time.
        for second in 0...80 {
            let now = times.at(10, second / 60, second % 60)
            try fixture.stream(now.adding(seconds: 10)) { try $0.trade("AAA", 12, 1, at: now) }
        }
        #expect(try fixture.number(.tradesPerMinute, "AAA", times.at(10, 1, 30)) == 60)
        // Nobody trades any more.
        _ = fixture.step([], times.at(10, 2))
        #expect(try fixture.number(.tradesPerMinute, "AAA", times.at(10, 2)) == 30)
        _ = fixture.step([], times.at(10, 5))
        #expect(try fixture.number(.tradesPerMinute, "AAA", times.at(10, 5)) == 0)
        var denied = StreamStatus.live()
        denied.deniedTopics = [.trades]
        _ = fixture.step([.streamStatus(denied)], times.at(10, 6))
        #expect(try fixture.number(.tradesPerMinute, "AAA", times.at(10, 6)).isNaN)
        // Allowed again, the minute begins anew.
        _ = fixture.step([.streamStatus(.live())], times.at(10, 7))
        try fixture.stream(times.at(10, 7, 30)) { try $0.trade("AAA", 12, 1, at: times.at(10, 7, 30)) }
        #expect(try fixture.number(.tradesPerMinute, "AAA", times.at(10, 7, 30)).isNaN)
    }

    @Test func sumsOfTradesBeforeAndAfterTheOpenAreOfTheDayAndOfNoSession() throws {
        var fixture = try EngineFixture()
        let times = fixture
        let now = fixture.at(9, 30, 5)
        _ = fixture.step([.streamStatus(.live())], now)
        try fixture.stream(now) { events in
            try events.trade("AAA", 10, 50, at: times.at(9, 30, 1))
            try events.conflated(
                "AAA",
                trades: 9,
                shares: 90,
                price: 14,
                from: times.at(9, 29, 58),
                to: times.at(9, 30, 2)
            )
        }
        let columns: [ColumnID] = [.high, .sessionHigh, .low, .sessionLow]
        #expect(try fixture.row("AAA", columns, now).numbers == [14, 10, 10, 10])
    }

    @Test func eventsThatAreRefusedAreShownAsSuch() throws {
        var fixture = try EngineFixture()
        let now = fixture.at(10, 0)
        _ = fixture.step([.streamStatus(.live())], now)
        _ = fixture.show(now)
        try fixture.stream(now) { try $0.trade("AAA", 12, 1, at: now.adding(seconds: 3600)) }
        #expect(fixture.show(now)?.status.flow.refused == 1)
    }
}
