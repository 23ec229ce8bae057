import Dispatch
import Engine
import EngineAPI
import MarketData
import MarketTime
import Synchronization
import Testing

private struct StillClock: WallClock {
    let time: Instant

    func now() -> Instant { time }
}

private struct NoStore: EngineStore {
    func loadHistory(_ request: HistoryRequest) throws -> HistoryLoad { HistoryLoad(request: request) }

    func write(_ rows: SlotRows, source: SlotSource) throws {}
}

/// Counts how often it is asked.
private final class CountingClock: WallClock {
    let time: Instant
    let asked = Mutex(0)

    init(_ time: Instant) { self.time = time }

    func now() -> Instant {
        asked.withLock { $0 += 1 }
        return time
    }
}

/// What reached the closures of a host.
private final class Taken: Sendable {
    let demands = Mutex<[StreamDemand]>([])
    let ticks = Mutex(0)
}

/// The shell's part of the stream: a bounded queue, pictures at a pace, nothing lost when the engine stands still.
@Suite
struct StreamHostTests {
    private func host(_ now: Instant, _ taken: Taken = Taken(), clock: (any WallClock)? = nil) -> EngineHost {
        EngineHost(
            core: EngineCore(calendar: ExchangeCalendar()),
            clock: clock ?? StillClock(time: now),
            store: NoStore(),
            persist: { _ in },
            demand: { demand in taken.demands.withLock { $0.append(demand) } },
            persistTicks: { rows in taken.ticks.withLock { $0 += rows.count } },
            runInBackground: { work in work() }
        )
    }

    private func batch(_ count: Int, from first: Int, at now: Instant) throws -> StreamBatch {
        try StreamEvents.make { events in
            for index in first..<first + count {
                try events.trade("S\(index % 10)", 10, 1, at: now, identity: UInt64(index + 1))
                try events.quote("S\(index % 10)", 9, 10, at: now)
            }
        }
    }

    @Test(arguments: [(events: 1000, isConflated: false), (64_000, false), (160_000, true)])
    func aStuckEngineFindsABoundedQueueAndEveryShare(_ test: (events: Int, isConflated: Bool)) throws {
        let now = try EngineFixture().at(10, 0)
        let host = host(now)
        _ = host.deliver(try snapshot((0..<10).map { Row(symbol: "S\($0)", price: 10, volume: 0) }))
        let size = 500
        for start in stride(from: 0, to: test.events / 2, by: size) {
            host.deliver(try batch(size, from: start, at: now))
        }
        host.send(.query(ScanQuery(sort: [SortKey(.symbol, descending: false)], columns: [.volume], rows: 0..<10)))
        // The engine only now begins to look.
        host.stop()
        host.run()
        let view = try #require(host.latest())
        let flow = view.status.flow
        #expect(view.result?.values == [Array(repeating: Double(test.events / 20), count: 10)])
        #expect(flow.queuedMax <= 65_536 + 2 * size)
        #expect((flow.conflatedTrades > 0) == test.isConflated && (flow.replaced > 0) == test.isConflated)
        #expect(flow.conflatedTrades <= test.events / 2)
        #expect(flow.applied + flow.replaced == test.events)
        #expect(flow.refused == 0 && flow.duplicates == 0)
    }

    /// The first frame comes again between others that are put together, with them, and after they have been.
    @Test(arguments: [1000, 160_000])
    func aTradeSentAgainCountsOnceWhetherOrNotItIsPutTogether(events: Int) throws {
        let now = try EngineFixture().at(10, 0)
        let host = host(now)
        _ = host.deliver(try snapshot((0..<10).map { Row(symbol: "S\($0)", price: 10, volume: 0) }))
        let first = try batch(500, from: 0, at: now)
        for start in stride(from: 0, to: events / 2, by: 500) {
            host.deliver(try batch(500, from: start, at: now))
            // Within the last trades that are remembered for certain.
            if start < 20_000 { host.deliver(first) }
        }
        let repeated = 500 * min(40, events / 1000)
        host.send(.query(ScanQuery(sort: [SortKey(.symbol, descending: false)], columns: [.volume], rows: 0..<10)))
        host.stop()
        host.run()
        let view = try #require(host.latest())
        #expect(view.result?.values == [Array(repeating: Double(events / 20), count: 10)])
        let flow = view.status.flow
        #expect(flow.duplicates == repeated)
        #expect(flow.applied + flow.replaced + flow.duplicates == events + repeated * 2)
    }

    /// Putting together may happen long after a trade was applied on its own.
    @Test func aTradeThatWasAppliedIsNotPutTogetherWithOthers() throws {
        let now = try EngineFixture().at(10, 0)
        let host = host(now)
        _ = host.deliver(try snapshot((0..<10).map { Row(symbol: "S\($0)", price: 10, volume: 0) }))
        let first = try batch(500, from: 0, at: now)
        let columns = ScanQuery(sort: [SortKey(.symbol, descending: false)], columns: [.volume], rows: 0..<10)
        host.send(.query(columns))
        let stand = DispatchSemaphore(value: 0)
        let applied = DispatchSemaphore(value: 0)
        let isHeld = Mutex(false)
        host.onUpdate {
            // The engine's thread stands still once the first frame has been applied.
            let mustHold = isHeld.withLock { held in
                guard !held, host.latest()?.status.flow.applied == 1000 else { return false }
                held = true
                return true
            }
            guard mustHold else { return }
            applied.signal()
            stand.wait()
        }
        host.deliver(first)
        let ended = DispatchSemaphore(value: 0)
        DispatchQueue.global().async {
            host.run()
            ended.signal()
        }
        #expect(applied.wait(timeout: .now() + 20) == .success)
        host.deliver(first)
        for start in stride(from: 500, to: 80_000, by: 500) { host.deliver(try batch(500, from: start, at: now)) }
        host.stop()
        stand.signal()
        #expect(ended.wait(timeout: .now() + 20) == .success)
        let view = try #require(host.latest())
        #expect(view.status.flow.conflatedTrades > 0)
        #expect(view.result?.values == [Array(repeating: 8000, count: 10)])
        #expect(view.status.flow.duplicates == 500)
    }

    @Test func aTradeOfAnotherTimeSpoilsNoneOfThoseItIsPutTogetherWith() throws {
        let now = try EngineFixture().at(10, 0)
        let host = host(now)
        _ = host.deliver(try snapshot((0..<10).map { Row(symbol: "S\($0)", price: 10, volume: 0) }))
        for start in stride(from: 0, to: 80_000, by: 500) { host.deliver(try batch(500, from: start, at: now)) }
        host.deliver(
            try StreamEvents.make { events in
                for (symbol, days) in [("S0", -1), ("S1", 1)] {
                    let time = now.adding(seconds: Int64(days) * 86_400)
                    try events.trade(symbol, 99, 5, at: time)
                    try events.quote(symbol, 98, 99, at: time)
                    try events.bar(symbol, 99, volume: 5, accumulated: 1e6, from: time)
                }
            }
        )
        // Enough that all of it is put together once more.
        for start in stride(from: 80_000, to: 160_000, by: 500) {
            host.deliver(try batch(500, from: start, at: now))
        }
        let columns: [ColumnID] = [.volume, .high, .ask]
        host.send(.query(ScanQuery(sort: [SortKey(.symbol, descending: false)], columns: columns, rows: 0..<10)))
        host.stop()
        host.run()
        let view = try #require(host.latest())
        let tens = Array(repeating: 10.0, count: 10)
        #expect(view.result?.values == [Array(repeating: 16_000, count: 10), tens, tens])
        #expect(view.status.flow.refused == 6)
    }

    /// A holiday by the calendar on which the vendor trades: what is put together is of today all the same.
    @Test func onADayTheVendorOpenedTradesAreStillPutTogether() throws {
        let fixture = try EngineFixture("2026-11-26")
        var core = EngineCore(calendar: ExchangeCalendar())
        var status = FeedStatus(state: .live, host: "h")
        status.vendorSession = .open
        for second in [0, 100] { _ = core.step([.feed(status)], now: fixture.at(10, 0, second)) }
        let now = fixture.at(10, 1, 40)
        let host = EngineHost(
            core: core,
            clock: StillClock(time: now),
            store: NoStore(),
            persist: { _ in },
            runInBackground: { work in work() }
        )
        _ = host.deliver(try snapshot((0..<10).map { Row(symbol: "S\($0)", price: 10, volume: 0) }))
        for start in stride(from: 0, to: 80_000, by: 500) { host.deliver(try batch(500, from: start, at: now)) }
        host.send(.query(ScanQuery(sort: [SortKey(.symbol, descending: false)], columns: [.volume], rows: 0..<10)))
        host.stop()
        host.run()
        let view = try #require(host.latest())
        #expect(view.status.session.tradingDay == fixture.day)
        #expect(view.status.flow.conflatedTrades > 0 && view.status.flow.refused == 0)
        #expect(view.result?.values == [Array(repeating: 8000, count: 10)])
    }

    @Test func askingForAPictureInVainDoesNotKeepTheEngineBusy() throws {
        let now = try EngineFixture().at(10, 0)
        let clock = CountingClock(now)
        let host = host(now, clock: clock)
        let updated = DispatchSemaphore(value: 0)
        host.onUpdate { updated.signal() }
        let ended = DispatchSemaphore(value: 0)
        DispatchQueue.global().async {
            host.run()
            ended.signal()
        }
        host.report(StreamStatus.live())
        #expect(updated.wait(timeout: .now() + 20) == .success)
        // Says nothing new, so that no picture comes of it.
        host.report(StreamStatus.live())
        #expect(DispatchSemaphore(value: 0).wait(timeout: .now() + .milliseconds(600)) == .timedOut)
        let asked = clock.asked.withLock { $0 }
        host.stop()
        #expect(ended.wait(timeout: .now() + 20) == .success)
        // Four looks a second, and those that news and pictures give rise to.
        #expect(asked < 40, "\(asked) steps")
    }

    @Test func tickersWithoutEndDoNotMakeTheQueueGrow() throws {
        let now = try EngineFixture().at(10, 0)
        let host = host(now)
        for part in 0..<90 {
            let invented = try StreamEvents.make { events in
                var batch = StreamBatch()
                for index in 0..<1000 {
                    batch.symbols.append(try #require(Symbol("X\(part)-\(index)")))
                    batch.trades.symbol.append(Int32(index))
                    batch.trades.price.append(1)
                    batch.trades.size.append(1)
                    batch.trades.time.append(now.nanoseconds)
                    batch.trades.exchange.append(1)
                    batch.trades.trf.append(0)
                    batch.trades.conditions.append(0)
                    batch.trades.identity.append(0)
                }
                events.batch = batch
            }
            host.deliver(invented)
        }
        host.stop()
        host.run()
        let flow = try #require(host.latest()).status.flow
        #expect(flow.queuedMax <= 2 * 65_536)
        // What had no room is said to be lost.
        #expect(flow.refused > 0 && flow.applied + flow.refused == 90_000)
    }

    @Test func demandsAndTradesReachTheirTakersAndPicturesComeAtAPace() throws {
        let now = try EngineFixture().at(10, 0)
        let taken = Taken()
        let host = host(now, taken)
        let pictures = Mutex<[UInt64]>([])
        let updated = DispatchSemaphore(value: 0)
        host.onUpdate {
            pictures.withLock { $0.append(DispatchTime.now().uptimeNanoseconds) }
            updated.signal()
        }
        let ended = DispatchSemaphore(value: 0)
        DispatchQueue.global().async {
            host.run()
            ended.signal()
        }
        let symbol = try #require(Symbol("S0"))
        host.send(.watchlist([symbol]))
        host.send(.look(LookedAt(selected: symbol, tape: TapeQuery(symbol: symbol, rows: 5))))
        // The vendor's word counts: such trades set no price.
        host.report([TradeCondition(id: 1, name: "none", effect: .volume)])
        host.report(StreamStatus.live())
        // Events keep coming until pictures of theirs have been seen, far more often than pictures may come.
        var sent = 0
        while (host.latest()?.status.flow.application.count ?? 0) < 100, sent < 100_000 {
            var events = try batch(10, from: sent, at: now)
            for index in events.trades.conditions.indices { events.trades.conditions[index] = 1 }
            events.receivedMonotonicNs = Int64(DispatchTime.now().uptimeNanoseconds)
            host.deliver(events)
            sent += 10
            _ = updated.wait(timeout: .now() + .milliseconds(2))
        }
        while host.latest()?.status.flow.applied != sent * 2 {
            guard updated.wait(timeout: .now() + 20) == .success else {
                Issue.record("no picture of all that was sent")
                break
            }
        }
        let view = try #require(host.latest())
        #expect(view.status.stream.state == .live)
        #expect(view.tape?.prints.isEmpty == false)
        #expect(view.tape?.prints.allSatisfy { $0.flags.contains(.notLast) } == true)
        #expect(view.status.flow.lagNs == 0)
        #expect(view.status.flow.application.count > 0)
        host.onUpdate {}
        host.stop()
        #expect(ended.wait(timeout: .now() + 20) == .success)
        let last = try #require(taken.demands.withLock { $0.last })
        #expect(last.pairs.prefix(4).map(\.text) == ["LULD.*", "T.S0", "Q.S0", "A.S0"])
        #expect(taken.ticks.withLock { $0 } == sent / 10)
        // Commands and states show at once; in a second there are no more than ten pictures besides.
        let times = pictures.withLock { $0 }
        let span = Double((times.last ?? 0) - (times.first ?? 0)) / 1e9
        #expect(Double(times.count) <= 8 + span * 10 + 1)
    }
}
