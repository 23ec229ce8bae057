import Feeds
import MarketData
import Testing

/// Whole frames: their shape, their size, several of them, and the vendor's words among the events.
@Suite struct StreamDecoderFrameTests {
    private let decoder = StreamDecoder()

    @Test func aFrameMayMixEverythingAndKeepsTheOrder() {
        let trades = (0..<5).map {
            StreamJSON.trade(["A", "B"][$0 % 2], "\"p\":\($0 + 1),\"s\":1,\"t\":1791297014912")
        }
        let elements =
            trades + [
                "{\"q\":3209900,\"T\":\"MGRX\",\"i\":[15],\"h\":17.79,\"ev\":\"LULD\",\"t\":1791297015300003385}",
                " { \"sym\" : \"C\" , \"ev\" : \"Q\" , \"bp\" : 1 , \"t\" : 1791297014912 } ",
                "{\"ev\":\"status\",\"status\":\"success\",\"message\":\"subscribed to: T.SPY\"}",
            ]
        let frames = decoder.decode(StreamJSON.frame(elements))
        #expect(frames.tradeSymbols == ["A", "B", "A", "B", "A"] && frames.batch.trades.price == [1, 2, 3, 4, 5])
        #expect(frames.symbols == ["A", "B", "MGRX", "C"] && frames.elements == 8)
        #expect(frames.batch.bands.symbol == [2] && frames.batch.quotes.symbol == [3])
        #expect(frames.notices == [StreamNotice(status: "success", message: "subscribed to: T.SPY")])
    }

    @Test(arguments: [
        "", " ", "\n", "null", "7", "\"text\"", "hello", "<html>", "]", ",", "\u{0}", "auth failed", "\u{1F600}",
    ])
    func aFrameOfSomethingElseIsABadFrame(text: String) {
        let frames = decoder.decode(text)
        #expect(frames.batch.rejections.badFrames == 1 && frames.batch.rejections.total == 1)
        #expect(frames.batch.eventCount == 0 && frames.notices.isEmpty)
    }

    @Test(arguments: ["[]", " [ ] ", "\u{FEFF}[]"])
    func anEmptyArrayIsNothing(text: String) {
        let frames = decoder.decode(text)
        #expect(frames.batch.rejections.total == 0 && frames.elements == 0)
    }

    @Test func aSingleObjectIsOneEvent() {
        #expect(decoder.decode(StreamJSON.trade("A")).tradeSymbols == ["A"])
        #expect(decoder.decode(" " + StreamJSON.trade("A") + "\n").batch.rejections.total == 0)
        #expect(decoder.decode("{\"ev\":\"status\",\"status\":\"connected\"}").notices.map(\.status) == ["connected"])
        let two = decoder.decode(StreamJSON.trade("A") + StreamJSON.trade("B"))
        #expect(two.tradeSymbols == ["A"] && two.batch.rejections.badFrames == 1)
    }

    @Test func whatFollowsTheArrayMakesABadFrameButKeepsItsEvents() {
        let frames = decoder.decode("[\(StreamJSON.trade("A"))][]")
        #expect(frames.tradeSymbols == ["A"] && frames.batch.rejections.badFrames == 1)
    }

    @Test func aCutFrameKeepsItsWholeElementsWhereverItIsCut() {
        let whole = StreamJSON.frame(["A", "B", "C"].map { StreamJSON.trade($0) })
        let bytes = Array(whole.utf8)
        for length in 1..<bytes.count {
            var frames = DecodedFrames()
            decoder.decode(Array(bytes[..<length]), into: &frames)
            let ends = bytes[..<length].filter { $0 == UInt8(ascii: "}") }.count
            #expect(frames.batch.eventCount == ends, "\(length) bytes")
            #expect(frames.batch.rejections.badFrames == 1, "\(length) bytes")
        }
    }

    @Test(arguments: [[0xC3, 0x28], [0xFF], [0xED, 0xA0, 0x80], [0x00], [0x1F]] as [[UInt8]])
    func textThatIsNoneCostsOnlyItsElement(bytes: [UInt8]) {
        let bad =
            Array("{\"ev\":\"T\",\"sym\":\"A\",\"i\":\"".utf8) + bytes
            + Array("\",\"p\":1,\"s\":1,\"t\":1791297014912}".utf8)
        let frame = Array("[\(StreamJSON.trade("B")),".utf8) + bad + Array(",\(StreamJSON.trade("C"))]".utf8)
        var frames = DecodedFrames()
        decoder.decode(frame, into: &frames)
        #expect(frames.tradeSymbols == ["B", "C"])
        #expect(frames.batch.rejections.malformed == 1 && frames.batch.rejections.total == 1)
    }

    @Test(arguments: ["[", "{\"a\":", "[{\"ev\":\"T\",\"c\":["])
    func deepNestingIsHarmless(opening: String) {
        let deep = String(repeating: opening, count: 100_000)
        #expect(decoder.decode(deep).batch.rejections.badFrames == 1)
        let frames = decoder.decode(StreamJSON.frame([StreamJSON.trade("A"), deep]))
        #expect(frames.tradeSymbols == ["A"] && frames.batch.rejections.badFrames <= 1)
    }

    @Test func closedDeepNestingCostsOnlyItsElement() {
        let deep = String(repeating: "[", count: 5000) + String(repeating: "]", count: 5000)
        let frames = decoder.decode(StreamJSON.frame([StreamJSON.trade("A"), deep, StreamJSON.trade("B")]))
        #expect(frames.tradeSymbols == ["A", "B"] && frames.batch.rejections.malformed == 1)
    }

    @Test func aFrameOfSixteenMebibytesIsRead() {
        let element = StreamJSON.trade("AAPL")
        let count = (16 << 20) / (element.utf8.count + 1) - 1
        let frames = decoder.decode("[" + String(repeating: element + ",", count: count) + element + "]")
        #expect(
            frames.batch.trades.count == count + 1 && frames.batch.rejections.total == 0 && frames.symbols == ["AAPL"]
        )
        // What it needed does not disturb the next one.
        #expect(decoder.decode(StreamJSON.frame([StreamJSON.trade("B")])).tradeSymbols == ["B"])
    }

    @Test func sixteenMebibytesOfRubbishEndSoon() {
        for piece in ["{\"", "{[},", "{ {} ,", "},{", "\"\\"] {
            let frame = "[" + String(repeating: piece, count: (16 << 20) / piece.utf8.count)
            #expect(decoder.decode(frame).batch.eventCount == 0, "\(piece)")
        }
    }

    @Test func whatLiesBehindAFrameIsNeverRead() {
        let frame = StreamJSON.frame([StreamJSON.trade("A"), StreamJSON.trade("B")])
        for behind in Array("\",}]{[0e".utf8) + [0xFF] {
            #expect(decoder.decode(frame, behind: behind).tradeSymbols == ["A", "B"])
            let cut = decoder.decode(String(frame.dropLast()), behind: behind)
            #expect(cut.tradeSymbols == ["A", "B"] && cut.batch.rejections.badFrames == 1)
        }
    }

    @Test func indicesContinueOverTheFramesOfABatchAndStartAnewWithTheNext() {
        var frames = DecodedFrames()
        for symbols in [["A", "B"], ["B", "C"], [], ["C", "A", "D"]] {
            decoder.decode(Array(StreamJSON.frame(symbols.map { StreamJSON.trade($0) }).utf8), into: &frames)
        }
        #expect(frames.symbols == ["A", "B", "C", "D"] && frames.batch.trades.symbol == [0, 1, 1, 2, 2, 0, 3])
        #expect(decoder.decode(StreamJSON.frame([StreamJSON.trade("D")])).symbols == ["D"])
        // Two batches in turn, the one before again, and one from elsewhere of the same length.
        var other = DecodedFrames()
        decoder.decode(Array(StreamJSON.frame(["X", "A", "Y", "Z"].map { StreamJSON.trade($0) }).utf8), into: &other)
        decoder.decode(Array(StreamJSON.frame([StreamJSON.trade("X"), StreamJSON.trade("B")]).utf8), into: &frames)
        #expect(frames.symbols == ["A", "B", "C", "D", "X"] && frames.batch.trades.symbol.suffix(2) == [4, 1])
        decoder.decode(Array(StreamJSON.frame([StreamJSON.trade("A")]).utf8), into: &other)
        #expect(
            other.symbols == ["X", "A", "Y", "Z"] && other.batch.trades.symbol.last == 1 && other.batch.isRectangular
        )
    }

    @Test func aBatchHoldsABoundedNumberOfTickers() {
        let names = (0..<66_000).map { "T\($0)" }
        let frames = decoder.decode(StreamJSON.frame((names + names.prefix(100)).map { StreamJSON.trade($0) }))
        #expect(frames.batch.symbols.count == 65_536 && frames.batch.trades.count == 65_636)
        #expect(frames.batch.rejections.badSymbol == 464 && frames.batch.isRectangular)
        #expect(frames.batch.trades.symbol.suffix(100).elementsEqual((0..<100).map { Int32($0) }))
    }

    @Test func noticesAreCutAndHarmless() throws {
        let long = String(repeating: "é", count: 400)
        let hostile =
            "{\"message\":\"a\\u001b[2J\\nb \\u202e\(long)\",\"status\":\"auth\\u0007_failed\",\"ev\":\"status\"}"
        let notice = try #require(decoder.decode("[\(hostile)]").notices.first)
        #expect(notice.status == "auth_failed" && notice.message.hasPrefix("a[2J b éé"))
        #expect(notice.message.utf8.count <= 300 && notice.message.utf8.count > 280)
        let wide = try #require(decoder.decode("[{\"ev\":\"status\",\"status\":\"\(long)\"}]").notices.first)
        #expect(wide.status.utf8.count == 64 && wide.message.isEmpty)
        let unreadable = decoder.decode("[{\"ev\":\"status\",\"status\":\"auth_failed\",\"message\":\"\\ud800\"}]")
        #expect(unreadable.notices == [StreamNotice(status: "auth_failed", message: "")])
    }

    @Test func theYardstickReadsGoodFramesOnly() {
        func pass(_ text: String) -> Double {
            let bytes = Array(text.utf8)
            return (bytes + Array(repeating: 0, count: 64)).withUnsafeBufferPointer {
                decoder.barePass(UnsafeBufferPointer(rebasing: $0[..<bytes.count]))
            }
        }
        #expect(pass(StreamJSON.frame([StreamJSON.trade("A")])) > 258 && pass("[{").isNaN)
    }
}
