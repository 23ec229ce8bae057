import LoopbackSupport
import MarketTime
import Network
import Synchronization
import Testing

/// Steps one connection until something has happened, and collects what it delivers; every wait has a deadline.
final class WebSocketDriver {
    let connection: WebSocketConnection
    private(set) var texts: [String] = []
    private(set) var binaries: [[UInt8]] = []
    private(set) var messages = 0
    /// Every message was followed by 64 zero bytes.
    private(set) var arePadded = true
    /// Texts themselves are not kept.
    var isCountingOnly = false

    init(_ url: String, caFile: String? = nil, limits: WebSocketRequest.Limits = .init()) {
        connection = WebSocketConnection(WebSocketRequest(url: url, caFile: caFile, limits: limits))
    }

    convenience init(_ server: LoopbackServer, limits: WebSocketRequest.Limits = .init()) {
        self.init(server.webSocketURL, limits: limits)
    }

    var state: WebSocketConnection.State { connection.state }

    /// The reason of the end; nil while there is none.
    var end: WebSocketEnd? { if case .ended(let end) = state { end } else { nil } }

    func step(waitMs: Int, wake: WakeDescriptor? = nil) {
        connection.step(waitMs: waitMs, wake: wake) { bytes, isText in
            messages += 1
            let padding = UnsafeBufferPointer(start: bytes.baseAddress.map { $0 + bytes.count }, count: 64)
            if !padding.allSatisfy({ $0 == 0 }) { arePadded = false }
            guard !isCountingOnly else { return }
            if isText { texts.append(String(decoding: bytes, as: UTF8.self)) } else { binaries.append(Array(bytes)) }
        }
    }

    /// True when the condition came true within the time.
    @discardableResult
    func run(withinMs: Int64 = 20_000, until condition: () -> Bool) -> Bool {
        let deadline = MonotonicTime.now().adding(milliseconds: withinMs)
        while !condition() {
            guard MonotonicTime.now() < deadline else { return false }
            step(waitMs: 50)
        }
        return true
    }

    /// Steps until it is open; records an issue otherwise.
    func open() {
        run { state == .open || end != nil }
        #expect(state == .open)
    }

    /// Steps until it has ended.
    func runToEnd(withinMs: Int64 = 20_000) -> WebSocketEnd? {
        run(withinMs: withinMs) { end != nil }
        return end
    }
}

/// A connection is in another state than the test wants.
struct Unexpected: Error {
    let state: WebSocketConnection.State
}

/// A value a server's script leaves for the test.
final class Noted<Value: Sendable>: Sendable {
    private let mutex: Mutex<Value>

    init(_ value: Value) { mutex = Mutex(value) }

    var value: Value { mutex.withLock { $0 } }

    func set(_ value: Value) { mutex.withLock { $0 = value } }

    func change(_ change: @Sendable (inout Value) -> Void) { mutex.withLock { change(&$0) } }
}
