package import EngineAPI
package import Network

/// What happens to the stream's connection, and what others want of it.
package enum StreamEvent: Equatable, Sendable {
    /// The connection is open: name, TCP, TLS and upgrade are done.
    case opened
    /// A `status` element of the vendor, both texts as it wrote them but bounded and without control characters.
    case notice(status: String, message: String)
    /// A frame of any kind has come, also a ping or a pong.
    case frame
    /// The connection is gone.
    case ended(StreamEnd)
    /// This is to be subscribed, and nothing else.
    case want(StreamDemand)
    /// Somebody wants the stream to try again; with another key if there is one.
    case retry(key: Secret?)
}

/// What the stream's shell is to do, in this order.
package enum StreamAction: Equatable, Sendable {
    /// Begin a connection; there is none.
    case connect
    /// Send this text as one frame.
    case send(String)
    /// Send a ping.
    case ping
    /// Begin to close the connection in an orderly way; ``StreamEvent/ended(_:)`` is to follow.
    case close(code: UInt16)
    /// Let go of the connection at once; no ``StreamEvent/ended(_:)`` follows.
    case drop
    /// Tell the sink that the state is another one.
    case report(StreamState)
}

/// How a connection ended, as far as trying again is concerned.
package struct StreamEnd: Equatable, Sendable {
    /// What an end means for the next try.
    package enum Verdict: Equatable, Sendable {
        /// Connect again, after a short pause that grows.
        case retry
        /// Connect again at the slowest pace: the address looks wrong.
        case retrySlowly
        /// The vendor enforces a rule of its own (close code 1008): as with its limit of connections, a long pause.
        case policy
        /// No connection is possible until a setting changes.
        case permanent
    }

    /// What happened and where, for the trader; without the key.
    package var sentence: String
    /// What it means.
    package var verdict: Verdict

    /// An end.
    package init(sentence: String, verdict: Verdict = .retry) {
        self.sentence = sentence
        self.verdict = verdict
    }
}
