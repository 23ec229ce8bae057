/// A moment, as nanoseconds since the Unix epoch (UTC).
///
/// The only time type that crosses rooms. Vendor fields arrive as ms or ns integers and are converted here, at the
/// edge; nanoseconds exceed 2^53, so they never pass through `Double`. Range: years 1678–2262.
package struct Instant: Hashable, Comparable, Sendable {
    /// Nanoseconds since 1970-01-01T00:00:00Z.
    package var nanoseconds: Int64

    /// A moment from nanoseconds since the Unix epoch.
    package init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

    /// A moment from milliseconds since the Unix epoch; saturates instead of trapping on absurd vendor values.
    package init(milliseconds: Int64) {
        let (value, overflow) = milliseconds.multipliedReportingOverflow(by: 1_000_000)
        nanoseconds = overflow ? (milliseconds < 0 ? .min : .max) : value
    }

    /// A moment from whole seconds since the Unix epoch; saturates instead of trapping.
    package init(seconds: Int64) {
        let (value, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        nanoseconds = overflow ? (seconds < 0 ? .min : .max) : value
    }

    /// The Unix epoch; stands for "never" where a vendor sends 0.
    package static let epoch = Self(nanoseconds: 0)

    /// Milliseconds since the Unix epoch, rounded down.
    package var milliseconds: Int64 { nanoseconds.floorDivided(by: 1_000_000) }

    /// Whole seconds since the Unix epoch, rounded down.
    package var seconds: Int64 { nanoseconds.floorDivided(by: 1_000_000_000) }

    package static func < (left: Self, right: Self) -> Bool { left.nanoseconds < right.nanoseconds }

    /// The moment `seconds` later (earlier when negative); saturates.
    package func adding(seconds: Int64) -> Self { adding(nanoseconds: Self(seconds: seconds).nanoseconds) }

    /// The moment `milliseconds` later (earlier when negative); saturates.
    package func adding(milliseconds: Int64) -> Self {
        adding(nanoseconds: Self(milliseconds: milliseconds).nanoseconds)
    }

    /// The moment `nanoseconds` later (earlier when negative); saturates.
    package func adding(nanoseconds delta: Int64) -> Self {
        let (value, overflow) = nanoseconds.addingReportingOverflow(delta)
        return Self(nanoseconds: overflow ? (delta < 0 ? .min : .max) : value)
    }

    /// Nanoseconds from `earlier` to this moment; negative when `earlier` is later; saturates.
    package func nanoseconds(since earlier: Self) -> Int64 {
        let (value, overflow) = nanoseconds.subtractingReportingOverflow(earlier.nanoseconds)
        return overflow ? (nanoseconds < earlier.nanoseconds ? .min : .max) : value
    }

    /// Seconds from `earlier` to this moment, as a fraction; for display and rates only.
    package func seconds(since earlier: Self) -> Double { Double(nanoseconds(since: earlier)) / 1e9 }
}

extension Int64 {
    /// Division that rounds towards minus infinity; `divisor` must be positive.
    func floorDivided(by divisor: Int64) -> Int64 {
        let quotient = self / divisor
        return self % divisor < 0 ? quotient - 1 : quotient
    }
}
