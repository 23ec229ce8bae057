import Analytics
import TestSupport
import Testing

@Suite
struct TradeCountsTests {
    /// Tickers, the first of them observed minute by minute; a class, because checks cannot change values.
    private final class Ticker {
        var counts = TradeCounts()

        init(completed: Int = 0, rows: Int = 1) {
            counts.grow(to: rows)
            counts.begin(completed: completed)
        }

        /// A minute with so many trades and shares so far, after so many shares before it.
        func see(_ minute: Int, trades: Double, shares: Double, before: Double) {
            counts.observe(
                row: 0,
                TradeCounts.Observation(minute: minute, trades: trades, minuteVolume: shares, volume: before + shares)
            )
        }

        func advance(to completed: Int) -> Bool { counts.advance(to: completed) }

        var total: Double { counts.total(row: 0) }
        var count: Double { counts.count(row: 0) }
    }

    @Test func minutesSeenToTheirEndsAreCountedExactly() {
        let ticker = Ticker()
        ticker.see(0, trades: 1, shares: 100, before: 0)
        ticker.see(0, trades: 4, shares: 400, before: 0)
        #expect(ticker.total == 4)
        ticker.see(3, trades: 2, shares: 50, before: 400)
        ticker.see(7, trades: 3, shares: 30, before: 450)
        #expect(ticker.total == 9 && ticker.count.isNaN && ticker.counts.comparable == nil)
        let isNew = ticker.advance(to: 1)
        #expect(isNew && ticker.counts.comparable == 0..<1 && ticker.count == 6)
        // The second slot has ended, and its minute is the latest one still.
        #expect(ticker.advance(to: 2) && ticker.count == 9)
        #expect(!ticker.advance(to: 2))
        ticker.see(60, trades: 5, shares: 10, before: 480)
        #expect(ticker.advance(to: 12) && ticker.count == 9 && ticker.total == 14)
    }

    @Test(
        arguments: [
            // 10 trades in 100 shares were seen, 20 shares went by unseen: 12.
            (1, 120.0, 15.0), (1, 100, 13), (1, 400, 43),
            // More than four times what was seen, or shares that may be of other minutes.
            (1, 401, nil), (2, 120, nil), (2, 100, 13), (4, 101, 13), (2, 102, nil),
        ] as [(Int, Double, Double?)]
    )
    func aMinuteWhoseEndWasNotSeenIsScaledByTheSharesUnseen(_ next: Int, _ before: Double, _ total: Double?) {
        let ticker = Ticker()
        ticker.see(0, trades: 10, shares: 100, before: 0)
        ticker.see(next, trades: 3, shares: 7, before: before)
        _ = ticker.advance(to: 1)
        if let total {
            #expect(ticker.total == total && ticker.count == total)
        } else {
            #expect(ticker.total.isNaN && ticker.count.isNaN)
        }
    }

    @Test func countingThatBeginsLaterBeginsWithTheNextSlot() {
        // 04:12: in the third slot.
        let ticker = Ticker(completed: 2)
        #expect(ticker.counts.since == 3)
        ticker.see(12, trades: 10, shares: 100, before: 5000)
        #expect(ticker.total.isNaN)
        #expect(!ticker.advance(to: 3) && ticker.count.isNaN)
        ticker.see(14, trades: 1, shares: 5, before: 5100)
        ticker.see(16, trades: 2, shares: 5, before: 5105)
        #expect(ticker.advance(to: 4) && ticker.counts.comparable == 3..<4 && ticker.count == 2)
    }

    @Test func aTickerThatBeginsToTradeLaterIsKnownFromTheBeginning() {
        let ticker = Ticker(completed: 2)
        ticker.see(21, trades: 3, shares: 5, before: 0)
        #expect(ticker.total == 3)
        #expect(ticker.advance(to: 5) && ticker.count == 3)
        let silent = Ticker()
        #expect(!silent.advance(to: 5), "nobody has traded, so there is nothing to compare")
        #expect(silent.count == 0 && silent.total.isNaN)
    }

    @Test(arguments: [(6, true), (10, true), (9, false), (14, false)])
    func aTickerSeenLateMissesTheSlotsBefore(_ minute: Int, _ isMissing: Bool) {
        // With shares before the minute, its slot and the ones before it lack trades; without any, nothing is lacking.
        let ticker = Ticker(completed: 0)
        ticker.see(minute, trades: 1, shares: 1, before: minute == 9 || minute == 14 ? 0 : 7)
        _ = ticker.advance(to: 3)
        #expect(ticker.count.isNaN == isMissing)
    }

    @Test func theFirstMinuteOfASlotBeginsTheRunWithoutLoss() {
        let ticker = Ticker(completed: 1)
        ticker.see(10, trades: 4, shares: 40, before: 900)
        #expect(ticker.advance(to: 3) && ticker.count == 4 && ticker.total.isNaN)
        let late = Ticker(completed: 1)
        late.see(11, trades: 4, shares: 40, before: 900)
        _ = late.advance(to: 3)
        #expect(late.count.isNaN)
    }

    @Test func anOutageBeginsTheRunAnewForAll() {
        let market = Ticker(rows: 8)
        func see(_ rows: Range<Int>, _ minute: Int, before: Double) {
            for row in rows {
                market.counts.observe(
                    row: row,
                    TradeCounts.Observation(minute: minute, trades: 2, minuteVolume: 10, volume: before + 10)
                )
            }
        }
        see(0..<8, 0, before: 0)
        #expect(market.advance(to: 1))
        // Nothing is seen for minutes; two of eight have traded meanwhile, which is not more than a quarter.
        see(0..<2, 8, before: 500)
        see(2..<8, 8, before: 10)
        #expect(
            market.advance(to: 2) && market.counts.since == 0 && market.counts.count(row: 0).isNaN
                && market.counts.count(row: 5) == 4
        )
        see(0..<2, 13, before: 900)
        see(2..<4, 13, before: 900)
        #expect(!market.advance(to: 3) && market.counts.since == 4 && market.counts.comparable == nil)
        // The slot in progress at that moment may still have a hole.
        see(0..<4, 17, before: 2000)
        see(0..<8, 20, before: 2010)
        #expect(!market.advance(to: 4))
        see(0..<4, 21, before: 2020)
        #expect(market.advance(to: 5) && market.counts.comparable == 4..<5)
        #expect(market.counts.count(row: 0) == 4 && market.counts.total(row: 0).isNaN)
        // Traded last at minute 20, after a gap in the slot before the run.
        #expect(market.counts.count(row: 6) == 2)
    }

    @Test(
        arguments: [
            (Double.nan, 100.0), (5, .nan), (-1, 100), (5, 0),
        ]
    )
    func aMinuteWithoutTradesOrVolumeIsUnknown(_ trades: Double, _ shares: Double) {
        let ticker = Ticker()
        ticker.see(0, trades: 3, shares: 100, before: 0)
        ticker.counts.observe(
            row: 0,
            TradeCounts.Observation(minute: 1, trades: trades, minuteVolume: shares, volume: 200)
        )
        ticker.see(2, trades: 3, shares: 100, before: 200)
        _ = ticker.advance(to: 1)
        #expect(ticker.total.isNaN && ticker.count.isNaN)
    }

    @Test func whatCannotBeIsPassedOver() {
        let ticker = Ticker()
        ticker.see(7, trades: 3, shares: 100, before: 0)
        for minute in [-1, 960, 6, .max] { ticker.see(minute, trades: 9, shares: 9, before: 100) }
        ticker.see(8, trades: 9, shares: 9, before: .infinity)
        ticker.see(8, trades: 9, shares: 9, before: .nan)
        ticker.see(8, trades: 9, shares: 9, before: -100)
        ticker.see(8, trades: 9, shares: 9, before: 5e9)
        // An older answer of the same minute.
        ticker.see(7, trades: 2, shares: 50, before: 0)
        #expect(ticker.total == 3)
        ticker.counts.reset()
        #expect(ticker.counts.rowCount == 0 && ticker.total.isNaN && ticker.count.isNaN)
        ticker.counts.grow(to: 1)
        ticker.see(7, trades: 3, shares: 100, before: 0)
        #expect(ticker.total.isNaN, "nothing is counted before it has begun")
    }

    @Test(
        arguments: [
            // Ten trades above a mean of 100 with a deviation of 8; quiet stocks; steady ones.
            (110, 100, 8, 5, 1.25), (5, 3, 0.4, 5, 2), (3, 3, 0, 5, 0), (1100, 1000, 1, 5, 2), (0, 100, 20, 3, -5),
            (5, 3, 1, 2, nil), (.nan, 3, 1, 5, nil), (5, 3, .nan, 5, nil), (5, .nan, 1, 5, nil),
        ] as [(Double, Double, Double, Int, Double?)]
    )
    func theScoreCountsDeviations(_ count: Double, _ mean: Double, _ deviation: Double, _ days: Int, _ z: Double?) {
        let score = TradeCounts.zScore(count: count, mean: mean, deviation: deviation, days: days)
        if let z { #expect(score == z) } else { #expect(score.isNaN) }
    }

    /// An hour of random trades, polled every five seconds: the count is near the truth, and exact where all trades are of
    /// the same size.
    @Test(arguments: 1...6 as ClosedRange<UInt64>)
    func aPolledHourIsCountedToWithinAPercent(_ seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let ticker = Ticker()
        let pace = [1, 0.3, 3][Int(seed) % 3]
        let sameSize = seed > 3
        var (shares, trades, before, inMinute, minuteShares) = (0.0, 0.0, 0.0, 0.0, 0.0)
        var minute = -1
        for second in 0..<3600 {
            var left = Double.random(in: 0..<2 * pace, using: &random)
            while left > 0 {
                if left < 1, Double.random(in: 0..<1, using: &random) > left { break }
                left -= 1
                if second / 60 != minute {
                    minute = second / 60
                    before = shares
                    (inMinute, minuteShares) = (0, 0)
                }
                let size = sameSize ? 100.0 : Double(Int.random(in: 1...300, using: &random))
                shares += size
                minuteShares += size
                trades += 1
                inMinute += 1
            }
            // The last three seconds of each minute are seen by nobody.
            guard second % 5 == 1, minute >= 0 else { continue }
            ticker.see(minute, trades: inMinute, shares: minuteShares, before: before)
        }
        ticker.see(minute, trades: inMinute, shares: minuteShares, before: before)
        _ = ticker.advance(to: 12)
        // Exactly so with equal sizes, where a minute's trades go with its shares.
        let slack = sameSize ? 0.5 : max(2, trades * 0.01)
        #expect(abs(ticker.count - trades) <= slack, "seed \(seed): \(ticker.count) of \(trades)")
        #expect(ticker.count == ticker.total)
    }
}
