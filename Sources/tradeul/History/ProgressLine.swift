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

    /// Pause between two redraws on a terminal, ns.
    private static let redrawNs: Int64 = 100_000_000
    /// Pause between two lines where they pile up (a file, a log), ns.
    private static let pauseNs: Int64 = 10_000_000_000

    private let isTerminal: Bool
    private let state = Mutex(State())

    /// A line; redrawn in place when standard error is a terminal.
    init(isTerminal: Bool = isatty(STDERR_FILENO) == 1) { self.isTerminal = isTerminal }

    /// Shows a status; `detail` says more about the step under way.
    func show(_ status: BackfillStatus, detail: String = "") {
        let now = MonotonicTime.now()
        state.withLock { state in
            let phase = BackfillText.phase(status.phase)
            let isNew = phase != state.last
            guard isNew || now.nanoseconds(since: state.lastAt) >= (isTerminal ? Self.redrawNs : Self.pauseNs) else {
                return
            }
            state.last = phase
            state.lastAt = now
            guard isTerminal else {
                Console.error(BackfillText.progress(status, detail: detail, width: 200))
                return
            }
            let text = BackfillText.progress(status, detail: detail, width: Self.width() - 1)
            Console.raw("\r" + Console.printable(text) + "\u{1B}[K")
            state.isShown = true
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
