import Glibc
import TerminalGrid
import TestSupport
import Testing

@testable import Curses

/// Curses and signal handlers are global to the process: one terminal at a time.
@Suite(.serialized) struct CursesTerminalTests {
    /// A terminal on a pseudo-terminal, with a model of what its screen shows.
    final class Bench {
        let pty: PseudoTerminal
        let terminal: CursesTerminal
        var screen: ScreenModel
        var raw: [UInt8] = []

        init(
            columns: Int = 80,
            rows: Int = 24,
            term: String = "xterm-256color",
            locale: String? = "C.UTF-8",
            color: ColorChoice = .auto,
            hasMouse: Bool = false,
            sync: SyncChoice = .off,
            wake: Int32? = nil
        ) throws {
            pty = try PseudoTerminal(columns: columns, rows: rows)
            screen = ScreenModel(columns: columns, rows: rows)
            terminal = try CursesTerminal(
                CursesOptions(
                    source: .descriptor(pty.slave),
                    term: term,
                    locale: locale,
                    color: color,
                    hasMouse: hasMouse,
                    sync: sync,
                    wakeDescriptor: wake
                )
            )
        }

        /// Shows a grid and lets the screen take it; returns the frame's bytes.
        @discardableResult
        func show(_ grid: Grid, styles: StyleTable = StyleTable(), cursor: Position? = nil) throws -> Int {
            let result = try terminal.present(grid, styles: styles, cursor: cursor)
            settle()
            guard case .sent(let count) = result else { return -1 }
            return count
        }

        func settle() {
            repeat { take() } while !terminal.port.flush()
            take()
        }

        func take() {
            let bytes = pty.output()
            raw += bytes
            screen.feed(bytes)
        }

        func events(_ milliseconds: Int = 0) throws -> [TerminalEvent] {
            try terminal.waitForEvents(timeoutMilliseconds: milliseconds)
        }
    }

    static func table(columns: Int, rows: Int, tick: Int, styles: inout StyleTable) -> Grid {
        let up = styles.intern(Style(foreground: .indexed(43)))
        let down = styles.intern(Style(foreground: .indexed(202)))
        var grid = Grid(size: Size(columns: columns, rows: rows))
        grid.box(grid.bounds, title: "RVOL leaders", style: .plain, titleStyle: .plain)
        for row in 1..<(rows - 1) {
            // Every third row moves with a tick.
            let step = row % 10 < 3 ? tick : 0
            let change = Double((row * 37 + step * 13) % 200) / 10 - 10
            grid.put("SY\(row)", at: Position(column: 2, row: row), style: .plain)
            grid.put(10 + Double(step) / 100, .fixed(2), at: Position(column: 8, row: row), width: 9, style: .plain)
            grid.put(
                change,
                .arrowPercent,
                at: Position(column: 18, row: row),
                width: 7,
                style: change < 0 ? down : up
            )
            grid.put(Double(row) + Double(step) / 10, .ratio, at: Position(column: 26, row: row), width: 6, style: up)
            grid.put(1e6 + Double(step) * 1e5, .compact, at: Position(column: 33, row: row), width: 7, style: .plain)
        }
        return grid
    }

    @Test func theScreenShowsTheGrid() throws {
        let bench = try Bench(columns: 40, rows: 6)
        var grid = Grid(size: bench.terminal.size)
        #expect(bench.terminal.size == Size(columns: 40, rows: 6))
        grid.box(grid.bounds, title: "日本 x", style: .plain, titleStyle: .plain)
        grid.put("▲ 52.1 é ~", at: Position(column: 2, row: 2), style: .plain)
        try bench.show(grid)
        #expect(bench.screen.lines == grid.lines())
        #expect(bench.screen.unknown.isEmpty)
        #expect(try bench.show(grid) == 0)
    }

    @Test(arguments: [UInt64](1...12))
    func everyFrameLeavesTheScreenEqualToTheGrid(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let bench = try Bench(columns: 31, rows: 7)
        var styles = StyleTable()
        let looks = [43, 202, 250].map { styles.intern(Style(foreground: .indexed($0), background: .indexed(237))) }
        let words = ["NVDA", "12.50", "x", "aaaaaaaaaa", "          ", "日本", "▲ 3.1", "한"]
        var grid = Grid(size: bench.terminal.size)
        for frame in 0..<40 {
            for _ in 0..<Int.random(in: 0...9, using: &random) {
                grid.put(
                    words[.random(in: 0..<words.count, using: &random)],
                    at: Position(column: .random(in: 0..<31, using: &random), row: .random(in: 0..<7, using: &random)),
                    style: looks[.random(in: 0..<3, using: &random)]
                )
            }
            if frame % 13 == 12 { bench.terminal.invalidate() }
            try bench.show(grid, styles: styles)
            #expect(bench.screen.lines == grid.lines(), "seed \(seed), frame \(frame)")
        }
        #expect(bench.screen.unknown.isEmpty, "seed \(seed)")
    }

    @Test(arguments: ["xterm-256color", "xterm", "linux", "vt100", "screen-256color", "tmux-256color", "rxvt", "ansi"])
    func everyCommonTypeShowsAFrame(term: String) throws {
        let bench = try Bench(columns: 30, rows: 4, term: term)
        var grid = Grid(size: bench.terminal.size, glyphs: .ascii)
        grid.box(grid.bounds, title: term, style: .plain, titleStyle: .plain)
        #expect(try bench.show(grid) > 0)
        // Delays are written as NUL bytes.
        #expect(bench.screen.lines == grid.lines())
        bench.terminal.close()
        #expect(bench.pty.modes.local & tcflag_t(ICANON) != 0)
    }

    @Test func aFrameWithThreeRowsInTenChangedStaysWithinItsBytes() throws {
        let bench = try Bench(columns: 120, rows: 36)
        var styles = StyleTable()
        let first = try bench.show(Self.table(columns: 120, rows: 36, tick: 0, styles: &styles), styles: styles)
        var total = 0
        for tick in 1...20 {
            total += try bench.show(Self.table(columns: 120, rows: 36, tick: tick, styles: &styles), styles: styles)
        }
        #expect(first > 1_000 && first < 8_000)
        #expect(total / 20 <= 1_200, "\(total / 20) bytes a frame")
        #expect(total / 20 >= 100, "the frames did change")
    }

    @Test func anotherMeaningOfTheSameIdsRedraws() throws {
        let bench = try Bench(columns: 20, rows: 3)
        var one = StyleTable()
        var two = StyleTable()
        let id = one.intern(Style(foreground: .indexed(43)))
        #expect(two.intern(Style(foreground: .indexed(202))) == id)
        var grid = Grid(size: bench.terminal.size)
        grid.put("abc", at: Position(column: 0, row: 0), style: id)
        try bench.show(grid, styles: one)
        #expect(try bench.show(grid, styles: two) > 0)
        #expect(String(decoding: bench.raw, as: UTF8.self).contains("38;5;202m"))
    }

    @Test(arguments: [
        (ColorChoice.palette256, "38;5;43m"), (.sixteen, "\u{1B}[36m"),
    ])
    func coloursFollowTheDepth(choice: ColorChoice, expected: String) throws {
        let bench = try Bench(columns: 20, rows: 3, color: choice)
        var styles = StyleTable()
        let id = styles.intern(Style(foreground: .indexed(43)))
        var grid = Grid(size: bench.terminal.size)
        grid.put("abc", at: Position(column: 0, row: 0), style: id)
        try bench.show(grid, styles: styles)
        #expect(String(decoding: bench.raw, as: UTF8.self).contains(expected))
    }

    @Test func monoSendsAttributesAndNoColour() throws {
        let bench = try Bench(columns: 20, rows: 3, color: .never)
        var styles = StyleTable()
        let id = styles.intern(Style(foreground: .indexed(43), background: .indexed(52), monoAttributes: .reverse))
        var grid = Grid(size: bench.terminal.size)
        grid.put("abc", at: Position(column: 0, row: 0), style: id)
        try bench.show(grid, styles: styles)
        let text = String(decoding: bench.raw, as: UTF8.self)
        #expect(text.contains("[0;7mabc"))
        for colour in ["38;5", "48;5", "39;49", "[36m"] { #expect(!text.contains(colour)) }
    }

    @Test func closingRestoresModesAndScreen() throws {
        let pty = try PseudoTerminal(columns: 80, rows: 24)
        let before = pty.modes
        let terminal = try CursesTerminal(CursesOptions(source: .descriptor(pty.slave), term: "xterm-256color"))
        let during = pty.modes
        #expect(during.local & tcflag_t(ICANON | ECHO) == 0)
        #expect(during.local & tcflag_t(ISIG) != 0)
        #expect(during.input & tcflag_t(IXON | ICRNL) == 0)
        #expect(String(decoding: pty.output(), as: UTF8.self).contains("\u{1B}[?1049h"))
        _ = try terminal.present(Grid(size: terminal.size), styles: StyleTable(), cursor: nil)
        _ = pty.output()
        terminal.close()
        let after = pty.modes
        #expect(after.local == before.local && after.input == before.input && after.output == before.output)
        let text = String(decoding: pty.output(), as: UTF8.self)
        #expect(text.hasPrefix("\u{18}\u{1B}[?2004l"))
        for part in ["\u{1B}[m", "\u{1B}[?25h", "\u{1B}[?1l"] { #expect(text.contains(part)) }
        #expect(text.hasSuffix("\u{1B}[?1049l\u{1B}[23;0;0t"))
        terminal.close()
        #expect(pty.output().isEmpty)
    }

    @Test func aTerminalWithoutAnAlternateScreenGetsItsCursorBelow() throws {
        let bench = try Bench(columns: 80, rows: 24, term: "vt100")
        bench.settle()
        bench.raw = []
        bench.terminal.close()
        bench.settle()
        #expect(String(decoding: bench.raw, as: UTF8.self).hasSuffix("\u{1B}[24;1H\r\n"))
        #expect(!bench.raw.contains(0x24), "no delay marks")
    }

    @Test func aWindowChangeIsOneEventAndAFullFrame() throws {
        let bench = try Bench(columns: 80, rows: 24)
        try bench.show(Grid(size: bench.terminal.size))
        for columns in 81...100 {
            bench.pty.resize(columns: columns, rows: 30)
            kill(getpid(), SIGWINCH)
        }
        #expect(try bench.events(1_000) == [.resize(Size(columns: 100, rows: 30))])
        bench.screen = ScreenModel(columns: 100, rows: 30)
        var grid = Grid(size: bench.terminal.size)
        grid.box(grid.bounds, style: .plain)
        try bench.show(grid)
        #expect(bench.screen.lines.count == 30 && bench.screen.lines == grid.lines())
        kill(getpid(), SIGWINCH)
        #expect(try bench.events(20).isEmpty, "the same size is no change")
    }

    @Test func aFrameOfTheFormerSizeIsFittedIn() throws {
        let bench = try Bench(columns: 20, rows: 4)
        var grid = Grid(size: Size(columns: 30, rows: 9), glyphs: .ascii)
        grid.fill(grid.bounds, with: "x", style: .plain)
        try bench.show(grid)
        #expect(bench.screen.lines == Array(repeating: String(repeating: "x", count: 20), count: 4))
        grid.resize(to: Size(columns: 3, rows: 1))
        grid.put("abc", at: Position(column: 0, row: 0), style: .plain)
        try bench.show(grid)
        #expect(bench.screen.lines == ["abc", "", "", ""])
    }

    @Test func keysAndALoneEscapeArrive() throws {
        let bench = try Bench()
        bench.pty.type("j\u{1B}[B\u{1B}x")
        #expect(try bench.events(1_000) == [.key(.character("j")), .key(.down), .key(.alt("x"))])
        bench.pty.type("\u{1B}")
        #expect(try bench.events(2_000) == [.key(.escape)])
        bench.pty.type("\u{13}\u{11}\u{1C}")
        #expect(
            try bench.events(1_000) == [.key(.control("s")), .key(.control("q")), .key(.control("\\"))]
        )
        #expect(try bench.events(0).isEmpty)
    }

    @Test func theWakeDescriptorWakesOnceAndIsDrained() throws {
        var ends: [Int32] = [-1, -1]
        #expect(pipe(&ends) == 0)
        defer { for end in ends { close(end) } }
        _ = fcntl(ends[0], F_SETFL, O_NONBLOCK)
        let bench = try Bench(wake: ends[0])
        _ = write(ends[1], "xx", 2)
        #expect(try bench.events(1_000) == [.wake])
        #expect(try bench.events(0).isEmpty)
    }

    @Test func aWakeDescriptorWithoutAWriterIsLeftAlone() throws {
        var ends: [Int32] = [-1, -1]
        #expect(pipe(&ends) == 0)
        defer { close(ends[0]) }
        let bench = try Bench(wake: ends[0])
        close(ends[1])
        #expect(try bench.events(0).isEmpty)
        #expect(bench.terminal.wakeDescriptor == nil, "it would turn every wait into a spin")
    }

    @Test(arguments: [SIGTERM, SIGINT])
    func anEndingSignalIsAnEvent(signal: Int32) throws {
        let bench = try Bench()
        // Twice two: each answered, so the guard against a stuck program does not strike.
        for _ in 0..<2 {
            kill(getpid(), signal)
            #expect(try bench.events(1_000) == [.terminate(signal)])
        }
        for _ in 0..<2 {
            kill(getpid(), signal)
            #expect(try bench.events(1_000) == [.terminate(signal)])
        }
    }

    @Test func aHangUpBySignalShowsNoMoreFramesButRestores() throws {
        let bench = try Bench()
        bench.settle()
        kill(getpid(), SIGHUP)
        #expect(try bench.events(1_000) == [.hangup])
        bench.raw = []
        var grid = Grid(size: bench.terminal.size)
        grid.fill(grid.bounds, with: "x", style: .plain)
        #expect(try bench.show(grid) == 0)
        #expect(bench.raw.isEmpty)
        bench.terminal.close()
        bench.settle()
        #expect(String(decoding: bench.raw, as: UTF8.self).contains("\u{1B}[?1049l"))
        #expect(bench.pty.modes.local & tcflag_t(ICANON) != 0)
        // Would end this process if closing had put the default action back.
        kill(getpid(), SIGHUP)
    }

    @Test func aTerminalThatClosedIsAHangUp() throws {
        let pty = try PseudoTerminal(columns: 80, rows: 24)
        let terminal = try CursesTerminal(CursesOptions(source: .descriptor(pty.slave), term: "xterm-256color"))
        pty.hangUp()
        #expect(try terminal.waitForEvents(timeoutMilliseconds: 1_000) == [.hangup])
        var grid = Grid(size: terminal.size)
        grid.fill(grid.bounds, with: "x", style: .plain)
        #expect(try terminal.present(grid, styles: StyleTable(), cursor: nil) == .sent(0))
    }

    @Test func continuingRepaintsEverything() throws {
        let bench = try Bench(columns: 20, rows: 3)
        var grid = Grid(size: bench.terminal.size)
        grid.put("abc", at: Position(column: 0, row: 0), style: .plain)
        try bench.show(grid)
        bench.screen = ScreenModel(columns: 20, rows: 3)
        kill(getpid(), SIGCONT)
        #expect(try bench.events(1_000) == [.repaint])
        try bench.show(grid)
        #expect(bench.screen.lines == ["abc", "", ""])
        #expect(bench.pty.modes.local & tcflag_t(ICANON) == 0)
    }

    @Test func aSlowTerminalHoldsFramesBackAndAsksForTheNewest() throws {
        let bench = try Bench(columns: 200, rows: 60)
        let size = bench.terminal.size
        var results: [PresentResult] = []
        for frame in 0..<40 {
            var grid = Grid(size: size)
            let text = String(repeating: "\(frame % 10)x", count: 100)
            for row in 0..<60 { grid.put(text, at: Position(column: 0, row: row), style: .plain) }
            results.append(try bench.terminal.present(grid, styles: StyleTable(), cursor: nil))
        }
        #expect(results.last == .heldBack)
        var events: [TerminalEvent] = []
        for _ in 0..<1_000 where events.isEmpty {
            bench.screen.feed(bench.pty.output())
            events = try bench.events(5)
        }
        #expect(events == [.repaint])
        var last = Grid(size: size)
        last.put("newest", at: Position(column: 0, row: 0), style: .plain)
        try bench.show(last)
        #expect(bench.screen.lines == last.lines())
    }

    @Test(arguments: [
        ("no-such-terminal", CursesError.unknownTerminal("no-such-terminal")), ("", .unknownTerminal("")),
        ("dumb", .tooSimple("dumb")),
    ])
    func anUnusableTypeIsASentence(term: String, expected: CursesError) throws {
        let pty = try PseudoTerminal(columns: 80, rows: 24)
        let before = pty.modes
        #expect(throws: expected) {
            try CursesTerminal(CursesOptions(source: .descriptor(pty.slave), term: term))
        }
        #expect(pty.modes.local == before.local)
        #expect(pty.output().isEmpty)
        #expect(expected.description.contains("TERM"))
    }

    @Test(
        arguments: [
            (nil, true), ("C.UTF-8", true), ("xx_YY.UTF-8", true), ("xx_YY.utf8@euro", true), ("C", false),
            ("POSIX", false),
            ("xx_YY.ISO-8859-1", false), ("", true),
        ] as [(String?, Bool)]
    )
    func encodingFollowsTheLocale(locale: String?, isUnicode: Bool) throws {
        let bench = try Bench(columns: 20, rows: 2, locale: locale)
        #expect(bench.terminal.supportsUnicode == isUnicode)
        #expect(bench.terminal.glyphs == (isUnicode ? .unicode : .ascii))
        // Also a grid of the other glyph set comes out readable.
        var grid = Grid(size: bench.terminal.size, glyphs: .unicode)
        grid.put("▲ 日─x", at: Position(column: 0, row: 0), style: .plain)
        try bench.show(grid)
        #expect(bench.screen.lines == [isUnicode ? "▲ 日─x" : "^ ? -x", ""])
    }

    @Test func aFileIsNoTerminal() throws {
        let file = open("/dev/null", O_RDWR)
        defer { close(file) }
        #expect(throws: CursesError.notATerminal) {
            try CursesTerminal(CursesOptions(source: .descriptor(file), term: "xterm"))
        }
    }
}
