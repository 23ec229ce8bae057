import Glibc
import MarketTime
import Network
import Synchronization

/// The log's file: one writer, lines whole, rotated by size.
///
/// `tradeul.log` grows to `bytesMax`, then becomes `tradeul.log.1`, that one `.2`, and so on; the oldest goes. A second
/// program that runs at the same time finds the file locked and takes `tradeul-2.log`. Everything is bounded: lines a
/// second, bytes a line, bytes a file, files. Any thread may write; a write that fails is counted and forgotten.
final class LogFile: Sendable {
    /// Limits of a log.
    struct Limits: Sendable {
        /// Bytes at which a new file is begun.
        var bytesMax: Int
        /// Old files kept.
        var keep: Int
        /// Lines a second; more are left out and counted.
        var linesPerSecondMax = 200
        /// Longest line; the rest is cut.
        var lineBytesMax = 8192
        /// Programs that may log at the same time, each to a file of its own.
        var writersMax = 8
    }

    /// Why there is no log.
    struct Unavailable: Error, Equatable {
        /// One sentence for the trader.
        let sentence: String
    }

    /// Guarded by `state`: the descriptor, its size, the sampler and the counter.
    private struct State {
        var descriptor: Int32
        var size: Int
        var sampler: LogSampler
        var failedWrites = 0
    }

    /// The file being written.
    let path: String
    private let limits: Limits
    private let clock: any WallClock
    private let secrets: [Secret]
    private let state: Mutex<State>

    /// Opens the log in `folder`, which is made where it is missing.
    ///
    /// - Parameter secrets: Texts that are blotted out should one ever get into a line.
    /// - Throws: ``Unavailable``.
    init(
        folder: String,
        limits: Limits,
        clock: any WallClock,
        secrets: [Secret] = []
    ) throws(Unavailable) {
        guard Folders.make(folder) else {
            throw Unavailable(
                sentence:
                    "no log is kept: folder \(folder) cannot be made (\(SystemError.words())); check its permissions"
            )
        }
        let (path, descriptor) = try Self.openFirstFree(folder, limits)
        self.path = path
        self.limits = limits
        self.clock = clock
        self.secrets = secrets.filter { $0.revealed.utf8.count >= 6 }
        state = Mutex(
            State(
                descriptor: descriptor,
                size: Self.size(descriptor),
                sampler: LogSampler(linesPerSecondMax: limits.linesPerSecondMax)
            )
        )
    }

    deinit { state.withLock { _ = close($0.descriptor) } }

    /// Writes that failed so far, for example on a full disk.
    var failedWrites: Int { state.withLock { $0.failedWrites } }

    /// Writes one line made by `render` from the time; nothing is rendered for a line that is left out.
    func write(_ render: (Instant) -> String) {
        let now = clock.now()
        state.withLock { state in
            guard case .write(let dropped) = state.sampler.decide(now: now) else { return }
            if dropped > 0 {
                let note = JSONText.object([
                    ("time", JSONText.quoted(now.utcText)), ("level", "\"notice\""), ("label", "\"log\""),
                    ("message", "\"lines were left out\""), ("count", String(dropped)),
                ])
                put(note, &state)
            }
            put(render(now), &state)
        }
    }

    private func put(_ line: String, _ state: inout State) {
        var line = line
        for secret in secrets where line.contains(secret.revealed) { line = Self.blotted(line, secret.revealed) }
        var bytes = Array(line.utf8)
        if bytes.count >= limits.lineBytesMax {
            // A cut JSON line would be no JSON; the reader is told instead.
            bytes = Array(
                #"{"level":"notice","label":"log","message":"a line was too long","bytes":\#(bytes.count)}"#.utf8
            )
        }
        bytes.append(UInt8(ascii: "\n"))
        if state.size > 0, state.size + bytes.count > limits.bytesMax { rotate(&state) }
        // O_APPEND and one write(2): a line is never torn by another.
        let count = Glibc.write(state.descriptor, bytes, bytes.count)
        if count == bytes.count { state.size += count } else { state.failedWrites += 1 }
    }

    private static func blotted(_ line: String, _ secret: String) -> String {
        var result = ""
        var rest = line[...]
        while let start = rest.indices.first(where: { rest[$0...].hasPrefix(secret) }) {
            result += rest[..<start] + "<redacted>"
            rest = rest[rest.index(start, offsetBy: secret.count)...]
        }
        return result + rest
    }

    private func rotate(_ state: inout State) {
        if limits.keep == 0 {
            if ftruncate(state.descriptor, 0) == 0 { state.size = 0 }
            return
        }
        for number in stride(from: limits.keep - 1, through: 1, by: -1) {
            rename("\(path).\(number)", "\(path).\(number + 1)")
        }
        rename(path, "\(path).1")
        guard let next = Self.openLocked(path) else {
            // The old file goes on growing rather than lines being lost; the next line tries again.
            state.failedWrites += 1
            return
        }
        close(state.descriptor)
        state.descriptor = next
        state.size = Self.size(next)
    }

    private static func openFirstFree(_ folder: String, _ limits: Limits) throws(Unavailable) -> (String, Int32) {
        for number in 1...max(1, limits.writersMax) {
            let path = Paths.join(folder, number == 1 ? "tradeul.log" : "tradeul-\(number).log")
            if let descriptor = openLocked(path) { return (path, descriptor) }
            guard errno == EWOULDBLOCK else {
                throw Unavailable(
                    sentence:
                        "no log is kept: \(path) cannot be written (\(SystemError.words())); check its permissions"
                )
            }
        }
        throw Unavailable(sentence: "no log is kept: \(limits.writersMax) other programs write logs in \(folder)")
    }

    /// The descriptor, or nil with `errno` set; `EWOULDBLOCK` when another program writes this file.
    private static func openLocked(_ path: String) -> Int32? {
        let descriptor = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0o600)
        guard descriptor >= 0 else { return nil }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let code = errno
            close(descriptor)
            errno = code
            return nil
        }
        return descriptor
    }

    private static func size(_ descriptor: Int32) -> Int {
        var status = stat()
        return fstat(descriptor, &status) == 0 ? Int(status.st_size) : 0
    }
}

/// Folders of the program's files.
enum Folders {
    /// Makes the folder and those above it, for this user only; true when it is there afterwards.
    static func make(_ path: String) -> Bool {
        var built = path.hasPrefix("/") ? "" : "."
        for part in path.split(separator: "/") {
            built += "/" + part
            if mkdir(built, 0o700) != 0, errno != EEXIST, errno != EISDIR {
                // A folder above may be one we may not write to but may pass through.
                var status = stat()
                let code = errno
                guard stat(built, &status) == 0 else {
                    errno = code
                    return false
                }
            }
        }
        var status = stat()
        guard stat(path, &status) == 0 else { return false }
        guard status.st_mode & S_IFMT == S_IFDIR else {
            errno = ENOTDIR
            return false
        }
        return true
    }
}
