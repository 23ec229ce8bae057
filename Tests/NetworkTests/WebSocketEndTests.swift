import LoopbackSupport
import MarketTime
import Network
import Testing

@Suite struct WebSocketEndTests {
    /// How a connection ends to a server that runs `script`.
    private func end(
        limits: WebSocketRequest.Limits = .init(),
        _ script: @escaping @Sendable (WebSocketPeer) -> Void
    ) throws -> WebSocketEnd? {
        let server = try LoopbackServer(webSocket: script)
        defer { server.stop() }
        return WebSocketDriver(server, limits: limits).runToEnd()
    }

    @Test(arguments: [
        (1000, "", "1000, normal end"), (1001, "bye", "1001, going away, bye"), (1008, "limit", "1008, policy, limit"),
        (1011, "", "1011, server error"), (4321, "own \u{1B}[31m", "4321, own ?[31m"),
    ])
    func theServersCloseIsToldAndAnswered(code: Int, reason: String, words: String) throws {
        let answer = Noted<Int?>(nil)
        let answered = Signal()
        let end = try end { peer in
            peer.send(text: "before")
            peer.sendClose(UInt16(code), reason)
            answer.set(peer.readFrame()?.closeCode)
            answered.raise()
        }
        #expect(end == .closed(code: code, reason: reason.replacing("\u{1B}", with: "?")))
        #expect(end?.sentence(host: "feed.example").hasPrefix("feed.example closed the stream (\(words)). ") == true)
        #expect(answered.wait(milliseconds: 10_000))
        #expect(answer.value == code)
    }

    @Test func aCloseWithoutACodeHasNone() throws {
        #expect(try end { $0.send(WebSocketPeer.frame(8, [])) } == .closed(code: nil, reason: ""))
    }

    @Test func aCloseThatIsFollowedByAResetIsStillToldAsAClose() throws {
        let end = try end { peer in
            peer.connection.resetAtEnd()
            peer.sendClose(1008, "Maximum number of websocket connections exceeded.")
        }
        // The reset may overtake the close in the kernel; what must not happen is a hang or another end.
        switch end {
        case .closed(1008, "Maximum number of websocket connections exceeded."), .lost: break
        default: Issue.record("\(String(describing: end))")
        }
    }

    @Test func aLongReasonIsWithinTheFramesLimit() throws {
        let reason = String(repeating: "\u{20AC}", count: 41)
        #expect(try end { $0.sendClose(1008, reason) } == .closed(code: 1008, reason: reason))
    }

    @Test(arguments: [true, false])
    func anEndWithoutACloseIsALoss(withReset: Bool) throws {
        let end = try end { peer in
            peer.send(text: "before")
            if withReset { peer.connection.resetAtEnd() }
        }
        guard case .lost(let detail) = end else {
            Issue.record("\(String(describing: end))")
            return
        }
        #expect(!detail.isEmpty)
        #expect(end?.sentence(host: "h").hasPrefix("The connection to h was lost (") == true)
    }

    @Test func anEndInsideAFrameIsALoss() throws {
        let end = try end { $0.send(WebSocketPeer.frame(1, [1, 2, 3], announced: 100)) }
        guard case .lost = end else {
            Issue.record("\(String(describing: end))")
            return
        }
    }

    @Test func ourCloseIsAnsweredByTheServer() throws {
        let heard = Noted<WebSocketPeer.Frame?>(nil)
        let server = try LoopbackServer { peer in
            guard let frame = peer.readFrame() else { return }
            heard.set(frame)
            peer.send(text: "too late")
            peer.sendClose(1000, "as you wish")
            peer.connection.clientLeaves()
        }
        defer { server.stop() }
        let driver = WebSocketDriver(server)
        driver.open()
        driver.connection.close(code: 4000, reason: "enough" + String(repeating: "\u{20AC}", count: 60))
        #expect(driver.state == .closing)
        #expect(!driver.connection.send("after the close"))
        #expect(driver.runToEnd() == .closed(code: 1000, reason: "as you wish"))
        #expect(driver.messages == 0)
        let frame = try #require(heard.value)
        #expect(frame.closeCode == 4000 && frame.isMasked)
        #expect(
            String(decoding: frame.payload.dropFirst(2), as: UTF8.self) == "enough"
                + String(repeating: "\u{20AC}", count: 39)
        )
    }

    @Test func hangingUpAfterOurCloseIsAClose() throws {
        let server = try LoopbackServer { peer in _ = peer.readFrame() }
        defer { server.stop() }
        let driver = WebSocketDriver(server)
        driver.open()
        driver.connection.close()
        #expect(driver.runToEnd() == .closed(code: nil, reason: ""))
    }

    @Test(arguments: [true, false])
    func aCloseThatIsNeverAnsweredHasADeadline(whileSending: Bool) throws {
        let server = try LoopbackServer { peer in
            let block = (0..<100).flatMap { _ in WebSocketPeer.frame(1, [UInt8](repeating: 0x78, count: 1000)) }
            if whileSending { while peer.send(block) {} } else { peer.connection.clientLeaves() }
            while peer.readFrame() != nil {}
        }
        defer { server.stop() }
        let driver = WebSocketDriver(server, limits: .init(closeTimeoutMs: 300))
        driver.open()
        let begin = MonotonicTime.now()
        driver.connection.close()
        #expect(driver.runToEnd() == .closeTimedOut)
        let seconds = MonotonicTime.now().seconds(since: begin)
        #expect(seconds >= 0.3 && seconds < 10)
        #expect(driver.messages == 0)
    }

    /// Whoever waits long in one step must not miss the connection's own deadlines.
    @Test(arguments: [true, false])
    func aStepEndsAtTheDeadlineHoweverLongItMayWait(whileClosing: Bool) throws {
        let server = try LoopbackServer { connection, request in
            let peer = WebSocketPeer(connection, request)
            if whileClosing { peer.accept() }
            while peer.readFrame(within: 30_000) != nil {}
            return false
        }
        defer { server.stop() }
        let driver = WebSocketDriver(server, limits: .init(upgradeTimeoutMs: 500, closeTimeoutMs: 500))
        let begin = MonotonicTime.now()
        while driver.end == nil, MonotonicTime.now().seconds(since: begin) < 25 {
            if driver.state == .open { driver.connection.close() }
            driver.step(waitMs: 25_000)
        }
        #expect(driver.end != nil && MonotonicTime.now().seconds(since: begin) < 15)
    }

    @Test func forgettingAConnectionCutsIt() throws {
        let left = Signal()
        let server = try LoopbackServer { peer in if peer.readFrame() == nil { left.raise() } }
        defer { server.stop() }
        do { WebSocketDriver(server).open() }
        #expect(left.wait(milliseconds: 9000))
    }

    @Test func everyEndHasASentenceThatNamesTheServer() {
        let ends: [WebSocketEnd] = [
            .failed(.refused(host: "feed.example")), .upgradeRefused(status: 407, text: ""),
            .closed(code: nil, reason: ""),
            .protocolError("x"), .messageTooLarge(limitBytes: 16 << 20), .lost("x"), .closeTimedOut, .dropped,
        ]
        for end in ends {
            let sentence = end.sentence(host: "feed.example")
            #expect(sentence.contains("feed.example") && sentence.hasSuffix("."), "\(sentence)")
        }
    }
}
