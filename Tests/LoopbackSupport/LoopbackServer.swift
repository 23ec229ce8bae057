import Glibc
import Network
import Synchronization

/// A small HTTP server on loopback that can misbehave: every connection runs the test's script on a thread of its own.
///
/// `state` (open descriptors, requests seen) is guarded by its mutex.
package final class LoopbackServer: Sendable {
    /// What a script may do with one connection.
    package struct Connection: Sendable {
        /// The socket.
        package let descriptor: Int32
        /// 1 for the first connection the server accepted.
        package let number: Int

        /// Reads up to the end of a request's header; nil when the client has gone.
        package func readRequest() -> String? {
            var bytes: [UInt8] = []
            var chunk = [UInt8](repeating: 0, count: 4096)
            while !bytes.endsHeader {
                let count = recv(descriptor, &chunk, chunk.count, 0)
                guard count > 0 else { return nil }
                bytes += chunk[..<count]
            }
            return String(decoding: bytes, as: UTF8.self)
        }

        /// Sends all bytes; false when the client has gone.
        @discardableResult
        package func send(_ bytes: [UInt8]) -> Bool {
            var sent = 0
            while sent < bytes.count {
                let count = bytes[sent...].withUnsafeBytes {
                    Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
                }
                guard count > 0 else { return false }
                sent += count
            }
            return true
        }

        /// Sends a text; false when the client has gone.
        @discardableResult
        package func send(_ text: String) -> Bool { send(Array(text.utf8)) }

        /// A whole answer with a length.
        @discardableResult
        package func answer(_ body: [UInt8], status: String = "200 OK", headers: [String] = []) -> Bool {
            let lines = ["HTTP/1.1 \(status)", "Content-Length: \(body.count)"] + headers + ["", ""]
            return send(Array(lines.joined(separator: "\r\n").utf8) + body)
        }

        /// A whole answer with a length.
        @discardableResult
        package func answer(_ body: String, status: String = "200 OK", headers: [String] = []) -> Bool {
            answer(Array(body.utf8), status: status, headers: headers)
        }

        /// Waits until the client goes away, at most `milliseconds`; true when it has gone.
        @discardableResult
        package func clientLeaves(within milliseconds: Int32 = 20_000) -> Bool {
            var wanted = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            return poll(&wanted, 1, milliseconds) > 0
        }

        /// Makes the end of this connection a reset instead of an orderly end.
        package func resetAtEnd() {
            var option = linger(l_onoff: 1, l_linger: 0)
            setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
        }
    }

    private struct State {
        var descriptors: [Int32] = []
        var isStopping = false
        var requests: [String] = []
        var accepted = 0
        var threads: [PlainThread] = []
    }

    /// Where it listens on 127.0.0.1.
    package let port: UInt16
    private let listener: Int32
    private let state = Mutex(State())

    /// Its address.
    package var url: String { "http://127.0.0.1:\(port)" }
    /// Heads of the requests so far.
    package var requests: [String] { state.withLock { $0.requests } }
    /// Connections accepted so far.
    package var accepted: Int { state.withLock { $0.accepted } }

    /// Listens at once; `script` is run for every request of every connection until it returns false.
    package init(_ script: @escaping @Sendable (Connection, String) -> Bool) throws {
        (listener, port) = try Self.listen()
        let thread = PlainThread { [listener] in
            while true {
                let descriptor = accept(listener, nil, nil)
                guard descriptor >= 0 else { return }
                self.serve(descriptor, script)
            }
        }
        if let thread { state.withLock { $0.threads.append(thread) } }
    }

    /// A server that gives every request the same answer.
    package convenience init(status: String = "200 OK", body: String = "", headers: [String] = []) throws {
        try self.init { connection, _ in connection.answer(body, status: status, headers: headers) }
    }

    /// Ends every connection and thread.
    package func stop() {
        shutdown(listener, Int32(SHUT_RDWR))
        let threads = state.withLock { state in
            state.isStopping = true
            for descriptor in state.descriptors { shutdown(descriptor, Int32(SHUT_RDWR)) }
            return state.threads
        }
        for thread in threads { _ = thread.join(milliseconds: 5000) }
        close(listener)
    }

    private func serve(_ descriptor: Int32, _ script: @escaping @Sendable (Connection, String) -> Bool) {
        let number = state.withLock { state in
            state.accepted += 1
            state.descriptors.append(descriptor)
            if state.isStopping { shutdown(descriptor, Int32(SHUT_RDWR)) }
            return state.accepted
        }
        let connection = Connection(descriptor: descriptor, number: number)
        let thread = PlainThread {
            while let request = connection.readRequest() {
                self.state.withLock { $0.requests.append(request) }
                guard script(connection, request) else { break }
            }
            self.state.withLock { $0.descriptors.removeAll { $0 == descriptor } }
            close(descriptor)
        }
        if let thread { state.withLock { $0.threads.append(thread) } }
    }

    /// The system gives no socket.
    package struct CannotListen: Error {}

    /// A listening socket of any free port.
    package static func listen() throws -> (Int32, UInt16) {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard listener >= 0 else { throw CannotListen() }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, length) == 0 && getsockname(listener, $0, &length) == 0
            }
        }
        guard isBound, Glibc.listen(listener, 64) == 0 else {
            close(listener)
            throw CannotListen()
        }
        return (listener, UInt16(bigEndian: address.sin_port))
    }
}

extension [UInt8] {
    fileprivate var endsHeader: Bool { suffix(4).elementsEqual([13, 10, 13, 10]) }
}
