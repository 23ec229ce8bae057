import LoopbackSupport
import Network
import Synchronization
import Testing

@Suite struct HostileServerTests {
    private func failure(_ server: LoopbackServer, _ limits: HTTPRequest.Limits) -> NetworkError? {
        let client = HTTPClient()
        defer {
            #expect(client.close(deadlineMs: 5000))
            server.stop()
        }
        do throws(NetworkError) {
            _ = try client.perform(HTTPRequest(url: server.url, limits: limits))
            return nil
        } catch {
            return error
        }
    }

    private func limits(totalMs: Int = 20_000, maxBodyBytes: Int = 1 << 20) -> HTTPRequest.Limits {
        HTTPRequest.Limits(totalTimeoutMs: totalMs, maxBodyBytes: maxBodyBytes)
    }

    @Test func aServerThatNeverAnswersTimesOut() throws {
        let server = try LoopbackServer { connection, _ in !connection.clientLeaves() }
        guard case .timedOut(.waitingForAnswer, _, _) = failure(server, limits(totalMs: 600)) else {
            Issue.record("no time-out")
            return
        }
    }

    @Test func aDrippingBodyTimesOut() throws {
        let server = try LoopbackServer { connection, _ in
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
            while connection.send("x"), !connection.clientLeaves(within: 10) {}
            return false
        }
        guard case .timedOut(.receivingBody, _, _) = failure(server, limits(totalMs: 1000)) else {
            Issue.record("no time-out")
            return
        }
    }

    @Test func aDrippingBodyIsAbortedLongBeforeTheTotalTime() throws {
        let server = try LoopbackServer { connection, _ in
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
            while connection.send("x"), !connection.clientLeaves(within: 10) {}
            return false
        }
        var slow = limits(totalMs: 600_000)
        slow.slowBytesPerSecond = 10_000
        slow.slowPeriodSeconds = 1
        guard case .timedOut(.tooSlow, _, _) = failure(server, slow) else {
            Issue.record("not aborted")
            return
        }
    }

    @Test(arguments: [true, false])
    func twoHundredMegabytesStopAtTheLimit(announced: Bool) throws {
        let sent = Mutex(0)
        let server = try LoopbackServer { connection, _ in
            let length = announced ? "Content-Length: 209715200\r\n" : ""
            connection.send("HTTP/1.1 200 OK\r\n\(length)\r\n")
            let block = [UInt8](repeating: 0x20, count: 1 << 20)
            while sent.withLock({ $0 }) < 200, connection.send(block) { sent.withLock { $0 += 1 } }
            return false
        }
        let url = server.url
        #expect(failure(server, limits(maxBodyBytes: 4 << 20)) == .tooLarge(limitBytes: 4 << 20, url: url))
        #expect(sent.withLock { $0 } < 100)
    }

    @Test func theLimitCountsDecompressedBytes() throws {
        let bomb = gzipBomb(zeros: 8 << 20)
        #expect(bomb.count < 1 << 19)
        let server = try LoopbackServer { connection, _ in
            connection.answer(bomb, headers: ["Content-Encoding: gzip"])
        }
        let url = server.url
        #expect(failure(server, limits(maxBodyBytes: 1 << 20)) == .tooLarge(limitBytes: 1 << 20, url: url))
    }

    @Test func theLimitCountsCompressedBytesThatInflateToNothing() throws {
        // Empty stored blocks: five bytes on the wire, none in the body.
        let blocks = [[UInt8]](repeating: [0, 0, 0, 255, 255], count: 10_000).flatMap { $0 }
        let server = try LoopbackServer { connection, _ in
            connection.send("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n")
            connection.send([0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255] as [UInt8])
            var rounds = 0
            while rounds < 4000, connection.send(blocks) { rounds += 1 }
            return false
        }
        let url = server.url
        #expect(failure(server, limits(maxBodyBytes: 1 << 19)) == .tooLarge(limitBytes: 1 << 19, url: url))
    }

    @Test func anEndlessHeaderIsMalformed() throws {
        let server = try LoopbackServer { connection, _ in
            connection.send("HTTP/1.1 200 OK\r\n")
            let line = "X-Filler: " + String(repeating: "y", count: 1000) + "\r\n"
            var rounds = 0
            while rounds < 100_000, connection.send(line) { rounds += 1 }
            return false
        }
        let url = server.url
        #expect(failure(server, limits()) == .malformed(url: url, detail: "endless header"))
    }

    @Test(arguments: [
        ("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort", "connectionLost"),
        ("", "connectionLost"),
        ("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 9\r\n\r\nnot gzip!", "malformed"),
        ("SSH-2.0-OpenSSH_9.2\r\n\r\n", "malformed"),
        ("HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n", "malformed"),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", "connectionLost or malformed"),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab", "connectionLost or malformed"),
    ])
    func brokenAnswersAreErrors(answer: String, kind: String) throws {
        let server = try LoopbackServer { connection, _ in
            connection.send(answer)
            return false
        }
        let error = try #require(failure(server, limits()))
        let name = String("\(error as Any)".isEmpty ? "" : Mirror(reflecting: error).children.first?.label ?? "")
        #expect(kind.contains(name) && !name.isEmpty, "\(name): \(error)")
    }

    @Test func bytesBehindTheAnnouncedLengthAreNotPartOfTheBody() throws {
        let server = try LoopbackServer { connection, _ in
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokTRAILING")
            return false
        }
        defer { server.stop() }
        let client = HTTPClient()
        defer { client.close() }
        #expect(try client.perform(HTTPRequest(url: server.url)).body.prefix(99) == Array("ok".utf8))
    }
}
