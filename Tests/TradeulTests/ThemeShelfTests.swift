import Dashboard
import Glibc
import TerminalGrid
import Testing

@testable import tradeul

@Suite struct ThemeShelfTests {
    private static func symbol(_ sheet: ThemeSheet) -> Color {
        ThemeKey.named("ui.text.symbol").map { sheet[$0].foreground } ?? .standard
    }

    private static func file(_ color: Int, _ rest: String = "") -> String {
        "\(rest)\n[ui]\n\"text.symbol\" = \(color)\n"
    }

    @Test func theFirstPlaceThatHasANameCounts() throws {
        let (own, installed) = (try Scratch(), try Scratch())
        try own.write("nord.toml", Self.file(117))
        try installed.write("nord.toml", Self.file(118))
        try installed.write("fjord.toml", Self.file(119))
        let shelf = ThemeShelf([.folder(own.path, word: "own"), .folder(installed.path, word: "installed")])
        #expect(Self.symbol(shelf.load("nord").sheet) == .indexed(117))
        #expect(shelf.load("nord").place?.word == "own")
        #expect(Self.symbol(shelf.load("fjord").sheet) == .indexed(119))
        #expect(shelf.load("gruvbox").place == .builtIn)
        let entries = shelf.entries()
        #expect(entries.count == 11)
        #expect(entries.first { $0.name == "nord" }?.place.word == "own")
        #expect(entries.map(\.name) == entries.map(\.name).sorted())
    }

    @Test func anOwnFileStandsOverTheThemeOfItsName() throws {
        let own = try Scratch()
        try own.write("ember.toml", Self.file(117))
        try own.write("nord.toml", Self.file(118, "inherits = \"nord\""))
        let shelf = ThemeShelf([.folder(own.path, word: "own")])
        let ember = shelf.load("ember")
        #expect(ember.problems == [])
        #expect(Self.symbol(ember.sheet) == .indexed(117))
        #expect(ember.sheet.heatGrounds == ThemeSheet.ember.heatGrounds)
        let nord = shelf.load("nord")
        #expect(nord.problems == [])
        #expect(nord.sheet.heatGrounds == ThemeShelf([]).load("nord").sheet.heatGrounds)
    }

    @Test func aCycleNamesItsChainAndEndsInEmber() throws {
        let own = try Scratch()
        try own.write("a.toml", Self.file(117, "inherits = \"b\""))
        try own.write("b.toml", "inherits = \"c\"")
        try own.write("c.toml", "inherits = \"a\"")
        let loaded = ThemeShelf([.folder(own.path, word: "own")]).load("a")
        #expect(loaded.problems.map(\.line) == ["\(own["c.toml"]):1:1: error: inherits: a → b → c → a"])
        #expect(Self.symbol(loaded.sheet) == .indexed(117))
        #expect(loaded.sheet.heatGrounds == ThemeSheet.ember.heatGrounds)
    }

    @Test func aChainHasAnEnd() throws {
        let own = try Scratch()
        for number in 0..<30 { try own.write("t\(number).toml", "inherits = \"t\(number + 1)\"") }
        let loaded = ThemeShelf([.folder(own.path, word: "own")]).load("t0")
        #expect(loaded.problems.filter { $0.severity == .error }.count == 1)
    }

    @Test(arguments: ["nrod", "", "../../etc/passwd", "/etc/passwd", "Nord", "a b", "nord.toml", "\u{1B}[31m"])
    func aNameThatNoThemeHasIsToldAndEmberIsUsed(name: String) {
        let loaded = ThemeShelf([]).load(name)
        #expect(loaded.place == nil)
        #expect(loaded.sheet == .ember)
        #expect(loaded.problems.count == 1)
        #expect(loaded.problems.allSatisfy { !$0.line.unicodeScalars.contains { $0.isControl } })
    }

    @Test func theNearestNameIsOffered() {
        #expect(ThemeShelf([]).load("nrod").problems.first?.message.contains("did you mean nord?") == true)
    }

    @Test func placesAreTheTradersTheInstallationsAndTheCheckouts() throws {
        let root = try Scratch()
        let environment = ProcessEnvironment(["HOME": root["home"], "XDG_CONFIG_HOME": root["config"]])
        for folder in ["repo", "repo/.build", "repo/.build/debug"] { mkdir(root[folder], 0o755) }
        try root.write("repo/Package.swift", "")
        let paths = Paths(environment)
        let built = ThemeShelf(paths, executable: root["repo/.build/debug/tradeul"])
        #expect(
            built.places == [
                .folder(root["config/tradeul/themes"], word: "own"),
                .folder(root["repo/.build/share/tradeul/themes"], word: "installed"),
                .folder(root["repo/themes"], word: "checkout"), .builtIn,
            ]
        )
        let installed = ThemeShelf(paths, executable: "/opt/x/bin/tradeul")
        #expect(installed.places.contains(.folder("/opt/x/share/tradeul/themes", word: "installed")))
        #expect(ThemeShelf(paths, executable: nil).places.count == 2)
        #expect(ThemeShelf(Paths(ProcessEnvironment([:])), executable: nil).places == [.builtIn])
    }

    @Test func filesOfOtherNamesAreNoThemes() throws {
        let own = try Scratch()
        for name in ["Upper.toml", "a.txt", ".toml", "-x.toml", "ok-1.toml"] { try own.write(name, "") }
        #expect(ThemeFolder.names(in: own.path) == ["ok-1"])
        #expect(ThemeFolder.names(in: own["nowhere"]) == [])
    }

    @Test func autoFollowsTheTerminalsGround() {
        let shelf = ThemeShelf([])
        #expect(shelf.choose("auto", isLight: nil).sheet.name == "ember")
        #expect(shelf.choose("auto", isLight: false).sheet.name == "ember")
        #expect(shelf.choose("auto", isLight: true).sheet.name == "ember-light")
        #expect(shelf.choose("nord", isLight: true).sheet.name == "nord")
    }

    @Test(
        arguments: [
            (nil, nil), ("", nil), ("15;0", false), ("0;15", true), ("0;default;15", true), ("12;8", false),
            ("0;7", true), ("15;x", nil), ("15;99", nil), (";", nil),
        ] as [(String?, Bool?)]
    )
    func terminalsTellTheirGroundInAVariable(text: String?, isLight: Bool?) {
        #expect(ThemeShelf.isLight(colorFGBG: text) == isLight)
    }
}
