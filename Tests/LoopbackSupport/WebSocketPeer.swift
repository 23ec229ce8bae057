import Glibc
import Network

/// The server's side of one WebSocket, written out by hand so that a test can break every rule.
///
/// Confined to the thread of its script.
package final class WebSocketPeer {
    /// A frame of the client.
    package struct Frame: Equatable, Sendable {
        /// RFC 6455 §5.2.
        package let opcode: UInt8
        /// Without the mask.
        package let payload: [UInt8]
        /// As every frame of a client must be.
        package let isMasked: Bool

        /// The payload as text.
        package var text: String { String(decoding: payload, as: UTF8.self) }
        /// The code of a close.
        package var closeCode: Int? {
            opcode == 8 && payload.count >= 2 ? Int(payload[0]) << 8 | Int(payload[1]) : nil
        }
    }

    /// The connection below.
    package let connection: LoopbackServer.Connection
    /// The head of the client's upgrade.
    package let request: String
    private var received: [UInt8] = []

    /// A peer for an upgrade that has been read and not answered.
    package init(_ connection: LoopbackServer.Connection, _ request: String) {
        self.connection = connection
        self.request = request
    }

    /// The lines that agree to the upgrade, with the empty one at the end.
    package var agreement: [String] {
        let key = Self.field("Sec-WebSocket-Key", of: request) ?? ""
        return [
            "HTTP/1.1 101 Switching Protocols", "Upgrade: websocket", "Connection: Upgrade",
            "Sec-WebSocket-Accept: \(WebSocketUpgrade.accept(forKey: key))", "", "",
        ]
    }

    /// Agrees to the upgrade; `bytes` go out in the same segment.
    @discardableResult
    package func accept(followedBy bytes: [UInt8] = []) -> Bool {
        connection.send(Array(agreement.joined(separator: "\r\n").utf8) + bytes)
    }

    /// Sends bytes as they are; false when the client has gone.
    @discardableResult
    package func send(_ bytes: [UInt8]) -> Bool { connection.send(bytes) }

    /// Sends one text in one frame.
    @discardableResult
    package func send(text: String) -> Bool { send(Self.frame(1, Array(text.utf8))) }

    /// Sends a close.
    @discardableResult
    package func sendClose(_ code: UInt16, _ reason: String = "") -> Bool {
        send(Self.frame(8, [UInt8(code >> 8), UInt8(code & 255)] + Array(reason.utf8)))
    }

    /// A frame's bytes; `announced` is what its header claims, `mask` its key.
    package static func frame(
        _ opcode: UInt8,
        _ payload: [UInt8],
        isFinal: Bool = true,
        reserved: UInt8 = 0,
        mask: [UInt8] = [],
        announced: UInt64? = nil
    ) -> [UInt8] {
        let length = announced ?? UInt64(payload.count)
        let masked: UInt8 = mask.isEmpty ? 0 : 0x80
        var bytes: [UInt8] = [(isFinal ? 0x80 : 0) | reserved << 4 | opcode]
        func bigEndian(_ count: Int) -> [UInt8] {
            (0..<count).map { UInt8(truncatingIfNeeded: length >> UInt64(8 * (count - 1 - $0))) }
        }
        if length < 126 {
            bytes.append(masked | UInt8(length))
        } else if length < 1 << 16 {
            bytes += [masked | 126] + bigEndian(2)
        } else {
            bytes += [masked | 127] + bigEndian(8)
        }
        return bytes + mask + payload.enumerated().map { mask.isEmpty ? $1 : $1 ^ mask[$0 % 4] }
    }

    /// The client's next frame; nil when it has gone or says nothing for `milliseconds`.
    package func readFrame(within milliseconds: Int32 = 10_000) -> Frame? {
        while true {
            if let frame = takeFrame() { return frame }
            var wanted = pollfd(fd: connection.descriptor, events: Int16(POLLIN), revents: 0)
            guard poll(&wanted, 1, milliseconds) > 0 else { return nil }
            var chunk = [UInt8](repeating: 0, count: 64 << 10)
            let count = recv(connection.descriptor, &chunk, chunk.count, 0)
            guard count > 0 else { return nil }
            received += chunk[..<count]
        }
    }

    private func takeFrame() -> Frame? {
        guard received.count >= 2 else { return nil }
        let isMasked = received[1] & 0x80 != 0
        var length = Int(received[1] & 0x7F)
        var start = 2
        if length >= 126 {
            start += length == 126 ? 2 : 8
            guard received.count >= start else { return nil }
            length = received[2..<start].reduce(0) { $0 << 8 | Int($1) }
        }
        let mask = isMasked ? Array(received.dropFirst(start).prefix(4)) : []
        if isMasked { start += 4 }
        guard received.count >= start + length else { return nil }
        let payload = received[start..<(start + length)].enumerated().map { isMasked ? $1 ^ mask[$0 % 4] : $1 }
        let opcode = received[0] & 15
        received.removeFirst(start + length)
        return Frame(opcode: opcode, payload: payload, isMasked: isMasked)
    }

    /// The value of a header field, by its exact name.
    package static func field(_ name: String, of request: String) -> String? {
        for line in request.split(separator: "\r\n") where line.hasPrefix(name + ": ") {
            return String(line.dropFirst(name.count + 2))
        }
        return nil
    }
}

extension LoopbackServer {
    /// Its address for WebSockets.
    package var webSocketURL: String { "ws://127.0.0.1:\(port)" }

    /// A server that agrees to every upgrade and then runs `script`.
    package convenience init(webSocket script: @escaping @Sendable (WebSocketPeer) -> Void) throws {
        try self.init { connection, request in
            let peer = WebSocketPeer(connection, request)
            if peer.accept() { script(peer) }
            return false
        }
    }
}
