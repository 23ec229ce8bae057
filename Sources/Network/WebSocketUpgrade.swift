/// The HTTP exchange that opens a WebSocket (RFC 6455 §4): our request, and the judgement of the server's answer.
///
/// Pure; confined to the connection.
package struct WebSocketUpgrade {
    /// Status line and fields together.
    static let headerBytesMax = 16 << 10
    private static let textBytesMax = 200
    private static let opening = Array("HTTP/1.".utf8)
    private static let headerEnd: [UInt8] = [13, 10, 13, 10]

    enum Answer: Equatable {
        case incomplete
        /// The server agrees; the header has so many bytes, and what follows them are frames.
        case accepted(headerBytes: Int)
        case refused(WebSocketEnd)
    }

    private let key: String
    /// Everything before it has been searched for the header's end.
    private var searched = 0

    /// `nonce` are 16 unpredictable bytes.
    init(nonce: some Collection<UInt8>) { key = Base64.encoded(nonce) }

    func request(_ address: WebSocketAddress, userAgent: String) -> String {
        let lines = [
            "GET \(address.target) HTTP/1.1",
            "Host: \(address.authority)",
            "Upgrade: websocket",
            "Connection: Upgrade",
            "Sec-WebSocket-Key: \(key)",
            "Sec-WebSocket-Version: 13",
            "User-Agent: \(userAgent)",
        ]
        return lines.joined(separator: "\r\n") + "\r\n\r\n"
    }

    /// Looks at all bytes received so far; to be called again with more when incomplete.
    mutating func read(_ received: UnsafeBufferPointer<UInt8>) -> Answer {
        // Told at the first wrong byte: such a server would let us wait for the end of a header in vain.
        guard received.prefix(Self.opening.count).elementsEqual(Self.opening.prefix(received.count)) else {
            return .refused(.protocolError("it sent something else than an answer to the upgrade"))
        }
        var end = max(Self.headerEnd.count, searched)
        while end <= min(received.count, Self.headerBytesMax) {
            if received[end - 1] == 10, received[(end - 4)..<end].elementsEqual(Self.headerEnd) {
                return judge(received[..<(end - 2)], body: received[end...], headerBytes: end)
            }
            end += 1
        }
        searched = end
        guard received.count < Self.headerBytesMax else {
            return .refused(.protocolError("the header of its answer has more than \(Self.headerBytesMax >> 10) KiB"))
        }
        return .incomplete
    }

    /// The `Sec-WebSocket-Accept` that belongs to a `Sec-WebSocket-Key`: proof that a server read this very request.
    package static func accept(forKey key: String) -> String {
        Base64.encoded(SHA1.digest(Array((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").utf8)))
    }

    private func judge(
        _ header: Slice<UnsafeBufferPointer<UInt8>>,
        body: Slice<UnsafeBufferPointer<UInt8>>,
        headerBytes: Int
    ) -> Answer {
        // A field may hold tabs and blanks; every other control character but the line ends is an attempt at something.
        let text = String(decoding: header, as: UTF8.self)
        var lines = text.unicodeScalars.split(separator: "\r\n".unicodeScalars)
        guard !lines.isEmpty, !lines.contains(where: { $0.contains { $0.value < 0x20 && $0 != "\t" } }) else {
            return .refused(.protocolError("the header of its answer has control characters"))
        }
        let words = lines.removeFirst().split(separator: " ", maxSplits: 2, omittingEmptySubsequences: false)
        let version = String(words[0])
        guard ["HTTP/1.0", "HTTP/1.1"].contains(version), words.count >= 2, words[1].count == 3,
            let status = Int(String(words[1])), status >= 100
        else {
            return .refused(.protocolError("its answer has no HTTP status"))
        }
        guard status == 101 else {
            let reason = words.count > 2 ? String(words[2]) : ""
            let page = ShownText.line(body.prefix(Self.textBytesMax), bytesMax: Self.textBytesMax)
            let both = [reason, page].filter { !$0.isEmpty }.joined(separator: ": ")
            let shown = ShownText.line(Array(both.utf8), bytesMax: Self.textBytesMax)
            return .refused(.upgradeRefused(status: status, text: shown))
        }
        guard version == "HTTP/1.1" else { return .refused(.protocolError("an upgrade of \(version)")) }
        var fields: [(name: String, value: String)] = []
        for line in lines {
            guard let colon = line.firstIndex(of: ":"), colon != line.startIndex, line.first != " ", line.first != "\t"
            else { return .refused(.protocolError("the header of its answer has a line that is no field")) }
            let value = line[line.index(after: colon)...]
            fields.append((String(line[..<colon]).lowercased(), Self.trimmed(value)))
        }
        if let fault = fault(in: fields) { return .refused(.protocolError(fault)) }
        return .accepted(headerBytes: headerBytes)
    }

    private func fault(in fields: [(name: String, value: String)]) -> String? {
        func values(_ name: String) -> [String] { fields.filter { $0.name == name }.map(\.value) }
        func hasToken(_ name: String, _ token: String) -> Bool {
            values(name).contains { value in
                value.unicodeScalars.split(separator: ",").contains { Self.trimmed($0).lowercased() == token }
            }
        }
        guard values("upgrade").map({ $0.lowercased() }) == ["websocket"] else { return "no Upgrade: websocket" }
        guard hasToken("connection", "upgrade") else { return "no Connection: Upgrade" }
        guard values("sec-websocket-accept") == [Self.accept(forKey: key)] else {
            return "its Sec-WebSocket-Accept does not belong to the key sent"
        }
        guard values("sec-websocket-extensions").allSatisfy(\.isEmpty) else {
            return "an extension that was not asked for"
        }
        guard values("sec-websocket-protocol").allSatisfy(\.isEmpty) else {
            return "a subprotocol that was not asked for"
        }
        return nil
    }

    private static func trimmed(_ text: Substring.UnicodeScalarView) -> String {
        var rest = text
        while let first = rest.first, first == " " || first == "\t" { rest.removeFirst() }
        while let last = rest.last, last == " " || last == "\t" { rest.removeLast() }
        return String(rest)
    }
}
