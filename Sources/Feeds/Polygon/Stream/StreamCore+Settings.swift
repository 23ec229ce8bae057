package import Network

extension StreamCore {
    /// What the life depends on.
    package struct Settings: Sendable {
        /// Host and port, for sentences.
        package var host = ""
        /// Sent in the login; nil or empty for servers that want none.
        package var key: Secret?
        /// Where a trader sets the key, for the sentence after a refusal.
        package var keyHint = ""
        /// Longest wait for a connection, ms; a last resort after the transport's own deadlines.
        package var connectTimeoutMs = 25_000
        /// Longest wait for the vendor's `connected`, and again for its answer to the login, ms.
        package var loginTimeoutMs = 15_000
        /// Longest wait for the end of a connection that is being closed, ms.
        package var closeTimeoutMs = 6000
        /// A connection on which no frame of any kind has come for this long is dead, ms.
        package var livenessMs = 75_000
        /// A login that has lasted this long makes earlier failures forgotten, ms.
        package var healthyMs = 60_000
        /// The shape of the delays after failures.
        package var backoff = Backoff.Limits()
        /// Shortest pause after the vendor's limit of connections was met, ms; it doubles up to five times as much.
        package var connectionLimitPauseMs = 60_000
        /// Frames of subscriptions.
        package var subscriptions = StreamSubscriptions.Limits()

        /// The defaults.
        package init() {}

        /// A ping goes out after this long without a frame, ms.
        package var pingMs: Int { min(25_000, max(1, livenessMs / 3)) }
        /// Without a frame for this long, an answer to a ping is overdue, ms.
        package var quietMs: Int { pingMs + min(10_000, max(1, livenessMs / 6)) }
    }
}
