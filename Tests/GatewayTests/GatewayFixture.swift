import EngineAPI
import Gateway
import Glibc
import MarketData
import MarketTime
import Synchronization
import Testing

/// A moment of an ordinary trading day.
let testTime: Instant = NewYork.instant(DayID(year: 2026, month: 10, day: 6) ?? DayID(rawValue: 0), secondOfDay: 37_815)
    .adding(milliseconds: 250)

/// A status at that moment.
func testStatus() -> EngineStatus {
    EngineStatus(
        now: testTime,
        session: ExchangeCalendar().state(at: testTime),
        progress: DayProgress(completedSlots: 78, fraction: 0.05)
    )
}

/// An engine that answers as it is told.
final class FakeEngine: EngineClient {
    enum Manner: Sendable {
        /// The given answer, with the query's rows and columns where it has none.
        case answer(ScanResult)
        /// No room for the question.
        case full
        /// Keeps the question.
        case silent
    }

    private struct State {
        var manner: Manner
        var view: EngineView?
        var queries: [ScanQuery] = []
        var kept: [@Sendable (ScanAnswer?) -> Void] = []
    }

    private let state: Mutex<State>

    init(_ manner: Manner = .full, view: EngineView? = EngineView(sequence: 1, status: testStatus(), result: nil)) {
        state = Mutex(State(manner: manner, view: view))
    }

    var queries: [ScanQuery] { state.withLock { $0.queries } }

    func set(_ manner: Manner) { state.withLock { $0.manner = manner } }

    func show(_ view: EngineView?) { state.withLock { $0.view = view } }

    /// Answers what was kept.
    func answerKept(_ answer: ScanAnswer?) {
        let kept = state.withLock { state in
            defer { state.kept = [] }
            return state.kept
        }
        for completion in kept { completion(answer) }
    }

    func send(_ command: EngineCommand) {}

    func ask(_ query: ScanQuery, completion: @escaping @Sendable (ScanAnswer?) -> Void) {
        let manner = state.withLock { state in
            state.queries.append(query)
            if case .silent = state.manner { state.kept.append(completion) }
            return state.manner
        }
        switch manner {
        case .answer(let result): completion(ScanAnswer(result: result, status: testStatus()))
        case .full: completion(nil)
        case .silent: break
        }
    }

    func latest() -> EngineView? { state.withLock { $0.view } }

    func onUpdate(_ action: @escaping @Sendable () -> Void) {}
}

/// A folder that only this test has, removed with everything in it.
final class TestFolder {
    let path: String

    init() throws {
        var template = Array("/tmp/gateway-XXXXXX".utf8CString)
        let made = template.withUnsafeMutableBufferPointer { $0.baseAddress.flatMap { mkdtemp($0) } }
        path = String(cString: try #require(made))
    }

    deinit { Self.remove(path) }

    private static func remove(_ path: String) {
        if let folder = opendir(path) {
            while let entry = readdir(folder) {
                let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                    String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
                }
                if name != ".", name != ".." { remove(path + "/" + name) }
            }
            closedir(folder)
            rmdir(path)
        } else {
            unlink(path)
        }
    }
}

/// A running gateway on a socket of its own.
final class TestGateway {
    let folder: TestFolder
    let path: String
    let engine: FakeEngine
    let server: GatewayServer

    init(_ engine: FakeEngine = FakeEngine(), limits: GatewayLimits = GatewayLimits()) throws {
        folder = try TestFolder()
        path = folder.path + "/run/engine.sock"
        self.engine = engine
        let origin = GatewayOrigin(name: "demo", version: "1.2.3")
        server = GatewayServer(path: path, engine: engine, origin: origin, limits: limits)
        try server.start()
    }

    deinit { server.stop() }

    func client() throws -> UnixClient { try #require(UnixClient(path)) }

    /// One request on a connection of its own.
    func ask(_ request: String) throws -> UnixClient.Answer {
        let client = try client()
        client.send(request)
        return try #require(client.answer(), "no answer to \(request.prefix(80))")
    }

    func scan(_ body: String) throws -> UnixClient.Answer {
        try ask("POST /v1/scan HTTP/1.1\r\nHost: x\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)")
    }

    func get(_ path: String) throws -> UnixClient.Answer { try ask("GET \(path) HTTP/1.1\r\nHost: x\r\n\r\n") }
}

/// A raw client of a Unix socket; every wait ends after twenty seconds.
final class UnixClient {
    struct Answer {
        var status: Int
        var head: String
        var body: [UInt8]
        var text: String { String(decoding: body, as: UTF8.self) }
    }

    let descriptor: Int32
    private var received: [UInt8] = []

    init?(_ path: String) {
        descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        var timeout = timeval(tv_sec: 20, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let code = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard code == 0 else { return nil }
    }

    deinit { close(descriptor) }

    /// Sends what the peer takes; false when it is gone.
    @discardableResult
    func send(_ bytes: [UInt8]) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }

    @discardableResult
    func send(_ text: String) -> Bool { send(Array(text.utf8)) }

    /// The next answer; nil when the connection ends before it is whole.
    func answer() -> Answer? {
        let end = Array("\r\n\r\n".utf8)
        while true {
            if let place = received.firstRange(of: end) {
                let head = String(decoding: received[..<place.lowerBound], as: UTF8.self)
                let words = head.split(separator: " ")
                let length = head.lowercased().split(separator: "\r\n").first { $0.hasPrefix("content-length:") }
                    .flatMap { Int($0.dropFirst(15).drop { $0 == " " }) }
                guard words.count > 1, let status = Int(words[1]) else { return nil }
                received.removeSubrange(..<place.upperBound)
                while received.count < length ?? 0 {
                    guard fill() else { return nil }
                }
                let body = Array(received.prefix(length ?? 0))
                received.removeFirst(body.count)
                return Answer(status: status, head: head, body: body)
            }
            guard fill() else { return nil }
        }
    }

    private func fill() -> Bool {
        var chunk = [UInt8](repeating: 0, count: 65_536)
        let count = chunk.withUnsafeMutableBytes { recv(descriptor, $0.baseAddress, $0.count, 0) }
        guard count > 0 else { return false }
        received += chunk[..<count]
        return true
    }

    /// Whether the peer closes the connection within twenty seconds, be there data left to read or not.
    func isClosedByPeer() -> Bool {
        var entry = pollfd(fd: descriptor, events: 0, revents: 0)
        return poll(&entry, 1, 20_000) == 1 && Int32(entry.revents) & (POLLHUP | POLLERR) != 0
    }
}
