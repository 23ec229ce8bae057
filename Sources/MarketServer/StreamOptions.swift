/// How a market server's WebSocket behaves.
package struct StreamOptions: Sendable {
    /// Which connection has to go when an account has more than it may.
    package enum Eviction: String, CaseIterable, Hashable, Sendable {
        /// The oldest one, as the vendor's pages say.
        case older
        /// The one that has just logged in, as has been measured too.
        case newer
    }

    /// Connections an account may have, 1 or more; all keys belong to one account.
    package var connectionsMax = 1
    /// Which connection ends when there are more.
    package var eviction = Eviction.older
    /// Real milliseconds a client may take to log in.
    package var loginMs = 10_000
    /// Real milliseconds between pings.
    package var pingMs = 20_000
    /// Pings without any frame from the client after which the connection is cut.
    package var unansweredPingsMax = 2
    /// Real milliseconds between looks at the market, 5…1000.
    package var tickMs = 25
    /// Bytes a client may have left unread before it is cut.
    package var backlogBytesMax = 16 << 20
    /// Elements of one frame, 1…5000.
    package var eventsPerFrame = 400
    /// Bytes of a client's message; longer ones end the connection with 1009.
    package var messageBytesMax = 65_536
    /// What goes wrong.
    package var faults = StreamFaultPlan()
    /// Made-up events of a given rate in place of the market's; nil for the market.
    package var load: StreamLoad?

    /// The vendor's ways, as far as they are known.
    package init() {}
}
