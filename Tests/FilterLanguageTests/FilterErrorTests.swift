import MarketData
import Testing

@testable import FilterLanguage

/// What is said of texts that cannot be read: where, what, and the text as the fix would leave it.
@Suite
struct FilterErrorTests {
    static func problem(_ text: String) -> (line: String, mended: String?) {
        guard let first = FilterParser.parse(text, limits: FilterLimits()).diagnostics.first else { return ("", nil) }
        let mended = first.fix.map { fix in
            let bytes = Array(text.utf8)
            let whole = Array(bytes[..<fix.lower]) + Array(fix.replacement.utf8) + Array(bytes[fix.upper...])
            return String(decoding: whole, as: UTF8.self)
        }
        return (FilterText.problem(first, in: text), mended)
    }

    @Test(
        arguments: [
            ("price 20..1", "1:7  the range is reversed; use 1..20", "price 1..20"),
            ("price 20 ..< 1", "1:7  the range is reversed; use 1..<20", "price 1..<20"),
            ("chg% -2..-5", "1:6  the range is reversed; use -5..-2", "chg% -5..-2"),
            ("dvol 5M..$1M", "1:6  the range is reversed; use $1M..5M", "dvol $1M..5M"),
            ("age 5m..10s", "1:5  the range is reversed; use 10s..5m", "age 10s..5m"),
            ("price => 3", "1:7  \"=>\" is no comparison; use >=", "price >= 3"),
            ("price =< 3", "1:7  \"=<\" is no comparison; use <=", "price <= 3"),
            ("etf & halted", "1:5  \"&\" alone means nothing; use and", "etf and halted"),
            (
                "etf | halted",
                "1:7  expected sort, top or cols after \"|\", found \"halted\"; either of two tests is or",
                "etf or halted"
            ),
            ("vol > 1,000,000", "1:7  numbers are written without commas; use 1000000", "vol > 1000000"),
            (
                "price = 1..20", "1:10  a range takes no comparison before it; leave out \"=\"", "price  1..20"
            ),
            ("price > 3)", "1:10  \")\" closes nothing; remove it", "price > 3"),
            ("price > 3]", "1:10  \"]\" closes nothing; remove it", "price > 3"),
            (
                "price \u{2265} 3", "1:7  U+2265 is not understood outside quotes; use >=", "price >= 3"
            ),
            (
                "name ~ \u{201C}bio\u{201D}", "1:8  U+201C is not understood outside quotes; use \"",
                "name ~ \"bio\u{201D}"
            ),
            ("(etf | top 5", "1:6  expected \")\" before \"|\"", "(etf ) | top 5"),
        ]
    )
    func aLikelyMistakeHasAFix(text: String, line: String, mended: String) {
        let problem = Self.problem(text)
        #expect(problem.line == line)
        #expect(problem.mended == mended)
    }

    @Test(
        arguments: [
            ("price >> 3", "1:8  expected a value after \">\", found \">\""),
            ("> 3", "1:1  expected a test, found \">\""),
            ("price > 3 foo bar >", "1:20  (incomplete) expected a value after \">\""),
            (
                "price 5 and etf",
                "1:7  \"5\" is no test; expected a comparison or a range, such as price > 5 or price 1..20"
            ),
            ("5 and etf", "1:1  \"5\" is no test; expected a comparison or a range, such as price > 5 or price 1..20"),
            ("\"bio\" and etf", "1:1  \"\"bio\"\" is no test; a text needs a field and = or ~ before it"),
            ("price + 1 or etf", "1:1  \"price + 1\" is no test; expected a comparison or a range with it"),
            ("price > (etf or halted)", "1:9  expected a value, found a test"),
            ("(etf or halted) > 3", "1:17  expected and, or, | or the end, found \">\""),
            ("price > 3 in", "1:11  expected and, or, | or the end, found \"in\""),
            ("price 1..20..30", "1:12  a range stands directly behind its field: price 1..20"),
            ("price ..", "1:9  (incomplete) expected the end of a range after \"..\""),
            ("price .. and etf", "1:10  expected the end of a range after \"..\", found \"and\""),
            ("price in", "1:9  (incomplete) expected a range, a set in [ ] or a list after \"in\""),
            ("price in 5 and etf", "1:12  expected .. after \"5\", found \"and\""),
            ("price in @mine", "1:10  only sym can be in a list; write sym in @mine"),
            ("sector in [energy, ]", "1:20  expected a value after \",\", found \"]\""),
            ("sector in [energy health]", "1:19  expected \",\" or \"]\", found \"health\""),
            ("price ~ 3", "1:9  expected a pattern in quotes after \"~\", found \"3\""),
            ("price + 1 ~ 'a'", "1:11  \"~\" needs a field on its left"),
            ("price crosses vwap", "1:15  expected above or below after \"crosses\", found \"vwap\""),
            ("halted for 3 and etf", "1:12  a time needs its unit: 3s or 3m"),
            ("halted for", "1:11  (incomplete) expected a time such as 90s, 3m or 1h after \"for\""),
            ("halted for 0.5s", "1:12  \"0.5s\" is no time; expected whole seconds, not too many"),
            ("4 of (etf, halted)", "1:1  expected a whole number from 1 to 2, as many as there are tests"),
            ("any etf", "1:5  expected \"(\" and tests with commas between after \"any\", found \"etf\""),
            ("rank(chg%, vol) > 3", "1:1  rank takes one value, not 2"),
            (
                "(etf or halted) (exit < 3)",
                "1:23  expected a whole test after exit: there is no single value before it to compare"
            ),
            ("chg(\"x\") > 3", "1:5  expected a window such as 5m or slot after \"(\", found \"\"x\"\""),
            ("vol > 5q", "1:7  no unit \"q\"; expected K, M, B, T, % or x, or s, m, h, d or slots for a time"),
            ("vol > 1e999", "1:7  no unit \"e999\"; expected K, M, B, T, % or x, or s, m, h, d or slots for a time"),
            ("dvol > $5%", "1:8  \"$5%\" is no amount; after $ only K, M, B and T may follow"),
            ("time > 24:00", "1:8  \"24:00\" is no time of day; expected 00:00 to 23:59"),
            ("time > 9:5 and etf", "1:8  expected a time of day such as 09:30"),
            ("price 1.", "1:8  (incomplete) a number does not end with a dot; a range has two"),
            ("price > 5. and etf", "1:10  a number does not end with a dot; a range has two"),
            ("@", "1:1  (incomplete) expected the name of a list directly after \"@\""),
            ("$ and etf", "1:1  expected the name of a preset, or a number, directly after \"$\""),
            ("etf # comment", "1:5  a comment stands on lines of its own before the filter"),
            ("pr\u{00ED}ce > 3", "1:3  U+00ED is not understood outside quotes"),
            ("price > 3\u{0}", "1:10  control character U+0000"),
            ("price\u{1B}[31m > 3", "1:6  control character U+001B"),
            ("name ~ \"a\u{1B}[31m\"", "1:10  control character U+001B in quotes"),
            ("name ~ \"a\u{9B}\"", "1:10  control character U+009B in quotes"),
            ("etf | sort a | sort b", "1:16  sort is given twice"),
            ("etf | top 0", "1:11  top takes a whole number from 1 to 1000"),
            ("etf | top", "1:10  (incomplete) expected a whole number after \"top\""),
            ("etf | cols", "1:11  (incomplete) expected the name of a field after \"cols\""),
            ("|", "1:2  (incomplete) expected sort, top or cols after \"|\""),
            ("vol > 1M and", "1:13  (incomplete) expected a test after \"and\""),
            ("vol > 1M and   ", "1:13  (incomplete) expected a test after \"and\""),
            ("not", "1:4  (incomplete) expected a test after \"not\""),
            ("vol >", "1:6  (incomplete) expected a value after \">\""),
            ("vol > 1M,", "1:10  (incomplete) expected a test after \",\""),
            ("vol > 1M,, etf", "1:10  expected a test after \",\", found \",\""),
            ("(vol > 1M", "1:10  (incomplete) expected \")\" for the \"(\" before"),
            ("sector in [energy", "1:18  (incomplete) expected \"]\" for the \"[\" before"),
            ("name ~ \"bio", "1:8  (incomplete) expected a closing \""),
            ("5", "1:2  (incomplete) expected a comparison or a range"),
            ("any (etf; halted)", "1:9  \";\" is not understood outside quotes"),
        ]
    )
    func aMistakeIsNamedWithItsPlace(text: String, line: String) { #expect(Self.problem(text).line == line) }

    @Test func whatIsStillMissingAtTheEndIsIncompleteAndMended() {
        for (text, mended) in [
            ("(vol > 1M", "(vol > 1M)"), ("sector in [energy", "sector in [energy]"), ("name ~ 'bio", "name ~ 'bio'"),
            ("any (etf, halted", "any (etf, halted)"), ("rank(chg%", "rank(chg%)"), ("etf &", "etf and"),
        ] {
            let problem = Self.problem(text)
            #expect(problem.line.contains("(incomplete)"), "\(text)")
            #expect(problem.mended == mended)
        }
    }

    /// Whatever a trader has typed so far of a valid text is unfinished or fine, and never called wrong.
    @Test(
        arguments: [
            "price 1..20 and rvol > 3x or not halted",
            "name ~ \"bio|pharma\" (exit not halted) | sort rvol-, chg% | top 50",
            "sector in [energy, \"health care\"] and sym not in @mine, $liquid",
            "time in 09:30..10:00 && vol >= 20% of avgvol",
            "2 of (rvol > 5, chg(5m) > 2, has(float)) for 3m || price crosses above vwap within 5m", "age < 10 slots",
            "chg% -5..5 !halted any (etf, thin) float ?? 0 <> 50M | cols sym, rvol(slot-1)",
        ]
    )
    func aBeginningOfAValidTextIsNotWrong(text: String) {
        #expect(FilterParser.parse(text, limits: FilterLimits()).query != nil, "\(text)")
        for count in 0...text.count {
            let start = String(text.prefix(count))
            let errors = FilterParser.parse(start, limits: FilterLimits()).diagnostics.filter { $0.severity == .error }
            #expect(errors.isEmpty, "\(start): \(errors.map(\.message))")
        }
    }

    @Test func carriesStandUnderThePlace() {
        let text = "price 1..20 and rvoll > 3"
        let diagnostic = FilterDiagnostic(severity: .error, lower: 16, upper: 21, message: "no field")
        let excerpt = FilterText.excerpt(of: diagnostic, in: text)
        #expect(excerpt.line == text)
        #expect(excerpt.carets == "                ^^^^^")
    }

    @Test func placesCountLinesAndCharacters() {
        let text = "# \u{5317}\nname = \"\u{5317}\u{1F1FA}\u{1F1F8}\" x > 3"
        let bytes = Array(text.utf8)
        let x = bytes.lastIndex(of: UInt8(ascii: "x")) ?? 0
        #expect(FilterText.position(of: x, in: text) == (2, 13))
        #expect(FilterText.position(of: 0, in: text) == (1, 1))
        #expect(FilterText.position(of: bytes.count, in: text) == (2, 18))
        let excerpt = FilterText.excerpt(
            of: FilterDiagnostic(severity: .error, lower: x, upper: x + 1, message: ""),
            in: text
        )
        #expect(excerpt.line == "name = \"\u{5317}\u{1F1FA}\u{1F1F8}\" x > 3")
        #expect(excerpt.carets == String(repeating: " ", count: 12) + "^")
    }

    @Test func aLongLineIsShownAroundThePlaceAndWithoutControlCharacters() {
        let text = String(repeating: "a", count: 5000) + "\u{1B}" + String(repeating: "b", count: 5000)
        let excerpt = FilterText.excerpt(
            of: FilterDiagnostic(severity: .error, lower: 5000, upper: 5001, message: ""),
            in: text,
            width: 40
        )
        #expect(excerpt.line.count == 40)
        #expect(!excerpt.line.contains("\u{1B}"))
        #expect(excerpt.line.dropFirst(excerpt.carets.count - 1).first == " ")
        let end = FilterText.excerpt(
            of: FilterDiagnostic(severity: .incomplete, lower: 10_001, upper: 10_001, message: ""),
            in: text,
            width: 40
        )
        #expect(end.carets == String(repeating: " ", count: 40) + "^")
    }
}
