/// Where the time comes from: the one seam between the code and a clock.
///
/// Composition injects the system's clock, a simulated market's clock or a test's; nothing below reads a clock itself.
package protocol WallClock: Sendable {
    /// The market's current time. May jump, also backwards (a corrected clock, a simulated market).
    func now() -> Instant
}
