/// One request, as a value: everything that decides how it is sent and when it is given up.
package struct HTTPRequest: Sendable, Equatable {
    /// Absolute URL.
    ///
    /// Schemes other than `http` and `https` are refused. Never put a key here: use `bearer`.
    package var url: String
    /// Extra header fields in order; a line break or NUL in one makes the request invalid.
    package var headers: [Header]
    /// Sent as `Authorization: Bearer …` when present and not empty.
    package var bearer: Secret?
    /// Signs the request when present; not together with `bearer`.
    package var signature: AWSSignature?
    /// Sent as a POST of JSON when present; a GET otherwise.
    package var json: String?
    /// The socket of a program on this machine to ask instead of the URL's host, at most ``socketPathMax`` bytes.
    package var unixSocketPath: String?
    /// Accept and decode gzip and deflate bodies.
    package var acceptsCompression = true
    /// How long it may take and how large the answer may be.
    package var limits: Limits

    /// The longest path of a socket, bytes: what the system's address holds.
    package static let socketPathMax = 107

    /// One header field of a request.
    package struct Header: Sendable, Equatable {
        /// Field name, a token of RFC 9110.
        package var name: String
        /// Field value without line breaks.
        package var value: String

        /// A header field.
        package init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    /// Bounds of one request.
    ///
    /// Every duration is in milliseconds and is real time, never market time.
    package struct Limits: Sendable, Equatable {
        /// Name resolution, connection and TLS handshake together; at least 1.
        package var connectTimeoutMs: Int
        /// The whole request, from submission to the last byte; at least 1.
        package var totalTimeoutMs: Int
        /// An answer slower than this on average for `slowPeriodSeconds` is aborted, also before its first byte; 0
        /// switches the check off.
        package var slowBytesPerSecond: Int
        /// The period of the check above, whole seconds.
        package var slowPeriodSeconds: Int
        /// The most bytes a body may have, both as sent and decompressed; enforced while it arrives.
        package var maxBodyBytes: Int

        /// Limits; the defaults suit small answers (market status, one ticker).
        package init(
            connectTimeoutMs: Int = 5000,
            totalTimeoutMs: Int = 10_000,
            slowBytesPerSecond: Int = 200,
            slowPeriodSeconds: Int = 5,
            maxBodyBytes: Int = 1 << 20
        ) {
            self.connectTimeoutMs = connectTimeoutMs
            self.totalTimeoutMs = totalTimeoutMs
            self.slowBytesPerSecond = slowBytesPerSecond
            self.slowPeriodSeconds = slowPeriodSeconds
            self.maxBodyBytes = maxBodyBytes
        }

        /// For a full-market snapshot: 6–15 MB of JSON, so 32 MiB and half a minute.
        ///
        /// The speed also counts while the server still thinks, so its period is longer than that may take.
        package static let snapshot = Self(
            totalTimeoutMs: 30_000,
            slowBytesPerSecond: 2000,
            slowPeriodSeconds: 10,
            maxBodyBytes: 32 << 20
        )

        /// For a file of tens of megabytes, streamed: given up when it stalls, not when it takes long.
        ///
        /// Time in which its reader lets it wait does not count as slow; the total of a day only ends what no check sees.
        package static let file = Self(
            connectTimeoutMs: 10_000,
            totalTimeoutMs: 86_400_000,
            slowBytesPerSecond: 1000,
            slowPeriodSeconds: 30,
            maxBodyBytes: 2 << 30
        )
    }

    /// The URL of a path on a server, whose address may end with slashes.
    package static func url(of path: String, on server: String) -> String {
        var server = server[...]
        while server.last == "/" { server.removeLast() }
        return server + path
    }

    /// A request for `url`.
    package init(
        url: String,
        headers: [Header] = [],
        bearer: Secret? = nil,
        signature: AWSSignature? = nil,
        limits: Limits = Limits()
    ) {
        self.url = url
        self.headers = headers
        self.bearer = bearer
        self.signature = signature
        self.limits = limits
    }
}

extension HTTPRequest {
    /// The host is a loopback address or `localhost`.
    ///
    /// Such a request never takes the environment's proxy: the market simulator on loopback would be out of its reach.
    package var isForThisMachine: Bool { Self.isForThisMachine(url) }

    static func isForThisMachine(_ url: String) -> Bool {
        let origin = RedactedURL.origin(url).lowercased()
        let authority = origin.drop { $0 != "/" }.drop { $0 == "/" }
        if authority.hasPrefix("[::1]") { return true }
        let host = authority.prefix { $0 != ":" }
        let numbers = host.split(separator: ".", omittingEmptySubsequences: false).map { UInt8($0) }
        return host == "localhost" || (numbers.count == 4 && !numbers.contains(nil) && numbers[0] == 127)
    }
}

extension HTTPRequest: CustomStringConvertible {
    /// `GET` and the redacted URL; no headers, no key.
    package var description: String { "GET \(RedactedURL.describe(url))" }
}
