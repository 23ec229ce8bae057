import MarketData
import Testing

@testable import FilterLanguage

/// What programs remember, over scripted runs of one row: seconds of market time, the value of `price` (nil is missing), and what
/// is said.
@Suite
struct FilterStateTests {
    private typealias Step = (at: Double, price: Double?, expected: String)

    private func follow(_ text: String, _ steps: [Step], gapSeconds: Int = 60) throws {
        let test = try program(text)
        #expect(test.isStateful)
        var memory = FilterMemory(gapSeconds: gapSeconds)
        for (index, step) in steps.enumerated() {
            var table = FilterTable(rows: 1)
            table.now = 1_700_000_000_000_000_000 + Int64(step.at * 1e9)
            table.numbers[.last] = [step.price ?? .nan]
            let verdict = table.verdicts(test, &memory)[0]
            #expect(["F", "T", "U"][Int(verdict.rawValue)] == step.expected, "\(text), step \(index)")
            // Asking again at the same time changes nothing.
            #expect(table.verdicts(test, &memory)[0] == verdict, "\(text), step \(index), again")
            let columns = table.columns(for: test)
            let deciding = test.decidingClause(row: 0, columns, memory: memory)
            #expect((deciding?.verdict ?? .isTrue) == verdict)
            #expect(test.ledger(columns, memory: memory).first?.passAlone == (verdict == .isTrue ? 1 : 0))
        }
    }

    @Test func aTestMustBeTrueAtEachRunForSoLong() throws {
        try follow(
            "price > 5 for 1m",
            [
                (0, 6, "F"), (30, 7, "F"), (59.999, 6, "F"), (60, 6, "T"), (90, 9, "T"), (100, 5, "F"), (110, 6, "F"),
                (170, 6, "T"), (171, nil, "U"), (172, 6, "F"), (232, 6, "T"),
            ]
        )
    }

    @Test func aGapBetweenRunsAndTimeGoingBackStartAnew() throws {
        try follow("price > 5 for 1m", [(0, 6, "F"), (60, 6, "T"), (120.5, 6, "F"), (180.5, 6, "T"), (180, 6, "F")])
        try follow("price > 5 (exit price < 4)", [(0, 6, "T"), (60, 4.5, "T"), (121, 4.5, "F")])
        try follow("price crosses above 5 within 5m", [(0, 4, "F"), (61, 6, "F"), (62, 4, "F"), (63, 6, "T")])
        try follow("price > 5 for 10m", [(0, 6, "F"), (300, 6, "F"), (600, 6, "T")], gapSeconds: 300)
    }

    @Test func aCrossingCountsForAWhileAndNeedsBothSidesOfIt() throws {
        try follow(
            "price crosses above 5 within 2m",
            [
                (0, 6, "F"), (10, 5, "F"), (20, 5.5, "T"), (80, 4, "T"), (140, nil, "T"), (141, nil, "U"),
                (142, 6, "F"),
                (143, 5, "F"), (144, 6, "T"), (190, 6, "T"), (240, 6, "T"), (264, 6, "T"), (265, 6, "F"),
            ]
        )
        try follow("price crosses below 5", [(0, 4, "F"), (1, 5, "F"), (2, 4, "T"), (62, 4, "T"), (63, 4, "F")])
    }

    @Test func aMemberStaysUntilTheExitIsTrue() throws {
        try follow(
            "price > 5 (exit < 4)",
            [
                (0, 4.5, "F"), (1, 6, "T"), (2, 4.5, "T"), (3, nil, "T"), (4, 4, "T"), (5, 3.9, "F"), (6, 4.5, "F"),
                (7, nil, "U"), (8, 5.1, "T"),
            ]
        )
    }

    @Test func exitWinsOverATestThatIsTrueAsWell() throws {
        try follow("price > 5 (exit price > 9)", [(0, 6, "T"), (1, 10, "F"), (2, 10, "F"), (3, 6, "T")])
    }

    @Test func notOfATestThatHasNotLastedIsTrue() throws {
        try follow("not price > 5 for 1m", [(0, 6, "T"), (60, 6, "F"), (61, nil, "U"), (62, 1, "T")])
    }

    @Test func rowsAddedLaterBeginEmptyAndTheOthersKeepTheirs() throws {
        let test = try program("price > 5 for 1m and price crosses above 1 within 30m or price > 5 (exit < 4)")
        var memory = FilterMemory()
        var table = FilterTable(rows: 2)
        table.numbers[.last] = [6, 6]
        _ = table.verdicts(test, &memory)
        table = FilterTable(rows: 1500)
        table.now = 60_000_000_000
        table.numbers[.last] = [Double](repeating: 4.5, count: 1500)
        let verdicts = table.verdicts(test, &memory)
        #expect(verdicts[0] == .isTrue && verdicts[1] == .isTrue)
        #expect(verdicts[2...].allSatisfy { $0 == .isFalse })
    }

    @Test func memoryIsAFewBytesPerRowAndStatefulPart() throws {
        let cases: [(String, Int)] = [
            ("price > 5", 0), ("price > 5 for 1m", 4), ("price crosses above 5", 5), ("price > 5 (exit < 4)", 1),
            ("price > 5 for 1m and (vol > 1M for 2m or price crosses below vwap)", 13),
        ]
        for (text, bytes) in cases {
            let test = try program(text)
            #expect(test.memoryBytesPerRow == bytes, "\(text)")
            var memory = FilterMemory()
            var table = FilterTable(rows: 1000)
            table.numbers[.last] = [Double](repeating: 1, count: 1000)
            _ = table.verdicts(test, &memory)
            #expect(memory.times.count * 4 + memory.marks.count == bytes * 1000)
        }
    }

    @Test func aMonthWithoutAGapDoesNotOverflow() throws {
        let test = try program("price > 5 for 1m")
        var memory = FilterMemory(gapSeconds: 1_000_000)
        var table = FilterTable(rows: 1)
        table.numbers[.last] = [6]
        var verdicts: [FilterVerdict] = []
        for step in 0..<8 {
            table.now = Int64(step) * 900_000 * 1_000_000_000
            verdicts.append(table.verdicts(test, &memory)[0])
        }
        // 2³² ms are 49.7 days; between the fourth and the fifth run it starts anew.
        #expect(verdicts.filter { $0 == .isFalse }.count == 2)
        table.now = .max
        #expect(table.verdicts(test, &memory) == [.isFalse])
        table.now = .min
        #expect(table.verdicts(test, &memory) == [.isFalse])
    }
}
