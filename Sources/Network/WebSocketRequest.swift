/// Where and how to open a WebSocket: a value; nothing in it is secret.
package struct WebSocketRequest: Sendable, Hashable {
    /// Absolute URL, `ws` or `wss`, without user name; never put a key here.
    package var url: String
    /// What the program calls itself.
    package var userAgent: String
    /// A PEM file of the only authorities a `wss` server may be vouched for by, instead of the system's.
    ///
    /// For private authorities and tests. The server's certificate and name are checked in every case.
    package var caFile: String?
    /// Times and sizes.
    package var limits: Limits

    /// Bounds of one connection.
    ///
    /// Every duration is in milliseconds and is real time, never market time; all are at least 1.
    package struct Limits: Sendable, Hashable {
        /// Name, connection, proxy and TLS handshake together.
        package var connectTimeoutMs: Int
        /// From there to the complete answer to the upgrade.
        package var upgradeTimeoutMs: Int
        /// From the start of a close to the server's answer; then the connection is cut.
        package var closeTimeoutMs: Int
        /// The most payload bytes a message may have, over all its fragments.
        package var maxMessageBytes: Int
        /// The most bytes that wait to be sent; a text that does not fit is refused.
        package var maxQueuedBytes: Int
        /// About how many bytes one step reads, so that a server that never pauses cannot hold the thread.
        package var readBudgetBytes: Int

        /// Limits; the defaults suit a market's stream.
        package init(
            connectTimeoutMs: Int = 10_000,
            upgradeTimeoutMs: Int = 10_000,
            closeTimeoutMs: Int = 5000,
            maxMessageBytes: Int = 16 << 20,
            maxQueuedBytes: Int = 1 << 20,
            readBudgetBytes: Int = 1 << 20
        ) {
            self.connectTimeoutMs = connectTimeoutMs
            self.upgradeTimeoutMs = upgradeTimeoutMs
            self.closeTimeoutMs = closeTimeoutMs
            self.maxMessageBytes = maxMessageBytes
            self.maxQueuedBytes = maxQueuedBytes
            self.readBudgetBytes = readBudgetBytes
        }

        fileprivate var arePositive: Bool {
            [connectTimeoutMs, upgradeTimeoutMs, closeTimeoutMs, maxMessageBytes, maxQueuedBytes, readBudgetBytes]
                .allSatisfy { $0 >= 1 }
        }
    }

    /// A request for `url`.
    package init(url: String, userAgent: String = "tradeul", caFile: String? = nil, limits: Limits = Limits()) {
        self.url = url
        self.userAgent = userAgent
        self.caFile = caFile
        self.limits = limits
    }
}

extension WebSocketRequest: CustomStringConvertible {
    /// The redacted URL.
    package var description: String { RedactedURL.describe(url) }
}

/// The parts of a usable WebSocket address.
struct WebSocketAddress: Equatable {
    /// Host and port as the URL has them, for the `Host` header.
    let authority: String
    /// Path and query, for the request line.
    let target: String
    /// What libcurl connects to; it picks TLS, port and proxy by the scheme and knows none for WebSockets.
    let connectURL: String

    /// Throws `invalidRequest` when the request must not be sent.
    init(_ request: WebSocketRequest) throws(NetworkError) {
        func refuse(_ reason: String) -> NetworkError {
            .invalidRequest(url: RedactedURL.describe(request.url), reason: reason)
        }
        let url = request.url
        guard url.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            throw refuse("it contains blanks, control characters or letters outside ASCII")
        }
        guard request.userAgent.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }), request.limits.arePositive else {
            throw refuse("the program's name or a limit that goes with it is not usable")
        }
        let pieces = url.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        let scheme = pieces[0].lowercased()
        guard scheme == "ws" || scheme == "wss", pieces.count == 2, pieces[1].hasPrefix("//") else {
            throw refuse("it is not a ws or wss URL")
        }
        let rest = pieces[1].dropFirst(2).prefix { $0 != "#" }
        authority = String(rest.prefix { $0 != "/" && $0 != "?" })
        guard !authority.contains("@") else { throw refuse("it contains a user name") }
        guard !authority.isEmpty, authority.utf8.allSatisfy(Self.isOfAnAuthority) else {
            throw refuse("it names no host")
        }
        let path = rest.dropFirst(authority.count)
        target = path.hasPrefix("/") ? String(path) : "/" + path
        connectURL = (scheme == "wss" ? "https" : "http") + "://\(authority)/"
    }

    /// Letters of names, addresses and ports; anything else two parsers might read in two ways.
    private static func isOfAnAuthority(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "-._:[]".utf8.contains(byte)
        }
    }
}
