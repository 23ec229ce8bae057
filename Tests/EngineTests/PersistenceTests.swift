import Engine
import EngineAPI
import MarketData
import MarketTime
import Testing

private func persisted(_ outputs: [EngineOutput]) -> [SlotRows] {
    outputs.compactMap { if case .persist(let rows) = $0 { rows } else { nil } }
}

@Suite
struct PersistenceTests {
    @Test func slotsAreWrittenOnceWhenTheyComplete() throws {
        var fixture = try EngineFixture()
        var written: [SlotRows] = []
        for second in stride(from: 0, through: 900, by: 5) {
            let now = fixture.at(4, 0).adding(seconds: Int64(second))
            let batch = try snapshot([traded("AAA", 11, volume: Double(second), at: now)])
            written += persisted(fixture.step([.snapshot(batch)], now))
        }
        #expect(written.map(\.slotCount) == [1, 2, 3])
        #expect(written.last?.cumulative == [300, 600, 900])
        #expect(persisted(fixture.core.finish()).isEmpty)
    }

    @Test func aRestartInMidSessionShowsTheSameNumbers() throws {
        var fixture = try EngineFixture()
        let history = try fixture.history(["AAA", "BBB"], perSlot: 500)
        _ = fixture.step([.history(history)], fixture.at(9, 0))
        var last = SlotRows(day: fixture.day, slotCount: 1)
        var batch = SnapshotBatch()
        var now = fixture.at(9, 0)
        for second in stride(from: 0, through: 3 * 3600, by: 5) {
            now = fixture.at(9, 0).adding(seconds: Int64(second))
            batch = try snapshot([
                traded("AAA", 11, volume: Double(30_000 + 3 * second), at: now),
                traded("BBB", 5, volume: Double(second * second / 100), at: now),
            ])
            last = persisted(fixture.step([.snapshot(batch)], now)).last ?? last
        }
        let query = ScanQuery(columns: [.rvol, .slotRVOL, .volume], rows: 0..<10, stripSlots: 30)
        let before = try fixture.ask(query, now)

        for storeAnswersFirst in [true, false] {
            var restarted = try EngineFixture()
            var load = history
            load.today = last
            let inputs: [EngineInput] =
                storeAnswersFirst
                ? [.history(load), .snapshot(batch)] : [.snapshot(batch), .history(load)]
            for input in inputs { _ = restarted.step([input], now) }
            let after = try restarted.ask(query, now)
            #expect(after.symbols == before.symbols)
            #expect(after.values == before.values)
            #expect(after.strips.map(\.description) == before.strips.map(\.description))
        }
    }

    @Test func aStartInMidSessionMarksTheSlotsItMissedInsteadOfGuessing() throws {
        var fixture = try EngineFixture()
        let now = fixture.at(10, 31)
        _ = fixture.step([.history(try fixture.history(["AAA"], perSlot: 500))], now)
        let outputs = fixture.step(
            [.snapshot(try snapshot([traded("AAA", 11, volume: 40_000, minuteVolume: 100, at: now)]))],
            now
        )
        let rows = persisted(outputs)
        // The latest minute is 10:31, the second of slot 78: nothing is known about the slots before.
        #expect(rows.isEmpty)
        #expect(try fixture.number(.slotRVOL, "AAA", now).isNaN)
        #expect(abs(try fixture.number(.rvol, "AAA", now) - 40_000 / (78.2 * 500)) < 1e-9)
    }

    @Test func anAnswerForAnotherDayIsDropped() throws {
        var fixture = try EngineFixture()
        let other = try EngineFixture("2026-10-05")
        let now = fixture.at(10, 30, 5)
        _ = fixture.step([.history(try other.history(["AAA"], perSlot: 500))], now)
        #expect(try fixture.status(now).baseline == .loading)
    }
}
