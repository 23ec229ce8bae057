import Dashboard
import TerminalGrid
import Testing

@testable import tradeul

@Suite struct ThemeFileTests {
    private static func load(_ text: String) throws -> (sheet: ThemeSheet, lines: [String]) {
        let scratch = try Scratch()
        let path = try scratch.write("mine.toml", text)
        let loaded = ThemeShelf([]).load(file: path)
        let lines = loaded.problems.map { problem -> String in
            let line = problem.line
            return line.hasPrefix(path) ? "mine.toml" + line.dropFirst(path.count) : line
        }
        return (loaded.sheet, lines)
    }

    private static func style(_ sheet: ThemeSheet, _ path: String) -> Style {
        ThemeKey.named(path).map { sheet[$0] } ?? .plain
    }

    /// Each text has one mistake and one right key, which must be taken all the same.
    @Test(
        arguments: [
            (
                "[ui]\n\"box.boarder\" = 238\n",
                "mine.toml:2:1: warning: unknown key \"ui.box.boarder\" is left out; did you mean ui.box.border?"
            ),
            ("pallete = 1\n", "mine.toml:1:1: warning: unknown key \"pallete\" is left out; did you mean palette?"),
            (
                "[heat]\nthresholds = [0.5, 1, 3, 2, 5]\n",
                "mine.toml:2:1: error: heat.thresholds must increase: 2 follows 3; keeping the inherited ones"
            ),
            (
                "[heat]\nthresholds = [0.5, 1]\n",
                "mine.toml:2:1: error: heat.thresholds must be a list of five numbers; keeping the inherited one"
            ),
            (
                "[heat]\ncolors = [235, 22, 34, 190, 208, 196]\n",
                "mine.toml:2:1: error: heat.colors: heat.colors must get brighter with every step; "
                    + "keeping those of \"ember\""
            ),
            (
                "[ui]\ntour = 256\n",
                "mine.toml:2:1: error: ui.tour: there is no colour 256; allowed 0 to 255; it is left out"
            ),
            (
                "[ui]\ntour = \"#12345\"\n",
                "mine.toml:2:1: error: ui.tour: \"#12345\" is no colour: write #rrggbb; it is left out"
            ),
            (
                "[ui]\ntour = { fg = \"tael\" }\n",
                "mine.toml:2:1: error: ui.tour: there is no colour \"tael\"; did you mean teal?; "
                    + "keeping the inherited colour"
            ),
            (
                "[ui]\ntour = { fgg = 1, attr = [\"bold\"] }\n",
                "mine.toml:2:10: warning: unknown key \"ui.tour.fgg\" is left out; did you mean ui.tour.fg?"
            ),
            (
                "[ui]\ntour = { attr = [\"bolt\"] }\n",
                "mine.toml:2:10: error: ui.tour.attr: there is no attribute \"bolt\"; did you mean bold?; it is left out"
            ),
            (
                "[palette]\nash = { c16 = \"blak\", c256 = 3 }\n",
                "mine.toml:2:9: error: palette.ash.c16 = \"blak\": did you mean black?; it is left out"
            ),
            (
                "background = \"dusk\"\n",
                "mine.toml:1:1: error: background = \"dusk\": allowed \"dark\", \"light\", \"any\"; "
                    + "keeping the inherited one"
            ),
            (
                "[updown]\nscheme = \"cvdd\"\n",
                "mine.toml:2:1: error: updown.scheme = \"cvdd\": allowed \"classic\", \"cvd\", \"asia\", \"custom\"; "
                    + "it is left out"
            ),
            (
                "[updown]\nup = 77\ndown = 203\n",
                "mine.toml:2:1: warning: up and down are hard to tell apart for deuteranopia (ΔE 10 < 20): 77, 203"
            ),
            (
                "[ui]\ntour = { fg = 240, bg = 237 }\n",
                "mine.toml:2:1: warning: 240 on 237 has contrast 1.6 (< 3.0)"
            ),
            (
                "[palette]\na = \"b\"\nb = \"a\"\n[ui]\ntour = \"a\"\n",
                "mine.toml:5:1: error: ui.tour: palette: a → b → a; keeping the inherited colour"
            ),
            (
                "[heat]\nmono = [\" \", \"x\", \"x\", \"y\", \"z\", \"漢\"]\n",
                "mine.toml:2:1: error: heat.mono must be six different characters of one column, such as \"▒\" or "
                    + "\"rev +\"; keeping the inherited ones"
            ),
            (
                "[heat]\nascii = [\" \", \"-\", \":\", \"+\", \"#\", \"@\"]\n",
                "mine.toml:2:1: error: heat.ascii must be six different ASCII characters; \"-\" is a missing number; "
                    + "keeping the inherited ones"
            ),
            ("ui = 3\n", "mine.toml:1:1: error: ui must be a table: write [ui] on a line of its own; it is left out"),
            (
                "colors = 88\n", "mine.toml:1:1: error: colors = 88: allowed 256, 16, \"mono\"; it is left out"
            ),
            (
                "name = \"other\"\n",
                "mine.toml:1:1: warning: the file's name counts: this theme is \"mine\", not \"other\""
            ),
            (
                "inherits = \"nrod\"\n",
                "mine.toml:1:1: error: inherits: there is no theme \"nrod\"; did you mean nord?; inheriting ember"
            ),
        ]
    )
    func everyMistakeIsOneMessageAndTheRestIsTaken(text: String, message: String) throws {
        let right = "[tape]\nbought = 117\n"
        let (sheet, lines) = try Self.load(text + right)
        #expect(lines == [message])
        #expect(Self.style(sheet, "tape.bought").foreground == .indexed(117))
    }

    @Test(
        arguments: [
            ("[ui\ntour = 1", 1), ("ui = {", 1), ("[ui]\ntour = \u{0}1", 2), ("[ö]\n", 1), ("x", 1),
            ("[ui]\ntour 3", 2),
            ("[[ui]]\n", 1), ("a = [}]", 1),
        ]
    )
    func whatIsNoTOMLIsToldWithItsLineAndNothingIsTaken(text: String, line: Int) throws {
        let (sheet, lines) = try Self.load(text)
        #expect(lines.count == 1, "\(lines)")
        #expect(lines.first?.hasPrefix("mine.toml:\(line)") == true, "\(lines)")
        #expect(Self.style(sheet, "ui.tour") == Self.style(.ember, "ui.tour"))
    }

    @Test func hugeAndStrangeFilesAreRefusedNotEaten() throws {
        let scratch = try Scratch()
        let huge = try scratch.write("huge.toml", String(repeating: "# x\n", count: 100_000))
        #expect(ThemeShelf([]).load(file: huge).problems.first?.message.contains("larger than") == true)
        let folder = scratch.path
        #expect(ThemeShelf([]).load(file: folder).problems.first?.message.contains("not an ordinary file") == true)
        #expect(ThemeShelf([]).load(file: scratch["none.toml"]).problems.first?.message == "there is no such file")
        let names = (0..<2_000).map { "c\($0) = 1" }.joined(separator: "\n")
        #expect(try Self.load("[palette]\n" + names).lines.count == 1)
        let unknown = (0..<500).map { "k\($0) = 1" }.joined(separator: "\n")
        #expect(try Self.load(unknown).lines.count <= ThemeFile.problemsMax)
        let deep = "[ui]\ntour = " + String(repeating: "[", count: 200) + String(repeating: "]", count: 200)
        #expect(try !Self.load(deep).lines.isEmpty)
    }

    @Test func messagesNeverCarryControlCharacters() throws {
        for text in [
            "\"a\\u001b[31m\" = 1", "[ui]\n\"x\\u0007\" = 3", "summary = \"\\u001b]0;x\\u0007\"",
            "[ui]\ntour = \"\\u001b\"",
        ] {
            let (_, lines) = try Self.load(text)
            for line in lines { #expect(!line.unicodeScalars.contains { $0.isControl }, "\(line)") }
        }
        let scratch = try Scratch()
        let loaded = ThemeShelf([]).load(file: try scratch.write("a.toml", "summary = \"\\u001b]0;x\\u0007\""))
        #expect(!loaded.summary.unicodeScalars.contains { $0.isControl })
    }

    @Test func coloursHaveAllTheirForms() throws {
        let text = """
            [palette]
            ash = { rgb = "#262626", c256 = 235, c16 = "black", mono = "underline" }
            teal = "#00d7af"
            alias = "ash"
            [ui]
            "text.symbol" = "teal"
            "text.matched" = { fg = "alias", bg = 250, attr = "bold italic" }
            tour = { fg = "bright-red", bg = "default", mono = "" }
            "box.title" = { c256 = 43, c16 = "green" }
            "chart.vwap" = 9
            """
        let (sheet, lines) = try Self.load(text)
        #expect(lines.filter { $0.contains("error") } == [])
        let symbol = Self.style(sheet, "ui.text.symbol")
        #expect(symbol.foreground == .indexed(43) && symbol.foreground16 == 6)
        let matched = Self.style(sheet, "ui.text.matched")
        #expect(matched.foreground == .indexed(235) && matched.foreground16 == 0)
        #expect(matched.background == .indexed(250) && matched.attributes == [.bold, .italic])
        // What the key itself says about terminals without colours goes before what the colour says.
        #expect(matched.monoAttributes == [.bold, .underline])
        let tour = Self.style(sheet, "ui.tour")
        #expect(tour.foreground == .indexed(9) && tour.background == .standard && tour.monoAttributes == [])
        #expect(Self.style(sheet, "ui.box.title").foreground16 == 2)
        #expect(Self.style(sheet, "ui.chart.vwap").degraded(to: .sixteen).foreground == .indexed(9))
    }

    @Test func aPaletteRecoloursWhatIsInherited() throws {
        let (sheet, _) = try Self.load("[palette]\naccent = 117")
        for path in ["ui.box.key", "ui.table.heading.sorted", "ui.hint.key", "ui.status.warning"] {
            #expect(Self.style(sheet, path).foreground == .indexed(117), "\(path)")
        }
        #expect(Self.style(sheet, "ui.table.heading.sorted").attributes == .bold, "attributes are inherited")
    }

    @Test func schemesColourEverythingThatRisesAndFalls() throws {
        let cvd = try Self.load("[updown]\nscheme = \"cvd\"").sheet
        for path in ["updown.up", "tape.bought", "tape.block_up"] {
            #expect(Self.style(cvd, path).foreground == .indexed(75), "\(path)")
        }
        let asia = try Self.load("inherits = \"nord\"\n[updown]\nscheme = \"asia\"").sheet
        let nord = ThemeShelf([]).load("nord").sheet
        for (up, down) in [("updown.up", "updown.down"), ("tape.bought", "tape.sold"), ("tape.above", "tape.below")] {
            #expect(Self.style(asia, up).foreground == Self.style(nord, down).foreground, "\(up)")
            #expect(Self.style(asia, down).foreground == Self.style(nord, up).foreground, "\(down)")
        }
        #expect(Self.style(asia, "ui.status.good") == Self.style(nord, "ui.status.good"), "all is well stays green")
        let own = try Self.load("[updown]\nscheme = \"cvd\"\nup = 51").sheet
        #expect(Self.style(own, "updown.up").foreground == .indexed(51))
        #expect(Self.style(own, "updown.down").foreground == .indexed(208))
        // Each scheme reaches what shipped themes reach, on both grounds.
        for ground in ["dark", "light"] {
            for scheme in UpDownScheme.allCases {
                let text = "background = \"\(ground)\"\n[updown]\nscheme = \"\(scheme.rawValue)\""
                #expect(try Self.load(text).lines == [], "\(ground) \(scheme)")
            }
        }
    }

    @Test func barsFollowTheNumbersOfTheFileThatChangesThem() throws {
        let sheet = try Self.load("[heat]\nfigures = [242, 97, 67, 36, 113, 227]").sheet
        #expect(sheet.heatBars.map(\.foreground) == sheet.heatFigures.map(\.foreground))
        let missing = try Self.load("[heat]\nmissing = { glyph = \"x\" }").sheet
        #expect(missing.missingGlyph == "x")
        #expect(Self.style(missing, "heat.missing") == Self.style(.ember, "heat.missing"))
    }
}
