import EngineAPI
import History
import MarketData
import MarketTime
import TestSupport
import Testing

@Suite struct BackfillStatusTests {
    private static func driver(symbols: Int, _ settings: BackfillSettings = smallSettings()) -> BackfillDriver {
        BackfillDriver(FakeVendor(count: symbols), settings: settings)
    }

    @Test func thePhasesFollowEachOther() {
        var driver = Self.driver(symbols: 20)
        driver.send([.start(window(3).job())])
        driver.run()
        var phases: [BackfillStatus.Phase] = []
        for report in driver.reports where report.status.phase != phases.last { phases.append(report.status.phase) }
        #expect(phases == [.planning, .days, .planning, .bars, .finished])
    }

    @Test func aPhaseIsReportedFiveTimesASecondAtMostAndOnlyWhenItChanged() {
        var driver = Self.driver(symbols: 200)
        driver.send([.start(window(3).job())])
        driver.run()
        for (earlier, later) in zip(driver.reports, driver.reports.dropFirst()) {
            #expect(earlier.status != later.status)
            guard earlier.status.phase == later.status.phase else { continue }
            #expect(later.at.nanoseconds(since: earlier.at) >= 200_000_000)
        }
        #expect(driver.reports.count > 5)
    }

    @Test func theRateIsThatOfTheLastSecondsAndTheTimeLeftFollows() throws {
        var driver = Self.driver(symbols: 400, smallSettings(connections: 1))
        driver.answerMs = 100...100
        driver.send([.start(window(2).job())])
        driver.run { ($0.reports.last?.status.done ?? 0) >= 150 && $0.phase == .bars }
        let status = try #require(driver.reports.last?.status)
        #expect(abs(try #require(status.perSecond) - 10) < 0.5)
        #expect(abs(try #require(status.secondsLeft) - Double(400 - status.done) / 10) < 3)
        // Ten times slower from here on: after a quarter of a minute nothing is left of the old rate.
        driver.answerMs = 1000...1000
        let start = driver.now
        driver.run { $0.now.seconds(since: start) > 16 }
        #expect(abs(try #require(driver.reports.last?.status.perSecond) - 1) < 0.2)
    }

    @Test func rareStepsHaveARateToo() throws {
        // Five requests a minute, as on the free plan.
        var driver = Self.driver(symbols: 40, smallSettings(connections: 1))
        driver.answerMs = 12_000...12_000
        driver.send([.start(window(2).job())])
        driver.run { ($0.reports.last?.status.done ?? 0) >= 12 && $0.phase == .bars }
        #expect(abs(try #require(driver.reports.last?.status.perSecond) - 5.0 / 60) < 0.02)
    }

    @Test func rareAnswersAreWrittenWithinSeconds() {
        var driver = Self.driver(symbols: 5, smallSettings(connections: 1))
        driver.answerMs = 12_000...12_000
        driver.send([.start(window(2).job())])
        driver.run { $0.fetches.barSymbols.count == 3 }
        // The second has just come; the first has not waited for it.
        #expect(driver.store.slots.count == 1)
    }

    @Test func theEngineReloadsAfterDailyBarsThenWhenTheLeadIsInThenSeldomAndAtTheEnd() {
        var settings = smallSettings(connections: 2)
        settings.firstWave = 20
        var driver = Self.driver(symbols: 1200, settings)
        driver.answerMs = 20...20
        var slotsAtReload: [Int] = []
        driver.send([.start(window(2).job())])
        var seen = 0
        driver.run { driver in
            if driver.reloads.count > seen {
                seen = driver.reloads.count
                slotsAtReload.append(driver.store.slots.count)
            }
            return false
        }
        #expect(slotsAtReload.first == 0)
        #expect((20...32).contains(slotsAtReload.dropFirst().first ?? 0))
        #expect(slotsAtReload.last == 1200)
        #expect(driver.reloads.count > 4)
        for (earlier, later) in zip(driver.reloads.dropFirst(), driver.reloads.dropFirst(2)).dropLast() {
            #expect(later.nanoseconds(since: earlier) >= 5_000_000_000)
        }
    }

    @Test func aSlowBackfillReloadsTooButNotForEverySymbol() {
        var driver = Self.driver(symbols: 30, smallSettings(connections: 1))
        driver.answerMs = 4000...4000
        driver.send([.start(window(2).job())])
        driver.run()
        // 30 symbols take two minutes: after the daily bars, with the lead, every half minute, at the end.
        #expect((4...8).contains(driver.reloads.count))
    }

    @Test func nothingToDoWakesNobody() {
        var driver = Self.driver(symbols: 3)
        driver.send([.start(window(2).job())])
        driver.run()
        #expect(driver.core.nextDue == nil)
        let before = driver.log.count
        driver.send([])
        #expect(driver.log.count == before)
    }

    @Test func whileNothingIsAnsweredNothingWakesTheLoop() {
        var driver = Self.driver(symbols: 30)
        driver.answerMs = 60_000...60_000
        driver.send([.start(window(2).job())])
        driver.run { $0.fetches.barSymbols.count == 4 }
        let steps = driver.steps
        driver.run { $0.fetches.barSymbols.count > 4 }
        #expect(driver.steps - steps < 10)
    }
}
