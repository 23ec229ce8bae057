package import MarketTime

/// Times, dates and spans as text.
///
/// No formatter and no locale: a trader's screen reads the same everywhere.
package enum TimeText {
    /// A second of the day as `HH:MM:SS`; taken modulo a day.
    package static func clock(_ secondOfDay: Int) -> String {
        let second = ((secondOfDay % 86_400) + 86_400) % 86_400
        return two(second / 3600) + ":" + two(second / 60 % 60) + ":" + two(second % 60)
    }

    /// A second of the day as `HH:MM`; taken modulo a day.
    package static func hourMinute(_ secondOfDay: Int) -> String {
        let second = ((secondOfDay % 86_400) + 86_400) % 86_400
        return two(second / 3600) + ":" + two(second / 60 % 60)
    }

    /// A countdown: `0:07`, `2:57`, `4:12:57`, and from a day on `3d 04h`; negative counts as 0.
    package static func span(_ seconds: Double) -> String {
        let whole = Self.whole(seconds)
        if whole >= 86_400 { return "\(whole / 86_400)d \(two(whole / 3600 % 24))h" }
        if whole >= 3600 { return "\(whole / 3600):\(two(whole / 60 % 60)):\(two(whole % 60))" }
        return "\(whole / 60):\(two(whole % 60))"
    }

    /// An age in few characters: `7s`, `1m05s`, `3h10m`, `2d04h`; negative counts as 0.
    package static func age(_ seconds: Double) -> String {
        let whole = Self.whole(seconds)
        switch whole {
        case ..<60: return "\(whole)s"
        case ..<3600: return "\(whole / 60)m\(two(whole % 60))s"
        case ..<86_400: return "\(whole / 3600)h\(two(whole / 60 % 60))m"
        default: return "\(whole / 86_400)d\(two(whole / 3600 % 24))h"
        }
    }

    /// An estimate, rounded up: `<10s`, `40s`, `2m`, `3h10m`, `2d04h`; negative counts as 0.
    ///
    /// Its last digit stands still for a while, so that a line of text is not repainted every second.
    package static func roughly(_ seconds: Double) -> String {
        let whole = Self.whole(seconds)
        switch whole {
        case ..<10: return "<10s"
        case ..<60: return "\((whole + 9) / 10 * 10)s"
        case ..<3600: return "\((whole + 59) / 60)m"
        default: return age(Double(whole))
        }
    }

    /// A length of time for a sentence: `7 s`, `15 min 3 s`, `1 h 0 min`.
    package static func words(_ seconds: Double) -> String {
        let whole = Self.whole(seconds)
        if whole < 60 { return "\(whole) s" }
        if whole < 3600 { return whole % 60 == 0 ? "\(whole / 60) min" : "\(whole / 60) min \(whole % 60) s" }
        return "\(whole / 3600) h \(whole / 60 % 60) min"
    }

    /// A date as `Mon 2026-10-12`.
    package static func date(_ day: DayID) -> String { weekday(day) + " " + day.iso }

    /// A weekday as `Mon`.
    package static func weekday(_ day: DayID) -> String {
        switch day.weekday {
        case .monday: "Mon"
        case .tuesday: "Tue"
        case .wednesday: "Wed"
        case .thursday: "Thu"
        case .friday: "Fri"
        case .saturday: "Sat"
        case .sunday: "Sun"
        }
    }

    /// A whole number with a comma every three digits: `11,034`.
    package static func count(_ value: Int) -> String {
        let digits = String(value.magnitude)
        guard digits.utf8.count > 3 else { return String(value) }
        var text = value < 0 ? "-" : ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.utf8.count - index).isMultiple(of: 3) { text += "," }
            text.append(digit)
        }
        return text
    }

    /// A threshold as a trader would write it: `1`, `0.5`, `50K`, `2.5M`; digits that do not fit are cut.
    package static func setting(_ value: Double) -> String {
        guard value.isFinite, value >= 0 else { return "-" }
        var (amount, unit) = (value, "")
        if value >= 1e9 {
            (amount, unit) = (value / 1e9, "B")
        } else if value >= 1e6 {
            (amount, unit) = (value / 1e6, "M")
        } else if value >= 1e3 {
            (amount, unit) = (value / 1e3, "K")
        }
        guard amount < 1e9 else { return ">1e18" }
        let hundredths = Int((amount * 100).rounded())
        let (whole, rest) = (hundredths / 100, hundredths % 100)
        if rest == 0 { return "\(whole)\(unit)" }
        return rest.isMultiple(of: 10) ? "\(whole).\(rest / 10)\(unit)" : "\(whole).\(two(rest))\(unit)"
    }

    private static func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }

    /// Whole seconds, at least 0; a span beyond a century is a broken clock and is cut to one.
    private static func whole(_ seconds: Double) -> Int {
        guard seconds.isFinite else { return 0 }
        return Int(min(max(seconds, 0), 3.2e9).rounded(.down))
    }
}
