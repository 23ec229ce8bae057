import EngineAPI
import History
import MarketData
import MarketTime
import TestSupport
import Testing

@Suite struct HealTests {
    private static let day = date("2026-03-20")

    private static func request(_ names: [String], slotCount: Int = 80, day: DayID = day) -> HealRequest {
        HealRequest(day: day, slotCount: slotCount, symbols: names.map { symbol($0) })
    }

    private static func driver(symbols: Int = 12, connections: Int = 4) -> BackfillDriver {
        var driver = BackfillDriver(FakeVendor(count: symbols), settings: smallSettings(connections: connections))
        driver.checksRepeats = false
        return driver
    }

    private static func healed(_ driver: BackfillDriver) -> [Symbol] { driver.healed.flatMap(\.symbols) }

    @Test func aGapIsFilledUpToTheSlotThatWasAskedAndNoFurther() {
        var driver = Self.driver()
        driver.send([.heal(Self.request((0..<12).map { "S\($0)" }))])
        driver.run()
        #expect(Set(Self.healed(driver)) == Set(driver.vendor.symbols))
        #expect(driver.healed.allSatisfy { $0.day == Self.day && $0.slotCount == 80 && $0.symbols.count <= 5 })
        for rows in driver.healed {
            for (index, symbol) in rows.symbols.enumerated() {
                let volumes = rows.cumulative[index * 80..<(index + 1) * 80]
                #expect(Array(volumes) == Array(driver.vendor.cumulative(symbol, Self.day).prefix(80)))
            }
        }
        #expect(driver.fetches == driver.vendor.symbols.map { .bars($0, from: Self.day, through: Self.day) })
        #expect(driver.phase == .idle)
        #expect(driver.reports.contains { $0.status.phase == .gap && $0.status.total == 12 })
        #expect(driver.underWayMax == 4)
    }

    @Test func theRateIsOfTheGapAndThenOfTheJob() {
        var driver = Self.driver(symbols: 200, connections: 1)
        driver.answerMs = 100...100
        driver.send([.start(window(2).job())])
        driver.run { $0.fetches.barSymbols.count == 60 }
        driver.send([.heal(Self.request((0..<40).map { "S\($0)" }))])
        driver.run()
        let rates = driver.reports.compactMap(\.status.perSecond)
        #expect(rates.count > 20)
        #expect(rates.allSatisfy { $0 > 5 && $0 < 12 })
    }

    @Test func aGapGoesBeforeTheJobAndTheJobGoesOnAfterwards() {
        var driver = Self.driver(symbols: 30, connections: 2)
        driver.send([.start(window(3).job())])
        driver.run { $0.fetches.barSymbols.count == 5 }
        let before = driver.fetches.count
        driver.send([.heal(Self.request(["S29", "S28", "S27", "S26"]))])
        driver.run()
        let next = driver.fetches[before...].prefix(4)
        #expect(
            Array(next) == ["S29", "S28", "S27", "S26"].map { .bars(symbol($0), from: Self.day, through: Self.day) }
        )
        #expect(driver.healed.flatMap(\.symbols).count == 4)
        #expect(driver.phase == .finished)
        #expect(driver.store.slots.count == 30)
        #expect(driver.underWayMax == 2)
    }

    @Test func aNewerGapReplacesWhatHasNotBeenSent() {
        var driver = Self.driver(connections: 1)
        driver.send([.heal(Self.request(["S0", "S1", "S2", "S3"]))])
        driver.run { $0.fetches.count == 2 }
        driver.send([.heal(Self.request(["S5", "S6"], slotCount: 81))])
        driver.run()
        #expect(driver.fetches.barSymbols == ["S0", "S1", "S5", "S6"])
        // Each as far as it was asked for.
        for rows in driver.healed {
            #expect(
                rows.slotCount == (rows.symbols.contains(symbol("S5")) || rows.symbols.contains(symbol("S6")) ? 81 : 80)
            )
        }
        #expect(Set(Self.healed(driver)) == Set(["S0", "S1", "S5", "S6"].map { symbol($0) }))
    }

    @Test func aSymbolOnItsWayIsAskedAgainWhenMoreSlotsAreWanted() {
        var driver = Self.driver(connections: 2)
        driver.send([.heal(Self.request(["S0"], slotCount: 80))])
        driver.send([.heal(Self.request(["S0"], slotCount: 81))])
        driver.run()
        #expect(driver.fetches.barSymbols == ["S0", "S0"])
        #expect(driver.healed.map(\.slotCount) == [80, 81])
        #expect(driver.phase == .idle)
    }

    @Test func aSymbolOnItsWayIsNotAskedTwiceForTheSameSlots() {
        var driver = Self.driver(connections: 2)
        driver.send([.heal(Self.request(["S0", "S1"]))])
        driver.send([.heal(Self.request(["S0", "S1"]))])
        driver.run()
        #expect(driver.fetches.barSymbols == ["S0", "S1"])
        #expect(Self.healed(driver).count == 2)
    }

    @Test func aJobsRequestForTheSameDayIsNotTakenForTheGap() {
        // Nobody knows whether it was sent after the slots had ended.
        let window = HistoryWindow(
            calendar: ExchangeCalendar(),
            tradingDay: date("2026-03-21"),
            days: 1,
            includesEarlyCloses: true,
            dailyDaysMax: 0
        )
        var driver = Self.driver(symbols: 1, connections: 1)
        driver.send([.start(window.job())])
        driver.run { $0.fetches.barSymbols.count == 1 }
        driver.send([.heal(Self.request(["S0"]))])
        driver.run()
        #expect(driver.fetches.barSymbols == ["S0", "S0"])
        #expect(Self.healed(driver) == [symbol("S0")])
        #expect(driver.phase == .finished)
        #expect(driver.store.slots[symbol("S0")]?.count == 1)
    }

    @Test func anEmptyAnswerIsNoZeroVolumeAndIsAskedAgainAQuarterOfAnHourLater() {
        var driver = Self.driver()
        driver.vendor.holidays[symbol("S1")] = [Self.day]
        driver.vendor.unknown = [symbol("S2")]
        driver.send([.heal(Self.request(["S0", "S1", "S2"]))])
        driver.run()
        #expect(Self.healed(driver) == [symbol("S0")])
        driver.send([.heal(Self.request(["S1", "S2", "S3"], slotCount: 82))])
        driver.run()
        #expect(driver.fetches.barSymbols == ["S0", "S1", "S2", "S3"])
        // The vendor was behind, and has caught up; what it does not know at all it need not be asked that day.
        driver.vendor.holidays = [:]
        driver.send([.heal(Self.request(["S1", "S2"], slotCount: 83))])
        driver.run()
        #expect(driver.fetches.barSymbols == ["S0", "S1", "S2", "S3", "S1"])
        #expect(Self.healed(driver).last == symbol("S1"))
        driver.send([.heal(Self.request(["S2"], slotCount: 192))])
        driver.run()
        #expect(driver.fetches.barSymbols.count == 5)
        // The next day is another matter.
        driver.send([.heal(Self.request(["S2"], day: date("2026-03-23")))])
        driver.run()
        #expect(driver.fetches.barSymbols.count == 6)
    }

    @Test(arguments: [0, 1, 40, 79, 80, 81, 191])
    func slotsFromTheLastBarOnAreNotKnown(lastBar: Int) {
        var driver = Self.driver()
        // Aggregates that are behind: nothing of what was traded after that slot has come.
        let late = (0..<Slot.count).map { Int64(min($0, lastBar) + 1) * 100 }
        driver.script = { _, _ in
            var history = SlotHistory()
            history.append(
                symbol("S0"),
                Self.day,
                cumulative: late,
                trades: [Int32](repeating: 1, count: Slot.count),
                vwap: (0..<Slot.count).map { $0 % 3 == 1 ? .nan : Float($0 + 1) }
            )
            return .bars(history, rejected: BarRejections())
        }
        driver.send([.heal(Self.request(["S0"]))])
        driver.run()
        let known = min(lastBar, 80)
        let prices = (0..<80).map { $0 >= known || $0 % 3 == 1 ? "-" : "\($0 + 1)" }
        let handed = driver.healed.map { rows in rows.vwap.map { $0.isNaN ? "-" : "\(Int($0))" } }
        #expect(handed == (known > 0 ? [prices] : []), "prices of the known slots alone")
        let expected = late.prefix(known) + Array(repeating: SlotRows.unknown, count: 80 - known)
        #expect(driver.healed.map(\.cumulative) == (known > 0 ? [Array(expected)] : []))
        #expect(driver.phase == .idle)
    }

    @Test func rowsOfAnotherSymbolOrDayAreNotTakenForTheAnswer() {
        var driver = Self.driver()
        let vendor = driver.vendor
        driver.script = { _, _ in
            .bars(vendor.history(symbol("S9"), [Self.day, date("2026-03-19")]), rejected: BarRejections())
        }
        driver.send([.heal(Self.request(["S0"]))])
        driver.run()
        #expect(driver.healed.isEmpty)
    }

    @Test func aSymbolThatFailsIsTriedAgainAndThenLeftOutWithAWord() {
        var driver = Self.driver()
        driver.script = { fetch, times in
            [fetch].barSymbols == ["S1"] || ([fetch].barSymbols == ["S2"] && times < 2)
                ? .failed(sentence: "server error 500", retryAfterMs: nil) : nil
        }
        driver.send([.heal(Self.request(["S0", "S1", "S2"]))])
        driver.run()
        #expect(Set(Self.healed(driver)) == [symbol("S0"), symbol("S2")])
        #expect(driver.fetches.barSymbols.filter { $0 == "S1" }.count == 5)
        guard case .failed(let words) = driver.phase else {
            Issue.record("it must be said that something is left")
            return
        }
        #expect(words.contains("1 symbol") && words.contains("server error 500"))
        driver.script = { _, _ in nil }
        driver.send([.heal(Self.request(["S1"]))])
        driver.run()
        #expect(driver.phase == .idle)
    }

    @Test func aRefusedGapIsNotAskedAgainThatDayAndTheJobGoesOn() {
        var driver = Self.driver(symbols: 10, connections: 1)
        driver.script = { fetch, _ in
            if case .bars(_, Self.day, _) = fetch { .refused(sentence: "not in your plan") } else { nil }
        }
        driver.send([.start(window(2).job()), .heal(Self.request(["S0", "S1", "S2"]))])
        driver.run()
        driver.send([.heal(Self.request(["S3"]))])
        driver.run()
        #expect(driver.fetches.filter { if case .bars(_, Self.day, _) = $0 { true } else { false } }.count == 1)
        #expect(driver.summaries.first?.outcome == .finished)
        #expect(driver.store.slots.count == 10)
    }

    @Test func aPlanThatSellsTodayTomorrowDoesNotHoldUpTheJob() {
        var driver = Self.driver(symbols: 10, connections: 1)
        driver.script = { fetch, _ in
            guard case .bars(_, Self.day, _) = fetch else { return nil }
            return .failed(sentence: "not before end of day", retryAfterMs: 3_600_000)
        }
        driver.send([.start(window(2).job()), .heal(Self.request(["S0", "S1", "S2"]))])
        driver.run()
        driver.send([.heal(Self.request(["S3"]))])
        driver.run()
        #expect(driver.fetches.filter { if case .bars(_, Self.day, _) = $0 { true } else { false } }.count == 1)
        #expect(driver.summaries.first?.outcome == .finished && driver.store.slots.count == 10)
        let isHeldUp = driver.reports.contains { if case .waiting = $0.status.phase { true } else { false } }
        #expect(!isHeldUp)
    }

    @Test func aRefusedGapWithoutAJobIsSaid() {
        var driver = Self.driver()
        driver.script = { _, _ in .refused(sentence: "not in your plan") }
        driver.send([.heal(Self.request(["S0", "S1", "S2", "S3", "S4", "S5"]))])
        driver.run()
        #expect(driver.phase == .failed(sentence: "not in your plan"))
        #expect(driver.fetches.count == 4)
    }

    @Test func anOutageDuringAGapComesToRest() {
        var driver = Self.driver()
        driver.script = { _, _ in .failed(sentence: "no route to host", retryAfterMs: nil) }
        driver.send([.heal(Self.request((0..<12).map { "S\($0)" }))])
        driver.run()
        #expect(driver.core.nextDue == nil)
        driver.script = { _, _ in nil }
        driver.send([.heal(Self.request((0..<12).map { "S\($0)" }))])
        driver.run()
        #expect(Set(Self.healed(driver)).count == 12)
    }

    @Test func aFewRowsAreNotHeldBackForLong() {
        var driver = Self.driver(connections: 1)
        driver.answerMs = 900...900
        driver.send([.heal(Self.request((0..<5).map { "S\($0)" }))])
        driver.run { !$0.healed.isEmpty }
        #expect(driver.healed.first?.symbols.count == 3)
    }

    @Test func stoppingHandsOverWhatHasCome() {
        var driver = Self.driver(connections: 1)
        driver.send([.heal(Self.request((0..<12).map { "S\($0)" }))])
        driver.run { $0.fetches.count == 4 }
        driver.send([.stop])
        driver.run()
        #expect(Self.healed(driver) == ["S0", "S1", "S2"].map { symbol($0) })
        #expect(driver.fetches.count == 4 && driver.core.requestsUnderWay == 0)
    }

    @Test(arguments: [0, -5, 500])
    func anAbsurdNumberOfSlotsIsClamped(slotCount: Int) {
        var driver = Self.driver()
        driver.send([.heal(Self.request(["S0"], slotCount: slotCount))])
        driver.run()
        #expect(driver.healed.map(\.slotCount) == (slotCount > 0 ? [192] : []))
    }

    @Test(arguments: 0..<20)
    func gapsJobsAndFailuresInAnyMixtureComeToRestWithinBounds(seed: Int) {
        var random = SeededRandom(seed: UInt64(seed))
        var driver = Self.driver(symbols: 25, connections: 3)
        driver.script = { fetch, times in
            let words = "\(fetch)".utf8.reduce(UInt64(seed)) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
            var random = SeededRandom(seed: words &+ UInt64(times))
            return switch Int.random(in: 0..<12, using: &random) {
            case 0: .failed(sentence: "a", retryAfterMs: nil)
            case 1: .failed(sentence: "b", retryAfterMs: Int.random(in: -5...5000, using: &random))
            case 2: .notFound
            case 3: .listing(nil)
            case 4 where times > 3: .refused(sentence: "c")
            default: nil
            }
        }
        for _ in 0..<30 {
            let names = driver.vendor.symbols.shuffled(using: &random)
            let input: BackfillInput =
                switch Int.random(in: 0..<6, using: &random) {
                case 0: .start(window(Int.random(in: 1...8, using: &random)).job())
                case 1: .stop
                case 2: .prioritize(Array(names.prefix(5)))
                default:
                    .heal(
                        HealRequest(
                            day: Self.day.adding(days: Int.random(in: 0...1, using: &random)),
                            slotCount: Int.random(in: 1...192, using: &random),
                            symbols: Array(names.prefix(Int.random(in: 0...20, using: &random)))
                        )
                    )
                }
            driver.schedule(input, afterMs: Int.random(in: 0...20_000, using: &random))
        }
        driver.run()
        #expect(driver.core.requestsUnderWay == 0 && driver.core.unwrittenRows == 0, "seed \(seed)")
        #expect(driver.core.nextDue == nil && driver.underWayMax <= 3, "seed \(seed)")
        #expect(driver.reports.last?.status.isRunning == false, "seed \(seed)")
        for (_, status) in driver.reports { #expect(0...max(0, status.total) ~= status.done, "seed \(seed)") }
    }
}
