import Glibc

/// The program as a trader starts it: a process on a terminal of its own.
struct ProcessBench {
    /// The folder of this program, where `tradeul` was built too.
    let folder: String
    /// A history file with everything a dashboard wants.
    let store: String

    // Linux's TIOCSPTLCK, TIOCGPTN and POSIX_SPAWN_SETSID, which the system's headers show only to GNU sources.
    private static let unlockTerminal: UInt = 0x4004_5431
    private static let terminalNumber: UInt = 0x8004_5430
    private static let newSession: Int16 = 0x80

    /// A market server in a process of its own; ends with `stop()`.
    struct Market {
        let process: pid_t
        let restURL: String
        let streamURL: String
        let flatFilesURL: String
        let flatFilesID: String
        /// The key of the REST interface, and the secret of the flat files.
        static let key = "simulator"

        func stop() {
            kill(process, SIGTERM)
            waitpid(process, nil, 0)
        }
    }

    /// When a simulator's market starts, by New York's clock.
    static let marketStart = "2026-10-06T10:05"

    /// Starts the simulator at a speed, with further options, and waits for its line.
    func market(speed: Int, _ options: [String] = []) throws -> Market {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { throw BenchFailure("no pipe") }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, ends[1], 1)
        posix_spawn_file_actions_addclose(&actions, ends[0])
        let process = try spawn(
            ["sim", "--start", Self.marketStart, "--speed", "\(speed)"] + options,
            &actions,
            session: false
        )
        close(ends[1])
        defer { close(ends[0]) }
        var line = ""
        while !line.contains("\n"), let text = Self.read(ends[0], milliseconds: 20_000) { line += text }
        func text(_ name: String) -> String? {
            guard let start = line.firstRange(of: "\"\(name)\":\""),
                let end = line[start.upperBound...].firstIndex(of: "\"")
            else { return nil }
            return String(line[start.upperBound..<end])
        }
        guard let restURL = text("rest_url"), let streamURL = text("stream_url"),
            let filesURL = text("flat_files_url"), let id = text("flat_files_id")
        else {
            kill(process, SIGTERM)
            waitpid(process, nil, 0)
            throw BenchFailure("the simulator did not start")
        }
        return Market(
            process: process,
            restURL: restURL,
            streamURL: streamURL,
            flatFilesURL: filesURL,
            flatFilesID: id
        )
    }

    /// Runs the program to its end, within a time; returns what it printed and its processor time.
    func output(_ arguments: [String], millisecondsMax: Double) throws -> (text: String, cpuMs: Double) {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { throw BenchFailure("no pipe") }
        defer { close(ends[0]) }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, ends[1], 1)
        posix_spawn_file_actions_addclose(&actions, ends[0])
        posix_spawn_file_actions_addclose(&actions, ends[1])
        let deadline = Stopwatch.milliseconds(CLOCK_MONOTONIC) + millisecondsMax
        let process: pid_t
        do {
            defer { close(ends[1]) }
            process = try spawn(arguments, &actions, session: false)
        }
        var text = ""
        // Nothing comes before the end, and then all of it does.
        while Stopwatch.milliseconds(CLOCK_MONOTONIC) < deadline {
            let rest = Int32(max(deadline - Stopwatch.milliseconds(CLOCK_MONOTONIC), 0))
            guard let piece = Self.read(ends[0], milliseconds: rest) else { break }
            text += piece
        }
        if Stopwatch.milliseconds(CLOCK_MONOTONIC) >= deadline { kill(process, SIGKILL) }
        var status: Int32 = 0
        var usage = rusage()
        guard wait4(process, &status, 0, &usage) == process, status == 0 else {
            throw BenchFailure("tradeul \(arguments.prefix(1).joined()) ended with \(status): \(text.prefix(300))")
        }
        func ms(_ time: timeval) -> Double { Double(time.tv_sec) * 1000 + Double(time.tv_usec) / 1000 }
        return (text, ms(usage.ru_utime) + ms(usage.ru_stime))
    }

    /// Start to first frame, and memory after ten minutes of market time with twenty days of history.
    func figures() throws -> [Figure] {
        let market = try market(speed: 60)
        defer { market.stop() }
        setenv("POLYGON_API_KEY", Market.key, 1)
        let arguments = ["--rest-url", market.restURL, "--store", store]
        var firsts: [Double] = []
        for _ in 0..<5 { firsts.append(try run(arguments, milliseconds: 0).firstMs) }
        let long = try run(arguments, milliseconds: 14_000)
        // As many by the second as may be, and the tape of the selected one.
        let settings = ["TRADEUL_STREAM_SHORT_LIST": "1000", "TRADEUL_SCREEN_TAPE": "true"]
        for (name, value) in settings { setenv(name, value, 1) }
        defer { for name in settings.keys { unsetenv(name) } }
        let followed = try run(arguments, milliseconds: 14_000)
        return [
            Figure(name: "start_to_first_frame_ms", value: firsts.sorted()[2], unit: "ms", budget: 100, better: .lower),
            Figure(
                name: "resident_memory_after_10_market_minutes_mib",
                value: long.residentMiB,
                unit: "MiB",
                budget: 150,
                better: .lower
            ),
            Figure(
                name: "resident_memory_with_1000_tickers_streamed_mib",
                value: followed.residentMiB,
                unit: "MiB",
                budget: 150,
                better: .lower
            ),
        ]
    }

    /// Runs the dashboard on a pseudo-terminal, reading what it writes, for so long after its first frame.
    private func run(_ arguments: [String], milliseconds: Int) throws -> (firstMs: Double, residentMiB: Double) {
        let terminal = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
        var number: UInt32 = 0
        var isLocked: Int32 = 0
        guard terminal >= 0, ioctl(terminal, Self.unlockTerminal, &isLocked) == 0,
            ioctl(terminal, Self.terminalNumber, &number) == 0
        else {
            throw BenchFailure("no pseudo-terminal")
        }
        let name = "/dev/pts/\(number)"
        defer { close(terminal) }
        var size = winsize(ws_row: 60, ws_col: 200, ws_xpixel: 0, ws_ypixel: 0)
        _ = ioctl(terminal, UInt(TIOCSWINSZ), &size)
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        // The first terminal that a session's leader opens becomes its own.
        posix_spawn_file_actions_addopen(&actions, 0, name, O_RDWR, 0)
        posix_spawn_file_actions_adddup2(&actions, 0, 1)
        posix_spawn_file_actions_adddup2(&actions, 0, 2)
        setenv("TERM", "xterm-256color", 1)
        let start = Stopwatch.milliseconds(CLOCK_MONOTONIC)
        let process = try spawn(arguments, &actions, session: true)
        defer {
            kill(process, SIGTERM)
            while Self.read(terminal, milliseconds: 300) != nil {}
            waitpid(process, nil, 0)
        }
        var seen = ""
        while !seen.contains("TRADEUL") {
            guard let text = Self.read(terminal, milliseconds: 10_000) else { throw BenchFailure("no frame: \(seen)") }
            seen += text
        }
        let first = Stopwatch.milliseconds(CLOCK_MONOTONIC) - start
        let end = Stopwatch.milliseconds(CLOCK_MONOTONIC) + Double(milliseconds)
        while Stopwatch.milliseconds(CLOCK_MONOTONIC) < end { _ = Self.read(terminal, milliseconds: 100) }
        return (first, Self.residentMiB(process))
    }

    private func spawn(
        _ arguments: [String],
        _ actions: inout posix_spawn_file_actions_t,
        session: Bool
    ) throws -> pid_t {
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        if session { posix_spawnattr_setflags(&attributes, Self.newSession) }
        let program = folder + "/tradeul"
        var words: [UnsafeMutablePointer<CChar>?] = ([program] + arguments).map { strdup($0) } + [nil]
        defer { for word in words { free(word) } }
        var process = pid_t()
        guard posix_spawn(&process, program, &actions, &attributes, &words, environ) == 0 else {
            throw BenchFailure("\(program) cannot be started: build it first")
        }
        return process
    }

    /// What a descriptor has to say within a time; nil when nothing came or it ended.
    private static func read(_ descriptor: Int32, milliseconds: Int32) -> String? {
        var poller = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        guard poll(&poller, 1, milliseconds) > 0 else { return nil }
        var bytes = [UInt8](repeating: 0, count: 65_536)
        let count = Glibc.read(descriptor, &bytes, bytes.count)
        return count > 0 ? String(decoding: bytes.prefix(count), as: UTF8.self) : nil
    }

    /// Memory of a process that is not swapped out, MiB; NaN when it cannot be told.
    static func residentMiB(_ process: pid_t) -> Double {
        guard let file = fopen("/proc/\(process)/status", "r") else { return .nan }
        defer { fclose(file) }
        var line = [CChar](repeating: 0, count: 256)
        while fgets(&line, 256, file) != nil {
            let text = String(decoding: line.prefix { $0 != 0 }.map(UInt8.init), as: UTF8.self)
            guard text.hasPrefix("VmRSS:") else { continue }
            return (Double(text.split(whereSeparator: { !$0.isNumber }).first ?? "") ?? .nan) / 1024
        }
        return .nan
    }
}
