import TerminalGrid
import TestSupport
import Testing

@Suite struct FramePacerTests {
    /// A line that takes so many bytes a second, and the loop that paints onto it, by a clock of their own.
    struct Line {
        var pacer: FramePacer
        var nowMs = 0.0
        var bytesPerSecond: Double
        var frameBytes: Int
        /// Bytes that the line has not taken.
        var pending = 0.0
        var pendingMost = 0.0
        /// Times at which frames went out.
        var sentMs: [Double] = []

        init(bytesPerSecond: Double, frameBytes: Int, framesPerSecond: Int = 10, bytesPerSecondMax: Int = 25_000) {
            pacer = FramePacer(framesPerSecond: framesPerSecond, bytesPerSecondMax: bytesPerSecondMax, nowMs: 0)
            self.bytesPerSecond = bytesPerSecond
            self.frameBytes = frameBytes
        }

        /// Runs the loop, a turn every 5 ms, while there is always something to paint.
        mutating func run(seconds: Double, keyEveryMs: Int? = nil) {
            let end = nowMs + seconds * 1000
            while nowMs < end {
                pending = max(0, pending - bytesPerSecond * 0.005)
                pacer.observe(isPending: pending > 0, nowMs: nowMs)
                if let keyEveryMs, Int(nowMs) % keyEveryMs == 0 { pacer.hurry() }
                if pacer.isDue(nowMs: nowMs) {
                    sentMs.append(nowMs)
                    pending += Double(frameBytes)
                    pendingMost = max(pendingMost, pending)
                    pacer.sent(bytes: frameBytes, nowMs: nowMs)
                } else {
                    pacer.heldBack(nowMs: nowMs)
                }
                nowMs += 5
            }
        }

        var figures: TerminalFigures { pacer.figures(nowMs: nowMs) }
    }

    @Test(arguments: [1, 2, 10, 30])
    func aFastLineGetsWhatIsWanted(framesPerSecond: Int) {
        var line = Line(bytesPerSecond: 1e7, frameBytes: 500, framesPerSecond: framesPerSecond)
        line.run(seconds: 20)
        // A turn of the loop every 5 ms rounds 33.3 ms up to 35.
        #expect(abs(line.sentMs.count - 20 * framesPerSecond) <= framesPerSecond)
        #expect(line.figures.framesPerSecond == framesPerSecond)
        #expect(line.figures.framesPerSecondWanted == framesPerSecond)
        #expect(line.figures.framesHeldBack == 0)
    }

    @Test(
        arguments: [
            // A frame takes 20 ms, 80 ms, 200 ms, 400 ms, two seconds of the line.
            (50_000.0, 10), (12_500, 5), (5_000, 2), (2_500, 1), (500, 1),
        ] as [(Double, Int)]
    )
    func theRateSettlesWhereTheLineKeepsUp(bytesPerSecond: Double, framesPerSecond: Int) {
        var line = Line(bytesPerSecond: bytesPerSecond, frameBytes: 1_000)
        line.run(seconds: 9)
        #expect(line.figures.framesPerSecond == framesPerSecond)
        #expect(line.pendingMost <= 1_000, "at most one frame waits")
    }

    @Test func theRateComesBackStepByStepWhenTheLineIsFastAgain() {
        var line = Line(bytesPerSecond: 500, frameBytes: 1_000)
        line.run(seconds: 9)
        #expect(line.figures.framesPerSecond == 1)
        line.bytesPerSecond = 1e6
        var rates: [Int] = []
        for _ in 0..<45 {
            line.run(seconds: 1)
            if rates.last != line.figures.framesPerSecond { rates.append(line.figures.framesPerSecond) }
        }
        #expect(rates == [1, 2, 5, 10])
    }

    @Test func moreBytesThanTheLineIsToCarryLowerTheRate() {
        // 3,000 bytes ten times a second are 30 KB/s, five times 15.
        var line = Line(bytesPerSecond: 1e9, frameBytes: 3_000)
        line.run(seconds: 4)
        #expect(line.figures.framesPerSecond == 5)
        line.run(seconds: 6)
        #expect(line.figures.framesPerSecond == 5)
        line.frameBytes = 300
        line.run(seconds: 11)
        #expect(line.figures.framesPerSecond == 10)
        var wide = Line(bytesPerSecond: 1e9, frameBytes: 3_000, bytesPerSecondMax: 100_000)
        wide.run(seconds: 10)
        #expect(wide.figures.framesPerSecond == 10)
    }

    @Test func aScreenDrawnWholeNowAndThenDoesNotLowerIt() {
        var line = Line(bytesPerSecond: 1e9, frameBytes: 800)
        for _ in 0..<5 {
            line.frameBytes = 30_000
            line.run(seconds: 0.1)
            line.frameBytes = 800
            line.run(seconds: 3)
        }
        #expect(line.figures.framesPerSecond == 10)
    }

    @Test func aKeyIsAnsweredAtOnceWhateverTheRate() {
        var pacer = FramePacer(framesPerSecond: 1, nowMs: 0)
        pacer.sent(bytes: 100, nowMs: 0)
        #expect(!pacer.isDue(nowMs: 10))
        #expect(pacer.waitMs(nowMs: 10) == 990)
        pacer.hurry()
        #expect(pacer.isDue(nowMs: 10))
        #expect(pacer.waitMs(nowMs: 10) == 0)
        pacer.sent(bytes: 100, nowMs: 10)
        #expect(!pacer.isDue(nowMs: 20), "one key, one frame")
    }

    @Test func notEvenAKeyIsAnsweredBehindAFrameThatWaits() {
        var pacer = FramePacer(framesPerSecond: 10, nowMs: 0)
        pacer.sent(bytes: 100, nowMs: 0)
        pacer.observe(isPending: true, nowMs: 1)
        pacer.hurry()
        #expect(!pacer.isDue(nowMs: 500))
        pacer.observe(isPending: false, nowMs: 501)
        #expect(pacer.isDue(nowMs: 501))
    }

    @Test func aFrameHeldBackIsDueAsSoonAsTheLineIsFree() {
        var pacer = FramePacer(framesPerSecond: 10, nowMs: 0)
        pacer.sent(bytes: 100, nowMs: 0)
        pacer.observe(isPending: true, nowMs: 1)
        pacer.heldBack(nowMs: 50)
        #expect(pacer.figures(nowMs: 50).framesHeldBack == 0, "it was not due yet")
        for nowMs in [100.0, 101, 102] { pacer.heldBack(nowMs: nowMs) }
        #expect(pacer.figures(nowMs: 102).framesHeldBack == 1)
        pacer.observe(isPending: false, nowMs: 103)
        #expect(pacer.isDue(nowMs: 103))
    }

    @Test func typingOnASlowLineNeverBuildsABacklog() {
        // `pv -qL 25K`, a key every 50 ms, a kilobyte for each answer.
        var line = Line(bytesPerSecond: 25_000, frameBytes: 1_000)
        line.run(seconds: 30, keyEveryMs: 50)
        #expect(line.pendingMost <= 1_000)
        let longest = zip(line.sentMs, line.sentMs.dropFirst()).map { $1 - $0 }.max() ?? 0
        #expect(longest <= 100, "a key waits for one frame and its own at most")
    }

    @Test func theFiguresAddUp() {
        var pacer = FramePacer(framesPerSecond: 10, nowMs: 1_000)
        #expect(pacer.figures(nowMs: 1_000).framesSent == 0)
        for (index, bytes) in [7_000, 0, 500, 1_500].enumerated() {
            pacer.sent(bytes: bytes, nowMs: 1_000 + Double(index) * 100)
        }
        pacer.sent(bytes: 0, nowMs: 1_500)
        pacer.observe(isPending: true, nowMs: 2_000)
        pacer.observe(isPending: true, nowMs: 2_250)
        var figures = pacer.figures(nowMs: 2_300)
        #expect(figures.framesSent == 3)
        #expect(figures.frameBytes == 1_500)
        #expect(figures.bytesTotal == 9_000)
        #expect(figures.bytesPerSecond == 900)
        #expect(figures.blockedMs == 300 && figures.blockedMsLongest == 300)
        pacer.observe(isPending: false, nowMs: 2_400)
        pacer.observe(isPending: true, nowMs: 3_000)
        pacer.observe(isPending: false, nowMs: 3_010)
        figures = pacer.figures(nowMs: 3_010)
        #expect(figures.blockedMs == 410 && figures.blockedMsLongest == 400)
        figures = pacer.figures(nowMs: 12_000)
        #expect(figures.bytesPerSecond == 0, "the bytes are more than ten seconds old")
        #expect(figures.bytesTotal == 9_000)
    }

    @Test func aLineThatTakesNothingForAMinuteIsNoticedMeanwhile() {
        var line = Line(bytesPerSecond: 0, frameBytes: 1_000)
        line.run(seconds: 60)
        #expect(line.sentMs.count == 1)
        #expect(line.figures.framesPerSecond == 1)
        #expect(line.figures.blockedMs >= 59_000)
        #expect(line.figures.framesHeldBack >= 50)
    }

    @Test(arguments: [UInt64](1...20))
    func anyHistoryKeepsTheRateInItsBoundsAndTheFiguresSane(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let wanted = Int.random(in: 0...60, using: &random)
        var pacer = FramePacer(
            framesPerSecond: wanted,
            bytesPerSecondMax: .random(in: -5...9_000, using: &random),
            nowMs: 0
        )
        var nowMs = 0.0
        for _ in 0..<2_000 {
            // Now and then the clock jumps, also backwards.
            nowMs += Double.random(in: 0...1, using: &random) < 0.02 ? .random(in: -1e5...1e7, using: &random) : 20
            switch Int.random(in: 0..<4, using: &random) {
            case 0: pacer.observe(isPending: .random(using: &random), nowMs: nowMs)
            case 1: pacer.heldBack(nowMs: nowMs)
            case 2: pacer.hurry()
            default:
                if pacer.isDue(nowMs: nowMs) { pacer.sent(bytes: .random(in: 0...9_999, using: &random), nowMs: nowMs) }
            }
            let figures = pacer.figures(nowMs: nowMs)
            #expect((1...max(1, wanted)).contains(figures.framesPerSecond), "seed \(seed)")
            #expect(figures.bytesPerSecond >= 0 && figures.blockedMs >= 0, "seed \(seed)")
            #expect(figures.blockedMsLongest <= figures.blockedMs + 1, "seed \(seed)")
            #expect(pacer.waitMs(nowMs: nowMs) >= 0, "seed \(seed)")
        }
    }
}
