import MarketData
import TestSupport
import Testing

@testable import FilterLanguage

/// Nothing a trader types makes the compiler or a program fall over.
@Suite
struct FilterRobustnessTests {
    private static let pieces: [String] =
        [
            "price", "chg%", "rvol", "vol", "float", "halted", "sector", "sym", "time", "age", "strip", "new", "zzz",
            "and",
            "or", "not", "in", "is", "of", "any", "all", "none", "crosses", "above", "below", "within", "for", "exit",
            "has(",
            "missing(", "rank(", "pctile(", "zscore(", "abs(", "min(", "max(", "(", ")", "[", "]", ",", "|", "sort",
            "top",
            "cols", "<", "<=", ">", ">=", "=", "==", "!=", "<>", "~", "!~", "..", "..<", "+", "-", "*", "/", "??", "%",
            "1",
            "20", "5%", "50M", "3x", "$5", "0.05", "1e999", "99999999999999999999", "9:30", "25:99", "3m", "90s", "1d",
            "\"tech\"", "\"(\"", "\"", "'", "@mine", "@", "$a", "$b", "$", "é", "🚀", "\u{202E}", "\u{0}", "\u{1B}[2J",
            "2 of (", "chg(5m)", "rvol(slot-1)", "pre.vol", "!", "&&", "||", "\n", "#",
        ]

    @Test(arguments: 0..<8)
    func soupsOfPiecesNeverCrash(_ seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let scope = FilterScope(presets: ["a": "price > 5", "b": "$b or $a"], lists: ["mine"])
        var programs = 0
        for _ in 0..<500 {
            let count = Int.random(in: 1...14, using: &random)
            let glue = [" ", " ", " ", ""].randomElement(using: &random) ?? " "
            let text = (0..<count).map { _ in Self.pieces.randomElement(using: &random) ?? "" }.joined(separator: glue)
            let compilation = FilterCompiler.compile(text, in: scope)
            for said in compilation.diagnostics {
                let isInText = said.lower >= 0 && said.lower <= said.upper && said.upper <= text.utf8.count
                #expect(isInText, "seed \(seed): \(text.debugDescription)")
            }
            let isWrong = compilation.diagnostics.contains { $0.severity != .warning }
            #expect((compilation.program == nil) == isWrong, "seed \(seed): \(text.debugDescription)")
            #expect((compilation.problem != nil) == isWrong, "seed \(seed): \(text.debugDescription)")
            guard let program = compilation.program else { continue }
            programs += 1
            _ = FilterTable(rows: 3).verdicts(program)
        }
        // Soups that never compile would prove little.
        #expect(programs > 0, "seed \(seed)")
    }

    @Test func hugeAndDeepTextsAreRefused() {
        let texts = [
            String(repeating: "(", count: 500) + "price > 5" + String(repeating: ")", count: 500),
            String(repeating: "not ", count: 900) + "halted",
            String(repeating: "-", count: 4000) + "5 > price",
            String(repeating: "price > 5 ", count: 1000),
            "price > 1" + String(repeating: " + 1", count: 1000),
            "price > " + String(repeating: "abs(", count: 900),
            String(repeating: "any (", count: 800) + "halted",
        ]
        for text in texts { #expect(FilterCompiler.compile(text).program == nil, "\(text.prefix(40))") }
    }

    @Test func aWideTextCompilesAndRuns() throws {
        let clauses = (0..<120).map { "price != \($0 + 1)" }.joined(separator: " and ")
        let wide = try program(clauses)
        var table = FilterTable(rows: 2)
        table.numbers[.last] = [60, 0.5]
        #expect(table.verdicts(wide) == [.isFalse, .isTrue])
        let ledger = wide.ledger(table.columns(for: wide), memory: FilterMemory())
        #expect(ledger.count == 120)
        #expect(ledger.filter(\.isTightest).map(\.clause) == [59])
        #expect(ledger[59].matchWithout == 2)
    }

    @Test func aCatastrophicPatternReadsATextOnce() throws {
        let nested = try program("name ~ \"(a+)+$\"")
        let long = String(repeating: "a", count: 100_000)
        var table = FilterTable(rows: 3)
        table.texts[.name] = [long + "!", long, nil]
        // A backtracking engine needs 2¹⁰⁰⁰⁰⁰ steps for the first.
        #expect(table.verdicts(nested) == [.isFalse, .isTrue, .isUnknown])
    }

    @Test func aPatternSharedByClausesIsCompiledOnce() throws {
        let shared = try program("sector ~ \"tech\" or industry ~ \"tech\" and name !~ \"tech\"")
        #expect(shared.code.patterns.count == 1)
        #expect(shared.textColumns == [.sector, .industry, .name])
    }

    @Test func eachTextIsLookedAtOnce() throws {
        let test = try program("sector ~ \"tech\" and sector in [tech, energy]")
        var table = FilterTable(rows: 10_000)
        table.texts[.sector] = (0..<10_000).map { ["tech", "energy", nil][$0 % 3] }
        var memory = FilterMemory()
        _ = table.verdicts(test, &memory)
        #expect(memory.answers.map(\.verdicts.count) == [3, 3])
    }

    @Test func leftValuesAndDecidingClausesNameTheNumberThatDecides() throws {
        let test = try program(
            "1 < price < 20 and not halted and sector = tech and rank(chg%) <= 1 and vol > 2M for 1s and (rvol > 3 or gap% > 4)"
        )
        var table = FilterTable(rows: 2)
        table.numbers = [
            .last: [10, 30], .halted: [0, 0], .changePercent: [5, 4], .volume: [3e6, 1e6], .rvol: [4, .nan],
            .gapPercent: [1, 1],
        ]
        table.texts[.sector] = ["tech", nil]
        let columns = table.columns(for: test)
        let values = test.clauses.indices.map { test.leftValue(of: $0, row: 1, columns) }
        #expect(values[0] == 30 && values[1] == 0 && values[2].isNaN && values[3] == 2 && values[4] == 1e6)
        #expect(values[5].isNaN && test.leftValue(of: 6, row: 1, columns).isNaN)
        #expect(test.leftValue(of: 0, row: 2, columns).isNaN)
        let deciding = try #require(test.decidingClause(row: 1, columns, memory: FilterMemory()))
        #expect(deciding.clause == 0 && deciding.verdict == .isFalse && deciding.value == 30)
        let held = try #require(test.decidingClause(row: 0, columns, memory: FilterMemory()))
        #expect(held.clause == 4 && held.verdict == .isFalse && held.value == 3e6)
        #expect(test.decidingClause(row: 9, columns, memory: FilterMemory()) == nil)
    }
}
