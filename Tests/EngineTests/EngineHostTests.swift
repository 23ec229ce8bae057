import Dispatch
import Engine
import EngineAPI
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

@Suite
struct EngineHostTests {
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
