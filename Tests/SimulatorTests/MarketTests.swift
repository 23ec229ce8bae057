import MarketTime
import Simulator
import Testing

@Suite struct MarketTests {
    @Test(arguments: [1, 20, 500])
    func hasAsManyListingsAsAskedFor(count: Int) throws {
        let day = try #require(DayID(iso: "2026-11-23"))
        let market = SimulatedMarket(seed: 1, tickerCount: count, openingDay: day)
        #expect(market.listings.count == count)
        #expect(Set(market.listings.map(\.ticker)).count == count)
    }
}
