/// Something to say about a text: an error, a part still missing, a doubt.
package struct FilterDiagnostic: Error, Hashable, Sendable {
    /// How bad it is.
    package enum Severity: String, Hashable, Sendable {
        /// Cannot be meant.
        case error
        /// Ends where something must follow: not wrong while one types.
        case incomplete
        /// Valid, and probably not what is meant.
        case warning
    }

    /// A change of the text that would mend it.
    package struct Fix: Hashable, Sendable {
        /// First byte replaced.
        package var lower: Int
        /// One after the last byte replaced.
        package var upper: Int
        /// What comes there.
        package var replacement: String

        /// A fix.
        package init(lower: Int, upper: Int, replacement: String) {
            self.lower = lower
            self.upper = upper
            self.replacement = replacement
        }
    }

    /// How bad it is.
    package var severity: Severity
    /// First byte it is about; lies in the text or just behind it.
    package var lower: Int
    /// One after the last byte.
    package var upper: Int
    /// What is wrong, what was expected, what to do: `no field "rvoll"; did you mean rvol?`.
    package var message: String
    /// A change that would mend it; nil when none is likely.
    package var fix: Fix?

    /// Something to say.
    package init(severity: Severity, lower: Int, upper: Int, message: String, fix: Fix? = nil) {
        self.severity = severity
        self.lower = lower
        self.upper = upper
        self.message = message
        self.fix = fix
    }
}

/// What a text may cost, by name: a text beyond a limit is an error that says which.
package struct FilterLimits: Hashable, Sendable {
    /// UTF-8 bytes of a text, presets not counted.
    package var bytesMax = 4096
    /// Nesting of parentheses, groups, `not`, presets.
    package var depthMax = 64
    /// Nodes of a tree with its presets in place.
    package var nodesMax = 2000
    /// UTF-8 bytes of a regular expression.
    package var patternBytesMax = 256
    /// Memory of a compiled regular expression, bytes.
    package var patternMemoryMax = 1 << 18
    /// Elements of a set `[…]`.
    package var setMax = 1000
    /// Longest `for` and `within`, seconds.
    package var durationMax = 3600

    /// The defaults.
    package init() {}
}
