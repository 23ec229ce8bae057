/// A kind of trouble with the WebSocket.
///
/// Those that last do so until their rule's time is over, or for good.
package enum StreamFault: Hashable, Sendable {
    // Before the upgrade.

    /// The connection is reset when the upgrade is asked for.
    ///
    /// A port at which nobody listens is had by `MarketServer.setListening(false)`.
    case refuse
    /// The upgrade is answered so many milliseconds late.
    case slowUpgrade(milliseconds: Int)
    /// The upgrade is refused with an HTTP status: an error object for 4xx, a gateway's HTML page for 5xx.
    case refuseUpgrade(status: Int)
    /// The upgrade is never answered.
    case neverUpgrade
    /// Bytes that are no HTTP come before the answer to the upgrade.
    case garbage
    /// The first frames come in one piece with the answer to the upgrade.
    case eager

    // At the login.

    /// Every login fails as with a bad key.
    case badLogin
    /// Every login fails as with a plan without a WebSocket.
    case badPlan
    /// A login is never answered.
    case silentLogin
    /// The login counts as too late as soon as the connection stands.
    case loginTimeout
    /// The topics are not in the plan (`T`, `Q`, `A`, `AM`, `LULD`).
    case notAuthorized(topics: [String])

    // While it runs: at once.

    /// TCP reset.
    case reset
    /// TCP ends without a close frame.
    case drop
    /// A close frame; the code 1006 is not allowed on the wire and is as ``drop``.
    case close(code: Int, reason: String)
    /// `max_connections`, then close 1008.
    case maxConnections
    /// One text frame of so many bytes: valid JSON that says nothing.
    case huge(bytes: Int)
    /// A frame announced with 2^40 bytes, of which a few come now and then; nothing else can follow it.
    case endlessFrame
    /// A message in fragments that never ends; nothing but pings can follow it.
    case endlessMessage

    // While it runs: lasting.

    /// Nothing is sent, pongs neither; what comes is read. When it is over, what was held back follows, as far as memory allows.
    case stall
    /// Events are held back, but pings are sent and answered.
    case stallWithPings
    /// Nothing is sent and nothing read, whatever the client does.
    case halfOpen
    /// Elements come in another order, over frames too.
    case reorder
    /// Every element comes twice, every other frame too.
    case duplicate
    /// Broken elements come among the good ones.
    case malformed
    /// Frames come in fragments of so many bytes, with pings between them.
    case fragment(bytes: Int)
    /// So many pings a second.
    case pingFlood(perSecond: Int)
    /// A binary frame comes before every good one.
    case binary
    /// A text frame that is no UTF-8 comes before every good one.
    case invalidUTF8
    /// Elements with symbols of control characters, other cases, other lengths come among the good ones.
    case hostileSymbols
    /// Elements of unknown kinds come among the good ones.
    case unknownEvents
    /// A client's close frame is never answered.
    case ignoreClose
    /// So many more events a second of what is subscribed: the last quotes and bars over again, which change nothing.
    case burst(perSecond: Int)

    /// When in a connection's life it can strike.
    enum Phase: Hashable { case upgrade, login, instant, lasting }

    var phase: Phase {
        switch self {
        case .refuse, .slowUpgrade, .refuseUpgrade, .neverUpgrade, .garbage, .eager: .upgrade
        case .badLogin, .badPlan, .silentLogin, .loginTimeout: .login
        case .reset, .drop, .close, .maxConnections, .huge, .endlessFrame, .endlessMessage: .instant
        case .stall, .stallWithPings, .halfOpen, .reorder, .duplicate, .malformed, .fragment, .pingFlood, .binary,
            .invalidUTF8, .hostileSymbols, .unknownEvents, .ignoreClose, .burst, .notAuthorized:
            .lasting
        }
    }
}

/// One trouble, the connections it befalls and when.
package struct StreamFaultRule: Hashable, Sendable {
    /// What goes wrong.
    package var fault: StreamFault
    /// Number of the first connection it befalls, counted from 0.
    package var first: Int
    /// How many connections it befalls from there on.
    package var count: Int
    /// Real milliseconds from the upgrade, or from when the plan was set on an open connection; not for troubles before
    /// the upgrade and at the login.
    package var afterMs: Int
    /// Events sent from then on before it strikes.
    package var afterEvents: Int
    /// Real milliseconds a lasting trouble lasts; nil for good.
    package var forMs: Int?

    /// A rule; without limits it befalls every connection at once and for good.
    package init(
        _ fault: StreamFault,
        first: Int = 0,
        count: Int = .max,
        afterMs: Int = 0,
        afterEvents: Int = 0,
        forMs: Int? = nil
    ) {
        self.fault = fault
        self.first = max(0, first)
        self.count = max(0, count)
        self.afterMs = max(0, afterMs)
        self.afterEvents = max(0, afterEvents)
        self.forMs = forMs.map { max(0, $0) }
    }

    /// Whether it befalls the connection of this number.
    func befalls(connection number: Int) -> Bool { number >= first && number - first < count }
}

/// What goes wrong with which connections: the same plan gives the same troubles to the same connections.
///
/// Connections are counted by their requests for an upgrade. When a plan is set while the server runs, counting begins
/// anew: the connections that are open then come first, the oldest being number 0.
package struct StreamFaultPlan: Hashable, Sendable {
    /// The troubles; all that apply do.
    package var rules: [StreamFaultRule]

    /// A plan; without rules nothing goes wrong.
    package init(_ rules: [StreamFaultRule] = []) { self.rules = rules }
}
