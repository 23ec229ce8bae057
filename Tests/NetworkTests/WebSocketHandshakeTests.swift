import LoopbackSupport
import MarketTime
import Network
import Testing

@Suite struct WebSocketHandshakeTests {
    private static let impatient = WebSocketRequest.Limits(connectTimeoutMs: 300, upgradeTimeoutMs: 300)

    /// How a connection ends whose upgrade is answered by `script`.
    private func end(
        limits: WebSocketRequest.Limits = .init(),
        _ script: @escaping @Sendable (WebSocketPeer) -> Void
    ) throws -> WebSocketEnd? {
        let server = try LoopbackServer { connection, request in
            script(WebSocketPeer(connection, request))
            return false
        }
        defer { server.stop() }
        let driver = WebSocketDriver(server, limits: limits)
        let end = driver.runToEnd()
        #expect(driver.messages == 0)
        return end
    }

    @Test func aTextComesThroughBothWays() throws {
        let server = try LoopbackServer { connection, request in
            let peer = WebSocketPeer(connection, request)
            peer.accept()
            guard let frame = peer.readFrame(), frame.isMasked, frame.opcode == 1 else { return false }
            peer.send(text: "heard: " + frame.text)
            peer.connection.clientLeaves()
            return false
        }
        defer { server.stop() }
        let driver = WebSocketDriver(server.webSocketURL + "/stocks?a=1")
        #expect(driver.state == .connecting)
        #expect(!driver.connection.send("too early"))
        driver.open()
        #expect(driver.connection.lastFrameAt == nil)
        #expect(driver.connection.send("h\u{E9}llo"))
        #expect(driver.run { !driver.texts.isEmpty })
        #expect(driver.texts == ["heard: h\u{E9}llo"])
        #expect(driver.arePadded)
        #expect(driver.connection.payloadBytes == 13)
        let silence = try #require(driver.connection.lastFrameAt.map { MonotonicTime.now().seconds(since: $0) })
        #expect((0..<20).contains(silence))
        driver.connection.drop()
        #expect(driver.end == .dropped)
        let request = try #require(server.requests.first)
        #expect(request.hasPrefix("GET /stocks?a=1 HTTP/1.1\r\n"))
        #expect(WebSocketPeer.field("Host", of: request) == "127.0.0.1:\(server.port)")
        #expect(WebSocketPeer.field("Sec-WebSocket-Version", of: request) == "13")
        #expect(WebSocketPeer.field("User-Agent", of: request) == "tradeul")
        #expect(!request.contains("Extensions") && !request.contains("Authorization"))
    }

    @Test func everyConnectionHasAKeyOfItsOwn() throws {
        let server = try LoopbackServer { _ in }
        defer { server.stop() }
        for _ in 0..<5 { _ = WebSocketDriver(server).runToEnd() }
        let keys = server.requests.compactMap { WebSocketPeer.field("Sec-WebSocket-Key", of: $0) }
        #expect(keys.count == 5 && Set(keys).count == 5)
        #expect(keys.allSatisfy { $0.utf8.count == 24 && $0.hasSuffix("==") })
    }

    @Test func framesInTheSegmentOfTheAnswerAreMessages() throws {
        let server = try LoopbackServer { connection, request in
            let frames = WebSocketPeer.frame(1, Array("first".utf8)) + WebSocketPeer.frame(1, Array("second".utf8))
            // The last one is cut in two.
            let third = WebSocketPeer.frame(1, Array("third".utf8))
            let peer = WebSocketPeer(connection, request)
            peer.accept(followedBy: frames + third.prefix(3))
            peer.send(Array(third.dropFirst(3)))
            connection.clientLeaves()
            return false
        }
        defer { server.stop() }
        let driver = WebSocketDriver(server)
        #expect(driver.run { driver.texts.count == 3 })
        #expect(driver.texts == ["first", "second", "third"])
    }

    /// No poll of the socket shows them any more.
    @Test func framesInTheSegmentOfTheAnswerAreNotWaitedFor() throws {
        let server = try LoopbackServer { connection, request in
            WebSocketPeer(connection, request).accept(followedBy: WebSocketPeer.frame(1, Array("at once".utf8)))
            connection.clientLeaves()
            return false
        }
        defer { server.stop() }
        let driver = WebSocketDriver(server)
        let begin = MonotonicTime.now()
        while driver.messages == 0, driver.end == nil { driver.step(waitMs: 15_000) }
        #expect(driver.texts == ["at once"])
        #expect(MonotonicTime.now().seconds(since: begin) < 12)
        driver.connection.drop()
    }

    @Test func framesBeforeTheAnswerAreAProtocolError() throws {
        let end = try end { peer in
            peer.send(WebSocketPeer.frame(1, Array("[{\"ev\":\"status\"}]".utf8)))
            peer.accept()
            peer.connection.clientLeaves()
        }
        guard case .protocolError = end else {
            Issue.record("\(String(describing: end))")
            return
        }
    }

    @Test func anAnswerToAnotherKeyIsAProtocolError() throws {
        let end = try end { peer in
            let lines = peer.agreement.map {
                $0.hasPrefix("Sec-") ? "Sec-WebSocket-Accept: AAAAAAAAAAAAAAAAAAAAAAAAAAA=" : $0
            }
            peer.connection.send(lines.joined(separator: "\r\n"))
            peer.connection.clientLeaves()
        }
        #expect(end == .protocolError("its Sec-WebSocket-Accept does not belong to the key sent"))
    }

    @Test(arguments: [
        ("200 OK", "a web page", 200, "OK: a web page"), ("403 Forbidden", "", 403, "Forbidden"),
        ("502 Bad Gateway", "", 502, "Bad Gateway"), ("301 Moved", "", 301, "Moved"),
    ])
    func anotherStatusIsARefusal(status: String, body: String, code: Int, text: String) throws {
        let end = try end { $0.connection.answer(body, status: status) }
        #expect(end == .upgradeRefused(status: code, text: text))
        let sentence = try #require(end?.sentence(host: "feed.example"))
        #expect(sentence.hasPrefix("feed.example answered \(code) (\(text)) instead of opening the stream. "))
    }

    @Test func anUpgradeThatIsNeverAnsweredTimesOut() throws {
        let end = try end(limits: Self.impatient) { $0.connection.clientLeaves() }
        guard case .failed(.timedOut(.waitingForAnswer, _, 300)) = end else {
            Issue.record("\(String(describing: end))")
            return
        }
    }

    @Test func aDrippingAnswerTimesOut() throws {
        let end = try end(limits: Self.impatient) { peer in
            peer.connection.send("HTTP/1.1 101 Switching Protocols\r\n")
            while peer.connection.send("X"), !peer.connection.clientLeaves(within: 5) {}
        }
        guard case .failed(.timedOut(.waitingForAnswer, _, 300)) = end else {
            Issue.record("\(String(describing: end))")
            return
        }
    }

    @Test func anEndlessHeaderIsAProtocolError() throws {
        let end = try end { peer in
            peer.connection.send("HTTP/1.1 101 Switching Protocols\r\n")
            let line = "X-Filler: " + String(repeating: "y", count: 1000) + "\r\n"
            var rounds = 0
            while rounds < 100_000, peer.connection.send(line) { rounds += 1 }
        }
        #expect(end == .protocolError("the header of its answer has more than 16 KiB"))
    }

    @Test(arguments: ["", "HTTP/1.1 101 Swit"])
    func hangingUpInsteadOfAnsweringIsALoss(bytes: String) throws {
        let end = try end { $0.connection.send(bytes) }
        guard case .lost = end else {
            Issue.record("\(String(describing: end))")
            return
        }
    }

    @Test func nobodyListeningIsRefused() throws {
        let server = try LoopbackServer { _ in }
        let url = server.webSocketURL
        server.stop()
        #expect(WebSocketDriver(url + "/x?token=k").runToEnd() == .failed(.refused(host: url)))
    }

    @Test func aNameThatDoesNotExistIsSaidSo() {
        let end = WebSocketDriver("wss://no-such-host.invalid./x").runToEnd()
        #expect(end == .failed(.couldNotResolve(host: "wss://no-such-host.invalid.")))
    }

    // A handshake of TLS that nobody answers keeps a connection in its first state for as long as a test wants.

    private func silentServer() throws -> LoopbackServer { try LoopbackServer { _, _ in true } }

    @Test func connectingTimesOut() throws {
        let server = try silentServer()
        defer { server.stop() }
        let driver = WebSocketDriver("wss://127.0.0.1:\(server.port)/", limits: Self.impatient)
        guard case .failed(.timedOut(.connecting, let url, let afterMs)) = driver.runToEnd() else {
            Issue.record("\(driver.state)")
            return
        }
        #expect(url == "wss://127.0.0.1:\(server.port)/" && (290...5000).contains(afterMs))
    }

    @Test(arguments: [true, false])
    func itCanBeEndedWhileConnecting(byDrop: Bool) throws {
        let server = try silentServer()
        defer { server.stop() }
        let driver = WebSocketDriver("wss://127.0.0.1:\(server.port)/")
        #expect(driver.run { server.accepted == 1 })
        #expect(driver.state == .connecting)
        if byDrop { driver.connection.drop() } else { driver.connection.close() }
        #expect(driver.end == .dropped)
        driver.step(waitMs: 60_000)
        #expect(driver.end == .dropped)
    }

    @Test(arguments: [true, false])
    func aWakeEndsTheWait(whileConnecting: Bool) throws {
        let server = try whileConnecting ? silentServer() : LoopbackServer(webSocket: { $0.connection.clientLeaves() })
        defer { server.stop() }
        let driver = WebSocketDriver(whileConnecting ? "wss://127.0.0.1:\(server.port)/" : server.webSocketURL)
        if whileConnecting { driver.run { server.accepted == 1 } } else { driver.open() }
        let wake = try WakeDescriptor()
        let begin = MonotonicTime.now()
        let waiting = Signal()
        let waker = PlainThread {
            waiting.wait()
            wake.signal()
        }
        waiting.raise()
        // libcurl's own timers may end a wait early; the wake must end one of a few.
        driver.step(waitMs: 60_000, wake: wake)
        #expect(waker?.join(milliseconds: 10_000) == true)
        driver.step(waitMs: 60_000, wake: wake)
        #expect(MonotonicTime.now().seconds(since: begin) < 30)
        // Lowered, it does not end a wait any more; raised twice it is lowered by once.
        wake.signal()
        wake.clear()
        let again = MonotonicTime.now()
        if !whileConnecting {
            driver.step(waitMs: 100, wake: wake)
            #expect(MonotonicTime.now().seconds(since: again) > 0.09)
        }
    }
}
