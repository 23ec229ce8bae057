import Analytics
import EngineAPI
import MarketData

/// Events of the stream that wait for the engine, at most ``eventsMax``: what comes beyond that has been put together.
///
/// Part of the host's inbox and guarded by its mutex. Putting together takes milliseconds and is done outside: what waits
/// is taken out, and what has become of it is put back before whatever has come meanwhile.
struct StreamInbox: Sendable {
    /// Events that may wait; trades already summed count once per ticker.
    static let eventsMax = 65_536

    private(set) var batches: [StreamBatch] = []
    /// Rows in them.
    private(set) var waiting = 0
    /// For the status, since the start.
    private(set) var state = StreamQueueState()
    /// Events were put together since the batches were last drained.
    private(set) var hasConflated = false
    /// What waited is being put together.
    private var isConflating = false

    /// Takes a batch, of which so many trades have been left out as duplicates; returns what must be put together and
    /// handed to ``putBack(_:)``.
    mutating func add(_ batch: StreamBatch, duplicates: Int) -> [StreamBatch] {
        state.duplicates += duplicates
        waiting += Self.rows(batch)
        batches.append(batch)
        state.queuedMax = max(state.queuedMax, waiting)
        // Empty batches wait too, and must not without end.
        guard waiting > Self.eventsMax || batches.count > Self.eventsMax, !isConflating else { return [] }
        isConflating = true
        waiting = 0
        defer { batches = [] }
        return batches
    }

    /// Takes back what was put together, in its place before all others.
    ///
    /// A vendor that invents tickers could fill it with those alone; what is still more than may wait is left out.
    mutating func putBack(_ result: StreamConflation.Result) {
        isConflating = false
        hasConflated = true
        state.conflatedTrades += result.conflatedTrades
        state.replaced += result.replaced
        state.duplicates += result.duplicates
        state.dropped += result.refused
        let rows = Self.rows(result.batch)
        guard rows <= Self.eventsMax else {
            state.dropped += result.batch.eventCount
            return
        }
        waiting += rows
        batches.insert(result.batch, at: 0)
        state.queuedMax = max(state.queuedMax, waiting)
    }

    /// Takes everything out.
    mutating func drain() -> (batches: [StreamBatch], state: StreamQueueState, hasConflated: Bool) {
        defer {
            batches = []
            waiting = 0
            hasConflated = false
        }
        state.queued = waiting
        return (batches, state, hasConflated)
    }

    /// Events of a batch as they take room.
    static func rows(_ batch: StreamBatch) -> Int {
        batch.trades.count + batch.quotes.count + batch.bars.count + batch.bands.count + batch.conflated.count
    }
}
