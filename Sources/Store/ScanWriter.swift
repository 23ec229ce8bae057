import Dispatch
package import EngineAPI
package import MarketTime
import Synchronization

/// Writes lists and the why-log behind the engine's back: one serial queue, so that no disk holds up a scan.
///
/// At most ``rowsMax`` rows wait, then the oldest batches are dropped and counted, and the trader is told once: the next
/// full set of each list, a minute of market time later at most, makes good what a dropped change said. What cannot be written is
/// tried again with the next rows, at the earliest after ``pauseMs``.
package final class ScanWriter: ScanStore {
    /// Rows of lists and entries of the why-log that may wait.
    package static let rowsMax = 100_000
    /// Real time between two tries after a failure, ms.
    package static let pauseMs = 5000

    private enum Batch: Sendable {
        case records(ScanRecords)
        case events([ScanEvent], DayID)

        /// Never 0: a set of a list nobody is on takes its place too.
        var rows: Int {
            switch self {
            case .records(let records): max(1, records.count)
            case .events(let events, _): max(1, events.count)
            }
        }
    }

    /// Guarded by `state`.
    private struct Shared: Sendable {
        /// What waits, oldest first, each with its place in the order of arrival.
        var batches: [(number: UInt64, batch: Batch)] = []
        var next: UInt64 = 0
        var waiting = 0
        var dropped = 0
        var hasSaidDropped = false
        var hasFailed = false
        var isPausing = false
    }

    private let store: any ScanStore
    private let schedule: StoreWriter.Schedule
    private let onTrouble: @Sendable (String) -> Void
    private let queue = DispatchQueue(label: "tradeul.scan-writer")
    private let state = Mutex(Shared())

    /// A writer to a store that may block; `onTrouble` gets a sentence once when writing begins to fail, and once when
    /// rows begin to be dropped.
    package init(
        store: any ScanStore,
        schedule: @escaping StoreWriter.Schedule = StoreWriter.afterPause,
        onTrouble: @escaping @Sendable (String) -> Void
    ) {
        self.store = store
        self.schedule = schedule
        self.onTrouble = onTrouble
    }

    /// Rows dropped because the store was too slow or failed for too long.
    package var dropped: Int { state.withLock { $0.dropped } }

    /// Takes records over and returns at once; never throws.
    package func write(_ records: ScanRecords) {
        if records.count > 0 || !records.fullLists.isEmpty { add(.records(records)) }
    }

    /// Takes entries of the why-log over and returns at once; never throws.
    package func write(_ events: [ScanEvent], day: DayID) {
        if !events.isEmpty { add(.events(events, day)) }
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

    private func add(_ batch: Batch) {
        let (isDue, sentence) = state.withLock { state -> (Bool, String?) in
            state.batches.append((state.next, batch))
            state.next += 1
            state.waiting += batch.rows
            var dropped = 0
            while state.waiting > Self.rowsMax, state.batches.count > 1 {
                let oldest = state.batches.removeFirst().batch.rows
                state.waiting -= oldest
                dropped += oldest
            }
            state.dropped += dropped
            let isNews = dropped > 0 && !state.hasSaidDropped
            if isNews { state.hasSaidDropped = true }
            return (!state.isPausing, isNews ? Self.droppedSentence : nil)
        }
        if let sentence { onTrouble(sentence) }
        if isDue { queue.async { self.drain() } }
    }

    private static let droppedSentence =
        "the history file is too slow for the lists: some of what was on them is not stored; the next full set of each is"

    private func goOn() {
        state.withLock { $0.isPausing = false }
        queue.async { self.drain() }
    }

    /// Writes batch after batch until none waits or one fails; on the queue only.
    private func drain() {
        while let (number, batch) = state.withLock({ $0.batches.first }) {
            do {
                switch batch {
                case .records(let records): try store.write(records)
                case .events(let events, let day): try store.write(events, day: day)
                }
                state.withLock { state in
                    state.hasFailed = false
                    state.isPausing = false
                    // It may have been dropped while it was being written.
                    if state.batches.first?.number == number { state.waiting -= state.batches.removeFirst().batch.rows }
                    if state.batches.isEmpty { state.hasSaidDropped = false }
                }
            } catch {
                let (isFirst, isScheduled) = state.withLock { state in
                    defer {
                        state.hasFailed = true
                        state.isPausing = true
                    }
                    return (!state.hasFailed, state.isPausing)
                }
                if isFirst { onTrouble((error as? StoreError)?.sentence ?? "\(error)") }
                if !isScheduled { schedule(Self.pauseMs) { [weak self] in self?.goOn() } }
                return
            }
        }
    }
}
