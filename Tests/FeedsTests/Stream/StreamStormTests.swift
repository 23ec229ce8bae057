import EngineAPI
import Feeds
import MarketTime
import Network
import Testing

/// The vendor's side of random scripts: late, out of order, forgetful, and strict about what it is asked.
private struct StormVendor {
    var denied: Set<String> = []
    var held: Set<String> = []
    /// Asked for and denied on this connection, which the client may not know yet.
    var refused: Set<String> = []
    var breaches: [String] = []
    private(set) var pending: [(at: Instant, event: StreamEvent)] = []

    init(denied: Set<String>) { self.denied = denied }

    mutating func take(_ action: StreamAction, now: Instant, _ random: inout SeededGenerator) {
        switch action {
        case .connect:
            disconnect()
            later(.opened, now, 0...200, &random)
        case .close:
            disconnect()
            if Bool.random(using: &random) { later(.reset, now, 0...300, &random) }
        case .drop: disconnect()
        case .ping: later(.frame, now, 0...300, &random)
        case .report: break
        case .send(let text):
            guard let command = StreamCoreScript.Command(text) else {
                breaches.append("not a command: \(text)")
                return
            }
            if command.pairs.count > 50 || text.utf8.count > 16_384 { breaches.append("too long: \(text)") }
            switch command.name {
            case "auth": later(.authSuccess, now, 0...200, &random)
            case "subscribe": subscribe(command.pairs, now, &random)
            default: unsubscribe(command.pairs)
            }
        }
    }

    /// Everything that has arrived by now.
    mutating func arrived(now: Instant) -> [StreamEvent] {
        let due = pending.filter { $0.at <= now }.sorted { $0.at < $1.at }.map(\.event)
        pending.removeAll { $0.at <= now }
        return due
    }

    mutating func disconnect() {
        held = []
        refused = []
        pending = []
    }

    mutating func greet(now: Instant) { pending.append((now, .connected)) }

    private mutating func later(
        _ event: StreamEvent,
        _ now: Instant,
        _ range: ClosedRange<Int64>,
        _ random: inout SeededGenerator
    ) {
        pending.append((now.adding(milliseconds: Int64.random(in: range, using: &random)), event))
    }

    private mutating func subscribe(_ pairs: [String], _ now: Instant, _ random: inout SeededGenerator) {
        for pair in pairs {
            let topic = String(pair.prefix { $0 != "." })
            if denied.contains(topic) {
                refused.insert(pair)
                later(.notAuthorized, now, 0...500, &random)
            } else if !held.insert(pair).inserted {
                // After a denial, one pair per doubtful topic may be asked for once more.
                if refused.isEmpty { breaches.append("twice: \(pair)") }
            } else if Int.random(in: 0..<10, using: &random) > 0 {
                later(.ack(pair), now, 0...500, &random)
            }
        }
    }

    private mutating func unsubscribe(_ pairs: [String]) {
        for pair in pairs where held.remove(pair) == nil && !refused.contains(pair) {
            breaches.append("never subscribed: \(pair)")
        }
    }
}

@Suite struct StreamStormTests {
    private static let topics = ["T", "Q", "A", "AM", "LULD"]

    private var seeds: [UInt64] { (1...18).map { $0 } }

    private func demand(_ random: inout SeededGenerator) -> [String] {
        (0..<Int.random(in: 0...120, using: &random)).map { _ in
            let topic = Self.topics[Int.random(in: 0..<5, using: &random)]
            let symbol = Int.random(in: 0..<40, using: &random)
            return symbol == 0 ? "\(topic).*" : "\(topic).S\(symbol)"
        }
    }

    /// What the vendor should hold in the end.
    private func expected(_ demand: [String], denied: Set<String>) -> Set<String> {
        let wildcards = Set(demand.filter { $0.hasSuffix(".*") }.map { $0.dropLast(2) })
        return Set(
            demand.filter { pair in
                let topic = pair.prefix { $0 != "." }
                return !denied.contains(String(topic)) && (pair.hasSuffix(".*") || !wildcards.contains(topic))
            }
        )
    }

    private func pass(
        _ script: StreamCoreScript,
        _ vendor: inout StormVendor,
        milliseconds: Int64,
        _ random: inout SeededGenerator
    ) {
        let end = script.now.adding(milliseconds: milliseconds)
        var steps = 0
        while steps < 100_000 {
            let next = ([script.core.nextDeadline].compactMap(\.self) + vendor.pending.map(\.at)).min() ?? end
            guard next <= end else { break }
            script.now = max(script.now, next)
            let arrived = vendor.arrived(now: script.now)
            for event in arrived {
                feed(script, &vendor, event, &random)
                if event == .opened { vendor.greet(now: script.now) }
            }
            feed(script, &vendor, nil, &random)
            steps += 1
        }
        script.now = end
    }

    private func feed(
        _ script: StreamCoreScript,
        _ vendor: inout StormVendor,
        _ event: StreamEvent?,
        _ random: inout SeededGenerator
    ) {
        let actions = event.map { script.step(.frame, $0) } ?? script.step()
        for action in actions { vendor.take(action, now: script.now, &random) }
        script.log.removeAll(keepingCapacity: true)
    }

    private func settles(
        _ script: StreamCoreScript,
        _ vendor: inout StormVendor,
        _ demand: [String],
        _ random: inout SeededGenerator,
        _ note: String
    ) {
        feed(script, &vendor, .want(demand), &random)
        // A refusal by the limit of connections lasts up to ten minutes; nothing else lasts as long.
        pass(script, &vendor, milliseconds: 700_000, &random)
        #expect(script.core.state.isConnected, "\(note): \(script.core.state)")
        #expect(vendor.held == expected(demand, denied: vendor.denied), "\(note)")
        #expect(script.held == vendor.held, "\(note)")
        #expect(vendor.breaches == [], "\(note)")
    }

    @Test func afterAnyScriptWhatIsHeldIsWhatIsWantedAndNotDenied() {
        for seed in seeds {
            var random = SeededGenerator(seed: seed)
            var vendor = StormVendor(
                denied: Set(Self.topics.filter { _ in Int.random(in: 0..<4, using: &random) == 0 })
            )
            let script = StreamCoreScript(seed: seed)
            feed(script, &vendor, nil, &random)
            var wanted: [String] = []
            for _ in 0..<200 {
                switch Int.random(in: 0..<20, using: &random) {
                case 0:
                    vendor.disconnect()
                    feed(script, &vendor, .reset, &random)
                case 1 where seed % 3 == 0: feed(script, &vendor, .maxConnections, &random)
                case 2 where seed % 2 == 0: feed(script, &vendor, .retry(key: nil), &random)
                case 3...12:
                    wanted = demand(&random)
                    feed(script, &vendor, .want(wanted), &random)
                default: break
                }
                pass(script, &vendor, milliseconds: Int64.random(in: 0...3000, using: &random), &random)
            }
            settles(script, &vendor, wanted, &random, "seed \(seed)")
        }
    }

    @Test func aThousandDropsEndWithExactlyWhatIsWanted() {
        for seed in [7] as [UInt64] {
            var random = SeededGenerator(seed: seed)
            var vendor = StormVendor(denied: ["Q"])
            let script = StreamCoreScript(seed: seed) { $0.backoff = .init(firstMs: 100, capMs: 2000) }
            feed(script, &vendor, nil, &random)
            for _ in 0..<1000 {
                pass(script, &vendor, milliseconds: Int64.random(in: 0...4000, using: &random), &random)
                feed(script, &vendor, .want(demand(&random)), &random)
                vendor.disconnect()
                feed(script, &vendor, .reset, &random)
            }
            settles(script, &vendor, demand(&random), &random, "seed \(seed)")
            #expect(script.core.epoch > 100, "seed \(seed)")
        }
    }
}
