import MarketTime

/// Times as text, by arithmetic: no locale and no host time zone can change what goes on the wire.
enum TimeText {
    /// RFC 3339 with New York's offset: `2026-10-06T10:30:15-04:00`.
    static func eastern(_ instant: Instant) -> String {
        let (day, second) = NewYork.wall(at: instant)
        let offset = -NewYork.offsetSeconds(at: instant) / 3600
        return "\(day.iso)T\(clock(second))-\(two(offset)):00"
    }

    /// RFC 3339 in UTC with milliseconds: `2026-11-27T18:00:00.000Z`.
    static func utc(_ instant: Instant) -> String {
        let (day, second) = utcWall(instant)
        return "\(day.iso)T\(clock(second)).000Z"
    }

    /// The form of HTTP's `Date` header: `Tue, 06 Oct 2026 14:30:15 GMT`.
    static func http(_ instant: Instant) -> String {
        let (day, second) = utcWall(instant)
        let (year, month, number) = day.civil
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        let weekdays = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
        return "\(weekdays[day.weekday.rawValue]), \(two(number)) \(months[month - 1]) \(year) \(clock(second)) GMT"
    }

    private static func utcWall(_ instant: Instant) -> (DayID, Int) {
        let seconds = instant.seconds
        let day = seconds >= 0 ? seconds / 86_400 : (seconds - 86_399) / 86_400
        return (DayID(rawValue: Int32(clamping: day)), Int(seconds - day * 86_400))
    }

    private static func clock(_ second: Int) -> String {
        "\(two(second / 3600)):\(two(second / 60 % 60)):\(two(second % 60))"
    }

    private static func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
}
