import MarketTime

/// Reads the small words of lists and options: sessions, durations.
enum ListWords {
    /// Names of sessions.
    static let sessions: [String: MarketSession] = [
        "pre": .preMarket, "open": .open, "post": .postMarket, "closed": .closed,
    ]

    /// The words of a text, separated by spaces or commas.
    static func split(_ text: String) -> [String] {
        text.split { $0 == " " || $0 == "," || $0 == "\t" || $0.isNewline }.map(String.init)
    }

    /// Seconds of a duration: `90s`, `3m`, `1h`; nil for anything else.
    static func seconds(_ text: String) -> Int? {
        guard let unit = text.last, let number = Int(text.dropLast()), number >= 0, number < 1_000_000 else {
            return nil
        }
        switch unit {
        case "s": return number
        case "m": return number * 60
        case "h": return number * 3600
        default: return nil
        }
    }
}
