package import TerminalGrid

/// What `--color` or the settings ask for.
package enum ColorChoice: String, Hashable, Sendable, CaseIterable {
    /// As many colours as the environment and the terminal's description allow.
    case auto
    /// No colours.
    case never
    /// The 16 ANSI colours.
    case sixteen = "16"
    /// The xterm palette.
    case palette256 = "256"
    /// Colours also where NO_COLOR is set, as many as the terminal's description names.
    case always

    /// Decides how many colours to use, pure: first this choice, then NO_COLOR, then TERM, then the description.
    ///
    /// - Parameters:
    ///   - noColor: Value of the environment variable NO_COLOR; nil or empty means not set (no-color.org).
    ///   - term: Value of TERM.
    ///   - colors: Colours in the terminal's description (`colors` of terminfo), −1 when it names none.
    package func depth(noColor: String?, term: String, colors: Int) -> ColorDepth {
        switch self {
        case .never: return .mono
        case .sixteen: return .sixteen
        case .palette256: return .palette256
        case .auto: if let noColor, !noColor.isEmpty { return .mono }
        case .always: break
        }
        if term == "dumb" { return .mono }
        if colors >= 256 { return .palette256 }
        return colors >= 8 ? .sixteen : .mono
    }
}
