import Dispatch
import Engine
import EngineAPI
import MarketData
import MarketTime
import Synchronization
import TestSupport
import Testing

/// The time of the step that is being replayed.
private final class ReplayClock: WallClock {
    private let time: Mutex<Instant>

    init(_ time: Instant) { self.time = Mutex(time) }

    func now() -> Instant { time.withLock { $0 } }

    func set(_ instant: Instant) { time.withLock { $0 = instant } }
}

/// Answers requests by number from a recording, and only from it.
private final class RecordedStore: EngineStore {
    private let answers: [UInt64: HistoryLoad]

    init(_ recorded: [(now: Instant, inputs: [EngineInput])]) {
        var answers: [UInt64: HistoryLoad] = [:]
        for (_, inputs) in recorded {
            for case .history(let load) in inputs { answers[load.request.number] = load }
        }
        self.answers = answers
    }

    func loadHistory(_ request: HistoryRequest) throws -> HistoryLoad {
        guard let answer = answers[request.number] else { throw StoreError.failed(path: "p", reason: "not recorded") }
        return answer
    }

    func write(_ rows: SlotRows, source: SlotSource) throws {}
}

@Suite
struct DeterminismTests {
    /// Two days with a sleep, settings, statuses and heals, as inputs and times.
    private func recording(_ seed: UInt64) throws -> (walk: Walk, result: ScanResult) {
        var random = SeededRandom(seed: seed)
        let market = TinyMarket(seed: seed)
        var walk = Walk(market)
        walk.isRecording = true
        walk.question = Walk.everything
        walk.pending = [.command(.scans(Self.book)), .command(.why(WhyQuery(count: 50)))]
        let first = try #require(DayID(iso: "2026-10-05"))
        var last: ScanResult?
        for day in [first, first.adding(days: 1)] {
            var second: Int64 = 10
            while second < 57_800 {
                let now = NewYork.instant(day, secondOfDay: 4 * 3600).adding(seconds: second)
                var feed = FeedStatus(state: .live, host: "h")
                feed.succeededPolls = Int(second)
                feed.vendorSession = market.calendar.state(at: now).session
                if random.next() % 3 == 0 { walk.pending.append(.feed(feed)) }
                if random.next() % 100 == 0 { second += 2000 }
                if random.next() % 100 == 0 {
                    walk.settings.mode = RVOLSettings.Mode.allCases[Int(random.next() % 3)]
                    walk.pending.append(.command(.setRVOL(walk.settings)))
                }
                if random.next() % 9 == 0 {
                    let filter = "price > \(10 + random.next() % 9) and @busy | sort vol-, symbol+"
                    walk.pending.append(.ask(random.next(), ScanQuery(filter: filter, columns: [.rvol], rows: 0..<9)))
                }
                walk.pending.append(contentsOf: try Self.events(&random, walk.market, now))
                last = try walk.poll(at: now) ?? last
                second += 100 + Int64(random.next() % 100)
            }
        }
        #expect(!walk.heals.isEmpty)
        return (walk, try #require(last))
    }

    /// Lists that remember, refer to each other and cut.
    private static let book = ScanBook(
        lists: [
            list("busy", "vol > 100 for 3m", exit: "chg% < 0", stay: 200),
            list("dear", "price > 14 (exit < 12) and not @busy", top: 2),
            list("rank", "rank(vol) <= 3 and has(rvol)", sort: [], sessions: [.preMarket, .open]),
        ]
    )

    /// What a stream might say in the seconds before a snapshot, with a connection that breaks now and then.
    private static func events(
        _ random: inout SeededRandom,
        _ market: TinyMarket,
        _ now: Instant
    ) throws
        -> [EngineInput]
    {
        var inputs: [EngineInput] = []
        if random.next() % 20 == 0 {
            inputs.append(.streamStatus(random.next() % 2 == 0 ? .lost() : .live(Int(random.next() % 100))))
        }
        var events = StreamEvents()
        for _ in 0..<Int(random.next() % 8) {
            let symbol = market.symbols[Int(random.next() % UInt64(market.symbols.count))].text
            let time = now.adding(milliseconds: -Int64(random.next() % 20_000))
            let price = 10 + Double(random.next() % 100) / 50
            switch random.next() % 4 {
            case 0:
                try events.trade(symbol, price, Double(random.next() % 500), at: time, identity: random.next() % 50)
            case 1: try events.quote(symbol, price, price + 0.02, at: time)
            case 2: try events.band(symbol, [UInt8(random.next() % 30)], upper: price + 1, lower: price - 1, at: time)
            default: try events.bar(symbol, price, volume: 10, accumulated: Double(random.next() % 90_000), from: time)
            }
        }
        if events.batch.eventCount > 0 { inputs.append(.stream(events.batch)) }
        return inputs
    }

    private func freshCore(_ walk: Walk) -> EngineCore {
        var settings = RVOLSettings()
        settings.lookbackDays = TinyMarket.lookback
        return EngineCore(calendar: walk.market.calendar, settings: settings)
    }

    @Test(arguments: [3, 99] as [UInt64])
    func aRecordedListOfInputsRunTwiceGivesIdenticalOutputs(_ seed: UInt64) throws {
        let (walk, result) = try recording(seed)
        func run() -> (outputs: [String], result: ScanResult?) {
            var core = freshCore(walk)
            var outputs: [String] = []
            var result: ScanResult?
            for (now, inputs) in walk.recorded {
                for output in core.step(inputs, now: now) {
                    // Statuses and rows in words; a thousand answers in words would take minutes.
                    if case .publish(var view) = output {
                        result = view.result
                        view.result = nil
                        outputs.append("\(view)")
                    } else {
                        outputs.append("\(output)")
                    }
                }
            }
            return (outputs + core.finish().map { "\($0)" }, result)
        }
        let (one, two) = (run(), run())
        #expect(one.outputs.count > 700)
        for word in ["persistScans", "persistWhy", "answer"] {
            #expect(one.outputs.contains { $0.hasPrefix(word) }, "no \(word)")
        }
        #expect(one.outputs == two.outputs, "seed \(seed)")
        expectSame(try #require(one.result), result, "seed \(seed)")
        expectSame(try #require(two.result), result, "seed \(seed)")
    }

    @Test func throughTheShellWithThreadsTheFinalColumnsAreThoseOfTheCoreAlone() throws {
        let (walk, expected) = try recording(17)
        let start = try #require(walk.recorded.first)
        let clock = ReplayClock(start.now)
        let healed = Mutex(0)
        let host = EngineHost(
            core: freshCore(walk),
            clock: clock,
            store: RecordedStore(walk.recorded),
            persist: { _ in },
            heal: { request in healed.withLock { $0 += request.symbols.count } },
            runInBackground: { work in DispatchQueue.global().async(execute: work) }
        )
        let ended = DispatchSemaphore(value: 0)
        DispatchQueue.global().async {
            host.run()
            ended.signal()
        }
        let updated = DispatchSemaphore(value: 0)
        host.onUpdate { updated.signal() }
        // The store answers on its own thread as it likes; each other input is handed over from another thread, and the
        // next step waits until its query has been answered: two snapshots in one step would be another recording.
        var version: UInt64 = 0
        for (now, inputs) in walk.recorded {
            clock.set(now)
            for input in inputs { Self.hand(input, to: host) }
            version += 1
            var query = Walk.everything
            query.version = version
            host.send(.query(query))
            while host.latest()?.result?.version != version || host.latest()?.status.baseline == .loading {
                guard updated.wait(timeout: .now() + 20) == .success else {
                    Issue.record("no answer to query \(version)")
                    break
                }
            }
        }
        expectSame(try #require(host.latest()?.result), expected, "at the end")
        #expect(healed.withLock { $0 } > 0)
        host.onUpdate {}
        host.stop()
        #expect(ended.wait(timeout: .now() + 20) == .success)
    }

    /// From a thread of its own, as feeds, stores and screens do.
    private static func hand(_ input: EngineInput, to host: EngineHost) {
        let done = DispatchSemaphore(value: 0)
        DispatchQueue.global().async {
            switch input {
            case .snapshot(let batch): _ = host.deliver(batch)
            case .feed(let status): host.report(status)
            case .store(let state): host.report(state)
            case .healed(let rows): host.deliver(healed: rows)
            case .backfill(let status): host.report(status)
            case .historyChanged: host.historyChanged()
            case .calendar(let calendar): host.report(calendar)
            case .command(.query): break
            case .conditions(let table): host.report(table)
            case .stream(let batch): host.deliver(batch)
            case .streamStatus(let status): host.report(status)
            case .command(let command): host.send(command)
            case .history, .historyUnavailable, .streamQueue, .show, .reference, .referenceStatus, .daily, .tradeCounts,
                .ask:
                break
            }
            done.signal()
        }
        done.wait()
    }
}
