import Dashboard
import TerminalGrid
import Testing

@testable import tradeul

/// What every shipped theme must reach, computed from xterm's palette.
///
/// | theme | words | bold on a ground | quiet words | lines | up/down ΔE | heat grounds ΔE | numbers ΔE |
/// |---|---|---|---|---|---|---|---|
/// | all | 4.5 | 3 | 3 | 1.5 | 20 | 12 | 7 |
/// | contrast | 7 | 7 | 7 | 4.5 | 40 | 14 | 7 |
/// | cvd-dark, cvd-light | 4.5 | 3 | 3 | 1.5 | 50 | 12 | 9 |
/// | sixteen, by xterm's own colours | 3 | 3 | 3 | 1.5 | 20 | – | – |
///
/// ΔE is the least of normal, protan, deutan and tritan sight, by the matrices of Machado 2009 in linear light.
@Suite struct ThemeShippedTests {
    private static let shelf = ThemeShelf([])
    private static let all = ThemeLimits(
        text: 4.5,
        row: 3,
        quiet: 3,
        line: 1.5,
        upDown: 20,
        heatSteps: 12,
        figureSteps: 7
    )
    private static let contrast = ThemeLimits(
        text: 7,
        row: 7,
        quiet: 7,
        line: 4.5,
        upDown: 40,
        heatSteps: 14,
        figureSteps: 7
    )
    private static let forFewerColours = ThemeLimits(
        text: 4.5,
        row: 3,
        quiet: 3,
        line: 1.5,
        upDown: 50,
        heatSteps: 12,
        figureSteps: 9
    )

    private static func limits(_ name: String) -> ThemeLimits {
        name == "contrast" ? contrast : name.hasPrefix("cvd-") ? forFewerColours : all
    }

    @Test func tenThemesAreShippedAndEachHasAFileAndAReader() {
        #expect(
            ThemeFolder.builtInNames == [
                "contrast", "cvd-dark", "cvd-light", "ember", "ember-light", "gruvbox", "mono", "nord", "sixteen",
                "solarized",
            ]
        )
        let folder = "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/") + "/themes"
        #expect(ThemeFolder.names(in: folder) == ThemeFolder.builtInNames)
    }

    @Test(arguments: ThemeFolder.builtInNames)
    func nothingIsWrongWithAShippedFile(name: String) {
        let loaded = Self.shelf.load(name)
        #expect(loaded.problems.map(\.line) == [])
        #expect(loaded.sheet.name == name)
        #expect(!loaded.summary.isEmpty)
        if let pair = loaded.sheet.pair { #expect(Self.shelf.load(pair).sheet.pair == name) }
    }

    @Test(arguments: ThemeFolder.builtInNames)
    func aShippedThemeReachesItsLimits(name: String) {
        var sheet = Self.shelf.load(name).sheet
        guard name != "sixteen" else {
            // Its colours are the trader's own: only what xterm makes of them can be computed.
            let limits = ThemeLimits(text: 3, row: 3, quiet: 3, line: 1.5, upDown: 20, heatSteps: 0, figureSteps: 0)
            #expect(ThemeCheck.findings(sheet, limits).map { "\($0.path): \($0.words)" } == [])
            return
        }
        sheet.name = name
        #expect(ThemeCheck.findings(sheet, Self.limits(name)).map { "\($0.path): \($0.words)" } == [])
    }

    /// The same limits find what they are there to find.
    @Test func canaryABadThemeFailsEveryLimit() throws {
        let text = """
            [palette]
            dim = 236
            [ui]
            "text.symbol" = 239
            "box.border" = 234
            [updown]
            up = 77
            down = 203
            [heat]
            colors = [235, 236, 237, 238, 239, 240]
            figures = [241, 242, 243, 244, 245, 246]
            """
        let scratch = try Scratch()
        let loaded = Self.shelf.load(file: try scratch.write("bad.toml", text))
        let paths = Set(ThemeCheck.findings(loaded.sheet, Self.all).map(\.path))
        for path in ["ui.text.dim", "ui.text.symbol", "ui.box.border", "updown.up", "heat.colors", "heat.figures"] {
            #expect(paths.contains(path), "\(path)")
        }
    }

    @Test func emberTomlIsTheThemeThatIsBuiltIn() {
        let sheet = Self.shelf.load("ember").sheet
        for key in ThemeKey.all { #expect(sheet[key] == ThemeSheet.ember[key], "\(key.path)") }
        #expect(sheet == .ember)
    }

    @Test func emberTomlSaysEveryKeyThereIs() throws {
        let text = try #require(ThemeFolder.builtIn("ember"))
        let draft = try #require(ThemeFile.read(text, name: "ember", path: "ember.toml").draft)
        for key in ThemeKey.all { #expect(draft.styles[key.path] != nil, "\(key.path)") }
        for (section, keys) in ThemeReader.plainKeys {
            for key in keys where key != "scheme" { #expect(draft.says("\(section).\(key)"), "\(section).\(key)") }
        }
    }

    @Test func heatOnlyEverGetsBrighterOnDarkAndDarkerOnLightGrounds() {
        for name in ThemeFolder.builtInNames {
            let sheet = Self.shelf.load(name).sheet
            guard sheet.colorsMax == .palette256 else { continue }
            for ramp in [sheet.heatGrounds.map(\.background), sheet.heatFigures.map(\.foreground)] {
                #expect(ThemeCheck.isOrdered(ramp, for: sheet.background), "\(name)")
            }
        }
    }

    @Test func onlyTheThemesThatSaySoUseFewerColours() {
        #expect(Self.shelf.load("sixteen").sheet.colorsMax == .sixteen)
        #expect(Self.shelf.load("mono").sheet.colorsMax == .mono)
        for (name, allowed) in [("sixteen", 15), ("mono", -1)] {
            let theme = Theme(depth: .palette256, sheet: Self.shelf.load(name).sheet)
            for style in theme.styles.styles {
                for color in [style.foreground, style.background] {
                    guard case .indexed(let index) = color else { continue }
                    #expect(Int(index) <= allowed, "\(name): \(style)")
                }
            }
        }
    }

    @Test(arguments: ThemeFolder.builtInNames)
    func everyThemeTellsItsHeatInSixteenColoursMonoAndASCII(name: String) {
        let sheet = Self.shelf.load(name).sheet
        for depth in ColorDepth.allCases {
            for glyphs in [GlyphSet.unicode, .ascii] {
                let theme = Theme(depth: depth, sheet: sheet)
                let ink = HeatInk(theme, glyphs)
                let looks = ([nil, 0, 1, 2, 3, 4, 5] as [Int?]).map { level -> String in
                    let cell = ink.cell(level)
                    let style = theme.styles[cell.style].degraded(to: depth)
                    return "\(cell.glyph) \(style.foreground) \(style.background) \(style.attributes.rawValue)"
                }
                #expect(Set(looks).count == 7, "\(name) \(depth) \(looks)")
            }
        }
    }
}
