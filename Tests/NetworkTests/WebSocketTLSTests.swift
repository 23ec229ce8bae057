import Glibc
import LoopbackSupport
import MarketTime
import Network
import Testing

@Suite struct WebSocketTLSTests {
    /// Says hello, echoes one text, answers one close.
    private static let script: @Sendable (WebSocketPeer) -> Void = { peer in
        peer.send(text: "hello")
        while let frame = peer.readFrame() {
            guard frame.opcode == 1 else { break }
            peer.send(WebSocketPeer.frame(1, frame.payload))
        }
        peer.sendClose(1000)
    }

    @Test func aGoodCertificateIsTakenAndTheOthersAreNot() throws {
        let server = try LoopbackServer(webSocket: Self.script)
        defer { server.stop() }
        let front = try TLSFront(to: server.port)
        defer { front.stop() }
        let refused: [(certificate: TLSFront.Certificate, caFile: String?, words: String)] = [
            (.expired, front.caFile, "expired"), (.wrongHost, front.caFile, "127.0.0.1"),
            (.selfSigned, front.caFile, "self"),
            // Only the file makes its authority known; the system's authorities do not include it.
            (.good, nil, "issuer"), (.good, front.caFile + ".missing", "missing"),
        ]
        for (certificate, caFile, words) in refused {
            let host = "127.0.0.1:\(front.port(certificate))"
            let driver = WebSocketDriver("wss://\(host)/", caFile: caFile)
            guard case .failed(.tls(let named, let detail)) = driver.runToEnd() else {
                Issue.record("\(certificate): \(driver.state)")
                continue
            }
            #expect(named == "wss://\(host)" && detail.contains(words), "\(certificate): \(detail)")
            #expect(driver.end?.sentence(host: host).hasPrefix("No safe connection to wss://\(host) (") == true)
        }
        // Nobody was told anything before the certificate was known.
        #expect(server.requests.isEmpty)

        let driver = WebSocketDriver("wss://127.0.0.1:\(front.port(.good))/stocks", caFile: front.caFile)
        driver.open()
        let text = String(repeating: "0123456789abcdef", count: 20_000)
        #expect(driver.connection.send(text))
        #expect(driver.run { driver.messages == 2 })
        #expect(driver.texts == ["hello", text])
        driver.connection.close()
        #expect(driver.runToEnd() == .closed(code: 1000, reason: ""))
    }

    /// What TLS holds decrypted is shown by no poll of the socket.
    @Test func whatTLSHasBufferedIsNotLeftLying() throws {
        let server = try LoopbackServer { peer in
            guard peer.readFrame() != nil else { return }
            peer.send((0..<300).flatMap { WebSocketPeer.frame(1, Array("message \($0)".utf8)) })
            _ = peer.readFrame(within: 20_000)
        }
        defer { server.stop() }
        let front = try TLSFront(to: server.port)
        defer { front.stop() }
        let limits = WebSocketRequest.Limits(readBudgetBytes: 100)
        let driver = WebSocketDriver("wss://127.0.0.1:\(front.port(.good))/", caFile: front.caFile, limits: limits)
        driver.open()
        // Until nothing is left of what came with the answer.
        driver.step(waitMs: 0)
        driver.step(waitMs: 0)
        #expect(driver.connection.send("go on"))
        let begin = MonotonicTime.now()
        while driver.messages < 300, driver.end == nil { driver.step(waitMs: 8000) }
        #expect(MonotonicTime.now().seconds(since: begin) < 7)
        #expect(driver.texts.last == "message 299")
        driver.connection.drop()
    }

    @Test func aProxyCarriesTLSAndTheNameIsStillChecked() async {
        await #expect(processExitsWith: .success) {
            let server = try LoopbackServer(webSocket: WebSocketTLSTests.script)
            defer { server.stop() }
            let front = try TLSFront(to: server.port)
            defer { front.stop() }
            let good = try ConnectProxy(to: front.port(.good))
            defer { good.stop() }
            let wrong = try ConnectProxy(to: front.port(.wrongHost))
            defer { wrong.stop() }
            setenv("https_proxy", "http://127.0.0.1:\(good.port)", 1)
            let driver = WebSocketDriver("wss://feed.invalid/stocks", caFile: front.caFile)
            driver.run { driver.messages == 1 || driver.end != nil }
            try #require(driver.texts == ["hello"], "\(driver.state)")
            try #require(good.requests.first?.hasPrefix("CONNECT feed.invalid:443 ") == true)
            unsetenv("https_proxy")
            setenv("all_proxy", "http://127.0.0.1:\(wrong.port)", 1)
            let other = WebSocketDriver("wss://feed.invalid/stocks", caFile: front.caFile)
            guard case .failed(.tls("wss://feed.invalid", let detail)) = other.runToEnd() else {
                throw Unexpected(state: other.state)
            }
            try #require(detail.contains("feed.invalid") && server.requests.count == 1, "\(detail)")
        }
    }

    @Test func connectionsThroughTLSLeaveNoDescriptorBehind() async {
        await #expect(processExitsWith: .success) {
            let server = try LoopbackServer { peer in
                if peer.connection.number % 2 == 0 { peer.send(text: "hello") }
            }
            defer { server.stop() }
            let front = try TLSFront(to: server.port)
            defer { front.stop() }
            func connect(_ count: Int) {
                for number in 0..<count {
                    let certificate: TLSFront.Certificate = number % 4 == 0 ? .expired : .good
                    let driver = WebSocketDriver("wss://127.0.0.1:\(front.port(certificate))/", caFile: front.caFile)
                    driver.run { driver.end != nil || driver.messages > 0 }
                }
            }
            func openDescriptors() -> Int { (0..<200).filter { fcntl($0, F_GETFD) >= 0 }.count }
            connect(10)
            let before = openDescriptors()
            connect(100)
            // The server's own ends go when their threads do.
            for _ in 0..<500 where openDescriptors() > before { poll(nil, 0, 10) }
            try #require(openDescriptors() <= before)
        }
    }
}
