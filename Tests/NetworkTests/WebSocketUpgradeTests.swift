import Testing

@testable import Network

@Suite struct WebSocketUpgradeTests {
    private static let nonce = Array("the sample nonce".utf8)
    private static let agreement =
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        + "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"

    private func read(_ text: String) -> WebSocketUpgrade.Answer {
        var upgrade = WebSocketUpgrade(nonce: Self.nonce)
        return Array(text.utf8).withUnsafeBufferPointer { upgrade.read($0) }
    }

    /// The answer's fault, or nil when it was taken.
    private func fault(_ text: String) -> WebSocketEnd? {
        if case .refused(let end) = read(text) { end } else { nil }
    }

    @Test func theAnswerToTheExampleOfTheStandard() {
        #expect(WebSocketUpgrade.accept(forKey: "dGhlIHNhbXBsZSBub25jZQ==") == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")
    }

    /// Lengths on both sides of where SHA-1's padding takes another block; digests from FIPS 180 and sha1sum.
    @Test(arguments: [
        ("", "da39a3ee5e6b4b0d3255bfef95601890afd80709"),
        ("abc", "a9993e364706816aba3e25717850c26c9cd0d89d"),
        ("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", "84983e441c3bd26ebaae4aa1f95129e5e54670f1"),
        (String(repeating: "a", count: 55), "c1c8bbdc22796e28c0e15163d20899b65621d65a"),
        (String(repeating: "a", count: 56), "c2db330f6083854c99d4b5bfb6e8f29f201be699"),
        (String(repeating: "a", count: 63), "03f09f5b158a7a8cdad920bddc29b81c18a551f5"),
        (String(repeating: "a", count: 64), "0098ba824b5c16427bd7a1122a5a442a25ec644d"),
        (String(repeating: "a", count: 119), "ee971065aaa017e0632a8ca6c77bb3bf8b1dfc56"),
    ])
    func digestsAreThoseOfTheStandard(text: String, hex: String) {
        let digest = SHA1.digest(Array(text.utf8)).map { byte in
            (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }
        #expect(digest.joined() == hex)
    }

    @Test(arguments: [
        ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("\u{3F}\u{3E}~", "Pz5+"),
    ])
    func base64IsThatOfTheStandard(text: String, encoded: String) {
        #expect(Base64.encoded(text.utf8) == encoded)
    }

    @Test func theRequestHasWhatTheStandardAsksForAndNothingElse() throws {
        let request = WebSocketRequest(url: "wss://Feed.Example:8443/stocks?x=1#part", userAgent: "tradeul/1")
        let text = WebSocketUpgrade(nonce: Self.nonce).request(try WebSocketAddress(request), userAgent: "tradeul/1")
        #expect(
            text.split(separator: "\r\n", omittingEmptySubsequences: false) == [
                "GET /stocks?x=1 HTTP/1.1", "Host: Feed.Example:8443", "Upgrade: websocket", "Connection: Upgrade",
                "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", "Sec-WebSocket-Version: 13", "User-Agent: tradeul/1", "",
                "",
            ]
        )
    }

    @Test(arguments: [
        ("ws://h", "/", "http://h/"), ("wss://h/", "/", "https://h/"), ("WSS://h:1/a/b?c", "/a/b?c", "https://h:1/"),
        ("ws://[::1]:80?q", "/?q", "http://[::1]:80/"), ("ws://127.0.0.1:9/x#y", "/x", "http://127.0.0.1:9/"),
    ])
    func addressesAreTakenApart(url: String, target: String, connectURL: String) throws {
        let address = try WebSocketAddress(WebSocketRequest(url: url))
        #expect(address.target == target)
        #expect(address.connectURL == connectURL)
    }

    @Test(arguments: [
        "http://h/", "wss:/h", "wss://", "wss:///x", "nonsense", "", "ws://h/a b", "ws://h/\r\nX: 1", "ws://h\\x/",
        "ws://user:secret@h/", "ws://h\u{E4}/", "ws://h/\u{1B}[2J",
    ])
    func unusableAddressesAreNeverConnectedTo(url: String) {
        let connection = WebSocketConnection(WebSocketRequest(url: url))
        guard case .ended(.failed(.invalidRequest(let shown, _))) = connection.state else {
            Issue.record("\(url): \(connection.state)")
            return
        }
        #expect(!shown.contains("secret") && !shown.contains("\r") && !shown.contains("\u{1B}"))
    }

    @Test(arguments: ["a\r\nX: 1", "a\u{0}"])
    func aNameThatWouldBreakTheHeaderIsNeverSent(userAgent: String) {
        let connection = WebSocketConnection(WebSocketRequest(url: "ws://127.0.0.1:1/", userAgent: userAgent))
        guard case .ended(.failed(.invalidRequest)) = connection.state else {
            Issue.record("\(connection.state)")
            return
        }
    }

    @Test func anAnswerIsTakenHoweverItIsSpelled() {
        let spelled =
            "HTTP/1.1 101 \r\nServer: x\r\nupgrade:WebSocket\r\nCONNECTION:\t keep-alive,  UPGRADE \r\n"
            + "sec-websocket-accept:s3pPLMBiTxaQ9kYGzzhZRbK+xOo= \r\nSec-WebSocket-Extensions:\r\n\r\n"
        #expect(read(spelled) == .accepted(headerBytes: spelled.utf8.count))
    }

    @Test func bytesBehindTheHeaderAreNotPartOfIt() {
        let answer = Self.agreement + "\r\n"
        #expect(read(answer + "\u{1}frames\r\n\r\n") == .accepted(headerBytes: answer.utf8.count))
    }

    @Test func anAnswerInPiecesIsTakenAtItsLastByte() {
        var upgrade = WebSocketUpgrade(nonce: Self.nonce)
        let bytes = Array((Self.agreement + "\r\n").utf8)
        for count in 1..<bytes.count {
            #expect(bytes[..<count].withUnsafeBufferPointer { upgrade.read($0) } == .incomplete)
        }
        #expect(bytes.withUnsafeBufferPointer { upgrade.read($0) } == .accepted(headerBytes: bytes.count))
    }

    @Test(arguments: [
        ("Upgrade: websocket\r\n", ""), ("Upgrade: websocket", "Upgrade: h2c"), ("Connection: Upgrade\r\n", ""),
        ("Connection: Upgrade", "Connection: keep-alive, upgraded"), ("s3pPLMB", "S3pPLMB"),
        ("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n", ""),
        ("Upgrade: websocket\r\n", "Upgrade: websocket\r\nSec-WebSocket-Extensions: permessage-deflate\r\n"),
        ("Upgrade: websocket\r\n", "Upgrade: websocket\r\nSec-WebSocket-Protocol: chat\r\n"),
        ("Upgrade: websocket\r\n", "Upgrade: websocket\r\n folded: 1\r\n"),
        ("Upgrade: websocket\r\n", "Upgrade: websocket\r\nno field\r\n"),
        ("Upgrade: websocket\r\n", "Upgrade: websocket\r\nX: \u{0}\r\n"),
        ("Upgrade: websocket\r\n", "Upgrade: websocket\nX: 1\r\n"),
        ("HTTP/1.1 101", "HTTP/1.1 1x1"), ("HTTP/1.1 101", "HTTP/1.1 "), ("HTTP/1.1 101", "HTTP/1.0 101"),
        (
            "Sec-WebSocket-Accept: s3p",
            "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\nSec-WebSocket-Accept: s3p"
        ),
    ])
    func aFaultyAgreementIsAProtocolError(part: String, replacement: String) {
        let answer = Self.agreement.replacingFirst(part, with: replacement)
        #expect(answer != Self.agreement)
        guard case .protocolError = fault(answer + "\r\n") else {
            Issue.record("\(String(describing: read(answer + "\r\n")))")
            return
        }
    }

    @Test(arguments: [
        ("HTTP/1.1 403 Forbidden\r\n\r\nno \u{1B}[2Jplan\r\n", 403, "Forbidden: no ?[2Jplan??"),
        ("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", 200, "OK"), ("HTTP/1.0 502\r\n\r\n", 502, ""),
    ])
    func anotherStatusIsToldWithItsReason(answer: String, status: Int, text: String) {
        #expect(fault(answer) == .upgradeRefused(status: status, text: text))
    }

    @Test func aRefusalsTextIsCut() throws {
        let page = String(repeating: "\u{20AC}", count: 5000)
        guard case .upgradeRefused(503, let text) = fault("HTTP/1.1 503 Busy\r\n\r\n" + page) else {
            Issue.record("not refused")
            return
        }
        #expect(text.utf8.count <= 200 && text.hasPrefix("Busy: \u{20AC}"))
    }

    @Test(arguments: ["\u{1}", "H", "HTTP/2", "SSH-2.0", "\r\n", "HTTP 1.1"])
    func whatIsNoHTTPIsToldAtTheFirstWrongByte(bytes: String) {
        let isWrong = !"HTTP/1.".hasPrefix(bytes)
        #expect((fault(bytes) != nil) == isWrong)
    }

    @Test func aHeaderWithoutEndIsRefusedAtItsLimit() {
        let filler = "HTTP/1.1 101 X\r\n" + String(repeating: "X-Filler: y\r\n", count: 2000)
        #expect(fault(String(filler.prefix(9000))) == nil)
        guard case .protocolError = fault(filler) else {
            Issue.record("not refused")
            return
        }
    }
}

extension String {
    fileprivate func replacingFirst(_ part: String, with other: String) -> String {
        let pieces = unicodeScalars.split(
            separator: part.unicodeScalars,
            maxSplits: 1,
            omittingEmptySubsequences: false
        )
        return pieces.count == 2 ? String(pieces[0]) + other + String(pieces[1]) : self
    }
}
