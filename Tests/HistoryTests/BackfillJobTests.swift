import EngineAPI
import History
import MarketData
import MarketTime
import TestSupport
import Testing

@Suite struct BackfillJobTests {
    @Test func everythingMissingIsFetchedOnceAndWritten() {
        let window = window(6, daily: 9)
        var driver = BackfillDriver(FakeVendor(count: 30), settings: smallSettings())
        driver.send([.start(window.job())])
        driver.run()
        #expect(driver.summaries.count == 1)
        #expect(driver.summaries.first?.outcome == .finished)
        #expect(driver.phase == .finished)
        for symbol in driver.vendor.symbols {
            for day in window.slotDays.map(\.date) {
                #expect(driver.store.slots[symbol]?[day] == driver.vendor.cumulative(symbol, day))
            }
        }
        #expect(driver.store.dailyBars.count == 9)
        #expect(driver.fetches.barSymbols.count == 30)
        #expect(driver.summaries.first?.symbols == 30 && driver.summaries.first?.rows == 180)
        #expect(driver.summaries.first?.barDays == 9)
    }

    @Test func dailyBarsComeNewestFirstAfterTheSplitsAndBarsByActivity() {
        let window = window(3, daily: 5)
        var driver = BackfillDriver(FakeVendor(count: 5), settings: smallSettings(connections: 1))
        driver.send([.start(window.job())])
        driver.run()
        #expect(driver.fetches.first == .splits(from: window.dailyDays[4], through: window.tradingDay))
        #expect(driver.fetches.dailyDays == window.dailyDays)
        #expect(driver.fetches.barSymbols == ["S0", "S1", "S2", "S3", "S4"])
        #expect(
            driver.fetches.last == .bars(symbol("S4"), from: window.slotDays[2].date, through: window.slotDays[0].date)
        )
    }

    @Test func aYearOfDailyBarsComesAfterTheSlotsTwoAtATime() {
        let window = window(3, daily: 80)
        var driver = BackfillDriver(FakeVendor(count: 30), settings: smallSettings(connections: 8))
        driver.send([.start(window.job())])
        let days = window.slotDays.map(\.date)
        driver.run { $0.fetches.dailyDays.count > 60 }
        #expect(driver.fetches.barSymbols.count == 30, "every symbol goes before the first older day")
        #expect(driver.store.slots.values.allSatisfy { $0.count == days.count })
        let reloads = driver.reloads.count
        #expect(reloads > 0, "what the slots are for does not wait for the year")
        var underWay = 0
        driver.run {
            underWay = max(underWay, $0.core.requestsUnderWay)
            return false
        }
        #expect(underWay == 2)
        #expect(driver.fetches.dailyDays == window.dailyDays + window.olderDailyDays)
        #expect(driver.fetches.first == .splits(from: window.olderDailyDays[19], through: window.tradingDay))
        #expect(driver.store.dailyBars.count == 80 && driver.summaries.first?.barDays == 80)
        #expect(driver.summaries.first?.outcome == .finished && driver.reloads.count == reloads + 1)
        var again = BackfillDriver(driver.vendor, store: driver.store, settings: smallSettings())
        again.send([.start(window.job())])
        again.run()
        #expect(again.fetches.count == 1)
    }

    @Test func aPlanThatReachesBackLessFarCostsThreeRequests() {
        let window = window(2, daily: 100)
        var driver = BackfillDriver(FakeVendor(count: 4), settings: smallSettings(connections: 1))
        let older = Set(window.olderDailyDays)
        driver.script = { fetch, _ in
            if case .dailyBars(let day) = fetch, older.contains(day) {
                .refused(sentence: "not in your plan")
            } else {
                nil
            }
        }
        driver.send([.start(window.job())])
        driver.run()
        #expect(driver.fetches.dailyDays.count == 63 && driver.store.dailyBars.count == 60)
        #expect(driver.summaries.first?.outcome == .finished)
        #expect(driver.summaries.first?.refusals == ["not in your plan"])
    }

    @Test func aSecondRunAsksForNothingButSplits() {
        var first = BackfillDriver(FakeVendor(count: 10), settings: smallSettings())
        first.send([.start(window(4, daily: 4).job())])
        first.run()
        var second = BackfillDriver(first.vendor, store: first.store, settings: smallSettings())
        second.send([.start(window(4, daily: 4).job())])
        second.run()
        #expect(second.fetches.count == 1)
        #expect(second.summaries.first?.outcome == .finished)
        #expect(second.store == first.store)
    }

    @Test func symbolsInTheLeadGoFirstAlsoWhenTheListComesLate() {
        var driver = BackfillDriver(FakeVendor(count: 20), settings: smallSettings(connections: 1))
        driver.send([.prioritize([symbol("S17"), symbol("S4")]), .start(window(2).job())])
        driver.run { $0.fetches.barSymbols.count == 3 }
        driver.send([.prioritize([symbol("NONE"), symbol("S9"), symbol("S12"), symbol("S9")])])
        driver.run()
        #expect(driver.fetches.barSymbols.prefix(6) == ["S17", "S4", "S0", "S9", "S12", "S1"])
        #expect(Set(driver.fetches.barSymbols).count == 20 && driver.fetches.barSymbols.count == 20)
    }

    @Test func onlyTheGivenSymbolsAreFetched() {
        var driver = BackfillDriver(FakeVendor(count: 20), settings: smallSettings())
        driver.send([.start(window(2).job(symbols: [symbol("S3"), symbol("S7")]))])
        driver.run()
        #expect(Set(driver.fetches.barSymbols) == ["S3", "S7"])
        #expect(driver.store.dailyBars.count == 2)
    }

    @Test func aGivenSymbolIsFetchedWithoutDailyBarsToo() {
        var driver = BackfillDriver(FakeVendor(count: 5), settings: smallSettings())
        driver.script = { fetch, _ in if case .dailyBars = fetch { .refused(sentence: "not in your plan") } else { nil }
        }
        driver.send([.start(window(8).job(symbols: [symbol("S3")]))])
        driver.run()
        #expect(driver.fetches.barSymbols == ["S3"])
        #expect(driver.store.slots[symbol("S3")]?.count == 8)
        #expect(driver.summaries.first?.refusals == ["not in your plan"])
        #expect(driver.summaries.first?.outcome == .finished)
    }

    @Test func oneRequestSpansFromTheOldestToTheNewestMissingDay() {
        let window = window(6)
        let days = window.slotDays.map(\.date)
        var driver = BackfillDriver(FakeVendor(count: 1), settings: smallSettings())
        let name = symbol("S0")
        driver.vendor.holidays[name] = [days[0], days[5]]
        driver.store.slots[name] = [days[1]: [Int64](repeating: 5, count: Slot.count)]
        driver.send([.start(window.job())])
        driver.run()
        #expect(driver.fetches.last == .bars(name, from: days[4], through: days[2]))
        #expect(driver.store.coverage[name]?.first?.outcome == .answered)
        #expect(driver.store.slots[name]?[days[1]] == [Int64](repeating: 5, count: Slot.count))
    }

    @Test func sealedDaysKeepTheirRows() {
        let window = window(3)
        let days = window.slotDays.map(\.date)
        let name = symbol("S0")
        let exact = [Int64](repeating: 77, count: Slot.count)
        var driver = BackfillDriver(FakeVendor(count: 1), settings: smallSettings())
        driver.store.sealed = [days[1]]
        driver.store.slots[name] = [days[1]: exact]
        driver.send([.start(window.job())])
        driver.run()
        #expect(driver.store.slots[name]?[days[1]] == exact)
        #expect(driver.store.slots[name]?[days[0]] == driver.vendor.cumulative(name, days[0]))
        #expect(driver.store.slots[name]?[days[2]] == driver.vendor.cumulative(name, days[2]))
    }

    @Test func aSealedDayWithoutDailyBarsIsNotAskedForByName() {
        let window = window(3)
        let days = window.slotDays.map(\.date)
        var driver = BackfillDriver(FakeVendor(count: 1), settings: smallSettings())
        driver.vendor.emptyDays = Set(days)
        driver.store.sealed = [days[0], days[2]]
        driver.send([.start(window.job(symbols: [symbol("S0")]))])
        driver.run()
        let bars = driver.fetches.filter { if case .bars = $0 { true } else { false } }
        #expect(bars == [.bars(symbol("S0"), from: days[1], through: days[1])])
    }

    @Test func aSymbolTheVendorDoesNotKnowIsRememberedAndNotAskedAgain() {
        var driver = BackfillDriver(FakeVendor(count: 6), settings: smallSettings())
        driver.vendor.unknown = [symbol("S2"), symbol("S5")]
        driver.send([.start(window(3).job())])
        driver.run()
        #expect(driver.store.coverage[symbol("S2")]?.map(\.outcome) == [.notFound])
        #expect(driver.summaries.first?.notFound == 2)
        #expect(driver.reports.last?.status.notFound == 2)
        var again = BackfillDriver(driver.vendor, store: driver.store, settings: smallSettings())
        again.send([.start(window(3).job())])
        again.run()
        #expect(again.fetches.barSymbols == [])
    }

    @Test func anEmptyDayIsReportedAndLeftForTheNextRun() {
        let window = window(3)
        let empty = window.slotDays[1].date
        var driver = BackfillDriver(FakeVendor(count: 3), settings: smallSettings())
        driver.vendor.emptyDays = [empty]
        driver.send([.start(window.job())])
        driver.run()
        #expect(driver.summaries.first?.emptyDays == [empty])
        #expect(driver.fetches.dailyDays.count == 3)
        #expect(driver.store.dailyBars[empty] == nil)
    }

    @Test func aRecycledTickerIsCutAtItsListing() {
        let window = window(30)
        let days = window.slotDays.map(\.date)
        let name = symbol("S1")
        var driver = BackfillDriver(FakeVendor(count: 4), settings: smallSettings())
        driver.vendor.holidays[name] = Set(days[6..<20])
        driver.vendor.listings[name] = days[5]
        driver.send([.start(window.job())])
        driver.run()
        #expect(driver.store.cuts == [name: days[5]])
        #expect(driver.store.slots[name]?.keys.min() == days[5])
        #expect(driver.store.slots[symbol("S0")]?.count == 30)
        #expect(driver.fetches.filter { if case .listing = $0 { true } else { false } } == [.listing(name)])
        #expect(driver.summaries.first?.listingCuts == 1 && driver.summaries.first?.outcome == .finished)
        #expect(driver.reports.last?.status.done == driver.reports.last?.status.total)
    }

    @Test(
        arguments: [nil, "2020-01-02", "2026-03-21", "2099-01-01"].map { $0.map { date($0) } }
    )
    func aListingOutsideTheWindowCutsNothing(listing: DayID?) {
        let window = window(30)
        let name = symbol("S1")
        var driver = BackfillDriver(FakeVendor(count: 2), settings: smallSettings())
        driver.vendor.holidays[name] = Set(window.slotDays[6..<20].map(\.date))
        driver.vendor.listings[name] = listing
        driver.send([.start(window.job())])
        driver.run()
        // The store is told all the same, also when there is no date: the ticker has been looked up.
        #expect(driver.store.lookedUp == [name])
        #expect(driver.store.cuts == (listing.map { $0 <= window.tradingDay } == true ? [name: listing] : [:]))
        #expect(driver.summaries.first?.listingCuts == 0)
        #expect(driver.store.slots[name]?.count == 16)
    }

    @Test func aTickerListedTodayLosesAllItsHistory() {
        let window = window(30)
        let name = symbol("S1")
        var driver = BackfillDriver(FakeVendor(count: 2), settings: smallSettings())
        driver.vendor.holidays[name] = Set(window.slotDays[6..<20].map(\.date))
        driver.vendor.listings[name] = window.tradingDay
        driver.send([.start(window.job())])
        driver.run()
        #expect(driver.store.cuts == [name: window.tradingDay])
        #expect(driver.fetches.barSymbols == ["S0"])
        #expect(driver.summaries.first?.outcome == .finished)
        #expect(driver.reports.last?.status.done == driver.reports.last?.status.total)
    }

    @Test func onlySoManySuspectsAreAskedForTheirListing() {
        let window = window(30)
        var settings = smallSettings()
        settings.suspectsMax = 2
        var driver = BackfillDriver(FakeVendor(count: 6), settings: settings)
        for name in ["S1", "S2", "S3", "S4"] {
            driver.vendor.holidays[symbol(name)] = Set(window.slotDays[6..<20].map(\.date))
        }
        driver.send([.start(window.job())])
        driver.run()
        #expect(driver.fetches.filter { if case .listing = $0 { true } else { false } }.count == 2)
        #expect(driver.store.slots.count == 6)
        // What is complete is still checked, after everything else.
        var again = BackfillDriver(driver.vendor, store: driver.store, settings: settings)
        again.vendor.listings[symbol("S4")] = window.slotDays[5].date
        again.send([.start(window.job())])
        again.run()
        #expect(again.fetches.barSymbols.isEmpty)
        #expect(again.store.cuts == [symbol("S4"): window.slotDays[5].date])
        #expect(again.reloads.count == 1)
        // The first two were looked up before, without a date, and the others now.
        #expect(Self.listings(driver) == ["S1", "S2"] && Self.listings(again) == ["S3", "S4"])
        var last = BackfillDriver(again.vendor, store: again.store, settings: settings)
        last.send([.start(window.job())])
        last.run()
        #expect(Self.listings(last).isEmpty)
    }

    private static func listings(_ driver: BackfillDriver) -> [String] {
        driver.fetches.compactMap { if case .listing(let symbol) = $0 { symbol.text } else { nil } }
    }

    @Test func aTickerWithoutReferenceDataIsLookedUpOnceToo() {
        let window = window(30)
        let name = symbol("S1")
        var driver = BackfillDriver(FakeVendor(count: 2), settings: smallSettings())
        driver.vendor.holidays[name] = Set(window.slotDays[6..<20].map(\.date))
        driver.script = { fetch, _ in if case .listing = fetch { .notFound } else { nil } }
        driver.send([.start(window.job())])
        driver.run()
        #expect(driver.store.lookedUp == [name] && driver.store.cuts.isEmpty)
        #expect(driver.store.slots[name]?.count == 16)
        #expect(driver.reports.last?.status.done == driver.reports.last?.status.total)
    }

    @Test func splitsAreAskedUpToTodayAndWritten() {
        let window = window(3, daily: 10)
        var driver = BackfillDriver(FakeVendor(count: 2), settings: smallSettings())
        let splits = [
            StockSplit(symbol: symbol("S0"), executionDate: window.tradingDay, from: 1, to: 10),
            StockSplit(symbol: symbol("S1"), executionDate: date("2020-01-02"), from: 1, to: 10),
        ].compactMap { $0 }
        driver.vendor.splits = splits
        driver.send([.start(window.job())])
        driver.run()
        #expect(driver.store.splits == [splits[0]])
        #expect(driver.summaries.first?.splits == 1)
    }

    @Test(arguments: [1, 3, 16])
    func whatIsUnderWayAndWhatIsHeldStaysWithinBounds(connections: Int) {
        var settings = smallSettings(connections: connections)
        settings.rowsPerWrite = 20
        var driver = BackfillDriver(FakeVendor(count: 60), settings: settings)
        // Writes are slower than answers: fetching must wait for them.
        driver.answerMs = 1...2
        driver.writeMs = 300...500
        driver.send([.start(window(5, daily: 5).job())])
        driver.run()
        // Eight requests of five days each are all that two writes can take.
        #expect(driver.underWayMax == min(connections, 8))
        #expect(driver.unwrittenMax <= 40)
        #expect(driver.summaries.first?.outcome == .finished)
        #expect(driver.summaries.first?.symbols == 60)
    }

    @Test func aSymbolLargerThanTheBoundIsFetchedAlone() {
        var settings = smallSettings()
        settings.rowsPerWrite = 2
        var driver = BackfillDriver(FakeVendor(count: 5), settings: settings)
        driver.send([.start(window(9).job())])
        driver.run()
        #expect(driver.summaries.first?.rows == 45)
        #expect(driver.unwrittenMax == 9)
    }

    @Test func rowsNobodyAskedForAreNotWritten() {
        let window = window(3)
        let name = symbol("S0")
        let day = window.slotDays[0].date
        let other = date("2025-01-15")
        var driver = BackfillDriver(FakeVendor(count: 1), settings: smallSettings())
        let vendor = driver.vendor
        driver.script = { fetch, _ in
            guard case .bars = fetch else { return nil }
            var history = vendor.history(name, [day, other, day])
            history.append(FakeVendor(count: 2).history(symbol("S1"), [day]))
            return .bars(history, rejected: BarRejections())
        }
        driver.send([.start(window.job())])
        driver.run()
        #expect(driver.store.slots == [name: [day: vendor.cumulative(name, day)]])
        #expect(driver.summaries.first?.rejected.otherDay == 3)
    }

    @Test func aNewJobReplacesTheOneUnderWayAndKeepsWhatItFetched() {
        var driver = BackfillDriver(FakeVendor(count: 30), settings: smallSettings())
        driver.send([.start(window(6).job())])
        driver.run { $0.fetches.barSymbols.count == 20 }
        driver.send([.start(window(3).job())])
        driver.run()
        #expect(driver.summaries.map(\.outcome) == [.stopped, .finished])
        #expect(driver.underWayMax <= 4)
        #expect(driver.store.slots.values.allSatisfy { $0.count >= 3 } && driver.store.slots.count == 30)
    }

    @Test func anAnswerToAnEarlierInventoryDoesNotCount() {
        // With its daily bars stored, a job is planned from its first inventory.
        var first = BackfillDriver(FakeVendor(count: 3), settings: smallSettings())
        first.script = { fetch, _ in if case .bars = fetch { .refused(sentence: "later") } else { nil } }
        first.send([.start(window(5).job())])
        first.run()
        #expect(first.store.slots.isEmpty && first.store.dailyBars.count == 5)
        var driver = BackfillDriver(first.vendor, store: first.store, settings: smallSettings())
        driver.send([.start(window(2).job())])
        driver.send([.start(window(4).job())])
        driver.run()
        #expect(driver.store.slots.values.allSatisfy { $0.count == 4 })
        #expect(driver.store.slots.count == 3)
        #expect(driver.fetches.barSymbols.count == 3)
    }

    @Test func stoppingWritesWhatHasComeAndTellsTheEngine() {
        var driver = BackfillDriver(FakeVendor(count: 30), settings: smallSettings(connections: 2))
        driver.send([.start(window(6).job())])
        driver.run { $0.core.unwrittenRows > 6 }
        driver.send([.stop])
        let asked = driver.fetches.count
        driver.run()
        #expect(driver.fetches.count == asked)
        #expect(driver.summaries.map(\.outcome) == [.stopped])
        #expect(driver.phase == .idle)
        #expect(driver.core.unwrittenRows == 0)
        #expect(!driver.store.slots.isEmpty && !driver.reloads.isEmpty)
    }

    @Test func aJobWithoutDaysIsDoneAtOnce() {
        var driver = BackfillDriver(FakeVendor(count: 3), settings: smallSettings())
        driver.send([.start(BackfillJob(slotDays: [], dailyDays: [], today: date("2026-03-20")))])
        driver.run()
        #expect(driver.fetches.isEmpty && driver.summaries.map(\.outcome) == [.finished])
    }

    @Test func strayInputsDoNothing() {
        var core = BackfillCore(seed: 1)
        let effects = core.step(
            [
                .inventory(BackfillInventory()), .inventoryFailed(sentence: "x"), .written(3), .prioritize([]), .stop,
                .writeFailed(4, sentence: "x", isLasting: false), .answer(.listing(symbol("A")), .notFound),
            ],
            now: Instant(seconds: 5)
        )
        #expect(effects.allSatisfy { if case .report(let status) = $0 { status == BackfillStatus() } else { false } })
        #expect(core.nextDue == nil)
    }
}
