/// Keeps the market's time when the computer's clock is wrong, from the times that the vendor's answers carry.
///
/// A clock an hour off would shift the baseline by twelve slots and every RVOL with it, so the vendor's clock is followed
/// once the two differ by more than the tolerance. A simulator in another process may run at another day and speed;
/// its rate is measured from the first answer on. Pure: local times come in, corrected ones go out.
package struct ClockCorrection: Hashable, Sendable {
    /// Largest difference taken for rounding and network delay, in ns: such answers carry whole seconds.
    package static let tolerance: Int64 = 3_000_000_000
    /// Shortest span from which a rate is measured, in ns of local time.
    private static let shortestSpan: Int64 = 3_000_000_000

    private struct Sample: Hashable {
        var local: Instant
        var server: Instant
    }

    /// The first answer since the correction began, from which the rate is measured.
    private var origin: Sample?
    /// The last answer that the correction was adjusted to.
    private var anchor: Sample?
    /// The last answer.
    private var last: Sample?
    private var rate = 1.0
    /// The vendor's clock minus the computer's at the last answer, in seconds; nil before the first.
    package private(set) var skewSeconds: Double?

    /// No correction.
    package init() {}

    /// Whether corrected times differ from local ones.
    package var isActive: Bool { anchor != nil }

    /// Takes the time of an answer and the local time at which it arrived.
    package mutating func observe(server: Instant, local: Instant) {
        skewSeconds = server.seconds(since: local)
        if abs(server.nanoseconds(since: local)) <= Self.tolerance {
            self = Self()
            skewSeconds = server.seconds(since: local)
            return
        }
        let sample = Sample(local: local, server: server)
        guard let first = origin else {
            origin = sample
            anchor = sample
            last = sample
            return
        }
        let previous = last ?? first
        last = sample
        if abs(server.nanoseconds(since: corrected(local))) <= Self.tolerance { return }
        let span = local.nanoseconds(since: first.local)
        let measured = Double(server.nanoseconds(since: first.server)) / Double(max(span, 1))
        if span >= Self.shortestSpan, measured > 0 {
            let passed = Double(server.nanoseconds(since: previous.server))
            let expected = Double(local.nanoseconds(since: previous.local)) * measured
            if abs(passed - expected) <= max(Double(Self.tolerance), 0.2 * abs(passed)) {
                rate = measured
            } else {
                // Only since the last answer is anything different: a clock was set. A step is not a speed.
                origin = sample
            }
        } else {
            // The clock was set, on one side or the other: begin anew.
            rate = 1
            origin = sample
        }
        anchor = sample
    }

    /// The market's time at a local time.
    package func corrected(_ local: Instant) -> Instant {
        guard let anchor else { return local }
        let elapsed = Double(local.nanoseconds(since: anchor.local)) * rate
        guard abs(elapsed) < 9e18 else { return anchor.server }
        return anchor.server.adding(nanoseconds: Int64(elapsed))
    }
}
