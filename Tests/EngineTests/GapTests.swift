import Engine
import EngineAPI
import MarketData
import MarketTime
import Testing

private func heals(_ outputs: [EngineOutput]) -> [HealRequest] {
    outputs.compactMap { if case .heal(let request) = $0 { request } else { nil } }
}

private func persisted(_ outputs: [EngineOutput]) -> [SlotRows] {
    outputs.compactMap { if case .persist(let rows) = $0 { rows } else { nil } }
}

/// Rows handed over because aggregates have filled some of their slots.
private func healedRows(_ outputs: [EngineOutput]) -> [SlotRows] {
    outputs.compactMap { if case .persistHealed(let rows) = $0 { rows } else { nil } }
}

private func shortLists(_ outputs: [EngineOutput]) -> [[String]] {
    outputs.compactMap { if case .shortList(let symbols) = $0 { symbols.map(\.text) } else { nil } }
}

/// Slots that end unseen: counted, marked, asked for, filled, never guessed.
@Suite
struct GapTests {
    private let history = EngineInput.historyUnavailable(tradingDay: DayID(rawValue: 20_732))

    /// Two tickers seen at 10:00 and again at 10:31:30, after a sleep.
    private func slept() throws -> (EngineFixture, Instant, [EngineOutput]) {
        var fixture = try EngineFixture()
        let before = fixture.at(10, 0, 10)
        _ = fixture.step([.history(try fixture.history(["AAA", "BBB", "ZERO"], perSlot: 500))], fixture.at(4, 0))
        // From the first slot on, so that nothing but the sleep is missing.
        _ = fixture.step([.snapshot(try snapshot([Row(symbol: "AAA"), Row(symbol: "BBB")]))], fixture.at(4, 0, 5))
        let first = ["AAA", "BBB"].map { symbol in
            var row = traded(symbol, 10, volume: 100, minuteVolume: 100, at: before)
            row.minuteAt = fixture.at(10, 0)
            return row
        }
        _ = fixture.step([.snapshot(try snapshot(first))], before)
        let now = fixture.at(10, 31, 30)
        let second = [
            traded("AAA", 10, volume: 4000, minuteVolume: 50, at: now),
            traded("BBB", 90, volume: 3000, minuteVolume: 70, at: now), Row(symbol: "ZERO"),
        ]
        let outputs = fixture.step([.snapshot(try snapshot(second))], now)
        return (fixture, now, outputs)
    }

    /// C of one ticker that traded 100 shares by 10:05 and so many in each slot until 10:30.
    private func aggregates(_ fixture: EngineFixture, _ shares: [String: Int64], slotCount: Int = 78) throws -> SlotRows
    {
        var rows = SlotRows(day: fixture.day, slotCount: slotCount)
        for (symbol, own) in shares.sorted(by: { $0.key < $1.key }) {
            let volumes = (0..<slotCount).map { $0 < 72 ? Int64(0) : 100 + Int64($0 - 72) * own }
            rows.append(try #require(Symbol(symbol)), volumes)
        }
        return rows
    }

    @Test func slotsThatEndedDuringASleepAreCountedMarkedAndAskedForMostActiveFirst() throws {
        var (fixture, now, outputs) = try slept()
        let request = try #require(heals(outputs).first)
        #expect(request.day == fixture.day && request.slotCount == 78)
        #expect(request.symbols.map(\.text) == ["BBB", "AAA"])
        // 10:00 to 10:30: six slots ended unseen.
        #expect(try fixture.status(now).gap == CollectionGap(tickers: 2, slots: 6))
        let result = try fixture.ask(ScanQuery(columns: [.slotRVOL], rows: 0..<9, stripSlots: 7), now)
        let row = try #require(result.symbols.firstIndex { $0.text == "AAA" })
        #expect(result.flags[row].contains(.unknownSlots) && result.values[0][row].isNaN)
        #expect((0..<7).allSatisfy { result.strips[row * 7 + $0].isNaN })
        let zero = try #require(result.symbols.firstIndex { $0.text == "ZERO" })
        #expect(!result.flags[zero].contains(.unknownSlots))
    }

    @Test func aggregatesFillTheGapAndGoToTheStore() throws {
        var (fixture, now, _) = try slept()
        let outputs = fixture.step([.healed(try aggregates(fixture, ["AAA": 200, "BBB": 300]))], now)
        let rows = try #require(healedRows(outputs).first)
        #expect(rows.slotCount == 78 && rows.symbols.map(\.text) == ["AAA", "BBB"])
        #expect(rows.cumulative[72..<78].elementsEqual([100, 300, 500, 700, 900, 1100]))
        #expect(try fixture.status(now).gap == CollectionGap())
        let result = try fixture.ask(ScanQuery(columns: [.slotRVOL], rows: 0..<9, stripSlots: 6), now)
        let row = try #require(result.symbols.firstIndex { $0.text == "AAA" })
        #expect(!result.flags[row].contains(.unknownSlots))
        #expect(result.strips[row * 6..<row * 6 + 5].elementsEqual([0.4, 0.4, 0.4, 0.4, 0.4]))
        // The slot in progress: 4000 − 1100 shares in 90 of 300 seconds.
        #expect(abs(result.values[0][row] - 2900 / (500 * 0.3)) < 1e-9)
        // Nothing is left to write, and nothing to ask.
        #expect(persisted(fixture.core.finish()).isEmpty)
        let later = now.adding(seconds: 400)
        let batch = try snapshot([traded("AAA", 10, volume: 4000, at: now), traded("BBB", 90, volume: 3000, at: now)])
        #expect(heals(fixture.step([.snapshot(batch)], later)).isEmpty)
    }

    @Test func whatIsKnownStandsAndWhatContradictsIsLeftOutAndCounted() throws {
        var (fixture, now, _) = try slept()
        var rows = try aggregates(fixture, ["AAA": 200])
        rows.cumulative[10] = 5  // known as 0
        rows.cumulative[74] = 50  // below the slot before
        rows.cumulative[75] = -7
        rows.cumulative[76] = SlotRows.unknown
        let outputs = fixture.step([.healed(rows)], now)
        let status = try fixture.status(now)
        #expect(status.rejections.contradictedSlots == 2)
        #expect(status.gap == CollectionGap(tickers: 2, slots: 6))
        let written = try #require(healedRows(outputs).first)
        #expect(written.cumulative[10] == 0)
        #expect(written.cumulative[72..<78].elementsEqual([100, 300, -1, -1, -1, 1100]))
    }

    private func prices(_ fixture: inout EngineFixture, _ symbol: String, _ now: Instant) throws -> [Float] {
        let query = SlotQuery(symbols: [], priced: Symbol(symbol))
        for case .publish(let view) in fixture.core.step([.command(.slots(query))], now: now) {
            return try #require(view.slots?.prices)
        }
        throw Missing.picture
    }

    private func text(_ prices: some Sequence<Float>) -> String {
        prices.map { $0.isNaN ? "-" : "\((Double($0) * 10).rounded() / 10)" }.joined(separator: " ")
    }

    @Test func aggregatesFillThePricesOfSlotsThatNobodySawAndNoOthers() throws {
        var (fixture, now, _) = try slept()
        var shown = try prices(&fixture, "AAA", now)
        #expect(text(shown[70..<80]) == "- - 10.0 - - - - - 10.0 -", "seen at 10:00 and at 10:31")
        var rows = SlotRows(day: fixture.day, slotCount: 80)
        let told = [Float.nan, 11, 12, 13, .nan, 15, -1, 17, 18, 19]
        let volumes = try aggregates(fixture, ["AAA": 200]).cumulative
        rows.append(
            try #require(Symbol("AAA")),
            volumes + [SlotRows.unknown, SlotRows.unknown],
            vwap: Array(repeating: .nan, count: 70) + told
        )
        let outputs = fixture.step([.healed(rows)], now)
        shown = try prices(&fixture, "AAA", now)
        // The running slot's own price stands, and of the slot after it nothing can be known.
        #expect(text(shown[70..<80]) == "- 11.0 10.0 13.0 - 15.0 - 17.0 10.0 -")
        #expect(healedRows(outputs).allSatisfy { $0.vwap.isEmpty })
    }

    @Test func pricesComeAlsoWhereTheVolumesAreKnown() throws {
        var (fixture, now, _) = try slept()
        var rows = try aggregates(fixture, ["AAA": 200])
        _ = fixture.step([.healed(rows)], now)
        rows.vwap = Array(repeating: 12, count: rows.cumulative.count - 1)
        _ = fixture.step([.healed(rows)], now)
        var shown = try prices(&fixture, "AAA", now)
        #expect(shown[73].isNaN, "a list of another length is none")
        rows.vwap.append(12)
        let outputs = fixture.step([.healed(rows)], now)
        shown = try prices(&fixture, "AAA", now)
        #expect(abs(shown[73] - 12) < 0.01 && abs(shown[72] - 10) < 0.01 && healedRows(outputs).isEmpty)
    }

    @Test func todaysStoredSlotsBringTheirPricesBack() throws {
        var fixture = try EngineFixture()
        let now = fixture.at(10, 31, 30)
        var load = try fixture.history(["AAA"], perSlot: 500)
        load.today = SlotRows(day: fixture.day, slotCount: 79)
        let symbols = try ["AAA", "NEW", "BBB"].map { try #require(Symbol($0)) }
        load.today.append(symbols[0], repeatElement(100, count: 79), vwap: repeatElement(20, count: 79))
        load.today.append(symbols[1], repeatElement(100, count: 79), vwap: repeatElement(30, count: 79))
        load.today.append(symbols[2], repeatElement(100, count: 79))
        let seen = try snapshot([traded("AAA", 10, volume: 4000, at: now)])
        _ = fixture.step([.snapshot(seen), .history(load)], now)
        for _ in 0..<2 {
            var shown = try prices(&fixture, "AAA", now)
            #expect(abs(shown[77] - 20) < 0.01 && shown[78] == 10 && shown[79].isNaN)
            shown = try prices(&fixture, "NEW", now)
            #expect(shown[0..<78].allSatisfy { $0 == 30 } && shown[78].isNaN, "the running slot has not ended")
            shown = try prices(&fixture, "BBB", now)
            #expect(shown.allSatisfy { $0.isNaN })
            // Read again, nothing changes.
            load.today.vwap = load.today.vwap.map { $0 + 1 }
            _ = fixture.step([.history(load)], now)
        }
    }

    @Test func healedSlotsOfAnotherDayOrNeverAskedForAreDropped() throws {
        var (fixture, now, _) = try slept()
        var other = try aggregates(fixture, ["AAA": 200])
        other.day = fixture.day.adding(days: -1)
        var broken = try aggregates(fixture, ["AAA": 200])
        broken.cumulative.removeLast()
        let stranger = try aggregates(fixture, ["NOBODY": 200])
        let outputs = fixture.step([.healed(other), .healed(broken), .healed(stranger)], now)
        #expect(persisted(outputs).isEmpty && healedRows(outputs).isEmpty)
        #expect(try fixture.status(now).gap.tickers == 2)
        #expect(try fixture.ask(ScanQuery(columns: [], rows: 0..<9), now).matchCount == 3)
    }

    @Test func theSameIsAskedAgainOnlyAfterFiveMinutesAndMoreOnlyAfterAPause() throws {
        var (fixture, now, _) = try slept()
        func poll(_ seconds: Int64, _ symbols: [String]) throws -> [HealRequest] {
            let at = now.adding(seconds: seconds)
            let rows = symbols.map { traded($0, 10, volume: 5000, minuteVolume: 1, at: now) }
            return heals(fixture.step([.snapshot(try snapshot(rows))], at))
        }
        #expect(try poll(5, ["AAA", "BBB"]).isEmpty)
        // A third ticker comes up that has traded all along.
        #expect(try poll(10, ["AAA", "BBB", "NEW"]).isEmpty)
        #expect(try poll(31, ["AAA", "BBB", "NEW"]).first?.symbols.count == 3)
        #expect(try poll(200, ["AAA", "BBB", "NEW"]).isEmpty)
        #expect(try poll(331, ["AAA", "BBB", "NEW"]).count == 1)
        // A clock set back does not postpone it.
        #expect(try poll(-3000, ["AAA", "BBB", "NEW"]).count == 1)
    }

    @Test func aSlotThatEndedJustNowIsNotYetAskedFor() throws {
        var fixture = try EngineFixture()
        let now = fixture.at(4, 5, 59)
        _ = fixture.step([history], now)
        let row = traded("AAA", 10, volume: 900, minuteVolume: 1, at: fixture.at(4, 7))
        var early = row
        early.tradedAt = now
        early.minuteAt = fixture.at(4, 3)
        var late = row
        late.minuteAt = fixture.at(4, 5)
        late.minuteVolume = .nan
        late.tradedAt = now
        #expect(heals(fixture.step([.snapshot(try snapshot([late]))], now)).isEmpty)
        #expect(try fixture.status(now).gap == CollectionGap(tickers: 1, slots: 1))
        let minuteLater = fixture.at(4, 6, 1)
        late.tradedAt = minuteLater
        #expect(heals(fixture.step([.snapshot(try snapshot([late]))], minuteLater)).first?.slotCount == 1)
    }

    @Test func nothingIsAskedForBeforeTheStoreHasSaidWhatItHolds() throws {
        var fixture = try EngineFixture()
        let now = fixture.at(12, 1, 30)
        let batch = try snapshot([traded("AAA", 10, volume: 4000, minuteVolume: 50, at: now)])
        #expect(heals(fixture.step([.snapshot(batch)], now)).isEmpty)
        var load = try fixture.history(["AAA"], perSlot: 500)
        load.today = try aggregates(fixture, ["AAA": 10], slotCount: 95)
        let request = try #require(heals(fixture.step([.history(load)], now)).first)
        #expect(request.slotCount == 96 && request.symbols.map(\.text) == ["AAA"])
        #expect(try fixture.status(now).gap == CollectionGap(tickers: 1, slots: 1))
    }

    @Test func theShortListNamesWhatPassesTheGateAtTheFirstSnapshotAndWhenSlotsComplete() throws {
        var fixture = try EngineFixture()
        let now = fixture.at(10, 1)
        let query = ScanQuery(gate: ScanGate(minPrice: 2), columns: [], rows: 0..<9)
        _ = fixture.step([.command(.query(query))], now)
        func poll(_ at: Instant, _ volumes: [Double]) throws -> [[String]] {
            let rows = [
                traded("AAA", 10, volume: volumes[0], at: at), traded("BBB", 10, volume: volumes[1], at: at),
                traded("PENNY", 1, volume: 1e9, at: at), Row(symbol: "ZERO", price: 10),
                traded("ZVZZT", 10, volume: 1e9, at: at),
            ]
            return shortLists(fixture.step([.snapshot(try snapshot(rows))], at))
        }
        #expect(try poll(now, [5, 7]) == [["BBB", "AAA"]])
        #expect(try poll(now.adding(seconds: 5), [9, 8]).isEmpty)
        #expect(try poll(fixture.at(10, 5, 1), [9, 8]) == [["AAA", "BBB"]])
        #expect(try poll(fixture.at(10, 10, 1), [9, 8]).isEmpty)
    }

    @Test func theShortListHasAMaximum() throws {
        var fixture = try EngineFixture()
        let now = fixture.at(10, 1)
        let rows = (0..<1500).map { traded("S\($0)", 10, volume: Double(1 + $0), at: now) }
        let list = try #require(shortLists(fixture.step([.snapshot(try snapshot(rows))], now)).first)
        #expect(list.count == 1000 && list.first == "S1499")
    }

    @Test func theBackfillsProgressIsShown() throws {
        var fixture = try EngineFixture()
        var backfill = BackfillStatus()
        backfill.phase = .bars
        backfill.total = 7
        _ = fixture.step([.backfill(backfill)], fixture.at(10, 0))
        #expect(try fixture.status(fixture.at(10, 0)).backfill == backfill)
    }
}
