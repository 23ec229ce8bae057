import Dispatch
import Engine
import EngineAPI
import MarketData
import MarketTime
import Synchronization
import Testing

private final class HandClock: WallClock {
    private let time: Mutex<Instant>

    init(_ time: Instant) { self.time = Mutex(time) }

    func now() -> Instant { time.withLock { $0 } }

    func advance(seconds: Int64) { time.withLock { $0 = $0.adding(seconds: seconds) } }
}

/// A store whose reads fail as long as it is told to.
private final class LockedStore: EngineStore {
    private let isLocked = Mutex(true)

    func unlock() { isLocked.withLock { $0 = false } }

    func loadHistory(_ request: HistoryRequest) throws -> HistoryLoad {
        if isLocked.withLock({ $0 }) { throw StoreError.locked(path: "p") }
        return HistoryLoad(request: request)
    }

    func write(_ rows: SlotRows, source: SlotSource) throws {}
}

/// A store that holds nothing.
private struct EmptyStore: EngineStore {
    func loadHistory(_ request: HistoryRequest) throws -> HistoryLoad { HistoryLoad(request: request) }

    func write(_ rows: SlotRows, source: SlotSource) throws {}
}

/// A store as slow as the test wants: a read ends when it is let go.
private final class SlowStore: EngineStore {
    private let reads = Mutex<[HistoryRequest]>([])
    private let gate = DispatchSemaphore(value: 0)
    let begun = DispatchSemaphore(value: 0)

    var asked: [HistoryRequest] { reads.withLock { $0 } }

    func letGo() { gate.signal() }

    func loadHistory(_ request: HistoryRequest) throws -> HistoryLoad {
        reads.withLock { $0.append(request) }
        begun.signal()
        gate.wait()
        return HistoryLoad(request: request)
    }

    func write(_ rows: SlotRows, source: SlotSource) throws {}
}

@Suite
struct EngineHostTests {
    @Test(arguments: [0, 1, 20])
    func aSlowDiskIsReadOneRequestAtATimeAndThenOnlyTheNewest(changes: Int) throws {
        let store = SlowStore()
        let queue = DispatchQueue(label: "reads", attributes: .concurrent)
        let works = Mutex(0)
        let clock = HandClock(try EngineFixture().at(10, 0))
        let host = EngineHost(
            core: EngineCore(calendar: ExchangeCalendar()),
            clock: clock,
            store: store,
            persist: { _ in },
            runInBackground: { work in
                works.withLock { $0 += 1 }
                queue.async(execute: work)
            }
        )
        let ended = DispatchSemaphore(value: 0)
        DispatchQueue.global().async {
            host.run()
            ended.signal()
        }
        #expect(store.begun.wait(timeout: .now() + 20) == .success)
        // Each of these is taken by a step of its own: the picture after it shows the marker.
        for marker in 0..<changes {
            var backfill = BackfillStatus()
            backfill.done = marker + 1
            host.historyChanged()
            host.report(backfill)
            #expect(picture(host) { $0.backfill.done == marker + 1 } != nil)
        }
        #expect(store.asked.count == 1 && works.withLock { $0 } == 1)
        store.letGo()
        if changes > 0 {
            #expect(store.begun.wait(timeout: .now() + 20) == .success)
            store.letGo()
        }
        #expect(picture(host) { $0.baseline == .empty } != nil)
        host.onUpdate {}
        host.stop()
        #expect(ended.wait(timeout: .now() + 20) == .success)
        #expect(store.asked.map(\.number) == (changes > 0 ? [1, UInt64(1 + changes)] : [1]))
    }

    /// A host whose engine has seen AAA come up at 10:01 and asked for what it missed; not running.
    private func hostWithGap() throws -> EngineHost {
        var fixture = try EngineFixture()
        let now = fixture.at(10, 1, 30)
        let row = traded("AAA", 11, volume: 900, minuteVolume: 10, at: now)
        _ = fixture.step([.historyUnavailable(tradingDay: fixture.day), .snapshot(try snapshot([row]))], now)
        return EngineHost(
            core: fixture.core,
            clock: HandClock(now),
            store: EmptyStore(),
            persist: { _ in },
            runInBackground: { work in work() }
        )
    }

    private func rows(_ symbol: String, count: Int, slotCount: Int) throws -> SlotRows {
        var rows = SlotRows(day: try EngineFixture().day, slotCount: slotCount)
        let symbol = try #require(Symbol(symbol))
        for _ in 0..<count { rows.append(symbol, Array(repeating: 5, count: slotCount)) }
        return rows
    }

    @Test(arguments: [(others: 0, isKept: true), (others: 60_000, isKept: true), (others: 65_536, isKept: false)])
    func rowsFromAggregatesWaitUpToAMaximumAndTheOldestGo(_ test: (others: Int, isKept: Bool)) throws {
        let host = try hostWithGap()
        host.deliver(healed: try rows("AAA", count: 1, slotCount: 72))
        host.deliver(healed: try rows("NONE", count: test.others, slotCount: 1))
        var backfill = BackfillStatus()
        backfill.phase = .gap
        host.report(backfill)
        host.stop()
        host.run()
        let status = try #require(host.latest()?.status)
        #expect((status.gap.tickers == 0) == test.isKept)
        #expect(status.backfill == backfill)
    }

    @Test func requestsAndShortListsReachTheirTakers() throws {
        let asked = Mutex<[HealRequest]>([])
        let listed = Mutex<[[Symbol]]>([])
        let fixture = try EngineFixture()
        let now = fixture.at(10, 1, 30)
        let host = EngineHost(
            core: EngineCore(calendar: ExchangeCalendar()),
            clock: HandClock(now),
            store: EmptyStore(),
            persist: { _ in },
            heal: { request in asked.withLock { $0.append(request) } },
            shortList: { symbols in listed.withLock { $0.append(symbols) } },
            runInBackground: { work in work() }
        )
        let ended = DispatchSemaphore(value: 0)
        DispatchQueue.global().async {
            host.run()
            ended.signal()
        }
        _ = host.deliver(try snapshot([traded("AAA", 11, volume: 900, minuteVolume: 10, at: now)]))
        #expect(picture(host) { $0.universeCount == 1 && $0.baseline == .empty } != nil)
        host.onUpdate {}
        host.stop()
        #expect(ended.wait(timeout: .now() + 20) == .success)
        #expect(asked.withLock { $0.map { $0.symbols.map(\.text) } } == [["AAA"]])
        #expect(listed.withLock { $0.map { $0.map(\.text) } } == [["AAA"]])
    }

    /// The first picture that fits; nil when none comes.
    private func picture(_ host: EngineHost, _ fits: @Sendable @escaping (EngineStatus) -> Bool) -> EngineStatus? {
        let signal = DispatchSemaphore(value: 0)
        host.onUpdate { if host.latest().map({ fits($0.status) }) == true { signal.signal() } }
        // One may be there already.
        if let status = host.latest()?.status, fits(status) { return status }
        guard signal.wait(timeout: .now() + 20) == .success else { return nil }
        return host.latest()?.status
    }

    @Test(arguments: [nil, StoreState.degraded(sentence: "no space left")])
    func aStoreThatCanBeReadAgainIsReadAgainAndSaid(_ writersWord: StoreState?) throws {
        let clock = HandClock(try EngineFixture().at(10, 0))
        let store = LockedStore()
        let host = EngineHost(
            core: EngineCore(calendar: ExchangeCalendar()),
            clock: clock,
            store: store,
            persist: { _ in },
            runInBackground: { work in work() }
        )
        if let writersWord { host.report(writersWord) }
        let ended = DispatchSemaphore(value: 0)
        DispatchQueue.global().async {
            host.run()
            ended.signal()
        }
        let locked = StoreState.degraded(sentence: StoreError.locked(path: "p").sentence)
        #expect(picture(host) { $0.store == locked && $0.baseline == .empty } != nil)
        store.unlock()
        clock.advance(seconds: 31)
        // What a failing writer says is not overruled by a read that succeeds.
        let expected = writersWord ?? .ready
        #expect(picture(host) { $0.store == expected } != nil)
        host.onUpdate {}
        host.stop()
        #expect(ended.wait(timeout: .now() + 20) == .success)
    }
}
