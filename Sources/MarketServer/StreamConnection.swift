package import MarketTime
import NIOCore

/// How a server sees one of its WebSockets.
package struct StreamConnection: Hashable, Sendable {
    /// Number since the server's start, counted by answered upgrades from 0.
    package var id: Int
    /// Whether it is open.
    package var isOpen: Bool
    /// Whether its client has logged in and may get events.
    package var isLive: Bool
    /// What it has subscribed, as the protocol writes it, in order.
    package var pairs: [String]
    /// Events handed to the system for it.
    package var events: Int
    /// Frames of all kinds.
    package var frames: Int
    /// Bytes of their payload.
    package var bytes: Int
    /// Bytes the client has left unread.
    package var backlogBytes: Int
    /// The market's moment up to which it has been handed its events; nil while nobody has subscribed anything.
    package var through: Instant?
}

extension StreamHandler {
    /// How this connection stands.
    var report: StreamConnection {
        StreamConnection(
            id: id,
            isOpen: context?.channel.isActive == true,
            isLive: session.phase == .live,
            pairs: session.pairs,
            events: eventsSent,
            frames: framesSent,
            bytes: bytesSent,
            backlogBytes: backlogBytes,
            through: hub.position
        )
    }
}
