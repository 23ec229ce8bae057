package import MarketTime

/// How a market server behaves; the address is always 127.0.0.1.
package struct MarketServerOptions: Sendable {
    /// TCP port, 0 for any free one.
    package var port: Int
    /// Accepted API keys; with none, every key is accepted, but one must be sent.
    package var keys: [String]
    /// What goes wrong.
    package var faults: FaultPlan
    /// Connections served at once; more are closed as they arrive.
    package var connectionLimit: Int
    /// Bytes of a request's target and of its body; more is answered with an error.
    package var requestByteLimit: Int
    /// Whether answers are compressed for clients that ask.
    package var compresses: Bool
    /// What the account may see.
    package var plan: VendorPlan
    /// Requests of a key answered within any 60 seconds of real time, the rest with 429; 0 for no limit.
    package var requestsPerMinute: Int
    /// The same for the fundamentals vendor's paths, which have a limit of their own; 0 for no limit.
    package var fmpRequestsPerMinute: Int
    /// HTTP status with which the fundamentals vendor says that its limit is reached: 429, or 200 as it has been seen.
    package var fmpLimitStatus: Int
    /// Whether a 429 for too many requests says when to come back (`Retry-After`, seconds).
    package var sendsRetryAfter: Bool
    /// Real time: the limit's minute and the age of a signature go by it.
    ///
    /// Without it the limit takes the system's monotonic clock, and signatures of any age are good.
    package var realTime: (any WallClock)?
    /// Who may fetch flat files under `/flatfiles/`; nil for nobody.
    package var flatFileAccess: FlatFileAccess?
    /// The WebSocket on the same port.
    package var stream: StreamOptions

    /// Options with the values a local market needs.
    package init(
        port: Int = 0,
        keys: [String] = [],
        faults: FaultPlan = FaultPlan(),
        connectionLimit: Int = 64,
        requestByteLimit: Int = 16_384,
        compresses: Bool = true,
        plan: VendorPlan = .advanced,
        requestsPerMinute: Int = 0,
        fmpRequestsPerMinute: Int = 0,
        fmpLimitStatus: Int = 429,
        sendsRetryAfter: Bool = true,
        realTime: (any WallClock)? = nil,
        flatFileAccess: FlatFileAccess? = nil,
        stream: StreamOptions = StreamOptions()
    ) {
        self.port = port
        self.keys = keys
        self.faults = faults
        self.connectionLimit = max(1, connectionLimit)
        self.requestByteLimit = max(256, requestByteLimit)
        self.compresses = compresses
        self.plan = plan
        self.requestsPerMinute = max(0, requestsPerMinute)
        self.fmpRequestsPerMinute = max(0, fmpRequestsPerMinute)
        self.fmpLimitStatus = fmpLimitStatus
        self.sendsRetryAfter = sendsRetryAfter
        self.realTime = realTime
        self.flatFileAccess = flatFileAccess
        self.stream = stream
    }
}
