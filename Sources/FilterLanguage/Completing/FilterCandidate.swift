/// Something one may type at a place.
package struct FilterCandidate: Hashable, Sendable {
    /// What it is.
    package enum Kind: String, CaseIterable, Hashable, Sendable {
        /// A column.
        case field
        /// A function, `has` and `missing`; its text ends with `(`.
        case function
        /// A word of the language.
        case word
        /// `$name`.
        case preset
        /// `@name`.
        case list
        /// A text of a column, quoted where needed; also what a window or a duration may be.
        case value
    }

    /// What comes into the text.
    package var text: String
    /// What it is.
    package var kind: Kind
    /// What it means, in a line; untrusted for presets and values.
    package var meaning: String
    /// What a field counts, as ``ColumnUnit`` writes it; empty for everything else.
    package var unit: String

    /// A candidate.
    package init(text: String, kind: Kind, meaning: String = "", unit: String = "") {
        self.text = text
        self.kind = kind
        self.meaning = meaning
        self.unit = unit
    }
}

/// What one may type at a place of a text, and which part of the text it replaces.
package struct FilterCompletions: Hashable, Sendable {
    /// First byte replaced.
    package var lower: Int
    /// One after the last byte replaced; `lower` where nothing has been typed yet.
    package var upper: Int
    /// The likeliest first.
    package var candidates: [FilterCandidate]
    /// What the first candidate adds behind the cursor, to be shown as ghost text; empty where it does not just go on.
    package var ghost: String

    /// Completions.
    package init(lower: Int, upper: Int, candidates: [FilterCandidate], ghost: String = "") {
        self.lower = lower
        self.upper = upper
        self.candidates = candidates
        self.ghost = ghost
    }
}
