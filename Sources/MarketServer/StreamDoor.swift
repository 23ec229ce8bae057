import Glibc
import MarketTime
import NIOCore
import NIOHTTP1
import NIOWebSocket

/// Decides on one connection's request for an upgrade, with the troubles that befall it.
///
/// Lives on the connection's event loop.
final class StreamDoor {
    /// Where the WebSocket is.
    static let paths: Set<String> = ["/stocks", "/"]

    private let hub: StreamHub
    private let gate: WireGate
    private var number = 0

    init(hub: StreamHub, gate: WireGate) {
        self.hub = hub
        self.gate = gate
    }

    /// Whether a request's path is the WebSocket's, whatever follows `?`.
    static func leads(_ uri: String) -> Bool {
        let end = uri.firstIndex(of: "?") ?? uri.endIndex
        return paths.contains(String(uri[..<end]))
    }

    /// The upgrade of a connection.
    static func upgrader(hub: StreamHub, gate: WireGate, on loop: any EventLoop) -> NIOWebSocketServerUpgrader {
        let door = NIOLoopBound(StreamDoor(hub: hub, gate: gate), eventLoop: loop)
        return NIOWebSocketServerUpgrader(
            maxFrameSize: hub.options.messageBytesMax,
            shouldUpgrade: { channel, head in door.value.decide(channel, head) },
            upgradePipelineHandler: { channel, _ in
                channel.eventLoop.makeCompletedFuture { try door.value.enter(channel) }
            }
        )
    }

    /// Headers for a welcome client; nil for one whose request is answered as any other.
    private func decide(_ channel: any Channel, _ head: HTTPRequestHead) -> EventLoopFuture<HTTPHeaders?> {
        let loop = channel.eventLoop
        guard Self.leads(head.uri) else { return loop.makeSucceededFuture(nil) }
        let (number, faults) = hub.admit()
        self.number = number
        var delay: Int64 = 0
        for fault in faults {
            switch fault {
            case .refuse:
                reset(channel)
                return never(channel)
            case .refuseUpgrade(let status):
                refuse(channel, status)
                return never(channel)
            case .neverUpgrade: return never(channel)
            case .slowUpgrade(let milliseconds): delay = max(delay, Int64(milliseconds))
            case .garbage: gate.send(ByteBuffer(bytes: SpoiledEvents.garbage))
            case .eager: gate.holdAnswer()
            default: break
            }
        }
        guard delay > 0 else { return loop.makeSucceededFuture(HTTPHeaders()) }
        return loop.scheduleTask(in: .milliseconds(delay)) { HTTPHeaders() }.futureResult
    }

    /// Puts the WebSocket's handler in place of the HTTP ones.
    private func enter(_ channel: any Channel) throws {
        let pipeline = channel.pipeline.syncOperations
        guard let handler = hub.handler(number: number, gate: gate) else {
            channel.close(promise: nil)
            return
        }
        try pipeline.addHandler(handler)
    }

    /// A decision that comes when the connection has ended.
    private func never(_ channel: any Channel) -> EventLoopFuture<HTTPHeaders?> {
        channel.closeFuture.map { nil }
    }

    private func reset(_ channel: any Channel) {
        guard let socket = channel as? any SocketOptionProvider else {
            channel.close(promise: nil)
            return
        }
        socket.setSoLinger(linger(l_onoff: 1, l_linger: 0)).whenComplete { _ in channel.close(promise: nil) }
    }

    private func refuse(_ channel: any Channel, _ status: Int) {
        let reason = HTTPResponseStatus(statusCode: status).reasonPhrase
        let isGateway = status >= 500
        let body =
            isGateway
            ? "<html><head><title>\(status) \(reason)</title></head><body><h1>\(status) \(reason)</h1></body></html>\n"
            : "{\"status\":\"ERROR\",\"error\":\"\(reason)\"}"
        let type = isGateway ? "text/html" : "application/json"
        gate.send(
            ByteBuffer(
                string:
                    "HTTP/1.1 \(status) \(reason)\r\nContent-Type: \(type)\r\nContent-Length: \(body.utf8.count)\r\n"
                    + "Connection: close\r\n\r\n\(body)"
            )
        )
        gate.whenWritten { channel.close(promise: nil) }
    }
}
