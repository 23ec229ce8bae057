import Engine
import EngineAPI
import MarketData
import MarketTime
import Testing

/// One ticker polled through a day: what it has traded, minute by minute, is told as the vendor tells it.
private struct Poll {
    var fixture: EngineFixture

    init(_ iso: String = "2026-10-06") throws { fixture = try EngineFixture(iso) }

    /// A snapshot of tickers whose latest minute began at `minute`; `before` is what had traded before that minute.
    mutating func poll(
        _ now: Instant,
        _ tickers: [(symbol: String, price: Double, before: Double, own: Double, minute: Instant?)],
        high: Double? = nil,
        low: Double? = nil,
        dayHigh: Double = .nan,
        dayLow: Double = .nan,
        dayClose: Double = .nan
    ) throws {
        let rows = tickers.map { ticker in
            Row(
                symbol: ticker.symbol,
                price: ticker.price,
                tradedAt: ticker.minute,
                volume: ticker.minute == nil ? 0 : ticker.before + ticker.own,
                minuteAt: ticker.minute,
                minuteVolume: ticker.own
            )
        }
        var batch = try snapshot(rows)
        for index in 0..<batch.count where tickers[index].minute != nil {
            batch.minuteHigh[index] = high ?? tickers[index].price
            batch.minuteLow[index] = low ?? tickers[index].price
            batch.dayHigh[index] = dayHigh
            batch.dayLow[index] = dayLow
            batch.dayClose[index] = dayClose
        }
        // Somebody always trades: the snapshot's data are as new as the clock.
        batch.updated[0] = now.nanoseconds
        _ = fixture.step([.snapshot(batch)], now)
    }

    /// Asked of a copy: a question changes nothing.
    func number(_ id: ColumnID, _ now: Instant, _ symbol: String = "A") throws -> Double {
        var asked = fixture
        return try asked.number(id, symbol, now)
    }
}

@Suite
struct SessionRangeTests {
    @Test func aPreMarketWatchedFromItsBeginningHasItsRange() throws {
        var market = try Poll()
        let f = market.fixture
        try market.poll(f.at(4, 0, 5), [("A", 10, 0, 100, f.at(4, 0))], high: 10.2, low: 9.9)
        try market.poll(f.at(4, 0, 30), [("A", 10.5, 0, 300, f.at(4, 0))], high: 10.5, low: 9.9)
        // The minute after it, further down.
        try market.poll(f.at(4, 1, 0), [("A", 9.5, 400, 50, f.at(4, 1))])
        #expect(try market.number(.preHigh, f.at(4, 1, 1)) == 10.5)
        #expect(try market.number(.preLow, f.at(4, 1, 1)) == 9.5)
        #expect(try market.number(.regularHigh, f.at(4, 1, 1)).isNaN)
        #expect(try market.number(.postHigh, f.at(4, 1, 1)).isNaN)
    }

    @Test func whatBeganUnseenHasNoPreMarketRange() throws {
        var market = try Poll()
        let f = market.fixture
        // At 08:00: A has traded before, B only in this minute, C not at all yet.
        let eight = f.at(8, 0)
        try market.poll(f.at(8, 0, 5), [("A", 10, 5000, 100, eight), ("B", 11, 0, 100, eight), ("C", 9, 0, 0, nil)])
        try market.poll(
            f.at(8, 0, 30),
            [("A", 12, 5000, 200, eight), ("B", 12, 0, 200, eight), ("C", 13, 0, 100, eight)]
        )
        #expect(try market.number(.preHigh, f.at(8, 0, 31), "A").isNaN)
        #expect(try market.number(.preLow, f.at(8, 0, 31), "A").isNaN)
        #expect(try market.number(.preHigh, f.at(8, 0, 31), "B") == 12)
        #expect(try market.number(.preLow, f.at(8, 0, 31), "B") == 11)
        #expect(try market.number(.preHigh, f.at(8, 0, 31), "C") == 13)
    }

    @Test func aPauseEndsTheRangesOfWhatTradedUnseen() throws {
        var market = try Poll()
        let f = market.fixture
        let four = f.at(4, 0)
        try market.poll(f.at(4, 0, 5), ["A", "B", "C"].map { ($0, 10, 0, 100, four) })
        // Ten minutes later: A traded in several minutes, B in the newest alone, C not at all.
        let late = f.at(4, 10)
        try market.poll(
            f.at(4, 10, 5),
            [("A", 11, 900, 100, late), ("B", 11, 100, 100, late), ("C", 10, 0, 100, four)]
        )
        #expect(try market.number(.preHigh, f.at(4, 10, 6), "A").isNaN)
        #expect(try market.number(.preHigh, f.at(4, 10, 6), "B") == 11)
        #expect(try market.number(.preHigh, f.at(4, 10, 6), "C") == 10)
        // What was missed stays missed.
        try market.poll(f.at(4, 10, 25), [("A", 12, 900, 200, late)])
        #expect(try market.number(.preHigh, f.at(4, 10, 26), "A").isNaN)
    }

    @Test func theVendorTellsTheRegularRangeOfADayJoinedLate() throws {
        var market = try Poll()
        let f = market.fixture
        let eleven = f.at(11, 0)
        try market.poll(f.at(11, 0, 5), [("A", 10, 9000, 100, eleven)], dayHigh: 12, dayLow: 9)
        #expect(try market.number(.regularHigh, f.at(11, 0, 6)) == 12)
        #expect(try market.number(.regularLow, f.at(11, 0, 6)) == 9)
        #expect(try market.number(.preHigh, f.at(11, 0, 6)).isNaN)
        #expect(abs(try market.number(.fromRegularHighPercent, f.at(11, 0, 6)) + 16.666666667) < 1e-6)
        // After the close the vendor's range stays that of the regular session.
        let five = f.at(17, 0)
        try market.poll(f.at(17, 0, 5), [("A", 14, 20_000, 100, five)], dayHigh: 12.5, dayLow: 9)
        #expect(try market.number(.regularHigh, f.at(17, 0, 6)) == 12.5)
        #expect(try market.number(.postHigh, f.at(17, 0, 6)).isNaN)
    }

    @Test func aSessionThatBeginsUnderWatchHasItsRange() throws {
        var market = try Poll()
        let f = market.fixture
        try market.poll(f.at(15, 59, 50), [("A", 10, 9000, 100, f.at(15, 59))], dayHigh: 12, dayLow: 9)
        try market.poll(f.at(16, 0, 10), [("A", 11, 9200, 100, f.at(16, 0))], dayHigh: 12, dayLow: 9)
        try market.poll(f.at(16, 0, 30), [("A", 10.5, 9200, 200, f.at(16, 0))], dayHigh: 12, dayLow: 9)
        #expect(try market.number(.postHigh, f.at(16, 0, 31)) == 11)
        #expect(try market.number(.postLow, f.at(16, 0, 31)) == 10.5)
    }

    @Test func aLateMinuteBelongsToItsOwnSession() throws {
        var market = try Poll()
        let f = market.fixture
        try market.poll(f.at(4, 0, 5), [("A", 10, 0, 100, f.at(4, 0))])
        for second in stride(from: 30, to: 19_800, by: 30) {
            try market.poll(f.at(4, 0, second), [("A", 10, 0, 100, f.at(4, 0))])
        }
        // Its last minute before 09:30 is told after it.
        try market.poll(f.at(9, 30, 5), [("A", 15, 100, 100, f.at(9, 29))])
        #expect(try market.number(.preHigh, f.at(9, 30, 6)) == 15)
        #expect(try market.number(.regularHigh, f.at(9, 30, 6)).isNaN)
    }

    @Test(arguments: [("2026-10-06", 16), ("2026-11-27", 13)])
    func theCloseHasTheClosingAuctionAndNothingThatTradesLater(_ iso: String, _ hour: Int) throws {
        var market = try Poll(iso)
        let f = market.fixture
        let before = f.at(hour - 1, 59)
        try market.poll(f.at(hour - 1, 59, 50), [("A", 9.5, 9000, 100, before)], dayClose: 9.5)
        // The bell has rung, the auction is not told yet: neither a close nor a move since.
        try market.poll(f.at(hour, 0, 1), [("A", 9.5, 9000, 100, before)], dayClose: 9.5)
        try market.poll(f.at(hour, 0, 10), [("A", 10, 9100, 5000, f.at(hour, 0))], dayClose: 10)
        #expect(try market.number(.regularClose, f.at(hour, 0, 11)).isNaN)
        #expect(try market.number(.postChangePercent, f.at(hour, 0, 11)).isNaN)
        try market.poll(f.at(hour, 3, 0), [("A", 10, 9100, 5000, f.at(hour, 0))], dayClose: 10)
        #expect(try market.number(.regularClose, f.at(hour, 3, 1)) == 10)
        #expect(try market.number(.postMovePercent, f.at(hour, 3, 1)) == 0)
        // Later trades move the vendor's number, not ours.
        try market.poll(f.at(hour, 10, 5), [("A", 12, 14_100, 100, f.at(hour, 10))], dayClose: 12)
        #expect(try market.number(.regularClose, f.at(hour, 10, 6)) == 10)
        #expect(try market.number(.postChangePercent, f.at(hour, 10, 6)) == 20)
        #expect(try market.number(.postMovePercent, f.at(hour, 10, 6)) == 20)
    }

    @Test func aNewDayBeginsWithoutRanges() throws {
        var market = try Poll()
        let f = market.fixture
        try market.poll(f.at(4, 0, 5), [("A", 10, 0, 100, f.at(4, 0))])
        #expect(try market.number(.preHigh, f.at(4, 0, 6)) == 10)
        let next = f.at(28, 0)
        try market.poll(next.adding(seconds: 5), [("A", 10, 0, 0, nil)])
        #expect(try market.number(.preHigh, next.adding(seconds: 6)).isNaN)
        try market.poll(next.adding(seconds: 20), [("A", 8, 0, 100, next)])
        #expect(try market.number(.preHigh, next.adding(seconds: 21)) == 8)
    }
}
