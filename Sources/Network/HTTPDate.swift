package import MarketTime

/// Dates of HTTP header fields (RFC 9110 §5.6.7), read in the three forms a recipient has to accept.
package enum HTTPDate {
    private static let months = [
        "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
    ]

    /// The moment a header value names; nil when it is none of the three forms or does not exist in the calendar.
    ///
    /// `Sun, 06 Nov 1994 08:49:37 GMT`, `Sunday, 06-Nov-94 08:49:37 GMT`, `Sun Nov  6 08:49:37 1994`; always UTC. Two
    /// figures of a year count as 1970–2069. A leap second counts as the second before it.
    package static func parse(_ text: String) -> Instant? {
        guard text.utf8.count <= 64 else { return nil }
        let words = text.split(whereSeparator: { $0 == " " || $0 == "," || $0 == "-" })
        guard words.count >= 5 else { return nil }
        // asctime puts the month's name before the day; the other two put it after.
        let isAsctime = words[1].first?.isLetter == true
        let (month, day) = isAsctime ? (words[1], words[2]) : (words[2], words[1])
        let (year, time) = isAsctime ? (words[4], words[3]) : (words[3], words[4])
        guard isAsctime || (words.count == 6 && words[5] == "GMT") else { return nil }
        guard let monthIndex = months.firstIndex(of: month.lowercased()),
            let dayNumber = number(day, digits: 1...2),
            let yearNumber = fullYear(year),
            let date = DayID(year: yearNumber, month: monthIndex + 1, day: dayNumber),
            let second = secondOfDay(time)
        else { return nil }
        return Instant(seconds: Int64(date.rawValue) * 86_400 + Int64(second))
    }

    private static func fullYear(_ text: Substring) -> Int? {
        if let year = number(text, digits: 4...4) { return year }
        guard let short = number(text, digits: 2...2) else { return nil }
        return short < 70 ? 2000 + short : 1900 + short
    }

    private static func secondOfDay(_ text: Substring) -> Int? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 3,
            let hour = number(parts[0], digits: 2...2), hour < 24,
            let minute = number(parts[1], digits: 2...2), minute < 60,
            let second = number(parts[2], digits: 2...2), second <= 60
        else { return nil }
        return hour * 3600 + minute * 60 + min(second, 59)
    }

    /// A number of plain digits, as many as allowed; signs and other scripts' digits are refused.
    static func number(_ text: Substring, digits: ClosedRange<Int>) -> Int? {
        guard digits.contains(text.utf8.count), text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        return Int(text)
    }
}

/// The `Retry-After` header field (RFC 9110 §10.2.3).
package enum RetryAfter {
    /// How long to wait, in milliseconds, at least 0; nil when the value is neither seconds nor a date.
    ///
    /// A date is taken relative to the server's own `Date` where it sent one: a local clock an hour off must not turn
    /// a minute's wait into an hour or nothing.
    package static func delayMs(_ value: String, now: Instant, serverDate: Instant?) -> Int? {
        let text = value.trimmingBlanks
        if let seconds = HTTPDate.number(text, digits: 1...9) { return seconds * 1000 }
        // More figures than any sane wait; still a wait, so it saturates instead of being ignored.
        if !text.isEmpty, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) { return 999_999_999 * 1000 }
        guard let date = HTTPDate.parse(String(text)) else { return nil }
        return max(0, Int(date.nanoseconds(since: serverDate ?? now) / 1_000_000))
    }
}

extension String {
    fileprivate var trimmingBlanks: Substring {
        var rest = self[...]
        while rest.first == " " || rest.first == "\t" { rest.removeFirst() }
        while rest.last == " " || rest.last == "\t" { rest.removeLast() }
        return rest
    }
}
