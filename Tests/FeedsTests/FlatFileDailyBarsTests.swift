import EngineAPI
import Feeds
import MarketData
import MarketTime
import TestSupport
import Testing

@Suite struct FlatFileDailyBarsTests {
    enum Reason {
        case otherDay
        case badVolume
        case malformed
        case duplicate

        func count(_ rejections: BarRejections) -> Int {
            switch self {
            case .otherDay: rejections.otherDay
            case .badVolume: rejections.badVolume
            case .malformed: rejections.malformed
            case .duplicate: rejections.duplicate
            }
        }
    }

    private let day = FlatFileText.day

    private func read(_ lines: [String]) throws -> FlatFileDailyBars {
        let start = NewYork.instant(day, secondOfDay: 0).nanoseconds
        let text = ([FlatFileText.header] + lines + [""]).joined(separator: "\n")
        let csv = text.split(separator: "@", omittingEmptySubsequences: false).joined(separator: "\(start)")
        return try MemoryFile(csv: csv).dailyBars(of: day)
    }

    @Test func everyColumnComesThrough() throws {
        let file = try read(["AAPL,69660488.5,206.9,209.82,213.64,206.39,@,879545", "BACpM,10,20,20,20,20,@,"])
        #expect(file.rejections == BarRejections() && file.rows == 2)
        let bar = try #require(file.bars.first)
        #expect(bar.symbol.text == "AAPL" && bar.volume == 69_660_488.5 && bar.trades == 879_545)
        #expect([bar.open, bar.close, bar.high, bar.low] == [206.9, 209.82, 213.64, 206.39])
        #expect(bar.vwap.isNaN)
        #expect(file.bars.last?.symbol.text == "BACpM" && file.bars.last?.trades == nil)
        guard case .dailyBars(day, let written) = file.write else {
            Issue.record("not written as daily bars")
            return
        }
        #expect(written.count == 2)
    }

    @Test(
        arguments: [
            ("A,5,1,1,1,1,1,1", Reason.otherDay), ("A,-5,1,1,1,1,@,1", .badVolume), ("A,x,1,1,1,1,@,1", .badVolume),
            ("A,5,0,1,1,0,@,1", .malformed), ("A,5,x,1,1,1,@,1", .malformed), ("A,5,1,1,1e9,1,@,1", .malformed),
            ("A,5,1,1,1,-1,@,1", .malformed), ("A,5,3,1,2,1,@,1", .malformed), ("A,5,1,1,1,2,@,1", .malformed),
            ("A,5,1,1,,1,@,1", .malformed), ("B C,5,1,1,1,1,@,1", .malformed), ("GOOD,5,1,1,1,1,@,1", .duplicate),
        ]
    )
    func aBarThatCannotBeIsCounted(line: String, reason: Reason) throws {
        let file = try read(["GOOD,1,1,1,1,1,@,1", "FINE,1,1,1,1,1,@,1", line])
        #expect(reason.count(file.rejections) == 1 && file.rejections.total == 1)
        #expect(file.bars.map(\.symbol.text) == ["GOOD", "FINE"])
        #expect(file.bars[0].volume == (line.hasPrefix("GOOD") ? 5 : 1))
    }

    @Test func aColumnOfPricesMayNotLack() {
        let text = "ticker,volume,open,high,window_start\nA,1,1,1,1\n"
        let error = flatFileError { () throws(FlatFileError) in _ = try MemoryFile(csv: text).dailyBars(of: day) }
        #expect(error?.problem == .missingColumns(["low", "close"]))
        #expect(error?.sentence.contains("the columns low, close") == true)
    }

    /// The standard library's conversion is the judge; both ways of reading numbers are used.
    @Test(arguments: [1, 2, 3] as [UInt64])
    func numbersAreTheNearestOnes(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        var texts: [String] = [
            "0.1", "0.30000000000000004", "9007199254740993", "123456789012345678", "1.7976931348623157e3",
        ]
        for _ in 0..<400 {
            let figures = Int.random(in: 1...22, using: &random)
            var text = (0..<figures).map { _ in "\(Int.random(in: 0...9, using: &random))" }.joined()
            if Bool.random(using: &random) {
                let place = Int.random(in: 0...figures, using: &random)
                text.insert(".", at: text.index(text.startIndex, offsetBy: place))
            }
            if Int.random(in: 0..<4, using: &random) == 0 { text += "e\(Int.random(in: -5...5, using: &random))" }
            texts.append(text)
        }
        let usable = texts.filter { text in Double(text).map { $0 <= 1e12 } ?? false }
        #expect(usable.count > 100, "seed \(seed)")
        let file = try read(usable.enumerated().map { "T\($0),\($1),1,1,1,1,@,1" })
        #expect(file.bars.map(\.volume) == usable.map { Double($0) ?? .nan }, "seed \(seed)")
    }
}
