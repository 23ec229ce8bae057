import CCurses

/// Byte strings of the terminal type that curses was started with.
enum Capabilities {
    /// A string capability without its delays; nil when the type has none.
    static func bytes(_ name: String) -> [UInt8]? {
        guard let value = ccurses_capability(name) else { return nil }
        return withoutDelays(Array(String(cString: value).utf8))
    }

    /// What takes the screen: the alternate screen, then `enterKeys`.
    static func enter(hasMouse: Bool) -> [UInt8] { (bytes("smcup") ?? []) + enterKeys(hasMouse: hasMouse) }

    /// What takes the keyboard: application keys, and bracketed paste and the mouse where the type looks like xterm.
    static func enterKeys(hasMouse: Bool) -> [UInt8] {
        let keys = bytes("smkx") ?? []
        guard isXtermLike else { return keys }
        return keys + Array("\u{1B}[?2004h".utf8) + (hasMouse ? mouse(isOn: true) : [])
    }

    /// What makes the terminal report buttons and the wheel, in decimal numbers (mode 1006), or stops it.
    static func mouse(isOn: Bool) -> [UInt8] {
        Array((isOn ? "\u{1B}[?1000h\u{1B}[?1006h" : "\u{1B}[?1006l\u{1B}[?1000l").utf8)
    }

    /// Whether the type speaks xterm's language of private modes, seen by its alternate screen.
    static var isXtermLike: Bool { isXtermLike(bytes("smcup") ?? []) }

    /// What gives it back, wherever a frame was cut off: first ends a sequence left open, then undoes `enter`, in reverse.
    ///
    /// - Parameters:
    ///   - rows: Height of the screen; without an alternate screen the cursor goes below the last line.
    ///   - hasMouse: Whether the terminal reports the mouse.
    ///   - isSynchronized: Whether a frame may be open that the terminal shows only when it ends.
    static func leave(rows: Int, hasMouse: Bool, isSynchronized: Bool) -> [UInt8] {
        let cancel: [UInt8] = [0x18]
        let alternate = bytes("rmcup") ?? []
        var result = cancel
        if isSynchronized { result += FrameSync.end }
        if isXtermLike(alternate) {
            if hasMouse { result += mouse(isOn: false) }
            result += Array("\u{1B}[?2004l".utf8)
        }
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
