import EngineAPI
import History
import MarketData
import MarketTime
import TestSupport
import Testing

@Suite struct BackfillTroubleTests {
    private static func isBars(_ fetch: HistoryFetch) -> Bool { if case .bars = fetch { true } else { false } }

    private static func sentence(_ phase: BackfillStatus.Phase?) -> String {
        switch phase {
        case .failed(let sentence), .waiting(let sentence): sentence
        default: ""
        }
    }

    private static func driver(
        symbols: Int = 12,
        connections: Int = 4,
        script: @escaping (HistoryFetch, Int) -> HistoryAnswer?
    ) -> BackfillDriver {
        var driver = BackfillDriver(FakeVendor(count: symbols), settings: smallSettings(connections: connections))
        driver.script = script
        return driver
    }

    @Test func aRequestThatFailsNowAndThenIsTriedAgainWithGrowingPauses() {
        let fetch = HistoryFetch.bars(
            symbol("S3"),
            from: window(3).slotDays[2].date,
            through: window(3).slotDays[0].date
        )
        var driver = Self.driver { asked, times in
            asked == fetch && times < 4 ? .failed(sentence: "reset by peer", retryAfterMs: nil) : nil
        }
        driver.send([.start(window(3).job())])
        driver.run()
        let times = zip(driver.fetches, driver.fetchTimes).filter { $0.0 == fetch }.map(\.1)
        #expect(times.count == 5)
        let pauses = zip(times, times.dropFirst()).map { $1.seconds(since: $0) }
        for (pause, envelope) in zip(pauses, [0.5, 1, 2, 4]) {
            #expect(pause >= envelope / 2 && pause <= envelope + 0.1)
        }
        #expect(driver.summaries.first?.outcome == .finished)
        #expect(driver.store.slots.count == 12)
    }

    @Test func aRequestThatNeverSucceedsGetsTwoRoundsAndIsNamedAtTheEnd() {
        var driver = Self.driver { fetch, _ in
            Self.isBars(fetch) && [fetch].barSymbols == ["S3"]
                ? .failed(sentence: "server error 500", retryAfterMs: nil) : nil
        }
        driver.send([.start(window(3).job())])
        driver.run()
        #expect(driver.fetches.barSymbols.filter { $0 == "S3" }.count == 10)
        #expect(driver.summaries.first?.givenUp == 1)
        let words = Self.sentence(driver.phase)
        #expect(words.contains("S3") && words.contains("server error 500") && words.contains("run the backfill again"))
        #expect(driver.store.slots.count == 11)
        #expect(driver.store.coverage[symbol("S3")] == nil)
    }

    @Test func aRequestGoesToTheEndOfTheQueueAfterARoundOfTries() {
        var settings = smallSettings(connections: 1)
        settings.triesMax = 1
        var driver = BackfillDriver(FakeVendor(count: 4), settings: settings)
        driver.script = { fetch, times in
            [fetch].barSymbols == ["S0"] && times == 0 ? .failed(sentence: "x", retryAfterMs: nil) : nil
        }
        driver.send([.start(window(2).job())])
        driver.run()
        #expect(driver.fetches.barSymbols == ["S0", "S1", "S2", "S3", "S0"])
    }

    @Test func theVendorsPauseIsKeptByAllAndCostsNoTries() {
        var left = 7
        var pauses = 0
        var driver = Self.driver(symbols: 60) { _, _ in nil }
        driver.send([.start(window(3).job())])
        driver.run { $0.fetches.barSymbols.count == 8 }
        while left > 0 {
            left -= 1
            let before = driver.fetches.count
            driver.script = { _, _ in .failed(sentence: "too many requests", retryAfterMs: 30_000) }
            driver.run { $0.fetches.count > before || $0.summaries.count == 1 }
            // All that was under way comes back; then nothing is sent for half a minute.
            driver.run { if case .waiting = $0.phase { $0.underWay == 0 } else { false } }
            let start = driver.now
            driver.script = { _, _ in nil }
            let count = driver.fetches.count
            driver.run { $0.fetches.count > count }
            #expect(driver.now.seconds(since: start) > 29)
            pauses += 1
        }
        driver.run()
        #expect(pauses == 7)
        #expect(driver.summaries.first?.outcome == .finished)
        #expect(driver.summaries.first?.givenUp == 0)
        #expect(driver.store.slots.count == 60)
    }

    @Test func thePauseIsShownWithTheVendorsWords() {
        var driver = Self.driver { _, times in
            times == 0 ? .failed(sentence: "api.example.com: too many requests", retryAfterMs: 12_000) : nil
        }
        driver.send([.start(window(2).job())])
        driver.run()
        let waits = driver.reports.map { Self.sentence($0.status.phase) }.filter { !$0.isEmpty }
        #expect(waits.contains("api.example.com: too many requests; trying again in 12 s"))
        #expect(driver.summaries.first?.outcome == .finished)
    }

    @Test func theLongestPauseWantedIsKept() {
        let wanted = [1000, 40_000, 2000, 3000]
        var count = 0
        var driver = Self.driver { _, _ in nil }
        driver.send([.start(window(2).job())])
        driver.run { $0.fetches.barSymbols.count == 4 }
        let underWay = Array(driver.fetches.suffix(4))
        var end = driver.now
        for (fetch, ms) in zip(underWay, wanted) {
            driver.send([.answer(fetch, .failed(sentence: "too many requests", retryAfterMs: ms))])
            end = max(end, driver.now.adding(milliseconds: Int64(ms)))
            count += 1
        }
        driver.run { $0.fetches.barSymbols.count > 4 }
        #expect(driver.now >= end && count == 4)
    }

    @Test func anOutageCostsNoTries() {
        var driver = Self.driver(symbols: 40) { _, _ in nil }
        driver.send([.start(window(3).job())])
        driver.run { $0.fetches.barSymbols.count == 10 }
        driver.script = { _, _ in .failed(sentence: "no route to host", retryAfterMs: nil) }
        let start = driver.now
        driver.run { $0.now.seconds(since: start) > 100 }
        #expect(
            driver.reports.contains { Self.sentence($0.status.phase).contains("no route to host; trying again in") }
        )
        let asked = driver.fetches.count
        driver.script = { _, _ in nil }
        driver.run()
        // Backing off: far fewer requests than an outage of a hundred seconds would see otherwise.
        #expect(asked < 80)
        #expect(driver.summaries.first?.outcome == .finished && driver.summaries.first?.givenUp == 0)
        #expect(driver.store.slots.count == 40)
    }

    @Test func anOutageWithoutEndIsGivenUpWithAWord() {
        var driver = Self.driver(symbols: 40) { _, _ in .failed(sentence: "no route to host", retryAfterMs: nil) }
        driver.send([.start(window(3).job())])
        driver.run()
        let words = Self.sentence(driver.phase)
        #expect(words.contains("no route to host") && words.contains("4 requests are left"))
        #expect(driver.summaries.count == 1)
        #expect(driver.core.nextDue == nil)
        driver.script = { _, _ in nil }
        driver.send([.start(window(3).job())])
        driver.run()
        #expect(driver.summaries.last?.outcome == .finished)
    }

    @Test func aBadSymbolIsNoOutageAndDoesNotStopTheOthers() {
        // The first three in the queue fail for ever, over a single connection.
        var driver = Self.driver(connections: 1) { fetch, _ in
            ["S0", "S1", "S2"].contains([fetch].barSymbols.first ?? "")
                ? .failed(sentence: "server error 500", retryAfterMs: nil) : nil
        }
        driver.send([.start(window(3).job())])
        driver.run()
        #expect(driver.store.slots.count == 9)
        #expect(driver.store.coverage.count == 9)
        guard case .failed = driver.summaries.first?.outcome else {
            Issue.record("it must be said that something is left")
            return
        }
    }

    @Test func aRefusalOfBarsStopsEverythingAndKeepsWhatHasCome() {
        var driver = Self.driver(symbols: 40) { fetch, _ in
            [fetch].barSymbols == ["S7"] ? .refused(sentence: "key refused: check it") : nil
        }
        driver.send([.start(window(3).job())])
        driver.run()
        #expect(driver.phase == .failed(sentence: "key refused: check it"))
        #expect(driver.summaries.first?.outcome == .failed(.refused, sentence: "key refused: check it"))
        #expect(driver.fetches.barSymbols.count < 16)
        #expect(driver.store.slots.count >= 7 - 3)
        #expect(driver.core.requestsUnderWay == 0)
    }

    @Test func refusedDailyBarsAreGivenUpAfterThreeAndWhatIsKnownGoesOn() {
        let window = window(3, daily: 30)
        var driver = Self.driver(connections: 1) { fetch, _ in
            if case .dailyBars = fetch { .refused(sentence: "not in your plan") } else { nil }
        }
        let name = symbol("S1")
        var partial = [Int64](repeating: SlotRows.unknown, count: Slot.count)
        partial[0] = 5
        driver.store.slots[name] = [window.slotDays[0].date: partial]
        driver.send([.start(window.job())])
        driver.run()
        #expect(driver.fetches.dailyDays.count == 3)
        #expect(driver.fetches.barSymbols == ["S1"])
        #expect(
            driver.store.slots[name]?[window.slotDays[0].date]
                == driver.vendor.cumulative(name, window.slotDays[0].date)
        )
        #expect(driver.summaries.first?.refusals == ["not in your plan"])
    }

    @Test func aRefusalOfTheNewestDayDoesNotCostTheOthers() {
        let window = window(3, daily: 9)
        var driver = Self.driver { fetch, _ in
            fetch == .dailyBars(window.dailyDays[0]) ? .refused(sentence: "not before the end of the day") : nil
        }
        driver.send([.start(window.job())])
        driver.run()
        #expect(driver.store.dailyBars.count == 8)
        #expect(driver.summaries.first?.outcome == .finished)
        #expect(driver.summaries.first?.refusals == ["not before the end of the day"])
    }

    @Test func nothingKnownAndDailyBarsRefusedIsAFailure() {
        var driver = Self.driver { fetch, _ in
            if case .dailyBars = fetch { .refused(sentence: "not in your plan") } else { nil }
        }
        driver.send([.start(window(5).job())])
        driver.run()
        #expect(driver.phase == .failed(sentence: "not in your plan"))
    }

    @Test func refusedSplitsAndListingsAreDoneWithout() {
        let window = window(30)
        let suspects = ["S1", "S2", "S3"].map { symbol($0) }
        var driver = Self.driver(symbols: 5, connections: 1) { fetch, _ in
            switch fetch {
            case .splits, .listing: .refused(sentence: "not in your plan")
            case .dailyBars, .bars: nil
            }
        }
        for suspect in suspects { driver.vendor.holidays[suspect] = Set(window.slotDays[6..<20].map(\.date)) }
        driver.send([.start(window.job())])
        driver.run()
        #expect(driver.fetches.filter { if case .listing = $0 { true } else { false } }.count == 1)
        #expect(driver.store.slots.count == 5)
        #expect(driver.summaries.first?.outcome == .finished)
        #expect(driver.reports.last?.status.done == driver.reports.last?.status.total)
    }

    @Test func anAnswerToAnotherQuestionIsAFailure() {
        var driver = Self.driver { fetch, times in Self.isBars(fetch) && times == 0 ? .splits([]) : nil }
        driver.send([.start(window(3).job())])
        driver.run()
        #expect(driver.summaries.first?.outcome == .finished)
        #expect(driver.store.slots.count == 12)
    }

    @Test func aFullDiskStopsEverythingAndTheNextRunGoesOn() {
        var driver = Self.driver(symbols: 40) { _, _ in nil }
        driver.writeScript = { id, _ in
            id < 8 ? nil : .writeFailed(id, sentence: "no space left", isLasting: true)
        }
        driver.send([.start(window(5).job())])
        driver.run()
        #expect(driver.phase == .failed(sentence: "no space left"))
        // Of what was held, nothing is tried on the full disk once it is known to be full.
        #expect(driver.writeTries.keys.max() ?? 0 <= 9)
        #expect(driver.core.unwrittenRows == 0 && driver.core.nextDue == nil)
        #expect(driver.store.slots.count < 40)
        var next = BackfillDriver(driver.vendor, store: driver.store, settings: smallSettings())
        next.send([.start(window(5).job())])
        next.run()
        #expect(next.summaries.first?.outcome == .finished)
        #expect(next.store.slots.count == 40)
    }

    @Test func aLockedFileIsTriedAgainAndFetchingWaits() {
        var driver = Self.driver(symbols: 40) { _, _ in nil }
        driver.writeScript = { id, tries in
            id == 9 && tries < 3 ? .writeFailed(id, sentence: "file is locked", isLasting: false) : nil
        }
        driver.send([.start(window(5).job())])
        driver.run()
        #expect(driver.writeTries[9] == 4)
        #expect(driver.reports.contains { Self.sentence($0.status.phase).contains("file is locked") })
        #expect(driver.unwrittenMax <= 80)
        #expect(driver.summaries.first?.outcome == .finished)
        #expect(driver.store.slots.count == 40)
    }

    @Test func aFileThatStaysLockedIsGivenUp() {
        var driver = Self.driver { _, _ in nil }
        driver.writeScript = { id, _ in .writeFailed(id, sentence: "file is locked", isLasting: false) }
        driver.send([.start(window(2).job())])
        driver.run()
        #expect(driver.phase == .failed(sentence: "file is locked"))
        #expect(driver.writeTries.values.max() == smallSettings().triesMax)
    }

    @Test func anInventoryThatFailsIsAskedAgainAndThenGivenUp() {
        var core = BackfillCore(seed: 1)
        var now = Instant(seconds: 1)
        var asked = 0
        var last: BackfillStatus.Phase?
        var inputs: [BackfillInput] = [.start(window(2).job())]
        while true {
            let effects = core.step(inputs, now: now)
            inputs = []
            for effect in effects {
                if case .takeInventory = effect {
                    asked += 1
                    inputs = [.inventoryFailed(sentence: "file is damaged")]
                }
                if case .report(let status) = effect { last = status.phase }
            }
            guard inputs.isEmpty else { continue }
            guard let due = core.nextDue else { break }
            now = due
        }
        #expect(asked == 3)
        #expect(last == .failed(sentence: "file is damaged"))
    }
}
