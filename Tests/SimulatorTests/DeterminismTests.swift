import MarketTime
import Simulator
import Testing

@Suite struct DeterminismTests {
    private func snapshot(_ cursor: MarketCursor, at now: Instant) -> [UInt8] {
        cursor.advance(to: now)
        let json = JSONBytes()
        cursor.writeFullSnapshot(into: json)
        return json.array
    }

    @Test func oneSeedIsOneMarketByteForByteFromWhereverOneComes() {
        let times = [
            (4, 1, 3), (9, 30, 10), (9, 30, 15), (9, 31, 0), (12, 0, 0), (12, 4, 59), (16, 10, 0), (20, 30, 0),
        ]
        let day = openingDay()
        let moments = times.map { moment(day, $0.0, $0.1, $0.2) } + [moment(day.adding(days: 1), 9, 40)]
        let forward = MarketCursor(smallMarket(seed: 42))
        let backward = MarketCursor(smallMarket(seed: 42))
        let ahead = moments.map { snapshot(forward, at: $0) }
        let back = moments.reversed().map { snapshot(backward, at: $0) }
        #expect(ahead == back.reversed())
        for (now, bytes) in zip(moments, ahead) {
            #expect(snapshot(MarketCursor(smallMarket(seed: 42)), at: now) == bytes)
        }
    }

    @Test func pollingEverySecondChangesNothing() {
        let market = smallMarket(seed: 8, count: 60)
        let often = MarketCursor(market)
        for second in 0..<130 { often.advance(to: moment(market.openingDay, 9, 29, 30).adding(seconds: Int64(second))) }
        let end = moment(market.openingDay, 9, 31, 39)
        #expect(snapshot(often, at: end) == snapshot(MarketCursor(market), at: end))
    }

    @Test func anotherSeedIsAnotherMarket() {
        let now = moment(openingDay(), 10, 0)
        let one = snapshot(MarketCursor(smallMarket(seed: 1)), at: now)
        let two = snapshot(MarketCursor(smallMarket(seed: 2)), at: now)
        #expect(one != two)
    }

    @Test func historyDoesNotDependOnTheOrderOfQuestions() {
        let market = smallMarket(seed: 6, count: 30)
        let days = market.historyDays(5)
        let first = MarketReader(market)
        let second = MarketReader(market)
        let forward = days.map { day in market.listings.indices.map { slots(first, day, $0) } }
        let backward = days.reversed().map { day in market.listings.indices.reversed().map { slots(second, day, $0) } }
        #expect(forward == backward.reversed().map { $0.reversed() })
    }

    /// The demo's stored history and its pictures rely on the same numbers in every build, so a change to the model
    /// must be a decision: whoever makes it renews this fingerprint.
    ///
    /// Without splits, which touch only their own tickers.
    @Test func theMarketOfSeedOneKeepsItsNumbers() {
        let market = smallMarket(seed: 1, count: 200, withEvents: false)
        let reader = MarketReader(market)
        var fingerprint: UInt64 = 14_695_981_039_346_656_037
        func add(_ value: Int64) { fingerprint = (fingerprint ^ UInt64(bitPattern: value)) &* 1_099_511_628_211 }
        for day in market.historyDays(3) {
            for ticker in market.listings.indices {
                add(reader.dailyBar(on: day, of: ticker).map { $0.price.close ^ $0.price.high ^ $0.volumeMicro } ?? 0)
                add(slots(reader, day, ticker).map { $0.reduce(0, ^) } ?? 0)
            }
        }
        for byte in snapshot(MarketCursor(market), at: moment(openingDay(), 10, 17, 23)) { add(Int64(byte)) }
        #expect(fingerprint == 12_865_377_454_460_377_918)
    }

    @Test(arguments: [(1.0, 10.0), (60.0, 600.0), (0.5, 5.0), (-3.0, 10.0), (.nan, 10.0), (.infinity, 10.0)])
    func theClockRunsAtItsSpeed(speed: Double, seconds: Double) {
        let real = RealTime()
        let start = moment(openingDay(), 9, 30)
        let clock = SimulatedClock(start: start, speed: speed) { real.nanoseconds }
        #expect(clock.now() == start)
        real.nanoseconds += 10_000_000_000
        #expect(clock.now().seconds(since: start) == seconds)
    }
}

/// Real time under the test's control; `@unchecked` because each test uses its own from one thread.
private final class RealTime: @unchecked Sendable {
    var nanoseconds: Int64 = 123_456_789
}
