import Foundation
import Glibc
import Testing

/// A shell in a private tmux server: the nearest thing to a trader at a terminal.
final class TerminalSession {
    /// Where the program's files go; removed at the end.
    let folder: URL
    let socket: String

    init(columns: Int = 120, rows: Int = 36, term: String = "tmux-256color") throws {
        let name = "tradeul-\(UUID().uuidString.prefix(8))"
        socket = name
        folder = FileManager.default.temporaryDirectory.appendingPathComponent(name)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try Self.run(
            "tmux",
            [
                "-L", socket, "-f", "/dev/null", "new-session", "-d", "-x", "\(columns)", "-y", "\(rows)",
                "env -u XDG_RUNTIME_DIR TERM=\(term) LC_ALL=C.UTF-8 XDG_CONFIG_HOME=\(folder.path)/config XDG_DATA_HOME=\(folder.path)/data "
                    + "XDG_STATE_HOME=\(folder.path)/state PS1='ready> ' bash --norc --noprofile",
            ]
        )
        try waitForScreen("the shell's prompt") { $0.contains("ready>") }
    }

    deinit {
        _ = try? Self.run("tmux", ["-L", socket, "kill-server"])  // the server may be gone already
        try? FileManager.default.removeItem(at: folder)  // nothing depends on the folder's removal
    }

    /// The program under test: built beside the test bundle.
    static var program: String {
        let tests = URL(fileURLWithPath: CommandLine.arguments.first ?? ".").resolvingSymlinksInPath()
        var directory = tests.deletingLastPathComponent()
        for _ in 0..<4 {
            let candidate = directory.appendingPathComponent("tradeul").path
            if FileManager.default.isExecutableFile(atPath: candidate) { return candidate }
            directory = directory.deletingLastPathComponent()
        }
        return FileManager.default.currentDirectoryPath + "/.build/debug/tradeul"
    }

    /// Types a line and Enter.
    func type(_ line: String) throws {
        try Self.run("tmux", ["-L", socket, "send-keys", "-l", line])
        try press("Enter")
    }

    /// Presses keys by their tmux names.
    func press(_ keys: String...) throws {
        try Self.run("tmux", ["-L", socket, "send-keys"] + keys)
    }

    /// What the screen shows.
    func screen() throws -> String { try Self.run("tmux", ["-L", socket, "capture-pane", "-p"]) }

    /// The screen with its colours as escape sequences.
    func coloredScreen() throws -> String { try Self.run("tmux", ["-L", socket, "capture-pane", "-pe"]) }

    /// A tmux format such as `#{alternate_on}`.
    func display(_ format: String) throws -> String {
        try Self.run("tmux", ["-L", socket, "display-message", "-p", format]).trimmingCharacters(
            in: .whitespacesAndNewlines
        )
    }

    func resize(columns: Int, rows: Int) throws {
        try Self.run("tmux", ["-L", socket, "resize-window", "-x", "\(columns)", "-y", "\(rows)"])
    }

    /// Waits for a condition on the screen; fails with the screen when it does not come.
    @discardableResult
    func waitForScreen(_ what: String, within seconds: Double = 60, _ condition: (String) -> Bool) throws -> String {
        var last = ""
        try Self.wait(what, within: seconds, describe: { last }) {
            last = try screen()
            return condition(last)
        }
        return last
    }

    /// Waits for any condition.
    static func wait(
        _ what: String,
        within seconds: Double = 60,
        describe: () -> String = { "" },
        _ condition: () throws -> Bool
    ) throws {
        let deadline = Date().addingTimeInterval(seconds)
        while try !condition() {
            guard Date() < deadline else { throw NotSeen(what: what, screen: describe()) }
            usleep(50_000)
        }
    }

    struct NotSeen: Error, CustomStringConvertible {
        var what: String
        var screen: String
        var description: String { "waited in vain for \(what); the screen was:\n\(screen)" }
    }

    struct Failed: Error, CustomStringConvertible {
        var description: String
    }

    /// Runs a command to its end and returns its standard output.
    ///
    /// Not by Foundation's `Process`, which waits until every descendant is gone: the terminal server stays.
    @discardableResult
    static func run(_ command: String, _ arguments: [String], mayFail: Bool = false) throws -> String {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("tradeul-out-\(UUID().uuidString)")
            .path
        defer { unlink(path) }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
        // Test threads block signals; a program that inherited that would never hear of a new size or an end.
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
        var words: [UnsafeMutablePointer<CChar>?] = ([command] + arguments).map { strdup($0) } + [nil]
        defer { for word in words { free(word) } }
        var process = pid_t()
        guard posix_spawnp(&process, command, &actions, &attributes, &words, environ) == 0 else {
            throw Failed(description: "\(command) cannot be started")
        }
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0, errno == EINTR {}
        guard status == 0 || mayFail else {
            throw Failed(description: "\(command) \(arguments) ended with \(status >> 8 & 0xFF)")
        }
        return String(decoding: try Data(contentsOf: URL(fileURLWithPath: path)), as: UTF8.self)
    }
}
