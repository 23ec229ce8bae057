import Engine
import EngineAPI
import MarketData
import MarketTime
import Testing

@Suite
struct SecondTapeTests {
    private func tape(_ symbol: String?, levels: Int = 0) -> TapeQuery {
        TapeQuery(symbol: symbol.flatMap { Symbol($0) }, aggregates: false, rows: 10, levels: levels)
    }

    private func pairs(_ outputs: [EngineOutput]) -> [String] {
        for case .demand(let demand) in outputs { return demand.pairs.map(\.text) }
        return []
    }

    @Test func bothTapesAreSubscribedAndAnswered() throws {
        var fixture = try EngineFixture()
        let (times, now) = (fixture, fixture.at(10, 0))
        let batch = try snapshot(["AAA", "BBB"].map { traded($0, 10, volume: 100, at: now) })
        let looked = LookedAt(tape: tape("AAA", levels: 5), secondTape: tape("BBB", levels: 1000))
        let outputs = fixture.step([.snapshot(batch), .streamStatus(.live(1)), .command(.look(looked))], now)
        let wanted = pairs(outputs).joined(separator: " ")
        #expect(wanted == "LULD.* T.AAA Q.AAA A.AAA T.BBB Q.BBB A.BBB")
        try fixture.stream(times.at(10, 1)) { events in
            try events.trade("AAA", 11, 100, at: times.at(10, 0, 30))
            try events.trade("BBB", 12, 200, at: times.at(10, 0, 31))
        }
        let view = try fixture.picture(times.at(10, 1))
        #expect(view.tape?.prints.map(\.price) == [11] && view.secondTape?.prints.map(\.price) == [12])
        #expect(view.tape?.isLive == true && view.secondTape?.isLive == true)
        #expect(view.tape?.levels == [PriceLevel(price: 11, other: 100)])
        #expect(view.secondTape?.levels == [PriceLevel(price: 12, other: 200)])
        #expect(view.secondTape?.query.levels == TapeQuery.levelsMax)
        _ = fixture.step([.command(.look(LookedAt(tape: tape("AAA"))))], times.at(10, 1))
        let one = try fixture.picture(times.at(10, 1))
        #expect(one.tape != nil && one.secondTape == nil)
    }

    @Test(arguments: [true, false])
    func theMergedTapeMayBeEither(_ isSecond: Bool) throws {
        var fixture = try EngineFixture()
        let (times, now) = (fixture, fixture.at(10, 0))
        let batch = try snapshot(["AAA", "BBB"].map { traded($0, 10, volume: 100, at: now) })
        let (own, merged) = (tape("AAA"), tape(nil))
        let looked = LookedAt(tape: isSecond ? own : merged, secondTape: isSecond ? merged : own)
        let outputs = fixture.step([.snapshot(batch), .streamStatus(.live(1)), .command(.look(looked))], now)
        let demand = pairs(outputs)
        #expect(demand.contains("T.BBB") && demand.contains("Q.BBB"))
        try fixture.stream(times.at(10, 1)) { events in
            try events.trade("AAA", 11, 100, at: times.at(10, 0, 30))
            try events.trade("BBB", 12, 200, at: times.at(10, 0, 31))
        }
        let view = try fixture.picture(times.at(10, 1))
        let pages = isSecond ? (view.tape, view.secondTape) : (view.secondTape, view.tape)
        #expect(pages.0?.prints.map(\.price) == [11])
        #expect(pages.1?.prints.map(\.price) == [12, 11] && pages.1?.isLive == true)
    }

    @Test func aTapeThatMovesFromOnePlaceToTheOtherStaysSubscribed() throws {
        var planner = SubscriptionPlanner(settings: StreamSettings())
        planner.look(LookedAt(tape: tape("AAA"), secondTape: tape("BBB")), now: 0)
        let first = planner.plan(now: 0)
        #expect(first?.demand.pairs.count == 7)
        planner.look(LookedAt(tape: tape("BBB"), secondTape: tape("AAA")), now: 1)
        let moved = planner.plan(now: 1)
        #expect(moved?.dropped.isEmpty == true)
        planner.look(LookedAt(tape: tape("BBB")), now: 2)
        _ = planner.plan(now: 2)
        let pairs = try #require(first?.demand.pairs)
        let left = try #require(pairs[1].symbol)
        #expect(left.text == "AAA" && planner.holds(.trades, left), "looked at a moment ago")
        let dropped = planner.plan(now: 11_000_000_000)?.dropped.map(\.text)
        #expect(dropped == ["T.AAA", "Q.AAA", "A.AAA"])
    }
}

extension EngineFixture {
    /// A picture, whether or not one is due.
    fileprivate mutating func picture(_ now: Instant) throws -> EngineView {
        for case .publish(let view) in core.step([.feed(FeedStatus())], now: now) { return view }
        throw Missing.picture
    }
}
