package import MarketData

/// Finds what one may type at a place of a text.
package enum FilterCompletion {
    /// Candidates for the word at a byte of the text, or for the next one.
    ///
    /// Names that begin as typed come first, then names that contain the letters in their order; columns among each other
    /// as the registry has them.
    ///
    /// - Parameters:
    ///   - byte: The cursor, in UTF-8 bytes; beyond the text counts as its end.
    ///   - values: Texts that columns have, the most frequent first.
    ///   - limit: Most candidates.
    package static func candidates(
        _ text: String,
        at byte: Int,
        scope: FilterScope = FilterScope(),
        values: [ColumnID: [String]] = [:],
        limit: Int = 12
    ) -> FilterCompletions {
        guard text.utf8.count <= scope.limits.bytesMax, let place = CompletionPlace(text, at: byte) else {
            let end = min(max(0, byte), text.utf8.count)
            return FilterCompletions(lower: end, upper: end, candidates: [])
        }
        let offered = Offer(scope: scope, values: values).candidates(for: place.expectation, typed: place.typed)
        let typed = place.typed.lowercased()
        let ranked = offered.enumerated().compactMap { order, entry in
            entry.rank(of: typed).map { (rank: $0, order: order, candidate: entry.candidate) }
        }.sorted { ($0.rank, $0.order) < ($1.rank, $1.order) }
        let candidates = ranked.prefix(max(0, limit)).map(\.candidate)
        var ghost = ""
        if place.isAtWordEnd, !typed.isEmpty, let first = candidates.first?.text, first.lowercased().hasPrefix(typed) {
            ghost = String(first.dropFirst(typed.count))
        }
        return FilterCompletions(lower: place.lower, upper: place.upper, candidates: candidates, ghost: ghost)
    }
}

/// A candidate and the names under which it is found.
private struct Offered {
    var candidate: FilterCandidate
    var names: [String]

    /// How well it fits what has been typed, 0 best; nil when it does not.
    func rank(of typed: String) -> Int? {
        guard !typed.isEmpty, let main = names.first else { return 0 }
        if main == typed { return 0 }
        if main.hasPrefix(typed) { return 1 }
        if names.contains(typed) { return 1 }
        if names.contains(where: { $0.hasPrefix(typed) }) { return 2 }
        if Self.contains(main, typed) { return 3 }
        // One letter in the middle of a long alias says nothing.
        return typed.count > 1 && names.contains(where: { Self.contains($0, typed) }) ? 4 : nil
    }

    /// Whether a name has the letters of another in their order.
    private static func contains(_ name: String, _ letters: String) -> Bool {
        var rest = letters.utf8[...]
        for byte in name.utf8 where byte == rest.first { rest = rest.dropFirst() }
        return rest.isEmpty
    }
}

/// What there is to offer.
private struct Offer {
    var scope: FilterScope
    var values: [ColumnID: [String]]

    func candidates(for expectation: CompletionPlace.Expectation, typed: String) -> [Offered] {
        switch expectation {
        case .test: fields + functions(tests: true) + words(["not", "any", "all", "none"]) + references
        case .value: fields + functions(tests: false)
        case .next:
            words(["and", "or", "in", "not", "for", "crosses", "within", "is", "exit"]) + (typed.isEmpty ? [] : fields)
                + (typed.isEmpty ? [] : functions(tests: true))
        case .field: fields
        case .column: ColumnDescriptor.all.filter { scope.unavailable[$0.id] == nil }.map(field)
        case .pipe: words(["sort", "top", "cols"])
        case .side: words(["above", "below"])
        case .list: lists
        case .preset: presets
        case .text(let id): (values[id] ?? []).map(text)
        case .window(let name): windows(of: name)
        case .duration: ["30s", "1m", "3m", "5m", "15m"].map { plain($0, .value, "") }
        case .nothing: []
        }
    }

    private var fields: [Offered] {
        ColumnDescriptor.all.filter { $0.kind != .strip && scope.unavailable[$0.id] == nil }.map(field)
    }

    private func field(_ column: ColumnDescriptor) -> Offered {
        Offered(
            candidate: FilterCandidate(
                text: column.id.rawValue,
                kind: .field,
                meaning: column.formula,
                unit: column.unit.rawValue
            ),
            names: [column.id.rawValue] + column.aliases
        )
    }

    private func functions(tests: Bool) -> [Offered] {
        let values = FilterFunction.allCases.map { plain($0.rawValue + "(", .function, $0.meaning) }
        let known = [
            plain("has(", .function, "The field has a value"), plain("missing(", .function, "The field has no value"),
        ]
        return values + (tests ? known : [])
    }

    private func words(_ words: [String]) -> [Offered] {
        words.map { plain($0, .word, Self.meanings[$0] ?? "") }
    }

    private var references: [Offered] { presets + lists }

    private var presets: [Offered] {
        scope.presets.sorted { $0.key < $1.key }.map { plain("$" + $0.key, .preset, $0.value) }
    }

    private var lists: [Offered] { scope.lists.sorted().map { plain("@" + $0, .list, "Tickers on the list \($0)") } }

    private func text(_ text: String) -> Offered {
        let written = FilterValueWriter.isBareWord(text) ? text : FilterValueWriter.quoted(text)
        return Offered(
            candidate: FilterCandidate(text: written, kind: .value),
            names: [text.lowercased(), written.lowercased()]
        )
    }

    private func windows(of name: String) -> [Offered] {
        let known =
            [("slot", "This five-minute slot"), ("slot-1", "The slot before")]
            + ["1m", "2m", "5m", "10m", "15m", "30m"].map {
                ($0, "The last \($0.dropLast()) minutes")
            } + ["3d", "5d", "10d", "20d"].map { ($0, "The last \($0.dropLast()) trading days") } + [
                ("3m", "The last 3 months"), ("52w", "The last 52 weeks"), ("1y", "The last year"),
            ]
        var seen: Set<String> = []
        let fitting = known.filter {
            FieldLookup.column(of: FilterField(name: name, argument: $0.0)) != nil && seen.insert($0.0).inserted
        }
        let ages =
            name == "age" || name == "since" ? [("halt", "Trading was halted"), ("print", "The last print")] : []
        return (fitting + ages).map { plain($0.0 + ")", .value, $0.1) }
    }

    private func plain(_ text: String, _ kind: FilterCandidate.Kind, _ meaning: String) -> Offered {
        Offered(candidate: FilterCandidate(text: text, kind: kind, meaning: meaning), names: [text.lowercased()])
    }

    private static let meanings = [
        "and": "Both must be true; a comma means the same", "or": "One of them must be true",
        "not": "Must not be true; unknown stays unknown", "in": "In a range, a set [a, b] or a list @name",
        "for": "True without a gap for a time", "crosses": "Was on the other side and now is above or below",
        "within": "How long ago a crossing may be", "is": "The same as =",
        "exit": "Stays until this is true: (exit < 2)",
        "any": "At least one of the tests in parentheses", "all": "Every one of the tests in parentheses",
        "none": "Not one of the tests in parentheses", "above": "From below or equal to above",
        "below": "From above or equal to below", "sort": "Keys, - largest first: sort rvol-, price+",
        "top": "How many rows", "cols": "Which columns",
    ]
}

extension FilterFunction {
    /// What it gives, in a line.
    fileprivate var meaning: String {
        switch self {
        case .rank: "Place among all tickers, the largest value is 1"
        case .pctile: "Percent of all tickers with a smaller value"
        case .zscore: "Standard deviations from the mean of all tickers"
        case .abs: "Without the sign"
        case .min: "The smaller of two values"
        case .max: "The larger of two values"
        }
    }
}
