import EngineAPI
import History
import MarketData
import MarketTime
import Testing

/// What is asked, in which order, and what is not asked again.
@Suite struct ReferencePlanTests {
    /// A Tuesday.
    static func today() throws -> DayID { try #require(DayID(iso: "2026-10-06")) }

    static func driver(_ market: ReferenceMarket, _ settings: ReferenceSettings = .init()) -> ReferenceDriver {
        var driver = ReferenceDriver(settings)
        driver.vendor = { market.answer($0) }
        return driver
    }

    @Test func aDayAsksForListsThenBatchesThenProfiles() throws {
        var market = ReferenceMarket(250)
        market.pageSize = 125
        var driver = Self.driver(market)
        driver.begin(try Self.today())
        driver.run(seconds: 60)
        let marks = driver.fetches.map(\.mark)
        #expect(marks.prefix(2) == ["t", "tA10124"])
        #expect(Set(marks.filter { $0.hasPrefix("f") }) == ["f0", "f1", "f2"])
        #expect(marks.filter { $0.hasPrefix("c") } == ["c100", "c100", "c50"])
        #expect(marks.filter { $0.hasPrefix("p") } == market.symbols.map { "p\($0.text)" })
        #expect(marks.lastIndex { $0.hasPrefix("c") || $0.hasPrefix("f") } == 7 && marks.count == 8 + 250)
        #expect(driver.facts.count == 250 && driver.facts.values.allSatisfy { $0.sector == "Energy" })
        #expect(driver.facts.values.allSatisfy { $0.floatShares == 5 && $0.marketCap == 7 && $0.name == "Company" })
        let today = try Self.today()
        // Never "up to date" between two parts.
        #expect(driver.phases.filter { $0 == .idle }.count == 1)
        #expect(driver.phase == .idle && driver.stamp == today)
        #expect(driver.progress.values.allSatisfy { $0.isComplete } && driver.progress.count == 4)
        #expect(
            Set(driver.writes.map { $0.source + "/" + $0.progress.part.rawValue })
                == ["polygon/tickers", "fmp/floats", "fmp/market-caps", "fmp/profiles"]
        )
    }

    @Test func aRestartOnTheSameDayAsksNothing() throws {
        var driver = Self.driver(ReferenceMarket(120))
        driver.begin(try Self.today())
        driver.run(seconds: 60)
        var second = driver.restarted()
        second.begin(try Self.today())
        second.run(seconds: 3600)
        #expect(second.fetches.isEmpty && second.writes.isEmpty && second.phases == [.idle])
    }

    @Test func theNextDayAsksForEverythingButProfiles() throws {
        var driver = Self.driver(ReferenceMarket(120))
        driver.begin(try Self.today())
        driver.run(seconds: 60)
        let before = driver.fetches.count
        driver.begin(try Self.today().adding(days: 1))
        driver.run(seconds: 60)
        #expect(driver.fetches[before...].map(\.mark) == ["t", "tA10099", "f0", "c100", "c20", "f1", "f2"])
        #expect(driver.stamp?.iso == "2026-10-07")
    }

    @Test(arguments: [(29, false), (30, true)])
    func aProfileIsGoodForThirtyTradingDays(days: Int, isAsked: Bool) throws {
        let driver = Self.driver(ReferenceMarket(3))
        let calendar = driver.calendar
        var first = driver
        first.begin(try Self.today())
        first.run(seconds: 10)
        var day = try Self.today()
        for _ in 0..<days { day = calendar.tradingDay(after: day) }
        var later = first.restarted()
        later.begin(day)
        later.run(seconds: 60)
        #expect(later.fetches.contains { $0.mark.hasPrefix("p") } == isAsked)
    }

    @Test(arguments: [(1, false), (19, false), (20, true)])
    func aSymbolWithoutAProfileIsRemembered(days: Int, isAsked: Bool) throws {
        let market = ReferenceMarket(3)
        var first = Self.driver(market)
        first.vendor = { fetch in
            if case .profile = fetch { return .notFound }
            return market.answer(fetch)
        }
        first.begin(try Self.today())
        first.run(seconds: 10)
        #expect(first.unknown[.profiles]?.count == 3)
        var day = try Self.today()
        for _ in 0..<days { day = first.calendar.tradingDay(after: day) }
        var later = first.restarted()
        later.begin(day)
        later.run(seconds: 60)
        #expect(later.fetches.contains { $0.mark.hasPrefix("p") } == isAsked)
    }

    @Test func withoutAKeyTheListOfTickersIsStillLoaded() throws {
        var settings = ReferenceSettings()
        settings.hasFMPKey = false
        var driver = Self.driver(ReferenceMarket(250), settings)
        driver.begin(try Self.today())
        driver.run(seconds: 60)
        #expect(driver.fetches.map(\.mark) == ["t", "tA10099", "tA10199"])
        let sentence = "float, market cap, sector, industry unknown: no FMP key; set FMP_API_KEY"
        #expect(driver.phase == .degraded(sentence: sentence))
        #expect(driver.facts.count == 250)
    }

    @Test func whatIsInPlayIsAskedFirst() throws {
        let market = ReferenceMarket(40)
        var driver = Self.driver(market)
        let wanted = [30, 20, 10].map { market.symbols[$0] }
        driver.take([.prioritize(wanted)])
        driver.begin(try Self.today())
        driver.run(seconds: 10)
        let profiles = driver.fetches.filter { $0.mark.hasPrefix("p") }
        #expect(
            profiles.prefix(4) == [
                .profile(wanted[0]), .profile(wanted[1]), .profile(wanted[2]),
                .profile(market.symbols[0]),
            ]
        )
        #expect(Set(profiles).count == 40 && profiles.count == 40)
    }

    @Test func aNewWishMovesWhatHasNotBeenAsked() throws {
        let market = ReferenceMarket(40)
        var driver = Self.driver(market)
        driver.vendor = { fetch in
            if case .profile = fetch { return nil }
            return market.answer(fetch)
        }
        driver.begin(try Self.today())
        #expect(driver.underWay.count == 4 && driver.underWayMax == 4)
        driver.take([.prioritize([market.symbols[39], market.symbols[0]])])
        driver.answer(.profile(market.symbols[0]), market.answer(.profile(market.symbols[0])))
        #expect(driver.fetches.last == .profile(market.symbols[39]))
        #expect(driver.underWayMax == 4)
    }

    @Test func onlyCompaniesAndFundsAreAskedOneByOneAndFundsLast() throws {
        let types = ["ETF", "WARRANT", "CS", nil, "UNIT", "PFD", "RIGHT", "ADRC", "NEVERHEARD", "FUND"]
        let market = ReferenceMarket(10)
        var driver = Self.driver(market)
        driver.vendor = { fetch in
            guard case .tickers = fetch else { return market.answer(fetch) }
            return .facts(
                zip(market.symbols, types).map { symbol, type in market.fact(symbol) { $0.type = type } },
                next: nil,
                rejected: 0
            )
        }
        driver.begin(try Self.today())
        driver.run(seconds: 10)
        let expected = [2, 3, 7, 8, 0, 9].map { market.symbols[$0] }
        #expect(driver.fetches.contains(.marketCaps(expected)))
        #expect(driver.fetches.filter { $0.mark.hasPrefix("p") } == expected.map { .profile($0) })
        // Nobody had named them, so the other vendor's name is taken.
        #expect(driver.facts[market.symbols[2]]?.name == "Other Name")
    }

    @Test func onlyTickersOfTheListGetAFloat() throws {
        let market = ReferenceMarket(3)
        let stranger = try #require(Symbol("ZZZZ"))
        var driver = Self.driver(market)
        driver.vendor = { fetch in
            guard case .floats(0) = fetch else { return market.answer(fetch) }
            return .facts(
                (market.symbols + [stranger]).map { market.fact($0) { $0.floatShares = 5 } },
                next: "1",
                rejected: 0
            )
        }
        driver.begin(try Self.today())
        driver.run(seconds: 10)
        #expect(driver.facts[stranger] == nil && driver.facts.count == 3)
    }

    @Test func whatIsNewIsHandedOverAfterEachPartAndNotForEveryProfile() throws {
        let market = ReferenceMarket(2000)
        var driver = Self.driver(market)
        driver.begin(try Self.today())
        driver.run(seconds: 60)
        #expect((4...8).contains(driver.handOvers.count), "\(driver.handOvers.count)")
        #expect(driver.writes.filter { $0.progress.part == .profiles }.allSatisfy { $0.facts.count < 50 + 4 })
        let before = driver.handOvers.count
        driver.run(seconds: 600)
        #expect(driver.handOvers.count == before)
    }

    @Test func withoutAListTheSymbolsInPlayAreTheUniverse() throws {
        let market = ReferenceMarket(5)
        var settings = ReferenceSettings()
        settings.hasTickers = false
        var driver = Self.driver(market, settings)
        driver.begin(try Self.today())
        driver.run(seconds: 60)
        #expect(driver.fetches.isEmpty)
        guard case .waiting = driver.phase else {
            Issue.record("\(String(describing: driver.phase))")
            return
        }
        driver.take([.prioritize(market.symbols)])
        driver.run(seconds: 60)
        #expect(driver.facts.count == 5 && driver.facts.values.allSatisfy { $0.marketCap == 7 })
    }
}
