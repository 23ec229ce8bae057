import EngineAPI
import Foundation
import MarketData
import MarketTime
import Simulator
import Store
import Testing

@testable import tradeul

/// What the demo imports must be what a trader's backfill over REST would find.
@Suite
struct HistoryTests {
    @Test func importedSlotsEqualTheFiveMinuteAggregatesOverREST() throws {
        let fixture = try MarketFixture(tickers: 60)
        let store = try fixture.openStore()
        try SimulatedHistory(market: fixture.market, store: store).run(
            now: fixture.clock.now(),
            mustStop: { false },
            onUseful: {}
        )
        let days = fixture.market.calendar.tradingDays(before: MarketFixture.day, count: SimulatedHistory.dayCount)
        var compared = 0
        for day in [days[0], days[3], days[11], days[24]] {
            // Days of a company that had the ticker before belong to nobody in the list.
            for listing in fixture.market.listings where listing.listDate <= day {
                let expected = try Self.cumulative(fixture, listing.ticker, day)
                let symbol = try #require(Symbol(listing.ticker))
                let stored = try store.slotRows(day: day, symbol: symbol)
                if expected.last == 0 {
                    #expect(stored.symbols.isEmpty, "\(listing.ticker) did not trade on \(day.iso)")
                } else {
                    #expect(Array(stored.cumulative) == expected, "\(listing.ticker) on \(day.iso)")
                    compared += 1
                }
            }
        }
        #expect(compared > 100)
    }

    @Test func importedDailyBarsEqualGroupedDaily() throws {
        let fixture = try MarketFixture(tickers: 60)
        let store = try fixture.openStore()
        try SimulatedHistory(market: fixture.market, store: store).run(
            now: fixture.clock.now(),
            mustStop: { false },
            onUseful: {}
        )
        let day = fixture.market.calendar.tradingDay(before: MarketFixture.day)
        let rows = try fixture.results("/v2/aggs/grouped/locale/us/market/stocks/\(day.iso)?adjusted=false")
        let stored = try store.dailyBars(day)
        #expect(stored.count == rows.count && stored.count > 20)
        for bar in stored {
            let row = try #require(rows.first { $0["T"] as? String == bar.symbol.text })
            #expect(abs((row["v"] as? Double ?? 0) - bar.volume) < 0.01, "\(bar.symbol.text)")
            #expect(row["c"] as? Double == bar.close)
            #expect(row["h"] as? Double == bar.high)
        }
    }

    @Test func aFileWithAnotherMarketsHistoryIsRefusedAndLeftAlone() throws {
        let fixture = try MarketFixture(tickers: 30)
        let store = try fixture.openStore()
        func run(_ market: SimulatedMarket) throws {
            try SimulatedHistory(market: market, store: store).run(
                now: fixture.clock.now(),
                mustStop: { false },
                onUseful: {}
            )
        }
        try run(fixture.market)
        let before = try store.slotRows(day: fixture.market.historyDays(1)[0])
        let other = SimulatedMarket(seed: 99, tickerCount: 30, openingDay: MarketFixture.day)
        #expect(throws: StoreError.self) { try run(other) }
        #expect(try store.slotRows(day: fixture.market.historyDays(1)[0]) == before)
    }

    @Test func anImportCutShortGoesOnWhereItStopped() throws {
        let fixture = try MarketFixture(tickers: 40)
        let store = try fixture.openStore()
        let history = SimulatedHistory(market: fixture.market, store: store)
        var questions = 0
        try history.run(
            now: fixture.clock.now(),
            mustStop: {
                questions += 1
                return questions > 3
            },
            onUseful: {}
        )
        #expect(try store.storedSlotDays().count < SimulatedHistory.dayCount)
        try history.run(now: fixture.clock.now(), mustStop: { false }, onUseful: {})
        let prior = try store.storedSlotDays().filter { $0.day < MarketFixture.day }
        #expect(prior.count == SimulatedHistory.dayCount)
        #expect(prior.filter { !$0.isComplete }.isEmpty)
    }

    /// C(d, 0…191) recomputed naively: the five-minute bars' volumes summed and truncated once per slot.
    private static func cumulative(_ fixture: MarketFixture, _ ticker: String, _ day: DayID) throws -> [Int64] {
        let bars = try fixture.results(
            "/v2/aggs/ticker/\(ticker)/range/5/minute/\(day.iso)/\(day.iso)?adjusted=false&limit=50000"
        )
        let start = NewYork.instant(day, secondOfDay: Slot.dayStartSecond).milliseconds
        var own = [Decimal](repeating: 0, count: Slot.count)
        for bar in bars {
            let time = try #require(bar["t"] as? Int64 ?? (bar["t"] as? NSNumber)?.int64Value)
            let volume = try #require(bar["v"] as? NSNumber)
            own[Int((time - start) / 300_000)] += Decimal(string: volume.stringValue) ?? 0
        }
        var sum = Decimal(0)
        return own.map { volume in
            sum += volume
            var (result, value) = (Decimal(), sum)
            NSDecimalRound(&result, &value, 0, .down)
            return NSDecimalNumber(decimal: result).int64Value
        }
    }
}

@Suite
struct LazyStoreTests {
    @Test func aReadThatComesAfterTheEndDoesNotOpenTheFileAgain() throws {
        let fixture = try MarketFixture(tickers: 5)
        let path = fixture.folder.appendingPathComponent("late.db").path
        let store = LazyStore(path: path)
        _ = try store.open()
        store.close()
        #expect(throws: StoreError.self) { try store.open() }
        let request = HistoryRequest(
            tradingDay: MarketFixture.day,
            lookbackCandidates: [],
            daysPerSymbol: 5,
            dailyDays: []
        )
        #expect(throws: StoreError.self) { try store.loadHistory(request) }
        // Closing folds the log in; only a connection opened again would leave one.
        #expect(!FileManager.default.fileExists(atPath: path + "-wal"))
    }
}
