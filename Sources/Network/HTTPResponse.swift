package import MarketTime

/// A complete answer, whatever its status.
package struct HTTPResponse: Sendable {
    /// HTTP status code, 100–599.
    package let status: Int
    /// `Content-Type` as sent, if any.
    package let contentType: String?
    /// `Retry-After` as sent: seconds or an HTTP date, which `RetryAfter` reads.
    package let retryAfter: String?
    /// `Date`: the server's clock when it answered, whole seconds; nil when absent or not a date.
    package let serverDate: Instant?
    /// Bytes of the body as they came over the wire, before decompression.
    package let wireBytes: Int
    /// From submission to the last byte, in microseconds of real time.
    package let elapsedMicroseconds: Int
    /// The decoded body.
    package let body: ResponseBody

    /// An answer made by hand, for tests and replays.
    package init(
        status: Int,
        contentType: String? = nil,
        retryAfter: String? = nil,
        serverDate: Instant? = nil,
        wireBytes: Int = 0,
        elapsedMicroseconds: Int = 0,
        body: ResponseBody
    ) {
        self.status = status
        self.contentType = contentType
        self.retryAfter = retryAfter
        self.serverDate = serverDate
        self.wireBytes = wireBytes
        self.elapsedMicroseconds = elapsedMicroseconds
        self.body = body
    }
}
