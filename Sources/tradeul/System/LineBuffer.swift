/// Lines for standard output, written a block at a time: an export has millions.
final class LineBuffer {
    private static let blockBytes = 1 << 16

    private var text = ""

    /// Adds a line.
    func append(_ line: String) {
        text += line
        text += "\n"
        if text.utf8.count >= Self.blockBytes { flush() }
    }

    /// Writes what is left.
    func flush() {
        if !text.isEmpty { Console.block(text) }
        text.removeAll(keepingCapacity: true)
    }
}
