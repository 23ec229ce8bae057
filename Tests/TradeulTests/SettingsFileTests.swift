import TestSupport
import Testing

@testable import tradeul

@Suite struct SettingsFileTests {
    private static func apply(_ text: String) -> SettingsFile.Outcome {
        SettingsFile.apply(text, path: "c.toml", to: Settings())
    }

    @Test func everySettingIsTakenFromTheFile() throws {
        // A value other than the default for each, so that one that is not stored shows.
        var lines: [String] = []
        for spec in SettingRegistry.all { lines.append("\(spec.key) = \(Self.other(spec).toml)") }
        let outcome = Self.apply(lines.joined(separator: "\n"))
        #expect(outcome.problems.map(\.line) == [])
        #expect(outcome.keysSet.sorted() == SettingRegistry.all.map(\.key).sorted())
        for spec in SettingRegistry.all { #expect(spec.read(outcome.settings) == Self.other(spec), "\(spec.key)") }
    }

    /// An allowed value that is not the default.
    private static func other(_ spec: SettingSpec) -> SettingValue {
        switch (spec.kind, spec.fallback) {
        case (.integer(let range), let value):
            value == .integer(range.upperBound) ? .integer(range.lowerBound) : .integer(range.upperBound)
        case (.number, _): .number(7.25)
        case (.flag, let value): .flag(value == .flag(false))
        case (.choice(let words), let value): .text(words.first { .text($0) != value } ?? "")
        case (.url(let schemes), _): .text("\(schemes[0])://127.0.0.1:8080/base")
        case (.path, _): .text("/a/b c")
        case (.symbols, _): .text("AAPL, BRK.B")
        case (.name, _): .text("nord")
        }
    }

    @Test(
        arguments: [
            ("[screen]\nfps = 400", "c.toml:2:7: error: screen.fps = 400: allowed 1 to 60; using 10"),
            (
                "[screen]\nsync = \"yes\"",
                "c.toml:2:8: error: screen.sync = \"yes\": allowed \"auto\", \"on\", \"off\"; using \"auto\""
            ),
            (
                "[screen]\nmax_bytes_per_second = 1",
                "c.toml:2:24: error: screen.max_bytes_per_second = 1: allowed 1000 to 100000000; using 25000"
            ),
            (
                "[feed]\n  snapshot_seconds = \"5\"",
                "c.toml:2:22: error: feed.snapshot_seconds = \"5\": must be a whole number; allowed 1 to 3600; using 5"
            ),
            (
                "[feed]\nsnapshot_seconds = 5.0",
                "c.toml:2:20: error: feed.snapshot_seconds = 5: must be a whole number; allowed 1 to 3600; using 5"
            ),
            (
                "screen = { ascii = 1 }",
                "c.toml:1:20: error: screen.ascii = 1: must be true or false; allowed true, false; using false"
            ),
            (
                "[rvol]\nmode = \"slto\"",
                "c.toml:2:8: error: rvol.mode = \"slto\": allowed \"interpolated\", \"slot\", \"regular\"; did you mean \"slot\"?;"
                    + " using \"interpolated\""
            ),
            ("[scan]\nmin_price = -1", "c.toml:2:13: error: scan.min_price = -1: allowed 0 to 1000000; using 1"),
            ("[scan]\nmin_price = nan", "c.toml:2:13: error: scan.min_price = nan: allowed 0 to 1000000; using 1"),
            ("[scan]\nmin_price = inf", "c.toml:2:13: error: scan.min_price = inf: allowed 0 to 1000000; using 1"),
            (
                "[screen]\nfsp = 10",
                "c.toml:2:1: warning: unknown key \"screen.fsp\" is left out; did you mean screen.fps?"
            ),
            ("[screne]\nfps = 1", "c.toml:1:2: warning: unknown key \"screne\" is left out; did you mean [screen]?"),
            (
                "lookback_days = 3",
                "c.toml:1:1: warning: unknown key \"lookback_days\" is left out; did you mean rvol.lookback_days?"
            ),
            (
                "[screen]\nlookback_days = 3",
                "c.toml:2:1: warning: unknown key \"screen.lookback_days\" is left out; did you mean rvol.lookback_days?"
            ),
            (
                "# é\n[zzz]\nx = 1",
                "c.toml:2:2: warning: unknown key \"zzz\" is left out; tradeul config keys lists what there is"
            ),
            (
                "rvol = 3",
                "c.toml:1:8: error: rvol must be a table: write [rvol] on a line of its own; its defaults are used"
            ),
            (
                "[rvol.mode]\nx = 1",
                "c.toml:1:2: error: rvol.mode = a table: must be a text in quotes; allowed \"interpolated\", \"slot\","
                    + " \"regular\"; using \"interpolated\""
            ),
            (
                "[feed]\nrest_url = 'ftp://x'",
                "c.toml:2:12: error: feed.rest_url: the address starts with another scheme; allowed an address that"
                    + " starts with http:// or https://; using \"https://api.polygon.io\""
            ),
        ]
    )
    func whatIsWrongIsOneMessageWithLineAndColumn(text: String, line: String) {
        let outcome = Self.apply(text)
        #expect(outcome.problems.map(\.line) == [line])
        #expect(outcome.settings == Settings())
    }

    @Test func aWrongValueLeavesTheRestOfTheFileInForce() {
        let outcome = Self.apply("[screen]\nfps = 0\nascii = true\n[rvol]\nlookback_days = 20\n")
        #expect(outcome.problems.count == 1)
        #expect(outcome.settings.screen.fps == 10)
        #expect(outcome.settings.screen.ascii)
        #expect(outcome.settings.rvol.lookbackDays == 20)
    }

    @Test(arguments: [
        "[screen\nfps = 1", "fps = ", "a = 1\na = 2", "\u{0}", "x = \"\u{1B}[2J\"", "]", "[=]", "[#]", "x = [}]",
        "x = [1,\u{A0}]", "[\r]", "[[ .a]]", "[\n]",
        "[ä]",
    ])
    func aSyntaxErrorHasAPlaceAndKeepsTheDefaults(text: String) throws {
        let outcome = Self.apply(text)
        let problem = try #require(outcome.problems.first)
        #expect(outcome.problems.count == 1)
        #expect(problem.line.hasPrefix("c.toml:1:") || problem.line.hasPrefix("c.toml:2:"))
        #expect(problem.line.contains("not valid TOML"))
        #expect(!problem.line.unicodeScalars.contains { $0.isControl })
        #expect(outcome.settings == Settings())
    }

    @Test func deepNestingIsAMessageAndNoCrash() {
        let outcome = Self.apply("x = " + String(repeating: "[", count: 100_000))
        #expect(outcome.problems.count == 1)
    }

    @Test func thousandsOfWrongKeysAreCountedNotListed() throws {
        let outcome = Self.apply((0..<5000).map { "zz\($0) = 1" }.joined(separator: "\n"))
        #expect(outcome.problems.count == SettingsFile.problemsMax + 1)
        #expect(try #require(outcome.problems.last).message == "4950 more problems are not listed")
    }

    @Test func controlCharactersOfAKeyAreShownEscaped() throws {
        let outcome = Self.apply(#""a\u001B[31m" = 1"#)
        let problem = try #require(outcome.problems.first)
        #expect(problem.line.contains(#""a\u001b[31m""#))
    }

    @Test(
        arguments: [
            ("https://api.massive.com", true), ("http://127.0.0.1:8080", true), ("HTTPS://X", true),
            ("http://[::1]:80/", true), ("https://", false), ("https://a b", false), ("https://u:p@host", false),
            ("https://host:99999", false), ("https://host?apiKey=1", false), ("api.polygon.io", false),
            ("https://hö.st", false), ("https://" + String(repeating: "a", count: 3000), false),
        ]
    )
    func addressesAreCheckedBeforeTheyAreUsed(address: String, isGood: Bool) throws {
        let spec = try #require(SettingRegistry.spec("feed.rest_url"))
        switch spec.accepted(.text(address)) {
        case .success: #expect(isGood)
        case .failure: #expect(!isGood)
        }
    }
}

@Suite struct TOMLPositionsTests {
    @Test func keysAndValuesAreFoundInEveryForm() {
        let text = """
            # comment [no] = 1
            top = "a # b = c"   # x
            dotted.key = 1
            [ group ]
            "quoted" = '''
            fake = 1
            '''
              indented   =   [1, [2, {deep = 3}],
                4] # end
            inline = { a = 1, b = { c = "}" } }
            multi = \"\"\"x\\\"\"\" \"\"\"
            last = true
            [[many]]
            z = 1
            """
        let positions = TOMLPositions(text)
        let values = positions.values.mapValues { [$0.line, $0.column] }
        #expect(
            values == [
                "top": [2, 7], "dotted.key": [3, 14], "group.quoted": [5, 12], "group.indented": [8, 18],
                "group.indented.deep": [8, 34], "group.inline": [10, 10], "group.inline.a": [10, 16],
                "group.inline.b": [10, 23], "group.inline.b.c": [10, 29], "group.multi": [11, 9],
                "group.last": [12, 8],
                "many.z": [14, 5],
            ]
        )
        #expect(positions.keys["group"] == TOMLPositions.Point(line: 4, column: 3))
        #expect(positions.keys["many"] == TOMLPositions.Point(line: 13, column: 3))
        #expect(positions.keys["dotted"] == TOMLPositions.Point(line: 3, column: 1))
    }

    @Test(arguments: [1, 2, 3, 4, 5, 6, 7, 8])
    func noTextMakesItTrapOrHang(seed: UInt64) {
        var generator = SeededRandom(seed: seed)
        let alphabet = Array("[]{}=\"'#\n., \\ab1é\r".unicodeScalars)
        for _ in 0..<2000 {
            var text = String.UnicodeScalarView()
            for _ in 0..<Int(generator.next() % 60) {
                text.append(alphabet[Int(generator.next() % UInt64(alphabet.count))])
            }
            _ = TOMLPositions(String(text))
            _ = SettingsFile.apply(String(text), path: "seed \(seed)", to: Settings())
        }
    }
}
