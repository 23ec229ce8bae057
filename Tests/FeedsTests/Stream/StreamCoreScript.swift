import EngineAPI
import Feeds
import MarketData
import MarketTime
import Network

/// A stream's core on manual time.
final class StreamCoreScript {
    /// 10:30:15 ET on a Tuesday in October; the monotonic clock starts elsewhere.
    static let openMarket = Instant(seconds: 1_791_297_015)
    static let key = Secret("key-12345678")
    static let login = "{\"action\":\"auth\",\"params\":\"key-12345678\"}"

    private(set) var core: StreamCore
    var now = Instant(seconds: 1000)
    var generator: SeededGenerator
    /// Everything that was done, in order.
    var log: [StreamAction] = []

    init(seed: UInt64 = 1, _ change: (inout StreamCore.Settings) -> Void = { _ in }) {
        var settings = StreamCore.Settings()
        settings.host = "socket.test"
        settings.key = Self.key
        settings.keyHint = "THE_KEY"
        change(&settings)
        core = StreamCore(settings)
        generator = SeededGenerator(seed: seed)
    }

    var wallNow: Instant { Self.openMarket.adding(nanoseconds: now.nanoseconds(since: Instant(seconds: 1000))) }
    var held: Set<String> { Set(core.subscriptions.held.map(\.text)) }

    /// What these events make the core do at the present moment.
    @discardableResult
    func step(_ events: StreamEvent...) -> [StreamAction] {
        let actions = core.step(events, now: now, wallNow: wallNow, using: &generator)
        log += actions
        return actions
    }

    /// Lets time pass, stepping exactly when the core asks for it.
    @discardableResult
    func pass(milliseconds: Int64) -> [StreamAction] {
        let end = now.adding(milliseconds: milliseconds)
        var actions: [StreamAction] = []
        var steps = 0
        while let deadline = core.nextDeadline, deadline <= end, steps < 100_000 {
            now = max(now, deadline)
            actions += step()
            steps += 1
        }
        now = end
        return actions + step()
    }

    /// Connects and logs in.
    func logIn() {
        if !log.contains(.connect) { step() }
        step(.opened, .frame, .connected)
        step(.frame, .authSuccess)
    }

    /// Steps over a pause until it connects anew, and logs in.
    func reconnect(withinMs: Int64 = 1_200_000) -> Bool {
        let before = log.count
        let end = now.adding(milliseconds: withinMs)
        while !log[before...].contains(.connect) {
            guard let deadline = core.nextDeadline, deadline <= end else { return false }
            now = max(now, deadline)
            step()
        }
        step(.opened, .frame, .connected)
        step(.frame, .authSuccess)
        return true
    }

    /// What each frame asks for, from the first on: `+` subscribes, `-` unsubscribes.
    static func frames(_ actions: [StreamAction]) -> [[String]] {
        actions.compactMap { action in
            guard case .send(let text) = action, let command = Command(text), command.name != "auth" else { return nil }
            return command.pairs.map { (command.name == "subscribe" ? "+" : "-") + $0 }
        }
    }

    /// What a client sends.
    struct Command {
        var name: String
        var pairs: [String]

        /// Nil for anything but the exact form.
        init?(_ text: String) {
            let parts = text.split(separator: "\"", omittingEmptySubsequences: false).map(String.init)
            guard parts.count == 9, parts[0] == "{", parts[1] == "action", parts[2] == ":", parts[4] == ",",
                parts[5] == "params", parts[6] == ":", parts[8] == "}"
            else { return nil }
            name = parts[3]
            pairs = parts[7].split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        }
    }
}

extension StreamEvent {
    static let connected = notice(status: "connected", message: "Connected Successfully")
    static let authSuccess = notice(status: "auth_success", message: "authenticated")
    static let notAuthorized = notice(status: "error", message: "not authorized")
    static let maxConnections = notice(
        status: "max_connections",
        message: "Maximum number of websocket connections exceeded. You have reached the connection limit for your "
            + "account. Please contact support at https://polygon.io/contact to increase your limit."
    )
    static let reset = ended(StreamEnd(sentence: "socket.test reset the connection."))

    static func ack(_ pair: String) -> Self { notice(status: "success", message: "subscribed to: \(pair)") }

    static func want(_ pairs: [String], omitted: Int = 0) -> Self {
        want(StreamDemand(pairs: pairs.compactMap { StreamPair(text: $0) }, omitted: omitted))
    }
}

extension StreamPair {
    /// From the protocol's form; nil when it is none.
    init?(text: String) {
        let parts = text.split(separator: ".", maxSplits: 1).map(String.init)
        guard parts.count == 2, let topic = StreamTopic(rawValue: parts[0]) else { return nil }
        if parts[1] == "*" {
            self.init(topic, nil)
        } else if let symbol = Symbol(parts[1]) {
            self.init(topic, symbol)
        } else {
            return nil
        }
    }
}

extension StreamState {
    /// The state's name and its sentence.
    var words: String {
        switch self {
        case .off(let sentence): "off: \(sentence)"
        case .connecting: "connecting"
        case .authenticating: "authenticating"
        case .live: "live"
        case .degraded(let sentence): "degraded: \(sentence)"
        case .backingOff(let sentence, _): "backing off: \(sentence)"
        case .refused(let sentence): "refused: \(sentence)"
        }
    }

    var retryAt: Instant? {
        if case .backingOff(_, let retryAt) = self { retryAt } else { nil }
    }
}
