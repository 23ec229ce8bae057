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
/// - No colour is ever redefined: the palette is the trader's, and xterm's 16…255 are the same everywhere.
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
    /// The same while the terminal owes an answer, which begins with escape as well and may come in pieces.
    static let askingEscapeMilliseconds = 250
    /// How long the terminal is thought to owe it, in milliseconds; some never answer.
    static let askingMilliseconds = 3_000
    /// How long the rest of a sequence is waited for that no hand has typed, in milliseconds.
    static let sequenceMilliseconds = 1_000
    /// How long a new size must last before it is taken over, in milliseconds, and how long that is put off at most.
    static let resizeMilliseconds = (calm: 50, most: 2_000)
    /// How long an answer is waited for that would otherwise be typed into the shell, in milliseconds.
    static let fenceMilliseconds = 150

    var port: TerminalPort
    var decoder: KeyDecoder
    /// Nil also once its other end was closed: it would be ready for ever.
    var wakeDescriptor: Int32?
    /// Read and write end of the pipe that signal handlers write their number to.
    let signalPipe: (read: Int32, write: Int32)
    /// A frame was refused while bytes waited; the owner is told to paint again once they are gone.
    var isFrameWanted = false
    /// When the held escape counts as a key, by `clock`.
    var escapeDeadline: Int?
    /// When a new size is taken over: once no further one has come for a while; and when the first one came.
    var resizeDeadline: Int?
    var resizeStart = 0
    /// Whether frames are bracketed, and how that is found out.
    var sync: FrameSync
    /// When the terminal was asked, by `clock`.
    let askedAt: Int
    /// The monotonic clock in milliseconds, for time-outs only.
    var clock: () -> Int = CursesTerminal.monotonicMilliseconds
    var canvas: CursesCanvas
    private let screen: OpaquePointer
    private(set) var isOpen = true

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
        decoder.isMouseOn = options.hasMouse
        sync = FrameSync(
            options.sync,
            term: options.term,
            isXtermLike: Capabilities.isXtermLike,
            asksBackground: options.asksBackground
        )
        decoder.expectsReplies = sync.isAsking
        askedAt = Self.monotonicMilliseconds()
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
        port.queue(Capabilities.enterKeys(hasMouse: decoder.isMouseOn))
        // Before the first frame: a terminal that shows the question instead of answering it is painted over.
        port.queue(sync.questions)
        _ = port.flush()
    }

    deinit { close() }

    /// Whether the colour behind the terminal's text is light.
    ///
    /// Nil when it was not asked for, and until the terminal has told; then a `wake` event comes. Many never do.
    package var isBackgroundLight: Bool? { sync.isBackgroundLight }

    /// Whether the terminal has not taken everything that was sent to it.
    package var hasPendingOutput: Bool { port.hasPending }

    /// Leaves the terminal as it was found; does nothing the second time.
    ///
    /// - Parameter text: Lines to leave on the screen that was there before, each ended by a line feed; not written
    ///   when the terminal is gone, and what it does not take within half a second is dropped.
    package func close(leaving text: String = "") {
        guard isOpen else { return }
        isOpen = false
        awaitFence()
        port.drain(milliseconds: 200)
        // Also after a hang-up, but without waiting: HUP may come from `kill` while the terminal lives.
        ccurses_restore()
        if !text.isEmpty, !port.isGone {
            port.queue(supportsUnicode ? Array(text.utf8) : text.unicodeScalars.map(Self.asciiByte))
            port.drain(milliseconds: 500)
        }
        ccurses_disarm()
        ccurses_stop(screen)
        Self.abandon(port, signalPipe)
    }

    /// Shows a grid, as `TerminalBackend` says; never throws and never blocks here.
    package func present(_ grid: Grid, styles: StyleTable, cursor: Position?) throws -> PresentResult {
        guard isOpen, !port.isGone else { return .sent(0) }
        // While the size is changing a frame of the former one would only be seen torn.
        guard port.flush(), resizeDeadline == nil else {
            isFrameWanted = true
            return .heldBack
        }
        guard canvas.draw(grid, styles: styles, cursor: cursor) else { return .sent(0) }
        let count = port.takeFrame(isSynchronized: sync.isOn)
        _ = port.flush()
        return .sent(count)
    }

    /// Sends the next frame whole.
    package func invalidate() { canvas.invalidate() }

    /// Rings the bell or flashes, as the terminal is set.
    ///
    /// A terminal that has not taken the frame before is not rung: bells would pile up behind it.
    package func bell() {
        guard isOpen, port.flush() else { return }
        beep()
        _ = port.takeFrame()
        _ = port.flush()
    }

    /// Has the terminal report clicks and the wheel, or leaves them to itself.
    package func setMouse(_ isOn: Bool) {
        guard isOpen, isOn != decoder.isMouseOn else { return }
        decoder.isMouseOn = isOn
        armRestore()
        guard Capabilities.isXtermLike else { return }
        port.queue(Capabilities.mouse(isOn: isOn))
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
        awaitFence()
        port.drain(milliseconds: 200)
        ccurses_restore()
        ccurses_stop_process()
        retake()
    }

    /// Takes the terminal again after somebody else had it; the next frame is sent whole.
    func retake() {
        ccurses_rearm()
        _ = ccurses_raw_modes(port.descriptor)
        port.queue(Capabilities.enter(hasMouse: decoder.isMouseOn))
        if !canvas.isCursorShown { port.queue(Capabilities.bytes("civis") ?? []) }
        _ = port.flush()
        canvas.invalidate()
    }

    func armRestore() {
        let bytes = Capabilities.leave(
            rows: size.rows,
            hasMouse: decoder.isMouseOn,
            isSynchronized: sync.isOn
        )
        _ = ccurses_arm_restore(port.descriptor, bytes, bytes.count)
    }

    private static func asciiByte(_ scalar: Unicode.Scalar) -> UInt8 {
        scalar == "\n" ? 0x0A : UInt8(truncatingIfNeeded: GlyphSet.asciiFallback(scalar.value))
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
