import LoopbackSupport
import MarketTime
import Network
import Synchronization
import Testing

@Suite struct HTTPClientTests {
    private static let quick = HTTPRequest.Limits(connectTimeoutMs: 2000, totalTimeoutMs: 5000)

    private func get(
        _ url: String,
        limits: HTTPRequest.Limits = quick,
        bearer: Secret? = nil,
        headers: [HTTPRequest.Header] = []
    ) -> Result<HTTPResponse, NetworkError> {
        let client = HTTPClient()
        defer { #expect(client.close(deadlineMs: 5000)) }
        let request = HTTPRequest(url: url, headers: headers, bearer: bearer, limits: limits)
        return Result { () throws(NetworkError) in try client.perform(request) }
    }

    private func failure(_ outcome: Result<HTTPResponse, NetworkError>) -> NetworkError? {
        if case .failure(let error) = outcome { error } else { nil }
    }

    @Test func deliversStatusHeadersAndBody() throws {
        let headers = ["Content-Type: application/json", "Date: Sun, 06 Nov 1994 08:49:37 GMT", "Retry-After: 7"]
        let server = try LoopbackServer(status: "429 Too Many", body: "{\"a\":1}", headers: headers)
        defer { server.stop() }
        let response = try get(server.url + "/path?x=1").get()
        #expect(response.status == 429)
        #expect(response.contentType == "application/json")
        #expect(response.retryAfter == "7")
        #expect(response.serverDate?.seconds == 784_111_777)
        #expect(response.body.prefix(100) == Array("{\"a\":1}".utf8))
        #expect(response.wireBytes == 7)
        #expect(server.requests.first?.hasPrefix("GET /path?x=1 HTTP/1.1\r\n") == true)
    }

    @Test(arguments: [200, 302, 401, 403, 404, 500, 503])
    func anyStatusIsAnAnswer(status: Int) throws {
        let server = try LoopbackServer(status: "\(status) Words", body: "<html>x</html>")
        defer { server.stop() }
        let response = try get(server.url).get()
        #expect(response.status == status)
        #expect(response.body.prefix(6) == Array("<html>".utf8))
    }

    @Test func sendsTheKeyOnlyAsAHeader() throws {
        let server = try LoopbackServer(body: "ok")
        defer { server.stop() }
        _ = try get(server.url + "/v2", bearer: Secret("abc123"), headers: [.init("X-Extra", "1")]).get()
        let request = try #require(server.requests.first)
        #expect(request.contains("\r\nAuthorization: Bearer abc123\r\n"))
        #expect(request.contains("\r\nX-Extra: 1\r\n"))
        #expect(request.contains("\r\nUser-Agent: tradeul\r\n"))
        #expect(request.contains("\r\nAccept-Encoding: gzip, deflate\r\n"))
        #expect(request.split(separator: "\r\n").first?.contains("abc123") == false)
    }

    @Test func doesNotFollowARedirectWithTheKey() throws {
        let other = try LoopbackServer(body: "stolen")
        defer { other.stop() }
        let server = try LoopbackServer(status: "301 Moved", headers: ["Location: \(other.url)/"])
        defer { server.stop() }
        #expect(try get(server.url, bearer: Secret("k")).get().status == 301)
        #expect(other.requests.isEmpty)
    }

    @Test func keepsTheConnectionForTheNextRequest() throws {
        let server = try LoopbackServer(body: "ok")
        defer { server.stop() }
        let client = HTTPClient()
        defer { client.close() }
        for _ in 0..<5 { #expect(try client.perform(HTTPRequest(url: server.url)).status == 200) }
        #expect(server.requests.count == 5)
        #expect(server.accepted == 1)
    }

    @Test func recoversWhenAKeptConnectionHasBeenClosed() throws {
        let server = try LoopbackServer { connection, _ in
            connection.answer("\(connection.number)")
            return false
        }
        defer { server.stop() }
        let client = HTTPClient()
        defer { client.close() }
        for number in 1...3 {
            let body = try client.perform(HTTPRequest(url: server.url)).body
            #expect(body.prefix(10) == Array("\(number)".utf8))
        }
    }

    @Test func decodesGzip() throws {
        let text = Array(String(repeating: "snapshot ", count: 100).utf8)
        let server = try LoopbackServer { connection, _ in
            connection.answer(gzipStored(text), headers: ["Content-Encoding: gzip"])
        }
        defer { server.stop() }
        #expect(try get(server.url).get().body.prefix(10_000) == text)
    }

    @Test func bodyIsFollowedByZeroPadding() throws {
        let server = try LoopbackServer(body: String(repeating: "x", count: 5000))
        defer { server.stop() }
        let body = try get(server.url).get().body
        body.withBytes { bytes in
            let padding = UnsafeRawBufferPointer(start: bytes.baseAddress.map { $0 + bytes.count }, count: 64)
            #expect(padding.allSatisfy { $0 == 0 })
        }
    }

    @Test func largeBodiesReuseTheirMemory() throws {
        let block = [UInt8](repeating: 0x78, count: 3 << 20)
        let server = try LoopbackServer { connection, _ in connection.answer(block) }
        defer { server.stop() }
        let client = HTTPClient()
        defer { client.close() }
        var request = HTTPRequest(url: server.url, limits: Self.quick)
        request.limits.maxBodyBytes = 8 << 20
        var addresses: [UInt] = []
        for _ in 0..<4 {
            let body = try client.perform(request).body
            #expect(body.count == block.count)
            addresses.append(body.withBytes { UInt(bitPattern: $0.baseAddress) })
        }
        #expect(Set(addresses).count == 1)
    }

    @Test func nobodyListeningIsRefused() throws {
        let server = try LoopbackServer(body: "")
        let url = server.url
        server.stop()
        #expect(failure(get(url + "/x?apiKey=k")) == .refused(host: url))
    }

    @Test func aNameThatDoesNotExistIsSaidSo() {
        // The name has no dot-separated label a resolver could look up: it fails without a network.
        let outcome = failure(get("http://no-such-host.invalid./x"))
        #expect(outcome == .couldNotResolve(host: "http://no-such-host.invalid."))
    }

    @Test(arguments: [
        "ftp://h/x", "file:///etc/passwd", "nonsense", "", "http://", "http://a b/", "http://h/\u{1B}[2J",
    ])
    func unusableAddressesAreNeverSent(url: String) {
        guard case .invalidRequest = failure(get(url)) else {
            Issue.record("\(url) was not refused")
            return
        }
    }

    @Test(arguments: ["k\r\nX-Injected: 1", "k\u{0}", "k\n\nGET / HTTP/1.1"])
    func aKeyThatWouldBreakTheHeaderIsNeverSent(key: String) throws {
        let server = try LoopbackServer(body: "")
        defer { server.stop() }
        guard case .invalidRequest(_, let reason) = failure(get(server.url, bearer: Secret(key))) else {
            Issue.record("the key was sent")
            return
        }
        #expect(!reason.contains("Injected"))
        #expect(server.requests.isEmpty)
    }

    @Test func tlsToAPlainServerIsATLSError() throws {
        let server = try LoopbackServer { connection, _ in
            connection.send("HTTP/1.1 400 Bad\r\n\r\n")
            return false
        }
        defer { server.stop() }
        // The server sees no header end in a handshake, so it never answers; the handshake runs into the time limit, or
        // fails at once where the record layer notices. Both name the host and neither is an answer.
        let limits = HTTPRequest.Limits(connectTimeoutMs: 300, totalTimeoutMs: 300)
        switch failure(get("https://127.0.0.1:\(server.port)/", limits: limits)) {
        case .tls, .timedOut(.connecting, _, _): break
        case let other: Issue.record("\(String(describing: other))")
        }
    }
}
