import Engine
import EngineAPI
import MarketData
import MarketTime
import Testing

/// What is to be subscribed, by scripts of what happens, with the exact lists.
@Suite
struct SubscriptionPlannerTests {
    private static let second: Int64 = 1_000_000_000

    private func symbols(_ text: String) -> [Symbol] { text.split(separator: " ").compactMap { Symbol($0) } }

    private func settings(_ change: (inout StreamSettings) -> Void = { _ in }) -> StreamSettings {
        var settings = StreamSettings()
        change(&settings)
        return settings
    }

    private func text(_ demand: StreamDemand?) -> String? {
        demand.map { demand in
            (demand.pairs.map(\.text) + (demand.omitted > 0 ? ["+\(demand.omitted)"] : [])).joined(separator: " ")
        }
    }

    @Test func everyReasonHasItsPlaceAndEveryPairStandsOnce() throws {
        var planner = SubscriptionPlanner(settings: settings())
        #expect(text(planner.plan(now: 0)?.demand) == "LULD.*")
        planner.watch(symbols("W1 S1 W1"))
        planner.take(shortList: symbols("S1 L1 W1 S2"), now: 0)
        var looked = LookedAt(selected: Symbol("L1"))
        looked.tape = TapeQuery(symbol: Symbol("T1"), rows: 5)
        planner.look(looked, now: 0)
        let expected = "LULD.* T.L1 Q.L1 A.L1 T.T1 Q.T1 A.T1 T.W1 Q.W1 A.W1 T.S1 Q.S1 A.S1 A.S2"
        #expect(text(planner.plan(now: 0)?.demand) == expected)
        #expect(planner.plan(now: 5 * Self.second) == nil)
    }

    @Test func withoutQuotesThereAreNeitherQuotesNorBands() throws {
        var planner = SubscriptionPlanner(settings: settings { $0.hasQuotes = false })
        planner.watch(symbols("W1"))
        planner.take(shortList: symbols("S1"), now: 0)
        #expect(text(planner.plan(now: 0)?.demand) == "T.W1 A.W1 A.S1")
    }

    @Test func theMergedTapeWantsTradesAndQuotesOfTheShortListAndStoringItsTrades() throws {
        var planner = SubscriptionPlanner(settings: settings())
        planner.take(shortList: symbols("S1 S2"), now: 0)
        planner.look(LookedAt(tape: TapeQuery(symbol: nil, rows: 5)), now: 0)
        #expect(text(planner.plan(now: 0)?.demand) == "LULD.* A.S1 T.S1 Q.S1 A.S2 T.S2 Q.S2")
        planner.look(LookedAt(), now: 0)
        #expect(text(planner.plan(now: 0)?.demand) == "LULD.* A.S1 A.S2")
        var storing = SubscriptionPlanner(settings: settings { $0.storedTicks = .shortList })
        storing.take(shortList: symbols("S1"), now: 0)
        #expect(text(storing.plan(now: 0)?.demand) == "LULD.* A.S1 T.S1")
    }

    @Test(arguments: [
        (max: 100, expected: "LULD.* T.L1 Q.L1 A.L1 T.W1 Q.W1 A.W1 A.S1 A.S2"),
        (max: 8, expected: "LULD.* T.L1 Q.L1 A.L1 T.W1 Q.W1 A.W1 A.S1 +1"),
        (max: 3, expected: "LULD.* T.L1 Q.L1 +6"), (max: 0, expected: "+9"),
    ])
    func theCapLeavesOutTheLeastImportantAndCountsThem(_ test: (max: Int, expected: String)) throws {
        var planner = SubscriptionPlanner(settings: settings { $0.pairsMax = test.max })
        planner.watch(symbols("W1"))
        planner.take(shortList: symbols("S1 S2"), now: 0)
        planner.look(LookedAt(selected: Symbol("L1")), now: 0)
        #expect(text(planner.plan(now: 0)?.demand) == test.expected)
    }

    @Test func whoLeavesTheShortListStaysForAWhile() throws {
        var planner = SubscriptionPlanner(settings: settings { $0.lingerSeconds = 60 })
        planner.take(shortList: symbols("S1 S2 S3"), now: 0)
        #expect(text(planner.plan(now: 0)?.demand) == "LULD.* A.S1 A.S2 A.S3")
        #expect(!planner.wantsShortList(now: 4 * Self.second) && planner.wantsShortList(now: 5 * Self.second))
        planner.take(shortList: symbols("S3 S4"), now: 5 * Self.second)
        #expect(text(planner.plan(now: 5 * Self.second)?.demand) == "LULD.* A.S3 A.S4 A.S1 A.S2")
        // One that comes back is of the list again and lingers anew when it leaves.
        planner.take(shortList: symbols("S3 S4 S2"), now: 10 * Self.second)
        #expect(text(planner.plan(now: 10 * Self.second)?.demand) == "LULD.* A.S3 A.S4 A.S2 A.S1")
        planner.take(shortList: symbols("S3 S4"), now: 15 * Self.second)
        _ = planner.plan(now: 15 * Self.second)
        #expect(planner.plan(now: 64 * Self.second) == nil)
        let next = planner.plan(now: 65 * Self.second)
        let plan = try #require(next)
        #expect(text(plan.demand) == "LULD.* A.S3 A.S4 A.S2")
        #expect(plan.dropped.map(\.text) == ["A.S1"])
        #expect(text(planner.plan(now: 75 * Self.second)?.demand) == "LULD.* A.S3 A.S4")
    }

    @Test func listsFollowEachOtherAtLeastASecondApartButALookAtOnce() throws {
        var planner = SubscriptionPlanner(settings: settings())
        planner.take(shortList: symbols("S1"), now: 0)
        #expect(planner.plan(now: 0) != nil)
        planner.watch(symbols("W1"))
        #expect(planner.plan(now: Self.second - 1) == nil)
        planner.look(LookedAt(selected: Symbol("L1")), now: Self.second - 1)
        #expect(text(planner.plan(now: Self.second - 1)?.demand) == "LULD.* T.L1 Q.L1 A.L1 T.W1 Q.W1 A.W1 A.S1")
        planner.watch([])
        #expect(planner.plan(now: 2 * Self.second - 2) == nil)
        #expect(planner.plan(now: 2 * Self.second - 1) != nil)
        // A clock that was set back does not silence it.
        planner.watch(symbols("W2"))
        #expect(planner.plan(now: -100 * Self.second) != nil)
    }

    @Test func scrollingUpAndDownAgainUnsubscribesNothingAndKeepsALimitedNumber() throws {
        var planner = SubscriptionPlanner(settings: settings { $0.shortListMax = 0 })
        var dropped = 0
        for step in 0..<40 {
            let symbol = Symbol("S\(step % 5)")
            planner.look(LookedAt(selected: symbol), now: Int64(step) * Self.second / 5)
            dropped += planner.plan(now: Int64(step) * Self.second / 5)?.dropped.count ?? 0
        }
        #expect(dropped == 0)
        for step in 0..<40 {
            planner.look(LookedAt(selected: Symbol("X\(step)")), now: 8 * Self.second)
            let demand = planner.plan(now: 8 * Self.second)?.demand
            #expect(demand.map { $0.pairs.count <= 1 + 3 * (1 + SubscriptionPlanner.lookedMax) } ?? false)
        }
        #expect(text(planner.plan(now: 19 * Self.second)?.demand) == "LULD.* T.X39 Q.X39 A.X39")
    }

    @Test func theCoreFollowsItsScanAndSaysSoOnlyWhenItChanges() throws {
        var settings = StreamSettings()
        settings.shortListMax = 2
        var core = EngineCore(calendar: ExchangeCalendar(), stream: settings)
        let fixture = try EngineFixture()
        func demands(_ inputs: [EngineInput], _ now: Instant) -> [String] {
            var found: [String] = []
            for case .demand(let demand) in core.step(inputs, now: now) { found.append(text(demand) ?? "") }
            return found
        }
        let query = ScanQuery(sort: [SortKey(.volume, descending: true)], columns: [], rows: 0..<10)
        let start = fixture.at(10, 0)
        #expect(demands([.command(.query(query))], start) == ["LULD.*"])
        func rows(_ volumes: [(String, Double)], _ now: Instant) throws -> EngineInput {
            .snapshot(try snapshot(volumes.map { traded($0.0, 10, volume: $0.1, at: now) }))
        }
        let first = start.adding(seconds: 5)
        let ranked: [(String, Double)] = [("A", 10), ("ZVZZT", 99), ("B", 30), ("C", 20)]
        #expect(try demands([rows(ranked, first)], first) == ["LULD.* A.B A.C"])
        // In between nothing is read anew, and the same again is no news.
        let later = first.adding(seconds: 4)
        #expect(try demands([rows([("A", 40), ("B", 30), ("C", 20)], later)], later).isEmpty)
        let due = first.adding(seconds: 5)
        #expect(demands([], due) == ["LULD.* A.A A.B A.C"])
        #expect(demands([], due.adding(seconds: 30)).isEmpty)
        let watch: [Symbol] = symbols("ZVZZT NOBODY")
        let watched = demands([.command(.watchlist(watch))], due.adding(seconds: 31))
        #expect(watched == ["LULD.* T.ZVZZT Q.ZVZZT A.ZVZZT T.NOBODY Q.NOBODY A.NOBODY A.A A.B A.C"])
        #expect(demands([], due.adding(seconds: 60)).last?.hasSuffix(" A.A A.B") == true)
    }
}
