import Glibc

/// A proxy on loopback that knows `CONNECT` only and takes every tunnel to one port of this machine.
package final class ConnectProxy: Sendable {
    private let server: LoopbackServer

    /// Where it listens on 127.0.0.1.
    package var port: UInt16 { server.port }
    /// Heads of the requests so far.
    package var requests: [String] { server.requests }

    /// Listens at once.
    package init(to target: UInt16) throws {
        server = try LoopbackServer { connection, request in
            guard request.hasPrefix("CONNECT "), let far = LoopbackServer.connect(to: target) else {
                connection.answer("", status: "502 Bad Gateway")
                return false
            }
            defer { close(far) }
            guard connection.send("HTTP/1.1 200 Connection established\r\n\r\n") else { return false }
            Self.carry(connection.descriptor, far)
            return false
        }
    }

    /// Ends every tunnel.
    package func stop() { server.stop() }

    /// Carries bytes both ways until one side ends.
    private static func carry(_ near: Int32, _ far: Int32) {
        var chunk = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            var wanted = [near, far].map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
            guard poll(&wanted, 2, 20_000) > 0 else { return }
            for (index, other) in [far, near].enumerated() where wanted[index].revents != 0 {
                let count = recv(wanted[index].fd, &chunk, chunk.count, 0)
                guard count > 0 else { return }
                var sent = 0
                while sent < count {
                    let more = chunk[sent..<count].withUnsafeBytes {
                        send(other, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
                    }
                    guard more > 0 else { return }
                    sent += more
                }
            }
        }
    }
}

extension LoopbackServer {
    /// A connection to a port of 127.0.0.1; nil when nobody listens.
    package static func connect(to port: UInt16) -> Int32? {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let isConnected = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
        if isConnected { return descriptor }
        close(descriptor)
        return nil
    }
}
