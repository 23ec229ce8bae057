import Dispatch
import Engine
import EngineAPI
import MarketData
import MarketTime
import Synchronization
import Testing

private final class FixedClock: WallClock {
    private let time: Instant

    init(_ time: Instant) { self.time = time }

    func now() -> Instant { time }
}

private struct NoStore: EngineStore {
    func loadHistory(_ request: HistoryRequest) throws -> HistoryLoad { HistoryLoad(request: request) }

    func write(_ rows: SlotRows, source: SlotSource) throws {}
}

/// Fails as often as it is told to, and says when it was asked.
private final class DailyBars: DailyStore {
    private let failures: Mutex<Int>
    private let requests = Mutex<[DailyRequest]>([])
    let read = DispatchSemaphore(value: 0)

    init(failures: Int) { self.failures = Mutex(failures) }

    var asked: [DailyRequest] { requests.withLock { $0 } }

    func loadDaily(_ request: DailyRequest) throws -> DailyIndicators {
        defer { read.signal() }
        requests.withLock { $0.append(request) }
        let fails = failures.withLock { left in
            left -= 1
            return left >= 0
        }
        if fails { throw StoreError.locked(path: "p") }
        return DailyIndicators(request: request)
    }
}

@Suite
struct ScanHostTests {
    private func host(
        daily: (any DailyStore)? = nil,
        monotonicNs: (@Sendable () -> Int64)? = nil,
        persistScans: @escaping @Sendable (ScanRecords) -> Void = { _ in },
        persistWhy: @escaping @Sendable ([ScanEvent], DayID) -> Void = { _, _ in },
        worked: DispatchSemaphore? = nil
    ) throws -> EngineHost {
        EngineHost(
            core: EngineCore(calendar: ExchangeCalendar()),
            clock: FixedClock(try EngineFixture().at(11, 0)),
            store: NoStore(),
            persist: { _ in },
            daily: daily,
            persistScans: persistScans,
            persistWhy: persistWhy,
            monotonicNs: monotonicNs ?? { Int64(clamping: DispatchTime.now().uptimeNanoseconds) },
            runInBackground: { work in
                DispatchQueue.global().async {
                    work()
                    worked?.signal()
                }
            }
        )
    }

    private func run(_ host: EngineHost) -> DispatchSemaphore {
        let ended = DispatchSemaphore(value: 0)
        DispatchQueue.global().async {
            host.run()
            ended.signal()
        }
        return ended
    }

    @Test func everyQuestionIsAnsweredExactlyOnceAndOneTooManyWithNothing() throws {
        let host = try host()
        let answers = Mutex<[Int: [Bool]]>([:])
        let done = DispatchSemaphore(value: 0)
        func ask(_ number: Int) {
            host.ask(ScanQuery(columns: [], rows: 0..<1)) { answer in
                answers.withLock { $0[number, default: []].append(answer != nil) }
                done.signal()
            }
        }
        // Nobody runs yet: 64 wait.
        for number in 0..<65 { ask(number) }
        #expect(answers.withLock { $0 } == [64: [false]])
        let ended = run(host)
        for _ in 0..<65 { #expect(done.wait(timeout: .now() + 20) == .success) }
        #expect(answers.withLock { $0.filter { $0.value == [true] }.count } == 64)
        host.stop()
        #expect(ended.wait(timeout: .now() + 20) == .success)
        ask(100)
        #expect(answers.withLock { $0[100] } == [false])
    }

    @Test func questionsThatComeTooLateAreAnsweredWhenTheEngineStops() throws {
        let host = try host()
        let answers = Mutex(0)
        host.stop()
        host.ask(ScanQuery(columns: [], rows: 0..<1)) { _ in answers.withLock { $0 += 1 } }
        host.run()
        #expect(answers.withLock { $0 } == 1)
    }

    @Test func listsRecordsAndEntriesReachTheirTakers() throws {
        let told = Mutex<(records: [ScanRecords], events: [ScanEvent])>(([], []))
        let host = try host(
            persistScans: { records in told.withLock { $0.records.append(records) } },
            persistWhy: { events, _ in told.withLock { $0.events += events } }
        )
        host.send(.scans(ScanBook(lists: [list("nobody", "price > 1000")])))
        host.send(.scans(ScanBook(lists: [list("dear", "price > 10 and @mine")])))
        host.send(.symbolLists([SymbolList(name: "mine", symbols: [try #require(Symbol("AAA"))])]))
        host.send(.why(WhyQuery()))
        var status = ReferenceStatus()
        status.listed = 3
        host.report(status)
        let now = try EngineFixture().at(11, 0)
        _ = host.deliver(try snapshot([traded("AAA", 11, volume: 5, at: now), traded("BBB", 11, volume: 5, at: now)]))
        host.stop()
        host.run()
        #expect(told.withLock { $0.events.map(words) } == ["AAA entered 1 price > 10 and @mine"])
        #expect(told.withLock { $0.records.map(\.fullLists) } == [["dear"]])
        let view = try #require(host.latest())
        #expect(view.status.lists.map(\.name) == ["dear"] && view.status.reference.listed == 3)
        #expect(view.why?.count == 1)
    }

    @Test func dailyBarsAreReadAfterTheHistoryAndAFailureIsTriedAgainAMinuteLater() throws {
        let store = DailyBars(failures: 1)
        let time = Mutex<Int64>(1_000_000_000)
        let worked = DispatchSemaphore(value: 0)
        let host = try host(daily: store, monotonicNs: { time.withLock { $0 } }, worked: worked)
        let ended = run(host)
        #expect(store.read.wait(timeout: .now() + 20) == .success)
        // The history has been read, and the failure noted.
        for _ in 0..<2 { #expect(worked.wait(timeout: .now() + 20) == .success) }
        time.withLock { $0 += 59_000_000_000 }
        #expect(store.read.wait(timeout: .now() + 0.6) == .timedOut)
        time.withLock { $0 += 2_000_000_000 }
        #expect(store.read.wait(timeout: .now() + 20) == .success)
        host.stop()
        #expect(ended.wait(timeout: .now() + 20) == .success)
        let asked = store.asked
        #expect(asked.count == 2 && asked[0] == asked[1])
        let day = try EngineFixture().day
        #expect(asked[0].days.count == DailyRequest.dayCount && asked[0].tradingDay == day)
        #expect(asked[0].days.first == ExchangeCalendar().tradingDay(before: day))
    }

    @Test func dailyBarsAreAskedForOnceADayAndWheneverTheHistoryChanges() throws {
        var fixture = try EngineFixture()
        func requests(_ outputs: [EngineOutput]) -> [UInt64] {
            outputs.compactMap { if case .loadDaily(let request) = $0 { request.number } else { nil } }
        }
        let now = fixture.at(11, 0)
        #expect(requests(fixture.step([], now)) == [])
        #expect(requests(fixture.step([.history(try fixture.history(["AAA"], perSlot: 1))], now)) == [1])
        #expect(requests(fixture.step([.history(try fixture.history(["AAA"], perSlot: 1))], now)) == [])
        #expect(requests(fixture.step([.historyChanged], now)) == [2])
        #expect(requests(fixture.step([], fixture.at(28, 1))) == [])
    }
}
