import LoopbackSupport
import MarketTime
import Network
import Testing

@Suite struct WebSocketHostileTests {
    /// What a server sent, what the client ends with and which close code it sends first.
    struct Offence: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let bytes: [UInt8]
        var closeCode = 1002
    }

    private static func frame(_ opcode: UInt8, _ text: String, isFinal: Bool = true, reserved: UInt8 = 0) -> [UInt8] {
        WebSocketPeer.frame(opcode, Array(text.utf8), isFinal: isFinal, reserved: reserved)
    }

    static let offences: [Offence] = [
        Offence(testDescription: "masked", bytes: WebSocketPeer.frame(1, [0x61], mask: [1, 2, 3, 4])),
        Offence(testDescription: "masked ping", bytes: WebSocketPeer.frame(9, [], mask: [0, 0, 0, 0])),
        Offence(testDescription: "reserved bit 1", bytes: frame(1, "x", reserved: 4)),
        Offence(testDescription: "reserved bit 3", bytes: frame(9, "x", reserved: 1)),
        Offence(
            testDescription: "reserved bit in a fragment",
            bytes: frame(1, "x", isFinal: false) + frame(0, "x", reserved: 2)
        ),
        Offence(testDescription: "opcode 3", bytes: frame(3, "x")),
        Offence(testDescription: "opcode 11", bytes: frame(11, "x")),
        Offence(testDescription: "continuation of nothing", bytes: frame(0, "x")),
        Offence(testDescription: "continuation after the end", bytes: frame(1, "x") + frame(0, "x")),
        Offence(testDescription: "text inside fragments", bytes: frame(1, "x", isFinal: false) + frame(1, "x")),
        Offence(testDescription: "fragmented ping", bytes: frame(9, "x", isFinal: false)),
        Offence(testDescription: "long ping", bytes: frame(9, String(repeating: "p", count: 126))),
        Offence(testDescription: "16-bit length not needed", bytes: [0x81, 126, 0, 5, 1, 2, 3, 4, 5]),
        Offence(testDescription: "64-bit length not needed", bytes: [0x81, 127, 0, 0, 0, 0, 0, 0, 1, 0, 1, 2]),
        Offence(testDescription: "negative length", bytes: [0x81, 127, 0x80, 0, 0, 0, 0, 1, 0, 0, 1, 2]),
        Offence(testDescription: "close of one byte", bytes: WebSocketPeer.frame(8, [3])),
        Offence(testDescription: "close code 999", bytes: WebSocketPeer.frame(8, [3, 231])),
        Offence(testDescription: "close code 1005", bytes: WebSocketPeer.frame(8, [3, 237])),
        Offence(testDescription: "close code 1006", bytes: WebSocketPeer.frame(8, [3, 238])),
        Offence(testDescription: "close code 5000", bytes: WebSocketPeer.frame(8, [19, 136])),
        Offence(
            testDescription: "close reason not UTF-8",
            bytes: WebSocketPeer.frame(8, [3, 232, 0xFF]),
            closeCode: 1007
        ),
        Offence(testDescription: "text not UTF-8", bytes: WebSocketPeer.frame(1, [0x61, 0xC3, 0x28]), closeCode: 1007),
        Offence(
            testDescription: "fragments not UTF-8 together",
            bytes: WebSocketPeer.frame(1, [0xE2], isFinal: false) + WebSocketPeer.frame(0, [0x82]),
            closeCode: 1007
        ),
        Offence(testDescription: "HTTP again", bytes: Array("HTTP/1.1 200 OK\r\n\r\n".utf8)),
        Offence(
            testDescription: "endless empty fragments",
            bytes: frame(1, "", isFinal: false) + (0..<70_000).flatMap { _ in [0, 0] as [UInt8] }
        ),
    ]

    @Test(arguments: offences)
    func anOffenceIsAnsweredByACloseAndEndsTheConnection(offence: Offence) throws {
        let code = Noted<Int?>(nil)
        let answered = Signal()
        let server = try LoopbackServer { peer in
            peer.send(offence.bytes)
            code.set(peer.readFrame()?.closeCode)
            answered.raise()
        }
        defer { server.stop() }
        let driver = WebSocketDriver(server)
        guard case .protocolError(let detail) = driver.runToEnd() else {
            Issue.record("\(driver.state)")
            return
        }
        #expect(!detail.isEmpty)
        #expect(driver.messages <= 1 && !driver.texts.contains { $0 != "x" })
        #expect(answered.wait(milliseconds: 10_000))
        #expect(code.value == offence.closeCode)
    }

    private static let oneMegabyte = WebSocketRequest.Limits(maxMessageBytes: 1 << 20)

    @Test func aMessageOfExactlyTheLimitArrivesAndOneByteMoreDoesNot() throws {
        let server = try LoopbackServer { peer in
            let whole = [UInt8](repeating: 0x78, count: 1 << 20)
            peer.send(WebSocketPeer.frame(1, whole))
            peer.send(WebSocketPeer.frame(1, Array(whole.dropLast(10)), isFinal: false))
            peer.send(WebSocketPeer.frame(0, [UInt8](repeating: 0x78, count: 11)))
            _ = peer.readFrame()
        }
        defer { server.stop() }
        let driver = WebSocketDriver(server, limits: Self.oneMegabyte)
        #expect(driver.runToEnd() == .messageTooLarge(limitBytes: 1 << 20))
        #expect(driver.messages == 1 && driver.connection.payloadBytes == 1 << 20)
    }

    @Test func fiftyMegabytesAreRefusedByTheirHeader() throws {
        let sent = Noted(0)
        let code = Noted<Int?>(nil)
        let done = Signal()
        let server = try LoopbackServer { peer in
            // The header and a few bytes; the rest would never come.
            peer.send(WebSocketPeer.frame(1, [0x5B], announced: 50 << 20))
            sent.change { $0 += 1 }
            code.set(peer.readFrame()?.closeCode)
            done.raise()
        }
        defer { server.stop() }
        let driver = WebSocketDriver(server)
        #expect(driver.runToEnd() == .messageTooLarge(limitBytes: 16 << 20))
        #expect(driver.connection.payloadBytes == 0)
        #expect(done.wait(milliseconds: 10_000))
        #expect(code.value == 1009)
    }

    @Test func aMessageWhoseFragmentsNeverEndStopsAtTheLimit() throws {
        let sent = Noted(0)
        let server = try LoopbackServer { peer in
            let part = [UInt8](repeating: 0x78, count: 10_000)
            peer.send(WebSocketPeer.frame(2, part, isFinal: false))
            while sent.value < 100_000, peer.send(WebSocketPeer.frame(0, part, isFinal: false)) {
                sent.change { $0 += 1 }
            }
        }
        defer { server.stop() }
        let driver = WebSocketDriver(server, limits: Self.oneMegabyte)
        #expect(driver.runToEnd() == .messageTooLarge(limitBytes: 1 << 20))
        #expect(sent.value < 2000)
    }

    @Test func aFrameThatNeverEndsIsNoSignOfLife() throws {
        let server = try LoopbackServer { peer in
            peer.send(WebSocketPeer.frame(9, []))
            _ = peer.readFrame()
            peer.send(WebSocketPeer.frame(1, [0x5B], announced: 1 << 20))
            while peer.send([0x20]), !peer.connection.clientLeaves(within: 1) {}
        }
        defer { server.stop() }
        let driver = WebSocketDriver(server)
        driver.open()
        #expect(driver.run { driver.connection.lastFrameAt != nil })
        let last = driver.connection.lastFrameAt
        for _ in 0..<50 { driver.step(waitMs: 100) }
        #expect(driver.state == .open && driver.messages == 0)
        #expect(driver.connection.lastFrameAt == last)
        driver.connection.drop()
    }

    @Test(arguments: [11, 12, 13] as [UInt64])
    func noiseNeverDoesMoreThanEndTheConnection(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<40 {
            let noise = (0..<Int.random(in: 1...400, using: &generator)).map { _ in
                // Small opcodes and lengths are likelier, so that some frames are right.
                UInt8.random(in: 0...(Bool.random(using: &generator) ? 20 : 255), using: &generator)
            }
            let server = try LoopbackServer { peer in peer.send(noise) }
            defer { server.stop() }
            #expect(WebSocketDriver(server).runToEnd() != nil, "seed \(seed): \(noise)")
        }
    }
}
