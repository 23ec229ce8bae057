import LoopbackSupport

/// A vendor on loopback that answers requests from a function of path and query.
final class LoopbackVendor: Sendable {
    /// What a request is answered with.
    struct Reply: Sendable {
        var status = 200
        var body = ""
        var headers: [String] = []
        /// The answer promises this much more than it sends, and the connection ends.
        var cutBytes = 0
    }

    private let server: LoopbackServer

    var port: UInt16 { server.port }
    var url: String { server.url }
    /// Heads of the requests so far.
    var requests: [String] { server.requests }

    /// Listens at once; `reply` gets path and query, and nil keeps the request waiting until the end.
    init(_ reply: @escaping @Sendable (String) -> Reply?) throws {
        server = try LoopbackServer { connection, request in
            let path = request.split(separator: " ").dropFirst().first.map(String.init) ?? ""
            guard let reply = reply(path) else { return true }
            let length = reply.body.utf8.count + reply.cutBytes
            let head = ["HTTP/1.1 \(reply.status) X", "Content-Length: \(length)"] + reply.headers + ["", ""]
            return connection.send(head.joined(separator: "\r\n") + reply.body) && reply.cutBytes == 0
        }
    }

    /// Ends every connection and thread.
    func stop() { server.stop() }
}
