import Dispatch
package import EngineAPI
import Synchronization

/// Writes trades behind the engine's back: one serial queue, so that no disk holds up the tape.
///
/// At most ``rowsMax`` trades wait, then the oldest are dropped and counted: trades are a record, not the truth that RVOL
/// rests on. What cannot be written is tried again with the next trades, at the earliest after ``pauseMs``.
package final class TickWriter: Sendable {
    /// Trades that may wait.
    package static let rowsMax = 200_000
    /// Real time between two tries after a failure, ms.
    package static let pauseMs = 5000

    private struct Shared: Sendable {
        var batches: [TickRows] = []
        var waiting = 0
        var dropped = 0
        var hasFailed = false
        var isPausing = false
    }

    private let store: any TickStore
    private let schedule: StoreWriter.Schedule
    private let onFailure: @Sendable (String) -> Void
    private let queue = DispatchQueue(label: "tradeul.tick-writer")
    private let state = Mutex(Shared())

    /// A writer to a store that may block; `onFailure` gets a sentence once when writing begins to fail.
    package init(
        store: any TickStore,
        schedule: @escaping StoreWriter.Schedule = StoreWriter.afterPause,
        onFailure: @escaping @Sendable (String) -> Void
    ) {
        self.store = store
        self.schedule = schedule
        self.onFailure = onFailure
    }

    /// Trades dropped because the store failed for too long.
    package var dropped: Int { state.withLock { $0.dropped } }

    /// Takes trades over and returns at once; never throws.
    package func write(_ ticks: TickRows) {
        guard ticks.count > 0 else { return }
        let isDue = state.withLock { state in
            state.batches.append(ticks)
            state.waiting += ticks.count
            while state.waiting > Self.rowsMax, state.batches.count > 1 {
                let oldest = state.batches.removeFirst().count
                state.waiting -= oldest
                state.dropped += oldest
            }
            return !state.isPausing
        }
        if isDue { queue.async { self.drain() } }
    }

    /// Tries at once, and waits until everything is stored or `milliseconds` have passed; true when everything is.
    package func flush(milliseconds: Int) -> Bool {
        let done = DispatchSemaphore(value: 0)
        queue.async {
            self.drain()
            done.signal()
        }
        let inTime = done.wait(timeout: .now() + .milliseconds(max(0, milliseconds))) == .success
        return inTime && state.withLock { $0.waiting == 0 }
    }

    private func goOn() {
        state.withLock { $0.isPausing = false }
        queue.async { self.drain() }
    }

    private func drain() {
        while let batch = state.withLock({ $0.batches.first }) {
            do {
                try store.write(batch)
                state.withLock { state in
                    state.hasFailed = false
                    state.isPausing = false
                    // The oldest may have been dropped meanwhile, and is the one that was written.
                    if let first = state.batches.first, first.time == batch.time, first.symbol == batch.symbol {
                        state.waiting -= state.batches.removeFirst().count
                    }
                }
            } catch {
                let isFirst = state.withLock { state in
                    defer { state.hasFailed = true }
                    state.isPausing = true
                    return !state.hasFailed
                }
                if isFirst { onFailure((error as? StoreError)?.sentence ?? "\(error)") }
                schedule(Self.pauseMs) { [weak self] in self?.goOn() }
                return
            }
        }
    }
}
