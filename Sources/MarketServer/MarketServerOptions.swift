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

    /// Options with the values a local market needs.
    package init(
        port: Int = 0,
        keys: [String] = [],
        faults: FaultPlan = FaultPlan(),
        connectionLimit: Int = 64,
        requestByteLimit: Int = 16_384,
        compresses: Bool = true
    ) {
        self.port = port
        self.keys = keys
        self.faults = faults
        self.connectionLimit = max(1, connectionLimit)
        self.requestByteLimit = max(256, requestByteLimit)
        self.compresses = compresses
    }
}
