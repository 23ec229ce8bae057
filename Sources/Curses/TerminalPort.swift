import CCurses
import Glibc

/// The terminal's descriptor and the file in memory that curses draws into: no byte reaches the terminal but here.
///
/// Curses writes its frames into memory so that a frame is counted, goes out in one piece, and never blocks: a
/// terminal that does not take the bytes (a slow or frozen ssh) keeps at most one frame waiting while the program lives on.
struct TerminalPort {
    /// The terminal, open for reading and writing, non-blocking.
    let descriptor: Int32
    /// What curses writes into.
    let frameFile: Int32
    /// Whether the terminal is gone: reading or writing failed for good.
    private(set) var isGone = false
    private var pending: [UInt8] = []
    private var sent = 0

    /// Opens the terminal and the frame file.
    init(_ source: CursesOptions.Source) throws(CursesError) {
        switch source {
        case .controlling:
            guard isatty(STDIN_FILENO) == 1, isatty(STDOUT_FILENO) == 1 else { throw .notATerminal }
            // A descriptor of our own: making the inherited one non-blocking would do so for the shell as well.
            descriptor = open("/dev/tty", O_RDWR | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)
        case .descriptor(let given):
            guard isatty(given) == 1 else { throw .notATerminal }
            descriptor = fcntl(given, F_DUPFD_CLOEXEC, 3)
            if descriptor >= 0 { _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK) }
        }
        guard descriptor >= 0 else { throw .system(action: "open the terminal", code: errno) }
        frameFile = ccurses_memory_file()
        guard frameFile >= 0 else {
            let code = errno
            Glibc.close(descriptor)
            throw .system(action: "reserve memory for frames", code: code)
        }
    }

    /// Closes both descriptors; nothing may be used afterwards.
    func close() {
        Glibc.close(descriptor)
        Glibc.close(frameFile)
    }

    /// Whether bytes wait for the terminal to take them.
    var hasPending: Bool { sent < pending.count }

    /// Columns and rows; nil when the terminal does not know them.
    var size: (columns: Int, rows: Int)? {
        var columns: Int32 = 0
        var rows: Int32 = 0
        guard ccurses_window_size(descriptor, &columns, &rows) == 0, columns > 0, rows > 0 else { return nil }
        return (Int(columns), Int(rows))
    }

    /// Bytes that wait for the terminal to take them.
    var pendingBytes: Int { pending.count - sent }

    /// Queues what curses wrote into the frame file since the last call; returns how many bytes that is.
    ///
    /// - Parameter isSynchronized: Whether a frame of some size is bracketed, so that it is shown at once.
    mutating func takeFrame(isSynchronized: Bool = false) -> Int {
        let count = Int(lseek(frameFile, 0, SEEK_END))
        guard count > 0 else { return 0 }
        var frame = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            filled = max(0, pread(frameFile, buffer.baseAddress, count, 0))
        }
        _ = ftruncate(frameFile, 0)
        _ = lseek(frameFile, 0, SEEK_SET)
        if isSynchronized, count >= FrameSync.frameBytesMin { frame = FrameSync.begin + frame + FrameSync.end }
        queue(frame)
        return frame.count
    }

    /// Queues bytes behind those that wait.
    mutating func queue(_ bytes: [UInt8]) {
        guard !isGone else { return }
        if hasPending {
            pending.append(contentsOf: bytes)
        } else {
            pending = bytes
            sent = 0
        }
    }

    /// Writes what the terminal takes now; true when nothing waits any more.
    mutating func flush() -> Bool {
        while hasPending {
            let count = pending.withUnsafeBytes {
                write(descriptor, $0.baseAddress?.advanced(by: sent), $0.count - sent)
            }
            if count > 0 {
                sent += count
            } else if count < 0, errno == EINTR {
                continue
            } else if count < 0, errno == EAGAIN {
                return false
            } else {
                markGone()
            }
        }
        return true
    }

    /// Waits a bounded time for the terminal to take what waits; what it does not take is dropped.
    mutating func drain(milliseconds: Int32) {
        var patience = milliseconds
        while !flush(), patience > 0 {
            var wait = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
            _ = poll(&wait, 1, 20)
            patience -= 20
        }
        pending = []
        sent = 0
    }

    /// Reads what was typed; nil when the terminal is gone, empty when nothing is there.
    mutating func read(atMost count: Int) -> [UInt8]? {
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            let result = Glibc.read(descriptor, buffer.baseAddress, count)
            if result < 0, errno == EAGAIN || errno == EINTR { return }
            if result <= 0 { markGone() }
            filled = max(0, result)
        }
        return isGone ? nil : bytes
    }

    /// Writes nothing from here on.
    mutating func markGone() {
        isGone = true
        pending = []
        sent = 0
    }
}
