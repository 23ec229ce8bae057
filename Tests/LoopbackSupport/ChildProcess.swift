import Glibc

/// A program run beside the tests, with its output in a file; it is always ended and collected.
package final class ChildProcess {
    /// The program could not be run, or failed, or did not end in time.
    package struct Failure: Error, CustomStringConvertible {
        /// The program and what it wrote.
        package let description: String
    }

    private let name: String
    private let outputPath: String
    private var processID: pid_t = 0
    private var exitStatus: Int32?

    /// Starts a program found by its name; `arguments` come after the name.
    package init(_ name: String, _ arguments: [String], output: String) throws {
        self.name = name
        outputPath = output
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        posix_spawn_file_actions_adddup2(&actions, 1, 2)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // Tests run on threads with signals blocked; a child that inherits that cannot be asked to end.
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
        let words = ([name] + arguments).map { strdup($0) }
        let environment = [strdup("PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin")]
        defer { for word in words + environment { free(word) } }
        let code = posix_spawnp(&processID, name, &actions, &attributes, words + [nil], environment + [nil])
        guard code == 0 else {
            processID = 0
            throw Failure(description: "\(name): \(String(cString: strerror(code))); is it installed (make deps)?")
        }
    }

    deinit { end() }

    /// Whether it still runs.
    package var isRunning: Bool {
        guard processID > 0, exitStatus == nil else { return false }
        var status: Int32 = 0
        if waitpid(processID, &status, WNOHANG) != 0 { exitStatus = status }
        return exitStatus == nil
    }

    /// Waits for its end, at most `milliseconds`; throws unless it ended well.
    package func finish(within milliseconds: Int = 20_000) throws {
        waitForEnd(milliseconds)
        guard exitStatus == 0 else { throw failure }
    }

    /// Asks it to end, and kills it when it does not.
    package func end() {
        guard isRunning else { return }
        kill(processID, SIGTERM)
        waitForEnd(3000)
        guard isRunning else { return }
        kill(processID, SIGKILL)
        waitForEnd(3000)
    }

    /// The program and what it wrote.
    package var failure: Failure {
        var bytes = [UInt8](repeating: 0, count: 4000)
        let file = open(outputPath, O_RDONLY)
        defer { close(file) }
        let count = max(0, read(file, &bytes, bytes.count))
        return Failure(description: "\(name): \(String(decoding: bytes[..<count], as: UTF8.self))")
    }

    private func waitForEnd(_ milliseconds: Int) {
        for _ in 0..<(milliseconds / 10) where isRunning { poll(nil, 0, 10) }
    }
}
