import Dashboard
import TerminalGrid
import Testing

@testable import tradeul

@Suite struct ThemeDocsTests {
    private static let page: String = {
        let root = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
        guard let content = try? SmallFile.read("/\(root)/docs/themes.md", limit: 1 << 20) else { return "" }
        return String(decoding: content.bytes, as: UTF8.self)
    }()

    @Test func theKeysOfThePageAreThoseOfTheReader() {
        #expect(Self.page.contains(ThemeText.markdownKeys()), "tradeul themes list --markdown prints them")
    }

    @Test func everyOtherKeyIsOnThePageToo() {
        let names =
            ThemeReader.topKeys + ThemeReader.plainKeys.values.flatMap(\.self) + ThemeReader.styleKeys
            + ThemeReader.attributeNames.map(\.name) + UpDownScheme.allCases.map { "\"\($0.rawValue)\"" }
        for name in names { #expect(Self.page.contains("`\(name)`"), "\(name)") }
        for name in ThemeReader.colorKeys { #expect(Self.page.contains("\(name) = "), "\(name)") }
        for name in ThemeFolder.builtInNames { #expect(Self.page.contains("`\(name)`"), "\(name)") }
    }

    /// The example is there to be copied.
    @Test func theExampleIsAThemeWithoutAMistake() throws {
        let parts = Self.page.split(separator: "```toml\n").dropFirst()
        let example = try #require(parts.first?.split(separator: "```").first)
        let scratch = try Scratch()
        let loaded = ThemeShelf([]).load(file: try scratch.write("mine.toml", String(example)))
        #expect(loaded.problems.map(\.line) == [])
        #expect(loaded.sheet.thresholds == [0.5, 1, 2, 4, 8])
        let up = ThemeKey.named("updown.up").map { loaded.sheet[$0].foreground }
        #expect(up == .indexed(202))
    }

    @Test func everyColourFormOfThePageIsRead() throws {
        for part in Self.page.split(separator: "```toml\n").dropFirst(2) {
            let example = try #require(part.split(separator: "```").first)
            let scratch = try Scratch()
            let loaded = ThemeShelf([]).load(file: try scratch.write("mine.toml", String(example)))
            #expect(loaded.problems.map(\.line) == [])
        }
    }
}

@Suite struct ThemeTextTests {
    @Test func theListAndTheWordsNameEverything() {
        let shelf = ThemeShelf([])
        let list = ThemeText.list(shelf.entries())
        #expect(list.count == ThemeFolder.builtInNames.count)
        for name in ThemeFolder.builtInNames {
            let lines = ThemeText.plain(shelf.load(name))
            for key in ThemeKey.all { #expect(lines.contains { $0.hasPrefix(key.path + " ") }, "\(key.path)") }
            #expect(lines.allSatisfy { line in line.unicodeScalars.allSatisfy { $0.value >= 0x20 } })
        }
    }

    @Test(
        arguments: [
            (Style.plain, "\u{1B}[0m"), (Style(foreground: .indexed(9), attributes: .bold), "\u{1B}[0;1;91m"),
            (Style(foreground: .indexed(214), background: .indexed(3)), "\u{1B}[0;38;5;214;43m"),
            (Style(attributes: [.dim, .underline, .reverse, .italic]), "\u{1B}[0;2;3;4;7m"),
        ]
    )
    func stylesBecomeTheSequencesThatTerminalsKnow(style: Style, sequence: String) {
        #expect(ANSIText.sequence(style) == sequence)
    }

    @Test func aPictureFitsEightyColumnsAndUsesOnlyTheDepthsColours() {
        let sheet = ThemeShelf([]).load("ember-light").sheet
        let mono = ThemesCommand.picture(sheet, depth: .mono, isASCII: true)
        for line in mono {
            #expect(!line.contains("38;5") && !line.contains("48;5"))
            #expect(line.unicodeScalars.allSatisfy { $0.value < 0x7F })
        }
        #expect(mono.count == ThemeSwatch.size.rows)
        let full = ThemesCommand.picture(sheet, depth: .palette256, isASCII: false)
        #expect(full.contains { $0.contains("48;5;231") })
    }
}
