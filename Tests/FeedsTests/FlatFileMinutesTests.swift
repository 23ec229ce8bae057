import EngineAPI
import Feeds
import MarketData
import MarketTime
import TestSupport
import Testing

@Suite struct FlatFileMinutesTests {
    private let day = FlatFileText.day

    private func read(_ rows: [MinuteRow]) throws -> FlatFileMinutes {
        try MemoryFile(csv: FlatFileText.csv(rows)).minuteBars(of: day)
    }

    @Test func minutesBecomeSlotsOfTheWholeMarket() throws {
        let minutes = try read([
            MinuteRow("AAPL", 240, "4989.5", trades: "7"), MinuteRow("AAPL", 244, "0.25"),
            MinuteRow("AAPL", 245, "0.25", trades: ""), MinuteRow("AAPL", 1199, "1e6", trades: "12"),
            MinuteRow("BRK.B", 570, "10"),
        ])
        #expect(minutes.rows == 5 && minutes.rejections == BarRejections())
        #expect(minutes.history.symbols.map(\.text) == ["AAPL", "BRK.B"])
        #expect(minutes.history.days == [day, day])
        #expect(minutes.cumulative("AAPL", 0) == 4989)
        #expect(minutes.cumulative("AAPL", 1) == 4990)
        #expect(minutes.cumulative("AAPL", 190) == 4990)
        #expect(minutes.cumulative("AAPL", 191) == 1_004_990)
        #expect(minutes.trades("AAPL", 0) == 10)
        #expect(minutes.trades("AAPL", 1) == SlotHistory.unknownTrades)
        #expect(minutes.trades("AAPL", 2) == 0)
        #expect(minutes.cumulative("BRK.B", 65) == 0)
        #expect(minutes.cumulative("BRK.B", 66) == 10)
        #expect(minutes.history.vwap.allSatisfy { $0.isNaN })
        guard case .wholeDay(let written, let history, source: .flatFile) = minutes.write else {
            Issue.record("not written as a whole day")
            return
        }
        #expect(written == day && history.cumulative == minutes.history.cumulative)
    }

    /// 1723017600 is 2024-08-07 08:00 UTC: 04:00 in New York in summer; 1733149800 is 2024-12-02 14:30 UTC: 09:30 in winter.
    @Test(arguments: [("2024-08-07", 1_723_017_600, 0), ("2024-12-02", 1_733_149_800, 66)])
    func startsAreNanosecondsOfUTC(date: String, second: Int, slot: Int) throws {
        let text = "\(FlatFileText.header)\nA,5,1,1,1,1,\(second)000000000,1\nA,7,1,1,1,1,\(second + 299)999999999,1\n"
        let minutes = try MemoryFile(csv: text).minuteBars(of: try #require(DayID(iso: date)))
        #expect(minutes.cumulative("A", slot) == 12)
        #expect(slot == 0 || minutes.cumulative("A", slot - 1) == 0)
    }

    @Test(arguments: ["2024-03-08", "2024-03-11", "2024-11-01", "2024-11-04"])
    func aDayIsWholeOnBothSidesOfAClockChange(date: String) throws {
        let day = try #require(DayID(iso: date))
        let rows = (230..<1210).map { MinuteRow("A", $0, "2") }
        let minutes = try MemoryFile(csv: FlatFileText.csv(rows, day: day)).minuteBars(of: day)
        #expect(minutes.rejections.outsideHours == 20)
        #expect(minutes.rejections.total == 20)
        #expect((0..<192).allSatisfy { minutes.cumulative("A", $0) == Int64($0 + 1) * 10 })
    }

    @Test(
        arguments: [
            "ticker,volume,open,close,high,low,window_start,transactions\nA,5,1,2,3,4,@,9\nB,6.5,1,2,3,4,@,\n",
            "ticker,volume,open,close,high,low,window_start,transactions\r\nA,5,1,2,3,4,@,9\r\nB,6.5,1,2,3,4,@,\r\n",
            "ticker,volume,open,close,high,low,window_start,transactions\nA,5,1,2,3,4,@,9\nB,6.5,1,2,3,4,@,",
            "ticker,volume,open,close,high,low,window_start,transactions\r\nA,5,1,2,3,4,@,9\r\nB,6.5,1,2,3,4,@,\r",
            "\u{FEFF}ticker,volume,open,close,high,low,window_start,transactions\n\nA,5,1,2,3,4,@,9\n\r\n\nB,6.5,1,2,3,4,@,\n\n",
            "window_start,transactions,ticker,volume\n@,9,A,5\n@,,B,6.5\n",
            "transactions,x,volume,ticker,y,window_start\n9,,5,A,zz,@\n,\"q\",6.5,B,,@\n",
            "volume,window_start,transactions,ticker\r\n5,@,9,A\r\n6.5,@,,B\r\n",
            "ticker,window_start,transactions,volume\r\nA,@,9.0,5\r\nB,@,,65e-1",
        ]
    )
    func columnsAreFoundByTheirNames(text: String) throws {
        let start = NewYork.instant(day, secondOfDay: 36_000).nanoseconds
        let csv = text.split(separator: "@", omittingEmptySubsequences: false).joined(separator: "\(start)")
        let minutes = try MemoryFile(csv: csv).minuteBars(of: day)
        #expect(minutes.rows == 2 && minutes.rejections.total == 0)
        #expect(minutes.cumulative("A", 72) == 5 && minutes.trades("A", 72) == 9)
        #expect(minutes.cumulative("B", 72) == 6 && minutes.trades("B", 72) == SlotHistory.unknownTrades)
    }

    @Test func withoutACountOfTradesItIsUnknown() throws {
        let start = NewYork.instant(day, secondOfDay: 36_000).nanoseconds
        let minutes = try MemoryFile(csv: "ticker,volume,window_start\nA,5,\(start)\n").minuteBars(of: day)
        #expect(minutes.trades("A", 72) == SlotHistory.unknownTrades)
    }

    @Test(
        arguments: [
            ("1000000", 1_000_000), ("1e6", 1_000_000), ("1.5E+3", 1500), ("+7", 7), ("0.9", 0), ("7.", 7),
            ("12345678901.9", 12_345_678_901), ("0000000000000000000000012", 12), ("2.50000000000000000000000", 2),
            ("999999999999", 999_999_999_999),
        ] as [(String, Int64)]
    )
    func volumesAreReadInEveryForm(text: String, shares: Int64) throws {
        let minutes = try read([MinuteRow("A", 600, text), MinuteRow("B", 600)])
        #expect(minutes.rejections.total == 0)
        #expect(minutes.cumulative("A", 72) ?? 0 == shares)
    }

    @Test(
        arguments: [
            "-1", "-0.001", "nan", "NaN", "inf", "1e400", "1e13", "", "abc", "12abc", "0x10", "1,000", "1 000", "--1",
            "1e",
            "\u{0}", "1\u{0}2", "99999999999999999999999999999999999999999999", "१२",
        ]
    )
    func aVolumeThatCannotBeIsCountedAndLeftOut(text: String) throws {
        let minutes = try read([MinuteRow("A", 600, text), MinuteRow("B", 600), MinuteRow("B", 601)])
        #expect(minutes.rejections.total == 1)
        // A comma makes a field too many instead.
        #expect(text.contains(",") ? minutes.rejections.malformed == 1 : minutes.rejections.badVolume == 1)
        #expect(minutes.history.symbols.map(\.text) == ["B"])
        #expect(minutes.cumulative("B", 72) == 200)
    }

    @Test(
        arguments: [
            ",5,1,1,1,1,@,1", "A B,5,1,1,1,1,@,1", "ABCDEFGHIJKLMNOPQRSTUVWXYZ,5,1,1,1,1,@,1",
            "A\u{1B}[2J,5,1,1,1,1,@,1",
            "\u{0},5,1,1,1,1,@,1", "\"A\",5,1,1,1,1,@,1", "A,5,1,1,1,1,,1", "A,5,1,1,1,1,x,1", "A,5,1,1,1,1,-1,1",
            "A,5,1,1,1,1,1.7e18,1", "A,5,1,1,1,1,99999999999999999999,1", "A,5,1,1,1,1,9999999999999999999,1",
            "A,5,1,1,1,1,@",
            "A,5,1,1,1,1,@,1,", "A,5,1,1,1,1,@,1,2", "A", "A,5,1,1,1,1,@,x", "A,5,1,1,1,1,@,-1", ",,,,,,,",
            "\u{0}\u{0}\u{0}",
        ]
    )
    func aRowThatCannotBeReadIsCountedAndLeftOut(row: String) throws {
        let start = NewYork.instant(day, secondOfDay: 36_000).nanoseconds
        let bad = row.split(separator: "@", omittingEmptySubsequences: false).joined(separator: "\(start)")
        let good = [MinuteRow("B", 600).line(day), MinuteRow("C", 601).line(day)]
        let text = [FlatFileText.header, good[0], bad, good[1], ""].joined(separator: "\n")
        let minutes = try MemoryFile(csv: text).minuteBars(of: day)
        #expect(minutes.rows == 3)
        #expect(minutes.rejections.malformed == 1 && minutes.rejections.total == 1)
        #expect(minutes.history.symbols.map(\.text) == ["B", "C"])
        #expect(minutes.cumulative("B", 72) == 100 && minutes.cumulative("C", 72) == 100)
    }

    @Test func otherTimesAndRepetitionsAreCounted() throws {
        let minutes = try read([
            MinuteRow("A", 239), MinuteRow("A", 1200), MinuteRow("A", -1), MinuteRow("A", 1440),
            MinuteRow("A", 600, "1"),
            MinuteRow("A", 600, "7"), MinuteRow("A", 601), MinuteRow("A", 602), MinuteRow("A", 603),
        ])
        #expect(minutes.rejections.outsideHours == 2)
        #expect(minutes.rejections.otherDay == 2)
        #expect(minutes.rejections.duplicate == 1)
        #expect(minutes.cumulative("A", 72) == 307)
    }

    /// Against a plain sum over all rows, the later one of two in the same minute.
    @Test(arguments: [11, 12, 13, 14] as [UInt64])
    func theOrderOfRowsDoesNotMatter(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        var rows: [MinuteRow] = []
        var expected: [String: [Int: Int64]] = [:]
        for _ in 0..<3000 {
            let ticker = "T\(Int.random(in: 0..<20, using: &random))"
            let minute = Int.random(in: 240..<1200, using: &random)
            guard expected[ticker]?[minute] == nil else { continue }
            let volume = Int64.random(in: 1..<5000, using: &random)
            expected[ticker, default: [:]][minute] = volume
            rows.append(MinuteRow(ticker, minute, "\(volume)"))
        }
        let shuffled = rows.shuffled(using: &random)
        var grouped = rows
        grouped.sort { ($0.ticker, $0.minute) < ($1.ticker, $1.minute) }
        // Each order once: by time with all tickers mixed, by ticker, one ticker's rows torn apart, at random.
        let byTime = rows.sorted { ($0.minute, $0.ticker) < ($1.minute, $1.ticker) }
        let torn = Array(grouped.dropFirst()) + [grouped[0]]
        for order in [byTime, grouped, torn, shuffled] {
            let minutes = try read(order)
            #expect(minutes.rejections == BarRejections() && minutes.rows == rows.count, "seed \(seed)")
            #expect(Set(minutes.history.symbols.map(\.text)) == Set(expected.keys), "seed \(seed)")
            #expect(minutes.history.count == expected.count, "seed \(seed)")
            for (ticker, volumes) in expected {
                var sum: Int64 = 0
                var wrong = 0
                for slot in 0..<Slot.count {
                    for minute in 0..<5 { sum += volumes[240 + slot * 5 + minute] ?? 0 }
                    if minutes.cumulative(ticker, slot) != sum { wrong += 1 }
                }
                #expect(wrong == 0, "seed \(seed), \(ticker)")
            }
        }
    }

    @Test func aTickerThatComesBackStillHasItsLaterRowsCount() throws {
        let minutes = try read([
            MinuteRow("A", 600, "1"), MinuteRow("B", 600), MinuteRow("A", 600, "5"), MinuteRow("A", 601, "0.5"),
            MinuteRow("bad ticker", 600), MinuteRow("A", 602, "0.5"),
        ])
        #expect(minutes.cumulative("A", 72) == 6)
        #expect(minutes.rejections.duplicate == 1 && minutes.rejections.malformed == 1)
    }

    @Test(arguments: [1, 2, 7, 64, 1000, 70_000])
    func itDoesNotMatterHowTheFileIsCut(pieceBytes: Int) throws {
        var random = SeededRandom(seed: 5)
        let rows = (0..<40).flatMap { ticker in
            (240..<300).map { MinuteRow("T\(ticker)", $0, "\(Int.random(in: 1..<100_000, using: &random)).25") }
        }
        let packed = gzip(FlatFileText.csv(rows))
        let whole = try MemoryFile(packed).minuteBars(of: day)
        let cut = try MemoryFile(packed, pieceBytes: pieceBytes).minuteBars(of: day)
        #expect(whole.rows == 2400 && whole.rejections.total == 0)
        #expect(cut.history.cumulative == whole.history.cumulative)
        #expect(cut.history.symbols == whole.history.symbols)
    }

    @Test func linesLieAcrossTheEndsOfTheReadersText() throws {
        // 1.2 MB of text: several times the reader's 256 KiB, with lines of many lengths.
        let rows = (0..<40).flatMap { ticker in
            (240..<1200).map { MinuteRow("T\(ticker)", $0, "1" + String(repeating: "0", count: $0 % 7) + ".0") }
        }
        let minutes = try MemoryFile(gzip(FlatFileText.csv(rows)), pieceBytes: 30_000).minuteBars(of: day)
        #expect(minutes.rows == rows.count && minutes.rejections.total == 0)
        let total = (240..<1200).reduce(Int64(0)) { $0 + [1, 10, 100, 1000, 10_000, 100_000, 1_000_000][$1 % 7] }
        #expect((0..<40).allSatisfy { minutes.cumulative("T\($0)", 191) == total })
    }

    @Test func progressGoesToTheEnd() throws {
        let packed = gzip(FlatFileText.csv((240..<1200).map { MinuteRow("A", $0) }))
        var seen: [FlatFileProgress] = []
        _ = try MemoryFile(packed, pieceBytes: 500).minuteBars(of: day, onProgress: { seen.append($0) })
        #expect(seen.count == (packed.count + 499) / 500)
        #expect(zip(seen, seen.dropFirst()).allSatisfy { $0.bytes < $1.bytes && $0.rows <= $1.rows })
        #expect(seen.last?.bytes == packed.count && seen.last?.expectedBytes == packed.count)
        #expect(seen.last?.rows == 960)
    }

    @Test func cancellingBetweenPiecesYieldsNothing() {
        let packed = gzip(FlatFileText.csv((240..<1200).map { MinuteRow("A", $0) }))
        var asked = 0
        let error = flatFileError { () throws(FlatFileError) in
            _ = try MemoryFile(packed, pieceBytes: 100).minuteBars(
                of: day,
                while: {
                    asked += 1
                    return asked < 3
                }
            )
        }
        #expect(error?.problem == .cancelled)
        #expect(asked == 3)
    }
}
