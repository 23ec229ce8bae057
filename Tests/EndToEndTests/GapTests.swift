import Engine
import EngineAPI
import Feeds
import History
import MarketData
import MarketTime
import Network
import Simulator
import Store
import Testing

@testable import tradeul

/// A program that comes up at half past ten has seen nothing of the morning.
@Suite
struct GapTests {
    @Test func whatLiveCollectionMissedIsFilledFromAggregatesToTheShare() throws {
        let fixture = try MarketFixture(tickers: 60)
        let store = try fixture.openStore()
        let calendar = fixture.market.calendar
        let source = PolygonHistorySource(
            .init(restURL: fixture.restURL, key: Secret("key")) { calendar },
            clock: fixture.clock
        )
        let deliver = Guarded<(@Sendable (SlotRows) -> Void)?>(nil)
        let runner = BackfillRunner(
            source: source,
            store: store,
            settings: BackfillSettings(),
            hooks: BackfillRunner.Hooks(healed: { deliver.value?($0) })
        )
        let asked = Guarded<HealRequest?>(nil)
        let engine = RunningEngine(fixture, store: store) { request in
            asked.value = request
            runner.post(.heal(request))
        }
        let host = engine.host
        deliver.value = { host.deliver(healed: $0) }
        let thread = PlainThread { runner.run() }
        defer {
            runner.end()
            source.stop()
            engine.stop()
            _ = thread?.join(milliseconds: 5000)
        }
        host.send(.query(ScanQuery(version: 1, columns: [.volume], rows: 0..<1)))
        try waitUntil("the gap is asked for") { asked.value != nil }
        let request = try #require(asked.value)
        #expect(request.day == MarketFixture.day && request.slotCount == 78 && request.symbols.count > 30)
        try waitUntil("the gap is filled") { host.latest()?.status.gap.tickers == 0 }
        try waitUntil("the slots are stored") {
            (try? store.slotRows(day: MarketFixture.day).symbols.count) ?? 0 >= request.symbols.count
        }
        // What came from aggregates is told from what was collected.
        let sources = try store.storedDays([calendar.day(MarketFixture.day)]).flatMap(\.sources)
        #expect(sources.contains(.aggregates) || sources.contains(.mixed), "\(sources)")
        #expect(try Self.compare(store, fixture) > 30)
    }

    /// The stored slots until 10:30 against the market's own; returns how many rows were compared.
    private static func compare(_ store: TradeulStore, _ fixture: MarketFixture) throws -> Int {
        let reader = MarketReader(fixture.market)
        let expected = UnsafeMutableBufferPointer<Int64>.allocate(capacity: Slot.count)
        defer { expected.deallocate() }
        let stored = try store.slotRows(day: MarketFixture.day)
        var compared = 0
        for (row, symbol) in stored.symbols.enumerated() {
            let index = try #require(fixture.market.index(of: symbol.text))
            guard reader.slotVolumes(on: MarketFixture.day, of: index, into: expected) else { continue }
            let width = stored.slotCount
            let values = Array(stored.cumulative[row * width..<(row + 1) * width].prefix(78))
            #expect(values == Array(expected.prefix(78)), "\(symbol.text)")
            compared += 1
        }
        return compared
    }
}
