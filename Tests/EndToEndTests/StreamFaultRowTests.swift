import EngineAPI
import Feeds
import Foundation
import MarketData
import MarketServer
import Network
import Simulator
import Testing

/// What must hold when the WebSocket has a trouble.
struct StreamFaultRow: CustomTestStringConvertible, Sendable {
    enum Outcome: Sendable {
        /// The same connection goes on, and the events with it.
        case unharmed
        /// The connection is given up with a sentence, and the next one has everything.
        case heals
        /// The same connection goes on without a topic, and says so.
        case lacks
        /// Nothing is tried until somebody asks for it.
        case refused
    }

    /// As in `tradeul sim --fault`, without the connections it befalls: the first one.
    var fault: String
    var outcome: Outcome
    /// What a sentence to the trader must contain.
    var words: [String] = []
    /// Whether what the client has counted shows that the trouble was there.
    var evidence: @Sendable (StreamStatus, StreamFlow) -> Bool = { _, _ in true }
    var configure: @Sendable (inout StreamSetup) -> Void = { _ in }

    var testDescription: String { fault }

    private static let isLeftOut: @Sendable (StreamStatus, StreamFlow) -> Bool = { status, _ in
        status.rejections.total > 0
    }
    private static let impatient: @Sendable (inout StreamSetup) -> Void = { $0.stream.livenessSeconds = 1 }

    static let all: [Self] = [
        Self(fault: "refuse", outcome: .heals),
        Self(fault: "refuse:503", outcome: .heals, words: ["503", "in trouble"]),
        Self(fault: "refuse:403", outcome: .heals, words: ["403", "plan"]),
        Self(fault: "slow:300", outcome: .unharmed),
        Self(fault: "never", outcome: .heals) { $0.stream.limits.upgradeTimeoutMs = 300 },
        Self(fault: "garbage", outcome: .heals),
        Self(fault: "eager", outcome: .unharmed),
        Self(fault: "bad-login", outcome: .refused, words: ["auth_failed", "POLYGON_API_KEY", "Quit"]),
        Self(
            fault: "bad-plan",
            outcome: .refused,
            words: ["plan", "does not include the WebSocket", "POLYGON_API_KEY"]
        ),
        Self(fault: "login-timeout", outcome: .heals, words: ["auth_timeout"]),
        Self(fault: "not-authorized:Q@0ms", outcome: .lacks, words: ["quotes (Q)", "the rest goes on"]),
        Self(fault: "reset@200ev", outcome: .heals, words: ["lost"]),
        Self(fault: "drop@200ev", outcome: .heals, words: ["lost"]),
        Self(fault: "close@200ev", outcome: .heals, words: ["1000"]),
        Self(fault: "close:1011:engine failure@200ev", outcome: .heals, words: ["1011", "engine failure"]),
        Self(fault: "close:1008:policy of the house@200ev", outcome: .heals, words: ["1008", "another program"]),
        Self(fault: "max-connections@200ev", outcome: .heals, words: ["Another program uses the account"]),
        Self(fault: "huge:1000000@200ev", outcome: .heals, words: ["larger"]),
        Self(fault: "endless-frame@200ev", outcome: .heals, words: ["larger"]),
        Self(fault: "endless-message@200ev", outcome: .heals, words: ["larger"]),
        Self(fault: "stall@200ev", outcome: .heals, words: ["Nothing came", "given up"], configure: impatient),
        Self(fault: "stall-with-pings@200ev+700ms", outcome: .unharmed) {
            $0.server.pingMs = 30
            $0.stream.livenessSeconds = 2
        },
        Self(fault: "half-open@200ev", outcome: .heals, words: ["Nothing came", "given up"], configure: impatient),
        Self(fault: "reorder@200ev", outcome: .unharmed),
        Self(fault: "duplicate@200ev", outcome: .unharmed, evidence: { $1.duplicates > 0 }),
        Self(fault: "malformed@200ev", outcome: .unharmed, evidence: isLeftOut),
        Self(fault: "fragment:40@200ev", outcome: .unharmed),
        Self(fault: "ping-flood:5000@200ev", outcome: .unharmed),
        Self(fault: "binary@200ev", outcome: .unharmed, evidence: { status, _ in status.rejections.badFrames > 0 }),
        Self(fault: "invalid-utf8@200ev", outcome: .heals, words: ["UTF-8"]),
        Self(fault: "hostile-symbols@200ev", outcome: .unharmed, evidence: isLeftOut),
        Self(fault: "unknown-events@200ev", outcome: .unharmed) { status, _ in status.rejections.unknownEvent > 0 },
        Self(fault: "ignore-close@0ms", outcome: .unharmed),
        Self(fault: "burst:20000@200ev", outcome: .unharmed),
        Self(fault: "silent-login", outcome: .heals, words: ["has not answered the login"]) {
            $0.stream.loginTimeoutMs = 500
        },
    ]

    private init(
        fault: String,
        outcome: Outcome,
        words: [String] = [],
        evidence: @escaping @Sendable (StreamStatus, StreamFlow) -> Bool
    ) {
        (self.fault, self.outcome, self.words, self.evidence) = (fault, outcome, words, evidence)
    }

    private init(
        fault: String,
        outcome: Outcome,
        words: [String] = [],
        configure: @escaping @Sendable (inout StreamSetup) -> Void = { _ in }
    ) {
        (self.fault, self.outcome, self.words, self.configure) = (fault, outcome, words, configure)
    }
}

/// The whole client against every trouble of the simulator.
@Suite
struct StreamFaultRowTests {
    @Test func everyTroubleTheSimulatorKnowsHasARow() throws {
        let names = try #require(StreamFaultRule.spelling.components(afterLast: "names: "))
        #expect(names.count > 25)
        for name in names {
            #expect(StreamFaultRow.all.contains { $0.fault.hasName(name) }, "no row for \(name)")
        }
    }

    @Test(arguments: StreamFaultRow.all)
    func theClientOutlivesIt(_ row: StreamFaultRow) throws {
        var setup = StreamSetup()
        setup.server.faults = StreamFaultPlan([try .parse(row.fault + "#0")])
        row.configure(&setup)
        let rig = try StreamRig(setup)
        defer { rig.stop() }
        rig.clock.run(speed: 20)
        switch row.outcome {
        case .unharmed: try checkUnharmed(rig, row)
        case .heals: try checkHealed(rig, row)
        case .lacks: try checkLack(rig, row)
        case .refused: try checkRefusal(rig, row)
        }
        try rig.stopAndCompareVolumes()
        let seen = rig.tap.now
        #expect(seen.states.areLegal, "\(seen.states)")
        for sentence in seen.sentences {
            #expect(
                !sentence.contains("test-key-4711") && sentence.count < 400 && sentence.hasSuffix("."),
                "\(sentence)"
            )
        }
        #expect(rig.volumes.keys.allSatisfy { rig.market.index(of: $0.text) != nil })
        #expect(rig.stop(), "the stream did not end in time")
    }

    private func checkUnharmed(_ rig: StreamRig, _ row: StreamFaultRow) throws {
        try rig.waitForSubscriptions()
        try rig.waitForEvents(1200)
        try waitUntil("evidence of \(row.fault)") { row.evidence(rig.tap.now.status, rig.flow) }
        #expect(try rig.server.streamConnections().map(\.id) == [0])
        #expect(rig.tap.now.status.epoch == 1 && rig.tap.state == .live)
        #expect(rig.flow.refused == 0 || row.fault.hasName("hostile-symbols"))
    }

    private func checkHealed(_ rig: StreamRig, _ row: StreamFaultRow) throws {
        try waitUntil("the end of the first connection", within: 30) {
            rig.tap.now.states.contains { if case .backingOff = $0 { true } else { false } }
        }
        let told = rig.tap.now.sentences
        #expect(told.contains { words in row.words.allSatisfy(words.contains) }, "\(told)")
        try waitUntil("a new login") { rig.tap.state == .live }
        try rig.waitForSubscriptions()
        try rig.waitForEvents(500)
        let connections = try rig.server.streamConnections()
        #expect(connections.filter { $0.isOpen && $0.isLive }.count == 1)
        // Of a connection that is gone nothing is asked any more: there is one more at most, the one with the trouble.
        #expect(connections.count <= 2, "\(connections)")
    }

    private func checkLack(_ rig: StreamRig, _ row: StreamFaultRow) throws {
        try waitUntil("what is lacking is told") { if case .degraded? = rig.tap.state { true } else { false } }
        let told = rig.tap.now.sentences
        #expect(told.contains { words in row.words.allSatisfy(words.contains) }, "\(told)")
        #expect(try rig.subscribed() == rig.wanted.filter { !$0.hasPrefix("Q.") })
        try rig.waitForEvents(500)
        #expect(rig.tap.now.status.deniedTopics == [.quotes] && rig.tap.now.status.epoch == 1)
    }

    private func checkRefusal(_ rig: StreamRig, _ row: StreamFaultRow) throws {
        try waitUntil("the refusal") { if case .refused? = rig.tap.state { true } else { false } }
        let told = rig.tap.now.sentences
        #expect(told.contains { words in row.words.allSatisfy(words.contains) }, "\(told)")
        // A pause after a failure would have ended many times while these snapshots came.
        let polls = rig.status?.feed.succeededPolls ?? 0
        try waitUntil("snapshots") { rig.status.map { $0.feed.succeededPolls > polls + 5 } ?? false }
        #expect(try rig.server.streamConnections().map(\.id) == [0])
        rig.stream.retry()
        try rig.waitForSubscriptions()
        try rig.waitForEvents(200)
    }
}

extension [StreamState] {
    /// Whether each state can follow on the one before.
    fileprivate var areLegal: Bool {
        zip(self, dropFirst()).allSatisfy { old, new in
            switch (old, new) {
            case (.connecting, .authenticating), (.connecting, .backingOff), (.connecting, .refused): true
            case (.authenticating, .live), (.authenticating, .degraded), (.authenticating, .backingOff): true
            case (.authenticating, .refused): true
            case (.live, .degraded), (.live, .backingOff), (.live, .refused): true
            case (.degraded, .live), (.degraded, .degraded), (.degraded, .backingOff), (.degraded, .refused): true
            case (.backingOff, .connecting), (.refused, .connecting): true
            default: false
            }
        }
    }
}

extension String {
    /// The names in a comma list behind a mark, without the values they take.
    fileprivate func components(afterLast mark: String) -> [String]? {
        guard let place = range(of: mark, options: .backwards) else { return nil }
        return self[place.upperBound...].split(separator: ", ").map { name in
            String(name.prefix { $0 != "[" && $0 != ":" })
        }
    }

    /// Whether this spells the trouble of a name.
    fileprivate func hasName(_ name: String) -> Bool {
        hasPrefix(name) && dropFirst(name.count).first.map { ":@+#".contains($0) } ?? true
    }
}
