package import MarketTime

/// When to try again after failures: exponential, jittered, capped, and it never gives up.
///
/// A pure value: time and randomness are arguments, so that a test or a replay can pin both.
package struct Backoff: Equatable, Sendable {
    /// The shape of the delays, all in milliseconds.
    package struct Limits: Equatable, Sendable {
        /// The envelope of the first delay; at least 1.
        package var firstMs: Int
        /// The envelope never exceeds this.
        package var capMs: Int
        /// The longest wait a server's Retry-After is granted; a hostile header must not silence a feed for good.
        package var retryAfterCapMs: Int
        /// How the delay is drawn within the envelope.
        package var jitter: Jitter

        /// Limits; the defaults go 0.5 s, 1 s, 2 s … 60 s, and grant Retry-After up to an hour.
        package init(
            firstMs: Int = 500,
            capMs: Int = 60_000,
            retryAfterCapMs: Int = 3_600_000,
            jitter: Jitter = .equal
        ) {
            precondition(firstMs >= 1 && capMs >= firstMs, "Invariant: 1 ≤ firstMs ≤ capMs")
            self.firstMs = firstMs
            self.capMs = capMs
            self.retryAfterCapMs = retryAfterCapMs
            self.jitter = jitter
        }
    }

    /// How the delay is drawn.
    package enum Jitter: Equatable, Sendable {
        /// Uniform in `0...envelope`: the best spread of many clients, sometimes almost no wait.
        case full
        /// Uniform in `envelope/2...envelope`: always a real pause.
        case equal
    }

    /// The shape of the delays.
    package let limits: Limits
    /// Failures since the last success; saturates.
    package private(set) var failures = 0
    /// When the next try is due; nil when nothing has failed since the last success.
    package private(set) var nextTry: Instant?

    /// No failures yet.
    package init(limits: Limits = Limits()) { self.limits = limits }

    /// The largest delay before the `failure`-th retry (1, 2, …) without a Retry-After, in milliseconds.
    package func envelopeMs(failure: Int) -> Int {
        var envelope = limits.firstMs
        var doublings = max(0, failure - 1)
        while doublings > 0, envelope < limits.capMs {
            envelope = envelope > limits.capMs / 2 ? limits.capMs : envelope * 2
            doublings -= 1
        }
        return envelope
    }

    /// Notes a failure at `now` and returns the wait in milliseconds, at least 0.
    ///
    /// A `retryAfterMs` of the server is never undercut (up to its cap); the drawn delay is used when it is longer.
    @discardableResult
    package mutating func failed(
        now: Instant,
        retryAfterMs: Int? = nil,
        using generator: inout some RandomNumberGenerator
    ) -> Int {
        failures = failures == .max ? .max : failures + 1
        let envelope = envelopeMs(failure: failures)
        let lowest = limits.jitter == .full ? 0 : envelope - envelope / 2
        let drawn = Int.random(in: lowest...envelope, using: &generator)
        let granted = min(max(0, retryAfterMs ?? 0), limits.retryAfterCapMs)
        let delay = max(drawn, granted)
        nextTry = now.adding(milliseconds: Int64(delay))
        return delay
    }

    /// Notes a success: the next failure starts from the shortest delay again.
    package mutating func succeeded() {
        failures = 0
        nextTry = nil
    }
}
