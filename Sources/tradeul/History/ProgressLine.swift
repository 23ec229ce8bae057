import EngineAPI
import Glibc
import MarketTime
import Network
import Synchronization

/// A backfill's progress on standard error: one line redrawn on a terminal, now and then a line elsewhere.
///
/// `state` is guarded by its mutex.
final class ProgressLine: Sendable {
    private struct State {
        var isShown = false
        var last = ""
        var lastAt = Instant.epoch
    }

    /// Pause between two lines where they pile up (a file, a log), ns.
    private static let pauseNs: Int64 = 10_000_000_000

    private let isTerminal: Bool
    private let state = Mutex(State())

    /// A line; redrawn in place when standard error is a terminal.
    init(isTerminal: Bool = isatty(STDERR_FILENO) == 1) { self.isTerminal = isTerminal }

    /// Shows a status.
    func show(_ status: BackfillStatus) {
        let now = MonotonicTime.now()
        state.withLock { state in
            let phase = BackfillText.phase(status.phase)
            if isTerminal {
                Console.raw(
                    "\r" + Console.printable(BackfillText.progress(status, width: Self.width() - 1)) + "\u{1B}[K"
                )
                state.isShown = true
            } else if phase != state.last || now.nanoseconds(since: state.lastAt) >= Self.pauseNs {
                Console.error(BackfillText.progress(status, width: 200))
                state.lastAt = now
            }
            state.last = phase
        }
    }

    /// Ends the line, so that what follows stands on its own.
    func end() {
        state.withLock { state in
            if state.isShown { Console.raw("\n") }
            state.isShown = false
        }
    }

    private static func width() -> Int {
        var size = winsize()
        guard ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 20 else { return 80 }
        return Int(size.ws_col)
    }
}
