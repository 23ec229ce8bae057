import Glibc

/// A pair of descriptors that behave like a terminal and the program that shows it.
final class PseudoTerminal {
    private var master: Int32
    let slave: Int32

    init(columns: Int, rows: Int) throws {
        master = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
        // What unlockpt and ptsname do; Swift's Glibc module does not name those.
        let unlock: UInt = 0x4004_5431
        let getNumber: UInt = 0x8004_5430
        var locked: Int32 = 0
        var number: Int32 = 0
        guard master >= 0, ioctl(master, unlock, &locked) == 0, ioctl(master, getNumber, &number) == 0 else {
            throw Failure(code: errno)
        }
        slave = open("/dev/pts/\(number)", O_RDWR | O_NOCTTY | O_CLOEXEC)
        guard slave >= 0 else { throw Failure(code: errno) }
        _ = fcntl(master, F_SETFL, O_NONBLOCK)
        resize(columns: columns, rows: rows)
    }

    deinit {
        close(slave)
        if master >= 0 { close(master) }
    }

    /// Takes the terminal away, as a closed window does.
    func hangUp() {
        close(master)
        master = -1
    }

    struct Failure: Error { let code: Int32 }

    func resize(columns: Int, rows: Int) {
        var size = winsize(ws_row: UInt16(rows), ws_col: UInt16(columns), ws_xpixel: 0, ws_ypixel: 0)
        _ = ioctl(master, UInt(TIOCSWINSZ), &size)
    }

    /// What the program wrote since the last call.
    func output() -> [UInt8] {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while case let count = read(master, &chunk, chunk.count), count > 0 { bytes += chunk.prefix(count) }
        return bytes
    }

    /// The next bytes of it, as a slow reader takes them.
    func output(atMost count: Int) -> [UInt8] {
        var chunk = [UInt8](repeating: 0, count: count)
        return Array(chunk.prefix(max(0, read(master, &chunk, count))))
    }

    func type(_ text: String) {
        let bytes = Array(text.utf8)
        _ = write(master, bytes, bytes.count)
    }

    /// Flags of the terminal's local and input modes.
    var modes: (local: tcflag_t, input: tcflag_t, output: tcflag_t) {
        var modes = termios()
        tcgetattr(slave, &modes)
        return (modes.c_lflag, modes.c_iflag, modes.c_oflag)
    }
}
