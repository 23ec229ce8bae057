import EngineAPI
import Feeds
import MarketData
import MarketServer
import MarketTime
import Network
import Simulator
import Store
import Synchronization
import Testing

@testable import tradeul

/// Passes questions on and keeps count of them; may stop passing them on after so many answers.
final class CountedReference: ReferenceSource {
    struct Seen: Sendable {
        var asked: [ReferenceFetch] = []
        var answered = 0
        var passedMax = Int.max
        var held: [@Sendable (ReferenceAnswer) -> Void] = []
    }

    private let seen = Mutex(Seen())
    private let source: any ReferenceSource

    init(_ source: any ReferenceSource, passing passedMax: Int = .max) {
        self.source = source
        seen.withLock { $0.passedMax = passedMax }
    }

    var asked: [ReferenceFetch] { seen.withLock { $0.asked } }
    var answered: Int { seen.withLock { $0.answered } }
    /// Whether somebody waits for an answer that does not come.
    var isHolding: Bool { seen.withLock { !$0.held.isEmpty && $0.answered >= $0.passedMax } }

    func fetch(_ fetch: ReferenceFetch, completion: @escaping @Sendable (ReferenceAnswer) -> Void) {
        let isPassed = seen.withLock { seen in
            guard seen.asked.count < seen.passedMax else {
                seen.held.append(completion)
                return false
            }
            seen.asked.append(fetch)
            return true
        }
        guard isPassed else { return }
        source.fetch(fetch) { [self] answer in
            completion(answer)
            seen.withLock { $0.answered += 1 }
        }
    }

    /// Answers whoever waits still.
    func release() {
        let held = seen.withLock { seen in
            defer { seen.held = [] }
            return seen.held
        }
        for completion in held { completion(FMPSource.stopped) }
    }
}

/// A market's two vendors behind a loopback server, with what goes wrong there.
final class ReferenceVendors {
    let fixture: MarketFixture
    let restURL: String
    private let server: MarketServer

    /// Serves the fixture's market; `faults` in the words of `tradeul sim --fault`.
    init(_ fixture: MarketFixture, faults: [String] = [], fmpLimitStatus: Int = 429) throws {
        let plan = FaultPlan(try faults.map { try FaultRule.parse($0) })
        let options = MarketServerOptions(keys: ["key"], faults: plan, fmpLimitStatus: fmpLimitStatus)
        server = MarketServer(fixture.market, clock: fixture.clock, options: options)
        restURL = "http://127.0.0.1:\(try server.start())"
        self.fixture = fixture
    }

    deinit { try? server.stop() }  // the test is over
}

/// Keeps what a load tells.
private final class ToldReference: Sendable {
    struct Told: Sendable {
        var facts = ReferenceFacts()
        var status = ReferenceStatus()
        var sentences: [String] = []
    }

    private let told = Mutex(Told())

    var now: Told { told.withLock { $0 } }

    func take(_ facts: ReferenceFacts) { told.withLock { $0.facts = facts } }

    func take(_ status: ReferenceStatus) {
        told.withLock { told in
            told.status = status
            if let sentence = status.phase.sentence, told.sentences.last != sentence { told.sentences.append(sentence) }
        }
    }
}

/// The loading of reference data as the program wires it, from start to stop.
final class ReferenceLoad {
    let tickers: CountedReference
    let fmp: CountedReference
    private let told = ToldReference()
    /// Served as long as somebody asks.
    private let vendors: ReferenceVendors
    private let history: PolygonHistorySource
    private let company: FMPSource
    private let runner: ReferenceRunner

    /// Starts at once; `passing` questions get through to each vendor, the others wait for ever.
    init(_ vendors: ReferenceVendors, into store: any ReferenceStore, hasFMP: Bool = true, passing: Int = .max) {
        let fixture = vendors.fixture
        let calendar = fixture.market.calendar
        let history = PolygonHistorySource(
            .init(restURL: vendors.restURL, key: Secret("key"), calendar: { calendar }),
            clock: fixture.clock
        )
        let company = FMPSource(
            .init(baseURL: vendors.restURL, key: Secret("key"), callsPerMinute: nil),
            clock: fixture.clock
        )
        tickers = CountedReference(PolygonReferenceSource(history, restURL: vendors.restURL), passing: passing)
        fmp = CountedReference(company, passing: passing)
        (self.vendors, self.history, self.company) = (vendors, history, company)
        var configuration = ReferenceRunner.Configuration()
        configuration.tickers = tickers
        configuration.fmp = hasFMP ? fmp : nil
        let told = told
        let logs = Logs.open(
            Settings().log,
            Paths(ProcessEnvironment([:])),
            clock: fixture.clock,
            keys: LoadedKeys()
        )
        runner = ReferenceRunner(
            configuration,
            store: store,
            clock: fixture.clock,
            calendar: { calendar },
            logger: logs.logger("reference"),
            hooks: ReferenceRunner.Hooks(
                facts: { told.take($0) },
                status: { told.take($0) }
            )
        )
        runner.start()
    }

    deinit { stop() }

    var status: ReferenceStatus { told.now.status }
    var facts: ReferenceFacts { told.now.facts }
    /// Sentences of waiting and of what cannot be had, in their order.
    var sentences: [String] { told.now.sentences }

    /// Waits for a phase.
    func wait(_ what: String, within seconds: Double = 120, _ condition: (ReferenceStatus) -> Bool) throws {
        do {
            try waitUntil(what, within: seconds) { condition(status) }
        } catch {
            throw Missed(what: "\(what); it was \(status)")
        }
    }

    /// Waits until everything has come, and been handed over.
    func waitForAll() throws {
        try wait("all reference data") { $0.phase == .idle && $0.stamp != nil && $0.withSector > 0 }
    }

    func stop() {
        company.stop()
        history.stop()
        runner.stop(deadlineMs: 10_000)
        tickers.release()
        fmp.release()
    }
}

extension ReferenceStatus.Phase {
    /// What is said, where something is.
    var sentence: String? {
        switch self {
        case .waiting(let sentence), .degraded(let sentence): sentence
        case .idle, .loading: nil
        }
    }

    var isWaiting: Bool {
        if case .waiting = self { true } else { false }
    }

    var isDegraded: Bool {
        if case .degraded = self { true } else { false }
    }
}
