import Foundation
import Glibc
import Testing

/// The program in terminals of every common type: it shows its table there and gives everything back.
@Suite(.serialized)
struct TerminalTypesTests {
    /// What takes and gives back the screen and the keyboard, as far as the type knows it.
    private static let pairs = [
        ("\u{1B}[?1049h", "\u{1B}[?1049l"), ("\u{1B}[?1h", "\u{1B}[?1l"), ("\u{1B}[?2004h", "\u{1B}[?2004l"),
        ("\u{1B}[?25l", "\u{1B}[?25h"), ("\u{1B}[?2026h", "\u{1B}[?2026l"), ("\u{1B}[?1000h", "\u{1B}[?1000l"),
        ("\u{1B}[?1006h", "\u{1B}[?1006l"),
    ]

    /// Whatever was taken was given back after it was taken last.
    private static func expectGivenBack(_ session: TerminalSession, isMouseTaken: Bool = false) throws -> String {
        // Without the prompt that the shell draws afterwards.
        let raw = try #require(try session.text(of: "raw").components(separatedBy: "ended:").first)
        #expect(raw.contains("\u{1B}[?1000h") == isMouseTaken)
        for (take, give) in pairs where raw.contains(take) {
            // Behind the last time it was taken.
            let rest = try #require(raw.components(separatedBy: take).last)
            #expect(rest.contains(give), "\(give.dropFirst())")
        }
        return raw
    }

    @Test(arguments: ["xterm-256color", "tmux-256color", "screen", "linux", "vt100"])
    func everyTypeShowsTheTableAndGetsEverythingBack(term: String) throws {
        let session = try TerminalSession(columns: 100, rows: 30, term: term)
        try session.startBare()
        let screen = try session.screen()
        #expect(screen.contains("TRADEUL") && screen.split(separator: "\n").count <= 30)
        try session.press("q")
        try session.waitForScreen("the end") { $0.contains("ended:0") }
        try session.expectModesAsBefore()
        let raw = try Self.expectGivenBack(session)
        #expect(raw.contains("TRADEUL"))
        #expect(raw.contains("\u{1B}[>q") == !["linux", "vt100"].contains(term), "only a terminal of today is asked")
        for sequence in ["\u{1B}]4;", "\u{1B}]104", "\u{1B}]P", "\u{1B}]R"] { #expect(!raw.contains(sequence)) }
    }

    @Test(arguments: [("TERM", 0), ("HUP", 0), ("INT", 0), ("TRAP", 133), ("SEGV", 139)])
    func howeverItEndsTheBytesAndModesAreGivenBack(signal: String, status: Int) throws {
        let session = try TerminalSession(term: "xterm-256color")
        try session.startBare("TRADEUL_SCREEN_MOUSE=true " + TerminalSession.demo)
        try TerminalSession.run("kill", ["-\(signal)", try session.programID()])
        try session.waitForScreen("the end") { $0.contains("ended:\(status)") }
        try session.expectModesAsBefore()
        _ = try Self.expectGivenBack(session, isMouseTaken: true)
    }

    @Test func stoppedItLeavesTheTerminalAndContinuedTakesItAgain() throws {
        let session = try TerminalSession(term: "xterm-256color")
        try session.startBare()
        let terminal = try session.display("#{pane_tty}")
        let modes = { try TerminalSession.run("stty", ["-a", "-F", terminal]) }
        let raw = try modes()
        // Only the program: its shell stays in the foreground and mends nothing.
        try TerminalSession.run("kill", ["-TSTP", try session.programID()])
        try TerminalSession.wait("the main screen") { try session.display("#{alternate_on} #{cursor_flag}") == "0 1" }
        try TerminalSession.wait("the modes") { try modes() == session.text(of: "before") }
        try TerminalSession.run("kill", ["-CONT", try session.programID()])
        try session.waitForTable()
        #expect(try session.display("#{alternate_on}") == "1")
        #expect(try modes() == raw)
        try session.press("q")
        try session.waitForScreen("the end") { $0.contains("ended:0") }
        try session.expectModesAsBefore()
    }

    @Test func aTerminalThatVanishesEndsItEvenWithoutAHangUp() throws {
        let session = try TerminalSession()
        try session.start("(trap '' HUP; exec \(TerminalSession.demo))")
        let process = try session.programID()
        // The server and with it the terminal's other end; the signal that comes with it is ignored.
        try TerminalSession.run("tmux", ["-L", session.socket, "kill-server"])
        try TerminalSession.wait("the process to be gone") {
            try TerminalSession.run("ps", ["-o", "stat=", "-p", process], mayFail: true).isEmpty
        }
    }

    @Test func aTerminalThatTakesNothingHoldsNothingUp() throws {
        let session = try TerminalSession()
        try session.startBare(TerminalSession.demo + " --speed 60")
        let process = try session.programID()
        let server = try session.display("#{pid}")
        let terminal = open(try session.display("#{pane_tty}"), O_WRONLY | O_NOCTTY | O_NONBLOCK)
        #expect(terminal >= 0)
        defer { close(terminal) }
        // Nobody reads the terminal's other end any more.
        try TerminalSession.run("kill", ["-STOP", server])
        defer {
            // The session's end needs the server.
            withExtendedLifetime(session) { _ = try? TerminalSession.run("kill", ["-CONT", server]) }
        }
        try TerminalSession.wait("the line to be full") {
            var room = pollfd(fd: terminal, events: Int16(POLLOUT), revents: 0)
            return poll(&room, 1, 0) == 0
        }
        // The engine goes on: a list moves while the screen stands still.
        let folder = CommandFolder(of: session)
        let ask = { try folder.run("scan", "vol > 0 | sort vol- | top 5", "--format", "csv", "--cols", "vol").output }
        let first = try ask()
        #expect(first.contains("vol"))
        try TerminalSession.wait("other volumes") { try ask() != first }
        try TerminalSession.run("kill", ["-TERM", process])
        try TerminalSession.wait("the process to be gone") {
            try TerminalSession.run("ps", ["-o", "stat=", "-p", process], mayFail: true).isEmpty
        }
    }

    @Test func theLastScreenStaysWhereThatIsWanted() throws {
        let session = try TerminalSession(columns: 100, rows: 30)
        try session.startBare(TerminalSession.demo + " --leave-last")
        try session.press("q")
        let screen = try session.waitForScreen("the end") { $0.contains("ended:0") }
        try session.expectModesAsBefore()
        #expect(screen.contains("▼RVOL") && screen.contains("1/"), "\(screen)")
    }

    @Test func aPasteInTmuxPressesNoKeys() throws {
        let session = try TerminalSession()
        try session.start()
        try TerminalSession.run("tmux", ["-L", session.socket, "set-buffer", "qqq\nq"])
        try TerminalSession.run("tmux", ["-L", session.socket, "paste-buffer", "-p"])
        // A key behind the paste, so that it has been read.
        try session.press("?")
        try session.waitForScreen("the keys") { !$0.contains("ended") && $0.contains("quit") }
        #expect(try session.display("#{alternate_on}") == "1")
        try TerminalSession.run("kill", ["-TERM", try session.programID()])
        try session.expectRestored(ended: "ended:0")
    }

    @Test func aLocaleWithoutUTF8IsDrawnInASCII() throws {
        let session = try TerminalSession()
        try session.start("LC_ALL=C \(TerminalSession.demo)")
        #expect(try session.screen().unicodeScalars.allSatisfy { $0.value < 0x80 })
        try session.press("q")
        try session.expectRestored(ended: "ended:0")
    }
}
