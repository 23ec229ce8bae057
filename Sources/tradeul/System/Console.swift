import Glibc

/// Standard output for data, standard error for words.
enum Console {
    /// Writes a line of data.
    static func data(_ line: String) { write(line + "\n", to: STDOUT_FILENO) }

    /// Writes a line of words; control characters in it become `?`, because it may quote text from outside.
    static func error(_ line: String) { write(printable(line) + "\n", to: STDERR_FILENO) }

    /// Writes whole lines of data, line ends included.
    static func block(_ text: String) { write(text, to: STDOUT_FILENO) }

    /// Writes words as they are to standard error, without a line's end: a progress line's control characters are ours.
    static func raw(_ text: String) { write(text, to: STDERR_FILENO) }

    /// The text without anything that could steer a terminal; line breaks stay.
    static func printable(_ text: String) -> String {
        let safe = text.unicodeScalars.map { $0.isControl && $0 != "\n" ? "?" : $0 }
        return String(String.UnicodeScalarView(safe))
    }

    private static func write(_ text: String, to descriptor: Int32) {
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            // A reader that is gone wants no more; nobody could be told either.
            guard count > 0 else { return }
            bytes = bytes.dropFirst(count)
        }
    }
}
