import Feeds
import MarketData
import MarketTime
import Network
import Testing

@Suite struct SnapshotDecoderTests {
    enum Reason: Sendable {
        case badSymbol
        case wrongType
        case impossibleNumber

        func count(in rejections: SnapshotRejections) -> Int {
            switch self {
            case .badSymbol: rejections.badSymbol
            case .wrongType: rejections.wrongType
            case .impossibleNumber: rejections.impossibleNumber
            }
        }
    }

    private let decoder = PolygonDecoder()

    private func one(_ element: String) throws -> SnapshotBatch {
        try decoder.decode(SnapshotJSON.body([element])).get()
    }

    @Test func everyColumnComesFromItsOwnField() throws {
        let batch = try one(SnapshotJSON.ticker("AAPL"))
        #expect(batch.symbols.map(\.text) == ["AAPL"] && batch.isRectangular && batch.rejections.total == 0)
        let expected: [String: Double] = [
            "lastTrade.p": 10.5, "min.c": 10.45, "min.h": 10.6, "min.l": 10.2, "min.v": 28_114,
            "min.av": 13_019_492.25, "day.o": 10.1, "day.h": 10.9, "day.l": 10.0, "day.c": 10.4, "day.v": 1.3e7,
            "day.vw": 10.44, "prevDay.c": 9.9, "prevDay.v": 44_664_118, "lastQuote.p": 10.48, "lastQuote.P": 10.52,
            "lastQuote.s": 2, "lastQuote.S": 4, "min.n": 412,
        ]
        for (name, column) in batch.doubles { #expect(column.first == expected[name], "\(name)") }
        #expect(batch.lastTime == [1_791_297_014_912_345_679])
        #expect(batch.updated == [1_791_297_014_912_345_678])
        #expect(batch.minuteStart == [1_791_297_000_000_000_000])
        #expect(batch.quoteTime == [1_791_297_014_911_002_345])
        #expect(batch.lastConditions.map(\.codes) == [[14, 37]])
        #expect(batch.updated.max() == 1_791_297_014_912_345_678)
    }

    @Test(arguments: ["5", "5.0", "5e0", "5E+0", "0.5e1", "50e-1", "5.000000000000000000000000000"])
    func aNumberMayHaveAnyForm(text: String) throws {
        let fields = "\"o\":1,\"h\":1,\"l\":1"
        let batch = try one(
            "{\"ticker\":\"A\",\"lastTrade\":{\"p\":\(text)},\"min\":{\"av\":\(text),\"v\":\(text),\(fields)}}"
        )
        #expect(batch.lastPrice == [5] && batch.accumulatedVolume == [5] && batch.minuteVolume == [5])
    }

    @Test(
        arguments: [
            ("1791297014912345678", 1_791_297_014_912_345_678), ("1791297014912345678.0", 1_791_297_014_912_345_678),
            ("1.791297014912345678e+18", 1_791_297_014_912_345_678),
            ("1791297014912345678.9", 1_791_297_014_912_345_678),
            ("17912970149123456780e-1", 1_791_297_014_912_345_678), ("1.791297e18", 1_791_297_000_000_000_000),
            ("0", 0), ("0.0", 0), ("null", 0), ("9223372036854775807", .max), ("1e0", 1),
        ] as [(String, Int64)]
    )
    func nanosecondsNeverPassThroughADouble(text: String, nanoseconds: Int64) throws {
        let batch = try one(
            "{\"ticker\":\"A\",\"updated\":\(text),\"lastTrade\":{\"t\":\(text)},\"lastQuote\":{\"t\":\(text)}}"
        )
        #expect(batch.updated == [nanoseconds] && batch.lastTime == [nanoseconds])
        #expect(batch.quoteTime == [nanoseconds])
    }

    @Test(
        arguments: [
            ("null", []), ("[]", []), ("[0]", []), ("[12,37.0,4e1]", [12, 37, 40]),
            ("[1.5,-3,999,null,\"x\"]", [255, 255, 255, 255, 255]),
            ("[1,2,3,4,5,6,7,8,9]", [1, 2, 3, 4, 5, 6, 7, 8]), ("{\"a\":[1]}", []), ("7", []),
        ] as [(String, [UInt8])]
    )
    func conditionsOfTheLastTradeAreReadAndSpoilNothing(_ test: (text: String, codes: [UInt8])) throws {
        let batch = try one("{\"lastTrade\":{\"c\":\(test.text),\"p\":5,\"t\":7},\"ticker\":\"A\"}")
        #expect(batch.lastConditions.map(\.codes) == [test.codes])
        #expect(batch.lastPrice == [5] && batch.lastTime == [7])
    }

    @Test(
        arguments: [
            ("7", 7), ("7 ", 7), ("12.5", 12.5), ("1e2", 100), ("123456789", 123_456_789),
            ("1234567890", 1_234_567_890),
            ("0", nil), ("0.0", nil), ("null", nil), ("-3", nil), ("\"7\"", nil), ("[7]", nil), ("1e999", nil),
            ("007", nil),
            ("1.2.3", nil), ("7x", nil),
        ] as [(String, Double?)]
    )
    func aCountThatCannotBeReadIsMissingAndSpoilsNothing(_ test: (text: String, value: Double?)) throws {
        let batch = try one(
            "{\"lastQuote\":{\"s\":\(test.text),\"S\":\(test.text),\"p\":1},\"ticker\":\"A\","
                + "\"min\":{\"n\":\(test.text),\"c\":2}}"
        )
        for column in [batch.bidSize, batch.askSize, batch.minuteTrades] {
            #expect(test.value == nil ? column.first?.isNaN == true : column.first == test.value)
        }
        #expect(batch.bid == [1] && batch.minuteClose == [2] && batch.rejections.total == 0)
    }

    @Test func absentNullEmptyAndZeroObjectsAreAllMissing() throws {
        let names = ["day", "prevDay", "min", "lastTrade", "lastQuote"]
        let zeros =
            "{\"o\":0,\"h\":0,\"l\":0,\"c\":0,\"v\":0,\"vw\":0.0,\"p\":0,\"P\":-0.0,\"t\":0,\"s\":0,\"S\":0,\"n\":0}"
        for value in [nil, "null", "{}", zeros] {
            let members = names.compactMap { name in value.map { "\"\(name)\":\($0)," } }.joined()
            let batch = try one("{\(members)\"ticker\":\"A\"}")
            #expect(batch.count == 1)
            for (name, column) in batch.doubles { #expect(column.allSatisfy { $0.isNaN }, "\(name) of \(members)") }
            for (name, column) in batch.times { #expect(column == [0], "\(name) of \(members)") }
            #expect(batch.updated.allSatisfy { $0 == 0 })
        }
    }

    @Test func noVolumeYetIsZeroAndNotMissing() throws {
        let batch = try one("{\"ticker\":\"A\",\"min\":{\"av\":0,\"v\":0}}")
        #expect(batch.accumulatedVolume == [0])
        #expect(batch.minuteVolume.first?.isNaN == true)
    }

    @Test func aNullNumberIsMissing() throws {
        let batch = try one("{\"ticker\":\"A\",\"lastTrade\":{\"p\":null,\"c\":null},\"day\":{\"o\":null,\"c\":2}}")
        #expect(batch.lastPrice.first?.isNaN == true && batch.dayOpen.first?.isNaN == true && batch.dayClose == [2])
    }

    @Test func fractionalSharesKeepTheirFraction() throws {
        let batch = try one("{\"ticker\":\"A\",\"min\":{\"av\":0.0073,\"v\":1234.25}}")
        #expect(batch.accumulatedVolume == [0.0073] && batch.minuteVolume == [1234.25])
    }

    @Test func theOrderOfKeysIsFree() throws {
        let text = """
            { "tickers" : [ { "lastQuote" : { "P" : 2 , "p" : 1 } , "min" : { "t" : 60000, "av" : 7 } ,
            "unknown" : { "deep" : [ { "p" : 99 } , [ ] ] } , "ticker" : "brk.Bp" } ] , "status" : "OK" }
            """
        let batch = try decoder.decode(text).get()
        #expect(batch.symbols.map(\.text) == ["brk.Bp"] && batch.bid == [1] && batch.ask == [2])
        #expect(batch.minuteStart == [60_000_000_000] && batch.accumulatedVolume == [7])
    }

    @Test(arguments: ["BRK.B", "BACpM", "ACHR.WS", "A", "NTEST.Q", "ABCDEFGHIJKLMNOPQRSTUVWX"])
    func symbolsKeepTheirForm(symbol: String) throws {
        #expect(try one(SnapshotJSON.ticker(symbol)).symbols.map(\.text) == [symbol])
    }

    @Test(arguments: [
        ("{}", Reason.badSymbol), ("{\"ticker\":null}", .badSymbol), ("{\"ticker\":7}", .badSymbol),
        ("{\"ticker\":\"\"}", .badSymbol), ("{\"ticker\":\"A B\"}", .badSymbol), ("{\"ticker\":\"É\"}", .badSymbol),
        ("{\"ticker\":\"\\u001b[2Jaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"}", .badSymbol),
        ("{\"ticker\":\"\\u0000\"}", .badSymbol), ("{\"ticker\":\"A\\qB\"}", .badSymbol),
        ("{\"ticker\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\"}", .badSymbol),
        ("{\"ticker\":[\"A\"]}", .badSymbol), ("{\"ticker\":{}}", .badSymbol),
        ("7", .wrongType), ("\"A\"", .wrongType), ("null", .wrongType), ("[1,2]", .wrongType), ("true", .wrongType),
        ("{\"ticker\":\"A\",\"day\":[]}", .wrongType), ("{\"ticker\":\"A\",\"min\":\"x\"}", .wrongType),
        ("{\"ticker\":\"A\",\"lastTrade\":{\"p\":\"10.5\"}}", .wrongType),
        ("{\"ticker\":\"A\",\"lastTrade\":{\"p\":{}}}", .wrongType),
        ("{\"ticker\":\"A\",\"lastTrade\":{\"p\":NaN}}", .wrongType),
        ("{\"ticker\":\"A\",\"lastTrade\":{\"p\":Infinity}}", .wrongType),
        ("{\"ticker\":\"A\",\"updated\":\"2026-10-06\"}", .wrongType),
        ("{\"ticker\":\"A\",\"lastTrade\":{\"t\":true}}", .wrongType),
        ("{\"ticker\":\"A\",\"lastTrade\":{\"p\":-1}}", .impossibleNumber),
        ("{\"ticker\":\"A\",\"min\":{\"av\":-1}}", .impossibleNumber),
        ("{\"ticker\":\"A\",\"min\":{\"v\":-0.5}}", .impossibleNumber),
        ("{\"ticker\":\"A\",\"lastTrade\":{\"p\":1e16}}", .impossibleNumber),
        ("{\"ticker\":\"A\",\"lastTrade\":{\"p\":1e999}}", .impossibleNumber),
        ("{\"ticker\":\"A\",\"lastTrade\":{\"p\":-Infinity}}", .impossibleNumber),
        ("{\"ticker\":\"A\",\"lastTrade\":{\"p\":1.2.3}}", .impossibleNumber),
        ("{\"ticker\":\"A\",\"lastTrade\":{\"p\":123456789012345678901234567890}}", .impossibleNumber),
        ("{\"ticker\":\"A\",\"lastQuote\":{\"t\":\"1\"}}", .wrongType),
        ("{\"ticker\":\"A\",\"lastQuote\":{\"t\":-5}}", .impossibleNumber),
        ("{\"ticker\":\"A\",\"updated\":-5}", .impossibleNumber),
        ("{\"ticker\":\"A\",\"updated\":9223372036854775808}", .impossibleNumber),
        ("{\"ticker\":\"A\",\"updated\":1e30}", .impossibleNumber),
        ("{\"ticker\":\"A\",\"min\":{\"t\":9223372036855}}", .impossibleNumber),
    ])
    func aBadElementIsCountedAndTheRestIsUsed(element: String, reason: Reason) throws {
        let body = SnapshotJSON.body([SnapshotJSON.ticker("FIRST"), element, SnapshotJSON.ticker("LAST")])
        let batch = try decoder.decode(body).get()
        #expect(batch.symbols.map(\.text) == ["FIRST", "LAST"] && batch.isRectangular)
        #expect(reason.count(in: batch.rejections) == 1 && batch.rejections.total == 1)
        #expect(batch.lastPrice == [10.5, 10.5])
    }

    @Test func ofDuplicatesTheLastWins() throws {
        let elements = [("A", "1"), ("B", "2"), ("A", "3"), ("A", "4")].map { SnapshotJSON.ticker($0, price: $1) }
        let batch = try decoder.decode(SnapshotJSON.body(elements)).get()
        #expect(batch.symbols.map(\.text) == ["A", "B"])
        #expect(batch.lastPrice == [4, 2] && batch.rejections.duplicate == 2)
    }

    @Test func duplicatesAreFoundAmongThousands() throws {
        let names = (0..<9000).map { "T\($0 % 4500)" }
        let elements = names.enumerated().map { index, name in
            "{\"ticker\":\"\(name)\",\"lastTrade\":{\"p\":\(index + 1)}}"
        }
        for _ in 0..<2 {
            let batch = try decoder.decode(SnapshotJSON.body(elements)).get()
            #expect(batch.count == 4500 && batch.rejections.duplicate == 4500)
            #expect(batch.lastPrice.first == 4501 && batch.lastPrice.last == 9000)
        }
    }

    @Test func statusWordsAndCountDoNotMatter() throws {
        let element = SnapshotJSON.ticker("A")
        for body in [
            SnapshotJSON.body([element], status: "DELAYED"), "{\"tickers\":[\(element)]}",
            "{\"count\":99,\"tickers\":[\(element)],\"request_id\":{\"x\":[1]}}",
            "\u{FEFF} {\"tickers\":[\(element)]}\n",
        ] { #expect(try decoder.decode(body).get().count == 1) }
    }

    @Test func anEmptyListIsAnEmptyBatch() throws {
        #expect(try decoder.decode("{\"status\":\"OK\",\"tickers\":[]}").get().count == 0)
    }
}
