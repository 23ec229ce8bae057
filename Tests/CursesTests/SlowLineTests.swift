import Glibc
import TerminalGrid
import TestSupport
import Testing

@testable import Curses

/// A terminal at the other end of a line that is thin, stuck or full of changes.
extension CursesTerminalTests {
    /// Sends this very thread a signal: its handler has run when this returns.
    static func raise(_ signal: Int32) { pthread_kill(pthread_self(), signal) }

    static func full(_ size: Size, with text: String) -> Grid {
        var grid = Grid(size: size)
        let line = String(repeating: text, count: size.columns / max(1, text.count) + 1)
        for row in 0..<size.rows { grid.put(line, at: Position(column: 0, row: row), style: .plain) }
        return grid
    }

    /// Presents frames nobody reads until one is held back.
    static func block(_ bench: Bench) throws {
        for frame in 0..<10_000 {
            let grid = full(bench.terminal.size, with: "\(frame % 10)z")
            if try bench.terminal.present(grid, styles: StyleTable(), cursor: nil) == .heldBack { break }
        }
        #expect(bench.terminal.hasPendingOutput)
    }

    /// Whether an event comes, among those that tell of the system moving bytes on.
    static func hears(_ event: TerminalEvent, _ bench: Bench) throws -> Bool {
        for _ in 0..<100 {
            let events = try bench.events(1_000).filter { $0 != .drained && $0 != .repaint }
            if !events.isEmpty { return events == [event] }
        }
        return false
    }

    @Test func aLineOf25KilobytesASecondNeverHasMoreThanOneFrameToTake() throws {
        let bench = try Bench(columns: 200, rows: 60)
        let size = bench.terminal.size
        var pacer = FramePacer(framesPerSecond: 10, nowMs: 0)
        var largest = 0
        var shown = 0
        // A turn every 10 ms of a clock of our own: the reader takes 250 bytes, every fifth turn a key is pressed.
        for turn in 0..<3_000 {
            let nowMs = Double(turn) * 10
            bench.raw += bench.pty.output(atMost: 250)
            _ = try bench.events(0)
            pacer.observe(isPending: bench.terminal.hasPendingOutput, nowMs: nowMs)
            if turn % 5 == 0 { pacer.hurry() }
            guard pacer.isDue(nowMs: nowMs) else {
                pacer.heldBack(nowMs: nowMs)
                continue
            }
            let grid = Self.full(size, with: "\(turn % 7)x")
            guard case .sent(let count) = try bench.terminal.present(grid, styles: StyleTable(), cursor: nil) else {
                Issue.record("a frame that was due is not held back")
                continue
            }
            #expect(bench.terminal.port.pendingBytes <= count)
            largest = max(largest, count)
            shown += 1
            pacer.sent(bytes: count, nowMs: nowMs)
            pacer.observe(isPending: bench.terminal.hasPendingOutput, nowMs: nowMs)
        }
        #expect(largest > 8_000, "the frames are larger than what the line takes in a third of a second")
        #expect(shown > 3 && shown < 100)
        #expect(pacer.figures(nowMs: 30_000).framesPerSecond < 10)
        #expect(pacer.figures(nowMs: 30_000).framesHeldBack > 0)
    }

    @Test func aTerminalNobodyReadsKeepsOneFrameAndStillHearsEverything() throws {
        var ends: [Int32] = [-1, -1]
        #expect(pipe(&ends) == 0)
        defer { for end in ends { close(end) } }
        _ = fcntl(ends[0], F_SETFL, O_NONBLOCK)
        let bench = try Bench(columns: 200, rows: 60, wake: ends[0])
        let size = bench.terminal.size
        var largest = 0
        // A minute of frames, bells and news from the engine.
        for frame in 0..<600 {
            let grid = Self.full(size, with: "\(frame % 10)y")
            let result = try bench.terminal.present(grid, styles: StyleTable(), cursor: nil)
            if case .sent(let count) = result { largest = max(largest, count) }
            let waiting = bench.terminal.port.pendingBytes
            #expect(waiting <= largest)
            bench.terminal.bell()
            #expect(waiting == 0 || bench.terminal.port.pendingBytes <= waiting, "bells do not pile up")
            if frame % 100 == 99 {
                _ = write(ends[1], "x", 1)
                #expect(try Self.hears(.wake, bench))
                bench.pty.type("j")
                #expect(try Self.hears(.key(.character("j")), bench))
            }
        }
        try Self.block(bench)
        Self.raise(SIGTERM)
        #expect(try Self.hears(.terminate(SIGTERM), bench))
        bench.terminal.close(leaving: "the last screen\n")
        #expect(bench.pty.modes.local & tcflag_t(ICANON) != 0)
    }

    @Test func takingWhatWaitedIsAnEvent() throws {
        let bench = try Bench(columns: 200, rows: 60)
        // The system takes some frames into buffers of its own.
        for frame in 0..<100 where !bench.terminal.hasPendingOutput {
            let grid = Self.full(bench.terminal.size, with: "\(frame % 10)z")
            _ = try bench.terminal.present(grid, styles: StyleTable(), cursor: nil)
        }
        #expect(bench.terminal.hasPendingOutput)
        var events: [TerminalEvent] = []
        for _ in 0..<1_000 where events.isEmpty {
            bench.take()
            events = try bench.events(5)
        }
        #expect(events == [.drained])
        #expect(!bench.terminal.hasPendingOutput)
    }

    @Test func aStormOfSizesLeavesOneCleanFrame() throws {
        let bench = try Bench(columns: 80, rows: 24)
        var nowMs = 1_000
        bench.terminal.clock = { nowMs }
        try bench.show(Self.full(bench.terminal.size, with: "a"))
        var events: [TerminalEvent] = []
        var frames = 0
        // A hundred sizes in a second, while the owner goes on painting.
        for step in 1...100 {
            bench.pty.resize(columns: 80 + step % 60, rows: 24 + step % 20)
            Self.raise(SIGWINCH)
            events += try bench.events(0)
            if try bench.show(Self.full(bench.terminal.size, with: "b")) > 0 { frames += 1 }
            nowMs += 10
        }
        bench.pty.resize(columns: 100, rows: 30)
        Self.raise(SIGWINCH)
        events += try bench.events(0)
        #expect(events.isEmpty && frames == 0)
        nowMs += 50
        #expect(try bench.events(0) == [.resize(Size(columns: 100, rows: 30))])
        bench.screen = ScreenModel(columns: 100, rows: 30)
        let grid = Self.full(bench.terminal.size, with: "c")
        #expect(try bench.show(grid) > 0)
        #expect(bench.screen.lines == grid.lines())
        nowMs += 1_000
        #expect(try bench.events(0).isEmpty, "one size, one event")
        #expect(try bench.show(grid) == 0)
    }

    @Test func aStormWithoutAnEndIsShownNowAndThen() throws {
        let bench = try Bench(columns: 80, rows: 24)
        var nowMs = 1_000
        bench.terminal.clock = { nowMs }
        var events: [TerminalEvent] = []
        for step in 1...500 {
            bench.pty.resize(columns: 80 + step % 7, rows: 24)
            Self.raise(SIGWINCH)
            events += try bench.events(0)
            nowMs += 20
        }
        #expect((3...6).contains(events.count), "ten seconds: \(events)")
    }

    @Test func aFrameRefusedDuringAChangeOfNothingIsAskedForAgain() throws {
        let bench = try Bench(columns: 80, rows: 24)
        var nowMs = 1_000
        bench.terminal.clock = { nowMs }
        Self.raise(SIGWINCH)
        #expect(try bench.events(0).isEmpty)
        let grid = Self.full(bench.terminal.size, with: "d")
        #expect(try bench.terminal.present(grid, styles: StyleTable(), cursor: nil) == .heldBack)
        nowMs += 50
        #expect(try bench.events(0) == [.repaint])
        #expect(try bench.show(grid) > 0)
    }

    @Test func aFrameInWhichOnlyTheClockMovesCostsAFewBytesAndAnEqualOneNone() throws {
        let bench = try Bench(columns: 120, rows: 36)
        var styles = StyleTable()
        let dim = styles.intern(Style(foreground: .indexed(250), background: .indexed(236)))
        var grid = Self.table(columns: 120, rows: 36, tick: 0, styles: &styles)
        try bench.show(grid, styles: styles)
        for second in 0..<120 {
            let clock = "09:\(30 + second / 60):\(second % 60 / 10)\(second % 10) ET"
            grid.put(clock, at: Position(column: 100, row: 0), style: dim)
            let bytes = try bench.show(grid, styles: styles)
            #expect(bytes > 0 && bytes <= 60, "\(clock): \(bytes) bytes")
            #expect(try bench.show(grid, styles: styles) == 0)
        }
    }

    @Test func noColourIsEverRedefined() throws {
        let bench = try Bench(columns: 80, rows: 24)
        var styles = StyleTable()
        var grid = Grid(size: bench.terminal.size)
        for index in 0..<256 {
            let id = styles.intern(
                Style(foreground: .indexed(UInt8(index)), background: .indexed(UInt8(255 - index)))
            )
            grid.put("x", at: Position(column: index % 80, row: index / 80), style: id)
        }
        try bench.show(grid, styles: styles)
        bench.terminal.invalidate()
        try bench.show(grid, styles: styles)
        bench.terminal.close()
        bench.take()
        let text = String(decoding: bench.raw, as: UTF8.self)
        #expect(text.contains("38;5;200"), "the colours are there")
        // `initc`, `oc` and the Linux console's way of both.
        for sequence in ["\u{1B}]4;", "\u{1B}]104", "\u{1B}]P", "\u{1B}]R", "\u{1B}]1"] {
            #expect(!text.contains(sequence))
        }
    }
}
