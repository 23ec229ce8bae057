import MarketData
import TestSupport
import Testing

@testable import FilterLanguage

@Suite
struct FilterCompletionTests {
    static let scope = FilterScope(
        presets: ["liquid": "price >= 1 and dvol > $1M", "low-float": "float < 20M"],
        lists: ["mine", "gap-up"],
        unavailable: [.rsi14: "not stored"]
    )
    static let values: [ColumnID: [String]] = [
        .sector: ["Technology", "Healthcare", "Real Estate"], .type: ["CS", "ETF"],
    ]

    /// Completions at the `^` of a text.
    static func at(_ marked: String, limit: Int = 12) -> FilterCompletions {
        let parts = marked.split(separator: "^", omittingEmptySubsequences: false)
        return FilterCompletion.candidates(
            parts.joined(),
            at: parts[0].utf8.count,
            scope: scope,
            values: values,
            limit: limit
        )
    }

    @Test(
        arguments: [
            ("rv^", "rvol", "ol"), ("price > 1 and flo^", "float", "at"), ("flt^", "float", ""), ("RVO^", "rvol", "l"),
            ("chg^", "chg", ""), ("pre.v^", "pre.vol", "ol"), ("gp%^", "gap%", ""), ("ran^", "range", "ge"),
            ("rank^", "rank(", "("), ("price > 3 an^", "and", "d"), ("$liq^", "$liquid", "uid"),
            ("$^", "$liquid", "liquid"),
            ("price > 3, @^", "@gap-up", "gap-up"), ("@gap-u^", "@gap-up", "p"), ("sym in @m^", "@mine", "ine"),
            ("sector = tec^", "Technology", "hnology"), ("sector = re^", "\"Real Estate\"", ""),
            ("sector = \"re^", "\"Real Estate\"", "al Estate\""), ("type in [CS, e^", "ETF", "TF"),
            ("sector in [h^", "Healthcare", "ealthcare"),
            ("sector is not h^", "Healthcare", "ealthcare"), ("etf | so^", "sort", "rt"),
            ("etf | sort rvol-, pri^", "price", "ce"),
            ("etf | cols str^", "strip", "ip"), ("price crosses ab^", "above", "ove"), ("has(flo^", "float", "at"),
            ("chg(5^", "5m)", "m)"), ("chg(^", "1m)", ""), ("rvol(^", "slot)", ""), ("rvol(sl^", "slot)", "ot)"),
            ("halted for ^", "30s", ""),
            ("age(^", "halt)", ""), ("sym in ^", "@gap-up", ""),
        ]
    )
    func theLikeliestComesFirst(marked: String, first: String, ghost: String) {
        let found = Self.at(marked)
        #expect(found.candidates.first?.text ?? "" == first)
        #expect(found.ghost == ghost)
    }

    @Test func theWholeWordAtTheCursorIsReplaced() {
        let inside = Self.at("price > 3 and rv^olx > 5")
        #expect((inside.lower, inside.upper) == (14, 19))
        #expect(inside.ghost.isEmpty)
        let empty = Self.at("price > 3 and ^")
        #expect((empty.lower, empty.upper) == (14, 14))
        let wide = Self.at("name = \"\u{5317}\" and rv^")
        #expect((wide.lower, wide.upper) == (17, 19))
    }

    @Test func aCandidateSaysWhatItIs() throws {
        let field = try #require(Self.at("rvo^").candidates.first)
        #expect(field.kind == .field)
        #expect(field.unit == "×")
        #expect(field.meaning == ColumnDescriptor.of(.rvol)?.formula)
        #expect(Self.at("$low^").candidates.first?.meaning == "float < 20M")
        #expect(Self.at("$low^").candidates.first?.kind == .preset)
        #expect(Self.at("@mi^").candidates.first?.kind == .list)
        #expect(Self.at("sector = t^").candidates.first?.kind == .value)
        #expect(Self.at("zsc^").candidates.first?.kind == .function)
        #expect(Self.at("etf an^").candidates.first?.kind == .word)
    }

    @Test func onlyWhatMayStandThereIsOffered() {
        #expect(Self.at("^").candidates.allSatisfy { $0.kind == .field })
        #expect(Self.at("price > ^").candidates.allSatisfy { $0.kind == .field || $0.kind == .function })
        #expect(Self.at("price ^").candidates.allSatisfy { $0.kind == .word })
        #expect(Self.at("etf | ^").candidates.map(\.text) == ["sort", "top", "cols"])
        #expect(Self.at("etf | top ^").candidates.isEmpty)
        #expect(Self.at("# rv^").candidates.isEmpty)
        #expect(Self.at("name ~ \"rv^").candidates.isEmpty)
        #expect(Self.at("price > 5^").candidates.isEmpty)
        #expect(Self.at("price > 5 ^").candidates.map(\.kind) == Array(repeating: .word, count: 9))
        #expect(!Self.at("rsi^", limit: 50).candidates.contains { $0.text == "rsi14" })
        #expect(!Self.at("str^").candidates.contains { $0.text == "strip" })
        #expect(Self.at("r^", limit: 3).candidates.count == 3)
        #expect(Self.at("r^", limit: -1).candidates.isEmpty)
    }

    @Test(arguments: [UInt64(41)])
    func anyPlaceOfAnyTextIsAnswered(seed: UInt64) {
        var random = RandomFilters(random: SeededRandom(seed: seed))
        for number in 0..<1500 {
            let text = (0..<random.pick(0...12)).map { _ in
                FilterFuzzTests.pieces[random.pick(0...(FilterFuzzTests.pieces.count - 1))]
            }.joined(separator: random.chance(60) ? " " : "")
            let byte = random.pick(-2...(text.utf8.count + 2))
            let found = FilterCompletion.candidates(text, at: byte, scope: Self.scope, values: Self.values)
            let isInside = 0 <= found.lower && found.lower <= found.upper && found.upper <= text.utf8.count
            guard isInside, found.candidates.count <= 12 else {
                Issue.record("seed \(seed), case \(number): \(text.debugDescription) at \(byte): \(found)")
                return
            }
        }
    }
}
