/// A key that never shows itself: not in a description, a debug description, a mirror, a dump or an interpolation.
///
/// Only `revealed` gives the text, so that a search for that word finds every use of a key.
package struct Secret: Equatable, Sendable {
    private let text: String

    /// A secret from its text; surrounding white space, as a file's last line break, is dropped.
    package init(_ text: String) {
        self.text = Self.trimmed(text)
    }

    /// The text itself; for the request header and nothing else.
    package var revealed: String { text }

    /// The secret has no characters.
    package var isEmpty: Bool { text.isEmpty }

    private static func trimmed(_ text: String) -> String {
        var rest = text[...]
        while let first = rest.first, first.isWhitespace { rest.removeFirst() }
        while let last = rest.last, last.isWhitespace { rest.removeLast() }
        return String(rest)
    }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// A placeholder that says nothing about the text, not even its length.
    package var description: String { "<redacted>" }

    /// The same placeholder.
    package var debugDescription: String { "<redacted>" }

    /// A mirror without children.
    package var customMirror: Mirror { Mirror(self, children: [Mirror.Child]()) }
}
