import Engine
import EngineAPI
import MarketData
import MarketTime
import Testing

/// What a row says of itself when the connection ends, comes back, and a snapshot has told what was missed.
@Suite
struct StreamConnectionTests {
    @Test func aLostConnectionMarksWhatWasStreamedUntilASnapshotOfTheNewOneHasCome() throws {
        var fixture = try EngineFixture()
        let times = fixture
        let start = fixture.at(10, 0)
        let symbols = ["AAA", "CCC"].compactMap { Symbol($0) }
        _ = fixture.step([.command(.watchlist(symbols)), .streamStatus(.live(1))], start)
        func snapshotInput(_ time: Instant) throws -> EngineInput {
            .snapshot(try snapshot(["AAA", "BBB"].map { traded($0, 10, volume: 1000, at: time) }))
        }
        _ = fixture.step([try snapshotInput(start)], start)
        try fixture.stream(start) { try $0.trade("AAA", 12, 50, at: start) }
        func flags(_ symbol: String, _ now: Instant) throws -> RowFlags { try fixture.row(symbol, [], now).flags }
        #expect(try flags("AAA", start).contains(.streamed))
        #expect(try !flags("BBB", start).contains(.streamed))
        let lost = times.at(10, 1)
        _ = fixture.step([.streamStatus(.lost(1))], lost)
        let view = fixture.show(lost)
        #expect(view?.status.flow.gapTickers == 1)
        #expect(try flags("AAA", lost).isSuperset(of: .ticksInterrupted))
        #expect(try !flags("AAA", lost).contains(.streamed))
        #expect(try !flags("BBB", lost).contains(.ticksInterrupted))
        // A snapshot while there is no connection, or of a time before the new one, fills nothing.
        _ = fixture.step([try snapshotInput(times.at(10, 1, 10))], times.at(10, 1, 10))
        #expect(try flags("AAA", times.at(10, 1, 10)).contains(.ticksInterrupted))
        let back = times.at(10, 1, 20)
        _ = fixture.step([.streamStatus(.live(2, since: back))], back)
        try fixture.stream(back) { try $0.trade("AAA", 12, 50, at: back) }
        _ = fixture.step([try snapshotInput(times.at(10, 1, 19))], times.at(10, 1, 25))
        #expect(try flags("AAA", back).isSuperset(of: [.ticksInterrupted, .streamed]))
        _ = fixture.step([try snapshotInput(times.at(10, 1, 26))], times.at(10, 1, 27))
        #expect(try !flags("AAA", back).contains(.ticksInterrupted))
        #expect(try fixture.status(times.at(10, 1, 27)).flow.gapTickers == 0)
    }

    @Test func aNewEpochIsAGapEvenIfTheLossWasNeverReported() throws {
        var fixture = try EngineFixture()
        let now = fixture.at(10, 0)
        _ = fixture.step([.streamStatus(.live(1))], now)
        try fixture.stream(now) { try $0.trade("AAA", 12, 50, at: now) }
        _ = fixture.step([.streamStatus(.live(1))], now)
        #expect(try fixture.status(now).flow.gapTickers == 0)
        _ = fixture.step([.streamStatus(.live(2))], now)
        #expect(try fixture.status(now).flow.gapTickers == 1)
    }

    @Test func eventsThatArriveWithoutAConnectionCountButMarkNothingAsStreamed() throws {
        var fixture = try EngineFixture()
        let now = fixture.at(10, 0)
        _ = fixture.step([.streamStatus(.lost())], now)
        try fixture.stream(now) { try $0.trade("AAA", 12, 50, at: now) }
        let row = try fixture.row("AAA", [.last], now)
        #expect(row.numbers == [12])
        #expect(!row.flags.contains(.streamed))
    }

    @Test func aTickerThatIsNoLongerSubscribedIsNotStreamed() throws {
        var fixture = try EngineFixture()
        let now = fixture.at(10, 0)
        let symbol = try #require(Symbol("AAA"))
        _ = fixture.step([.command(.watchlist([symbol])), .streamStatus(.live())], now)
        try fixture.stream(now) { try $0.trade("AAA", 12, 50, at: now) }
        #expect(try fixture.row("AAA", [], now).flags.contains(.streamed))
        _ = fixture.step([.command(.watchlist([]))], now.adding(seconds: 2))
        #expect(try !fixture.row("AAA", [], now.adding(seconds: 2)).flags.contains(.streamed))
    }

    @Test func haltsStandOnTheRowWithTheirTimeAndEndWithTheResume() throws {
        var fixture = try EngineFixture()
        let times = fixture
        let now = fixture.at(10, 0)
        try fixture.stream(now) { try $0.band("AAA", [17], upper: 11, lower: 9, at: times.at(9, 59, 50)) }
        var row = try fixture.row("AAA", [.haltAge, .bandUpper, .bandLower], now)
        #expect(row.numbers == [10, 11, 9])
        #expect(row.halt == HaltMark(.halted, since: fixture.at(9, 59, 50).nanoseconds))
        #expect(row.flags.contains(.halted))
        try fixture.stream(times.at(10, 5)) { try $0.band("AAA", [18], upper: 12, lower: 10, at: times.at(10, 5)) }
        row = try fixture.row("AAA", [.haltAge, .bandUpper], times.at(10, 5))
        #expect(row.numbers[0].isNaN && row.numbers[1] == 12)
        #expect(row.halt.state == .resumed && !row.flags.contains(.halted))
        try fixture.stream(times.at(10, 6)) { try $0.band("AAA", [23], upper: 12, lower: 10, at: times.at(10, 6)) }
        #expect(try fixture.row("AAA", [], times.at(10, 6)).flags.contains(.limitState))
        // By the time alone, without any event.
        _ = fixture.step([], times.at(10, 8))
        #expect(try !fixture.row("AAA", [], times.at(10, 8)).flags.contains(.limitState))
    }

    /// The resume was sent while there was no connection, and nothing of the ticker is subscribed but its bands.
    @Test(arguments: [
        (minutes: [10, 11, 12], state: HaltState.resumed), ([10, 11, 11], .halted), ([4, 5, 10], .halted),
    ])
    func aResumeNobodyHeardIsSeenByTheMinutesOfSnapshots(_ test: (minutes: [Int], state: HaltState)) throws {
        var fixture = try EngineFixture()
        let times = fixture
        _ = fixture.step([.streamStatus(.live(1))], times.at(10, 0))
        try fixture.stream(times.at(10, 5, 1)) { try $0.band("AAA", [17], upper: 11, lower: 9, at: times.at(10, 5)) }
        for minute in test.minutes {
            // Polled twice within the minute.
            for second in [30, 40] {
                let now = times.at(10, minute, second)
                let row = traded("AAA", 10, volume: 1000 + Double(minute), at: now)
                _ = fixture.step([.snapshot(try snapshot([row]))], now)
            }
        }
        let row = try fixture.row("AAA", [], times.at(10, 12, 50))
        let began = test.state == .halted ? times.at(10, 5) : times.at(10, 10)
        #expect(row.halt == HaltMark(test.state, since: began.nanoseconds))
        #expect(row.flags.contains(.halted) == (test.state == .halted))
    }

    @Test func aClockThatIsSetBackDoesNotKeepAGapOpen() throws {
        var fixture = try EngineFixture()
        let times = fixture
        let symbol = try #require(Symbol("AAA"))
        let ahead = times.at(11, 0)
        _ = fixture.step([.command(.watchlist([symbol])), .streamStatus(.live(1))], ahead)
        try fixture.stream(ahead) { try $0.trade("AAA", 12, 50, at: ahead) }
        _ = fixture.step([.streamStatus(.live(2, since: ahead))], ahead)
        for second in [5, 10] {
            let now = times.at(10, 0, second)
            _ = fixture.step([.snapshot(try snapshot([traded("AAA", 10, volume: 1000, at: now)]))], now)
        }
        #expect(try fixture.status(times.at(10, 0, 10)).flow.gapTickers == 0)
    }

    @Test func aTapeWhoseTradesThePlanDoesNotIncludeIsNotLive() throws {
        var fixture = try EngineFixture()
        let now = fixture.at(10, 0)
        let symbol = try #require(Symbol("AAA"))
        var denied = StreamStatus.live()
        denied.deniedTopics = [.trades]
        for query in [TapeQuery(symbol: symbol, rows: 5), TapeQuery(symbol: nil, rows: 5)] {
            _ = fixture.step([.command(.look(LookedAt(selected: symbol, tape: query)))], now)
            for (status, isLive) in [(StreamStatus.live(), true), (denied, false)] {
                var found: Bool?
                for case .publish(let view) in fixture.core.step(
                    [.streamStatus(status), .feed(FeedStatus())],
                    now: now
                ) {
                    found = view.tape?.isLive
                }
                #expect(found == isLive)
            }
        }
    }

    @Test func theTapeAskedForComesWithEveryPictureAndOnlyWhatIsWantedIsStored() throws {
        var fixture = try EngineFixture()
        let now = fixture.at(10, 0)
        let (watched, other) = (try #require(Symbol("AAA")), try #require(Symbol("BBB")))
        var looked = LookedAt(selected: other)
        looked.tape = TapeQuery(symbol: other, rows: 10)
        _ = fixture.step([.command(.watchlist([watched])), .command(.look(looked)), .streamStatus(.live())], now)
        try fixture.stream(now) { events in
            try events.quote("BBB", 11.9, 12, at: now.adding(milliseconds: -5))
            try events.trade("AAA", 12, 50, at: now, identity: 5)
            try events.trade("BBB", 12, 70, at: now, identity: 6)
        }
        let view = fixture.show(now)
        let page = try #require(view?.tape)
        #expect(page.prints.map(\.size) == [70])
        #expect(page.prints.map(\.side) == [.ask])
        #expect(page.isLive)
        // Trades wait for a second before they are handed over, and what is left goes at the end.
        #expect(stored(fixture.step([], now.adding(milliseconds: 500))).isEmpty)
        let first = stored(fixture.step([], now.adding(milliseconds: 1001)))
        #expect(first.map(\.symbol) == [[watched]])
        #expect(first.map(\.identity) == [[5]])
        try fixture.stream(now) { try $0.trade("AAA", 12, 50, at: now) }
        #expect(stored(fixture.core.finish()).count == 1)
    }

    private func stored(_ outputs: [EngineOutput]) -> [TickRows] {
        var found: [TickRows] = []
        for case .persistTicks(let rows) in outputs { found.append(rows) }
        return found
    }
}
