import Dispatch
package import EngineAPI
import Synchronization

/// Writes slots behind the engine's back: one serial queue, so a locked or full disk never holds up a caller or loses a row.
///
/// Stands in for the store it wraps. What cannot be written waits, merged by day (``StoreWriterState/maxPendingDays``
/// at most), and is tried again with growing pauses until it is stored.
package final class StoreWriter: EngineStore {
    /// Calls `work` after a pause in milliseconds: the seam for tests, in place of a clock.
    package typealias Schedule = @Sendable (_ pauseMs: Int, _ work: @escaping @Sendable () -> Void) -> Void

    private let store: any EngineStore
    private let schedule: Schedule
    private let onState: @Sendable (StoreState) -> Void
    private let queue = DispatchQueue(label: "tradeul.store-writer")
    private let state = Mutex(Shared())

    /// Guarded by `state`.
    private struct Shared: Sendable {
        var writer = StoreWriterState()
        var waiters: [DispatchSemaphore] = []
        /// The last try failed in a way that no further try mends.
        var hasGivenUp = false
    }

    /// A writer to a store that may block.
    ///
    /// `onState` is called on the writer's queue, once per change, and must not call the writer.
    package init(
        store: any EngineStore,
        schedule: @escaping Schedule = StoreWriter.afterPause,
        onState: @escaping @Sendable (StoreState) -> Void
    ) {
        self.store = store
        self.schedule = schedule
        self.onState = onState
    }

    /// Waits in real time, which no clock change moves.
    package static let afterPause: Schedule = { pauseMs, work in
        DispatchQueue.global().asyncAfter(deadline: .now() + .milliseconds(pauseMs), execute: work)
    }

    /// Rows dropped because the store failed for too many days.
    package var droppedRowCount: Int { state.withLock { $0.writer.droppedRows } }

    /// Whether rows wait to be written.
    package var hasPendingRows: Bool { state.withLock { !$0.writer.isIdle } }

    /// Reads through; rows that still wait are not part of the answer.
    ///
    /// - Throws: ``StoreError``.
    package func loadHistory(_ request: HistoryRequest) throws -> HistoryLoad { try store.loadHistory(request) }

    /// Takes rows over and returns at once; never throws.
    ///
    /// Only a caller that writes more days than may wait, to a store that is well, is held up while they are written.
    package func write(_ rows: SlotRows, source: SlotSource) {
        guard !rows.symbols.isEmpty else { return }
        if state.withLock({ $0.writer.mustWait(rows.day) }) { queue.sync { drain() } }
        let isDue = state.withLock { state in
            state.writer.submit(rows, source: source)
            return !state.writer.isRetryScheduled
        }
        if isDue { queue.async { self.drain() } }
    }

    /// Tries at once, and waits until everything is stored or `milliseconds` have passed; true when everything is.
    ///
    /// Does not wait for what only the trader can mend.
    package func flush(milliseconds: Int) -> Bool {
        let waiter = DispatchSemaphore(value: 0)
        state.withLock { state in
            state.waiters.append(waiter)
            state.writer.flushes += 1
        }
        queue.async { self.drain() }
        let inTime = waiter.wait(timeout: .now() + .milliseconds(max(0, milliseconds))) == .success
        return state.withLock { state in
            state.writer.flushes -= 1
            state.waiters.removeAll { $0 === waiter }
            return (inTime && !state.hasGivenUp) || state.writer.isIdle
        }
    }

    /// Writes batch after batch until none waits or one fails.
    private func drain() {
        // Whoever begins to wait while this try is under way has one of his own coming.
        let waiting = state.withLock { $0.waiters }
        while let batch = state.withLock({ $0.writer.next() }) {
            do {
                try store.write(batch.rows, source: batch.source)
                let news = state.withLock { state in
                    state.hasGivenUp = false
                    return state.writer.succeeded()
                }
                if let news { onState(news) }
            } catch {
                let (news, retry) = state.withLock { state in
                    let outcome = state.writer.failed(error)
                    return (outcome.state, outcome.retryMs.map { (pauseMs: $0, number: state.writer.scheduleRetry()) })
                }
                if let news { onState(news) }
                guard let retry else { return giveUp(waiting) }
                schedule(retry.pauseMs) { [weak self] in self?.drain(retry: retry.number) }
                return
            }
        }
        let waiters = state.withLock { $0.writer.isIdle ? $0.waiters : [] }
        for waiter in waiters { waiter.signal() }
    }

    /// Lets nobody wait for a try that will not come.
    private func giveUp(_ waiters: [DispatchSemaphore]) {
        state.withLock { $0.hasGivenUp = true }
        for waiter in waiters { waiter.signal() }
    }

    /// Drains unless a later retry has been scheduled meanwhile: every failed try would otherwise start a chain.
    private func drain(retry number: Int) {
        guard state.withLock({ $0.writer.beginRetry(number) }) else { return }
        queue.async { self.drain() }
    }
}
