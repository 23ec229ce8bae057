import Engine
import EngineAPI
import MarketData
import MarketTime
import Testing

/// Whoever is behind gets a resume and the trades after it in one batch; each still happens at its own time.
@Suite
struct StreamHaltOrderTests {
    /// A halt at 10:00, its resume at 10:05 and trades on both sides of them, cut into batches before some events.
    private func play(cuts: Set<Int>) throws -> (HaltMark, [String]) {
        var fixture = try EngineFixture()
        let times = fixture
        let now = times.at(10, 6)
        let symbol = try #require(Symbol("AAA"))
        let query = TapeQuery(symbol: symbol, aggregates: false, rows: 100)
        let commands: [EngineCommand] = [.watchlist([symbol]), .look(LookedAt(selected: symbol, tape: query))]
        _ = fixture.step(commands.map { .command($0) } + [.streamStatus(.live(1))], now)
        var events: [(inout StreamEvents) throws -> Void] = []
        for second in [57, 58] { events.append { try $0.trade("AAA", 10, 100, at: times.at(9, 59, second)) } }
        events.append { try $0.band("AAA", [17], upper: 11, lower: 9, at: times.at(10, 0)) }
        events.append { try $0.band("AAA", [18], upper: 12, lower: 10, at: times.at(10, 5)) }
        for second in 1...4 { events.append { try $0.trade("AAA", 11, 100, at: times.at(10, 5, second)) } }
        var batch = StreamEvents()
        for (number, event) in events.enumerated() {
            if cuts.contains(number) {
                _ = fixture.core.step([.stream(batch.batch)], now: now)
                batch = StreamEvents()
            }
            try event(&batch)
        }
        _ = fixture.core.step([.stream(batch.batch)], now: now)
        let lines = fixture.show(now)?.tape?.prints.reversed().map { line in
            line.flags.contains(.halt) ? "halt" : line.flags.contains(.resume) ? "resume" : "trade"
        }
        return (try fixture.row("AAA", [], now).halt, lines ?? [])
    }

    @Test(arguments: [[], [3], [2], [4], [2, 5], [1, 2, 3, 4, 5, 6, 7]] as [Set<Int>])
    func haltAndResumeStandBetweenTheirTrades(_ cuts: Set<Int>) throws {
        let (mark, lines) = try play(cuts: cuts)
        #expect(mark == HaltMark(.resumed, since: try EngineFixture().at(10, 5).nanoseconds))
        #expect(lines == ["trade", "trade", "halt", "resume", "trade", "trade", "trade", "trade"])
    }
}
