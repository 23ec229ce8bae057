import Glibc

/// A blocking HTTP/1.1 client over one loopback connection, for tests; every wait ends after twenty seconds.
final class LoopbackClient {
    struct Answer {
        var status: Int
        /// Names in lower case.
        var headers: [String: String]
        var body: [UInt8]
        /// Whether the body came as announced, by length or by chunks.
        var isComplete: Bool

        var text: String { String(decoding: body, as: UTF8.self) }
    }

    private let socket: Int32
    private var buffer: [UInt8] = []
    /// `errno` of the last failed read; 0 after an orderly end.
    private(set) var lastError: Int32 = 0

    /// Connects to 127.0.0.1; nil if nobody listens.
    init?(port: Int) {
        socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard socket >= 0 else { return nil }
        var timeout = timeval(tv_sec: 20, tv_usec: 0)
        setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(UInt16(port)).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let connected = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard connected == 0 else { return nil }
    }

    deinit { close(socket) }

    func send(_ text: String) {
        let bytes = Array(text.utf8)
        _ = bytes.withUnsafeBytes { Glibc.send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
    }

    /// Sends a GET and reads the whole answer; nil if the connection ends before a status line.
    func get(_ target: String, headers: [String] = ["Authorization: Bearer good"]) -> Answer? {
        send("GET \(target) HTTP/1.1\r\nHost: 127.0.0.1\r\n" + headers.map { $0 + "\r\n" }.joined() + "\r\n")
        return readAnswer()
    }

    func readAnswer() -> Answer? {
        while true {
            if let end = headEnd() { return readBody(head: end) }
            guard fill() else { return nil }
        }
    }

    /// Waits for more bytes; false at the end of the stream, on an error, or after twenty seconds.
    func fill() -> Bool {
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        let count = chunk.withUnsafeMutableBytes { recv(socket, $0.baseAddress, $0.count, 0) }
        lastError = count < 0 ? errno : 0
        guard count > 0 else { return false }
        buffer += chunk[..<count]
        return true
    }

    var received: Int { buffer.count }

    private func headEnd() -> Int? {
        guard buffer.count >= 4 else { return nil }
        let limit = min(buffer.count, 20_000) - 3
        return (0..<limit).first {
            buffer[$0] == 13 && buffer[$0 + 1] == 10 && buffer[$0 + 2] == 13 && buffer[$0 + 3] == 10
        }
    }

    private func readBody(head end: Int) -> Answer? {
        let lines = String(decoding: buffer[..<end], as: UTF8.self).split(separator: "\r\n")
        buffer.removeFirst(end + 4)
        guard let first = lines.first, let status = first.split(separator: " ").dropFirst().first.flatMap({ Int($0) })
        else { return nil }
        var headers: [String: String] = [:]
        for line in lines.dropFirst() {
            let parts = line.split(separator: ":", maxSplits: 1)
            guard parts.count == 2 else { continue }
            headers[parts[0].lowercased()] = String(parts[1].drop { $0 == " " })
        }
        var answer = Answer(status: status, headers: headers, body: [], isComplete: true)
        if let length = headers["content-length"].flatMap({ Int($0) }) {
            while buffer.count < length, fill() {}
            answer.isComplete = buffer.count >= length
            answer.body = Array(buffer.prefix(length))
            buffer.removeFirst(min(length, buffer.count))
        } else if headers["transfer-encoding"] == "chunked" {
            readChunks(into: &answer)
        }
        return answer
    }

    private func readChunks(into answer: inout Answer) {
        while true {
            guard let end = buffer.indices.dropLast().first(where: { buffer[$0] == 13 && buffer[$0 + 1] == 10 }) else {
                guard fill() else {
                    answer.isComplete = false
                    return
                }
                continue
            }
            guard let length = Int(String(decoding: buffer[..<end], as: UTF8.self), radix: 16) else {
                answer.isComplete = false
                return
            }
            while buffer.count < end + 2 + length + 2 {
                guard fill() else {
                    answer.isComplete = false
                    return
                }
            }
            answer.body += buffer[(end + 2)..<(end + 2 + length)]
            buffer.removeFirst(end + 2 + length + 2)
            if length == 0 { return }
        }
    }
}
