import EngineAPI
import MarketData
import MarketTime

/// Reads the small words of lists and options: columns, sort keys, sessions, durations.
enum ListWords {
    /// Why a word is not understood.
    struct Problem: Error, Equatable {
        /// What is wrong and what was probably meant.
        var sentence: String
    }

    /// Names of sessions.
    static let sessions: [String: MarketSession] = [
        "pre": .preMarket, "open": .open, "post": .postMarket, "closed": .closed,
    ]

    /// The words of a text, separated by spaces or commas.
    static func split(_ text: String) -> [String] {
        text.split { $0 == " " || $0 == "," || $0 == "\t" || $0.isNewline }.map(String.init)
    }

    /// A column by its name or another spelling, capitals or not.
    static func column(_ word: String) -> Result<ColumnDescriptor, Problem> {
        if let column = ColumnDescriptor.named(word) { return .success(column) }
        let shown = JSONText.quoted(String(word.prefix(40)))
        let names = ColumnDescriptor.all.flatMap { [$0.id.rawValue] + $0.aliases }
        let hint = NearestName.of(word, among: names).map { "did you mean \($0)?" } ?? "tradeul columns lists them"
        return .failure(Problem(sentence: "no column \(shown); \(hint)"))
    }

    /// A column with its direction: `rvol-` largest first, `rvol+` smallest first, `rvol` as the column usually sorts.
    static func sortKey(_ word: String) -> Result<SortKey, Problem> {
        let direction = word.last
        let name = direction == "-" || direction == "+" ? String(word.dropLast()) : word
        return column(name).flatMap { column in
            guard column.isSortable else {
                return .failure(Problem(sentence: "\(column.id.rawValue) cannot be sorted by"))
            }
            let descending = direction == "-" || (direction != "+" && column.sortsDescending)
            return .success(SortKey(column.id, descending: descending))
        }
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
