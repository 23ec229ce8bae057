import FilterLanguage
import MarketData

/// What can be put in at the filter line's cursor.
struct FilterOffers {
    /// Something that can be put in.
    struct Offer: Hashable {
        /// What is put in.
        var word: String
        /// What it is, with its unit.
        var meaning: String
        /// The bytes it replaces.
        var range: Range<Int>
    }

    /// Offers, at most.
    static let offersMax = 6

    /// The offers, the likeliest first.
    let all: [Offer]
    /// What the likeliest offer adds to what is typed, where it begins with that.
    let ghost: String
    private let typed: String

    /// The offers at the cursor of a line.
    init(_ filter: FilterLine, _ state: DashboardState) {
        let cursor = filter.line.cursor
        let found = FilterCompletion.candidates(
            filter.text,
            at: cursor,
            scope: state.filterScope,
            limit: Self.offersMax
        )
        let bytes = Array(filter.text.utf8)
        let range = (found.lower..<max(found.lower, found.upper)).clamped(to: 0..<bytes.count)
        ghost = found.ghost
        typed = String(decoding: bytes[range], as: UTF8.self)
        all =
            typed.isEmpty
            ? []
            : found.candidates.map { candidate in
                let unit = candidate.unit.isEmpty ? "" : " [\(candidate.unit)]"
                return Offer(word: candidate.text, meaning: candidate.meaning + unit, range: range)
            }
    }

    /// The likeliest offer.
    var first: Offer? { all.first { $0.word.lowercased() != typed.lowercased() } }

}
