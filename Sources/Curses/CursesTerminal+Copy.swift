import TerminalGrid

extension CursesTerminal {
    /// Longest text that is put on a clipboard, bytes: what common terminals take of an OSC 52 sequence.
    package static let copyBytesMax = 56_000

    /// Puts a text on the clipboard of the trader's own terminal, over ssh too (OSC 52); tmux needs `set-clipboard on`.
    ///
    /// Longer texts are cut at ``copyBytesMax``. A terminal that has not taken the frame before, or that knows no such
    /// sequence, is sent nothing.
    package func copy(_ text: String) {
        guard isOpen, Capabilities.isXtermLike, port.flush() else { return }
        port.queue(Array("\u{1B}]52;c;".utf8) + Base64.bytes(of: Array(text.utf8.prefix(Self.copyBytesMax))) + [0x07])
        _ = port.flush()
    }
}

/// Bytes as letters, RFC 4648.
enum Base64 {
    private static let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    /// The letters of some bytes, padded.
    static func bytes(of data: [UInt8]) -> [UInt8] {
        var out: [UInt8] = []
        out.reserveCapacity((data.count + 2) / 3 * 4)
        for start in stride(from: 0, to: data.count, by: 3) {
            let group = data[start..<min(start + 3, data.count)]
            var bits: UInt32 = 0
            for (index, byte) in group.enumerated() { bits |= UInt32(byte) << UInt32(16 - 8 * index) }
            for index in 0..<4 {
                let isPadding = index > group.count
                out.append(isPadding ? 0x3D : letters[Int(bits >> UInt32(18 - 6 * index)) & 63])
            }
        }
        return out
    }
}
