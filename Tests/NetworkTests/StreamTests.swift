import Glibc
import LoopbackSupport
import Network
import Synchronization
import Testing

@Suite struct StreamTests {
    private struct Received {
        var bytes: [UInt8] = []
        var pieces = 0
        var expectedBytes: Int?
        var outcome: Result<HTTPResponse, NetworkError>

        var status: Int? { if case .success(let response) = outcome { response.status } else { nil } }
        var error: NetworkError? { if case .failure(let error) = outcome { error } else { nil } }
    }

    private func stream(
        _ server: LoopbackServer,
        _ limits: HTTPRequest.Limits = .file,
        client: HTTPClient = HTTPClient(),
        while isWanted: () -> Bool = { true },
        onPiece: (Int) -> Void = { _ in }
    ) -> Received {
        defer {
            #expect(client.close(deadlineMs: 5000))
            server.stop()
        }
        var received = Received(outcome: .failure(.cancelled))
        received.outcome = Result { () throws(NetworkError) in
            try client.stream(HTTPRequest(url: server.url + "/file", limits: limits), while: isWanted) {
                bytes,
                expected in
                received.bytes += bytes
                received.pieces += 1
                received.expectedBytes = expected
                onPiece(received.pieces)
            }
        }
        return received
    }

    private static func pattern(_ count: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 11) }
    }

    @Test(arguments: [0, 1, 5000, 5_000_000])
    func handsOverEveryByteInOrder(count: Int) throws {
        let body = Self.pattern(count)
        let server = try LoopbackServer { connection, _ in connection.answer(body) }
        let received = stream(server)
        #expect(received.status == 200)
        #expect(received.bytes == body)
        #expect(received.expectedBytes == (count == 0 ? nil : count))
        #expect(server.requests.first?.contains("Accept-Encoding") == false)
    }

    @Test func aSlowReaderHoldsTheServerBackAndNothingElse() throws {
        let sent = Mutex(0)
        let heldBack = Signal()
        let body = Self.pattern(1 << 20)
        let server = try LoopbackServer { connection, _ in
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: \(100 << 20)\r\n\r\n")
            for _ in 0..<100 {
                // Longer than the slow period below: waiting for the reader is no slowness.
                var room = pollfd(fd: connection.descriptor, events: Int16(POLLOUT), revents: 0)
                if poll(&room, 1, 2500) == 0 { heldBack.raise() }
                guard connection.send(body) else { break }
                sent.withLock { $0 += 1 }
            }
            return false
        }
        let other = try LoopbackServer(body: "other")
        defer { other.stop() }
        let client = HTTPClient()
        var limits = HTTPRequest.Limits.file
        limits.slowPeriodSeconds = 1
        limits.totalTimeoutMs = 60_000
        let sum = Mutex(0)
        let received = stream(
            server,
            limits,
            client: client,
            onPiece: { piece in
                guard piece == 1 else { return }
                // send() of one more block begins before the system's buffers are full, so the signal comes after a block.
                #expect(heldBack.wait(milliseconds: 30_000))
                sum.withLock { $0 = sent.withLock { $0 } }
                let answer = Result { () throws(NetworkError) in try client.perform(HTTPRequest(url: other.url)) }
                #expect((try? answer.get().body.prefix(9)) == Array("other".utf8))
            }
        )
        #expect(received.status == 200)
        #expect(received.bytes.count == 100 << 20)
        #expect(received.bytes.suffix(1 << 20).elementsEqual(body))
        #expect(sum.withLock { $0 } < 50)
    }

    @Test(arguments: [(404, 100), (403, 64 << 10), (500, 3 << 20), (301, 10)])
    func theBodyOfAnErrorIsKeptAndCutAndNotHandedOver(status: Int, bytes: Int) throws {
        let body = Self.pattern(bytes)
        let server = try LoopbackServer { connection, _ in connection.answer(body, status: "\(status) Words") }
        let received = stream(server)
        #expect(received.pieces == 0)
        let response = try received.outcome.get()
        #expect(response.status == status)
        #expect(response.body.prefix(.max) == Array(body.prefix(HTTPClient.errorTextMax)))
    }

    @Test func compressionOfTheFileItselfIsLeftAlone() throws {
        let file = gzipStored(Array("ticker,volume".utf8))
        let server = try LoopbackServer { connection, _ in
            connection.answer(file, headers: ["Content-Encoding: gzip", "Content-Type: application/gzip"])
        }
        #expect(stream(server).bytes == file)
    }

    @Test(arguments: ["Content-Length: 9000", "Transfer-Encoding: chunked"])
    func aBodyThatEndsEarlyIsAnError(header: String) throws {
        let server = try LoopbackServer { connection, _ in
            let size = header.hasPrefix("T") ? "400\r\n" : ""
            connection.send("HTTP/1.1 200 OK\r\n\(header)\r\n\r\n\(size)" + String(repeating: "x", count: 1024))
            return false
        }
        guard case .connectionLost = stream(server).error else {
            Issue.record("taken for whole")
            return
        }
    }

    @Test func aServerThatStallsIsGivenUp() throws {
        let server = try LoopbackServer { connection, _ in
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\nabc")
            connection.clientLeaves()
            return false
        }
        var limits = HTTPRequest.Limits.file
        limits.slowPeriodSeconds = 1
        let received = stream(server, limits)
        #expect(received.bytes == Array("abc".utf8))
        guard case .timedOut(.tooSlow, _, _) = received.error else {
            Issue.record("\(String(describing: received.error))")
            return
        }
    }

    @Test func aFileBeyondItsLimitIsCutOff() throws {
        let server = try LoopbackServer { connection, _ in
            connection.send("HTTP/1.1 200 OK\r\n\r\n")
            let block = Self.pattern(1 << 20)
            while connection.send(block) {}
            return false
        }
        var limits = HTTPRequest.Limits.file
        limits.maxBodyBytes = 4 << 20
        let received = stream(server, limits)
        #expect(received.error == .tooLarge(limitBytes: 4 << 20, url: server.url + "/file"))
        #expect(received.bytes.count <= 6 << 20)
    }

    @Test func whatIsNotWantedAnyMoreEndsWhileItWaits() throws {
        let left = Signal()
        let server = try LoopbackServer { connection, _ in
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc")
            if connection.clientLeaves() { left.raise() }
            return false
        }
        let client = HTTPClient()
        defer {
            client.close()
            server.stop()
        }
        var asked = 0
        #expect(throws: NetworkError.cancelled) {
            let request = HTTPRequest(url: server.url, limits: .file)
            _ = try client.stream(
                request,
                while: { () -> Bool in
                    asked += 1
                    return asked < 4
                }
            ) { _, _ in }
        }
        // The client still runs: it is the request that has ended.
        #expect(left.wait(milliseconds: 20_000))
    }

    @Test func closingTheClientEndsAStream() throws {
        let server = try LoopbackServer { connection, _ in
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc")
            connection.clientLeaves()
            return false
        }
        let client = HTTPClient()
        #expect(stream(server, client: client, onPiece: { _ in client.close(deadlineMs: 5000) }).error == .closed)
    }
}
