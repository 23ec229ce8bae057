import Dispatch
import EngineAPI
import GRDB
import MarketData
import MarketTime
import Synchronization
import TestSupport
import Testing

@testable import Store

/// Collects what a writer reports and the retries it schedules; tests fire them by hand.
private final class WriterProbe: Sendable {
    private let shared = Mutex((states: [StoreState](), retries: [(pauseMs: Int, work: @Sendable () -> Void)]()))

    var states: [StoreState] { shared.withLock { $0.states } }
    var pauses: [Int] { shared.withLock { $0.retries.map(\.pauseMs) } }

    func note(_ state: StoreState) { shared.withLock { $0.states.append(state) } }

    func schedule(_ pauseMs: Int, _ work: @escaping @Sendable () -> Void) {
        shared.withLock { $0.retries.append((pauseMs, work)) }
    }

    /// Fires every retry scheduled so far, oldest first.
    func fire() {
        let works = shared.withLock { $0.retries.map(\.work) }
        for work in works { work() }
    }
}

/// A store that refuses as long as it is told to, and remembers what was written.
private final class FussyStore: EngineStore {
    private let shared = Mutex((error: StoreError?.none, tries: 0, written: [StoreWriterState.Batch]()))

    var tries: Int { shared.withLock { $0.tries } }
    var written: [StoreWriterState.Batch] { shared.withLock { $0.written } }

    func refuse(with error: StoreError?) { shared.withLock { $0.error = error } }

    func loadHistory(_ request: HistoryRequest) throws -> HistoryLoad { HistoryLoad(request: request) }

    func write(_ rows: SlotRows, source: SlotSource) throws {
        try shared.withLock { shared in
            shared.tries += 1
            if let error = shared.error { throw error }
            shared.written.append(.init(rows: rows, source: source))
        }
    }
}

@Suite
struct StoreWriterTests {
    private let probe = WriterProbe()
    private let store = FussyStore()
    private let date: DayID

    init() throws { date = try day("2026-11-20") }

    private func makeWriter(_ store: (any EngineStore)? = nil) -> StoreWriter {
        StoreWriter(store: store ?? self.store, schedule: probe.schedule) { [probe] in probe.note($0) }
    }

    @Test func rowsAreWrittenInOrderAndNothingIsReportedWhenAllIsWell() throws {
        let writer = makeWriter()
        for index in 0..<50 { writer.write(rows(date.adding(days: index), try symbol("A"), [1]), source: .live) }
        #expect(writer.flush(milliseconds: 10_000))
        #expect(store.written.flatMap(\.rows.symbols).count == 50)
        #expect(store.written.map(\.rows.day) == (0..<50).map { date.adding(days: $0) })
        #expect(probe.states.isEmpty && probe.pauses.isEmpty && !writer.hasPendingRows && writer.droppedRowCount == 0)
    }

    @Test(arguments: [StoreError.locked(path: "p"), .full(path: "p"), .failed(path: "p", reason: "r")])
    func aFailureThatPassesIsRetriedWithGrowingPausesAndLosesNothing(_ error: StoreError) throws {
        let writer = makeWriter()
        store.refuse(with: error)
        writer.write(rows(date, try symbol("A"), [1, -1, 3]), source: .aggregates)
        #expect(becomesTrue { probe.pauses.count == 1 })
        writer.write(rows(date, try symbol("A"), [-1, 2, -1, 4]), source: .live)
        writer.write(rows(date, try symbol("B"), [7]), source: .live)
        for count in 2...10 {
            probe.fire()
            #expect(becomesTrue { probe.pauses.count == count })
        }
        #expect(probe.pauses == [100, 200, 400, 800, 1600, 3200, 6400, 10_000, 10_000, 10_000])
        #expect(store.tries == 10)
        #expect(probe.states == [.degraded(sentence: error.sentence)])
        store.refuse(with: nil)
        probe.fire()
        #expect(becomesTrue { !writer.hasPendingRows })
        let batch = try #require(store.written.first)
        #expect(store.written.count == 1 && batch.source == .mixed)
        #expect(batch.rows.symbols == [try symbol("A"), try symbol("B")])
        #expect(batch.rows.cumulative == [1, 2, 3, 4, 7, -1, -1, -1])
        #expect(becomesTrue { probe.states.last == .ready } && probe.states.count == 2)
    }

    @Test func aFailureOnlyTheTraderCanMendWaitsForTheNextRows() throws {
        let writer = makeWriter()
        store.refuse(with: .readOnly(path: "p"))
        writer.write(rows(date, try symbol("A"), [1]), source: .live)
        #expect(becomesTrue { probe.states.count == 1 })
        #expect(probe.pauses.isEmpty && writer.hasPendingRows)
        store.refuse(with: nil)
        writer.write(rows(date, try symbol("A"), [-1, 2]), source: .live)
        #expect(writer.flush(milliseconds: 10_000))
        #expect(store.written.map(\.rows.cumulative) == [[1, 2]])
    }

    @Test(arguments: [
        StoreError.readOnly(path: "p"), .cannotOpen(path: "p", reason: "r"), .corrupt(path: "p", reason: "r"),
    ])
    func flushDoesNotWaitForWhatOnlyTheTraderCanMend(_ error: StoreError) throws {
        let writer = makeWriter()
        store.refuse(with: error)
        writer.write(rows(date, try symbol("A"), [1]), source: .live)
        let begin = DispatchTime.now().uptimeNanoseconds
        #expect(!writer.flush(milliseconds: 20_000))
        #expect(DispatchTime.now().uptimeNanoseconds - begin < 10_000_000_000)
        #expect(writer.hasPendingRows)
        store.refuse(with: nil)
        #expect(writer.flush(milliseconds: 10_000))
    }

    /// A try that began before a caller waits must not tell that caller that all is in vain.
    @Test func aFlushIsNotAnsweredByATryThatBeganBeforeIt() throws {
        for round in 0..<300 {
            let writer = makeWriter()
            store.refuse(with: StoreError.readOnly(path: "p"))
            writer.write(rows(date, try symbol("A"), [1]), source: .live)
            _ = writer.flush(milliseconds: 20_000)
            store.refuse(with: nil)
            #expect(writer.flush(milliseconds: 10_000), "round \(round)")
        }
    }

    @Test func flushGivesUpAtItsDeadlineAndTheRowsStay() throws {
        let writer = makeWriter()
        store.refuse(with: .locked(path: "p"))
        writer.write(rows(date, try symbol("A"), [1]), source: .live)
        #expect(!writer.flush(milliseconds: 30))
        #expect(writer.hasPendingRows)
        store.refuse(with: nil)
        #expect(writer.flush(milliseconds: 10_000))
        #expect(store.written.count == 1)
        #expect(writer.flush(milliseconds: 0) || !writer.hasPendingRows)
    }

    @Test func tooManyDaysDropTheOldestAndSaySo() throws {
        var state = StoreWriterState()
        for index in 0..<StoreWriterState.maxPendingDays + 2 {
            var batch = SlotRows(day: date.adding(days: index), slotCount: 1)
            for name in ["A", "B", "C"] { batch.append(try symbol(name), [1]) }
            state.submit(batch, source: .live)
        }
        #expect(state.pending.count == StoreWriterState.maxPendingDays && state.droppedRows == 6)
        #expect(state.pending.first?.rows.day == date.adding(days: 2))
        _ = state.next()
        guard case .degraded(let sentence) = state.failed(StoreError.locked(path: "p")).state else {
            Issue.record("no state reported")
            return
        }
        #expect(sentence.contains("6 rows"))
    }

    @Test(arguments: [51, 52] as [UInt64])
    func mergingInAnyBatchesEqualsTheLastKnownVolumes(_ seed: UInt64) throws {
        var generator = SeededRandom(seed: seed)
        let symbols = try (0..<6).map { try symbol("S\($0)") }
        var state = StoreWriterState()
        var expected: [Symbol: [Int: Int64]] = [:]
        for round in 0..<40 {
            var batch = SlotRows(day: date, slotCount: Int.random(in: 1...20, using: &generator))
            for symbol in symbols.shuffled(using: &generator).prefix(3) {
                let volumes = (0..<batch.slotCount).map { _ in Int64.random(in: -1...99, using: &generator) }
                batch.append(symbol, volumes)
                for (slot, volume) in volumes.enumerated() where volume >= 0 {
                    expected[symbol, default: [:]][slot] = volume
                }
            }
            state.submit(batch, source: .live)
            if round % 3 == 0 { _ = state.next() }
            if round % 3 == 2 { _ = state.failed(StoreError.locked(path: "p")) }
        }
        _ = state.failed(StoreError.locked(path: "p"))
        let last = state.next()
        let merged = try #require(last).rows
        #expect(state.pending.isEmpty, "seed \(seed)")
        for (row, symbol) in merged.symbols.enumerated() {
            for slot in 0..<merged.slotCount {
                let volume = merged.cumulative[row * merged.slotCount + slot]
                #expect(volume == expected[symbol]?[slot] ?? SlotRows.unknown, "seed \(seed)")
            }
        }
        #expect(Set(merged.symbols) == Set(expected.keys))
    }

    @Test func aFileLockedByAnotherProgramLosesNoRow() throws {
        let folder = try TestFolder()
        let file = try TradeulStore(path: folder.file, options: .init(busyTimeoutMs: 10))
        let other = try otherConnection(folder.file)
        try other.inDatabase { try $0.execute(sql: "BEGIN IMMEDIATE") }
        let writer = StoreWriter(store: file) { [probe] in probe.note($0) }
        for slot in 0..<20 {
            var batch = SlotRows(day: date, slotCount: slot + 1)
            for name in ["A", "B"] {
                var volumes = [Int64](repeating: SlotRows.unknown, count: slot + 1)
                volumes[slot] = Int64(slot * 10)
                batch.append(try symbol(name), volumes)
            }
            writer.write(batch, source: .live)
        }
        #expect(becomesTrue { !probe.states.isEmpty })
        #expect(probe.states == [.degraded(sentence: StoreError.locked(path: folder.file).sentence)])
        #expect(!writer.flush(milliseconds: 20))
        try other.inDatabase { try $0.execute(sql: "COMMIT") }
        #expect(writer.flush(milliseconds: 10_000))
        let stored = try file.slotRows(day: date)
        #expect(stored.symbols.count == 2)
        #expect(stored.cumulative == (0..<2).flatMap { _ in (0..<20).map { Int64($0 * 10) } })
        #expect(becomesTrue { probe.states.last == .ready })
    }
}
