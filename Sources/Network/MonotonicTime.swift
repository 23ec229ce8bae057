import Glibc
package import MarketTime

/// Time since some fixed moment of the past: never jumps, whatever happens to the wall clock.
package enum MonotonicTime {
    /// The time now, as an `Instant` that may only be compared with others from here.
    package static func now() -> Instant {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Instant(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
    }
}
