package import MarketTime

/// A market's clock: it starts where the market starts and runs at a chosen speed.
package struct SimulatedClock: WallClock {
    /// Market time when the clock was made.
    package let start: Instant
    /// Market seconds per real second; at 0 the market stands still.
    package let speed: Double
    private let origin: Int64
    private let monotonicNanoseconds: @Sendable () -> Int64

    /// A clock that shows `start` now and advances `speed` times as fast as `monotonicNanoseconds`.
    ///
    /// The latter counts real nanoseconds from any origin and never goes back. A negative speed, or none, counts as 1.
    package init(start: Instant, speed: Double, monotonicNanoseconds: @escaping @Sendable () -> Int64) {
        self.start = start
        self.speed = speed.isFinite && speed >= 0 ? min(speed, 1_000_000) : 1
        self.monotonicNanoseconds = monotonicNanoseconds
        origin = monotonicNanoseconds()
    }

    /// The market's time; saturates in the far future instead of overflowing.
    package func now() -> Instant {
        let elapsed = Double(monotonicNanoseconds() - origin) * speed
        return start.adding(nanoseconds: Int64(min(max(0, elapsed), 9e18)))
    }
}
