import EngineAPI
import Testing

@testable import tradeul

@Suite
struct ScanPresetTests {
    private static func saved(_ text: String, _ name: String, _ filter: String) -> String {
        PresetTable(text).text(setting: name, to: filter)
    }

    private static let around = "# mine\n[a]\nfilter = \"rvol > 3\"\n\n"

    @Test(arguments: [
        // before, after
        ("", "[presets]\nhot = \"rvol > 5\"\n"),
        ("[a]\nfilter = \"rvol > 3\"", "[a]\nfilter = \"rvol > 3\"\n\n[presets]\nhot = \"rvol > 5\"\n"),
        (
            "[presets]\nlow = \"price < 5\"\n\n# next\n[a]\nfilter = \"$low\"\n",
            "[presets]\nlow = \"price < 5\"\nhot = \"rvol > 5\"\n\n# next\n[a]\nfilter = \"$low\"\n"
        ),
        ("[presets]", "[presets]\nhot = \"rvol > 5\"\n"),
        ("[presets]\nhot = \"rvol > 1\"  # old\n", "[presets]\nhot = \"rvol > 5\"  # old\n"),
        ("[presets]\n  Hot='rvol > 1'\nx = \"a\"", "[presets]\n  Hot=\"rvol > 5\"\nx = \"a\""),
        ("[presets]\n\"hot\" = \"a \\\" b\"\n", "[presets]\n\"hot\" = \"rvol > 5\"\n"),
        (
            "[presets]\nlow = \"\"\"\nhot = \"inside\"\n\"\"\"\nhot = \"rvol > 1\"\n",
            "[presets]\nlow = \"\"\"\nhot = \"inside\"\n\"\"\"\nhot = \"rvol > 5\"\n"
        ),
        ("[presets]\nhot = \"\"\"a\nb\"\"\" # c\n", "[presets]\nhot = \"rvol > 5\" # c\n"),
        ("[presets]\r\nlow = \"a\"\r\n", "[presets]\r\nlow = \"a\"\r\nhot = \"rvol > 5\"\r\n"),
        (
            "[presets]\n# hot = \"rvol > 1\"\nhotter = \"b\"\n",
            "[presets]\n# hot = \"rvol > 1\"\nhotter = \"b\"\nhot = \"rvol > 5\"\n"
        ),
    ])
    func onlyTheOneValueChanges(_ before: String, _ after: String) {
        #expect(Self.saved(before, "hot", "rvol > 5") == after)
        let whole = Self.around + before
        #expect(Self.saved(whole, "hot", "rvol > 5").hasPrefix("# mine\n[a]\nfilter = \"rvol > 3\"\n"))
    }

    @Test func whatIsSavedIsReadAgain() throws {
        let scratch = try Scratch()
        let path = scratch.path + "/scans.toml"
        let text = "news ~ \"a|b\\\\d\" and price > 1"
        try ScanSaver.savePreset(name: "mine", text: "rvol > 3", to: path)
        try ScanSaver.savePreset(name: "other", text: text, to: path)
        try ScanSaver.savePreset(name: "mine", text: "rvol > 4", to: path)
        let file = ScanFile.read(try ScanSaver.current(path), path: path, origin: .own)
        #expect(file.problems.isEmpty)
        #expect(file.presets == ["mine": "rvol > 4", "other": text])
    }

    @Test(arguments: ["", "Big Name", "ä", String(repeating: "x", count: 33)])
    func aNameThatIsNoneIsRefused(_ name: String) {
        #expect(throws: Failure.self) {
            try ScanSaver.savePreset(name: name, text: "rvol > 3", to: "/nowhere/scans.toml")
        }
        #expect(throws: Failure.self) { try ScanSaver.savePreset(name: "fine", text: "rvol > 3", to: nil) }
    }

    @Test func aFileThatCannotBeChangedSafelyIsLeftAlone() throws {
        let scratch = try Scratch()
        let path = scratch.path + "/scans.toml"
        // The key is there and is no text: another line of it would be a second one.
        let text = "[presets]\nhot = 3\n"
        try AtomicFile.write(text, to: path)
        #expect(throws: Failure.self) { try ScanSaver.savePreset(name: "hot", text: "rvol > 3", to: path) }
        #expect(try ScanSaver.current(path) == text)
    }
}
