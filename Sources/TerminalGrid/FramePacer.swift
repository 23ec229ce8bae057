/// When the next frame may go out: as often as wanted while the line carries it, less often while it does not.
///
/// A slow terminal (ssh over a thin line) shows itself in two ways: it leaves a frame untaken for longer than
/// `patienceMs`, or the frames add up to more bytes than the line is to carry. Either takes the rate one step down,
/// 10 → 5 → 2 → 1 frames a second, at most one step a second, so that a step can show its effect; ten seconds without
/// either take it one step up. A frame is never due while the terminal has not taken the one before, so no backlog
/// builds up behind which a key's answer would wait. A key makes the next frame due at once, whatever the rate.
///
/// A value; time comes from outside, in milliseconds of a monotonic clock.
package struct FramePacer: Hashable, Sendable {
    /// What is sent at most on average unless told otherwise, in bytes a second: a line of 200 kbit/s.
    package static let bytesPerSecondDefault = 25_000
    /// How long the terminal may hold a frame at ten frames a second, in milliseconds: half of the time of a frame.
    static let patienceMs = 50.0
    /// Time without trouble after which the rate goes up again, in milliseconds.
    static let cleanMs = 10_000.0
    /// Shortest time between two steps down, in milliseconds.
    static let stepMs = 1_000.0
    /// Time over which bytes are held against their limit, in milliseconds: a screen drawn whole fits in.
    static let budgetMs = 3_000.0

    private static let slowerRates = [10, 5, 2, 1]

    /// Frames a second, the wanted rate first, then what it is lowered to.
    private let rates: [Int]
    private let bytesPerSecondMax: Int
    private var step = 0
    private var lastStepMs = -Double.infinity
    private var lastTroubleMs: Double
    private var budgetStartMs: Double
    private var budgetBytes = 0

    private var lastFrameMs = -Double.infinity
    /// A key waits for its answer, or a frame that was held back for its turn.
    private var isUrgent = false
    /// Since when the terminal has not taken the last frame.
    private var blockedSinceMs: Double?
    private var lastHeldBackMs = -Double.infinity
    private var total = TerminalFigures()
    private var blockedMs = 0.0
    private var blockedMsLongest = 0.0
    /// Bytes of the last ten seconds, second by second.
    private var seconds = [Int](repeating: 0, count: 10)
    /// The second that `seconds` ends with, counted from 0 of the clock.
    private var newestSecond: Int

    /// A pacer before the first frame, which is due.
    ///
    /// - Parameters:
    ///   - framesPerSecond: What is wanted, ≥ 1.
    ///   - bytesPerSecondMax: What is sent at most on average over three seconds, ≥ 1.
    package init(
        framesPerSecond: Int,
        bytesPerSecondMax: Int = FramePacer.bytesPerSecondDefault,
        nowMs: Double
    ) {
        let wanted = max(1, framesPerSecond)
        rates = [wanted] + Self.slowerRates.filter { $0 < wanted }
        self.bytesPerSecondMax = max(1, bytesPerSecondMax)
        lastTroubleMs = nowMs
        budgetStartMs = nowMs
        newestSecond = Self.second(nowMs)
    }

    /// Frames a second that go out at most now.
    package var framesPerSecond: Int { rates[step] }

    /// The trader did something and waits for the answer: the next frame is due at once.
    package mutating func hurry() { isUrgent = true }

    /// The terminal's state as just seen: whether it still has bytes to take.
    ///
    /// Told in every turn of the loop, so that a terminal that takes nothing is noticed while it does not.
    package mutating func observe(isPending: Bool, nowMs: Double) {
        if let since = blockedSinceMs {
            let blocked = max(0, nowMs - since)
            if blocked > toleratedMs { trouble(nowMs) }
            blockedMsLongest = max(blockedMsLongest, blocked)
            if !isPending {
                blockedMs += blocked
                blockedSinceMs = nil
            }
        } else if isPending {
            blockedSinceMs = nowMs
        }
        if nowMs - lastTroubleMs >= Self.cleanMs {
            lastTroubleMs = nowMs
            step = max(0, step - 1)
        }
    }

    /// Whether a frame may go out, if the owner has one.
    ///
    /// Never while the terminal has bytes to take.
    package func isDue(nowMs: Double) -> Bool { blockedSinceMs == nil && nowMs >= dueMs }

    /// Milliseconds until a frame may go out as far as the rate is concerned, 0 when that is now.
    ///
    /// While the terminal has bytes to take, the end of that is what to wait for.
    package func waitMs(nowMs: Double) -> Double { max(0, dueMs - nowMs) }

    /// A frame would have been due, but the terminal had not taken the one before; the next one is due as soon as it has.
    ///
    /// Counted once in the time of a frame.
    package mutating func heldBack(nowMs: Double) {
        guard blockedSinceMs != nil, nowMs >= dueMs else { return }
        if nowMs - lastHeldBackMs >= intervalMs {
            lastHeldBackMs = nowMs
            total.framesHeldBack += 1
        }
        isUrgent = true
    }

    /// A frame of so many bytes, 0 when nothing differed, was handed to the terminal.
    package mutating func sent(bytes: Int, nowMs: Double) {
        lastFrameMs = nowMs
        isUrgent = false
        guard bytes > 0 else { return }
        total.framesSent += 1
        total.frameBytes = bytes
        total.bytesTotal += bytes
        advance(to: nowMs)
        seconds[newestSecond % seconds.count] += bytes
        if nowMs - budgetStartMs >= Self.budgetMs { (budgetStartMs, budgetBytes) = (nowMs, 0) }
        budgetBytes += bytes
        if Double(budgetBytes) > Double(bytesPerSecondMax) * Self.budgetMs / 1000 {
            (budgetStartMs, budgetBytes) = (nowMs, 0)
            trouble(nowMs)
        }
    }

    /// How the terminal has taken frames so far.
    package func figures(nowMs: Double) -> TerminalFigures {
        var present = self
        present.advance(to: nowMs)
        var figures = total
        figures.framesPerSecond = framesPerSecond
        figures.framesPerSecondWanted = rates[0]
        figures.bytesPerSecond = present.seconds.reduce(0, +) / seconds.count
        let blocked = blockedSinceMs.map { max(0, nowMs - $0) } ?? 0
        figures.blockedMs = Int(blockedMs + blocked)
        figures.blockedMsLongest = Int(max(blockedMsLongest, blocked))
        return figures
    }

    private var intervalMs: Double { 1000 / Double(framesPerSecond) }
    private var dueMs: Double { isUrgent ? -.infinity : lastFrameMs + intervalMs }
    /// A terminal that takes a frame within half of a frame's time keeps up.
    private var toleratedMs: Double { max(Self.patienceMs, intervalMs / 2) }

    private mutating func trouble(_ nowMs: Double) {
        lastTroubleMs = nowMs
        guard nowMs - lastStepMs >= Self.stepMs else { return }
        lastStepMs = nowMs
        step = min(rates.count - 1, step + 1)
    }

    /// Empties the seconds that have begun since the last call.
    private mutating func advance(to nowMs: Double) {
        let now = Self.second(nowMs)
        guard now > newestSecond else { return }
        for second in max(newestSecond + 1, now - seconds.count + 1)...now { seconds[second % seconds.count] = 0 }
        newestSecond = now
    }

    /// Clock seconds, bounded so that a broken clock cannot trap.
    private static func second(_ nowMs: Double) -> Int { Int(min(max(0, nowMs / 1000), 1e12)) }
}
