import Engine
import EngineAPI
import MarketData
import MarketTime
import Testing

@Suite
struct SessionVolumeTests {
    @Test func theOpeningAuctionIsNeverVolumeOfThePreMarket() throws {
        var fixture = try EngineFixture()
        let times = fixture
        func tickers(_ now: Instant) throws -> EngineInput {
            let rows = [traded("AAA", 10, volume: 1000, at: now), traded("BBB", 10, volume: 700, at: now)]
            return .snapshot(try snapshot(rows))
        }
        _ = fixture.step([.streamStatus(.live())], times.at(9, 29))
        _ = fixture.step([try tickers(times.at(9, 29, 50))], times.at(9, 29, 51))
        try fixture.stream(times.at(9, 29, 59)) { events in
            try events.bar("AAA", 10, volume: 50, accumulated: 1050, from: times.at(9, 29, 57))
        }
        #expect(try fixture.number(.preVolume, "AAA", times.at(9, 29, 59)) == 1050)
        // The stream is ahead of the snapshots: of AAA the auction is told, of BBB nothing since.
        let auction = times.at(9, 30, 2)
        try fixture.stream(auction) { events in
            try events.bar("AAA", 10, volume: 500_000, accumulated: 501_050, from: times.at(9, 30, 1))
        }
        let told = try fixture.row("AAA", [.volume, .preVolume, .preRVOL, .preDollarVolume], auction).numbers
        #expect(told[0] == 501_050)
        #expect(told[1] == 1050 || told[1].isNaN)
        #expect(told[3] == 10_500 || told[3].isNaN)
        #expect(try fixture.number(.preVolume, "BBB", auction) == 700)
    }
}
