import EngineAPI
import History
import MarketData
import MarketTime
import TestSupport
import Testing

/// Restarts in the middle, vendors that fail, refuse, repeat themselves, and stores that do not take anything.
@Suite struct ReferenceTroubleTests {
    private static func today() throws -> DayID { try ReferencePlanTests.today() }

    @Test(arguments: [1, 2, 3, 5, 8, 13, 21, 34, 55])
    func aLoadThatIsCutShortGoesOnWhereItWas(answers: Int) throws {
        var market = ReferenceMarket(30)
        market.pageSize = 10
        var first = ReferencePlanTests.driver(market)
        var left = answers
        first.vendor = { fetch in
            left -= 1
            return left < 0 ? nil : market.answer(fetch)
        }
        first.begin(try Self.today())
        first.run(seconds: 10)
        let done = Set(first.writes.flatMap { write in write.facts.map { "\(write.progress.part)/\($0.symbol.text)" } })
        var second = first.restarted()
        second.vendor = { market.answer($0) }
        second.begin(try Self.today())
        second.run(seconds: 10)
        #expect(second.facts.count == 30 && second.facts.values.allSatisfy { $0.sector != nil && $0.floatShares == 5 })
        #expect(second.progress.values.allSatisfy { $0.isComplete })
        // Nothing that is in the file is asked for or written again.
        let again = second.writes.flatMap { write in write.facts.map { "\(write.progress.part)/\($0.symbol.text)" } }
        #expect(done.isDisjoint(with: again), "\(done.intersection(again).sorted())")
    }

    @Test func aPageThatComesAgainEndsTheList() throws {
        let market = ReferenceMarket(30)
        var driver = ReferencePlanTests.driver(market)
        driver.vendor = { fetch in
            guard case .floats = fetch else { return market.answer(fetch) }
            return .facts(market.symbols.map { market.fact($0) { $0.floatShares = 5 } }, next: "x", rejected: 0)
        }
        driver.begin(try Self.today())
        driver.run(seconds: 60)
        #expect(driver.fetches.filter { $0.mark.hasPrefix("f") }.map(\.mark) == ["f0", "f1"])
        #expect(driver.notes.contains { $0.contains("repeats a page") } && driver.phase == .idle)
    }

    @Test(arguments: [true, false])
    func aListWithoutAnEndHasOne(isForeign: Bool) throws {
        let market = ReferenceMarket(3000)
        var driver = ReferencePlanTests.driver(market)
        driver.vendor = { fetch in
            switch fetch {
            case .floats(let page):
                let facts = isForeign ? [] : [market.fact(market.symbols[page]) { $0.floatShares = 1 }]
                return .facts(facts, next: "x", rejected: 0)
            case .tickers(let after):
                let number = after.flatMap { Int($0.dropFirst()) }.map { $0 - 9_999 } ?? 0
                return .facts(
                    [market.fact(market.symbols[number]) { $0.type = "PFD" }],
                    next: market.symbols[number].text,
                    rejected: 0
                )
            default: return market.answer(fetch)
            }
        }
        driver.begin(try Self.today())
        driver.run(seconds: 60)
        #expect(driver.fetches.filter { $0.mark.hasPrefix("f") }.count == 100)
        #expect(driver.fetches.filter { $0.mark.hasPrefix("t") }.count == 100)
        #expect(driver.notes.filter { $0.contains("more than 100 pages") }.count == 2)
    }

    @Test func aListThatLeadsToItselfEnds() throws {
        let market = ReferenceMarket(3)
        var driver = ReferencePlanTests.driver(market)
        driver.vendor = { fetch in
            guard case .tickers = fetch else { return market.answer(fetch) }
            return .facts(market.symbols.map { market.fact($0) { $0.type = "CS" } }, next: "A10002", rejected: 0)
        }
        driver.begin(try Self.today())
        driver.run(seconds: 60)
        #expect(driver.fetches.filter { $0.mark.hasPrefix("t") }.map(\.mark) == ["t", "tA10002"])
    }

    @Test func aRefusalCostsOnlyItsColumns() throws {
        let market = ReferenceMarket(5)
        var driver = ReferencePlanTests.driver(market)
        driver.vendor = { fetch in
            switch fetch {
            case .floats: .refused(sentence: "The plan lacks floats.")
            case .profile: .refused(sentence: "The plan lacks profiles.")
            default: market.answer(fetch)
            }
        }
        driver.begin(try Self.today())
        driver.run(seconds: 60)
        let sentence = "float, sector, industry unknown: The plan lacks floats."
        #expect(driver.phase == .degraded(sentence: sentence))
        #expect(driver.facts.values.allSatisfy { $0.marketCap == 7 } && driver.facts.count == 5)
        #expect(driver.fetches.filter { $0.mark.hasPrefix("f") }.count == 1)
        // The next day may have another plan.
        driver.begin(try Self.today().adding(days: 1))
        driver.run(seconds: 60)
        #expect(driver.fetches.filter { $0.mark.hasPrefix("f") }.count == 2)
    }

    @Test func aRefusedListDoesNotHoldUpTheOthers() throws {
        let market = ReferenceMarket(5)
        var driver = ReferencePlanTests.driver(market)
        driver.vendor = { fetch in
            if case .tickers = fetch { .refused(sentence: "No key.") } else { market.answer(fetch) }
        }
        driver.take([.prioritize(market.symbols)])
        driver.begin(try Self.today())
        driver.run(seconds: 60)
        #expect(driver.facts.count == 5)
        #expect(driver.phase == .degraded(sentence: "name, type, exchange unknown: No key."))
    }

    @Test func aVendorThatFailsIsAskedMoreAndMoreRarelyAndNeverGivenUp() throws {
        let market = ReferenceMarket(5)
        var driver = ReferencePlanTests.driver(market)
        var isUp = false
        driver.vendor = { fetch in
            guard case .floats = fetch, !isUp else { return market.answer(fetch) }
            return .failed(sentence: "Down.", retryAfterMs: nil)
        }
        driver.begin(try Self.today())
        driver.run(seconds: 6 * 3600)
        let floats = driver.fetches.filter { $0.mark == "f0" }.count
        #expect((36...60).contains(floats), "\(floats)")
        guard case .waiting(let sentence) = driver.phase else {
            Issue.record("\(String(describing: driver.phase))")
            return
        }
        #expect(sentence.hasPrefix("Down. Next try in 10 min"))
        isUp = true
        driver.run(seconds: 700)
        #expect(driver.phase == .idle && driver.facts.values.allSatisfy { $0.floatShares == 5 })
    }

    @Test func aPauseThatTheVendorWantsIsKept() throws {
        let market = ReferenceMarket(5)
        var driver = ReferencePlanTests.driver(market)
        var limited = true
        driver.vendor = { fetch in
            guard case .marketCaps = fetch, limited else { return market.answer(fetch) }
            return .failed(sentence: "Limit.", retryAfterMs: 3_600_000)
        }
        driver.begin(try Self.today())
        let asked = driver.fetches.count
        limited = false
        driver.run(seconds: 3590)
        #expect(driver.fetches.count == asked)
        driver.run(seconds: 20)
        #expect(driver.phase == .idle)
    }

    @Test func aTickerListThatIsDownIsNoReasonToWaitForEver() throws {
        let market = ReferenceMarket(5)
        var driver = ReferencePlanTests.driver(market)
        var isUp = false
        driver.vendor = { fetch in
            guard case .tickers = fetch, !isUp else { return market.answer(fetch) }
            return .failed(sentence: "Down.", retryAfterMs: nil)
        }
        driver.take([.prioritize([market.symbols[0]])])
        driver.begin(try Self.today())
        driver.run(seconds: 60)
        #expect(driver.facts.keys.sorted() == [market.symbols[0]])
        isUp = true
        driver.run(seconds: 700)
        // With the list the others get what they had missed, the first one nothing again.
        #expect(driver.facts.count == 5 && driver.facts.values.allSatisfy { $0.marketCap == 7 && $0.sector != nil })
        #expect(driver.fetches.filter { $0 == .profile(market.symbols[0]) }.count == 1)
    }

    @Test func oneSymbolThatAlwaysFailsIsLeft() throws {
        let market = ReferenceMarket(30)
        let bad = market.symbols[7]
        var driver = ReferencePlanTests.driver(market)
        driver.vendor = { fetch in
            fetch == .profile(bad) ? .failed(sentence: "Damaged.", retryAfterMs: nil) : market.answer(fetch)
        }
        driver.begin(try Self.today())
        driver.run(seconds: 600)
        #expect(driver.fetches.filter { $0 == .profile(bad) }.count == 3)
        #expect(driver.facts.values.filter { $0.sector != nil }.count == 29 && driver.phase == .idle)
        #expect(driver.notes.contains { $0.contains("left for the next trading day") })
    }

    @Test func aBatchWithASymbolThePlanLacksIsDivided() throws {
        let market = ReferenceMarket(100)
        let bad = market.symbols[61]
        var driver = ReferencePlanTests.driver(market)
        driver.vendor = { fetch in
            if case .marketCaps(let symbols) = fetch, symbols.contains(bad) { return .notFound }
            return market.answer(fetch)
        }
        driver.begin(try Self.today())
        driver.run(seconds: 60)
        #expect(driver.facts.values.filter { $0.marketCap == 7 }.count == 99)
        #expect(driver.unknown[.marketCaps]?.keys.sorted() == [bad] && driver.phase == .idle)
        #expect(driver.fetches.filter { $0.mark.hasPrefix("c") }.count <= 15)
    }

    @Test func aPlanWithoutAnyOfTheSymbolsIsNotAskedForEach() throws {
        let market = ReferenceMarket(1000)
        var driver = ReferencePlanTests.driver(market)
        driver.vendor = { fetch in
            if case .marketCaps = fetch { return .notFound }
            return market.answer(fetch)
        }
        driver.begin(try Self.today())
        driver.run(seconds: 60)
        #expect(driver.fetches.filter { $0.mark.hasPrefix("c") }.count <= 20)
        guard case .degraded(let sentence) = driver.phase else {
            Issue.record("\(String(describing: driver.phase))")
            return
        }
        #expect(sentence.hasPrefix("market cap unknown: the plan"))
    }

    @Test func aStoreThatTakesNothingStopsTheAsking() throws {
        let market = ReferenceMarket(500)
        var driver = ReferencePlanTests.driver(market)
        var isFull = true
        driver.writeFault = { _ in isFull ? "The disk is full." : nil }
        driver.begin(try Self.today())
        driver.run(seconds: 3600)
        // What was under way is kept, and nothing more is asked.
        #expect(driver.fetches.map(\.mark) == ["t", "tA10099"])
        guard case .waiting(let sentence) = driver.phase else {
            Issue.record("\(String(describing: driver.phase))")
            return
        }
        #expect(sentence.contains("cannot be kept") && sentence.contains("The disk is full."))
        isFull = false
        driver.run(seconds: 700)
        #expect(driver.phase == .idle && driver.facts.count == 500)
    }

    @Test func aStoreThatCannotBeReadIsTriedAgain() throws {
        var driver = ReferencePlanTests.driver(ReferenceMarket(5))
        var faults = 3
        driver.readFault = {
            faults -= 1
            return faults >= 0 ? "Locked." : nil
        }
        driver.begin(try Self.today())
        #expect(driver.phase == .waiting(sentence: "reference data cannot be kept: Locked. Next try in 2 s."))
        driver.run(seconds: 60)
        #expect(driver.phase == .idle && driver.facts.count == 5)
    }

    @Test func answersToYesterdaysQuestionsAreDropped() throws {
        let market = ReferenceMarket(5)
        var driver = ReferencePlanTests.driver(market)
        driver.vendor = { _ in nil }
        driver.begin(try Self.today())
        #expect(driver.underWay == [.tickers(after: nil)])
        driver.begin(try Self.today().adding(days: 1))
        #expect(driver.underWay == [.tickers(after: nil)])
        driver.vendor = { market.answer($0) }
        driver.answer(.tickers(after: nil), .facts([], next: nil, rejected: 0))
        driver.run(seconds: 60)
        #expect(driver.facts.count == 5 && driver.phase == .idle)
        #expect(driver.writes.allSatisfy { $0.progress.day.iso == "2026-10-07" })
    }

    @Test(arguments: 1...12)
    func whateverVendorsDoTheDayEndsAndBoundsAreKept(seed: UInt64) throws {
        var market = ReferenceMarket(60)
        market.pageSize = 20
        var random = SeededRandom(seed: seed)
        var driver = ReferencePlanTests.driver(market)
        driver.vendor = { fetch in
            switch Int.random(in: 0..<12, using: &random) {
            case 0: return .failed(sentence: "Down.", retryAfterMs: nil)
            case 1: return .failed(sentence: "Limit.", retryAfterMs: Int.random(in: 0...90_000, using: &random))
            case 2 where fetch.mark.hasPrefix("p") || fetch.mark.hasPrefix("c"): return .notFound
            default: return market.answer(fetch)
            }
        }
        driver.begin(try Self.today())
        driver.run(seconds: 20 * 3600)
        #expect(driver.phase == .idle, "seed \(seed): \(String(describing: driver.phase))")
        #expect(driver.underWayMax <= 4 && driver.facts.count == 60, "seed \(seed)")
        #expect(driver.plan.nextDue == nil, "seed \(seed)")
    }
}
