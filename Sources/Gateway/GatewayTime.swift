import MarketTime

/// Times as they stand in answers, by arithmetic: no locale and no host time zone has a say.
enum GatewayTime {
    /// RFC 3339 with milliseconds and New York's offset: `2026-10-06T10:30:15.250-04:00`.
    static func text(_ instant: Instant) -> String {
        let (day, second) = NewYork.wall(at: instant)
        let offset = NewYork.offsetSeconds(at: instant)
        let millisecond = Int(instant.milliseconds - instant.seconds * 1_000)
        let clock = "\(two(second / 3600)):\(two(second / 60 % 60)):\(two(second % 60))"
        let fraction = String(1_000 + millisecond).dropFirst()
        let zone = "\(offset < 0 ? "-" : "+")\(two(abs(offset) / 3600)):\(two(abs(offset) / 60 % 60))"
        return "\(day.iso)T\(clock).\(fraction)\(zone)"
    }

    private static func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
}
