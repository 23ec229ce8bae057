import Foundation
import Testing

/// The program in the session's shell: brought up, looked at, and seen off.
extension TerminalSession {
    /// A market small enough for a debug build.
    static let demo = "\(TerminalSession.program) demo --tickers 300"

    /// Starts the program and waits for its table.
    func start(_ command: String = TerminalSession.demo) throws {
        try type("stty -a > \(folder.path)/before; \(command); echo ended:$?")
        try waitForTable()
    }

    /// Starts it under a shell that leaves the terminal's modes alone, so that they are those the program left.
    ///
    /// An interactive shell mends them when its job ends. What the terminal is sent goes to the file `raw`.
    func startBare(_ command: String = TerminalSession.demo) throws {
        let path = folder.path
        let script = """
            stty -a > \(path)/before
            tmux -L \(socket) pipe-pane 'cat > \(path)/raw'
            \(command)
            echo ended:$?
            stty -a > \(path)/written
            mv \(path)/written \(path)/after
            """
        try Data(script.utf8).write(to: folder.appendingPathComponent("run.sh"))
        try type("sh \(path)/run.sh")
        try waitForTable()
    }

    /// Waits for the ranked table, drawn with any glyphs.
    func waitForTable() throws {
        try waitForScreen("a ranked table") { screen in
            (screen.contains("▼RVOL") || screen.contains("vRVOL")) && screen.contains("1/")
        }
    }

    /// What the session's own files hold.
    func text(of file: String) throws -> String {
        String(decoding: try Data(contentsOf: folder.appendingPathComponent(file)), as: UTF8.self)
    }

    /// The shell has the terminal back as it was: modes, main screen, visible cursor.
    func expectRestored(ended: String) throws {
        try waitForScreen("the shell's prompt after the end") { $0.contains(ended) }
        try type("stty -a > \(folder.path)/written; mv \(folder.path)/written \(folder.path)/after")
        try expectModesAsBefore()
    }

    /// The modes after the program's end, once written down, are those before it.
    func expectModesAsBefore() throws {
        try Self.wait("stty") { FileManager.default.fileExists(atPath: "\(folder.path)/after") }
        #expect(try text(of: "after") == text(of: "before"))
        #expect(try display("#{alternate_on} #{cursor_flag}") == "0 1")
    }

    /// The program's process.
    func programID() throws -> String {
        try Self.run("pgrep", ["-s", try display("#{pane_pid}"), "-o", "-x", "tradeul"])
            .trimmingCharacters(in: .whitespacesAndNewlines)
    }
}
