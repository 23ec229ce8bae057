import Simulator

// The words of the vendor's stocks WebSocket, and the little JSON its client-to-server direction needs.

extension StreamInterest {
    /// `NOI`: auction imbalances, a product of its own.
    static let imbalances = Self(rawValue: 32)
    /// `FMV`: fair market value, for other plans.
    static let fairValues = Self(rawValue: 64)

    private static let words: [(String, Self)] = [
        ("T", .trades), ("Q", .quotes), ("A", .seconds), ("AM", .minutes), ("LULD", .bands), ("NOI", .imbalances),
        ("FMV", .fairValues),
    ]

    /// The topic of a word of the protocol; nil for a word nobody knows.
    init?(word: Substring) {
        guard let found = Self.words.first(where: { $0.0 == word }) else { return nil }
        self = found.1
    }
}

/// One `TOPIC.SYMBOL` of a request.
struct StreamPairName: Hashable {
    /// Longest symbol that is remembered, in bytes; longer ones are ignored.
    static let symbolBytesMax = 32

    var topic: StreamInterest
    /// As the client wrote it; `*` is the wildcard.
    var symbol: String
    /// The whole pair, for the acknowledgement.
    var text: String

    /// A pair split at its first dot; nil for an unknown topic or no plausible symbol.
    init?(_ text: Substring) {
        guard let dot = text.firstIndex(of: "."), let topic = StreamInterest(word: text[..<dot]) else { return nil }
        let symbol = text[text.index(after: dot)...]
        guard !symbol.isEmpty, symbol.utf8.count <= Self.symbolBytesMax else { return nil }
        self.topic = topic
        self.symbol = String(symbol)
        self.text = String(text)
    }

    /// The pairs of a comma list; spaces around them are dropped, what is none is left out.
    static func list(_ params: String) -> [Self] {
        params.split(separator: ",").compactMap { part in
            var part = part
            while part.first == " " { part.removeFirst() }
            while part.last == " " { part.removeLast() }
            return Self(part)
        }
    }
}

/// A message of the server about the connection itself.
struct StreamNotice: Hashable {
    var status: String
    var message: String

    static let connected = Self(status: "connected", message: "Connected Successfully")
    static let authenticated = Self(status: "auth_success", message: "authenticated")
    static let badKey = Self(status: "auth_failed", message: "authentication failed")
    static let badPlan = Self(
        status: "auth_failed",
        message: "Your plan doesn't include websocket access. Visit https://massive.com/pricing to upgrade."
    )
    static let authTimeout = Self(status: "auth_timeout", message: "No authentication request received.")
    static let notAuthorized = Self(status: "error", message: "not authorized")
    static let unreadable = Self(status: "error", message: "invalid message")
    static let unknownAction = Self(status: "error", message: "unknown action")
    static let maxConnections = Self(
        status: "max_connections",
        message: "Maximum number of websocket connections exceeded. You have reached the connection limit for your "
            + "account. Please contact support at https://polygon.io/contact to increase your limit."
    )

    static func subscribed(_ pair: String) -> Self { Self(status: "success", message: "subscribed to: \(pair)") }
    static func unsubscribed(_ pair: String) -> Self { Self(status: "success", message: "unsubscribed to: \(pair)") }

    /// Notices as the server sends them: always an array.
    static func frame(_ notices: some Sequence<Self>) -> String {
        let json = JSONBytes(capacity: 256)
        json.byte(0x5B)
        for (index, notice) in notices.enumerated() {
            if index > 0 { json.byte(0x2C) }
            json.raw("{\"ev\":\"status\",\"status\":")
            json.string(notice.status)
            json.raw(",\"message\":")
            json.string(notice.message)
            json.byte(0x7D)
        }
        json.byte(0x5D)
        return json.withBytes { String(decoding: $0, as: UTF8.self) }
    }
}
