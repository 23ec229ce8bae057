import Engine
import EngineAPI
import MarketData
import MarketTime
import Testing

@Suite
struct SlotPageTests {
    private func symbols(_ text: String) -> [Symbol] { text.split(separator: " ").compactMap { Symbol($0) } }

    private func view(_ fixture: inout EngineFixture, _ query: SlotQuery?, _ now: Instant) throws -> EngineView {
        for case .publish(let view) in fixture.core.step([.command(.slots(query))], now: now) { return view }
        throw Missing.picture
    }

    private func page(_ fixture: inout EngineFixture, _ query: SlotQuery, _ now: Instant) throws -> SlotPage {
        let view = try view(&fixture, query, now)
        return try #require(view.slots)
    }

    private func streamed(_ fixture: inout EngineFixture, _ now: Instant) throws -> SlotPage {
        let view = fixture.show(now)
        return try #require(view?.slots)
    }

    private func text(_ cells: some Sequence<Float>) -> String {
        cells.map { $0.isNaN ? "-" : "\(Int($0))" }.joined(separator: " ")
    }

    /// Rows of the page as words, so many slots of them.
    private func rows(_ page: SlotPage, _ cells: [Float], from slot: Int = 66, count: Int = 4) -> [String] {
        #expect(page.isSound)
        return page.query.symbols.indices.map { row in
            text(cells[row * Slot.count + slot..<row * Slot.count + slot + count])
        }
    }

    /// AAA and BBB trade from 09:30 on; AAA usually 100 shares a slot, BBB has no history.
    private func market() throws -> EngineFixture {
        var fixture = try EngineFixture()
        _ = fixture.step([.history(try fixture.history(["AAA"], perSlot: 100))], fixture.at(9, 29))
        for (minute, volumes) in [(30, (0.0, 20.0)), (35, (150, 20)), (40, (350, 90)), (42, (380, 90))] {
            let now = fixture.at(9, minute)
            let rows = [
                traded("AAA", 10 + Double(minute), volume: volumes.0, at: now),
                traded("BBB", 20, volume: volumes.1, minuteVolume: minute == 30 ? 20 : 0, at: now),
            ]
            _ = fixture.step([.snapshot(try snapshot(rows))], now)
        }
        return fixture
    }

    @Test func nothingIsAnsweredUntilSomethingIsAsked() throws {
        var fixture = try market()
        let now = fixture.at(9, 42)
        for query in [nil, SlotQuery(symbols: symbols("AAA")), nil] {
            let shown = try view(&fixture, query, now).slots
            #expect(shown?.query == query)
        }
    }

    @Test func rowsStandAsAskedWithUnknownSymbolsMissing() throws {
        var fixture = try market()
        let query = SlotQuery(symbols: symbols("BBB NONE AAA BBB"))
        let page = try page(&fixture, query, fixture.at(9, 42))
        #expect(rows(page, page.volumes) == ["20 70 0 -", "- - - -", "150 200 30 -", "20 70 0 -"])
        #expect(rows(page, page.averages) == ["- - - -", "- - - -", "100 100 100 100", "- - - -"])
        #expect(page.tradingDay == fixture.day && page.madeAt == fixture.at(9, 42) && page.prices.isEmpty)
    }

    @Test func volumeOverAverageIsTheSlotRVOLOfTheStripForSlotsThatEnded() throws {
        var fixture = try market()
        let now = fixture.at(9, 42)
        let result = try fixture.ask(ScanQuery(columns: [], rows: 0..<10, stripSlots: 69), now)
        let wanted = symbols("AAA")[0]
        let row = try #require(result.symbols.firstIndex(of: wanted))
        let page = try page(&fixture, SlotQuery(symbols: symbols("AAA")), now)
        let strip = result.strips[row * 69..<(row + 1) * 69]
        for (slot, shown) in strip.enumerated().dropLast() {
            let ratio = page.volumes[slot] / page.averages[slot]
            #expect(ratio == shown || (ratio.isNaN && shown.isNaN), "slot \(slot)")
        }
        #expect(strip.dropLast().suffix(2) == [1.5, 2])
        // The running slot has had two of its five minutes.
        let share = Float(DayProgress(of: page.tradingDay, at: page.madeAt).fraction)
        #expect(page.volumes[68] / (page.averages[68] * share) == strip.last)
    }

    @Test func theStreamCarriesTheRunningSlotOn() throws {
        var fixture = try market()
        let (times, query) = (fixture, SlotQuery(symbols: symbols("AAA")))
        _ = fixture.step([.streamStatus(.live(1))], fixture.at(9, 42))
        _ = try page(&fixture, query, fixture.at(9, 42))
        try fixture.stream(times.at(9, 43)) { try $0.trade("AAA", 10, 25, at: times.at(9, 42, 30)) }
        let page = try streamed(&fixture, times.at(9, 43))
        #expect(rows(page, page.volumes) == ["150 200 55 -"])
    }

    @Test func theRunningSlotIsComparedWithWhatIsUsualByItsOwnNewestTrade() throws {
        var fixture = try market()
        let (times, query) = (fixture, SlotQuery(symbols: symbols("AAA BBB")))
        _ = fixture.step([.streamStatus(.live(1))], fixture.at(9, 42))
        #expect(try page(&fixture, query, fixture.at(9, 42)).reachedAt.isEmpty)
        try fixture.stream(times.at(9, 43)) { try $0.trade("AAA", 10, 25, at: times.at(9, 42, 30)) }
        let page = try streamed(&fixture, times.at(9, 43))
        #expect(page.madeAt == times.at(9, 42), "the snapshot's time")
        #expect(page.reached(0) == times.at(9, 42, 30))
        #expect(page.reached(1) == page.madeAt, "nobody told of more")
        // The table divides by the same moment: 55 of 100 shares in half the slot.
        let result = try fixture.ask(ScanQuery(columns: [.slotRVOL], rows: 0..<10), times.at(9, 43))
        let row = try #require(result.symbols.firstIndex(of: symbols("AAA")[0]))
        let share = Double(DayProgress(of: page.tradingDay, at: page.reached(0)).fraction)
        #expect(abs(Double(page.volumes[68]) / (Double(page.averages[68]) * share) - 1.1) < 1e-6)
        #expect(abs(result.values[0][row] - 1.1) < 1e-6)
    }

    @Test func anUnchangedPageIsTheSameMemoryAndAChangedOneIsNot() throws {
        var fixture = try market()
        let (query, now) = (SlotQuery(symbols: symbols("AAA BBB")), fixture.at(9, 42))
        func place(_ cells: [Float]) -> Int { cells.withUnsafeBytes { Int(bitPattern: $0.baseAddress) } }
        let first = try page(&fixture, query, now)
        let again = try page(&fixture, query, now.adding(seconds: 1))
        #expect(place(first.volumes) == place(again.volumes) && place(first.averages) == place(again.averages))
        let batch = try snapshot([traded("AAA", 10, volume: 390, at: now.adding(seconds: 5))])
        _ = fixture.step([.snapshot(batch)], now.adding(seconds: 5))
        let changed = try page(&fixture, query, now.adding(seconds: 6))
        #expect(rows(changed, changed.volumes)[0] == "150 200 40 -")
        #expect(place(changed.averages) == place(first.averages), "the averages stand as long as the baseline does")
        _ = fixture.step([.history(try fixture.history(["AAA", "BBB"], perSlot: 50))], now.adding(seconds: 7))
        let other = try page(&fixture, query, now.adding(seconds: 8))
        #expect(rows(other, other.averages) == ["50 50 50 50", "50 50 50 50"])
    }

    @Test func aTickerThatComesLaterGetsItsRowAndItsAverage() throws {
        var fixture = try EngineFixture()
        _ = fixture.step([.history(try fixture.history(["AAA", "NEW"], perSlot: 100))], fixture.at(9, 29))
        let batch = try snapshot([traded("AAA", 10, volume: 20, at: fixture.at(9, 31))])
        _ = fixture.step([.snapshot(batch)], fixture.at(9, 31))
        let (times, query) = (fixture, SlotQuery(symbols: symbols("NEW2 NEW")))
        _ = try page(&fixture, query, fixture.at(9, 31))
        try fixture.stream(times.at(9, 32)) { try $0.trade("NEW2", 10, 25, at: times.at(9, 31, 30)) }
        let more = try fixture.history(["NEW2"], perSlot: 100)
        _ = fixture.step([.history(more)], fixture.at(9, 32))
        let page = try page(&fixture, query, times.at(9, 32))
        #expect(rows(page, page.averages, count: 1) == ["100", "-"])
    }

    @Test func noMoreThanTheMostTickersAreAnswered() throws {
        var fixture = try market()
        let many = (0..<500).compactMap { Symbol("S\($0)") }
        let page = try page(&fixture, SlotQuery(symbols: many), fixture.at(9, 42))
        #expect(page.query.symbols == Array(many.prefix(SlotQuery.symbolsMax)) && page.isSound)
    }

    @Test func pricesAreTheLastOfEachSlotFromSnapshotsAndStream() throws {
        var fixture = try market()
        let (times, query) = (fixture, SlotQuery(symbols: [], priced: Symbol("AAA")))
        var shown = try page(&fixture, query, fixture.at(9, 42))
        #expect(shown.prices.count == Slot.count && shown.isSound)
        func near(_ slot: Int, _ price: Float) -> Bool { abs(shown.prices[slot] / price - 1) < 0.000_13 }
        #expect(near(66, 40) && near(67, 45) && near(68, 52))
        #expect(shown.prices[65].isNaN && shown.prices[69].isNaN)
        _ = fixture.step([.streamStatus(.live(1))], fixture.at(9, 42))
        try fixture.stream(times.at(9, 46)) {
            try $0.trade("AAA", 53, 25, at: times.at(9, 43))
            try $0.trade("AAA", 54, 25, at: times.at(9, 44, 59))
            // Below a round lot: sets no price.
            try $0.trade("AAA", 99, 5, at: times.at(9, 44, 59), conditions: [37])
            try $0.bar("AAA", 55, volume: 10, accumulated: 440, from: times.at(9, 45, 1))
        }
        shown = try streamed(&fixture, times.at(9, 46))
        #expect(near(67, 45) && near(68, 54) && near(69, 55) && shown.prices[70].isNaN)
        shown = try page(&fixture, SlotQuery(symbols: [], priced: Symbol("NONE")), times.at(9, 46))
        #expect(shown.prices.count == Slot.count && shown.prices.allSatisfy { $0.isNaN })
    }

    @Test func aNewDayBeginsEmpty() throws {
        var fixture = try market()
        let query = SlotQuery(symbols: symbols("AAA"), priced: Symbol("AAA"))
        let before = try page(&fixture, query, fixture.at(9, 42))
        #expect(before.prices.contains { !$0.isNaN })
        let later = fixture.at(9, 42).adding(seconds: 86_400)
        let page = try page(&fixture, query, later)
        #expect(page.tradingDay == fixture.day.adding(days: 1))
        #expect(page.prices.allSatisfy { $0.isNaN } && page.volumes.allSatisfy { $0.isNaN })
        #expect(page.averages.allSatisfy { $0.isNaN })
    }
}
