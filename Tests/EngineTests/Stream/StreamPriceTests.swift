import Engine
import EngineAPI
import MarketData
import MarketTime
import Testing

/// Prices, quotes, VWAP, highs and lows: the newest event of each counts, whatever brings it and in whatever order.
@Suite
struct StreamPriceTests {
    /// Ways in which a price becomes known.
    enum Source: CaseIterable {
        case trade
        case bar
        case sums
        case snapshot
    }

    private func tell(
        _ source: Source,
        _ price: Double,
        at time: Instant,
        to fixture: inout EngineFixture,
        now: Instant
    ) throws {
        switch source {
        case .trade: try fixture.stream(now) { try $0.trade("AAA", price, 100, at: time) }
        case .bar:
            try fixture.stream(now) { events in
                try events.bar("AAA", price, volume: 5, accumulated: 5000, from: time.adding(milliseconds: -999))
            }
        case .sums:
            try fixture.stream(now) { events in
                try events.conflated(
                    "AAA",
                    trades: 2,
                    shares: 20,
                    price: price,
                    from: time.adding(milliseconds: -500),
                    to: time
                )
            }
        case .snapshot:
            _ = fixture.step([.snapshot(try snapshot([traded("AAA", price, volume: 5000, at: time)]))], now)
        }
    }

    @Test(arguments: Source.allCases, Source.allCases)
    func theNewestEventSetsThePriceInWhateverOrderTheyCome(first: Source, second: Source) throws {
        for isInOrder in [true, false] {
            var fixture = try EngineFixture()
            let times = fixture
            let now = times.at(10, 0, 30)
            let (early, late) = (times.at(10, 0, 20), times.at(10, 0, 25))
            if isInOrder { try tell(first, 10, at: early, to: &fixture, now: now) }
            try tell(second, 11, at: late, to: &fixture, now: now)
            if !isInOrder { try tell(first, 10, at: early, to: &fixture, now: now) }
            let row = try fixture.row("AAA", [.last], now)
            #expect(row.numbers == [11], "\(first) then \(second), in order: \(isInOrder)")
            #expect(row.priceTime == late.nanoseconds)
        }
    }

    struct Effect: Sendable {
        var conditions: [UInt8]
        var second: Int
        var last: Double
        var high: Double
        var volume: Double
    }

    /// After 10.00 by a regular trade, a trade at 12.00 of 50 shares with conditions.
    @Test(arguments: [
        Effect(conditions: [], second: 36_000, last: 12, high: 12, volume: 1150),
        Effect(conditions: [14], second: 36_000, last: 12, high: 12, volume: 1150),
        // An odd lot is volume only, a derivatively priced trade sets the high too, an official close nothing.
        Effect(conditions: [37], second: 36_000, last: 10, high: 10, volume: 1150),
        Effect(conditions: [10], second: 36_000, last: 10, high: 12, volume: 1150),
        Effect(conditions: [15], second: 36_000, last: 10, high: 10, volume: 1100),
        Effect(conditions: [14, 37], second: 36_000, last: 10, high: 10, volume: 1150),
        // Extended hours: the whole tape bears 12; within the regular session it is a late report.
        Effect(conditions: [12], second: 36_000, last: 10, high: 10, volume: 1150),
        Effect(conditions: [12], second: 30_000, last: 12, high: 12, volume: 1150),
        Effect(conditions: [12], second: 60_000, last: 12, high: 12, volume: 1150),
        Effect(conditions: [12, 37], second: 30_000, last: 10, high: 10, volume: 1150),
        // Nobody has told of it.
        Effect(conditions: [200], second: 36_000, last: 10, high: 10, volume: 1150),
    ])
    func conditionsDecideWhatATradeMayChange(_ test: Effect) throws {
        var fixture = try EngineFixture()
        let time = NewYork.instant(fixture.day, secondOfDay: test.second)
        _ = fixture.step([.snapshot(try snapshot([traded("AAA", 10, volume: 1000, at: time)]))], time)
        try fixture.stream(time.adding(seconds: 2)) { events in
            try events.trade("AAA", 10, 100, at: time.adding(seconds: 1))
            try events.trade("AAA", 12, 50, at: time.adding(seconds: 2), conditions: test.conditions)
        }
        let row = try fixture.row("AAA", [.last, .high, .volume], time.adding(seconds: 2))
        #expect(row.numbers == [test.last, test.high, test.volume])
    }

    @Test func theVendorsTableOfConditionsReplacesTheBuiltIn() throws {
        var fixture = try EngineFixture()
        let times = fixture
        let now = times.at(10, 0)
        var table = TradeConditions.builtIn
        table[200] = TradeCondition(id: 200, name: "new", effect: .all)
        _ = fixture.step([.conditions(table)], now)
        try fixture.stream(now) { try $0.trade("AAA", 12, 50, at: now, conditions: [200]) }
        #expect(try fixture.number(.last, "AAA", now) == 12)
    }

    @Test func quotesGoByTheirOwnTimeAndASnapshotWithoutOneIsTheOldest() throws {
        var fixture = try EngineFixture()
        let times = fixture
        let now = times.at(10, 0, 30)
        func numbers() throws -> [Double] { try fixture.row("AAA", [.bid, .ask, .spread], now).numbers }
        var batch = try snapshot([traded("AAA", 10, volume: 1000, at: now)])
        (batch.bid, batch.ask) = ([9], [9.5])
        _ = fixture.step([.snapshot(batch)], now)
        #expect(try numbers() == [9, 9.5, 0.5])
        try fixture.stream(now) { try $0.quote("AAA", 10, 10.25, at: times.at(10, 0, 20)) }
        #expect(try numbers() == [10, 10.25, 0.25])
        try fixture.stream(now) { try $0.quote("AAA", 8, 8.25, at: times.at(10, 0, 19)) }
        _ = fixture.step([.snapshot(batch)], now)
        #expect(try numbers() == [10, 10.25, 0.25])
        batch.quoteTime = [times.at(10, 0, 21).nanoseconds]
        _ = fixture.step([.snapshot(batch)], now)
        #expect(try numbers() == [9, 9.5, 0.5])
        // Crossed and one-sided markets have no spread.
        try fixture.stream(now) { try $0.quote("AAA", 10, 9, at: times.at(10, 0, 22)) }
        #expect(try numbers()[2].isNaN)
        try fixture.stream(now) { try $0.quote("AAA", 10, .nan, at: times.at(10, 0, 23)) }
        #expect(try numbers()[0] == 10)
        #expect(try numbers()[1].isNaN)
        #expect(try numbers()[2].isNaN)
    }

    @Test func highsAndLowsOnlyWidenAndThoseOfTheSessionBeginAnew() throws {
        var fixture = try EngineFixture()
        let times = fixture
        try fixture.stream(times.at(9, 0)) { events in
            try events.trade("AAA", 10, 100, at: times.at(9, 0), conditions: [12])
            try events.trade("AAA", 14, 100, at: times.at(8, 59), conditions: [12])
        }
        let columns: [ColumnID] = [.high, .low, .sessionHigh, .sessionLow, .rangePosition]
        #expect(try fixture.row("AAA", columns, times.at(9, 0)).numbers == [14, 10, 14, 10, 0])
        try fixture.stream(times.at(9, 31)) { events in
            try events.bar(
                "AAA",
                12,
                volume: 10,
                accumulated: 300,
                from: times.at(9, 30),
                high: 13,
                low: 11
            )
        }
        #expect(try fixture.row("AAA", columns, times.at(9, 31)).numbers == [14, 10, 13, 11, 50])
        // A late one of the session before is of the day, not of the session that runs.
        try fixture.stream(times.at(9, 32)) { events in
            try events.trade("AAA", 9, 100, at: times.at(9, 29, 59), conditions: [12])
        }
        #expect(try fixture.row("AAA", columns, times.at(9, 32)).numbers == [14, 9, 13, 11, 60])
        try fixture.stream(times.at(16, 0, 5)) { try $0.trade("BBB", 5, 1, at: times.at(16, 0, 4)) }
        let late = try fixture.row("AAA", columns, times.at(16, 0, 5)).numbers
        #expect(late[2].isNaN && late[3].isNaN && late[0] == 14)
    }

    @Test func vwapAndOpenComeFromTheNewestBarAndASnapshotWithoutThemTakesNothingAway() throws {
        var fixture = try EngineFixture()
        let times = fixture
        let now = times.at(10, 0, 30)
        try fixture.stream(now) { events in
            try events.bar(
                "AAA",
                12,
                volume: 10,
                accumulated: 300,
                from: times.at(10, 0, 10),
                vwap: 11,
                open: 10.5
            )
            try events.bar("AAA", 12, volume: 10, accumulated: 290, from: times.at(10, 0, 9), vwap: 9)
        }
        _ = fixture.step([.snapshot(try snapshot([traded("AAA", 12, volume: 300, at: now)]))], now)
        let row = try fixture.row("AAA", [.vwap, .open, .gapPercent], now)
        #expect(row.numbers == [11, 10.5, 5])
    }

    @Test(arguments: [
        (offset: -100_000 as Int64, isTaken: false), (-21_601, false), (-21_600, true), (0, true), (15, true),
        (16, false), (86_400, false),
    ])
    func eventsOfAnotherDayOrAheadOfTheClockAreRefusedAndCounted(_ test: (offset: Int64, isTaken: Bool)) throws {
        var fixture = try EngineFixture()
        let times = fixture
        let now = times.at(10, 0)
        let time = now.adding(seconds: test.offset)
        try fixture.stream(now) { events in
            try events.trade("AAA", 12, 50, at: time)
            try events.quote("AAA", 12, 13, at: time)
            try events.bar("AAA", 12, volume: 1, accumulated: 1, from: time)
            try events.conflated("AAA", trades: 7, shares: 7, price: 12, from: time, to: time)
            try events.band("AAA", [1], upper: 13, lower: 11, at: time)
        }
        let flow = try fixture.status(now).flow
        // A bar's last moment lies after its start.
        let isBarTaken = test.isTaken && test.offset < 15
        #expect(flow.applied == (test.isTaken ? 10 + (isBarTaken ? 1 : 0) : 0))
        #expect(flow.refused == (test.isTaken ? (isBarTaken ? 0 : 1) : 11))
    }

    @Test func tickersBeyondTheMostThatAreKeptAreRefusedAndTestTickersAreNotRanked() throws {
        var core = EngineCore(calendar: ExchangeCalendar(), rowsMax: 2)
        let now = try EngineFixture().at(10, 0)
        let batch = try StreamEvents.make { events in
            for symbol in ["AAA", "ZVZZT", "CCC", "AAA"] { try events.trade(symbol, 12, 50, at: now) }
        }
        _ = core.step([.stream(batch)], now: now)
        var view: EngineView?
        for case .publish(let shown) in core.step(
            [.command(.query(ScanQuery(columns: [.last], rows: 0..<9)))],
            now: now
        ) { view = shown }
        #expect(view?.status.flow.refused == 1)
        #expect(view?.status.flow.applied == 3)
        #expect(view?.result?.symbols.map(\.text) == ["AAA"])
    }

    @Test func eventsAloneShowNothingUntilAskedAndThenOnlyIfSomethingChanged() throws {
        var fixture = try EngineFixture()
        let times = fixture
        let now = times.at(10, 0)
        _ = try fixture.ask(ScanQuery(columns: [.last], rows: 0..<10), now)
        #expect(fixture.show(now) == nil)
        let inputs: [EngineInput] = [
            .stream(try StreamEvents.make { try $0.trade("AAA", 12, 50, at: now) }), .streamStatus(.live()),
        ]
        let outputs = fixture.core.step(inputs, now: now)
        var pictures = 0
        for case .publish in outputs { pictures += 1 }
        #expect(pictures == 0)
        let shown = fixture.show(now)
        let view = try #require(shown)
        #expect(view.result?.values == [[12]])
        #expect(view.status.stream.state == .live)
        #expect(fixture.show(now) == nil)
    }

    @Test func agesCountFromTheLastPrintToThePicture() throws {
        var fixture = try EngineFixture()
        let times = fixture
        let now = times.at(10, 0)
        try fixture.stream(now) { try $0.trade("AAA", 12, 50, at: now.adding(seconds: -7), conditions: [37]) }
        try fixture.stream(now) { try $0.quote("BBB", 12, 13, at: now) }
        #expect(try fixture.number(.printAge, "AAA", now) == 7)
        #expect(try fixture.number(.printAge, "AAA", now.adding(seconds: 3)) == 10)
        #expect(try fixture.number(.printAge, "BBB", now).isNaN)
    }
}
