import EngineAPI
import Feeds
import MarketData
import MarketTime
import TestSupport
import Testing

@Suite struct FlatFileDamageTests {
    private let day = FlatFileText.day
    private static let sound = FlatFileText.csv([
        MinuteRow("AAPL", 600, "4989.5"), MinuteRow("AAPL", 601), MinuteRow("BRK.B", 930, "1e6"), MinuteRow("ZZ", 1199),
    ])

    private func read(_ bytes: [UInt8], pieceBytes: Int = .max) throws(FlatFileError) -> FlatFileMinutes {
        try MemoryFile(bytes, pieceBytes: pieceBytes).minuteBars(of: day)
    }

    private func problem(_ bytes: [UInt8], pieceBytes: Int = .max) -> FlatFileError.Problem? {
        flatFileError { () throws(FlatFileError) in _ = try read(bytes, pieceBytes: pieceBytes) }?.problem
    }

    @Test(arguments: [1, Int.max])
    func aFileCutAtAnyByteYieldsNothing(pieceBytes: Int) throws {
        let packed = gzip(Self.sound)
        #expect(try read(packed).rows == 4)
        for count in packed.indices {
            #expect(problem(Array(packed.prefix(count)), pieceBytes: pieceBytes) == .truncated, "\(count) bytes")
        }
    }

    /// Bits of a gzip header that say nothing about the content (time, system, how hard it was packed) may turn over.
    @Test func aBitTurnedOverAnywhereYieldsNothingOrTheSame() throws {
        let packed = gzip(Self.sound)
        let whole = try read(packed)
        var harmless: [Int] = []
        for byte in packed.indices {
            for bit in 0..<8 {
                var turned = packed
                turned[byte] ^= 1 << UInt8(bit)
                do throws(FlatFileError) {
                    let minutes = try read(turned, pieceBytes: 64)
                    harmless.append(byte)
                    #expect(minutes.history.cumulative == whole.history.cumulative, "byte \(byte), bit \(bit)")
                    #expect(minutes.history.symbols == whole.history.symbols && minutes.rejections == whole.rejections)
                } catch {
                    #expect(error.file == "memory/2024-08-07.csv.gz")
                }
            }
        }
        // Also the bits that fill up the last byte of packed data.
        #expect(harmless.allSatisfy { $0 < 10 || $0 == packed.count - 9 }, "\(harmless)")
    }

    @Test(
        arguments: [
            "<html>Not found</html>", "PK\u{3}\u{4}", "ticker,volume,window_start\nA,1,2\n", "\u{1F}", "\u{1F}x", "{}",
            "BZh9",
        ]
    )
    func whatIsNotGzipIsSaidSo(text: String) {
        let expected: FlatFileError.Problem = text == "\u{1F}" ? .truncated : .notGzip
        #expect(problem(Array(text.utf8)) == expected)
        #expect(problem(Array(text.utf8), pieceBytes: 1) == expected)
    }

    @Test func aWrongChecksumOrLengthIsDamage() {
        let packed = gzip(Self.sound)
        for place in [packed.count - 8, packed.count - 1] {
            var wrong = packed
            wrong[place] ^= 1
            guard case .damaged = problem(wrong) else {
                Issue.record("byte \(place) was not checked")
                return
            }
        }
    }

    @Test(arguments: [1, 3, Int.max])
    func membersInARowAreOneFile(pieceBytes: Int) throws {
        let bytes = Array(Self.sound.utf8)
        for cut in [0, 1, 70, 130, bytes.count] {
            let packed = gzip(Array(bytes[..<cut])) + gzip([]) + gzip(Array(bytes[cut...]))
            #expect(try read(packed, pieceBytes: pieceBytes).history.symbols.count == 3)
            #expect(problem(packed.dropLast(1) + [], pieceBytes: pieceBytes) == .truncated)
        }
    }

    @Test(arguments: ["x", "\u{0}", "\u{0}\u{0}\u{0}\u{0}", "ticker", "\u{1F}x"], [1, Int.max])
    func whatFollowsTheEndIsDamage(rest: String, pieceBytes: Int) {
        #expect(problem(gzip(Self.sound) + Array(rest.utf8), pieceBytes: pieceBytes) == .trailingBytes)
    }

    @Test(
        arguments: [
            ("", "it is empty"), ("\n", "empty line"), ("\u{0}\u{0}\u{0}\n", "no text"),
            ("ticker,ticker,volume,window_start\n", "twice"),
            (String(repeating: "a", count: 5000), "4096 bytes"),
            (String(repeating: ",", count: 100) + "\n", "64 columns"),
            ("{\"status\":\"ERROR\",\"error\":\"Unknown API Key\"}", "ticker"),
            ("ticker,volume\nA,1\n", "window_start"),
            ("Ticker,Volume,Window_Start\nA,1,2\n", "ticker"), ("ticker;volume;window_start\nA;1;2\n", "ticker"),
        ]
    )
    func gzipThatIsNoTableOfBarsIsRefused(text: String, words: String) throws {
        let error = flatFileError { () throws(FlatFileError) in _ = try read(gzip(text)) }
        #expect(try #require(error).sentence.contains(words))
        #expect(error?.sentence.contains("memory/2024-08-07.csv.gz") == true)
    }

    @Test func aDayWithoutUsableRowsDoesNotPassForAQuietDay() {
        #expect(problem(gzip(FlatFileText.header + "\n")) == .unusable(rows: 0, rejected: 0))
        #expect(problem(gzip(FlatFileText.header)) == .unusable(rows: 0, rejected: 0))
        let other = FlatFileText.csv([MinuteRow("A", 600), MinuteRow("A", 601)], day: day.adding(days: 1))
        #expect(problem(gzip(other)) == .unusable(rows: 2, rejected: 2))
        #expect(problem(gzip(FlatFileText.csv([MinuteRow("A", 600, "0")]))) == .unusable(rows: 1, rejected: 0))
        let mostly = [MinuteRow("A", 600), MinuteRow("B", 600, "-1"), MinuteRow("C", 600, "-1")]
        #expect(problem(gzip(FlatFileText.csv(mostly))) == .unusable(rows: 3, rejected: 2))
        #expect(problem(gzip(FlatFileText.csv(Array(mostly.prefix(2))))) == nil)
        let repeated = [MinuteRow](repeating: MinuteRow("A", 600), count: 9)
        #expect(problem(gzip(FlatFileText.csv(repeated))) == nil)
    }

    @Test(arguments: [4000, 4090, 5000, 70_000, 600_000], [1000, Int.max])
    func aHugeFieldIsARowLeftOutOrNoTable(bytes: Int, pieceBytes: Int) throws {
        // Digits without a pattern, so that the file's own ratio is no reason to refuse it.
        var random = SeededRandom(seed: UInt64(bytes))
        let field = (0..<bytes).map { _ in "\(Int.random(in: 0...9, using: &random))" }.joined()
        let packed = gzip(FlatFileText.csv([MinuteRow("A", 600), MinuteRow("B", 600, field), MinuteRow("C", 600)]))
        if bytes == 4000 {
            #expect(try read(packed, pieceBytes: pieceBytes).rejections.badVolume == 1)
        } else {
            #expect(problem(packed, pieceBytes: pieceBytes) == .notTable("a line has more than 4096 bytes"))
        }
    }

    /// 12 MB and more of one byte or one line pack to a thousandth or less.
    @Test(arguments: ["a", "\n", "\u{0}", "A,5,1,1,1,1,1723017600000000000,1\n"])
    func whatUnpacksToFarTooMuchIsGivenUp(unit: String) {
        var body = Array(unit.utf8)
        while body.count < 12 << 20 { body += body }
        let packed = gzip(Array((FlatFileText.header + "\n").utf8) + body)
        #expect(packed.count * 100 < body.count - 5 << 20)
        switch problem(packed) {
        case .tooLarge, .notTable: break
        case let other: Issue.record("\(String(describing: other))")
        }
    }

    @Test(arguments: [
        FlatFileError.Problem.notThere, .unreadable("words"), .notGzip, .truncated, .damaged("words"), .trailingBytes,
        .notTable("words"), .missingColumns(["a"]), .unusable(rows: 2, rejected: 1), .tooLarge("words"), .notGrouped,
        .refused("words"), .answered(status: 500, text: "", retryAfterMs: nil), .noMemory, .cancelled,
    ])
    func everySentenceNamesTheFileAndEnds(problem: FlatFileError.Problem) {
        let sentence = FlatFileError(file: "the/file.csv.gz", problem: problem).sentence
        #expect(sentence.contains("the/file.csv.gz") && sentence.hasSuffix("."))
    }
}
