import TestSupport
import Testing

@testable import FilterLanguage

/// Texts nobody means: none crashes, and what is said of them has a place in them.
@Suite
struct FilterFuzzTests {
    static let valid = [
        "price 1..20 and rvol > 3 and chg% > 5 and float < 50M", "not (halted or etf) for 3m (exit < 2)",
        "sector in [energy, \"health care\"] and sym not in @mine or $liquid",
        "name ~ \"bio|pharma\" | sort rvol-, chg% | top 50",
        "2 of (rvol(slot-1) > 5, chg(5m) > 2, has(float)) || price crosses above vwap within 5m",
        "time in 09:30..10:00 && vol >= 20% of avgvol, -chg% ?? 0 <> --3 * (price + 1)", "rvol > 3 (exit < 2.5)",
        "age < 10 slots and max(high, low) / 2 >= $5.5 | cols sym, vol(5m)%", "# comment\nprice ..<5 rank(chg%) <= 20",
    ]

    static let pieces = [
        "price", "rvol", "chg%", "sector", "age", "nosuch", "and", "or", "not", "in", "is", "of", "any", "all", "none",
        "crosses", "above", "below", "within", "for", "exit", "sort", "top", "cols", "has", "missing", "rank", "max",
        "slot", "slots", "1", "20", "5M", "3m", "5%", "3x", "$5", ".5", "9:30", "90s", "\"bio\"", "'", "\"", "@mine",
        "@",
        "$low", "$", "(", ")", "[", "]", ",", "|", "||", "&&", "&", "<", "<=", "=", "==", "=>", "!=", "<>", "!", "~",
        "!~",
        "..", "..<", ".", "+", "-", "*", "/", "??", "?", "%", "#", "\n", " ", "\u{0}", "\u{1B}", "\u{00E9}",
        "\u{1F680}",
        "\u{202E}", "\u{2265}", "1,000", "1e9", "99999999999999999999999999999999999999999",
    ]

    /// Reads a text and checks what must hold for each.
    static func check(_ text: String, limits: FilterLimits = FilterLimits()) -> String? {
        let parsed = FilterParser.parse(text, limits: limits)
        let count = text.utf8.count
        if (parsed.query == nil) != parsed.diagnostics.contains(where: { $0.severity != .warning }) {
            return "a query and an error, or neither"
        }
        for diagnostic in parsed.diagnostics {
            guard (0...count).contains(diagnostic.lower), (diagnostic.lower...count).contains(diagnostic.upper) else {
                return "\(diagnostic.lower)..<\(diagnostic.upper) lies outside \(count) bytes"
            }
            if diagnostic.message.isEmpty || diagnostic.message.utf8.count > 400 { return "no message or a long one" }
            if let fix = diagnostic.fix, !((0...fix.upper).contains(fix.lower) && fix.upper <= count) {
                return "the fix lies outside"
            }
            _ = FilterText.problem(diagnostic, in: text)
            _ = FilterText.excerpt(of: diagnostic, in: text)
        }
        if let query = parsed.query {
            var wide = limits
            wide.bytesMax *= 8
            let again = FilterParser.parse(FilterPrinter.text(of: query), limits: wide)
            if again.query != query { return "is not read back from \(FilterPrinter.text(of: query))" }
        }
        return nil
    }

    private static func run(seed: UInt64, _ count: Int, _ make: (inout RandomFilters) -> String) {
        var random = RandomFilters(random: SeededRandom(seed: seed))
        for number in 0..<count {
            let text = make(&random)
            if let problem = check(text) {
                Issue.record("seed \(seed), case \(number): \(problem)\n\(text.debugDescription)")
                return
            }
        }
    }

    @Test(arguments: [UInt64(11), 12])
    func randomBytesAreRefusedWithAPlace(seed: UInt64) {
        Self.run(seed: seed, 4000) { random in
            let bytes = (0..<random.pick(0...60)).map { _ in
                random.chance(70) ? UInt8(random.pick(0x20...0x7E)) : UInt8(random.pick(0...255))
            }
            return String(decoding: bytes, as: UTF8.self)
        }
    }

    @Test(arguments: [UInt64(21), 22])
    func randomPiecesAreReadOrRefusedWithAPlace(seed: UInt64) {
        Self.run(seed: seed, 5000) { random in
            (0..<random.pick(1...20)).map { _ in
                Self.pieces[random.pick(0...(Self.pieces.count - 1))] + (random.chance(70) ? " " : "")
            }.joined()
        }
    }

    @Test(arguments: [UInt64(31), 32])
    func damagedTextsAreReadOrRefusedWithAPlace(seed: UInt64) {
        Self.run(seed: seed, 4000) { random in
            var bytes = Array(Self.valid[random.pick(0...(Self.valid.count - 1))].utf8)
            for _ in 0..<random.pick(1...4) where !bytes.isEmpty {
                let place = random.pick(0...(bytes.count - 1))
                switch random.pick(0...3) {
                case 0: bytes.remove(at: place)
                case 1: bytes[place] = UInt8(random.pick(0x20...0x7E))
                case 2: bytes.insert(contentsOf: Self.pieces[random.pick(0...(Self.pieces.count - 1))].utf8, at: place)
                default: bytes.swapAt(place, random.pick(0...(bytes.count - 1)))
                }
            }
            return String(decoding: bytes, as: UTF8.self)
        }
    }

    static let fromHell: [(name: String, text: String)] = [
        ("10,000 letters", String(repeating: "a", count: 10_000)),
        ("10,000 wide letters", String(repeating: "\u{5317}", count: 10_000)),
        ("10,000 characters of tests", String(repeating: "price>1,", count: 1250)),
        ("500 parentheses", String(repeating: "(", count: 500) + "etf" + String(repeating: ")", count: 500)),
        ("500 open parentheses", String(repeating: "(", count: 500)),
        ("500 closing parentheses", String(repeating: ")", count: 500)),
        ("500 not", String(repeating: "not ", count: 500) + "etf"),
        ("500 !", String(repeating: "!", count: 500) + "etf"),
        ("500 minus", "price > " + String(repeating: "-", count: 500) + "1"),
        ("500 ??", "price" + String(repeating: " ?? 1", count: 500) + " > 1"),
        ("500 plus", "price" + String(repeating: " + 1", count: 500) + " > 1"),
        ("500 times", "price" + String(repeating: "*1", count: 500) + " > 1"),
        ("500 for", "etf" + String(repeating: " for 1s", count: 500)),
        ("300 exit", "etf" + String(repeating: " (exit etf)", count: 300)),
        ("300 nested exit", String(repeating: "etf (exit ", count: 300)),
        ("500 nested groups", String(repeating: "any(", count: 500)),
        ("500 nested functions", String(repeating: "abs(", count: 500) + "1" + String(repeating: ")", count: 500)),
        ("500 percent of", "vol > " + String(repeating: "5% of ", count: 500) + "vol"),
        ("500 brackets", "sym in " + String(repeating: "[", count: 500)),
        ("a set of 2,000", "sym in [" + String(repeating: "A,", count: 2000) + "A]"),
        ("a chain of 1,500", "1" + String(repeating: "<1", count: 1500)),
        ("400 nines", "price > " + String(repeating: "9", count: 400)),
        ("40 digits", "price > 1234567890123456789012345678901234567890"),
        ("1e999", "price > 1e999"), ("400 zeros", "price > 0." + String(repeating: "0", count: 400) + "1"),
        ("a long unit", "price > 5" + String(repeating: "K", count: 3000)),
        ("a long name", String(repeating: "a.", count: 2000) + "a"),
        ("a long time", "halted for 999999999999999999s"), ("an old time", "time > 99999999:99"),
        ("empty", ""), ("blanks", "   \t\r\n   "), ("a bar", "|"), ("bars", "| | |"), ("comments", "# a\n#b\n#"),
        ("a zero byte", "\0"), ("zero bytes", String(repeating: "\0", count: 500)), ("an escape", "\u{1B}[2J"),
        ("right to left", "\u{202E}price > 3"), ("combining", "p\u{0301}rice > 3"),
        ("a flag", "\u{1F1FA}\u{1F1F8} > 3"),
        ("quotes", String(repeating: "\"", count: 501)), ("dots", String(repeating: ".", count: 500)),
        ("dollars", String(repeating: "$", count: 500)), ("commas", String(repeating: ",", count: 500)),
        ("a byte order mark", "\u{FEFF}price > 3"), ("line ends", "price\r\n>\r\n3"),
    ]

    @Test(arguments: fromHell.map(\.name))
    func filtersFromHellAreAnswered(name: String) throws {
        let text = try #require(Self.fromHell.first { $0.name == name }?.text)
        #expect(Self.check(text) == nil)
        // The same where nothing but the limits on nesting and nodes holds.
        var wide = FilterLimits()
        wide.bytesMax = 1 << 20
        #expect(Self.check(text, limits: wide) == nil)
    }

    @Test(
        arguments: [
            ("10,000 letters", "the text has 10000 bytes; the limit bytes is 4096"),
            ("10,000 wide letters", "the text has 30000 bytes; the limit bytes is 4096"),
            ("500 parentheses", "nested more than 64 levels deep; the limit depth is 64"),
            ("500 not", "nested more than 64 levels deep; the limit depth is 64"),
            ("500 minus", "nested more than 64 levels deep; the limit depth is 64"),
            ("500 ??", "nested more than 64 levels deep; the limit depth is 64"),
            ("500 plus", "nested more than 64 levels deep; the limit depth is 64"),
            ("500 times", "nested more than 64 levels deep; the limit depth is 64"),
            ("500 for", "nested more than 64 levels deep; the limit depth is 64"),
            ("300 exit", "nested more than 64 levels deep; the limit depth is 64"),
            ("300 nested exit", "nested more than 64 levels deep; the limit depth is 64"),
            ("500 nested groups", "nested more than 64 levels deep; the limit depth is 64"),
            ("500 nested functions", "nested more than 64 levels deep; the limit depth is 64"),
            ("500 percent of", "nested more than 64 levels deep; the limit depth is 64"),
            ("a set of 2,000", "more than 1000 values; the limit set is 1000"),
            ("400 nines", "number is too large; at most 1000000T"),
            ("40 digits", "number is too large; at most 1000000T"),
        ]
    )
    func aLimitIsNamed(name: String, message: String) throws {
        let text = try #require(Self.fromHell.first { $0.name == name }?.text)
        let first = try #require(FilterParser.parse(text, limits: FilterLimits()).diagnostics.first)
        #expect(first.message == message)
        #expect(first.severity == .error)
    }

    @Test func aLimitOnNodesIsNamed() throws {
        let text = String(repeating: "a,", count: 2010) + "a"
        let first = try #require(FilterParser.parse(text, limits: FilterLimits()).diagnostics.first)
        #expect(first.message == "more than 2000 parts; the limit nodes is 2000")
    }
}
