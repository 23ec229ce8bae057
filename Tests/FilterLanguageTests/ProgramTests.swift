import MarketData
import Testing

@testable import FilterLanguage

/// What programs say of rows worked by hand.
@Suite
struct ProgramTests {
    private static func value(_ verdict: FilterVerdict) -> Double {
        switch verdict {
        case .isFalse: 0
        case .isTrue: 1
        case .isUnknown: .nan
        }
    }

    /// All pairs of verdicts, row by row: `halted` is the first, `thin` the second.
    private static let pairs: FilterTable = {
        let verdicts: [FilterVerdict] = [.isFalse, .isUnknown, .isTrue]
        let pairs = verdicts.flatMap { first in verdicts.map { (first, $0) } }
        var table = FilterTable(rows: pairs.count)
        table.numbers[.halted] = pairs.map { value($0.0) }
        table.numbers[.thin] = pairs.map { value($0.1) }
        return table
    }()

    /// F, U or T per row of `pairs`: FF FU FT UF UU UT TF TU TT.
    @Test(arguments: [
        ("halted and thin", "FFFFUUFUT"),
        ("halted or thin", "FUTUUTTTT"),
        ("not halted", "TTTUUUFFF"),
        ("not (halted and thin)", "TTTTUUTUF"),
        ("not (halted or thin)", "TUFUUFFFF"),
        ("any (halted, thin)", "FUTUUTTTT"),
        ("all (halted, thin)", "FFFFUUFUT"),
        ("none (halted, thin)", "TUFUUFFFF"),
        ("1 of (halted, thin)", "FUTUUTTTT"),
        ("2 of (halted, thin)", "FFFFUUFUT"),
        ("has(halted) and missing(thin)", "FTFFFFFTF"),
        ("not has(halted)", "FFFTTTFFF"),
    ])
    func threeValuedLogicGoesByTheseTables(_ text: String, _ expected: String) throws {
        let verdicts = Self.pairs.verdicts(try program(text))
        let letters = verdicts.map { ["F", "T", "U"][Int($0.rawValue)] }.joined()
        #expect(letters == expected, "\(text)")
    }

    @Test func atLeastSoManyKnowsWhatTheUnknownCannotChange() throws {
        // Rows: how many of three are true, unknown.
        let rows: [(trues: Int, unknowns: Int, expected: FilterVerdict)] = [
            (0, 0, .isFalse), (0, 1, .isFalse), (0, 2, .isUnknown), (0, 3, .isUnknown), (1, 0, .isFalse),
            (1, 1, .isUnknown), (1, 2, .isUnknown), (2, 0, .isTrue), (2, 1, .isTrue), (3, 0, .isTrue),
        ]
        var table = FilterTable(rows: rows.count)
        for (index, column) in [ColumnID.halted, .thin, .limitState].enumerated() {
            table.numbers[column] = rows.map { row in
                index < row.trues ? 1 : index < row.trues + row.unknowns ? .nan : 0
            }
        }
        #expect(table.verdicts(try program("2 of (halted, thin, limit)")) == rows.map(\.expected))
    }

    /// One row: price 10, vol 4,000,000, chg% −5, float missing, rvol 0, sector Healthcare, industry missing, time 9:45.
    @Test(arguments: [
        ("price 1..20", "T"), ("price 1..<10", "F"), ("price 10..", "T"), ("price ..10", "T"),
        ("price not in 1..20", "F"),
        ("float 1M..20M", "U"), ("float not in 1M..20M", "U"), ("1 < price <= 10 < vol", "T"), ("chg% -6..-4", "T"),
        ("float < 50M", "U"), ("not float < 50M", "U"), ("float ?? 0 < 50M", "T"), ("price ?? 0 = 10", "T"),
        ("has(float)", "F"), ("missing(float)", "T"), ("has(sector) and missing(industry)", "T"),
        ("price / rvol > 1", "U"), ("price / rvol > 1 or price > 5", "T"), ("price * 2 + 1 = 21", "T"),
        ("50% of price = 5", "T"), ("abs(chg%) = 5", "T"), ("min(price, chg%) = -5", "T"),
        ("max(price, chg%) = 10", "T"),
        ("min(price, float) < 20", "U"), ("max(float, price) > 1", "U"), ("vol > 3.9M", "T"), ("price > $9.50", "T"),
        ("price in [9, 10, 11]", "T"), ("price not in [9, 10, 11]", "F"), ("float in [1, 2]", "U"),
        ("sector = healthcare", "T"), ("sector = \"HEALTHCARE\"", "T"), ("sector != healthcare", "F"),
        ("sector in [energy, healthcare]", "T"), ("sector not in [energy]", "T"), ("industry = biotech", "U"),
        ("industry != biotech", "U"), ("sector ~ \"^health\"", "T"), ("sector !~ \"care$\"", "F"),
        ("industry ~ \"x\"", "U"), ("time in 9:30..10:00", "T"), ("time > 10:00", "F"), ("9:45 = time", "T"),
        ("@mine", "T"), ("sym in @mine", "T"), ("sym not in @mine", "F"), ("age < 30m", "T"), ("age = 90s", "T"),
        ("openmin = 15m", "T"), ("price > 5 and float < 50M", "U"), ("price < 5 and float < 50M", "F"),
    ])
    func oneRowWorkedByHand(_ text: String, _ expected: String) throws {
        var table = FilterTable(rows: 1)
        table.numbers = [
            .last: [10], .volume: [4_000_000], .changePercent: [-5], .floatShares: [.nan], .rvol: [0], .printAge: [90],
            .minutesSinceOpen: [15],
        ]
        table.texts = [.sector: ["Healthcare"], .industry: [nil], .symbol: ["AAPL"]]
        table.lists["mine"] = [true]
        table.secondOfDay = 9 * 3600 + 45 * 60
        let verdicts = table.verdicts(try program(text, in: FilterScope(lists: ["mine"])))
        #expect(["F", "T", "U"][Int(verdicts[0].rawValue)] == expected, "\(text)")
    }

    @Test func anEmptyTextLetsEverythingPass() throws {
        let all = try program("")
        #expect(FilterTable(rows: 3).verdicts(all) == [.isTrue, .isTrue, .isTrue])
        #expect(FilterTable(rows: 0).verdicts(all).isEmpty)
        #expect(try FilterTable(rows: 0).verdicts(program("price > 5 and sector = x and rank(vol) < 3")).isEmpty)
    }

    @Test func whatIsTooLargeOrDividedByNothingIsMissing() throws {
        var table = FilterTable(rows: 2)
        table.numbers[.last] = [1e300, 2]
        table.numbers[.volume] = [1e300, 0]
        #expect(try table.verdicts(program("price * vol > 1")) == [.isUnknown, .isFalse])
        #expect(try table.verdicts(program("price / vol > 0")) == [.isTrue, .isUnknown])
        #expect(try table.verdicts(program("price + vol < 1B or price = 2")) == [.isFalse, .isTrue])
    }

    @Test func ranksCountOnlyRowsWithAValueAndEqualsShareAPlace() throws {
        var table = FilterTable(rows: 6)
        table.numbers[.changePercent] = [5, .nan, 9, 5, -0.0, 0.0]
        let expected: [(String, [Int])] = [
            ("rank(chg%) = 1", [2]), ("rank(chg%) = 2", [0, 3]), ("rank(chg%) = 4", [4, 5]), ("pctile(chg%) = 80", [2]),
            ("pctile(chg%) = 40", [0, 3]), ("pctile(chg%) = 0", [4, 5]), ("zscore(chg%) > 1.5", [2]),
            ("rank(rank(chg%)) = 5", [2]), ("rank(chg% * 2) <= 2", [0, 2, 3]),
        ]
        for (text, rows) in expected {
            let verdicts = table.verdicts(try program(text))
            #expect(verdicts.indices.filter { verdicts[$0] == .isTrue } == rows, "\(text)")
            #expect(verdicts[1] == .isUnknown)
        }
        table.numbers[.changePercent] = [3, 3, 3, 3, 3, 3]
        #expect(try table.verdicts(program("zscore(chg%) = 0")).allSatisfy { $0 == .isUnknown })
    }

    @Test func rowsBeyondAColumnAreMissing() throws {
        let both = try program("price > 5 and sector = tech")
        let columns = FilterColumns(rowCount: 3, numbers: [[6, 7]], texts: [TextColumn(["tech"])])
        var (memory, result) = (FilterMemory(), [UInt8]())
        let counts = both.run(columns, memory: &memory, into: &result)
        #expect(result == [1, 2, 2])
        #expect(counts.matches == 1 && counts.unknown == 2)
    }

    @Test func answersAboutTextsFollowTheColumn() throws {
        let test = try program("sector = tech")
        var (memory, result) = (FilterMemory(), [UInt8]())
        var column = TextColumn(["tech", "energy"])
        func run(_ column: TextColumn) -> [UInt8] {
            let columns = FilterColumns(rowCount: column.codes.count, numbers: [], texts: [column])
            _ = test.run(columns, memory: &memory, into: &result)
            return result
        }
        #expect(run(column) == [1, 0])
        column.append("Tech")
        column.set(0, nil)
        #expect(run(column) == [2, 0, 1])
        // Another column of as many texts: nothing of the first may be left.
        #expect(run(TextColumn(["energy", "tech", "x"])) == [0, 1, 0])
    }
}
