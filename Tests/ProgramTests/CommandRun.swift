import Foundation
import Testing

/// What a command of the program did.
struct CommandRun {
    /// What it ended with; 124 when it did not end in time.
    var status: Int32
    /// Standard output.
    var output: String
    /// Standard error.
    var errors: String

    /// Lines of the standard output.
    var lines: [String] { output.split(separator: "\n", omittingEmptySubsequences: true).map(String.init) }

    /// The output as one JSON value.
    func json() throws -> Any {
        try JSONSerialization.jsonObject(with: Data(output.utf8), options: .fragmentsAllowed)
    }

    /// Each line of the output as a JSON object.
    func objects() throws -> [[String: Any]] {
        try lines.map { line in
            try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any], "\(line)")
        }
    }
}

/// A trader's folders, and the program run in them without a terminal.
final class CommandFolder {
    /// Where the program's files go.
    let folder: URL
    private let isOwn: Bool

    /// Folders of its own, removed at the end.
    init() throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("tradeul-\(UUID().uuidString.prefix(8))")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        isOwn = true
    }

    /// Those of a terminal in which something else runs.
    init(of session: TerminalSession) {
        folder = session.folder
        isOwn = false
    }

    deinit {
        if isOwn { try? FileManager.default.removeItem(at: folder) }  // nothing depends on it
    }

    /// A file of settings or lists, made anew.
    func write(_ text: String, to path: String) throws {
        let url = folder.appendingPathComponent(path)
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: url)
    }

    /// Runs the program with these arguments to its end; the environment has nothing but what is given here.
    func run(_ arguments: String..., environment: [String: String] = [:]) throws -> CommandRun {
        try shell("\"$0\" \"$@\"", [TerminalSession.program] + arguments, environment)
    }

    /// Runs a line of shell in which `$0` is the program.
    func shell(_ line: String, environment: [String: String] = [:]) throws -> CommandRun {
        try shell(line, [TerminalSession.program], environment)
    }

    private func shell(_ line: String, _ words: [String], _ environment: [String: String]) throws -> CommandRun {
        let id = UUID().uuidString
        let (output, errors) = (folder.appendingPathComponent("out-\(id)"), folder.appendingPathComponent("err-\(id)"))
        var variables = [
            "PATH": "/usr/local/bin:/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TMPDIR": folder.path,
            "XDG_CONFIG_HOME": folder.path + "/config", "XDG_DATA_HOME": folder.path + "/data",
            "XDG_STATE_HOME": folder.path + "/state",
        ]
        variables.merge(environment) { _, given in given }
        let script = "set -o pipefail; { \(line); } > '\(output.path)' 2> '\(errors.path)'"
        let settings = variables.map { "\($0.key)=\($0.value)" }
        let wrapped = ["-i"] + settings + ["timeout", "90", "bash", "-c", script] + words
        let status = try TerminalSession.run(
            "bash",
            ["-c", "env \"$@\"; echo $?", "bash"] + wrapped,
            mayFail: true
        )
        return CommandRun(
            status: try #require(Int32(status.trimmingCharacters(in: .whitespacesAndNewlines)), "\(status)"),
            output: try String(contentsOf: output, encoding: .utf8),
            errors: try String(contentsOf: errors, encoding: .utf8)
        )
    }
}
