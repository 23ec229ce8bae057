import Glibc

/// A blocking WebSocket client over one loopback connection that understands every frame and judges none.
final class StreamClient {
    struct Frame: Equatable {
        var isFinal: Bool
        var opcode: UInt8
        var payload: [UInt8]

        var text: String { String(decoding: payload, as: UTF8.self) }
        /// Code and reason of a close frame.
        var closing: (code: Int, reason: String)? {
            guard opcode == 8, payload.count >= 2 else { return nil }
            return (Int(payload[0]) << 8 | Int(payload[1]), String(decoding: payload[2...], as: UTF8.self))
        }
    }

    /// Why nothing more came.
    enum End: Equatable { case orderly, reset, nothingYet }

    static let text: UInt8 = 1
    static let binary: UInt8 = 2
    static let close: UInt8 = 8
    static let ping: UInt8 = 9
    static let pong: UInt8 = 10

    private let socket: Int32
    private var buffer: [UInt8] = []
    private var position = 0
    private(set) var end = End.nothingYet
    /// Whether pings are answered while waiting for a message.
    var answersPings = true
    private(set) var pings = 0

    /// Connects to 127.0.0.1 without asking for anything; nil if nobody listens.
    init?(port: Int, receiveBytes: Int32? = nil) {
        socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard socket >= 0 else { return nil }
        if var bytes = receiveBytes {
            setsockopt(socket, SOL_SOCKET, SO_RCVBUF, &bytes, socklen_t(MemoryLayout<Int32>.size))
        }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(UInt16(port)).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let connected = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard connected == 0 else {
            Glibc.close(socket)
            return nil
        }
    }

    deinit { Glibc.close(socket) }

    /// A client that has been upgraded and greeted.
    static func greeted(port: Int) -> StreamClient? {
        guard let client = StreamClient(port: port), client.upgrade()?.hasPrefix("HTTP/1.1 101 ") == true,
            client.message() == Transcript.connected
        else { return nil }
        return client
    }

    /// A client that has logged in and subscribed; the acknowledgements have been read.
    static func live(port: Int, key: String = "good", _ pairs: String = "") -> StreamClient? {
        guard let client = greeted(port: port) else { return nil }
        client.send("{\"action\":\"auth\",\"params\":\"\(key)\"}")
        guard client.message() == Transcript.authenticated else { return nil }
        guard !pairs.isEmpty else { return client }
        client.send("{\"action\":\"subscribe\",\"params\":\"\(pairs)\"}")
        guard client.message()?.contains("subscribed to: ") == true else { return nil }
        return client
    }

    /// Asks for the upgrade; the head of the answer, nil if there is none.
    func upgrade(path: String = "/stocks", headers: String = "", waitMs: Int = 20_000) -> String? {
        sendRaw(
            Array(
                ("GET \(path) HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                    + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\(headers)\r\n").utf8
            )
        )
        return head(waitMs: waitMs)
    }

    /// Bytes up to an empty line.
    func head(waitMs: Int = 20_000) -> String? {
        var searched = position
        while true {
            while searched + 4 <= buffer.count {
                if buffer[searched..<searched + 4].elementsEqual([13, 10, 13, 10]) {
                    let found = String(decoding: buffer[position..<searched], as: UTF8.self)
                    position = searched + 4
                    return found
                }
                searched += 1
            }
            guard fill(waitMs: waitMs) else { return nil }
        }
    }

    /// Sends one masked text frame.
    func send(_ text: String) { send(Self.text, Array(text.utf8)) }

    /// Sends one frame.
    func send(_ opcode: UInt8, _ payload: [UInt8], isFinal: Bool = true, isMasked: Bool = true, reserved: UInt8 = 0) {
        var frame: [UInt8] = [(isFinal ? 0x80 : 0) | reserved | opcode]
        let mask: UInt8 = isMasked ? 0x80 : 0
        switch payload.count {
        case ..<126: frame.append(mask | UInt8(payload.count))
        case ..<65_536: frame += [mask | 126, UInt8(payload.count >> 8), UInt8(payload.count & 0xFF)]
        default:
            frame.append(mask | 127)
            for shift in stride(from: 56, through: 0, by: -8) { frame.append(UInt8(payload.count >> shift & 0xFF)) }
        }
        let key: [UInt8] = [0x12, 0x34, 0x56, 0x78]
        if isMasked { frame += key }
        frame += isMasked ? payload.enumerated().map { $1 ^ key[$0 & 3] } : payload
        sendRaw(frame)
    }

    func sendRaw(_ bytes: [UInt8]) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let sent = rest.withUnsafeBytes { Glibc.send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            guard sent > 0 else { return }
            rest = rest.dropFirst(sent)
        }
    }

    /// The next frame of any kind; nil when the connection ends or nothing whole comes in time.
    func frame(waitMs: Int = 20_000) -> Frame? {
        while true {
            if let found = parse() { return found }
            guard fill(waitMs: waitMs) else { return nil }
        }
    }

    /// The next whole text message, put together from its fragments; pings in between are answered.
    func message(waitMs: Int = 20_000) -> String? {
        var collected: [UInt8] = []
        while let frame = frame(waitMs: waitMs) {
            switch frame.opcode {
            case 0, Self.text:
                collected += frame.payload
                if frame.isFinal { return String(decoding: collected, as: UTF8.self) }
            case Self.ping:
                pings += 1
                if answersPings { send(Self.pong, frame.payload) }
            case Self.close: return nil
            default: break
            }
        }
        return nil
    }

    /// Events of messages until `enough` says so or nothing comes in time; statuses are left out.
    func events(waitMs: Int = 20_000, until enough: ([JSONValue]) -> Bool) -> [JSONValue] {
        var found: [JSONValue] = []
        while !enough(found), let text = message(waitMs: waitMs) {
            found += (JSONValue.parsed(text)?.array ?? []).filter { $0["ev"]?.string != "status" }
        }
        return found
    }

    /// Reads everything until the connection ends; nil if it does not within the time.
    func drain(waitMs: Int = 20_000) -> End? {
        while fill(waitMs: waitMs) { position = buffer.count }
        return end == .nothingYet ? nil : end
    }

    /// Waits for more bytes; false at the end of the stream or after the time.
    func fill(waitMs: Int) -> Bool {
        var poll = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
        guard Glibc.poll(&poll, 1, Int32(waitMs)) > 0 else { return false }
        if position > 1 << 20 || position == buffer.count {
            buffer.removeFirst(position)
            position = 0
        }
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        let count = chunk.withUnsafeMutableBytes { recv(socket, $0.baseAddress, $0.count, 0) }
        guard count > 0 else {
            end = count == 0 ? .orderly : .reset
            return false
        }
        buffer += chunk[..<count]
        return true
    }

    /// Bytes that have come and have not been made frames of.
    var unread: [UInt8] { Array(buffer[position...]) }

    /// A frame of what has come; nil when none is whole.
    func parse() -> Frame? {
        let bytes = buffer[position...]
        guard bytes.count >= 2 else { return nil }
        let start = bytes.startIndex
        var length = Int(bytes[start + 1] & 0x7F)
        var head = 2
        if length == 126 {
            guard bytes.count >= 4 else { return nil }
            length = Int(bytes[start + 2]) << 8 | Int(bytes[start + 3])
            head = 4
        } else if length == 127 {
            guard bytes.count >= 10 else { return nil }
            length = bytes[start + 2..<start + 10].reduce(0) { $0 << 8 | Int($1) }
            head = 10
        }
        guard bytes.count >= head + length else { return nil }
        position += head + length
        return Frame(
            isFinal: bytes[start] & 0x80 != 0,
            opcode: bytes[start] & 0x0F,
            payload: Array(bytes[start + head..<start + head + length])
        )
    }
}

/// What the protocol's page says word for word.
enum Transcript {
    static let connected = #"[{"ev":"status","status":"connected","message":"Connected Successfully"}]"#
    static let authenticated = #"[{"ev":"status","status":"auth_success","message":"authenticated"}]"#
    static let badKey = #"[{"ev":"status","status":"auth_failed","message":"authentication failed"}]"#
    static let badPlan =
        #"[{"ev":"status","status":"auth_failed","message":"Your plan doesn't include websocket "#
        + #"access. Visit https://massive.com/pricing to upgrade."}]"#
    static let authTimeout =
        #"[{"ev":"status","status":"auth_timeout","message":"No authentication request received."}]"#
    static let notAuthorized = #"[{"ev":"status","status":"error","message":"not authorized"}]"#
    static let maxConnections =
        #"[{"ev":"status","status":"max_connections","message":"Maximum number of websocket "#
        + #"connections exceeded. You have reached the connection limit for your account. Please contact support at "#
        + #"https://polygon.io/contact to increase your limit."}]"#

    static func acks(_ pairs: String..., verb: String = "subscribed") -> String {
        "["
            + pairs.map { #"{"ev":"status","status":"success","message":"\#(verb) to: \#($0)"}"# }.joined(
                separator: ","
            )
            + "]"
    }
}
