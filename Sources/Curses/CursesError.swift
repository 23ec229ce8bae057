/// Why the terminal cannot be used; the description is a sentence for the person in front of it.
package enum CursesError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Standard input or output is not a terminal.
    case notATerminal
    /// The terminal could not be opened or switched to raw input; `code` is `errno`.
    case system(action: String, code: Int32)
    /// No description of this terminal type is installed, or none was named.
    case unknownTerminal(String)
    /// The terminal type cannot place its cursor.
    case tooSimple(String)

    /// What is wrong and what to do.
    package var description: String {
        switch self {
        case .notATerminal:
            "The dashboard needs a terminal on standard input and output; a pipe or a file cannot show it."
        case .system(let action, let code): "Cannot \(action) (system error \(code)); is this a terminal?"
        case .unknownTerminal(""): "TERM is not set; set it to the terminal's type, for example TERM=xterm-256color."
        case .unknownTerminal(let name):
            """
            The terminal type \(Self.printable(name)) (TERM) is not known on this machine; try TERM=xterm-256color, \
            or install the package ncurses-term.
            """
        case .tooSimple(let name):
            """
            The terminal type \(Self.printable(name)) (TERM) cannot place its cursor, so no dashboard can be drawn; \
            try TERM=xterm-256color.
            """
        }
    }

    /// TERM comes from outside: quoted, short and without controls.
    private static func printable(_ name: String) -> String {
        let safe = name.unicodeScalars.prefix(40).map { $0.value > 0x20 && $0.value < 0x7F ? Character($0) : "?" }
        return "\"" + String(safe) + "\""
    }
}
