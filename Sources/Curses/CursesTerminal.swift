import CCurses
import Glibc
package import TerminalGrid

/// The terminal behind ncurses: shows grids, tells what was pressed, and leaves the terminal as it was found.
///
/// Decisions:
/// - Curses draws into memory and this class writes to the terminal (see `TerminalPort`), so frames are counted and
///   never block; curses still chooses the cheapest bytes for what changed.
/// - Keys are decoded here (see `KeyDecoder`), not by curses.
/// - ctrl-c and ctrl-z stay signals, so that they reach the whole process group (`make demo` stops with its child);
///   ctrl-s, ctrl-q, ctrl-v and ctrl-\ arrive as keys.
/// - The terminal is restored by `close`, at exit, by fatal signals and by a third unanswered INT or TERM.
///
/// One terminal exists per process at a time, used from the one thread that made it: curses and signal handlers are
/// global state.
package final class CursesTerminal: TerminalBackend {
    /// Columns and rows, as of the last resize event.
    package private(set) var size: Size
    /// Colours shown.
    package let colorDepth: ColorDepth
    /// Unicode where the locale is UTF-8 and ASCII was not asked for.
    package let glyphs: GlyphSet
    /// Whether the locale encodes text as UTF-8; without it only ASCII is shown.
    package let supportsUnicode: Bool

    /// The most events one wait returns, by the bytes it reads.
    static let readBytesMax = 256
    /// How long a lone escape is waited on before it counts as the escape key, in milliseconds.
    static let escapeMilliseconds = 25

    var port: TerminalPort
    var decoder: KeyDecoder
    /// Nil also once its other end was closed: it would be ready for ever.
    var wakeDescriptor: Int32?
    /// Read and write end of the pipe that signal handlers write their number to.
    let signalPipe: (read: Int32, write: Int32)
    /// A frame was refused while bytes waited; the owner is told to paint again once they are gone.
    var isFrameWanted = false
    /// When the held escape counts as a key, by the monotonic clock in milliseconds.
    var escapeDeadline: Int?
    var canvas: CursesCanvas
    private let screen: OpaquePointer
    private var isOpen = true

    /// Opens the terminal, switches it to raw input and the alternate screen, and installs the signal handlers.
    ///
    /// - Throws: `CursesError`; the terminal is then as before.
    package init(_ options: CursesOptions) throws(CursesError) {
        guard !options.term.isEmpty else { throw .unknownTerminal("") }
        port = try TerminalPort(options.source)
        wakeDescriptor = options.wakeDescriptor
        supportsUnicode = Self.choose(locale: options.locale)
        glyphs = supportsUnicode && !options.isASCII ? .unicode : .ascii

        signalPipe = try Self.makePipe(or: port)
        guard ccurses_save_modes(port.descriptor) == 0, ccurses_install_signals(signalPipe.write) == 0 else {
            let code = errno
            Self.abandon(port, signalPipe)
            throw .system(action: "read the terminal's settings", code: code)
        }
        guard let screen = ccurses_start(options.term, port.frameFile, port.descriptor) else {
            let isKnown = ccurses_is_known(options.term, port.frameFile) != 0
            Self.abandon(port, signalPipe)
            throw isKnown ? .tooSimple(options.term) : .unknownTerminal(options.term)
        }
        guard Capabilities.bytes("cup") != nil, Capabilities.bytes("clear") != nil else {
            ccurses_stop(screen)
            Self.abandon(port, signalPipe)
            throw .tooSimple(options.term)
        }
        self.screen = screen
        let found = port.size ?? (columns: 80, rows: 24)
        size = Size(columns: min(found.columns, Grid.sideMax), rows: min(found.rows, Grid.sideMax))
        colorDepth = options.color.depth(
            noColor: options.noColor,
            term: options.term,
            colors: Int(ccurses_number("colors"))
        )
        decoder = KeyDecoder(sequences: KeyDecoder.sequences(of: Capabilities.bytes))
        canvas = CursesCanvas(size: size, depth: colorDepth)
        armRestore()
        guard ccurses_raw_modes(port.descriptor) == 0 else {
            let code = errno
            close()
            throw .system(action: "switch the terminal to raw input", code: code)
        }
        resizeterm(Int32(size.rows), Int32(size.columns))
        curs_set(0)
        // Curses itself enters the alternate screen, once: terminals keep a stack of window titles.
        _ = port.takeFrame()
        port.queue(Capabilities.enterKeys)
        _ = port.flush()
    }

    deinit { close() }

    /// Leaves the terminal as it was found; does nothing the second time.
    package func close() {
        guard isOpen else { return }
        isOpen = false
        // Also after a hang-up: HUP may come from `kill` while the terminal lives, and a dead one refuses at once.
        port.drain(milliseconds: 200)
        ccurses_restore()
        ccurses_disarm()
        ccurses_stop(screen)
        Self.abandon(port, signalPipe)
    }

    /// Shows a grid, as `TerminalBackend` says; never throws and never blocks here.
    package func present(_ grid: Grid, styles: StyleTable, cursor: Position?) throws -> PresentResult {
        guard isOpen, !port.isGone else { return .sent(0) }
        guard port.flush() else {
            isFrameWanted = true
            return .heldBack
        }
        guard canvas.draw(grid, styles: styles, cursor: cursor) else { return .sent(0) }
        let count = port.takeFrame()
        _ = port.flush()
        return .sent(count)
    }

    /// Sends the next frame whole.
    package func invalidate() { canvas.invalidate() }

    /// Rings the bell or flashes, as the terminal is set.
    package func bell() {
        guard isOpen else { return }
        beep()
        _ = port.takeFrame()
        _ = port.flush()
    }

    /// Takes the terminal's present size over; true when it changed.
    func updateSize() -> Bool {
        guard let found = port.size else { return false }
        let now = Size(columns: min(found.columns, Grid.sideMax), rows: min(found.rows, Grid.sideMax))
        guard now != size else { return false }
        size = now
        resizeterm(Int32(now.rows), Int32(now.columns))
        canvas.resize(to: now)
        armRestore()
        return true
    }

    /// Restores the terminal, stops the process until it is continued, and takes the terminal again.
    func suspend() {
        port.drain(milliseconds: 200)
        ccurses_restore()
        ccurses_stop_process()
        retake()
    }

    /// Takes the terminal again after somebody else had it; the next frame is sent whole.
    func retake() {
        ccurses_rearm()
        _ = ccurses_raw_modes(port.descriptor)
        port.queue(Capabilities.enter)
        if !canvas.isCursorShown { port.queue(Capabilities.bytes("civis") ?? []) }
        _ = port.flush()
        canvas.invalidate()
    }

    private func armRestore() {
        let bytes = Capabilities.leave(rows: size.rows)
        _ = ccurses_arm_restore(port.descriptor, bytes, bytes.count)
    }

    /// Sets the process's character encoding; true when it is UTF-8.
    private static func choose(locale: String?) -> Bool {
        // Only the character type: numbers must keep their decimal point.
        setlocale(LC_CTYPE, "C")
        let locale = locale?.isEmpty == true ? nil : locale
        let encoding = locale?.split(separator: ".").last?.lowercased().prefix { $0 != "@" }
        let isKnown = locale.map { setlocale(LC_CTYPE, $0) != nil } ?? false
        if !isKnown, locale == nil || encoding == "utf-8" || encoding == "utf8" {
            setlocale(LC_CTYPE, "C.UTF-8")
        }
        return String(cString: nl_langinfo(Int32(CODESET))) == "UTF-8"
    }

    private static func makePipe(or port: TerminalPort) throws(CursesError) -> (read: Int32, write: Int32) {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else {
            let code = errno
            port.close()
            throw .system(action: "open a pipe", code: code)
        }
        for end in ends {
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
        }
        return (ends[0], ends[1])
    }

    private static func abandon(_ port: TerminalPort, _ pipe: (read: Int32, write: Int32)) {
        ccurses_remove_signals()
        port.close()
        Glibc.close(pipe.read)
        Glibc.close(pipe.write)
    }
}
