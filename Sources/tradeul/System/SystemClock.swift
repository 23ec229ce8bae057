import Glibc
import MarketTime

/// The computer's clock.
struct SystemClock: WallClock {
    /// The time of `CLOCK_REALTIME`.
    func now() -> Instant {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Instant(seconds: Int64(time.tv_sec)).adding(nanoseconds: Int64(time.tv_nsec))
    }
}

extension Instant {
    /// UTC with milliseconds: `2026-11-22T15:44:52.123Z`.
    var utcText: String {
        let day = DayID(rawValue: Int32(clamping: seconds.flooredQuotient(86_400)))
        let second = Int(seconds - Int64(day.rawValue) * 86_400)
        let time = [second / 3600, second / 60 % 60, second % 60].map { Self.padded($0, 2) }.joined(separator: ":")
        return "\(day.iso)T\(time).\(Self.padded(Int(milliseconds - seconds * 1000), 3))Z"
    }

    private static func padded(_ value: Int, _ width: Int) -> String {
        let digits = String(value)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}

extension Int64 {
    fileprivate func flooredQuotient(_ divisor: Int64) -> Int64 {
        let quotient = self / divisor
        return self % divisor < 0 ? quotient - 1 : quotient
    }
}
