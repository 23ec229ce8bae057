/// What one local engine socket accepts.
package struct GatewayLimits: Hashable, Sendable {
    /// Connections at once.
    package var connectionsMax = 32
    /// Bytes of a request's body.
    package var bodyBytesMax = 65_536
    /// Rows of one answer.
    package var rowsMax = 20_000
    /// Real milliseconds a request may take to arrive, and an answer to be fetched.
    package var timeoutMs = 5000

    /// The defaults.
    package init() {}
}
