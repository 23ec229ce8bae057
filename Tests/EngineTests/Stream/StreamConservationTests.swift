import Analytics
import Engine
import EngineAPI
import MarketData
import MarketTime
import TestSupport
import Testing

/// No share is lost and none counts twice: not by duplicates, not by putting trades together, not by late sums.
@Suite
struct StreamConservationTests {
    /// Trades by the second for some tickers, some sent twice, and the bars that sum them.
    private struct Market {
        var ticks: [StreamBatch] = []
        var bars: [StreamBatch] = []
        var shares: [String: Double] = [:]
        var trades = 0
        var repeated = 0
    }

    private func market(_ seed: UInt64, _ fixture: EngineFixture) throws -> Market {
        var random = SeededRandom(seed: seed)
        var market = Market()
        let symbols = (0..<20).map { "S\($0)" }
        for symbol in symbols { market.shares[symbol] = 0 }
        var number: UInt64 = 0
        for second in 0..<120 {
            var ticks = StreamEvents()
            var own: [String: Double] = [:]
            for _ in 0..<40 {
                number += 1
                let symbol = symbols[Int(random.next() % 20)]
                let size = Double(random.next() % 900 + 1)
                let time = fixture.at(10, second / 60, second % 60).adding(milliseconds: Int64(random.next() % 900))
                // Odd lots count as volume, official closes do not.
                let isOfficial = random.next() % 10 == 0
                let times = random.next() % 10 == 0 ? 2 : 1
                for _ in 0..<times {
                    try ticks.trade(
                        symbol,
                        10,
                        size,
                        at: time,
                        conditions: isOfficial ? [16] : [],
                        identity: number
                    )
                }
                market.trades += 1
                market.repeated += times - 1
                if !isOfficial { own[symbol, default: 0] += size }
            }
            market.ticks.append(ticks.batch)
            var bars = StreamEvents()
            for symbol in symbols {
                guard let volume = own[symbol] else { continue }
                market.shares[symbol, default: 0] += volume
                try bars.bar(
                    symbol,
                    10,
                    volume: volume,
                    accumulated: market.shares[symbol] ?? 0,
                    from: fixture.at(10, second / 60, second % 60)
                )
            }
            market.bars.append(bars.batch)
        }
        return market
    }

    /// How many batches are put together before they are applied; 0 for none.
    @Test(arguments: [0, 2, 7, 120], [21, 22] as [UInt64])
    func everyShareArrivesHoweverManyTradesArePutTogether(together: Int, seed: UInt64) throws {
        var fixture = try EngineFixture()
        let market = try market(seed, fixture)
        var waiting: [StreamBatch] = []
        var (conflated, duplicates) = (0, 0)
        let now = fixture.at(10, 2, 5)
        let zero = market.shares.keys.sorted().map { Row(symbol: $0, price: 10, tradedAt: nil, volume: 0) }
        _ = fixture.step([.snapshot(try snapshot(zero))], fixture.at(10, 0))
        for batch in market.ticks {
            if together == 0 {
                _ = fixture.step([.stream(batch)], now)
                continue
            }
            waiting.append(batch)
            guard waiting.count >= together else { continue }
            let result = StreamConflation.conflate(waiting, conditions: .builtIn) { _ in false }
            conflated += result.conflatedTrades
            duplicates += result.duplicates
            _ = fixture.step([.stream(result.batch)], now)
            waiting = []
        }
        for batch in waiting { _ = fixture.step([.stream(batch)], now) }
        let flow = try fixture.status(now).flow
        #expect(flow.applied == market.trades, "seed \(seed)")
        #expect(flow.duplicates + duplicates == market.repeated)
        #expect(together == 0 ? conflated == 0 : conflated >= market.trades - 40 * together)
        for (symbol, shares) in market.shares.sorted(by: { $0.key < $1.key }) {
            #expect(try fixture.number(.volume, symbol, now) == shares, "seed \(seed), \(symbol)")
        }
        // The vendor's sums say the same: nothing moves when they come, in whatever order.
        for batch in market.bars.reversed() { _ = fixture.step([.stream(batch)], now) }
        for (symbol, shares) in market.shares.sorted(by: { $0.key < $1.key }) {
            #expect(try fixture.number(.volume, symbol, now) == shares, "seed \(seed), \(symbol)")
        }
    }

    @Test(arguments: [31, 32, 33] as [UInt64])
    func sumsBetweenTheTradesNeitherLoseNorRepeatAShare(_ seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        var fixture = try EngineFixture()
        let market = try market(seed, fixture)
        let now = fixture.at(10, 2, 5)
        let zero = market.shares.keys.sorted().map { Row(symbol: $0, price: 10, tradedAt: nil, volume: 0) }
        _ = fixture.step([.snapshot(try snapshot(zero))], fixture.at(10, 0))
        var late = 0
        for second in market.ticks.indices {
            _ = fixture.step([.stream(market.ticks[second])], now)
            // Bars come up to some seconds after their trades, and sometimes several at once.
            while late < second, random.next() % 3 > 0 {
                _ = fixture.step([.stream(market.bars[late])], now)
                late += 1
            }
        }
        for (symbol, shares) in market.shares.sorted(by: { $0.key < $1.key }) {
            #expect(try fixture.number(.volume, symbol, now) == shares, "seed \(seed), \(symbol)")
        }
    }
}
