import Engine
import EngineAPI
import Feeds
import MarketData
import MarketTime
import Network
import Simulator
import Store
import Testing

@testable import tradeul

/// The whole path over real HTTP: server, feed, columns, engine, store.
@Suite
struct FeedToScreenTests {
    private struct Running {
        let fixture: MarketFixture
        private let engine: RunningEngine

        var host: EngineHost { engine.host }

        init(_ fixture: MarketFixture, store: TradeulStore) {
            self.fixture = fixture
            engine = RunningEngine(fixture, store: store)
        }

        func stop() { engine.stop() }

        /// Every ticker's numbers, once the engine has seen the market at the clock's time with a baseline.
        func table(_ columns: [ColumnID]) throws -> ScanResult {
            var result: ScanResult?
            let now = fixture.clock.now()
            host.send(.query(ScanQuery(version: UInt64(now.seconds), columns: columns, rows: 0..<100_000)))
            try waitUntil("a picture of \(now)") {
                guard let view = host.latest(), case .ready = view.status.baseline else { return false }
                guard let time = view.status.snapshotDataTime, abs(time.seconds(since: now)) < 2 else { return false }
                result = view.result
                return result?.version == UInt64(now.seconds)
            }
            return try #require(result)
        }
    }

    private func imported(_ fixture: MarketFixture) throws -> TradeulStore {
        let store = try fixture.openStore()
        try SimulatedHistory(market: fixture.market, store: store).run(
            now: fixture.clock.now(),
            mustStop: { false },
            onUseful: {}
        )
        return store
    }

    @Test func rvolOfEveryTickerEqualsANaiveComputationFromTheMarketItself() throws {
        let fixture = try MarketFixture(tickers: 400)
        let running = Running(fixture, store: try imported(fixture))
        defer { running.stop() }
        let table = try running.table([.rvol, .volume, .changePercent, .last])
        let status = try #require(running.host.latest()).status
        let dataTime = try #require(status.snapshotDataTime)
        let progress = DayProgress(of: MarketFixture.day, at: dataTime)
        let reader = MarketReader(fixture.market)
        let candidates = fixture.market.calendar.tradingDays(before: MarketFixture.day, count: 25)
            .filter { fixture.market.calendar.day($0).kind == .full }
        var compared = 0
        for (rank, symbol) in table.symbols.enumerated() {
            let index = try #require(fixture.market.index(of: symbol.text))
            let listDate = fixture.market.listings[index].listDate
            var lookback: [[Double]] = []
            for day in candidates where lookback.count < 5 && day >= listDate {
                let ratio = fixture.market.shareRatio(of: index, since: day, through: MarketFixture.day)
                let factor = Double(ratio.to) / Double(ratio.from)
                let slots = UnsafeMutableBufferPointer<Int64>.allocate(capacity: Slot.count)
                defer { slots.deallocate() }
                guard reader.slotVolumes(on: day, of: index, into: slots), slots[191] > 0 else { continue }
                lookback.append(slots.map { Double($0) * factor })
            }
            let (rvol, volume) = (table.values[0][rank], table.values[1][rank])
            guard !lookback.isEmpty else {
                #expect(rvol.isNaN, "\(symbol.text) has no history")
                continue
            }
            let means = lookback.map { day -> Double in
                let slot = progress.completedSlots
                let start = slot == 0 ? 0 : day[slot - 1]
                return start + progress.fraction * (day[slot] - start)
            }
            let mean = max(means.reduce(0, +) / Double(means.count), 100)
            if volume.isNaN {
                #expect(rvol.isNaN)
            } else {
                #expect(abs(rvol - volume / mean) <= 1e-9 * max(1, rvol), "\(symbol.text)")
                compared += 1
            }
        }
        #expect(compared > 300)
        let moved = table.values[2].filter { !$0.isNaN && $0 != 0 }
        #expect(moved.count > 100)
    }

    @Test func slotsCollectedLiveEqualTheMarketsOwnToAShare() throws {
        let fixture = try MarketFixture(tickers: 200, hour: 9, minute: 29, second: 58)
        let store = try imported(fixture)
        let running = Running(fixture, store: store)
        for second in stride(from: 0, through: 660, by: 5) {
            fixture.clock.set(MarketFixture.at(9, 29, 58).adding(seconds: Int64(second)))
            let now = fixture.clock.now()
            try waitUntil("the snapshot of second \(second)") {
                running.host.latest()?.status.snapshotAppliedAt == now
            }
        }
        running.stop()
        let reader = MarketReader(fixture.market)
        let slots = UnsafeMutableBufferPointer<Int64>.allocate(capacity: Slot.count)
        defer { slots.deallocate() }
        let stored = try store.slotRows(day: MarketFixture.day)
        var compared = 0
        for (row, symbol) in stored.symbols.enumerated() {
            let index = try #require(fixture.market.index(of: symbol.text))
            _ = reader.slotVolumes(on: MarketFixture.day, of: index, into: slots)
            for slot in [66, 67] {
                let live = stored.cumulative[row * stored.slotCount + slot]
                guard live != SlotRows.unknown else { continue }
                #expect(abs(live - slots[slot]) <= 1, "\(symbol.text) slot \(slot)")
                compared += 1
            }
        }
        #expect(compared > 150)
    }

    @Test func aRestartInMidSessionShowsTheSameNumbersFromTheStore() throws {
        let fixture = try MarketFixture(tickers: 200)
        let store = try imported(fixture)
        let columns: [ColumnID] = [.rvol, .slotRVOL, .volume, .changePercent]
        let first = Running(fixture, store: store)
        let before = try first.table(columns)
        first.stop()
        let second = Running(fixture, store: store)
        let after = try second.table(columns)
        second.stop()
        #expect(before.symbols == after.symbols)
        for column in columns.indices {
            for (left, right) in zip(before.values[column], after.values[column]) {
                #expect(left == right || (left.isNaN && right.isNaN))
            }
        }
    }

    @Test func aWrongKeyIsRefusedForGoodWithWhatToDo() throws {
        let fixture = try MarketFixture(tickers: 20)
        let store = try fixture.openStore()
        let host = EngineHost(
            core: EngineCore(calendar: fixture.market.calendar),
            clock: fixture.clock,
            store: store,
            persist: { _ in },
            runInBackground: { work in _ = PlainThread(work) }
        )
        let thread = PlainThread { host.run() }
        let feed = PolygonRESTFeed(
            .init(restURL: fixture.restURL, key: Secret("wrong-key-1234"), intervals: .init(inSessionMs: 20)),
            clock: fixture.clock,
            sink: host
        )
        defer {
            feed.stop()
            host.stop()
            _ = thread?.join(milliseconds: 5000)
        }
        var sentence = ""
        try waitUntil("the refusal") {
            guard case .refused(let words)? = host.latest()?.status.feed.state else { return false }
            sentence = words
            return true
        }
        #expect(sentence.contains("POLYGON_API_KEY"))
        #expect(!sentence.contains("wrong-key-1234"))
    }
}
