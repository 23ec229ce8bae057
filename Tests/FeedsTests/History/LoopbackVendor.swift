import Glibc
import Network
import Synchronization

/// A small HTTP server on loopback that answers requests from a function, one thread per connection.
///
/// `state` (open descriptors, threads, requests seen) is guarded by its mutex.
final class LoopbackVendor: Sendable {
    /// What a request is answered with.
    struct Reply: Sendable {
        var status = 200
        var body = ""
        var headers: [String] = []
        /// The answer promises this much more than it sends, and the connection ends.
        var cutBytes = 0
    }

    private struct State {
        var descriptors: [Int32] = []
        var threads: [PlainThread] = []
        var requests: [String] = []
        var isStopping = false
    }

    struct CannotListen: Error {}

    let port: UInt16
    private let listener: Int32
    private let state = Mutex(State())

    var url: String { "http://127.0.0.1:\(port)" }
    /// Heads of the requests so far.
    var requests: [String] { state.withLock { $0.requests } }

    /// Listens at once; `reply` gets path and query, and nil keeps the request waiting until the end.
    init(_ reply: @escaping @Sendable (String) -> Reply?) throws {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, length) == 0 && getsockname(listener, $0, &length) == 0
            }
        }
        guard listener >= 0, isBound, listen(listener, 64) == 0 else { throw CannotListen() }
        self.listener = listener
        port = UInt16(bigEndian: address.sin_port)
        keep(
            PlainThread {
                while true {
                    let descriptor = accept(listener, nil, nil)
                    guard descriptor >= 0 else { return }
                    self.serve(descriptor, reply)
                }
            }
        )
    }

    /// Ends every connection and thread.
    func stop() {
        shutdown(listener, Int32(SHUT_RDWR))
        let threads = state.withLock { state in
            state.isStopping = true
            for descriptor in state.descriptors { shutdown(descriptor, Int32(SHUT_RDWR)) }
            return state.threads
        }
        for thread in threads { _ = thread.join(milliseconds: 5000) }
        close(listener)
    }

    private func keep(_ thread: PlainThread?) {
        guard let thread else { return }
        state.withLock { $0.threads.append(thread) }
    }

    private func serve(_ descriptor: Int32, _ reply: @escaping @Sendable (String) -> Reply?) {
        state.withLock { state in
            state.descriptors.append(descriptor)
            if state.isStopping { shutdown(descriptor, Int32(SHUT_RDWR)) }
        }
        keep(
            PlainThread {
                var head: [UInt8] = []
                var chunk = [UInt8](repeating: 0, count: 4096)
                while true {
                    let count = recv(descriptor, &chunk, chunk.count, 0)
                    guard count > 0 else { break }
                    head += chunk[..<count]
                    guard head.suffix(4).elementsEqual([13, 10, 13, 10]) else { continue }
                    let text = String(decoding: head, as: UTF8.self)
                    head = []
                    self.state.withLock { $0.requests.append(text) }
                    let path = text.split(separator: " ").dropFirst().first.map(String.init) ?? ""
                    guard let reply = reply(path) else { continue }
                    guard Self.send(reply, to: descriptor), reply.cutBytes == 0 else { break }
                }
                self.state.withLock { $0.descriptors.removeAll { $0 == descriptor } }
                close(descriptor)
            }
        )
    }

    private static func send(_ reply: Reply, to descriptor: Int32) -> Bool {
        let length = reply.body.utf8.count + reply.cutBytes
        let head = ["HTTP/1.1 \(reply.status) X", "Content-Length: \(length)"] + reply.headers + ["", ""]
        let bytes = Array((head.joined(separator: "\r\n") + reply.body).utf8)
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
}
