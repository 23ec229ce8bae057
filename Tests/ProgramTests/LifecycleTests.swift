import Foundation
import Testing

/// The program in a real terminal: it must come up, and go away leaving no trace, however it is ended.
@Suite(.serialized)
struct LifecycleTests {
    @Test func quitLeavesTheTerminalAsItWas() throws {
        let session = try TerminalSession()
        try session.start()
        try session.press("q")
        try session.expectRestored(ended: "ended:0")
    }

    @Test(arguments: ["INT", "TERM"])
    func aSignalEndsItCleanly(_ signal: String) throws {
        let session = try TerminalSession()
        try session.start()
        try TerminalSession.run("kill", ["-\(signal)", try session.programID()])
        try session.expectRestored(ended: "ended:0")
    }

    @Test(arguments: ["SEGV", "ABRT", "ILL", "QUIT", "USR1"])
    func aCrashGivesTheTerminalBackBeforeItDies(_ signal: String) throws {
        let session = try TerminalSession()
        try session.start()
        try TerminalSession.run("kill", ["-\(signal)", try session.programID()])
        try session.expectRestored(ended: "ended:1")
    }

    @Test func aHangUpEndsTheProcess() throws {
        let session = try TerminalSession()
        try session.start()
        let process = try session.programID()
        try TerminalSession.run("kill", ["-HUP", process])
        try TerminalSession.wait("the process to be gone") {
            try TerminalSession.run("ps", ["-o", "stat=", "-p", process], mayFail: true).isEmpty
        }
    }

    @Test func suspendAndContinueRepaintTheScreen() throws {
        let session = try TerminalSession()
        try session.start()
        try session.press("C-z")
        try session.waitForScreen("the shell's prompt") { $0.contains("Stopped") || $0.contains("ready> \n") }
        #expect(try session.display("#{alternate_on}") == "0")
        try session.type("fg")
        try session.waitForScreen("the table again") { $0.contains("▼RVOL") && $0.contains("TRADEUL") }
        try session.press("q")
        try TerminalSession.wait("the main screen") { try session.display("#{alternate_on}") == "0" }
        try session.expectRestored(ended: "ready>")
    }

    @Test func aResizeRepaintsToTheNewSize() throws {
        let session = try TerminalSession()
        try session.start()
        try session.resize(columns: 80, rows: 24)
        try session.waitForScreen("the narrow table") { screen in
            screen.contains("▼RVOL") && !screen.contains("AVGVOL") && screen.split(separator: "\n").count <= 24
        }
        try session.resize(columns: 20, rows: 5)
        try session.waitForScreen("the size that is needed") { $0.contains("60x16") || $0.contains("60×16") }
        try session.resize(columns: 120, rows: 36)
        try session.waitForScreen("the table again") { $0.contains("▼RVOL") }
        try session.press("q")
        try session.expectRestored(ended: "ended:0")
    }

    @Test func aTinyTerminalIsToldTheSizeAndStillQuits() throws {
        let session = try TerminalSession(columns: 20, rows: 5)
        try session.type(TerminalSession.demo)
        try session.waitForScreen("the size that is needed") { $0.contains("60x16") || $0.contains("60×16") }
        try session.press("q")
        try session.waitForScreen("the prompt") { $0.contains("ready>") }
    }

    @Test(arguments: ["dumb", "nosuchterminal"])
    func aTerminalThatCannotIsRefusedWithASentence(_ term: String) throws {
        let session = try TerminalSession()
        try session.type("TERM=\(term) \(TerminalSession.demo); echo ended:$?")
        let screen = try session.waitForScreen("the refusal") { $0.contains("ended:1") }
        #expect(screen.contains("TERM=xterm-256color"))
    }

    @Test func withoutATerminalItSaysSoAndEndsWithOne() throws {
        let session = try TerminalSession()
        try session.type("\(TerminalSession.demo) | cat; echo ended:${PIPESTATUS[0]}")
        let screen = try session.waitForScreen("the refusal") { $0.contains("ended:1") }
        #expect(screen.contains("needs a terminal"))
    }

    @Test func noColorAndASCIIAreObeyed() throws {
        let session = try TerminalSession()
        try session.type("NO_COLOR=1 \(TerminalSession.demo) --ascii")
        try session.waitForScreen("a ranked table") { $0.contains("vRVOL") && $0.contains("1/") }
        let colored = try session.coloredScreen()
        #expect(!colored.contains("38;5;") && !colored.contains("48;5;"))
        #expect(try session.screen().unicodeScalars.allSatisfy { $0.value < 0x80 })
        try session.press("q")
        try session.waitForScreen("the prompt") { $0.contains("ready>") }
    }

    @Test func withoutAHomeItRunsAndSaysWhatIsMissing() throws {
        let session = try TerminalSession()
        try session.type("env -u HOME -u XDG_CONFIG_HOME -u XDG_DATA_HOME -u XDG_STATE_HOME \(TerminalSession.demo)")
        try session.waitForScreen("prices and the reason") { $0.contains("HOME") && $0.contains("LAST") }
        try session.press("q")
        try session.waitForScreen("the prompt") { $0.contains("ready>") }
    }
}
