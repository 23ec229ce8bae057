import MarketData
import Testing

@testable import FilterLanguage

/// What texts are read as, told by the one form they are written in.
@Suite
struct FilterParserTests {
    static func pretty(_ text: String) -> String {
        let parsed = FilterParser.parse(text, limits: FilterLimits())
        guard let query = parsed.query else {
            return parsed.diagnostics.map { FilterText.problem($0, in: text) }.joined()
        }
        return FilterPrinter.text(of: query)
    }

    static func condition(_ text: String) -> FilterNode? {
        FilterParser.parse(text, limits: FilterLimits()).query?.condition
    }

    @Test(
        arguments: [
            ("price>1,price<20", "price > 1 and price < 20"),
            ("price 1..20 rvol > 3", "price 1..20 and rvol > 3"),
            ("price 1..20 && rvol > 3 || halted", "price 1..20 and rvol > 3 or halted"),
            ("halted and (rvol > 3 or chg% > 5)", "halted and (rvol > 3 or chg% > 5)"),
            ("((((halted))))", "halted"),
            ("halted price > 3", "halted and price > 3"),
            ("halted price 1..3 etf", "halted and price 1..3 and etf"),
            ("halted (price > 3)", "halted and price > 3"),
            ("halted not etf", "halted and not etf"),
            ("! halted", "not halted"),
            ("not not halted", "not not halted"),
            ("not (halted or etf)", "not (halted or etf)"),
            ("not halted for 3m", "not halted for 3m"),
            ("(not halted) for 3m", "(not halted) for 3m"),
            ("1 < price <= 20", "1 < price <= 20"),
            ("price == 5", "price = 5"),
            ("price <> 5", "price != 5"),
            ("price is 5", "price = 5"),
            ("sector is not energy", "sector != energy"),
            ("", ""),
            ("   \n ", ""),
            ("# small floats\n# and more\nfloat < 20M", "float < 20M"),
            ("price\n> 3", "price > 3"),
            ("PRICE > 3 AND NOT Halted", "price > 3 and not halted"),
        ]
    )
    func conditionsAreRead(text: String, expected: String) { #expect(Self.pretty(text) == expected) }

    @Test(
        arguments: [
            ("price 1..20", "price 1..20"),
            ("price 1 .. 20", "price 1..20"),
            ("price in 1..20", "price 1..20"),
            ("price .5..2", "price 0.5..2"),
            ("price 1..<20", "price 1..<20"),
            ("price ..20", "price ..20"),
            ("price 5..", "price 5.."),
            ("price 5.. rvol > 3", "price 5.. and rvol > 3"),
            ("price 5.., halted", "price 5.. and halted"),
            ("price 5..vwap", "price in 5..vwap"),
            ("price vwap*0.9..vwap", "price in vwap * 0.9..vwap"),
            ("price not 1..20", "price not in 1..20"),
            ("price not in 1..20", "price not in 1..20"),
            ("chg% -5..5", "chg% -5..5"),
            ("chg% -5..-2", "chg% -5..-2"),
            ("chg% - 5 in ..5", "chg% - 5 in ..5"),
            ("time in 9:30..10:00", "time in 09:30..10:00"),
            ("time 09:30:15..10:00", "time in 09:30:15..10:00"),
            ("float 1m..50m", "float 1M..50M"),
            ("age 10s..5m", "age 10s..5m"),
            ("dvol $1M..$5M", "dvol $1M..$5M"),
        ]
    )
    func rangesAreRead(text: String, expected: String) { #expect(Self.pretty(text) == expected) }

    @Test(
        arguments: [
            ("vol > 1m", "vol > 1M"), ("vol > 1k", "vol > 1K"), ("mcap > 2b", "mcap > 2B"), ("mcap > 1T", "mcap > 1T"),
            ("rvol > 3x", "rvol > 3x"), ("chg% > 5%", "chg% > 5%"), ("dvol > $5M", "dvol > $5M"),
            ("price > $.5", "price > $0.5"), ("float < 050.50M", "float < 50.5M"),
            ("price > 0.00001", "price > 0.00001"),
            ("age < 30m", "age < 30m"), ("age < 2 * 30m", "age < 2 * 30m"), ("30m > age", "30m > age"),
            ("age < 90s", "age < 90s"), ("age < 10 slots", "age < 50m"), ("openmin < 30m", "openmin < 30m"),
            ("price > 30min", "price > 1800s"), ("age < 30M", "age < 30M"), ("age(halt) < 10m", "age(halt) < 10m"),
            ("since(halt) < 2h", "since(halt) < 2h"),
            ("vol > 123456789012", "vol > 123456789012"), ("price > 1000000T", "price > 1000000T"),
        ]
    )
    func unitsAreRead(text: String, expected: String) { #expect(Self.pretty(text) == expected) }

    @Test func aSmallMIsAMillionAndBesideATimeMinutes() {
        let million = FilterNumber(digits: 30, suffix: .million)
        #expect(Self.condition("vol < 30m") == .compare([.field(FilterField(name: "vol")), .number(million)], [.less]))
        let minutes = FilterValue.duration(1800, FilterSpan(0, 0))
        #expect(Self.condition("age < 30m") == .compare([.field(FilterField(name: "age")), minutes], [.less]))
        #expect(Self.condition("halted for 30m") == .held(.flag(FilterField(name: "halted")), seconds: 1800))
    }

    @Test(
        arguments: [
            ("price + 1 * 2 > 3", "price + 1 * 2 > 3"),
            ("(price + 1) * 2 > 3", "(price + 1) * 2 > 3"),
            ("price - (open - low) > 3", "price - (open - low) > 3"),
            ("price - open - low > 3", "price - open - low > 3"),
            ("price / (high * low) > 3", "price / (high * low) > 3"),
            ("-chg% > --3", "-chg% > --3"),
            ("-(price + 1) < 2", "-(price + 1) < 2"),
            ("float ?? 0 < 50M", "float ?? 0 < 50M"),
            ("float ?? shares ?? 0 < 50M", "float ?? shares ?? 0 < 50M"),
            ("(float ?? shares) ?? 0 < 50M", "(float ?? shares) ?? 0 < 50M"),
            ("-float ?? 0 < 1", "-float ?? 0 < 1"),
            ("(-float) ?? 0 < 1", "(-float) ?? 0 < 1"),
            ("vol > 20% of avgvol", "vol > 20% of avgvol"),
            ("vol > 20% of (avgvol + 1)", "vol > 20% of (avgvol + 1)"),
            ("vol > 20% of avgvol * 2", "vol > 20% of avgvol * 2"),
            ("rank(chg%) <= 20", "rank(chg%) <= 20"),
            ("max(rvol(slot), 10 slots) > 8", "rvol.max10 > 8"),
            ("max(price, open) > min(high,low)", "max(price, open) > min(high, low)"),
            ("abs (chg%) > 3", "abs(chg%) > 3"),
            ("zscore(rvol) > 2 and pctile(vol) > 99", "zscore(rvol) > 2 and pctile(vol) > 99"),
            ("chg(5m) > 2", "chg(5m) > 2"), ("CHG(5M) > 2", "chg(5m) > 2"), ("vol(5m)% > 2", "vol%(5m) > 2"),
            ("rvol(slot) > 3, rvol( slot - 1 ) > 2", "rvol(slot) > 3 and rvol(slot-1) > 2"),
            ("pre.vol > 1, d1.high < price", "pre.vol > 1 and d1.high < price"),
            ("range.atr% > 50", "range.atr% > 50"),
        ]
    )
    func valuesAreRead(text: String, expected: String) { #expect(Self.pretty(text) == expected) }

    @Test(
        arguments: [
            ("sector = Healthcare", "sector = Healthcare"), ("sector = \"health care\"", "sector = \"health care\""),
            ("type in [CS, 'ADRC']", "type in [CS, ADRC]"),
            ("sym in [ALL, on, BRK.B, BRK-B]", "sym in [\"ALL\", on, BRK.B, BRK-B]"),
            ("sym = ALL", "sym = \"ALL\""), ("price in [1, vwap, 2 + 3]", "price in [1, vwap, 2 + 3]"),
            ("exch not in [Q]", "exch not in [Q]"), ("sym in @Mine", "@mine"),
            ("sym not in @gap-up", "sym not in @gap-up"),
            ("@mine and not @52w", "@mine and not @52w"), ("$Low-Float rvol > 3", "$low-float and rvol > 3"),
            ("name ~ bio", "name ~ \"bio\""), ("name !~ 'a|\"b'", "name !~ 'a|\"b'"),
            ("name ~ \"a\"\"b''\"", "name ~ \"a\"\"b''\""),
            ("name ~ \"\\bpharma\\b\"", "name ~ \"\\bpharma\\b\""),
            ("name = \"\u{5317}\u{4EAC}\"", "name = \"\u{5317}\u{4EAC}\""), ("name = \"a\nb\"", "name = \"a b\""),
            ("has(float) and missing( mcap )", "has(float) and missing(mcap)"), ("has(chg(5m))", "has(chg(5m))"),
            ("any(halted, price > 3 etf)", "any (halted, price > 3 and etf)"),
            ("2 of (rvol>5, (a, b), chg% > 10)", "2 of (rvol > 5, a and b, chg% > 10)"),
            ("halted 2 of (etf, thin) none(etf)", "halted and 2 of (etf, thin) and none (etf)"),
            ("price crosses above vwap within 5m for 10s", "price crosses above vwap within 5m for 10s"),
            ("rvol > 3 (exit < 2.5)", "rvol > 3 (exit < 2.5)"), ("rvol > 3 (exit rvol < 2.5)", "rvol > 3 (exit < 2.5)"),
            ("rvol > 3 for 1m (exit < 2 or halted)", "rvol > 3 for 1m (exit rvol < 2 or halted)"),
            ("halted(exit not halted)", "halted (exit not halted)"),
            ("price > 3 halted for 90s", "price > 3 and halted for 90s"),
            ("(halted or etf) (exit thin, traded)", "(halted or etf) (exit thin and traded)"),
        ]
    )
    func testsAreRead(text: String, expected: String) { #expect(Self.pretty(text) == expected) }

    @Test(
        arguments: [
            (
                "rvol > 3 | sort chg%-, vol+ , price | top 50 | cols sym, chg(5m)",
                "rvol > 3 | sort chg%-, vol+, price | top 50 | cols sym, chg(5m)"
            ),
            ("| cols price | sort rvol desc", "| sort rvol- | cols price"), ("| top 5", "| top 5"),
        ]
    )
    func pipesAreRead(text: String, expected: String) { #expect(Self.pretty(text) == expected) }

    @Test func clausesAreTheTermsOfTheOutermostAnd() throws {
        let query = try #require(
            FilterParser.parse("price 1..20, (rvol > 3 or chg% > 5) not etf | top 5", limits: FilterLimits()).query
        )
        #expect(
            FilterPrinter.clauses(of: query).map(FilterPrinter.text(of:)) == [
                "price 1..20", "rvol > 3 or chg% > 5", "not etf",
            ]
        )
        #expect(FilterPrinter.clauses(of: FilterQuery(condition: nil)).isEmpty)
    }

    @Test func placesAreBytesOfTheText() throws {
        let text = "name = \"\u{5317}\" and rvoll(5m) > 3"
        guard case .and(let terms)? = Self.condition(text), case .compare(let values, _) = terms[1],
            case .field(let field)? = values.first
        else {
            Issue.record("not read as expected")
            return
        }
        let bytes = Array(text.utf8)[field.span.lower..<field.span.upper]
        #expect(String(decoding: bytes, as: UTF8.self) == "rvoll(5m)")
    }
}
