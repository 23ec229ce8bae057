import CCurses

/// Byte strings of the terminal type that curses was started with.
enum Capabilities {
    /// A string capability without its delays; nil when the type has none.
    static func bytes(_ name: String) -> [UInt8]? {
        guard let value = ccurses_capability(name) else { return nil }
        return withoutDelays(Array(String(cString: value).utf8))
    }

    /// What takes the screen: the alternate screen, then `enterKeys`.
    static var enter: [UInt8] { (bytes("smcup") ?? []) + enterKeys }

    /// What takes the keyboard: application keys, bracketed paste where the type looks like xterm.
    static var enterKeys: [UInt8] {
        (bytes("smkx") ?? []) + (isXtermLike(bytes("smcup") ?? []) ? Array("\u{1B}[?2004h".utf8) : [])
    }

    /// What gives it back, wherever a frame was cut off: first ends a sequence left open, then undoes `enter`, in reverse.
    ///
    /// - Parameter rows: Height of the screen; without an alternate screen the cursor goes below the last line.
    static func leave(rows: Int) -> [UInt8] {
        let cancel: [UInt8] = [0x18]
        let alternate = bytes("rmcup") ?? []
        var result = cancel
        if isXtermLike(alternate) { result += Array("\u{1B}[?2004l".utf8) }
        for name in ["sgr0", "cnorm", "rmkx"] { result += bytes(name) ?? [] }
        guard alternate.isEmpty else { return result + alternate }
        var buffer = [CChar](repeating: 0, count: 64)
        let count = ccurses_cursor_sequence(Int32(max(0, rows - 1)), 0, &buffer, buffer.count)
        return result + withoutDelays(buffer.prefix(count).map { UInt8(bitPattern: $0) }) + Array("\r\n".utf8)
    }

    /// Removes `$<5/>`: waits for the slow glass terminals of the past.
    static func withoutDelays(_ bytes: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        var rest = bytes[...]
        while let byte = rest.first {
            if byte == 0x24, rest.dropFirst().first == 0x3C, let end = rest.firstIndex(of: 0x3E) {
                rest = rest[(end + 1)...]
            } else {
                result.append(byte)
                rest = rest.dropFirst()
            }
        }
        return result
    }

    private static func isXtermLike(_ alternate: [UInt8]) -> Bool {
        String(decoding: alternate, as: UTF8.self).contains("?1049")
    }
}
