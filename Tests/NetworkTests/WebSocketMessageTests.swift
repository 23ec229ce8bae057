import Glibc
import LoopbackSupport
import MarketTime
import Network
import Testing

@Suite struct WebSocketMessageTests {
    /// Opens a connection to a server that runs `script` and then waits for the client to leave.
    private func connected(
        limits: WebSocketRequest.Limits = .init(),
        to script: @escaping @Sendable (WebSocketPeer) -> Void,
        _ body: (WebSocketDriver) throws -> Void
    ) throws {
        let server = try LoopbackServer { peer in
            script(peer)
            peer.connection.clientLeaves()
        }
        defer { server.stop() }
        let driver = WebSocketDriver(server, limits: limits)
        defer { driver.connection.drop() }
        try body(driver)
    }

    @Test func fragmentsBecomeOneMessageWithPingsBetweenThem() throws {
        let pongs = Noted<[String]>([])
        let script: @Sendable (WebSocketPeer) -> Void = { peer in
            peer.send(WebSocketPeer.frame(1, Array("a\u{20AC}".utf8.prefix(2)), isFinal: false))
            peer.send(WebSocketPeer.frame(9, Array("one".utf8)))
            peer.send(WebSocketPeer.frame(0, [], isFinal: false))
            peer.send(WebSocketPeer.frame(0, Array("\u{20AC}".utf8.dropFirst(1)), isFinal: false))
            peer.send(WebSocketPeer.frame(10, Array("unasked".utf8)))
            peer.send(WebSocketPeer.frame(9, []))
            peer.send(WebSocketPeer.frame(0, Array("b".utf8)))
            for _ in 0..<2 {
                guard let frame = peer.readFrame(), frame.opcode == 10, frame.isMasked else { break }
                pongs.change { $0.append(frame.text) }
            }
            peer.send(text: "done")
        }
        try connected(to: script) { driver in
            #expect(driver.run { driver.texts.count == 2 })
            #expect(driver.texts == ["a\u{20AC}b", "done"])
        }
        #expect(pongs.value == ["one", ""])
    }

    @Test func aPingIsAMaskedFrameAndItsAnswerASignOfLife() throws {
        let pinged = Noted<[String]>([])
        let script: @Sendable (WebSocketPeer) -> Void = { peer in
            guard let frame = peer.readFrame() else { return }
            pinged.change { $0.append("\(frame.opcode) \(frame.isMasked) \(frame.payload.count)") }
            peer.send(WebSocketPeer.frame(10, frame.payload))
        }
        try connected(to: script) { driver in
            #expect(!driver.connection.ping())
            driver.open()
            let before = driver.connection.lastFrameAt
            #expect(driver.connection.ping())
            #expect(driver.run { driver.connection.lastFrameAt != before })
            #expect(driver.messages == 0)
            driver.connection.drop()
            #expect(!driver.connection.ping())
        }
        #expect(pinged.value == ["9 true 0"])
    }

    @Test func binaryMessagesAreToldAsSuch() throws {
        let script: @Sendable (WebSocketPeer) -> Void = { peer in
            peer.send(WebSocketPeer.frame(2, [0, 255, 0x80]))
            peer.send(WebSocketPeer.frame(2, []))
            peer.send(WebSocketPeer.frame(2, [1], isFinal: false) + WebSocketPeer.frame(0, [2]))
            peer.send(WebSocketPeer.frame(1, []))
        }
        try connected(to: script) { driver in
            #expect(driver.run { driver.messages == 4 })
            #expect(driver.binaries == [[0, 255, 0x80], [], [1, 2]])
            #expect(driver.texts == [""])
            #expect(driver.arePadded)
        }
    }

    @Test(arguments: [125, 126, 65_535, 65_536, 300_000])
    func messagesOfEveryLengthFormArriveWhole(length: Int) throws {
        let echo: @Sendable (WebSocketPeer) -> Void = { peer in
            guard let frame = peer.readFrame() else { return }
            peer.send(WebSocketPeer.frame(1, frame.payload))
        }
        let text = String(repeating: "0123456789abcde\n", count: length / 16 + 1).prefix(length)
        try connected(to: echo) { driver in
            driver.open()
            #expect(driver.connection.send(String(text)))
            #expect(driver.run { driver.messages == 1 })
            #expect(driver.texts == [String(text)])
            #expect(driver.connection.payloadBytes == length)
        }
    }

    @Test func everyFrameHasAMaskOfItsOwn() throws {
        let heads = Noted<[[UInt8]]>([])
        let script: @Sendable (WebSocketPeer) -> Void = { peer in
            var bytes: [UInt8] = []
            var chunk = [UInt8](repeating: 0, count: 1000)
            while bytes.count < 600 {
                let count = recv(peer.connection.descriptor, &chunk, chunk.count, 0)
                guard count > 0 else { return }
                bytes += chunk[..<count]
            }
            let all = bytes
            heads.set(stride(from: 0, to: 600, by: 6).map { Array(all[$0..<($0 + 6)]) })
            peer.send(text: "read")
        }
        try connected(to: script) { driver in
            driver.open()
            // Frames of an empty text are a header and a mask.
            for _ in 0..<100 { #expect(driver.connection.send("")) }
            #expect(driver.run { driver.messages == 1 })
        }
        let seen = heads.value
        #expect(seen.count == 100 && seen.allSatisfy { $0.starts(with: [0x81, 0x80]) })
        #expect(Set(seen).count > 95)
    }

    @Test func aFloodOfPingsNeitherHoldsTheThreadNorFillsTheQueue() throws {
        let sent = Noted(0)
        let hasNewest = Noted(false)
        let script: @Sendable (WebSocketPeer) -> Void = { peer in
            // Nothing is read meanwhile, so that the answers dam up.
            let payload = [UInt8](repeating: 0x70, count: 125)
            let block = (0..<500).flatMap { _ in WebSocketPeer.frame(9, payload) }
            for _ in 0..<200 where peer.send(block) { sent.change { $0 += 500 } }
            peer.send(WebSocketPeer.frame(9, Array("newest".utf8)))
            peer.send(text: "after the flood")
            while let frame = peer.readFrame(within: 2000), frame.opcode == 10 {
                if frame.text == "newest" { return hasNewest.set(true) }
            }
        }
        let limits = WebSocketRequest.Limits(readBudgetBytes: 256 << 10)
        try connected(limits: limits, to: script) { driver in
            #expect(driver.run { driver.messages == 1 })
            #expect(driver.texts == ["after the flood"])
            // Room for a text shows that the queue holds little beside it.
            #expect(driver.connection.send(String(repeating: "x", count: (1 << 20) - (16 << 10))))
            #expect(driver.run { hasNewest.value })
        }
        #expect(sent.value == 100_000)
    }

    @Test func aServerThatNeverPausesDoesNotHoldTheThread() throws {
        let script: @Sendable (WebSocketPeer) -> Void = { peer in
            let block = (0..<200).flatMap { _ in WebSocketPeer.frame(1, [UInt8](repeating: 0x78, count: 1000)) }
            var rounds = 0
            while rounds < 2000, peer.send(block) { rounds += 1 }
        }
        let limits = WebSocketRequest.Limits(readBudgetBytes: 100_000)
        try connected(limits: limits, to: script) { driver in
            driver.open()
            driver.isCountingOnly = true
            var largest = 0
            for _ in 0..<200 {
                let before = driver.messages
                driver.step(waitMs: 1000)
                largest = max(largest, driver.messages - before)
            }
            #expect(driver.messages > 1000)
            #expect(largest <= 101)
        }
    }

    @Test func aFullQueueRefusesTextsUntilThereIsRoomAgain() throws {
        let mayRead = Signal()
        let read = Noted(0)
        let script: @Sendable (WebSocketPeer) -> Void = { peer in
            mayRead.wait()
            while let frame = peer.readFrame(within: 500) { read.change { $0 += frame.payload.count } }
        }
        let limits = WebSocketRequest.Limits(maxQueuedBytes: 100_000)
        try connected(limits: limits, to: script) { driver in
            defer { mayRead.raise() }
            driver.open()
            #expect(!driver.connection.send(String(repeating: "x", count: 100_000)))
            let text = String(repeating: "y", count: 10_000)
            var accepted = 0
            // What the kernel buffers is unknown; beyond that the queue takes its limit and no more.
            for _ in 0..<5000 {
                guard driver.connection.send(text) else { break }
                accepted += 1
                driver.step(waitMs: 0)
            }
            #expect(accepted > 9 && accepted < 5000)
            #expect(!driver.connection.send(text))
            #expect(driver.state == .open)
            mayRead.raise()
            #expect(driver.run { read.value == accepted * text.utf8.count })
            #expect(driver.connection.send(text))
        }
    }

    @Test func callbacksMayEndTheConnection() throws {
        let script: @Sendable (WebSocketPeer) -> Void = { peer in
            peer.send((0..<50).flatMap { WebSocketPeer.frame(1, Array("\($0)".utf8)) })
        }
        try connected(to: script) { driver in
            driver.open()
            let connection = driver.connection
            var texts: [String] = []
            while connection.state == .open {
                connection.step(waitMs: 1000, wake: nil) { bytes, _ in
                    texts.append(String(decoding: bytes, as: UTF8.self))
                    if texts.count == 3 { connection.drop() }
                }
            }
            #expect(texts == ["0", "1", "2"])
            #expect(connection.state == .ended(.dropped))
        }
    }

    @Test func silenceIsNoEnd() throws {
        let script: @Sendable (WebSocketPeer) -> Void = { peer in
            peer.send(WebSocketPeer.frame(9, []))
            _ = peer.readFrame()
        }
        try connected(to: script) { driver in
            driver.open()
            #expect(driver.run { driver.connection.lastFrameAt != nil })
            driver.step(waitMs: 0)
            let last = driver.connection.lastFrameAt
            let begin = MonotonicTime.now()
            driver.step(waitMs: 200)
            #expect(driver.state == .open && driver.connection.lastFrameAt == last)
            #expect(MonotonicTime.now().seconds(since: begin) > 0.19)
        }
    }
}
