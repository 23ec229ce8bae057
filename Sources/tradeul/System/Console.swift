import Glibc

/// Standard output for data, standard error for words.
enum Console {
    /// The error that first kept data from being written; nil when all was.
    private static let outputFault = Guarded<Int32?>(nil)

    /// Whether nobody takes any more data, so that making more is in vain.
    static var isOutputGone: Bool { outputFault.value != nil }

    /// Ends a program whose output is not all there, so that a cut file is not taken for a whole one.
    ///
    /// - Throws: ``Failure`` with status 74.
    static func requireWritten() throws(Failure) {
        guard let fault = outputFault.value, fault != EPIPE else { return }
        throw Failure(
            status: .store,
            sentence: "the output could not be written (\(SystemError.words(fault))): it is cut short"
        )
    }

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
            guard count > 0 else {
                // A reader that is gone wants no more; anything else has cut the output short.
                if descriptor == STDOUT_FILENO { outputFault.value = outputFault.value ?? errno }
                return
            }
            bytes = bytes.dropFirst(count)
        }
    }
}
