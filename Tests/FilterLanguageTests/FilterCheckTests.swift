import MarketData
import Testing

@testable import FilterLanguage

/// What the checker says, where, and how it would mend it.
@Suite
struct FilterCheckTests {
    private static let scope = FilterScope(
        presets: [
            "lowfloat": "float < 20M | sort rvol-", "a": "$b and price > 1", "b": "$a", "self": "$self",
            "bad": "pryce > 1",
            "broken": "price >", "wide": "$c and $c and $c", "c": "$d and $d and $d", "d": "$e and $e and $e",
            "e": "$f and $f and $f", "f": "$g and $g and $g", "g": "$h and $h and $h", "h": "price > 1 and vol > 1M",
            "outer": "$bad", "empty": "",
        ],
        lists: ["mine", "gap-up"],
        unavailable: [.bid: "not stored"]
    )

    /// Text, the first error's line, the text its fix makes of it.
    static let errors: [(String, String, String?)] = [
        ("chg% > 5M", "1:9  chg% is a percentage; unit M does not fit. Use 5 or 5%", "chg% > 5"),
        ("rvol > 3%", "1:9  rvol is a multiple; % does not fit. Use 3 or 3x", "rvol > 3"),
        ("rvol > 3K", "1:9  rvol is a multiple; unit K does not fit. Use 3 or 3x", "rvol > 3"),
        ("vol > 3x", "1:8  vol is a number of shares; x does not fit. Use 3, 3K or 3M", "vol > 3"),
        ("vol > $5M", "1:7  vol is a number of shares; $ does not fit. Use 5, 5K or 5M", "vol > 5M"),
        ("price < 5%", "1:10  price is an amount in dollars; % does not fit. Use 5, $5 or $5M", "price < 5"),
        ("days > 3K", "1:9  days is a number of days; unit K does not fit. Use 3", "days > 3"),
        ("age < 3B", "1:8  age is a time in seconds; unit B does not fit. Use 3, 3s or 3m", "age < 3"),
        ("rank(vol) < 5%", "1:14  a rank is a plain number; % does not fit. Use 5, 5K or 5M", "rank(vol) < 5"),
        ("price * 5% > 1", "1:10  % does not fit here. Use 5, or 5% of something", "price * 5 > 1"),
        ("price > 30s", "1:9  price is an amount in dollars; a duration does not fit", nil),
        ("price > 9:30", "1:9  a time of day fits time only, as in time > 9:30", nil),
        ("time > 5", "1:8  time is a time of day; write it as 9:30", nil),
        ("time > 5m", "1:8  time is a time of day; write it as 9:30", nil),
        ("time and price > 5", "1:1  time is a time of day; compare it, as in time in 9:30..10:00", nil),
        ("halted > 1", "1:8  halted is a yes/no field; write halted or not halted", nil),
        ("halted = 1", "1:8  halted is a yes/no field; write halted or not halted", "halted"),
        ("halted = no", "1:8  halted is a yes/no field; write halted or not halted", "not halted"),
        ("price > halted", "1:9  halted is a yes/no field; write halted or not halted", nil),
        ("halted 0..1", "1:8  halted is a yes/no field; write halted or not halted", nil),
        ("halted + 1 > 1", "1:1  halted is a yes/no field; write halted or not halted", nil),
        ("halted in [1]", "1:8  halted is a yes/no field; write halted or not halted", nil),
        ("sector > tech", "1:8  sector is a text; use =, !=, in [...] or ~", nil),
        ("sector 1..2", "1:8  sector is a text; use =, !=, in [...] or ~", nil),
        ("sector = 5", "1:10  sector is a text; write \"5\" in quotes", "sector = \"5\""),
        ("sector + 1 > 2", "1:1  sector is a text; a number is needed here", nil),
        ("price > \"x\"", "1:9  \"x\" is a text, and what it is compared with is an amount in dollars", nil),
        ("price > 1 and rank(\"x\") > 2", "1:20  \"x\" is a text, and what it is compared with is a number", nil),
        ("price ~ \"x\"", "1:1  price is an amount in dollars; ~ works on texts only", nil),
        ("rvol and price > 5", "1:1  rvol is a multiple; compare it, as in rvol > 5", nil),
        ("sector and price > 5", "1:1  sector is a text; compare it, as in sector = \"…\"", nil),
        ("strip > 5", "1:1  strip can be shown, not asked for", nil),
        ("has(strip) and price > 5", "1:5  strip can be shown, not asked for", nil),
        ("price > 1 | sort strip", "1:18  strip can be shown, not sorted by", nil),
        ("bid > 5", "1:1  bid cannot be used here: not stored", nil),
        ("price > 1 | cols price, bid", "1:25  bid cannot be used here: not stored", nil),
        ("price 1..20 and rvoll > 3", "1:17  no field \"rvoll\"; did you mean rvol?", "price 1..20 and rvol > 3"),
        ("price > 1 | top 5000", "1:17  top takes a number from 1 to 1000", nil),
        (
            "price > 1 | sort price, vol, chg%, rvol, bidsize, ask, low, high, open",
            "1:67  sort takes at most 8 keys", nil
        ),
        ("price > 1 for 2h", "1:1  for takes at most 3600 s; the limit duration is 3600", nil),
        ("@mien", "1:1  no list @mien; did you mean @mine?", "@mine"),
        ("sym in @zzzz", "1:8  no list @zzzz", nil),
        ("$lowflot", "1:1  no preset $lowflot; did you mean $lowfloat?", "$lowfloat"),
        ("price > 5 and $a", "1:15  preset a refers to $b refers to $a (cycle)", nil),
        ("$self", "1:1  preset self refers to $self (cycle)", nil),
        ("price > 5 and $bad", "1:15  in $bad: no field \"pryce\"; did you mean price?", nil),
        ("$outer", "1:1  in $bad: no field \"pryce\"; did you mean price?", nil),
        ("$broken", "1:1  in $broken: expected a value after \">\"", nil),
        ("price > 5 and $wide", "1:15  in $h: more than 2000 parts with its presets; the limit nodes is 2000", nil),
        ("sector ~ \"(merger\"", "1:10  regex: missing ): (merger", nil),
        ("sector ~ \"[z-a]\"", "1:10  regex: invalid character class range: z-a", nil),
        ("sector ~ \"((a{100}){100}){100}\"", "1:10  regex: invalid repetition size: {100}", nil),
    ]

    @Test(arguments: errors)
    func anErrorSaysWhatIsWrongAndWhere(_ text: String, _ problem: String, _ mended: String?) throws {
        let compilation = FilterCompiler.compile(text, in: Self.scope)
        #expect(compilation.problem == problem)
        #expect(compilation.program == nil)
        let first = try #require(compilation.diagnostics.first)
        #expect(first.severity == .error)
        #expect(Self.mend(text, first) == mended)
        for said in compilation.diagnostics {
            #expect(said.lower >= 0 && said.lower <= said.upper && said.upper <= text.utf8.count)
        }
        // A mended text has this error no more.
        guard let mended else { return }
        #expect(FilterCompiler.compile(mended, in: Self.scope).program != nil, "\(mended)")
    }

    /// Text, the warnings' lines, the text the first one's fix makes of it.
    static let warnings: [(String, [String], String?)] = [
        ("float < 50", ["1:1  warning: float < 50 means 50 shares; did you mean 50M?"], "float < 50M"),
        ("5 < vol", ["1:1  warning: vol > 5 means 5 shares; did you mean 5M?"], "5M < vol"),
        ("mcap < $100", ["1:1  warning: mcap < 100 means 100 dollars; did you mean $100M?"], "mcap < $100M"),
        ("float 1..50M", ["1:1  warning: float >= 1 means 1 shares; did you mean 1M?"], "float 1M..50M"),
        ("chg% > 0.05", ["1:1  warning: chg% > 0.05 means 0.05 percent; did you mean 5%?"], "chg% > 5%"),
        ("chg% > 0.07", ["1:1  warning: chg% > 0.07 means 0.07 percent; did you mean 7%?"], "chg% > 7%"),
        ("price > 20 and price < 10", ["1:16  warning: price > 20 and price < 10 are never true together"], nil),
        ("price > 20 and price < 20", ["1:16  warning: price > 20 and price < 20 are never true together"], nil),
        ("price 1..5 and p 6..7", ["1:16  warning: price 1..5 and p 6..7 are never true together"], nil),
        ("halted and not halted", ["1:16  warning: halted and not halted are never true together"], nil),
        ("sector = a and sector = b", ["1:16  warning: sector = a and sector = b are never true together"], nil),
        ("20 < price < 10", ["1:1  warning: this is never true"], nil),
        ("price 5..<5", ["1:1  warning: this range is empty: it is never true"], nil),
        ("price > 5 and 3 > 2", ["1:15  warning: this is always true"], nil),
        ("price > 5 and 3 < 2", ["1:15  warning: this is never true"], nil),
        ("price > 5 and 1 / 0 > 2", ["1:15  warning: this is never true"], nil),
        ("price > 5 and p > 5", ["1:15  warning: this is said twice"], nil),
        ("halted or halted", ["1:11  warning: this is said twice"], nil),
        // What is no reason to doubt.
        ("price > 20 or price < 10", [], nil), ("price >= 20 and price <= 20", [], nil), ("vol > 0", [], nil),
        ("bidsize > 5", [], nil), ("spread% < 0.05", [], nil), ("chg% > 0.5", [], nil), ("vol1m > 50", [], nil),
        ("price > 1 and price > 2", [], nil), ("sector != a and sector != b", [], nil),
    ]

    @Test(arguments: warnings)
    func aDoubtIsSaidAndTheProgramStillRuns(_ text: String, _ expected: [String], _ mended: String?) throws {
        let compilation = FilterCompiler.compile(text, in: Self.scope)
        #expect(compilation.diagnostics.map { FilterText.problem($0, in: text) } == expected)
        #expect(compilation.program != nil)
        #expect(compilation.problem == nil)
        #expect(compilation.diagnostics.first.flatMap { Self.mend(text, $0) } == mended)
    }

    /// Texts that may still become right: nothing is wrong with them yet.
    @Test(arguments: [
        ("price", "1:1  (incomplete) price is an amount in dollars; compare it, as in price > 5"),
        ("vol > 1M and sector ", "1:14  (incomplete) sector is a text; compare it, as in sector = \"…\""),
        ("vol > 1M and time", "1:14  (incomplete) time is a time of day; compare it, as in time in 9:30..10:00"),
    ])
    func anUnfinishedTextIsNotWrong(_ text: String, _ problem: String) {
        let compilation = FilterCompiler.compile(text, in: Self.scope)
        #expect(compilation.problem == problem)
        #expect(compilation.diagnostics.map(\.severity) == [.incomplete])
        #expect(compilation.program == nil)
    }

    @Test func theBeginningOfSeveralNamesIsNotWrongAtTheEnd() {
        #expect(FilterCompiler.compile("price > 5 and new").diagnostics.map(\.severity) == [.incomplete])
        #expect(FilterCompiler.compile("new and price > 5").diagnostics.map(\.severity) == [.error])
    }

    @Test func everythingThatIsWrongIsSaidAtOnce() {
        let said = FilterCompiler.compile("chg% > 5M and float < 50 and pryce > 3 and halted > 1").diagnostics
        #expect(said.map(\.severity) == [.error, .error, .error, .warning])
        #expect(said.map(\.lower) == [8, 29, 50, 14])
    }

    @Test func presetsStandForTheirConditionAndTheirPipesAreIgnored() throws {
        let both = try program("$lowfloat and $empty and price > 5 | top 7", in: Self.scope)
        #expect(both.numberColumns == [.floatShares, .last])
        #expect(both.clauses == ["$lowfloat", "$empty", "price > 5"])
        #expect(both.sort.isEmpty && both.top == 7)
        var table = FilterTable(rows: 2)
        table.numbers = [.floatShares: [1e6, 3e7], .last: [6, 6]]
        #expect(table.verdicts(both) == [.isTrue, .isFalse])
    }

    @Test func pipesBecomeColumnsInTheirOwnDirection() throws {
        let query = try program("price > 5 | sort rvol, sym, chg%+ | top 50 | cols sym, vol(5m), strip")
        #expect(query.sort.map(\.column) == [.rvol, .symbol, .changePercent])
        #expect(query.sort.map(\.descending) == [true, false, false])
        #expect(query.top == 50)
        #expect(query.columns == [.symbol, .volume5m, .strip])
    }

    @Test func deepTreesMadeByHandAreRefused() {
        var node = FilterNode.flag(FilterField(name: "halted"))
        for _ in 0..<300 { node = .not(node) }
        let deep = FilterCompiler.compile(FilterQuery(condition: node), of: "")
        #expect(
            deep.diagnostics.map(\.message) == [
                "nested more than 64 levels deep with its presets; the limit depth is 64"
            ]
        )
        var value = FilterValue.field(FilterField(name: "price"))
        for _ in 0..<300 { value = .negated(value) }
        let one = FilterValue.number(FilterNumber(digits: 1))
        let steep = FilterCompiler.compile(FilterQuery(condition: .compare([value, one], [.less])), of: "")
        #expect(steep.diagnostics.count == 1 && steep.program == nil)
    }

    @Test func thePatternLimitIsNamed() {
        let text = "sector ~ \"" + String(repeating: "a", count: 257) + "\""
        #expect(FilterCompiler.compile(text).program == nil)
        #expect(FilterCompiler.compile(text).problem?.contains("limit patternBytes is 256") == true)
    }

    @Test func aPatternThatNeedsTooMuchMemoryIsRefused() {
        var scope = FilterScope()
        #expect(FilterCompiler.compile("sector ~ \"[a-z]{900}\"", in: scope).program != nil)
        scope.limits.patternMemoryMax = 1 << 12
        let said = FilterCompiler.compile("sector ~ \"[a-z]{900}\"", in: scope)
        #expect(said.problem == "1:10  regex: pattern too large - compile failed")
    }

    private static func mend(_ text: String, _ said: FilterDiagnostic) -> String? {
        guard let fix = said.fix else { return nil }
        let bytes = Array(text.utf8)
        let mended = bytes[..<fix.lower] + Array(fix.replacement.utf8) + bytes[fix.upper...]
        return String(decoding: mended, as: UTF8.self)
    }
}
