import EngineAPI
import History
import MarketData
import MarketTime
import TestSupport
import Testing

@Suite struct BackfillResumeTests {
    private static func vendor() -> FakeVendor {
        var vendor = FakeVendor(count: 25)
        let days = window(14, daily: 14).slotDays.map(\.date)
        vendor.holidays[symbol("S3")] = Set(days[2..<13])
        vendor.holidays[symbol("S4")] = Set(days[1..<12])
        vendor.listings[symbol("S3")] = days[1]
        vendor.holidays[symbol("S6")] = [days[0]]
        vendor.holidays[symbol("S8")] = [days[3], days[13]]
        vendor.unknown = [symbol("S11")]
        vendor.splits = [StockSplit(symbol: symbol("S1"), executionDate: days[5], from: 1, to: 2)].compactMap { $0 }
        return vendor
    }

    /// Failures of all kinds, each a few times, by a coin that depends on the question only.
    private static func trouble(_ seed: UInt64) -> (HistoryFetch, Int) -> HistoryAnswer? {
        { fetch, times in
            let words = "\(fetch)".utf8.reduce(seed) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
            var random = SeededRandom(seed: words)
            guard times < Int.random(in: 0...2, using: &random) else { return nil }
            let retryAfterMs = Bool.random(using: &random) ? Int.random(in: 1...3000, using: &random) : nil
            return .failed(sentence: "not now", retryAfterMs: retryAfterMs)
        }
    }

    @Test(arguments: 0..<15)
    func aBackfillKilledAtAnyMomentEndsInTheSameStore(seed: Int) {
        let job = window(14, daily: 14).job()
        var whole = BackfillDriver(Self.vendor(), settings: smallSettings())
        whole.send([.start(job)])
        whole.run()
        #expect(whole.summaries.first?.outcome == .finished)

        var random = SeededRandom(seed: UInt64(seed))
        var store = FakeStore()
        var isFinished = false
        var runs = 0
        while !isFinished, runs < 60 {
            runs += 1
            var driver = BackfillDriver(
                Self.vendor(),
                store: store,
                settings: smallSettings(),
                seed: UInt64(100 * seed + runs)
            )
            driver.script = Self.trouble(UInt64(seed))
            driver.send([.start(job)])
            // From a kill in the first moments to none at all.
            let steps = Int.random(in: 5...140, using: &random)
            driver.run { $0.steps >= steps }
            isFinished = driver.summaries.first?.outcome == .finished
            store = driver.kill()
        }
        #expect(isFinished && runs > 1, "seed \(seed), \(runs) runs")
        #expect(store.slots == whole.store.slots, "seed \(seed)")
        #expect(
            store.dailyBars.mapValues { Set($0.keys) } == whole.store.dailyBars.mapValues { Set($0.keys) },
            "seed \(seed)"
        )
        #expect(store.splits == whole.store.splits, "seed \(seed)")
        #expect(store.cuts == whole.store.cuts, "seed \(seed)")
    }

    @Test(arguments: 0..<5)
    func theSameInputsAtTheSameTimesGiveTheSameEffects(seed: Int) {
        func run(_ jitter: UInt64) -> [String] {
            var driver = BackfillDriver(Self.vendor(), settings: smallSettings(), seed: UInt64(seed))
            driver.core = BackfillCore(settings: smallSettings(), seed: jitter)
            driver.script = Self.trouble(UInt64(seed))
            driver.checksRepeats = false
            driver.send([.start(window(14, daily: 14).job()), .prioritize([symbol("S20"), symbol("S2")])])
            driver.schedule(
                .heal(HealRequest(day: date("2026-03-20"), slotCount: 90, symbols: driver.vendor.symbols)),
                afterMs: 300
            )
            driver.schedule(.prioritize([symbol("S15")]), afterMs: 500)
            driver.run()
            return driver.log
        }
        let log = run(7)
        #expect(log.count > 100)
        #expect(run(7) == log, "seed \(seed)")
        #expect(run(8) != log, "the seed must matter, or nothing was drawn")
    }

    @Test(arguments: 0..<10)
    func everyStepCountsOnceWhateverFails(seed: Int) {
        var driver = BackfillDriver(Self.vendor(), settings: smallSettings(), seed: UInt64(seed))
        driver.script = Self.trouble(UInt64(seed))
        driver.send([.start(window(14, daily: 14).job())])
        driver.run()
        #expect(driver.summaries.count == 1)
        for (_, status) in driver.reports { #expect(status.done <= status.total, "seed \(seed)") }
        #expect(driver.reports.last?.status.done == driver.reports.last?.status.total, "seed \(seed)")
        #expect(driver.underWayMax <= 4 && driver.unwrittenMax <= 80, "seed \(seed)")
        #expect(driver.core.requestsUnderWay == 0 && driver.core.nextDue == nil)
    }
}
