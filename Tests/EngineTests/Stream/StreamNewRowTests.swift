import Engine
import EngineAPI
import MarketData
import MarketTime
import Testing

/// A row is kept for good, so not whatever a stream names may have one.
@Suite
struct StreamNewRowTests {
    @Test func onlyAnEventThatCountsMakesARow() throws {
        var fixture = try EngineFixture()
        let now = fixture.at(10, 0)
        let yesterday = now.adding(seconds: -86_400)
        let ahead = now.adding(seconds: 3600)
        try fixture.stream(now) { events in
            try events.trade("OLD", 10, 100, at: yesterday)
            try events.quote("AHEAD", 10, 11, at: ahead)
            try events.bar("OLDBAR", 10, volume: 100, accumulated: 100, from: yesterday)
            try events.band("OLDBAND", [15], upper: 11, lower: 9, at: yesterday)
            try events.conflated("OLDSUM", trades: 3, shares: 300, from: yesterday, to: yesterday)
            try events.trade("GOOD", 10, 100, at: now)
            try events.trade("OLDTHENGOOD", 10, 100, at: yesterday)
            try events.trade("OLDTHENGOOD", 10, 100, at: now)
        }
        let result = try fixture.ask(ScanQuery(columns: [.last], rows: 0..<100), now)
        #expect(Set(result.symbols.map(\.text)) == ["GOOD", "OLDTHENGOOD"])
        let flow = try fixture.status(now).flow
        #expect(flow.applied == 2 && flow.refused == 8)
    }
}
