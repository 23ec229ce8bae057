package import MarketTime

/// How far a stream's connection is.
package enum StreamTransportPhase: Equatable, Sendable {
    /// Name, TCP, TLS, upgrade.
    case connecting
    /// Messages can be sent and received.
    case open
    /// A close is under way.
    case closing
    /// It is over.
    case ended(StreamEnd)
}

/// One connection of the stream, confined to the stream's thread.
///
/// The seam between the stream and the network, so that a script can stand in for a server.
package protocol StreamTransport: AnyObject {
    /// How far it is.
    var phase: StreamTransportPhase { get }
    /// When the last frame of any kind came, ping and pong included (monotonic); nil before the first.
    var lastFrameAt: Instant? { get }
    /// Bytes of payload received.
    var payloadBytes: Int { get }
    /// Sends and receives what is possible, waiting at most so long for anything, also for a word from other threads.
    ///
    /// `onMessage` gets each whole message and whether it is text; the bytes are valid during the call only and at least
    /// 64 readable bytes follow them.
    func step(waitMs: Int, onMessage: (UnsafeBufferPointer<UInt8>, Bool) -> Void)
    /// Sends a message; false when nothing can be sent.
    func send(_ text: String) -> Bool
    /// Sends a ping; false when nothing can be sent.
    func ping() -> Bool
    /// Begins an orderly close.
    func close(code: UInt16)
    /// Lets go at once.
    func drop()
}
