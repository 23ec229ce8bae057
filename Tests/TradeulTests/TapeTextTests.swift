import EngineAPI
import MarketData
import MarketTime
import Testing

@testable import tradeul

@Suite struct TapeTextTests {
    private static let day = DayID(year: 2026, month: 10, day: 6) ?? DayID(rawValue: 0)
    private static let time = NewYork.instant(day, secondOfDay: 35_163).nanoseconds + 7_000_000

    private func print(
        price: Double = 12.3456,
        size: Double = 1200,
        count: Int32 = 1,
        side: TradeSide = .ask,
        conditions: PackedCodes = 0,
        flags: PrintFlags = []
    ) throws -> TapePrint {
        TapePrint(
            number: 1,
            symbol: try #require(Symbol("BRK.B")),
            time: Self.time,
            price: price,
            size: size,
            count: count,
            side: side,
            exchange: 12,
            conditions: conditions,
            flags: flags,
            bid: 12.34,
            ask: .nan
        )
    }

    @Test func aLineStandsUnderItsHeading() throws {
        let line = TapeText.line(try print(flags: [.block, .sweep]), conditions: .builtIn)
        #expect(line == "09:46:03.007  BRK.B    A      12.3456        1,200  T  s*")
        let heading = TapeText.heading
        #expect(heading.hasPrefix("TIME ET       SYMBOL   S        PRICE         SIZE  X  MARKS  CONDITIONS"))
    }

    @Test(arguments: [(0.0073, "0.0073"), (1, "1"), (1_234_567, "1,234,567"), (10.5, "10.5000")])
    func sizesAreWholeOrHaveTheirFraction(size: Double, text: String) throws {
        #expect(TapeText.line(try print(size: size), conditions: .builtIn).contains(" \(text)  T"))
    }

    @Test func conditionsAreWordsAndPutTogetherTradesAreCounted() throws {
        let line = TapeText.line(try print(count: 3, conditions: 0x25_0E), conditions: .builtIn)
        #expect(line.hasSuffix("×3 Intermarket Sweep, Odd Lot"))
    }

    @Test(arguments: [(PrintFlags.halt, "halt", "-- HALTED --"), (.resume, "resume", "-- RESUMED --")])
    func haltsHaveNoPrice(flag: PrintFlags, event: String, words: String) throws {
        let line = try print(price: .nan, flags: flag)
        #expect(TapeText.line(line, conditions: .builtIn) == "09:46:03.007  BRK.B    " + words)
        #expect(
            TapeText.json(line, conditions: .builtIn)
                == #"{"event":"\#(event)","symbol":"BRK.B","time":"2026-10-06T09:46:03.007","time_ms":1791294363007}"#
        )
    }

    @Test func jsonHasEverythingAndNothingThatIsNoNumber() throws {
        let text = TapeText.json(try print(conditions: 0x25, flags: [.oddLot, .notLast]), conditions: .builtIn)
        #expect(
            text
                == #"{"event":"trade","symbol":"BRK.B","time":"2026-10-06T09:46:03.007","time_ms":1791294363007,"#
                + #""price":12.3456,"size":1200.0,"count":1,"side":"ask","venue":"T","exchange":12,"trf":0,"#
                + #""conditions":[37],"condition_names":["Odd Lot"],"marks":["odd-lot","sets-no-last-price"],"#
                + #""bid":12.34,"ask":null}"#
        )
    }
}

@Suite struct StreamAddressTests {
    private func startup(_ overrides: [(String, String?)]) throws -> Startup {
        Startup.read(
            overrides: try SettingOverride.list(overrides.map { (key: $0.0, text: $0.1) }),
            environment: ProcessEnvironment([:])
        )
    }

    @Test(
        arguments: [
            (nil, nil, "wss://socket.polygon.io"),
            ("https://api.massive.com", nil, "wss://socket.massive.com"),
            ("https://api.massive.com", "wss://delayed.massive.com", "wss://delayed.massive.com"),
            ("http://127.0.0.1:8080", nil, "ws://127.0.0.1:8080/stocks"),
            ("http://localhost:8080/", nil, "ws://localhost:8080/stocks"),
            ("http://127.0.0.1:8080", "wss://example.com/x", "wss://example.com/x"),
        ] as [(String?, String?, String)]
    )
    func theStreamFollowsTheRESTAddressUnlessItIsNamed(rest: String?, stream: String?, url: String) throws {
        #expect(try startup([("feed.rest_url", rest), ("feed.stream_url", stream)]).streamURL == url)
    }

    @Test(arguments: [("ws://example.com", false), ("ws://127.0.0.1:9", true), ("wss://example.com", true)])
    func theKeyNeverTravelsInClearText(url: String, isSafe: Bool) throws {
        let startup = try startup([("feed.stream_url", url)])
        #expect((try? startup.requireSafeStreamAddress()) != nil ? isSafe : !isSafe)
    }

    @Test(arguments: [("wss://delayed.polygon.io", false), ("wss://socket.polygon.io", true)])
    func delayedHostsHaveNoQuotes(url: String, hasQuotes: Bool) throws {
        #expect(try startup([("feed.stream_url", url)]).streamSettings.hasQuotes == hasQuotes)
    }

    @Test(
        arguments: [
            ("", []), ("AAPL", ["AAPL"]), ("AAPL, BRK.B BACpM,AAPL", ["AAPL", "BRK.B", "BACpM"]), ("A;B", nil),
            ("É", nil),
        ] as [(String, [String]?)]
    )
    func aListOfSymbolsTakesCommasAndSpaces(text: String, symbols: [String]?) {
        #expect(SymbolWords.read(text)?.map(\.text) == symbols)
    }
}
