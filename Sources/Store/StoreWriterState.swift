import EngineAPI
import MarketData
import MarketTime

/// What a ``StoreWriter`` has still to write, and when it tries again: no thread, no clock, no file.
struct StoreWriterState {
    /// Rows of one day on their way to the store.
    struct Batch: Equatable {
        var rows: SlotRows
        var source: SlotSource
    }

    /// Days that wait at most.
    ///
    /// Rows of one day are merged, so only a store that fails for days fills the queue; then the oldest day is dropped,
    /// counted, and said.
    static let maxPendingDays = 4
    /// Pause after the first failure in milliseconds; each further one doubles it.
    static let firstRetryMs = 100
    /// Longest pause between two tries, in milliseconds.
    static let maxRetryMs = 10_000
    /// Pause between two tries while someone waits for the queue to empty, in milliseconds.
    static let flushRetryMs = 50

    /// Batches not being written, oldest first, one per day.
    private(set) var pending: [Batch] = []
    /// The batch being written.
    private(set) var inFlight: Batch?
    /// Rows dropped because too many days waited.
    private(set) var droppedRows = 0
    /// A try is due later: until then new batches only wait.
    private(set) var isRetryScheduled = false
    private var lastRetry = 0
    /// Callers that wait for the queue to empty.
    var flushes = 0
    private var failures = 0
    private var lastSentence: String?

    /// Whether rows of another day have to wait for the store, which is well but slower than they come.
    func mustWait(_ day: DayID) -> Bool {
        failures == 0 && pending.count >= Self.maxPendingDays && !pending.contains { $0.rows.day == day }
    }

    /// Whether nothing waits and nothing is being written.
    var isIdle: Bool { pending.isEmpty && inFlight == nil }

    /// Takes rows over; those of a day that waits already are merged into it, newer known volumes winning.
    mutating func submit(_ rows: SlotRows, source: SlotSource) {
        guard let index = pending.firstIndex(where: { $0.rows.day == rows.day }) else {
            pending.append(Batch(rows: rows, source: source))
            dropBeyondLimit()
            return
        }
        pending[index].rows.merge(newer: rows)
        if pending[index].source != source { pending[index].source = .mixed }
    }

    /// The next batch to write; nil when none waits or one is being written.
    mutating func next() -> Batch? {
        guard inFlight == nil, !pending.isEmpty else { return nil }
        inFlight = pending.removeFirst()
        return inFlight
    }

    /// Notes that the batch in flight is in the store; returns the state to report, nil when it has not changed.
    mutating func succeeded() -> StoreState? {
        inFlight = nil
        failures = 0
        guard lastSentence != nil else { return nil }
        lastSentence = nil
        return .ready
    }

    /// Notes that the batch in flight could not be written: it goes back to the head of the queue.
    ///
    /// Returns the state to report, nil when it has not changed, and the pause before the next try in milliseconds; nil
    /// when only the trader can mend it, so that the next batch is the next try.
    mutating func failed(_ error: any Error) -> (state: StoreState?, retryMs: Int?) {
        if let batch = inFlight {
            inFlight = nil
            if let index = pending.firstIndex(where: { $0.rows.day == batch.rows.day }) {
                var merged = batch
                merged.rows.merge(newer: pending[index].rows)
                if merged.source != pending[index].source { merged.source = .mixed }
                pending.remove(at: index)
                pending.insert(merged, at: 0)
            } else {
                pending.insert(batch, at: 0)
                dropBeyondLimit()
            }
        }
        let doublings = min(failures, 20)
        failures += 1
        var sentence = (error as? StoreError)?.sentence ?? "history store: \(error)"
        if droppedRows > 0 { sentence += "; \(droppedRows) rows of earlier days had to be dropped" }
        let state: StoreState? = sentence == lastSentence ? nil : .degraded(sentence: sentence)
        lastSentence = sentence
        switch error as? StoreError {
        case .locked, .full, .failed:
            if flushes > 0 { return (state, Self.flushRetryMs) }
            return (state, min(Self.firstRetryMs << doublings, Self.maxRetryMs))
        case .cannotOpen, .readOnly, .corrupt, .newerVersion, nil:
            return (state, nil)
        }
    }

    /// Notes that a retry will come, in place of any scheduled before; returns its number.
    mutating func scheduleRetry() -> Int {
        isRetryScheduled = true
        lastRetry += 1
        return lastRetry
    }

    /// Notes that a retry is due; false when a later one has replaced it.
    mutating func beginRetry(_ number: Int) -> Bool {
        guard isRetryScheduled, number == lastRetry else { return false }
        isRetryScheduled = false
        return true
    }

    private mutating func dropBeyondLimit() {
        while pending.count > Self.maxPendingDays {
            droppedRows += pending.removeFirst().rows.symbols.count
        }
    }
}

extension SlotRows {
    /// Lays newer rows of the same day over these: what they know wins, what they do not know stays.
    mutating func merge(newer: SlotRows) {
        precondition(day == newer.day, "Invariant: rows of one day are merged")
        widen(to: newer.slotCount)
        if vwap.isEmpty, !newer.vwap.isEmpty { vwap = Array(repeating: .nan, count: cumulative.count) }
        var rowBySymbol: [Symbol: Int] = [:]
        for (row, symbol) in symbols.enumerated() { rowBySymbol[symbol] = row }
        for (newRow, symbol) in newer.symbols.enumerated() {
            var row = rowBySymbol[symbol] ?? symbols.count
            if row == symbols.count {
                append(symbol, repeatElement(Self.unknown, count: slotCount))
                rowBySymbol[symbol] = row
            }
            row *= slotCount
            for slot in 0..<newer.slotCount {
                let volume = newer.cumulative[newRow * newer.slotCount + slot]
                if volume >= 0 { cumulative[row + slot] = volume }
            }
            guard !newer.vwap.isEmpty else { continue }
            for slot in 0..<newer.slotCount {
                let price = newer.vwap[newRow * newer.slotCount + slot]
                if !price.isNaN { vwap[row + slot] = price }
            }
        }
    }

    /// Makes rows of at least `count` slots, the added ones unknown.
    private mutating func widen(to count: Int) {
        guard count > slotCount else { return }
        cumulative = wider(cumulative, count, Self.unknown)
        if !vwap.isEmpty { vwap = wider(vwap, count, .nan) }
        slotCount = count
    }

    private func wider<Cell>(_ cells: [Cell], _ count: Int, _ missing: Cell) -> [Cell] {
        var wider: [Cell] = []
        wider.reserveCapacity(symbols.count * count)
        for row in symbols.indices {
            wider.append(contentsOf: cells[row * slotCount..<(row + 1) * slotCount])
            wider.append(contentsOf: repeatElement(missing, count: count - slotCount))
        }
        return wider
    }
}
