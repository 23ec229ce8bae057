import Feeds
import MarketData
import Testing

@Suite struct StreamDecoderTests {
    enum Reason: Sendable {
        case unknown
        case malformed
        case symbol
        case number

        func count(in rejections: StreamRejections) -> Int {
            switch self {
            case .unknown: rejections.unknownEvent
            case .malformed: rejections.malformed
            case .symbol: rejections.badSymbol
            case .number: rejections.impossibleNumber
            }
        }
    }

    private let decoder = StreamDecoder()

    private func one(_ element: String) -> StreamBatch { decoder.decode("[\(element)]").batch }

    @Test func everyColumnOfATradeComesFromItsOwnField() {
        let batch = one(
            """
            {"ev":"T","sym":"BRK.B","x":4,"i":"71675577320245","z":3,"p":258.38,"s":15,"ds":"15.25","c":[14,37],\
            "t":1791297014912,"pt":1791297014911,"q":3611002,"trfi":202,"trft":1791297014911}
            """
        )
        #expect(batch.symbols.map(\.text) == ["BRK.B"] && batch.isRectangular && batch.rejections.total == 0)
        #expect(batch.trades.price == [258.38] && batch.trades.size == [15.25])
        #expect(batch.trades.time == [1_791_297_014_912_000_000])
        #expect(batch.trades.exchange == [4] && batch.trades.trf == [202] && batch.trades.conditions == [37 << 8 | 14])
        #expect(batch.eventCount == 1)
    }

    @Test func everyColumnOfAQuoteComesFromItsOwnField() {
        let batch = one(
            StreamJSON.quote(
                "\"bx\":11,\"bp\":258.37,\"bs\":2,\"ax\":12,\"ap\":258.39,\"as\":4,\"c\":0,\"i\":[604],\"t\":1791297014911,\"q\":8,\"z\":3"
            )
        )
        #expect(batch.quotes.bid == [258.37] && batch.quotes.ask == [258.39] && batch.isRectangular)
        #expect(batch.quotes.bidSize == [2] && batch.quotes.askSize == [4])
        #expect(batch.quotes.time == [1_791_297_014_911_000_000])
    }

    @Test(arguments: ["A", "AM"])
    func everyColumnOfABarComesFromItsOwnField(kind: String) {
        let batch = one(
            StreamJSON.bar(
                """
                "v":4989,"av":4332125,"op":75.98,"vw":78.0894,"o":78.1,"c":78.08,"h":78.125,"l":78.07,"a":76.8404,\
                "z":9.3e+18,"s":1788877043000,"e":1788877044000,"dv":"4989.5","dav":"4332125.038360","otc":true
                """,
                kind: kind
            )
        )
        #expect(batch.bars.isMinute == [kind == "AM"] && batch.isRectangular && batch.rejections.total == 0)
        #expect(batch.bars.volume == [4989.5] && batch.bars.accumulated == [4_332_125.03836])
        #expect(batch.bars.open == [78.1] && batch.bars.high == [78.125] && batch.bars.low == [78.07])
        #expect(batch.bars.close == [78.08] && batch.bars.dayVWAP == [76.8404] && batch.bars.officialOpen == [75.98])
        #expect(batch.bars.start == [1_788_877_043_000_000_000] && batch.bars.end == [1_788_877_044_000_000_000])
    }

    @Test func everyColumnOfABandComesFromItsOwnField() {
        let batch = one(
            StreamJSON.band("\"h\":3.63,\"l\":2.97,\"i\":[15,17],\"z\":3,\"t\":1788877046310003385,\"q\":3")
        )
        #expect(batch.bands.upper == [3.63] && batch.bands.lower == [2.97] && batch.bands.indicators == [17 << 8 | 15])
        #expect(batch.bands.time == [1_788_877_046_310_003_385] && batch.isRectangular)
    }

    @Test func whatIsAbsentNullOrNobodysIsMissing() {
        let quote = one(StreamJSON.quote("\"bp\":0,\"ap\":null,\"as\":0,\"t\":1791297014911"))
        #expect(quote.quotes.bid.first?.isNaN == true && quote.quotes.ask.first?.isNaN == true)
        #expect(quote.quotes.bidSize.first?.isNaN == true && quote.quotes.askSize == [0])
        let bar = one(StreamJSON.bar("\"v\":0,\"dv\":\"0.4\",\"op\":0,\"dav\":null,\"s\":1788877043000"))
        #expect(bar.bars.volume == [0.4] && bar.bars.end == [1_788_877_044_000_000_000])
        for column in [bar.bars.accumulated, bar.bars.open, bar.bars.high, bar.bars.dayVWAP, bar.bars.officialOpen] {
            #expect(column.first?.isNaN == true)
        }
        let band = one(StreamJSON.band("\"h\":0,\"t\":1791297014100"))
        #expect(band.bands.upper.first?.isNaN == true && band.bands.lower.first?.isNaN == true)
        #expect(band.bands.indicators == [0])
        let trade = one(StreamJSON.trade())
        #expect(trade.trades.exchange == [0] && trade.trades.trf == [0] && trade.trades.identity == [0])
        #expect(trade.trades.conditions == [0])
    }

    @Test(arguments: ["5", "5.0", "5e0", "5E+0", "0.5e1", "50e-1", "5.000000000000000000000000000", " 5 "])
    func aNumberMayHaveAnyForm(text: String) {
        let batch = one(StreamJSON.trade("A", "\"p\":\(text),\"s\":\(text),\"x\":\(text),\"t\":1791297014912"))
        #expect(batch.trades.price == [5] && batch.trades.size == [5] && batch.trades.exchange == [5])
        let decimal = text.trimmingSpaces
        #expect(one(StreamJSON.trade("A", "\"p\":1,\"ds\":\"\(decimal)\",\"t\":1791297014912")).trades.size == [5])
    }

    @Test(
        arguments: [
            ("1791297014912", 1_791_297_014_912_000_000), ("1791297014912.0", 1_791_297_014_912_000_000),
            ("1.791297014912e12", 1_791_297_014_912_000_000), ("1791297014912345", 1_791_297_014_912_345_000),
            ("1791297014912345679", 1_791_297_014_912_345_679), ("1.791297014912345679e18", 1_791_297_014_912_345_679),
            ("1791297014912345679.5", 1_791_297_014_912_345_679), ("946684800000", 946_684_800_000_000_000),
            ("4102444799999", 4_102_444_799_999_000_000),
        ] as [(String, Int64)]
    )
    func timesOfAnyUnitAreExactNanoseconds(text: String, nanoseconds: Int64) {
        #expect(one(StreamJSON.trade("A", "\"p\":1,\"s\":1,\"t\":\(text)")).trades.time == [nanoseconds])
        #expect(one(StreamJSON.band("\"h\":1,\"t\":\(text)")).bands.time == [nanoseconds])
        #expect(one(StreamJSON.quote("\"bp\":1,\"t\":\(text)")).quotes.time == [nanoseconds])
    }

    @Test(
        arguments: [
            ("", 0), ("\"c\":null,", 0), ("\"c\":[],", 0), ("\"c\":37,", 37), ("\"c\":[37],", 37), ("\"c\":[0],", 0),
            ("\"c\":0,", 0), ("\"c\":[0,37,0,14],", 14 << 8 | 37), ("\"c\":[254,255,1000],", 0xFF_FFFE),
            ("\"c\":[ 14 , 37 ],", 37 << 8 | 14), ("\"c\":[1.4e1,37.0,null],", 37 << 8 | 14), ("\"c\":[-3],", 255),
            ("\"c\":[1.5],", 255), ("\"c\":[99999999999],", 255), ("\"c\":[1,2,3,4,5,6,7,8],", 0x0807_0605_0403_0201),
            ("\"c\":[1,2,3,4,5,6,7,8,9,10,11],", 0x0807_0605_0403_0201),
        ] as [(String, UInt64)]
    )
    func conditionsArePackedInTheirOrder(text: String, packed: UInt64) {
        #expect(one(StreamJSON.trade("A", "\(text)\"p\":1,\"s\":1,\"t\":1791297014912")).trades.conditions == [packed])
        let indicators = text.replacing("\"c\"", with: "\"i\"")
        #expect(one(StreamJSON.band("\(indicators)\"t\":1791297014912")).bands.indicators == [packed])
    }

    @Test func aSizeBelowOneShareIsThatOfTheDecimalText() {
        #expect(
            one(StreamJSON.trade("A", "\"p\":1,\"s\":0,\"ds\":\"0.0073\",\"t\":1791297014912")).trades.size == [0.0073]
        )
        #expect(one(StreamJSON.trade("A", "\"ds\":\"0.007300\",\"p\":1,\"t\":1791297014912")).trades.size == [0.0073])
        #expect(one(StreamJSON.trade("A", "\"p\":1,\"s\":7,\"ds\":null,\"t\":1791297014912")).trades.size == [7])
        #expect(one(StreamJSON.trade("A", "\"p\":1,\"s\":0,\"t\":1791297014912")).rejections.impossibleNumber == 1)
    }

    @Test func identityIsThatOfIdVenueAndFacilityElseOfTheSequence() throws {
        func identity(_ fields: String) throws -> UInt64 {
            try #require(
                one(StreamJSON.trade("A", "\"p\":1,\"s\":1,\"t\":1791297014912\(fields)")).trades.identity.first
            )
        }
        let same = try identity(",\"i\":\"71675577320245\",\"x\":4,\"trfi\":201,\"q\":7")
        #expect(try identity(",\"q\":8,\"trfi\":201,\"x\":4,\"i\":\"71675577320245\"") == same)
        var seen: Set<UInt64> = [0, same]
        for fields in [
            ",\"i\":\"71675577320246\",\"x\":4,\"trfi\":201", ",\"i\":\"71675577320245\",\"x\":5,\"trfi\":201",
            ",\"i\":\"71675577320245\",\"x\":4,\"trfi\":202", ",\"i\":\"71675577320245\",\"x\":4", ",\"i\":\"1\"",
            ",\"i\":\"2\"",
            ",\"i\":\"12345678\"", ",\"i\":\"123456780\"", ",\"q\":7", ",\"q\":8", ",\"i\":\"\",\"q\":9",
            ",\"i\":null,\"q\":10",
        ] { #expect(seen.insert(try identity(fields)).inserted, "\(fields)") }
        #expect(try identity(",\"q\":8.0") == identity(",\"q\":8"))
        #expect(try identity(",\"i\":\"\"") == 0 && identity("") == 0)
    }

    @Test(arguments: ["BRK.B", "BACpM", "ACHR.WS", "A", "NTEST.Q", "ABCDEFG", "ABCDEFGH", "ABCDEFGHIJKLMNOPQRSTUVWX"])
    func symbolsKeepTheirForm(symbol: String) {
        #expect(one(StreamJSON.trade(symbol)).symbols.map(\.text) == [symbol])
        #expect(one("{\"ev\":\"LULD\",\"T\":\"\(symbol)\",\"t\":1791297014912}").symbols.map(\.text) == [symbol])
    }

    @Test func escapedSymbolsAreTheSameSymbols() {
        let frames = decoder.decode(
            StreamJSON.frame([StreamJSON.trade("A/B"), StreamJSON.trade("A\\/B"), StreamJSON.trade("\\u0041\\/B")])
        )
        #expect(frames.symbols == ["A/B"] && frames.batch.trades.symbol == [0, 0, 0])
    }

    @Test(arguments: [
        // Kinds.
        ("{\"ev\":\"NOI\",\"T\":\"A\",\"t\":1,\"i\":61,\"a\":\"O\"}", Reason.unknown),
        ("{\"ev\":\"FMV\",\"fmv\":1}", .unknown),
        ("{\"ev\":\"LV\",\"sym\":\"A\",\"t\":1}", .unknown), ("{\"ev\":\"\"}", .unknown),
        ("{\"ev\":\"NEW\",\"foo\":{\"bar\":[1,{\"ev\":\"T\"}]}}", .unknown), ("{\"ev\":7}", .malformed),
        ("{\"ev\":null}", .malformed), ("{}", .malformed), ("{\"sym\":\"A\",\"p\":1}", .malformed), ("7", .malformed),
        ("\"T\"", .malformed), ("null", .malformed), ("[1,[2]]", .malformed), ("true", .malformed), ("[]", .malformed),
        // Symbols.
        ("{\"ev\":\"T\",\"p\":1,\"s\":1,\"t\":1791297014912}", .malformed), (StreamJSON.trade(""), .symbol),
        ("{\"ev\":\"T\",\"sym\":null,\"p\":1,\"s\":1,\"t\":1791297014912}", .malformed),
        ("{\"ev\":\"T\",\"sym\":7,\"p\":1,\"s\":1,\"t\":1791297014912}", .malformed),
        (StreamJSON.trade("A B"), .symbol), (StreamJSON.trade("É"), .symbol), (StreamJSON.trade("\\u001b[2J"), .symbol),
        (StreamJSON.trade("\\u0000"), .symbol), (StreamJSON.trade("A\\q"), .symbol),
        (StreamJSON.trade("A\\u00"), .symbol),
        (StreamJSON.trade("ABCDEFGHIJKLMNOPQRSTUVWXY"), .symbol), (StreamJSON.trade("A\\nB"), .symbol),
        (StreamJSON.trade("ABCDEFGHIJKLMNOPQRSTUVWX\\/"), .symbol),
        // Fields that must be there.
        (StreamJSON.trade("A", "\"s\":1,\"t\":1791297014912"), .malformed),
        (StreamJSON.trade("A", "\"p\":1,\"t\":1791297014912"), .malformed),
        (StreamJSON.trade("A", "\"p\":1,\"s\":1"), .malformed), (StreamJSON.quote("\"bp\":1"), .malformed),
        (StreamJSON.bar("\"v\":1"), .malformed), (StreamJSON.bar("\"s\":1788877043000"), .malformed),
        (StreamJSON.band("\"h\":1"), .malformed), ("{\"ev\":\"status\"}", .malformed),
        ("{\"ev\":\"status\",\"status\":7}", .malformed),
        (StreamJSON.trade("A", "\"p\":null,\"s\":1,\"t\":1"), .number),
        // Wrong types.
        (StreamJSON.trade("A", "\"p\":\"1\",\"s\":1,\"t\":1791297014912"), .malformed),
        (StreamJSON.trade("A", "\"p\":{},\"s\":1,\"t\":1791297014912"), .malformed),
        (StreamJSON.trade("A", "\"p\":1,\"s\":[1],\"t\":1791297014912"), .malformed),
        (StreamJSON.trade("A", "\"p\":1,\"s\":1,\"t\":\"1791297014912\""), .malformed),
        (StreamJSON.trade("A", "\"p\":1,\"s\":1,\"t\":1791297014912,\"c\":\"37\""), .malformed),
        (StreamJSON.trade("A", "\"p\":1,\"s\":1,\"t\":1791297014912,\"c\":[\"3,7\"]"), .malformed),
        (StreamJSON.trade("A", "\"p\":1,\"s\":1,\"t\":1791297014912,\"c\":[[37]]"), .malformed),
        (StreamJSON.trade("A", "\"p\":1,\"s\":1,\"t\":1791297014912,\"x\":\"4\""), .malformed),
        (StreamJSON.trade("A", "\"p\":1,\"s\":1,\"t\":1791297014912,\"i\":{}"), .malformed),
        (StreamJSON.trade("A", "\"p\":nul,\"s\":1,\"t\":1791297014912"), .malformed),
        // Numbers that cannot be.
        (StreamJSON.trade("A", "\"p\":0,\"s\":1,\"t\":1791297014912"), .number),
        (StreamJSON.trade("A", "\"p\":-1,\"s\":1,\"t\":1791297014912"), .number),
        (StreamJSON.trade("A", "\"p\":NaN,\"s\":1,\"t\":1791297014912"), .number),
        (StreamJSON.trade("A", "\"p\":-Infinity,\"s\":1,\"t\":1791297014912"), .number),
        (StreamJSON.trade("A", "\"p\":1e16,\"s\":1,\"t\":1791297014912"), .number),
        (StreamJSON.trade("A", "\"p\":1e999,\"s\":1,\"t\":1791297014912"), .number),
        (StreamJSON.trade("A", "\"p\":1.2.3,\"s\":1,\"t\":1791297014912"), .number),
        (StreamJSON.trade("A", "\"p\":1.,\"s\":1,\"t\":1791297014912"), .number),
        (StreamJSON.trade("A", "\"p\":123456789012345678901234567890,\"s\":1,\"t\":1791297014912"), .number),
        (StreamJSON.trade("A", "\"p\":1,\"s\":-1,\"ds\":\"1\",\"t\":1791297014912"), .number),
        (StreamJSON.trade("A", "\"p\":1,\"s\":1,\"ds\":\"NaN\",\"t\":1791297014912"), .number),
        (StreamJSON.trade("A", "\"p\":1,\"s\":1,\"ds\":\"\",\"t\":1791297014912"), .number),
        (StreamJSON.trade("A", "\"p\":1,\"s\":1,\"ds\":\"-5\",\"t\":1791297014912"), .number),
        (StreamJSON.trade("A", "\"p\":1,\"s\":1,\"ds\":\"5 \",\"t\":1791297014912"), .number),
        (StreamJSON.trade("A", "\"p\":1,\"s\":1,\"ds\":\"0.0\",\"t\":1791297014912"), .number),
        (StreamJSON.trade("A", "\"p\":1,\"s\":1,\"t\":0"), .number),
        (StreamJSON.trade("A", "\"p\":1,\"s\":1,\"t\":-5"), .number),
        (StreamJSON.trade("A", "\"p\":1,\"s\":1,\"t\":946684799999"), .number),
        (StreamJSON.trade("A", "\"p\":1,\"s\":1,\"t\":4102444800000"), .number),
        (StreamJSON.trade("A", "\"p\":1,\"s\":1,\"t\":1791297014"), .number),
        (StreamJSON.trade("A", "\"p\":1,\"s\":1,\"t\":9223372036854775808"), .number),
        (StreamJSON.quote("\"bp\":-1,\"t\":1791297014912"), .number),
        (StreamJSON.quote("\"bp\":1,\"as\":-1,\"t\":1791297014912"), .number),
        (StreamJSON.bar("\"v\":1,\"h\":1,\"l\":2,\"s\":1788877043000"), .number),
        (StreamJSON.bar("\"v\":1,\"s\":1788877043000,\"e\":1788877043000"), .number),
        (StreamJSON.bar("\"v\":-1,\"s\":1788877043000"), .number),
        (StreamJSON.band("\"h\":-1,\"t\":1791297014912"), .number),
        // Broken JSON.
        ("{\"ev\":\"T\",\"sym\":\"A\",\"p\":,\"s\":1}", .malformed), ("{\"ev\":\"T\" \"sym\":\"A\"}", .malformed),
        ("{\"ev\":\"T\",\"sym\":\"A\",\"p\":1,,\"s\":1}", .malformed), ("{\"ev\":\"T\",\"sym\":\"A\",}", .malformed),
        ("{\"ev\":\"T\",\"c\":[1,2},\"s\":1}", .malformed),
        ("{\"ev\":\"T\",\"sym\":\"A\",\"p\":[{\"a\":1}", .malformed),
        ("{\"ev\":\"T\",\"sym\":\"A\u{01}\",\"p\":1}", .malformed), ("{ev:\"T\"}", .malformed), ("}", .malformed),
        ("hello", .malformed), ("{\"ev\":\"T\":1}", .malformed), ("{{\"ev\":\"T\"}}", .malformed),
    ])
    func aBadElementCostsOnlyItself(element: String, reason: Reason) {
        let frames = decoder.decode(StreamJSON.frame([StreamJSON.trade("FIRST"), element, StreamJSON.trade("LAST")]))
        #expect(frames.tradeSymbols == ["FIRST", "LAST"] && frames.batch.isRectangular)
        #expect(frames.batch.trades.price == [258.38, 258.38])
        #expect(reason.count(in: frames.batch.rejections) == 1 && frames.batch.rejections.total == 1)
        #expect(frames.notices.isEmpty && frames.batch.eventCount == 2)
    }
}

extension String {
    fileprivate var trimmingSpaces: String { replacing(" ", with: "") }
}
