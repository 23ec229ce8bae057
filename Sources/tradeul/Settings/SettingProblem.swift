/// One thing that is wrong with the settings, as one message: where, what, what is allowed, what is used instead.
struct SettingProblem: Equatable, Sendable {
    /// How bad it is.
    enum Severity: String, Sendable {
        /// A value was not taken.
        case error
        /// Something was left out that may be a typing mistake.
        case warning
    }

    /// Where it stands.
    enum Place: Equatable, Sendable {
        /// In a file; line and column count from 1.
        case file(path: String, line: Int, column: Int)
        /// The whole file.
        case wholeFile(path: String)
        /// An environment variable.
        case environment(String)
        /// Nowhere in particular.
        case nowhere
    }

    let severity: Severity
    let place: Place
    /// What is wrong, what is allowed and what is used instead; one line.
    let message: String

    /// The whole message, as for a terminal.
    var line: String {
        let text = "\(severity.rawValue): \(message)"
        return switch place {
        case .file(let path, let line, let column): "\(path):\(line):\(column): \(text)"
        case .wholeFile(let path): "\(path): \(text)"
        case .environment(let name): "\(name): \(text)"
        case .nowhere: text
        }
    }
}
