import MarketData

/// What a value counts, as far as it can be told before its literals are read.
enum Measure: Equatable {
    /// As a column does, or a function that counts alike; the name is the one messages use.
    case unit(ColumnUnit, name: String)
    /// A time of day in New York.
    case timeOfDay
    /// Worked out of several: any plain number fits.
    case free
}

extension ColumnUnit {
    /// What a column of this unit is, after "is".
    var phrase: String {
        switch self {
        case .none, .count: "a plain number"
        case .usd: "an amount in dollars"
        case .shares: "a number of shares"
        case .percent: "a percentage"
        case .ratio: "a multiple"
        case .trades: "a number of trades"
        case .days: "a number of days"
        case .minutes: "a time in minutes"
        case .seconds: "a time in seconds"
        case .deviations: "a number of standard deviations"
        }
    }

    /// Whether `K`, `M`, `B`, `T` fit.
    var isLarge: Bool { self == .usd || self == .shares || self == .trades || self == .count || self == .none }

    /// Seconds in one of it; nil when it is no time.
    var seconds: Double? {
        switch self {
        case .seconds: 1
        case .minutes: 60
        case .days: 86_400
        default: nil
        }
    }

    /// Forms of a number that fit, for messages.
    func forms(of digits: String) -> String {
        switch self {
        case .percent: "Use \(digits) or \(digits)%"
        case .ratio: "Use \(digits) or \(digits)x"
        case .usd: "Use \(digits), $\(digits) or $\(digits)M"
        case .shares, .trades, .count, .none: "Use \(digits), \(digits)K or \(digits)M"
        case .minutes, .seconds: "Use \(digits), \(digits)s or \(digits)m"
        case .days, .deviations: "Use \(digits)"
        }
    }
}

extension FilterNumber {
    /// Whether the suffix is one of `K`, `M`, `B`, `T`.
    var isLarge: Bool { suffix.scale > 1 }

    /// The digits as one would write them.
    var digitsText: String { Self.text(digits) }

    /// A number as one would write it: without `.0`.
    static func text(_ value: Double) -> String {
        let text = "\(value)"
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }
}
