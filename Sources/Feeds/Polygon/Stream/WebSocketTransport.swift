import MarketTime
package import Network

/// The stream's connection over a real socket.
final class WebSocketTransport: StreamTransport {
    private let connection: WebSocketConnection
    private let wake: WakeDescriptor
    private let host: String

    /// Begins to connect; `wake` ends a wait.
    init(_ request: WebSocketRequest, wake: WakeDescriptor, host: String) {
        connection = WebSocketConnection(request)
        self.wake = wake
        self.host = host
    }

    var phase: StreamTransportPhase {
        switch connection.state {
        case .connecting, .upgrading: .connecting
        case .open: .open
        case .closing: .closing
        case .ended(let end): .ended(StreamEnd(end, host: host))
        }
    }

    var lastFrameAt: Instant? { connection.lastFrameAt }
    var payloadBytes: Int { connection.payloadBytes }

    func step(waitMs: Int, onMessage: (UnsafeBufferPointer<UInt8>, Bool) -> Void) {
        connection.step(waitMs: waitMs, wake: wake, onMessage: onMessage)
    }

    func send(_ text: String) -> Bool { connection.send(text) }
    func ping() -> Bool { connection.ping() }
    func close(code: UInt16) { connection.close(code: code) }
    func drop() { connection.drop() }
}

extension StreamEnd {
    /// What an end of a WebSocket means for the stream; `host` names the server.
    package init(_ end: WebSocketEnd, host: String) {
        let verdict: Verdict =
            switch end {
            case .failed(let error):
                switch AnswerVerdict(error) {
                case .permanent: .permanent
                case .retrySlowly: .retrySlowly
                case .success, .retry, .stop: .retry
                }
            // The vendor answers no upgrade with a verdict on the key: a status is the word of a proxy or of another server.
            case .upgradeRefused(let status, _):
                status == 408 || status == 425 || (500...599).contains(status) ? .retry : .retrySlowly
            case .closed(let code, _): code == 1008 ? .policy : .retry
            case .protocolError, .messageTooLarge, .lost, .closeTimedOut, .dropped: .retry
            }
        self.init(sentence: end.sentence(host: host), verdict: verdict)
    }
}
