import MarketTime
import Simulator
import Testing

/// Trading pauses are part of the market: nothing of a paused ticker trades at any level, and nothing is lost.
@Suite struct HaltTests {
    /// The market `tradeul demo` and `tradeul sim` open without options (`SimulatorPlan`): its seed, size and start.
    private static let demo = SimulatedMarket(
        seed: 1,
        tickerCount: 11_000,
        openingDay: DayID(year: 2026, month: 10, day: 6) ?? DayID(rawValue: 0)
    )

    /// Paused tickers of a day.
    private func halts(_ market: SimulatedMarket, on day: DayID) -> [(ticker: Int, halt: Range<Instant>)] {
        let reader = MarketReader(market)
        return market.listings.indices.compactMap { ticker in
            reader.halt(on: day, of: ticker).map { (ticker, $0) }
        }
    }

    @Test func aDefaultDemoSeesAHaltWithinTwoMinutesAndItsEnd() throws {
        let start = moment(Self.demo.openingDay, 9, 45)
        let soon = halts(Self.demo, on: Self.demo.openingDay).filter {
            (60...120).contains($0.halt.lowerBound.seconds(since: start))
        }
        let (ticker, halt) = try #require(soon.first)
        #expect(halt.upperBound.seconds(since: halt.lowerBound) == 300)
        // In play: among the day's ten busiest by volume against a usual day, and traded every few seconds.
        let reader = MarketReader(Self.demo)
        let before = Self.demo.historyDays(5).compactMap { reader.dailyBar(on: $0, of: ticker)?.volumeMicro }
        let today = try #require(reader.dailyBar(on: Self.demo.openingDay, of: ticker))
        #expect(today.volumeMicro > 5 * (before.min() ?? .max))
        #expect(today.trades > 3_000)
    }

    @Test(arguments: [1, 2, 3, 42] as [UInt64])
    func everyMarketHasAHandfulOfHaltsADayAndOneSoonAfterItsOpening(seed: UInt64) throws {
        let market = SimulatedMarket(seed: seed, tickerCount: 11_000, openingDay: openingDay())
        for day in market.historyDays(3) + [market.openingDay] {
            let found = halts(market, on: day)
            #expect((3...40).contains(found.count), "seed \(seed) \(day.iso): \(found.count)")
            for (ticker, halt) in found {
                let name = "seed \(seed) \(market.listings[ticker].ticker) \(day.iso)"
                #expect(halt.lowerBound > moment(day, 9, 30) && halt.upperBound < moment(day, 15, 45), "\(name)")
                #expect(halt.lowerBound.seconds % 60 == 0 && halt.lowerBound.seconds % 300 != 0, "\(name)")
            }
        }
        let first = moment(market.openingDay, 9, 47)
        #expect(halts(market, on: market.openingDay).contains { $0.halt.lowerBound == first }, "seed \(seed)")
    }

    @Test(arguments: [1, 9] as [UInt64])
    func nothingTradesWhileHaltedAndNothingIsLost(seed: UInt64) throws {
        let market = SimulatedMarket(seed: seed, tickerCount: 4_000, openingDay: openingDay())
        let reader = MarketReader(market)
        let found = halts(market, on: market.openingDay)
        #expect(found.count >= 2, "seed \(seed)")
        for (ticker, halt) in found { try expectSilence(reader, ticker, halt, "seed \(seed)") }
        let (ticker, halt) = try #require(found.first)
        try expectStandstill(reader, ticker, halt, "seed \(seed)")
    }

    private func expectSilence(
        _ reader: MarketReader,
        _ ticker: Int,
        _ halt: Range<Instant>,
        _ label: String
    ) throws {
        let market = reader.market
        let day = market.openingDay
        let name = "\(label) \(market.listings[ticker].ticker)"
        let silent = halt.lowerBound.milliseconds..<halt.upperBound.milliseconds
        let minutes = bars(reader, .minute, day, ticker)
        let seconds = bars(reader, .second, day, ticker)
        #expect(!minutes.contains { silent.contains($0.startMs) }, "\(name)")
        #expect(!seconds.contains { silent.contains($0.startMs) }, "\(name)")
        let volume = try #require(reader.dailyBar(on: day, of: ticker)).volumeMicro
        #expect(minutes.reduce(0) { $0 + $1.volumeMicro } == volume, "\(name)")
        #expect(seconds.reduce(0) { $0 + $1.volumeMicro } == volume, "\(name)")
        // The five-minute bars take a shortcut to the number of their minutes.
        reader.forEachSlotBar(on: day, of: ticker, asOf: moment(day, 23, 0)) { bar, count in
            let own = minutes.count { $0.startMs >= bar.startMs && $0.startMs < bar.startMs + 300_000 }
            if own != count { Issue.record("\(count) minutes instead of \(own) at \(bar.startMs), \(name)") }
        }
        let fromStart = Int(halt.upperBound.seconds(since: moment(day, 4, 0)))
        let first = try #require(seconds.first { $0.startMs >= silent.upperBound })
        #expect(first.startMs == silent.upperBound + 1_000, "\(name)")
        let reopening = reader.trades(on: day, of: ticker, second: fromStart + 1)
        #expect(try #require(reopening.first).traits.conditions == (28, 0), "\(name)")
        #expect(!reopening.dropFirst().contains { $0.traits.conditions == (28, 0) }, "\(name)")
        #expect(reader.trades(on: day, of: ticker, second: fromStart - 1).isEmpty, "\(name)")
        #expect(reader.trades(on: day, of: ticker, second: fromStart - 300).isEmpty, "\(name)")
    }

    /// Snapshots stand still, and go on with the re-opening print.
    private func expectStandstill(_ reader: MarketReader, _ ticker: Int, _ halt: Range<Instant>, _ label: String) throws
    {
        let market = reader.market
        let name = "\(label) \(market.listings[ticker].ticker)"
        let fromStart = Int(halt.upperBound.seconds(since: moment(market.openingDay, 4, 0)))
        let reopening = reader.trades(on: market.openingDay, of: ticker, second: fromStart + 1)
        let cursor = MarketCursor(market)
        cursor.advance(to: halt.lowerBound)
        let before = cursor.states[ticker]
        cursor.advance(to: halt.upperBound)
        #expect(cursor.states[ticker].volumeMicro == before.volumeMicro, "\(name)")
        #expect(cursor.states[ticker].lastTradeSecond == before.lastTradeSecond, "\(name)")
        cursor.advance(to: halt.upperBound.adding(seconds: 2))
        #expect(
            cursor.states[ticker].volumeMicro == before.volumeMicro + reopening.reduce(0) { $0 + $1.sizeMicro },
            "\(name)"
        )
        #expect(cursor.lastTrade(of: ticker) == reopening.last, "\(name)")
    }
}
