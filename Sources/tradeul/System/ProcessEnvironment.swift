import Glibc

/// The environment variables, as a value: read once at the start, made by hand in a test.
struct ProcessEnvironment: Equatable, Sendable {
    private let variables: [String: String]

    /// An environment of these variables.
    init(_ variables: [String: String]) { self.variables = variables }

    /// The process's own.
    static func current() -> Self {
        var variables: [String: String] = [:]
        var next = environ
        while let entry = next.pointee {
            let text = String(cString: entry)
            if let mark = text.firstIndex(of: "=") {
                variables[String(text[..<mark])] = String(text[text.index(after: mark)...])
            }
            next += 1
        }
        return Self(variables)
    }

    /// The variable's text; nil when it is not set or empty, which POSIX programs treat alike.
    subscript(_ name: String) -> String? {
        guard let text = variables[name], !text.isEmpty else { return nil }
        return text
    }

    /// The names that begin with `prefix`, sorted.
    func names(withPrefix prefix: String) -> [String] { variables.keys.filter { $0.hasPrefix(prefix) }.sorted() }
}
