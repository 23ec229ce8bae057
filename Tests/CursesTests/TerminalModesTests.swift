import Glibc
import TerminalGrid
import TestSupport
import Testing

@testable import Curses

/// What the terminal is told at the start, what it is asked, and how it gets everything back.
extension CursesTerminalTests {
    /// A table large enough to be bracketed.
    private static func frame(_ bench: Bench, _ text: String) -> Grid {
        var grid = Grid(size: bench.terminal.size)
        for row in 0..<bench.terminal.size.rows {
            grid.put(String(repeating: text, count: 60), at: Position(column: 0, row: row), style: .plain)
        }
        return grid
    }

    private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

    @Test(arguments: [1, 3, 7, 256])
    func framesAreBracketedOnceTheTerminalHasAnswered(chunk: Int) throws {
        let bench = try Bench(sync: .auto)
        bench.settle()
        #expect(Self.text(bench.raw).hasSuffix("\u{1B}[?2004h\u{1B}[>q\u{1B}[?2026$p\u{1B}[c"))
        bench.raw = []
        try bench.show(Self.frame(bench, "a"))
        #expect(!Self.text(bench.raw).contains("2026"), "not before the answer")
        var reply = Array("\u{1B}P>|kitty(0.35.2)\u{1B}\\\u{1B}[?2026;2$y\u{1B}[?62;cq".utf8)[...]
        var keys: [TerminalEvent] = []
        while !reply.isEmpty {
            bench.pty.type(String(decoding: reply.prefix(chunk), as: UTF8.self))
            reply = reply.dropFirst(chunk)
            keys += try bench.events(0)
        }
        #expect(keys == [.key(.character("q"))])
        bench.raw = []
        try bench.show(Self.frame(bench, "b"))
        var text = Self.text(bench.raw)
        #expect(text.hasPrefix("\u{1B}[?2026h") && text.hasSuffix("\u{1B}[?2026l"))
        bench.raw = []
        var grid = Self.frame(bench, "b")
        grid.put("12:00", at: Position(column: 0, row: 0), style: .plain)
        try bench.show(grid)
        #expect(!bench.raw.isEmpty && !Self.text(bench.raw).contains("2026"), "a small frame comes in one piece anyway")
        bench.raw = []
        bench.terminal.close()
        bench.take()
        text = Self.text(bench.raw)
        #expect(text.hasPrefix("\u{18}\u{1B}[?2026l\u{1B}[?2004l"), "an open frame is ended first")
    }

    @Test func theBackgroundIsAskedForOnlyWhereWantedAndToldByAWake() throws {
        let pty = try PseudoTerminal(columns: 80, rows: 24)
        let options = CursesOptions(source: .descriptor(pty.slave), term: "xterm-256color", asksBackground: true)
        let terminal = try CursesTerminal(options)
        #expect(Self.text(pty.output()).hasSuffix("\u{1B}[?2004h\u{1B}]11;?\u{1B}\\\u{1B}[c"))
        #expect(terminal.isBackgroundLight == nil)
        pty.type("\u{1B}]11;rgb:fdfd/f6f6/e3e3\u{1B}\\\u{1B}[?62;c")
        #expect(try terminal.waitForEvents(timeoutMilliseconds: 1_000) == [.wake])
        #expect(terminal.isBackgroundLight == true)
    }

    @Test(arguments: ["vt100", "linux", "xterm-256color"])
    func onlyATerminalThatMayAnswerIsAsked(term: String) throws {
        let bench = try Bench(term: term, sync: .auto)
        bench.settle()
        #expect(Self.text(bench.raw).contains("2026") == (term == "xterm-256color"))
        if term != "xterm-256color" { #expect(!Self.text(bench.raw).contains("\u{1B}[c")) }
    }

    @Test(arguments: [(SyncChoice.on, true), (.off, false)])
    func theSettingDecidesWithoutAsking(sync: SyncChoice, isOn: Bool) throws {
        let bench = try Bench(sync: sync)
        try bench.show(Self.frame(bench, "a"))
        let text = Self.text(bench.raw)
        #expect(text.contains("\u{1B}[?2026h") == isOn)
        #expect(!text.contains("\u{1B}[>q") && !text.contains("$p"))
    }

    @Test func anEscapeOfALateReplyIsNotTheEscapeKey() throws {
        let bench = try Bench(sync: .auto)
        let start = bench.terminal.askedAt
        var nowMs = start + 100
        bench.terminal.clock = { nowMs }
        // The line cuts the reply right behind its escape.
        bench.pty.type("\u{1B}")
        #expect(try bench.events(0).isEmpty)
        nowMs += 100
        #expect(try bench.events(0).isEmpty)
        bench.pty.type("[?62")
        #expect(try bench.events(0).isEmpty)
        nowMs += 900
        #expect(try bench.events(0).isEmpty)
        bench.pty.type(";c")
        #expect(try bench.events(0).isEmpty)
        #expect(!bench.terminal.sync.isAsking)
        // From then on an escape alone is a key after the usual time.
        bench.pty.type("\u{1B}")
        #expect(try bench.events(0).isEmpty)
        nowMs += CursesTerminal.escapeMilliseconds
        #expect(try bench.events(0) == [.key(.escape)])
    }

    @Test func theEscapeKeyTakes25Milliseconds() throws {
        let bench = try Bench()
        var nowMs = 5_000
        bench.terminal.clock = { nowMs }
        bench.pty.type("\u{1B}")
        #expect(try bench.events(0).isEmpty)
        nowMs += 24
        #expect(try bench.events(0).isEmpty)
        nowMs += 1
        #expect(try bench.events(0) == [.key(.escape)])
    }

    @Test func aReplyThatIsStillOwedIsWaitedForBeforeTheShellGetsIt() throws {
        let bench = try Bench(sync: .auto)
        bench.settle()
        bench.pty.type("\u{1B}[?2026;0$y\u{1B}[?62;c")
        bench.terminal.close()
        #expect(!bench.terminal.sync.isAsking, "nothing of the reply is left for the shell")
    }

    @Test func theMouseIsReportedOnlyWhereAskedForAndNotAfterwards() throws {
        let plain = try Bench()
        plain.settle()
        #expect(!Self.text(plain.raw).contains("?1000"))
        plain.terminal.close()
        let bench = try Bench(hasMouse: true)
        bench.settle()
        #expect(Self.text(bench.raw).contains("\u{1B}[?1000h\u{1B}[?1006h"))
        bench.pty.type("\u{1B}[<0;240;12M\u{1B}[<0;240;12m\u{1B}[<65;1;1M")
        #expect(
            try bench.events(1_000) == [
                .key(.mouse(MouseEvent(.press, at: Position(column: 239, row: 11)))),
                .key(.mouse(MouseEvent(.wheelDown, at: Position(column: 0, row: 0)))),
            ]
        )
        bench.raw = []
        Self.raise(SIGCONT)
        #expect(try bench.events(1_000) == [.repaint])
        bench.settle()
        #expect(
            Self.text(bench.raw).contains("\u{1B}[?1000h\u{1B}[?1006h"),
            "whoever had the terminal may have switched it off"
        )
        bench.raw = []
        bench.terminal.setMouse(false)
        bench.settle()
        #expect(Self.text(bench.raw) == "\u{1B}[?1006l\u{1B}[?1000l")
        bench.terminal.setMouse(true)
        bench.settle()
        bench.raw = []
        bench.terminal.close()
        bench.take()
        #expect(Self.text(bench.raw).hasPrefix("\u{18}\u{1B}[?1006l\u{1B}[?1000l\u{1B}[?2004l"))
    }

    @Test(arguments: ["screen", "tmux-256color", "xterm-256color"])
    func mouseAndPasteAreDecodedHereWhateverTheTypeKnows(term: String) throws {
        let bench = try Bench(term: term, hasMouse: true)
        bench.settle()
        #expect(Self.text(bench.raw).contains("\u{1B}[?2004h\u{1B}[?1000h\u{1B}[?1006h"))
        bench.pty.type("\u{1B}[<64;300;2M\u{1B}[200~price > 5\u{1B}[201~\u{1B}x")
        #expect(
            try bench.events(1_000) == [
                .key(.mouse(MouseEvent(.wheelUp, at: Position(column: 299, row: 1)))), .key(.paste("price > 5")),
                .key(.alt("x")),
            ]
        )
    }

    @Test func everythingIsGivenBackInOrder() throws {
        let bench = try Bench(hasMouse: true, sync: .on)
        let before = bench.pty.modes
        try bench.show(Self.frame(bench, "a"))
        bench.raw = []
        bench.terminal.close()
        bench.take()
        let text = Self.text(bench.raw)
        let parts = [
            "\u{18}", "\u{1B}[?2026l", "\u{1B}[?1006l", "\u{1B}[?1000l", "\u{1B}[?2004l", "\u{1B}[m", "\u{1B}[?25h",
            "\u{1B}[?1l", "\u{1B}[?1049l",
        ]
        var places: [String.Index] = []
        for part in parts { places.append(try #require(text.firstRange(of: part), "\(part.dropFirst())").lowerBound) }
        #expect(places == places.sorted())
        #expect(before.local & tcflag_t(ICANON) == 0 && bench.pty.modes.local & tcflag_t(ICANON | ECHO) != 0)
    }

    @Test func aTrapAndASecondUnansweredEndRestoreWithOneCall() throws {
        // What the handlers of fatal signals run before the process dies; that they run is seen in ProgramTests.
        let bench = try Bench(hasMouse: true, sync: .on)
        bench.settle()
        bench.raw = []
        bench.terminal.restoreAsHandlersDo()
        bench.take()
        let text = Self.text(bench.raw)
        #expect(text.hasPrefix("\u{18}\u{1B}[?2026l\u{1B}[?1006l") && text.contains("\u{1B}[?1049l"))
        #expect(bench.pty.modes.local & tcflag_t(ICANON) != 0)
        bench.terminal.restoreAsHandlersDo()
        #expect(bench.pty.output().isEmpty, "once")
    }

    @Test func aHangUpNeverWaitsForATerminalThatTakesNothing() throws {
        let bench = try Bench(columns: 200, rows: 60)
        try Self.block(bench)
        Self.raise(SIGHUP)
        #expect(try Self.hears(.hangup, bench))
        #expect(!bench.terminal.hasPendingOutput, "what waited is dropped")
        bench.terminal.close(leaving: "the last screen\n")
        #expect(bench.pty.modes.local & tcflag_t(ICANON) != 0)
        #expect(!Self.text(bench.pty.output()).contains("last screen"))
    }

    @Test(
        arguments: [
            ("C.UTF-8", "▲ 52.1 é\r\n日本 x\r\n"), ("C", "^ 52.1 ?\r\n?? x\r\n"),
        ] as [(String, String)]
    )
    func theLastScreenStaysBehindAsText(locale: String, expected: String) throws {
        let bench = try Bench(locale: locale)
        bench.settle()
        bench.raw = []
        bench.terminal.close(leaving: "▲ 52.1 é\n日本 x\n")
        bench.take()
        let text = Self.text(bench.raw)
        #expect(text.hasSuffix("\u{1B}[?1049l\u{1B}[23;0;0t" + expected), "after the terminal has its modes back")
    }
}
